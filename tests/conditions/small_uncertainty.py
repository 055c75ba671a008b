"""A small uncertainty whose every path can be counted."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np

from allanite.axis import FloatArray
from allanite.conditions.horizon import Horizon
from allanite.conditions.uncertainty import (
    ControlChain,
    DemandPath,
    Outage,
    Passing,
    PriceChain,
    PriceState,
    ProjectRisk,
    Regime,
    StatusRisk,
    Uncertainty,
)

PROJECTS = (("mine", "construction"), ("plant", "proposed"), ("works", "operating"))
TRANSITION = np.array([[0.7, 0.25, 0.05], [0.2, 0.79, 0.01], [0.5, 0.0, 0.5]])
INITIAL = np.array([0.3, 0.7, 0.0])
AFTER = np.array([0.6, 0.3, 0.1])


def quarters(count: int) -> Horizon:
    """Quarters from 2027 on."""
    return Horizon(date(2027, 1, 1), step=0.25, count=count)


def small_chain(truce_end: date | None = date(2027, 1, 10)) -> ControlChain:
    """Normal, truce, and a rare embargo on Japan."""
    limits = (
        Passing(destinations=("JPN",), goods=("controlled",), share=0.1),
        Passing(destinations=("partners",), goods=("magnet",), share=0.5),
        Passing(destinations=("others",), goods=("all",), share=0.9),
    )
    return ControlChain(
        regimes=(
            Regime(name="normal", title="Normal"),
            Regime(name="truce", title="Truce"),
            Regime(name="embargo-japan", title="Embargo", passing=limits),
        ),
        transition=TRANSITION,
        initial=INITIAL,
        truce_end=truce_end,
        after_truce=None if truce_end is None else AFTER,
    )


def small_uncertainty() -> Uncertainty:
    """Three regimes, two price states, two outages, two demand paths, two risky statuses."""
    return Uncertainty(
        control=small_chain(),
        price=PriceChain(
            states=(PriceState(name="normal"), PriceState(name="dumping", factors=(("all", 0.5),))),
            transition=np.array([[0.9, 0.1], [0.3, 0.7]]),
            initial=np.array([1.0, 0.0]),
        ),
        demand=(
            DemandPath(name="low", probability=0.6, outlook="STEPS"),
            DemandPath(name="high", probability=0.4, growth=(("rare earths", 0.1),)),
        ),
        outages=(
            Outage(name="border", place="MMR", yearly_rate=0.5, mean_duration=0.75),
            Outage(name="power", place="AU_MT_WELD", yearly_rate=1.0, mean_duration=0.1),
        ),
        projects=ProjectRisk(
            statuses=(
                StatusRisk(status="construction", delay=((2, 0.3), (4, 0.1)), failure=0.05),
                StatusRisk(status="proposed", delay=((8, 0.4),), failure=0.3),
            ),
            bad_times_probability=0.2,
            bad_times_odds=4.0,
        ),
    )


def all_paths(initial: FloatArray, steps: FloatArray) -> dict[tuple[int, ...], float]:
    """Every path of a chain with its probability."""
    found = {}
    for path in itertools.product(range(initial.size), repeat=len(steps) + 1):
        odds = float(initial[path[0]])
        for p, step in enumerate(steps):
            odds *= float(step[path[p], path[p + 1]])
        if odds > 0:
            found[path] = odds
    return found
