"""Odds that contracts on offer in a plan leave, on a rough price process."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.price_worlds import rough_model

from allanite.catalogue.assumed import assumed_ends
from allanite.catalogue.store import Release
from allanite.conditions.instruments.kinds import ContractForDifference, Grant
from allanite.network.contract_options import (
    VALUED,
    ContractOptions,
    Key,
    load_contract_options,
    with_valued_odds,
)
from allanite.studies.contracts.option_odds import MONEY_SHARE, option_contracts, option_odds

PATHS = 400
Odds = dict[Key, tuple[float, float, float]]


@pytest.fixture(scope="module")
def options(release: Release) -> ContractOptions:
    return load_contract_options(release)


@pytest.fixture(scope="module")
def odds(release: Release, options: ContractOptions) -> Odds:
    return option_odds(release, options, rough_model(), paths=PATHS, seed=1)


def test_only_failures_for_want_of_money_are_cured(release: Release, odds: Odds) -> None:
    """At most 0.7 (0.5 to 0.85) of failures: 0.3 (0.15 to 0.5) are left at the least."""
    low, value, high = assumed_ends(release, MONEY_SHARE)
    for ends in odds.values():
        assert all(least - 1e-12 <= x <= 1 for least, x in zip(
            (1 - high, 1 - value, 1 - low), ends, strict=True))  # fmt: skip
        assert list(ends) == sorted(ends)


def test_a_floor_on_what_a_project_sells_does_more_than_one_on_a_side_product(odds: Odds) -> None:
    assert odds["BR_CALDEIRA", "NdPr floor"][1] < odds["BR_CALDEIRA", "Dy and Tb floor"][1]
    assert odds["AU_BROWNS_RANGE", "Dy and Tb floor"][1] < odds["AU_BROWNS_RANGE", "NdPr floor"][1]


def test_a_higher_floor_leaves_no_more_failures(
    release: Release, options: ContractOptions, odds: Odds
) -> None:
    dearer = replace(options.strike, value=2.0 * options.strike.value)
    above = replace(options.upside_from, value=2.0 * options.upside_from.value)
    raised = replace(options, strike=dearer, upside_from=above)
    more = option_odds(release, raised, rough_model(), paths=PATHS, seed=1)
    assert all(more[key][1] <= odds[key][1] + 1e-12 for key in odds)
    assert any(more[key][1] < odds[key][1] - 0.05 for key in odds)


def test_guarantees_keep_their_estimate(options: ContractOptions, odds: Odds) -> None:
    valued = with_valued_odds(options, odds)
    for k, key in enumerate(options.keys):
        kept = key not in odds
        assert kept == (key[1] == "loan guarantee")
        assert (valued.quality[k] == VALUED) != kept
        if kept:
            assert valued.failure_factor.value[k] == options.failure_factor.value[k]


def test_a_contract_on_offer_becomes_instruments(options: ContractOptions) -> None:
    k = options.keys.index(("AU_DONALD", "grant"))
    (grant,) = option_contracts(options, k)
    assert grant.instruments == (Grant(amount=float(options.upfront_cost.value[k])),)
    k = options.keys.index(("AU_DONALD", "Dy and Tb floor"))
    floors = option_contracts(options, k)
    assert {c.product for c in floors} == {"Dy oxide", "Tb oxide"}
    strikes = options.strike.value[np.flatnonzero(options.floor_contract == k)]
    made = [c.instruments[0] for c in floors]
    assert all(isinstance(one, ContractForDifference) for one in made)
    assert [one.strike for one in made if isinstance(one, ContractForDifference)] == list(strikes)
