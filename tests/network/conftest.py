"""The shipped network and its baseline, made once a session."""

from __future__ import annotations

import pytest

from allanite import Release
from allanite.network.load import load_network
from allanite.network.observations import Observations
from allanite.network.observe import load_observations
from allanite.network.reconcile import Baseline, reconcile_baseline
from allanite.network.supply import SupplyNetwork


@pytest.fixture(scope="session")
def network(release: Release) -> SupplyNetwork:
    return load_network(release)


@pytest.fixture(scope="session")
def observations(release: Release, network: SupplyNetwork) -> Observations:
    return load_observations(release, network)


@pytest.fixture(scope="session")
def baseline(observations: Observations) -> Baseline:
    return reconcile_baseline(observations, seed=1, draws=20)
