"""Published optima of problems in stages, by all methods.

Sources: Birge and Louveaux (2011), Introduction to Stochastic Programming, 2nd edition: the
farmer (section 1.1) and financial planning (section 1.2). Dowson and Kapelevich (2021),
SDDP.jl: a Julia package for stochastic dual dynamic programming, INFORMS Journal on Computing,
and its documentation: the hydro-thermal problem (An introduction to SDDP.jl), its Markov
version (Markovian policy graphs), the newsvendor with prices of a Markov chain (examples of
version 0, with its test values) and the expansion of power plants over three stages (examples:
StructDualDynProg, problem 5.2, 3 stages).
"""

from collections.abc import Callable

import numpy as np
import pytest

from allanite.program.highs import solve_program
from allanite.program.markov import MarkovProgram, unrolled
from allanite.program.nested import solve_nested
from allanite.program.risk import Risk
from allanite.program.sddp import Training, solve_policy
from random_trees import nested_extensive
from staged_cases import (
    asset_management,
    farmer,
    hydro_thermal,
    newsvendor_prices,
    power_plants,
    wet_and_dry,
)

# NestedAVaR(lambda = 0.5, beta = 0.6): half the mean, half the mean of the worst 60 %.
HALF_TAIL = Risk(weight=0.5, confidence=0.4)
TRAINING = Training(gap=1e-8)

PUBLISHED = [
    pytest.param(farmer, -108_390.0, 0.5, id="farmer"),
    pytest.param(asset_management, 1.514, 5e-4, id="financial planning"),
    pytest.param(hydro_thermal, 8333.33, 5e-3, id="hydro-thermal"),
    pytest.param(wet_and_dry, 8072.917, 5e-4, id="hydro-thermal, Markov"),
    pytest.param(newsvendor_prices, -97.9, 1e-3, id="newsvendor"),
    pytest.param(power_plants, 406_712.49, 0.1, id="power plants"),
]


@pytest.mark.parametrize(("problem", "optimum", "tolerance"), PUBLISHED)
def test_all_methods_find_the_published_optimum(
    problem: Callable[[], MarkovProgram], optimum: float, tolerance: float
):
    assert common_optimum(problem(), Risk()) == pytest.approx(optimum, abs=tolerance)


def test_newsvendor_with_risk_from_the_second_stage_on():
    """-93.267 there is a mean over the demand of the first stage, and with risk after it."""
    found = [common_optimum(newsvendor_prices((demand,)), HALF_TAIL) for demand in (10.0, 15.0)]
    assert np.mean(found) == pytest.approx(-93.267, abs=1e-3)


def common_optimum(markov: MarkovProgram, risk: Risk) -> float:
    """The optimum of the extensive form, which nested cuts and drawn courses must find too."""
    tree = unrolled(markov).tree
    whole = solve_program(nested_extensive(tree, risk)).objective
    nested = solve_nested(tree, risk, gap=1e-9)
    assert nested.objective == pytest.approx(whole, rel=1e-6)
    assert nested.bound == pytest.approx(whole, rel=1e-6)
    policy = solve_policy(markov, np.random.default_rng(2025), risk, training=TRAINING)
    assert policy.stop == "gap"
    assert policy.objective == pytest.approx(whole, rel=1e-6)
    assert policy.bound == pytest.approx(whole, rel=1e-6)
    return whole


def test_the_farmer_plants_as_in_the_book():
    """170, 80 and 250 acres of wheat, corn and beet."""
    found = solve_nested(unrolled(farmer()).tree)
    assert found.value[0] == pytest.approx([170, 80, 250], abs=1e-4)


def test_the_investor_buys_as_in_the_book():
    """41.479 in stocks and 13.521 in bonds at first; the end is short by 12.16."""
    found = solve_nested(unrolled(asset_management()).tree, gap=1e-9)
    assert found.value[0] == pytest.approx([41.479, 13.521], abs=1e-3)
    short = [value[1] for value in found.value[-8:]]
    assert max(short) == pytest.approx(12.16, abs=5e-3)
