"""Worlds of a response by hand and at random, and the three ways of solving one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.sparse import csc_array

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.conditions.effects import Conditions, GroupQuota, make_conditions
from allanite.conditions.horizon import Horizon
from allanite.network.draft import (
    DemandDraft,
    MaterialDraft,
    NetworkDraft,
    PlaceDraft,
    StockDraft,
)
from allanite.network.economics import DemandSteps, Economics, Ramp, StepKind
from allanite.network.holdings import Holdings
from allanite.network.normal import NormalState
from allanite.program.explain import explain_program
from allanite.program.highs import solve_program
from allanite.program.linear import LinearProgram
from allanite.record import RunRecord
from allanite.studies.response.outcome import Outcome, read_outcome
from allanite.studies.response.solve import Solved, solve_foresight
from allanite.studies.response.tables import (
    flow_rows,
    partner_demands,
    price_rows,
    service_rows,
    stock_rows,
)
from allanite.studies.response.world import Rules, World
from allanite.studies.result import Result, read_result, write_result
from lineage_networks import add, state_of
from random_networks import random_network

MONTHS = Horizon(date(2025, 1, 1), count=6)
PARTNER = Rules(partners=("JPN", "BBB"), watched="CHN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a demand: USD a tonne, share, months of delay and of ramp, substitute node."""

    kind: StepKind
    cost: float
    share: float = 1.0
    delay: float = 0.0
    ramp: float = 0.0
    instead: str = ""


