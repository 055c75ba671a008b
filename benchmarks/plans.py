"""A drawn plan under uncertainty, of any size, that the benchmarks of decomposition build.

Candidate sites and stockpiles are decided first; then, by scenario, materials pass through
chains of processes and routes to demands with rising steps of shortage. Scenarios close
routes, hold up processes and raise demands, as controls and shocks would: bounds and sides
change, and each has its own delay of the new sites, which changes the link. Size 10 gives
some 29,000 columns and 9,000 rows a scenario.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.program.linear import LinearProgram, ProgramBuilder
from allanite.program.staged import Changes, NodeProgram, StagedProgram, two_stages

CHAIN = 5  # materials in a chain
STEPS = 5  # steps of a shortage
GROWTH, GROWTH_ROOM = 1.05, 2.0  # output may rise so far from one period to the next
LOSS = 0.9  # output of a process per unit of input
STEP_COST = np.array([5.0, 15.0, 40.0, 120.0, 400.0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """A drawn plan: P periods, V nodes, N processes (the last C candidates), R routes."""

    periods: int
    regions: int
    materials: int
    process_node: IntArray  # (N,) node of the input; the output is the next material there
    process_upper: FloatArray  # (N,)
    process_cost: FloatArray  # (N,)
    candidates: int
    origin: IntArray  # (R,)
    destination: IntArray  # (R,)
    route_upper: FloatArray  # (R,)
    route_cost: FloatArray  # (R,)
    source_node: IntArray  # (O,)
    source_upper: FloatArray  # (O,)
    source_cost: FloatArray  # (O,)
    demand_node: IntArray  # (D,)
    demand: FloatArray  # (D,)
    stock_node: IntArray  # (K,)


def draw_plan(size: int, periods: int = 20, seed: int = 7) -> Plan:
    """The plan of this size, always the same for a seed."""
    random = np.random.default_rng(seed)
    regions, materials = max(2 + size, 3), CHAIN * max(size // 2, 1)
    existing, candidates, routes = 16 * size, 8 * size, 80 * size
    inner = np.flatnonzero(np.arange(regions * materials) % materials % CHAIN < CHAIN - 1)
    last = np.flatnonzero(np.arange(regions * materials) % materials % CHAIN == CHAIN - 1)
    first = np.flatnonzero(np.arange(regions * materials) % materials % CHAIN == 0)
    hub = inner[: max(inner.size // 3, CHAIN - 1)]  # supply stands in a third of the regions
    process_node = np.concatenate([random.choice(hub, existing), random.choice(inner, candidates)])
    start = random.choice(np.concatenate([hub + 1, hub + 1, inner, first]), routes)
    shift = random.integers(1, regions, routes)
    demand_node = random.choice(last, 6 * size)
    return Plan(
        periods=periods,
        regions=regions,
        materials=materials,
        process_node=process_node,
        process_upper=random.uniform(10, 60, existing + candidates),
        process_cost=random.uniform(0.5, 3, existing + candidates),
        candidates=candidates,
        origin=start,
        destination=(start + shift * materials) % (regions * materials),
        route_upper=random.uniform(10, 80, routes),
        route_cost=random.uniform(0.1, 1, routes),
        source_node=random.choice(first, 6 * size),
        source_upper=random.uniform(10, 40, 6 * size),
        source_cost=random.uniform(0.5, 2, 6 * size),
        demand_node=demand_node,
        demand=random.uniform(2, 15, 6 * size),
        stock_node=random.choice(np.concatenate([inner, demand_node]), 6 * size),
    )


def first_stage(plan: Plan, *, whole: bool = False) -> NodeProgram:
    """Capacity of candidate sites and first stocks, under one budget."""
    random = np.random.default_rng(11)
    build, sites, stocks = ProgramBuilder(), plan.candidates, plan.stock_node.size
    most = random.uniform(5, 30, sites)
    price = random.uniform(3, 9, sites) * plan.periods
    share = 1.0 if whole else most
    cost = price * most if whole else price
    here = _index("site", sites)
    build.add_columns("capacity", "kt/yr", here, upper=share, cost=cost, is_integer=whole)
    held = _index("stock", stocks)
    build.add_columns("stockpile", "kt", held, upper=40.0, cost=random.uniform(2, 6, stocks))
    budget = build.add_rows("budget", "MUSD", _index("one", 1), upper=float(price @ most) / 2)
    columns = np.arange(sites + stocks)
    each = np.concatenate([np.broadcast_to(cost, sites), np.full(stocks, 4.0)])
    build.add_terms(np.repeat(budget, columns.size), columns, each)
    return NodeProgram(
        template=build.build(), changes=Changes(), state=columns, link=csr_array((1, 0))
    )


def operation(plan: Plan) -> LinearProgram:
    """What every scenario decides: flows, activities, levels, shortages."""
    build, periods = ProgramBuilder(), plan.periods
    nodes = plan.regions * plan.materials
    balance = build.add_rows("balance", "kt", _grid(periods, "node", nodes), lower=0.0, upper=0.0)
    balance = balance.reshape(periods, nodes)
    existing = plan.process_node.size - plan.candidates
    upper = np.where(np.arange(plan.process_node.size) < existing, plan.process_upper, np.inf)
    activity = _columns(build, plan, "activity", upper, plan.process_cost)
    _add(build, balance[:, plan.process_node], activity, -1.0)
    _add(build, balance[:, plan.process_node + 1], activity, LOSS)
    flow = _columns(build, plan, "flow", plan.route_upper, plan.route_cost)
    _add(build, balance[:, plan.origin], flow, -1.0)
    _add(build, balance[:, plan.destination], flow, 1.0)
    room = _grid(periods - 1, "process", existing)
    growth = build.add_rows("growth", "kt", room, upper=GROWTH_ROOM).reshape(periods - 1, -1)
    _add(build, growth, activity[1:, :existing], 1.0)
    _add(build, growth, activity[:-1, :existing], -GROWTH)
    source = _columns(build, plan, "source", plan.source_upper, plan.source_cost)
    _add(build, balance[:, plan.source_node], source, 1.0)
    stock = np.full(plan.stock_node.size, 60.0)
    level = _columns(build, plan, "level", stock, np.full(stock.size, 0.05))
    _add(build, balance[:, plan.stock_node], level, -1.0)
    _add(build, balance[1:, plan.stock_node], level[:-1], 1.0)
    need = np.repeat(plan.demand, STEPS) / STEPS
    cost = np.tile(STEP_COST, plan.demand.size)
    short = _columns(build, plan, "shortage", need, cost)
    met = build.add_columns(
        "met", "kt", _grid(periods, "demand", plan.demand.size), upper=np.inf
    ).reshape(periods, -1)
    wanted = build.add_rows(
        "demand",
        "kt",
        _grid(periods, "demand", plan.demand.size),
        lower=np.tile(plan.demand, periods),
    ).reshape(periods, -1)
    _add(build, balance[:, plan.demand_node], met, -1.0)
    _add(build, wanted, met, 1.0)
    _add(build, np.repeat(wanted, STEPS, axis=1), short, 1.0)
    sites = build.add_rows("site", "kt", _grid(periods, "site", plan.candidates), upper=0.0)
    _add(build, sites.reshape(periods, -1), activity[:, existing:], 1.0)
    return build.build()


def draw_scenarios(plan: Plan, count: int, *, whole: bool = False, seed: int = 3) -> StagedProgram:
    """The plan with so many even scenarios; the first ones of more are those of fewer."""
    template, first = operation(plan), first_stage(plan, whole=whole)
    most = np.ones(plan.candidates)
    if whole:
        most = np.random.default_rng(11).uniform(5, 30, plan.candidates)
    streams = np.random.SeedSequence(seed).spawn(count)
    scenarios = [
        _scenario(plan, template, most, np.random.default_rng(stream)) for stream in streams
    ]
    return two_stages(first, scenarios, np.full(count, 1 / count))


def _scenario(
    plan: Plan, template: LinearProgram, most: FloatArray, random: np.random.Generator
) -> NodeProgram:
    periods = plan.periods
    upper = template.column_upper.copy()
    for _ in range(1 + random.poisson(1.0)):  # a region closes exports of some chains
        region, start = random.integers(plan.regions), random.integers(periods)
        end = start + random.integers(2, 10)
        chain = random.integers(0, max(plan.materials // CHAIN, 1))
        of_chain = plan.origin % plan.materials // CHAIN == chain
        closed = (plan.origin // plan.materials == region) & of_chain
        _scale(upper, template, "flow", closed, slice(start, end), random.uniform(0, 0.5))
    idle = random.random(plan.process_node.size - plan.candidates) < 0.05
    idle = np.concatenate([idle, np.zeros(plan.candidates, dtype=np.bool_)])
    start = int(random.integers(periods))
    _scale(upper, template, "activity", idle, slice(start, start + 4), 0.3)
    growth = random.uniform(0.9, 1.4, plan.demand.size)
    _scale(upper, template, "shortage", np.ones(plan.demand.size * STEPS, np.bool_), slice(None), 1)
    block = template.column_block("shortage")
    upper[block.positions] *= np.tile(np.repeat(growth, STEPS), periods)
    rows = template.row_block("demand")
    wanted = np.arange(rows.start, rows.start + rows.size)
    changed = np.flatnonzero(upper != template.column_upper)
    changes = Changes(
        column=changed,
        column_lower=template.column_lower[changed],
        column_upper=upper[changed],
        row=wanted,
        row_lower=template.row_lower[wanted] * np.tile(growth, periods),
        row_upper=template.row_upper[wanted],
    )
    link = _link(plan, template, most, random.integers(1, max(periods // 2, 2), plan.candidates))
    return NodeProgram(
        template=template, changes=changes, state=np.zeros(0, dtype=np.int64), link=link
    )


def _link(plan: Plan, template: LinearProgram, most: FloatArray, delay: IntArray) -> csr_array:
    """Sites produce after their delay; stocks stand in the first balance."""
    site = template.row_block("site").start + np.arange(plan.periods * plan.candidates)
    which = np.tile(np.arange(plan.candidates), plan.periods)
    ready = np.repeat(np.arange(plan.periods), plan.candidates) >= delay[which]
    stock = np.arange(plan.stock_node.size)
    row = np.concatenate([site[ready], plan.stock_node])
    column = np.concatenate([which[ready], plan.candidates + stock])
    value = np.concatenate([-most[which[ready]], np.ones(stock.size)])
    shape = (template.shape[0], plan.candidates + stock.size)
    return csr_array(coo_array((value, (row, column)), shape=shape))


def _scale(
    upper: FloatArray,
    template: LinearProgram,
    name: str,
    chosen: BoolArray,
    when: slice,
    factor: float,
) -> None:
    block = template.column_block(name)
    table = upper[block.positions].reshape(-1, chosen.size)
    table[when, chosen] *= factor
    upper[block.positions] = table.ravel()


def _columns(
    build: ProgramBuilder, plan: Plan, name: str, upper: FloatArray, cost: FloatArray
) -> IntArray:
    found = build.add_columns(
        name,
        "kt",
        _grid(plan.periods, name, upper.size),
        upper=np.tile(upper, plan.periods),
        cost=np.tile(cost, plan.periods),
    )
    return found.reshape(plan.periods, upper.size)


def _add(build: ProgramBuilder, rows: IntArray, columns: IntArray, value: float) -> None:
    build.add_terms(rows.ravel(), columns.ravel(), value)


def _index(name: str, size: int) -> dict[Axis, IntArray]:
    return {Axis(name, tuple(map(str, range(size)))): np.arange(size)}


def _grid(periods: int, name: str, size: int) -> dict[Axis, IntArray]:
    period, member = Axis("period", tuple(map(str, range(periods)))), _index(name, size)
    axis = next(iter(member))
    return {
        period: np.repeat(np.arange(periods), size),
        axis: np.tile(np.arange(size), periods),
    }
