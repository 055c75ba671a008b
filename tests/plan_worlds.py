"""A small plan by hand: two regions, an import, a project, an offtake contract, a stock.

    AAA/ore  -- smelt (project) --> AAA/met --> BBB/met, where 80 t/yr are used
       dig                            old, import     shelf and stock that can be bought for

Metal costs 5,000 USD/t. Going without costs 1,000 USD/t for the first quarter of the need and
20,000 for the rest, on top of the price. Nothing is discounted, so that sums can be made by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from scipy.sparse import csc_array, csr_array

from allanite.axis import Axis, FloatArray, IntArray
from allanite.conditions.horizon import Horizon
from allanite.conditions.plan_case import Budget
from allanite.network.economics import DemandSteps, Ramp
from allanite.program.highs import Session
from allanite.program.solution import Solution
from allanite.studies.plan.build import PlanProgram, plan_program
from allanite.studies.plan.contracts import Floors, PlanContracts
from allanite.studies.plan.course import Course
from allanite.studies.plan.node import operation_of
from allanite.studies.plan.outcome import Outcomes, operate
from allanite.studies.plan.pooled import PooledNetwork
from allanite.studies.plan.uses import Uses
from allanite.studies.plan.world import Goods, Options, Plants, PlanWorld, Stockroom, Terms

FLOOR = "floor"
QUARTERS = Horizon(date(2027, 1, 1), step=0.25, count=8)
PARTNERS = ("AAA", "BBB")
ORE, MET_A, MET_B = range(3)
DIG, OLD, SMELT = range(3)
SHELF, STATE = range(2)
FREE = Budget(total=np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What a small world is made of; rates in t/yr, prices in USD/t, capital in million USD.

    Attributes:
        demand: used in BBB; imported, old, smelter: what brings metal to AAA.
        permit, build, ramp: of the project, in quarters; starts: periods in which it can begin.
        saved, faster_cost: what a faster permit saves, and costs; 0 for no such variant.
        left: share of the failures that a floor on the project leaves; None for no such variant.
        strike, index: of that floor [USD/kg]; volume: sold under it; upside: share of its payer.
        grant, guarantee: of the same contract, at once and where the project fails.
        offtake: what a contract on the old plant adds, from the second quarter on; fee: its cost.
        shelf: in store in BBB at the start; bought: most that is ordered a year for the other.
        discount: of a year; salvage: of what is left in stock.
    """

    horizon: Horizon = QUARTERS
    demand: float = 80.0
    imported: float = 60.0
    headroom: float = 0.0
    old: float = 20.0
    smelter: float = 40.0
    price: float = 5000.0
    steps: Sequence[tuple[str, float, float]] = (("thrift", 1000.0, 0.25), ("idle", 20_000.0, 1.0))
    permit: float = 1.0
    build: float = 2.0
    ramp: float = 2.0
    starts: Sequence[int] = (0,)
    saved: float = 0.0
    faster_cost: float = 0.05
    capital: float = 1.0
    present_cost: float = 0.3
    payer: str = "both"
    committed: bool = False
    lumpy: bool = False
    left: float | None = None
    strike: float = 6.0
    index: float = 5.0
    volume: float = 10.0
    upside: float = 0.0
    grant: float = 0.0
    guarantee: float = 0.0
    offtake: float = 0.0
    fee: float = 0.1
    shelf: float = 0.0
    release: float = np.inf
    bought: float = 0.0
    market: float = 100.0
    impact: float = 0.0
    loss: float = 0.0
    holding: float = 0.02
    sold: float = 0.0
    contract: float = 0.0
    discount: float = 0.0
    salvage: float = 0.0


