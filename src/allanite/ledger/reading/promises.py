"""Whether a statement names what a provision promises: its deadline or its sum."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from allanite.ledger.reading.quantities import equal_values
from allanite.ledger.reading.record import KnownProvision, deadline_lengths
from allanite.ledger.reading.statements import Statement

# A text counts from its own day, an agreement from its signature, each in its own time zone.
_NEAR: Final = timedelta(days=3)


def names_deadline(statement: Statement, provision: KnownProvision) -> bool:
    """Whether a statement names a provision's deadline, as a day or as its length."""
    days = [day for day in (provision.deadline, provision.deadline_other) if day is not None]
    lengths = {text.lower() for text in deadline_lengths(provision.rule)}
    return any(
        d.printed.lower() in lengths
        or any(d.latest is not None and abs(d.latest - day) <= _NEAR for day in days)
        for d in statement.dates
        if d.is_deadline
    )


def names_sum(statement: Statement, provision: KnownProvision) -> bool:
    """Whether a statement names a sum of money that a provision names."""
    found = statement.quantity
    if found is None or found.kind != "money":
        return False
    return any(equal_values(found, known) for known in provision.sums)
