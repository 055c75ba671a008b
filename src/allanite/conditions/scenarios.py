"""Scenarios: what happens in each, quarter by quarter, and how likely it is.

Regimes are drawn in strata by the rarest regime a path visits, with exact weights; demand,
project outcomes and bad times in even shares within each stratum; prices and outages plainly.
Scenarios stand in the order of their paths, so that neighbours are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from allanite.axis import BoolArray, FloatArray, IntArray, frozen
from allanite.conditions.horizon import Horizon
from allanite.conditions.regime_paths import IMPORTANCE, draw_paths, follow, pick, stationary
from allanite.conditions.uncertainty import (
    FAILS,
    Outage,
    ProjectRisk,
    Uncertainty,
    check_distinct,
    check_quarters,
)
from allanite.errors import UsageError

MAX_SCENARIOS: Final = 100_000
JUST_BELOW: Final = 1 - 2.0**-53
Project = tuple[str, str]
ByteArray = NDArray[np.int8]
DelayArray = NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Names:
    """What the numbers of scenarios stand for.

    Attributes:
        horizon: P quarters; regimes, price_states, outages, demand_paths, projects: names by
            position.
    """

    horizon: Horizon
    regimes: tuple[str, ...]
    price_states: tuple[str, ...]
    outages: tuple[str, ...]
    demand_paths: tuple[str, ...]
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenarios:
    """S scenarios of P quarters, E outages, J projects. Arrays are read-only.

    Attributes:
        names: names of all positions.
        probability: shape (S,) [1]; they sum to one.
        regime, price_state: positions, shape (S, P).
        outage_share: share of a quarter that is lost to an outage, shape (S, P, E) [1].
        demand_path: position, shape (S,).
        project_delay: quarters late, -1 fails, shape (S, J).
        failure_draw: place of each failure among those of its project, 0 to 1 by their weight,
            shape (S, J) [1]; 1 where it does not fail. Where a contract leaves the share f of the
            failures it fails if this is below f.
        lasting_delay: quarters late where it does not fail, shape (S, J): for those that do, drawn
            as for those that do not.
        bad_times: whether times are bad for all projects, shape (S,).
    """

    names: Names
    probability: FloatArray
    regime: ByteArray
    price_state: ByteArray
    outage_share: FloatArray
    demand_path: ByteArray
    project_delay: DelayArray
    failure_draw: FloatArray
    lasting_delay: DelayArray
    bad_times: BoolArray

    def __post_init__(self) -> None:
        for name in ARRAYS:
            frozen(getattr(self, name))

    def __len__(self) -> int:
        return int(self.probability.size)

    def take(self, positions: IntArray, probability: FloatArray) -> Scenarios:
        """Some of the scenarios, with other probabilities."""
        picked = {name: getattr(self, name)[positions] for name in ARRAYS}
        return replace(self, **{**picked, "probability": probability})


ARRAYS: Final = (
    "probability",
    "regime",
    "price_state",
    "outage_share",
    "demand_path",
    "project_delay",
    "failure_draw",
    "lasting_delay",
    "bad_times",
)


def sample_scenarios(
    uncertainty: Uncertainty,
    projects: Sequence[Project],
    horizon: Horizon,
    count: int,
    generator: np.random.Generator,
    importance: float | None = IMPORTANCE,
) -> Scenarios:
    """Scenarios drawn from what a plan does not know, in the order of their paths.

    Args:
        uncertainty: what is not known.
        projects: id and status of each project, ids distinct.
        horizon: periods of a quarter.
        count: scenarios S.
        generator: source of every draw; the same state gives the same bytes.
        importance: how much rarer regimes are drawn more often, 0 to 1, with exact weights;
            None draws plainly, see `regime_paths.draw_paths`.

    Raises:
        UsageError: periods that are no quarters, no scenario or too many, an importance outside
            0 to 1, or a project twice.
    """
    _check_request(projects, horizon, count, importance)
    control = uncertainty.control
    paths, weight, group = draw_paths(
        control.initial, control.steps(horizon), count, generator, importance
    )
    statuses = [status for _, status in projects]
    fates = draw_fates(uncertainty.projects, statuses, group, weight, generator)
    scenarios = Scenarios(
        names=names_of(uncertainty, projects, horizon),
        probability=weight,
        regime=paths.astype(np.int8),
        price_state=follow(
            uncertainty.price.initial,
            uncertainty.price.transition,
            generator.random((count, horizon.count)),
        ).astype(np.int8),
        outage_share=draw_outages(uncertainty.outages, count, horizon.count, generator)[1],
        demand_path=draw_demand(uncertainty, group, generator),
        project_delay=fates.delay,
        failure_draw=fates.failure_draw,
        lasting_delay=fates.lasting_delay,
        bad_times=fates.bad_times,
    )
    return ordered(scenarios)


def names_of(uncertainty: Uncertainty, projects: Sequence[Project], horizon: Horizon) -> Names:
    """Names of all positions, in the order of the uncertainty and of the projects."""
    return Names(
        horizon=horizon,
        regimes=uncertainty.control.names,
        price_states=uncertainty.price.names,
        outages=tuple(outage.name for outage in uncertainty.outages),
        demand_paths=tuple(path.name for path in uncertainty.demand),
        projects=tuple(project for project, _ in projects),
    )


def ordered(scenarios: Scenarios) -> Scenarios:
    """The scenarios by regime path, then demand, price path and delays: neighbours are alike."""
    count = len(scenarios)
    keys = np.hstack(
        [
            scenarios.regime,
            scenarios.demand_path[:, np.newaxis],
            scenarios.price_state,
            scenarios.project_delay,
            scenarios.outage_share.reshape(count, -1) > 0,
        ]
    )
    order = np.lexsort(keys.T[::-1])
    return scenarios.take(order, scenarios.probability[order])


def even_shares(group: IntArray, generator: np.random.Generator) -> FloatArray:
    """Uniform draws that fill 0 to 1 evenly within each group, shape (S,) [1]."""
    shares = np.empty(group.size)
    for g in np.unique(group):
        place = np.flatnonzero(group == g)
        shares[place] = (generator.permutation(place.size) + generator.random(place.size)) / (
            place.size
        )
    return shares


def draw_demand(
    uncertainty: Uncertainty, group: IntArray, generator: np.random.Generator
) -> ByteArray:
    """Demand path of each scenario, in even shares within each group, shape (S,)."""
    odds = np.array([path.probability for path in uncertainty.demand])
    uniform = even_shares(group, generator)
    return pick(np.broadcast_to(odds, (group.size, odds.size)), uniform).astype(np.int8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fates:
    """What becomes of J projects in S scenarios.

    Attributes:
        bad_times: shape (S,); delay: quarters late, -1 fails, shape (S, J).
        failure_draw, lasting_delay: as in `Scenarios`, shape (S, J).
    """

    bad_times: BoolArray
    delay: DelayArray
    failure_draw: FloatArray
    lasting_delay: DelayArray


def draw_fates(
    risk: ProjectRisk,
    statuses: Sequence[str],
    group: IntArray,
    weight: FloatArray,
    generator: np.random.Generator,
) -> Fates:
    """Bad times, and what becomes of each project as it is, and where it does not fail.

    With P(k) the probability of being worse than outcome k and b the odds of bad times, bad
    times have b P / (1 - P + b P); other times have what keeps P over all.
    """
    known = {status.status: status.outcomes() for status in risk.statuses}
    bad = even_shares(group, generator) < risk.bad_times_probability
    shape = group.size, len(statuses)
    delay, draw = np.zeros(shape, dtype=np.int16), np.ones(shape)
    lasting = delay.copy()
    # Their own stream, so that everything else is drawn as if no one asked about contracts.
    others = generator.spawn(1)[0]
    for j, status in enumerate(statuses):
        uniform = even_shares(group, generator)
        if status in known:
            quarters, share = known[status]
            worse = _worse(share, risk)[bad.astype(np.int64)]
            delay[:, j] = _outcome(quarters, uniform, worse)
            fails = worse[:, -1]
            failing = delay[:, j] == FAILS
            draw[failing, j] = systematic_draws(weight[failing], others)
            kept = (worse[:, :-1] - fails[:, None]) / np.maximum(1 - fails[:, None], 1e-300)
            again = _outcome(quarters[:-1], others.random(group.size), np.maximum(kept, 0.0))
            lasting[:, j] = np.where(failing, again, delay[:, j])
    return Fates(bad_times=bad, delay=delay, failure_draw=draw, lasting_delay=lasting)


def systematic_draws(weight: FloatArray, generator: np.random.Generator) -> FloatArray:
    """A draw for each weight, shape (k,) [1]: each even over 0 to 1, and together too.

    Weights lie one behind the other in any order on a circle, and each draws from its own piece:
    the weight of draws below f is f of the whole, to within two weights.
    """
    order = generator.permutation(weight.size)
    end = np.cumsum(weight[order])
    at = (end - weight[order] * generator.random(weight.size)) / end[-1:] + generator.random()
    found = np.empty(weight.size)
    found[order] = np.minimum(at % 1.0, JUST_BELOW)
    return found


def _outcome(quarters: Sequence[int], uniform: FloatArray, worse: FloatArray) -> IntArray:
    """Outcome of each draw, shape (S,), by the odds of worse than each but the last, (S, K - 1)."""
    place = (uniform[:, np.newaxis] < worse).sum(axis=1)
    return np.asarray(np.array(quarters)[place], dtype=np.int64)


def _worse(share: FloatArray, risk: ProjectRisk) -> FloatArray:
    """Probability of worse than each outcome but the last, other and bad times, (2, K - 1)."""
    overall = np.minimum(np.cumsum(share[::-1])[::-1][1:], 1.0)
    often, odds = risk.bad_times_probability, risk.bad_times_odds
    bad = odds * overall / (1 - overall + odds * overall)
    other = (overall - often * bad) / (1 - often) if often < 1 else bad
    return np.stack([np.maximum(other, 0.0), bad])


def draw_outages(
    outages: Sequence[Outage],
    count: int,
    periods: int,
    generator: np.random.Generator,
    before: BoolArray | None = None,
) -> tuple[BoolArray, FloatArray]:
    """Whether each is out, and the share of each quarter that it loses, both (S, P, E).

    Args:
        outages: E outages.
        count: scenarios S.
        periods: quarters P.
        generator: source of the draws.
        before: whether each was out in the quarter before, shape (S, E); None starts with the
            long-run odds.
    """
    out = np.zeros((count, periods, len(outages)), dtype=bool)
    share = np.zeros(out.shape)
    for e, outage in enumerate(outages):
        start = stationary(outage.chain)
        if before is not None:
            start = outage.chain[before[:, e].astype(np.int64)]
        uniform = generator.random((count, periods))
        out[:, :, e] = follow(start, outage.chain, uniform).astype(bool)
        share[:, :, e] = out[:, :, e] * outage.quarter_share
    return out, share


def _check_request(
    projects: Sequence[Project], horizon: Horizon, count: int, importance: float | None
) -> None:
    check_quarters(horizon)
    check_distinct("projects", [project for project, _ in projects])
    if not 1 <= count <= MAX_SCENARIOS:
        raise UsageError(f"{count} scenarios; allowed: 1 to {MAX_SCENARIOS}")
    if importance is not None and not 0 <= importance <= 1:
        raise UsageError(f"importance {importance:g}; allowed: 0 to 1, or none for plain draws")
