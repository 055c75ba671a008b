"""Figures about acting together, each with a sentence on what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from allanite.program.games.core import core_test
from allanite.program.games.game import Game, savings_game
from allanite.program.games.pairs import convexity, superadditivity
from allanite.studies.coalition.answer import Acting, CoalitionAnswer, StockAnswer
from allanite.studies.coalition.rows import savings_of
from allanite.studies.coalition.sharing import likely_savings
from allanite.studies.coalition.stocks import cover_rows, held, overlap_rows, separately

Row = dict[str, object]
MONEY = "million USD"
SOURCES: Final[Mapping[str, str]] = {
    "decisions": "capital as annuities, permits and the rise of prices by orders",
    "shortage": "delayed use and idle plants, less the goods not bought",
    "thrift": "thrift and substitutes, less the goods not bought",
    "imports": "goods from the watched country",
    "running": "running plants and buying from those abroad",
    "freight": "moving goods",
    "stocks": "goods put in store and holding them, less what is left at the end",
    "sales": "less surplus sold",
}
_SOURCE_OF: Final[Mapping[str, str]] = {
    "import": "imports",
    "activity": "running",
    "flow": "freight",
    "level": "stocks",
    "drawn": "stocks",
    "filled": "stocks",
    "delivered": "stocks",
    "sold": "sales",
}


def _figure(
    name: str,
    value: float | None,
    note: str,
    unit: str = MONEY,
    ends: tuple[float, float] | None = None,
) -> Row:
    low, high = (None, None) if ends is None else ends
    return {"figure": name, "value": value, "low": low, "high": high, "unit": unit, "note": note}


def share_figure_rows(answer: CoalitionAnswer) -> Iterator[Row]:
    """Rows of table `share_figures`."""
    joint = answer.stock.joint
    everybody = (1 << len(answer.names)) - 1
    value, *ends = savings_of(answer, everybody)
    cost = joint.solved
    yield _figure(
        "joint_cost",
        cost.objective,
        "mean cost of the joint plan over the horizon, discounted",
        ends=(cost.bound, cost.objective),
    )
    yield _figure(
        "value_of_cooperation",
        value,
        "what all save together against each alone",
        ends=(ends[0], ends[1]),
    )
    apart = sum(float(acting.loss[i]) for i, acting in enumerate(answer.stock.alone))
    yield _figure("loss_alone", apart, "mean loss of all, each with its own plan, not discounted")
    yield _figure("loss_joint", float(joint.loss.sum()), "mean loss of all in the joint plan")
    yield from _source_rows(answer)
    yield from _course_rows(answer)
    if answer.cost is not None:
        yield from _game_rows(answer.cost)


def _source_rows(answer: CoalitionAnswer) -> Iterator[Row]:
    """What the savings consist of; the rows sum to the value of cooperation."""
    apart = [costs_by_source(acting) for acting in answer.stock.alone]
    joint = costs_by_source(answer.stock.joint)
    for source, words in SOURCES.items():
        saved = sum(one[source] for one in apart) - joint[source]
        yield _figure(f"saved_{source}", saved, f"of the value of cooperation: {words}")


def costs_by_source(acting: Acting) -> dict[str, float]:
    """Mean cost of a plan by what it is for, discounted [million USD]."""
    found = dict.fromkeys(SOURCES, 0.0)
    found["decisions"] = acting.solved.first_cost
    is_short = acting.program.world.uses.is_shortage
    for block, amount in acting.done.amount.items():
        cost = acting.mean(amount * acting.done.cost[block]).sum(axis=0)
        if block == "unmet":
            found["shortage"] += float(cost[is_short].sum())
            found["thrift"] += float(cost[~is_short].sum())
        else:
            found[_SOURCE_OF[block]] += float(cost.sum())
    return found


def _course_rows(answer: CoalitionAnswer) -> Iterator[Row]:
    joint = answer.stock.joint
    share = float(joint.setting.probability @ (joint.quarter > 0).any(axis=1))
    yield _figure("embargo_share", share, "courses in which stocks are released at some time", "1")
    yield _figure("courses", float(len(joint.setting.courses)), "courses of every plan", "1")


def _game_rows(cost: Game) -> Iterator[Row]:
    """What the games say, at the values and under their bounds."""
    saved = likely_savings(cost)
    test = core_test(saved)
    yield _figure(
        "subsidy",
        test.subsidy,
        f"least that would have to be added for nobody to leave; the core is {test.claim}"
        if test.claim != "cannot be told"
        else "whether the core is empty cannot be told at this gap",
        ends=(test.subsidy_low, test.subsidy_high),
    )
    room = -test.least_core
    words = "every group keeps at least so much by staying"
    yield _figure("least_core", room, words if room >= 0 else "what the worst-off group misses")
    if len(cost.players) > 1:
        yield from _pair_rows(cost)


def _pair_rows(cost: Game) -> Iterator[Row]:
    saved = savings_game(cost)
    found = superadditivity(saved)
    pair = f"{saved.label(found.first)} and {saved.label(found.second)}"
    words = {
        "holds": "no two groups lose by joining",
        "fails": f"{pair} lose by joining",
        "cannot be told": f"{pair} win less by joining than the gaps of their plans; together they"
        " can do all that they can do apart, so a loss would be one of the search",
    }
    yield _figure("superadditivity", found.gain, f"{found.claim}: {words[found.claim]}")
    convex = convexity(saved)
    more = "a partner adds more to a larger group" if convex.holds else "it need not"
    yield _figure("convexity", convex.gain, f"{convex.claim}: {more}")


def stock_figure_rows(answer: StockAnswer) -> Iterator[Row]:
    """Rows of table `stock_figures`."""
    joint, apart = held(answer.joint), separately(answer)

    def row(name: str, value: float, note: str, unit: str = MONEY) -> Row:
        return {"figure": name, "value": value, "unit": unit, "note": note}

    yield row("joint_orders", float(joint.cost.sum()), "cash for orders under one plan")
    yield row("separate_orders", float(apart.cost.sum()), "cash for orders under separate plans")
    rows = list(overlap_rows(answer))
    for kind, name, note in (
        ("orders", "overlap_of_orders", "ordered by separate plans and not by the joint one"),
        ("stocks of today", "overlap_of_stocks", "held today beside the one who holds most of it"),
    ):
        over = [r for r in rows if r["kind"] == kind]
        value = float(np.sum([r["overlap_value"] for r in over]))
        amount = float(np.sum([r["overlap_amount"] for r in over]))
        yield row(name, value, note)
        yield row(f"{name}_amount", amount, "the same by weight, of all materials", "t")
    cover = list(cover_rows(answer))
    for name in ("joint_short_amount", "separate_short_amount"):
        short = float(np.sum([r[name] for r in cover]))
        note = "short in an embargo, sum over its quarters of what is mean in those it reaches"
        yield row(name, short, note, "t")
