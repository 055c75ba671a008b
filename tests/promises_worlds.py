"""Invented promises for the tests of the ledger."""

from __future__ import annotations

from datetime import date

from allanite.ledger.agreements import Evidence, Page, Provision
from allanite.ledger.deadlines import Deadline

PAGE = Page("https://example.org/text", "press", "yes")


def shown(day: date, supports: str) -> Evidence:
    """One row of evidence."""
    return Evidence(day, f"invented: {supports}", supports, PAGE)


def promise(
    deadlines: tuple[Deadline, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    starts: date = date(2025, 10, 27),
    nature: str = "act",
) -> Provision:
    """One invented provision."""
    return Provision(
        provision_id="P1",
        title="Invented promise",
        action="do something",
        actors=("US", "JP"),
        nature=nature,
        starts=starts,
        deadlines=deadlines,
        rule="",
        until=None,
        evidence=tuple(sorted(evidence, key=lambda item: item.day)),
        page=PAGE,
    )
