"""Weeks of cover, first of a sector, readings of pairs, ranges of figures: cell by cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.studies.response.figures import figure_rows, measure_rows, pair_rows, weekly_stake
from allanite.studies.response.measure_columns import DIPLOMACY, SPARE, STOCK_RELEASE, THRIFT
from allanite.studies.response.measures import MeasureValue, Ranking
from allanite.studies.response.outcome import Outcome, served_share, use_groups, weeks_of_cover
from allanite.studies.response.solve import solve_foresight
from allanite.studies.response.tables import cover_rows
from allanite.studies.response.world import Rules
from allanite.studies.result import check_result
from response_worlds import (
    MONTHS,
    Terms,
    effects,
    idle,
    outcome_tables,
    two_buyers,
    world_of,
)

MONTH = 365.25 / 12 / 7  # weeks
RULES = Rules(partners=("JPN", "USA"), watched="CHN")
SECTORS = {"cars": "transport", "toys": "households"}


@pytest.mark.parametrize(
    ("served", "weeks"),
    [
        ([1.0, 1.0, 1.0], np.inf),
        ([1.0, 0.95, 0.96], np.inf),  # exactly 95 % is served
        ([1.0, 0.9499, 1.0], 1.9499 * MONTH),
        ([1.0, 0.4, 0.0], 1.4 * MONTH),
        ([0.0, 1.0, 1.0], 0.0),
        ([-1e-9, 1.0, 1.0], 0.0),  # rounding of the solver
        ([1.0, 1.0, 0.0], 2 * MONTH),
    ],
)
def test_weeks_of_cover(served: list[float], weeks: float) -> None:
    found = weeks_of_cover(np.array(served)[:, None], 1 / 12)
    assert found == pytest.approx([weeks])


def test_weeks_of_cover_of_several_uses_and_of_none() -> None:
    served = np.array([[1.0, 0.5], [0.0, 1.0]])
    assert weeks_of_cover(served, 0.25) == pytest.approx([3 * MONTH, 1.5 * MONTH])
    assert weeks_of_cover(np.zeros((4, 0)), 1 / 12).shape == (0,)


def test_where_nothing_is_needed_all_is_served() -> None:
    need, short = np.array([[0.0, 10.0]]), np.array([[0.0, 4.0]])
    assert served_share(need, short).tolist() == [[1.0, 0.6]]


# --- outcomes by hand ---------------------------------------------------------------------------


def outcome_with(shortage: FloatArray, cost: float = 0.0) -> Outcome:
    """The outcome of two buyers in which each demand lacks so much, (6, 3) [t]."""
    steps = {
        "JPN: cars: met": idle(5000.0),
        "JPN: toys: met": idle(1000.0),
        "USA: cars: met": idle(2000.0),
    }
    world = world_of(two_buyers(), Terms(steps=steps))
    outcome = solve_foresight(world, effects(world, MONTHS), RULES, MONTHS).outcome
    return replace(outcome, unmet=np.asarray(shortage, dtype=np.float64), cost=cost)


def lacking(**months: list[float]) -> Outcome:
    """Shortage by month of `cars`, `toys` (JPN) and `usa`."""
    rows = [months.get(name, [0.0] * 6) for name in ("cars", "toys", "usa")]
    return outcome_with(np.array(rows).T)


def _cover(central: Outcome, low: Outcome | None = None, high: Outcome | None = None) -> dict:
    runs = {"low": low or central, "central": central, "high": high or central}
    rows = list(cover_rows("as stated", runs, central, SECTORS))
    table = {"response_cover": rows_table(TABLES["response_cover"], rows)}
    assert check_result(table) == []
    return {(r["region"], r["end_use"]): r for r in table["response_cover"].to_pylist()}


def test_cover_has_the_range_of_the_stocks() -> None:
    # 5 t a month each. Cars lack 3 of 5 t from month 1 on, with little stock from month 0 on,
    # with much never: the upper end is open.
    central = lacking(cars=[0, 3, 3, 3, 3, 3])
    low, high = lacking(cars=[5, 3, 3, 3, 3, 3]), lacking()
    row = _cover(central, low, high)["JPN", "cars"]
    assert row["weeks"] == pytest.approx(1.4 * MONTH)
    assert row["low"] == pytest.approx(0.0)
    assert row["high"] is None
    assert row["lowest_share"] == pytest.approx(0.4)
    assert row["loss_nothing"] == pytest.approx(15 * 5000 / 1e6)
    assert row["need_rate"] == pytest.approx(60.0)
    assert row["material"] == "met"


def test_a_use_that_never_stops_has_no_weeks_and_no_material() -> None:
    row = _cover(lacking())["JPN", "toys"]
    assert row["weeks"] is row["low"] is row["high"] is row["material"] is None
    assert not row["first_of_sector"]
    # 4 % are short: the use goes on, and what is short is told all the same.
    row = _cover(lacking(toys=[0.2] * 6))["JPN", "toys"]
    assert row["weeks"] is None
    assert row["material"] == "met"


def test_the_first_of_each_sector_and_region() -> None:
    found = _cover(lacking(cars=[0, 5, 5, 5, 5, 5], toys=[5] * 6, usa=[0, 0, 5, 5, 5, 5]))
    assert {key for key, row in found.items() if row["first_of_sector"]} == set(found)
    both = dict.fromkeys(SECTORS, "industry")
    central = lacking(cars=[0, 5, 5, 5, 5, 5], toys=[5] * 6)
    rows = cover_rows("x", dict.fromkeys(("low", "central", "high"), central), central, both)
    first = [(r["region"], r["end_use"]) for r in rows if r["first_of_sector"]]
    assert first == [("JPN", "toys")]


# --- figures ------------------------------------------------------------------------------------


def _figures(answer: str, runs: dict[str, Outcome]) -> dict[tuple[str, str], dict]:
    rows = list(figure_rows("as stated", answer, runs))
    table = {"response_figures": rows_table(TABLES["response_figures"], rows)}
    assert check_result(table) == []
    return {(r["figure"], r["region"]): r for r in rows}  # type: ignore[misc]


def test_figures_of_regions_partners_and_all() -> None:
    central = lacking(cars=[0, 3, 3, 3, 3, 3], usa=[1] * 6)
    found = _figures("nothing", {"low": central, "central": central, "high": lacking()})
    assert found["shortage, nothing", "JPN"]["value"] == pytest.approx(15.0)
    assert found["shortage, nothing", "USA"]["value"] == pytest.approx(6.0)
    assert found["shortage, nothing", "partners"]["value"] == pytest.approx(21.0)
    assert found["share not served, nothing", "JPN"]["value"] == pytest.approx(15 / 60)
    assert found["uses that stop, nothing", "all regions"]["value"] == 2
    shortage = found["shortage, nothing", "all regions"]
    assert (shortage["low"], shortage["high"]) == (0.0, pytest.approx(21.0))


def test_weeks_that_may_never_come_have_no_upper_end() -> None:
    central = lacking(cars=[0, 3, 3, 3, 3, 3])
    runs = {"low": lacking(cars=[5] * 6), "central": central, "high": lacking()}
    row = _figures("nothing", runs)["weeks until the first use stops, nothing", "JPN"]
    assert row["value"] == pytest.approx(1.4 * MONTH)
    assert row["low"] == pytest.approx(0.0)
    assert row["high"] is None


def test_weeks_of_the_cheapest_answer_are_not_told() -> None:
    central = lacking(cars=[5] * 6)
    found = _figures("cheapest", dict.fromkeys(("low", "central", "high"), central))
    assert not any("weeks" in figure for figure, _ in found)


# --- measures -----------------------------------------------------------------------------------


def _cost(cost: float) -> Outcome:
    short = np.zeros((6, 3))
    short[:, 0] = cost / 5000 / 6
    return outcome_with(short, cost=cost)


def _ranking(pairs: dict[tuple[str, str], float]) -> Ranking:
    alone = {STOCK_RELEASE: 60_000.0, THRIFT: 90_000.0, SPARE: 100_000.0, DIPLOMACY: 40_000.0}
    return Ranking(
        nothing=_cost(100_000.0),
        everything=_cost(20_000.0),
        on_top=_cost(15_000.0),
        values=tuple(
            MeasureValue(
                name=name, alone=_cost(cost), without=_cost(30_000.0), marginal_value=1000.0
            )
            for name, cost in alone.items()
        ),
        pairs={pair: _cost(cost) for pair, cost in pairs.items()},
    )


def test_measures_are_ranked_by_what_they_save_alone() -> None:
    rows = measure_rows("as stated", _ranking({}))
    table = {"response_measures": rows_table(TABLES["response_measures"], rows)}
    assert check_result(table) == []
    assert [(r["rank"], r["measure"]) for r in rows] == [
        (1, DIPLOMACY),
        (2, STOCK_RELEASE),
        (3, THRIFT),
        (4, SPARE),
    ]
    release = rows[1]
    assert release["saving_alone"] == pytest.approx(0.04)
    assert release["saving_last"] == pytest.approx(0.01)
    assert release["shortage_avoided_amount"] == pytest.approx(8.0)
    # A week of cars at stake: 5,000 x 60 / 52.18 = 5,749 USD; 40,000 saved are 6.96 weeks.
    assert release["weeks_gained"] == pytest.approx(40_000 / (5000 * 60 / (365.25 / 7)))
    # Diplomacy is left out of nothing: it comes on top of all others, 30,000 - 15,000.
    assert rows[0]["saving_last"] == pytest.approx(0.015)


@pytest.mark.parametrize(
    ("both", "reading"),
    [
        (50_000.0, "apart"),  # 40,000 + 10,000 saved alone, 50,000 together
        (50_150.0, "apart"),  # within 2 % of the smaller saving
        (45_000.0, "help"),
        (55_000.0, "overlap"),
    ],
)
def test_readings_of_pairs(both: float, reading: str) -> None:
    (row,) = pair_rows("as stated", _ranking({(STOCK_RELEASE, THRIFT): both}))
    assert row["reading"] == reading
    assert row["interaction"] == pytest.approx((50_000 - both) / 1e6)
    assert check_result({"response_pairs": rows_table(TABLES["response_pairs"], [row])}) == []


def test_a_pair_with_a_measure_that_saves_nothing() -> None:
    (row,) = pair_rows("as stated", _ranking({(SPARE, THRIFT): 90_000.0}))
    assert row["reading"] == "apart"


def test_stake_of_a_week() -> None:
    outcome = lacking()
    touched = np.array([True, False, True])
    weekly = (5000 * 60 + 2000 * 60) / (365.25 / 7)
    assert weekly_stake(outcome, touched) == pytest.approx(weekly)
    assert weekly_stake(outcome, ~(touched | True)) == 0.0


# --- rows of one outcome ------------------------------------------------------------------------


def test_tables_of_an_outcome_keep_their_schemas() -> None:
    world = world_of(two_buyers(), Terms(steps={"JPN: cars: met": idle(5000.0)}))
    outage = effects(world, MONTHS, process_availability={"CHN:dig": [0, 0.5, 1, 1, 1, 1]})
    tables = outcome_tables(solve_foresight(world, outage, RULES, MONTHS).outcome)
    assert check_result(tables) == []
    flows = tables["response_flows"].to_pylist()
    dug = {r["period"]: r["amount"] for r in flows if r["label"] == "CHN:dig"}
    assert dug == {"2025-01": 0.0, "2025-02": pytest.approx(7.5)}
    assert {r["period"] for r in flows} == {"2025-01", "2025-02"}
    service = tables["response_service"].to_pylist()
    assert {r["end_use"] for r in service if r["region"] == "JPN"} == {"cars", "toys"}
    first = [r for r in service if r["period"] == "2025-01"]
    assert all(r["served_share"] == 0.0 for r in first)


def test_groups_of_some_uses() -> None:
    world = world_of(two_buyers(), Terms())
    groups = use_groups(world, np.array([True, False, True]))
    assert groups.label == (("JPN", "cars"), ("USA", "cars"))
    assert groups.member.tolist() == [0, -1, 1]
    assert groups.sum(np.array([[1.0, 2.0, 4.0]])).tolist() == [[1.0, 4.0]]
