from __future__ import annotations

import numpy as np
import pytest

from allanite.errors import UsageError
from allanite.program.risk import (
    Risk,
    conditional_value_at_risk,
    risk_probability,
    risk_value,
    worst_case_probability,
)

COST = np.array([4.0, 1.0, 3.0, 2.0])
EVEN = np.full(4, 0.25)


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [
        (0.75, 4.0),  # the worst one alone
        (0.5, 3.5),  # the mean of the two worst
        (0.6, (0.25 * 4 + 0.15 * 3) / 0.4),  # the worst whole and a part of the next
        (0.9, 4.0),  # less than one outcome
    ],
)
def test_mean_of_the_worst_share(confidence: float, expected: float) -> None:
    assert conditional_value_at_risk(COST, EVEN, confidence) == pytest.approx(expected)


def test_worst_case_probabilities_by_hand() -> None:
    found = worst_case_probability(COST, EVEN, 0.6)
    assert found == pytest.approx([0.625, 0.0, 0.375, 0.0])
    assert worst_case_probability(COST, np.array([0.0, 0.5, 0.5, 0.0]), 0.5) == pytest.approx(
        [0.0, 0.0, 1.0, 0.0]
    )


def test_weight_leads_from_the_mean_to_the_worst_share() -> None:
    assert risk_value(COST, EVEN, Risk()) == 2.5
    assert risk_value(COST, EVEN, Risk(weight=1.0, confidence=0.5)) == pytest.approx(3.5)
    mixed = Risk(weight=0.25, confidence=0.5)
    assert risk_value(COST, EVEN, mixed) == pytest.approx(0.75 * 2.5 + 0.25 * 3.5)
    assert risk_probability(COST, EVEN, mixed) @ COST == pytest.approx(
        risk_value(COST, EVEN, mixed)
    )


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_weight_out_of_range(weight: float) -> None:
    with pytest.raises(UsageError, match=r"risk weight .*; it must lie between 0 and 1"):
        Risk(weight=weight)


@pytest.mark.parametrize("confidence", [0.0, 1.0, float("nan")])
def test_confidence_out_of_range(confidence: float) -> None:
    with pytest.raises(UsageError, match="both excluded"):
        Risk(confidence=confidence)


@pytest.mark.parametrize(
    "probability", [np.full(4, 0.3), np.array([0.5, 0.7, -0.2, 0.0]), np.full(3, 1 / 3)]
)
@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_probabilities_that_do_not_fit(probability: np.ndarray, weight: float) -> None:
    with pytest.raises(UsageError, match="probabilities"):
        risk_value(COST, probability, Risk(weight=weight))
