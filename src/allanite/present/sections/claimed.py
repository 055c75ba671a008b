"""What is claimed: sentences of the news beside what the data say, and who contradicts whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from allanite.present.claims import ORDER, in_field, verdict_line
from allanite.present.data import BriefData
from allanite.present.figures import IntervalRow, ValueAxis, interval_rows
from allanite.present.page import (
    Cell,
    Column,
    Figure,
    LegendItem,
    Row,
    Section,
    TableView,
    figure,
    outside,
    table_view,
)
from allanite.present.words import counted, day, joined, short_day, significant

IDENTIFIER: Final = "claimed"
_SHARES: Final = (
    "output share",
    "published share",
    "exposure share",
    "world output share",
    "largest saving by a substitute",
)
_NUMBERS: Final = ("count of sites", "count of elements", "money pledged", "quotient")
_CHECKED: Final = ("supported", "supported with nuance", "outdated", "contradicted", "not known")
# outcome -> colour and shape: the shape says it without the colour
_SIGNS: Final = {
    "bears out": ("var(--partner-2)", "circle"),
    "open": ("var(--suspended)", "diamond"),
    "contradicts": ("var(--watched)", "square"),
}
_WORDS: Final = {"bears out": "bears it out", "open": "open", "contradicts": "does not"}


def claimed_section(data: BriefData) -> Section:
    """Verdicts, the data beside the numbers claimed, sources, contradictions side by side."""
    verdicts = data.rows("claim_verdicts")
    return Section(
        identifier=IDENTIFIER,
        title="What is claimed",
        lead=_lead(data, verdicts),
        figures=_figures(data),
        tables=(
            _verdict_table(data, verdicts),
            _source_table(data),
            _contradiction_table(data),
        ),
        method=(
            "Each claim that data can speak to carries a declared query, answered anew with every "
            "release. Where a claim can be read in several ways, each reading is shown; those the "
            "words commonly mean decide. All bear it out: supported; none: contradicted; else "
            "supported with nuance. A claim that was right on its day and is contradicted now is "
            "outdated. Hopes, judgements and ceremonies are not checkable.",
            "Texts that share sentences outside quotations, credit one agency or one first source, "
            "or come from one house count as one source.",
            "Statements are set side by side only where they speak of one measure. Nobody is "
            "declared right.",
        ),
    )


def told(data: BriefData) -> str:
    """The headline: how many claims hold, and the first that does not or not wholly."""
    verdicts = data.rows("claim_verdicts")
    own = [row for row in in_field(verdicts) if row["verdict"] in _CHECKED]
    if not own:
        return ""
    held = sum(row["verdict"] in ORDER[:2] for row in own)
    doubted = sum(row["verdict"] == "supported with nuance" for row in own)
    text = f"Of {len(own)} claims of the news that can be checked, {held} are supported"
    text += f", {doubted} of them with nuance" if doubted else ""
    over = sum(row["verdict"] in ("outdated", "contradicted") for row in own)
    text += f"; {over} are outdated or contradicted" if over else ""
    return f"{text}."


def _lead(data: BriefData, verdicts: Sequence[Row]) -> tuple[str, ...]:
    if not verdicts:
        return ("The table of claims is empty: nothing is known of what is claimed.",)
    lines = [verdict_line(verdicts, data.as_of)]
    past = [row for row in in_field(verdicts) if row["verdict_then"] in ORDER[:2]]
    gone = [row for row in past if row["verdict"] in ("outdated", "not known")]
    if gone:
        names = joined([str(row["topic"]) for row in gone[:3]])
        lines.append(f"Right on their day and no longer sure or over: {names}.")
    topics = {row["topic"] for row in in_field(verdicts)}
    groups = [g for g in data.rows("claim_source_groups") if g["stance"] == "makes"]
    copied = {g["topic"] for g in groups if g["texts"] > 1} & topics
    if copied:
        lines.append(
            f"For {counted(len(copied), 'claim', 'claims')} several texts rest on one origin and "
            "count as one source."
        )
    return tuple(lines)


def _readings(data: BriefData) -> list[dict[str, Any]]:
    """Readings of one claim a topic, with the claim's sentence and topic."""
    first = {row["claim_id"]: row for row in in_field(data.rows("claim_verdicts"))}
    return [
        {**row, "topic": first[row["claim_id"]]["topic"]}
        for row in data.rows("claim_readings")
        if row["claim_id"] in first and row["value"] is not None and row["outcome"] in _SIGNS
    ]


