"""Who stands behind the buyer, and what listed parties hold of each of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from allanite.law.parties.index import PartyIndex
from allanite.law.parties.records import Stake

Row = dict[str, Any]


def ownership_rows(index: PartyIndex, party_id: str, on: date) -> Iterator[Row]:
    """Rows of `sale_ownership`: the buyer, then every stake that leads up from it."""
    yield {"position": 0, "holds": "", **_party_row(index, party_id, on)}
    for position, stake in enumerate(index.chain(party_id, on), start=1):
        yield {
            "position": position,
            **_party_row(index, stake.owner_id, on),
            **_stake_row(stake),
        }


def _stake_row(stake: Stake) -> Row:
    return {
        "holds": stake.held_id,
        "stake_low": stake.low,
        "stake_high": stake.high,
        "state": stake.state,
        "source": stake.source,
    }


def _party_row(index: PartyIndex, party_id: str, on: date) -> Row:
    party = index.parties[party_id]
    through = index.ownership(party_id, on, reading="control_chain")
    interest = index.ownership(party_id, on, reading="multiplied")
    return {
        "party": party_id,
        "name": party.name,
        "country": party.country or None,
        "listed_as": "; ".join(through.listed_as) or None,
        "is_listed": through.is_listed,
        "listed_low": through.low,
        "listed_named": through.named_high,
        "listed_high": through.high,
        "interest_low": interest.low,
        "interest_high": interest.high,
        "at_least_half": through.reaches(),
    }
