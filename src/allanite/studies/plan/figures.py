"""Rows on the plan as a whole: bounds, risk, what looking at all courses is worth, trials."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allanite.axis import FloatArray
from allanite.conditions.regime_odds import regime_share
from allanite.program.decomposition import TwoStageSolution
from allanite.program.risk import conditional_value_at_risk
from allanite.studies.plan.answer import PlanAnswer, built_of, ordered_of
from allanite.studies.plan.contract_rows import payer_rows
from allanite.studies.plan.stock_rows import order_costs

Row = dict[str, object]
MONEY = "million USD"
NORMAL_95 = 1.96


def figure_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_figures`."""
    solution = answer.solution
    yield _row("scenarios", len(answer.scenarios), "1", "courses the plan was made on")
    yield _row("gap", solution.gap, "1", f"proven, relative; the search ended by {solution.stop}")
    yield _row(
        "objective",
        solution.objective,
        MONEY,
        f"mean and tail at weight {answer.request.risk.weight:g}; low: no plan costs less",
        low=solution.bound,
        high=solution.objective,
    )
    yield from _cost_rows(answer)
    yield from _loss_rows(answer)
    yield from _money_rows(answer)
    yield from _contract_rows(answer)
    yield from _knowledge_rows(answer)
    yield from _fresh_rows(answer)
    yield from _adaptive_rows(answer)


def _cost_rows(answer: PlanAnswer) -> Iterator[Row]:
    confidence = answer.request.risk.confidence
    for name, cost in (("plan", _total(answer)), ("no plan", answer.without_plan.cost)):
        yield _row(f"mean cost, {name}", float(answer.mean(cost)), MONEY, "discounted, all costs")
        yield _row(
            f"tail cost, {name}",
            answer.tail(cost),
            MONEY,
            f"mean of the worst {1 - confidence:.0%}",
        )
        yield _row(f"worst cost, {name}", float(cost.max()), MONEY, "the dearest course")


def _knowledge_rows(answer: PlanAnswer) -> Iterator[Row]:
    yield _row(
        "value of the stochastic solution",
        None,
        MONEY,
        "mean saving against the plan made for the mean course; both ends proven",
        low=answer.stochastic.low,
        high=answer.stochastic.high,
    )
    yield _row(
        "value of perfect information",
        None,
        MONEY,
        "mean saving if the course were known beforehand; both ends proven",
        low=answer.perfect.low,
        high=answer.perfect.high,
    )


