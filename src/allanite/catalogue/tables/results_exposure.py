"""Result tables of exposure, concentration, supply risk and joint priorities."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"

STATUSES: Final = (
    "ok",
    "no production data",
    "no trade data",
    "no governance data",
    "no price",
)
AGREEMENTS: Final = (
    "all partners",
    "some partners",
    "one partner",
    "no partner",
    "the partner's list",
    "not on the partner's list",
    "unknown",
)
COVERS: Final = ("ok", "partial", "no data")


def _share(name: str, description: str, *, required: bool = False) -> Column:
    return Column(name, "number", description, unit="1", required=required, low=0, high=1)


_DEMAND: Final = (
    Column("demand_region", "text", "Region whose demand is traced.", required=True),
    Column("end_use", "text", "End use; `all` sums over the end uses.", required=True),
    Column("material", "text", "Materials the demand takes, parted by `; `.", required=True),
    Column("element", "text", "Element traced.", required=True),
    Column("stage", "text", "Stage at which tracing ends.", required=True),
)
_KEY: Final = ("demand_region", "end_use", "element", "stage")
_ORIGIN_STAGE: Final = Column(
    "origin_stage",
    "text",
    "Stage of the origin; differs from `stage` where supply never passed that stage: "
    "a stage further up, `stock`, or `unknown`.",
    required=True,
)
_COVER: Final = (
    Column(
        "status",
        "text",
        "ok; partial: shares cover only what `caveat` says; no data: no share may be shown.",
        required=True,
        allowed=COVERS,
    ),
    Column("caveat", "text", "What nobody published, and what follows; from `mineral_gaps`."),
)
_SHARES: Final = (
    _share("share", "Share of the demand that comes from the origin; missing without data."),
    _share("low", "5th percentile over the redraws of the baseline."),
    _share("high", "95th percentile over the redraws of the baseline."),
)

EXPOSURE_SHARES = TableSchema(
    name="exposure_shares",
    group=GROUP,
    description="Share of one demand's element that comes from one place, before substitution.",
    key=(*_KEY, "origin_place", "origin_stage"),
    columns=(
        *_DEMAND,
        Column("origin_place", "text", "Place where tracing ended.", required=True),
        Column("origin_country", "text", "Country of that place.", required=True),
        _ORIGIN_STAGE,
        *_SHARES,
        *_COVER,
    ),
)

EXPOSURE_BY_COUNTRY = TableSchema(
    name="exposure_by_country",
    group=GROUP,
    description="Share of one demand's element that comes from one country; intervals are "
    "those of the country's sum, not sums of intervals.",
    key=(*_KEY, "origin_country", "origin_stage"),
    columns=(
        *_DEMAND,
        Column("origin_country", "text", "Country where tracing ended.", required=True),
        _ORIGIN_STAGE,
        *_SHARES,
        *_COVER,
    ),
)

EXPOSURE_CONCENTRATION = TableSchema(
    name="exposure_concentration",
    group=GROUP,
    description="How concentrated the supply of one demand is at one stage, by country.",
    key=_KEY,
    columns=(
        *_DEMAND,
        _share("stage_share", "Share of the demand that passes this stage."),
        _share("hhi", "Herfindahl-Hirschman index of what passes, 0 to 1."),
        _share("hhi_low", "5th percentile over the redraws."),
        _share("hhi_high", "95th percentile over the redraws."),
        _share(
            "hhi_governance",
            "Index with each squared share times the country's governance risk; missing where "
            "an origin has no governance data.",
        ),
        _share("hhi_governance_low", "Low end: redraws, and risk 0 where there are no data."),
        _share("hhi_governance_high", "High end: redraws, and risk 1 where there are no data."),
        Column("top_origin", "text", "Country with the largest share."),
        _share("top_share", "Its share of the whole demand."),
        _share("low", "5th percentile of `top_share` over the redraws."),
        _share("high", "95th percentile of `top_share` over the redraws."),
        *_COVER,
    ),
)

WORLD_OUTPUT = TableSchema(
    name="world_output",
    group=GROUP,
    description="Share of one country in the world's output of one stage of a mineral chain.",
    key=("chain", "stage", "country"),
    columns=(
        Column("chain", "text", "Mineral chain, such as cobalt.", required=True),
        Column("element", "text", "Element counted.", required=True),
        Column("stage", "text", "Stage of the chain.", required=True),
        Column("country", "text", "Country; XUN is what nobody published.", required=True),
        Column("rate", "number", "Output; missing without data.", "t/yr", low=0),
        _share("share", "Share of the output of the countries covered."),
        _share("low", "5th percentile over the redraws of the baseline."),
        _share("high", "95th percentile over the redraws of the baseline."),
        *_COVER,
    ),
)

SUPPLY_RISK = TableSchema(
    name="supply_risk",
    group=GROUP,
    description="GeoPolRisk of one commodity for one importing region in one year; missing data "
    "are marked, never read as no risk.",
    key=("region", "commodity", "year"),
    columns=(
        Column("region", "text", "Importing region.", required=True),
        Column("commodity", "text", "Commodity.", required=True),
        Column("year", "integer", "Year of trade.", required=True, low=1900, high=2200),
        _share("hhi", "Herfindahl-Hirschman index of world production by country."),
        _share("trade_risk", "Governance-weighted mean risk of the imports alone."),
        _share("import_risk", "Governance-weighted share of imports in imports plus production."),
        _share("import_risk_low", "With risk 0 for imports from origins without governance data."),
        _share("import_risk_high", "With risk 1 for imports from origins without governance data."),
        _share("geopolrisk", "hhi times import_risk."),
        Column("price", "number", "Import value over mass.", unit="USD/kg", low=0),
        Column(
            "characterization_factor",
            "number",
            "geopolrisk times price over that of copper [kg copper equivalent per kg].",
            low=0,
        ),
        Column("import_amount", "number", "Mass imported where mass is reported.", unit="t", low=0),
        Column("domestic_production_amount", "number", "Mine or refinery output.", unit="t", low=0),
        _share("weighed_share", "Share of import value whose mass is reported."),
        _share("governed_share", "Share of import mass from origins with governance data."),
        Column("production_year", "integer", "Year of the production used for `hhi`."),
        Column("production_source", "text", "Source of the production used for `hhi`."),
        Column("quality", "text", "How the production of that year came to be."),
        Column("status", "text", "ok, or what is missing.", required=True, allowed=STATUSES),
    ),
)

JOINT_PRIORITIES = TableSchema(
    name="joint_priorities",
    group=GROUP,
    description="One mineral as each partner of a case sees it, and its joint rank.",
    key=("mineral", "partner"),
    columns=(
        Column("mineral", "text", "Mineral.", required=True),
        Column("partner", "text", "Partner; rows of one mineral share the rank.", required=True),
        Column("listed", "flag", "Whether the partner's list names it; missing if not known."),
        _share("import_reliance", "Net imports over apparent use; missing if not known."),
        _share("supply_risk", "GeoPolRisk of the partner's supply over the largest found."),
        _share("control", "1 if an export control on it was in force, 0 if not."),
        _share("score", "Weighted mean of the components that are known."),
        _share("score_low", "Score with every missing component at its best."),
        _share("score_high", "Score with every missing component at its worst."),
        Column("missing", "text", "Components without data, parted by `, `.", required=True),
        _share("joint_score", "Mean of the partners' scores."),
        Column("joint_rank", "integer", "1 is the highest joint score; missing without a score."),
        Column("rank_best", "integer", "Lowest rank number the missing data allow.", required=True),
        Column("rank_worst", "integer", "Highest rank number they allow.", required=True),
        Column(
            "agreement",
            "text",
            "Which of the partners list it.",
            required=True,
            allowed=AGREEMENTS,
        ),
        Column("listed_by", "text", "Partners whose list names it, parted by `, `.", required=True),
        Column("reason", "text", "The components in words.", required=True),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    EXPOSURE_SHARES,
    EXPOSURE_BY_COUNTRY,
    EXPOSURE_CONCENTRATION,
    WORLD_OUTPUT,
    SUPPLY_RISK,
    JOINT_PRIORITIES,
)
