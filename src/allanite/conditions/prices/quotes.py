"""Quotes the price process is calibrated on, in money of 2025, with what each leaves open.

Taken are prices FOB China and, where a row does not state the place, the averages and year-end
prices of the U.S. Geological Survey. Prices inside China count only since export quotas and
taxes ended in 2015, as `price_points`. A range becomes observation error, and so do rounding
and the distance of one day from its quarter. NdPr oxide counts as a quote of Nd and one of Pr.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from allanite.axis import BoolArray, IntArray
from allanite.catalogue.assumed import assumed_value
from allanite.catalogue.convert import period_days
from allanite.catalogue.store import Release
from allanite.conditions.prices.oxides import OXIDES
from allanite.errors import DataError, Finding

FIRST_YEAR: Final = 2007
BASE_YEAR: Final = 2025
AVERAGE, QUARTER, POINT = "average of the year", "quarter", "point"
ERROR: Final = {AVERAGE: 0.03, QUARTER: 0.06, POINT: 0.10}  # sd of the log price [1]
VALUE_ADDED_TAX: Final = "price.value_added_tax"  # part of `contracts` on the same basis
MIX_ERROR: Final = 0.05  # Nd and Pr oxide lay within 6 % of NdPr oxide since 2021
_RANGE_SDS: Final = 3.29  # a printed range is read as the middle 90 %
_OXIDE_OF_PRODUCT: Final = {
    **{f"{oxide} oxide": (oxide,) for oxide in OXIDES},
    "Y oxide 99.999%": ("Y",),
    "NdPr oxide": ("Nd", "Pr"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One price of one oxide FOB China.

    Attributes:
        oxide: element; period: as printed; kind: average of the year, quarter or point.
        first, last: quarters it covers, counted from the first of 2007; a point lies between the
            middles of two.
        share: weight of the first of the two quarters of a point [1]; 1 where there is one.
        nominal: money of the day [USD/kg]; price: money of 2025 [USD/kg].
        error: standard error of its logarithm [1].
        source: table and place of the row.
    """

    oxide: str
    period: str
    kind: str
    first: int
    last: int
    nominal: float
    price: float
    error: float
    source: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class PriceQuotes:
    """Quotes in order of oxide and time; raises `DataError` where there is none or one is not > 0.

    Attributes:
        quotes: n quotes.
    """

    quotes: tuple[Quote, ...]

    def __post_init__(self) -> None:
        findings = [*_faults(self.quotes)]
        if findings:
            raise DataError(findings)

    @property
    def oxide(self) -> IntArray:
        """Position of the oxide of each quote, shape (n,)."""
        return np.array([OXIDES.index(q.oxide) for q in self.quotes])

    @property
    def quarters(self) -> int:
        """Quarters from the first of 2007 to the last that is quoted."""
        return max(q.last for q in self.quotes) + 1

    @property
    def digest(self) -> str:
        """sha256 over all quotes."""
        return hashlib.sha256(repr(self.quotes).encode()).hexdigest()

    def until(self, year: int) -> PriceQuotes:
        """Those of a year and before."""
        return self.chosen(np.array([q.last < quarter_of(year + 1, 1) for q in self.quotes]))

    def chosen(self, mask: BoolArray) -> PriceQuotes:
        """Those where the mask of shape (n,) holds."""
        return PriceQuotes(tuple(q for q, kept in zip(self.quotes, mask, strict=True) if kept))


def quarter_of(year: int, month: int) -> int:
    """Quarters between the first of 2007 and the one of a month."""
    return 4 * (year - FIRST_YEAR) + (month - 1) // 3


def load_quotes(release: Release) -> PriceQuotes:
    """All quotes of a release that the process is calibrated on.

    Raises:
        DataError: a price is not above 0, a year has no deflator, or no quote is left.
    """
    index = {row["year"]: float(row["index"]) for row in release.rows("price_deflators")}
    tax = 1.0 + assumed_value(release, VALUE_ADDED_TAX)
    rows = [*_printed(release.rows("oxide_prices")), *_points(release.rows("price_points"), tax)]
    found = [quote for row in rows for quote in _quotes(row, index)]
    return PriceQuotes(tuple(sorted(found, key=lambda q: (OXIDES.index(q.oxide), q.first, q.last))))


