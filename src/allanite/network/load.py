"""Data release to `SupplyNetwork`: the one place where tables become arrays.

Each mineral chain has a function that adds its rows to one draft; `CHAINS` lists them.
A new chain is a new function and one more entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from allanite.catalogue.store import Release
from allanite.network.assumptions import Assumptions, load_assumptions
from allanite.network.audit import audit_network, refuse_errors
from allanite.network.draft import NetworkDraft
from allanite.network.minerals import draft_minerals
from allanite.network.rare_earths import draft_rare_earths
from allanite.network.supply import SupplyNetwork

BASE_YEAR: Final = 2024
ChainDraft = Callable[[NetworkDraft, Release, Assumptions, int], None]
CHAINS: Final[tuple[ChainDraft, ...]] = (draft_rare_earths, draft_minerals)


def load_network(release: Release) -> SupplyNetwork:
    """The network of the base year, all chains together.

    Raises:
        DataError: an assumption or a recipe that the network needs is missing.
        ModelError: rows that name places or materials that do not exist, or errors that
            `audit_network` finds, such as mass from nothing.
    """
    network = build_network(release)
    refuse_errors(audit_network(network))
    return network


def build_network(release: Release) -> SupplyNetwork:
    """The network as `load_network` gives it, with whatever errors an audit would find."""
    return draft_network(release).build(BASE_YEAR)


def draft_network(release: Release) -> NetworkDraft:
    """The rows of all chains, before they become arrays."""
    draft = NetworkDraft()
    assumptions = load_assumptions(release)
    for add_chain in CHAINS:
        add_chain(draft, release, assumptions, BASE_YEAR)
    return draft
