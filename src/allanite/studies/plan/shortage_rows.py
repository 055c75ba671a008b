"""Rows on what partners go without, by product and by year, with the plan and without."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.studies.plan.answer import PlanAnswer
from allanite.studies.plan.outcome import Outcomes
from allanite.studies.plan.stock_rows import order_costs

Row = dict[str, object]
WITH, WITHOUT = "with plan", "without plan"


def variants(answer: PlanAnswer) -> tuple[tuple[str, Outcomes], ...]:
    """Outcomes by the words of the tables."""
    return (WITH, answer.with_plan), (WITHOUT, answer.without_plan)


def shortage_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_shortage`: each node of need, over the whole horizon."""
    operation = answer.program.second.operation
    nodes = () if operation is None else operation.need_node
    for variant, found in variants(answer):
        short, need = found.shortage_amount.sum(axis=1), found.need_amount.sum(axis=1)
        thrift = answer.mean(found.thrift_amount.sum(axis=1))
        for h, u in enumerate(nodes):
            region, material = answer.program.world.pooled.nodes.labels[int(u)].split("/")
            yield {
                "variant": variant,
                "region": region,
                "material": material,
                "need_amount": float(answer.mean(need[:, h])),
                "mean_amount": float(answer.mean(short[:, h])),
                "tail_amount": answer.tail(short[:, h]),
                "worst_amount": float(short[:, h].max()),
                "thrift_amount": float(thrift[h]),
            }


def year_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_years`: loss by calendar year, and what the plan spends in it."""
    years, at = calendar_years(answer)
    spent = capital_by_year(answer, years, at)
    for variant, found in variants(answer):
        for y, year in enumerate(years.tolist()):
            loss = found.loss[:, at == y].sum(axis=1)
            yield {
                "variant": variant,
                "year": int(year),
                "mean_loss": float(answer.mean(loss)),
                "tail_loss": answer.tail(loss),
                "worst_loss": float(loss.max()),
                "capital": float(spent[y]) if variant == WITH else 0.0,
            }


def calendar_years(answer: PlanAnswer) -> tuple[IntArray, IntArray]:
    """Years of the horizon, and the year of each period by position, shape (P,)."""
    whole = np.floor(answer.program.world.horizon.years).astype(np.int64)
    years, at = np.unique(whole, return_inverse=True)
    return years, at.ravel()


def capital_by_year(answer: PlanAnswer, years: IntArray, at: IntArray) -> FloatArray:
    """Cash the plan decides in each year, projects and stocks, shape (Y,) [million USD]."""
    world = answer.program.world
    spent = np.zeros(years.size)
    np.add.at(spent, at[world.options.start], world.options.capital * answer.built)
    orders = order_costs(world, answer.ordered).sum(axis=0)
    np.add.at(spent, at[world.stocks.purchase_period], orders)
    return spent
