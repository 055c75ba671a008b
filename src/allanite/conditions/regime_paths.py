"""Paths of Markov chains: exact odds, and draws that miss no rare state.

Paths fall into strata by the rarest state that they visit. The odds of a stratum are exact, and
paths within one are drawn by the chain conditioned on it, so a sample of any size keeps the
rarest states with their true weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray

IMPORTANCE: Final = 0.5
_NOTHING: Final = 1e-13  # a difference of two sums of probabilities near one is no better


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strata:
    """Paths of a chain of G states by the rarest state they visit, rarest first. K strata.

    Attributes:
        state: the state visited, shape (K,).
        allowed: states that paths of a stratum may visit, shape (K, G).
        probability: shape (K,) [1], all above 0; they sum to one.
    """

    state: IntArray
    allowed: BoolArray
    probability: FloatArray


def marginals(initial: FloatArray, steps: FloatArray) -> FloatArray:
    """Probability of each state in each period, shape (P, G) [1]."""
    found = [initial]
    for step in steps:
        found.append(found[-1] @ step)
    return np.stack(found)


def stay_probability(initial: FloatArray, steps: FloatArray, allowed: BoolArray) -> float:
    """Probability that a path visits allowed states only [1]."""
    mass = np.where(allowed, initial, 0.0)
    for step in steps:
        mass = np.where(allowed, mass @ step, 0.0)
    return float(mass.sum())


def visit_probability(initial: FloatArray, steps: FloatArray) -> FloatArray:
    """Probability that a path visits a state at least once, shape (G,) [1]."""
    others = ~np.eye(initial.size, dtype=bool)
    return np.array([1 - stay_probability(initial, steps, row) for row in others])


def strata_of(initial: FloatArray, steps: FloatArray) -> Strata:
    """The strata of a chain; those of less probability than rounding are left out."""
    visits = visit_probability(initial, steps)
    order = np.argsort(visits, kind="stable")
    allowed = np.ones((initial.size, initial.size), dtype=bool)
    for k, _ in enumerate(order):
        allowed[k + 1 :, order[k]] = False
    stay = [stay_probability(initial, steps, row) for row in allowed] + [0.0]
    probability = -np.diff(stay)
    kept = np.flatnonzero(probability > _NOTHING)
    shares = probability[kept] / probability[kept].sum()
    return Strata(state=order[kept], allowed=allowed[kept], probability=shares)


def draw_paths(
    initial: FloatArray,
    steps: FloatArray,
    count: int,
    generator: np.random.Generator,
    importance: float | None = IMPORTANCE,
) -> tuple[IntArray, FloatArray, IntArray]:
    """Paths, shape (S, P), with their weights, shape (S,) [1], and their groups, shape (S,).

    Strata are drawn with counts proportional to probability^(1 - importance), one at least; a
    path weighs the probability of its stratum over the paths drawn in it. Where there are fewer
    paths than strata, the two least likely are drawn as one until there are not.

    Args:
        initial: shape (G,).
        steps: shape (P - 1, G, G).
        count: paths S.
        generator: source of the draws.
        importance: 0 in proportion, 1 the same number in each stratum; None draws plainly, each
            path with weight 1 / S.
    """
    strata = strata_of(initial, steps)
    groups = _pooled(strata.probability, 1 if importance is None else count)
    odds = np.array([strata.probability[group].sum() for group in groups])
    counts = _allocated(odds ** (1 - (importance or 0.0)), count)
    paths = np.empty((count, len(steps) + 1), dtype=np.int64)
    label = np.repeat(np.arange(len(groups)), counts)
    chosen = np.empty(count, dtype=np.int64)
    for g, group in enumerate(groups):
        share = strata.probability[group] / odds[g]
        chosen[label == g] = generator.choice(group, size=int(counts[g]), p=share)
    for k in np.unique(chosen):
        place = np.flatnonzero(chosen == k)
        target = int(strata.state[k])
        paths[place] = _conditioned(
            initial, steps, strata.allowed[k], target, generator.random((place.size, len(paths[0])))
        )
    weights = (odds / counts)[label]
    return paths, weights / weights.sum(), label


def bridge_paths(
    initial: FloatArray, steps: FloatArray, last: int, uniform: FloatArray
) -> IntArray:
    """Paths that end in a state, shape (S, P), from uniforms of that shape."""
    ahead = [np.eye(initial.size)[last]]
    for step in steps[::-1]:
        ahead.insert(0, step @ ahead[0])
    paths = np.empty(uniform.shape, dtype=np.int64)
    odds = np.broadcast_to(initial, (len(uniform), initial.size))
    for p, future in enumerate(ahead):
        paths[:, p] = pick(odds * future, uniform[:, p])
        odds = steps[p][paths[:, p]] if p < len(steps) else odds
    return paths


def follow(initial: FloatArray, transition: FloatArray, uniform: FloatArray) -> IntArray:
    """Paths of a chain that never changes its odds, shape (S, P), from uniforms of that shape.

    Args:
        initial: shape (G,), or (S, G) where each path has its own.
        transition: shape (G, G).
        uniform: draws from 0 to 1, shape (S, P).
    """
    paths = np.empty(uniform.shape, dtype=np.int64)
    odds = np.broadcast_to(initial, (len(uniform), transition.shape[0]))
    for p in range(uniform.shape[1]):
        paths[:, p] = pick(odds, uniform[:, p])
        odds = transition[paths[:, p]]
    return paths


def pick(odds: FloatArray, uniform: FloatArray) -> IntArray:
    """One position a row, shape (S,), with odds (S, G) that need not sum to one."""
    bounds = np.cumsum(odds, axis=1)
    reached = uniform[:, np.newaxis] * bounds[:, -1:] >= bounds
    last = (
        odds.shape[1] - 1 - np.argmax(odds[:, ::-1] > 0, axis=1)
    )  # rounding never picks odds of 0
    return np.asarray(np.minimum(reached.sum(axis=1), last), dtype=np.int64)


def stationary(transition: FloatArray) -> FloatArray:
    """Long-run probability of each state, shape (G,) [1]: pi = pi T, sum of pi = 1."""
    size = transition.shape[0]
    system = np.vstack([transition.T - np.eye(size), np.ones(size)])
    found, *_ = np.linalg.lstsq(system, np.append(np.zeros(size), 1.0), rcond=None)
    clipped = np.maximum(found, 0.0)
    return np.asarray(clipped / clipped.sum())


def _pooled(probability: FloatArray, count: int) -> list[list[int]]:
    """Strata in at most `count` groups, the least likely ones joined first."""
    groups = [[k] for k in range(probability.size)]
    while len(groups) > count:
        groups.sort(key=lambda group: (probability[group].sum(), group))
        groups = [sorted(groups[0] + groups[1]), *groups[2:]]
    return sorted(groups)


def _allocated(size: FloatArray, count: int) -> IntArray:
    """Whole counts in proportion to a size, one at least, that sum to `count`, shape (K,)."""
    wanted = size / size.sum() * count
    counts: IntArray = np.maximum(np.floor(wanted), 1).astype(np.int64)
    while counts.sum() < count:
        counts[np.argmax(wanted - counts)] += 1
    while counts.sum() > count:
        spare = np.where(counts > 1, counts - wanted, -np.inf)
        counts[np.argmax(spare)] -= 1
    return counts


def _conditioned(
    initial: FloatArray, steps: FloatArray, allowed: BoolArray, target: int, uniform: FloatArray
) -> IntArray:
    """Paths through allowed states that visit the target, shape (S, P).

    `ahead[p, h, g]` is the probability of keeping to that from state g of period p on, where h
    tells whether the target was visited by then; a step weighs what lies ahead of it.
    """
    size, periods = initial.size, len(steps) + 1
    ahead = np.zeros((periods, 2, size))
    ahead[-1, 1] = allowed
    for p in range(periods - 2, -1, -1):
        seen = steps[p] @ ahead[p + 1, 1]
        ahead[p, 1] = np.where(allowed, seen, 0.0)
        fresh = ahead[p + 1, 0].copy()
        fresh[target] = ahead[p + 1, 1, target]
        ahead[p, 0] = np.where(allowed, steps[p] @ fresh, 0.0)
    paths = np.empty(uniform.shape, dtype=np.int64)
    odds = np.broadcast_to(initial, (len(uniform), size))
    hit = np.zeros(len(uniform), dtype=np.int64)
    for p in range(periods):
        future = ahead[p][hit]
        future[:, target] = ahead[p, 1, target]
        paths[:, p] = pick(odds * future, uniform[:, p])
        hit |= paths[:, p] == target
        odds = steps[p][paths[:, p]] if p < periods - 1 else odds
    return paths
