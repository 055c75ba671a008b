"""Time of exposure, supply risk and joint priorities on the release that ships.

python benchmarks/exposure_release.py [--draws S]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from scipy.sparse import csc_array

from allanite import load_release
from allanite.axis import FloatArray
from allanite.network.load import load_network
from allanite.network.observe import load_observations
from allanite.network.reconcile import Baseline, reconcile_baseline
from allanite.network.supply import SupplyNetwork
from allanite.studies.concentration import country_risk
from allanite.studies.exposure import trace_exposure
from allanite.studies.priorities import rank_priorities
from allanite.studies.supply_risk import assess_supply_risk
from allanite.studies.supply_risk_tables import load_risk_inputs, supply_risk

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Central:
    """A baseline without its draws."""

    baseline: Baseline
    draws: None = None

    @property
    def network(self) -> SupplyNetwork:
        """The network."""
        return self.baseline.network

    @property
    def route_rate(self) -> FloatArray:
        """Routes [t/yr]."""
        return self.baseline.route_rate

    @property
    def demand_rate(self) -> FloatArray:
        """Demands [t/yr]."""
        return self.baseline.demand_rate

    @property
    def stock_change_rate(self) -> FloatArray:
        """Into stock [t/yr]."""
        return self.baseline.stock_change_rate

    def process_flow(self, draw: int | None = None) -> csc_array:
        """Flow of each process at each node [t/yr]."""
        return self.baseline.process_flow(draw)


def timed(name: str, call: Callable[[], Answer]) -> Answer:
    """Call, print the seconds, return the answer."""
    start = time.perf_counter()
    answer = call()
    print(f"{name}: {time.perf_counter() - start:.2f} s")
    return answer


def main() -> None:
    """Time each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=100)
    draws = parser.parse_args().draws
    release = load_release()
    network = timed("load network", lambda: load_network(release))
    seen = timed("load observations", lambda: load_observations(release, network))
    baseline = timed("reconcile", lambda: reconcile_baseline(seen, seed=1, draws=draws))
    risk = country_risk(release, network.year)
    timed("exposure, central", lambda: trace_exposure(Central(baseline), risk))
    traced = timed(f"exposure, {draws} draws", lambda: trace_exposure(baseline, risk))
    print({name: table.num_rows for name, table in traced.tables.items()})
    inputs, _ = timed("supply risk, reading", lambda: load_risk_inputs(release))
    timed("supply risk, arrays", lambda: assess_supply_risk(inputs))
    table = timed("supply risk, all", lambda: supply_risk(release)).tables["supply_risk"]
    print(f"{table.num_rows:,} rows")
    timed("priorities", lambda: rank_priorities(release, ["USA", "JPN"], table, year=2024))


if __name__ == "__main__":
    main()
