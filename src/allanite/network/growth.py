"""How much use may have grown since the base year: the fastest outlook of each chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.network.supply import SupplyNetwork
from allanite.units import DAYS_PER_YEAR

TABLE: Final = "mineral_demand_outlook"
BASE: Final = "base"
TOTAL: Final = "totalDemand"
# Names of the outlook that differ from those of the chains.
CHAIN_OF: Final[Mapping[str, str]] = {"rare earth elements": "rare earths"}


def fastest_growth(release: Release, base_year: int, start: date) -> dict[str, float]:
    """Growth of each chain's use from the middle of the base year to a day [1].

    The fastest scenario of table `mineral_demand_outlook` between the base year and the next
    year it gives, at an even rate. Chains without an outlook, and falling use, grow by 0.
    """
    rates: dict[str, dict[tuple[str, int], float]] = defaultdict(dict)
    for row in release.rows(TABLE):
        if row["end_use"] == TOTAL:
            mineral = str(row["mineral"]).lower()
            key = row["scenario"], int(row["year"])
            rates[CHAIN_OF.get(mineral, mineral)][key] = float(row["demand_rate"])
    years = (start - date(base_year, 7, 1)).days / DAYS_PER_YEAR
    return {chain: _fastest(found, base_year, years) for chain, found in sorted(rates.items())}


def _fastest(rates: Mapping[tuple[str, int], float], base_year: int, years: float) -> float:
    base = rates.get((BASE, base_year))
    later = [year for _, year in rates if year > base_year]
    if not base or not later or years <= 0:
        return 0.0
    following = min(later)
    highest = max(rate for (_, year), rate in rates.items() if year == following)
    yearly = np.log(highest / base) / (following - base_year)
    return max(float(np.expm1(yearly * years)), 0.0)


def node_growth(network: SupplyNetwork, growth: Mapping[str, float]) -> FloatArray:
    """Growth by chain as growth at each node, shape (V,) [1]; 0 for a chain without one."""
    by_material = np.array([growth.get(chain, 0.0) for chain in network.material_chain])
    return np.asarray(by_material[network.node_material], dtype=np.float64)
