"""Fewer scenarios for many, and how far the few are from the many.

Forward selection takes, one at a time, the scenario that brings the kept ones nearest to all;
the others give their probability to their nearest kept one. The distance is the Kantorovich
distance between the two distributions under the metric on paths that is stated here.
Source: Dupačová, Gröwe-Kuska and Römisch 2003; Heitsch and Römisch 2003.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial.distance import cdist

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.conditions.regime_paths import visit_probability
from allanite.conditions.scenarios import Scenarios
from allanite.conditions.uncertainty import FAILS, Uncertainty
from allanite.errors import UsageError

LEAST_REGIME: Final = 0.1
OUTAGE: Final = 0.3
DEMAND: Final = 0.3
PROJECTS: Final = 1.0
MAX_REDUCED: Final = 8000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathMetric:
    """What a difference between two scenarios weighs; a sum of metrics is a metric.

    Attributes:
        regime: weight of a quarter under another regime, shape (G, G) [1].
        price: level of each price state, shape (Q,) [1]; differences count per quarter.
        outage: weight of a quarter lost to each outage, shape (E,) [1].
        demand: weight of another demand path [1].
        projects: weight of all projects that come as late as the plan is long, in mean [1].
    """

    regime: FloatArray
    price: FloatArray
    outage: FloatArray
    demand: float = DEMAND
    projects: float = PROJECTS


def path_metric(uncertainty: Uncertainty) -> PathMetric:
    """The metric of a case.

        d = mean over quarters of (max(h, h') [regimes differ] + |log f - log f'| + 0.3 |o - o'|)
            + 0.3 [demand paths differ] + mean over projects of |late - late'| / P

    h is what a regime holds back (one minus its smallest passing share, 0.1 at least), f the mean
    price factor, o the share of a quarter lost to an outage; a failure is P quarters late.
    """
    held = [1 - min((p.share for p in r.passing), default=1.0) for r in uncertainty.control.regimes]
    weight = np.maximum(held, LEAST_REGIME)
    regime = np.maximum(weight[:, np.newaxis], weight)
    np.fill_diagonal(regime, 0.0)
    factors = [[f for _, f in state.factors] or [1.0] for state in uncertainty.price.states]
    return PathMetric(
        regime=regime,
        price=np.array([float(np.mean(np.log(f))) for f in factors]),
        outage=np.full(len(uncertainty.outages), OUTAGE),
    )


def path_distances(first: Scenarios, second: Scenarios, metric: PathMetric) -> FloatArray:
    """Distance between each scenario of one set and each of another, shape (S, S') [1]."""
    periods = first.regime.shape[1]
    found = cdist(_levels(first, metric), _levels(second, metric), "cityblock")
    for p in range(periods):
        found += metric.regime[np.ix_(first.regime[:, p], second.regime[:, p])] / periods
    found += metric.demand * (first.demand_path[:, np.newaxis] != second.demand_path)
    return np.asarray(found)


def reduce_scenarios(
    scenarios: Scenarios,
    count: int,
    metric: PathMetric,
    keep_rare: Uncertainty | None = None,
) -> tuple[Scenarios, float]:
    """At most `count` of the scenarios, and their distance from all of them [1].

    Args:
        scenarios: S scenarios.
        count: how many to keep; S or more keeps them all, at distance 0.
        metric: what a difference weighs, see `path_metric`.
        keep_rare: with it, scenarios give their probability only to scenarios with the same
            rarest regime, so that the mass of each class stays; the distance is then that of
            this transport, no less than the Kantorovich distance.

    Raises:
        UsageError: no scenario to keep, fewer than classes, or more than `MAX_REDUCED` to reduce.
    """
    total = len(scenarios)
    if count < 1 or total > MAX_REDUCED:
        raise UsageError(f"{count} of {total} scenarios; allowed: 1 or more of {MAX_REDUCED}")
    if count >= total:
        return scenarios, 0.0
    distance = path_distances(scenarios, scenarios, metric)
    label = np.zeros(total, dtype=np.int64)
    if keep_rare is not None:
        label = rarest_regime(scenarios, keep_rare)
        if count < np.unique(label).size:
            raise UsageError(
                f"{count} scenarios for {np.unique(label).size} classes by rarest regime"
            )
    kept = _selected(distance, scenarios.probability, label, count)
    same = label[:, np.newaxis] == label[kept]
    nearest = np.argmin(np.where(same, distance[:, kept], np.inf), axis=1)
    probability = np.bincount(nearest, scenarios.probability, minlength=count).astype(np.float64)
    moved = scenarios.probability @ distance[np.arange(total), kept[nearest]]
    return scenarios.take(kept, probability), float(moved)


def rarest_regime(scenarios: Scenarios, uncertainty: Uncertainty) -> IntArray:
    """The regime of each scenario that a path of the chain visits least often, shape (S,)."""
    control = uncertainty.control
    visits = visit_probability(control.initial, control.steps(scenarios.names.horizon))
    order = np.argsort(visits, kind="stable")
    visited = np.stack([(scenarios.regime == g).any(axis=1) for g in order], axis=1)
    return np.asarray(order[np.argmax(visited, axis=1)])


def _levels(scenarios: Scenarios, metric: PathMetric) -> FloatArray:
    """Coordinates whose city-block distance is the part of the metric without regimes."""
    count, periods = scenarios.regime.shape
    delay = np.where(
        scenarios.project_delay == FAILS, periods, np.minimum(scenarios.project_delay, periods)
    )
    outage = scenarios.outage_share * metric.outage
    late = delay * metric.projects / (periods * max(delay.shape[1], 1))
    price = metric.price[scenarios.price_state]
    return np.hstack([price / periods, outage.reshape(count, -1) / periods, late])


def _selected(
    distance: FloatArray, probability: FloatArray, label: IntArray, count: int
) -> IntArray:
    """Positions of the scenarios kept, in order, shape (count,)."""
    best = np.full(probability.size, np.inf)
    kept: list[int] = []
    for members in _heaviest_first(label, probability):
        block = distance[np.ix_(members, members)]
        chosen = int(np.argmin(probability[members] @ block))
        kept.append(int(members[chosen]))
        best[members] = block[:, chosen]
    near = np.where(label[:, np.newaxis] == label, distance, np.inf)
    while len(kept) < count:
        cost = np.asarray(probability @ np.minimum(near, best[:, np.newaxis]))
        cost[kept] = np.inf
        kept.append(int(np.argmin(cost)))
        best = np.minimum(best, near[:, kept[-1]])
    return np.array(sorted(kept), dtype=np.int64)


def _heaviest_first(label: IntArray, probability: FloatArray) -> Iterator[IntArray]:
    classes, place = np.unique(label, return_inverse=True)
    mass = np.bincount(place, probability)
    for k in np.argsort(-mass, kind="stable"):
        yield np.flatnonzero(label == classes[k])


def mass_by_regime(scenarios: Scenarios) -> FloatArray:
    """Probability that a scenario visits each regime, shape (G,) [1]."""
    visited: BoolArray = np.stack(
        [(scenarios.regime == g).any(axis=1) for g in range(len(scenarios.names.regimes))], axis=1
    )
    return np.asarray(scenarios.probability @ visited)
