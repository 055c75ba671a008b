"""Calibration on drawn quotes finds what they were drawn from; chains are checked as stated."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.special import ndtr
from synthetic_quotes import COMMON, LOG_MEAN, OWN, REVERSION, drawn_quotes, quote

from allanite.conditions.prices.calibrate import Calibration, calibrate, price_limit
from allanite.conditions.prices.chains import (
    common_news,
    own_news,
    start_chains,
)
from allanite.conditions.prices.diagnose import effective_size, split_r_hat
from allanite.conditions.prices.grid import QUARTER, build_grid
from allanite.conditions.prices.oxides import OXIDES
from allanite.conditions.prices.quotes import POINT, PriceQuotes
from allanite.conditions.prices.scales import positive_normal

ROUNDS = 210
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def found() -> dict[int, Calibration]:
    return {seed: calibrate(drawn_quotes(seed), seed, rounds=ROUNDS) for seed in SEEDS}


def inside(draws: np.ndarray, truth: float) -> np.ndarray:
    """Whether the middle 90 % of the draws hold the truth."""
    low, high = np.percentile(draws, [5, 95], axis=0)
    return (low <= truth) & (truth <= high)


@pytest.mark.slow
def test_known_parameters_lie_in_their_ranges(found: dict[int, Calibration]) -> None:
    """Of 36 means, 36 volatilities and 36 loads, at least 70 % lie in the middle 90 %."""
    for name, truth in (("mean", LOG_MEAN), ("own", OWN), ("common_load", COMMON)):
        hits = [inside(getattr(c.model.parameters, name), truth) for c in found.values()]
        assert np.mean(hits) >= 0.7, name
    speeds = np.concatenate([c.model.parameters.reversion for c in found.values()])
    low, high = np.percentile(speeds, [1, 99])
    assert low < REVERSION < high


@pytest.mark.slow
def test_the_stated_errors_come_out_at_their_scale(found: dict[int, Calibration]) -> None:
    """Errors are drawn as stated: a scale of 1, however many rows are padded."""
    scales = np.concatenate([c.model.parameters.error_scale for c in found.values()])
    low, high = np.percentile(scales, [1, 99])
    assert low < 1.0 < high


@pytest.mark.slow
def test_the_spike_is_found_where_it_was(found: dict[int, Calibration]) -> None:
    for calibration in found.values():
        jumped = calibration.kept.jumped.mean(axis=(0, 1))
        assert jumped[16:19].sum() > 0.5  # by the prior 0.09


@pytest.mark.slow
def test_left_out_quotes_are_uniform_among_what_is_foretold(found: dict[int, Calibration]) -> None:
    quantile = np.concatenate([c.kept.quantile.mean(axis=(0, 1)) for c in found.values()])
    assert abs(quantile.mean() - 0.5) < 0.05
    assert abs((np.abs(quantile - 0.5) < 0.25).mean() - 0.5) < 0.08


def test_same_seed_same_bytes() -> None:
    quotes = drawn_quotes(5)
    first = calibrate(quotes, 5, rounds=7).model
    calibrate.cache_clear()
    again = calibrate(quotes, 5, rounds=7).model
    assert first is not again
    assert first.parameters.mean.tobytes() == again.parameters.mean.tobytes()
    assert first.state.level.tobytes() == again.state.level.tobytes()
    assert calibrate(quotes, 6, rounds=7).model.parameters.mean.tobytes() != (
        first.parameters.mean.tobytes()
    )


def test_a_single_quote_leaves_the_rest_to_the_priors() -> None:
    model = calibrate(PriceQuotes((quote("Dy", 72, 75, 250.0),)), 1, rounds=21).model
    paths = next(model.simulate(1, 50, 12, date(2027, 1, 1)))
    assert np.isfinite(paths.price).all()
    assert model.history is not None


def test_collapsed_precision_is_the_inverse_of_the_whole_covariance() -> None:
    """Common and own levels written out as one covariance over all quotes."""
    quotes = PriceQuotes(
        (quote("La", 0, 3, 2.0), quote("La", 5, 5, 3.0, POINT), quote("Dy", 2, 2, 90.0, POINT))
    )
    grid = build_grid(quotes)
    chains = start_chains(grid, 2, np.random.default_rng(3))
    news = common_news(grid, chains, own_news(grid, chains, chains.own))
    read, oxide = grid.flat_read, grid.oxide
    apart = np.abs(np.subtract.outer(np.arange(grid.quarters), np.arange(grid.quarters)))
    for c in range(2):
        k, o = chains.reversion[c], chains.own_reversion[c]
        common = read @ (np.exp(-k * QUARTER * apart) / (2 * k)) @ read.T
        own = read @ (np.exp(-o * QUARTER * apart) / (2 * o)) @ read.T
        load = chains.load[c, oxide, 2]
        same = oxide[:, None] == oxide[None, :]
        whole = np.outer(load, load) * common + same * own * chains.own[c, oxide] ** 2
        whole += np.diag(chains.error_scale[c] ** 2 * grid.variance[oxide, grid.row])
        np.testing.assert_allclose(news.precision[c] @ whole, np.eye(3), atol=1e-8)
        assert news.log_det[c] == pytest.approx(np.linalg.slogdet(whole)[1])


def test_draws_above_zero_follow_the_cut_normal() -> None:
    """Mean of a normal above 0: m + s pdf(m/s) / cdf(m/s); far below, s^2 / -m."""
    generator = np.random.default_rng(1)
    middle = np.repeat([1.0, 0.0, -2.0, -12.0], 40_000)
    draws = positive_normal(middle, np.ones_like(middle), generator).reshape(4, -1)
    assert (draws >= 0).all()
    m = np.array([1.0, 0.0, -2.0])
    pdf = np.exp(-0.5 * m**2) / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(draws[:3].mean(axis=1), m + pdf / ndtr(m), rtol=0.02)
    assert draws[3].mean() == pytest.approx(1 / 12, rel=0.03)


def test_limits_follow_the_dearest_quote() -> None:
    quotes = PriceQuotes((quote("Dy", 19, 19, 3000.0, POINT), quote("Y", 72, 75, 9.0)))
    limit = np.exp(price_limit(quotes))
    assert limit[OXIDES.index("Dy")] == pytest.approx(9000)
    assert limit[OXIDES.index("Y")] == pytest.approx(135)
    assert np.isinf(limit[OXIDES.index("La")])


def test_agreement_of_chains_is_seen() -> None:
    generator = np.random.default_rng(1)
    good = generator.standard_normal((4, 400))
    assert split_r_hat(good) < 1.02
    assert 1000 < effective_size(good) <= 1600
    apart = good + np.array([[0.0], [0.0], [3.0], [3.0]])
    assert split_r_hat(apart) > 1.5
    slow = np.cumsum(generator.standard_normal((4, 400)), axis=1)
    assert effective_size(slow) < 40
