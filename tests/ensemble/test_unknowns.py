"""Distributions against those of scipy, and at their ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from allanite.ensemble.unknowns import (
    Choice,
    Distribution,
    Group,
    Integer,
    Lognormal,
    Triangular,
    Uniform,
    Unknown,
    central_values,
    check_names,
    drawn_values,
)
from allanite.errors import ModelError

SHARES = np.linspace(0.001, 0.999, 333)
NUMBERS = st.floats(-1e6, 1e6)


def test_triangular_is_that_of_scipy() -> None:
    ours = Triangular(2.0, 3.0, 7.0).quantile(SHARES)
    assert ours == pytest.approx(stats.triang.ppf(SHARES, 0.2, loc=2.0, scale=5.0), rel=1e-12)


@pytest.mark.parametrize("central", [2.0, 7.0])
def test_a_triangle_may_lean_fully_to_one_side(central: float) -> None:
    ours = Triangular(2.0, central, 7.0).quantile(SHARES)
    peak = (central - 2.0) / 5.0
    assert ours == pytest.approx(stats.triang.ppf(SHARES, peak, loc=2.0, scale=5.0), rel=1e-12)


def test_a_symmetric_lognormal_is_that_of_scipy() -> None:
    # ln 100 ± ln 4: width sigma = ln 4 / 1.6449
    sigma = np.log(4.0) / stats.norm.ppf(0.95)
    ours = Lognormal(25.0, 100.0, 400.0).quantile(SHARES)
    assert ours == pytest.approx(stats.lognorm.ppf(SHARES, sigma, scale=100.0), rel=1e-12)


def test_a_skew_lognormal_meets_its_three_numbers() -> None:
    found = Lognormal(50.0, 100.0, 400.0).quantile(np.array([0.05, 0.5, 0.95]))
    assert found == pytest.approx([50.0, 100.0, 400.0], rel=1e-12)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_quantiles_rise_and_stay_within_the_limits(a: float, b: float, c: float) -> None:
    low, central, high = sorted((a, b, c))
    for distribution in (Triangular(low, central, high), Uniform(low, high)):
        found = distribution.quantile(SHARES)
        slack = 1e-9 * max(abs(low), abs(high))
        assert (np.diff(found) >= -slack).all()
        assert found.min() >= low - slack
        assert found.max() <= high + slack


def test_without_a_range_the_value_is_certain() -> None:
    certain: list[Distribution] = [
        Triangular(3.0, 3.0, 3.0),
        Uniform(3.0, 3.0),
        Lognormal(3.0, 3.0, 3.0),
        Integer(3, 3),
        Choice((3,)),
    ]
    for distribution in certain:
        assert set(drawn_values(distribution, SHARES)) == {3}


def test_whole_numbers_come_alike_and_with_both_ends() -> None:
    found = drawn_values(Integer(-1, 2), (np.arange(400) + 0.5) / 400)
    assert all(type(value) is int for value in found)
    assert [found.count(value) for value in (-1, 0, 1, 2)] == [100] * 4
    assert drawn_values(Integer(-1, 2), np.array([np.nextafter(1.0, 0.0)])) == [2]


def test_options_come_by_their_weights() -> None:
    found = drawn_values(Choice(("a", "b", "c"), (1.0, 3.0, 0.0)), (np.arange(400) + 0.5) / 400)
    assert [found.count(option) for option in "abc"] == [100, 300, 0]
    tenths = Choice(tuple("abcdefghij"), (0.1,) * 10)
    assert drawn_values(tenths, np.array([np.nextafter(1.0, 0.0)])) == ["j"]


def test_an_option_without_weight_never_comes_even_at_the_edge() -> None:
    choice = Choice(("a", "b"), (1.0, 0.0))
    assert set(drawn_values(choice, np.array([0.0, 0.5, np.nextafter(1.0, 0.0)]))) == {"a"}


def test_a_group_is_a_seed() -> None:
    found = drawn_values(Group(), SHARES)
    assert all(type(value) is int and 0 <= value < 2**53 for value in found)
    assert len(set(found)) == len(SHARES)


def test_central_values_leave_groups_out() -> None:
    unknowns = (
        Unknown("a", Triangular(0.0, 0.2, 1.0)),
        Unknown("b", Uniform(0.0, 1.0)),
        Unknown("c", Integer(0, 3)),
        Unknown("d", Choice(("x", "y"))),
        Unknown("e", Group()),
    )
    assert central_values(unknowns) == {"a": 0.2, "b": 0.5, "c": 1, "d": "x"}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Triangular(1.0, 0.5, 2.0), "low 1, central 0.5, high 2"),
        (lambda: Triangular(0.0, 0.5, float("inf")), "finite"),
        (lambda: Uniform(2.0, 1.0), "uniform"),
        (lambda: Uniform(float("nan"), 1.0), "uniform"),
        (lambda: Lognormal(0.0, 1.0, 2.0), "must be above 0"),
        (lambda: Integer(3, 2), "whole numbers"),
        (lambda: Choice(()), "distinct"),
        (lambda: Choice(("a", "a")), "distinct"),
        (lambda: Choice(("a", "b"), (1.0,)), "one weight an option"),
        (lambda: Choice(("a", "b"), (1.0, -1.0)), "none below 0"),
        (lambda: Choice(("a", "b"), (0.0, 0.0)), "not all 0"),
        (lambda: check_names(()), "one or more"),
        (lambda: check_names([Unknown("a", Group())] * 2), "found twice: \\['a'\\]"),
    ],
)
def test_ranges_that_cannot_be_drawn_are_refused(make: object, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        make()  # type: ignore[operator]
