"""Tables the price process reads beside `oxide_prices`: deflator, recent points, outside China.

Every number that nobody printed has a range and says why it stands.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "prices"
TAX_BASES: Final = ("without", "with")
PREMIUM_KINDS: Final = ("quota", "licence", "not controlled", "calm")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_OXIDE: Final = Column("oxide", "text", "Element of the oxide.", required=True)


def _number(name: str, description: str, unit: str) -> Column:
    return Column(name, "number", description, unit, required=True, low=0.0)


PRICE_DEFLATORS: Final = TableSchema(
    name="price_deflators",
    group=GROUP,
    description="Consumer prices of the United States by year, to bring quotes to money of 2025.",
    key=("year",),
    columns=(
        Column("year", "integer", "Year.", required=True, low=1900, high=2100),
        _number("index", "Annual average, 1982-84 = 100.", "1"),
        _number("low", "Lower end.", "1"),
        _number("high", "Upper end.", "1"),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

PRICE_POINTS: Final = TableSchema(
    name="price_points",
    group=GROUP,
    description="One price of an oxide inside or from China that is newer than `oxide_prices`.",
    key=("product", "period"),
    columns=(
        Column("product", "text", "Oxide, as table `oxide_prices` names it.", required=True),
        Column("period", "text", "Month.", required=True),
        _number("low", "Lower end, money of the day.", "USD/kg"),
        _number("high", "Upper end, money of the day.", "USD/kg"),
        Column(
            "tax_basis",
            "text",
            "Value-added tax of China: prices FOB hold it, since exports get no rebate.",
            required=True,
            allowed=TAX_BASES,
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

OUTSIDE_PREMIUMS: Final = TableSchema(
    name="outside_premiums",
    group=GROUP,
    description="One price outside China beside one inside or from China at about the same time.",
    key=("oxide", "period"),
    columns=(
        _OXIDE,
        Column("period", "text", "Month.", required=True),
        Column(
            "kind",
            "text",
            "Export quota, export licence, an oxide not controlled while others were, or calm.",
            required=True,
            allowed=PREMIUM_KINDS,
        ),
        _number("outside_price", "Outside China; in the quota years FOB China.", "USD/kg"),
        _number("inside_price", "FOB China; in the quota years inside China.", "USD/kg"),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

OUTSIDE_VOLUMES: Final = TableSchema(
    name="outside_volumes",
    group=GROUP,
    description="What trades of an oxide at the quoted price outside China while controls bite.",
    key=("oxide",),
    columns=(
        _OXIDE,
        _number("outside_volume_rate", "Central value.", "t/yr"),
        _number("low", "Lower end.", "t/yr"),
        _number("high", "Upper end.", "t/yr"),
        _number("use_rate", "All use outside China, for comparison.", "t/yr"),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

SCHEMAS: Final = (PRICE_DEFLATORS, PRICE_POINTS, OUTSIDE_PREMIUMS, OUTSIDE_VOLUMES)
