"""Network, audit and baseline as result tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_network import (
    AUDIT_FINDINGS,
    BASELINE_OBSERVATIONS,
    BASELINE_RATES,
    NETWORK_PARTS,
)
from allanite.network.audit import AuditFinding
from allanite.network.columns import Columns
from allanite.network.explain import explain_gross_errors, reconciled
from allanite.network.observations import Observations
from allanite.network.reconcile import GROSS_ERROR, INTERVAL, Baseline, rate_vectors
from allanite.network.supply import SupplyNetwork

Row = dict[str, object]
ORDER = ("observed", "estimated", "assumed")


def audit_table(findings: Iterable[AuditFinding]) -> pa.Table:
    """Table `audit_findings`, errors first."""
    rank = {"error": 0, "warning": 1, "note": 2}
    ordered = sorted(findings, key=lambda f: rank[f.severity])
    names = AUDIT_FINDINGS.column_names
    return rows_table(AUDIT_FINDINGS, [{n: getattr(f, n) for n in names} for f in ordered])


def describe_table(network: SupplyNetwork) -> pa.Table:
    """Table `network_parts`: what the network has, by chain."""
    chain = [network.material_chain[m] for m in network.node_material]
    process_chain = _process_chain(network)
    usable = network.processes.available(network.year)
    parts: Counter[tuple[str, str, str]] = Counter()
    open_: Counter[tuple[str, str, str]] = Counter()
    for m, stage in enumerate(network.material_stage):
        parts[network.material_chain[m], "materials", stage] += 1
    for v, place in enumerate(network.node_place):
        parts[chain[v], "nodes", network.place_kind[place]] += 1
    for n, stage in enumerate(network.processes.stage):
        parts[process_chain[n], "processes", stage] += 1
        open_[process_chain[n], "processes", stage] += int(usable[n])
    for r, kind in enumerate(network.routes.kind):
        parts[chain[network.routes.origin_node[r]], "routes", kind] += 1
    for d, region in enumerate(network.demands.region):
        parts[network.demands.chain[d], "demands", region] += 1
    for k in network.stocks.node:
        parts[chain[k], "stocks", "commercial cover"] += 1
    rows: list[Row] = [
        {
            "chain": c,
            "part": p,
            "kind": k,
            "count": count,
            "available": open_[c, p, k] if p == "processes" else None,
        }
        for (c, p, k), count in parts.items()
    ]
    return rows_table(NETWORK_PARTS, rows)


def _process_chain(network: SupplyNetwork) -> list[str]:
    """Chain of each process: that of the last material it makes or takes."""
    recipe, chain = network.processes.recipe, [""] * len(network.processes.labels)
    for n in range(len(chain)):
        nodes = recipe.indices[recipe.indptr[n] : recipe.indptr[n + 1]]
        made = recipe.data[recipe.indptr[n] : recipe.indptr[n + 1]] > 0
        v = nodes[made][0] if made.any() else nodes[0]
        chain[n] = network.material_chain[network.node_material[v]]
    return chain


def observations_table(baseline: Baseline, release: Release) -> pa.Table:
    """Table `baseline_observations`, gross errors first, weak priors last."""
    seen = baseline.observations
    prior, conflict = seen.is_prior, explain_gross_errors(baseline)
    causes = {row["observation"]: row for row in release.rows("observation_explanations")}
    classes = seen.statement_class
    order = np.lexsort((-np.abs(baseline.residual), prior))
    rows: list[Row] = [
        {
            "observation_id": seen.labels.labels[i],
            "what": seen.what[i],
            "class": classes[i],
            "observed_rate": float(seen.value[i]),
            "standard_error": float(seen.standard_error[i]),
            "reconciled_rate": reconciled(baseline, i),
            "residual": float(baseline.residual[i]),
            "prior": bool(prior[i]),
            "gross_error": bool(abs(baseline.residual[i]) > GROSS_ERROR and not prior[i]),
            "conflict": conflict.get(int(i)),
            **_cause(causes.get(seen.labels.labels[i]) if int(i) in conflict else None),
            "source_id": seen.source_id[i] or None,
            "locator": seen.locator[i] or None,
            "quality": seen.quality[i] or None,
            "url": seen.url[i] or None,
        }
        for i in order
    ]
    return rows_table(BASELINE_OBSERVATIONS, rows)


def _cause(row: Mapping[str, Any] | None) -> Row:
    """Curated cause of a gross error; empty where none was written."""
    return {name: row[name] if row else None for name in ("explanation", "topic")}


def rates_table(baseline: Baseline) -> pa.Table:
    """Table `baseline_rates`: every rate that may differ from zero, and every process."""
    columns = baseline.observations.columns
    central, draws = rate_vectors(baseline)
    low, high = _interval(central, draws)
    quality, open_ = column_quality(baseline.observations), baseline.observations.upper > 0
    rows = []
    for column, row in _described(columns):
        if open_[column] or row["kind"] == "activity":
            row |= {"rate": float(central[column]), "low": float(low[column])}
            rows.append(row | {"high": float(high[column]), "quality": quality[column]})
    return rows_table(BASELINE_RATES, rows)


def _interval(central: FloatArray, draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Percentiles of the draws, widened to hold the central value."""
    if not len(draws):
        return central, central
    low, high = np.percentile(draws, INTERVAL, axis=0)
    return np.minimum(low, central), np.maximum(high, central)


