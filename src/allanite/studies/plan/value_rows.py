"""Rows on what a tonne more of each material would be worth at the partners, over the courses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import FloatArray
from allanite.network.supply import SupplyNetwork
from allanite.studies.plan.answer import PlanAnswer
from allanite.studies.plan.world import PlanWorld

Row = dict[str, object]
STAGES: Final = ("oxide", "metal")


def value_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_values`: oxides and metals at the partners' pools.

    Duals of the balances, so they hold for a little more and not for a plant's output.
    """
    world = answer.program.world
    materials = answer.desk.desk.world.network
    value, without, curbed = _means(answer)
    used = contained_use(world, materials)
    for u, label in enumerate(world.pooled.nodes.labels):
        place, material = label.split("/", 1)
        stage = materials.material_stage[int(world.pooled.material[u])]
        if place in world.partners and stage in STAGES:
            yield {
                "place": place,
                "material": material,
                "stage": stage,
                "use_rate": float(used[u]),
                "price": float(world.goods.price[u]),
                "value": float(value[u]),
                "value_without": float(without[u]),
                "curbed_value": float(curbed[u]),
            }


def contained_use(world: PlanWorld, network: SupplyNetwork) -> FloatArray:
    """What the partners' uses contain of the elements of each node's material, (U,) [t/yr of it].

    In the base year, at any stage: a magnet holds the oxide it was made from, but for losses.
    """
    content = csc_array(network.element_content)[:, world.pooled.material]
    made = np.asarray(content[:, world.uses.demand_node] @ world.uses.demand_rate)
    found = np.zeros(len(world.pooled.nodes))
    for u in range(found.size):
        own = slice(content.indptr[u], content.indptr[u + 1])
        held = float(content.data[own].sum())
        found[u] = float(made[content.indices[own]].sum()) / held if held > 0 else 0.0
    return found


def _means(answer: PlanAnswer) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean value with the plan, without it, and with it while exports are curbed, (U,) each.

    A quarter is curbed where less than the release share of some ordered good passes; where none
    is, its value is that of all quarters.
    """
    weight = np.broadcast_to(
        answer.probability[:, None], answer.with_plan.node_value.shape[:2]
    ) / max(answer.with_plan.node_value.shape[1], 1)
    curbed = np.array([course.released.any(axis=1) for course in answer.courses])
    some = weight * curbed if curbed.any() else weight
    found = (
        np.tensordot(share / share.sum(), values, axes=2)
        for share, values in (
            (weight, answer.with_plan.node_value),
            (weight, answer.without_plan.node_value),
            (some, answer.with_plan.node_value),
        )
    )
    value, without, held = (np.asarray(array) for array in found)
    return value, without, held
