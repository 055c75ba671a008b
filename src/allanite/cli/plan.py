"""Command `allanite plan`: what to build and store; with `compare`, two plans side by side.

`compare` stands where a case would: a case is one word, so that one command takes both.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from allanite.cli.desk import Desk, FolderOption, keep, one_of, open_desk, shown
from allanite.cli.options import (
    BudgetOption,
    CourseSeedOption,
    DaskOption,
    DataOption,
    JsonOption,
    OutOption,
    WorkersOption,
    YearlyOption,
)
from allanite.cli.plan_words import PlanWords, check_means, request_of
from allanite.cli.waiting import counting
from allanite.errors import UsageError
from allanite.present.output import emit, say

if TYPE_CHECKING:
    from allanite.conditions.case import Case
    from allanite.studies.plan.request import PlanRequest
    from allanite.studies.result import Result

COMPARE: Final = "compare"
ASSUMPTIONS: Final = "assumptions"
_TWO: Final = 2


def register(app: typer.Typer) -> None:
    """Add the command to the root application."""
    app.command(
        "plan",
        epilog="Examples: `allanite plan us-japan --budget 5000 --workers 2`; "
        "`allanite plan us-japan --budget USA=3000 --risk cvar:0.9:0.5 --out-folder cautious`; "
        "`allanite plan us-japan --show assumptions`; `allanite plan compare bold cautious`",
    )(plan)


def plan(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    case: Annotated[
        str,
        typer.Argument(
            help="A shipped case (us-japan, us-japan-australia, eu), a .yaml file, or `compare`."
        ),
    ] = "us-japan",
    results: Annotated[
        list[Path] | None,
        typer.Argument(
            help="After `compare`: two folders of --out-folder, or two files of --out.",
            show_default=False,
        ),
    ] = None,
    budget: BudgetOption = None,
    yearly: YearlyOption = None,
    scenarios: Annotated[int, typer.Option(help="Courses the plan is made on.")] = 32,
    risk: Annotated[
        str | None,
        typer.Option(
            help="cvar:CONFIDENCE:WEIGHT, such as cvar:0.9:0.5, or mean; that of the case if not "
            "given.",
            show_default=False,
        ),
    ] = None,
    whole: Annotated[
        bool,
        typer.Option("--whole/--any-size", help="Build lumpy projects whole or not at all."),
    ] = True,
    gap: Annotated[float, typer.Option(help="Relative gap at which the search ends.")] = 1e-3,
    seconds: Annotated[
        float | None,
        typer.Option(help="End the search after so long, with its gap.", show_default=False),
    ] = None,
    fresh: Annotated[
        int, typer.Option(help="Further courses the plan is tried on; 0 for none.")
    ] = 64,
    margin: Annotated[
        float,
        typer.Option(help="What a good plan may cost more, as a share of what the plan saves."),
    ] = 0.05,
    front: Annotated[
        bool, typer.Option("--front/--no-front", help="Plans by weight of the worst courses.")
    ] = True,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Try the plan under every shift of the odds.")
    ] = False,
    shift: Annotated[
        list[str] | None,
        typer.Option(
            help="Try it under this shift, such as embargo-twice; repeatable.", show_default=False
        ),
    ] = None,
    tree: Annotated[
        str | None,
        typer.Option(
            help="Compare with the plan that decides again every two years, on a tree with this "
            "branching, such as 4,2,2; see --show figures.",
            show_default=False,
        ),
    ] = None,
    contracts: Annotated[
        bool,
        typer.Option(
            "--contracts/--no-contracts",
            help="Offer projects price floors, grants and guarantees that keep them alive; see "
            "--show contracts.",
        ),
    ] = False,
    workers: WorkersOption = 1,
    dask: DaskOption = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            help="Keep the search in this file; a run that was stopped goes on from it.",
            show_default=False,
        ),
    ] = None,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: figures, projects, contracts, values, schedule, "
            "permits, stocks, cover, shortage, years, front, sensitivity, rounds, regimes or "
            "assumptions (which solves nothing).",
            show_default=False,
        ),
    ] = None,
    seed: CourseSeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Say what to build and store within a budget, what it saves, and how sure that is.

    `allanite plan compare A B` lays two plans side by side instead: what is built in one and not
    the other, costs, losses and stocks.
    """
    if case == COMPARE:
        _compare(results or [], as_json, out)
        return
    if results:
        raise UsageError(
            "allanite plan takes one case; `allanite plan compare A B` lays two results side by"
            " side"
        )
    words = PlanWords(
        budget=tuple(budget or ()), yearly=yearly, risk=risk, scenarios=scenarios, whole=whole,
        gap=gap, seconds=seconds, fresh=fresh, margin=margin, front=front,
        sensitivity=sensitivity, shifts=tuple(shift or ()), tree=tree, contracts=contracts,
        seed=seed,
    )  # fmt: skip
    table = _shown_table(show, words)
    chosen, request = _case_and_request(case, words)
    check_means(workers, dask, checkpoint)
    if show == ASSUMPTIONS:
        _show_assumptions(chosen, data, as_json, out)
        return
    desk = open_desk(chosen, data, seed, out_folder)
    result = _solve(desk, request, workers, dask, checkpoint)
    keep(result, out_folder)
    if not shown(result, table, "plan_projects", as_json=as_json, out=out):
        _say_plan(desk, request, result)


