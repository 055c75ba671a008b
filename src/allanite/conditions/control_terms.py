"""How much passes under an article, day by day, and what that makes of each period.

An article is in force in spells. Within a spell the passing share is constant between the days
on which a figure or the first licences begin; a period takes each stretch at its share of days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.conditions.branches import Spell
from allanite.conditions.control_figures import (
    Members,
    Terms,
    durations_of,
    figure_on,
    figures_of,
    in_normal_rates,
    serves,
)
from allanite.conditions.control_reach import Reach, Treatment
from allanite.conditions.horizon import Horizon
from allanite.law.parameters import ControlFigure

_DAY: Final = timedelta(days=1)
MOST_OF_A_PERIOD: Final = 0.5
Value = Callable[[date], float | None]
_MISSING: Final[Mapping[Treatment, str]] = {
    "licence": "no row says how long licences take or how many are given; nothing is held up",
    "denied": "not applied; no row gives the share of the denied parties",
    "measured": "not applied; no row says how much still passes",
}


def passing_losses(terms: Terms, reach: Reach, found: Sequence[Spell], place: int) -> FloatArray:
    """Share of what would normally pass to a place, or grow there, and does not, (P,) [1]."""
    members = terms.atlas.place_members[place]
    losses = np.zeros(terms.horizon.count)
    for spell in found:
        value, marks = _rule(terms, reach, spell, members)
        for first, last in _stretches(terms.horizon, spell, marks):
            passing = value(first)
            if passing is not None:
                losses += (1 - passing) * _shares(terms.horizon, first, last)
    return np.clip(losses, 0.0, 1.0)


def quota_rates(terms: Terms, reach: Reach, found: Sequence[Spell], members: Members) -> FloatArray:
    """Quota of each period, shape (P,) [t/yr]; inf where none holds in most of the period."""
    figures = figures_of(terms, reach)
    total, share = np.zeros(terms.horizon.count), np.zeros(terms.horizon.count)
    for spell in found:
        for first, last in _stretches(terms.horizon, spell, _edges(figures)):
            figure = figure_on(terms, reach, figures, "quota_rate", members, first)
            if figure is not None:
                part = _shares(terms.horizon, first, last)
                total += figure.value * part
                share += part
    held = share >= MOST_OF_A_PERIOD
    if np.any((share > 0) & (share < 1 - 1e-9)):
        terms.notes.add(
            f"{reach.article.label}: a period the quota covers in part counts as under it where"
            " most of its days are."
        )
    return np.where(held, total / np.where(held, share, 1.0), np.inf)


def quota_destinations(terms: Terms, reach: Reach) -> tuple[str, ...]:
    """Destinations for which figures give a quota."""
    figures = figures_of(terms, reach)
    if not figures:
        terms.notes.add(f"{reach.article.label}: not applied; no row gives the quota in tonnes.")
    return tuple(sorted({figure.destination for figure in figures}))


def tell_missing(terms: Terms, reach: Reach, places: Iterable[int]) -> None:
    """Note what is not applied because no row gives the figure it takes."""
    reason = _MISSING.get(reach.treatment)
    if reason is None:
        return
    figures = figures_of(terms, reach)
    if reach.treatment == "licence":
        figures += durations_of(terms, reach)
    network = terms.atlas.network
    without = {
        network.place_country[place]
        for place in places
        if not any(serves(terms, f, terms.atlas.place_members[place]) for f in figures)
    }
    if without:
        names = ", ".join(sorted(without))
        terms.notes.add(f"{reach.article.label}: {reason} for {names}.")


def _rule(terms: Terms, reach: Reach, spell: Spell, members: Members) -> tuple[Value, set[date]]:
    """Passing share of a day of the spell, None where nothing changes; days it can change on."""
    figures = figures_of(terms, reach)
    marks = _edges(figures)
    licences = date.min
    if reach.treatment == "licence":
        licences = _first_licences(terms, reach, spell, members)
        marks.add(licences)

    def value(day: date) -> float | None:
        if day < licences:
            return 0.0
        found = [
            (parameter, figure)
            for parameter in ("approval_share", "listed_share", "growth_closed")
            if (figure := figure_on(terms, reach, figures, parameter, members, day)) is not None
        ]
        if not found:
            return _by_text(terms, reach, spell)
        shares = [
            figure.value if parameter == "approval_share" else 1 - figure.value
            for parameter, figure in found
            if not in_normal_rates(terms, reach, spell, figure)
        ]
        return min(shares) if shares else None

    return value, marks


def _by_text(terms: Terms, reach: Reach, spell: Spell) -> float | None:
    """Without a figure: nothing passes a ban, nothing grows without know-how, the rest goes on."""
    if reach.treatment not in ("ban", "growth") or in_normal_rates(terms, reach, spell):
        return None
    return 0.0


def _first_licences(terms: Terms, reach: Reach, spell: Spell, members: Members) -> date:
    """The first day on which licences can have been given.

    A share measured from the first day of the spell on tells itself what passed while licences
    were asked for.
    """
    if spell.first_day is None:
        return date.min
    measured = any(
        figure.reading == "observed"
        and figure.first_day == spell.first_day
        and serves(terms, figure, members)
        for figure in figures_of(terms, reach)
    )
    if measured:
        return date.min
    rows = durations_of(terms, reach)
    found = figure_on(terms, reach, rows, "licence_duration", members, spell.first_day)
    return spell.first_day + timedelta(days=round(found.value if found else 0.0))


def _edges(figures: Iterable[ControlFigure]) -> set[date]:
    days = {figure.first_day for figure in figures}
    days |= {figure.last_day + _DAY for figure in figures if figure.last_day is not None}
    return {day for day in days if day is not None}


def _stretches(
    horizon: Horizon, spell: Spell, marks: Iterable[date]
) -> Iterator[tuple[date, date]]:
    """Stretches of a spell inside the horizon, cut before each mark."""
    first = max(spell.first_day or date.min, horizon.first_day(0))
    last = min(spell.last_day or date.max, horizon.last_day(horizon.count - 1))
    if first > last:
        return
    starts = [first, *sorted(day for day in marks if first < day <= last)]
    ends = [*(day - _DAY for day in starts[1:]), last]
    yield from zip(starts, ends, strict=True)


def _shares(horizon: Horizon, first: date, last: date) -> FloatArray:
    return np.array([horizon.share_of_period(p, first, last) for p in range(horizon.count)])
