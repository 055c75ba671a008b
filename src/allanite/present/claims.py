"""Claims in the words of a reader: the count of verdicts, one claim, its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from allanite.present.words import counted, day, joined

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
MINERALS: Final = "minerals"
ORDER: Final = (
    "supported",
    "supported with nuance",
    "outdated",
    "contradicted",
    "not known",
    "not checkable",
)


def in_field(verdicts: Iterable[Row]) -> list[Row]:
    """Claims of the project's field, one a topic, in the order of their table."""
    found: dict[str, Row] = {}
    for row in verdicts:
        if row["field"] == MINERALS:
            found.setdefault(row["topic"], row)
    return list(found.values())


def verdict_line(verdicts: Sequence[Row], on: date) -> str:
    """How many claims have which verdict on a day, and how many lie outside the field."""
    own = in_field(verdicts)
    outside = sum(row["field"] != MINERALS for row in verdicts)
    counts = Counter(row["verdict"] for row in own)
    parts = [f"{counts[verdict]} {verdict}" for verdict in ORDER if counts[verdict]]
    head = f"On {day(on)}, of {counted(len(own), 'claim', 'claims')} in the field"
    told = f"{head}: {joined(parts)}." if parts else f"On {day(on)} no claim is known."
    rest = counted(outside, "claim", "claims")
    return f"{told} {rest} on visits, gifts and home politics left aside." if outside else told


def check_lines(verdict: Row, tables: Mapping[str, pa.Table]) -> list[str]:
    """One claim: what it says, the verdict, its sources, what would turn it."""
    then, now = verdict["verdict_then"], verdict["verdict"]
    lines = [
        f"{verdict['claim_id']}: {verdict['sentence']} (said {day(verdict['said_on'])})",
        f"on its day: {then}; on {day(verdict['on_date'])}: {now}",
        verdict["told"],
        sources_line(verdict["topic"], tables["claim_source_groups"].to_pylist()),
    ]
    if verdict["flips"]:
        lines.append(f"would turn it: {verdict['flips']}")
    return lines


def sources_line(topic: str, groups: Iterable[Row]) -> str:
    """How many independent sources make a claim, with the reason."""
    own = [g for g in groups if g["topic"] == topic and g["stance"] == "makes"]
    if not own:
        return "No source is listed by the day."
    texts = sum(g["texts"] for g in own)
    head = (
        f"{counted(len(own), 'independent source', 'independent sources')} "
        f"in {counted(texts, 'text', 'texts')}"
    )
    joint = [g for g in own if g["texts"] > 1]
    if joint:
        return f"{head}: {'; '.join(_told(g) for g in joint)}."
    return f"{head}."


def _told(group: Row) -> str:
    return f"{group['texts']} texts count once ({group['reason']})"
