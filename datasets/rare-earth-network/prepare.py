"""The rare-earth chain as a network: materials, recipes, what sites run, links, cover, checks.

Two decisions on plants that are counted twice in the compiled files: Japan's in-house scrap
recovery enters once, as JP_RECYCLE_INTERNAL, and the Chinese totals CN_HRE_SEP and CN_NDPR are
only totals to compare with. Proposed sites without a process are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from allanite.catalogue.compiled import Row, provenance, quality, read_rows
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES

SOURCE_ID: Final = "rare-earth-network"
CORRECTIONS: Final = "corrections-2026"
CHAIN: Final = "rare earths"
SHARE_COLUMN: Final = "_oxide_share"
OBSERVATION_SITES: Final = ("CN_HRE_SEP", "CN_NDPR")
CONTAINED_SITES: Final = ("JP_SHINETSU_SEP",)
LINK_KIND: Final = {"flow (inside its region)": "memo", "MoU": "memorandum"}
WORLD_EXCEPT_CHINA: Final = ("JPN", "USA", "KOR", "IND", "XEU", "XRW")
COVER_PLACES: Final[dict[str, tuple[tuple[str | None, ...], tuple[str, ...]]]] = {
    "EU+UK and Japan": ((None,), ("XEU", "JPN")),
    "World ex China": ((None,), WORLD_EXCEPT_CHINA),
    "Vietnam and Thailand": ((None,), ("VNM", "THA")),
    "Australia to Malaysia, concentrate": (("AUS",), ("MYS",)),
    "United States to China, concentrate (to April 2025)": (("USA",), ("CHN",)),
    "Brazil or Africa to China, carbonate or monazite": (("BRA", "MDG", "NGA"), ("CHN",)),
    "Malaysia to Vietnam or Thailand, oxide": (("MYS",), ("VNM", "THA")),
    "Vietnam or Thailand to Japan, metal": (("VNM", "THA"), ("JPN",)),
    "China to Japan or Korea, metal, oxide, magnets": (("CHN",), ("JPN", "KOR")),
    "China to Europe or US, magnets by sea": (("CHN",), ("XEU", "USA")),
    "China to Europe or US, magnets by air": (("CHN",), ("XEU", "USA")),
    "China to any, licensed items": (("CHN",), ("WLD",)),
}
"""Origins and destinations of places that are more than one region."""


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name."""
    seen_of_site = _seen_of_site(folder)
    proposed = proposed_rows(folder)
    sites = {*seen_of_site, *(row["site_id"] for row in proposed)}
    coefficients = read_rows(folder, "processes.csv", "rare_earths_network/processes.csv")
    rows: dict[str, Sequence[dict[str, object]]] = {
        "materials": [
            material(row)
            for row in read_rows(folder, "materials.csv", "rare_earths_network/materials.csv")
        ],
        "element_patterns": list(patterns(folder)),
        "processes": processes(coefficients),
        "process_coefficients": [coefficient(row) for row in coefficients],
        "process_losses": list(losses(folder)),
        "sites": proposed_sites(proposed),
        "site_processes": [
            *site_processes(folder, seen_of_site),
            *proposed_site_processes(proposed),
            *added_site_processes(folder),
        ],
        "links": list(links(folder, sites)),
        "commercial_cover": list(cover(folder)),
        "chain_checks": [chain_check(row) for row in read_rows(folder, "chain_checks.csv")],
    }
    return {name: rows_table(TABLES[name], table) for name, table in rows.items()}


def _seen_of_site(folder: Path) -> dict[str, str | None]:
    rows = read_rows(folder.parent / "rare-earth-chain", "sites.csv")
    return {row.cells["site_id"]: row.text("source_seen") for row in rows}


def material(row: Row) -> dict[str, object]:
    """One row of `materials`."""
    texts = ("material_id", "name", "stage", "basis", "elements", "note")
    return {
        **{column: row.text(column) for column in texts},
        "chain": CHAIN,
        "hs6_codes": row.text("hs6"),
        "core": row.cells["core"] == "yes",
        "correction_ids": row.correction_ids or None,
        **provenance(row, SOURCE_ID),
    }


def patterns(folder: Path) -> Iterator[dict[str, object]]:
    """Rows of `element_patterns`: one for each element of each pattern."""
    for row in read_rows(folder, "patterns_used.csv", "rare_earths_network/patterns_used.csv"):
        basis = row.text("basis")
        for column in row.cells:
            if column.endswith(SHARE_COLUMN):
                yield {
                    "material_id": row.text("material_id"),
                    "element": column.removesuffix(SHARE_COLUMN),
                    "oxide_share": row.number(column),
                    "basis": basis,
                    "correction_ids": row.correction_ids or None,
                    **provenance(row, SOURCE_ID, basis),
                    "seen": "own",
                    "quality": _pattern_quality(column.removesuffix(SHARE_COLUMN), basis),
                }


