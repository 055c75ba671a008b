"""From a release and a case to everything a brief is written from.

The one place of `present` that runs studies: baseline, exposure, flows, supply risk, joint
priorities, law of the day, response, choke points, plan and cooperation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from allanite.axis import Axis
from allanite.catalogue.store import Release
from allanite.conditions.case import Case
from allanite.conditions.horizon import MONTH, Horizon
from allanite.conditions.pending import pending_controls
from allanite.errors import UsageError
from allanite.law.controls import load_controls
from allanite.law.state import (
    ArticleState,
    changes_between,
    changes_table,
    state_on,
    states_table,
)
from allanite.network.load import BASE_YEAR
from allanite.network.reconcile import Baseline
from allanite.network.supply import SupplyNetwork
from allanite.network.tables import observations_table, rates_table
from allanite.network.totals import baseline_totals
from allanite.present.brief import Brief, check_folder, write_brief
from allanite.present.data import BriefData
from allanite.present.gather_contracts import contract_results, element_results
from allanite.present.places import places_of
from allanite.record import RunRecord, Stopwatch, package_versions, peak_memory
from allanite.studies.chain_flows import trace_chain
from allanite.studies.coalition.request import ShareRequest
from allanite.studies.coverage import ALL_END_USES, load_coverage
from allanite.studies.plan_terms import plan_of, plan_request
from allanite.studies.priorities import LIST_OF_PARTNER, rank_priorities
from allanite.studies.response.request import ResponseRequest
from allanite.studies.response.scan import SCAN_PERIODS
from allanite.studies.response.solve import KNOWLEDGE
from allanite.studies.supply_risk_tables import supply_risk
from allanite.studies.tracing import Rates
from allanite.studies.world_output import world_output
from allanite.workbench import (
    ReconciledNetwork,
    load_network,
    plan,
    respond,
    scan_choke_points,
    share,
    trace_exposure,
)

WORKERS: Final = 2  # processes that work on the courses of a plan
SHARED_COURSES: Final = 32  # courses that all coalitions of a brief plan on
# The law names the Union by its own code.
_TERRITORY: Final[Mapping[str, str]] = {"XEU": "EU"}
# Release tables that a brief shows, whole.
SHOWN_TABLES: Final = (
    "assumptions",
    "chain_checks",
    "control_effects",
    "control_parameters",
    "control_periods",
    "controls",
    "corrections",
    "country_outlines",
    "demand_steps",
    "end_use_sectors",
    "freight_costs",
    "government_stocks",
    "material_prices",
    "materials",
    "mineral_gaps",
    "mineral_lists",
    "mineral_stages",
    "ramp_times",
    "regions",
    "sites",
    "stage_costs",
)
RESPONSE_MONTHS: Final = 24
# Odds that a reader doubts first; the plan is tried under each.
PLAN_SHIFTS: Final = ("embargo-half", "embargo-twice", "delays-worse", "demand-low")


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefRequest:
    """What a brief is asked for.

    Attributes:
        case: who asks about what.
        as_of: the day it speaks of; since: changes are told from this day on.
        seed: seed of the redraws of the baseline.
        months: how far who stops first and what to do look ahead.
        plan: whether what to build and store is worked out, where the case has a plan.
        sharing: whether who pays is worked out too, where there is a plan of several partners.
        contracts: whether contracts are valued, support designed and a duty followed.
    """

    case: Case
    as_of: date
    since: date
    seed: int
    months: int = RESPONSE_MONTHS
    plan: bool = True
    sharing: bool = True
    contracts: bool = True


def make_brief(
    release: Release,
    request: BriefRequest,
    folder: Path,
    progress: Callable[[str, int, int], None] | None = None,
) -> Brief:
    """Run the studies of a case and write its brief to `folder`, all or nothing.

    Args:
        release: the data.
        request: case, days, what is worked out.
        folder: where the brief goes.
        progress: called with (what is done, steps done, steps); 0 steps are of unknown number.

    Raises:
        UsageError: a region of the case that no table has, days in the wrong order, or a folder
            that holds something else.
    """
    watch = Stopwatch()
    case = request.case
    check_folder(folder)
    check_case(case, release)
    _check_days(request)
    network = load_network(release, seed=request.seed)
    results = {
        **law_tables(case, release, request.since, request.as_of),
        **baseline_results(case, release, network),
        **priority_results(case, release),
        **response_results(case, network, request.as_of, request.months),
        **(plan_results(case, network, request.seed, progress) if request.plan else {}),
        **(sharing_results(case, network, request.seed, progress) if is_shared(request) else {}),
        **(contract_results(case, network, request.seed, progress) if request.contracts else {}),
    }
    results |= element_results(case, network, results)
    data = brief_data(case, release, request.since, request.as_of, results)
    record = _record(request, release, watch)
    return write_brief(data, record, folder)


def _record(request: BriefRequest, release: Release, watch: Stopwatch) -> RunRecord:
    case = request.case
    return RunRecord(
        command=f"brief {case.case_id}",
        parameters={
            "partners": list(case.partners),
            "watched": case.watched,
            "as_of": request.as_of.isoformat(),
            "since": request.since.isoformat(),
            "base_year": case.base_year,
            "months": request.months,
            "plan": request.plan and case.plan is not None,
            "sharing": is_shared(request),
            "contracts": request.contracts,
        },
        data_digest=release.digest,
        seed=request.seed,
        versions=package_versions(),
        seconds=watch.seconds(),
        peak_memory=peak_memory(),
    )


def _check_days(request: BriefRequest) -> None:
    if request.since > request.as_of:
        raise UsageError(
            f"--since {request.since} is after --as-of {request.as_of}: changes are told from"
            " the earlier day to the later one"
        )


def baseline_results(
    case: Case, release: Release, network: ReconciledNetwork
) -> dict[str, pa.Table]:
    """The reconciled baseline, flows of the case's elements, and the partners' exposure."""
    baseline = network.baseline
    _check_end_uses(case, network.supply)
    elements = [element for group in case.element_groups for element in group.elements]
    coverage = load_coverage(release)
    traced = list(dict.fromkeys([*elements, *coverage.chains]))
    exposure = trace_exposure(network, elements=traced)
    shown = pa.array([ALL_END_USES, *case.end_uses])
    partners = pa.array(case.partners)
    kept = {
        name: exposure.tables[name].filter(
            pc.and_(
                pc.is_in(exposure.tables[name]["demand_region"], partners),
                pc.is_in(exposure.tables[name]["end_use"], shown),
            )
        )
        for name in ("exposure_by_country", "exposure_concentration")
    }
    return {
        **kept,
        "baseline_observations": observations_table(baseline, release),
        "baseline_rates": rates_table(baseline),
        "baseline_totals": baseline_totals(baseline, release),
        "world_output": world_output(baseline, coverage),
        "chain_flows": trace_chain(baseline.network, _rates(baseline), elements),
    }


def _check_end_uses(case: Case, network: SupplyNetwork) -> None:
    """Raise `ModelError` for an end use of the case that the network does not have."""
    known = Axis(f"end use in case {case.case_id}:", tuple(dict.fromkeys(network.demands.end_use)))
    known.positions(case.end_uses)


def _rates(baseline: Baseline) -> Rates:
    return Rates(
        process_flow=baseline.process_flow(),
        route=baseline.route_rate,
        demand=baseline.demand_rate,
        stock_change=baseline.stock_change_rate,
    )


def response_results(
    case: Case, network: ReconciledNetwork, as_of: date, months: int = RESPONSE_MONTHS
) -> dict[str, pa.Table]:
    """Who stops first and what to do, from the first day of the month on, and choke points.

    Looked at are the watched issuer's controls whose state is open or changes around the time
    looked at, read as observed, in both ends of what may come, and the case of no licence.
    """
    horizon = Horizon(as_of.replace(day=1), MONTH, months)
    controls = load_controls(network.release)
    request = ResponseRequest(
        horizon=horizon,
        controls=pending_controls(controls, case.watched, horizon),
        knowledge=KNOWLEDGE,
        pairs=True,
        ends=True,
        stress=True,
    )
    year = Horizon(horizon.start, 2 * MONTH, SCAN_PERIODS // 2)
    return {
        **respond(network, case, request).tables,
        **scan_choke_points(network, case, horizon=year, levels=("country",)).tables,
    }


def plan_results(
    case: Case,
    network: ReconciledNetwork,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, pa.Table]:
    """What to build and store, as the case asks; nothing where it has no plan."""
    if case.plan is None:
        return {}
    asked = replace(plan_request(case.plan, seed), shifts=PLAN_SHIFTS)
    return dict(plan(network, case, asked, progress, workers=WORKERS).tables)


def is_shared(request: BriefRequest) -> bool:
    """Whether who pays is worked out: it takes a plan, and more than one partner."""
    has_plan = request.plan and request.case.plan is not None
    return has_plan and request.sharing and len(request.case.partners) > 1


def sharing_results(
    case: Case,
    network: ReconciledNetwork,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, pa.Table]:
    """What acting together is worth, who pays, who holds which stock, as the case asks."""
    budget = plan_of(case).budget
    asked = ShareRequest(budget=budget, scenarios=SHARED_COURSES, seed=seed)
    return dict(share(network, case, asked, progress, workers=WORKERS).tables)


def priority_results(case: Case, release: Release) -> dict[str, pa.Table]:
    """Supply risk of the partners, and their joint priorities where they have lists."""
    risk = supply_risk(release).table("supply_risk")
    found = {"supply_risk": risk.filter(pc.is_in(risk["region"], pa.array(case.partners)))}
    if set(case.partners) <= set(LIST_OF_PARTNER):
        ranked = rank_priorities(release, case.partners, risk, year=case.base_year)
        found["joint_priorities"] = ranked.table("joint_priorities")
    return found


def check_case(case: Case, release: Release) -> None:
    """Raise `UsageError` for a region no table has, or another year than the network's."""
    known = set(release.table("regions").column("region").to_pylist())
    unknown = [code for code in (case.watched, *case.partners) if code not in known]
    if unknown:
        raise UsageError(
            f"case {case.case_id}: unknown regions {', '.join(unknown)};"
            " `allanite data show regions` lists the codes"
        )
    if case.base_year != BASE_YEAR:
        raise UsageError(
            f"case {case.case_id}: base_year {case.base_year}; the network of this release is"
            f" that of {BASE_YEAR}"
        )


