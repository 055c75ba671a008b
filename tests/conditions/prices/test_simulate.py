"""Simulated prices against closed forms, and what must always hold of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from small_model import plain_model, started_at

from allanite.conditions.prices.dynamics import forward_price, monthly_chance
from allanite.conditions.prices.model import PriceModel
from allanite.conditions.prices.oxides import OXIDE_AXIS, product_weight
from allanite.conditions.prices.paths import PricePaths
from allanite.errors import ModelError, UsageError

START = date(2027, 1, 1)
AHEAD = 5 / 12  # [yr] from August 2026, the middle of the last quarter, to January 2027


def all_paths(model: PriceModel, paths: int, months: int, seed: int = 1) -> PricePaths:
    (block,) = model.simulate(seed, paths, months, START, block=paths)
    return block


def test_mean_and_variance_are_those_of_the_transition() -> None:
    """x(t) ~ N(m + x0 e^{-kt}, (l^2 + s^2)(1 - e^{-2kt}) / 2k), both speeds k = 0.5."""
    model = started_at(plain_model(), 0.8)
    log_price = np.log(all_paths(model, 20_000, 36).price.astype(np.float64)) - 4.0
    years = AHEAD + np.arange(36) / 12
    mean = 0.8 * np.exp(-0.5 * years)
    variance = (0.4**2 + 0.3**2) * (1 - np.exp(-years))
    found = log_price.mean(axis=(0, 2))
    # The common level is shared by the oxides of a path: 20,000 draws stand behind a mean.
    assert np.all(np.abs(found - mean) < 4 * np.sqrt(variance / 20_000))
    np.testing.assert_allclose(log_price.var(axis=(0, 2)), variance, rtol=0.05)


def test_expected_price_is_the_forward_price_of_schwartz() -> None:
    """Schwartz (1997), one factor, within four standard errors of the simulation."""
    price = all_paths(started_at(plain_model(), -0.5), 40_000, 60).price[:, :, 0].astype(np.float64)
    years = AHEAD + np.arange(60) / 12
    expected = forward_price(float(np.exp(3.5)), 4.0, 0.5, 0.5, years)
    error = price.std(axis=0) / np.sqrt(price.shape[0])
    assert np.all(np.abs(price.mean(axis=0) - expected) < 4 * error)


def test_oxides_move_together_by_their_common_load() -> None:
    log_price = np.log(all_paths(plain_model(), 20_000, 24).price[:, -1].astype(np.float64))
    correlation = np.corrcoef(log_price[:, 0], log_price[:, 1])[0, 1]
    assert correlation == pytest.approx(0.4**2 / (0.4**2 + 0.3**2), abs=0.02)


def test_a_month_of_the_chain_takes_the_third_root_of_a_quarter() -> None:
    entry, leave = np.array([0.05]), np.array([0.2])
    a, b = (float(x[0]) for x in monthly_chance(entry, leave))
    month = np.array([[1 - a, a], [b, 1 - b]])
    np.testing.assert_allclose(np.linalg.matrix_power(month, 3), [[0.95, 0.05], [0.2, 0.8]])


def test_share_of_months_in_a_spell_is_the_stationary_one() -> None:
    """Spells lower the log mean by 0.4 for entry / (entry + leave) = 0.25 of the time."""
    model = plain_model(entry=0.05, leave=0.15, own=1e-6, common_load=1e-6)
    log_price = np.log(all_paths(model, 4_000, 240).price[:, 120:, 0].astype(np.float64))
    assert (4.0 - log_price).mean() / 0.4 == pytest.approx(0.25, abs=0.01)


def test_jumps_come_at_their_rate_and_size() -> None:
    """Mean spike in the long run: jumps a year times mean size over the decay.

    12 (1 - 0.95^{1/3}) jumps a year of mean 1 that decay at 1 a year; a month keeps e^{-1/12}.
    """
    model = plain_model(jump_chance=0.05, own=1e-6, common_load=1e-6)
    spike = (np.log(all_paths(model, 8_000, 240).price[:, 120:, 0].astype(np.float64)) - 4.0) / 0.7
    expected = (1 - 0.95 ** (1 / 3)) / (1 - np.exp(-1 / 12))
    assert spike.mean() == pytest.approx(expected, rel=0.06)  # the limit takes off a little
    assert spike.max() <= 4.0 + 1e-4


@pytest.mark.parametrize("biting", [True, False])
def test_outside_is_never_below_the_export_price(biting: bool) -> None:
    paths = all_paths(plain_model(biting=biting), 2_000, 60)
    assert (paths.outside >= paths.price).all()
    assert np.isfinite(paths.outside).all()


def test_controls_that_bite_hold_covered_oxides_only() -> None:
    paths = all_paths(plain_model(biting=True), 4_000, 1)
    ratio = np.median(paths.outside / paths.price, axis=(0, 1))
    assert ratio[OXIDE_AXIS.position("Dy")] == pytest.approx(np.exp(1.05), rel=0.02)
    assert ratio[OXIDE_AXIS.position("Nd")] == pytest.approx(np.exp(0.20), rel=0.02)


def test_same_seed_same_bytes_for_any_number_of_workers() -> None:
    model = plain_model(jump_chance=0.05, entry=0.05)
    runs = [
        [
            (b.price.tobytes(), b.outside.tobytes())
            for b in model.simulate(7, 700, 12, START, block=256, workers=workers)
        ]
        for workers in (1, 2, 3)
    ]
    assert runs[0] == runs[1] == runs[2]
    other = next(model.simulate(8, 700, 12, START, block=256))
    assert other.price.tobytes() != runs[0][0][0]


def test_blocks_hold_all_paths_in_the_declared_shape() -> None:
    shapes = [b.price.shape for b in plain_model().simulate(1, 600, 7, START, block=256)]
    assert shapes == [(256, 7, 12), (256, 7, 12), (88, 7, 12)]


def test_every_draw_is_used_as_often_as_any_other() -> None:
    model = plain_model(draws=3, own=1e-6, common_load=1e-6)
    mean = np.repeat([[1.0], [2.0], [3.0]], 12, axis=1)
    object.__setattr__(model.parameters, "mean", mean)
    log_price = np.log(all_paths(model, 300, 1).price[:, 0, 0])
    assert np.bincount(np.rint(log_price).astype(int)).tolist() == [0, 100, 100, 100]


def test_prices_stop_at_the_limit() -> None:
    model = started_at(plain_model(), 3.0)
    object.__setattr__(model, "limit", np.full(12, 5.0))
    assert all_paths(model, 100, 12).price.max() <= np.exp(5.0) * (1 + 1e-6)


def test_a_product_is_the_mix_of_its_oxides() -> None:
    paths = all_paths(plain_model(), 50, 6)
    mix = paths.product(product_weight("NdPr oxide"))
    pr, nd = OXIDE_AXIS.positions(["Pr", "Nd"])
    expected = 0.25 * paths.price[:, :, pr] + 0.75 * paths.price[:, :, nd]
    np.testing.assert_allclose(mix, expected, rtol=1e-6)
    assert (paths.product(product_weight("Dy oxide"), outside=True) >= 0).all()


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (np.full(12, 0.5), "sum to 6"),
        (np.ones(3) / 3, r"shape \(3,\)"),
        (np.eye(12)[0] - 2 * np.eye(12)[1] + 2 * np.eye(12)[2], "least -2"),
    ],
)
def test_a_mix_that_is_none_is_refused(weight: np.ndarray, words: str) -> None:
    paths = all_paths(plain_model(), 2, 1)
    with pytest.raises(ModelError, match=words):
        paths.product(weight)


def test_an_unknown_product_names_near_ones() -> None:
    with pytest.raises(ModelError, match="'NdPr oxide'"):
        product_weight("NdPr oxid")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1, 0, 12, START), "paths 0"),
        ((1, 10, 0, START), "months 0"),
        ((1, 10, 12, date(2026, 8, 1)), "2026-08-01 is not after"),
    ],
)
def test_nothing_to_simulate_is_refused(arguments: tuple, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        list(plain_model().simulate(*arguments))


def test_quotes_that_start_late_have_no_history() -> None:
    with pytest.raises(UsageError, match="2009"):
        plain_model().from_history()
