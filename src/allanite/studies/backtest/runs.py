"""Runs of the response under past controls: by reading, at low, central and high figures.

A run reads the text of the controls, the observed approval shares with their range, and the
network of the base year. It never reads what was exported afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.conditions.scenario import Scenario, scenario_conditions
from allanite.law.parameters import (
    TABLE,
    ControlParameters,
    Reading,
    control_parameters,
    load_control_parameters,
)
from allanite.network.reconcile import Baseline
from allanite.studies.backtest.flows import ExportRoutes, export_routes
from allanite.studies.backtest.reported import CHINA
from allanite.studies.response.outcome import Outcome
from allanite.studies.response.prepare import Desk, prepare_desk
from allanite.studies.response.solve import solve_rolling
from allanite.studies.response.world import Rules

LEVELS: Final = ("low", "central", "high")
# A longer licence is the low end of what passes, a larger share the high end.
REVERSED: Final = ("licence_duration", "listed_share", "growth_closed")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlEvent:
    """Past controls, and the months that are looked at."""

    name: str
    controls: tuple[str, ...]
    start: date
    months: int

    @property
    def horizon(self) -> Horizon:
        """The months."""
        return Horizon(self.start, count=self.months)


APRIL_2025: Final = ControlEvent(
    name="april-2025",
    controls=("CN-2025-18", "CN-2024-DUALUSE-REG"),
    start=date(2025, 4, 1),
    months=6,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventRuns:
    """What the response says of an event in one reading. P periods, R routes.

    Attributes:
        event: the event; reading: the reading; desk: world and law; routes: out of China.
        outcomes: by level of the figures; conditions of the central level stand in its outcome.
        stopped: flows if no licence were ever given, (P, R) [t].
    """

    event: ControlEvent
    reading: Reading
    desk: Desk
    routes: ExportRoutes
    outcomes: Mapping[str, Outcome]
    stopped: FloatArray

    @property
    def central(self) -> Outcome:
        """The outcome at the central figures."""
        return self.outcomes["central"]

    @property
    def normal(self) -> FloatArray:
        """What each route carries in a normal period, (R,) [t]."""
        return np.asarray(self.desk.world.state.route_rate * self.central.horizon.step)

    @property
    def passes(self) -> FloatArray:
        """Normal times what the controls let pass, (P, R) [t]."""
        return np.asarray(self.normal * self.central.conditions.route_availability)


def run_event(
    release: Release,
    baseline: Baseline,
    event: ControlEvent,
    reading: Reading,
    progress: Progress | None = None,
) -> EventRuns:
    """The event in one reading, month by month: nobody in it knows how long it lasts.

    Every region's shortage counts alike. At each level of the figures the response is solved
    anew.
    """
    desk = prepare_desk(release, baseline, event.horizon, event.controls)
    rules = Rules(partners=(), watched=CHINA)
    outcomes = {}
    for i, level in enumerate(LEVELS):
        parameters = parameters_at(release, level)
        conditions = _conditions(desk, event, reading, parameters)
        outcomes[level] = solve_rolling(desk.world, conditions, rules, event.horizon)
        if progress is not None:
            progress(i + 1, len(LEVELS))
    none = _conditions(desk, event, reading, without_licences(desk.parameters))
    rate = desk.world.state.route_rate * event.horizon.step
    return EventRuns(
        event=event,
        reading=reading,
        desk=desk,
        routes=export_routes(desk.world.network),
        outcomes=outcomes,
        stopped=np.asarray(rate * none.route_availability),
    )


def _conditions(
    desk: Desk, event: ControlEvent, reading: Reading, parameters: ControlParameters
) -> Conditions:
    scenario = Scenario(
        horizon=event.horizon, controls=event.controls, reading=reading, branch=None, shocks=()
    )
    return scenario_conditions(desk.world.network, scenario, desk.controls, parameters, desk.prices)


def parameters_at(release: Release, level: str) -> ControlParameters:
    """The figures of the controls at the low, central or high end of what may pass."""
    if level == "central":
        return load_control_parameters(release)
    return control_parameters(_at_level(row, level) for row in release.rows(TABLE))


def _at_level(row: Mapping[str, Any], level: str) -> dict[str, Any]:
    turned = {"low": "high", "high": "low"}[level]
    column = turned if row["parameter"] in REVERSED else level
    return {**row, "value": row["value"] if row[column] is None else row[column]}


def without_licences(parameters: ControlParameters) -> ControlParameters:
    """The same figures with every approval share 0."""
    return ControlParameters(
        tuple(
            replace(figure, value=0.0) if figure.parameter == "approval_share" else figure
            for figure in parameters.figures
        )
    )
