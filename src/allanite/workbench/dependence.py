"""Who depends on whom, how risky that is, and which minerals come first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allanite.catalogue.store import Release
from allanite.studies.concentration import country_risk
from allanite.studies.coverage import ALL_END_USES, load_coverage
from allanite.studies.exposure import trace_exposure as trace_baseline
from allanite.studies.priorities import rank_priorities as rank_with_risk
from allanite.studies.result import Result
from allanite.studies.supply_risk_tables import supply_risk
from allanite.workbench.base import ReconciledNetwork


def trace_exposure(
    network: ReconciledNetwork,
    *,
    region: str | None = None,
    end_use: str = ALL_END_USES,
    elements: Iterable[str] | None = None,
    stages: Iterable[str] | None = None,
) -> Result:
    """Where demand's supply comes from through every tier, before anyone substitutes.

    Where nobody published enough, a row says `no data` and has no share.

    Args:
        network: a reconciled network.
        region: demand region, e.g. `JPN`; None traces all regions and end uses.
        end_use: end use of that region; `all` adds them up.
        elements: symbols; all by default.
        stages: stages to trace to; all by default.

    Raises:
        ModelError: an unknown region, end use, element or stage, with the nearest names.
    """
    return trace_baseline(
        network.baseline,
        country_risk(network.release, network.supply.year),
        data_digest=network.release.digest,
        elements=elements,
        stages=stages,
        demand=None if region is None else (region, end_use),
        coverage=load_coverage(network.release),
    )


def assess_supply_risk(release: Release) -> Result:
    """GeoPolRisk of every importing region, commodity and year; gaps are marked, never 0."""
    return supply_risk(release)


def rank_priorities(
    release: Release, partners: Sequence[str] = ("USA", "JPN"), *, year: int = 2024
) -> Result:
    """Joint ranking of minerals for several partners, with what missing data could change."""
    risk = supply_risk(release).tables["supply_risk"]
    return rank_with_risk(release, partners, risk, year=year)
