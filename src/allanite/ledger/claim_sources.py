"""Sources of a claim as its table lists them, and how many of them are independent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.errors import UsageError
from allanite.ledger.claims import Claims
from allanite.ledger.independence import Document, Independence, count_sources
from allanite.ledger.quantity import parse_span

Row = Mapping[str, Any]
MAKES: Final = "makes"


@dataclass(frozen=True, slots=True)
class TopicSources:
    """Sources of all claims of one topic.

    Attributes:
        topic: the topic.
        making: sources that make the claim; differing: those that say something else.
    """

    topic: str
    making: Independence
    differing: Independence


def topic_sources(
    release: Release, claims: Claims, on: date | None = None, texts: Mapping[str, str] | None = None
) -> tuple[TopicSources, ...]:
    """Independent sources of every topic, in the order of the claims.

    Args:
        release: the data.
        claims: its claims.
        on: sources published later are left out; None keeps all.
        texts: text by document name, where it is at hand; it then speaks for itself too.
    """
    topic_of = {claim.claim_id: claim.topic for claim in claims.claims}
    listed: dict[str, list[Row]] = {topic: [] for topic in topic_of.values()}
    for row in release.rows("claim_sources"):
        if row["claim_id"] in topic_of and _is_out(row, on):
            listed[topic_of[row["claim_id"]]].append(row)
    return tuple(
        TopicSources(
            topic,
            _count((r for r in rows if r["stance"] == MAKES), texts or {}),
            _count((r for r in rows if r["stance"] != MAKES), texts or {}),
        )
        for topic, rows in listed.items()
    )


def _is_out(row: Row, on: date | None) -> bool:
    day = _day(row["published"])
    return on is None or day is None or day <= on


def _day(printed: str | None) -> date | None:
    """First day that a printed date can mean; None for what is no date."""
    try:
        return parse_span(printed or "")[0]
    except UsageError:
        return None


def _count(rows: Iterable[Row], texts: Mapping[str, str]) -> Independence:
    documents = {
        row["document"]: Document(
            row["document"],
            row["publisher"],
            _day(row["published"]),
            texts.get(row["document"], ""),
            row["origin"] or "",
        )
        for row in rows
    }
    return count_sources(tuple(documents.values()))