def small_world(spec: Spec | None = None, **changed: object) -> PlanWorld:
    """The world of these numbers."""
    s = replace(spec or Spec(), **changed)  # type: ignore[arg-type]
    return PlanWorld(
        horizon=s.horizon,
        pooled=_pooled(s),
        uses=_uses(s),
        plants=_plants(s),
        options=_options(s),
        goods=_goods(s),
        stocks=_stocks(s),
        terms=Terms(
            discount_rate=s.discount,
            asset_life=20.0,
            import_headroom=s.headroom,
            salvage_share=s.salvage,
            grade_swing=1.5,
        ),
        partners=PARTNERS,
    )


def _pooled(s: Spec) -> PooledNetwork:
    recipe = np.zeros((3, 3))
    recipe[ORE, DIG], recipe[MET_A, OLD] = 1.0, 1.0
    recipe[ORE, SMELT], recipe[MET_A, SMELT] = -2.0, 1.0
    return PooledNetwork(
        nodes=Axis("node", ("AAA/ore", "AAA/met", "BBB/met")),
        pool=np.arange(3),
        material=np.array([0, 1, 1]),
        process=np.arange(3),
        recipe=csc_array(recipe),
        route_origin=np.array([MET_A]),
        route_destination=np.array([MET_B]),
        route_cost=np.array([10.0]),
        import_node=np.array([MET_A]),
        import_rate=np.array([s.imported]),
        swap_rate=np.array([0.0, 0.0, s.contract]),
        others_rate=np.zeros(3),
    )


def _uses(s: Spec) -> Uses:
    kinds, costs, shares = zip(*s.steps, strict=True)
    count = len(s.steps)
    steps = DemandSteps(
        label=tuple(kinds),
        demand=np.zeros(count, dtype=np.int64),
        kind=kinds,
        ramp=Ramp(delay=np.zeros(count), duration=np.zeros(count), reach_share=np.array(shares)),
        cost=np.array(costs),
        substitute_node=np.full(count, -1),
    )
    return Uses(
        demand=np.array([0]),
        demand_node=np.array([MET_B]),
        demand_rate=np.array([s.demand]),
        steps=steps,
        member=np.arange(count),
        node=np.full(count, MET_B),
        substitute_node=np.full(count, -1),
        is_shortage=np.array([kind in ("delay", "idle") for kind in kinds]),
        cost=np.array(costs),
        label=tuple(f"{i}. {kind}" for i, kind in enumerate(kinds)),
    )


def _plants(s: Spec) -> Plants:
    """The smelter is full at its rate; the old plant counts in t/yr; the mine stands alone."""
    weight = np.array([[0.0, 0.0, 1 / s.smelter], [0.0, 1.0, 0.0]])
    return Plants(
        processes=Axis("process", ("AAA:dig", "AAA:old", "AAA:smelt")),
        labels=Axis("plant", ("smelter", "old plant")),
        weight=csr_array(weight),
        size=np.array([0.0, s.old]),
        alone=np.array([DIG]),
        alone_rate=np.array([5.0 * s.smelter]),
        running_cost=np.array([100.0, 2000.0, 3000.0]),
    )


