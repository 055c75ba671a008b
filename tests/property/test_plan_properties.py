"""What holds for every plan: more room costs no more; scale, mass, cuts, trees, stocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allanite.conditions.plan_case import Budget
from allanite.program.decomposition import solve_two_stage
from allanite.program.extensive import extensive_form
from allanite.program.highs import solve_program
from allanite.program.nested import solve_nested
from allanite.program.risk import Risk
from allanite.program.staged import StagedProgram
from allanite.studies.plan.build import PlanProgram, tree_program
from allanite.studies.plan.course import Course
from allanite.studies.plan.world import PlanWorld
from plan_worlds import (
    FREE,
    Spec,
    largest_amount,
    plan,
    random_course,
    random_spec,
    read_course,
    scaled,
    small_world,
    unused_amount,
)

PAYMENT = "contract payment"  # money, which a payer may gain
SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=20, deadline=None, derandomize=True)
SOME_MONEY = Budget(total=0.8, partners=(("AAA", 0.5), ("BBB", 0.6)), yearly=0.7)


def courses_of(world: PlanWorld, seed: int, count: int = 3) -> list[Course]:
    """Some courses of a world."""
    return [random_course(world, 10 * seed + s) for s in range(count)]


def least(program: PlanProgram | StagedProgram, risk: Risk | None = None) -> float:
    """Least cost by the extensive form [million USD]."""
    staged = program.staged if isinstance(program, PlanProgram) else program
    return solve_program(extensive_form(staged, risk or Risk())).objective


def close(value: float) -> float:
    """What the solver may err by on a cost of that size."""
    return 1e-7 * max(1.0, abs(value))


# --- more room never costs more -----------------------------------------------------------------
WIDER: dict[str, Callable[[Spec], Spec]] = {
    "stock limit": lambda s: replace(s, bought=s.bought + 10.0, impact=0.0),
    "shorter permit": lambda s: replace(s, permit=0.5 * s.permit, saved=0.5 * s.saved),
    "shorter building": lambda s: replace(s, build=0.5 * s.build),
    "shorter ramp": lambda s: replace(s, ramp=0.5 * s.ramp),
    "larger rights": lambda s: replace(s, imported=s.imported + 10.0),
    "old plant": lambda s: replace(s, old=s.old + 5.0),
    "shelf": lambda s: replace(s, shelf=s.shelf + 5.0),
    "market": lambda s: replace(s, sold=s.sold + 5.0),
    "cheaper project": lambda s: replace(s, capital=0.5 * s.capital, present_cost=0.0),
}


@pytest.mark.parametrize("way", WIDER)
@settings(FEW, max_examples=8)
@given(SEEDS)
def test_more_room_never_costs_more(way: str, seed: int) -> None:
    # A wider limit of orders moves the thirds at which the price rises: it is tried without a rise.
    spec = replace(random_spec(seed), salvage=0.0, holding=0.0)
    spec = replace(spec, impact=0.0) if way == "stock limit" else spec
    worlds = [small_world(spec), small_world(WIDER[way](spec))]
    narrow, wide = (
        least(plan(world, *courses_of(world, seed), budget=SOME_MONEY, whole=True))
        for world in worlds
    )
    assert wide <= narrow + close(narrow)


@FEW
@given(SEEDS, st.floats(0.0, 1.0))
def test_more_money_never_costs_more(seed: int, share: float) -> None:
    world = small_world(random_spec(seed))
    courses = courses_of(world, seed)
    poor = Budget(
        total=share * SOME_MONEY.total,
        partners=tuple((code, share * most) for code, most in SOME_MONEY.partners),
        yearly=share * 0.7,
    )
    costs = [
        least(plan(world, *courses, budget=budget, whole=True))
        for budget in (poor, SOME_MONEY, FREE)
    ]
    assert costs[1] <= costs[0] + close(costs[0])
    assert costs[2] <= costs[1] + close(costs[1])


@FEW
@given(SEEDS)
def test_wider_passing_and_more_plants_never_cost_more(seed: int) -> None:
    world = small_world(random_spec(seed))
    narrow = courses_of(world, seed)
    wide = [replace(c, passing=np.minimum(c.passing + 0.2, 1.0)) for c in narrow]
    more = [replace(c, available=np.minimum(c.available + 0.2, 1.0)) for c in wide]
    costs = [least(plan(world, *courses)) for courses in (narrow, wide, more)]
    assert costs[1] <= costs[0] + close(costs[0])
    assert costs[2] <= costs[1] + close(costs[1])


# --- scale --------------------------------------------------------------------------------------
@FEW
@given(SEEDS, st.sampled_from([0.1, 3.0, 40.0]))
def test_a_world_so_many_times_as_large_costs_so_many_times_as_much(seed: int, by: float) -> None:
    spec = random_spec(seed)
    small, large = small_world(spec), small_world(scaled(spec, by))
    money = Budget(total=by * 0.8, partners=(("AAA", by * 0.5), ("BBB", by * 0.6)), yearly=by * 0.7)
    one = least(plan(small, *courses_of(small, seed), budget=SOME_MONEY, whole=True))
    many = least(plan(large, *courses_of(large, seed), budget=money, whole=True))
    assert many == pytest.approx(by * one, rel=1e-6, abs=1e-6)


# --- mass ---------------------------------------------------------------------------------------
@FEW
@example(seed=91)  # a payer of a contract gains
@given(SEEDS)
def test_mass_is_kept_at_every_node_in_every_course(seed: int) -> None:
    world = small_world(random_spec(seed))
    courses = courses_of(world, seed)
    program = plan(world, *courses, budget=SOME_MONEY)
    first = solve_program(extensive_form(program.staged)).value[: program.first.program.shape[1]]
    for s, happens in enumerate(courses):
        found = read_course(program, s, first[program.first.state])
        tolerance = 1e-6 * largest_amount(found)
        assert unused_amount(program, happens, found).min() >= -tolerance
        masses = [amount for name, amount in found.amount.items() if name != PAYMENT]
        assert all(amount.min(initial=0.0) >= -tolerance for amount in masses)
        need = happens.demand_factor.sum(axis=1) * world.uses.demand_rate.sum() * 0.25
        assert (found.amount["unmet"].sum(axis=1) <= need + tolerance).all()


# --- cuts and trees -----------------------------------------------------------------------------
@FEW
@given(SEEDS, st.sampled_from([0.0, 0.5, 1.0]), st.booleans())
def test_cuts_find_what_the_extensive_form_finds(seed: int, weight: float, whole: bool) -> None:
    world, risk = small_world(random_spec(seed)), Risk(weight=weight, confidence=0.6)
    program = plan(world, *courses_of(world, seed), budget=SOME_MONEY, whole=whole)
    cost = least(program, risk)
    found = solve_two_stage(program.staged, risk, gap=1e-9, rounds=300)
    tolerance = 1e-6 * max(1.0, float(np.abs(found.scenario_cost).max()))
    assert found.objective == pytest.approx(cost, abs=tolerance)
    assert found.bound == pytest.approx(cost, abs=tolerance)


def tree_of(
    world: PlanWorld, seed: int, branches: Sequence[int], starts: Sequence[int]
) -> StagedProgram:
    """A tree with so many children a node in each block; delays are the same everywhere."""
    parent, stage, share, above = [-1], [0], [1.0], [0]
    for b, count in enumerate(branches):
        level = []
        for up in above:
            for _ in range(count):
                level.append(len(parent))
                parent.append(up)
                stage.append(b + 1)
                share.append(share[up] / count)
        above = level
    courses = [random_course(world, 10 * seed + t, delay=1.0) for t in range(1, len(parent))]
    columns = np.array(parent), np.array(stage), np.array(share)
    return tree_program(world, SOME_MONEY, starts, *columns, courses)[0]


@settings(FEW, max_examples=10)
@given(SEEDS, st.sampled_from([((2, 2), (0, 4)), ((1, 2), (0, 4)), ((2, 1, 2), (0, 3, 6))]))
def test_nested_cuts_find_what_the_extensive_form_finds(
    seed: int, shape: tuple[tuple[int, ...], tuple[int, ...]]
) -> None:
    staged = tree_of(small_world(random_spec(seed)), seed, *shape)
    cost = least(staged)
    found = solve_nested(staged, gap=1e-8, rounds=300)
    assert found.objective == pytest.approx(cost, rel=1e-6, abs=1e-6)
    assert found.bound == pytest.approx(cost, rel=1e-6, abs=1e-6)


@FEW
@given(SEEDS, st.sampled_from([(0,), (0, 4), (0, 2, 4, 6), (0, 5)]))
def test_a_tree_of_one_path_is_the_plan_of_one_course(seed: int, starts: tuple[int, ...]) -> None:
    """What is built, ordered and in stock is handed over from block to block; so is money."""
    world = small_world(random_spec(seed))
    happens = random_course(world, seed)
    count = len(starts) + 1
    path = tree_program(
        world,
        SOME_MONEY,
        starts,
        np.arange(-1, count - 1),
        np.arange(count),
        np.ones(count),
        [happens] * (count - 1),
    )[0]
    whole = least(plan(world, happens, budget=SOME_MONEY))
    assert least(path) == pytest.approx(whole, rel=1e-7, abs=1e-7)


@FEW
@given(SEEDS)
def test_deciding_later_never_costs_more(seed: int) -> None:
    """Courses that part in the first block and then are known: who waits can still choose."""
    world = small_world(random_spec(seed))
    happens = [random_course(world, 10 * seed + s, delay=1.0) for s in range(2)]
    tree = tree_program(
        world,
        SOME_MONEY,
        (0, 4),
        np.array([-1, 0, 0, 1, 2]),
        np.array([0, 1, 1, 2, 2]),
        np.array([1.0, 0.5, 0.5, 0.5, 0.5]),
        [*happens, *happens],
    )[0]
    now = least(plan(world, *happens, budget=SOME_MONEY))
    assert least(tree) <= now + close(now)
