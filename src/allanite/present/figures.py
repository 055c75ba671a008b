"""Rows with values to figures: intervals, stacked shares, residuals, dated states.

No arithmetic beyond sums and shares: a figure shows what its table holds. Each function
gives one Vega-Lite specification for one width.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from allanite.present.chart import (
    INK,
    QUIET,
    SURFACE,
    Layer,
    Room,
    Size,
    frame,
    pixels,
    text_layer,
)
from allanite.present.words import percent, short_percent, sigmas, wrapped

PERCENT: Final = "percent"
_STEP: Final = 20  # height of one mark [px]
_GAP: Final = 12  # between groups of marks [px]
_LABEL: Final = 18  # height of a label that stands above its marks [px]
_BIN: Final = 0.5  # width of the bins of residuals [standard errors]
_AXIS: Final = 44  # room for the axis under the plot [px]


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One point with its interval.

    Attributes:
        label: what the row is; equal labels that follow each other share one line.
        series: who it is about, in words.
        value, low, high: in units of the axis; no interval is drawn where low or high is None,
            and no point where there is no value.
        colour, shape: of the point.
        text: the value as it is printed at the right.
        is_solid: observed or computed; estimated and assumed values are drawn hollow.
        reference: a second value to compare with, drawn as an upright line.
    """

    label: str
    series: str
    value: float | None
    low: float | None
    high: float | None
    colour: str
    shape: str
    text: str
    is_solid: bool = True
    reference: float | None = None


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """The axis of values: its title, range, number format, and lines to compare with."""

    title: str
    low: float
    high: float
    number_format: str = PERCENT
    marks: tuple[float, ...] = ()


def interval_rows(rows: Sequence[IntervalRow], axis: ValueAxis, size: Size) -> dict[str, Any]:
    """Points with intervals, one line each, labels at the left or above."""
    placed, labels, height = place_rows(rows, size)
    x = value_encoding(axis, size)
    y = pixels("y", height)
    points = [
        {
            "value": row.value,
            "y": top,
            "colour": row.colour,
            "fill": row.colour if row.is_solid else SURFACE,
            "shape": row.shape,
            "told": f"{row.label}, {row.series}: {row.text}",
        }
        for row, top in placed
        if row.value is not None
    ]
    layers = [
        *_mark_lines(axis, x, height),
        _interval_layer(placed, x, y),
        _reference_layer(placed, x, y),
        _point_layer(points, x, y),
        *row_texts(placed, labels, height, size),
    ]
    room = Room(size.label_width or 6, size.value_width, 6, _AXIS)
    return frame(size, height, room, layers)


def place_rows(
    rows: Sequence[IntervalRow], size: Size
) -> tuple[list[tuple[IntervalRow, float]], list[dict[str, object]], float]:
    """Rows with their height [px], labels with theirs, and the height of the whole."""
    placed: list[tuple[IntervalRow, float]] = []
    labels: list[dict[str, object]] = []
    top = 0.0
    for label, group in groupby(rows, key=lambda row: row.label):
        members = list(group)
        text = "\n".join(wrapped(label, size.label_characters))
        if size.is_narrow:
            labels.append({"label": text, "y": top + _LABEL / 2})
            top += _LABEL * (1 + text.count("\n"))
        else:
            shift = 7 * text.count("\n")
            labels.append({"label": text, "y": top + len(members) * _STEP / 2 - shift})
        for i, row in enumerate(members):
            placed.append((row, top + (i + 0.5) * _STEP))
        top += len(members) * _STEP + _GAP
    return placed, labels, max(top - _GAP, _STEP)


def value_encoding(axis: ValueAxis, size: Size) -> dict[str, Any]:
    """The horizontal place of field `value` on an axis; narrow figures have fewer ticks."""
    ticks: dict[str, Any] = {"title": axis.title, "tickCount": 3 if size.is_narrow else 5}
    if axis.number_format == PERCENT:
        ticks["labelExpr"] = "format(datum.value * 100, '.0f') + ' %'"
    else:
        ticks["format"] = axis.number_format
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [axis.low, axis.high], "nice": False, "zero": False},
        "axis": ticks,
    }


def _mark_lines(axis: ValueAxis, x: dict[str, Any], height: float) -> list[Layer]:
    rows = [{"value": value} for value in axis.marks]
    mark = {"type": "rule", "stroke": QUIET, "strokeDash": [4, 3], "aria": False}
    return [{"data": {"values": rows}, "mark": mark, "encoding": {"x": x}}] if rows else []


def _interval_layer(
    placed: Sequence[tuple[IntervalRow, float]], x: dict[str, Any], y: dict[str, Any]
) -> Layer:
    values = [
        {"value": row.low, "high": row.high, "y": top, "colour": row.colour}
        for row, top in placed
        if row.low is not None and row.high is not None
    ]
    stroke = {"field": "colour", "type": "nominal", "scale": None}
    return {
        "data": {"values": values},
        "mark": {"type": "rule", "strokeWidth": 3, "strokeCap": "round", "aria": False},
        "encoding": {"x": x, "x2": {"field": "high"}, "y": y, "stroke": stroke},
    }


def _reference_layer(
    placed: Sequence[tuple[IntervalRow, float]], x: dict[str, Any], y: dict[str, Any]
) -> Layer:
    values = [
        {"value": row.reference, "y": top, "told": f"{row.label}: to compare with"}
        for row, top in placed
        if row.reference is not None
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "tick", "orient": "vertical", "size": 16, "thickness": 2.5, "color": INK},
        "encoding": {"x": x, "y": y, "description": {"field": "told"}},
    }


def _point_layer(points: Sequence[dict[str, Any]], x: dict[str, Any], y: dict[str, Any]) -> Layer:
    return {
        "data": {"values": list(points)},
        "mark": {"type": "point", "size": 90, "strokeWidth": 2, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "stroke": {"field": "colour", "type": "nominal", "scale": None},
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "description": {"field": "told"},
        },
    }


