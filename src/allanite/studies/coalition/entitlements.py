"""The release rule that keeps everybody in: who may draw what of the joint stocks, and when.

By material and form each is entitled, by the end of each quarter since an embargo began, to what
it would have drawn alone, and of what all draw together beyond that to its part of what the
joint plan gives more:

    e_i = a_i + max(J - A, 0) x max(j_i - a_i, 0) / sum of the latter
    j_i: drawn for its use in the joint plan; a_i: in its own plan; J, A: their sums

Means over the embargoes that last so long, summed over their quarters. Where the joint plan draws
less than all would alone (A > J), plants and imports give the rest: it is told as missing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allanite.axis import FloatArray
from allanite.studies.coalition.answer import Acting, StockAnswer
from allanite.studies.plan.prepare import PlanDesk
from allanite.studies.plan.stock_rows import place_and_material

Row = dict[str, object]
LEAST = 1e-3  # t
DUST = 1e-6  # t


def entitlements(joint: FloatArray, alone: FloatArray) -> FloatArray:
    """What each is entitled to, shape (n, ...) [t].

    Args:
        joint: drawn for the use of each in the joint plan, shape (n, ...) [t].
        alone: drawn by each in its own plan, same shape.
    """
    surplus = np.maximum(joint.sum(axis=0) - alone.sum(axis=0), 0.0)
    more = np.maximum(joint - alone, 0.0)
    whole = more.sum(axis=0)
    return np.asarray(alone + surplus * more / np.where(whole > 0, whole, 1.0))


def right_rows(answer: StockAnswer) -> Iterator[Row]:
    """Rows of table `share_rights`."""
    names = answer.joint.setting.players.names
    goods, joint = drawn_by_good(answer.desk, answer.joint)
    alone = np.zeros_like(joint)
    for i, acting in enumerate(answer.alone):
        alone[i] = drawn_by_good(answer.desk, acting)[1].sum(axis=0)
    entitled = entitlements(joint, alone)
    missing = np.maximum(entitled.sum(axis=0) - joint.sum(axis=0), 0.0)
    whole = entitled.sum(axis=0)
    part = missing / np.where(whole > 0, whole, 1.0)
    for g, (material, form) in enumerate(goods):
        for q in np.flatnonzero(whole[g] > LEAST):
            for i, name in enumerate(names):
                yield {
                    "player": name,
                    "material": material,
                    "form": form,
                    "quarter": int(q) + 1,
                    "joint_amount": float(joint[i, g, q]),
                    "alone_amount": float(alone[i, g, q]),
                    "entitled_amount": float(entitled[i, g, q]),
                    "missing_amount": float(entitled[i, g, q] * part[g, q]),
                }


def drawn_by_good(desk: PlanDesk, acting: Acting) -> tuple[list[tuple[str, str]], FloatArray]:
    """(material, form) of all stocks, G of them, and what is drawn, shape (n, G, Q) [t].

    Mean by the end of each quarter since the embargo began, by whose use it ends in.
    """
    forms = stock_forms(desk)
    keys = [(place_and_material(acting.program.world, k)[1], forms[k]) for k in range(len(forms))]
    goods = sorted(set(keys))
    ends = acting.ends
    mean = acting.mean(ends.used) / np.where(ends.spells > 0, ends.spells, 1.0)[:, None, None]
    mean = np.cumsum(np.where(mean > DUST, mean, 0.0), axis=0)
    found = np.zeros((len(goods), mean.shape[2], mean.shape[0]))
    at = np.array([goods.index(key) for key in keys])
    np.add.at(found, at, np.transpose(mean, (1, 2, 0)))
    return goods, np.moveaxis(found, 0, 1)


def stock_forms(desk: PlanDesk) -> tuple[str, ...]:
    """Form of each stock, shape (K,): of one material always the same, that of orders first."""
    stocks, world = desk.world.stocks, desk.world
    named = {place_and_material(world, int(k))[1]: stocks.form[k] for k in stocks.bought}
    return tuple(
        named.get(place_and_material(world, k)[1], form) for k, form in enumerate(stocks.form)
    )
