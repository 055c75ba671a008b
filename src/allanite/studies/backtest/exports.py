"""Rows of `backtest_exports` and `backtest_order`: months computed beside months reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.studies.backtest.flows import MAGNETS, RARE_EARTHS, grades
from allanite.studies.backtest.measures import ranks
from allanite.studies.backtest.notes import export_note
from allanite.studies.backtest.reported import (
    BASE_YEAR,
    Key,
    Reported,
    magnet_trade_shares,
    month_of_base,
    reported_exports,
    year_before,
)
from allanite.studies.backtest.runs import EventRuns

Row = dict[str, object]
PRODUCTS: Final = (MAGNETS, "dysprosium", "terbium", RARE_EARTHS)
SMALLEST: Final = 1e-6  # t; below it an amount is rounding of the solver


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What was reported, and how regions of the reports lie in those of the network.

    Attributes:
        exports: reported amounts.
        shares: share of each destination in the magnets of the base year, by value [1].
        region: demand region of each region of the reports.
    """

    exports: Mapping[Key, Reported]
    shares: Mapping[str, float]
    region: Mapping[str, str]

    def destinations(self, product: str, periods: tuple[str, ...]) -> tuple[str, ...]:
        """Destinations of which a period is reported, the world first."""
        found = {place for name, place, when in self.exports if name == product and when in periods}
        return tuple(sorted(found | {WORLD}, key=lambda place: (place != WORLD, place)))

    def base_month(self, product: str, place: str) -> tuple[float, str] | None:
        """Reported mean month of the base year [t] and how it is known."""
        reported = month_of_base(self.exports, product, place)
        if reported is not None:
            return reported, f"customs, {BASE_YEAR}"
        world = month_of_base(self.exports, product, WORLD)
        if product != MAGNETS or world is None or place not in self.shares:
            return None
        return world * self.shares[place], f"share in trade by value, {BASE_YEAR}"


def load_evidence(release: Release) -> Evidence:
    """Everything the comparison reads."""
    return Evidence(
        exports=reported_exports(release),
        shares=magnet_trade_shares(release),
        region={row["region"]: row["demand_region"] for row in release.rows("regions")},
    )


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One product to one destination, month by month [t]; shape (P,) each.

    Attributes:
        part: share of the network's region that the destination of the reports is [1].
    """

    product: str
    destination: str
    part: float
    normal: float
    computed: FloatArray
    low: FloatArray
    high: FloatArray
    stopped: FloatArray
    passes: FloatArray


def product_series(
    runs: EventRuns, evidence: Evidence, product: str, destination: str
) -> Series | None:
    """What the runs say; None where the network sends nothing there."""
    place, part = _place(runs, evidence, product, destination)
    chosen = runs.routes.of(product, place)
    normal = part * float(runs.normal[chosen].sum())
    if normal <= SMALLEST:
        return None
    levels = np.stack([_sum(run.flow, chosen) * part for run in runs.outcomes.values()])
    return Series(
        product=product,
        destination=destination,
        part=part,
        normal=normal,
        computed=_sum(runs.central.flow, chosen) * part,
        low=levels.min(axis=0),
        high=levels.max(axis=0),
        stopped=_sum(runs.stopped, chosen) * part,
        passes=_sum(runs.passes, chosen) * part,
    )


def _sum(flow: FloatArray, chosen: BoolArray) -> FloatArray:
    total = flow[:, chosen].sum(axis=1)
    return np.where(np.abs(total) > SMALLEST, total, 0.0)


def _place(
    runs: EventRuns, evidence: Evidence, product: str, destination: str
) -> tuple[str, float]:
    """Region of the network for one of the reports, and the share of it that is meant [1]."""
    reached = runs.routes.end[runs.routes.of(product)].tolist()
    if destination == WORLD or destination in reached:
        return destination, 1.0
    region = evidence.region.get(destination) or destination
    members = [place for place, whole in evidence.region.items() if whole == region]
    whole = sum(evidence.shares.get(place, 0.0) for place in members)
    if product != MAGNETS or not whole:
        return region, 0.0
    return region, evidence.shares.get(destination, 0.0) / whole


def event_series(runs: EventRuns, evidence: Evidence) -> Iterator[Series]:
    """Every product and destination that is reported, then the magnets by grade."""
    periods = runs.central.horizon.labels
    pairs = [(p, place) for p in PRODUCTS for place in evidence.destinations(p, periods)]
    pairs += [(grade, WORLD) for grade in grades(runs.desk.world.network)]
    for product, destination in pairs:
        series = product_series(runs, evidence, product, destination)
        if series is not None:
            yield series


def export_rows(runs: EventRuns, evidence: Evidence) -> list[Row]:
    """Rows of `backtest_exports`."""
    periods = runs.central.horizon.labels
    return [
        _export_row(runs, evidence, series, p, period)
        for series in event_series(runs, evidence)
        for p, period in enumerate(periods)
    ]


def _export_row(runs: EventRuns, evidence: Evidence, series: Series, p: int, period: str) -> Row:
    product, place = series.product, series.destination
    reported = evidence.exports.get((product, place, period))
    before = evidence.exports.get((product, place, year_before(period)))
    amount = None if reported is None else reported.amount
    low, high, computed = (float(x[p]) for x in (series.low, series.high, series.computed))
    is_like = product != RARE_EARTHS  # customs weigh goods there, the network counts oxide
    return {
        "event": runs.event.name,
        "reading": runs.reading,
        "product": product,
        "destination": place,
        "period": period,
        "normal_amount": series.normal,
        "computed_amount": computed,
        "low_amount": low,
        "high_amount": high,
        "reported_amount": amount,
        "kind": None if reported is None else reported.kind,
        "error_share": computed / amount - 1 if amount and is_like else None,
        "within": low <= amount <= high if amount is not None and is_like else None,
        "year_before_amount": None if before is None else before.amount,
        "unchanged_amount": month_of_base(evidence.exports, product, place) or series.normal,
        "stopped_amount": float(series.stopped[p]),
        "passes_amount": float(series.passes[p]),
        "note": export_note(product, place, p, series.part),
    }


def order_rows(runs: EventRuns, evidence: Evidence) -> list[Row]:
    """Rows of `backtest_order`: months in which two destinations or more are reported."""
    rows: list[Row] = []
    for p, period in enumerate(runs.central.horizon.labels):
        found = [row for row in _shares(runs, evidence, p, period) if row is not None]
        if len(found) < 2:
            continue
        for name in ("computed", "reported"):
            values = [float(row[f"{name}_share"]) for row in found]  # type: ignore[arg-type]
            for row, rank in zip(found, ranks([round(v, 6) for v in values]), strict=True):
                row[f"{name}_rank"] = rank
        rows += found
    return rows


def _shares(runs: EventRuns, evidence: Evidence, p: int, period: str) -> Iterator[Row | None]:
    for place in evidence.destinations(MAGNETS, (period,)):
        reported = evidence.exports.get((MAGNETS, place, period))
        base = evidence.base_month(MAGNETS, place)
        series = product_series(runs, evidence, MAGNETS, place) if place != WORLD else None
        if reported is None or base is None or series is None:
            yield None
            continue
        yield {
            "event": runs.event.name,
            "reading": runs.reading,
            "product": MAGNETS,
            "destination": place,
            "period": period,
            "computed_share": float(series.computed[p]) / series.normal,
            "reported_share": reported.amount / base[0],
            "base_amount": base[0],
            "base": base[1],
        }
