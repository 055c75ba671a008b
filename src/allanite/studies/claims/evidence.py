"""What the data say to one query, and what the queries are answered from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from allanite.catalogue.store import Release
from allanite.law.controls import Controls, load_controls
from allanite.ledger.quantity import Interval
from allanite.network.reconcile import Baseline

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the data say.

    Attributes:
        told: in words, without a full stop.
        table: table that was read.
        value, interval: the number found and its range; None where there is none.
        states: possible states, of queries about states; several where the state is unknown.
        as_of: time the data speak of.
        quality: observed, estimated or assumed.
        next_change: what happens next to a state; empty where nothing is announced.
    """

    told: str
    table: str
    value: float | None = None
    interval: Interval | None = None
    states: tuple[str, ...] = ()
    as_of: str = ""
    quality: str = "observed"
    next_change: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the data say anything."""
        return self.interval is not None or bool(self.states)


def not_known(why: str, table: str) -> Evidence:
    """No evidence, and why."""
    return Evidence(told=why, table=table)


def exactly(
    value: float, told: str, table: str, as_of: str = "", quality: str = "observed"
) -> Evidence:
    """Evidence that is one number without a range."""
    return Evidence(
        told=told,
        table=table,
        value=value,
        interval=Interval(value, value),
        as_of=as_of,
        quality=quality,
    )


@dataclass(frozen=True)
class ClaimWorld:
    """The release, and the reconciled baseline where a query needs it.

    No slots: the controls are loaded when first asked for, and kept.
    """

    release: Release
    baseline: Baseline | None = field(default=None, repr=False)

    @cached_property
    def controls(self) -> Controls:
        """Control records of the release."""
        return load_controls(self.release)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of a table; none where the release lacks it."""
        return self.release.rows(table) if table in self.release.names else []

    def row(self, table: str, **key: str) -> Row | None:
        """The first row with these cells; None where there is none."""
        wanted = key.items()
        return next((r for r in self.rows(table) if all(r.get(k) == v for k, v in wanted)), None)


def day_text(day: date) -> str:
    """A day as ISO text, for `as_of`."""
    return day.isoformat()
