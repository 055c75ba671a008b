"""What passes from stage to stage and country to country, element by element.

Every use is traced up to the first process of a drawn stage; alloying and other steps in
between hand their input on. It is the tracing of exposure with other ends, so that a
Sankey diagram of these flows and the shares of exposure rest on the same sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from scipy.sparse import csc_array

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_brief import CHAIN_FLOWS, CHAIN_STAGES
from allanite.network.supply import SupplyNetwork
from allanite.studies.tracing import (
    ElementFlows,
    Rates,
    element_flows,
    stop_at,
    supply_shares,
    trace_origins,
)

Place = tuple[str, str]  # stage, country
# Recycled oxide enters the chain where separated oxide does.
STAGE_OF_PROCESS: Final[Mapping[str, str]] = {
    "mine": "mine",
    "separation": "separation",
    "recycling": "separation",
    "metal": "metal",
    "magnet": "magnet",
}
END_USE: Final = "end use"


@dataclass(frozen=True, slots=True)
class _Uses:
    """Uses of one element: by place, the mass drawn from each state [t/yr]."""

    places: tuple[Place, ...]
    drawn: FloatArray


def trace_chain(network: SupplyNetwork, rates: Rates, elements: Sequence[str]) -> pa.Table:
    """Table `chain_flows` for the elements at one set of rates.

    Raises:
        ModelError: an element the network does not know, or a loop that feeds only itself.
    """
    rows: list[dict[str, object]] = []
    for element in elements:
        position = network.elements.position(element)
        flows = element_flows(network, rates, position)
        found = _place_flows(network, flows)
        rows += [
            {
                "element": element,
                "from_stage": source[0],
                "from_country": source[1],
                "to_stage": target[0],
                "to_country": target[1],
                "rate": rate,
            }
            for (source, target), rate in sorted(found.items())
        ]
    return rows_table(CHAIN_FLOWS, rows)


def _process_places(network: SupplyNetwork) -> list[Place | None]:
    """Stage and country of each process, None for stages that are not drawn."""
    return [
        (STAGE_OF_PROCESS[stage], country) if stage in STAGE_OF_PROCESS else None
        for stage, country in zip(network.processes.stage, network.process_country, strict=True)
    ]


def _place_flows(network: SupplyNetwork, flows: ElementFlows) -> dict[tuple[Place, Place], float]:
    """Mass [t/yr] from place to place, forward in the chain only."""
    places = _process_places(network)
    first = len(network.nodes)
    absorbing = np.zeros(flows.states, dtype=np.bool_)
    absorbing[[first + n for n, place in enumerate(places) if place is not None]] = True
    uses = _uses(network, flows, places)
    total = uses.drawn.sum(axis=0)
    if not total.size:
        return {}
    shares = stop_at(supply_shares(flows), absorbing)
    origin = trace_origins(shares, csc_array(uses.drawn / total))
    found: dict[tuple[Place, Place], float] = defaultdict(float)
    parts = origin.tocoo()
    for state, use, share in zip(parts.row, parts.col, parts.data, strict=True):
        source = places[state - first] if 0 <= state - first < len(places) else None
        target = uses.places[use]
        if source and CHAIN_STAGES.index(source[0]) < CHAIN_STAGES.index(target[0]):
            found[source, target] += float(share * total[use])
    return found


def _uses(network: SupplyNetwork, flows: ElementFlows, places: Sequence[Place | None]) -> _Uses:
    """What processes of drawn stages and demands draw, summed by place."""
    first = len(network.nodes)
    drawn: dict[Place, FloatArray] = {}

    def add(place: Place, state: int, rate: float) -> None:
        if rate > 0:
            drawn.setdefault(place, np.zeros(flows.states))[state] += rate

    for origin, destination, rate in zip(flows.origin, flows.destination, flows.rate, strict=True):
        user = places[destination - first] if first <= destination < first + len(places) else None
        if user is not None:
            add(user, int(origin), float(rate))
    demands = network.demands
    for node, region, rate in zip(demands.node, demands.region, flows.demand, strict=True):
        add((END_USE, region), int(node), float(rate))
    columns = list(drawn.values())
    matrix = np.stack(columns, axis=1) if columns else np.zeros((flows.states, 0))
    return _Uses(tuple(drawn), matrix)
