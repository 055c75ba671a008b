"""The Python side of the command line: one function for each question, under the same names.

    import allanite as al

    release = al.load_release()
    network = al.load_network(release)
    exposure = al.trace_exposure(network, region="JPN", end_use="Wind turbines")
    exposure.tables["exposure_by_country"].to_pandas()

Tables come out as Arrow; `to_pandas()` and `polars.from_arrow` convert them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_response import CHOKE_POINTS
from allanite.conditions.case import Case
from allanite.conditions.horizon import Horizon
from allanite.ensemble.coalition import cooperation_tables
from allanite.ensemble.plan import Means, sensitivity_rows, solve_plan
from allanite.ensemble.response_draws import DrawPlan, run_draws
from allanite.ensemble.side_by_side import side_by_side
from allanite.errors import UsageError
from allanite.network.load import load_network as load_supply_network
from allanite.network.observe import load_observations
from allanite.network.reconcile import DRAWS, Baseline, reconcile_baseline
from allanite.network.supply import SupplyNetwork
from allanite.record import RunRecord, Stopwatch, package_versions, peak_memory
from allanite.studies.asset_sale.request import SaleRequest
from allanite.studies.asset_sale.study import screen_sale as screen_baseline
from allanite.studies.backtest.study import BacktestRequest, backtest_tables
from allanite.studies.coalition.request import ShareRequest
from allanite.studies.concentration import country_risk
from allanite.studies.coverage import ALL_END_USES, load_coverage
from allanite.studies.exposure import trace_exposure as trace_baseline
from allanite.studies.plan.prepare import prepare_plan
from allanite.studies.plan.request import PlanRequest
from allanite.studies.plan.study import plan_tables
from allanite.studies.plan_terms import plan_assumptions, plan_of, plan_request
from allanite.studies.priorities import rank_priorities as rank_with_risk
from allanite.studies.response.courses import branch_cases
from allanite.studies.response.figures import choke_rows, ranked_chokes
from allanite.studies.response.prepare import Desk, prepare_desk
from allanite.studies.response.request import ResponseRequest, request_parameters, request_rules
from allanite.studies.response.scan import LEVELS, Level, Removal, list_removals, scan_removals
from allanite.studies.response.study import joined_tables, list_pieces, piece_rows
from allanite.studies.response.world import Rules
from allanite.studies.result import Result, snapped
from allanite.studies.supply_risk_tables import supply_risk

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


def respond(
    network: ReconciledNetwork,
    case: Case,
    request: ResponseRequest,
    progress: Callable[[str, int, int], None] | None = None,
    *,
    workers: int = 1,
) -> Result:
    """Who stops first under a curb, what is cheapest to do, and what each measure is worth.

    Args:
        network: a reconciled network.
        case: partners and the issuer they watch.
        request: controls and shocks, rules, what to rank.
        progress: called with (branch of the law, steps done, steps); with several workers
            with (`pieces`, pieces done, pieces).
        workers: processes that work on courses of the law and their rankings side by side.

    Raises:
        UsageError: an unknown control or branch; periods before the base year.
        DataError: a table lacks a row the network needs.
        SolveError: no response exists; what contradicts is named.
    """
    watch = Stopwatch()
    _check_start(network, request.horizon)
    desk = prepare_desk(network.release, network.baseline, request.horizon, request.controls)
    branches = branch_cases(desk, request, request_rules(case, request))
    pieces = list_pieces(branches, request)
    if workers > 1:
        work = partial(piece_rows, desk, case, request)
        told = None if progress is None else partial(progress, "pieces")
        parts = side_by_side(work, pieces[::-1], workers, told)[::-1]  # the longest first
    else:
        parts = [piece_rows(desk, case, request, piece, progress) for piece in pieces]
    tables = joined_tables(desk, parts)
    parameters = request_parameters(case, request)
    return Result(_record("respond", parameters, network, watch), tables)


def _check_start(network: ReconciledNetwork, horizon: Horizon) -> None:
    """Raise `UsageError` for periods before the year whose rates a response departs from."""
    year = network.supply.year
    if horizon.start.year < year:
        raise UsageError(
            f"the periods begin on {horizon.start}, before the data; the normal rates are those"
            f" of {year}: begin in {year} or later"
        )


def respond_draws(
    network: ReconciledNetwork,
    case: Case,
    request: ResponseRequest,
    plan: DrawPlan,
    progress: Callable[[int, int], object] | None = None,
) -> Result:
    """Intervals on the headline figures of a response, and which unknown matters most.

    Args:
        network: a reconciled network; its release and its seed are used, redraws are made anew.
        case: partners and the issuer they watch.
        request: as for `respond`; measures and knowledge are left out.
        plan: how many draws, where they are computed and kept.
        progress: called with (runs done, runs).

    Raises:
        UsageError: arguments that do not fit; a cluster or pool that fails.
        DataError: a table lacks a row or a range.
        SolveError: no response exists in a draw.
    """
    watch = Stopwatch()
    _check_start(network, request.horizon)
    made = run_draws(network.release, case, request, plan, network.baseline.seed, progress)
    parameters = {**request_parameters(case, request), **made.parameters}
    return Result(_record("respond", parameters, network, watch), made.tables)


def scan_choke_points(
    network: ReconciledNetwork,
    case: Case,
    *,
    horizon: Horizon,
    levels: Sequence[Level] = LEVELS,
    progress: Callable[[int, int], None] | None = None,
    workers: int = 1,
) -> Result:
    """Every place, and country, and stage removed in turn: table `choke_points`.

    Args:
        network: a reconciled network.
        case: partners and the issuer they watch.
        horizon: how long a place is gone.
        levels: `place`, `country` or both.
        progress: called with (removals done, removals), or (parts done, parts).
        workers: processes that work on parts of the list side by side.
    """
    watch = Stopwatch()
    desk = prepare_desk(network.release, network.baseline, horizon, ())
    rules = Rules(partners=case.partners, watched=case.watched)
    removals = [removal for level in levels for removal in list_removals(desk.world, level)]
    work = partial(_choke_rows, desk, rules, horizon)
    if workers > 1:
        parts = side_by_side(
            work, [removals[k::workers] for k in range(workers)], workers, progress
        )
    else:
        parts = [work(removals, progress)]
    rows = ranked_chokes(row for part in parts for row in part)
    table = rows_table(CHOKE_POINTS, rows)
    parameters = {
        "case": case.case_id,
        "start": horizon.start.isoformat(),
        "periods": horizon.count,
        "step": horizon.step,
        "levels": list(levels),
    }
    return Result(_record("scan", parameters, network, watch), {"choke_points": table})


def _choke_rows(
    desk: Desk,
    rules: Rules,
    horizon: Horizon,
    removals: list[Removal],
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, object]]:
    """Rows of `choke_points` of some removals, without ranks."""
    points = scan_removals(desk.world, rules, horizon, removals, progress)
    return [row for point in points for row in choke_rows(point, desk.names)]


def plan(
    network: ReconciledNetwork,
    case: Case,
    request: PlanRequest | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    checkpoint: Path | None = None,
) -> Result:
    """What to build and store now, what it saves, and how sure that is: tables `plan_...`.

    Args:
        network: a reconciled network.
        case: partners, the issuer they watch, and what a plan starts from.
        request: budget, risk, courses; those of the case by default.
        progress: called with (what is done, steps done, steps); 0 steps are of unknown number.
        workers: processes that work on courses side by side.
        scheduler: address of a Dask scheduler that works on them instead.
        checkpoint: file that the search goes on from, and is kept in.

    Raises:
        UsageError: a case without a plan, arguments that do not fit, a checkpoint of another plan.
        DataError: a table lacks a row the plan needs.
        SolveError: no plan meets the budgets.
    """
    watch, block, told = Stopwatch(), plan_of(case), progress or (lambda *_: None)
    asked = request or plan_request(block, network.baseline.seed)
    desk = prepare_plan(network.release, network.baseline, case, block)
    means = Means(workers=workers, scheduler=scheduler, checkpoint=checkpoint)
    answer = solve_plan(desk, asked, means, told)
    tables = plan_tables(answer, sensitivity_rows(desk, asked, answer, means, told))
    tables["plan_assumptions"] = plan_assumptions(network.release, block)
    parameters = {"case": case.case_id, "seed": asked.seed, **asked.parameters()}
    return Result(_record("plan", parameters, network, watch), snapped(tables))


def share(
    network: ReconciledNetwork,
    case: Case,
    request: ShareRequest | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    *,
    workers: int = 1,
    scheduler: str | None = None,
) -> Result:
    """What acting together is worth, who pays, whether it holds: tables `share_...`, `stock_...`.

    Arguments and errors as those of `plan`; a `UsageError` too where no partner has any demand.
    """
    return _cooperate("share", network, case, request, progress, (workers, scheduler))


def stock(
    network: ReconciledNetwork,
    case: Case,
    request: ShareRequest | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    *,
    workers: int = 1,
    scheduler: str | None = None,
) -> Result:
    """Who holds what in which form, joint against separate: tables `stock_...`, `share_rights`.

    Arguments and errors as those of `share`; only all together and each alone are planned for.
    """
    return _cooperate("stock", network, case, request, progress, (workers, scheduler))


def _cooperate(
    command: str,
    network: ReconciledNetwork,
    case: Case,
    request: ShareRequest | None,
    progress: Callable[[str, int, int], None] | None,
    workers: tuple[int, str | None],
) -> Result:
    watch, block, told = Stopwatch(), plan_of(case), progress or (lambda *_: None)
    means = Means(workers=workers[0], scheduler=workers[1])
    asked = request or ShareRequest(budget=block.budget, seed=network.baseline.seed)
    desk = prepare_plan(network.release, network.baseline, case, block)
    tables = cooperation_tables(command, desk, asked, means, told)
    return Result(_record(command, asked.told(case.case_id), network, watch), snapped(tables))


def screen_sale(network: ReconciledNetwork, request: SaleRequest) -> Result:
    """What a sale of sites gives its buyer, who stands behind it, who may ask: tables `sale_...`.

    Args:
        network: a reconciled network; it needs no redraws.
        request: what is sold to whom, on which day.

    Raises:
        UsageError: a buyer or seller that is not decided; candidates are listed.
        ModelError: an unknown site.
        DataError: stakes that add up to more than the whole.
    """
    watch = Stopwatch()
    tables = screen_baseline(network.release, network.baseline, request)
    return Result(_record("screen-sale", request.parameters(), network, watch), tables)


def backtest(
    network: ReconciledNetwork,
    request: BacktestRequest | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Result:
    """The response on past controls beside what was reported: tables `backtest_...`.

    Args:
        network: a reconciled network.
        request: events and readings; everything by default.
        progress: called with (what runs, runs done, runs).

    Raises:
        UsageError: a control of the event is not in the release.
        DataError: a table lacks a row that is needed.
        SolveError: no response exists; what contradicts is named.
    """
    watch, asked = Stopwatch(), request or BacktestRequest()
    tables = backtest_tables(network.release, network.baseline, asked, progress)
    parameters = {"events": list(asked.events), "readings": list(asked.readings)}
    return Result(_record("backtest", parameters, network, watch), tables)


def _record(
    command: str, parameters: Mapping[str, object], network: ReconciledNetwork, watch: Stopwatch
) -> RunRecord:
    return RunRecord(
        command=command,
        parameters=parameters,
        data_digest=network.release.digest,
        seed=network.baseline.seed,
        versions=package_versions(),
        seconds=watch.seconds(),
        peak_memory=peak_memory(),
    )
