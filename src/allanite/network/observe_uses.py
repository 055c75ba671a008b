"""Observations of uses: the magnet matrix with its totals and grades, and all other uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np

from allanite.catalogue.store import Release
from allanite.network.columns import Columns
from allanite.network.end_uses import CHAIN, EndUses, load_end_uses
from allanite.network.observations import ObservationDraft
from allanite.network.supply import SupplyNetwork

# Oxide a line of the United States statistics is about; empty: all rare earths.
APPARENT_USE: Final[Mapping[tuple[str, str], str]] = {
    ("Rare Earths", "Consumption, apparent, compounds and metals"): "",
    ("Yttrium", "Consumption, apparent"): "ox_y",
}


def observe_uses(draft: ObservationDraft, columns: Columns, release: Release) -> None:
    """Observe magnets by region and use, their totals and grades, and the other uses."""
    uses = load_end_uses(release, draft.assumptions, columns.network.year)
    by_cell = _columns_by_cell(columns)
    matrix = {cell: by_cell[cell] for cell in uses.cell if cell in by_cell}
    _observe_cells(draft, uses, matrix)
    _observe_grades(draft, columns, uses, matrix)
    _observe_sums(draft, uses, matrix)
    rest = {cell: found for cell, found in by_cell.items() if cell not in matrix}
    _observe_other_uses(draft, columns, uses, rest)


def _columns_by_cell(columns: Columns) -> dict[tuple[str, str], list[int]]:
    demands, found = columns.network.demands, defaultdict(list)
    start = columns.start("demand")
    for d, cell in enumerate(zip(demands.region, demands.end_use, strict=True)):
        found[cell].append(start + d)
    return dict(found)


def _observe_cells(
    draft: ObservationDraft, uses: EndUses, matrix: Mapping[tuple[str, str], list[int]]
) -> None:
    share = draft.assumptions.value("sigma.demand_cell")
    for (region, end_use), found in matrix.items():
        row = uses.cell[region, end_use]
        entries = dict.fromkeys(found, 1.0)
        label = f"{row['demand_id']} {region}: {end_use}"
        draft.add(label, "use by region", entries, row["value"], share * row["value"], row)


def _observe_grades(
    draft: ObservationDraft,
    columns: Columns,
    uses: EndUses,
    matrix: Mapping[tuple[str, str], list[int]],
) -> None:
    """Tie each grade to its share of a use: d_g - share x sum(d) = 0 +- error."""
    network, start = columns.network, columns.start("demand")
    error = draft.assumptions.value("sigma.grade_mix")
    for (region, end_use), found in matrix.items():
        if len(found) < 2:
            continue
        for column in found:
            node = network.demands.node[column - start]
            material = network.materials.labels[network.node_material[node]]
            share = uses.grade[end_use, material]
            entries = {c: (1.0 if c == column else 0.0) - share for c in found}
            label = f"grade {network.demands.labels.labels[column - start]}"
            scale = uses.cell[region, end_use]["value"]
            draft.add(label, "share of a grade", entries, 0.0, error * scale)


def _observe_sums(
    draft: ObservationDraft, uses: EndUses, matrix: Mapping[tuple[str, str], list[int]]
) -> None:
    for region, row in uses.region_total.items():
        entries = {c: 1.0 for (r, _), found in matrix.items() if r == region for c in found}
        label = f"{row['demand_id']} {region}: all magnets"
        draft.add(
            label, "use of a region", entries, row["value"], draft.error_of(row, row["value"]), row
        )
    for end_use, row in uses.world_total.items():
        entries = {
            c: 1.0 for (_, u), found in matrix.items() if end_use in ("all", u) for c in found
        }
        label = f"{row['demand_id']} world: {end_use}"
        draft.add(
            label, "use of the world", entries, row["value"], draft.error_of(row, row["value"]), row
        )


def _observe_other_uses(
    draft: ObservationDraft,
    columns: Columns,
    uses: EndUses,
    rest: Mapping[tuple[str, str], list[int]],
) -> None:
    """World rate by use and material where a share exists, and the regional key for all.

    The error of a share s of the key is that of a Dirichlet prior of weight w, the number of
    observations the key is worth: sqrt(s (1 - s) / (w + 1)).
    """
    network, start, read = columns.network, columns.start("demand"), draft.assumptions
    groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for (region, end_use), found in rest.items():
        for column in found:
            node = network.demands.node[column - start]
            groups[end_use, network.materials.labels[network.node_material[node]]][region] = column
    expected = network.demands.expected_rate
    for (end_use, material), by_region in groups.items():
        total = float(sum(expected[c - start] for c in by_region.values()))
        if end_use in uses.other_share:
            row = uses.other_share[end_use]
            error = (
                read.value("sigma.use_share") ** 2 + read.value("sigma.use_material") ** 2
            ) ** 0.5
            label = f"{row['demand_id']} world: {end_use}: {material}"
            entries = dict.fromkeys(by_region.values(), 1.0)
            draft.add(
                label,
                "share of all use",
                entries,
                total,
                error * total,
                {**row, "quality": "assumed"},
            )
        for region, column in by_region.items():
            rate = float(expected[column - start])
            entries = {c: (1.0 if c == column else 0.0) - rate / total for c in by_region.values()}
            error = total * _share_error(rate / total, read.value("region_key.weight"))
            draft.add(f"key {region}: {end_use}: {material}", "regional key", entries, 0.0, error)


def _share_error(share: float, weight: float) -> float:
    return float((share * (1 - share) / (weight + 1)) ** 0.5)


def observe_apparent_use(draft: ObservationDraft, columns: Columns, release: Release) -> None:
    """Apparent consumption of the United States, as oxide: all rare earths, and yttrium alone.

    It is production, imports less exports of compounds and metals, so it rests on customs codes
    and has their error. Magnets are not in it.
    """
    network, start = columns.network, columns.start("demand")
    content, share = oxide_contents(network), draft.assumptions.value("sigma.trade_mass")
    for row in release.rows("us_salient"):
        material = APPARENT_USE.get((row["commodity"], row["item"]))
        if material is None or row["year"] != network.year or not row["tonnes"]:
            continue
        ends = zip(network.demands.region, network.demands.node, strict=True)
        used = {d: int(network.node_material[v]) for d, (r, v) in enumerate(ends) if r == "USA"}
        entries = {
            start + d: content[m]
            for d, m in used.items()
            if m in content and material in ("", network.materials.labels[m])
        }
        value, label = float(row["tonnes"]), f"apparent consumption USA: {row['commodity']}"
        draft.add(label, "apparent use", entries, value, share * value, row)


def oxide_contents(network: SupplyNetwork) -> dict[int, float]:
    """Tonnes of oxide per t of each rare-earth oxide or metal, by position of the material."""
    chain = [c == CHAIN for c in network.material_chain]
    pure = {
        int(elements[0]): float(network.element_content[elements[0], m])
        for m, stage in enumerate(network.material_stage)
        if chain[m] and stage == "oxide"
        for elements in [np.flatnonzero(network.element_content[:, m].toarray())]
        if elements.size == 1
    }
    found = {m: 1.0 for m, s in enumerate(network.material_stage) if chain[m] and s == "oxide"}
    for m, stage in enumerate(network.material_stage):
        held = network.element_content[:, m].toarray()
        if chain[m] and stage == "metal" and set(np.flatnonzero(held)) <= set(pure):
            found[m] = float(sum(held[e] / pure[e] for e in np.flatnonzero(held).tolist()))
    return found
