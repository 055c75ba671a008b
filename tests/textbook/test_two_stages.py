"""Published two-stage programmes, by the extensive form and by the decomposition.

Farmer: Birge and Louveaux (2011), Introduction to Stochastic Programming, 2nd ed., sec. 1.1:
optimum -108,390, expected value of perfect information 7,016, value of the stochastic
solution 1,150. Electricity capacity: Louveaux and Smeers (1988), Optimal investments for
electricity generation, three scenarios; optimum 381.853 as in Linderoth, Shapiro and Wright
(2006), The empirical behavior of sampling methods for stochastic programming, Annals of
Operations Research 142. Newsvendor: the critical ratio (Birge and Louveaux 2011, sec. 1.1e).
"""

from __future__ import annotations

import numpy as np
import pytest

from allanite.axis import FloatArray
from allanite.program.decomposition import solve_two_stage
from allanite.program.extensive import extensive_form, node_columns
from allanite.program.highs import solve_program
from allanite.program.risk import Risk
from allanite.program.staged import StagedProgram, two_stages
from staged_forms import dense_program, leaf, newsvendor, root

PLANTING = np.array([150.0, 230.0, 260.0])
YIELD = np.array([2.5, 3.0, 20.0])  # t per acre of wheat, corn, beets


def farmer(factors: list[float]) -> StagedProgram:
    """500 acres; 200 t of wheat and 240 t of corn are needed; beets over 6,000 t sell at 10."""
    none = np.full(1, np.inf)
    land = dense_program(
        np.ones((1, 3)), PLANTING, (-none, np.full(1, 500.0)), (np.zeros(3), np.full(3, 500.0))
    )
    # Columns: wheat bought and sold, corn bought and sold, beets sold dear and cheap.
    market = np.array(
        [[1.0, -1, 0, 0, 0, 0], [0, 0, 1, -1, 0, 0], [0, 0, 0, 0, -1, -1]],
    )
    trade = dense_program(
        market,
        np.array([238.0, -170, 210, -150, -36, -10]),
        (np.array([200.0, 240.0, 0.0]), np.full(3, np.inf)),
        (np.zeros(6), np.array([np.inf, np.inf, np.inf, np.inf, 6000, np.inf])),
    )
    scenarios = [leaf(trade, np.diag(YIELD * factor)) for factor in factors]
    return two_stages(root(land), scenarios, np.full(len(factors), 1 / len(factors)))


def with_first(staged: StagedProgram, value: FloatArray) -> StagedProgram:
    template = staged.nodes[0].template.with_bounds(value, value)
    return two_stages(root(template), staged.nodes[1:], staged.probability[1:])


def solve_extensive(staged: StagedProgram) -> tuple[float, FloatArray]:
    solution = solve_program(extensive_form(staged))
    return solution.objective, solution.value[node_columns(staged)[0]]


def solve_by_cuts(staged: StagedProgram) -> tuple[float, FloatArray]:
    found = solve_two_stage(staged, gap=1e-8)
    assert found.stop == "gap"
    return found.objective, found.value


SOLVERS = pytest.mark.parametrize("solve", [solve_extensive, solve_by_cuts])
FACTORS = [1.2, 1.0, 0.8]


@SOLVERS
def test_farmer(solve) -> None:
    objective, acres = solve(farmer(FACTORS))
    assert objective == pytest.approx(-108_390, abs=0.5)
    assert acres == pytest.approx([170, 80, 250], abs=0.05)


@SOLVERS
def test_what_the_farmer_would_pay_to_know_and_gains_by_planning_for_all(solve) -> None:
    recourse, _ = solve(farmer(FACTORS))
    knowing = np.mean([solve(farmer([factor]))[0] for factor in FACTORS])
    assert recourse - knowing == pytest.approx(7_016, abs=0.5)
    _, mean_acres = solve(farmer([1.0]))
    assert mean_acres == pytest.approx([120, 80, 300], abs=0.05)
    of_the_mean, _ = solve(with_first(farmer(FACTORS), mean_acres))
    assert of_the_mean - recourse == pytest.approx(1_150, abs=0.5)


def electricity() -> StagedProgram:
    """Four plants, three modes of demand of which the first is 3, 5 or 7."""
    price = np.array([10.0, 7.0, 16.0, 6.0])
    none = np.full(4, np.inf)
    plants = dense_program(
        np.vstack([np.ones(4), price]),
        price,
        (np.array([12.0, -np.inf]), np.array([np.inf, 120.0])),
        (np.zeros(4), none),
    )
    hours = np.array([[40.0, 45.0, 32.0, 55.0], [24.0, 27.0, 19.2, 33.0], [4.0, 4.5, 3.2, 5.5]])
    # Output of mode d by plant i stands in column 4 d + i.
    capacity = np.tile(np.eye(4), 3)
    served = np.kron(np.eye(3), np.ones((1, 4)))
    scenarios = [
        leaf(
            dense_program(
                np.vstack([capacity, served]),
                hours.ravel(),
                (
                    np.concatenate([-none, [demand, 3.0, 2.0]]),
                    np.concatenate([np.zeros(4), np.full(3, np.inf)]),
                ),
                (np.zeros(12), np.full(12, np.inf)),
            ),
            np.vstack([-np.eye(4), np.zeros((3, 4))]),
        )
        for demand in (3.0, 5.0, 7.0)
    ]
    return two_stages(root(plants), scenarios, np.array([0.3, 0.4, 0.3]))


@SOLVERS
def test_electricity_capacity(solve) -> None:
    objective, capacity = solve(electricity())
    assert objective == pytest.approx(381.853, abs=5e-4)
    assert capacity == pytest.approx([2.667, 4.0, 3.333, 2.0], abs=2e-3)


@SOLVERS
def test_newsvendor_buys_the_quantile_of_the_critical_ratio(solve) -> None:
    demand = np.random.default_rng(5).gamma(4.0, 10.0, 40)
    _, order = solve(newsvendor(demand.tolist(), np.full(40, 1 / 40).tolist()))
    # (2.4 - 1) / 2.4 of 40 lies between the 23rd and the 24th demand.
    assert order[0] == pytest.approx(np.sort(demand)[23], rel=1e-5)


@pytest.mark.parametrize("weight", [0.5, 1.0])
def test_averse_farmer_plants_what_varies_less(weight: float) -> None:
    risk = Risk(weight=weight, confidence=2 / 3)  # the worst of three
    staged = farmer(FACTORS)
    found = solve_two_stage(staged, risk, gap=1e-8)
    assert found.objective == pytest.approx(
        solve_program(extensive_form(staged, risk)).objective, rel=1e-6
    )
    worst = (found.first_cost + found.scenario_cost).max()
    neutral = solve_two_stage(staged, gap=1e-8)
    assert worst <= (neutral.first_cost + neutral.scenario_cost).max() + 1e-3
