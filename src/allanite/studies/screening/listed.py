"""Value of Chinese listed inputs in each part and assembly, as a share with its interval.

    share = sum over elements (mass x price) / value of the part or assembly

An input counts at a stage where No. 61/2025 lists it: seven elements as metal or alloy, two as
oxide. It is surely Chinese only if China is the one country of that stage; it may be wherever
China is among the countries or not all are known. The day of the prices is open in the text, so
the price is a range: that of the base year, widened by every later quotation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.store import Release
from allanite.law.rules.facts import Interval
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.lift import max_up
from allanite.studies.screening.materials import PartMaterials
from allanite.studies.screening.rollup import Rollup, float_sums, unnamed_mass

CHINA: Final = "CHN"
# No. 61/2025, annex 1 part 1.
LISTED_AT: Final[Mapping[str, tuple[str, ...]]] = {
    "separated": ("Dy", "Tb"),
    "metal": ("Dy", "Gd", "Lu", "Sc", "Sm", "Tb", "Y"),
}
LISTED_ELEMENTS: Final = LISTED_AT["metal"]
PRICES_SINCE: Final = date(2024, 1, 1)
GRAMS: Final = 1e6  # in a tonne

Range = tuple[float, float]
UNPRICED: Final[Range] = (0.0, float("inf"))


@dataclass(frozen=True, slots=True)
class InputPrices:
    """Price of each listed element in its oxide or metal [USD per g of element], low and high."""

    by_element: Mapping[str, Range]

    def price(self, element: str) -> Range:
        """The range of an element; from nothing to endless where no price is known."""
        return self.by_element.get(element, UNPRICED)


def load_input_prices(release: Release, materials: PartMaterials) -> InputPrices:
    """Prices of the listed elements: tables `material_prices` and `oxide_prices`."""
    stated = {row["material_id"]: row for row in release.rows("material_prices")}
    quoted: dict[str, list[float]] = {}
    for row in release.rows("oxide_prices"):
        if row["last_day"] >= PRICES_SINCE and row["high_price"] is not None:
            quoted.setdefault(row["product"], []).append(row["high_price"])
    found: dict[str, Range] = {}
    for element in LISTED_ELEMENTS:
        oxide = stated.get(f"ox_{element.lower()}")
        if oxide is None:
            continue
        content = materials.find(f"ox_{element.lower()}").contents[element][1]
        metal = stated.get(f"met_{element.lower()}")
        highs = [oxide["high"], *quoted.get(f"{element} oxide", ())]
        high = max(price / content for price in highs)
        high = high if metal is None else max(high, metal["high"])
        found[element] = (oxide["low"] / content / GRAMS, high / GRAMS)
    return InputPrices(found)


def listed_value(bom: Bom, rollup: Rollup, prices: InputPrices) -> tuple[FloatArray, FloatArray]:
    """Bounds of the value of Chinese listed inputs in each part alone [USD], each (P,)."""
    mass_low, mass_high = rollup.mass_grams()
    leaf = bom.tree.is_leaf()
    surely, perhaps = _chinese(bom, "metal"), _chinese(bom, "separated")
    low, high = np.zeros(len(bom)), np.zeros(len(bom))
    for element in LISTED_ELEMENTS:
        share_low, share_high = bom.contents.shares(element)
        price_low, price_high = prices.price(element)
        at_oxide = element in LISTED_AT["separated"]
        is_sure = surely[0] | (perhaps[0] if at_oxide else False)
        may_be = surely[1] | (perhaps[1] if at_oxide else False)
        low += np.where(is_sure & leaf, mass_low * share_low * price_low, 0.0)
        may_be = may_be & leaf & (share_high > 0)
        with np.errstate(invalid="ignore"):
            high += np.where(may_be, mass_high * share_high * price_high, 0.0)
    unnamed = unnamed_mass(bom, rollup) > 0
    return low, np.where(unnamed & ~leaf, np.inf, high)


def _chinese(bom: Bom, stage: str) -> tuple[BoolArray, BoolArray]:
    """Whether all of it surely, and whether some of it may be, Chinese at a stage."""
    column = bom.country[stage]
    surely = [s.is_complete and s.words == {CHINA} for s in column.sets]
    may_be = [CHINA in s.words or not s.is_complete for s in column.sets]
    return (
        np.array(surely, dtype=np.bool_)[column.code],
        np.array(may_be, dtype=np.bool_)[column.code],
    )


def share_interval(
    part: tuple[FloatArray, FloatArray], whole: tuple[FloatArray, FloatArray]
) -> Interval:
    """Bounds of part by whole, between 0 and 1; an unknown whole leaves the share open."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(np.isfinite(whole[1]) & (whole[1] > 0), part[0] / whole[1], 0.0)
        high = np.where(part[1] > 0, part[1] / whole[0], 0.0)
    high = np.where(np.isnan(high), 1.0, np.minimum(high, 1.0))
    low = np.minimum(np.nan_to_num(low, nan=0.0), high)
    return Interval(low, high)


def share_of_item(
    bom: Bom, rollup: Rollup, listed: tuple[FloatArray, FloatArray]
) -> Interval:  # fmt: skip
    """Listed inputs by the value of each part or assembly as shipped, shape (P,)."""
    sums = float_sums(bom, listed[0]), float_sums(bom, listed[1])
    return share_interval(sums, rollup.value_dollars())


def share_of_magnet(
    bom: Bom,
    rollup: Rollup,
    listed: tuple[FloatArray, FloatArray],
    magnets: tuple[BoolArray, BoolArray],
) -> Interval:
    """The same of the magnet or target with the largest share inside each row, shape (P,).

    Args:
        bom: the bill of materials.
        rollup: its sums.
        listed: value of listed inputs in each part alone.
        magnets: parts that surely, and that perhaps, are or hold a magnet or target.
    """
    own = share_interval(listed, rollup.value_dollars())
    leaf = bom.tree.is_leaf()
    low = np.where(magnets[0] & leaf, own.low, 0.0)
    high = np.where(magnets[0] & leaf, own.high, 0.0)
    # Of what may hold a magnet neither its value nor its make is known.
    is_doubtful = (magnets[1] & ~magnets[0] & leaf) | ((unnamed_mass(bom, rollup) > 0) & ~leaf)
    doubt = np.where(is_doubtful, 1.0, high)
    return Interval(
        _array(max_up(bom.tree, low.tolist())), _array(max_up(bom.tree, doubt.tolist()))
    )


def _array(values: Sequence[float]) -> FloatArray:
    return np.array(values, dtype=np.float64)
