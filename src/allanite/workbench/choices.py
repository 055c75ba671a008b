"""What to build and store, what acting together is worth, and who holds which stock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from allanite.conditions.case import Case
from allanite.conditions.prices.load import load_price_model
from allanite.ensemble.coalition import cooperation_tables
from allanite.ensemble.plan import Means, sensitivity_rows, solve_plan
from allanite.network.contract_options import (
    ContractOptions,
    load_contract_options,
    with_valued_odds,
)
from allanite.record import Stopwatch
from allanite.studies.coalition.request import ShareRequest
from allanite.studies.contracts.option_odds import option_odds
from allanite.studies.plan.prepare import prepare_plan
from allanite.studies.plan.request import PlanRequest
from allanite.studies.plan.study import plan_tables
from allanite.studies.plan_terms import plan_assumptions, plan_of, plan_request
from allanite.studies.result import Result, snapped
from allanite.workbench.base import ReconciledNetwork, run_record

ODDS_PATHS: Final = 4_000  # price paths that odds of contracts are reckoned on


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
    contracts = _valued_contracts(network, asked.seed, told) if asked.contracts else None
    desk = prepare_plan(network.release, network.baseline, case, block, contracts=contracts)
    means = Means(workers=workers, scheduler=scheduler, checkpoint=checkpoint)
    answer = solve_plan(desk, asked, means, told)
    tables = plan_tables(answer, sensitivity_rows(desk, asked, answer, means, told))
    tables["plan_assumptions"] = plan_assumptions(network.release, block)
    parameters = {"case": case.case_id, "seed": asked.seed, **asked.parameters()}
    return Result(run_record("plan", parameters, network, watch), snapped(tables))


def _valued_contracts(
    network: ReconciledNetwork, seed: int, told: Callable[[str, int, int], None]
) -> ContractOptions:
    """Contracts on offer, with the odds they leave by the cash of their projects."""
    told("odds of contracts", 0, 0)
    release = network.release
    options, prices = load_contract_options(release), load_price_model(release)
    odds = option_odds(release, options, prices, paths=ODDS_PATHS, seed=seed)
    return with_valued_odds(options, odds)


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
    return Result(run_record(command, asked.told(case.case_id), network, watch), snapped(tables))
