"""Commands: contracts that keep a project alive: what they say, cost, do, move at the border."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from allanite.cli.desk import FolderOption, keep, one_of, open_desk, shown
from allanite.cli.options import DataOption, JsonOption, OutOption, SeedOption
from allanite.cli.waiting import counting
from allanite.present.output import emit, say

app = typer.Typer(
    help="Price floors, offtakes, loans, border measures: what they cost whom, and keep alive.",
    no_args_is_help=True,
)
BORDER_SHOWN: Final = (
    "channels", "trade", "parties", "elements", "content", "protection", "sweep", "comparison",
    "terms", "notes",
)  # fmt: skip
CaseOption = Annotated[
    str, typer.Option("--case", help="A shipped case (us-japan, ...), or a .yaml file.")
]


@app.command("list", epilog="Example: `allanite contract list --status in_force`")
def list_contracts(
    status: Annotated[
        str | None,
        typer.Option(help="Only these: in_force, closed, announced, ...", show_default=False),
    ] = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """List the contracts of the release: who with whom, on what, until when, in which state."""
    from allanite.catalogue.store import load_release
    from allanite.conditions.instruments.load import load_contracts
    from allanite.present.contract_text import contract_rows

    contracts = load_contracts(load_release(data=data))
    if status is not None:
        one_of("--status", status, tuple(dict.fromkeys(c.status for c in contracts)))
        contracts = tuple(c for c in contracts if c.status == status)
    emit(contract_rows(contracts), title="Contracts", as_json=as_json, out=out)


@app.command("show", epilog="Example: `allanite contract show US-MP-PPA`")
def show_contract(
    contract: Annotated[str, typer.Argument(help="Its id; `allanite contract list` has them.")],
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Show every term of a contract: as printed, as a range, or missing."""
    from allanite.catalogue.store import load_release
    from allanite.conditions.instruments.load import find_contract, load_contracts
    from allanite.present.contract_text import contract_lines, term_rows

    found = find_contract(load_contracts(load_release(data=data)), contract)
    if not as_json and out is None:
        say(contract_lines(found))
    emit(term_rows(found), as_json=as_json, out=out)


@app.command(
    epilog="Examples: `allanite contract border`; `allanite contract border US-301-MAG --level "
    "0.5`; `allanite contract border PLURI-REF --show comparison`"
)
def border(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    measure: Annotated[str, typer.Argument(help="Row of table `border_measures`.")] = "US-301-MAG",
    case: CaseOption = "us-japan",
    level: Annotated[
        float | None,
        typer.Option(help="Another duty, as a share; or price, USD/t.", show_default=False),
    ] = None,
    target: Annotated[
        float, typer.Option(help="What home makers shall make more, t/yr, to compare forms.")
    ] = 500.0,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: channels, trade, parties, elements, content, "
            "protection, sweep, comparison, terms or notes.",
            show_default=False,
        ),
    ] = None,
    seed: SeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Say what a duty or a floor at the border moves, who pays, and where demand leaks."""
    from allanite import workbench
    from allanite.present.border import border_lines
    from allanite.studies.border.request import BorderRequest

    table = None if show is None else f"border_{one_of('--show', show, BORDER_SHOWN)}"
    request = BorderRequest(measure_id=measure, level=level, target_rate=target)
    desk = open_desk(case, data, seed, out_folder)
    with counting("Border") as tell:
        result = workbench.border(desk.network, desk.case, request, tell)
    keep(result, out_folder)
    if not shown(result, table, "border_channels", as_json=as_json, out=out):
        say(border_lines(result.tables))
