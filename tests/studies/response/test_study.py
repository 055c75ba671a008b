"""The response study from question to tables: branches, ends, stress, horizons, faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from small_desk import CASE, CLOSED, MONTHS, START, open_ban, small_desk, tables_of
from tests.conditions.small_world import control, in_force

from allanite.conditions.horizon import Horizon
from allanite.errors import ModelError, UsageError
from allanite.studies.response.courses import NO_LICENCES, STATED, branch_cases
from allanite.studies.response.measure_columns import MEASURES
from allanite.studies.response.prepare import with_stock_shares
from allanite.studies.response.request import ResponseRequest, request_parameters, request_rules
from allanite.studies.response.solve import solve_foresight
from allanite.studies.response.world import touched_nodes
from allanite.studies.result import check_result

PLAIN = ResponseRequest(horizon=MONTHS, measures=False)


def _names(desk: object, request: ResponseRequest) -> list[str]:
    return [one.name for one in branch_cases(desk, request, request_rules(CASE, request))]  # type: ignore[arg-type]


# --- tables -------------------------------------------------------------------------------------


def test_every_table_keeps_its_schema() -> None:
    request = ResponseRequest(
        horizon=MONTHS, shocks=(CLOSED,), pairs=True, knowledge=("foresight", "rolling")
    )
    tables = tables_of(small_desk(), request)
    assert check_result(tables) == []
    named = "service cover flows prices stocks figures notes knowledge measures pairs"
    assert set(tables) == {f"response_{name}" for name in named.split(" ")}
    assert {row["measure"] for row in tables["response_measures"].to_pylist()} == set(MEASURES)
    assert all(table.num_rows for name, table in tables.items() if name != "response_pairs")


def test_cover_and_figures_tell_the_same_story() -> None:
    tables = tables_of(small_desk(exported=0.0), replace(PLAIN, shocks=(CLOSED,)))
    cover = {(r["region"], r["end_use"]): r for r in tables["response_cover"].to_pylist()}
    # Both uses get the same share of what there is, so that they stop together.
    assert cover["BBB", "cars"]["weeks"] == pytest.approx(cover["BBB", "robots"]["weeks"])
    assert cover["BBB", "cars"]["low"] < cover["BBB", "cars"]["weeks"]
    assert cover["BBB", "cars"]["weeks"] < cover["BBB", "cars"]["high"]
    assert cover["BBB", "cars"]["first_of_sector"]
    assert cover["BBB", "robots"]["first_of_sector"]
    assert cover["BBB", "cars"]["material"] == "magnet"
    figures = {
        (r["figure"], r["region"]): r["value"] for r in tables["response_figures"].to_pylist()
    }
    first = figures["weeks until the first use stops, nothing", "partners"]
    assert first == pytest.approx(cover["BBB", "cars"]["weeks"])
    loss = sum(r["loss_nothing"] for r in cover.values() if r["partner"])
    assert figures["loss, nothing", "partners"] == pytest.approx(loss)
    assert figures["loss, cheapest", "partners"] <= figures["loss, nothing", "partners"]
    service = tables["response_service"].to_pylist()
    stored = sum(r["loss"] for r in service if r["answer"] == "nothing")
    assert stored == pytest.approx(loss, abs=1e-5)


# --- branches -----------------------------------------------------------------------------------


def test_branches_are_told_in_words_with_their_weights() -> None:
    desk = small_desk(open_ban(), control("stay", "suspension", [in_force(START)]))
    request = replace(PLAIN, controls=("ban",))
    found = branch_cases(desk, request, request_rules(CASE, request))
    assert [(one.name, one.weight) for one in found] == [
        ("stay extended", 0.75),
        ("stay revived", 0.25),
    ]
    assert (found[0].conditions.route_availability == 1).all()
    assert (found[1].conditions.route_availability[1:] == 0).any()


def test_ends_are_the_first_and_the_last_branch() -> None:
    desk = small_desk(open_ban("one", "a"), open_ban("two", "b"))
    request = replace(PLAIN, controls=("one", "two"))
    # The two bans close the same, so that three courses of four do.
    assert _names(desk, request) == [
        "a extended, b extended",
        "a extended, b revived or a revived, b extended or a revived, b revived",
    ]
    assert _names(desk, replace(request, ends=True)) == [
        "a extended, b extended",
        "a revived, b revived",
    ]


def test_ends_of_one_open_question_that_changes_nothing_are_one() -> None:
    record = control("gas", "ban", open_ban().articles[0].periods, [])
    desk = small_desk(record)
    names = _names(desk, replace(PLAIN, controls=("gas",), ends=True))
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["revived", "stay revived"])
def test_one_branch_may_be_named_either_way(name: str) -> None:
    assert _names(small_desk(open_ban()), replace(PLAIN, controls=("ban",), branch=name)) == [
        "stay revived"
    ]


def test_an_unknown_branch_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="no branch 'gone'; branches: stay extended; stay revived"):
        _names(small_desk(open_ban()), replace(PLAIN, controls=("ban",), branch="gone"))
    with pytest.raises(UsageError, match="no branch 'gone'; every state is known"):
        _names(small_desk(), replace(PLAIN, branch="gone"))


def test_an_unknown_control_is_named() -> None:
    with pytest.raises(UsageError, match="nothing"):
        _names(small_desk(open_ban()), replace(PLAIN, controls=("nothing",)))


def test_stress_adds_the_case_without_licences() -> None:
    desk = small_desk(control("lic", "licence", [in_force(date(2026, 1, 1))]))
    request = replace(PLAIN, controls=("lic",), stress=True)
    found = branch_cases(desk, request, request_rules(CASE, request))
    assert [one.name for one in found] == [STATED, NO_LICENCES]
    oxide = desk.world.network.routes.labels.position("AAA > BBB: oxide")
    lime = desk.world.network.routes.labels.position("AAA > BBB: lime")
    assert (found[-1].conditions.route_availability[:, oxide] == 0).all()
    assert (found[-1].conditions.route_availability[:, lime] == 1).all()


def test_stress_without_a_licence_in_force_closes_nothing() -> None:
    desk, request = small_desk(), replace(PLAIN, stress=True)
    found = branch_cases(desk, request, request_rules(CASE, request))
    assert all((one.conditions.route_availability == 1).all() for one in found)


# --- nothing asked, other horizons --------------------------------------------------------------


def test_without_controls_and_shocks_nothing_is_decided() -> None:
    desk = small_desk()
    request = ResponseRequest(horizon=MONTHS, pairs=True, knowledge=("foresight", "rolling"))
    (course,) = branch_cases(desk, request, request_rules(CASE, request))
    assert not touched_nodes(desk.world.network, course.conditions).any()
    tables = tables_of(desk, request)
    assert check_result(tables) == []
    assert tables["response_flows"].num_rows == tables["response_service"].num_rows == 0
    assert {row["weeks"] for row in tables["response_cover"].to_pylist()} == {None}
    assert {row["cost"] for row in tables["response_knowledge"].to_pylist()} == {0.0}
    assert {row["saving_alone"] for row in tables["response_measures"].to_pylist()} == {0.0}


@pytest.mark.parametrize(
    ("horizon", "labels"),
    [
        (Horizon(START, step=7 / 365.25, count=9), ("2027-01-01", "2027-01-08")),
        (Horizon(START, step=0.25, count=4), ("2027-01-01", "2027-04-01")),
        (Horizon(START, count=1), ("2027-01",)),
    ],
)
def test_weeks_quarters_and_one_month(horizon: Horizon, labels: tuple[str, ...]) -> None:
    tables = tables_of(small_desk(), replace(PLAIN, horizon=horizon, shocks=(CLOSED,)))
    assert check_result(tables) == []
    periods = list(dict.fromkeys(tables["response_service"]["period"].to_pylist()))
    assert tuple(periods[: len(labels)]) == labels
    assert len(periods) == horizon.count


def test_cover_does_not_hang_on_the_length_of_a_period() -> None:
    found = []
    for step, count in ((1 / 12, 2), (7 / 365.25, 8)):
        horizon = Horizon(START, step=step, count=count)
        desk = small_desk(exported=0.0)
        tables = tables_of(desk, replace(PLAIN, horizon=horizon, shocks=(CLOSED,)))
        rows = {(r["region"], r["end_use"]): r for r in tables["response_cover"].to_pylist()}
        found.append(rows["BBB", "cars"]["weeks"])
    # 3 t of the maker's magnets at 60 t/yr.
    assert found == pytest.approx([3 / 60 * 365.25 / 7] * 2, rel=0.03)


def test_the_tables_show_the_first_kind_of_knowledge() -> None:
    # Closed for two months and known to be: a stock is used otherwise than when it may last.
    by_first = {}
    for knowledge in (("foresight",), ("rolling",), ("rolling", "foresight")):
        request = replace(PLAIN, shocks=(CLOSED,), knowledge=knowledge)
        tables = tables_of(small_desk(), request)
        figures = {
            (r["figure"], r["region"]): r["value"] for r in tables["response_figures"].to_pylist()
        }
        by_first[knowledge] = figures["loss, cheapest", "all regions"]
        known = {r["knowledge"]: r for r in tables["response_knowledge"].to_pylist()}
        assert known["foresight"]["value_of_knowing"] == 0.0
        if "rolling" in knowledge:
            assert known["rolling"]["value_of_knowing"] > 0.0
    assert by_first["rolling",] == by_first["rolling", "foresight"]
    assert by_first["rolling",] > by_first["foresight",]


# --- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"reading": "guess"}, "reading 'guess' is not known; one of observed, de_jure|de_jure"),
        ({"closure": "open"}, "closure 'open' is not known; one of market, partners"),
        ({"rationing": "lots"}, "rationing 'lots' is not known; one of priority, pro_rata"),
        ({"knowledge": ("luck",)}, "knowledge 'luck' is not known; one of foresight, rolling"),
        ({"knowledge": ()}, "no knowledge; one or more of foresight, rolling"),
        ({"diplomacy_gain": 1.5}, "diplomacy_gain is 1.5; allowed: 0 to 1"),
    ],
)
def test_words_that_are_not_known(given: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ResponseRequest(**{"horizon": MONTHS, **given})  # type: ignore[arg-type]


def test_a_negative_stock_is_named() -> None:
    desk = small_desk()
    world = with_stock_shares(desk.world, np.array([1.0, -1.0]))
    request = replace(PLAIN, shocks=(CLOSED,))
    rules = request_rules(CASE, request)
    (course,) = branch_cases(desk, request, rules)
    with pytest.raises(ModelError, match=r"maker\] must lie between 0 and -3 t: no value does"):
        solve_foresight(world, course.conditions, rules, MONTHS)


def test_a_normal_state_that_makes_something_from_nothing_is_refused() -> None:
    desk = small_desk()
    demand = desk.world.state.demand_rate * np.array([1.5, 1.0, 1.0])
    world = replace(desk.world, state=replace(desk.world.state, demand_rate=demand))
    request = replace(PLAIN, shocks=(CLOSED,))
    rules = request_rules(CASE, request)
    (course,) = branch_cases(desk, request, rules)
    with pytest.raises(ModelError, match="BBB/magnet: 120 t/yr are taken and 20 t/yr of them"):
        solve_foresight(world, course.conditions, rules, MONTHS)


def test_parameters_of_the_record_say_what_was_asked() -> None:
    request = replace(PLAIN, shocks=(CLOSED,), branch=None)
    found = request_parameters(CASE, request)
    assert found["periods"] == 4
    assert found["knowledge"] == ["foresight"]
    assert "BorderClosure" in str(found["shocks"])
