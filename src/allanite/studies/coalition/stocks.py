"""Who holds what in which form under one joint plan and under separate ones, and why there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from allanite.axis import FloatArray
from allanite.studies.coalition.answer import Acting, StockAnswer
from allanite.studies.coalition.books import node_homes
from allanite.studies.coalition.entitlements import stock_forms
from allanite.studies.plan.investment import SLICES, order_premium
from allanite.studies.plan.node import operation_of
from allanite.studies.plan.operation import MILLION
from allanite.studies.plan.stock_rows import order_costs, place_and_material
from allanite.studies.plan.world import PlanWorld

Row = dict[str, object]
JOINT, SEPARATE = "joint", "separate"
LEAST = 1e-3  # t


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """Stocks of one plan. K stocks.

    Attributes:
        shelf: there today, ordered: over all years, drawn: in embargoes, mean, (K,) [t].
        cost: of the orders, shape (K,) [million USD].
        margin: what a tonne more would save beyond its cost, shape (K,) [USD/t].
        taken: by which process first in an embargo, shape (K, N) [t].
        used: for whose use, shape (K, n) [t].
    """

    shelf: FloatArray
    ordered: FloatArray
    drawn: FloatArray
    cost: FloatArray
    margin: FloatArray
    taken: FloatArray
    used: FloatArray


def held(acting: Acting) -> Held:
    """The stocks of a plan."""
    world, solved = acting.program.world, acting.solved
    stocks = world.stocks
    count, bought = stocks.node.size, stocks.bought
    ordered, cost = np.zeros(count), np.zeros(count)
    amount = np.where(solved.ordered > LEAST, solved.ordered, 0.0)
    ordered[bought] = amount.sum(axis=1)
    cost[bought] = order_costs(world, amount).sum(axis=1)
    margin = -solved.gradient[-count:] * MILLION - world.goods.price[stocks.node]
    margin[bought] = _margins(acting).max(axis=1, initial=-np.inf)
    drawn = np.where(acting.quarter[:, :, None] > 0, acting.done.amount["drawn"], 0.0)
    return Held(
        shelf=np.where(stocks.initial_amount > LEAST, stocks.initial_amount, 0.0),
        ordered=ordered,
        drawn=np.maximum(acting.mean(drawn).sum(axis=0), 0.0),
        cost=cost,
        margin=margin,
        taken=acting.ends.taken,
        used=acting.mean(acting.ends.used).sum(axis=0),
    )


def _margins(acting: Acting) -> FloatArray:
    """What a tonne more would save beyond its price and premium, shape (X, Y) [USD/t]."""
    world, solved = acting.program.world, acting.solved
    stocks, options = world.stocks, world.options.project.size
    shape = solved.ordered.shape
    gradient = solved.gradient[options : options + solved.ordered.size].reshape(shape)
    length = stocks.periods_a_year * world.horizon.step
    part = (stocks.purchase_rate[stocks.bought] * length / SLICES)[:, None]
    filled = solved.ordered / np.where(part > 0, part, np.inf)
    at = np.clip((filled * (1 - 1e-9)).astype(np.int64), 0, SLICES - 1)
    premium = np.take_along_axis(order_premium(world), at, axis=1)
    worth = world.terms.discount(world.horizon)[stocks.purchase_period]
    return np.asarray(-gradient * MILLION - premium * worth)


def separately(answer: StockAnswer) -> Held:
    """The stocks of separate plans, each partner's own at its place."""
    parts = [held(acting) for acting in answer.alone]
    home = node_homes(answer.joint.setting.players, answer.joint.program.world)
    owner = home[answer.joint.program.world.stocks.node]

    def owned(name: str) -> FloatArray:
        found = [getattr(part, name) for part in parts]
        return np.array([found[i][k] for k, i in enumerate(owner)])

    return Held(**{name: owned(name) for name in Held.__slots__})


def holding_rows(answer: StockAnswer) -> Iterator[Row]:
    """Rows of table `stock_holdings`: joint plan and separate ones."""
    world, forms = answer.joint.program.world, stock_forms(answer.desk)
    stages = answer.desk.desk.world.network.processes.stage
    for plan, found in ((JOINT, held(answer.joint)), (SEPARATE, separately(answer))):
        for k, label in enumerate(world.stocks.labels.labels):
            region, material = place_and_material(world, k)
            row: Row = {
                "plan": plan,
                "stock": label,
                "holder": world.stocks.holder[k],
                "region": region,
                "material": material,
                "form": forms[k],
                "shelf_amount": float(found.shelf[k]),
                "ordered_amount": float(found.ordered[k]),
                "cost": float(found.cost[k]),
                "drawn_amount": float(found.drawn[k]),
                "marginal_value": float(found.margin[k]),
            }
            row |= _ways(answer, found, k)
            n = row.pop("next")
            stage = "" if n is None else stages[int(world.pooled.process[int(str(n))])]
            yield {**row, "why": _why(row, stage)}


