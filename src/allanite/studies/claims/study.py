"""Every claim of a release judged on a day: verdicts, readings, sources, contradictions."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_ledger_claims import (
    CLAIM_CONTRADICTIONS,
    CLAIM_READINGS,
    CLAIM_SOURCE_GROUPS,
    CLAIM_VERDICTS,
)
from allanite.ledger.claim_sources import TopicSources, topic_sources
from allanite.ledger.claims import Claim, Claims, load_claims
from allanite.ledger.contradictions import Pair, Statement, find_contradictions, load_statements
from allanite.ledger.independence import Independence
from allanite.network.reconcile import Baseline
from allanite.studies.claims.evaluate import NETWORK_KINDS, Reading, flip_text
from allanite.studies.claims.evidence import ClaimWorld
from allanite.studies.claims.told import flips, main_range, told
from allanite.studies.claims.verdicts import Judged, judge_claim

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """All that is known of the claims on a day.

    Attributes:
        on: the day; judged: claims said by then; sources: by topic; pairs: what differs.
    """

    on: date
    judged: tuple[Judged, ...]
    sources: Mapping[str, TopicSources]
    pairs: tuple[Pair, ...]

    def tables(self) -> dict[str, pa.Table]:
        """Tables `claim_verdicts`, `claim_readings`, `claim_source_groups`,
        `claim_contradictions`.
        """
        verdicts = [_verdict_row(j, self.sources.get(j.claim.topic)) for j in self.judged]
        readings = [row for j in self.judged for row in _reading_rows(j)]
        groups = [row for found in self.sources.values() for row in _source_rows(found)]
        pairs = [_pair_row(pair) for pair in self.pairs]
        return {
            CLAIM_VERDICTS.name: rows_table(CLAIM_VERDICTS, verdicts),
            CLAIM_READINGS.name: rows_table(CLAIM_READINGS, readings),
            CLAIM_SOURCE_GROUPS.name: rows_table(CLAIM_SOURCE_GROUPS, groups),
            CLAIM_CONTRADICTIONS.name: rows_table(CLAIM_CONTRADICTIONS, pairs),
        }


def needs_network(claims: Claims, chosen: Collection[str] | None = None) -> bool:
    """Whether a query of the claims (None: of all) asks the reconciled network."""
    topics = {c.topic for c in claims.claims if chosen is None or c.claim_id in chosen}
    return any(
        query.kind in NETWORK_KINDS for topic in topics for query in claims.queries.get(topic, ())
    )


def check_claims(
    release: Release,
    on: date,
    baseline: Baseline | None = None,
    chosen: Collection[str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> ClaimReport:
    """Every claim said by a day, judged on it.

    Args:
        release: the data.
        on: the day.
        baseline: reconciled rates; without them queries about shares find nothing.
        chosen: ids of the claims wanted; None takes all.
        texts: text by document name, where it is at hand, for the count of sources.

    Raises:
        DataError: claims, queries or statements with faults.
    """
    claims = load_claims(release)
    world = ClaimWorld(release, baseline)
    wanted = [c for c in claims.claims if _is_wanted(c, on, chosen)]
    judged = tuple(judge_claim(world, c, claims.queries.get(c.topic, ()), on) for c in wanted)
    topics = {claim.topic for claim in wanted}
    counted = {s.topic: s for s in topic_sources(release, claims, on, texts) if s.topic in topics}
    return ClaimReport(on, judged, counted, find_contradictions(load_statements(release), on))


def _is_wanted(claim: Claim, on: date, chosen: Collection[str] | None) -> bool:
    return claim.said_on <= on and (chosen is None or claim.claim_id in chosen)


def _verdict_row(judged: Judged, sources: TopicSources | None) -> Row:
    claim = judged.claim
    return {
        "claim_id": claim.claim_id,
        "on_date": judged.on,
        "topic": claim.topic,
        "sentence": claim.sentence,
        "said_on": claim.said_on,
        "grade": claim.grade or None,
        "field": claim.field,
        "nature": claim.nature,
        "verdict": judged.verdict,
        "verdict_then": judged.verdict_then,
        "rests_on": judged.rests_on,
        "told": told(judged),
        **_numbers(judged),
        "held_from": judged.held_from,
        "held_until": judged.held_until,
        "flips": flips(judged) or None,
        "sources": None if sources is None else sources.making.count,
        "texts": None if sources is None else _texts(sources.making),
        "compiled": claim.compiled,
    }


def _texts(found: Independence) -> int:
    return sum(len(group.documents) for group in found.groups)


def _numbers(judged: Judged) -> Row:
    """The range of the main readings beside what is claimed."""
    found = main_range(judged.readings)
    if found is None:
        return {}
    reading, interval = found
    return {
        "low": interval.low,
        "high": interval.high,
        **_claimed(reading),
        "unit": reading.query.unit,
        "as_of": reading.evidence.as_of or None,
    }


def _claimed(reading: Reading) -> Row:
    wanted = reading.wanted
    if wanted is None:
        return {}
    return {"claimed_low": _finite(wanted.low), "claimed_high": _finite(wanted.high)}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _reading_rows(judged: Judged) -> Iterable[Row]:
    for reading, before in zip(judged.readings, judged.then, strict=True):
        query, evidence = reading.query, reading.evidence
        interval = evidence.interval
        yield {
            "claim_id": judged.claim.claim_id,
            "query_id": query.query_id,
            "kind": query.kind,
            "reading": query.reading,
            "role": query.role,
            "outcome": reading.outcome,
            "outcome_then": before.outcome,
            "value": evidence.value,
            "low": None if interval is None else _finite(interval.low),
            "high": None if interval is None else _finite(interval.high),
            **_claimed(reading),
            "unit": query.unit,
            "told": evidence.told,
            "flips": flip_text(reading) or None,
            "as_of": evidence.as_of or None,
            "table": evidence.table,
            "quality": evidence.quality,
        }


def _source_rows(sources: TopicSources) -> Iterable[Row]:
    for stance, found in (("makes", sources.making), ("differs", sources.differing)):
        for position, group in enumerate(found.groups, start=1):
            yield {
                "topic": sources.topic,
                "stance": stance,
                "position": position,
                "texts": len(group.documents),
                "documents": "|".join(group.documents),
                "publishers": "|".join(group.publishers),
                "origin": group.origin or None,
                "first_day": group.first_day,
                "reason": group.reason,
            }


def _pair_row(pair: Pair) -> Row:
    sides: dict[str, Any] = {"first": pair.first, "second": pair.second}
    row: Row = {"subject": pair.first.subject, "measure": pair.first.measure}
    row["relation"] = pair.relation
    for name, statement in sides.items():
        row |= _side(name, statement)
    return row


def _side(name: str, statement: Statement) -> Row:
    return {
        f"{name}_id": statement.statement_id,
        f"{name}_told": statement.told,
        f"{name}_by": statement.said_by,
        f"{name}_on": statement.said_on,
        f"{name}_grade": statement.grade,
        f"{name}_url": statement.url or None,
        f"{name}_note": statement.note or None,
    }
