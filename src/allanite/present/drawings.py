"""Drawings that need their own geometry: Sankey diagrams and maps of sites."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from allanite.present.chart import FONT, INK, QUIET, SURFACE, VEGA, VEGA_LITE, Size
from allanite.present.sankey import Band, Canvas, Flow, NodeBox, SankeyLayout, lay_out
from allanite.present.words import significant

_HEAD: Final = 26  # room for the names of the columns [px]
_SMALL: Final = 0.8  # nodes lower than this carry no label [px]
MAP_WIDTH: Final = 420
MAP_HEIGHT: Final = 185
_EQUAL_EARTH_WIDTH: Final = 5.414  # of the whole globe at scale 1, Šavrič et al. 2018
_LARGEST_CIRCLE: Final = 1100  # area of the circle of the largest loss [px²]
_SMALLEST_CIRCLE: Final = 14
_EQUATOR: Final = 104  # height of the equator in the map [px]; Antarctica is cut off


@dataclass(frozen=True, slots=True)
class Chain:
    """What a Sankey diagram shows.

    Attributes:
        flows: flows between (column, region code).
        columns: names of the columns.
        order: region codes from top to bottom.
        unit: what a tonne is, in words.
    """

    flows: tuple[Flow, ...]
    columns: tuple[str, ...]
    order: tuple[str, ...]
    unit: str


def sankey(
    chain: Chain, name: Callable[[str], str], colour: Callable[[str], str], size: Size
) -> dict[str, Any]:
    """A Vega specification of the chain; narrow ones carry codes, wide ones names."""
    last_label = 44 if size.is_narrow else 165
    height = 340 if size.is_narrow else 420
    canvas = Canvas(size.width - last_label - 2, height, 10, 13 if size.is_narrow else 15)
    layout = lay_out(chain.flows, chain.order, canvas)
    return {
        "$schema": VEGA,
        "width": size.width,
        "height": height + _HEAD + 4,
        "padding": 0,
        "autosize": "none",
        "data": [
            {"name": "bands", "values": [_band_row(b, chain, name, colour) for b in layout.bands]},
            {"name": "nodes", "values": [_node_row(n, chain, name, colour) for n in layout.nodes]},
            {"name": "labels", "values": _labels(layout, name, size)},
            {"name": "heads", "values": _heads(layout, chain, size)},
        ],
        "marks": [_band_marks(), _node_marks(), _text_marks("labels"), _text_marks("heads")],
    }


def _band_row(
    band: Band, chain: Chain, name: Callable[[str], str], colour: Callable[[str], str]
) -> dict[str, object]:
    (column, source), (_, target) = band.flow.source, band.flow.target
    told = f"{name(source)} to {name(target)}, {chain.columns[column].lower()} on:"
    return {
        "path": band.path,
        "colour": colour(source),
        "told": f"{told} {significant(band.flow.rate)} {chain.unit}",
    }


def _node_row(
    node: NodeBox, chain: Chain, name: Callable[[str], str], colour: Callable[[str], str]
) -> dict[str, object]:
    return {
        "x": node.x,
        "y": node.y + _HEAD,
        "width": node.width,
        "height": max(node.height, 1),
        "colour": colour(node.label),
        "told": f"{chain.columns[node.column]}, {name(node.label)}: "
        f"{significant(node.rate)} {chain.unit}",
    }


def _labels(
    layout: SankeyLayout, name: Callable[[str], str], size: Size
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for node in layout.nodes:
        if node.height < _SMALL:
            continue
        text = node.label if size.is_narrow else name(node.label)
        if not size.is_narrow and node.height >= 28:
            text = f"{text}\n{significant(node.rate)} t"
        rows.append(
            {
                "x": node.x + node.width + 4,
                "y": node.y + node.height / 2 + _HEAD - 7 * text.count("\n"),
                "label": text,
                "align": "left",
                "weight": "normal",
                "font": 12,
                "fill": INK,
            }
        )
    return rows


def _heads(layout: SankeyLayout, chain: Chain, size: Size) -> list[dict[str, object]]:
    places = {node.column: node.x for node in layout.nodes}
    return [
        {
            "x": x,
            "y": 9,
            "label": chain.columns[column],
            "align": "left",
            "weight": "normal" if size.is_narrow else "bold",
            "font": 11 if size.is_narrow else 12,
            "fill": QUIET,
        }
        for column, x in sorted(places.items())
    ]


def _field(name: str) -> dict[str, str]:
    return {"field": name}


def _band_marks() -> dict[str, Any]:
    return {
        "type": "path",
        "from": {"data": "bands"},
        "encode": {
            "enter": {
                "path": _field("path"),
                "y": {"value": _HEAD},
                "fill": _field("colour"),
                "fillOpacity": {"value": 0.32},
                "stroke": _field("colour"),
                "strokeWidth": {"value": 0.75},
                "strokeOpacity": {"value": 0.8},
                "description": _field("told"),
            }
        },
    }


def _node_marks() -> dict[str, Any]:
    encoding = {key: _field(key) for key in ("x", "y", "width", "height")}
    return {
        "type": "rect",
        "from": {"data": "nodes"},
        "encode": {"enter": {**encoding, "fill": _field("colour"), "description": _field("told")}},
    }


def _text_marks(data: str) -> dict[str, Any]:
    return {
        "type": "text",
        "aria": False,
        "from": {"data": data},
        "encode": {
            "enter": {
                "x": _field("x"),
                "y": _field("y"),
                "text": {"signal": "split(datum.label, '\\n')"},
                "align": _field("align"),
                "fontWeight": _field("weight"),
                "fill": _field("fill"),
                "baseline": {"value": "middle"},
                "font": {"value": FONT},
                "fontSize": _field("font"),
                "lineHeight": {"value": 14},
                "stroke": {"value": SURFACE},
                "strokeWidth": {"value": 3},
            }
        },
    }


@dataclass(frozen=True, slots=True)
class SitePoint:
    """One site on a map: where it is, the colour of its country's role, whether it runs."""

    name: str
    longitude: float
    latitude: float
    colour: str
    is_operating: bool
    told: str


