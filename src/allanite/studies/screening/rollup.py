"""Mass, value and elements of every part and of all that is in it, up to the product.

A part's own amount counts once for every piece in the product and is rounded once, to a whole
microgram or millionth of a dollar; from there on sums are whole numbers, exact in any order.
An assembly that states a mass has it; one that does not has the sum of its parts, taken as all
of them. What an assembly states beyond its parts is material nobody named. A stated value
counts likewise, but an assembly without one is worth at least its parts: work and margin are
not in the list.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray, frozen
from allanite.catalogue.tables.screening import BILL_OF_MATERIALS
from allanite.errors import DataError, Finding
from allanite.studies.screening.bom import MICROGRAMS, MILLIONTHS, UNKNOWN, Bom
from allanite.studies.screening.tree import TOP, row_finding

NO_BOUND: Final = -1
LARGEST_AMOUNT: Final = 2**63 - 1
ROUNDING_SHARE: Final = 0.005  # parts may exceed their assembly by this much of it
MAX_FINDINGS: Final = 100


@dataclass(frozen=True, slots=True)
class Amounts:
    """Bounds of a sum for each part with all that is in it, in one product.

    Attributes:
        low: least amount, whole units, shape (P,).
        high: greatest amount, `NO_BOUND` where it is open, shape (P,).
        stated: the part's own statement, `UNKNOWN` without one, shape (P,).
        of_parts: sum of the least amounts of the parts in it, shape (P,).
    """

    low: IntArray
    high: IntArray
    stated: IntArray
    of_parts: IntArray

    def interval(self, scale: float) -> tuple[FloatArray, FloatArray]:
        """Bounds in units of `scale` whole ones; inf where open."""
        high = np.where(self.high == NO_BOUND, np.inf, self.high / scale)
        return self.low / scale, high


@dataclass(frozen=True, slots=True)
class Rollup:
    """Masses [µg] and values [millionths of USD] of each part in one product."""

    mass: Amounts
    value: Amounts

    def mass_grams(self) -> tuple[FloatArray, FloatArray]:
        """Bounds of mass [g], each of shape (P,)."""
        return self.mass.interval(MICROGRAMS)

    def value_dollars(self) -> tuple[FloatArray, FloatArray]:
        """Bounds of value [USD], each of shape (P,)."""
        return self.value.interval(MILLIONTHS)


def roll_up(bom: Bom) -> Rollup:
    """Sums of masses and values; exact, and the same for every order of the rows.

    Raises:
        DataError: an amount that no product has (above 9,223 billion grams or dollars).
    """
    return Rollup(
        mass=_sum_up(bom, bom.mass_amount, is_sum_of_parts=True, column="mass"),
        value=_sum_up(bom, bom.value_amount, is_sum_of_parts=False, column="value"),
    )


def _sum_up(bom: Bom, own: IntArray, *, is_sum_of_parts: bool, column: str) -> Amounts:
    stated = _in_product(bom, own)
    parents, leaf = bom.tree.parent.tolist(), bom.tree.is_leaf().tolist()
    low, high = [0] * len(bom), [0] * len(bom)
    of_parts, open_parts = [0] * len(bom), [not is_sum_of_parts] * len(bom)
    for part in reversed(bom.tree.order.tolist()):
        low[part] = of_parts[part]
        high[part] = NO_BOUND if leaf[part] or open_parts[part] else high[part]
        if stated[part] != UNKNOWN:
            low[part] = stated[part]
            high[part] = max(stated[part], of_parts[part])
        above = parents[part]
        if above == TOP:
            continue
        of_parts[above] += low[part]
        open_parts[above] = open_parts[above] or high[part] == NO_BOUND
        high[above] += max(high[part], 0)
    _check_largest(bom, low, high, column)
    return Amounts(*(_column(values) for values in (low, high, stated, of_parts)))


def _in_product(bom: Bom, own: IntArray) -> list[int]:
    """Own amounts times pieces, exact where the pieces are a whole number."""
    return [
        UNKNOWN if amount == UNKNOWN else _times(amount, pieces)
        for amount, pieces in zip(own.tolist(), bom.pieces.tolist(), strict=True)
    ]


def _times(amount: int, pieces: float) -> int:
    return amount * int(pieces) if pieces.is_integer() else round(amount * pieces)


def _column(values: list[int]) -> IntArray:
    array = np.array(values, dtype=np.int64)
    frozen(array)
    return array


def _check_largest(bom: Bom, low: list[int], high: list[int], column: str) -> None:
    wrong = [p for p in range(len(bom)) if max(low[p], high[p]) > LARGEST_AMOUNT]
    if wrong:
        part = wrong[-1]
        finding = row_finding(
            part,
            column,
            bom.origin,
            found=f"{max(low[part], high[part]) / 1e6:.3g} for {bom.label(part)}",
            allowed=f"at most {LARGEST_AMOUNT / 1e6:.3g} g or USD in one product",
            remedy="Check units and quantities up the tree.",
        )
        raise DataError([finding])


def element_mass(bom: Bom, rollup: Rollup, element: str) -> tuple[FloatArray, FloatArray]:
    """Bounds of the mass [g] of one element in each part with all that is in it, shape (P,).

    The greatest mass counts whatever nobody named as if it were the element.
    """
    share_low, share_high = bom.contents.shares(element)
    mass_low, mass_high = rollup.mass_grams()
    leaf = bom.tree.is_leaf()
    with np.errstate(invalid="ignore"):
        most = np.where(share_high > 0, mass_high * share_high, 0.0)
    low = float_sums(bom, np.where(leaf, mass_low * share_low, 0.0))
    high = float_sums(bom, np.where(leaf, most, unnamed_mass(bom, rollup)))
    return low, np.minimum(np.maximum(high, low), mass_high)


def unnamed_mass(bom: Bom, rollup: Rollup) -> FloatArray:
    """Mass [g] an assembly states beyond that of its parts, shape (P,)."""
    mass = rollup.mass
    stated = (mass.stated != UNKNOWN) & ~bom.tree.is_leaf()
    return np.where(stated, np.maximum(mass.stated - mass.of_parts, 0), 0) / MICROGRAMS


def float_sums(bom: Bom, own: FloatArray) -> FloatArray:
    """Own figures and all below them; rounded once an assembly, in any order of the rows."""
    terms: list[list[float]] = [[value] for value in own.tolist()]
    parents = bom.tree.parent.tolist()
    sums = np.zeros(len(bom))
    for part in reversed(bom.tree.order.tolist()):
        sums[part] = math.fsum(terms[part])
        terms[part] = []
        if parents[part] != TOP:
            terms[parents[part]].append(float(sums[part]))
    return sums


def check_sums(bom: Bom, rollup: Rollup) -> list[Finding]:
    """Assemblies that are lighter, or cost less, than the parts listed in them.

    They stop nothing: the bounds take both figures in. Repair the list where you can.
    """
    found = [
        *_excess(bom, rollup.mass, "mass", MICROGRAMS, "g"),
        *_excess(bom, rollup.value, "value", MILLIONTHS, "USD"),
    ]
    return found[:MAX_FINDINGS]


def _excess(bom: Bom, amounts: Amounts, column: str, scale: float, unit: str) -> Iterator[Finding]:
    limit = amounts.stated * (1 + ROUNDING_SHARE)
    wrong = (amounts.stated != UNKNOWN) & (amounts.of_parts > limit)
    for part in np.flatnonzero(wrong).tolist():
        yield row_finding(
            part,
            column,
            bom.origin,
            found=f"{amounts.stated[part] / scale:.6g} {unit} for {bom.label(part)}, whose parts"
            f" come to {amounts.of_parts[part] / scale:.6g} {unit}",
            allowed=f"at least the sum of its parts ({BILL_OF_MATERIALS.name} counts each once)",
            remedy="Check units and quantities of the parts, or empty the cell of the assembly.",
        )
