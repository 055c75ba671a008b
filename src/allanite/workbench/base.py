"""The reconciled network every question starts from, and the record of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from allanite.catalogue.store import Release
from allanite.network.load import load_network as load_supply_network
from allanite.network.observe import load_observations
from allanite.network.reconcile import DRAWS, Baseline, reconcile_baseline
from allanite.network.supply import SupplyNetwork
from allanite.record import RunRecord, Stopwatch, package_versions, peak_memory

DEFAULT_SEED: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class ReconciledNetwork:
    """The supply network of the base year with balanced rates.

    Attributes:
        release: the data it was made from.
        baseline: rates, redraws, residuals.
    """

    release: Release
    baseline: Baseline

    @property
    def supply(self) -> SupplyNetwork:
        """Materials, places, processes, routes, demands and stocks as arrays."""
        return self.baseline.network


def load_network(
    release: Release,
    *,
    seed: int = DEFAULT_SEED,
    draws: int = DRAWS,
    progress: Callable[[int, int], None] | None = None,
) -> ReconciledNetwork:
    """The network of a release, reconciled with all observations.

    Args:
        release: the data.
        seed: seed of the redraws; the same seed gives the same bytes.
        draws: redraws for intervals; 0 leaves intervals out.
        progress: called with (draws done, draws).

    Raises:
        DataError: a table the network needs has a fault.
        ModelError: rows that do not fit together.
        SolveError: balances and bounds contradict each other.
    """
    observations = load_observations(release, load_supply_network(release))
    return ReconciledNetwork(release, reconcile_baseline(observations, seed, draws, progress))


def run_record(
    command: str, parameters: Mapping[str, object], network: ReconciledNetwork, watch: Stopwatch
) -> RunRecord:
    """The record of a run on a network, which has gone on since the watch began."""
    return release_record(command, parameters, network.release, network.baseline.seed, watch)


def release_record(
    command: str, parameters: Mapping[str, object], release: Release, seed: int, watch: Stopwatch
) -> RunRecord:
    """The record of a run on a release alone, which has gone on since the watch began."""
    return RunRecord(
        command=command,
        parameters=parameters,
        data_digest=release.digest,
        seed=seed,
        versions=package_versions(),
        seconds=watch.seconds(),
        peak_memory=peak_memory(),
    )