def outline_feature(geometry: str) -> dict[str, Any]:
    """A GeoJSON feature of one outline."""
    return {"type": "Feature", "properties": {}, "geometry": json.loads(geometry)}


def site_map(outlines: Sequence[dict[str, Any]], points: Sequence[SitePoint]) -> dict[str, Any]:
    """A world map with one mark a site: filled where it runs, open where it does not."""
    rows = [
        {
            "longitude": p.longitude,
            "latitude": p.latitude,
            "colour": p.colour,
            "fill": p.colour if p.is_operating else SURFACE,
            "told": p.told,
        }
        for p in points
    ]
    return {
        "$schema": VEGA_LITE,
        "autosize": "none",
        "background": None,
        "width": MAP_WIDTH,
        "height": MAP_HEIGHT,
        "padding": 2,
        "projection": {
            "type": "equalEarth",
            "scale": MAP_WIDTH / _EQUAL_EARTH_WIDTH,
            "translate": [MAP_WIDTH / 2, _EQUATOR],
        },
        "layer": [_land(outlines), _sites(rows)],
        "config": {"view": {"stroke": None}},
    }


def _land(outlines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "data": {"values": list(outlines)},
        "mark": {
            "type": "geoshape",
            "fill": "var(--land)",
            "stroke": SURFACE,
            "strokeWidth": 0.5,
            "aria": False,
        },
    }


def _sites(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    position = {
        "longitude": {"field": "longitude", "type": "quantitative"},
        "latitude": {"field": "latitude", "type": "quantitative"},
    }
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "point", "shape": "circle", "size": 42, "strokeWidth": 1.6, "opacity": 1},
        "encoding": {
            **position,
            "stroke": {"field": "colour", "type": "nominal", "scale": None},
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "description": {"field": "told"},
        },
    }


@dataclass(frozen=True, slots=True)
class LossPoint:
    """One circle on a map: where it is, how large its area, whose colour, and what it says."""

    longitude: float
    latitude: float
    size: float
    colour: str
    told: str


def loss_map(outlines: Sequence[dict[str, Any]], points: Sequence[LossPoint]) -> dict[str, Any]:
    """A world map with circles whose area is `size`, the largest one 1; small ones on top."""
    rows = [
        {
            "longitude": p.longitude,
            "latitude": p.latitude,
            "area": max(_LARGEST_CIRCLE * p.size, _SMALLEST_CIRCLE),
            "colour": p.colour,
            "told": p.told,
        }
        for p in sorted(points, key=lambda p: -p.size)
    ]
    spec = site_map(outlines, ())
    spec["layer"] = [spec["layer"][0], _circles(rows)]
    return spec


def _circles(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    layer = _sites(rows)
    layer["mark"] = {"type": "point", "shape": "circle", "strokeWidth": 1.5, "fillOpacity": 0.45}
    layer["encoding"]["fill"] = {"field": "colour", "type": "nominal", "scale": None}
    layer["encoding"]["size"] = {"field": "area", "type": "quantitative", "scale": None}
    layer["encoding"]["opacity"] = {"value": 1}
    return layer


def outline_centre(geometry: str) -> tuple[float, float]:
    """Centre of the largest part of an outline: (longitude, latitude).

    Centroid of a polygon by its corners (x, y): with a = x_i y_{i+1} - x_{i+1} y_i, it is
    sum((x_i + x_{i+1}) a) / (3 sum a), and likewise for y. A part that crosses the 180th
    meridian is counted in longitudes from 0 to 360.
    """
    shape = json.loads(geometry)
    parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    best, centre = -1.0, (0.0, 0.0)
    for part in parts:
        ring = _unwrapped(part[0])
        cross = [a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)]
        area = sum(cross)
        if abs(area) > best and area:
            x = sum((a[0] + b[0]) * c for (a, b), c in zip(pairwise(ring), cross, strict=True))
            y = sum((a[1] + b[1]) * c for (a, b), c in zip(pairwise(ring), cross, strict=True))
            best, centre = abs(area), (x / (3 * area), y / (3 * area))
    return (centre[0] + 180) % 360 - 180, centre[1]


def _unwrapped(ring: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """Corners of a ring without the jump at the 180th meridian."""
    wide = max(x for x, _ in ring) - min(x for x, _ in ring) > 180
    return [(x + 360 if wide and x < 0 else x, y) for x, y in ring]
