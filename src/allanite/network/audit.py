"""Faults of a network before any run: mass of recipes, reach of demands, orphans, gaining loops.

All findings at once. An error would make a study wrong; a warning is a gap to know of; a
note says what was filled from outside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allanite.axis import BoolArray, FloatArray
from allanite.errors import ModelError
from allanite.network.supply import SupplyNetwork

Severity = Literal["error", "warning", "note"]
TOLERANCE: Final = 1e-4
SOURCE_STAGES: Final = ("outside", "collection")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """One finding.

    Attributes:
        check: which check.
        place: site, node, process, demand or observation it is about.
        found: what was found.
        remedy: what to do.
        severity: error, warning or note.
    """

    check: str
    place: str
    found: str
    remedy: str
    severity: Severity


def audit_network(
    network: SupplyNetwork, skipped: Iterable[tuple[str, str]] = ()
) -> tuple[AuditFinding, ...]:
    """All findings of a network.

    Args:
        network: the network.
        skipped: observations for which the network has no column: (label, kind).
    """
    return (
        *_recipe_findings(network),
        *_demand_findings(network),
        *_material_findings(network),
        *_site_findings(network),
        *_loop_findings(network),
        *_outside_findings(network),
        *(
            AuditFinding(
                check="observation without a column",
                place=label,
                found=f"a {kind} that is about nothing the network can decide",
                remedy="Add the place, the route or the material, or leave it as it is.",
                severity="note",
            )
            for label, kind in skipped
        ),
    )


def refuse_errors(findings: Iterable[AuditFinding]) -> None:
    """Raise `ModelError` that lists the findings which would make a study wrong."""
    errors = [f for f in findings if f.severity == "error"]
    if errors:
        lines = [f"  {f.check}: {f.place}: {f.found}. {f.remedy}" for f in errors]
        count = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
        raise ModelError("\n".join([f"{count} in the network; `allanite network audit`", *lines]))


def element_groups(network: SupplyNetwork) -> sp.csr_array:
    """Sparse (groups, E): elements sold as one product count as one.

    A product such as NdPr oxide fixes their ratio, which no ore has exactly.
    """
    count = len(network.elements)
    pairs = sp.lil_array((count, count))
    for m, stage in enumerate(network.material_stage):
        found = network.element_content[:, [m]].tocoo().row
        if stage == "oxide" and found.size > 1:
            pairs[found[0], found] = 1
    groups, label = connected_components(sp.csr_array(pairs), directed=False)
    return sp.csr_array((np.ones(count), (label, np.arange(count))), shape=(groups, count))


def recipe_balance(network: SupplyNetwork) -> sp.csc_array:
    """Sparse (groups, N): element out minus in, per t of reference output [t/t]."""
    content = element_groups(network) @ network.element_content
    return sp.csc_array(content[:, network.node_material] @ network.processes.recipe)


def _recipe_findings(network: SupplyNetwork) -> list[AuditFinding]:
    """Recipes that make more of an element than they take.

    A material that several recipes make holds their mean, so the mean is what must not gain.
    """
    groups = element_groups(network)
    balance = np.asarray(recipe_balance(network).todense())
    findings = []
    for name, members in _recipes_by_product(network).items():
        weight = np.array([_weight(network, n) for n in members])
        mean = balance[:, members] @ (weight / weight.sum())
        for g in np.flatnonzero(mean > TOLERANCE):
            symbols = "+".join(network.elements.labels[e] for e in groups[[g]].indices)
            findings.append(
                AuditFinding(
                    check="mass balance of recipes",
                    place=name,
                    found=f"{mean[g]:.4g} t more {symbols} out than in, per t of product",
                    remedy="Correct the coefficients or the element content of the materials.",
                    severity="error",
                )
            )
    return findings


def _recipes_by_product(network: SupplyNetwork) -> dict[str, list[int]]:
    """Processes with inputs, one of each recipe, by the material their rate counts."""
    found: dict[str, dict[str, int]] = {}
    processes, recipe = network.processes, network.processes.recipe
    for n, name in enumerate(processes.recipe_name):
        entries = recipe.data[recipe.indptr[n] : recipe.indptr[n + 1]]
        node = processes.reference_node[n]
        if not np.any(entries < 0):
            continue
        material = network.node_material[node] if node >= 0 else -1
        product = network.materials.labels[material] if material >= 0 else name
        stage = network.material_stage[material] if material >= 0 else ""
        found.setdefault(product if stage == "magnet" else name, {}).setdefault(name, n)
    return {product: list(members.values()) for product, members in found.items()}


def _weight(network: SupplyNetwork, process: int) -> float:
    """Capacity of a recipe over all sites that can run in the base year."""
    processes = network.processes
    same = np.array([name == processes.recipe_name[process] for name in processes.recipe_name])
    usable = same & processes.available(network.year) & np.isfinite(processes.capacity_rate)
    return float(processes.capacity_rate[usable].sum()) or 1e-12


def reachable_nodes(network: SupplyNetwork, year: int, without: Collection[str] = ()) -> BoolArray:
    """Nodes that material can reach from processes without inputs in `year`, shape (V,).

    Args:
        network: the network.
        year: processes that start later do not run.
        without: countries whose processes do not run.
    """
    processes, routes = network.processes, network.routes
    usable = processes.available(year)
    usable &= np.array([country not in without for country in network.process_country], bool)
    takes = sp.csc_array(processes.recipe < 0)
    makes = sp.csc_array(processes.recipe > 0)
    needed = np.asarray(takes.sum(axis=0)).ravel()
    reached = np.zeros(len(network.nodes), dtype=bool)
    while True:
        ready = usable & (takes.T @ reached.astype(np.int64) >= needed)
        new = reached | (makes @ ready.astype(np.int64) > 0)
        np.logical_or.at(new, routes.destination_node, new[routes.origin_node])
        if np.array_equal(new, reached):
            return reached
        reached = new


def _demand_findings(network: SupplyNetwork) -> list[AuditFinding]:
    reached = reachable_nodes(network, network.year)
    return [
        AuditFinding(
            check="reach of demands",
            place=label,
            found=f"no source reaches {network.nodes.labels[node]}",
            remedy="Add a route or a process that leads there.",
            severity="error",
        )
        for label, node in zip(network.demands.labels, network.demands.node, strict=True)
        if not reached[node]
    ]


def _material_findings(network: SupplyNetwork) -> list[AuditFinding]:
    count = len(network.materials)
    recipe = network.processes.recipe.tocoo()
    material = network.node_material[recipe.row]
    made = np.bincount(material[recipe.data > 0], minlength=count)
    used = np.bincount(material[recipe.data < 0], minlength=count)
    used = used + np.bincount(network.node_material[network.demands.node], minlength=count)
    findings = []
    for m, label in enumerate(network.materials):
        if made[m] and used[m]:
            continue
        word = "makes" if not made[m] else "uses"
        findings.append(
            AuditFinding(
                check="orphan materials",
                place=label,
                found=f"no process {word} it" + ("" if made[m] else " and it is not bought"),
                remedy="Add the process or leave the material out.",
                severity="warning",
            )
        )
    return findings


def _site_findings(network: SupplyNetwork) -> list[AuditFinding]:
    """Sites of which no process can lead to any demand, or none can be fed, in any year."""
    last = int(network.processes.available_from.max(initial=network.year))
    reached = reachable_nodes(network, last)
    useful = nodes_towards_demand(network)
    findings = []
    for place in sorted(set(network.processes.place.tolist())):
        nodes = np.flatnonzero(network.node_place == place)
        ways = (("no source feeds it", reached), ("nothing it makes is used", useful))
        findings += [
            _unconnected(network, int(place), what) for what, fine in ways if not fine[nodes].any()
        ]
    return findings


def _unconnected(network: SupplyNetwork, place: int, what: str) -> AuditFinding:
    """A site without a way in or out: a warning if it ran in the base year, else a note."""
    years = network.processes.available_from[network.processes.place == place]
    first = int(years.min())
    runs = first <= network.year
    return AuditFinding(
        check="sites not connected",
        place=network.places.labels[place],
        found=what if runs else f"{what} in {network.year}; it starts in {first}",
        remedy=(
            "Add the missing step of the chain, a route, or a use."
            if runs
            else "Nothing for the base year; a study of later years needs its routes."
        ),
        severity="warning" if runs else "note",
    )


def nodes_towards_demand(
    network: SupplyNetwork, regions: Collection[str] | None = None
) -> BoolArray:
    """Nodes from which some way leads to a demand, of `regions` where given, shape (V,)."""
    processes, routes = network.processes, network.routes
    takes, makes = sp.csr_array(processes.recipe < 0), sp.csr_array(processes.recipe > 0)
    useful = np.zeros(len(network.nodes), dtype=bool)
    counted = [regions is None or region in regions for region in network.demands.region]
    useful[network.demands.node[np.array(counted, dtype=bool)]] = True
    while True:
        wanted = makes.T @ useful.astype(np.int64) > 0
        new = useful | (takes @ wanted.astype(np.int64) > 0)
        np.logical_or.at(new, routes.origin_node, new[routes.destination_node])
        if np.array_equal(new, useful):
            return useful
        useful = new


def _loop_findings(network: SupplyNetwork) -> list[AuditFinding]:
    """Loops around which an element grows: the product of gains along a cycle above one."""
    findings = []
    for e, element in enumerate(network.elements):
        gain = _gain_matrix(network, e)
        _, label = connected_components(gain > 0, connection="strong")
        grows = gain.tocoo()
        hot = (grows.data > 1 + TOLERANCE) & (label[grows.row] == label[grows.col])
        for component in sorted(set(label[grows.row[hot]].tolist())):
            nodes = np.flatnonzero(label == component)
            if _has_gaining_cycle(np.asarray(gain[nodes][:, nodes].todense())):
                names = ", ".join(network.nodes.labels[v] for v in nodes[:6])
                findings.append(
                    AuditFinding(
                        check="loops that gain",
                        place=f"{element}: {names}" + (" ..." if nodes.size > 6 else ""),
                        found="the element grows on its way around the loop",
                        remedy="Correct the yields of the processes in the loop.",
                        severity="error",
                    )
                )
    return findings


def _gain_matrix(network: SupplyNetwork, element: int) -> sp.csr_array:
    """Entry [u, v]: largest share of an element that enters a step at u and leaves it at v."""
    content = np.asarray(network.element_content[[element]].todense()).ravel()
    flow = sp.csc_array(sp.diags_array(content[network.node_material]) @ network.processes.recipe)
    flow.eliminate_zeros()
    best: dict[tuple[int, int], float] = {}
    for n in range(flow.shape[1]):
        part = slice(flow.indptr[n], flow.indptr[n + 1])
        rows, data = flow.indices[part], flow.data[part]
        taken = -data[data < 0].sum()
        for u in rows[data < 0]:
            for v, amount in zip(rows[data > 0], data[data > 0], strict=True):
                key = int(u), int(v)
                best[key] = max(best.get(key, 0.0), float(amount / taken))
    routes = zip(network.routes.origin_node, network.routes.destination_node, strict=True)
    for u, v in routes:
        if content[network.node_material[u]] > 0:
            best[int(u), int(v)] = max(best.get((int(u), int(v)), 0.0), 1.0)
    size = len(network.nodes)
    if not best:
        return sp.csr_array((size, size))
    row, column = zip(*best, strict=True)
    return sp.csr_array((list(best.values()), (row, column)), shape=(size, size))


def _has_gaining_cycle(gain: FloatArray) -> bool:
    """Whether some cycle's product of gains exceeds one (longest paths in logarithms)."""
    with np.errstate(divide="ignore"):
        step = np.log(gain)
    reach = np.zeros(gain.shape[0])
    for _ in range(gain.shape[0]):
        new = np.maximum(reach, (reach[:, None] + step).max(axis=0))
        if np.all(new <= reach + TOLERANCE / gain.shape[0]):
            return False
        reach = new
    return True


def _outside_findings(network: SupplyNetwork) -> list[AuditFinding]:
    return [
        AuditFinding(
            check="supply from outside",
            place=label,
            found="no process of the network makes what is taken here",
            remedy="Add the chain that makes it, or keep it as bought or collected.",
            severity="note",
        )
        for label, stage in zip(network.processes.labels, network.processes.stage, strict=True)
        if stage in SOURCE_STAGES
    ]
