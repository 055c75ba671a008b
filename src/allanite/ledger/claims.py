"""Claims as data: what is said, by whom, when, about what, and which queries check it.

A query names one kind of a closed vocabulary (`catalogue.tables.claims.QUERY_KINDS`) and its
arguments; a study answers it. Nothing that stands in a cell is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.errors import DataError, Finding, UsageError
from allanite.ledger.quantity import (
    DAY_UNIT,
    Interval,
    Quantity,
    compared,
    day_interval,
    parse_quantity,
    parse_span,
)

Row = Mapping[str, Any]
MINERALS: Final = "minerals"
CHECKABLE: Final = ("fact", "omission")
# kind of query -> arguments it cannot do without
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "output share": ("region", "stage"),
    "published share": ("subject",),
    "exposure share": ("region", "stage", "materials", "user"),
    "world output share": ("region", "stage", "subject"),
    "count of sites": ("region", "stage", "status"),
    "state of a control": ("subject", "expected_states"),
    "count of elements": ("subject",),
    "threshold of a control": ("subject", "item"),
    "day of an agreement": ("subject",),
    "provision of an agreement": ("subject", "item"),
    "time to a deadline": ("subject", "item"),
    "binding force": ("subject",),
    "money pledged": ("subject",),
    "quotient": ("subject", "numerator", "denominator"),
    "count of minerals on a list": ("subject", "materials"),
    "largest saving by a substitute": ("item", "end_use"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of one text.

    Attributes:
        claim_id, topic, sentence: id, the subject all like it share, one plain sentence.
        field: `minerals` or `outside`; nature: fact, omission, statement, opinion, ...
        quantity: what it says as an interval; None where it names no number.
        said_on: first day it can have been said.
        grade, basis: kind of source; whether the page was read.
        compiled: verdict as compiled by hand; note, other_sources: what was found beside.
        why: why no query stands for it.
        held_until: last day on which it held as a source says; held_reason: what ended it.
    """

    claim_id: str
    topic: str
    sentence: str
    field: str
    nature: str
    quantity: Quantity | None
    said_on: date
    grade: str
    basis: str
    compiled: str
    note: str
    other_sources: str
    url: str
    why: str
    held_until: date | None
    held_reason: str

    @property
    def is_checkable(self) -> bool:
        """Whether data can speak to it: a fact or an omission of the project's field."""
        return self.field == MINERALS and self.nature in CHECKABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimQuery:
    """One question put to the data.

    Attributes:
        query_id, topic, kind, reading, role: as in table `claim_queries`.
        arguments: the cells that the kind reads; unit of what is found.
        expected: what bears the claim out; None takes the claim's own quantity.
        states: states that bear it out, of queries about states.
        tolerance: in `unit`; caveat: makes a verdict `with nuance`.
    """

    query_id: str
    topic: str
    kind: str
    reading: str
    role: str
    arguments: Row
    expected: Interval | None
    states: tuple[str, ...]
    unit: str
    tolerance: float
    caveat: str

    def text(self, name: str) -> str:
        """One argument as text; empty where it is not given."""
        return str(self.arguments.get(name) or "")

    def items(self, name: str) -> tuple[str, ...]:
        """One argument as a list."""
        return tuple(part for part in self.text(name).split("|") if part)

    def wanted(self, claim: Claim) -> Interval | None:
        """What the data must show for the claim to hold; None where states are compared."""
        if self.expected is not None or self.states:
            return self.expected
        return None if claim.quantity is None else claim.quantity.interval


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims of a release, and their queries by topic."""

    claims: tuple[Claim, ...]
    queries: Mapping[str, tuple[ClaimQuery, ...]]

    def of(self, claim_id: str) -> Claim:
        """The claim of that id; raises `UsageError` with the nearest ids."""
        by_id = {claim.claim_id.casefold(): claim for claim in self.claims}
        found = by_id.get(claim_id.strip().casefold())
        if found is None:
            near = get_close_matches(claim_id.casefold(), list(by_id), n=3, cutoff=0.4)
            hint = ", ".join(by_id[name].claim_id for name in near) or "see allanite ledger claims"
            raise UsageError(f"no claim {claim_id!r}; nearest: {hint}")
        return found


def load_claims(release: Release) -> Claims:
    """The claims of a release with their queries.

    Raises:
        DataError: a claim without a topic, a quantity or date that cannot be read, a query
            without the arguments of its kind or with nothing to compare with; all at once.
    """
    findings: list[Finding] = []
    topics = {row["claim_id"]: row for row in release.rows("claim_topics")}
    claims = [
        claim
        for row in release.rows("claims")
        if (claim := _claim(row, topics.get(row["claim_id"]), findings)) is not None
    ]
    queries: dict[str, list[ClaimQuery]] = {}
    for row in release.rows("claim_queries"):
        query = _query(row, findings)
        if query is not None:
            queries.setdefault(query.topic, []).append(query)
    findings += _loose(claims, queries)
    if findings:
        raise DataError(findings)
    return Claims(tuple(claims), {topic: tuple(found) for topic, found in queries.items()})


def _claim(row: Row, topic: Row | None, findings: list[Finding]) -> Claim | None:
    if topic is None:
        findings.append(_fault("claims", row["claim_id"], "no row", "a row in claim_topics"))
        return None
    try:
        quantity = parse_quantity(row["quantity"], row["unit"])
        said_on = parse_span(row["claim_date"] or "")[0]
    except UsageError as error:
        findings.append(_fault("claims", row["claim_id"], str(error), "a quantity and a date"))
        return None
    return Claim(
        claim_id=row["claim_id"],
        topic=topic["topic"],
        sentence=topic["sentence"],
        field=topic["field"],
        nature=topic["nature"],
        quantity=quantity,
        said_on=said_on,
        grade=row["confidence"] or "",
        basis=row["basis"],
        compiled=row["verdict"],
        note=row["note"] or "",
        other_sources=row["other_sources_say"] or "",
        url=row["url"] or "",
        why=topic["why"] or "",
        held_until=topic["held_until"],
        held_reason=topic["held_reason"] or "",
    )


def _query(row: Row, findings: list[Finding]) -> ClaimQuery | None:
    missing = [name for name in NEEDED[row["kind"]] if row.get(name) in (None, "")]
    if missing:
        found = f"{row['kind']!r} without {', '.join(missing)}"
        findings.append(_fault("claim_queries", row["query_id"], found, "all of its arguments"))
        return None
    try:
        expected = _expected(row)
    except UsageError as error:
        findings.append(_fault("claim_queries", row["query_id"], str(error), "ends in order"))
        return None
    return ClaimQuery(
        query_id=row["query_id"],
        topic=row["topic"],
        kind=row["kind"],
        reading=row["reading"],
        role=row["role"],
        arguments=row,
        expected=expected,
        states=tuple(part for part in (row["expected_states"] or "").split("|") if part),
        unit=row["unit"],
        tolerance=float(row["tolerance"]),
        caveat=row["caveat"] or "",
    )


def _expected(row: Row) -> Interval | None:
    if row["expected_day"] is not None:
        return day_interval(row["expected_day"])
    if row["kind"] == "quotient":
        value = float(row["numerator"]) / float(row["denominator"])
        return Interval(value, value)
    if row["comparison"] is None:
        return None
    return compared(row["comparison"], row["expected_low"], row["expected_high"])


def _loose(
    claims: Sequence[Claim], queries: Mapping[str, Sequence[ClaimQuery]]
) -> Iterator[Finding]:
    """Queries of no claim's topic, and queries that have nothing to compare with."""
    topics = {claim.topic for claim in claims}
    for topic, asked in queries.items():
        if topic not in topics:
            yield _fault("claim_queries", asked[0].query_id, f"topic {topic!r}", "a claim's topic")
    for claim in claims:
        for query in queries.get(claim.topic, ()):
            if query.wanted(claim) is None and not query.states:
                found = f"nothing to compare {claim.claim_id} with"
                yield _fault("claim_queries", query.query_id, found, "expected ends or states")
            elif query.expected is None and not query.states and not _fits(claim, query):
                unit = claim.quantity.unit if claim.quantity else ""
                yield _fault("claim_queries", query.query_id, f"unit {query.unit!r}", repr(unit))


def _fits(claim: Claim, query: ClaimQuery) -> bool:
    """Whether a query finds something in the unit of the claim's own quantity."""
    unit = claim.quantity.unit if claim.quantity else ""
    return query.unit == unit or (unit == DAY_UNIT and query.unit == "d")


def _fault(table: str, place: str, found: str, allowed: str) -> Finding:
    remedy = "Correct the row; see docs/explanation/claims.md."
    return Finding(table=table, place=place, found=found, allowed=allowed, remedy=remedy)
