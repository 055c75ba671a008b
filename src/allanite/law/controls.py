"""Control records: what a text says, in which periods, about which things, seen by whom.

Loading checks that the periods of every article cover each day once, with one state or with
at least two branches, so that nothing downstream can read a gap as "free".
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.errors import DataError, Finding, UsageError
from allanite.law.scope import Scope, Vocabulary
from allanite.law.timeline import Branch, Period, State
from allanite.law.words import build_vocabulary, members_of

Row = dict[str, Any]
WEIGHT_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Effect:
    """One observed effect: words, and the day, month or year they speak of."""

    text: str
    dated: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One dated event around controls."""

    dated: str
    what: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a control: its own text, periods in order of time, and scope.

    `starts` is the first day in force as the text has it; empty where it names none.
    """

    article: str
    label: str
    de_jure: str
    starts: str
    periods: tuple[Period, ...]
    scopes: tuple[Scope, ...]

    def period_on(self, day: date) -> Period:
        """The period that holds the day."""
        return next(period for period in self.periods if period.holds(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One export control or restriction.

    Attributes:
        control_id, issuer, issuer_name, title, short_title, kind: as in table `controls`.
        announced: date of announcement as printed; empty where there is none.
        affects: controls a suspension acts on.
        de_jure: what the whole text says.
        thresholds: thresholds and item numbers as JSON; empty where there are none.
        articles: at least one.
        effects: observed effects, apart from the text.
        events: dated events that bear on it.
        confidence, seen, url: of the best source.
        evidence_until: date of the newest source.
    """

    control_id: str
    issuer: str
    issuer_name: str
    title: str
    short_title: str
    kind: str
    announced: str
    affects: tuple[str, ...]
    de_jure: str
    thresholds: str
    articles: tuple[Article, ...]
    effects: tuple[Effect, ...]
    events: tuple[Event, ...]
    confidence: str
    seen: str
    url: str
    evidence_until: date | None


@dataclass(frozen=True, slots=True)
class Controls:
    """Every control record of a release, and the words to ask about them."""

    records: Mapping[str, Control]
    words: Vocabulary

    def control(self, control_id: str) -> Control:
        """The control of that id or short title.

        Raises:
            UsageError: no such control; the nearest ids are named.
        """
        import difflib

        by_name = {c.control_id.casefold(): c for c in self.records.values()}
        by_name |= {c.short_title.casefold(): c for c in self.records.values()}
        wanted = control_id.casefold().strip()
        if wanted in by_name:
            return by_name[wanted]
        near = difflib.get_close_matches(wanted, list(by_name), n=4, cutoff=0.5)
        names = ", ".join(by_name[name].control_id for name in near)
        hint = f"nearest: {names}" if near else "see `allanite law list`"
        raise UsageError(f"no control {control_id!r}; {hint}")


def load_controls(release: Release) -> Controls:
    """The control records of a release.

    Raises:
        DataError: periods of an article overlap, leave days out, or have branches that do
            not fit; a control has no period or no scope. All faults at once.
    """
    tables = {
        name: _grouped(release.rows(name))
        for name in (
            "control_articles",
            "control_periods",
            "control_scope",
            "control_effects",
            "control_events",
        )
    }
    findings: list[Finding] = []
    groups = {
        row["word"]: frozenset(str(row["regions"]).split())
        for row in release.rows("control_words")
        if row["use"] == "region_group"
    }
    records = {
        row["control_id"]: _control(row, tables, groups, findings)
        for row in release.rows("controls")
    }
    if findings:
        raise DataError(findings)
    return Controls(records, build_vocabulary(release))


def _grouped(rows: Sequence[Row]) -> Mapping[str | None, list[Row]]:
    found: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["control_id"]].append(row)
    return found


def _control(
    row: Row,
    tables: Mapping[str, Mapping[str | None, list[Row]]],
    groups: Mapping[str, frozenset[str]],
    findings: list[Finding],
) -> Control:
    control_id = row["control_id"]
    own = {name: rows.get(control_id, []) for name, rows in tables.items()}
    return Control(
        control_id=control_id,
        issuer=row["issuer"],
        issuer_name=row["issuer_name"],
        title=row["title"],
        short_title=row["short_title"],
        kind=row["kind"],
        announced=row["announced"] or "",
        affects=tuple((row["affects"] or "").split()),
        de_jure=row["de_jure"],
        thresholds=row["thresholds"] or "",
        articles=_articles(row, own, groups, findings),
        effects=tuple(
            Effect(e["observed_text"], e["dated"])
            for e in own["control_effects"]
            if e["measure"] == "text"
        ),
        events=tuple(Event(e["dated"], e["what"]) for e in own["control_events"]),
        confidence=row["confidence"] or "",
        seen=row["seen"] or "",
        url=row["url"] or "",
        evidence_until=row["evidence_until"],
    )


