"""Commands: claims of the ledger, one claim checked, and their export."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from allanite.cli.desk import one_of
from allanite.cli.options import DataOption, JsonOption, OutOption, day_of
from allanite.cli.waiting import waiting
from allanite.errors import UsageError
from allanite.present.output import emit, print_json, say

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN: Final = {
    "verdicts": "claim_verdicts",
    "readings": "claim_readings",
    "independence": "claim_source_groups",
    "contradictions": "claim_contradictions",
}
_COLUMNS: Final = {
    "verdicts": ("claim_id", "sentence", "verdict_then", "verdict", "sources", "texts", "told"),
    "readings": ("claim_id", "reading", "role", "outcome", "told", "flips"),
    "independence": ("topic", "stance", "texts", "publishers", "reason"),
    "contradictions": (
        "subject",
        "measure",
        "relation",
        "first_told",
        "first_by",
        "first_grade",
        "second_told",
        "second_by",
        "second_grade",
    ),
}
OnOption = Annotated[
    str | None, typer.Option("--on", help="Day asked for; today by default.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the commands on claims to a group."""
    app.command("claims")(claims)
    app.command("check")(check)
    app.command("export")(export)


def claims(
    on: OnOption = None,
    show: Annotated[
        str, typer.Option("--show", help=f"What is shown: {', '.join(SHOWN)}.")
    ] = "verdicts",
    all_fields: Annotated[
        bool, typer.Option("--all", help="Show claims outside the project's field too.")
    ] = False,
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Claims of the news, their verdicts, how many independent sources, and contradictions."""
    shown = one_of("--show", show, tuple(SHOWN))
    day, tables = _judged(on, data, None)
    table = tables[SHOWN[shown]]
    if shown == "verdicts" and not all_fields:
        table = _of_field(table)
    if not as_json:
        say(_head(tables, day), to_error=out is not None)
    whole = as_json or out is not None
    emit(table if whole else table.select(_COLUMNS[shown]), as_json=as_json, out=out)


def check(
    claim_id: Annotated[str, typer.Argument(help="Id of a claim: S17.")],
    on: OnOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """One claim: its verdict then and now, every reading, its sources, what would turn it."""
    _, tables = _judged(on, data, (claim_id,))
    verdicts = tables["claim_verdicts"].to_pylist()
    if not verdicts:
        raise UsageError(f"claim {claim_id} was said after the day of --on; choose a later day")
    if as_json:
        print_json({name: tables[SHOWN[name]].to_pylist() for name in list(SHOWN)[:3]})
        return
    from allanite.present.claims import check_lines

    say(check_lines(verdicts[0], tables))
    if tables["claim_readings"].num_rows:
        emit(tables["claim_readings"].select(_COLUMNS["readings"][1:]), title="readings")
    emit(tables["claim_source_groups"].select(_COLUMNS["independence"][1:]), title="sources")


def export(
    out: Annotated[
        Path, typer.Option("--out", help="File: .jsonld (ClaimReview), .csv, .json, .xlsx.")
    ],
    on: OnOption = None,
    data: DataOption = None,
) -> None:
    """Write all verdicts as schema.org ClaimReview (JSON-LD) or as a table."""
    from allanite.catalogue.store import load_release
    from allanite.present.claim_review import SUFFIXES, claim_reviews, write_reviews

    if out.suffix not in SUFFIXES:
        raise UsageError(f"--out {out.name}: ending {out.suffix!r}; use {', '.join(SUFFIXES)}")
    _, tables = _judged(on, data, None)
    release = load_release(data=data)
    rows = {row["claim_id"]: row for row in release.rows("claims")}
    verdicts = tables["claim_verdicts"]
    document = claim_reviews(
        verdicts.to_pylist(), rows, release.rows("claim_sources"), release.release
    )
    write_reviews(document, verdicts, out)
    say([f"wrote {out.name}: {verdicts.num_rows} claims"], to_error=True)


def _judged(
    on: str | None, data: Path | None, chosen: tuple[str, ...] | None
) -> tuple[date, dict[str, pa.Table]]:
    from allanite.catalogue.store import load_release
    from allanite.workbench import check_claims

    day = date.today() if on is None else day_of("--on", on)
    release = load_release(data=data)
    with waiting("Checking claims"):
        result = check_claims(release, day, chosen=chosen)
    return day, dict(result.tables)


def _of_field(table: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.equal(table.column("field"), "minerals"))


def _head(tables: dict[str, pa.Table], day: date) -> list[str]:
    from allanite.present.claims import verdict_line

    return [verdict_line(tables["claim_verdicts"].to_pylist(), day)]
