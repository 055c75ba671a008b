"""Rows of `backtest_prices`: what a tonne is worth on either side of the border."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.catalogue.store import Release
from allanite.network.lineage_rule import base_material
from allanite.studies.backtest.reported import CHINA, ReportedPrice, reported_prices
from allanite.studies.response.outcome import Outcome

Row = dict[str, object]
INSIDE: Final = "inside China"
OUTSIDE: Final = "outside China"
EUROPE: Final = "XEU"
METAL_IS_READ: Final = (
    "The region uses this element as metal; the rise of the metal stands for the oxide."
)
SAVED: Final = (
    "A price is what one more tonne would save, and at least the normal price; where stock serves "
    "the last use it is the price of filling the stock again."
)
AVERAGE: Final = (
    "Reported: average of the year as exported from China, over that of the year before."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSource:
    """A product of the price reports and where the network says the same.

    Attributes:
        product: as table `oxide_prices` names it.
        materials: material ids, the first that the place uses is read.
    """

    product: str
    materials: tuple[str, ...]


APRIL_PRODUCTS: Final = (
    PriceSource(product="Dy oxide", materials=("ox_dy", "met_dy")),
    PriceSource(product="Tb oxide", materials=("ox_tb", "met_tb")),
)


@dataclass(frozen=True, slots=True, eq=False)
class PricePath:
    """Price at one node over the periods [USD/t]: normal, and computed of shape (P,)."""

    place: str
    material: str
    normal: float
    computed: FloatArray


def price_path(outcome: Outcome, place: str, materials: Sequence[str]) -> PricePath | None:
    """The first of some materials that a place uses; None where it uses none of them."""
    network = outcome.world.network
    use = outcome.world.state.use_rate()
    for material in materials:
        node = _nodes(outcome, place, material)
        used = node[use[node] > 0] if node.size else node
        if used.size:
            at = int(used[0])
            normal = float(outcome.world.economics.price[at])
            value = np.nan_to_num(outcome.marginal_value[:, at], nan=0.0)
            return PricePath(
                place=network.places.labels[int(network.node_place[at])],
                material=material,
                normal=normal,
                computed=np.maximum(value, normal),
            )
    return None


def _nodes(outcome: Outcome, place: str, material: str) -> IntArray:
    """Market nodes of a material at a place."""
    network = outcome.world.network
    found = [
        v
        for v in range(len(network.nodes))
        if network.places.labels[int(network.node_place[v])] == place
        and base_material(network.material_of_node(v)) == material
    ]
    return np.array(found, dtype=np.int64)


def april_price_rows(release: Release, outcome: Outcome, event: str, reading: str) -> list[Row]:
    """Europe against China by month, and the mean of the months beside figures of the year."""
    rows: list[Row] = []
    for source in APRIL_PRODUCTS:
        year = outcome.horizon.start.year
        reports = reported_prices(release, source.product, (year - 1, year))
        for market, place in ((OUTSIDE, EUROPE), (INSIDE, CHINA)):
            path = price_path(outcome, place, source.materials)
            if path is not None:
                found = _of_market(reports, market, year)
                rows += _path_rows(outcome, path, found, market, source, (event, reading))
    return rows


def _of_market(
    reports: Sequence[ReportedPrice], market: str, year: int
) -> tuple[list[ReportedPrice], ReportedPrice | None]:
    """Reports of one side of the border, and the one that they are read against.

    Outside it is the first of the year; inside the year before, as exported from China.
    """
    if market == OUTSIDE:
        found = [
            r
            for r in reports
            if r.place == OUTSIDE and r.first_day.year == year and not r.period.isdigit()
        ]
        return found, found[0] if found else None
    average = [r for r in reports if r.place == "export from China" and r.period.isdigit()]
    before = [r for r in average if r.first_day.year == year - 1]
    return [r for r in average if r.first_day.year == year], before[0] if before else None


def _path_rows(
    outcome: Outcome,
    path: PricePath,
    reports: tuple[list[ReportedPrice], ReportedPrice | None],
    market: str,
    source: PriceSource,
    names: tuple[str, str],
) -> Iterator[Row]:
    found, base = reports
    year = str(outcome.horizon.start.year)
    values = [*zip(outcome.horizon.labels, path.computed.tolist(), strict=True)]
    values.append((year, float(path.computed.mean())))
    for period, computed in values:
        report = next((r for r in found if _period(r, year) == period), None)
        yield {
            "event": names[0],
            "reading": names[1],
            "product": source.product,
            "market": market,
            "period": period,
            "place": path.place,
            "material": path.material,
            "normal_price": path.normal,
            "computed_price": computed,
            "computed_ratio": computed / path.normal,
            "reported_low": None if report is None else report.low,
            "reported_high": None if report is None else report.high,
            "reported_ratio": _ratio(report, base),
            "note": _note(market, path.material == source.materials[0]),
        }


def _ratio(report: ReportedPrice | None, base: ReportedPrice | None) -> float | None:
    """Rise over the price before; none for the price before itself."""
    if report is None or base is None or report == base:
        return None
    return report.middle / base.middle


def _note(market: str, is_oxide: bool) -> str:
    if market == INSIDE:
        return AVERAGE
    return SAVED if is_oxide else f"{METAL_IS_READ} {SAVED}"


def _period(report: ReportedPrice, year: str) -> str:
    return year if report.period == year else f"{report.first_day:%Y-%m}"