def column_quality(observations: Observations) -> list[str]:
    """Best quality of the evidence that touches each column; weak priors are `assumed`."""
    best = np.full(observations.columns.size, len(ORDER) - 1)
    matrix = observations.matrix
    for i in np.flatnonzero(~observations.is_prior):
        touched = matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]]
        best[touched] = np.minimum(best[touched], ORDER.index(observations.quality[i]))
    return [ORDER[b] for b in best]


def _described(columns: Columns) -> Iterator[tuple[int, Row]]:
    """Position and fixed cells of each column that the table shows."""
    net = columns.network
    yield from enumerate(_activity_cells(net))
    for r, label in enumerate(net.routes.labels):
        start, end = int(net.routes.origin_node[r]), int(net.routes.destination_node[r])
        to = _place(net, int(net.node_place[end]))
        cells = {"place_to": to["place"], "country_to": to["country"], **_node(net, start)}
        yield columns.start("route") + r, {"kind": "route", "label": label, **cells}
    for d, label in enumerate(net.demands.labels):
        cells = {"end_use": net.demands.end_use[d], **_node(net, int(net.demands.node[d]))}
        yield columns.start("demand") + d, {"kind": "demand", "label": label, **cells}
    for kind in ("unused", "stock_change"):
        for v, label in enumerate(net.nodes):
            yield columns.start(kind) + v, {"kind": kind, "label": label, **_node(net, v)}


def _activity_cells(network: SupplyNetwork) -> Iterator[Row]:
    processes, chains = network.processes, _process_chain(network)
    for n, label in enumerate(processes.labels):
        node, capacity = int(processes.reference_node[n]), float(processes.capacity_rate[n])
        later = int(processes.available_from[n])
        yield {
            "kind": "activity",
            "label": label,
            "chain": chains[n],
            **_place(network, int(processes.place[n])),
            "process": processes.recipe_name[n],
            "material": _material(network, node) if node >= 0 else None,
            "stage": processes.stage[n],
            "capacity_rate": capacity if np.isfinite(capacity) else None,
            "available_from": later if later > network.year else None,
        }


def _place(network: SupplyNetwork, place: int) -> Row:
    return {"place": network.places.labels[place], "country": network.place_country[place]}


def _material(network: SupplyNetwork, node: int) -> str:
    return str(network.materials.labels[network.node_material[node]])


def _node(network: SupplyNetwork, node: int) -> Row:
    m = network.node_material[node]
    return {
        **_place(network, int(network.node_place[node])),
        "material": _material(network, node),
        "stage": network.material_stage[m],
        "chain": network.material_chain[m],
    }
