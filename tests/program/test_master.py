from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from allanite.errors import SolveError
from allanite.program.cuts import Cuts
from allanite.program.master import Master
from allanite.program.quadratic import QuadraticProgram, solve_quadratic
from allanite.program.risk import Risk
from staged_forms import dense_program, root

# Costs of two scenarios over one state z in 0..10: max(10 - 2 z, 2 + z) and 8 - z.
CUTS = Cuts(
    scenario=np.array([0, 0, 1]),
    slope=np.array([[-2.0], [1.0], [-1.0]]),
    constant=np.array([10.0, 2.0, 8.0]),
    is_cost=np.ones(3, dtype=np.bool_),
)


def master(
    cuts: Cuts = CUTS,
    *,
    upper: float = 10.0,
    cost: float = 0.0,
    risk: Risk | None = None,
    whole: bool = False,
    unit: float = 1.0,
) -> Master:
    none = np.zeros(0)
    first = dense_program(
        np.zeros((0, 1)),
        np.full(1, cost),
        (none, none),
        (np.zeros(1), np.full(1, upper)),
        is_integer=whole,
    )
    return Master(
        first=root(first),
        cuts=cuts,
        scenarios=np.array([3, 7]),
        probability=np.array([0.5, 0.5]),
        risk=risk or Risk(),
        unit=unit,
    )


@pytest.mark.parametrize("unit", [1.0, 1024.0])
def test_least_cost_that_the_cuts_allow(unit: float) -> None:
    # Mean: 9 - 1.5 z up to z = 8/3, then 5.
    point = master(unit=unit, cost=0.25).least(np.zeros(1), 1e3, None)
    assert point.value == pytest.approx([8 / 3])
    assert point.bound == pytest.approx(5 + 0.25 * 8 / 3)
    assert point.radius == 1e3


def test_risk_looks_at_the_dearest() -> None:
    # The worst of two: max(10 - 2 z, 2 + z, 8 - z) is least where 2 + z = 8 - z.
    point = master(risk=Risk(weight=1.0, confidence=0.5)).least(np.zeros(1), 1e3, None)
    assert point.value == pytest.approx([3.0])
    assert point.bound == pytest.approx(5.0)


def test_whole_numbers() -> None:
    found = master(whole=True, cost=0.25)
    point = found.least_whole(np.zeros(1), 1e3, 1e-9)
    assert point.value.tolist() == [3.0]
    assert point.bound == pytest.approx(5.75)
    assert found.least(np.zeros(1), 1e3, None).value == pytest.approx([8 / 3])


def test_basis_of_fewer_cuts() -> None:
    basis = master().least(np.zeros(1), 1e3, None).basis
    more = Cuts(
        scenario=np.append(CUTS.scenario, 1),
        slope=np.vstack([CUTS.slope, [[1.0]]]),
        constant=np.append(CUTS.constant, 4.0),
        is_cost=np.append(CUTS.is_cost, True),
    )
    warm, cold = (master(more).least(np.zeros(1), 1e3, start) for start in (basis, None))
    assert warm.bound == pytest.approx(cold.bound)


def test_no_bound_while_a_scenario_has_no_cut() -> None:
    some = CUTS.of(np.array([0]))
    point = master(some).least(np.zeros(1), 1e3, None)
    assert point.bound == -np.inf


def test_states_without_bounds_stand_in_a_box() -> None:
    falling = Cuts(
        scenario=np.array([0, 1]),
        slope=np.full((2, 1), -1.0),
        constant=np.zeros(2),
        is_cost=np.ones(2, dtype=np.bool_),
    )
    point = master(falling, upper=np.inf).least(np.full(1, 5.0), 100.0, None)
    assert point.value == pytest.approx([105.0])
    assert (point.bound, point.radius) == (-np.inf, 1000.0)
    with pytest.raises(SolveError, match="falls without end"):
        master(falling, upper=np.inf).least(np.zeros(1), 1e13, None)
    # An optimum inside the box has a bound.
    assert master(upper=np.inf).least(np.zeros(1), 100.0, None).bound == pytest.approx(5.0)


def test_violations_that_no_state_meets_are_named() -> None:
    never = Cuts(
        scenario=np.array([0, 1]),
        slope=np.array([[1.0], [-1.0]]),
        constant=np.array([-2.0, 5.0]),  # z <= 2 and z >= 5
        is_cost=np.zeros(2, dtype=np.bool_),
    )
    with pytest.raises(SolveError, match="scenario 7, violation"):
        master(never).least(np.zeros(1), 1e3, None)


@pytest.mark.parametrize(
    ("level", "centre", "expected"),
    [
        (6.0, 0.0, 2.0),  # 9 - 1.5 z <= 6
        (6.0, 5.0, 5.0),  # there already
        (7.5, 0.0, 1.0),
    ],
)
def test_nearest_state_below_a_level(level: float, centre: float, expected: float) -> None:
    for unit in (1.0, 64.0):
        found = master(unit=unit).nearest_below(level, np.full(1, centre))
        assert found == pytest.approx([expected], abs=1e-6)


def test_no_state_below_the_least_cost() -> None:
    assert master().nearest_below(4.0, np.zeros(1)) is None


def test_quadratic_programme_by_hand() -> None:
    # Nearest point to (3, 1) on x + y = 2 with y >= 0.25 and x >= 0: (1.75, 0.25).
    found = solve_quadratic(
        QuadraticProgram(
            quadratic=sp.csc_array(np.eye(2)),
            linear=np.array([-3.0, -1.0]),
            equality=sp.csc_array(np.ones((1, 2))),
            equality_value=np.array([2.0]),
            inequality=sp.csc_array(np.array([[0.0, -1.0]])),
            inequality_upper=np.array([-0.25]),
            lower=np.zeros(2),
            upper=np.full(2, np.inf),
        )
    )
    assert found == pytest.approx([1.75, 0.25], abs=1e-7)
