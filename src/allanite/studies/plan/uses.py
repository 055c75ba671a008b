"""What partners go without, in a few steps a node: the steps of all end uses, pooled by cost.

Steps of one node that cost about the same and are of one sort (thrift and substitutes, or
shortage) are one column each; how much of it there may be follows from its members. A magnet of
the next grade serves where a lower one would, for its own price.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.network.economics import DemandSteps
from allanite.studies.plan.pooled import PooledNetwork
from allanite.studies.response.bounds import step_shares
from allanite.studies.response.world import World

SHORTAGE_KINDS: Final = ("delay", "idle")
# Ends of the bands of cost [USD/t]; within one the dearest step costs at most about five times
# the cheapest.
BANDS: Final = (30e3, 150e3, 600e3, 2.5e6, np.inf)


GRADE_COST: Final = 1.0  # USD/t beyond its price: the lower grade goes first where both are at hand
# From low to high: each resists more heat and field than the one before, and can stand in for it.
GRADES: Final = (
    "mag_ndfeb_low",
    "mag_ndfeb_n",
    "mag_ndfeb_h",
    "mag_ndfeb_sh",
    "mag_ndfeb_uh",
    "mag_ndfeb_eh",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Uses:
    """Partners' demands and the pooled steps. D demands, S steps of theirs, B pooled steps.

    Attributes:
        demand: positions of the partners' demands in the whole network, shape (D,).
        demand_node: pool of each, shape (D,); demand_rate: normal, shape (D,) [t/yr].
        steps: their steps; `steps.demand` counts the D demands.
        member: pooled step of each step, shape (S,); the last pooled steps, a higher grade
            instead, have none, and take any part of the need.
        node, substitute_node: pools of each pooled step, shape (B,); -1 for no substitute.
        is_shortage: whether going without is a shortage, shape (B,).
        cost: mean at full deployment, shape (B,) [USD/t]; label: in words.
    """

    demand: IntArray
    demand_node: IntArray
    demand_rate: FloatArray
    steps: DemandSteps
    member: IntArray
    node: IntArray
    substitute_node: IntArray
    is_shortage: BoolArray
    cost: FloatArray
    label: tuple[str, ...]

    def limits(self, factor: FloatArray, since: FloatArray) -> FloatArray:
        """Most of each pooled step, shape (P, B) [t/yr].

        Args:
            factor: demand as a share of the normal, shape (P, D).
            since: how long uses have had to adapt, shape (P,) [yr].
        """
        taken = step_shares(self.steps, since, self.demand.size)
        need = factor * self.demand_rate
        pooled = csr_array(
            (np.ones(self.member.size), (np.arange(self.member.size), self.member)),
            shape=(self.member.size, int(self.member.max(initial=-1)) + 1),
        )
        higher = self.node[pooled.shape[1] :]
        whole = need @ (self.demand_node[:, None] == higher[None, :]).astype(float)
        return np.hstack([np.asarray((taken * need[:, self.steps.demand]) @ pooled), whole])


def pool_uses(world: World, pooled: PooledNetwork, partners: tuple[str, ...]) -> Uses:
    """The partners' demands at the pools of a plan, and their steps."""
    demands, whole = world.network.demands, world.economics.steps
    mine = np.isin(np.array(demands.region, dtype=object), partners)
    demand = np.flatnonzero(mine & (pooled.pool[demands.node] >= 0))
    kept = np.flatnonzero(np.isin(whole.demand, demand))
    steps = whole.take(kept, np.searchsorted(demand, whole.demand[kept]))
    node = pooled.pool[demands.node[demand]]
    instead = np.where(
        steps.substitute_node >= 0, pooled.pool[np.maximum(steps.substitute_node, 0)], -1
    )
    short = np.isin(np.array(steps.kind, dtype=object), SHORTAGE_KINDS)
    band = np.searchsorted(np.array(BANDS), steps.cost)
    keys = np.stack([node[steps.demand], short.astype(np.int64), instead, band])
    found, member = np.unique(keys, axis=1, return_inverse=True)
    member = member.ravel()
    lower, higher = _grade_steps(pooled, np.unique(node))
    cost = _mean_cost(steps, world.state.demand_rate[demand], member, found.shape[1])
    words = [_label(pooled, column) for column in found.T.tolist()]
    words += [
        f"{pooled.nodes.labels[u]}: {pooled.nodes.labels[v]} as it is"
        for u, v in zip(lower, higher, strict=True)
    ]
    return Uses(
        demand=demand,
        demand_node=node,
        demand_rate=world.state.demand_rate[demand],
        steps=steps,
        member=member,
        node=np.concatenate([found[0], lower]),
        substitute_node=np.concatenate([found[2], higher]),
        is_shortage=np.concatenate([found[1].astype(bool), np.zeros(lower.size, dtype=bool)]),
        cost=np.concatenate([cost, np.full(lower.size, GRADE_COST)]),
        label=tuple(words),
    )


def _grade_steps(pooled: PooledNetwork, wanted: IntArray) -> tuple[IntArray, IntArray]:
    """Nodes of need and, at the same place, the node of the next higher grade."""
    labels = pooled.nodes.labels
    following = dict(pairwise(GRADES))
    pairs = []
    for u in wanted.tolist():
        place, material = labels[u].split("/")
        better = f"{place}/{following.get(material, '')}"
        if better in pooled.nodes:
            pairs.append((u, pooled.nodes.position(better)))
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _mean_cost(
    steps: DemandSteps, demand_rate: FloatArray, member: IntArray, count: int
) -> FloatArray:
    late = np.array([1e3])
    weight = step_shares(steps, late, demand_rate.size)[0] * demand_rate[steps.demand] + 1e-12
    total = np.bincount(member, weights=weight * steps.cost, minlength=count)
    return np.asarray(total / np.bincount(member, weights=weight, minlength=count))


def _label(pooled: PooledNetwork, column: list[int]) -> str:
    node, short, instead, band = column
    upper = BANDS[band]
    words = "shortage" if short else "thrift"
    if instead >= 0:
        words = f"{pooled.nodes.labels[instead]} instead"
    limit = f"up to {upper:,.0f} USD/t" if np.isfinite(upper) else f"from {BANDS[-2]:,.0f} USD/t"
    return f"{pooled.nodes.labels[node]}: {words}, {limit}"
