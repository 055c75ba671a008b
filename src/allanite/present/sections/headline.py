"""The headline: three to ten findings, each computed from a table, with range and link."""

from __future__ import annotations

from typing import Final

from allanite.present.data import BriefData
from allanite.present.page import Finding
from allanite.present.response import branches, partner_rows, told_together
from allanite.present.sections import (
    answer,
    claimed,
    contracts,
    dependence,
    law,
    plan,
    priorities,
    promised,
    reconciliation,
    sharing,
    stops,
)
from allanite.present.words import counted, day, joined, opening

_MOST: Final = 10
_COURSES: Final = 3  # of the law, told in a headline


def headline(data: BriefData) -> tuple[Finding, ...]:
    """What an official should know after one minute; fewer findings where tables are empty.

    The order is that of the sections; what no longer fits stands in its section.
    """
    found = (
        _law(data),
        *_courses(data),
        _plan(data),
        _sharing(data),
        _contracts(data),
        _promised(data),
        _claimed(data),
        *_dependence(data),
        _shares(data),
        _priorities(data),
        _reconciliation(data),
    )
    return tuple(finding for finding in found if finding is not None)[:_MOST]


def _law(data: BriefData) -> Finding | None:
    articles = law.watched_articles(data)
    if not articles:
        return None
    force, unknown = (law.live_count(articles, s) for s in ("in_force", "unknown"))
    changes = [row for row in data.rows("control_changes") if row["issuer"] == data.case.watched]
    doubt = f" The state of {unknown} more is unknown: both branches are shown." if unknown else ""
    text = (
        f"{data.watched_name()} has {counted(force, 'control article', 'control articles')} in "
        f"force on {day(data.as_of)}; {counted(len(changes), 'article', 'articles')} changed "
        f"state since {day(data.since)}.{doubt}"
    )
    return Finding(text, f"#{law.IDENTIFIER}", "Law of the day")


def _courses(data: BriefData) -> tuple[Finding, ...]:
    """Who stops first, and what the answer is worth: one finding a course that leads elsewhere."""
    if not partner_rows(data, "response_cover"):
        return ()
    told = {b: _course(data, b) for b in branches(data)[:_COURSES]}
    link = f"#{stops.IDENTIFIER}", "Who stops first"
    return tuple(Finding(text, *link) for text in told_together(told))


def _course(data: BriefData, branch: str) -> str:
    answered = answer.told(data, branch, 1)
    return (
        f"{stops.told(data, branch)} {opening(answered)}" if answered else stops.told(data, branch)
    )


def _plan(data: BriefData) -> Finding | None:
    text = plan.told(data)
    return Finding(text, f"#{plan.IDENTIFIER}", "What to build and store") if text else None


def _sharing(data: BriefData) -> Finding | None:
    text = sharing.told(data)
    return Finding(text, f"#{sharing.IDENTIFIER}", sharing.TITLE) if text else None


def _promised(data: BriefData) -> Finding | None:
    text = promised.told(data)
    return Finding(text, f"#{promised.IDENTIFIER}", promised.TITLE) if text else None


def _contracts(data: BriefData) -> Finding | None:
    text = contracts.told(data)
    return Finding(text, f"#{contracts.IDENTIFIER}", contracts.TITLE) if text else None


def _claimed(data: BriefData) -> Finding | None:
    text = claimed.told(data)
    return Finding(text, f"#{claimed.IDENTIFIER}", "What is claimed") if text else None


def _shares(data: BriefData) -> Finding | None:
    shares = reconciliation.watched_shares(data)
    if not shares:
        return None
    text = f"{'. '.join(shares[:3])}. Year {data.case.base_year}."
    return Finding(text, f"#{reconciliation.IDENTIFIER}", "Totals and published figures")


def _dependence(data: BriefData) -> tuple[Finding, ...]:
    texts = [dependence.told(data, partner) for partner in data.case.partners[:2]]
    return tuple(Finding(x, f"#{dependence.IDENTIFIER}", "Dependence") for x in texts if x)


def _priorities(data: BriefData) -> Finding | None:
    rows = priorities.ranked(data)
    if not rows:
        return None
    agreed = priorities.minerals_by_agreement(data, "all partners")
    alone = priorities.minerals_by_agreement(data, "one partner")
    if len(data.case.partners) == 1:
        text = f"The first priorities are {joined(agreed[:3])}." if agreed else ""
    else:
        text = f"All partners list {joined(agreed[:3])} first among {len(agreed)} shared minerals."
        text += f" One partner alone lists {joined(alone[:3])}." if alone else ""
    return Finding(text, f"#{priorities.IDENTIFIER}", "Joint priorities") if text else None


def _reconciliation(data: BriefData) -> Finding | None:
    observations = reconciliation.evidence(data)
    if not observations:
        return None
    far = len(reconciliation.beyond(observations))
    printed = sum(row["class"] == "observation" for row in observations)
    text = (
        f"The numbers rest on {printed:,} observations of many sources; {far} statements "
        f"contradict the others by more than {reconciliation.LIMIT:g} standard errors and are "
        "explained."
    )
    return Finding(text, f"#{reconciliation.IDENTIFIER}", "How well the numbers fit")
