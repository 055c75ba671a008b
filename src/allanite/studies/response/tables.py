"""Outcomes to result tables: service, cover, flows, prices, stocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.network.lineage_rule import base_material
from allanite.network.supply import SupplyNetwork
from allanite.studies.response.outcome import (
    MILLION,
    Outcome,
    UseGroups,
    served_share,
    use_cover,
    use_groups,
    use_service,
)
from allanite.studies.response.world import World

Row = dict[str, object]
CHANGE: Final = 0.01  # a flow that differs by less from its normal amount is not told
SMALLEST: Final = 1e-6  # t; below it an amount is rounding of the solver
STEP_COLUMNS: Final = (
    ("thrift_amount", "thrift"),
    ("substitution_amount", "substitution"),
    ("delayed_amount", "delay"),
    ("idle_amount", "idle"),
)


def service_rows(
    branch: str, answer: str, outcome: Outcome, sectors: Mapping[str, str], shown: BoolArray
) -> Iterator[Row]:
    """Rows of `response_service` for the demands that are shown and go short at all."""
    demands, net = outcome.world.network.demands, outcome.world.network
    need, loss, short = outcome.need, outcome.loss, outcome.shortage
    parts = {name: outcome.unmet_of(kind) for name, kind in STEP_COLUMNS}
    touched = sum(parts.values()).max(axis=0) > SMALLEST  # type: ignore[union-attr]
    for d in np.flatnonzero(shown & touched & (need.max(axis=0) > SMALLEST)).tolist():
        material = base_material(net.material_of_node(int(demands.node[d])))
        for p, period in enumerate(outcome.horizon.labels):
            yield {
                "branch": branch,
                "answer": answer,
                "region": demands.region[d],
                "sector": sectors[demands.end_use[d]],
                "end_use": demands.end_use[d],
                "material": material,
                "period": period,
                "need_amount": float(need[p, d]),
                **{name: _tidy(part[p, d]) for name, part in parts.items()},
                "served_share": _share(need[p, d], short[p, d]),
                "loss": _tidy(loss[p, d] / MILLION),
            }


def _share(need: float, short: float) -> float:
    return float(np.clip(1.0 - short / need, 0.0, 1.0)) if need > 0 else 1.0


def _tidy(value: float) -> float:
    """Rounding of the solver below zero, or next to it, is zero."""
    return float(value) if abs(value) > SMALLEST else 0.0


def cover_rows(
    branch: str,
    runs: Mapping[str, Outcome],
    cheapest: Outcome,
    sectors: Mapping[str, str],
) -> Iterator[Row]:
    """Rows of `response_cover`.

    Args:
        branch: course of the law.
        runs: outcomes without measures at `low`, `central` and `high` stocks.
        cheapest: the cheapest answer at central stocks.
        sectors: sector by end use.
    """
    central = runs["central"]
    groups = use_groups(central.world)
    weeks = {name: use_cover(run, groups) for name, run in runs.items()}
    served = use_service(central, groups)
    loss = groups.sum(central.loss).sum(axis=0) / MILLION
    answered = groups.sum(cheapest.loss).sum(axis=0) / MILLION
    firsts = _first_of_sector(groups, weeks["central"], sectors)
    rate = groups.sum(central.need)[0] / central.horizon.step
    for g, (region, end_use) in enumerate(groups.label):
        ends = sorted(float(weeks[name][g]) for name in runs)
        yield {
            "branch": branch,
            "region": region,
            "sector": sectors[end_use],
            "end_use": end_use,
            "partner": region in central.rules.partners,
            "weeks": _finite(float(weeks["central"][g])),
            "low": _finite(ends[0]),
            "high": _finite(ends[-1]),
            "material": _first_material(central, groups, g),
            "need_rate": float(rate[g]),
            "lowest_share": float(np.clip(served[:, g].min(), 0.0, 1.0)),
            "loss_nothing": _tidy(loss[g]),
            "loss_cheapest": _tidy(answered[g]),
            "first_of_sector": bool(firsts[g]),
            "quality": "assumed",
        }


def _finite(weeks: float) -> float | None:
    return weeks if np.isfinite(weeks) else None


def _first_of_sector(groups: UseGroups, weeks: FloatArray, sectors: Mapping[str, str]) -> BoolArray:
    """Whether each group is the first of its region and sector to stop, (G,)."""
    best: dict[tuple[str, str], int] = {}
    for g, (region, end_use) in enumerate(groups.label):
        key = region, sectors[end_use]
        if np.isfinite(weeks[g]) and (key not in best or weeks[g] < weeks[best[key]]):
            best[key] = g
    found = np.zeros(len(groups.label), dtype=bool)
    found[list(best.values())] = True
    return found


def _first_material(outcome: Outcome, groups: UseGroups, group: int) -> str | None:
    """The material of a group whose service falls first; None where none does."""
    members = np.flatnonzero(groups.member == group)
    need, short = outcome.need[:, members], outcome.shortage[:, members]
    low = served_share(need, short) < 1 - 1e-6
    if not low.any():
        return None
    first = np.where(low.any(axis=0), np.argmax(low, axis=0), outcome.horizon.count)
    lowest = served_share(need, short).min(axis=0)
    d = members[np.lexsort((-need[0], lowest, first))[0]]
    node = int(outcome.world.network.demands.node[d])
    return base_material(outcome.world.network.material_of_node(node))


def flow_rows(branch: str, outcome: Outcome) -> Iterator[Row]:
    """Rows of `response_flows`: what differs from the normal state."""
    state, step = outcome.world.state, outcome.horizon.step
    kinds = (
        ("activity", outcome.activity, state.activity_rate * step, _activity_cells),
        ("route", outcome.flow, state.route_rate * step, _route_cells),
    )
    for kind, amounts, normal, cells in kinds:
        differs = np.abs(amounts - normal) > CHANGE * np.maximum(normal, 1.0)
        named = {
            k: cells(outcome.world.network, k) for k in np.flatnonzero(differs.any(axis=0)).tolist()
        }
        for p, k in zip(*np.nonzero(differs), strict=True):
            yield {
                "branch": branch,
                "kind": kind,
                "period": outcome.horizon.labels[p],
                "normal_amount": float(normal[k]),
                "amount": _tidy(amounts[p, k]),
                **named[k],
            }


def _activity_cells(network: SupplyNetwork, process: int) -> Row:
    recipe = network.processes.recipe
    return {
        "label": network.processes.labels.labels[process],
        "chain": _chain(network, int(recipe.indices[recipe.indptr[process]])),
        "stage": network.processes.stage[process],
        "country": network.place_country[int(network.processes.place[process])],
        "country_to": None,
    }


def _route_cells(network: SupplyNetwork, route: int) -> Row:
    routes = network.routes
    start, end = int(routes.origin_node[route]), int(routes.destination_node[route])
    return {
        "label": routes.labels.labels[route],
        "chain": _chain(network, start),
        "stage": network.material_stage[int(network.node_material[start])],
        "country": network.place_country[int(network.node_place[start])],
        "country_to": network.place_country[int(network.node_place[end])],
    }


def _chain(network: SupplyNetwork, node: int) -> str:
    return network.material_chain[int(network.node_material[node])]


def price_rows(branch: str, outcome: Outcome) -> Iterator[Row]:
    """Rows of `response_prices`: markets at which a tonne more would be worth something."""
    net = outcome.world.network
    market = np.array([kind == "region" for kind in net.place_kind], dtype=bool)[net.node_place]
    price = np.nan_to_num(outcome.marginal_value, nan=0.0)
    normal = outcome.world.economics.price
    shown = market & (price.max(axis=0) > normal)
    for v in np.flatnonzero(shown).tolist():
        material = net.material_of_node(v)
        for p, period in enumerate(outcome.horizon.labels):
            yield {
                "branch": branch,
                "place": net.places.labels[int(net.node_place[v])],
                "material": material,
                "chain": net.material_chain[int(net.node_material[v])],
                "period": period,
                "normal_price": float(normal[v]),
                "price_added": _tidy(max(price[p, v] - normal[v], 0.0)),
            }


def stock_rows(branch: str, outcome: Outcome) -> Iterator[Row]:
    """Rows of `response_stocks`: stocks whose level changes."""
    net, holdings = outcome.world.network, outcome.world.holdings
    stocks = net.stocks
    level = stocks.initial_amount - outcome.drawn + outcome.added
    moved = np.abs(level - stocks.initial_amount).max(axis=0) > SMALLEST
    for k in np.flatnonzero(moved).tolist():
        for p, period in enumerate(outcome.horizon.labels):
            yield {
                "branch": branch,
                "stock": stocks.labels.labels[k],
                "holder": stocks.holder[k],
                "kind": "government" if holdings.is_government[k] else "commercial",
                "place": net.places.labels[int(net.node_place[stocks.node[k]])],
                "material": net.material_of_node(int(stocks.node[k])),
                "period": period,
                "initial_amount": float(stocks.initial_amount[k]),
                "level_amount": _tidy(level[p, k]),
            }


def partner_demands(world: World, partners: tuple[str, ...]) -> BoolArray:
    """Whether each demand is a partner's, shape (D,)."""
    return np.array([r in partners for r in world.network.demands.region], dtype=bool)