def _pattern_quality(element: str, basis: str | None) -> str:
    """Only the terbium of the lowered patterns is judgement; their other shares are not."""
    if basis and "Tb lowered" in basis and element != "Tb":
        return "estimated"
    return quality("estimate", "own", basis)


def processes(coefficients: Sequence[Row]) -> list[dict[str, object]]:
    """Rows of `processes`, one for each recipe."""
    found: dict[str, dict[str, object]] = {}
    for row in coefficients:
        process = found.setdefault(
            row.cells["process_id"],
            {
                "process_id": row.text("process_id"),
                "name": row.text("name"),
                "chain": CHAIN,
                "stage": row.text("stage"),
                "source_id": SOURCE_ID,
                "locator": row.locator,
                "quality": "estimated",
            },
        )
        if row.cells["role"] == "reference_output":
            process["reference_material"] = row.text("material_id")
    return list(found.values())


def coefficient(row: Row) -> dict[str, object]:
    """One row of `process_coefficients`."""
    basis = row.text("basis_note")
    return {
        "process_id": row.text("process_id"),
        "material_id": row.text("material_id"),
        "coefficient": row.number("coefficient"),
        "role": row.text("role"),
        "low": row.number("low"),
        "high": row.number("high"),
        "basis": basis,
        "correction_ids": row.correction_ids or None,
        **provenance(row, SOURCE_ID, basis),
    }


def losses(folder: Path) -> Iterator[dict[str, object]]:
    """Rows of `process_losses`."""
    for row in read_rows(folder, "mass_check.csv", "rare_earths_network/mass_check.csv"):
        yield {
            "process_id": row.text("process_id"),
            "element": row.text("element"),
            "input_amount": row.number("in_t"),
            "output_amount": row.number("out_t"),
            "loss_amount": row.number("stated_loss_t"),
            "note": row.text("note"),
            "correction_ids": row.correction_ids or None,
            "source_id": SOURCE_ID,
            "locator": row.locator,
            "quality": "estimated",
        }


def site_processes(
    folder: Path, seen_of_site: Mapping[str, str | None]
) -> Iterator[dict[str, object]]:
    """Rows of `site_processes` of the compiled sites."""
    for row in read_rows(folder, "site_processes.csv", "rare_earths_network/site_processes.csv"):
        yield site_process(row, seen_of_site.get(row.cells["site_id"]))


def added_site_processes(folder: Path) -> Iterator[dict[str, object]]:
    """Rows of `site_processes` of the sites that corrections add."""
    corrections = folder.parent / CORRECTIONS
    for row in read_rows(corrections, "added_site_processes.csv"):
        added = {"source_id": CORRECTIONS, "correction_ids": row.text("correction_id")}
        yield site_process(row, "own") | added


def site_process(row: Row, seen: str | None) -> dict[str, object]:
    """One row of `site_processes`; its quality follows from how the site itself was seen."""
    texts = ("site_id", "process_id", "status", "capacity_group", "group_rule")
    reasons = ("conversion", "utilisation_note", "not_modelled_reason")
    return {
        **{column: row.text(column) for column in (*texts, *reasons)},
        "use": _use(row),
        "capacity_rate": row.number("capacity_rate"),
        "baseline_2024_rate": row.number("baseline_2024_rate"),
        "available_from": row.integer("available_from"),
        "correction_ids": row.correction_ids or None,
        **provenance(row, SOURCE_ID),
        "seen": seen,
        "quality": quality(row.text("confidence"), seen, row.text("conversion")),
    }


def _use(row: Row) -> str:
    if row.cells["site_id"] in OBSERVATION_SITES:
        return "observation"
    if row.cells["site_id"] in CONTAINED_SITES:
        return "inside another"
    return "network" if row.text("process_id") else "not modelled"


def proposed_rows(folder: Path) -> list[dict[str, object]]:
    """Rows of the proposed sites that have a process; `same` stands for the row above."""
    found: list[dict[str, object]] = []
    above: Mapping[str, str] = {}
    for row in read_rows(folder, "new_sites_proposed.csv"):
        cells = {
            column: above[column] if column in ("basis", "source_url") and cell == "same" else cell
            for column, cell in row.cells.items()
        }
        above = cells
        if cells["process_id"]:
            full = Row(cells, row.locator, "", row.names)
            found.append({"site_id": cells["site_id"], "row": full, **provenance(full, SOURCE_ID)})
    return found


