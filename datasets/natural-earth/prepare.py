"""Natural Earth: country outlines, from shared arcs (TopoJSON) to one GeoJSON geometry each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from allanite.catalogue.convert import read_region_names
from allanite.catalogue.read import rows_table
from allanite.catalogue.snapshot import snapshot_path
from allanite.catalogue.tables.bulk import COUNTRY_OUTLINES

FILE = "ne_110m_countries.topo.json"
CODES_OF_NAMES = {"Kosovo": "XKX"}  # no ISO number in the file
DECIMALS = 3  # about 100 m; the outlines are drawn for 1:110 million

Point = tuple[float, float]
Arcs = list[list[Point]]


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The table `country_outlines`."""
    topology = json.loads(snapshot_path(folder, FILE).read_text(encoding="utf-8"))
    arcs = [_decoded(arc, topology["transform"]) for arc in topology["arcs"]]
    codes = read_region_names(folder.parent).code_of_numeric
    rows = [
        {
            "region": codes.get(shape.get("id", "")) or CODES_OF_NAMES.get(_name(shape)),
            "name": _name(shape),
            "geometry": json.dumps(_geometry(shape, arcs), separators=(",", ":")),
            "source_id": "natural-earth",
            "locator": f"{FILE}, countries, {_name(shape)}",
            "quality": "observed",
        }
        for shape in topology["objects"]["countries"]["geometries"]
    ]
    return {"country_outlines": rows_table(COUNTRY_OUTLINES, sorted(rows, key=_row_name))}


def _name(shape: dict[str, Any]) -> str:
    return str(shape["properties"]["name"])


def _row_name(row: dict[str, object]) -> str:
    return str(row["name"])


def _decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    """Longitude and latitude of an arc whose points are stored as differences."""
    points: list[Point] = []
    x = y = 0
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append(
            (round(x * scale_x + move_x, DECIMALS), round(y * scale_y + move_y, DECIMALS))
        )
    return points


def _ring(indices: list[int], arcs: Arcs) -> list[Point]:
    """One closed ring; a negative index is an arc walked backwards."""
    ring: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc
    return ring


def _geometry(shape: dict[str, Any], arcs: Arcs) -> dict[str, Any]:
    if shape["type"] == "Polygon":
        rings = [_ring(indices, arcs) for indices in shape["arcs"]]
        return {"type": "Polygon", "coordinates": rings}
    polygons = [[_ring(indices, arcs) for indices in polygon] for polygon in shape["arcs"]]
    return {"type": "MultiPolygon", "coordinates": polygons}
