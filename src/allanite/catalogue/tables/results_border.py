"""Result tables of a border measure: what it moves, who pays, where demand leaks."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema
from allanite.catalogue.source import QUALITIES

GROUP: Final = "results"
SCHEMES: Final = (
    "as stated",
    "oxide only",
    "metal only",
    "alloy only",
    "magnet only",
    "each stage",
)

_MONEY: Final = "million USD"
_MEASURE: Final = Column("measure_id", "text", "Row of table `border_measures`.", required=True)
_MONTHS: Final = Column(
    "after", "integer", "Months users and makers have had by the first day of the year.", "month",
    required=True, low=0,
)  # fmt: skip
_STAGE: Final = Column("stage", "text", "Stage of the goods.", required=True)
_LOW, _HIGH = "Least over the ends of the ranges of the terms.", "Most over them."


def _number(name: str, text: str, unit: str, low: float | None = None) -> Column:
    return Column(name, "number", text, unit, required=True, low=low)


def _ranged(name: str, text: str, unit: str, low: float | None = None) -> tuple[Column, ...]:
    return (
        _number(name, text, unit, low),
        _number(f"low_{name}", _LOW, unit, low),
        _number(f"high_{name}", _HIGH, unit, low),
    )


BORDER_CHANNELS: Final = TableSchema(
    name="border_channels",
    group=GROUP,
    description="Where demand went that left a tariffed import, by stage of the goods.",
    key=("measure_id", "after", "stage", "channel"),
    columns=(
        _MEASURE,
        _MONTHS,
        _STAGE,
        Column("channel", "text", "Where it went.", required=True),
        *_ranged("rate", "What went there a year; below 0 where it made the need larger.", "t/yr"),
        *_ranged("share", "Of all that had to be found elsewhere; shares sum to 1.", "1", 0.0),
    ),
)

BORDER_TRADE: Final = TableSchema(
    name="border_trade",
    group=GROUP,
    description="One material on the markets at home under a measure: imports, makers, price.",
    key=("measure_id", "after", "material"),
    columns=(
        _MEASURE,
        _MONTHS,
        _STAGE,
        Column("material", "text", "Material.", required=True),
        _number("normal_price", "Price of the base year.", "USD/t", 0.0),
        _number("duty", "Duty on a tonne.", "USD/t", 0.0),
        *_ranged("price_rise", "Price rise on the markets at home.", "USD/t"),
        _number("taxed_before_rate", "Imports that pay, in the base year.", "t/yr", 0.0),
        *_ranged("taxed_rate", "Imports that pay, under the measure.", "t/yr", 0.0),
        _number("other_before_rate", "Imports that do not pay, in the base year.", "t/yr", 0.0),
        *_ranged("other_rate", "Imports that do not pay, under the measure.", "t/yr", 0.0),
        _number("home_before_rate", "Made at home in the base year.", "t/yr", 0.0),
        *_ranged("home_rate", "Made at home under the measure.", "t/yr", 0.0),
        *_ranged("home_gain", "What home makers get more for it a year, gross of inputs.", _MONEY),
        Column(
            "limit",
            "text",
            "What keeps home makers from more, in words.",
            required=True,
        ),
    ),
)

BORDER_PARTIES: Final = TableSchema(
    name="border_parties",
    group=GROUP,
    description=(
        "Who gains and who pays a year; the parties sum to what is lost to cost. What the listed "
        "origin no longer earns on goods it no longer sells is not counted."
    ),
    key=("measure_id", "after", "party"),
    columns=(
        _MEASURE,
        _MONTHS,
        Column("party", "text", "Who.", required=True),
        *_ranged("gain", "Gain a year; below 0 for a loss.", _MONEY),
    ),
)

BORDER_ELEMENTS: Final = TableSchema(
    name="border_elements",
    group=GROUP,
    description="One element in the goods at home: what still pays, what home makers give.",
    key=("measure_id", "after", "element"),
    columns=(
        _MEASURE,
        _MONTHS,
        Column("element", "text", "Symbol.", required=True),
        _number("taxed_before_rate", "In imports that pay, in the base year.", "t/yr", 0.0),
        *_ranged("taxed_rate", "In imports that pay, under the measure.", "t/yr", 0.0),
        _number("home_before_rate", "In what home makers make, in the base year.", "t/yr", 0.0),
        *_ranged("home_rate", "In what home makers make, under the measure.", "t/yr", 0.0),
        _number("embodied_rate", "Moved into imported products.", "t/yr", 0.0),
    ),
)

BORDER_CONTENT: Final = TableSchema(
    name="border_content",
    group=GROUP,
    description=(
        "Listed-origin content of the goods users at home take, traced to a stage. At the last "
        "stage it is the maker; at earlier ones the material inside."
    ),
    key=("measure_id", "after", "element", "stage"),
    columns=(
        _MEASURE,
        _MONTHS,
        Column("element", "text", "Symbol.", required=True),
        Column("stage", "text", "Stage at which the origin is read.", required=True),
        _number("use_before_rate", "The element in what users take, base year.", "t/yr", 0.0),
        _number("use_rate", "The same under the measure.", "t/yr", 0.0),
        Column("before_share", "number", "Listed share in the base year.", "1", True, 0.0, 1.0),
        Column("share", "number", "Listed share under the measure.", "1", True, 0.0, 1.0),
        Column(
            "replacement_share",
            "number",
            "Listed share of what replaced the goods that paid; empty where little did.",
            "1",
        ),
    ),
)

BORDER_PROTECTION: Final = TableSchema(
    name="border_protection",
    group=GROUP,
    description=(
        "Effective rate of protection of one recipe or product at home (Corden 1966): rise of its "
        "value added where every duty is passed on in full, and with the price rises found."
    ),
    key=("measure_id", "scheme", "stage", "subject"),
    columns=(
        _MEASURE,
        Column("scheme", "text", "Which goods pay.", required=True, allowed=SCHEMES),
        Column("stage", "text", "Stage of the recipe; product for a maker of products.",
               required=True),
        Column("subject", "text", "Recipe, or end use.", required=True),
        _number("nominal", "Duty on the outputs as a share of their price.", "1"),
        _number("value_added_share", "Value added over outputs without duties.", "1"),
        Column("effective", "number", "Effective rate; empty where value added is nil.", "1"),
        Column("realised", "number", "The same with the price rises found; as stated only.", "1"),
    ),
)  # fmt: skip

BORDER_SWEEP: Final = TableSchema(
    name="border_sweep",
    group=GROUP,
    description="A measure at rising levels: what it moves, leaks, earns and costs.",
    key=("measure_id", "level"),
    columns=(
        _MEASURE,
        _number("level", "Duty, or reference price above the price, as a share of it.", "1", 0.0),
        *_ranged("taxed_rate", "Imports that still pay.", "t/yr", 0.0),
        *_ranged("left_rate", "Imports that no longer come.", "t/yr"),
        *_ranged("home_rate", "Made more at home.", "t/yr"),
        *_ranged("allied_rate", "Made more in third countries.", "t/yr"),
        *_ranged("embodied_rate", "Moved into imported products.", "t/yr", 0.0),
        *_ranged("leak_share", "Went through third countries or into products.", "1", 0.0),
        Column(
            "marginal_leak_share",
            "number",
            "Leak of what left since the level before; empty where nothing did.",
            "1",
        ),
        *_ranged("users", "Gain of users at home.", _MONEY),
        *_ranged("treasury", "Duty collected.", _MONEY),
        *_ranged("makers", "Gain of makers at home.", _MONEY),
    ),
)

BORDER_COMPARISON: Final = TableSchema(
    name="border_comparison",
    group=GROUP,
    description=(
        "Measures at the least level with which home makers make a stated amount more; where none "
        "does, at the highest level tried."
    ),
    key=("measure_id", "form"),
    columns=(
        _MEASURE,
        Column("form", "text", "Form of the measure.", required=True),
        _number("target_rate", "What home makers shall make more.", "t/yr", 0.0),
        Column("reached", "flag", "Whether they do at any level tried.", required=True),
        _number("level", "Duty or payment as a share of the price.", "1", 0.0),
        *_ranged("home_rate", "Made more at home.", "t/yr"),
        *_ranged("users", "Gain of users of those who impose it.", _MONEY),
        *_ranged("treasury", "Gain of their treasuries.", _MONEY),
        *_ranged("makers", "Gain of their makers.", _MONEY),
        *(
            Column(name, "number", text, "USD/t")
            for name, text in (
                ("users_per_tonne", "Users' loss over what is made more; empty where nothing is."),
                ("treasury_per_tonne", "Cost to treasuries over what is made more."),
                ("net_per_tonne", "Loss of users, treasuries and makers together over it."),
            )
        ),
    ),
)

BORDER_TERMS: Final = TableSchema(
    name="border_terms",
    group=GROUP,
    description="Every assumption a study of a border measure rests on, with its range.",
    key=("name",),
    columns=(
        Column("name", "text", "Assumption, or end use of a cost share.", required=True),
        Column("value", "number", "Central value.", required=True),
        Column("low", "number", "Low end.", required=True),
        Column("high", "number", "High end.", required=True),
        Column("unit", "text", "Unit.", required=True),
        Column("quality", "text", "How it came to be.", required=True, allowed=QUALITIES),
        Column("why", "text", "Why this value.", required=True),
    ),
)

BORDER_NOTES: Final = TableSchema(
    name="border_notes",
    group=GROUP,
    description="What a reader must know of a measure as it was read.",
    key=("measure_id", "note"),
    columns=(_MEASURE, Column("note", "text", "One or a few sentences.", required=True)),
)

SCHEMAS: Final = (
    BORDER_CHANNELS,
    BORDER_TRADE,
    BORDER_PARTIES,
    BORDER_ELEMENTS,
    BORDER_CONTENT,
    BORDER_PROTECTION,
    BORDER_SWEEP,
    BORDER_COMPARISON,
    BORDER_TERMS,
    BORDER_NOTES,
)