def _articles(
    row: Row,
    own: Mapping[str, list[Row]],
    groups: Mapping[str, frozenset[str]],
    findings: list[Finding],
) -> tuple[Article, ...]:
    control_id = row["control_id"]
    if not own["control_articles"]:
        findings.append(_finding(control_id, "", "no article", "at least one article"))
    articles: list[Article] = []
    for text in own["control_articles"]:
        name = text["article"]
        scopes = tuple(_scope(r, groups) for r in own["control_scope"] if r["article"] == name)
        periods = periods_of_rows([r for r in own["control_periods"] if r["article"] == name])
        if not scopes:
            findings.append(_finding(control_id, name, "no scope", "at least one row"))
        findings.extend(check_periods(control_id, name, periods))
        starts = text["in_force_from"] or ""
        articles.append(Article(name, text["label"], text["de_jure"], starts, periods, scopes))
    return tuple(articles)


def _scope(row: Row, groups: Mapping[str, frozenset[str]]) -> Scope:
    where, excluded = row["destination"], row["excluded_destination"]
    return Scope(
        element=row["element"],
        stage=row["stage"],
        destination=where,
        destinations=None if where == WORLD else members_of(where, groups),
        excluded=frozenset() if excluded is None else members_of(excluded, groups),
        party=row["party"],
        subject=row["subject"],
        condition=row["condition"] or "",
    )


def periods_of_rows(rows: Sequence[Row]) -> tuple[Period, ...]:
    """Periods in order of time from rows with the columns of `control_periods`."""
    spans: dict[tuple[date | None, date | None], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: (r["from_date"] or date.min, r["sequence"])):
        spans[(row["from_date"], row["to_date"])].append(row)
    return tuple(_joint_period(found) for found in spans.values())


def _joint_period(rows: Sequence[Row]) -> Period:
    first = rows[0]
    branches = tuple(_branch(row) for row in rows if row["branch"] is not None)
    return Period(
        first_day=first["from_date"],
        last_day=first["to_date"],
        precision=first["from_precision"],
        state=first["state"] if len({r["state"] for r in rows}) == 1 else "unknown",
        branches=branches if branches or len(rows) == 1 else (Branch("", "unknown"),) * len(rows),
        because_of=first["because_of"] or "",
        check=first["what_to_check"] or "",
        url=first["url"] or "",
    )


def _branch(row: Row) -> Branch:
    state: State = row["branch_state"] or "unknown"
    return Branch(row["branch"], state, row["branch_weight"], row["assumption_id"] or "")


def check_periods(control_id: str, article: str, periods: Sequence[Period]) -> list[Finding]:
    """Gaps, overlaps and branches that do not fit."""
    if not periods:
        return [_finding(control_id, article, "no period", "periods for every day")]
    findings: list[Finding] = []
    if periods[0].first_day is not None or periods[-1].last_day is not None:
        found = f"{periods[0].first_day} to {periods[-1].last_day}"
        findings.append(_finding(control_id, article, found, "first and last period open"))
    for one, following in itertools.pairwise(periods):
        expected = None if one.last_day is None else one.last_day + timedelta(days=1)
        if expected is None or following.first_day != expected:
            found = f"a period that ends {one.last_day} before one from {following.first_day}"
            findings.append(_finding(control_id, article, found, "each day in one period"))
    for period in periods:
        findings.extend(_check_branches(control_id, article, period))
    return findings


def _check_branches(control_id: str, article: str, period: Period) -> list[Finding]:
    names = [branch.name for branch in period.branches]
    unknown = period.state == "unknown"
    if unknown != bool(names) or len(names) == 1 or len(set(names)) != len(names):
        found = f"state {period.state} from {period.first_day} with branches {names}"
        return [_finding(control_id, article, found, "unknown with two or more named branches")]
    weights = [branch.weight for branch in period.branches if branch.weight is not None]
    complete = len(weights) in (0, len(names))
    if not complete or (weights and abs(sum(weights) - 1.0) > WEIGHT_TOLERANCE):
        found = f"weights {weights} from {period.first_day}"
        return [_finding(control_id, article, found, "no weight, or weights that sum to one")]
    return []


def _finding(control_id: str, article: str, found: str, allowed: str) -> Finding:
    return Finding(
        table="control_periods",
        place=f"{control_id} {article}".strip(),
        found=found,
        allowed=allowed,
        remedy="Correct the rows of this article.",
    )
