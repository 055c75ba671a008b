"""What must hold for every reconciliation, on random chains of one material."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.network.reconcile import Baseline, reconcile_baseline
from small_networks import chain_draft, columns_of, network_of, observe

RATES = st.floats(10.0, 1e5)
SHARES = st.floats(0.01, 0.6)
TRIPLES = st.tuples(st.tuples(RATES, RATES, RATES), st.tuples(SHARES, SHARES, SHARES))


def _reconcile(
    values: tuple[float, ...],
    errors: tuple[float, ...],
    extra: tuple[tuple[float, float], ...] = (),
) -> Baseline:
    """Mine, export and use observed; stock changes observed as 0 +- 5 % of the mine."""
    columns = columns_of(network_of(chain_draft()), {})
    position = (0, columns.start("route") + 1, columns.start("demand"))
    said = [
        (f"rate {i}", {position[i]: 1.0}, value, error)
        for i, (value, error) in enumerate(zip(values, errors, strict=True))
    ]
    stock = columns.start("stock_change")
    said += [(f"stock {v}", {stock + v: 1.0}, 0.0, 0.05 * values[0]) for v in range(3)]
    said += [(f"more {i}", {0: 1.0}, value, error) for i, (value, error) in enumerate(extra)]
    return reconcile_baseline(observe(columns, said, stock=True), seed=3, draws=4)


def _errors(values: tuple[float, ...], shares: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(v * s for v, s in zip(values, shares, strict=True))


@settings(max_examples=25, deadline=None)
@given(TRIPLES)
def test_mass_is_conserved_in_the_baseline_and_in_every_draw(case: tuple) -> None:
    values, shares = case
    baseline = _reconcile(values, _errors(values, shares))
    balance = baseline.observations.columns.balance()
    for rates in (baseline.rates, *(baseline.draws.draw(s) for s in range(4))):
        vector = np.concatenate([getattr(rates, name) for name in rates.__slots__])
        assert np.abs(balance @ vector).max() <= 1e-6 * max(values)


@settings(max_examples=25, deadline=None)
@given(TRIPLES, st.floats(0.01, 100.0))
def test_scaling_all_rates_scales_the_solution(case: tuple, factor: float) -> None:
    values, shares = case
    errors = _errors(values, shares)
    once = _reconcile(values, errors)
    scaled = _reconcile(tuple(v * factor for v in values), tuple(e * factor for e in errors))
    assert scaled.activity_rate == pytest.approx(factor * once.activity_rate, rel=1e-5)
    assert scaled.objective == pytest.approx(once.objective, rel=1e-4, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(TRIPLES)
def test_a_smaller_error_pulls_the_solution_closer(case: tuple) -> None:
    values, shares = case
    errors = _errors(values, shares)
    wide = _reconcile(values, errors)
    tight = _reconcile(values, (errors[0] / 3, *errors[1:]))
    gap = abs(wide.activity_rate[0] - values[0])
    assert abs(tight.activity_rate[0] - values[0]) <= gap + 1e-6 * max(values)


@settings(max_examples=25, deadline=None)
@given(TRIPLES, SHARES)
def test_an_observation_that_agrees_changes_nothing(case: tuple, share: float) -> None:
    values, shares = case
    errors = _errors(values, shares)
    before = _reconcile(values, errors)
    seen = float(before.activity_rate[0])
    after = _reconcile(values, errors, ((seen, share * max(seen, 1.0)),))
    assert after.demand_rate == pytest.approx(before.demand_rate, rel=1e-5, abs=1e-4)


def test_the_same_seed_gives_the_same_bytes() -> None:
    values, errors = (100.0, 90.0, 120.0), (10.0, 5.0, 20.0)
    first, second = _reconcile(values, errors), _reconcile(values, errors)
    for name in first.draws.__slots__:
        assert getattr(first.draws, name).tobytes() == getattr(second.draws, name).tobytes()
