"""What the scenarios say about regimes, in the figures a reader asks for.

How many quarters each regime holds, how likely it is before a year, how long a spell lasts. The
same can be had exactly from the chain; the difference is the error of the sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from allanite.axis import BoolArray
from allanite.conditions.horizon import Horizon
from allanite.conditions.regime_paths import marginals, stay_probability
from allanite.conditions.scenarios import Scenarios
from allanite.conditions.uncertainty import ControlChain

EMBARGO: Final = "embargo"
BEFORE: Final = (2030, 2035)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeOdds:
    """Figures of one regime, or of all embargoes together.

    Attributes:
        name: the regime; `embargo` for any of them.
        quarters: expected number of quarters.
        before: (year, probability of at least one quarter before it [1]).
        spell: mean length of a spell [quarters]; 0 without one. The end of the plan cuts spells.
    """

    name: str
    quarters: float
    before: tuple[tuple[int, float], ...]
    spell: float


def regime_share(scenarios: Scenarios, years: Sequence[int] = BEFORE) -> tuple[RegimeOdds, ...]:
    """Figures of each regime in the scenarios, and of any embargo last."""
    names = scenarios.names
    found = []
    for name, members in _classes(names.regimes):
        inside = members[scenarios.regime]
        begun = inside.copy()
        begun[:, 1:] &= ~inside[:, :-1]
        quarters = float(scenarios.probability @ inside.sum(axis=1))
        spells = float(scenarios.probability @ begun.sum(axis=1))
        before = tuple(
            (
                year,
                float(scenarios.probability @ inside[:, _before(names.horizon, year)].any(axis=1)),
            )
            for year in years
        )
        found.append(
            RegimeOdds(
                name=name,
                quarters=quarters,
                before=before,
                spell=quarters / spells if spells else 0.0,
            )
        )
    return tuple(found)


def exact_regime_share(
    chain: ControlChain, horizon: Horizon, years: Sequence[int] = BEFORE
) -> tuple[RegimeOdds, ...]:
    """Figures of each regime by the chain itself, without a sample, and of any embargo last.

    Spells begin in the first quarter or with a step from outside:
    quarters = sum of P(inside), spells = P(inside first) + sum of P(outside, then inside).
    """
    steps = chain.steps(horizon)
    odds = marginals(chain.initial, steps)
    found = []
    for name, members in _classes(chain.names):
        quarters = float(odds[:, members].sum())
        spells = float(odds[0, members].sum())
        for p, step in enumerate(steps):
            spells += float(odds[p, ~members] @ step[np.ix_(~members, members)].sum(axis=1))
        before = []
        for year in years:
            last = int(_before(horizon, year).sum())
            stays = stay_probability(chain.initial, steps[: last - 1], ~members) if last else 1.0
            before.append((year, 1 - stays))
        spell = quarters / spells if spells else 0.0
        found.append(RegimeOdds(name=name, quarters=quarters, before=tuple(before), spell=spell))
    return tuple(found)


def _classes(names: Sequence[str]) -> list[tuple[str, BoolArray]]:
    single = [(name, np.array([other == name for other in names])) for name in names]
    embargo = np.array([name.startswith(EMBARGO) for name in names])
    return [*single, (EMBARGO, embargo)] if embargo.any() else single


def _before(horizon: Horizon, year: int) -> BoolArray:
    """Quarters that begin before a year, shape (P,)."""
    first = date(year, 1, 1)
    return np.array([horizon.first_day(p) < first for p in range(horizon.count)])
