"""Scenario trees: what is known when, block of quarters by block.

A tree branches at the start of each block; children share the past of their parent, and
regimes, prices and outages go on from its last quarter. Regimes are drawn in the strata of the
block, with exact weights, so that each node sees the rare ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray, frozen
from allanite.conditions.horizon import Horizon
from allanite.conditions.regime_paths import IMPORTANCE, draw_paths, follow
from allanite.conditions.scenarios import (
    ByteArray,
    DelayArray,
    Names,
    Project,
    Scenarios,
    draw_demand,
    draw_fates,
    draw_outages,
    names_of,
)
from allanite.conditions.uncertainty import Uncertainty, check_distinct, check_quarters
from allanite.errors import UsageError

MAX_NODES: Final = 200_000
UNKNOWN: Final = -1
NOT_YET: Final = -2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioTree:
    """T nodes; node 0 is the root, parents stand before children. Arrays are read-only.

    The root has no quarters: what is decided there is decided before anything is known. Paths
    hold the past of a node too; quarters after its own hold -1, or 0 of an outage.

    Attributes:
        names: names of all positions.
        block_starts: first quarter of each block.
        parent: shape (T,), -1 at the root; stage: 0 at the root, b + 1 in block b, shape (T,).
        probability: unconditional, shape (T,) [1]; those of the children of a node sum to its own.
        first_period, last_period: own quarters, both included, shape (T,); 0 and -1 at the root.
        regime, price_state: positions, shape (T, P).
        outage_share: share of a quarter that is lost, shape (T, P, E) [1].
        demand_path: position, -1 while unknown, shape (T,).
        project_delay: quarters late, -1 fails, -2 while unknown, shape (T, J).
        failure_draw, lasting_delay: as in `Scenarios`, shape (T, J); 0 and -2 while unknown.
    """

    names: Names
    block_starts: tuple[int, ...]
    parent: IntArray
    stage: IntArray
    probability: FloatArray
    first_period: IntArray
    last_period: IntArray
    regime: ByteArray
    price_state: ByteArray
    outage_share: FloatArray
    demand_path: ByteArray
    project_delay: DelayArray
    failure_draw: FloatArray
    lasting_delay: DelayArray

    def __len__(self) -> int:
        return int(self.parent.size)

    @property
    def leaves(self) -> IntArray:
        """Positions of the nodes of the last block."""
        return np.flatnonzero(self.stage == len(self.block_starts))


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """Nodes of one stage with their paths so far, while a tree grows."""

    parent: IntArray
    probability: FloatArray
    regime: IntArray
    price: IntArray
    out: BoolArray
    share: FloatArray
    demand: ByteArray
    delay: DelayArray
    failure: FloatArray
    lasting: DelayArray


def sample_tree(
    uncertainty: Uncertainty,
    projects: Sequence[Project],
    horizon: Horizon,
    block_starts: Sequence[int],
    branching: Sequence[int],
    generator: np.random.Generator,
    *,
    importance: float | None = IMPORTANCE,
    known_at: int = 1,
) -> ScenarioTree:
    """A tree drawn from what a plan does not know.

    Args:
        uncertainty: what is not known.
        projects: id and status of each project.
        horizon: periods of a quarter.
        block_starts: first quarter of each block, from 0, rising.
        branching: children of each node above a block, one number a block.
        generator: source of every draw.
        importance: as in `sample_scenarios`; the strata of a node are those of its next block.
        known_at: stage at which the demand path and the outcomes of all projects become known.

    Raises:
        UsageError: blocks, branches or a stage that do not fit, or more than `MAX_NODES`.
    """
    _check_tree(projects, horizon, block_starts, branching, known_at)
    levels = [_root(uncertainty, len(projects))]
    ends = [*block_starts[1:], horizon.count]
    for b, (start, end) in enumerate(zip(block_starts, ends, strict=True)):
        grown = _children(
            uncertainty, horizon, levels[-1], (start, end), branching[b], generator, importance
        )
        if b + 1 == known_at:
            grown = _informed(grown, uncertainty, projects, generator)
        levels.append(grown)
    return _tree(levels, names_of(uncertainty, projects, horizon), tuple(block_starts))


def leaf_scenarios(tree: ScenarioTree) -> Scenarios:
    """The scenarios of a tree's leaves, for tables; bad times are not told."""
    leaves = tree.leaves
    return Scenarios(
        names=tree.names,
        probability=tree.probability[leaves],
        regime=tree.regime[leaves],
        price_state=tree.price_state[leaves],
        outage_share=tree.outage_share[leaves],
        demand_path=tree.demand_path[leaves],
        project_delay=tree.project_delay[leaves],
        failure_draw=tree.failure_draw[leaves],
        lasting_delay=tree.lasting_delay[leaves],
        bad_times=np.zeros(leaves.size, dtype=bool),
    )


def _root(uncertainty: Uncertainty, projects: int) -> _Level:
    outages = len(uncertainty.outages)
    nothing = np.zeros((1, 0), dtype=np.int64)
    return _Level(
        parent=np.array([UNKNOWN]),
        probability=np.ones(1),
        regime=nothing,
        price=nothing,
        out=np.zeros((1, 0, outages), dtype=bool),
        share=np.zeros((1, 0, outages)),
        demand=np.array([UNKNOWN], dtype=np.int8),
        delay=np.full((1, projects), NOT_YET, dtype=np.int16),
        failure=np.zeros((1, projects)),
        lasting=np.full((1, projects), NOT_YET, dtype=np.int16),
    )