def _figures(data: BriefData) -> tuple[Figure, ...]:
    readings = _readings(data)
    shares = [row for row in readings if row["kind"] in _SHARES]
    numbers = [row for row in readings if row["kind"] in _NUMBERS and _claimed(row)]
    figures = []
    if shares:
        axis = ValueAxis("Share", 0, 1)
        figures.append(_figure("shares", "Shares claimed and found", shares, axis, False))
    if numbers:
        most = max(2.0, *(row["high"] / _claimed(row) for row in numbers)) * 1.05
        axis = ValueAxis("Found, as a multiple of what is claimed", 0, most, ".1f", (1.0,))
        figures.append(_figure("numbers", "Numbers claimed and found", numbers, axis, True))
    return tuple(figures)


def _claimed(row: Row) -> float:
    """The number claimed: the end that the claim names; 0 where it names none."""
    low, high = row["claimed_low"], row["claimed_high"]
    return float(low or high or 0.0)


def _figure(
    name: str, title: str, rows: Sequence[Row], axis: ValueAxis, is_multiple: bool
) -> Figure:
    shown = [_mark(row, is_multiple) for row in rows]
    found = dict.fromkeys(row["outcome"] for row in rows)
    legend = [LegendItem(_WORDS[o], *_SIGNS[o]) for o in _SIGNS if o in found]
    return figure(
        f"figure-claimed-{name}",
        title,
        "Each row is one reading of a claim: the point and its range are what the data say, the "
        "upright stroke is the number claimed.",
        lambda size: interval_rows(shown, axis, size),
        _reading_table(name, rows),
        (*legend, LegendItem("claimed", "var(--ink)", "line")),
    )


def _mark(row: Row, is_multiple: bool) -> IntervalRow:
    colour, shape = _SIGNS[row["outcome"]]
    claimed = _claimed(row)
    scale = claimed if is_multiple else 1.0
    return IntervalRow(
        label=f"{row['topic']}: {row['reading']}",
        series=_WORDS[row["outcome"]],
        value=row["value"] / scale,
        low=None if row["low"] is None else row["low"] / scale,
        high=None if row["high"] is None else row["high"] / scale,
        colour=colour,
        shape=shape,
        text=_short(row),
        is_solid=row["quality"] == "observed" or row["kind"] in _SHARES[:1],
        reference=1.0 if is_multiple else claimed or row["claimed_high"],
    )


def _short(row: Row) -> str:
    """What the data say, without what stands in brackets."""
    text = str(row["told"]).split(" (")[0].split(" by ")[0].split(":")[0]
    return text if len(text) <= 18 else significant(row["value"])


def _reading_table(name: str, rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Claim", lambda r: str(r["topic"])),
        Column("Reading", lambda r: f"{r['reading']} ({r['role']})"),
        Column("The data say", lambda r: Cell(str(r["told"]), "", _tag(r))),
        Column("Outcome", lambda r: str(r["outcome"])),
        Column("Would turn it", lambda r: str(r["flips"] or "–")),
        Column("Data of", lambda r: str(r["as_of"] or "–")),
        Column("Table", lambda r: str(r["table"])),
    )
    caption = "Readings behind the points"
    return table_view(f"rows-claimed-{name}", caption, columns, rows, table="claim_readings")


def _tag(row: Row) -> str:
    return "" if row["quality"] == "observed" else str(row["quality"])


