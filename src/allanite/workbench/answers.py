"""What to do under a curb, how sure that is, and which places are choke points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_response import CHOKE_POINTS
from allanite.conditions.case import Case
from allanite.conditions.horizon import Horizon
from allanite.ensemble.response_draws import DrawPlan, run_draws
from allanite.ensemble.side_by_side import side_by_side
from allanite.errors import UsageError
from allanite.record import Stopwatch
from allanite.studies.response.courses import branch_cases
from allanite.studies.response.figures import choke_rows, ranked_chokes
from allanite.studies.response.prepare import Desk, prepare_desk
from allanite.studies.response.request import ResponseRequest, request_parameters, request_rules
from allanite.studies.response.scan import LEVELS, Level, Removal, list_removals, scan_removals
from allanite.studies.response.study import joined_tables, list_pieces, piece_rows
from allanite.studies.response.world import Rules
from allanite.studies.result import Result
from allanite.workbench.base import ReconciledNetwork, run_record


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
    return Result(run_record("respond", parameters, network, watch), tables)


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
    return Result(run_record("respond", parameters, network, watch), made.tables)


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
    return Result(run_record("scan", parameters, network, watch), {"choke_points": table})


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
