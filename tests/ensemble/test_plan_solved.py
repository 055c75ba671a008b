"""The plan of the shipped case on a few courses: tables, budgets, mass, the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from allanite import Release, load_case, load_network
from allanite.conditions.horizon import Horizon
from allanite.conditions.plan_case import Budget
from allanite.ensemble.plan import Means, sensitivity_rows, solve_plan
from allanite.errors import UsageError
from allanite.network.reconcile import Baseline
from allanite.program.risk import Risk, risk_value
from allanite.record import RunRecord
from allanite.studies.plan.answer import PlanAnswer, decided, no_plan, share_of_projects
from allanite.studies.plan.prepare import PlanDesk, prepare_plan
from allanite.studies.plan.request import PlanRequest
from allanite.studies.plan.stock_rows import order_costs
from allanite.studies.plan.study import ROWS, plan_tables
from allanite.studies.result import Result, read_result, write_result
from plan_worlds import largest_amount, read_course, unused_amount

BUDGET = Budget(total=3000.0, partners=(("USA", 2000.0), ("JPN", 1500.0)), yearly=1200.0)
RISK = Risk(weight=0.3, confidence=0.7)
ASKED = PlanRequest(budget=BUDGET, risk=RISK, scenarios=4, fresh=2, gap=1e-2, front=(0.0, 1.0))
BRIEF = replace(ASKED, scenarios=3, fresh=2, front=(0.5,))


def quiet(_what: str, _done: int, _of: int) -> None:
    """Nobody is told."""


@pytest.fixture(scope="module")
def baseline(release: Release) -> Baseline:
    return load_network(release, draws=0).baseline


@pytest.fixture(scope="module")
def desk_of(release: Release, baseline: Baseline) -> Callable[[int | None], PlanDesk]:
    """The desk of the shipped case, over so many quarters."""

    def made(quarters: int | None) -> PlanDesk:
        case = load_case("us-japan")
        plan = case.plan
        assert plan is not None
        if quarters is not None:
            plan = replace(plan, horizon=Horizon(plan.horizon.start, 0.25, quarters))
        return prepare_plan(release, baseline, case, plan)

    return made


@pytest.fixture(scope="module")
def answer(desk_of: Callable[[int | None], PlanDesk]) -> PlanAnswer:
    return solve_plan(desk_of(None), ASKED, Means(), quiet)


@pytest.fixture(scope="module")
def short(desk_of: Callable[[int | None], PlanDesk]) -> PlanDesk:
    return desk_of(12)


@pytest.fixture(scope="module")
def short_answer(short: PlanDesk) -> PlanAnswer:
    return solve_plan(short, BRIEF, Means(), quiet)


@pytest.fixture(scope="module")
def short_tables(short_answer: PlanAnswer) -> dict[str, pa.Table]:
    return plan_tables(short_answer)


def figures(tables: dict[str, pa.Table]) -> dict[str, dict[str, object]]:
    """Rows of `plan_figures` by name."""
    return {str(row["figure"]): row for row in tables["plan_figures"].to_pylist()}


# --- tables -------------------------------------------------------------------------------------
def test_tables_are_stored_and_read_as_they_are(answer: PlanAnswer, tmp_path: Path) -> None:
    tables = plan_tables(answer)
    assert tables.keys() == ROWS.keys() - {"plan_contracts"}, "no contract was offered"
    record = RunRecord(command="plan", parameters=ASKED.parameters(), data_digest="test")
    write_result(Result(record, tables), tmp_path / "plan")
    back = read_result(tmp_path / "plan").tables
    assert all(back[name].equals(table) for name, table in tables.items())
    assert all(table.num_rows for table in tables.values())


def test_shares_lie_between_nothing_and_all(answer: PlanAnswer) -> None:
    for name, table in plan_tables(answer).items():
        for column in table.column_names:
            if column.endswith("_share"):
                values = [v for v in table[column].to_pylist() if v is not None]
                assert all(-1e-9 <= v <= 1 + 1e-9 for v in values), (name, column)
    assert (answer.built >= 0).all()
    assert (share_of_projects(answer.program, answer.built) <= 1).all()
    standing, fixed = answer.standing, decided(answer.program)
    share = share_of_projects(answer.program, answer.built)[~fixed]
    assert (standing.least[~fixed] <= share + 1e-6).all()
    assert (standing.most[~fixed] >= share - 1e-6).all()
    known = np.isfinite(standing.regret_high)
    assert known.any()
    assert (standing.regret_low[known] <= standing.regret_high[known] + 1e-6).all()


def test_figures_lie_between_their_ends(answer: PlanAnswer) -> None:
    found = figures(plan_tables(answer))
    for row in found.values():
        low, value, high = row["low"], row["value"], row["high"]
        if low is not None and high is not None:
            assert low <= high
            assert value is None or low <= value <= high
    objective = answer.solution.objective
    assert found["objective"]["value"] == pytest.approx(objective)
    assert answer.solution.gap <= ASKED.gap
    saved = found["mean cost, no plan"]["value"] - found["mean cost, plan"]["value"]
    assert found["mean saving"]["value"] == pytest.approx(saved)


def test_a_plan_is_better_than_none(answer: PlanAnswer) -> None:
    none = risk_value(answer.without_plan.cost, answer.probability, RISK)
    assert answer.solution.objective <= none
    assert answer.with_plan.loss.sum() < answer.without_plan.loss.sum()
    # Outcomes are those of the search: the same programmes, solved in another place.
    assert answer.with_plan.cost == pytest.approx(answer.solution.scenario_cost, rel=1e-6)


def test_money_stays_within_every_limit(answer: PlanAnswer) -> None:
    world, tables = answer.program.world, plan_tables(answer)
    spent = figures(tables)["capital"]["value"]
    assert 0 < spent <= BUDGET.total * (1 + 1e-6)
    years = [row["capital"] for row in tables["plan_years"].to_pylist()]
    assert sum(years) == pytest.approx(spent)
    assert max(years) <= BUDGET.yearly * (1 + 1e-6)
    options, stocks = world.options, world.stocks
    payer = np.array(options.payer)
    cash = options.capital * answer.built
    orders = order_costs(world, answer.ordered).sum(axis=1)
    owner = np.array(stocks.payer)[stocks.bought]
    own = {
        code: cash[payer == code].sum() + orders[owner == code].sum() for code, _ in BUDGET.partners
    }
    for code, most in BUDGET.partners:
        assert own[code] <= most * (1 + 1e-6)
    left = sum(most - own[code] for code, most in BUDGET.partners)
    assert cash[payer == "both"].sum() <= left + 1e-6


def test_mass_is_kept_at_every_node(answer: PlanAnswer) -> None:
    program = answer.program
    state = answer.solution.value[program.first.state]
    for s in (0, 3):
        found = read_course(program, s, state)
        tolerance = 1e-6 * largest_amount(found)
        assert unused_amount(program, answer.courses[s], found).min() >= -tolerance
        assert all(amount.min(initial=0.0) >= -tolerance for amount in found.amount.values())


def test_rows_on_stocks_and_years_add_up(answer: PlanAnswer) -> None:
    tables = plan_tables(answer)
    stocks = tables["plan_stocks"].to_pylist()
    assert all(row["ordered_amount"] <= row["limit_amount"] * (1 + 1e-6) for row in stocks)
    ordered = sum(row["cost"] for row in stocks)
    assert ordered == pytest.approx(figures(tables)["capital for stocks"]["value"])
    lost = [r["mean_loss"] for r in tables["plan_years"].to_pylist() if r["variant"] == "with plan"]
    assert sum(lost) == pytest.approx(figures(tables)["mean loss, plan"]["value"])
    regimes = tables["plan_regimes"].to_pylist()
    quarters = [r["expected_quarters"] for r in regimes if r["regime"] != "embargo"]
    assert sum(quarters) == pytest.approx(answer.program.world.horizon.count)


# --- the same bytes -----------------------------------------------------------------------------
def test_two_processes_give_the_bytes_of_one(
    short: PlanDesk, short_tables: dict[str, pa.Table]
) -> None:
    again = plan_tables(solve_plan(short, BRIEF, Means(workers=2), quiet))
    assert again.keys() == short_tables.keys()
    assert all(again[name].equals(table) for name, table in short_tables.items())


class StoppedError(Exception):
    """What stops a search in these tests."""


def test_a_plan_that_was_stopped_goes_on_to_the_same_bytes(
    short: PlanDesk, short_tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    means, rounds = Means(checkpoint=tmp_path / "search.npz"), []

    def stop(what: str, _done: int, _of: int) -> None:
        rounds.append(what)
        if len(rounds) == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        solve_plan(short, BRIEF, means, stop)
    assert means.checkpoint is not None
    assert means.checkpoint.is_file()
    done = plan_tables(solve_plan(short, BRIEF, means, quiet))
    assert all(done[name].equals(table) for name, table in short_tables.items())
    with pytest.raises(UsageError, match="checkpoint"):
        solve_plan(short, replace(BRIEF, seed=2), means, quiet)


# --- other odds ---------------------------------------------------------------------------------
def test_a_plan_under_other_odds_costs_no_less_than_the_best_one_then(
    short: PlanDesk, short_answer: PlanAnswer
) -> None:
    asked = replace(BRIEF, shifts=("embargo-never",))
    rows = list(sensitivity_rows(short, asked, short_answer, Means(), quiet))
    table = plan_tables(short_answer, rows)["plan_sensitivity"].to_pylist()
    assert [row["shift"] for row in table] == ["No embargo begins"]
    for row in table:
        assert row["best_cost"] <= row["plan_cost"]
        assert row["regret"] == pytest.approx(row["plan_cost"] - row["best_cost"])
        # Whoever does nothing cannot do better than the best.
        assert row["best_cost"] <= row["no_plan_cost"]


# --- no money -----------------------------------------------------------------------------------
def test_without_money_nothing_is_decided(short: PlanDesk) -> None:
    """What is under way is there all the same: it costs nothing more."""
    asked = replace(BRIEF, budget=Budget(total=0.0), fresh=0, front=())
    found = solve_plan(short, asked, Means(), quiet)
    options = found.program.world.options
    assert options.is_committed.any()
    assert found.built == pytest.approx(options.is_committed.astype(float))
    assert found.ordered.sum() == pytest.approx(0.0)
    assert found.solution.first_cost == pytest.approx(0.0)
    state = no_plan(found.program)[found.program.first.state]
    assert found.solution.value[found.program.first.state] == pytest.approx(state, abs=1e-6)
    free = ~decided(found.program) & (
        np.bincount(options.project, options.capital, len(options.projects)) > 0
    )
    assert np.isnan(found.standing.regret_low[free]).all()
    tables = plan_tables(found)
    assert figures(tables)["capital"]["value"] == pytest.approx(0.0)
    assert "saving per USD" not in figures(tables)