IDLE = Step(kind="idle", cost=1000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Costs and times by label; what is not named takes the first value.

    Attributes:
        running, freight: cost of one more tonne made, or moved [USD/t].
        price: of every tonne [USD/t].
        spare, growth: months of ramp of idle capacity and of routes; None for never.
        transit: years of each route by its label.
        steps: of each demand by its label; only the idle one where not named.
        government: stocks by label -> (months of decision, release [t/yr]).
    """

    running: float = 0.0
    freight: float = 0.0
    price: float = 100.0
    spare: float | None = None
    growth: float | None = None
    transit: Mapping[str, float] = field(default_factory=dict)
    steps: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    government: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def world_of(state: NormalState, terms: Terms) -> World:
    """The state with these terms."""
    net = state.network
    routes = net.routes.labels
    economics = Economics(
        running_cost=np.full(len(net.processes.labels), terms.running),
        activity_ramp=_ramp(len(net.processes.labels), terms.spare),
        route_cost=np.array(
            [terms.freight if kind == "trade" else 0.0 for kind in net.routes.kind]
        ),
        route_ramp=_ramp(len(routes), terms.growth),
        in_use_growth=0.0,
        route_delay=np.array([terms.transit.get(label, 0.0) for label in routes]),
        price=np.full(len(net.nodes), terms.price),
        steps=_steps(state, terms),
    )
    return World(state=state, economics=economics, holdings=_holdings(state, terms))


def _ramp(count: int, months: float | None) -> Ramp:
    return Ramp(
        delay=np.zeros(count),
        duration=np.full(count, (months or 0.0) / 12),
        reach_share=np.full(count, 0.0 if months is None else 1.0),
    )


def _steps(state: NormalState, terms: Terms) -> DemandSteps:
    net = state.network
    found = [
        (d, label, step)
        for d, label in enumerate(net.demands.labels)
        for step in terms.steps.get(label, (IDLE,))
    ]
    return DemandSteps(
        label=tuple(f"{i}. {s.kind}: {label}" for i, (_, label, s) in enumerate(found)),
        demand=np.array([d for d, _, _ in found], dtype=np.int64),
        kind=tuple(s.kind for *_, s in found),
        ramp=Ramp(
            delay=np.array([s.delay / 12 for *_, s in found]),
            duration=np.array([s.ramp / 12 for *_, s in found]),
            reach_share=np.array([s.share for *_, s in found]),
        ),
        cost=np.array([s.cost for *_, s in found]),
        substitute_node=np.array(
            [net.nodes.position(s.instead) if s.instead else -1 for *_, s in found],
            dtype=np.int64,
        ),
    )


def _holdings(state: NormalState, terms: Terms) -> Holdings:
    labels = state.network.stocks.labels
    known = [terms.government.get(label) for label in labels]
    return Holdings(
        low_share=np.full(len(labels), 0.5),
        high_share=np.full(len(labels), 2.0),
        release_rate=np.array([np.inf if k is None else k[1] for k in known]),
        decision=np.array([0.0 if k is None else k[0] / 12 for k in known]),
        is_government=np.array([k is not None for k in known], dtype=bool),
    )


def effects(world: World, horizon: Horizon, **changed: object) -> Conditions:
    """Conditions from `name={label: value or one value a period}` or `group_quotas=...`."""
    net = world.network
    axes = {
        "process": net.processes.labels,
        "route": net.routes.labels,
        "demand": net.demands.labels,
        "stock": net.stocks.labels,
    }
    normal = make_conditions(net, horizon)
    arrays: dict[str, object] = {}
    for name, given in changed.items():
        if name == "group_quotas":
            arrays[name] = given
            continue
        array = np.array(getattr(normal, name))
        for label, value in given.items():  # type: ignore[attr-defined]
            array[:, axes[name.partition("_")[0]].position(label)] = value
        arrays[name] = array
    return make_conditions(net, horizon, **arrays)  # type: ignore[arg-type]


def quota(world: World, label: str, routes: Sequence[str], rate: FloatArray) -> GroupQuota:
    """A quota over routes by their labels."""
    positions = world.network.routes.labels.positions(routes)
    return GroupQuota(label=label, routes=positions, quota_rate=rate)


# --- three ways ---------------------------------------------------------------------------------


def three_ways(
    world: World,
    conditions: Conditions,
    rules: Rules,
    horizon: Horizon,
    folder: Path,
    check: Callable[[Outcome], None],
) -> Outcome:
    """Solve; store, load, solve; solve, store, load, compare. `check` looks at each outcome."""
    solved = solve_foresight(world, conditions, rules, horizon)
    check(solved.outcome)
    _through_tables(solved, folder / "program", check)
    _through_result(solved.outcome, folder / "result")
    return solved.outcome


def _through_tables(solved: Solved, folder: Path, check: Callable[[Outcome], None]) -> None:
    """The programme as Parquet tables, read and solved again."""
    folder.mkdir()
    for name, columns in explain_program(solved.made.program).items():
        pq.write_table(pa.table(dict(columns)), folder / f"{name}.parquet")
    loaded = load_program(folder, solved.made.program)
    solution = solve_program(loaded)
    o = solved.outcome
    again = read_outcome(o.world, o.conditions, o.rules, o.horizon, solved.made, solution)
    check(again)


def load_program(folder: Path, like: LinearProgram) -> LinearProgram:
    """The programme of these tables; only the blocks, which name its parts, are those of `like`."""
    column, row, term = (
        pq.read_table(folder / f"{name}.parquet") for name in ("columns", "rows", "terms")
    )
    labels = [label for block in like.columns for label in block.labels()]
    assert column["label"].to_pylist() == labels
    matrix = csc_array(
        (term["value"].to_numpy(), (term["row"].to_numpy(), term["column"].to_numpy())),
        shape=(row.num_rows, column.num_rows),
    )
    return replace(
        like,
        cost=column["cost"].to_numpy(),
        matrix=matrix,
        column_lower=column["lower"].to_numpy(),
        column_upper=column["upper"].to_numpy(),
        row_lower=row["lower"].to_numpy(),
        row_upper=row["upper"].to_numpy(),
    )


def outcome_tables(outcome: Outcome) -> dict[str, pa.Table]:
    """Result tables of one outcome."""
    sectors = dict.fromkeys(outcome.world.network.demands.end_use, "industry")
    shown = partner_demands(outcome.world, outcome.rules.partners)
    rows = {
        "response_service": service_rows("as stated", "cheapest", outcome, sectors, shown),
        "response_flows": flow_rows("as stated", outcome),
        "response_prices": price_rows("as stated", outcome),
        "response_stocks": stock_rows("as stated", outcome),
    }
    return {name: rows_table(TABLES[name], list(found)) for name, found in rows.items()}


def _through_result(outcome: Outcome, folder: Path) -> None:
    """The tables written and read; what they say is what the outcome says."""
    record = RunRecord(command="respond", parameters={}, data_digest="test")
    tables = outcome_tables(outcome)
    write_result(Result(record, tables), folder)
    back = read_result(folder).tables
    assert all(back[name].equals(table) for name, table in tables.items())
    shown = partner_demands(outcome.world, outcome.rules.partners)
    service = back["response_service"]
    stored = sum(service["idle_amount"].to_pylist()) + sum(service["delayed_amount"].to_pylist())
    assert abs(stored - outcome.shortage[:, shown].sum()) < 1e-4
    loss = sum(service["loss"].to_pylist()) * 1e6
    assert abs(loss - outcome.loss[:, shown].sum()) <= 1.0 + 1e-6 * loss


# --- mass ---------------------------------------------------------------------------------------


def unused_amount(outcome: Outcome) -> FloatArray:
    """What is left over at each node, (P, V) [t], reckoned again from the outcome alone.

    made + arrived - sent + gone without - taken as substitute + drawn - added - need + normally
    taken from stock
    """
    world, net, count = outcome.world, outcome.world.network, outcome.horizon.count
    step, steps = outcome.horizon.step, outcome.world.economics.steps
    left = np.array((net.processes.recipe @ outcome.activity.T).T)
    np.subtract.at(left.T, net.routes.origin_node, outcome.flow.T)
    left += _arrived(outcome)
    np.add.at(left.T, net.demands.node[steps.demand], outcome.unmet.T)
    instead = steps.substitute_node >= 0
    np.subtract.at(left.T, steps.substitute_node[instead], outcome.unmet[:, instead].T)
    np.subtract.at(left.T, net.demands.node, outcome.need.T)
    for amount, sign in ((outcome.drawn, 1.0), (outcome.added, -1.0)):
        change = sign * np.diff(amount, axis=0, prepend=0.0)
        np.add.at(left.T, net.stocks.node, change.T)
    usual = np.minimum(world.state.stock_change_rate, 0.0) * step
    assert left.shape == (count, len(net.nodes))
    return left - usual


def _arrived(outcome: Outcome) -> FloatArray:
    """What arrives at each node, (P, V) [t]; what was sent before the start was normal."""
    world, count, step = outcome.world, outcome.horizon.count, outcome.horizon.step
    arrived = np.zeros((count, len(world.network.nodes)))
    before = -int(np.ceil(world.economics.route_delay.max(initial=0.0) / step)) - 2
    for sent in range(before, count):
        added = outcome.conditions.route_delay_added[sent] if sent >= 0 else 0.0
        amount = outcome.flow[sent] if sent >= 0 else world.state.route_rate * step
        periods = (world.economics.route_delay + added) / step
        whole = np.floor(periods + 1e-9).astype(np.int64)
        later = np.clip(periods - whole, 0.0, 1.0)
        for arrival, share in ((sent + whole, 1 - later), (sent + whole + 1, later)):
            inside = (arrival >= 0) & (arrival < count)
            place = arrival[inside], world.network.routes.destination_node[inside]
            np.add.at(arrived, place, (share * amount)[inside])
    return arrived


def check_mass(outcome: Outcome) -> None:
    """At every node and period nothing is missing, and nobody goes without more than its need."""
    largest = max(
        1.0, float(np.abs(outcome.activity).max()), float(np.abs(outcome.flow).max(initial=0.0))
    )
    assert unused_amount(outcome).min() >= -1e-6 * largest
    for amount in (outcome.activity, outcome.flow, outcome.unmet, outcome.drawn, outcome.added):
        assert amount.min(initial=0.0) >= -1e-6 * largest
    short = outcome.unmet_of("thrift", "substitution", "delay", "idle")
    assert (short <= outcome.need + 1e-6 * largest).all()


# --- at random ----------------------------------------------------------------------------------


def random_world(seed: int) -> World:
    """A random network with random costs, ramps, steps and holdings."""
    state = random_network(seed)
    random = np.random.default_rng([seed, 2])
    net = state.network
    size = {"n": len(net.processes.labels), "r": len(net.routes.labels)}
    economics = Economics(
        running_cost=random.uniform(10, 500, size["n"]),
        activity_ramp=_random_ramp(random, size["n"]),
        route_cost=random.uniform(1, 100, size["r"]),
        route_ramp=_random_ramp(random, size["r"]),
        in_use_growth=float(random.choice([0.0, 0.1])),
        route_delay=np.where(
            np.isfinite(net.routes.delay), net.routes.delay, random.uniform(0, 0.3, size["r"])
        ),
        price=random.uniform(100, 1000, len(net.nodes)),
        steps=_random_steps(random, state),
    )
    return World(state=state, economics=economics, holdings=_random_holdings(random, state))


def _random_ramp(random: np.random.Generator, count: int) -> Ramp:
    return Ramp(
        delay=random.choice([0.0, 0.1, 0.3], count),
        duration=random.choice([0.0, 0.2, 0.5], count),
        reach_share=random.uniform(0, 1, count),
    )


def _random_steps(random: np.random.Generator, state: NormalState) -> DemandSteps:
    """Thrift, delay and idle for every demand, and a substitute where its place has one."""
    net = state.network
    rows: list[tuple[int, StepKind, float, float, int]] = []
    for d, node in enumerate(net.demands.node.tolist()):
        place = net.node_place[node]
        others = [v for v in np.flatnonzero(net.node_place == place).tolist() if v != node]
        if others and random.random() < 0.5:
            other = int(random.choice(others))
            rows.append((d, "substitution", random.uniform(2e3, 4e3), 0.3, other))
        rows.append((d, "thrift", random.uniform(1e3, 2e3), random.uniform(0, 0.2), -1))
        rows.append((d, "delay", random.uniform(5e3, 1e4), random.uniform(0, 0.3), -1))
        rows.append((d, "idle", random.uniform(2e4, 1e5), 1.0, -1))
    count = len(rows)
    return DemandSteps(
        label=tuple(
            f"{i}. {kind}: {net.demands.labels.labels[d]}" for i, (d, kind, *_) in enumerate(rows)
        ),
        demand=np.array([row[0] for row in rows], dtype=np.int64),
        kind=tuple(row[1] for row in rows),
        ramp=Ramp(
            delay=random.choice([0.0, 0.2], count),
            duration=random.choice([0.0, 0.4], count),
            reach_share=np.array([row[3] for row in rows], dtype=np.float64),
        ),
        cost=np.array([row[2] for row in rows], dtype=np.float64),
        substitute_node=np.array([row[4] for row in rows], dtype=np.int64),
    )


def _random_holdings(random: np.random.Generator, state: NormalState) -> Holdings:
    count = len(state.network.stocks.labels)
    government = random.random(count) < 0.4
    return Holdings(
        low_share=np.full(count, 0.5),
        high_share=np.full(count, 2.0),
        release_rate=np.where(government, random.uniform(10, 200, count), np.inf),
        decision=np.where(government, random.choice([0.0, 0.2], count), 0.0),
        is_government=government,
    )


def random_conditions(world: World, horizon: Horizon, seed: int) -> Conditions:
    """Outages, closures, quotas, delays, costs, surges and locks, each for part of the time."""
    random = np.random.default_rng([seed, 3])
    net, count = world.network, horizon.count
    n, r = len(net.processes.labels), len(net.routes.labels)
    d, k = len(net.demands.labels), len(net.stocks.labels)

    def some(size: int, share: float, low: float, high: float, normal: float) -> FloatArray:
        hit = (random.random(size) < share) & (random.random((count, size)) < 0.7)
        return np.where(hit, random.uniform(low, high, (count, size)), normal)

    rate = np.maximum(world.state.route_rate, 1.0)
    limited = some(r, 0.2, 0.2, 1.2, np.inf) * rate
    return make_conditions(
        net,
        horizon,
        process_availability=some(n, 0.3, 0.0, 1.0, 1.0),
        process_growth=some(n, 0.2, 0.0, 1.0, 1.0),
        route_availability=some(r, 0.3, 0.0, 1.0, 1.0),
        route_quota_rate=limited,
        route_delay_added=some(r, 0.2, 0.0, 0.3, 0.0),
        route_cost_added=some(r, 0.2, 0.0, 50.0, 0.0),
        demand_change=some(d, 0.3, -0.5, 0.8, 0.0),
        stock_availability=some(k, 0.3, 0.0, 1.0, 1.0),
        group_quotas=_random_quotas(random, world, count),
    )


def _random_quotas(random: np.random.Generator, world: World, count: int) -> tuple[GroupQuota, ...]:
    routes = len(world.network.routes.labels)
    if routes < 2 or random.random() < 0.4:
        return ()
    members = random.choice(routes, size=int(random.integers(2, routes + 1)), replace=False)
    normal = float(world.state.route_rate[members].sum())
    rate = np.where(random.random(count) < 0.7, normal * random.uniform(0.3, 1.1, count), np.inf)
    return (GroupQuota(label="a quota", routes=members, quota_rate=rate),)


# --- by hand ------------------------------------------------------------------------------------


def draft_of(regions: Sequence[str], materials: Mapping[str, float]) -> NetworkDraft:
    """Regions with their markets, and materials of one chain with their content of Dy."""
    draft = NetworkDraft()
    for name, content in materials.items():
        draft.materials[name] = MaterialDraft(
            name=name.title(), stage="metal", chain="test", content={"Dy": content}
        )
    for region in regions:
        draft.places[region] = PlaceDraft(name=region, country=region, kind="region")
    return draft


def add_stock(draft: NetworkDraft, label: str, region: str, material: str, amount: float) -> None:
    """Add a stock in tonnes."""
    draft.stocks[label] = StockDraft(
        label=label,
        node=draft.node(region, material),
        holder=region,
        kind="working",
        initial_amount=amount,
    )


def add_use(draft: NetworkDraft, region: str, end_use: str, material: str = "met") -> None:
    """Add a demand of that label: `REGION: end use: material`."""
    draft.add_demand(
        DemandDraft(
            region=region, end_use=end_use, material=material, chain="test", expected_rate=1.0
        )
    )


def supplied(stock: float = 0.0) -> NormalState:
    """CHN digs 120 t/yr of metal for JPN, which uses 10 t a month and holds a stock."""
    draft = draft_of(("CHN", "JPN"), {"met": 1.0})
    add(draft, "CHN", "dig", {"met": 1.0}, stage="mine")
    draft.add_route(("CHN", "met"), ("JPN", "met"), "trade")
    add_use(draft, "JPN", "cars")
    if stock:
        add_stock(draft, "shelf", "JPN", "met", stock)
    return state_of(
        draft,
        activity={"CHN:dig": 120.0},
        routes={"CHN > JPN: met": 120.0},
        demands={"JPN: cars: met": 120.0},
    )


def two_buyers() -> NormalState:
    """CHN digs 180 t/yr: 60 for cars and 60 for toys in JPN, 60 for cars in USA."""
    draft = draft_of(("CHN", "JPN", "USA"), {"met": 1.0})
    add(draft, "CHN", "dig", {"met": 1.0}, stage="mine")
    for region in ("JPN", "USA"):
        draft.add_route(("CHN", "met"), (region, "met"), "trade")
    add_use(draft, "JPN", "cars")
    add_use(draft, "JPN", "toys")
    add_use(draft, "USA", "cars")
    return state_of(
        draft,
        activity={"CHN:dig": 180.0},
        routes={"CHN > JPN: met": 120.0, "CHN > USA: met": 60.0},
        demands={"JPN: cars: met": 60.0, "JPN: toys: met": 60.0, "USA: cars: met": 60.0},
    )


def idle(cost: float) -> tuple[Step, ...]:
    """Only the idle step, at that cost [USD/t]."""
    return (Step(kind="idle", cost=cost),)


def by_month(amount: FloatArray) -> list[float]:
    """Sums over all columns, by period."""
    return [float(x) for x in amount.sum(axis=1)]


def activity_of(outcome: Outcome, process: str) -> list[float]:
    """What a process makes, by period [t]."""
    column = outcome.world.network.processes.labels.position(process)
    return [float(x) for x in outcome.activity[:, column]]


def shortage_of(outcome: Outcome, demand: str) -> list[float]:
    """What a demand goes short of, by period [t]."""
    column = outcome.world.network.demands.labels.position(demand)
    return [float(x) for x in outcome.shortage[:, column]]
