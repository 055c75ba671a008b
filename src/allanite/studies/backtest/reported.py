"""What was reported: exports by month, trade by destination, quotas and prices.

Only the comparison reads these tables; nothing here goes into a run of the response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD

CHINA: Final = "CHN"
BASE_YEAR: Final = 2024
MAGNET_CODE: Final = ("HS17", "850511")
RARE_EARTH_CODES: Final = ("280530", "284610", "284690")
RARE_EARTH_NOMENCLATURE: Final = "HS92"
MONTHS: Final = 12
# What the reports write where one destination took the whole amount.
ALL_OF_IT: Final = "all"


@dataclass(frozen=True, slots=True)
class Reported:
    """A reported amount [t], and whether it was printed or derived."""

    amount: float
    kind: str
    note: str | None


Key = tuple[str, str, str]


def reported_exports(release: Release) -> dict[Key, Reported]:
    """Amounts by (product, destination, period), the period as the table writes it."""
    found: dict[Key, Reported] = {}
    for row in release.rows("customs_exports"):
        key = row["product"], row["destination"], row["period"]
        value = Reported(float(row["export_amount"]), row["kind"], row["note"])
        found.setdefault(key, value)
        if row["note"] == ALL_OF_IT:
            found.setdefault((row["product"], WORLD, row["period"]), value)
    return found


def month_of_base(exports: Mapping[Key, Reported], product: str, destination: str) -> float | None:
    """The reported mean month of the base year [t]; None where the year is not reported."""
    year = exports.get((product, destination, str(BASE_YEAR)))
    return None if year is None else year.amount / MONTHS


def year_before(period: str) -> str:
    """The same month a year earlier: `2025-05` gives `2024-05`."""
    year, _, month = period.partition("-")
    return f"{int(year) - 1}-{month}"


def magnet_trade_shares(release: Release) -> dict[str, float]:
    """Share of each destination in the value of China's metal magnets of the base year [1].

    By value, because the code counts ferrous assemblies by weight as well.
    """
    nomenclature, code = MAGNET_CODE
    rows = _rows_of_china(release, "importer, trade_value", nomenclature, (code,))
    values = {
        row["importer"]: float(row["trade_value"] or 0.0)
        for row in rows
        if row["year"] == BASE_YEAR
    }
    whole = sum(values.values())
    return {place: value / whole for place, value in values.items() if whole > 0}


def mirror_trade(release: Release) -> dict[int, float]:
    """Rare earths out of China by year as buyers and seller together book them [t]."""
    found: dict[int, float] = {}
    rows = _rows_of_china(release, "trade_amount", RARE_EARTH_NOMENCLATURE, RARE_EARTH_CODES)
    for row in rows:
        found[row["year"]] = found.get(row["year"], 0.0) + float(row["trade_amount"] or 0.0)
    return found


def _rows_of_china(
    release: Release, columns: str, nomenclature: str, codes: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Rows of China's exports in a fixed order, so that sums give the same bits."""
    listed = ", ".join(f"'{code}'" for code in codes)
    table = release.sql(
        f"select year, {columns} from trade where exporter = '{CHINA}' "
        f"and nomenclature = '{nomenclature}' and code in ({listed}) "
        "order by year, code, importer"
    )
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def quota_series(release: Release, series: str) -> dict[int, list[float]]:
    """Every value of a series of table `export_quotas` by year; figures can disagree."""
    found: dict[int, list[float]] = {}
    for row in release.rows("export_quotas"):
        if row["series"] == series:
            found.setdefault(int(row["year"]), []).append(float(row["value"]))
    return {year: sorted(values) for year, values in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class ReportedPrice:
    """A reported price range [USD/t] and when it held."""

    market: str
    place: str
    period: str
    first_day: date
    low: float
    high: float

    @property
    def middle(self) -> float:
        """Middle of the range [USD/t]."""
        return (self.low + self.high) / 2


def reported_prices(release: Release, product: str, years: tuple[int, int]) -> list[ReportedPrice]:
    """Prices of a product in USD/t that begin in these years (both included), by date."""
    found = [
        _price(row)
        for row in release.rows("oxide_prices")
        if row["product"] == product
        and row["low_price"] is not None
        and row["first_day"] is not None
        and years[0] <= row["first_day"].year <= years[1]
    ]
    return sorted(found, key=lambda p: (p.first_day, p.market, p.period))


def _price(row: Mapping[str, Any]) -> ReportedPrice:
    return ReportedPrice(
        market=row["market"],
        place=row["market_place"],
        period=row["period"],
        first_day=row["first_day"],
        low=float(row["low_price"]),
        high=float(row["high_price"]),
    )