def _options(s: Spec) -> Options:
    """The project by start, usual and faster, and the offtake contract."""
    rows = [(0, "usual permit", start, s.permit, 0.0) for start in s.starts]
    if s.saved:
        rows += [(0, "fast", start, s.permit - s.saved, s.faster_cost) for start in s.starts]
    if s.left is not None and not s.committed:
        rows += [(0, FLOOR, start, s.permit, 0.0) for start in s.starts]
    count, offtake = len(rows), int(s.offtake > 0)
    _, variant, start, permit, extra = (list(column) for column in zip(*rows, strict=True))
    columns = [np.repeat([1.0, s.offtake], [count, offtake])]
    plant = np.repeat([0, 1], [count, offtake])
    total = count + offtake
    projects = ("smelter", "contract")[: 1 + offtake]
    whole = [s.capital + more for more in extra]
    grants = [s.grant * (name == FLOOR) for name in variant]
    worth = [
        0.0 if s.committed else s.present_cost + more + grant
        for more, grant in zip(extra, grants, strict=True)
    ]
    kind = [*variant, *["offtake"] * offtake]
    return Options(
        labels=Axis("option", tuple(f"{k}, {i}" for i, k in enumerate(kind))),
        projects=Axis("project", projects),
        project=plant.astype(np.int64),
        variant=tuple(kind),
        start=np.array([*start, *[0] * offtake]),
        permit=np.array([*permit, *[0.0] * offtake]),
        build=np.array([*[s.build] * count, *[1.0] * offtake]),
        ramp=np.array([*[s.ramp] * count, *[0.0] * offtake]),
        addition=csc_array((columns[0], (plant, np.arange(total))), shape=(2, total)),
        capital=np.array([*whole, *[s.fee] * offtake]),
        present_cost=np.array([*worth, *[s.fee] * offtake]),
        payer=(*[s.payer] * count, *["BBB"] * offtake),
        is_committed=np.repeat([s.committed, False], [count, offtake]),
        is_lumpy=np.repeat([s.lumpy, False], [count, offtake]),
        is_sure=np.repeat([False, True], [count, offtake]),
        contracts=_contracts(s, np.flatnonzero(np.array(kind) == FLOOR), start, permit),
    )


def _contracts(
    s: Spec, option: IntArray, start: Sequence[int], permit: Sequence[float]
) -> PlanContracts | None:
    """The floor on the metal of the smelter, of each start; BBB pays."""
    count = option.size
    if not count:
        return None
    due = [int(start[o] + permit[o] + s.build) for o in option]
    one = np.ones(count)
    return PlanContracts(
        option=option,
        name=(FLOOR,) * count,
        payers=("BBB",),
        payer_position=np.zeros(count, dtype=np.int64),
        failure_factor=(1.0 if s.left is None else s.left) * one,
        upfront_cost=s.grant * one,
        default_cost=s.guarantee * one,
        default_period=np.array(due),
        expected_cost=0.01 * s.volume * one,
        floors=Floors(
            contract=np.arange(count),
            material=("met",) * count,
            node=np.full(count, MET_A),
            strike=s.strike * one,
            index=s.index * one,
            upside_from=s.strike * one,
            upside_share=s.upside * one,
            volume_rate=s.volume * one,
        ),
    )


def _goods(s: Spec) -> Goods:
    price = np.array([500.0, s.price, s.price])
    return Goods(
        price=price,
        sale_price=0.5 * price,
        sale_rate=np.array([0.0, s.sold, 0.0]),
        import_price=np.array([s.price]),
        import_rate=np.array([s.imported]),
        chain=("met", "met", "met"),
    )


