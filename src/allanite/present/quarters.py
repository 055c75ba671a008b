"""What goes by quarters since an embargo began: strips of what is missing, columns of parts.

Each function gives one Vega-Lite specification for one width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from allanite.present.chart import QUIET, SURFACE, Layer, Room, Size, frame, pixels
from allanite.present.figures import IntervalRow, place_rows, row_texts
from allanite.present.strips import TITLE_ABOVE
from allanite.present.words import short_percent

_STRIP: Final = 15  # height of a strip [px]
_COLUMNS: Final = 150  # height of a plot of columns [px]
_AXIS: Final = 44  # room for the axis under the plot [px]
_QUARTER: Final = 3  # months
_HALF: Final = 0.36  # of a column, in quarters
_NOMINAL: Final[dict[str, Any]] = {"type": "nominal", "scale": None}


@dataclass(frozen=True, slots=True)
class QuarterStrip:
    """One strip: what it is about, whose plan, colour, (first month, share missing), its text."""

    label: str
    series: str
    colour: str
    cells: tuple[tuple[int, float], ...]
    text: str


def quarter_strips(rows: Sequence[QuarterStrip], darkest: float, size: Size) -> dict[str, Any]:
    """Strips that are the darker the more is missing; `darkest` is the share of full colour."""
    marks = [
        IntervalRow(row.label, row.series, None, None, None, row.colour, "square", row.text)
        for row in rows
    ]
    placed, labels, height = place_rows(marks, size)
    cells = [
        {
            "start": month,
            "end": month + _QUARTER,
            "y": top - _STRIP / 2,
            "bottom": top + _STRIP / 2,
            "strength": min(missing / darkest, 1.0) if darkest > 0 else 0.0,
            "colour": row.colour,
            "told": f"{row.label}, {row.series}, months {month} to {month + _QUARTER - 1}: "
            f"{short_percent(missing)} missing",
        }
        for row, (_, top) in zip(rows, placed, strict=True)
        for month, missing in row.cells
    ]
    layers = [_strips(cells, height), *row_texts(placed, labels, height, size)]
    return frame(size, height, Room(size.label_width or 6, size.value_width, 6, _AXIS), layers)


def _strips(cells: Sequence[dict[str, object]], height: float) -> Layer:
    months = sorted({int(str(cell["start"])) for cell in cells})
    last = months[-1] + _QUARTER
    every = _QUARTER * (2 if last - months[0] <= 24 else 4 if last - months[0] <= 60 else 8)
    x = {
        "field": "start",
        "type": "quantitative",
        "scale": {"domain": [months[0], last], "nice": False, "zero": False},
        "axis": {
            "title": "Month since the embargo began",
            "values": list(range(months[0], last, every)),
            "format": "d",
            "grid": False,
        },
    }
    return {
        "data": {"values": list(cells)},
        "mark": {"type": "rect", "stroke": QUIET, "strokeWidth": 0.5},
        "encoding": {
            "x": x,
            "x2": {"field": "end"},
            "y": pixels("y", height),
            "y2": {"field": "bottom"},
            "fill": {"field": "colour", **_NOMINAL},
            "fillOpacity": {"field": "strength", "type": "quantitative", "scale": None},
            "description": {"field": "told"},
        },
    }


@dataclass(frozen=True, slots=True)
class QuarterPart:
    """One part of the columns: its name, colour, and value by quarter."""

    name: str
    colour: str
    values: tuple[tuple[int, float], ...]


def quarter_columns(
    parts: Sequence[QuarterPart], high: float, title: str, size: Size
) -> dict[str, Any]:
    """Columns by quarter, parts upon each other in their order; the scale ends at `high`."""
    quarters = sorted({quarter for part in parts for quarter, _ in part.values})
    room = Room(58, 24, 26, _AXIS)
    x = {
        "type": "quantitative",
        "scale": {"domain": [quarters[0] - 0.5, quarters[-1] + 0.5], "nice": False},
    }
    axis = {"title": "Quarter since the embargo began", "format": "d", "grid": False}
    y = {
        "type": "quantitative",
        "scale": {"domain": [0, 1.05 * high], "nice": False},
        "axis": {"title": title, "tickCount": 4, "format": ",.3~r", **TITLE_ABOVE},
    }
    layer = {
        "data": {"values": _columns(parts)},
        "mark": {"type": "rect", "stroke": SURFACE, "strokeWidth": 0.75},
        "encoding": {
            "x": {"field": "start", **x, "axis": {**axis, "values": _ticks(quarters)}},
            "x2": {"field": "end"},
            "y": {"field": "low", **y},
            "y2": {"field": "high"},
            "fill": {"field": "colour", **_NOMINAL},
            "description": {"field": "told"},
        },
    }
    return frame(size, _COLUMNS, room, [layer])


def _columns(parts: Sequence[QuarterPart]) -> list[dict[str, object]]:
    reached: dict[int, float] = {}
    found: list[dict[str, object]] = []
    for part in parts:
        for quarter, value in part.values:
            low = reached.get(quarter, 0.0)
            reached[quarter] = low + value
            found.append(
                {
                    "start": quarter - _HALF,
                    "end": quarter + _HALF,
                    "low": low,
                    "high": low + value,
                    "colour": part.colour,
                    "told": f"{part.name}, quarter {quarter}: {value:,.3g}",
                }
            )
    return found


def _ticks(quarters: Sequence[int]) -> list[int]:
    return list(quarters[:: 1 if len(quarters) <= 8 else 2 if len(quarters) <= 16 else 4])
