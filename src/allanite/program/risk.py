"""How a bad outcome counts beside the mean: mean and conditional value at risk.

The objective over outcomes C with probabilities p is (1 - weight) E[C] + weight CVaR[C]; CVaR
at a confidence is the mean of the worst 1 - confidence share of the outcomes. It equals the
mean under other probabilities, the worst that a bound on their ratio to p allows.

Source: Rockafellar and Uryasev (2000), Optimization of conditional value-at-risk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import UsageError

_SUM_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """(1 - weight) mean + weight conditional value at risk.

    Attributes:
        weight: of the conditional value at risk, 0 to 1; at 0 only the mean counts.
        confidence: the worst 1 - confidence share of outcomes counts, 0 < confidence < 1.

    Raises:
        UsageError: a value out of range.
    """

    weight: float = 0.0
    confidence: float = 0.9

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1:
            raise UsageError(f"risk weight {self.weight:g}; it must lie between 0 and 1")
        _check_confidence(self.confidence)

    @property
    def largest_ratio(self) -> float:
        """1 / (1 - confidence): how far a worst-case probability may exceed its own."""
        return 1 / (1 - self.confidence)


def worst_case_probability(
    cost: FloatArray, probability: FloatArray, confidence: float
) -> FloatArray:
    """Probabilities under which the mean is the conditional value at risk, shape (S,).

    max q' cost  s.t.  0 <= q <= p / (1 - confidence), sum q = 1: the dearest outcomes take all
    they may, in order of cost and then of position.

    Args:
        cost: of each outcome, shape (S,).
        probability: of each outcome, shape (S,), sum 1.
        confidence: between 0 and 1.

    Raises:
        UsageError: a confidence out of range, or probabilities that do not sum to one.
    """
    _check_confidence(confidence)
    _check_probability(cost, probability)
    order = np.argsort(-cost, kind="stable")
    most = probability[order] / (1 - confidence)
    before = np.cumsum(most) - most
    worst = np.zeros_like(most)
    worst[order] = np.clip(1 - before, 0, most)
    # Rounding of the running sum leaves a last place; the weights must sum to one.
    return np.asarray(worst / worst.sum())


def conditional_value_at_risk(
    cost: FloatArray, probability: FloatArray, confidence: float
) -> float:
    """Mean of the worst 1 - confidence share of outcomes.

    Raises:
        UsageError: a confidence out of range, or probabilities that do not sum to one.
    """
    return float(worst_case_probability(cost, probability, confidence) @ cost)


def risk_probability(cost: FloatArray, probability: FloatArray, risk: Risk) -> FloatArray:
    """Probabilities under which the mean is the risk-averse value, shape (S,).

    Raises:
        UsageError: probabilities that do not sum to one.
    """
    if risk.weight == 0:
        _check_probability(cost, probability)
        return probability
    worst = worst_case_probability(cost, probability, risk.confidence)
    return (1 - risk.weight) * probability + risk.weight * worst


def risk_value(cost: FloatArray, probability: FloatArray, risk: Risk) -> float:
    """(1 - weight) E + weight CVaR of the outcomes.

    Raises:
        UsageError: probabilities that do not sum to one.
    """
    return float(risk_probability(cost, probability, risk) @ cost)


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise UsageError(f"confidence {confidence:g}; it must lie between 0 and 1, both excluded")


def _check_probability(cost: FloatArray, probability: FloatArray) -> None:
    if probability.shape != cost.shape or not cost.size:
        raise UsageError(f"{probability.size} probabilities of {cost.size} outcomes; one each")
    if not (probability >= 0).all() or abs(probability.sum() - 1) > _SUM_TOLERANCE:
        raise UsageError(
            f"probabilities sum to {probability.sum():g}, the least is {probability.min():g};"
            " they must be 0 or more and sum to 1"
        )
