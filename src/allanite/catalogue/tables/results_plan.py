"""Result tables of the plan: what to build and store, what it saves, how sure that is."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
MONEY: Final = "million USD"
VARIANTS: Final = ("with plan", "without plan")
STEPS: Final = ("permit", "building", "ramp")
VERDICTS: Final = ("decided already", "in every good plan", "can be swapped", "in no good plan")

_PROJECT: Final = Column("project_id", "text", "Project.", required=True)
_NAME: Final = Column("name", "text", "Name of the project.", required=True)
_PAYER: Final = Column("payer", "text", "Who pays: a partner, or `both`.", required=True)
_PERIOD: Final = Column("period", "text", "First day of the quarter.", required=True)
_STOCK: Final = Column("stock", "text", "Stock: holder and node.", required=True)


def _number(name: str, text: str, unit: str, *, required: bool = True) -> Column:
    return Column(name, "number", text, unit=unit, required=required)


def _share(name: str, text: str, *, required: bool = True) -> Column:
    return Column(name, "number", text, unit="1", required=required, low=0.0, high=1.0)


PLAN_FIGURES: Final = TableSchema(
    name="plan_figures",
    group=GROUP,
    description="One figure about the plan as a whole; a bound that is not proven is missing.",
    key=("figure",),
    columns=(
        Column("figure", "text", "What it is.", required=True),
        Column("value", "number", "Central value, in `unit`."),
        Column("low", "number", "Lower bound or end, in `unit`."),
        Column("high", "number", "Upper bound or end, in `unit`."),
        Column("unit", "text", "Unit.", required=True),
        Column("note", "text", "How it was found.", required=True),
    ),
)

PLAN_PROJECTS: Final = TableSchema(
    name="plan_projects",
    group=GROUP,
    description="One project: what the plan does with it, and what it is worth.",
    key=("project_id",),
    columns=(
        _PROJECT,
        _NAME,
        Column("country", "text", "Country of its largest plant.", required=True),
        Column("stage", "text", "Stages of its plants.", required=True),
        Column("status", "text", "Status in the data.", required=True),
        _PAYER,
        Column("is_committed", "flag", "Under way whatever is decided.", required=True),
        _share("built_share", "How much of it the plan builds."),
        Column("variant", "text", "Variant that is built most; missing where none is."),
        Column("start", "text", "Quarter of the decision; missing where none is."),
        _number("capital", "Cash for what is built.", MONEY),
        Column("output", "text", "Main product, by value.", required=True),
        _number("output_rate", "Of the whole project at nameplate.", "t/yr"),
        _number("output_amount", "Expected over the horizon with the plan.", "t"),
        _share(
            "running_share",
            "Share of what is online that partners use; plants abroad sell the rest.",
        ),
        Column("first_output", "text", "Quarter of the first output, half of the courses."),
        Column("late_first_output", "text", "The same, nine in ten courses; missing if later."),
        _share("failure_share", "Courses in which it never runs."),
        _number(
            "marginal_value",
            "What a whole one more would save beyond its cost, at the margin of the plan.",
            MONEY,
        ),
        _number("regret_low", "Least extra cost of deciding the other way.", MONEY, required=False),
        _number("regret_high", "Most extra cost of deciding so.", MONEY, required=False),
        _share("least_share", "Least that a plan within the margin builds.", required=False),
        _share("most_share", "Most that a plan within the margin builds.", required=False),
        Column("replaced_by", "text", "What more of is built where it is left out."),
        Column("verdict", "text", "In words.", required=True, allowed=VERDICTS),
        Column("quality", "text", "How its cost is known.", required=True),
    ),
)

PLAN_CONTRACTS: Final = TableSchema(
    name="plan_contracts",
    group=GROUP,
    description=(
        "One contract that could keep a project alive: whether the plan signs it, what it costs its"
        " payer over the horizon, discounted, for the whole project, and what it is worth."
    ),
    key=("project_id", "contract"),
    columns=(
        _PROJECT,
        _NAME,
        Column("contract", "text", "Contract.", required=True),
        _PAYER,
        Column("terms", "text", "What is agreed.", required=True),
        Column("start", "text", "Quarter in which it would be signed.", required=True),
        _share("signed_share", "How much of the project the plan builds with it."),
        _number("upfront_cost", "Grant, not discounted.", MONEY),
        _number("scored_cost", "What budgets count: the grant and what is expected.", MONEY),
        _number("mean_cost", "Mean over the courses of the plan.", MONEY),
        _number("tail_cost", "Mean of the courses in which it costs most.", MONEY),
        _number("worst_cost", "The most of any course.", MONEY),
        _number(
            "least_cost", "The least of any; below 0 where a share in high prices pays.", MONEY
        ),
        _share("failure_share_without", "Courses in which the project fails without it."),
        _share("failure_share", "Courses in which it fails with it."),
        _number(
            "marginal_value",
            "What the project with it saves more than without, beyond the cost, at the margin of"
            " the plan.",
            MONEY,
        ),
    ),
)

PLAN_VALUES: Final = TableSchema(
    name="plan_values",
    group=GROUP,
    description=(
        "What a tonne more of an oxide or a metal at a partner would save, at the margin of the"
        " plan: mean over courses and quarters, not discounted."
    ),
    key=("place", "material"),
    columns=(
        Column("place", "text", "Partner.", required=True),
        Column("material", "text", "Material.", required=True),
        Column("stage", "text", "Oxide or metal.", required=True),
        _number("use_rate", "What all partners' uses contain of it, in the base year.", "t/yr"),
        _number("price", "Normal price.", "USD/t"),
        _number("value", "With the plan.", "USD/t"),
        _number("value_without", "Without a plan.", "USD/t"),
        _number(
            "curbed_value", "With the plan, in quarters in which stocks are released.", "USD/t"
        ),
    ),
)

FLOOR_ELEMENTS: Final = TableSchema(
    name="floor_elements",
    group=GROUP,
    description=(
        "One element that a price floor could name: what a kilogram more of its oxide is worth to"
        " the partners, against its price and the floors that are agreed."
    ),
    key=("element",),
    columns=(
        Column("rank", "integer", "Place by `scarcity_cost`, from 1.", required=True),
        Column("element", "text", "Element, or NdPr.", required=True),
        Column("material", "text", "Its oxide.", required=True),
        _number("market_price", "Latest benchmark price.", "USD/kg"),
        Column("market_date", "date", "Last day of what that price is of.", required=True),
        _number("normal_price", "Price in the normal state of response and plan.", "USD/kg"),
        _number(
            "response_value",
            "Worth of a kilogram more under controls in force, mean over courses of the law and"
            " periods, at the partner where it is highest; holds for the first kilograms.",
            "USD/kg",
        ),
        _number("stress_value", "The same where nothing is licensed.", "USD/kg"),
        _number("plan_value", "Worth over all courses of the plan, with it.", "USD/kg"),
        _number("plan_value_without", "The same without a plan.", "USD/kg"),
        _number("curbed_value", "With the plan, in quarters of an embargo.", "USD/kg"),
        _number("ratio", "Worth without a plan over the normal price.", "1"),
        _number("use_rate", "What the partners' uses contain, in the base year.", "t/yr"),
        _number(
            "scarcity_cost",
            "What scarcity that a plan cures adds to the worth of one year's use, without a plan.",
            MONEY,
        ),
        Column("floor_count", "integer", "Floors with a stated price that name it.", required=True),
        _share("floor_share", "Its share of all floors with a stated price."),
        Column("project_id", "text", "Project with the largest floor on it on offer."),
        _number("offered_strike", "Price of that floor.", "USD/kg", required=False),
        _number(
            "needed_price",
            "Price at which that project pays, where valued.",
            "USD/kg",
            required=False,
        ),
    ),
)

PLAN_SCHEDULE: Final = TableSchema(
    name="plan_schedule",
    group=GROUP,
    description="One step of a project that the plan builds, as planned and as it may slip.",
    key=("project_id", "variant", "step"),
    columns=(
        _PROJECT,
        _NAME,
        Column("variant", "text", "Variant.", required=True),
        Column("step", "text", "Step.", required=True, allowed=STEPS),
        Column("begins", "date", "First day as planned.", required=True),
        Column("ends", "date", "Last day as planned.", required=True),
        Column("late_end", "date", "Last day in nine of ten courses in which it is built."),
        Column("is_longest", "flag", "The longest step of the project.", required=True),
        Column("waits_for", "text", "Project whose output it needs and that comes later."),
    ),
)

PLAN_PERMITS: Final = TableSchema(
    name="plan_permits",
    group=GROUP,
    description="What a month saved on the permits of a project brings.",
    key=("project_id",),
    columns=(
        _PROJECT,
        _NAME,
        Column("programme", "text", "How the permit is shortened.", required=True),
        _number("months_saved", "Months the faster permit saves.", "month"),
        _number("cost", "Of the faster permit.", MONEY),
        Column("output", "text", "Main product, by value.", required=True),
        _number("output_per_month", "Product that a month earlier brings.", "t"),
        _number(
            "avoided_loss_per_month",
            "What a month earlier saves, of the whole project; at the margin of the plan.",
            MONEY,
        ),
        _share("chosen_share", "How much of the project takes the faster permit."),
        Column("binding", "text", "The step that the start of output waits for.", required=True),
    ),
)

PLAN_STOCKS: Final = TableSchema(
    name="plan_stocks",
    group=GROUP,
    description="One stock that a partner may build, and what the plan orders.",
    key=("stock", "year"),
    columns=(
        _STOCK,
        Column("holder", "text", "Who holds it.", required=True),
        Column("region", "text", "Where it lies.", required=True),
        Column("material", "text", "Material.", required=True),
        Column("form", "text", "Form.", required=True),
        Column("year", "integer", "Year of the order.", required=True),
        _number("ordered_amount", "Ordered.", "t"),
        _number("limit_amount", "Most that may be ordered.", "t"),
        _number("cost", "Cash, with the rise of the price by the purchase itself.", MONEY),
        _number("cover", "Days of the partner's own use that all its orders make.", "d"),
        _number("marginal_value", "What a tonne more would save beyond its cost.", "USD/t"),
    ),
)

PLAN_COVER: Final = TableSchema(
    name="plan_cover",
    group=GROUP,
    description="What is in stock over time, expected over the courses, by form.",
    key=("region", "material", "form", "period"),
    columns=(
        Column("region", "text", "Where it lies.", required=True),
        Column("material", "text", "Material.", required=True),
        Column("form", "text", "Form.", required=True),
        _PERIOD,
        _number("level_amount", "Mean over the courses, shelves and orders together.", "t"),
        _number("worst_level_amount", "Least over the courses.", "t"),
    ),
)

PLAN_SHORTAGE: Final = TableSchema(
    name="plan_shortage",
    group=GROUP,
    description="What partners go without over the horizon, with and without the plan.",
    key=("variant", "region", "material"),
    columns=(
        Column("variant", "text", "With or without.", required=True, allowed=VARIANTS),
        Column("region", "text", "Where it is needed.", required=True),
        Column("material", "text", "Material.", required=True),
        _number("need_amount", "Mean need.", "t"),
        _number("mean_amount", "Mean shortage.", "t"),
        _number("tail_amount", "Mean of the worst courses beyond the confidence.", "t"),
        _number("worst_amount", "In the worst course.", "t"),
        _number("thrift_amount", "Mean thrift and replacement, which is no shortage.", "t"),
    ),
)

PLAN_YEARS: Final = TableSchema(
    name="plan_years",
    group=GROUP,
    description="Loss of the partners year by year, with and without the plan.",
    key=("variant", "year"),
    columns=(
        Column("variant", "text", "With or without.", required=True, allowed=VARIANTS),
        Column("year", "integer", "Calendar year.", required=True),
        _number("mean_loss", "Mean loss from delayed use and idle plants.", MONEY),
        _number("tail_loss", "Mean of the worst courses beyond the confidence.", MONEY),
        _number("worst_loss", "In the worst course.", MONEY),
        _number("capital", "Cash the plan decides in that year.", MONEY),
    ),
)

PLAN_FRONT: Final = TableSchema(
    name="plan_front",
    group=GROUP,
    description="Plans between the cheapest on the mean and the safest in the tail.",
    key=("risk_weight",),
    columns=(
        _share("risk_weight", "Weight of the tail."),
        _number("mean_cost", "Mean total cost, discounted.", MONEY),
        _number("tail_cost", "Mean cost of the worst courses beyond the confidence.", MONEY),
        _number("capital", "Cash decided.", MONEY),
        _number("stock_capital", "Of it for stocks.", MONEY),
        _number("gap", "Proven gap.", "1"),
    ),
)

PLAN_SENSITIVITY: Final = TableSchema(
    name="plan_sensitivity",
    group=GROUP,
    description="The plan under other probabilities: what it costs then, and what would be best.",
    key=("shift",),
    columns=(
        Column("shift", "text", "What is shifted.", required=True),
        _number("plan_cost", "Mean cost of the plan as it is.", MONEY),
        _number("no_plan_cost", "Mean cost without a plan.", MONEY),
        _number("best_cost", "Of the plan that would be best then: proven lower bound.", MONEY),
        _number("regret", "Cost of having planned on other odds, at most.", MONEY),
        Column("changes", "text", "Projects that would change by a half or more.", required=True),
    ),
)

PLAN_ROUNDS: Final = TableSchema(
    name="plan_rounds",
    group=GROUP,
    description="Bounds by round of the solver.",
    key=("round",),
    columns=(
        Column("round", "integer", "Round.", required=True),
        Column("scenarios", "integer", "Courses evaluated.", required=True),
        Column("lower", "number", "Proven lower bound; missing before there is one.", unit=MONEY),
        Column("upper", "number", "Cost of the best plan so far; missing before.", unit=MONEY),
    ),
)

PLAN_REGIMES: Final = TableSchema(
    name="plan_regimes",
    group=GROUP,
    description="How often each regime holds in the courses, and how long it lasts.",
    key=("regime",),
    columns=(
        Column("regime", "text", "Regime.", required=True),
        Column("title", "text", "In words.", required=True),
        _number("expected_quarters", "Mean over the courses.", "1"),
        _share("by_2030_share", "Probability that it holds at some time before 2030."),
        _share("ever_share", "Probability that it holds at some time in the horizon."),
        _number("mean_spell", "Mean length of a spell.", "month"),
    ),
)

PLAN_ASSUMPTIONS: Final = TableSchema(
    name="plan_assumptions",
    group=GROUP,
    description="One assumption of the plan: odds, shares and money that no source settles.",
    key=("name",),
    columns=(
        Column(
            "name", "text", "Name as in the case file, or in table `assumptions`.", required=True
        ),
        Column("value", "number", "As used, in `unit`.", required=True),
        Column("low", "number", "Lower end, in `unit`."),
        Column("high", "number", "Upper end, in `unit`."),
        Column("unit", "text", "Unit.", required=True),
        Column("why", "text", "What it rests on.", required=True),
        Column("quality", "text", "How it is known.", required=True),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    PLAN_FIGURES,
    PLAN_PROJECTS,
    PLAN_CONTRACTS,
    PLAN_VALUES,
    FLOOR_ELEMENTS,
    PLAN_SCHEDULE,
    PLAN_PERMITS,
    PLAN_STOCKS,
    PLAN_COVER,
    PLAN_SHORTAGE,
    PLAN_YEARS,
    PLAN_FRONT,
    PLAN_SENSITIVITY,
    PLAN_ROUNDS,
    PLAN_REGIMES,
    PLAN_ASSUMPTIONS,
)
