"""Commands of promises: what is due, how an agreement stands, money by kind, a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from allanite.cli.options import DataOption, JsonOption, OutOption, day_of
from allanite.present.output import emit, print_json, say, write_table, write_whole

if TYPE_CHECKING:
    import pyarrow as pa

    from allanite.catalogue.store import Release
    from allanite.ledger.agreements import Agreement

ICALENDAR: Final = ".ics"
MONEY_COLUMNS: Final = (
    "pledge_id",
    "kind",
    "payer",
    "recipient",
    "purpose",
    "scope",
    "amount",
    "currency",
    "bound",
    "usd",
    "part_of",
    "counted_in",
)
EVIDENCE_COLUMNS: Final = ("provision_id", "day", "supports", "what", "confidence", "url")
OnOption = Annotated[
    str | None,
    typer.Option("--on", help="Day, for example 2026-04-28; today by default."),
]
AgreementOption = Annotated[
    str | None, typer.Option("--agreement", help="Agreement: US-JP-FW-2025; all by default.")
]
KnownOption = Annotated[
    str | None,
    typer.Option(
        "--known",
        help="Evidence public by this day counts, to tell in hindsight; the day itself by default.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the group `ledger`."""
    app.command()(due)
    app.command()(status)
    app.command("money")(money_promised)
    app.command("calendar")(calendar_file)


def due(
    on: OnOption = None,
    agreement: AgreementOption = None,
    within: Annotated[
        int, typer.Option("--within", min=0, help="Days around the day to look at.")
    ] = 60,
    known: KnownOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Promises with a deadline around a day, and earlier ones that are not done."""
    from allanite.catalogue.store import load_release
    from allanite.ledger.tables import due_on, states_on, states_table
    from allanite.present.promises import due_lines

    day, seen = _days(on, known)
    chosen = _chosen(load_release(data=data), agreement)
    table = states_table(due_on(states_on(chosen, day, seen), within))
    if not as_json:
        say(due_lines(table.to_pylist(), day, within), to_error=out is not None)
    _emit_states(table, as_json, out)


def status(
    agreement: Annotated[str, typer.Argument(help="Agreement: US-JP-FW-2025.")],
    on: OnOption = None,
    known: KnownOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Every provision of one agreement on a day, with the evidence public by then."""
    from allanite.catalogue.store import load_release
    from allanite.ledger.tables import states_on, states_table

    day, seen = _days(on, known)
    release = load_release(data=data)
    chosen = _chosen(release, agreement)
    table = states_table(states_on(chosen, day, seen))
    particulars = _rows(release.table("agreement_particulars"), agreement).to_pylist()
    evidence = _evidence(release.table("provision_evidence"), agreement, day)
    if as_json:
        print_json(
            {
                "agreement": _head(chosen[0]),
                "particulars": particulars,
                "provisions": table.to_pylist(),
                "evidence": evidence.to_pylist(),
            }
        )
        return
    say(_status_lines(chosen[0], particulars, table, day), to_error=out is not None)
    _emit_states(table, False, out)
    if out is None:
        emit(evidence.select(EVIDENCE_COLUMNS), title="evidence")


def money_promised(
    agreement: AgreementOption = None,
    on: OnOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Money announced, named, committed and disbursed; the kinds are never added together."""
    from allanite.catalogue.store import load_release
    from allanite.ledger.money import load_pledges, public_by
    from allanite.ledger.tables import pledges_table, totals_table
    from allanite.present.promises import money_lines

    day, _ = _days(on, None)
    release = load_release(data=data)
    names = None if agreement is None else {_chosen(release, agreement)[0].agreement_id}
    pledges = public_by(load_pledges(release), day, names)
    rows, sums = pledges_table(pledges), totals_table(pledges, day)
    if as_json:
        print_json({"totals": sums.to_pylist(), "pledges": rows.to_pylist()})
        return
    say(money_lines(sums.to_pylist(), day), to_error=out is not None)
    emit(rows if out is not None else rows.select(MONEY_COLUMNS), out=out)


def calendar_file(
    out: Annotated[
        Path,
        typer.Option("--out", help="File to write: .ics, or a table: .csv .json .parquet .xlsx"),
    ],
    agreement: AgreementOption = None,
    data: DataOption = None,
) -> None:
    """Deadlines as an iCalendar file or a table; two calendars of one deadline are two events."""
    from allanite.catalogue.store import load_release
    from allanite.ledger.calendars import calendar_text
    from allanite.ledger.tables import deadlines_table

    release = load_release(data=data)
    table = deadlines_table(_chosen(release, agreement))
    if out.suffix == ICALENDAR:
        stamp = day_of("release", release.release)
        content = calendar_text(table.to_pylist(), stamp).encode()
        write_whole(out, lambda path: path.write_bytes(content))
    else:
        write_table(table, out)
    say([f"wrote {out.name}: {table.num_rows} deadlines"], to_error=True)


def _days(on: str | None, known: str | None) -> tuple[date, date | None]:
    day = date.today() if on is None else day_of("--on", on)
    return day, None if known is None else day_of("--known", known)


def _chosen(release: Release, agreement: str | None) -> Sequence[Agreement]:
    from allanite.ledger.agreements import find_agreement, load_agreements

    agreements = load_agreements(release)
    return agreements if agreement is None else [find_agreement(agreements, agreement)]


def _emit_states(table: pa.Table, as_json: bool, out: Path | None) -> None:
    """All columns to files and JSON, the readable ones to a terminal."""
    import pyarrow as pa

    from allanite.present.promises import DUE_COLUMNS, shown_row

    if as_json or out is not None:
        emit(table, as_json=as_json, out=out)
        return
    rows = [shown_row(row) for row in table.to_pylist()]
    if rows:
        emit(pa.table({name: [row[name] for row in rows] for name in DUE_COLUMNS}))


def _head(agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement_id": agreement.agreement_id,
        "title": agreement.title,
        "parties": list(agreement.parties),
        "signed": [
            {"day": origin.day.isoformat(), "place": origin.place} for origin in agreement.signed
        ],
        "binding": agreement.binding,
        "note": agreement.note,
        "url": agreement.page.url,
    }


def _status_lines(
    agreement: Agreement, particulars: Sequence[dict[str, Any]], table: pa.Table, day: date
) -> list[str]:
    from allanite.present.promises import NOT_EVIDENCED, counts_text, particular_line
    from allanite.present.words import day as spoken_day

    binding = {True: "binding", False: "not binding", None: "binding or not: not known"}
    rows = table.to_pylist()
    signed = " or ".join(f"{o.day} {o.place}".strip() for o in agreement.signed) or "not signed"
    told = counts_text(rows) or "nothing was promised yet"
    lines = [
        f"{agreement.agreement_id}: {agreement.title}",
        f"  parties {', '.join(agreement.parties)}; signed {signed}; {binding[agreement.binding]}",
        *(f"  {particular_line(row)}" for row in particulars),
        f"On {spoken_day(day)}: {told}.",
    ]
    return [*lines, NOT_EVIDENCED] if any(r["state"] == "not evidenced" for r in rows) else lines


def _rows(table: pa.Table, agreement: str) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.equal(table.column("agreement_id"), agreement))


def _evidence(table: pa.Table, agreement: str, day: date) -> pa.Table:
    """Evidence of the agreement that was public by the day, and what searches found nothing."""
    import pyarrow.compute as pc

    rows = _rows(table, agreement)
    public = pc.less_equal(rows.column("day"), day)
    return rows.filter(pc.or_(public, pc.equal(rows.column("supports"), "not found")))
