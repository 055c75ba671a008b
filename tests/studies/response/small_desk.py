"""A desk over the small world of the tests of conditions: AAA sells oxide, BBB makes magnets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
from tests.conditions.small_world import control, figures, in_force, law, open_period, small_world

from allanite.conditions.case import Case
from allanite.conditions.horizon import Horizon
from allanite.conditions.shocks import BorderClosure
from allanite.law.controls import Control
from allanite.law.parameters import ControlParameters
from allanite.network.normal import NormalState
from allanite.studies.response.courses import branch_cases
from allanite.studies.response.prepare import Desk
from allanite.studies.response.request import ResponseRequest, request_rules
from allanite.studies.response.study import joined_tables, list_pieces, piece_rows
from response_worlds import Step, Terms, world_of

START = date(2027, 1, 1)
MONTHS = Horizon(START, count=4)
CASE = Case(
    case_id="small",
    title="Beland",
    partners=("BBB",),
    watched="AAA",
    since=START,
    base_year=2024,
    element_groups=(),
)
SECTORS = {"cars": "transport", "robots": "industry"}
# The border closes for two months: BBB has no oxide and presses nothing.
CLOSED = BorderClosure(
    origin="AAA", destination="BBB", first_day=START, last_day=date(2027, 2, 28), share_left=0.0
)
OUTCOMES = [("extended", "suspended", 0.75), ("revived", "in_force", 0.25)]
STEPS = (
    Step(kind="thrift", cost=200.0, share=0.05),
    Step(kind="delay", cost=2000.0, share=0.2),
    Step(kind="idle", cost=10_000.0),
)


def small_desk(
    *records: Control, parameters: ControlParameters | None = None, exported: float = 40.0
) -> Desk:
    """AAA splits for BBB, which presses magnets: 40 t/yr for cars, 20 for robots, 40 to CCC."""
    net, made = small_world(), 60.0 + exported
    stocks = replace(net.stocks, initial_amount=np.array([2.0, 3.0]))
    rates = {
        "process": {"SEP:split": made / 20, "MAG:press": made},
        "route": {
            "SEP > AAA: oxide": made / 20,
            "AAA > BBB: oxide": made / 20,
            "BBB > MAG: oxide": made / 20,
            "MAG > BBB: magnet": made,
            "BBB > CCC: magnet": exported,
        },
        "demand": {
            "BBB: cars: magnet": 40.0,
            "BBB: robots: magnet": 20.0,
            "CCC: cars: magnet": exported,
        },
    }
    state = NormalState(
        network=replace(net, stocks=stocks),
        activity_rate=_filled(net.processes.labels.labels, rates["process"]),
        route_rate=_filled(net.routes.labels.labels, rates["route"]),
        demand_rate=_filled(net.demands.labels.labels, rates["demand"]),
        stock_change_rate=np.zeros(len(net.nodes)),
    )
    terms = Terms(
        price=500.0,
        running=50.0,
        spare=3.0,
        growth=6.0,
        steps=dict.fromkeys(net.demands.labels.labels, STEPS),
        government={"state": (1.0, 12.0)},
    )
    return Desk(
        world=world_of(state, terms),
        controls=law(*records),
        parameters=parameters or figures(),
        prices={"oxide": 500.0, "magnet": 500.0},
        sectors=SECTORS,
        names={},
        makers=None,
    )


def _filled(labels: tuple[str, ...], given: dict[str, float]) -> np.ndarray:
    assert set(given) <= set(labels), set(given) - set(labels)
    return np.array([given.get(label, 0.0) for label in labels])


def open_ban(name: str = "ban", cause: str = "stay") -> Control:
    """A ban that is suspended until the end of January, and then nobody knows."""
    periods = [in_force(None, date(2027, 1, 31), "suspended")]
    periods += [open_period(date(2027, 2, 1), OUTCOMES, cause)]
    return control(name, "ban", periods)


def tables_of(desk: Desk, request: ResponseRequest) -> dict[str, pa.Table]:
    """Result tables of a request."""
    rules = request_rules(CASE, request)
    cases = branch_cases(desk, request, rules)
    pieces = list_pieces(cases, request)
    return joined_tables(desk, [piece_rows(desk, CASE, request, piece) for piece in pieces])