def proposed_sites(proposed: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Rows of `sites` for the proposed nodes, one a site; their quality is estimated."""
    found: dict[str, dict[str, object]] = {}
    for entry in proposed:
        row = entry["row"]
        assert isinstance(row, Row)  # noqa: S101
        site = {key: value for key, value in entry.items() if key != "row"}
        site |= {
            "name": row.text("name"),
            "country": row.region("country"),
            "stage": row.text("stage"),
            "status": "operating",
            "note": f"Added because the chain needs it. {row.cells['basis']}",
            "quality": "estimated",
        }
        found.setdefault(row.cells["site_id"], site)
    return list(found.values())


def proposed_site_processes(proposed: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Rows of `site_processes` for the proposed nodes; their quality is estimated."""
    found: list[dict[str, object]] = []
    for entry in proposed:
        row = entry["row"]
        assert isinstance(row, Row)  # noqa: S101
        process = {key: value for key, value in entry.items() if key != "row"}
        process |= {
            "process_id": row.text("process_id"),
            "use": "network",
            "capacity_rate": row.number("capacity_rate"),
            "baseline_2024_rate": row.number("baseline_2024_rate"),
            "status": "operating",
            "conversion": row.text("basis"),
            "quality": quality("estimate", "own", row.text("basis")),
        }
        found.append(process)
    return found


def links(folder: Path, sites: set[object]) -> Iterator[dict[str, object]]:
    """Rows of `links`; an end that is no site keeps its name and, where known, its region."""
    for row in read_rows(folder, "links_2024.csv", "rare_earths_network/links_2024.csv"):
        from_name, to_name = row.cells["from_node"], row.cells["to_node"]
        to_node, _, via = to_name.partition(" via ")
        texts = ("link_id", "material_id", "material_scope", "basis", "contract_from")
        kind = row.cells["kind"]
        yield {
            **{column: row.text(column) for column in (*texts, "contract_to", "note")},
            "from_site": from_name if from_name in sites else None,
            "from_region": row.code(row.cells["from_country"]),
            "to_site": to_node if to_node in sites else None,
            "to_region": _region_of(row, to_node) or row.code(row.cells["to_country"]),
            "via_region": row.code(via),
            "from_name": from_name,
            "to_name": to_name,
            "rate": row.number("t_per_year"),
            "low": row.number("low"),
            "high": row.number("high"),
            "year": row.integer("year"),
            "kind": LINK_KIND.get(kind, kind),
            "correction_ids": row.correction_ids or None,
            **provenance(row, SOURCE_ID, row.text("source_url")),
        }


def _region_of(row: Row, node: str) -> str | None:
    for prefix in ("REGION ", "COUNTRY "):
        if node.startswith(prefix):
            return row.code(node.removeprefix(prefix))
    return None


def cover(folder: Path) -> Iterator[dict[str, object]]:
    """Rows of `commercial_cover`: one for each region and material of a figure."""
    magnets = [
        row.cells["material_id"]
        for row in read_rows(folder, "materials.csv")
        if row.cells["stage"] == "magnet"
    ]
    for row in read_rows(folder, "commercial_stocks.csv"):
        place, basis = row.cells["region"], row.text("basis")
        origins, regions = COVER_PLACES.get(place, ((None,), (row.code(row.cells["region"]),)))
        names = row.cells["material_ids"].split("|")
        materials = [m for n in names for m in (magnets if n == "magnets" else [n])]
        texts = ("cover_id", "stage", "holder_class", "kind", "note")
        for origin, region, material_id in (
            (o, r, m) for o in origins for r in regions for m in materials
        ):
            yield {
                **{column: row.text(column) for column in texts},
                "from_region": origin,
                "region": region,
                "place": place,
                "material_id": material_id,
                "cover_duration": row.number("cover_days"),
                "low": row.number("low_days"),
                "high": row.number("high_days"),
                "basis": basis,
                **provenance(row, SOURCE_ID, basis),
            }


def chain_check(row: Row) -> dict[str, object]:
    """One row of `chain_checks`."""
    texts = ("check_id", "quantity", "material_id", "measure", "region", "unit", "published_by")
    return {
        **{column: row.text(column) for column in (*texts, "note")},
        "year": row.integer("year"),
        **{column: row.number(column) for column in ("value", "low", "high", "compiled_value")},
        **provenance(row, SOURCE_ID),
    }