def shown_tables(release: Release) -> dict[str, pa.Table]:
    """The release tables a brief shows, as far as the release has them."""
    return {name: release.table(name) for name in SHOWN_TABLES if name in release.entries}


def law_tables(case: Case, release: Release, since: date, as_of: date) -> dict[str, pa.Table]:
    """States on the day, and changes since: what bears on a partner, and what others issue."""
    controls = load_controls(release)
    bearing = {
        (found.applicable.control.control_id, found.applicable.article.article)
        for partner in case.partners
        for found in state_on(controls, as_of, destination=_TERRITORY.get(partner, partner))
    }

    def matters(found: ArticleState) -> bool:
        control, article = found.applicable.control, found.applicable.article
        return control.issuer != case.watched or (control.control_id, article.article) in bearing

    states = [state for state in state_on(controls, as_of) if matters(state)]
    changes = [c for c in changes_between(controls, since, as_of) if matters(c.after)]
    return {"control_states": states_table(states), "control_changes": changes_table(changes)}


def brief_data(
    case: Case, release: Release, since: date, as_of: date, results: Mapping[str, pa.Table]
) -> BriefData:
    """The data of a brief: shown and result tables, and the sources they name."""
    tables = {**shown_tables(release), **results}
    tables["sources"] = _sources(release, tables)
    return BriefData(
        case=case,
        as_of=as_of,
        since=since,
        places=places_of(case, release.rows("regions")),
        tables=tables,
        release=release.release,
        data_digest=release.digest,
    )


def _sources(release: Release, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Rows of table `sources` that any of the tables names."""
    used: set[str] = set()
    for table in tables.values():
        for name in ("source_id", "production_source"):
            if name in table.column_names:
                used |= {x for x in table.column(name).to_pylist() if x}
    sources = release.table("sources")
    return sources.filter(
        pc.is_in(sources.column("source_id"), pa.array(sorted(used), pa.string()))
    )
