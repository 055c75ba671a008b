"""How much of everything there may be in a period: upper bounds as arrays.

Availability cuts what a plant or route can do, growth limits what may come on top of the
normal rate: idle capacity after its ramp, new routes after qualification.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array, diags_array

from allanite.axis import FloatArray, IntArray
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.network.economics import DemandSteps
from allanite.network.supply import Processes, SupplyNetwork
from allanite.studies.response.world import Past, World

# Stages that stand for supply from outside the network; they have no capacity of their own.
UNBOUNDED_STAGES: Final = ("outside",)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limits:
    """Upper bounds [t a period]; P periods.

    Attributes:
        normal_activity, extra_activity: (P, N); normal_flow, extra_flow: (P, R).
        unmet: what each step can take, (P, S).
    """

    normal_activity: FloatArray
    extra_activity: FloatArray
    normal_flow: FloatArray
    extra_flow: FloatArray
    unmet: FloatArray


def upper_limits(world: World, conditions: Conditions, horizon: Horizon, past: Past) -> Limits:
    """All upper bounds of a window under conditions of the same length."""
    since = elapsed_years(horizon, past.elapsed)
    normal, extra = activity_limits(world, conditions, horizon, since)
    flow, more = flow_limits(world, conditions, horizon, since)
    return Limits(
        normal_activity=normal,
        extra_activity=extra,
        normal_flow=flow,
        extra_flow=more,
        unmet=unmet_limits(world, conditions, horizon, since),
    )


def elapsed_years(horizon: Horizon, before: float = 0.0) -> FloatArray:
    """Years from the start of a response to the middle of each period, shape (P,)."""
    middle = before + horizon.step * (np.arange(horizon.count) + 0.5)
    return np.asarray(middle, dtype=np.float64)


def activity_limits(
    world: World, conditions: Conditions, horizon: Horizon, since: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Upper bounds of normal and extra activity, (P, N) [t] each.

    A plant at share a of its availability makes at most a x capacity; where no capacity is
    known, a x its normal rate.
    """
    rate, processes = world.state.activity_rate, world.network.processes
    available = conditions.process_availability
    capacity = np.maximum(capacity_rates(world.network, horizon), rate)
    known = np.isfinite(capacity)
    most = available * np.where(known, capacity, np.maximum(rate, 0.0))
    normal = np.minimum(rate, most)
    spare = np.where(known, capacity - rate, rate)
    unbounded = np.array([s in UNBOUNDED_STAGES for s in processes.stage], dtype=bool)
    spare = np.where(unbounded, np.maximum(rate, 1.0), spare)
    opened = processes.available_from[None, :] <= horizon.years[:, None]
    ramp = world.economics.activity_ramp.share(since) * conditions.process_growth
    left = np.where(known & ~unbounded, most - normal, np.inf)
    extra = np.where(opened, np.minimum(available * spare * ramp, left), 0.0)
    return normal * horizon.step, np.maximum(extra, 0.0) * horizon.step


def capacity_rates(network: SupplyNetwork, horizon: Horizon) -> FloatArray:
    """Most that each process makes while its plant does nothing else, (P, N) [t/yr]."""
    years, at = np.unique(np.floor(horizon.years).astype(np.int64), return_inverse=True)
    alone = np.stack([network.processes.capacity_alone(int(year)) for year in years])
    return np.asarray(alone[at.ravel()])