def _stocks(s: Spec) -> Stockroom:
    return Stockroom(
        labels=Axis("stock", ("shelf: BBB/met", "state: BBB/met")),
        holder=("makers", "state"),
        form=("metal", "metal"),
        payer=("", "BBB"),
        node=np.array([MET_B, MET_B]),
        initial_amount=np.array([s.shelf, 0.0]),
        release_rate=np.array([s.release, np.inf]),
        purchase_rate=np.array([0.0, s.bought]),
        market_rate=np.array([0.0, s.market]),
        impact=np.array([0.0, s.impact]),
        holding_cost=np.full(2, s.holding),
        loss=np.array([0.0, s.loss]),
        purchase_period=np.arange(s.horizon.count // 4) * 4,
        periods_a_year=4,
    )


SIZES = (
    *("demand", "imported", "old", "smelter", "offtake", "shelf", "release", "bought", "market"),
    *("sold", "contract", "capital", "present_cost", "faster_cost", "fee"),
    *("volume", "grant", "guarantee"),
)


def scaled(spec: Spec, factor: float) -> Spec:
    """All rates, stocks and capital so many times as large."""
    return replace(spec, **{name: factor * getattr(spec, name) for name in SIZES})


def random_spec(seed: int) -> Spec:
    """A small world at random, in which everything that can be there may be."""
    random = np.random.default_rng([seed, 5])
    capital, permit = float(random.uniform(0.05, 2.0)), float(random.choice([0.0, 0.5, 2.0, 3.0]))

    def maybe(low: float, high: float) -> float:
        return float(random.uniform(low, high) * (random.random() < 0.6))

    thrift, late = random.uniform(500, 3000), random.uniform(4000, 9000)
    return Spec(
        demand=float(random.uniform(20, 100)),
        imported=maybe(20, 120),
        headroom=maybe(0, 0.2),
        old=maybe(5, 60),
        smelter=float(random.uniform(5, 60)),
        steps=(
            ("thrift", float(thrift), float(random.uniform(0, 0.4))),
            ("delay", float(late), float(random.uniform(0, 0.4))),
            ("idle", float(random.uniform(1e4, 9e4)), 1.0),
        ),
        permit=permit,
        build=float(random.integers(0, 4)),
        ramp=float(random.choice([0.0, 1.0, 3.0])),
        starts=(0, 4),
        saved=permit / 2,
        faster_cost=float(random.uniform(0, 0.2)),
        capital=capital,
        present_cost=capital * float(random.uniform(0.2, 0.9)),
        payer=str(random.choice(["both", *PARTNERS])),
        committed=bool(random.random() < 0.1),
        lumpy=bool(random.random() < 0.5),
        offtake=maybe(1, 20),
        shelf=maybe(1, 30),
        release=float(random.choice([np.inf, 20.0])),
        bought=maybe(2, 40),
        impact=maybe(0, 1),
        loss=maybe(0, 0.2),
        sold=maybe(1, 30),
        contract=maybe(1, 10),
        discount=maybe(0, 0.1),
        salvage=maybe(0, 0.9),
        left=float(random.choice([0.2, 0.7])) if random.random() < 0.5 else None,
        strike=float(random.uniform(3, 8)),
        volume=maybe(1, 30),
        upside=maybe(0, 0.5),
        grant=maybe(0, 0.1),
        guarantee=maybe(0, 0.2),
    )


# --- what happens -------------------------------------------------------------------------------


def course(
    world: PlanWorld,
    *,
    passing: Sequence[float] | float = 1.0,
    available: Mapping[int, float] | None = None,
    factor: Sequence[float] | float = 1.0,
    price: Sequence[float] | float = 1.0,
    delay: float = 0.0,
    failure: float = 0.0,
    lasting: float = 0.0,
    adapted: float = 5.0,
    arrives: Sequence[float] | float = 1.0,
) -> Course:
    """What happens, by quarter or all the time; `delay` in quarters, NaN where a project fails.

    With a floor that leaves no more of the failures than `failure` it is late by `lasting` instead.
    """
    count = world.horizon.count

    def by_period(value: Sequence[float] | float, size: int) -> FloatArray:
        return np.repeat(np.broadcast_to(np.asarray(value, dtype=float), count)[:, None], size, 1)

    left = by_period(1.0, 3)
    for process, share in (available or {}).items():
        left[:, process] = share
    return Course(
        passing=by_period(passing, 1),
        available=left,
        demand_factor=by_period(factor, 1),
        price_factor=by_period(price, 3),
        delay=np.full(len(world.options.projects), delay),
        adapted=np.full(count, adapted),
        order_passing=by_period(arrives, world.stocks.bought.size),
        released=np.full((count, world.stocks.bought.size), True),
        failure_draw=np.full(len(world.options.projects), failure),
        lasting_delay=np.full(len(world.options.projects), lasting),
    )


def random_course(world: PlanWorld, seed: int, delay: float | None = None) -> Course:
    """Any course; its delay may be given, as one that a tree does not tell apart."""
    random, count = np.random.default_rng([seed, 6]), world.horizon.count
    open_now = random.random(count) < 0.6
    drawn = float(random.choice([0.0, 1.0, 4.0, np.nan]))
    return course(
        world,
        passing=np.where(open_now, random.uniform(0.3, 1.0, count), 0.0).tolist(),
        available={process: float(random.uniform(0.4, 1.0)) for process in range(3)},
        factor=random.uniform(0.7, 1.4, count).tolist(),
        price=random.uniform(0.5, 2.0, count).tolist(),
        delay=drawn if delay is None else delay,
        failure=float(random.random()),
        lasting=float(random.choice([0.0, 2.0])),
        arrives=np.where(open_now, 1.0, 0.3).tolist(),
    )


def plan(world: PlanWorld, *courses: Course, budget: Budget = FREE, **more: bool) -> PlanProgram:
    """The plan over these courses, as likely as one another."""
    share = np.full(len(courses), 1 / len(courses))
    return plan_program(world, budget, courses, share, **more)


def state_of(
    program: PlanProgram, built: Mapping[int, float] | None = None, ordered: Sequence[float] = ()
) -> FloatArray:
    """A state in which these options are built, and so much is ordered in each year."""
    options = program.world.options.project.size
    first = program.first
    state = np.array(first.program.column_lower[first.state])
    for option, share in (built or {}).items():
        state[option] = share
    state[options : options + len(ordered)] = ordered
    return state


def operated(
    program: PlanProgram, built: Mapping[int, float] | None = None, ordered: Sequence[float] = ()
) -> Outcomes:
    """Operation in all courses with what is built and ordered."""
    state = state_of(program, built, ordered)
    return operate(program.world, program.second, program.staged.nodes[1:], state)


# --- mass ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """Amounts of one course by the names of the blocks, (P, size) each."""

    amount: Mapping[str, FloatArray] = field(default_factory=dict)


def read_course(program: PlanProgram, which: int, state: FloatArray) -> Reading:
    """One course solved anew, read by the names of its blocks."""
    node = program.staged.nodes[1 + which]
    shift = node.link @ state
    own = node.program
    solved: Solution = Session(own.with_sides(own.row_lower - shift, own.row_upper - shift)).solve(
        read_basis=False
    )
    count = operation_of(program.second).periods.size
    return Reading(
        amount={
            block.name: solved.value[block.positions].reshape(count, -1) for block in own.columns
        }
    )


def unused_amount(program: PlanProgram, happens: Course, found: Reading) -> FloatArray:
    """What is left over at each node, (P, U) [t], from the amounts and the world alone."""
    world, a = program.world, found.amount
    pooled, uses, step = world.pooled, world.uses, world.horizon.step
    left = a["activity"] @ pooled.recipe.T.toarray()
    for u, makers in enumerate(pooled.recipe.toarray() > 0):
        # A contract on a co-product gives what those who make it are able to.
        able = happens.available[:, makers].mean(axis=1) if makers.any() else 1.0
        left[:, u] += pooled.swap_rate[u] * step * able
    np.subtract.at(left.T, pooled.route_origin, a["flow"].T)
    np.add.at(left.T, pooled.route_destination, a["flow"].T)
    np.add.at(left.T, pooled.import_node, a["import"].T)
    np.add.at(left.T, uses.node, a["unmet"].T)
    instead = uses.substitute_node >= 0
    np.subtract.at(left.T, uses.substitute_node[instead], a["unmet"][:, instead].T)
    need = happens.demand_factor * uses.demand_rate * step
    np.subtract.at(left.T, uses.demand_node, need.T)
    if "sold" in a:
        sold = np.flatnonzero((world.goods.sale_rate > 0) & (world.goods.sale_price > 0))
        np.subtract.at(left.T, sold, a["sold"].T)
    np.add.at(left.T, world.stocks.node, (a["drawn"] - a["filled"]).T)
    return left


def largest_amount(found: Reading) -> float:
    """The largest amount of a course, at least a tonne."""
    return max(1.0, *(float(np.abs(amount).max(initial=0.0)) for amount in found.amount.values()))
