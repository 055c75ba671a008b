"""Bars from zero with ranges, and bars that run on beyond the axis.

A bar without a value is open: it fills the axis faintly, with a dashed end, and its text
says what it means. Each function gives one Vega-Lite specification for one width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from allanite.present.chart import INK, SURFACE, Layer, Room, Size, frame, pixels
from allanite.present.figures import IntervalRow, ValueAxis, place_rows, row_texts, value_encoding

_BAR: Final = 13  # height of a bar [px]
_AXIS: Final = 44  # room for the axis under the plot [px]
Placed = Sequence[tuple[IntervalRow, float]]


def ranged_bars(rows: Sequence[IntervalRow], axis: ValueAxis, size: Size) -> dict[str, Any]:
    """Bars from zero, with a whisker from low to high; a row without a value is open.

    A row that is not solid is drawn hollow. A whisker without a high end runs to the end of
    the axis and ends in an arrow.
    """
    placed, labels, height = place_rows(rows, size)
    x, y = value_encoding(axis, size), pixels("y", height)
    layers = [
        _bars(placed, axis, x, y),
        *_whiskers(placed, axis, x, y),
        *_zero(placed, axis, x, y),
        *row_texts(placed, labels, height, size),
    ]
    return frame(size, height, Room(size.label_width or 6, size.value_width, 6, _AXIS), layers)


def _bars(placed: Placed, axis: ValueAxis, x: dict[str, Any], y: dict[str, Any]) -> Layer:
    values = [
        {
            "value": 0.0,
            "high": axis.high if row.value is None else row.value,
            "y": top,
            "colour": row.colour,
            "fill": row.colour if row.is_solid else SURFACE,
            "strength": 0.16 if row.value is None else 1.0,
            "dash": [3, 3] if row.value is None else [1, 0],
            "told": f"{row.label}, {row.series}: {row.text}",
        }
        for row, top in placed
    ]
    plain: dict[str, Any] = {"type": "nominal", "scale": None}
    return {
        "data": {"values": values},
        "mark": {"type": "bar", "height": _BAR, "strokeWidth": 1.5},
        "encoding": {
            "x": x,
            "x2": {"field": "high"},
            "y": y,
            "fill": {"field": "fill", **plain},
            "stroke": {"field": "colour", **plain},
            "fillOpacity": {"field": "strength", "type": "quantitative", "scale": None},
            "strokeDash": {"field": "dash", **plain},
            "description": {"field": "told"},
        },
    }


def _whiskers(placed: Placed, axis: ValueAxis, x: dict[str, Any], y: dict[str, Any]) -> list[Layer]:
    """A rule from low to high over a paler one that keeps it apart from its bar."""
    values = [
        {
            "value": row.low,
            "high": axis.high if row.high is None else min(row.high, axis.high),
            "y": top,
        }
        for row, top in placed
        if row.low is not None
    ]
    ends = [{"value": axis.high, "y": top} for row, top in placed if row.low and row.high is None]
    data = {"data": {"values": values}}
    rule = {"type": "rule", "aria": False}
    span = {"x": x, "x2": {"field": "high"}, "y": y}
    arrow = {"type": "point", "shape": "triangle-right", "size": 60, "filled": True, "aria": False}
    return [
        {**data, "mark": {**rule, "stroke": SURFACE, "strokeWidth": 4.5}, "encoding": span},
        {**data, "mark": {**rule, "stroke": INK, "strokeWidth": 1.75}, "encoding": span},
        {
            "data": {"values": ends},
            "mark": {**arrow, "fill": INK, "stroke": SURFACE, "opacity": 1},
            "encoding": {"x": x, "y": y},
        },
    ]


def _zero(placed: Placed, axis: ValueAxis, x: dict[str, Any], y: dict[str, Any]) -> list[Layer]:
    """A stroke at zero on each row, where bars may lie on both sides of it."""
    if axis.low >= 0:
        return []
    values = [{"value": 0.0, "y": top} for _, top in placed]
    mark = {"type": "tick", "orient": "vertical", "size": _BAR + 6, "thickness": 1.5, "color": INK}
    return [
        {
            "data": {"values": values},
            "mark": {**mark, "aria": False},
            "encoding": {"x": x, "y": y},
        }
    ]