def _row(
    figure: str,
    value: float | None,
    unit: str,
    note: str,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Row:
    return {
        "figure": figure,
        "value": None if value is None else float(value),
        "low": low,
        "high": high,
        "unit": unit,
        "note": note,
    }


def _total(answer: PlanAnswer) -> FloatArray:
    """Cost of the plan and of operation, shape (S,) [million USD]."""
    return np.asarray(answer.with_plan.cost + answer.solution.first_cost)


def _loss_rows(answer: PlanAnswer) -> Iterator[Row]:
    for name, found in (("plan", answer.with_plan), ("no plan", answer.without_plan)):
        loss = found.loss.sum(axis=1)
        note = "delayed use and idle plants over the horizon, not discounted"
        yield _row(f"mean loss, {name}", float(answer.mean(loss)), MONEY, note)
        yield _row(f"tail loss, {name}", answer.tail(loss), MONEY, note)
        yield _row(f"worst loss, {name}", float(loss.max()), MONEY, note)


def _money_rows(answer: PlanAnswer) -> Iterator[Row]:
    capital, stock = capital_of(answer, answer.solution)
    saved = float(answer.mean(answer.without_plan.cost) - answer.mean(_total(answer)))
    yield _row("capital", capital + stock, MONEY, "cash decided, projects and stocks")
    yield _row("capital for stocks", stock, MONEY, "part of it")
    yield _row("mean saving", saved, MONEY, "mean cost without a plan less that with it")
    if capital + stock > 0:
        yield _row("saving per USD", saved / (capital + stock), "1", "mean saving over capital")


def _contract_rows(answer: PlanAnswer) -> Iterator[Row]:
    contracts = answer.program.world.options.contracts
    if contracts is None:
        return
    scored = float(contracts.scored_cost @ answer.built[contracts.option])
    note = "beside the capital: grants, and the present worth of what is expected to be paid"
    yield _row("contracts, as budgets count them", scored, MONEY, note)
    for payer, paid in payer_rows(answer):
        note = "grants and payments on contracts, discounted"
        yield _row(f"mean paid on contracts, {payer}", float(answer.mean(paid)), MONEY, note)
        yield _row(f"tail paid on contracts, {payer}", answer.tail(paid), MONEY, note)
        yield _row(f"most paid on contracts, {payer}", float(paid.max()), MONEY, note)


def capital_of(answer: PlanAnswer, solution: TwoStageSolution) -> tuple[float, float]:
    """Cash for projects and for stocks of a solution [million USD]."""
    world = answer.program.world
    projects = float(world.options.capital @ built_of(answer.program, solution.value))
    orders = order_costs(world, ordered_of(answer.program, solution.value))
    return projects, float(orders.sum())


def _fresh_rows(answer: PlanAnswer) -> Iterator[Row]:
    trial = answer.fresh
    if trial is None:
        return
    saving = trial.without_plan - trial.with_plan
    for name, cost in (
        ("mean cost on fresh courses, plan", trial.with_plan),
        ("mean cost on fresh courses, no plan", trial.without_plan),
        ("mean saving on fresh courses", saving),
    ):
        mean = float(trial.probability @ cost)
        spread = float(np.sqrt(trial.probability @ (cost - mean) ** 2))
        error = NORMAL_95 * spread * float(np.sqrt((trial.probability**2).sum()))
        note = f"{cost.size} courses the plan was not made on; 95 % interval of their mean"
        yield _row(name, mean, MONEY, note, low=mean - error, high=mean + error)


def _adaptive_rows(answer: PlanAnswer) -> Iterator[Row]:
    found = answer.adaptive
    if found is None:
        return
    tree = f"on a tree of {found.leaves} courses in {found.blocks} blocks; both ends proven"
    for name, solution in (("block by block", found.by_block), ("at once", found.at_once)):
        yield _row(
            f"mean cost, decided {name}",
            solution.objective,
            MONEY,
            tree,
            low=solution.bound,
            high=solution.objective,
        )


def front_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_front`."""
    for weight, solution in answer.front:
        cost = solution.scenario_cost + solution.first_cost
        capital, stock = capital_of(answer, solution)
        yield {
            "risk_weight": weight,
            "mean_cost": float(answer.probability @ cost),
            "tail_cost": conditional_value_at_risk(
                cost, answer.probability, answer.request.risk.confidence
            ),
            "capital": capital + stock,
            "stock_capital": stock,
            "gap": solution.gap,
        }


def round_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_rounds`; times are left out, since they differ from run to run."""
    for number, found in enumerate(answer.solution.history, 1):
        yield {
            "round": number,
            "scenarios": found.scenarios,
            "lower": found.lower if np.isfinite(found.lower) else None,
            "upper": found.upper if np.isfinite(found.upper) else None,
        }


def regime_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_regimes`."""
    titles = {r.name: r.title for r in answer.desk.plan.uncertainty.control.regimes}
    horizon = answer.program.world.horizon
    after = horizon.first_day(horizon.count).year
    for odds in regime_share(answer.scenarios, (2030, after)):
        before = dict(odds.before)
        yield {
            "regime": odds.name,
            "title": titles.get(odds.name, "Any embargo"),
            "expected_quarters": odds.quarters,
            "by_2030_share": before[2030],
            "ever_share": before[after],
            "mean_spell": 3.0 * odds.spell,
        }
