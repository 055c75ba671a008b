"""Queries about records: controls, agreements, deadlines, money, quotients."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Final

from allanite.errors import UsageError
from allanite.law.controls import Article
from allanite.law.dates import spoken
from allanite.ledger.claims import ClaimQuery
from allanite.ledger.quantity import Interval, day_interval
from allanite.studies.claims.evidence import (
    ClaimWorld,
    Evidence,
    day_text,
    exactly,
    not_known,
)
from allanite.studies.claims.words import value_text

_MONTHS_PER_YEAR: Final = 12


def control_state(world: ClaimWorld, query: ClaimQuery, on: date) -> Evidence:
    """State of an article of a control on the day; every branch where it is unknown."""
    article = _article(world, query)
    if article is None:
        return not_known(f"no article {query.text('item')} is known", "control_periods")
    period = article.period_on(on)
    states = tuple(dict.fromkeys(b.state for b in period.branches)) or (period.state,)
    words = " or ".join(_words(state) for state in states)
    told = f"{article.label} {'is' if len(states) == 1 else 'may be'} {words} on {spoken(on)}"
    if period.because_of and len(states) == 1:
        told += f", by {world.controls.control(period.because_of).short_title}"
    following = ""
    if period.last_day is not None:
        first = period.last_day + timedelta(days=1)
        following = f"{spoken(first)}: {_words(article.period_on(first).state)}"
    return Evidence(
        told=told,
        table="control_periods",
        states=states,
        as_of=day_text(on),
        next_change=following,
    )


def days_of_control(world: ClaimWorld, query: ClaimQuery) -> list[date]:
    """First days of the periods of the article."""
    article = _article(world, query)
    periods = () if article is None else article.periods
    return [period.first_day for period in periods if period.first_day is not None]


def _article(world: ClaimWorld, query: ClaimQuery) -> Article | None:
    try:
        control = world.controls.control(query.text("subject"))
    except UsageError:
        return None
    wanted = query.text("item") or "whole"
    return next((a for a in control.articles if a.article == wanted), None)


def _words(state: str) -> str:
    return state.replace("_", " ")


def control_threshold(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """A number that the text of a control sets."""
    table = "controls"
    row = world.row(table, control_id=query.text("subject"))
    stated = json.loads(row["thresholds"] or "{}") if row is not None else {}
    value = stated.get("thresholds", stated).get(query.text("item"))
    if not isinstance(value, int | float) or isinstance(value, bool) or row is None:
        return not_known(f"no threshold {query.text('item')} is known", table)
    told = f"the text sets {value_text(float(value), query.kind, query.unit)}"
    return exactly(float(value), told, table, str(row["announced"] or ""))


def agreement_day(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """Day of an agreement, as a range where time zones differ; its year if that is asked."""
    table = "agreements"
    row = world.row(table, agreement_id=query.text("subject"))
    if row is None or row["signed"] is None:
        return not_known("no day is known", table)
    days = sorted(day for day in (row["signed"], row["signed_other"]) if day is not None)
    told = f"dated {' or '.join(spoken(day) for day in days)}"
    if len(days) > 1:
        told += ", by time zone"
    if query.unit == "yr":
        return Evidence(
            told=told,
            table=table,
            value=float(days[0].year),
            interval=Interval(days[0].year, days[-1].year),
            as_of=day_text(days[0]),
        )
    return Evidence(
        told=told,
        table=table,
        value=float(row["signed"].toordinal()),
        interval=day_interval(days[0], days[-1]),
        as_of=day_text(days[0]),
    )


def provision_present(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """1 where the agreement has the provision, 0 where it has others but not this one."""
    table, agreement = "provisions", query.text("subject")
    own = [row for row in world.rows(table) if row["agreement_id"] == agreement]
    if not own:
        return not_known(f"no provision of {agreement} is known", table)
    found = next((row for row in own if row["provision_id"] == query.text("item")), None)
    if found is None:
        return exactly(0.0, f"{agreement} has no provision {query.text('item')}", table)
    told = f"{query.text('item')}: {found['action'] or found['heading']}"
    return exactly(1.0, told, table, str(found["as_of"] or ""))


def time_to_deadline(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """Days or calendar months from signature to a deadline."""
    table = "provisions"
    agreement = world.row("agreements", agreement_id=query.text("subject"))
    row = world.row(table, agreement_id=query.text("subject"), provision_id=query.text("item"))
    start = None if agreement is None else agreement["signed"]
    if row is None or row["deadline"] is None or start is None:
        return not_known("no deadline is known", table)
    end: date = row["deadline"]
    value = months_between(start, end) if query.unit == "month" else float((end - start).days)
    told = f"{value_text(value, query.kind, query.unit)}, to {spoken(end)}"
    return exactly(value, told, table, day_text(start))


def months_between(start: date, end: date) -> float:
    """Calendar months from start to end; the rest in days of 30."""
    whole = _MONTHS_PER_YEAR * (end.year - start.year) + end.month - start.month
    return whole + (end.day - start.day) / 30


def binding_force(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """1 where an agreement binds, 0 where it does not."""
    table = "agreements"
    row = world.row(table, agreement_id=query.text("subject"))
    if row is None or row["binding"] is None:
        return not_known("whether it binds is not known", table)
    told = "it binds" if row["binding"] else "it does not bind"
    return exactly(float(row["binding"]), told, table, str(row["as_of"] or ""))


def money_pledged(world: ClaimWorld, query: ClaimQuery, on: date) -> Evidence:
    """A sum of table `pledges` in its own currency; not known where the release lacks it."""
    table = "pledges"
    row = world.row(table, pledge_id=query.text("subject"))
    if row is None:
        return not_known(f"no pledge {query.text('subject')} is in the release", table)
    if row["day"] is not None and row["day"] > on:
        return not_known(f"nothing was pledged by {spoken(on)}", table)
    value = float(row["amount"])
    low = value if row.get("low") is None else float(row["low"])
    high = value if row.get("high") is None else float(row["high"])
    told = f"{value:,.0f} million {row['currency']} {row['kind']}"
    return Evidence(
        told=told,
        table=table,
        value=value,
        interval=Interval(low, high),
        as_of=day_text(row["day"]) if row["day"] else "",
    )


def reference_rate(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """The assumption that a quotient is compared with, with its range where it has one."""
    table = "assumptions"
    row = world.row(table, assumption_id=query.text("subject"))
    if row is None or row["value"] is None:
        return not_known(f"no assumption {query.text('subject')}", table)
    value = float(row["value"])
    low = value if row["low"] is None else float(row["low"])
    high = value if row["high"] is None else float(row["high"])
    implied = query.expected.low if query.expected is not None else value
    return Evidence(
        told=f"the sums imply {implied:.3f}; the compilation counts {value:g}",
        table=table,
        value=value,
        interval=Interval(low, high),
        quality="assumed",
    )
