"""Tables a plan is reckoned from: projects, permits, stocks, offtake, and the routes they need.

A project is all that is decided together: a mine with the separation it is built for, a plant
with all its lines. Numbers that nobody printed carry a range and say how they were made.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "plan"

PROJECT_STATUSES: Final = ("ramp-up", "construction", "permitted", "proposed")
BOTH_PAYERS: Final = "both"
STOCK_FORMS: Final = ("oxide", "metal", "alloy", "magnet", "compound", "mineral")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_PROJECT_KEY: Final = ForeignKey("project_id", "projects", "project_id")
_WHY: Final = Column("note", "text", "Why this value; what to know before using it.", required=True)
_PLACE: Final = Column(
    "place", "text", "Site id, or region code of a market where no site is known.", required=True
)
_PROCESS: Final = Column(
    "process_id",
    "text",
    "Recipe: a process of table `processes`, or of the network where that table has none.",
    required=True,
)


def _money(name: str, description: str) -> Column:
    return Column(name, "number", description, "million USD", required=True, low=0.0)


def _months(name: str, description: str) -> Column:
    return Column(name, "number", description, "month", required=True, low=0.0)


def _share(name: str, description: str) -> Column:
    return Column(name, "number", description, "1", required=True, low=0.0, high=1.0)


def _kilo(name: str, description: str) -> Column:
    return Column(name, "number", description, "USD/kg", required=True, low=0.0)


def _rate(name: str, description: str) -> Column:
    return Column(name, "number", description, "t/yr", required=True, low=0.0)


PROJECTS: Final = TableSchema(
    name="projects",
    group=GROUP,
    description=(
        "One project that money, permits or offtake can bring on: what it costs and how long it"
        " still takes from January 2027."
    ),
    key=("project_id",),
    columns=(
        Column("project_id", "text", "Short id, country code first.", required=True),
        Column("name", "text", "Name shown to readers.", required=True),
        Column("country", "text", "Country of its largest plant.", required=True),
        Column(
            "status",
            "text",
            "State; ramp-up: built, nothing left to decide.",
            required=True,
            allowed=PROJECT_STATUSES,
        ),
        Column(
            "payer",
            "text",
            "Partner at home or in control, as a region code; `both` in third countries.",
            required=True,
        ),
        _money("capex", "Capital cost in all, money of 2025."),
        _money("low_capex", "Lower end."),
        _money("high_capex", "Upper end."),
        _share("spent_share", "Part of the capital cost that is spent and cannot be saved."),
        _money("public_support", "Public money committed; letters of interest do not count."),
        _months("permit_duration", "Left on permits and the decision."),
        _months("low_permit_duration", "Lower end."),
        _months("high_permit_duration", "Upper end."),
        _months("build_duration", "Left of building, once permitted."),
        _months("low_build_duration", "Lower end."),
        _months("high_build_duration", "Upper end."),
        _months("ramp_duration", "From the first product to nameplate."),
        Column("first_year", "integer", "First year as printed.", required=True, low=2025),
        Column("lumpy", "flag", "True: built whole or not at all; false: in lines.", required=True),
        _share("smallest_share", "Smallest useful size, of the whole; 1 where it is lumpy."),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("country", "regions", "region"), _SOURCE_KEY),
)

PROJECT_PROCESSES: Final = TableSchema(
    name="project_processes",
    group=GROUP,
    description="One process of a project at one place.",
    key=("project_id", "place", "process_id"),
    columns=(
        Column("project_id", "text", "Project.", required=True),
        _PLACE,
        _PROCESS,
        _rate("capacity_rate", "What the project adds, of reference output."),
        _share("partner_share", "Part of the output that partners of a case can contract."),
        Column(
            "in_network",
            "flag",
            "True: `site_processes` already brings the process into the network, at zero rate in"
            " the base year; false: the plan adds it.",
            required=True,
        ),
        Column("capacity_group", "text", "Rows that share one plant."),
        Column(
            "group_rule",
            "text",
            "How they share it, as in `site_processes`.",
            allowed=("share", "sum"),
        ),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_PROJECT_KEY, _SOURCE_KEY),
)

PERMIT_VARIANTS: Final = TableSchema(
    name="permit_variants",
    group=GROUP,
    description="One way to shorten the permits of a project, and what it costs.",
    key=("project_id", "variant"),
    columns=(
        Column("project_id", "text", "Project.", required=True),
        Column("variant", "text", "Name.", required=True),
        _months("months_saved", "Off the permit duration."),
        _months("low_months_saved", "Lower end."),
        _months("high_months_saved", "Upper end."),
        _money("cost", "Staff, studies, hearings, risk of suits."),
        _money("low_cost", "Lower end."),
        _money("high_cost", "Upper end."),
        Column("programme", "text", "Programme that would carry it.", required=True),
        Column("permitting_ids", "text", "Rows of `permitting` behind it, separated by spaces."),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_PROJECT_KEY, _SOURCE_KEY),
)

STOCK_OPTIONS: Final = TableSchema(
    name="stock_options",
    group=GROUP,
    description="One stock that a partner may build: who, where, what, how fast, at what price.",
    key=("option_id",),
    columns=(
        Column("option_id", "text", "Short id.", required=True),
        Column("holder", "text", "Who would hold it.", required=True),
        Column("region", "text", "Where it would lie, as a region code.", required=True),
        Column("material_id", "text", "Material of the network.", required=True),
        Column("form", "text", "Form.", required=True, allowed=STOCK_FORMS),
        _rate("purchase_rate", "Most that is bought in a year."),
        _rate("market_rate", "Trade outside the watched country that the price depends on."),
        Column(
            "impact",
            "number",
            "Relative rise of the price over the share of the market bought: 2 means that buying a"
            " tenth of the market raises the price by a fifth.",
            "1",
            required=True,
            low=0.0,
        ),
        Column("low_impact", "number", "Lower end.", "1", required=True, low=0.0),
        Column("high_impact", "number", "Upper end.", "1", required=True, low=0.0),
        _share("holding_cost_share", "Store, insurance and care in a year, of the value held."),
        _share("loss_share", "What is lost in a year by ageing or by going out of use."),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("region", "regions", "region"), _SOURCE_KEY),
)

OFFTAKE_OPTIONS: Final = TableSchema(
    name="offtake_options",
    group=GROUP,
    description="One plant that runs, whose output a partner could contract beyond today's share.",
    key=("option_id",),
    columns=(
        Column("option_id", "text", "Short id.", required=True),
        Column("region", "text", "Partner, as a region code.", required=True),
        _PLACE,
        Column("process_id", "text", "Process of the network.", required=True),
        _share("today_share", "Part of the capacity the partner has today, as far as known."),
        _share("share", "Most it could contract on top, of the capacity."),
        _share("fee_share", "Fee in a year, of the value contracted."),
        _share("low_fee_share", "Lower end."),
        _share("high_fee_share", "Upper end."),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("region", "regions", "region"), _SOURCE_KEY),
)

CONTRACT_OPTIONS: Final = TableSchema(
    name="contract_options",
    group=GROUP,
    description=(
        "One contract that could keep a project alive: what it does to the odds of failure, and"
        " what it costs besides the floors in `contract_floors`."
    ),
    key=("project_id", "contract"),
    columns=(
        Column("project_id", "text", "Project.", required=True),
        Column("contract", "text", "Name, distinct within the project.", required=True),
        Column("payer", "text", "Who pays: a region code, or `both`.", required=True),
        _share("failure_factor", "Odds of failure with it, over those without it."),
        _share("low_failure_factor", "Lower end."),
        _share("high_failure_factor", "Upper end."),
        _money("upfront_cost", "Grant, paid when it is signed."),
        _money("low_upfront_cost", "Lower end."),
        _money("high_upfront_cost", "Upper end."),
        _money("default_cost", "Paid where the project fails all the same."),
        _money("low_default_cost", "Lower end."),
        _money("high_default_cost", "Upper end."),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_PROJECT_KEY, _SOURCE_KEY),
)

CONTRACT_FLOORS: Final = TableSchema(
    name="contract_floors",
    group=GROUP,
    description="One price floor of a contract: the payer makes up what its benchmark lacks to it.",
    key=("project_id", "contract", "material_id"),
    columns=(
        Column("project_id", "text", "Project.", required=True),
        Column("contract", "text", "Contract of table `contract_options`.", required=True),
        Column("material_id", "text", "Material that it names.", required=True),
        _kilo("strike", "Price agreed."),
        _kilo("low_strike", "Lower end."),
        _kilo("high_strike", "Upper end."),
        _kilo("index", "Price of the benchmark in a market in its normal state."),
        _kilo("low_index", "Lower end."),
        _kilo("high_index", "Upper end."),
        Column(
            "index_date", "date", "Day, or last day of the year, of the benchmark.", required=True
        ),
        _kilo("upside_from", "Price above which the payer has a share."),
        _kilo("low_upside_from", "Lower end."),
        _kilo("high_upside_from", "Upper end."),
        _share("upside_share", "Share of the payer in what the price exceeds that by."),
        _share("low_upside_share", "Lower end."),
        _share("high_upside_share", "Upper end."),
        _rate("volume_rate", "Sold under the floor by the whole project, as oxide."),
        _rate("low_volume_rate", "Lower end."),
        _rate("high_volume_rate", "Upper end."),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_PROJECT_KEY, _SOURCE_KEY),
)

PLAN_LINKS: Final = TableSchema(
    name="plan_links",
    group=GROUP,
    description="One route that projects need and the network of the base year lacks.",
    key=("from_place", "to_place", "material_id"),
    columns=(
        Column("from_place", "text", "Site id or market it leaves.", required=True),
        Column("to_place", "text", "Site id or market it reaches.", required=True),
        Column("material_id", "text", "Material.", required=True),
        Column("from_year", "integer", "First year.", required=True, low=2025),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

PROJECTS_LEFT_OUT: Final = TableSchema(
    name="projects_left_out",
    group=GROUP,
    description="One site or plan of the sources that is no project here, and why.",
    key=("subject",),
    columns=(
        Column("subject", "text", "Site id, or name where there is no site.", required=True),
        Column("site_id", "text", "Site, where there is one."),
        Column("country", "text", "Country.", required=True),
        Column("reason", "text", "Why it is left out.", required=True),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("site_id", "sites", "site_id"),
        ForeignKey("country", "regions", "region"),
        _SOURCE_KEY,
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    PROJECTS,
    PROJECT_PROCESSES,
    PERMIT_VARIANTS,
    STOCK_OPTIONS,
    OFFTAKE_OPTIONS,
    CONTRACT_OPTIONS,
    CONTRACT_FLOORS,
    PLAN_LINKS,
    PROJECTS_LEFT_OUT,
)
