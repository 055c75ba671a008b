"""Bands over years from a mean to a tail, stacked areas, and plans between cheap and safe.

Each function gives one Vega-Lite specification for one width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.present.chart import INK, SURFACE, Layer, Room, Size, frame
from allanite.present.strips import TITLE_ABOVE

_HEIGHT: Final = 190  # of the plot [px]
_AXIS: Final = 44  # room for the axis under the plot [px]
_RIGHT: Final = 24
_NOMINAL: Final[dict[str, Any]] = {"type": "nominal", "scale": None}


@dataclass(frozen=True, slots=True)
class Band:
    """One series: its name, colour and dashes, and (year, mean, tail) in order."""

    name: str
    colour: str
    dash: tuple[int, ...]
    points: tuple[tuple[int, float, float], ...]


def year_bands(bands: Sequence[Band], title: str, size: Size) -> dict[str, Any]:
    """A line of the mean by year, and above it a band up to the tail; the scale begins at zero."""
    years = sorted({year for band in bands for year, _, _ in band.points})
    most = max((tail for band in bands for _, _, tail in band.points), default=1.0) or 1.0
    x = {
        "field": "year",
        "type": "quantitative",
        "scale": {"domain": [years[0], years[-1]], "nice": False, "zero": False},
        "axis": {"title": None, "format": "d", "values": years[:: 2 if size.is_narrow else 1]},
    }
    layers = [layer for band in bands for layer in _band_layers(band, x, _rising(most, title))]
    return frame(size, _HEIGHT, Room(58, _RIGHT, 26, _AXIS), layers)


def _rising(most: float, title: str) -> dict[str, Any]:
    return {
        "type": "quantitative",
        "scale": {"domain": [0, 1.05 * most], "nice": False},
        "axis": {"title": title, "tickCount": 4, "format": ",.3~r", **TITLE_ABOVE},
    }


def _band_layers(band: Band, x: dict[str, Any], y: dict[str, Any]) -> list[Layer]:
    values = [
        {
            "year": year,
            "mean": mean,
            "tail": tail,
            "told": f"{band.name}, {year}: mean {mean:,.0f}, worst courses {tail:,.0f}",
        }
        for year, mean, tail in band.points
    ]
    data = {"data": {"values": values}}
    mean = {"x": x, "y": {**y, "field": "mean"}}
    upper = {"x": x, "y": {**y, "field": "tail"}}
    told = {**mean, "description": {"field": "told"}}
    area = {"type": "area", "fill": band.colour, "fillOpacity": 0.16, "aria": False}
    edge = {"type": "line", "stroke": band.colour, "strokeWidth": 1, "strokeDash": list(band.dash)}
    line = {"type": "line", "stroke": band.colour, "strokeWidth": 2.5}
    point = {"type": "point", "filled": True, "size": 34, "fill": band.colour, "stroke": SURFACE}
    return [
        {**data, "mark": area, "encoding": {**mean, "y2": {"field": "tail"}}},
        {**data, "mark": {**edge, "aria": False}, "encoding": upper},
        {**data, "mark": {**line, "aria": False}, "encoding": mean},
        {**data, "mark": {**point, "opacity": 1}, "encoding": told},
    ]


@dataclass(frozen=True, slots=True)
class Choice:
    """One plan on a front: how much worse on the mean, how much better in the tail, its label."""

    across: float
    up: float
    label: str
    told: str
    is_chosen: bool


def choice_line(choices: Sequence[Choice], across: str, up: str, size: Size) -> dict[str, Any]:
    """Plans as points joined by a line, from the cheapest to the safest."""
    values = [
        {
            "across": c.across,
            "up": c.up,
            "label": c.label,
            "told": c.told,
            "fill": INK if c.is_chosen else SURFACE,
        }
        for c in choices
    ]
    far = max((c.across for c in choices), default=0.0) or 1.0
    high = max((c.up for c in choices), default=0.0) or 1.0
    x = {
        "field": "across",
        "type": "quantitative",
        "scale": {"domain": [0, 1.12 * far], "nice": False},
        "axis": {"title": across, "tickCount": 4, "format": ",.3~r"},
    }
    y = {**_rising(1.1 * high, up), "field": "up"}
    layers = _choice_layers({"data": {"values": values}}, {"x": x, "y": y})
    return frame(size, _HEIGHT, Room(58, _RIGHT, 26, _AXIS), layers)


def _choice_layers(data: dict[str, Any], place: dict[str, Any]) -> list[Layer]:
    line = {"type": "line", "stroke": "var(--drawn)", "strokeWidth": 2, "aria": False}
    point = {"type": "point", "size": 90, "stroke": INK, "strokeWidth": 2, "opacity": 1}
    text = {"type": "text", "align": "left", "dx": 6, "dy": -11, "aria": False}
    return [
        {**data, "mark": line, "encoding": {**place, "order": {"field": "across"}}},
        {
            **data,
            "mark": point,
            "encoding": {
                **place,
                "fill": {"field": "fill", **_NOMINAL},
                "description": {"field": "told"},
            },
        },
        {**data, "mark": text, "encoding": {**place, "text": {"field": "label"}}},
    ]


@dataclass(frozen=True, slots=True)
class Area:
    """One layer of a stack: its name, its colour, and (day, value) in order."""

    name: str
    colour: str
    points: tuple[tuple[date, float], ...]


def stacked_areas(areas: Sequence[Area], title: str, size: Size) -> dict[str, Any]:
    """Areas on top of each other over time, in the order given from the bottom."""
    values, below = [], dict[date, float]()
    for area in areas:
        for day, value in area.points:
            start = below.get(day, 0.0)
            below[day] = start + value
            told = f"{area.name}, {day}: {value:,.0f}"
            place = {"day": day.isoformat(), "low": start, "high": below[day]}
            values.append({**place, "name": area.name, "colour": area.colour, "told": told})
    axis = {"title": None, "format": "%Y", "tickCount": 4, "grid": False}
    place = {
        "x": {"field": "day", "type": "temporal", "scale": {"type": "utc"}, "axis": axis},
        "y": {**_rising(max(below.values(), default=0.0) or 1.0, title), "field": "high"},
        "y2": {"field": "low"},
        "fill": {"field": "colour", **_NOMINAL},
        "detail": {"field": "name"},
    }
    data = {"data": {"values": values}}
    filled = {"type": "area", "stroke": SURFACE, "strokeWidth": 1, "aria": False}
    touched = {"type": "bar", "orient": "vertical", "width": 6, "opacity": 0}
    hover = {name: place[name] for name in ("x", "y", "y2")}
    layers: list[Layer] = [
        {**data, "mark": filled, "encoding": place},
        {**data, "mark": touched, "encoding": {**hover, "description": {"field": "told"}}},
    ]
    return frame(size, _HEIGHT, Room(58, _RIGHT, 26, _AXIS), layers)
