"""A floor on a price that follows geometric Brownian motion is a strip of puts.

Source: Black (1976), The pricing of commodity contracts, eq. 16, undiscounted: with forward F,
strike K, volatility s and time t, put = K N(-d2) - F N(-d1), d1 = (ln(F/K) + s^2 t / 2) / (s
sqrt t), d2 = d1 - s sqrt t.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.stats import norm
from tests.contract_worlds import NDPR, contract

from allanite.axis import FloatArray
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.instruments.kinds import Collar, PriceFloor
from allanite.conditions.instruments.payments import contract_payments

FORWARD, VOLATILITY, MONTHS, RATE = 80.0, 0.35, 120, 6000.0
TIMES = np.arange(1, MONTHS + 1) / 12.0


def black_put(strike: float) -> FloatArray:
    """Expected put payoff by month, shape (T,) [USD/kg]."""
    deviation = VOLATILITY * np.sqrt(TIMES)
    first = (np.log(FORWARD / strike) + deviation**2 / 2) / deviation
    return np.asarray(
        strike * norm.cdf(deviation - first) - FORWARD * norm.cdf(-first), dtype=np.float64
    )


def by_year(values: FloatArray) -> FloatArray:
    """Expected payments by year of payoffs by month [million USD]."""
    return np.asarray(values.reshape(-1, 12).sum(axis=1) * RATE / 12 / 1000)


def brownian(rng: np.random.Generator, paths: int) -> Exposure:
    """Prices without drift in the mean, at the end of each month."""
    steps = rng.standard_normal((paths, MONTHS)) * VOLATILITY / np.sqrt(12)
    price = FORWARD * np.exp(np.cumsum(steps, axis=1) - VOLATILITY**2 * TIMES / 2)
    return Exposure(
        start=date(2027, 1, 1),
        price={NDPR: price.astype(np.float32)},
        volume_rate={NDPR: np.full(MONTHS, RATE)},
        inflation_rate=0.0,
    )


@pytest.mark.parametrize("strike", [50.0, 80.0, 110.0])
def test_a_floor_is_a_strip_of_puts(strike: float) -> None:
    found = contract_payments(contract(PriceFloor(strike=strike)), brownian(_rng(1), 40_000)).total
    error = found.std(axis=0) / np.sqrt(found.shape[0])
    off = np.abs(found.mean(axis=0) - by_year(black_put(strike)))
    shown = list(zip(off.round(3), error.round(3), strict=True))
    assert (off < 4.0 * error).all(), f"off and standard error by year: {shown}"
    assert (error < 0.02 * found.mean(axis=0) + 0.1).all()


def test_a_collar_on_a_forward_is_put_less_call() -> None:
    """Call = put + F - K, so the expected collar is put(90) - put(120) - (F - 120)."""
    tool = Collar(floor=90.0, cap=120.0)
    found = contract_payments(contract(tool), brownian(_rng(2), 40_000)).total
    expected = by_year(black_put(90.0) - black_put(120.0) - (FORWARD - 120.0))
    error = found.std(axis=0) / np.sqrt(found.shape[0])
    assert (np.abs(found.mean(axis=0) - expected) < 4.0 * error).all()


def convergence(sizes: tuple[int, ...], repeats: int) -> FloatArray:
    """Root mean square error of the ten-year sum by number of paths [million USD]."""
    exact = by_year(black_put(110.0)).sum()
    made = contract(PriceFloor(strike=110.0))
    rng = _rng(3)
    rows = []
    for size in sizes:
        off = [
            contract_payments(made, brownian(rng, size)).total.sum(axis=1).mean() - exact
            for _ in range(repeats)
        ]
        rows.append(np.sqrt(np.mean(np.square(off))))
    return np.array(rows)


def test_the_error_falls_as_the_root_of_the_number_of_paths() -> None:
    sizes = (100, 400, 1600)
    errors = convergence(sizes, repeats=60)
    slope = np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    table = dict(zip(sizes, errors.round(1), strict=True))
    assert slope == pytest.approx(-0.5, abs=0.12), f"error by paths: {table}"


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)
