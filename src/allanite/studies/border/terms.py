"""What nobody can look up: elasticities, cost shares, and the ends of their ranges.

A case of the terms moves one group of them to one end and leaves the others; results give the
least and the most over all cases as their range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from allanite.catalogue.store import Release
from allanite.catalogue.tables.border import EVERYONE
from allanite.errors import UsageError
from allanite.network.assumptions import assumed_range

PREFIX: Final = "border."
End = Literal["low", "central", "high"]
_PLACE: Final[dict[End, int]] = {"low": 0, "central": 1, "high": 2}
MONTHS: Final = 12.0


@dataclass(frozen=True, slots=True)
class Product:
    """The first product that can cross a border in place of a material.

    Attributes:
        cost_share: cost of the material over that of the product [1].
        value_added_share: of the maker of the product, over its price [1].
    """

    cost_share: float
    value_added_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderTerms:
    """How users answer a price at the border.

    Attributes:
        supplier_elasticity: between suppliers of one material [1].
        product_elasticity: between home-made and imported products [1].
        product_demand_elasticity: of products of both kinds together [1].
        home_share: share of a material used in home-made products, by region; `*` for others.
        shift_delay, shift_duration: until products begin to move, and from then on [yr].
        products: by end use; `*` for those without a row.
        cost_end: which end of the running costs holds.
    """

    supplier_elasticity: float
    product_elasticity: float
    product_demand_elasticity: float
    home_share: Mapping[str, float]
    shift_delay: float
    shift_duration: float
    products: Mapping[str, Product]
    cost_end: End = "central"

    def __post_init__(self) -> None:
        for name in ("supplier_elasticity", "product_elasticity", "product_demand_elasticity"):
            if not getattr(self, name) >= 0:
                raise UsageError(f"{name} is {getattr(self, name):g}; it must be 0 or more")
        for region, share in self.home_share.items():
            if not 0 < share <= 1:
                raise UsageError(f"home_share of {region} is {share:g}; above 0, at most 1")

    def product(self, end_use: str) -> Product:
        """The product of an end use."""
        return self.products.get(end_use, self.products[EVERYONE])

    def home(self, region: str) -> float:
        """Share of a region's use that its own makers build in [1]."""
        return self.home_share.get(region, self.home_share[EVERYONE])


def load_terms(release: Release) -> dict[str, BorderTerms]:
    """Terms by case: `central` first, then each group at its low and its high end.

    Raises:
        DataError: an assumption without a row or a range.
    """
    central = _terms(release, "central", "central")
    found = {"central": central}
    ends: tuple[End, End] = ("low", "high")
    for end in ends:
        found[f"suppliers {end}"] = _terms(release, end, "central")
        found[f"products {end}"] = _terms(release, "central", end)
        found[f"costs {end}"] = replace(central, cost_end=end)
    return found


def _terms(release: Release, suppliers: End, products: End) -> BorderTerms:
    def value(name: str, end: End) -> float:
        return assumed_range(release, name, PREFIX)[_PLACE[end]]

    # Much built in at home, and late, is little that moves: those ranges turn round.
    turned: End = {"low": "high", "high": "low", "central": "central"}[products]  # type: ignore[assignment]
    return BorderTerms(
        supplier_elasticity=value("supplier_elasticity", suppliers),
        product_elasticity=value("product_elasticity", products),
        product_demand_elasticity=value("product_demand_elasticity", "central"),
        home_share=_home_shares(release, turned),
        shift_delay=value("shift_delay", turned) / MONTHS,
        shift_duration=value("shift_duration", turned) / MONTHS,
        products=_products(release, products),
    )


def _home_shares(release: Release, end: End) -> dict[str, float]:
    name = "home_share"
    ids = [str(row["assumption_id"]).removeprefix(PREFIX) for row in release.rows("assumptions")]
    keyed = [i for i in ids if i.startswith(f"{name}:")]
    found = {i.partition(":")[2]: assumed_range(release, i, PREFIX)[_PLACE[end]] for i in keyed}
    return {EVERYONE: assumed_range(release, name, PREFIX)[_PLACE[end]], **found}


def _products(release: Release, end: End) -> dict[str, Product]:
    column = "cost_share" if end == "central" else end
    return {
        row["end_use"]: Product(float(row[column]), float(row["value_added_share"]))
        for row in release.rows("border_uses")
    }
