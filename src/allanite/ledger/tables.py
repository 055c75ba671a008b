"""Result tables of promises and money, and the rows of the commands behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_ledger_agreements import (
    PLEDGE_TOTAL_ROWS,
    PLEDGE_VALUE_ROWS,
    PROMISE_DEADLINE_ROWS,
    PROMISE_SPAN_ROWS,
    PROMISE_STATE_ROWS,
)
from allanite.ledger.agreements import (
    Agreement,
    Evidence,
    Provision,
    agreements_of,
    load_agreements,
)
from allanite.ledger.money import Pledge, holder_of, load_pledges, public_by, totals
from allanite.ledger.states import OPEN_STATES, PromiseState, last_search, spans, state_on

Row = dict[str, Any]
States = list[tuple[Agreement, PromiseState]]


def states_on(agreements: Sequence[Agreement], on: date, known: date | None = None) -> States:
    """Every provision promised by the day with its state, in the order of the release."""
    return [
        (agreement, found)
        for agreement in agreements
        for provision in agreement.provisions
        if (found := state_on(provision, on, known)) is not None
    ]


def due_on(states: States, within: int) -> States:
    """What has its deadline within so many days of the day, or is past it and not done.

    Sorted by deadline, then by agreement and provision.
    """
    found = [pair for pair in states if _is_due(pair[1], within)]
    return sorted(
        found,
        key=lambda p: (
            p[1].provision.deadlines[-1].day,
            p[0].agreement_id,
            p[1].provision.provision_id,
        ),
    )


def _is_due(state: PromiseState, within: int) -> bool:
    left = state.days_left
    if left is None:
        return False
    return abs(left) <= within or (left < 0 and state.state in OPEN_STATES)


def states_table(states: States) -> pa.Table:
    """Table `promise_states`."""
    return rows_table(PROMISE_STATE_ROWS, [_state_row(*pair) for pair in states])


def _identity(agreement: Agreement, provision: Provision) -> Row:
    return {
        "agreement_id": agreement.agreement_id,
        "provision_id": provision.provision_id,
        "title": provision.title,
    }


def _state_row(agreement: Agreement, state: PromiseState) -> Row:
    provision = state.provision
    deadlines = provision.deadlines
    return {
        "on_date": state.on,
        **_identity(agreement, provision),
        "actors": "|".join(provision.actors) or None,
        "action": provision.action,
        "nature": provision.nature,
        "state": state.state,
        "delivery": state.delivery,
        "reason": state.reason,
        "first_deadline": deadlines[0].day if deadlines else None,
        "last_deadline": deadlines[-1].day if deadlines else None,
        "deadlines": "; ".join(f"{d.day} {d.place}".strip() for d in deadlines) or None,
        "rule": provision.rule or None,
        "days_left": state.days_left,
        "delay": state.delay,
        "until": provision.until,
        **_evidence_cells(state),
        "url": provision.page.url or None,
        "confidence": provision.page.confidence or None,
        "seen": provision.page.seen or None,
    }


def _evidence_cells(state: PromiseState) -> Row:
    newest, search = newest_of(state.known), last_search(state.provision)
    return {
        "evidence_rows": len(state.known),
        "newest_day": newest.day if newest else None,
        "newest": newest.what if newest else None,
        "newest_supports": newest.supports if newest else None,
        "newest_url": (newest.page.url or None) if newest else None,
        "searched_until": search.day if search else None,
        "searched": search.what if search else None,
    }


def newest_of(known: Sequence[Evidence]) -> Evidence | None:
    """The newest evidence that bears on a promise; without any, the newest that is near it."""
    bearing = [item for item in known if item.supports != "related"]
    found = bearing or known
    return found[-1] if found else None


def spans_table(agreements: Sequence[Agreement], last_day: date, known: date) -> pa.Table:
    """Table `promise_spans` of provisions with a deadline, by evidence public by day `known`."""
    rows = [
        {
            **_identity(agreement, provision),
            "state": span.state,
            "from_date": span.first_day,
            "to_date": span.last_day,
            "url": provision.page.url or None,
        }
        for agreement in agreements
        for provision in agreement.provisions
        if provision.deadlines and provision.starts <= known
        for span in spans(provision, last_day, known)
    ]
    return rows_table(PROMISE_SPAN_ROWS, rows)


def deadlines_table(agreements: Sequence[Agreement]) -> pa.Table:
    """Table `promise_deadlines`: one row a deadline and calendar, in order of days."""
    rows = sorted(_deadline_rows(agreements), key=lambda r: (r["day"], r["agreement_id"]))
    return rows_table(PROMISE_DEADLINE_ROWS, rows)


def _deadline_rows(agreements: Sequence[Agreement]) -> Iterator[Row]:
    for agreement in agreements:
        for provision in agreement.provisions:
            for deadline in provision.deadlines:
                yield {
                    **_identity(agreement, provision),
                    "action": provision.action,
                    "day": deadline.day,
                    "place": deadline.place,
                    "counted_from": deadline.counted_from,
                    "rule": provision.rule or None,
                    "url": provision.page.url or None,
                }


def pledges_table(pledges: Sequence[Pledge]) -> pa.Table:
    """Table `pledge_values`."""
    rows = [_pledge_row(pledge, pledges) for pledge in pledges]
    return rows_table(PLEDGE_VALUE_ROWS, rows)


_AS_STATED = (
    "pledge_id",
    "kind",
    "payer",
    "recipient",
    "purpose",
    "scope",
    "amount",
    "currency",
    "bound",
    "part_of",
    "part_basis",
    "agreement_id",
    "instrument_id",
    "day",
    "note",
    "url",
    "confidence",
    "seen",
)


def _pledge_row(pledge: Pledge, pledges: Sequence[Pledge]) -> Row:
    return {
        **{name: pledge.row[name] for name in _AS_STATED},
        "usd": pledge.usd.value,
        "usd_low": pledge.usd.low,
        "usd_high": pledge.usd.high,
        "exchange": pledge.exchange,
        "price_factor": pledge.price_factor,
        "counted_in": holder_of(pledge, pledges) or None,
    }


def totals_table(pledges: Sequence[Pledge], on: date) -> pa.Table:
    """Table `pledge_totals`."""
    rows: list[Row] = [
        {
            "on_date": on,
            "kind": total.kind,
            "scope": total.scope,
            "usd": total.usd.value,
            "usd_low": total.usd.low,
            "usd_high": total.usd.high,
            "pledges": len(total.counted) + len(total.inside),
            "counted": len(total.counted),
            "inside": len(total.inside),
        }
        for total in totals(pledges)
    ]
    return rows_table(PLEDGE_TOTAL_ROWS, rows)


def promise_tables(
    release: Release, partners: Sequence[str], on: date, ahead: int = 365
) -> dict[str, pa.Table]:
    """Tables of a brief: promises to which all partners are a party, and their money.

    Args:
        release: the data.
        partners: region codes.
        on: day of the states; pledges public by then count.
        ahead: days after it up to which the course of states is told, as if nothing came.
    """
    chosen = agreements_of(load_agreements(release), partners)
    names = {agreement.agreement_id for agreement in chosen}
    pledges = public_by(load_pledges(release), on, names)
    evidence = release.table("provision_evidence")
    kept = [row["agreement_id"] in names and row["day"] <= on for row in evidence.to_pylist()]
    return {
        "promise_states": states_table(states_on(chosen, on)),
        "promise_spans": spans_table(chosen, on + timedelta(days=ahead), on),
        "promise_deadlines": deadlines_table(chosen),
        "provision_evidence": evidence.filter(pa.array(kept, pa.bool_())),
        "pledge_values": pledges_table(pledges),
        "pledge_totals": totals_table(pledges, on),
    }
