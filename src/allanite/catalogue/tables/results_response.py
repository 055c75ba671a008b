"""Result tables of the response: what a rule, a control or a shock leads to."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema
from allanite.catalogue.source import QUALITIES

GROUP: Final = "results"
CAUGHT: Final = ("yes", "no", "partly")

LINEAGE_MAKERS = TableSchema(
    name="lineage_makers",
    group=GROUP,
    description=(
        "A process outside the issuer that makes what an extraterritorial rule looks at, and "
        "whether the rule catches it in the base year."
    ),
    key=("rule", "place", "process"),
    columns=(
        Column("rule", "text", "Label of the rule.", required=True),
        Column("place", "text", "Site or market.", required=True),
        Column("country", "text", "Country of the place.", required=True),
        Column("process", "text", "Recipe.", required=True),
        Column(
            "material",
            "text",
            "What it makes of what the rule looks at; its reference output if that is so.",
            required=True,
        ),
        Column(
            "rate",
            "number",
            "Reconciled rate of the process, both classes together.",
            unit="t/yr",
            required=True,
            low=0,
        ),
        Column(
            "listed_share",
            "number",
            "Share of the output that is of listed origin.",
            unit="1",
            required=True,
            low=0,
            high=1,
        ),
        Column(
            "listed_value_share",
            "number",
            "Value of the inputs that can be of listed origin, over the value of the output.",
            unit="1",
            required=True,
            low=0,
        ),
        Column(
            "caught",
            "text",
            "yes, partly or no: all, some or none of the output is of listed origin.",
            required=True,
            allowed=CAUGHT,
        ),
    ),
)

STEPS: Final = ("nothing", "cheapest")
_BRANCH: Final = Column(
    "branch", "text", "Course of the law; `as stated` where no state is unknown.", required=True
)
_PERIOD: Final = Column("period", "text", "Period: month, or its first day.", required=True)
_REGION: Final = Column("region", "text", "Demand region.", required=True)
_SECTOR: Final = Column("sector", "text", "Sector of the end use.", required=True)
_END_USE: Final = Column("end_use", "text", "End use.", required=True)
_ANSWER: Final = Column(
    "answer",
    "text",
    "nothing: no measure is taken and every use at a market gets the same share; cheapest: all "
    "measures, at least cost.",
    required=True,
    allowed=STEPS,
)
_MONEY: Final = "million USD"


def _amount(name: str, text: str, unit: str = "t") -> Column:
    return Column(name, "number", text, unit=unit, required=True)


RESPONSE_SERVICE = TableSchema(
    name="response_service",
    group=GROUP,
    description="What one end use of a region needs and gets of one material in one period.",
    key=("branch", "answer", "region", "end_use", "material", "period"),
    columns=(
        _BRANCH,
        _ANSWER,
        _REGION,
        _SECTOR,
        _END_USE,
        Column("material", "text", "Material.", required=True),
        _PERIOD,
        _amount("need_amount", "Need."),
        _amount("thrift_amount", "Saved by thrift."),
        _amount("substitution_amount", "Replaced."),
        _amount("delayed_amount", "Postponed."),
        _amount("idle_amount", "Left without; plants stand idle."),
        Column(
            "served_share",
            "number",
            "1 - (postponed + idle) / need; thrift and substitution count as served.",
            unit="1",
            required=True,
            low=0,
            high=1,
        ),
        _amount("loss", "Cost of delay and value added at risk.", _MONEY),
    ),
)

RESPONSE_COVER = TableSchema(
    name="response_cover",
    group=GROUP,
    description=(
        "Weeks until less than 95 % of an end use's need, by value at stake, is served if nobody "
        "acts, with the range that comes from commercial stocks; missing: not within the horizon."
    ),
    key=("branch", "region", "end_use"),
    columns=(
        _BRANCH,
        _REGION,
        _SECTOR,
        _END_USE,
        Column("partner", "flag", "Whether the region is a partner.", required=True),
        Column("weeks", "number", "Weeks at the central stocks.", unit="week", low=0),
        Column("low", "number", "Weeks at the low end of the stocks.", unit="week", low=0),
        Column("high", "number", "Weeks at the high end of the stocks.", unit="week", low=0),
        Column("material", "text", "The material that runs out first."),
        _amount("need_rate", "Need, all materials together.", "t/yr"),
        Column("lowest_share", "number", "Lowest share served, by value.", unit="1", required=True),
        _amount("loss_nothing", "Loss over the horizon if nobody acts.", _MONEY),
        _amount("loss_cheapest", "Loss over the horizon under the cheapest answer.", _MONEY),
        Column(
            "first_of_sector",
            "flag",
            "Whether it is the first of its sector and region to stop.",
            required=True,
        ),
        Column("quality", "text", "How the range came to be.", required=True, allowed=QUALITIES),
    ),
)

RESPONSE_FLOWS = TableSchema(
    name="response_flows",
    group=GROUP,
    description=(
        "An activity or a route that differs from its normal amount by more than 1 % in one "
        "period of the cheapest answer."
    ),
    key=("branch", "kind", "label", "period"),
    columns=(
        _BRANCH,
        Column("kind", "text", "Kind.", required=True, allowed=("activity", "route")),
        Column("label", "text", "Process or route.", required=True),
        Column("chain", "text", "Mineral chain.", required=True),
        Column("stage", "text", "Stage of the process, or of the material.", required=True),
        Column("country", "text", "Country of the plant, or of the origin.", required=True),
        Column("country_to", "text", "Country of the destination."),
        _PERIOD,
        _amount("normal_amount", "Amount in the normal state."),
        _amount("amount", "Amount in the response."),
    ),
)

RESPONSE_PRICES = TableSchema(
    name="response_prices",
    group=GROUP,
    description=(
        "What one tonne more at a market would save in one period: the scarcity on top of the "
        "normal price, from the dual of the balance."
    ),
    key=("branch", "place", "material", "period"),
    columns=(
        _BRANCH,
        Column("place", "text", "Market.", required=True),
        Column("material", "text", "Material.", required=True),
        Column("chain", "text", "Mineral chain.", required=True),
        _PERIOD,
        _amount("normal_price", "Price in the normal state.", "USD/t"),
        _amount("price_added", "Scarcity value on top of it.", "USD/t"),
    ),
)

RESPONSE_STOCKS = TableSchema(
    name="response_stocks",
    group=GROUP,
    description="A stock at the end of one period of the cheapest answer.",
    key=("branch", "stock", "period"),
    columns=(
        _BRANCH,
        Column("stock", "text", "Stock.", required=True),
        Column("holder", "text", "Who holds it.", required=True),
        Column("kind", "text", "Kind.", required=True, allowed=("commercial", "government")),
        Column("place", "text", "Place.", required=True),
        Column("material", "text", "Material.", required=True),
        _PERIOD,
        _amount("initial_amount", "Amount at the start."),
        _amount("level_amount", "Amount at the end of the period."),
    ),
)

RESPONSE_FIGURES = TableSchema(
    name="response_figures",
    group=GROUP,
    description="A headline figure of a response; the range comes from commercial stocks.",
    key=("branch", "figure", "region"),
    columns=(
        _BRANCH,
        Column("figure", "text", "What it is.", required=True),
        Column("region", "text", "Partner, or all partners, or all regions.", required=True),
        _amount("value", "Value.", "1"),
        Column("low", "number", "Lower end.", unit="1"),
        Column("high", "number", "Upper end.", unit="1"),
        Column("unit", "text", "Unit of the value.", required=True),
    ),
)

RESPONSE_MEASURES = TableSchema(
    name="response_measures",
    group=GROUP,
    description=(
        "What one measure is worth: alone, and left out of all measures. Cost is that of every "
        "region under closure `market`, of the partners under closure `partners`; the course is "
        "known in advance, with a measure and without."
    ),
    key=("branch", "measure"),
    columns=(
        _BRANCH,
        Column("rank", "integer", "Order by saving alone.", required=True, low=1),
        Column("measure", "text", "Measure.", required=True),
        _amount("shortage_avoided_amount", "Shortage it avoids alone."),
        _amount("saving_alone", "Cost it saves alone, its own cost taken off.", _MONEY),
        _amount("saving_last", "Cost that comes back if it alone is left out.", _MONEY),
        _amount("weeks_gained", "Weeks of the partners' output at stake it saves alone.", "week"),
        _amount("marginal_value", "What 1 % more of it would save beside all others.", _MONEY),
        Column("what_it_is", "text", "What the measure may do.", required=True),
    ),
)

RESPONSE_PAIRS = TableSchema(
    name="response_pairs",
    group=GROUP,
    description="Two measures together against each alone.",
    key=("branch", "first", "second"),
    columns=(
        _BRANCH,
        Column("first", "text", "Measure.", required=True),
        Column("second", "text", "Measure.", required=True),
        _amount("saving_first", "Cost the first saves alone.", _MONEY),
        _amount("saving_second", "Cost the second saves alone.", _MONEY),
        _amount("saving_both", "Cost both save together.", _MONEY),
        _amount("interaction", "Both together less the sum of each alone.", _MONEY),
        Column(
            "reading",
            "text",
            "help: more together than each alone; overlap: less, one does part of the other's "
            "work; apart: the same within 2 % of the smaller one.",
            required=True,
            allowed=("help", "overlap", "apart"),
        ),
    ),
)

RESPONSE_KNOWLEDGE = TableSchema(
    name="response_knowledge",
    group=GROUP,
    description="Cost of a response by what is known of its course.",
    key=("branch", "knowledge"),
    columns=(
        _BRANCH,
        Column(
            "knowledge",
            "text",
            "foresight: the course is known; rolling: each period on the belief that what holds "
            "now goes on.",
            required=True,
            allowed=("foresight", "rolling"),
        ),
        _amount("cost", "Counted cost.", _MONEY),
        _amount("loss", "Loss of the partners.", _MONEY),
        _amount("shortage_amount", "Shortage of the partners."),
        _amount("value_of_knowing", "Cost above that of foresight.", _MONEY),
    ),
)

RESPONSE_NOTES = TableSchema(
    name="response_notes",
    group=GROUP,
    description="What was applied, what was assumed, and what could not be expressed.",
    key=("branch", "note"),
    columns=(
        _BRANCH,
        Column("note", "text", "Sentence.", required=True),
    ),
)

CHOKE_POINTS = TableSchema(
    name="choke_points",
    group=GROUP,
    description=(
        "One place, or country, and stage removed for the horizon: what it costs after the "
        "cheapest answer."
    ),
    key=("level", "label", "chain", "stage", "region"),
    columns=(
        Column("level", "text", "Level.", required=True, allowed=("place", "country")),
        Column("label", "text", "Place or country.", required=True),
        Column("name", "text", "Its name.", required=True),
        Column("country", "text", "Country.", required=True),
        Column("chain", "text", "Mineral chain.", required=True),
        Column("stage", "text", "Stage.", required=True),
        Column("region", "text", "Partner, or `partners` for all of them together.", required=True),
        Column("rank", "integer", "Order by the loss of all partners in a level.", required=True),
        _amount("normal_rate", "What normally is made there.", "t/yr"),
        _amount("shortage_amount", "Shortage."),
        _amount("loss", "Loss of delay and idle plants.", _MONEY),
        Column("most_hit", "text", "The end use that loses most; missing without a loss."),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    LINEAGE_MAKERS,
    RESPONSE_SERVICE,
    RESPONSE_COVER,
    RESPONSE_FLOWS,
    RESPONSE_PRICES,
    RESPONSE_STOCKS,
    RESPONSE_FIGURES,
    RESPONSE_MEASURES,
    RESPONSE_PAIRS,
    RESPONSE_KNOWLEDGE,
    RESPONSE_NOTES,
    CHOKE_POINTS,
)
