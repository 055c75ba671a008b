"""Plants of a plan: what limits processes together, what exists of it, what projects add.

Processes that share a plant share its time: one at its rate fills it. Those of rule `sum` share
its tonnage, each up to a multiple of its own. A process alone, to which nothing is added, needs
no row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.network.supply import Processes
from allanite.studies.plan.world import Plants


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One process that a project, or an offtake contract, adds to at its plant."""

    project: str
    process: int
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Runs:
    """What runs today, or could. N processes of the plan.

    Attributes:
        process: positions in the whole network, shape (N,).
        rate: most that each makes, for whomever, shape (N,) [t/yr].
        share: the partners' share of it, shape (N,) [1].
        cost: of one more tonne of reference output, shape (N,) [USD/t].
        value: of what comes with a tonne of reference output, shape (N,) [USD/t].
    """

    process: IntArray
    rate: FloatArray
    share: FloatArray
    cost: FloatArray
    value: FloatArray


def make_plants(
    processes: Processes, runs: Runs, parts: Sequence[Part], swing: float
) -> tuple[Plants, Mapping[str, dict[int, float]]]:
    """Plants, and what each project adds to them, by plant, in the measure of the plant.

    Args:
        processes: of the whole network.
        runs: those of the plan.
        parts: what projects add.
        swing: most of one grade over its share in the data [1].
    """
    existing_rate = runs.rate * runs.share
    rate = existing_rate.copy()
    for part in parts:
        rate[part.process] += part.rate
    shared = _shared(processes, runs, parts, rate)
    weight = np.where(shared.by_tonnage, 1.0, 1 / rate[shared.process])
    labels = processes.labels.labels
    own = np.where(shared.is_grade, swing * rate, np.inf)
    own = np.where(shared.stands_alone, existing_rate, own)
    alone = np.flatnonzero(np.isfinite(own))
    shape = (shared.first.size, runs.process.size)
    plants = Plants(
        processes=Axis("process", tuple(labels[n] for n in runs.process)),
        labels=Axis("plant", tuple(labels[runs.process[n]] for n in shared.first)),
        weight=csr_array((weight, (shared.plant, shared.process)), shape=shape),
        size=_sizes(shared, existing_rate[shared.process] * weight),
        alone=alone,
        alone_rate=own[alone],
        running_cost=runs.cost,
    )
    return plants, _additions(shared, parts, weight)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shared:
    """Processes that stand in plants. M of them, G plants, N processes of the plan.

    Attributes:
        process: positions, shape (M,); plant: of each, shape (M,).
        by_tonnage: whether its plant shares tonnage, shape (M,).
        first: the process that names each plant, shape (G,).
        is_grade: grades of plants that share tonnage, shape (N,).
        stands_alone: processes in no plant, shape (N,).
    """

    process: IntArray
    plant: IntArray
    by_tonnage: BoolArray
    first: IntArray
    is_grade: BoolArray
    stands_alone: BoolArray


def _shared(processes: Processes, runs: Runs, parts: Sequence[Part], rate: FloatArray) -> _Shared:
    group = processes.group[runs.process]
    rule = np.array(processes.group_rule, dtype=object)[runs.process]
    grouped = (group >= 0) & (rule != "separate")
    inside = grouped.copy()
    inside[[part.process for part in parts]] = True
    inside &= rate > 0
    members = np.flatnonzero(inside)
    key = np.where(grouped, group, -2 - np.arange(group.size))[members]
    _, first, plant = np.unique(key, return_index=True, return_inverse=True)
    return _Shared(
        process=members,
        plant=plant.ravel(),
        by_tonnage=np.asarray(rule[members] == "sum"),
        first=members[first],
        is_grade=np.asarray(grouped & (rule == "sum")),
        stands_alone=~inside,
    )


def _sizes(shared: _Shared, filled: FloatArray) -> FloatArray:
    """What exists of each plant, shape (G,): tonnage adds up, time does not."""
    size = np.zeros(shared.first.size)
    np.add.at(size, shared.plant[shared.by_tonnage], filled[shared.by_tonnage])
    np.maximum.at(size, shared.plant[~shared.by_tonnage], filled[~shared.by_tonnage])
    return size


def _additions(
    shared: _Shared, parts: Sequence[Part], weight: FloatArray
) -> dict[str, dict[int, float]]:
    """What each project adds to each plant."""
    at = {int(n): k for k, n in enumerate(shared.process)}
    found: dict[str, dict[int, float]] = {}
    for part in parts:
        k = at[part.process]
        plant, more = int(shared.plant[k]), float(part.rate * weight[k])
        mine = found.setdefault(part.project, {})
        known = mine.get(plant, 0.0)
        mine[plant] = known + more if shared.by_tonnage[k] else max(known, more)
    return found