def flow_limits(
    world: World, conditions: Conditions, horizon: Horizon, since: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Upper bounds of normal and extra flow, (P, R) [t] each.

    What may come on top is a share of what the receiving node could take, after qualification;
    a route in use may carry some more at once, since nothing has to be qualified. Where only a
    share passes it is a share of the normal rate, and nothing comes on top.
    """
    rate, quota = world.state.route_rate, conditions.route_quota_rate
    passing = conditions.route_availability
    normal = np.minimum(passing * rate, quota)
    size = possible_use(world)[world.network.routes.destination_node]
    more = np.maximum(
        size * world.economics.route_ramp.share(since), world.economics.in_use_growth * rate
    )
    extra = np.minimum(np.where(passing < 1, 0.0, more), quota - normal)
    return normal * horizon.step, extra * horizon.step


def possible_use(world: World) -> FloatArray:
    """Most that processes, demands and routes of a node could take, shape (V,) [t/yr].

    What may count as of listed origin can take the place of what is: a node of free material
    could take what that of listed origin at its place could.
    """
    state, routes = world.state, world.network.routes
    alone = world.network.processes.capacity_alone(world.network.year)
    capacity = np.where(np.isfinite(alone), alone, state.activity_rate)
    full = np.maximum(capacity, state.activity_rate)
    intake = -csc_array(world.network.processes.recipe).minimum(0)
    own = _plant_intake(csc_array(intake @ diags_array(full)), world.network.processes)
    size = state.use_rate() + np.maximum(own - intake @ state.activity_rate, 0.0)
    joins = np.array([kind == "class" for kind in routes.kind], dtype=bool)
    free, listed = routes.origin_node[joins], routes.destination_node[joins]
    size[free] = np.maximum(size[free], size[listed])
    return np.asarray(size)


def _plant_intake(intake: csc_array, processes: Processes) -> FloatArray:
    """Most that plants take at each node, shape (V,) [t/yr].

    Args:
        intake: of each process alone at full capacity, sparse (V, N) [t/yr].
        processes: the processes; those that share the capacity of a plant take what the largest
            of them does.
    """
    rule = np.array(processes.group_rule, dtype=object)
    known = np.isfinite(processes.capacity_rate) & (processes.capacity_rate > 0)
    shared = (processes.group >= 0) & (rule != "separate") & known
    total = np.asarray(intake[:, np.flatnonzero(~shared)].sum(axis=1)).ravel()
    for group in np.unique(processes.group[shared]):
        members = intake[:, np.flatnonzero(shared & (processes.group == group))]
        total += np.asarray(members.max(axis=1).todense()).ravel()
    return total


def unmet_limits(
    world: World, conditions: Conditions, horizon: Horizon, since: FloatArray
) -> FloatArray:
    """What each step can take, (P, S) [t]; the steps of a demand sum to its need at least."""
    steps = world.economics.steps
    factor = np.maximum(1.0 + conditions.demand_change, 0.0)
    amount = (world.state.demand_rate * factor)[:, steps.demand] * horizon.step
    share = step_shares(steps, since, len(world.network.demands.labels))
    return np.asarray(share * amount)


def step_shares(steps: DemandSteps, since: FloatArray, demand_count: int) -> FloatArray:
    """Share of its demand that each step can take, (P, S) [1].

    Steps come in order of cost; the idle step takes what the others leave. It also stands in
    for a substitute, which may be short itself: there the steps sum to more than the need, and
    rows of the programme keep what is taken within it.

    Args:
        steps: S steps.
        since: how long users have had to adapt, shape (P,) [yr].
        demand_count: number of demands.
    """
    share = steps.ramp.share(since)
    is_idle = np.array([kind == "idle" for kind in steps.kind], dtype=bool)
    share[:, is_idle] = 0.0
    order = np.lexsort((steps.cost, steps.demand))
    taken = np.empty_like(share)
    taken[:, order] = _running_share(share[:, order], steps.demand[order])
    sure = np.where(steps.substitute_node >= 0, 0.0, taken)
    left = np.maximum(1.0 - _sum_by_demand(sure, steps.demand, demand_count), 0.0)
    taken[:, is_idle] = left[:, steps.demand[is_idle]]
    return taken


def _running_share(share: FloatArray, demand: IntArray) -> FloatArray:
    """Shares cut so that those of one demand, in order, sum to at most one."""
    if not demand.size:
        return share
    first = np.concatenate([[True], demand[1:] != demand[:-1]])
    total = np.cumsum(share, axis=1)
    before_first = np.concatenate([np.zeros((share.shape[0], 1)), total], axis=1)
    offset = before_first[:, np.flatnonzero(first)][:, np.cumsum(first) - 1]
    before = total - share - offset
    return np.asarray(np.clip(np.minimum(share, 1.0 - before), 0.0, 1.0))


def _sum_by_demand(taken: FloatArray, demand: IntArray, count: int) -> FloatArray:
    total = np.zeros((taken.shape[0], count))
    np.add.at(total.T, demand, taken.T)
    return total
