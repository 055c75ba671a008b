"""The shipped network and its law, made once a session."""

from __future__ import annotations

import pytest

from allanite import Release
from allanite.law.controls import Controls, load_controls
from allanite.network.load import load_network
from allanite.network.supply import SupplyNetwork


@pytest.fixture(scope="session")
def network(release: Release) -> SupplyNetwork:
    return load_network(release)


@pytest.fixture(scope="session")
def controls(release: Release) -> Controls:
    return load_controls(release)