def _printed(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of `oxide_prices` FOB China or of the Survey.

    The averages of NdPr of the Survey say nothing that those of Nd and Pr do not.
    """
    for row in rows:
        usgs = row["market"].startswith("USGS")
        if not (usgs or row["market_place"] == "export from China"):
            continue
        if row["product"] not in _OXIDE_OF_PRODUCT or (usgs and row["product"] == "NdPr oxide"):
            continue
        year_end = row["basis"] == "year-end"
        day = date(row["last_day"].year, 12, 31)
        first = day if year_end else row["first_day"]
        step = _rounding(row) if usgs else 0.0
        yield {**row, "first_day": first, "step": step, "table": "oxide_prices"}


def _points(rows: Iterable[Mapping[str, Any]], tax: float) -> Iterator[dict[str, Any]]:
    """Newer prices on the basis of prices FOB, which hold the value-added tax."""
    for row in rows:
        first, last = period_days(row["period"])
        factor = tax if row["tax_basis"] == "without" else 1.0
        days = {"first_day": first, "last_day": last}
        yield {**row, **days, "factor": factor, "step": 0.0, "table": "price_points"}


def _rounding(row: Mapping[str, Any]) -> float:
    """Step the Survey prints in [USD/kg]: hundredths for cheap oxides in the newer tables."""
    if row["market_place"] == "export from China" and row["low"] < 5:
        return 0.01
    return 1.0 if row["low"] < 1000 else 10.0


def _quotes(row: Mapping[str, Any], index: Mapping[int, float]) -> Iterator[Quote]:
    """One quote for each oxide of the product; a month or a day is a point."""
    first, last = row["first_day"], row["last_day"]
    days = (last - first).days
    kind = AVERAGE if days > 300 else QUARTER if days > 80 else POINT
    nominal = 0.5 * (row["low"] + row["high"]) * row.get("factor", 1.0)
    place = f"{row['table']}: {row['locator']}"
    if nominal <= 0 or row["low"] <= 0 or first.year not in index:
        raise DataError([_fault(place, row["period"], row["low"], first.year in index)])
    oxides = _OXIDE_OF_PRODUCT.get(row["product"], ())
    parts = (
        ERROR[kind],
        np.log(row["high"] / row["low"]) / _RANGE_SDS,
        row["step"] / nominal / np.sqrt(12),
        MIX_ERROR if len(oxides) > 1 else 0.0,
    )
    begin, end, share = _quarters(first, last, kind)
    for oxide in oxides:
        yield Quote(
            oxide=oxide,
            period=row["period"] + (" end" if row.get("basis") == "year-end" else ""),
            kind=kind,
            first=begin,
            last=end,
            share=share,
            nominal=nominal,
            price=nominal * index[BASE_YEAR] / index[first.year],
            error=float(np.sqrt(sum(part**2 for part in parts))),
            source=place,
        )


def _quarters(first: date, last: date, kind: str) -> tuple[int, int, float]:
    """Quarters a quote reads; of a point, those whose middles lie around it, and their weight.

    Middles of quarters are those of February, May, August and November. The end of 2011 lies
    half-way between November and February: prices halved within that quarter.
    """
    if kind != POINT:
        return quarter_of(first.year, first.month), quarter_of(last.year, last.month), 1.0
    middle = 12 * (first.year - FIRST_YEAR) + first.month - 1 + (first.day + last.day - 31) / 61
    place = max((middle - 1) / 3, 0.0)  # in quarters from the middle of the first
    begin = int(place)
    share = round(1 - (place - begin), 3)
    return (begin, begin, 1.0) if share == 1 else (begin, begin + 1, share)


def _faults(quotes: tuple[Quote, ...]) -> Iterator[Finding]:
    if not quotes:
        yield Finding(
            table="quotes",
            place="",
            found="no quote at all",
            allowed="at least one price FOB China",
            remedy="Add rows to oxide_prices or price_points, or take a later year.",
        )
    for quote in quotes:
        numbers = (quote.nominal, quote.price, quote.error)
        if quote.oxide not in OXIDES:
            yield _of_quote(quote, quote.oxide, ", ".join(OXIDES))
        elif not all(np.isfinite(x) and x > 0 for x in numbers):
            yield _of_quote(quote, repr(numbers), "prices and an error above 0")
        elif not 0 <= quote.first <= quote.last:
            yield _of_quote(
                quote, f"quarters {quote.first} to {quote.last}", "0 or later, in order"
            )


def _of_quote(quote: Quote, found: str, allowed: str) -> Finding:
    return Finding(
        table="quotes",
        place=f"{quote.oxide} oxide, {quote.period}",
        found=found,
        allowed=allowed,
        remedy="Correct the row.",
        origin=quote.source,
    )


def _fault(place: str, period: str, low: float, has_index: bool) -> Finding:
    return Finding(
        table="quotes",
        place=period,
        found=f"a price of {low}" if has_index else "no deflator for the year",
        allowed="a price above 0 in a year of price_deflators",
        remedy="Correct the row, or add the year to price_deflators.",
        origin=place,
    )