def _children(
    uncertainty: Uncertainty,
    horizon: Horizon,
    above: _Level,
    block: tuple[int, int],
    branches: int,
    generator: np.random.Generator,
    importance: float | None,
) -> _Level:
    """Nodes of one block below each node above."""
    start, end = block
    regime, weight = _regimes(uncertainty, horizon, above, block, (branches, importance), generator)
    parent = np.repeat(np.arange(above.parent.size), branches)
    count, market = parent.size, uncertainty.price
    entry = market.transition[above.price[parent, -1]] if start else market.initial
    price = follow(entry, market.transition, generator.random((count, end - start)))
    before = above.out[parent, -1] if start else None
    out, share = draw_outages(uncertainty.outages, count, end - start, generator, before)
    return _Level(
        parent=parent,
        probability=above.probability[parent] * weight,
        regime=np.hstack([above.regime[parent], regime]),
        price=np.hstack([above.price[parent], price]),
        out=np.concatenate([above.out[parent], out], axis=1),
        share=np.concatenate([above.share[parent], share], axis=1),
        demand=above.demand[parent],
        delay=above.delay[parent],
        failure=above.failure[parent],
        lasting=above.lasting[parent],
    )


def _regimes(
    uncertainty: Uncertainty,
    horizon: Horizon,
    above: _Level,
    block: tuple[int, int],
    request: tuple[int, float | None],
    generator: np.random.Generator,
) -> tuple[IntArray, FloatArray]:
    """Regimes of the block and weight of each child, those of one node after another."""
    start, end = block
    steps = uncertainty.control.steps(horizon)
    regime, weight = [], []
    for last in above.regime[:, -1] if start else [UNKNOWN]:
        first = steps[start - 1, last] if start else uncertainty.control.initial
        branches, importance = request
        paths, share, _ = draw_paths(first, steps[start : end - 1], branches, generator, importance)
        order = np.lexsort(paths.T[::-1])
        regime.append(paths[order])
        weight.append(share[order])
    return np.vstack(regime), np.concatenate(weight)


def _informed(
    level: _Level,
    uncertainty: Uncertainty,
    projects: Sequence[Project],
    generator: np.random.Generator,
) -> _Level:
    """The nodes with demand path and outcomes of projects, in even shares over the level."""
    group = np.zeros(level.parent.size, dtype=np.int64)
    statuses = [status for _, status in projects]
    fates = draw_fates(uncertainty.projects, statuses, group, level.probability, generator)
    return replace(
        level,
        demand=draw_demand(uncertainty, group, generator),
        delay=fates.delay,
        failure=fates.failure_draw,
        lasting=fates.lasting_delay,
    )


def _tree(levels: Sequence[_Level], names: Names, block_starts: tuple[int, ...]) -> ScenarioTree:
    """The levels as one tree."""
    sizes = [level.parent.size for level in levels]
    stage = np.repeat(np.arange(len(levels)), sizes)
    offset = np.concatenate([[0], np.cumsum(sizes)])
    above = [levels[0].parent, *(lv.parent + offset[b] for b, lv in enumerate(levels[1:]))]
    ends = np.array([0, *block_starts[1:], names.horizon.count])
    starts = np.array([0, *block_starts])
    periods = names.horizon.count
    arrays = {
        "parent": np.concatenate(above),
        "stage": stage,
        "probability": np.concatenate([level.probability for level in levels]),
        "first_period": starts[stage],
        "last_period": ends[stage] - 1,
        "regime": _padded([lv.regime for lv in levels], periods, UNKNOWN).astype(np.int8),
        "price_state": _padded([lv.price for lv in levels], periods, UNKNOWN).astype(np.int8),
        "outage_share": _padded([lv.share for lv in levels], periods, 0.0),
        "demand_path": np.concatenate([level.demand for level in levels]),
        "project_delay": np.concatenate([level.delay for level in levels]),
        "failure_draw": np.concatenate([level.failure for level in levels]),
        "lasting_delay": np.concatenate([level.lasting for level in levels]),
    }
    for array in arrays.values():
        frozen(array)
    return ScenarioTree(names=names, block_starts=block_starts, **arrays)


def _padded(parts: Sequence[FloatArray | IntArray], periods: int, fill: float) -> FloatArray:
    """Paths of all levels below one another, filled up to P quarters, shape (T, P, ...)."""
    count = sum(len(part) for part in parts)
    found = np.full((count, periods, *parts[0].shape[2:]), fill)
    row = 0
    for part in parts:
        found[row : row + len(part), : part.shape[1]] = part
        row += len(part)
    return found


def _check_tree(
    projects: Sequence[Project],
    horizon: Horizon,
    block_starts: Sequence[int],
    branching: Sequence[int],
    known_at: int,
) -> None:
    check_quarters(horizon)
    check_distinct("projects", [project for project, _ in projects])
    check_blocks(block_starts, horizon)
    if len(branching) != len(block_starts) or min(branching) < 1:
        raise UsageError(
            f"branching {list(branching)} for {len(block_starts)} blocks; one number from 1 a block"
        )
    nodes = 1 + int(np.cumprod(np.asarray(branching, dtype=np.float64)).sum())
    if nodes > MAX_NODES:
        raise UsageError(f"a tree of {nodes} nodes; allowed: {MAX_NODES}. Branch less")
    if not 1 <= known_at <= len(block_starts):
        raise UsageError(
            f"known_at is stage {known_at}; stages of blocks: 1 to {len(block_starts)}"
        )


def check_blocks(block_starts: Sequence[int], horizon: Horizon) -> None:
    """Raise `UsageError` where blocks do not begin at 0, rise, and end within the horizon."""
    starts = list(block_starts)
    rises = all(a < b for a, b in itertools.pairwise(starts))
    if not starts or starts[0] != 0 or not rises or starts[-1] >= horizon.count:
        raise UsageError(
            f"blocks begin at {starts}; from 0, rising, before the end at {horizon.count}"
        )
