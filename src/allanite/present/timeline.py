"""Dated states of controls or promises as bars on a time axis, one line a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.present.chart import INK, Layer, Room, Size, frame, pixels, text_layer
from allanite.present.words import wrapped

_STEP: Final = 20  # height of one bar's line [px]
_GAP: Final = 12  # between lines [px]
_LABEL: Final = 18  # height of a line of a label that stands above its bar [px]
_LABEL_WIDTH: Final = 290  # room for labels at the left [px]
_AXIS: Final = 34  # room for the axis under the plot [px]


@dataclass(frozen=True, slots=True)
class StateSpan:
    """A control in one state from one day to another; `end` None is open."""

    label: str
    state: str
    start: date
    end: date | None


STATE_COLOURS: Final[Mapping[str, str]] = {
    "in_force": "var(--in-force)",
    "suspended": "var(--suspended)",
    "ended": "var(--ended)",
    "announced": "var(--ended)",
    "unknown": "var(--unknown)",
}
STATE_WORDS: Final[Mapping[str, str]] = {
    "in_force": "in force",
    "suspended": "suspended",
    "ended": "ended",
    "announced": "announced",
    "unknown": "unknown",
}


@dataclass(frozen=True, slots=True)
class StateLook:
    """Colours and words of the states of one kind of record."""

    colours: Mapping[str, str]
    words: Mapping[str, str]


CONTROL_LOOK: Final = StateLook(STATE_COLOURS, STATE_WORDS)


def timeline(
    spans: Sequence[StateSpan],
    days: Sequence[tuple[str, date]],
    size: Size,
    look: StateLook = CONTROL_LOOK,
) -> dict[str, Any]:
    """Dated states as bars, one line a record, with upright lines at the days named."""
    labels = list(dict.fromkeys(span.label for span in spans))
    lines = {label: wrapped(label, 46 if size.is_narrow else 40) for label in labels}
    head = {x: _LABEL * len(lines[x]) if size.is_narrow else 0 for x in labels}
    tops: dict[str, float] = {}
    top = float(_LABEL)
    for label in labels:
        tops[label] = top
        top += head[label] + _STEP + _GAP
    texts = [
        {
            "label": "\n".join(lines[x]),
            "y": tops[x] + (9 if size.is_narrow else _STEP / 2 - 7 * (len(lines[x]) - 1)),
        }
        for x in labels
    ]
    heights = {x: tops[x] + head[x] + _STEP / 2 for x in labels}
    bars = _span_rows(spans, heights, days, look)
    left = 0 if size.is_narrow else _LABEL_WIDTH
    layers = [*_span_layers(bars, top), *_day_layers(days, top)]
    layers.append(text_layer(texts, top, {"value": -left}))
    return frame(size, top, Room(left or 6, 20, 6, _AXIS), layers)


def _span_rows(
    spans: Sequence[StateSpan],
    heights: Mapping[str, float],
    days: Sequence[tuple[str, date]],
    look: StateLook,
) -> list[dict[str, object]]:
    last = max([*(day for _, day in days), *(s.end or s.start for s in spans)])
    return [
        {
            "start": span.start.isoformat(),
            "end": (span.end or last).isoformat(),
            "y": heights[span.label],
            "fill": look.colours.get(span.state, "var(--unknown)"),
            "dash": [3, 2] if span.state == "unknown" else [],
            "told": f"{span.label}: {look.words.get(span.state, span.state)} from {span.start}"
            + (f" to {span.end}" if span.end else ""),
        }
        for span in spans
    ]


def _time(field: str) -> dict[str, Any]:
    axis = {"title": None, "format": "%b %Y", "tickCount": 5}
    return {"field": field, "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _span_layers(bars: Sequence[dict[str, object]], height: float) -> list[Layer]:
    return [
        {
            "data": {"values": list(bars)},
            "mark": {"type": "bar", "height": 14, "stroke": INK, "strokeWidth": 0.75},
            "encoding": {
                "x": _time("start"),
                "x2": {"field": "end"},
                "y": pixels("y", height),
                "fill": {"field": "fill", "type": "nominal", "scale": None},
                "description": {"field": "told"},
            },
        }
    ]


def _day_layers(days: Sequence[tuple[str, date]], height: float) -> list[Layer]:
    rows = [
        {"start": day.isoformat(), "label": label, "y": 4, "top": 13, "bottom": height}
        for label, day in days
    ]
    rule = {"type": "rule", "stroke": INK, "strokeDash": [4, 3], "aria": False}
    return [
        {
            "data": {"values": rows},
            "mark": rule,
            "encoding": {
                "x": _time("start"),
                "y": pixels("top", height),
                "y2": {"field": "bottom"},
            },
        },
        text_layer(rows, height, _time("start"), align="center", fontWeight="bold"),
    ]
