"""What a venture makes, sells and buys year by year: plants at their ramp, stages netted.

Plants run at utilisation times capacity. Plants that share one site's capacity split it: own
ore first, the rest in equal parts. A mine or a cracker whose product the venture itself takes
makes no more than it takes and can sell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import Axis, FloatArray
from allanite.studies.contracts.plants import CHINA, Plant
from allanite.studies.contracts.venture import FIRST_YEAR, Venture

BASE_YEAR: Final = 2024.0
_SHARE: Final = "share"
_FEEDERS: Final = ("separation", "mine")  # downstream first: a cracker before its mine


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Running:
    """A venture's flows. Y years, N plants, M materials.

    Attributes:
        materials: all that its plants make or take in.
        activity: reference output of each plant, shape (Y, N) [t/yr].
        sold, bought: after netting, shape (Y, M) [t/yr]; what finds no buyer is not sold.
        mined: made by mines, shape (Y, M) [t/yr].
        covered: taken in by plants whose running cost holds it, shape (Y, M) [t/yr].
    """

    materials: Axis
    activity: FloatArray
    sold: FloatArray
    bought: FloatArray
    mined: FloatArray
    covered: FloatArray


def run_venture(venture: Venture, years: int, ramp: FloatArray | None = None) -> Running:
    """Flows of the first `years` years.

    Args:
        venture: its plants.
        years: Y.
        ramp: part of the capacity each plant uses, shape (Y, N); by default from its dates.
    """
    plants = venture.plants
    materials = Axis("material", tuple(dict.fromkeys(m for p in plants for m in p.recipe)))
    recipe = np.array([[p.recipe.get(m, 0.0) for m in materials] for p in plants])
    used = ramp_share(venture, years) if ramp is None else ramp
    sold_share = np.array([_sold_share(venture, m) for m in materials])
    activity = used * capacity_split(plants) * np.array([p.capacity_rate for p in plants])
    activity = _throttled(activity, recipe, sold_share, [p.stage for p in plants])
    made, taken = activity @ np.maximum(recipe, 0), activity @ np.maximum(-recipe, 0)
    covers = np.array([p.covers_inputs for p in plants])
    mines = np.array([p.stage == "mine" for p in plants])
    covered = (activity * covers) @ np.maximum(-recipe, 0)
    return Running(
        materials=materials,
        activity=activity,
        sold=np.maximum(made - taken, 0) * sold_share,
        bought=np.maximum(taken - made - covered, 0),
        mined=(activity * mines) @ np.maximum(recipe, 0),
        covered=covered,
    )


def _sold_share(venture: Venture, material: str) -> float:
    """Part of a surplus that finds a buyer: inside China, where by-products are used, all of it."""
    scopes = () if venture.country == CHINA else (material,)
    return venture.parameters.value("sold_share", *scopes)


def _throttled(
    activity: FloatArray, recipe: FloatArray, sold_share: FloatArray, stages: Sequence[str]
) -> FloatArray:
    """Mines and crackers at what the venture takes of their product and can sell of the rest."""
    found = activity.copy()
    for stage in _FEEDERS:
        for n in (n for n, name in enumerate(stages) if name == stage):
            made = np.flatnonzero(recipe[n] > 0)
            others = np.delete(np.arange(len(stages)), n)
            need = found[:, others] @ np.maximum(-recipe[others], 0)
            if len(made) != 1 or not need[:, made[0]].any():
                continue
            m = int(made[0])
            own = found[:, n] * recipe[n, m]
            spare = np.maximum(own - need[:, m], 0.0)
            found[:, n] = (own - spare * (1 - sold_share[m])) / recipe[n, m]
    return found


def capacity_split(plants: Sequence[Plant]) -> FloatArray:
    """Part of its capacity that each plant has, shape (N,) [1]: 1 where it shares with none."""
    split = np.ones(len(plants))
    groups = {p.group for p in plants if p.group_rule == _SHARE and p.group}
    for group in groups:
        members = [n for n, p in enumerate(plants) if p.group == group and p.group_rule == _SHARE]
        split[members] = _parts([_own_feed(plants, n) for n in members])
    return split


def _own_feed(plants: Sequence[Plant], n: int) -> float:
    """Part of what plant n takes in at capacity that other plants of the venture make [1]."""
    parts = [
        sum(
            p.capacity_rate * max(p.recipe.get(m, 0.0), 0.0) for k, p in enumerate(plants) if k != n
        )
        / (-c * plants[n].capacity_rate)
        for m, c in plants[n].recipe.items()
        if c < 0
    ]
    return min((*parts, 1.0)) if parts else 0.0


def _parts(own_feed: Sequence[float]) -> FloatArray:
    """Shares of one plant, which sum to 1: own feed first, the rest in equal parts."""
    own = np.array(own_feed)
    fed = own > 0
    if not fed.any() or fed.all():
        return np.full(len(own), 1.0 / len(own))
    first = own / max(own.sum(), 1.0)
    rest = 1.0 - first.sum()
    return np.asarray(np.where(fed, first, rest / (~fed).sum()))


def ramp_share(venture: Venture, years: int) -> FloatArray:
    """Part of its capacity that each plant uses, mean over each year, shape (Y, N) [1]."""
    used = venture.parameters.value("utilisation")
    if venture.kind == "project":
        share = used * mean_ramp(years, venture.start, venture.ramp_duration)
        return np.repeat(share[:, None], len(venture.plants), axis=1)
    return np.stack([_running_on(venture, plant, used, years) for plant in venture.plants], axis=1)


def _running_on(venture: Venture, plant: Plant, used: float, years: int) -> FloatArray:
    """From the share of the base year, or the first year, on a straight line to utilisation."""
    since = max(BASE_YEAR, float(plant.first_year)) + 0.5 - FIRST_YEAR
    ramp = mean_ramp(years, since, venture.parameters.value("operation_ramp"))
    return np.asarray(plant.base_share + (max(used, plant.base_share) - plant.base_share) * ramp)


def mean_ramp(years: int, start: float, duration: float) -> FloatArray:
    """Mean over each year of a straight rise from 0 at `start` to 1, shape (Y,) [1].

    Exact: the difference over the year of r(x) = x^2 / 2d up to d, x - d/2 after it, with x
    the time since the start.
    """
    since = np.arange(years + 1, dtype=np.float64) - start
    rising = np.clip(since, 0.0, duration)
    area = np.maximum(since - duration, 0.0)
    if duration > 0:
        area = area + rising**2 / (2 * duration)
    return np.asarray(np.diff(area))
