"""What every place makes of each element at each stage, as output and as capacity.

Separation counts separated oxides only: a plant that sells its heavy elements as one mixed
compound separates none of them. Oxide from scrap stands apart, under recycling: a loop inside a
magnet maker's works does not replace a separator of ore.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
from scipy.sparse import csc_array, diags_array

from allanite.axis import FloatArray
from allanite.network.reconcile import Baseline
from allanite.network.supply import SupplyNetwork

# Stage of what is made, by the stage of the material; what a mine makes is mined, in any form.
STAGE_OF_MATERIAL: Final[Mapping[str, str]] = {
    "oxide": "separation",
    "metal": "metal",
    "alloy": "alloy",
    "magnet": "magnet",
    "refining": "refining",
}
MINE: Final = "mine"
OUTPUT, CAPACITY, PLANNED = "output", "capacity", "planned"
PLANNED_YEARS: Final = 5
# Mined in the same ore in more than anybody uses: a large share of them presses nobody.
SURPLUS: Final = frozenset({"La", "Ce"})
SMALLEST_RATE: Final = 1e-6  # t/yr; less is dust of the reconciliation

Made = Mapping[tuple[str, str], FloatArray]


def made_by_place(baseline: Baseline, year: int, running: Collection[str]) -> dict[str, Made]:
    """By measure: element made at each place [t/yr], shape (L,), by (stage, element).

    Args:
        baseline: the reconciled network; its output is that of its base year.
        year: year in which capacity counts that can run; `planned` counts five more.
        running: sites that run; what else stands is planned, even if it is due this year.
    """
    network = baseline.network
    idle = [
        kind == "site" and place not in running
        for place, kind in zip(network.places, network.place_kind, strict=True)
    ]
    stands = ~np.array(idle, dtype=np.bool_)[network.processes.place]
    rates = {
        CAPACITY: np.where(stands, capacity_rates(baseline, year), 0.0),
        PLANNED: capacity_rates(baseline, year + PLANNED_YEARS),
    }
    found = {OUTPUT: _made(network, baseline.process_flow(), _alone(network))}
    for measure, rate in rates.items():
        flow = csc_array(network.processes.recipe @ diags_array(rate))
        found[measure] = _made(network, flow, network.processes.group_rule)
    return found


def capacity_rates(baseline: Baseline, year: int) -> FloatArray:
    """Most that each process can make in a year, shape (N,) [t/yr].

    Where no capacity is known, as of countries in the mineral chains, the output stands.
    """
    processes = baseline.network.processes
    rate = np.where(
        np.isfinite(processes.capacity_rate), processes.capacity_rate, baseline.activity_rate
    )
    return np.where(processes.available(year), rate, 0.0)


def _alone(network: SupplyNetwork) -> tuple[str, ...]:
    return ("separate",) * len(network.processes.labels)


def _made(network: SupplyNetwork, flow: csc_array, rules: tuple[str, ...]) -> Made:
    """Element made by place; recipes that share one plant are alternatives, so the most counts."""
    parts = flow.tocoo()
    content = network.element_content
    total: dict[tuple[str, str], FloatArray] = {}
    shared: dict[tuple[str, str, int], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for node, process, rate in zip(parts.row, parts.col, parts.data, strict=True):
        stage = _stage(network, int(node), int(process)) if rate > SMALLEST_RATE else ""
        if not stage:
            continue
        material = int(network.node_material[node])
        for k in range(content.indptr[material], content.indptr[material + 1]):
            key = stage, network.elements.labels[content.indices[k]]
            amount = float(rate * content.data[k])
            group = int(network.processes.group[process])
            if rules[process] == "share" and group >= 0:
                shared[(*key, group)][int(process)] += amount
            else:
                _add(total, network, key, int(process), amount)
    for (stage, element, _), amounts in shared.items():
        process = max(amounts, key=lambda p: (amounts[p], -p))
        _add(total, network, (stage, element), process, amounts[process])
    return total


def _stage(network: SupplyNetwork, node: int, process: int) -> str:
    stage = network.processes.stage[process]
    if stage == MINE:
        return MINE
    made = STAGE_OF_MATERIAL.get(network.material_stage[int(network.node_material[node])], "")
    return stage if made == "separation" and stage == "recycling" else made


def _add(
    total: dict[tuple[str, str], FloatArray],
    network: SupplyNetwork,
    key: tuple[str, str],
    process: int,
    amount: float,
) -> None:
    rates = total.setdefault(key, np.zeros(len(network.places)))
    rates[network.processes.place[process]] += amount
