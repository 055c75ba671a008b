"""Commands: contracts that keep a project alive: what they say, cost, do, move at the border."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from allanite.cli.desk import FolderOption, keep, one_of, open_desk, shown
from allanite.cli.options import DataOption, JsonOption, OutOption, SeedOption
from allanite.cli.waiting import counting, waiting
from allanite.present.output import emit, say

app = typer.Typer(
    help="Price floors, offtakes, loans, border measures: what they cost whom, and keep alive.",
    no_args_is_help=True,
)
BORDER_SHOWN: Final = (
    "channels", "trade", "parties", "elements", "content", "protection", "sweep", "comparison",
    "terms", "notes",
)  # fmt: skip
PRICES_SHOWN: Final = {
    "fan": "price_fan",
    "parameters": "price_parameters",
    "fit": "price_fit",
    "out-of-sample": "price_out_of_sample",
    "coverage": "price_coverage",
    "history": "price_history_check",
}
VALUE_SHOWN: Final = ("values", "budget", "payoffs", "effects")
PROJECT_SHOWN: Final = ("basket", "cash", "odds", "terms")
DESIGN_SHOWN: Final = ("options", "packages", "crossover")
PathsOption = Annotated[int, typer.Option("--paths", min=100, help="Simulated price paths.")]
PathSeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of the price paths.")]
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
    epilog="Examples: `allanite contract value US-MP-PPA`; `allanite contract value floor.yaml`; "
    '`allanite contract value PLURI-REF --set "border adjustment.floor=90"`'
)
def value(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    contracts: Annotated[
        list[str] | None,
        typer.Argument(help="Ids, or .yaml files; all of the release if none.", show_default=False),
    ] = None,
    set_terms: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help='A term and a number, "price floor.strike=95", of the one contract that is named.',
            show_default=False,
        ),
    ] = None,
    paths: PathsOption = 10_000,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: values, budget, payoffs or effects.",
            show_default=False,
        ),
    ] = None,
    seed: PathSeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Say what contracts cost each payer, in mean and tail, and what they do for projects."""
    from allanite import workbench
    from allanite.cli.contract_words import chosen
    from allanite.present.contract_text import value_lines
    from allanite.studies.contracts.request import ValuationRequest

    table = None if show is None else f"contract_{one_of('--show', show, VALUE_SHOWN)}"
    request = ValuationRequest(paths=paths, seed=seed)
    desk = open_desk("us-japan", data, seed, out_folder)
    named = chosen(desk.release, contracts or [], set_terms or [])
    with counting("Value") as tell:
        result = workbench.value_contracts(
            desk.network, named, request, lambda done: tell("paths", done, paths)
        )
    keep(result, out_folder)
    if not shown(result, table, "contract_values", as_json=as_json, out=out):
        say(value_lines(result.tables))


@app.command(
    epilog="Examples: `allanite contract project AU_NOLANS`; `allanite contract project LYNAS "
    "--show basket`"
)
def project(
    site: Annotated[str, typer.Argument(help="Project, site or group of sites.")],
    paths: PathsOption = 10_000,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: basket, cash, odds or terms.",
            show_default=False,
        ),
    ] = None,
    seed: PathSeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Say what a project sells, earns, is worth and how likely it lives, without any contract."""
    from allanite import workbench
    from allanite.present.contract_text import project_lines
    from allanite.studies.contracts.request import ValuationRequest

    table = None if show is None else f"venture_{one_of('--show', show, PROJECT_SHOWN)}"
    request = ValuationRequest(paths=paths, seed=seed)
    desk = open_desk("us-japan", data, seed, out_folder)
    with waiting("Value"):
        result = workbench.value_project(desk.network, site, request)
    keep(result, out_folder)
    if not shown(result, table, "venture_odds", as_json=as_json, out=out):
        names = {row["material_id"]: row["name"] for row in desk.release.rows("materials")}
        say(project_lines(result.tables, names))


@app.command(
    epilog="Examples: `allanite contract design --site AU_NOLANS --odds 0.9`; `allanite contract "
    'design --site US_WHITE_MESA_P2 --payer "United States=0.6" --payer Japan=0.4`'
)
def design(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    site: Annotated[str, typer.Option(help="Project, site or group of sites.")],
    odds: Annotated[
        float | None,
        typer.Option(help="Odds asked for; what banks ask if not given.", show_default=False),
    ] = None,
    payer: Annotated[
        list[str] | None,
        typer.Option(help="A payer and its share, NAME=0.5; repeatable.", show_default=False),
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(help="A contract that is there, by id; repeatable.", show_default=False),
    ] = None,
    packages: Annotated[
        bool, typer.Option("--packages/--no-packages", help="Try pairs of supports too.")
    ] = True,
    paths: PathsOption = 4_000,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: options, packages or crossover.",
            show_default=False,
        ),
    ] = None,
    seed: PathSeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Find the least support that makes a project bankable: by kind, in pairs, by payer."""
    from allanite import workbench
    from allanite.cli.contract_words import payers_of
    from allanite.present.contract_text import design_lines
    from allanite.studies.contracts.request import DesignRequest

    table = None if show is None else f"design_{one_of('--show', show, DESIGN_SHOWN)}"
    request = DesignRequest(
        odds=odds, payers=payers_of(payer or []), beside=tuple(beside or ()), packages=packages,
        paths=paths, check_paths=2 * paths, seed=seed,
    )  # fmt: skip
    desk = open_desk("us-japan", data, seed, out_folder)
    with counting("Design") as tell:
        result = workbench.design_support(
            desk.network, site, request, lambda what: tell(what, 0, 0)
        )
    keep(result, out_folder)
    if not shown(result, table, "design_options", as_json=as_json, out=out):
        say(design_lines(result.tables))


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


@app.command(
    epilog="Examples: `allanite contract prices`; `allanite contract prices --show out-of-sample`"
)
def prices(
    paths: Annotated[int, typer.Option(help="Simulated paths.")] = 4000,
    years: Annotated[int, typer.Option(help="Years from January 2027.")] = 15,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: fan, parameters, fit, out-of-sample, coverage, "
            "or history.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of calibration, paths.")] = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Say what oxide prices may do over the years, and how far to trust that."""
    from allanite import workbench
    from allanite.catalogue.store import load_release
    from allanite.present.contract_text import price_lines

    table = None if show is None else PRICES_SHOWN[one_of("--show", show, tuple(PRICES_SHOWN))]
    release = load_release(data=data)
    with waiting("Calibrating"):
        result = workbench.simulate_prices(release, seed=seed, paths=paths, years=years)
    keep(result, out_folder)
    if not shown(result, table, "price_fan", as_json=as_json, out=out):
        say(price_lines(result.tables))
