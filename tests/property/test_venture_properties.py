"""What must hold for every venture that sells, whatever prices do."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.catalogue.store import load_release
from allanite.studies.contracts.basket import venture_basket
from allanite.studies.contracts.cash import YearlyPrices, flat_prices
from allanite.studies.contracts.finance import Sources
from allanite.studies.contracts.study import Case, venture_case
from allanite.studies.contracts.terms import cash_terms
from allanite.studies.contracts.value import break_even_factor, venture_odds, venture_value
from allanite.studies.contracts.venture import Venture

YEARS = 15
SELLERS = ("AU_NOLANS", "BR_CALDEIRA", "AU_DONALD", "US_MOUNTAIN_PASS", "US_WHITE_MESA_P2")
PRICE = np.array([1.0, 1.7, 74, 73, 2.8, 27, 30, 1010, 239, 70, 46, 9])
seeds = st.integers(0, 2**31)


@cache
def case(name: str, grant: float = 0.0) -> Case:
    first = np.eye(1, YEARS)[0]
    sources = Sources(grant_amount=grant * first)
    return venture_case(load_release(), name, YEARS, financing=sources)


def paths(seed: int, count: int = 40) -> YearlyPrices:
    """A random walk of the level and noise of each oxide."""
    random = np.random.default_rng(seed)
    level = random.normal(0, 0.25, (count, YEARS, 1)).cumsum(axis=1)
    noise = random.normal(0, 0.2, (count, YEARS, len(PRICE)))
    price = PRICE * np.exp(level + noise)
    return YearlyPrices(price=price, outside=1.3 * price)


def times(prices: YearlyPrices, factor: float) -> YearlyPrices:
    return YearlyPrices(price=prices.price * factor, outside=prices.outside * factor)


@settings(deadline=None, max_examples=25)
@given(seed=seeds, factor=st.floats(1.0, 3.0), name=st.sampled_from(SELLERS))
def test_higher_prices_never_harm_a_seller(seed: int, factor: float, name: str) -> None:
    of, prices = case(name), paths(seed)
    low, high = of.cash(prices), of.cash(times(prices, factor))
    assert (high.margin >= low.margin - 1e-9)[~low.closed].all()
    assert (venture_odds(high, of.terms).alive >= venture_odds(low, of.terms).alive).all()
    worth = (
        venture_value(low, of.terms).project.mean(),
        venture_value(high, of.terms).project.mean(),
    )
    assert worth[1] >= worth[0] - 1e-9


@settings(deadline=None, max_examples=25)
@given(seed=seeds, grant=st.sampled_from([10.0, 60.0, 250.0, 900.0]), name=st.sampled_from(SELLERS))
def test_a_grant_never_lowers_survival(seed: int, grant: float, name: str) -> None:
    prices = paths(seed)
    alone, helped = (c.cash(prices).alive for c in (case(name), case(name, grant)))
    assert (helped >= alone).all()


@settings(deadline=None, max_examples=20)
@given(seed=seeds, size=st.floats(0.1, 10.0), name=st.sampled_from(SELLERS))
def test_value_scales_with_capacity_and_cost(seed: int, size: float, name: str) -> None:
    of = case(name)
    large, prices = scaled(of, size), paths(seed, 5)
    one = venture_value(of.cash(prices), of.terms)
    many = venture_value(large.cash(prices), large.terms)
    for field in ("project", "public", "owners"):
        assert getattr(many, field) == pytest.approx(size * getattr(one, field), rel=1e-6, abs=1e-6)


def scaled(of: Case, size: float) -> Case:
    plants = tuple(replace(p, capacity_rate=size * p.capacity_rate) for p in of.venture.plants)
    capex = of.venture.capex and replace(of.venture.capex, value=size * of.venture.capex.value)
    venture: Venture = replace(of.venture, plants=plants, capex=capex)
    basket = venture_basket(venture, of.prices, YEARS)
    terms = cash_terms(venture, basket, Sources())
    return Case(venture=venture, basket=basket, terms=terms, prices=of.prices)


@pytest.mark.parametrize("name", SELLERS)
def test_a_break_even_price_is_worth_nothing(name: str) -> None:
    of = case(name)
    terms = cash_terms(of.venture, of.basket, Sources(), debt_share=0.0)
    factor = break_even_factor(of.basket, terms, PRICE)
    assert factor is not None
    worth = flat_worth(of, factor)
    assert worth == pytest.approx(0, abs=1e-3)
    assert flat_worth(of, factor * 1.01) > 0 > flat_worth(of, factor * 0.99)


def flat_worth(of: Case, factor: float) -> float:
    terms = cash_terms(of.venture, of.basket, Sources(), debt_share=0.0)
    cash = replace(of, terms=terms).cash(flat_prices(PRICE, YEARS, factor))
    return float(venture_value(cash, terms).project[0])


@settings(deadline=None, max_examples=15)
@given(seed=seeds, name=st.sampled_from(SELLERS[:3]))
def test_blocks_of_paths_are_independent(seed: int, name: str) -> None:
    """A path is worth the same alone as among others."""
    of, prices = case(name), paths(seed, 6)
    whole = of.cash(prices)
    one = of.cash(YearlyPrices(price=prices.price[2:3], outside=prices.outside[2:3]))
    assert whole.project_flow[2] == pytest.approx(one.project_flow[0])
    assert whole.defaulted[2].tolist() == one.defaulted[0].tolist()
