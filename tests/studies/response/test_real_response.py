"""The response of the network as it ships: mass, makers, closures, and the same bytes twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from allanite import Release
from allanite.conditions.case import load_case
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.conditions.shocks import Closure, Outage
from allanite.studies.response.courses import branch_cases
from allanite.studies.response.outcome import Outcome
from allanite.studies.response.prepare import Desk, prepare_desk
from allanite.studies.response.request import ResponseRequest, request_rules
from allanite.studies.response.solve import solve_foresight, solve_rolling
from allanite.studies.response.world import CLOSURES
from allanite.studies.result import read_result, write_result
from allanite.workbench import ReconciledNetwork, load_network, respond
from response_worlds import check_mass

pytestmark = pytest.mark.slow

HORIZON = Horizon(date(2026, 12, 1), count=24)
CASE = load_case("us-japan")
CONTROLS = ("all:CHN",)
CLOSED = Closure(
    origin="CHN",
    destinations=("USA", "JPN"),
    elements=("Dy", "Tb", "Sm", "Y"),
    first_day=date(2026, 12, 1),
    last_day=date(2027, 11, 30),
    share_left=0.1,
)
REQUEST = ResponseRequest(horizon=HORIZON, shocks=(CLOSED,), measures=False)


@pytest.fixture(scope="session")
def real_network(release: Release) -> ReconciledNetwork:
    return load_network(release, draws=0)


@pytest.fixture(scope="session")
def desk(real_network: ReconciledNetwork) -> Desk:
    """With the classes of the extraterritorial rule, which is among the controls."""
    return prepare_desk(real_network.release, real_network.baseline, HORIZON, CONTROLS)


@pytest.fixture(scope="session")
def closed(desk: Desk) -> Conditions:
    (course,) = branch_cases(desk, REQUEST, request_rules(CASE, REQUEST))
    return course.conditions


@pytest.fixture(scope="session")
def market(desk: Desk, closed: Conditions) -> Outcome:
    return solve_foresight(desk.world, closed, request_rules(CASE, REQUEST), HORIZON).outcome


def test_mass_is_kept_in_the_real_response(market: Outcome) -> None:
    check_mass(market)
    assert market.shortage.sum() > 1.0


def test_mass_is_kept_where_each_month_is_met_as_it_comes(desk: Desk, closed: Conditions) -> None:
    rules = replace(request_rules(CASE, REQUEST), rationing="pro_rata")
    first = Horizon(HORIZON.start, count=4)
    short = replace(
        closed,
        **{
            name: getattr(closed, name)[: first.count]
            for name in (
                "process_availability",
                "process_growth",
                "route_availability",
                "route_quota_rate",
                "route_delay_added",
                "route_cost_added",
                "demand_change",
                "stock_availability",
            )
        },
    )
    check_mass(solve_rolling(desk.world, short, rules, first, window=1))


def test_makers_of_listed_origin_are_told(desk: Desk) -> None:
    assert desk.makers is not None
    rows = desk.makers.to_pylist()
    assert {row["caught"] for row in rows} >= {"yes", "no"}
    assert not any(row["country"] == "CHN" for row in rows)
    assert any(row["country"] == "JPN" and row["caught"] != "no" for row in rows)


def test_closures_give_different_answers(desk: Desk) -> None:
    # Half of what CHN separates is gone for all: who counts decides who goes short.
    year = Horizon(HORIZON.start, count=12)
    outage = Outage(
        place="CHN",
        stage="separation",
        first_day=year.first_day(0),
        last_day=year.last_day(11),
        share_left=0.5,
    )
    request = ResponseRequest(horizon=year, shocks=(outage,))
    (course,) = branch_cases(desk, request, request_rules(CASE, request))
    market, partners = (
        solve_foresight(
            desk.world, course.conditions, request_rules(CASE, replace(request, closure=name)), year
        ).outcome
        for name in CLOSURES
    )
    check_mass(partners)
    theirs = np.array([r not in CASE.partners for r in desk.world.network.demands.region])
    # Others keep their use, so that the partners lose more than where all count alike.
    assert partners.shortage[:, theirs].sum() < 0.9 * market.shortage[:, theirs].sum()
    assert partners.partner_loss() > 1.1 * market.partner_loss()


def test_the_whole_run_gives_the_same_bytes_twice(
    real_network: ReconciledNetwork, tmp_path: Path
) -> None:
    request = replace(REQUEST, measures=True)
    for name in ("one", "two"):
        write_result(respond(real_network, CASE, request), tmp_path / name)
    first, second = tmp_path / "one" / "tables", tmp_path / "two" / "tables"
    names = sorted(path.name for path in first.iterdir())
    assert len(names) >= 9
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    back = read_result(tmp_path / "one")
    assert back.record.parameters["periods"] == 24
    ranks = [row["rank"] for row in back.tables["response_measures"].to_pylist()]
    assert ranks == list(range(1, len(ranks) + 1))
