"""Result tables of the back-test: what the response says of past controls beside what happened."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
EVENTS: Final = ("april-2025", "quota-2010")
MARKETS: Final = ("inside China", "outside China")
_EVENT: Final = Column("event", "text", "What is tested.", required=True, allowed=EVENTS)
_READING: Final = Column(
    "reading",
    "text",
    "Which figures of the controls are taken: by their text, or as observed.",
    required=True,
    allowed=("de_jure", "observed"),
)
_DESTINATION: Final = Column(
    "destination", "text", "Region that receives; WLD is all.", required=True
)
_PERIOD: Final = Column("period", "text", "Month or year.", required=True)
_NOTE: Final = Column("note", "text", "What a reader must know next to the figures.")


def _number(name: str, text: str, unit: str = "", *, required: bool = False) -> Column:
    return Column(name, "number", text, unit=unit, required=required)


BACKTEST_EXPORTS = TableSchema(
    name="backtest_exports",
    group=GROUP,
    description=(
        "Exports of China over a period as the response computes them and as they were "
        "reported, with three peers that need no model."
    ),
    key=("event", "reading", "product", "destination", "period"),
    columns=(
        _EVENT,
        _READING,
        Column("product", "text", "Goods, as table `customs_exports` names them.", required=True),
        _DESTINATION,
        _PERIOD,
        _number("normal_amount", "What the base year sends.", "t", required=True),
        _number("computed_amount", "What the response sends.", "t", required=True),
        _number("low_amount", "Least of the runs at low, central and high figures.", "t"),
        _number("high_amount", "Most of the same runs.", "t"),
        _number("reported_amount", "As reported; missing where nobody reported it.", "t"),
        Column("kind", "text", "Whether the figure was printed or follows from printed ones."),
        _number("error_share", "computed / reported - 1; missing where reported is 0.", "1"),
        Column("within", "flag", "Whether the reported amount lies between low and high."),
        _number("year_before_amount", "Reported for the same month a year before.", "t"),
        _number("unchanged_amount", "Peer: nothing happens.", "t", required=True),
        _number("stopped_amount", "Peer: all that is controlled stops.", "t", required=True),
        _number(
            "passes_amount", "Peer: normal times what the control lets pass.", "t", required=True
        ),
        _NOTE,
    ),
)

BACKTEST_ORDER = TableSchema(
    name="backtest_order",
    group=GROUP,
    description="Destinations by what is left of their normal supply, as computed and reported.",
    key=("event", "reading", "product", "destination", "period"),
    columns=(
        _EVENT,
        _READING,
        Column("product", "text", "Goods.", required=True),
        _DESTINATION,
        _PERIOD,
        _number("computed_share", "Computed over normal.", "1", required=True),
        _number("reported_share", "Reported over the reported month of 2024.", "1", required=True),
        _number("base_amount", "The reported month of 2024.", "t", required=True),
        Column("base", "text", "How the month of 2024 is known.", required=True),
        Column("computed_rank", "number", "1: least is left; ties share a rank.", required=True),
        Column("reported_rank", "number", "1: least is left.", required=True),
    ),
)

BACKTEST_PRICES = TableSchema(
    name="backtest_prices",
    group=GROUP,
    description="Prices inside and outside China, as computed and as reported.",
    key=("event", "reading", "product", "market", "period"),
    columns=(
        _EVENT,
        _READING,
        Column("product", "text", "Product, as table `oxide_prices` names it.", required=True),
        Column("market", "text", "Side of the border.", required=True, allowed=MARKETS),
        _PERIOD,
        Column("place", "text", "Market of the network that is read.", required=True),
        Column("material", "text", "Material of the network that is read.", required=True),
        _number("normal_price", "Price of the base year.", "USD/t", required=True),
        _number("computed_price", "Normal price and what is added.", "USD/t", required=True),
        _number("computed_ratio", "Computed over normal.", "1", required=True),
        _number("reported_low", "Low end as reported.", "USD/t"),
        _number("reported_high", "High end as reported.", "USD/t"),
        _number("reported_ratio", "Middle as reported over the reported price before.", "1"),
        _NOTE,
    ),
)

BACKTEST_FIGURES = TableSchema(
    name="backtest_figures",
    group=GROUP,
    description="Errors of the back-test in one figure each, with the same figure of its peers.",
    key=("event", "reading", "figure", "product", "destination"),
    columns=(
        _EVENT,
        _READING,
        Column("figure", "text", "What is measured.", required=True),
        Column("product", "text", "Goods.", required=True),
        _DESTINATION,
        Column("count", "integer", "Pairs of figures behind it.", required=True, low=0),
        Column("unit", "text", "Unit of the values.", required=True),
        _number("value", "Of the response; missing where it has none."),
        _number("reported", "The same as reported, where the figure is no error."),
        _number("unchanged", "Of the peer in which nothing happens."),
        _number("stopped", "Of the peer in which all that is controlled stops."),
        _number("passes", "Of the peer that multiplies normal by what passes."),
        _number("year_before", "Of the peer that repeats the same month of the year before."),
        _NOTE,
    ),
)

BACKTEST_NOTES = TableSchema(
    name="backtest_notes",
    group=GROUP,
    description="What the back-test does not know or cannot test.",
    key=("event", "note"),
    columns=(_EVENT, Column("note", "text", "A sentence.", required=True)),
)

SCHEMAS: Final = (
    BACKTEST_EXPORTS,
    BACKTEST_ORDER,
    BACKTEST_PRICES,
    BACKTEST_FIGURES,
    BACKTEST_NOTES,
)