def row_texts(
    placed: Sequence[tuple[IntervalRow, float]],
    labels: Sequence[dict[str, object]],
    height: float,
    size: Size,
) -> list[Layer]:
    """Labels at the left or above, and the printed value of each row at the right."""
    values = [{"label": row.text, "y": top} for row, top in placed]
    right = size.width - (size.label_width or 6) - size.value_width + 12
    return [
        text_layer(labels, height, {"value": -(size.label_width or 0)}),
        text_layer(values, height, {"value": right}, fill=QUIET),
    ]


@dataclass(frozen=True, slots=True)
class SharePart:
    """One part of a whole: who, its share, and the colour of its role."""

    name: str
    share: float
    colour: str


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A whole and its parts in the order they are stacked; the rest to one stays open."""

    label: str
    parts: tuple[SharePart, ...]


def stacked_shares(rows: Sequence[ShareRow], title: str, size: Size) -> dict[str, Any]:
    """Bars of parts that sum to at most one; parts of 12 % and more carry their share."""
    step = _STEP + 12
    head = _LABEL if size.is_narrow else 0
    height = float(len(rows) * (step + head))
    bars, labels = _stack(rows, size, step, head)
    x = value_encoding(ValueAxis(title, 0, 1), size)
    room = Room(size.label_width or 6, 16, 6, _AXIS)
    shown = [bar for bar in bars if bar["high"] - bar["value"] >= 0.12]
    layers = [
        _bar_layer(bars, x, height),
        text_layer(
            shown,
            height,
            {**x, "field": "middle"},
            align="center",
            fill="var(--on-mark)",
            strokeWidth=0,
        ),
        text_layer(labels, height, {"value": -(size.label_width or 0)}),
    ]
    return frame(size, height, room, layers)


def _stack(
    rows: Sequence[ShareRow], size: Size, step: float, head: float
) -> tuple[list[dict[str, Any]], list[dict[str, object]]]:
    bars: list[dict[str, Any]] = []
    labels: list[dict[str, object]] = []
    for i, row in enumerate(rows):
        top = i * (step + head)
        text = "\n".join(wrapped(row.label, size.label_characters))
        shift = 0 if size.is_narrow else 7 * text.count("\n")
        middle = top + head / 2 if size.is_narrow else top + step / 2 - shift
        labels.append({"label": text, "y": middle})
        start = 0.0
        for part in row.parts:
            bars.append(
                {
                    "value": start,
                    "high": start + part.share,
                    "middle": start + part.share / 2,
                    "y": top + head + step / 2,
                    "colour": part.colour,
                    "label": short_percent(part.share),
                    "told": f"{row.label}: {part.name} {percent(part.share)}",
                }
            )
            start += part.share
    return bars, labels


def _bar_layer(bars: Sequence[dict[str, Any]], x: dict[str, Any], height: float) -> Layer:
    return {
        "data": {"values": list(bars)},
        "mark": {"type": "bar", "height": _STEP, "stroke": SURFACE, "strokeWidth": 1.5},
        "encoding": {
            "x": x,
            "x2": {"field": "high"},
            "y": pixels("y", height),
            "fill": {"field": "colour", "type": "nominal", "scale": None},
            "description": {"field": "told"},
        },
    }


@dataclass(frozen=True, slots=True)
class Residual:
    """One observation's residual in standard errors; `label` is printed beyond the limit."""

    label: str
    residual: float
    is_gross: bool


def residual_strip(residuals: Sequence[Residual], limit: float, size: Size) -> dict[str, Any]:
    """Residuals within the limit counted in bins, each one beyond it on its own line."""
    near = [r for r in residuals if abs(r.residual) <= limit]
    far = sorted((r for r in residuals if abs(r.residual) > limit), key=lambda r: -abs(r.residual))
    reach = max([limit + 1, *(abs(r.residual) * 1.05 for r in residuals)])
    title = "Reconciled minus observed, in standard errors (σ)"
    axis = ValueAxis(title, -reach, reach, "+.0f", (-limit, limit))
    crowd = IntervalRow(
        f"{len(near)} observations within {limit:g} σ", "", 0, None, None, "none", "circle", ""
    )
    spec = interval_rows([crowd, *(_far_row(r) for r in far)], axis, size)
    spec["layer"].append(_count_layer(near, axis, spec["height"], size))
    return spec


def _far_row(residual: Residual) -> IntervalRow:
    return IntervalRow(
        label=residual.label,
        series="residual",
        value=residual.residual,
        low=None,
        high=None,
        colour="var(--watched)" if residual.is_gross else INK,
        shape="circle",
        text=sigmas(residual.residual),
    )


def _count_layer(near: Sequence[Residual], axis: ValueAxis, height: float, size: Size) -> Layer:
    """Bars that count residuals in bins of `_BIN` standard errors."""
    counts = Counter(math.floor(r.residual / _BIN) for r in near)
    most = max(counts.values(), default=1)
    low = (_LABEL if size.is_narrow else 0) + _STEP - 1
    values = [
        {
            "value": position * _BIN,
            "high": (position + 1) * _BIN,
            "y": low,
            "top": low - (_STEP - 1) * count / most,
            "told": f"{count} from {position * _BIN:g} to {(position + 1) * _BIN:g} σ",
        }
        for position, count in sorted(counts.items())
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "rect", "fill": QUIET, "stroke": SURFACE, "strokeWidth": 1},
        "encoding": {
            "x": value_encoding(axis, size),
            "x2": {"field": "high"},
            "y": pixels("y", height),
            "y2": {"field": "top"},
            "description": {"field": "told"},
        },
    }
