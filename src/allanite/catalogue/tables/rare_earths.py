"""Tables of the rare-earth chain compiled by hand: sites, ores, recipes, demand, costs, stocks."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE

GROUP: Final = "rare earths"

SITE_STAGES: Final = ("mine", "separation", "metal", "magnet", "recycling")
SITE_STATUSES: Final = (
    "operating",
    "ramp-up",
    "construction",
    "permitted",
    "proposed",
    "idle",
    "cancelled",
)

CORRECTION_IDS: Final = Column(
    "correction_ids",
    "text",
    "Rows of table `corrections` that changed this row, separated by a space; empty if none.",
)
NOTE: Final = Column("note", "text", "What to know before using the number.")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_OXIDES: Final = (
    ("lanthanum_share", "La2O3"),
    ("cerium_share", "CeO2"),
    ("praseodymium_share", "Pr6O11"),
    ("neodymium_share", "Nd2O3"),
    ("samarium_share", "Sm2O3"),
    ("europium_share", "Eu2O3"),
    ("gadolinium_share", "Gd2O3"),
    ("terbium_share", "Tb4O7"),
    ("dysprosium_share", "Dy2O3"),
    ("holmium_share", "Ho2O3"),
    ("erbium_share", "Er2O3"),
    ("thulium_share", "Tm2O3"),
    ("ytterbium_share", "Yb2O3"),
    ("lutetium_share", "Lu2O3"),
    ("yttrium_share", "Y2O3"),
)

SITES: Final = TableSchema(
    name="sites",
    group=GROUP,
    description="One mine, plant or project of the rare-earth chain.",
    key=("site_id",),
    columns=(
        Column("site_id", "text", "Short id, country code first.", required=True),
        Column("name", "text", "Name of the place or plant.", required=True),
        Column("country", "text", "Country it stands in, as a region code.", required=True),
        Column(
            "stage", "text", "Step of the chain it belongs to.", required=True, allowed=SITE_STAGES
        ),
        Column("owner", "text", "Owner or operator as named by the source."),
        Column("control_regions", "text", "Countries of the controlling owners, separated by a /."),
        Column("inputs", "text", "What it takes in."),
        Column("outputs", "text", "What it makes."),
        Column("capacity_rate", "number", "Nameplate on the stated basis.", unit="t/yr", low=0.0),
        Column("capacity_basis", "text", "What the tonnes of capacity count."),
        Column("status", "text", "State of the plant.", required=True, allowed=SITE_STATUSES),
        Column("first_year", "integer", "First year of output, stated or planned."),
        Column("capital_cost", "number", "Capital cost.", unit="million USD", low=0.0),
        Column("public_support", "text", "Public money or protection."),
        Column(
            "permitting_duration", "number", "Years still needed for permits.", unit="yr", low=0.0
        ),
        Column("permitting_basis", "text", "Whose figure the permitting duration is."),
        Column("latitude", "number", "Latitude, town level.", unit="degree", low=-90.0, high=90.0),
        Column(
            "longitude", "number", "Longitude, town level.", unit="degree", low=-180.0, high=180.0
        ),
        Column("site_group", "text", "Plants run together carry the same word."),
        Column("output_2024_rate", "number", "Output of 2024.", unit="t/yr", low=0.0),
        Column("output_2025_rate", "number", "Output of 2025.", unit="t/yr", low=0.0),
        Column("deposit_id", "text", "Ore whose composition it works."),
        Column("part_of", "text", "Site that already counts this one: never add both."),
        Column("part_of_second", "text", "Second such site, for totals over two sites."),
        Column("supersedes", "text", "Older site whose capacity is contained in this one."),
        NOTE,
        CORRECTION_IDS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("country", "regions", "region"),
        ForeignKey("part_of", "sites", "site_id", is_acyclic=True),
        ForeignKey("part_of_second", "sites", "site_id", is_acyclic=True),
        ForeignKey("supersedes", "sites", "site_id", is_acyclic=True),
        _SOURCE_KEY,
    ),
)

DEPOSIT_COMPOSITION: Final = TableSchema(
    name="deposit_composition",
    group=GROUP,
    description="One ore: share of each oxide in total rare earth oxide; empty is not known.",
    key=("deposit_id",),
    columns=(
        Column("deposit_id", "text", "Short id.", required=True),
        Column("name", "text", "Name of the deposit or ore.", required=True),
        Column("country", "text", "Countries as region codes, separated by a /.", required=True),
        Column("ore_type", "text", "Mineral or kind of ore."),
        *(
            Column(
                name, "number", f"{oxide} in total rare earth oxide, by mass.", low=0.0, high=1.0
            )
            for name, oxide in _OXIDES
        ),
        Column(
            "total_share", "number", "Sum of the oxides of the full analysis.", low=0.0, high=1.1
        ),
        Column("ndpr_share", "number", "Nd and Pr oxide together.", low=0.0, high=1.0),
        Column("dytb_share", "number", "Dy and Tb oxide together.", low=0.0, high=1.0),
        NOTE,
        CORRECTION_IDS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

RECIPES: Final = TableSchema(
    name="recipes",
    group=GROUP,
    description="One recovery, mass factor, grade content, scrap or recycling rate.",
    key=("recipe_id",),
    columns=(
        Column("recipe_id", "text", "Short id.", required=True),
        Column("stage", "text", "Step of the chain.", required=True, allowed=SITE_STAGES),
        Column("process", "text", "Process it belongs to.", required=True),
        Column("input", "text", "What goes in."),
        Column("output", "text", "What comes out."),
        Column("parameter", "text", "What the value measures.", required=True),
        Column("value", "number", "Central value, in `unit`.", required=True),
        Column("low", "number", "Lower end."),
        Column("high", "number", "Upper end."),
        Column("unit", "text", "Unit as printed.", required=True),
        NOTE,
        CORRECTION_IDS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

DEMAND: Final = TableSchema(
    name="demand",
    group=GROUP,
    description=(
        "One figure about use: a quantity, a content, an intensity, a share of grades, a growth"
        " factor, a share of uses, or a trade flow (`row_type`)."
    ),
    key=("demand_id",),
    columns=(
        Column("demand_id", "text", "Short id.", required=True),
        Column(
            "row_type",
            "text",
            "What kind of figure.",
            required=True,
            allowed=(
                "quantity",
                "content",
                "intensity",
                "grade_mix",
                "growth",
                "share",
                "trade",
            ),
        ),
        Column("year", "integer", "Year of the figure.", required=True, low=1990, high=2100),
        Column("scenario", "text", "base, actual, implied, central or a named outlook."),
        Column("region", "text", "Where the material is built into products.", required=True),
        Column("end_use", "text", "End use; `all` where not split.", required=True),
        Column("item", "text", "What is counted, as printed.", required=True),
        Column("grade", "text", "Magnet grade, of rows about grades."),
        Column("element", "text", "Element or pair of elements, where the item is one."),
        Column("value", "number", "Central value, in `unit`.", required=True),
        Column("low", "number", "Lower end."),
        Column("high", "number", "Upper end."),
        Column("unit", "text", "Unit; rates are t/yr.", required=True),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("region", "regions", "region"), _SOURCE_KEY),
)

COSTS: Final = TableSchema(
    name="costs",
    group=GROUP,
    description="One price, price floor, cost, capital intensity, lead time or inventory cover.",
    key=("cost_id",),
    columns=(
        Column("cost_id", "text", "Short id.", required=True),
        Column("category", "text", "Kind of figure.", required=True),
        Column("item", "text", "What it is about.", required=True),
        Column("stage", "text", "Step of the chain.", required=True),
        Column("place", "text", "Region, market or site as printed."),
        Column("region", "text", "The same as a region code, where it is one country."),
        Column("value", "number", "Central value, in `unit`.", required=True),
        Column("low", "number", "Lower end."),
        Column("high", "number", "Upper end."),
        Column("unit", "text", "Unit as printed.", required=True),
        Column("period", "text", "Time the figure belongs to."),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("region", "regions", "region"), _SOURCE_KEY),
)

STOCKPILES: Final = TableSchema(
    name="stockpiles",
    group=GROUP,
    description="One stock, stock target, or contract that works like a stock.",
    key=("stock_id",),
    columns=(
        Column("stock_id", "text", "Short id.", required=True),
        Column("holder", "text", "Who holds it.", required=True),
        Column("place", "text", "Country or group as printed.", required=True),
        Column("region", "text", "The same as a region code."),
        Column("kind", "text", "government, commercial and so on.", required=True),
        Column("material", "text", "What is held, as printed.", required=True),
        Column("quantity", "number", "Quantity, in `unit`.", low=0.0),
        Column("unit", "text", "Unit as printed."),
        Column("cover_duration", "number", "Days of use it covers.", unit="d", low=0.0),
        Column("target", "text", "Target as printed."),
        Column("budget", "number", "Money set aside.", unit="million USD", low=0.0),
        Column("status", "text", "State as printed."),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("region", "regions", "region"), _SOURCE_KEY),
)

SUBSTITUTIONS: Final = TableSchema(
    name="substitutions",
    group=GROUP,
    description="One substitute for one use: what it saves, what it costs, how fast it comes.",
    key=("substitution_id",),
    columns=(
        Column("substitution_id", "text", "Short id.", required=True),
        Column("end_use", "text", "Where it can serve, as printed.", required=True),
        Column("replaces", "text", "What it replaces.", required=True),
        Column("substitute", "text", "The substitute.", required=True),
        Column("dytb_saving_low", "number", "Dy and Tb saved, lower end.", low=0.0, high=1.0),
        Column("dytb_saving_high", "number", "Dy and Tb saved, upper end.", low=0.0, high=1.0),
        Column("ndpr_saving_low", "number", "Nd and Pr saved, lower end.", low=0.0, high=1.0),
        Column("ndpr_saving_high", "number", "Nd and Pr saved, upper end.", low=0.0, high=1.0),
        Column("performance_penalty", "text", "What is lost."),
        Column("cost_effect", "text", "Effect on cost as printed."),
        Column("deployment_duration", "number", "Time to deploy.", unit="month", low=0.0),
        Column("feasible_share_2030", "number", "Feasible by 2030.", low=0.0, high=1.0),
        Column("status", "text", "State as printed."),
        Column("limits", "text", "What limits it."),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

ECONOMIC_STAKES: Final = TableSchema(
    name="economic_stakes",
    group=GROUP,
    description="One published estimate of what a supply stop costs an economy or a sector.",
    key=("stake_id",),
    columns=(
        Column("stake_id", "text", "Short id.", required=True),
        Column("place", "text", "Economy as printed.", required=True),
        Column("region", "text", "The same as a region code, where it is one."),
        Column("sector", "text", "Sector.", required=True),
        Column("shock", "text", "What stops."),
        Column("duration", "number", "How long.", unit="month", low=0.0),
        Column("metric", "text", "What is measured.", required=True),
        Column("value", "number", "Central value, in `unit`."),
        Column("low", "number", "Lower end."),
        Column("high", "number", "Upper end."),
        Column("unit", "text", "Unit as printed.", required=True),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("region", "regions", "region"), _SOURCE_KEY),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    SITES,
    DEPOSIT_COMPOSITION,
    RECIPES,
    DEMAND,
    COSTS,
    STOCKPILES,
    SUBSTITUTIONS,
    ECONOMIC_STAKES,
)
