"""Commands: The law of the day: what is in force on a date, what changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from allanite.cli.options import DataOption, JsonOption, OutOption, day_of
from allanite.present.output import emit, print_json, say

if TYPE_CHECKING:
    import pyarrow as pa

app = typer.Typer(
    help="The law of the day: what is in force on a date, what changed.", no_args_is_help=True
)
SHOWN_TABLES: Final = (
    "controls",
    "control_articles",
    "control_periods",
    "control_scope",
    "control_effects",
    "control_events",
    "control_errata",
    "control_sources",
)
_HIDDEN: Final = ("control_id", "source_id", "locator", "quality")

MaterialOption = Annotated[
    str | None,
    typer.Option("--material", help="Material: 'Dy', 'Dy oxide', 'NdFeB magnet', 'ox_dy'."),
]
StageOption = Annotated[
    str | None, typer.Option("--stage", help="Stage: ore, oxide, metal, alloy, magnet, ...")
]
DestinationOption = Annotated[
    str | None,
    typer.Option("--destination", help="Country or group: 'JPN', 'Japan', 'EU'."),
]
IssuerOption = Annotated[
    str | None, typer.Option("--issuer", help="Country whose controls are asked for.")
]
PartyOption = Annotated[
    str | None,
    typer.Option("--party", help="Buyer: civilian, military, listed or affiliate."),
]


@app.command()
def state(  # noqa: PLR0913, PLR0917 - one parameter an option
    on: Annotated[str, typer.Option("--on", help="Day, for example 2025-10-28.")],
    material: MaterialOption = None,
    stage: StageOption = None,
    destination: DestinationOption = None,
    issuer: IssuerOption = None,
    party: PartyOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """What is in force on a day, for a material, a stage, a destination and a buyer."""
    from allanite.catalogue.store import load_release
    from allanite.law.controls import load_controls
    from allanite.law.state import state_on, states_table
    from allanite.present.law import STATE_COLUMNS, law_lines, observed_lines

    day = day_of("--on", on)
    controls = load_controls(load_release(data=data))
    states = state_on(controls, day, material, stage, destination, issuer, party)
    question = controls.words.question(material, stage, destination, party)
    origin = None if issuer is None else controls.words.territory(issuer)
    table = states_table(states)
    if not as_json:
        say(law_lines(states, day, question, origin), to_error=out is not None)
    _emit(table, STATE_COLUMNS, as_json, out)
    if not as_json and out is None:
        say(f"observed, {line}" for line in observed_lines(states))


@app.command()
def diff(  # noqa: PLR0913, PLR0917 - one parameter an option
    first: Annotated[str, typer.Argument(help="First day, for example 2025-10-01.")],
    second: Annotated[str, typer.Argument(help="Second day, for example 2026-01-10.")],
    material: MaterialOption = None,
    stage: StageOption = None,
    destination: DestinationOption = None,
    issuer: IssuerOption = None,
    party: PartyOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """What differs between two days; swapping them swaps before and after."""
    from allanite.catalogue.store import load_release
    from allanite.law.controls import load_controls
    from allanite.law.state import changes_between, changes_table
    from allanite.present.law import CHANGE_COLUMNS

    days = day_of("first day", first), day_of("second day", second)
    controls = load_controls(load_release(data=data))
    changes = changes_between(controls, *days, material, stage, destination, issuer, party)
    if not as_json:
        count = f"{len(changes)} article{'' if len(changes) == 1 else 's'}"
        say([f"{count} differ between {first} and {second}."], to_error=out is not None)
    _emit(changes_table(changes), CHANGE_COLUMNS, as_json, out)


@app.command()
def show(
    control_id: Annotated[str, typer.Argument(help="Id or short title: CN-2025-61.")],
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Everything about one control: text, periods, scope, effects, errata, sources."""
    from allanite.catalogue.store import load_release
    from allanite.law.controls import load_controls

    release = load_release(data=data)
    control = load_controls(release).control(control_id)
    tables = {name: _rows_of(release.table(name), control.control_id) for name in SHOWN_TABLES}
    if as_json:
        print_json({name: table.to_pylist() for name, table in tables.items()})
        return
    say([f"{control.control_id}: {control.title}"])
    for name, value in _without_empty(tables.pop("controls")).to_pylist()[0].items():
        say([f"  {name}: {value}"])
    for name, table in tables.items():
        if table.num_rows:
            emit(_without_empty(table), title=name)


@app.command("list")
def list_controls(
    on: Annotated[
        str | None, typer.Option("--on", help="Day whose states are shown; today by default.")
    ] = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Every control with its state on a day."""
    from allanite.catalogue.store import load_release
    from allanite.law.controls import load_controls
    from allanite.law.state import state_on, states_table
    from allanite.present.law import STATE_COLUMNS

    day = date.today() if on is None else day_of("--on", on)
    controls = load_controls(load_release(data=data))
    _emit(states_table(state_on(controls, day)), ("control_id", *STATE_COLUMNS[:-2]), as_json, out)


def _emit(table: pa.Table, columns: tuple[str, ...], as_json: bool, out: Path | None) -> None:
    """All columns to files and JSON, the chosen ones to a terminal."""
    whole = as_json or out is not None
    emit(table if whole else table.select(columns), as_json=as_json, out=out)


def _rows_of(table: pa.Table, control_id: str) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.equal(table.column("control_id"), control_id))


def _without_empty(table: pa.Table) -> pa.Table:
    """Columns with at least one value, without those that say the same in every table."""
    kept = [
        name
        for name in table.column_names
        if name not in _HIDDEN and table.column(name).null_count < table.num_rows
    ]
    return table.select(kept)
