"""A border measure from question to tables: its level, a sweep of levels, other forms of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pyarrow as pa

from allanite.axis import BoolArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables import TABLES
from allanite.catalogue.tables.results_border import BORDER_TERMS
from allanite.conditions.border import BorderMeasure, measured_goods
from allanite.studies.border.chain_rows import content_rows, protection_rows
from allanite.studies.border.channels import ALLIED, LEAKS, channel_rates, leak_share, left_rate
from allanite.studies.border.compare import Effect, compare_measures
from allanite.studies.border.payers import MAKERS, TREASURY, USERS, party_gains
from allanite.studies.border.point import Point, Year, solve_point
from allanite.studies.border.prepare import BorderDesk
from allanite.studies.border.request import BorderRequest
from allanite.studies.border.rows import (
    CENTRAL,
    MILLION,
    Points,
    Row,
    channel_rows,
    element_rows,
    embodied,
    goods_by_stage,
    party_rows,
    ranged,
    trade_rows,
)
from allanite.studies.border.terms import PREFIX

Progress = Callable[[str, int, int], None]
SMALL_RATE: Final = 1.0  # t/yr; below it a share of what left says nothing


def border_tables(
    desk: BorderDesk,
    measure: BorderMeasure,
    request: BorderRequest,
    partners: tuple[str, ...],
    progress: Progress | None = None,
) -> dict[str, pa.Table]:
    """Tables `border_...` of a measure, but for the terms it rests on.

    Args:
        desk: the world and the terms.
        measure: the measure at its level.
        request: which years, levels and elements.
        partners: who could impose it together.
        progress: called with (what is done, steps done, steps).

    Raises:
        UsageError: the measure does not fit the network.
        SolveError: no response exists; what contradicts is named.
    """
    told = progress or (lambda *_: None)
    rows: dict[str, list[Row]] = {}
    last = Year(request.start, request.months[-1])
    for i, months in enumerate(request.months):
        points = _points(desk, measure, Year(request.start, months))
        key: Row = {"measure_id": measure.measure_id, "after": months}
        for name, found in _level_rows(key, points, request).items():
            rows.setdefault(name, []).extend(found)
        told("years", i + 1, len(request.months))
    central = _points(desk, measure, last, (CENTRAL,))[CENTRAL]
    rows["border_protection"] = list(protection_rows(desk.terms[CENTRAL], central))
    rows["border_sweep"] = list(_sweep_rows(desk, measure, request, last, told))
    rows["border_comparison"] = list(_comparison_rows(desk, measure, request, partners, last))
    rows["border_notes"] = list(_note_rows(central))
    return {name: rows_table(TABLES[name], found) for name, found in rows.items()}


def _points(
    desk: BorderDesk, measure: BorderMeasure, year: Year, cases: Iterable[str] | None = None
) -> Points:
    """The steady year under each case of the terms."""
    goods = measured_goods(measure, desk.network)
    chosen = desk.terms if cases is None else {case: desk.terms[case] for case in cases}
    return {
        case: solve_point(desk.world_of(terms, goods), measure, terms, year)
        for case, terms in chosen.items()
    }


def _level_rows(key: Row, points: Points, request: BorderRequest) -> dict[str, Iterable[Row]]:
    return {
        "border_channels": channel_rows(key, points),
        "border_trade": trade_rows(key, points),
        "border_parties": party_rows(key, points),
        "border_elements": element_rows(key, points, request.elements),
        "border_content": content_rows(key, points[CENTRAL], request.elements),
    }


def _at_height(desk: BorderDesk, measure: BorderMeasure, height: float) -> BorderMeasure:
    """The measure at a duty of that share of the price, or a reference price so far above it."""
    if not measure.reference_material:
        return measure.at(height)
    material = desk.network.materials.position(measure.reference_material)
    node = int((desk.network.node_material == material).argmax())
    return measure.at(float(desk.world.economics.price[node]) * (1.0 + height))


def _sweep_rows(
    desk: BorderDesk,
    measure: BorderMeasure,
    request: BorderRequest,
    year: Year,
    told: Progress,
) -> Iterator[Row]:
    before: tuple[float, float] = 0.0, 0.0
    levels = sorted(set(request.levels))
    for i, height in enumerate(levels):
        points = _points(desk, _at_height(desk, measure, height), year)
        figures = {case: _sweep_figures(point) for case, point in points.items()}
        left, leaked = figures[CENTRAL]["left_rate"], _leaked_rate(points[CENTRAL])
        more = left - before[0]
        yield {
            "measure_id": measure.measure_id,
            "level": height,
            **{
                column: value
                for name in figures[CENTRAL]
                for column, value in ranged(
                    name, {case: found[name] for case, found in figures.items()}
                ).items()
            },
            "marginal_leak_share": (leaked - before[1]) / more if more > SMALL_RATE else None,
        }
        before = left, leaked
        told("sweep", i + 1, len(levels))


def _sweep_figures(point: Point) -> dict[str, float]:
    """Figures of one level; tonnes are those of the last stage of the goods."""
    goods, gains = last_goods(point), party_gains(point)
    rates = channel_rates(point, goods)
    taxed = point.taxed & goods[point.route_material]
    nodes = goods[point.base.network.node_material]
    return {
        "taxed_rate": max(float(point.flow[taxed].sum()), 0.0),
        "left_rate": left_rate(point, goods),
        "home_rate": point.made(point.home_process, nodes),
        "allied_rate": rates[ALLIED],
        "embodied_rate": float(embodied(point)[goods].sum()),
        "leak_share": leak_share(rates),
        "users": gains[USERS] / MILLION,
        "treasury": gains[TREASURY] / MILLION,
        "makers": gains[MAKERS] / MILLION,
    }


def last_goods(point: Point) -> BoolArray:
    """The goods of the last stage, shape (M,): tonnes of several stages count metal twice."""
    return list(goods_by_stage(point).values())[-1]


def _leaked_rate(point: Point) -> float:
    rates = channel_rates(point, last_goods(point))
    return sum(rates[name] for name in LEAKS)


def _comparison_rows(
    desk: BorderDesk,
    measure: BorderMeasure,
    request: BorderRequest,
    partners: tuple[str, ...],
    year: Year,
) -> Iterator[Row]:
    found = compare_measures(
        desk.network, desk.world_of, measure, partners, desk.terms, year, request.target_rate
    )
    for effects in found:
        yield _comparison_row(measure, request, effects)


def _comparison_row(
    measure: BorderMeasure, request: BorderRequest, effects: dict[str, Effect]
) -> Row:
    central = effects[CENTRAL]
    made = central.home_rate
    net = central.users + central.treasury + central.makers
    per = {
        "users_per_tonne": -central.users,
        "treasury_per_tonne": -central.treasury,
        "net_per_tonne": -net,
    }
    return {
        "measure_id": measure.measure_id,
        "form": central.name,
        "target_rate": request.target_rate,
        "reached": central.reached,
        "level": central.level,
        **ranged("home_rate", {case: e.home_rate for case, e in effects.items()}),
        **{
            column: value
            for name in ("users", "treasury", "makers")
            for column, value in ranged(
                name, {case: getattr(e, name) / MILLION for case, e in effects.items()}
            ).items()
        },
        **{name: cost / made if made > SMALL_RATE else None for name, cost in per.items()},
    }


def _note_rows(point: Point) -> Iterator[Row]:
    key = {"measure_id": point.measure.measure_id}
    for note in point.outcome.conditions.notes:
        yield {**key, "note": note}
    if point.measure.note:
        yield {**key, "note": point.measure.note}


def terms_table(release: Release) -> pa.Table:
    """Table `border_terms`: elasticities and shares, then cost shares by end use."""
    rows: list[Row] = [
        {
            "name": row["assumption_id"],
            **{name: row[name] for name in ("value", "low", "high", "quality")},
            "unit": row["unit"] or "1",
            "why": f"{row['statement']} {row['reason']}",
        }
        for row in release.rows("assumptions")
        if row["assumption_id"].startswith(PREFIX)
    ]
    rows += [
        {
            "name": f"cost share: {row['end_use']}",
            "value": row["cost_share"],
            **{name: row[name] for name in ("low", "high", "quality")},
            "unit": "1",
            "why": f"{row['product']}: {row['note']}",
        }
        for row in release.rows("border_uses")
    ]
    return rows_table(BORDER_TERMS, rows)