def _case_and_request(name: str, words: PlanWords) -> tuple[Case, PlanRequest]:
    from allanite.conditions.case import load_case

    chosen = load_case(name)
    return chosen, request_of(chosen, words)


def _shown_table(show: str | None, words: PlanWords) -> str | None:
    """The table that is asked for; raises `UsageError` for one that this plan would not have."""
    from allanite.present.plan_text import SHOWN

    if show is None:
        return None
    table = SHOWN[one_of("--show", show, tuple(SHOWN))]
    if show == "front" and not words.front:
        raise UsageError("--show front: leave --no-front out")
    if show == "contracts" and not words.contracts:
        raise UsageError("--show contracts: add --contracts")
    if show == "sensitivity" and not (words.sensitivity or words.shifts):
        raise UsageError("--show sensitivity: add --sensitivity, or --shift and a name")
    return table


def _show_assumptions(case: Case, data: Path | None, as_json: bool, out: Path | None) -> None:
    """Every assumption of the plan, without solving it."""
    from allanite.catalogue.store import load_release
    from allanite.studies.plan_terms import plan_assumptions, plan_of

    found = plan_assumptions(load_release(data=data), plan_of(case))
    emit(found, title="plan_assumptions", as_json=as_json, out=out)


def _solve(
    desk: Desk, request: PlanRequest, workers: int, dask: str | None, checkpoint: Path | None
) -> Result:
    from allanite.workbench import plan as solve

    with counting("Plan") as tell:
        result = solve(
            desk.network,
            desk.case,
            request,
            tell,
            workers=workers,
            scheduler=dask,
            checkpoint=checkpoint,
        )
    if checkpoint is not None:
        say([f"kept the search in {checkpoint.name}; the same command goes on from it"], True)
    return result


def _say_plan(desk: Desk, request: PlanRequest, result: Result) -> None:
    from allanite.present.gather import brief_data
    from allanite.present.plan import budget_words
    from allanite.present.plan_text import plan_lines, readable_projects, readable_stocks
    from allanite.studies.plan_terms import plan_of

    start = plan_of(desk.case).horizon.start
    told = brief_data(desk.case, desk.release, desk.case.since, start, result.tables)
    say([budget_words(told, request.budget), *plan_lines(told)])
    for table, title in (
        (readable_projects(told), "What to build"),
        (readable_stocks(told), "What to store"),
    ):
        if table.num_rows:
            emit(table, title=title)


def _compare(results: list[Path], as_json: bool, out: Path | None) -> None:
    """Two plans side by side."""
    from allanite.present.plan_compare import comparison_lines, comparison_table, read_plan_tables

    if len(results) != _TWO:
        raise UsageError("write allanite plan compare A B: two folders, or two files of one table")
    first, second = (read_plan_tables(path) for path in results)
    table = comparison_table(first, second)
    if as_json or out is not None:
        emit(table, as_json=as_json, out=out)
        return
    names = (results[0].name, results[1].name)
    say(comparison_lines(first, second, names))
    emit(table, title=f"{names[0]} (first) and {names[1]} (second)")
