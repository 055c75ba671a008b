"""Where goods drawn from stocks go: the process that takes them next, and whose use they end in.

Goods of one kind at one place mix: what leaves it is shared out in proportion. A process hands
what it takes on to its outputs, in proportion to their value. What is refilled or left over ends
nowhere.

    x = B + T x      B: part of what leaves each node that a partner uses there
                     T: part that goes on to another node
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array

from allanite.axis import FloatArray, IntArray
from allanite.studies.coalition.operated import Conduct
from allanite.studies.plan.build import PlanProgram
from allanite.studies.plan.node import operation_of

_SMALL = 1e-9  # of a tonne


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ends:
    """Where what is drawn in quarters of embargo goes. K stocks, n players, N processes.

    Attributes:
        used: by course and quarter since the embargo began, for whose use, (S, Q, K, n) [t];
            what no one uses is counted to them in the same proportion.
        taken: by which process first, mean over the courses, shape (K, N) [t].
        spells: probability that an embargo reaches each quarter, over its beginnings, (Q,).
    """

    used: FloatArray
    taken: FloatArray
    spells: FloatArray


def find_ends(
    program: PlanProgram,
    done: Conduct,
    quarter: IntArray,
    probability: FloatArray,
    node_home: IntArray,
    players: int,
) -> Ends:
    """Follow what is drawn in every quarter of embargo.

    Args:
        program: the plan's.
        done: operation in its courses.
        quarter: since the embargo began, from 1, shape (S, P); 0 where there is none.
        probability: of the courses, shape (S,).
        node_home: player at home at each node, shape (U,); `players` for a third country.
        players: how many.
    """
    stocks, last = program.world.stocks, int(quarter.max(initial=0))
    used = np.zeros((quarter.shape[0], last, stocks.node.size, players))
    taken = np.zeros((stocks.node.size, len(program.world.plants.processes)))
    spells = np.zeros(last)
    flows = _flows(program)
    for s, p in np.argwhere(quarter > 0).tolist():
        q = int(quarter[s, p]) - 1
        spells[q] += probability[s]
        drawn = np.maximum(done.amount["drawn"][s, p], 0.0)
        if drawn.max(initial=0.0) <= _SMALL:
            continue
        end, first = _followed(flows, done, s, p, node_home, players)
        whose = end[stocks.node]
        whole = whose.sum(axis=1, keepdims=True)
        used[s, q] += drawn[:, None] * np.where(
            whole > _SMALL, whose / np.where(whole > _SMALL, whole, 1.0), 0.0
        )
        taken += probability[s] * drawn[:, None] * first[stocks.node]
    return Ends(used=used, taken=taken, spells=spells)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Flows:
    """What does not change from quarter to quarter. U nodes, R routes, N processes."""

    origin: IntArray
    destination: IntArray
    takes: csc_array
    value_made: csc_array
    need_node: IntArray
    unmet_node: IntArray
    sold_node: IntArray
    stock_node: IntArray


def _flows(program: PlanProgram) -> _Flows:
    world, operation = program.world, operation_of(program.second)
    recipe = csc_array(world.pooled.recipe)
    made = recipe.maximum(0)
    worth = csc_array(coo_array(made.multiply(world.goods.price[:, None])))
    total = np.asarray(worth.sum(axis=0)).ravel()
    return _Flows(
        origin=world.pooled.route_origin,
        destination=world.pooled.route_destination,
        takes=csc_array((-recipe).maximum(0)),
        value_made=csc_array(worth * (1 / np.where(total > 0, total, 1.0))[None, :]),
        need_node=operation.need_node,
        unmet_node=world.uses.node,
        sold_node=operation.sold_node,
        stock_node=world.stocks.node,
    )


def _followed(
    flows: _Flows, done: Conduct, s: int, p: int, node_home: IntArray, players: int
) -> tuple[FloatArray, FloatArray]:
    """Whose use a tonne at each node ends in, (U, n), and which process takes it first, (U, N)."""
    at = {block: np.maximum(amount[s, p], 0.0) for block, amount in done.amount.items()}
    count = node_home.size
    served = np.bincount(flows.need_node, weights=done.need[s, p], minlength=count)
    served -= np.bincount(flows.unmet_node, weights=at["unmet"], minlength=count)
    served = np.maximum(served, 0.0)
    moved = np.zeros((count, count))
    np.add.at(moved, (flows.origin, flows.destination), at["flow"])
    taken = (flows.takes * at["activity"][None, :]).toarray()
    lost = np.bincount(flows.sold_node, weights=at["sold"], minlength=count)
    lost += np.bincount(flows.stock_node, weights=at["filled"], minlength=count)
    out = served + moved.sum(axis=1) + taken.sum(axis=1) + lost
    # A little leaks, so that goods that only go in a circle end nowhere.
    scale = (1 - _SMALL) / np.where(out > _SMALL, out, np.inf)
    moved, taken = moved * scale[:, None], taken * scale[:, None]
    base = np.zeros((count, players + 1))
    base[np.arange(count), node_home] = served * scale
    eye = np.eye(count)
    end = np.linalg.solve(eye - moved - taken @ flows.value_made.T.toarray(), base)
    first = np.linalg.solve(eye - moved, taken)
    return end[:, :players], first