def _ways(answer: StockAnswer, found: Held, k: int) -> Row:
    """Where what is drawn from a stock in an embargo goes; `next` is the process by position."""
    players, plants = answer.joint.setting.players, answer.joint.program.world.plants
    first, used = _most(found.taken[k]), _most(found.used[k])
    whole = max(float(found.used[k].sum()), float(found.taken[k].sum()))
    return {
        "next": first,
        "next_process": None if first is None else plants.processes.labels[first],
        "next_place": None if first is None else players.process_home[first],
        "next_share": None if first is None else min(float(found.taken[k][first]) / whole, 1.0),
        "serves": None if used is None else players.names[used],
        "serves_share": None if used is None else _part(found.used[k], used),
    }


def _most(amount: FloatArray) -> int | None:
    return int(np.argmax(amount)) if amount.max(initial=0.0) > LEAST else None


def _part(amount: FloatArray, which: int) -> float:
    return float(amount[which] / amount.sum())


def _why(row: Row, stage: str) -> str:
    """Why a stock stands there in this form, from where it goes and what a tonne more is worth."""
    margin = f"{abs(float(str(row['marginal_value']))):,.0f} USD"
    above = float(str(row["marginal_value"])) > 0
    worth = f"a tonne more would {'save' if above else 'cost'} {margin} beyond "
    worth += "its cost" if above else "what it saves"
    if row["serves"] is None:
        reason = "nothing of it is used in an embargo"
    elif row["next_process"] is None:
        reason = "used as it is"
    else:
        reason = f"goes to {stage} in {row['next_place']}"
    if row["serves"] is not None:
        reason += f", for use in {row['serves']}"
    return f"{reason}; {worth}"


def cover_rows(answer: StockAnswer) -> Iterator[Row]:
    """Rows of table `stock_cover`: needs and what is short of them in an embargo."""
    joint = answer.joint
    need, short = _need_and_short(joint)
    apart = np.zeros_like(short)
    for acting in answer.alone:
        apart += _need_and_short(acting)[1]
    world = joint.program.world
    spells = joint.ends.spells
    for h, u in enumerate(operation_of(joint.program.second).need_node):
        region, material = world.pooled.nodes.labels[int(u)].split("/")
        for q in np.flatnonzero((need[h] > LEAST) & (spells > 0)):
            whole = need[h, q]
            yield {
                "region": region,
                "material": material,
                "month": 3 * int(q) + 1,
                "need_amount": float(whole),
                "joint_share": _served(short[h, q], whole),
                "separate_share": _served(apart[h, q], whole),
                "joint_short_amount": float(short[h, q]),
                "separate_short_amount": float(apart[h, q]),
            }


def _served(short: float, need: float) -> float:
    return float(np.clip(1 - short / need, 0.0, 1.0))


def _need_and_short(acting: Acting) -> tuple[FloatArray, FloatArray]:
    """Mean need and shortage by quarter since the embargo began, shape (H, Q) each [t]."""
    operation, uses = operation_of(acting.program.second), acting.program.world.uses
    unmet = np.where(uses.is_shortage, np.maximum(acting.done.amount["unmet"], 0.0), 0.0)
    pooled = np.zeros_like(acting.done.need)
    at = np.searchsorted(operation.need_node, uses.node)
    np.add.at(np.moveaxis(pooled, 2, 0), at, np.moveaxis(unmet, 2, 0))
    last = acting.ends.spells.size
    found = np.zeros((2, operation.need_node.size, last))
    for q in range(last):
        weight = acting.setting.probability[:, None] * (acting.quarter == q + 1)
        reached = weight.sum()
        if reached > 0:
            for kind, amount in enumerate((acting.done.need, pooled)):
                found[kind, :, q] = np.tensordot(weight, amount, axes=2) / reached
    return found[0], found[1]


def overlap_rows(answer: StockAnswer) -> Iterator[Row]:
    """Rows of table `stock_overlap`: what separate stocks hold twice.

    Of orders it is what the joint plan does not order; of what lies there today, what others hold
    beside the one who holds most.
    """
    joint, apart = held(answer.joint), separately(answer)
    world, forms = answer.joint.program.world, stock_forms(answer.desk)
    goods: dict[tuple[str, str], list[int]] = {}
    for k in range(len(forms)):
        goods.setdefault((place_and_material(world, k)[1], forms[k]), []).append(k)
    for (material, form), members in sorted(goods.items()):
        shelf: dict[str, float] = {}
        for k in members:
            region, _ = place_and_material(world, k)
            shelf[region] = shelf.get(region, 0.0) + float(apart.shelf[k])
        for kind, one, other in (
            ("orders", float(apart.ordered[members].sum()), float(joint.ordered[members].sum())),
            ("stocks of today", sum(shelf.values()), max(shelf.values())),
        ):
            over = max(one - other, 0.0)
            if max(one, other) > LEAST:
                yield {
                    "kind": kind,
                    "material": material,
                    "form": form,
                    "separate_amount": one,
                    "joint_amount": other,
                    "overlap_amount": over,
                    "overlap_value": over * _price(world, members[0]) / MILLION,
                }


def _price(world: PlanWorld, stock: int) -> float:
    return float(world.goods.price[world.stocks.node[stock]])
