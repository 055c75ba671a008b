"""Projects that lead nowhere: no feed reaches them, or nothing they make reaches a partner.

A project that fails would be worth nothing in every plan, and nobody would see why.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np

from allanite.axis import IntArray
from allanite.network.audit import AuditFinding, nodes_towards_demand, reachable_nodes
from allanite.network.projects import Projects
from allanite.network.supply import SupplyNetwork

LAST_YEAR: Final = 9999


def check_projects(
    projects: Projects, network: SupplyNetwork, partners: Collection[str], watched: Collection[str]
) -> tuple[AuditFinding, ...]:
    """All findings about processes of projects, with every project built.

    Args:
        projects: what a plan may choose.
        network: the network that `add_plan_links` made.
        partners: demand regions of the partners.
        watched: countries whose controls are watched.

    Returns:
        An error for each process that cannot be fed or whose product reaches no demand of a
        partner, and a warning for each that only the watched countries can feed.
    """
    fed = reachable_nodes(network, LAST_YEAR)
    fed_apart = reachable_nodes(network, LAST_YEAR, watched)
    useful = nodes_towards_demand(network, partners)
    findings = []
    for n in projects.process.tolist():
        inputs, products = process_nodes(network, n)
        label = network.processes.labels.labels[n]
        if not fed[inputs].all():
            missing = _names(network, inputs[~fed[inputs]])
            findings.append(_finding("feed of projects", label, f"no source of {missing}", "error"))
        elif not fed_apart[inputs].all():
            missing = _names(network, inputs[~fed_apart[inputs]])
            found = f"{missing} only from {', '.join(watched)}"
            findings.append(_finding("feed of projects", label, found, "warning"))
        if not useful[products].any():
            found = f"{_names(network, products)} reaches no demand of {', '.join(partners)}"
            findings.append(_finding("use of projects", label, found, "error"))
    return tuple(findings)


def process_nodes(network: SupplyNetwork, n: int) -> tuple[IntArray, IntArray]:
    """Input nodes of a process, and the node its rate counts, or all outputs where none does."""
    recipe, reference = network.processes.recipe, int(network.processes.reference_node[n])
    part = slice(recipe.indptr[n], recipe.indptr[n + 1])
    nodes, entries = recipe.indices[part], recipe.data[part]
    products = nodes[entries > 0] if reference < 0 else np.array([reference])
    return nodes[entries < 0].astype(np.int64), products.astype(np.int64)


def _names(network: SupplyNetwork, nodes: IntArray) -> str:
    return ", ".join(network.nodes.labels[node] for node in nodes)


def _finding(check: str, place: str, found: str, severity: str) -> AuditFinding:
    return AuditFinding(
        check=check,
        place=place,
        found=found,
        remedy="Add the route to plan_links, or leave the project out with its reason.",
        severity="error" if severity == "error" else "warning",
    )
