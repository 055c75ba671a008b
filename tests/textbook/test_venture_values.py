"""Closed forms of corporate finance: annuity, perpetuity, internal rate."""

from __future__ import annotations

import numpy as np
import pytest

from allanite.studies.contracts.finance import (
    annuity_factor,
    debt_schedule,
    internal_rate,
    present_value,
)


def test_annuity_of_the_tables() -> None:
    """Annuity tables: 10 % over 10 years 6.1446, 8 % over 20 years 9.8181."""
    assert annuity_factor(0.10, 10) == pytest.approx(6.1446, abs=1e-4)
    assert annuity_factor(0.08, 20) == pytest.approx(9.8181, abs=1e-4)
    assert annuity_factor(0.0, 7) == 7


def test_a_long_flow_is_a_perpetuity() -> None:
    """1 a year for ever is worth 1/r; at the middle of each year (1 + r)^(1/2) / r."""
    assert present_value(np.ones(2_000), 0.05) == pytest.approx(1.05**0.5 / 0.05, rel=1e-12)


def test_internal_rate_of_known_flows() -> None:
    """-100 and 110 a year later: 10 %; -100, 60, 60: 13.066 % (quadratic 100x^2 = 60x + 60)."""
    root = (60 + np.sqrt(60**2 + 4 * 100 * 60)) / 200
    assert internal_rate(np.array([-100.0, 110])) == pytest.approx(0.10)
    assert internal_rate(np.array([-100.0, 60, 60])) == pytest.approx(root - 1)
    assert internal_rate(np.array([1.0, 2, 3])) is None
    assert internal_rate(np.zeros(4)) is None


@pytest.mark.parametrize("rate", [0.0, 0.03, 0.12])
def test_debt_is_worth_what_was_drawn(rate: float) -> None:
    """Service discounted at the loan's own rate is the loan after its half year of interest."""
    debt = debt_schedule(np.array([80.0] + [0] * 14), rate, first=3, payments=10)
    owed = 80 * (1 + rate / 2)
    worth = sum(s / (1 + rate) ** y for y, s in enumerate(debt.service))
    assert worth == pytest.approx(owed)
    assert debt.balance[-1] == pytest.approx(0, abs=1e-9)
