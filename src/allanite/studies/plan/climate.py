"""From states of the world, by name, to what they do to a plan: one table a state.

A regime lets a share of each import pass; a state of the market moves prices; a path of demand
grows uses; an outage stops plants, and through the watched country's own supply thins what it
can export. A course looks these up quarter by quarter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.conditions.uncertainty import Uncertainty, passing_share
from allanite.studies.plan.course import Course
from allanite.studies.plan.world import PlanWorld

CALM_SHARE: Final = 0.9  # what must pass for uses to have no reason to change


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climate:
    """What each state does. G regimes, Q market states, E outages, F demand paths.

    Attributes:
        passing: of each import, shape (G, I) [1]; order_passing: of each order, (G, X) [1].
        is_calm: regimes under which uses need not change, shape (G,).
        price_factor: shape (Q, U) [1]; demand_factor: shape (F, P, D) [1].
        import_loss: what an outage takes of each import, shape (E, I) [1].
        process_loss: and of each process, shape (E, N) [1].
        adapted: how long uses have lived with curbs at the start [yr].
        release_share: of the normal imports of a good, below which its stock is released [1].
        project: position of each project of the plan among those drawn, shape (J,); -1 where
            none is drawn: it is on time.
    """

    passing: FloatArray
    order_passing: FloatArray
    is_calm: BoolArray
    price_factor: FloatArray
    demand_factor: FloatArray
    import_loss: FloatArray
    process_loss: FloatArray
    adapted: float
    release_share: float
    project: IntArray


def regime_passing(
    uncertainty: Uncertainty,
    partners: Sequence[str],
    goods: Sequence[tuple[str, bool, str]],
) -> FloatArray:
    """What passes of each good in each regime, shape (G, k) [1].

    Args:
        uncertainty: the regimes.
        partners: region codes.
        goods: (region it goes to, whether it is under licences, stage), k of them.
    """
    found = [
        [
            passing_share(
                regime, destination=region, partners=partners, controlled=listed, stage=stage
            )
            for region, listed, stage in goods
        ]
        for regime in uncertainty.control.regimes
    ]
    return np.array(found, dtype=np.float64).reshape(len(found), len(goods))


def make_course(
    world: PlanWorld,
    climate: Climate,
    *,
    regime: IntArray,
    price_state: IntArray,
    outage_share: FloatArray,
    demand_path: int,
    project_delay: IntArray,
    failures: tuple[FloatArray, IntArray] | None = None,
) -> Course:
    """One course of the states.

    Args:
        world: what the plan decides on.
        climate: what states do.
        regime: position by period, shape (P,); price_state: likewise.
        price_state: position by period, shape (P,).
        outage_share: share of each period lost to each outage, shape (P, E) [1].
        demand_path: position.
        project_delay: of each project drawn [periods], -1 where it fails.
        failures: place of each failure [1] and delay where it is none [periods], of each project
            drawn, shape (J,), see `Scenarios`; None: no contract keeps one from failing.
    """
    lost = 1 - np.prod(1 - outage_share[:, :, None] * climate.import_loss[None], axis=1)
    stopped = 1 - np.prod(1 - outage_share[:, :, None] * climate.process_loss[None], axis=1)

    def by_project(drawn: IntArray | FloatArray, other: float) -> FloatArray:
        return np.append(np.asarray(drawn, dtype=np.float64), other)[climate.project]

    late = by_project(project_delay, 0.0)
    curbed = ~climate.is_calm[regime]
    step = world.horizon.step
    return Course(
        passing=climate.passing[regime] * (1 - lost),
        available=1 - stopped,
        demand_factor=climate.demand_factor[demand_path],
        price_factor=climate.price_factor[price_state],
        delay=np.where(late < 0, np.nan, late),
        adapted=climate.adapted + step * (np.cumsum(curbed) - 0.5 * curbed),
        order_passing=climate.order_passing[regime],
        released=climate.order_passing[regime] < climate.release_share,
        failure_draw=None if failures is None else by_project(failures[0], 1.0),
        lasting_delay=None if failures is None else by_project(failures[1], 0.0),
    )
