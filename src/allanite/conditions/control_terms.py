"""How much passes under an article, day by day, and what that makes of each period.

An article is in force in spells. Within a spell the passing share is constant between the days
on which a figure or the first licences begin; a period takes each stretch at its share of days.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.catalogue.tables.core import WORLD
from allanite.conditions.atlas import Atlas, lies_in, members_of_code
from allanite.conditions.branches import Spell
from allanite.conditions.control_reach import Reach, Treatment
from allanite.conditions.horizon import Horizon
from allanite.law.parameters import ControlFigure, ControlParameters, Parameter, Reading

_DAY: Final = timedelta(days=1)
MOST_OF_A_PERIOD: Final = 0.5
Value = Callable[[date], float | None]
_PARAMETERS: Final[Mapping[Treatment, tuple[Parameter, ...]]] = {
    "ban": ("approval_share",),
    "licence": ("approval_share", "licence_duration"),
    "quota": ("quota_rate",),
    "denied": ("listed_share",),
    "measured": ("approval_share",),
    "growth": ("growth_closed",),
}
_MISSING: Final[Mapping[Treatment, str]] = {
    "licence": "no row says how long licences take or how many are given; nothing is held up",
    "denied": "not applied; no row gives the share of the denied parties",
    "measured": "not applied; no row says how much still passes",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """What is needed to read figures: the network, the periods, the figures, the reading.

    Attributes:
        notes: sentences for the reader, collected while figures are read.
    """

    atlas: Atlas
    horizon: Horizon
    parameters: ControlParameters
    reading: Reading
    notes: set[str]


def passing_losses(terms: Terms, reach: Reach, found: Sequence[Spell], place: int) -> FloatArray:
    """Share of what would normally pass to a place, or grow there, and does not, (P,) [1]."""
    losses = np.zeros(terms.horizon.count)
    for spell in found:
        value = _value(terms, reach, spell, place)
        marks = _marks(terms, reach, spell, terms.atlas.place_members[place])
        for first, last in _stretches(terms.horizon, spell, marks):
            passing = value(first)
            if passing is not None:
                losses += (1 - passing) * _shares(terms.horizon, first, last)
    return np.clip(losses, 0.0, 1.0)


def quota_rates(
    terms: Terms, reach: Reach, found: Sequence[Spell], members: frozenset[str] | None
) -> FloatArray:
    """Quota of each period, shape (P,) [t/yr]; inf where none holds in most of the period."""
    figures = _figures(terms, reach, ("quota_rate",))
    total, share = np.zeros(terms.horizon.count), np.zeros(terms.horizon.count)
    for spell in found:
        marks = _edges(figures)
        for first, last in _stretches(terms.horizon, spell, marks):
            rate = _figure_on(terms, reach, "quota_rate", members, first)
            if rate is not None:
                part = _shares(terms.horizon, first, last)
                total += rate * part
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
    figures = _figures(terms, reach, ("quota_rate",))
    if not figures:
        terms.notes.add(f"{reach.article.label}: not applied; no row gives the quota in tonnes.")
    return tuple(sorted({figure.destination for figure in figures}))


def _value(terms: Terms, reach: Reach, spell: Spell, place: int) -> Value:
    """Passing share of a day of the spell; None where nothing is known to change."""
    members = terms.atlas.place_members[place]

    def approved(day: date) -> float | None:
        return _figure_on(terms, reach, "approval_share", members, day)

    def ban(day: date) -> float | None:
        share = approved(day)
        return share if share is not None else _by_text(terms, reach, spell)

    def licence(day: date) -> float | None:
        waiting = day < _first_licences(terms, reach, spell, members)
        return 0.0 if waiting else approved(day)

    def complement(parameter: Parameter) -> Value:
        def left(day: date) -> float | None:
            share = _figure_on(terms, reach, parameter, members, day)
            return None if share is None else 1 - share

        return left

    def growth(day: date) -> float | None:
        left = complement("growth_closed")(day)
        return left if left is not None else _by_text(terms, reach, spell)

    rules: dict[str, Value] = {
        "denied": complement("listed_share"),
        "ban": ban,
        "licence": licence,
        "measured": approved,
        "growth": growth,
    }
    return rules[reach.treatment]


def tell_missing(terms: Terms, reach: Reach, places: Iterable[int]) -> None:
    """Note what is not applied because no row gives the figure it takes."""
    reason = _MISSING.get(reach.treatment)
    if reason is None:
        return
    figures = _figures(terms, reach, _PARAMETERS[reach.treatment])
    without = [
        place
        for place in places
        if not any(_serves(terms, f, terms.atlas.place_members[place]) for f in figures)
    ]
    if without:
        names = ", ".join(sorted({terms.atlas.network.place_country[place] for place in without}))
        terms.notes.add(f"{reach.article.label}: {reason} for {names}.")


def _by_text(terms: Terms, reach: Reach, spell: Spell) -> float | None:
    """Nothing passes or grows, unless the base year already lies under the text."""
    year = terms.atlas.network.year
    if spell.first_day is not None and spell.first_day > date(year, 1, 1):
        return 0.0
    terms.notes.add(
        f"{reach.article.label}: in force all through {year}; the normal rates hold it already."
    )
    return None


def _first_licences(terms: Terms, reach: Reach, spell: Spell, members: frozenset[str]) -> date:
    """The first day on which licences can have been given."""
    if spell.first_day is None:
        return date.min
    waiting = _figure_on(terms, reach, "licence_duration", members, spell.first_day)
    return spell.first_day + timedelta(days=round(waiting or 0.0))


def _marks(terms: Terms, reach: Reach, spell: Spell, members: frozenset[str]) -> set[date]:
    """Days of a spell on which the passing share can change."""
    marks = _edges(_figures(terms, reach, _PARAMETERS[reach.treatment]))
    if reach.treatment == "licence":
        marks.add(_first_licences(terms, reach, spell, members))
    return marks


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


def _figures(
    terms: Terms, reach: Reach, parameters: Sequence[Parameter]
) -> tuple[ControlFigure, ...]:
    """Figures in the reading; by the text where a control has no observed ones at all."""
    article = reach.control.control_id, reach.article.article
    found = [f for name in parameters for f in terms.parameters.of(*article, name, terms.reading)]
    if found or terms.reading == "de_jure":
        return tuple(found)
    return tuple(f for name in parameters for f in terms.parameters.of(*article, name, "de_jure"))


def _figure_on(
    terms: Terms,
    reach: Reach,
    parameter: Parameter,
    members: frozenset[str] | None,
    day: date,
) -> float | None:
    """The figure of a day for a destination; the last one before it where none holds then.

    The article's own rows go before those for all articles, a smaller territory before a
    larger one, and the newest row before older ones.
    """
    figures = [
        f
        for f in _figures(terms, reach, _PARAMETERS[reach.treatment])
        if f.parameter == parameter and _serves(terms, f, members)
    ]
    holding = [f for f in figures if f.holds(day)]
    if not holding:
        earlier = [f for f in figures if f.last_day is not None and f.last_day < day]
        if not earlier:
            return None
        newest = max(f.last_day or date.min for f in earlier)
        holding = [f for f in earlier if f.last_day == newest]
        terms.notes.add(
            f"{reach.article.label}: no {parameter} after {newest}; the last figure stands on."
        )
    best = min(holding, key=lambda f: _rank(terms, f))
    return best.value


def _serves(terms: Terms, figure: ControlFigure, members: frozenset[str] | None) -> bool:
    if figure.destination == WORLD or members is None:
        return True
    return lies_in(members, members_of_code(terms.atlas.words, figure.destination))


def _rank(terms: Terms, figure: ControlFigure) -> tuple[bool, float, int]:
    size = math.inf
    if figure.destination != WORLD:
        size = len(members_of_code(terms.atlas.words, figure.destination))
    first = figure.first_day or date.min
    return figure.article == "*", size, -first.toordinal()
