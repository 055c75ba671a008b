"""Shares over time: strips that are the darker the more is missing, and lines of prices.

Periods of one strip with the same printed share are drawn as one mark, so that a page stays
small. Each function gives one Vega-Lite specification for one width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from allanite.present.chart import INK, QUIET, SURFACE, Layer, Room, Size, frame, pixels
from allanite.present.figures import IntervalRow, place_rows, row_texts

_STRIP: Final = 15  # height of a strip [px]
_AXIS: Final = 30  # room for the axis of time under the plot [px]
_LINES: Final = 150  # height of a plot of lines [px]
_END: Final = 92  # room for the codes at the ends of lines [px]
_FAR_APART: Final = 20.0  # times the least value: beyond it a scale is logarithmic
_LABEL_SHARE: Final = 0.1  # of the axis: ends that are nearer share a label


@dataclass(frozen=True, slots=True)
class StripCell:
    """One period of a strip: its days, how much is missing [1], and the share as printed."""

    start: date
    end: date
    missing: float
    text: str


@dataclass(frozen=True, slots=True)
class StripRow:
    """One strip: what it is about, the case it shows, its periods, and a value at the right."""

    label: str
    series: str
    cells: tuple[StripCell, ...]
    text: str


def share_strips(rows: Sequence[StripRow], colour: str, size: Size) -> dict[str, Any]:
    """One strip a row; strips of the same label stand together."""
    marks = [
        IntervalRow(row.label, row.series, None, None, None, colour, "square", row.text)
        for row in rows
    ]
    placed, labels, height = place_rows(marks, size)
    tops = [top for _, top in placed]
    cells = [cell for row, top in zip(rows, tops, strict=True) for cell in _cells(row, top)]
    layers = [_strips(cells, colour, size, height), *row_texts(placed, labels, height, size)]
    return frame(size, height, Room(size.label_width or 6, size.value_width, 6, _AXIS), layers)


def _cells(row: StripRow, top: float) -> list[dict[str, object]]:
    found = []
    for text, group in groupby(row.cells, key=lambda cell: cell.text):
        members = list(group)
        first, last = members[0], members[-1]
        found.append(
            {
                "start": first.start.isoformat(),
                "end": last.end.isoformat(),
                "y": top - _STRIP / 2,
                "bottom": top + _STRIP / 2,
                "missing": sum(cell.missing for cell in members) / len(members),
                "told": f"{row.label}, {row.series}, {first.start} to {last.end}: {text}",
            }
        )
    return found


def _strips(cells: Sequence[dict[str, object]], colour: str, size: Size, height: float) -> Layer:
    return {
        "data": {"values": list(cells)},
        "mark": {"type": "rect", "fill": colour, "stroke": QUIET, "strokeWidth": 0.5},
        "encoding": {
            "x": _time("start", size),
            "x2": {"field": "end"},
            "y": pixels("y", height),
            "y2": {"field": "bottom"},
            "fillOpacity": {"field": "missing", "type": "quantitative", "scale": None},
            "description": {"field": "told"},
        },
    }


def _time(field: str, size: Size) -> dict[str, Any]:
    count = 3 if size.is_narrow else 5
    axis = {"title": None, "format": "%b %Y", "tickCount": count, "grid": False}
    return {"field": field, "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line: whose it is, its code, its colour and dashes, and the points (day, value)."""

    name: str
    code: str
    colour: str
    dash: tuple[int, ...]
    points: tuple[tuple[date, float], ...]


def price_lines(lines: Sequence[PriceLine], title: str, size: Size) -> dict[str, Any]:
    """Lines over time, with a point at each period that says its value.

    The scale begins at zero; it is logarithmic, and says so, where values lie far apart.
    """
    values = [value for line in lines for _, value in line.points]
    y = _value_scale(values, title)
    data = {"data": {"values": _line_rows(lines)}}
    plain: dict[str, Any] = {"type": "nominal", "scale": None}
    place = {"x": _time("start", size), "y": y, "detail": {"field": "name"}}
    stroke = {"stroke": {"field": "colour", **plain}, "strokeDash": {"field": "dash", **plain}}
    dots = {"fill": {"field": "colour", **plain}, "description": {"field": "told"}}
    point = {"type": "point", "size": 14, "filled": True, "stroke": SURFACE, "opacity": 1}
    line = {"type": "line", "strokeWidth": 2.25, "interpolate": "step-after"}
    layers: list[Layer] = [
        {**data, "mark": line, "encoding": {**place, **stroke}},
        {**data, "mark": point, "encoding": {**place, **dots}},
        _end_labels(lines, y, size),
    ]
    return frame(size, _LINES, Room(58, _END, 26, _AXIS), layers)


def _value_scale(values: Sequence[float], title: str) -> dict[str, Any]:
    low, high = min(values, default=0.0), 1.05 * max(values, default=1.0)
    far = low > 0 and high > _FAR_APART * low
    scale: dict[str, Any] = {"domain": [0, high or 1.0], "nice": False}
    if far:
        scale = {"type": "log", "domain": [0.7 * low, 1.3 * high], "nice": False}
    axis = {
        "title": f"{title}, each step ten times the last" if far else title,
        "tickCount": 4,
        "format": "~s" if far else ",.4~r",
        **TITLE_ABOVE,
    }
    return {"field": "value", "type": "quantitative", "scale": scale, "axis": axis}


def _line_rows(lines: Sequence[PriceLine]) -> list[dict[str, object]]:
    return [
        {
            "start": day.isoformat(),
            "value": value,
            "name": line.name,
            "colour": line.colour,
            "dash": list(line.dash),
            "told": f"{line.name}, {day}: {value:,.0f}",
        }
        for line in lines
        for day, value in line.points
    ]


def _end_labels(lines: Sequence[PriceLine], y: dict[str, Any], size: Size) -> Layer:
    """Codes at the ends of the lines; lines that end together share one label."""
    low, high = y["scale"]["domain"]
    is_log = y["scale"].get("type") == "log"
    ends = sorted((line.points[-1][1], line.points[-1][0], line.code) for line in lines)
    rows: list[dict[str, object]] = []
    last = -1.0
    for value, day, code in ends:
        place = math.log(value / low) / math.log(high / low) if is_log else value / high
        if place - last < _LABEL_SHARE and rows:
            rows[-1]["label"] = f"{rows[-1]['label']}, {code}"
            continue
        rows.append({"start": day.isoformat(), "value": value, "label": code})
        last = place
    return {
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left", "dx": 6, "baseline": "middle", "aria": False},
        "encoding": {"x": _time("start", size), "y": y, "text": {"field": "label"}},
    }


TITLE_ABOVE: Final = {
    "titleAngle": 0,
    "titleAlign": "left",
    "titleAnchor": "end",
    "titleX": -52,
    "titleY": -14,
    "titleColor": INK,
}
