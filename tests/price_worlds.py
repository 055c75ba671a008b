"""A price process on few rounds, and blocks of paths drawn from it."""

from __future__ import annotations

from functools import cache

from allanite.catalogue.store import Release, load_release
from allanite.conditions.prices.calibrate import calibrate
from allanite.conditions.prices.model import PriceModel
from allanite.conditions.prices.outside import load_premiums
from allanite.conditions.prices.quotes import load_quotes

ROUNDS = 120  # so few that its prices are good for tests alone


@cache
def rough_model() -> PriceModel:
    """The process of the release on few rounds, once for all tests."""
    return _calibrated(load_release())


def _calibrated(release: Release) -> PriceModel:
    return calibrate(load_quotes(release), 1, load_premiums(release), rounds=ROUNDS).model
