"""Steps of projects as bars on a time axis, with how late each may be.

One line a project: its steps one after the other, and behind the last a thin line to the day by
which nine of ten courses have it. Each function gives one Vega-Lite specification for one width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.present.chart import INK, SURFACE, Layer, Room, Size, frame, pixels
from allanite.present.figures import IntervalRow, place_rows, row_texts

_BAR: Final = 12  # height of a bar [px]
_AXIS: Final = 30  # room for the axis of time under the plot [px]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a project: its days as planned, and its colour."""

    name: str
    begins: date
    ends: date
    colour: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One project: its steps in order, the day by which nine in ten have it, what is printed."""

    label: str
    steps: tuple[Step, ...]
    late: date | None
    text: str


def gantt(plans: Sequence[Plan], size: Size) -> dict[str, Any]:
    """One line a project, in the order given."""
    marks = [IntervalRow(p.label, "", None, None, None, INK, "square", p.text) for p in plans]
    placed, labels, height = place_rows(marks, size)
    tops = [top for _, top in placed]
    layers = [
        _late_layer(plans, tops, height, size),
        _step_layer(plans, tops, height, size),
        *row_texts(placed, labels, height, size),
    ]
    return frame(size, height, Room(size.label_width or 6, size.value_width, 6, _AXIS), layers)


def _time(field: str, size: Size) -> dict[str, Any]:
    axis = {"title": None, "format": "%Y", "tickCount": 4 if size.is_narrow else 8}
    return {"field": field, "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _step_layer(plans: Sequence[Plan], tops: Sequence[float], height: float, size: Size) -> Layer:
    values = [
        {
            "start": step.begins.isoformat(),
            "end": step.ends.isoformat(),
            "y": top,
            "colour": step.colour,
            "told": f"{plan.label}: {step.name} from {step.begins} to {step.ends}",
        }
        for plan, top in zip(plans, tops, strict=True)
        for step in plan.steps
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "bar", "height": _BAR, "stroke": SURFACE, "strokeWidth": 1},
        "encoding": {
            "x": _time("start", size),
            "x2": {"field": "end"},
            "y": pixels("y", height),
            "fill": {"field": "colour", "type": "nominal", "scale": None},
            "description": {"field": "told"},
        },
    }


def _late_layer(plans: Sequence[Plan], tops: Sequence[float], height: float, size: Size) -> Layer:
    values = [
        {
            "start": plan.steps[-1].ends.isoformat(),
            "end": plan.late.isoformat(),
            "y": top,
            "told": f"{plan.label}: nine in ten courses by {plan.late}",
        }
        for plan, top in zip(plans, tops, strict=True)
        if plan.late is not None and plan.late > plan.steps[-1].ends
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "rule", "stroke": INK, "strokeWidth": 2},
        "encoding": {
            "x": _time("start", size),
            "x2": {"field": "end"},
            "y": pixels("y", height),
            "description": {"field": "told"},
        },
    }
