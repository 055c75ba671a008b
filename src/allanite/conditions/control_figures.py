"""Which figure of a control holds on a day for a destination, in the reading asked for.

The row of a nearer destination stands before one of the world, one of an article before `*`,
a newer before an older one. A share that already held when the base year began stands in the
normal rates and changes nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from allanite.catalogue.tables.core import WORLD
from allanite.conditions.atlas import Atlas, lies_in, members_of_code
from allanite.conditions.branches import Spell
from allanite.conditions.control_reach import Reach, Treatment
from allanite.conditions.horizon import Horizon
from allanite.law.parameters import (
    EVERY_ARTICLE,
    ControlFigure,
    ControlParameters,
    Parameter,
    Reading,
)

Members = frozenset[str] | None
PARAMETERS_OF: Final[Mapping[Treatment, tuple[Parameter, ...]]] = {
    "ban": ("approval_share",),
    "licence": ("approval_share",),
    "quota": ("quota_rate",),
    "denied": ("listed_share", "approval_share"),
    "measured": ("approval_share",),
    "growth": ("growth_closed",),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """What is needed to read figures: the network, the periods, the figures, the reading.

    Attributes:
        frameworks: by issuer, licence controls that name no item: how long their licences take
            holds for every licence of the issuer.
        notes: sentences for the reader, collected while figures are read.
        start_delay: how much later than dated begins what begins in the horizon [d].
    """

    atlas: Atlas
    horizon: Horizon
    parameters: ControlParameters
    reading: Reading
    frameworks: Mapping[str, tuple[str, ...]]
    notes: set[str]
    start_delay: int = 0


def figures_of(terms: Terms, reach: Reach) -> tuple[ControlFigure, ...]:
    """Figures an article's effect takes; by its text where nothing at all was measured."""
    names = PARAMETERS_OF[reach.treatment]
    found = _read(terms, reach, names, terms.reading)
    return found or _read(terms, reach, names, "de_jure")


def durations_of(terms: Terms, reach: Reach) -> tuple[ControlFigure, ...]:
    """Times that licences take [d]: the control's own, else those of its issuer's framework."""
    frameworks = terms.frameworks.get(reach.control.issuer, ())
    readings: tuple[Reading, ...] = (terms.reading, "de_jure")
    for reading in readings:
        own = _read(terms, reach, ("licence_duration",), reading)
        general = [
            figure
            for name in frameworks
            for figure in terms.parameters.of(name, EVERY_ARTICLE, "licence_duration", reading)
        ]
        if own or general:
            return own or tuple(general)
    return ()


def figure_on(
    terms: Terms,
    reach: Reach,
    figures: Iterable[ControlFigure],
    parameter: Parameter,
    members: Members,
    day: date,
) -> ControlFigure | None:
    """The figure of a day for a destination; the last one before it where none holds then."""
    fitting = [f for f in figures if f.parameter == parameter and serves(terms, f, members)]
    holding = [f for f in fitting if f.holds(day)]
    if not holding:
        earlier = [f for f in fitting if f.last_day is not None and f.last_day < day]
        if not earlier:
            return None
        newest = max(f.last_day or date.min for f in earlier)
        holding = [f for f in earlier if f.last_day == newest]
        terms.notes.add(
            f"{reach.article.label}: no {parameter} after {newest}; the last figure stands on."
        )
    return min(holding, key=lambda f: _rank(terms, f))


def serves(terms: Terms, figure: ControlFigure, members: Members) -> bool:
    """Whether a figure speaks of a destination; None asks for any."""
    if figure.destination == WORLD or members is None:
        return True
    return lies_in(members, members_of_code(terms.atlas.words, figure.destination))


def in_normal_rates(
    terms: Terms, reach: Reach, spell: Spell, figure: ControlFigure | None = None
) -> bool:
    """Whether the normal rates hold an effect already: it stood when the base year began."""
    year = terms.atlas.network.year
    begun = [spell.first_day] if figure is None else [spell.first_day, figure.first_day]
    if any(day is not None and day > date(year, 1, 1) for day in begun):
        return False
    terms.notes.add(
        f"{reach.article.label}: what stood when {year} began is in the normal rates already."
    )
    return True


def _read(
    terms: Terms, reach: Reach, names: tuple[Parameter, ...], reading: Reading
) -> tuple[ControlFigure, ...]:
    article = reach.control.control_id, reach.article.article
    return tuple(f for name in names for f in terms.parameters.of(*article, name, reading))


def _rank(terms: Terms, figure: ControlFigure) -> tuple[float, bool, int]:
    size = math.inf
    if figure.destination != WORLD:
        size = len(members_of_code(terms.atlas.words, figure.destination))
    first = figure.first_day or date.min
    return size, figure.article == EVERY_ARTICLE, -first.toordinal()
