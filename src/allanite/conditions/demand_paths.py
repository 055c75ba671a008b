"""How much demand grows along a path: by an outlook, or by a yearly rate of the case.

Between the years of an outlook use grows at an even rate; before the first year it grows from
the base year on, and after the last it stays. Chains without an outlook or a rate do not grow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.conditions.horizon import Horizon
from allanite.conditions.uncertainty import DemandPath
from allanite.errors import DataError, Finding
from allanite.network.growth import BASE, CHAIN_OF, TABLE, TOTAL


def demand_factors(
    path: DemandPath, release: Release, base_year: int, horizon: Horizon
) -> dict[str, FloatArray]:
    """Demand by chain as a factor on that of the base year, each of shape (P,) [1].

    A period stands at its middle, the base year at its own.

    Raises:
        DataError: the outlook has no scenario of that name.
    """
    middles = horizon.years + horizon.step / 2
    found = {}
    if path.outlook:
        for chain, points in _outlook(path.outlook, release, base_year).items():
            years = np.array(sorted(points)) + 0.5
            logs = np.log([points[year] for year in sorted(points)])
            found[chain] = np.asarray(np.exp(np.interp(middles, years, logs) - logs[0]))
    for chain, growth in path.growth:
        found[chain] = np.asarray((1 + growth) ** np.maximum(middles - base_year - 0.5, 0.0))
    return found


def mean_demand_factors(
    paths: tuple[DemandPath, ...], release: Release, base_year: int, horizon: Horizon
) -> dict[str, FloatArray]:
    """Factors of all paths, weighed with their probabilities; errors as `demand_factors`."""
    by_path = [demand_factors(path, release, base_year, horizon) for path in paths]
    chains = sorted({chain for found in by_path for chain in found})
    still = np.ones(horizon.count)
    return {
        chain: np.asarray(
            sum(
                path.probability * found.get(chain, still)
                for path, found in zip(paths, by_path, strict=True)
            )
        )
        for chain in chains
    }


def _outlook(name: str, release: Release, base_year: int) -> Mapping[str, dict[int, float]]:
    """Use by chain and year along one scenario, from the base year on [t/yr]."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    scenarios = set()
    for row in release.rows(TABLE):
        scenarios.add(str(row["scenario"]))
        year = int(row["year"])
        is_base = row["scenario"] == BASE and year == base_year
        if row["end_use"] == TOTAL and (is_base or (row["scenario"] == name and year > base_year)):
            mineral = str(row["mineral"]).lower()
            found[CHAIN_OF.get(mineral, mineral)][year] = float(row["demand_rate"])
    if name not in scenarios:
        allowed = ", ".join(sorted(scenarios - {BASE}))
        remedy = "Name a scenario of the outlook."
        raise DataError(
            [Finding(table=TABLE, place="scenario", found=name, allowed=allowed, remedy=remedy)]
        )
    return {chain: points for chain, points in found.items() if base_year in points}
