"""Result tables of ventures: what one sells, its cash over simulated prices, odds and terms."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
BASKET_SIDES: Final = ("sold", "bought", "oxide")
CASH_FIGURES: Final = ("revenue", "cost", "ebitda", "debt service", "cover", "cash")

_VENTURE: Final = Column("venture", "text", "Project, or group of sites.", required=True)
_UNIT: Final = Column("unit", "text", "Unit.", required=True)
_LOW: Final = Column("low", "number", "One path in twenty lies below, in `unit`.")
_HIGH: Final = Column("high", "number", "One path in twenty lies above, in `unit`.")

VENTURE_BASKET: Final = TableSchema(
    name="venture_basket",
    group=GROUP,
    description=(
        "One good that a venture sells or buys in its last year, at stated oxide prices; and one"
        " oxide that its earnings hang on."
    ),
    key=("venture", "side", "item"),
    columns=(
        _VENTURE,
        Column(
            "side",
            "text",
            "Sold; bought; or oxide: what sales less bought inputs count of it.",
            required=True,
            allowed=BASKET_SIDES,
        ),
        Column("item", "text", "Material, or element of the oxide.", required=True),
        Column("rate", "number", "A year; of an oxide below 0 for a net buyer.", "t/yr"),
        Column("price", "number", "At the stated oxide prices.", "USD/kg", required=True),
        Column("amount", "number", "Rate times price.", "million USD", required=True),
        Column("revenue_share", "number", "Of what is sold.", "1", required=True),
    ),
)

VENTURE_CASH: Final = TableSchema(
    name="venture_cash",
    group=GROUP,
    description="One figure of the cash of a venture in one year over all paths.",
    key=("venture", "year", "figure"),
    columns=(
        _VENTURE,
        Column("year", "integer", "Calendar year.", required=True),
        Column(
            "figure",
            "text",
            "Revenue and cost as if it ran; EBITDA with support; debt service; cover: free cash"
            " over debt service, missing where none is due; cash at the end of the year.",
            required=True,
            allowed=CASH_FIGURES,
        ),
        Column("median", "number", "Half of the paths lie below, in `unit`."),
        _LOW,
        _HIGH,
        _UNIT,
    ),
)

VENTURE_ODDS: Final = TableSchema(
    name="venture_odds",
    group=GROUP,
    description=(
        "One figure of what a venture is worth and how likely it lives; missing where it has none."
    ),
    key=("venture", "figure"),
    columns=(
        _VENTURE,
        Column("figure", "text", "What it is.", required=True),
        Column("value", "number", "Mean over paths, or the figure itself, in `unit`."),
        Column("median", "number", "Half of the paths lie below, in `unit`."),
        _LOW,
        _HIGH,
        _UNIT,
        Column("note", "text", "What it says, in words.", required=True),
    ),
)

VENTURE_TERMS: Final = TableSchema(
    name="venture_terms",
    group=GROUP,
    description="One number the cash of a venture rests on, with its range and origin.",
    key=("venture", "term", "scope"),
    columns=(
        _VENTURE,
        Column("term", "text", "Parameter, `capex` or `running_cost`.", required=True),
        Column("scope", "text", "Country, stage, material, plant or venture.", required=True),
        Column("value", "number", "Central value, in `unit`.", required=True),
        Column("low", "number", "Lower end, in `unit`.", required=True),
        Column("high", "number", "Upper end, in `unit`.", required=True),
        _UNIT,
        Column("quality", "text", "How it came to be.", required=True),
        Column("source", "text", "Source and place in it.", required=True),
        Column("note", "text", "Why this value.", required=True),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    VENTURE_BASKET,
    VENTURE_CASH,
    VENTURE_ODDS,
    VENTURE_TERMS,
)