def _verdict_table(data: BriefData, verdicts: Sequence[Row]) -> TableView:
    groups = data.rows("claim_source_groups")
    pages = {row["claim_id"]: row for row in data.rows("claims")}
    columns = (
        Column("Claim", lambda r: f"{r['claim_id']}: {r['sentence']}"),
        Column("Said on", lambda r: short_day(r["said_on"])),
        Column("On its day", lambda r: str(r["verdict_then"])),
        Column("Now", lambda r: str(r["verdict"])),
        Column("Why", lambda r: str(r["told"])),
        Column("Independent sources", lambda r: _sources(r["topic"], groups)),
        Column("Page", lambda r: _page(pages.get(r["claim_id"]))),
    )
    own = sorted(in_field(verdicts), key=lambda r: _order(r["verdict"]))
    return table_view(
        "rows-claims",
        f"Claims in the field and their verdicts on {day(data.as_of)}",
        columns,
        own,
        table="claim_verdicts",
    )


def _sources(topic: str, groups: Sequence[Row]) -> str:
    """Number of independent sources and of texts, and what joins the largest group."""
    own = [g for g in groups if g["topic"] == topic and g["stance"] == "makes"]
    texts = sum(g["texts"] for g in own)
    if not texts or texts == len(own):
        return str(len(own))
    return f"{len(own)} in {texts} texts: {str(own[0]['reason']).split(';')[0]}"


def _order(verdict: str) -> int:
    """What a reader should see first: what does not hold, then nuance, then the rest."""
    first = ("contradicted", "outdated", "not known", "supported with nuance", "supported")
    return first.index(verdict) if verdict in first else len(first)


def _page(claim: Row | None) -> Cell:
    address = outside(None if claim is None else claim["url"])
    if not address:
        return Cell("table of claims", "#sources")
    return Cell("page", address, "" if claim and claim["basis"] == "retrieved" else "recalled")


def _source_table(data: BriefData) -> TableView:
    topics = {row["topic"] for row in in_field(data.rows("claim_verdicts"))}
    rows = [
        row
        for row in data.rows("claim_source_groups")
        if row["topic"] in topics and row["texts"] > 1
    ]
    columns = (
        Column("Claim", lambda r: str(r["topic"])),
        Column("Texts", lambda r: str(r["texts"]), is_number=True),
        Column("Published by", lambda r: str(r["publishers"]).replace("|", "; ")),
        Column("Goes back to", lambda r: str(r["origin"] or "not known")),
        Column("Why they count once", lambda r: str(r["reason"])),
    )
    return table_view(
        "rows-claim-sources",
        "Texts that count as one source",
        columns,
        rows,
        table="claim_source_groups",
        is_folded=True,
    )


def _contradiction_table(data: BriefData) -> TableView:
    columns = (
        Column("Subject", lambda r: f"{r['subject']}: {r['measure']}"),
        Column("One says", lambda r: _side(r, "first")),
        Column("Another says", lambda r: _side(r, "second")),
        Column("Relation", lambda r: str(r["relation"])),
    )
    topics = {row["claim_id"] for row in data.rows("claim_verdicts") if row["field"] != "minerals"}
    outside_field = {
        row["statement_id"]
        for row in data.rows("claim_statements")
        if row.get("claim_id") in topics
    }
    rows = [r for r in data.rows("claim_contradictions") if r["first_id"] not in outside_field]
    return table_view(
        "rows-contradictions",
        "Statements that differ, side by side",
        columns,
        rows,
        table="claim_contradictions",
    )


def _side(row: Row, name: str) -> Cell:
    note = f" {row[f'{name}_note']}" if row[f"{name}_note"] else ""
    text = (
        f"{row[f'{name}_told']} ({row[f'{name}_by']}, {row[f'{name}_on']}, "
        f"{row[f'{name}_grade']}).{note}"
    )
    return Cell(text, outside(row[f"{name}_url"]))
