"""Commands `allanite ledger read` and `allanite ledger accept`: news into reviewed claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allanite.cli.options import DataOption, JsonOption, day_of
from allanite.errors import UsageError
from allanite.present.output import print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allanite.ledger.reading.batch import Refused
    from allanite.ledger.reading.candidates import Reading

SHOWN = ("candidate_id", "flag", "claim", "quantity", "unit", "event_date", "flag_reason")


def register(app: typer.Typer) -> None:
    """Add the commands to the group of the ledger."""
    app.command(
        epilog="Examples: `allanite ledger read article.txt --day 2025-10-28 --out found.yaml` · "
        "`allanite ledger read page.html source.yaml --json`"
    )(read)
    app.command(epilog="Example: `allanite ledger accept found.yaml --data my-tables`")(accept)


def read(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="Texts, web pages, or YAML files with address, day and file.",
            show_default=False,
        ),
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option("--list", help="File that names more files, one a line.", show_default=False),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--day", help="Day of the texts: 2025-10-28.", show_default=False),
    ] = None,
    encoding: Annotated[
        str, typer.Option("--encoding", help="Encoding of files that are not UTF-8: cp1252.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="File of candidates for review, .yaml; the texts are kept beside it.",
            show_default=False,
        ),
    ] = None,
    skip_faulty: Annotated[
        bool, typer.Option("--skip-faulty", help="Read on where a file is refused.")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that read.")] = 1,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Find candidate claims in news texts and compare them with the record.

    Nothing enters the ledger: a person reads the file of candidates and accepts with
    `ledger accept`. Without a day of the text, relative dates stay unresolved.
    """
    from allanite.catalogue.store import load_release
    from allanite.ledger.reading.batch import read_files
    from allanite.ledger.reading.document import Given
    from allanite.ledger.reading.found import write_found
    from allanite.ledger.reading.record import load_record

    paths = [*(files or []), *_listed(listed)]
    if not paths:
        raise UsageError("no file to read: name texts, web pages or a --list")
    given = Given(day=day_of("--day", day) if day else None, encoding=encoding)
    record = load_record(load_release(data=data))
    readings, refused = read_files(paths, record, given, workers, skip_faulty=skip_faulty)
    if out is not None:
        folder = write_found(readings, out)
        say([f"wrote {out.name} and {folder.name}/; nothing is in the ledger yet"], to_error=True)
    if as_json:
        print_json(_json(readings))
    else:
        _print(readings)
    say(_summary(readings, refused), to_error=True)


def _listed(path: Path | None) -> list[Path]:
    """Files that a list names, relative to the list's own folder."""
    if path is None:
        return []
    from allanite.catalogue.files import read_text_file

    names = (line.strip() for line in read_text_file(path).splitlines())
    return [path.parent / name for name in names if name and not name.startswith("#")]


def _json(readings: Sequence[Reading]) -> dict[str, object]:
    from allanite.ledger.reading.tables import found_table, omissions_table

    return {
        "found_claims": found_table(readings).to_pylist(),
        "found_omissions": omissions_table(readings).to_pylist(),
    }


def _print(readings: Sequence[Reading]) -> None:
    import pyarrow.compute as pc

    from allanite.ledger.reading.tables import found_table, omissions_table

    found = found_table(readings)
    print_table(found.filter(pc.field("in_field")).select(list(SHOWN)), "Candidate claims")
    omissions = omissions_table(readings)
    if omissions.num_rows:
        shown = omissions.select(["document", "agreement_id", "provision_id", "kind", "what"])
        print_table(shown, "Left out of the agreements reported")


def _summary(readings: Sequence[Reading], refused: Sequence[Refused]) -> list[str]:
    """Counts in words; files without a day and refused ones by name."""
    inside = sum(len(r.in_field) for r in readings)
    outside = sum(len(r.outside) for r in readings)
    repeats = sum(1 for r in readings for c in r.in_field if c.repeats)
    lines = [
        f"{len(readings)} texts: {inside} candidates in the field, of which {repeats} repeat an "
        f"earlier one; {outside} statements outside it"
    ]
    undated = [r.document.name for r in readings if r.document.day is None]
    if undated:
        lines.append(
            f"no day is known of {', '.join(undated[:5])}: relative dates are not resolved; "
            "give --day"
        )
    left_out = sum(r.left_out for r in readings)
    if left_out:
        lines.append(f"{left_out:,} figures of long lists were left out: read the tables by hand")
    lines += [f"refused: {finding}" for file in refused for finding in file.findings]
    return lines


def accept(
    found: Annotated[Path, typer.Argument(help="File of candidates that you have read.")],
    data: Annotated[
        Path, typer.Option("--data", help="Folder of your own tables; claims.csv grows there.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Add the candidates you accepted to the claims of your own folder.

    The whole file is checked first; with any fault nothing is written. The release is never
    changed: give `--data FOLDER` to the other commands to see your claims.
    """
    from allanite.catalogue.store import load_release
    from allanite.ledger.reading.accept import accept_found

    done = accept_found(found, data, load_release())
    if as_json:
        print_json({"added": done.added, "already": done.already, "left_out": done.left_out})
        return
    say(
        [
            f"{len(done.added)} claims added to {data.name}/claims.csv, {len(done.already)} stood "
            f"there already, {done.left_out} candidates not accepted"
        ]
    )
