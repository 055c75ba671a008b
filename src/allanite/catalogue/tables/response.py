"""Tables a response is reckoned from: costs, ramps, prices, steps of users, stocks, law.

Every number stands with its source, its quality and a range; where nobody publishes one, the
row says so by `assumed`.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "response"

RAMP_SUBJECTS: Final = ("activity", "route")
STEP_KINDS: Final = ("thrift", "substitution", "delay", "idle")
PARAMETERS: Final = (
    "approval_share",
    "licence_duration",
    "listed_share",
    "quota_rate",
    "growth_closed",
)
READINGS: Final = ("de_jure", "observed")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_STAGE: Final = Column("stage", "text", "Stage of the process or material.", required=True)

STAGE_COSTS: Final = TableSchema(
    name="stage_costs",
    group=GROUP,
    description="What one more tonne of reference output costs to make, inputs not counted.",
    key=("stage", "country"),
    columns=(
        Column(
            "stage",
            "text",
            "Stage of the process; a row of chain and stage, such as `graphite mine`, stands before"
            " the row of the stage alone.",
            required=True,
        ),
        Column(
            "country",
            "text",
            "Region code of the maker; WLD where no row of the country stands.",
            required=True,
        ),
        Column("running_cost", "number", "Central value.", "USD/t", required=True, low=0.0),
        Column("low", "number", "Lower end.", "USD/t", required=True, low=0.0),
        Column("high", "number", "Upper end.", "USD/t", required=True, low=0.0),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("country", "regions", "region"), _SOURCE_KEY),
)

FREIGHT_COSTS: Final = TableSchema(
    name="freight_costs",
    group=GROUP,
    description=(
        "What it costs to move one more tonne of a material of the stage across a border;"
        " sea is the normal mode, and every stage has it."
    ),
    key=("stage", "mode"),
    columns=(
        _STAGE,
        Column("mode", "text", "Way it travels.", required=True, allowed=("sea", "air")),
        Column("cost", "number", "Central value.", "USD/t", required=True, low=0.0),
        Column("low", "number", "Lower end.", "USD/t", required=True, low=0.0),
        Column("high", "number", "Upper end.", "USD/t", required=True, low=0.0),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

RAMP_TIMES: Final = TableSchema(
    name="ramp_times",
    group=GROUP,
    description=(
        "How fast running plants (by stage of the process) and routes (by stage of the material,"
        " or `market` for any inside a country) can carry more: nothing before the delay, then in"
        " equal steps until full."
    ),
    key=("subject", "stage"),
    columns=(
        Column("subject", "text", "Plant or route.", required=True, allowed=RAMP_SUBJECTS),
        _STAGE,
        Column("delay_duration", "number", "Before anything more.", "month", required=True, low=0),
        Column("ramp_duration", "number", "From then until full.", "month", required=True, low=0),
        Column(
            "reach_share",
            "number",
            "What may be added: of the capacity left, or of what the receiving node takes.",
            "1",
            required=True,
            low=0.0,
            high=1.0,
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

MATERIAL_PRICES: Final = TableSchema(
    name="material_prices",
    group=GROUP,
    description="Price of one material on its own basis in a normal year.",
    key=("material_id",),
    columns=(
        Column("material_id", "text", "Material of the network.", required=True),
        Column("price", "number", "Central value.", "USD/t", required=True, low=0.0),
        Column("low", "number", "Lower end.", "USD/t", required=True, low=0.0),
        Column("high", "number", "Upper end.", "USD/t", required=True, low=0.0),
        Column("year", "integer", "Year of the price.", required=True, low=1990, high=2100),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

PRICE_TERMS: Final = (
    "La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Y", "constant"
)  # fmt: skip

MATERIAL_PRICE_TERMS: Final = TableSchema(
    name="material_price_terms",
    group=GROUP,
    description=(
        "One term of the price of a material as a linear map of the prices of twelve oxides: the"
        " rule of `material_prices`, at any other price. Table `material_prices` is its value at"
        " the quotes of the year, where NdPr oxide is quoted a little below its parts."
    ),
    key=("material_id", "term"),
    columns=(
        Column("material_id", "text", "Material of the network.", required=True),
        Column(
            "term",
            "text",
            "Element of the oxide, or `constant`: conversion, and quotes beyond the twelve.",
            required=True,
            allowed=PRICE_TERMS,
        ),
        Column(
            "coefficient",
            "number",
            "Tonnes of the oxide paid for in a tonne of the material; of `constant` USD/t.",
            required=True,
        ),
        Column("low", "number", "In the lower end of the price.", required=True),
        Column("high", "number", "In the upper end of the price.", required=True),
        Column("year", "integer", "Year of the price.", required=True, low=1990, high=2100),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

DEMAND_STEPS: Final = TableSchema(
    name="demand_steps",
    group=GROUP,
    description=(
        "One way in which a use answers a shortage, from cheap to dear: use less, use something"
        " else, deliver later, stand idle."
    ),
    key=("step_id",),
    columns=(
        Column("step_id", "text", "Short id.", required=True),
        Column("end_use", "text", "End use of the network.", required=True),
        Column("kind", "text", "Kind of answer.", required=True, allowed=STEP_KINDS),
        Column(
            "material_group",
            "text",
            "Materials it is for: `all`, or material ids separated by spaces.",
            required=True,
        ),
        Column(
            "share",
            "number",
            "Share of demand at full deployment; shares of one use and material sum to 1 at most,"
            " idling aside.",
            "1",
            required=True,
            low=0.0,
            high=1.0,
        ),
        Column("delay_duration", "number", "Before it begins.", "month", required=True, low=0.0),
        Column("ramp_duration", "number", "From then until full.", "month", required=True, low=0.0),
        Column("cost", "number", "Per tonne of material not used.", "USD/t", required=True, low=0),
        Column("low_cost", "number", "Lower end.", "USD/t", required=True, low=0.0),
        Column("high_cost", "number", "Upper end.", "USD/t", required=True, low=0.0),
        Column(
            "substitute_material",
            "text",
            "Material used instead, tonne for tonne; empty: none of the network.",
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

END_USE_SECTORS: Final = TableSchema(
    name="end_use_sectors",
    group=GROUP,
    description="The sector an end use belongs to, in plain words.",
    key=("end_use",),
    columns=(
        Column("end_use", "text", "End use of the network.", required=True),
        Column("sector", "text", "Sector.", required=True),
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

GOVERNMENT_STOCKS: Final = TableSchema(
    name="government_stocks",
    group=GROUP,
    description="One material that a government holds; plans, ceilings and budgets are not stocks.",
    key=("stock_id",),
    columns=(
        Column("stock_id", "text", "Short id.", required=True),
        Column("holder", "text", "Who holds it.", required=True),
        Column("region", "text", "Where it lies, as a region code.", required=True),
        Column("material_id", "text", "Material of the network.", required=True),
        Column("amount", "number", "Central value.", "t", required=True, low=0.0),
        Column("low", "number", "Lower end.", "t", required=True, low=0.0),
        Column("high", "number", "Upper end.", "t", required=True, low=0.0),
        Column("release_rate", "number", "Fastest release.", "t/yr", required=True, low=0.0),
        Column(
            "decision_duration",
            "number",
            "From the shortage to the first release.",
            "month",
            required=True,
            low=0.0,
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("region", "regions", "region"), _SOURCE_KEY),
)

CONTROL_PARAMETERS: Final = TableSchema(
    name="control_parameters",
    group=GROUP,
    description=(
        "One number that a control's text or its observed handling gives; on the days it covers,"
        " a row of a nearer destination stands before one of the world, one of an article before"
        " `*`."
    ),
    key=("control_id", "article", "parameter", "reading", "destination", "from_date"),
    columns=(
        Column("control_id", "text", "Control.", required=True),
        Column("article", "text", "Article of the control; `*` means all.", required=True),
        Column("parameter", "text", "What it sets.", required=True, allowed=PARAMETERS),
        Column(
            "reading",
            "text",
            "By the letter, or as it was handled.",
            required=True,
            allowed=READINGS,
        ),
        Column("destination", "text", "Region code, EU, or WLD.", required=True),
        Column("from_date", "date", "First day.", required=True),
        Column("to_date", "date", "Last day; empty: until the control ends."),
        Column("value", "number", "Central value, in `unit`.", required=True, low=0.0),
        Column("low", "number", "Lower end.", required=True, low=0.0),
        Column("high", "number", "Upper end.", required=True, low=0.0),
        Column("unit", "text", "Unit of the value.", required=True, allowed=("1", "d", "t/yr")),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("control_id", "controls", "control_id"), _SOURCE_KEY),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    STAGE_COSTS,
    FREIGHT_COSTS,
    RAMP_TIMES,
    MATERIAL_PRICES,
    MATERIAL_PRICE_TERMS,
    DEMAND_STEPS,
    END_USE_SECTORS,
    GOVERNMENT_STOCKS,
    CONTROL_PARAMETERS,
)
