"""What must hold of support whatever its size: odds, sizes, packages, shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.by_hand.test_contract_value import at, case, contract

from allanite.conditions.instruments.kinds import Grant, PriceFloor
from allanite.studies.contracts.levers import Lever
from allanite.studies.contracts.packages import Option, find_packages
from allanite.studies.contracts.search import (
    Field,
    Found,
    least_size,
    standing,
    try_contracts,
)

PRICES = tuple(np.geomspace(8.0, 160.0, 40).tolist())
SIZES = st.floats(0.0, 1.0)


def floors() -> Lever:
    def made(size: float) -> object:
        return contract(PriceFloor(strike=size), product="Nd oxide", start=2028.0, duration=3.0)

    return Lever(kind="floor", name="floor", unit="USD/kg", most=120.0, contract=made)


def grants() -> Lever:
    def made(size: float) -> object:
        return contract(Grant(amount=size), duration=3.0)

    return Lever(kind="grant", name="grant", unit="million USD", most=100.0, contract=made)


@pytest.fixture(scope="module")
def field() -> Field:
    made = case()
    return Field(
        case=made, given=(), block=at(made, [floors().contract(1.0)], *PRICES),
        measure="bankable", odds=0.9, least_value=-np.inf, inflation_rate=0.0,
    )  # fmt: skip


SAME = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SAME
@given(one=SIZES, other=SIZES, lever=st.sampled_from([floors(), grants()]))
def test_more_support_never_lowers_odds(field: Field, one: float, other: float, lever: Lever):
    less, more = sorted((one * lever.most, other * lever.most))
    low, high = (standing(field, [lever.contract(size)]) for size in (less, more))
    assert high[0] >= low[0]
    assert high[1] >= low[1] - 1e-6


@SAME
@given(one=SIZES, other=SIZES, lever=st.sampled_from([floors(), grants()]))
def test_least_size_rises_with_the_odds(field: Field, one: float, other: float, lever: Lever):
    less, more = sorted((one, other))
    sizes = [least_size(replace(field, odds=odds), lever).size for odds in (less, more)]
    assert sizes[0] is not None or sizes[1] is None
    if sizes[0] is not None and sizes[1] is not None:
        assert sizes[1] >= sizes[0]


@SAME
@given(odds=st.floats(0.05, 1.0), measure=st.sampled_from(["bankable", "survival"]))
def test_a_package_is_never_dearer_than_its_best_part(field: Field, odds: float, measure: str):
    asked = replace(field, odds=odds, measure=measure)
    options = [
        Option(lever=lever, found=least_size(asked, lever)) for lever in (floors(), grants())
    ]
    found = find_packages(asked, options)
    singles = [p for p in found if len(p.parts) == 1]
    assert len(singles) == sum(o.found.size is not None for o in options)
    if singles:
        assert min(p.mean for p in found) <= min(p.mean for p in singles)
    for package in found:
        assert standing(asked, package.contracts)[0] >= odds - 1e-12
        assert package.tail >= package.mean - 1e-9


@SAME
@given(size=SIZES)
def test_costs_of_parts_add_up(field: Field, size: float):
    pair = [floors().contract(size * 120.0), grants().contract(size * 100.0)]
    trial = try_contracts(field, pair)
    assert trial.cost.shape == (2, len(PRICES))
    rate = field.case.terms.public_rate
    present = trial.yearly @ (1.0 + rate) ** -(np.arange(trial.yearly.shape[1]) + 0.5)
    assert trial.cost.sum(axis=0) == pytest.approx(present)


def test_a_lever_that_is_never_enough_says_so(field: Field) -> None:
    """At 8 USD/kg it costs 20 to make what brings 8: no grant helps."""
    bound = replace(field, odds=1.0)
    found = least_size(bound, grants())
    assert found == Found(size=None, odds=found.odds, value=found.value)
    assert found.odds < 1.0
    assert least_size(bound, floors()).size is not None
