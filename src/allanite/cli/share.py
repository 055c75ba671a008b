"""Commands `allanite share` and `allanite stock`: who pays for a joint plan, who holds what."""

from __future__ import annotations

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
from allanite.cli.plan_words import budget_of, check_means
from allanite.cli.waiting import counting
from allanite.present.output import emit, say

if TYPE_CHECKING:
    import pyarrow as pa

    from allanite.conditions.case import Case
    from allanite.present.data import BriefData
    from allanite.studies.coalition.request import ShareRequest
    from allanite.studies.result import Result

_CASE_HELP: Final = "A shipped case (us-japan, us-japan-australia, eu), or a .yaml file."

CaseArgument = Annotated[str, typer.Argument(help=_CASE_HELP)]
CoursesOption = Annotated[int, typer.Option("--scenarios", help="Courses of every plan.")]
GapOption = Annotated[float, typer.Option("--gap", help="Relative gap at which each search ends.")]


def register(app: typer.Typer) -> None:
    """Add both commands to the root application."""
    app.command(
        "share",
        epilog="Examples: `allanite share us-japan-australia --workers 2`; "
        "`allanite share us-japan --show payments`; `allanite share us-japan --out-folder shared`",
    )(share)
    app.command(
        "stock",
        epilog="Examples: `allanite stock us-japan --workers 2`; "
        "`allanite stock us-japan --show rights --out rights.csv`",
    )(stock)


def share(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    case: CaseArgument = "us-japan",
    budget: BudgetOption = None,
    yearly: YearlyOption = None,
    scenarios: CoursesOption = 32,
    gap: GapOption = 1e-3,
    workers: WorkersOption = 1,
    dask: DaskOption = None,
    permutations: Annotated[
        int, typer.Option(help="Orders of joining that are drawn for more than six partners.")
    ] = 8,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: figures, coalitions, players, rules, payments, "
            "stability, rights, stock-figures, holdings, cover or overlap.",
            show_default=False,
        ),
    ] = None,
    seed: CourseSeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Say what acting together is worth, how to share it, who pays whom, and whether it holds."""
    from allanite.present.share_text import SHOWN_OF_SHARE

    table = None if show is None else SHOWN_OF_SHARE[one_of("--show", show, tuple(SHOWN_OF_SHARE))]
    chosen, request = _request(case, budget, yearly, scenarios, gap, permutations, seed)
    check_means(workers, dask, None)
    desk = open_desk(chosen, data, seed, out_folder)
    result = _solved("share", desk, request, workers, dask)
    keep(result, out_folder)
    if not shown(result, table, "share_rules", as_json=as_json, out=out):
        _say_share(_told(desk, result))


def stock(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    case: CaseArgument = "us-japan",
    budget: BudgetOption = None,
    yearly: YearlyOption = None,
    scenarios: CoursesOption = 32,
    gap: GapOption = 1e-3,
    workers: WorkersOption = 1,
    dask: DaskOption = None,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: figures, holdings, cover, overlap or rights.",
            show_default=False,
        ),
    ] = None,
    seed: CourseSeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Say who should hold which stock in which form, joint against separate, and who draws it."""
    from allanite.present.share_text import SHOWN_OF_STOCK

    table = None if show is None else SHOWN_OF_STOCK[one_of("--show", show, tuple(SHOWN_OF_STOCK))]
    chosen, request = _request(case, budget, yearly, scenarios, gap, 8, seed)
    check_means(workers, dask, None)
    desk = open_desk(chosen, data, seed, out_folder)
    result = _solved("stock", desk, request, workers, dask)
    keep(result, out_folder)
    if not shown(result, table, "stock_holdings", as_json=as_json, out=out):
        _say_stock(_told(desk, result))


def _request(
    name: str,
    budget: list[str] | None,
    yearly: float | None,
    scenarios: int,
    gap: float,
    permutations: int,
    seed: int,
) -> tuple[Case, ShareRequest]:
    """The case and what is asked of it; raises `UsageError` for what does not fit."""
    from allanite.conditions.case import load_case
    from allanite.studies.coalition.request import ShareRequest
    from allanite.studies.plan_terms import plan_of

    case = load_case(name)
    limits = budget_of(plan_of(case).budget, case.partners, tuple(budget or ()), yearly)
    return case, ShareRequest(
        budget=limits, scenarios=scenarios, seed=seed, gap=gap, permutations=permutations
    )


def _solved(
    command: str, desk: Desk, request: ShareRequest, workers: int, dask: str | None
) -> Result:
    from allanite import workbench

    solve = workbench.share if command == "share" else workbench.stock
    with counting(command.capitalize()) as tell:
        return solve(desk.network, desk.case, request, tell, workers=workers, scheduler=dask)


def _told(desk: Desk, result: Result) -> BriefData:
    from allanite.present.gather import brief_data
    from allanite.studies.plan_terms import plan_of

    start = plan_of(desk.case).horizon.start
    return brief_data(desk.case, desk.release, desk.case.since, start, result.tables)


def _say_share(data: BriefData) -> None:
    from allanite.present.share_text import readable_shares, readable_stability, share_lines

    say(share_lines(data))
    _print_tables(
        (readable_shares(data), "Who saves what, million USD"),
        (readable_stability(data), "Who gains by not going along, million USD"),
    )


def _say_stock(data: BriefData) -> None:
    from allanite.present.share_text import readable_overlap, readable_stocks, stock_lines

    say(stock_lines(data))
    _print_tables(
        (readable_stocks(data), "Who holds what under one plan"),
        (readable_overlap(data), "What separate stocks hold twice"),
    )


def _print_tables(*found: tuple[pa.Table, str]) -> None:
    for table, title in found:
        if table.num_rows:
            emit(table, title=title)
