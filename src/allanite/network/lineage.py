"""Listed origin: materials that an extraterritorial rule looks at, carried in two classes.

A process outside the issuer that takes a listed input makes listed output, unless the listed
inputs are worth less than the threshold. The equations: docs/explanation/lineage.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.errors import ModelError
from allanite.network.lineage_network import LineageMap, expand_network
from allanite.network.lineage_rule import (
    LineageRule,
    base_material,
    is_listed,
    looked_at,
    material_prices,
    reference_value,
)
from allanite.network.lineage_share import Entries, recipe_entries, trace_origin
from allanite.network.normal import NormalState

__all__ = [
    "Lineage",
    "LineageMap",
    "LineageRule",
    "base_material",
    "carry_lineage",
    "expand_rows",
    "is_listed",
    "lineage_makers",
    "sum_rows",
    "trace_lineage",
]

Row = dict[str, object]
WHOLLY: Final = 1e-6  # a share nearer than this to 0 or 1 is told as no or yes
RUNS: Final = 1e-12  # of the largest activity; below it a process does not run


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lineage:
    """A network that carries listed origin. V nodes and N processes of the original one.

    Attributes:
        rule: the rule.
        state: the larger network in its normal state.
        map: what came from what.
        node_share, process_share: share of listed origin of each node and process of the
            original network, shapes (V,) and (N,) [1]; 0 inside the issuer, where no classes
            are kept.
    """

    rule: LineageRule
    state: NormalState
    map: LineageMap
    node_share: FloatArray
    process_share: FloatArray


def trace_lineage(state: NormalState, rule: LineageRule) -> Lineage:
    """The larger network, its map and the shares of listed origin.

    Raises:
        ModelError: the network carries classes already; an unknown element or issuer; a price
            that a value share needs and that the rule does not give.
    """
    carried = [label for label in state.network.materials if is_listed(label)]
    if carried:
        raise ModelError(
            f"rule {rule.label}: the network carries {carried[0]} already; one rule at a time"
        )
    origin = trace_origin(state, rule)
    expanded, lineage = expand_network(state, rule, origin)
    return Lineage(
        rule=rule,
        state=expanded,
        map=lineage,
        node_share=origin.node_share,
        process_share=origin.process_share,
    )


def carry_lineage(state: NormalState, rule: LineageRule) -> NormalState:
    """A larger network with the same totals: see `trace_lineage`."""
    return trace_lineage(state, rule).state


def expand_rows(values: FloatArray, position_of: IntArray, fill: float) -> FloatArray:
    """Values of the original rows, last axis, for the rows of the larger network.

    Right for shares, delays and costs, which both classes have alike. A quota in t/yr is not to
    be expanded so: it holds for both classes together.

    Args:
        values: shape (..., n).
        position_of: one array of a `LineageMap`, shape (m,).
        fill: value of rows that the original network does not have.
    """
    return np.where(position_of >= 0, values[..., position_of], fill)


def sum_rows(values: FloatArray, position_of: IntArray, count: int) -> FloatArray:
    """Rates or amounts of the larger network, last axis, summed to the `count` original rows."""
    kept = np.flatnonzero(position_of >= 0)
    matrix = csc_array(
        (np.ones(kept.size), (kept, position_of[kept])), shape=(position_of.size, count)
    )
    return np.asarray(values @ matrix)


def lineage_makers(state: NormalState, rule: LineageRule) -> tuple[Row, ...]:
    """Rows of the table `lineage_makers`: who outside the issuer makes what the rule looks at.

    Args:
        state: a state that carries the classes of this rule.
        rule: the rule.

    Processes that do not run in the base year are left out.
    """
    network, entries = state.network, recipe_entries(state.network)
    looked = looked_at(network, rule)[network.node_material]
    value_share = _listed_value_shares(state, rule, entries)
    base, runs = _base_processes(state)
    rows = []
    for n in np.unique(base):
        material = _made(state, entries, looked, int(n))
        rate = state.activity_rate[base == n]
        country = network.process_country[n]
        if country == rule.issuer or material is None or not runs[n]:
            continue
        listed = float(rate[1:].sum() / rate.sum())
        rows.append(
            {
                "rule": rule.label,
                "place": network.places.labels[network.processes.place[n]],
                "country": country,
                "process": network.processes.recipe_name[n],
                "material": material,
                "rate": float(rate.sum()),
                "listed_share": listed,
                "listed_value_share": float(value_share[base == n][-1]),
                "caught": _caught(listed),
            }
        )
    return tuple(rows)


def _base_processes(state: NormalState) -> tuple[IntArray, BoolArray]:
    """Original position of each process, and whether the original runs, shape (N,) each."""
    labels = state.network.processes.labels
    base = labels.positions(base_material(label) for label in labels)
    total = np.bincount(base, weights=state.activity_rate, minlength=base.size)
    return base, np.asarray(total > RUNS * total.max(initial=0.0))


def _made(state: NormalState, entries: Entries, looked: BoolArray, n: int) -> str | None:
    """What process `n` makes of what the rule looks at: its reference if that is so."""
    network = state.network
    made = (entries.process == n) & (entries.coefficient > 0) & looked[entries.node]
    if not made.any():
        return None
    nodes, reference = entries.node[made], network.processes.reference_node[n]
    node = reference if reference in nodes else nodes[np.argmax(entries.coefficient[made])]
    return str(network.materials.labels[network.node_material[node]])


def _listed_value_shares(state: NormalState, rule: LineageRule, entries: Entries) -> FloatArray:
    """Share of inputs drawn at listed nodes in the value of the output, shape (N,) [1]."""
    network = state.network
    price = material_prices(network, rule)
    material = network.node_material[entries.node]
    listed = np.array([is_listed(label) for label in network.materials], dtype=bool)[material]
    counted = listed & (entries.coefficient < 0)
    value = reference_value(network, price)[entries.process[counted]]
    share = -entries.coefficient[counted] * price[material[counted]] / value
    total = np.bincount(
        entries.process[counted], weights=share, minlength=len(network.processes.labels)
    )
    return np.asarray(total, dtype=np.float64)


def _caught(listed_share: float) -> str:
    if listed_share >= 1 - WHOLLY:
        return "yes"
    return "no" if listed_share <= WHOLLY else "partly"
