"""Tables a border measure is reckoned from: measures as data, and what products hold.

No number of elasticity or cost share stands in code; each has a range and says why.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "border"
BASES: Final = ("ad valorem", "reference price")
EVERYONE: Final = "*"  # origins: all countries that do not impose; end use: all without a row

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")

BORDER_MEASURES: Final = TableSchema(
    name="border_measures",
    group=GROUP,
    description="One duty, or reference price with an adjustable duty, at the border.",
    key=("measure_id",),
    columns=(
        Column("measure_id", "text", "Short id.", required=True),
        Column("instrument_id", "text", "Instrument it stands for; empty for a supposed one."),
        Column("name", "text", "Name shown to readers.", required=True),
        Column("imposers", "text", "Countries that impose it, with spaces between.", required=True),
        Column("origins", "text", "Origins it is laid on; * for all but imposers.", required=True),
        Column("exempt", "text", "Origins left free, with spaces between."),
        Column("stages", "text", "Stages of goods, separated by |; empty where materials name."),
        Column("materials", "text", "Materials, with spaces between; empty where stages name."),
        Column("basis", "text", "What the duty is counted on.", required=True, allowed=BASES),
        Column("rate", "number", "Duty as a share of the price.", "1", low=0.0),
        Column("reference_material", "text", "Oxide whose price is held up."),
        Column("reference_price", "number", "Price that imports may not undercut.", "USD/t", low=0),
        Column("low", "number", "Low end of the rate, or of the reference price."),
        Column("high", "number", "High end of the rate, or of the reference price."),
        Column(
            "on_products",
            "flag",
            "Whether the same duty is laid on what imported products hold.",
            required=True,
        ),
        Column("status", "text", "In force, proposed, unconfirmed, supposed.", required=True),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY, ForeignKey("instrument_id", "instruments", "instrument_id")),
)


def _share(name: str, text: str) -> Column:
    return Column(name, "number", text, "1", required=True, low=0.0, high=1.0)


BORDER_USES: Final = TableSchema(
    name="border_uses",
    group=GROUP,
    description=(
        "The first product that carries a material of an end use across a border instead of it: "
        "what the material is of its cost."
    ),
    key=("end_use",),
    columns=(
        Column("end_use", "text", "End use; * for all without a row.", required=True),
        Column("product", "text", "The product that could be imported instead.", required=True),
        _share("cost_share", "Cost of the material over the cost of the product."),
        _share("low", "Low end of the cost share."),
        _share("high", "High end of the cost share."),
        _share("value_added_share", "Value added by its maker over its price."),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

SCHEMAS: Final = (BORDER_MEASURES, BORDER_USES)
