"""Lines over a number, and fans of quantiles over years.

Each function gives one Vega-Lite specification for one width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from allanite.present.chart import INK, QUIET, SURFACE, Layer, Room, Size, frame
from allanite.present.strips import TITLE_ABOVE

_HEIGHT: Final = 180  # of the plot [px]
_AXIS: Final = 44  # room for the axis under the plot [px]
_END: Final = 96  # room for the names at the ends of lines [px]
_LEAST_APART: Final = 0.09  # of the axis: ends that are nearer are moved apart
_FAR_APART: Final = 20.0  # times the least value: beyond it a scale is logarithmic
_NOMINAL: Final[dict[str, Any]] = {"type": "nominal", "scale": None}


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: its name, the short name at its end, colour, dashes, and (across, up) in order."""

    name: str
    short: str
    colour: str
    dash: tuple[int, ...]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The axes of curves: their titles, and how numbers are printed on both."""

    across: str
    up: str
    number_format: str = ",.3~r"


def curves(lines: Sequence[Curve], span: Span, size: Size) -> dict[str, Any]:
    """Lines over a number, named at their ends; the upright scale holds zero."""
    ups = [up for line in lines for _, up in line.points]
    low, high = min(0.0, *ups), max(0.0, *ups)
    y = {
        "field": "up",
        "type": "quantitative",
        "scale": {"domain": [1.05 * low, 1.05 * high or 1.0], "nice": False},
        "axis": {"title": span.up, "tickCount": 4, "format": span.number_format, **TITLE_ABOVE},
    }
    across = [x for line in lines for x, _ in line.points]
    x = {
        "field": "across",
        "type": "quantitative",
        "scale": {"domain": [min(across), max(across)], "nice": False, "zero": False},
        "axis": {"title": span.across, "tickCount": 4, "format": span.number_format},
    }
    layers = [*_lines(lines, x, y), _names(lines, x, y)]
    return frame(size, _HEIGHT, Room(58, _END, 26, _AXIS), layers)


def _lines(lines: Sequence[Curve], x: dict[str, Any], y: dict[str, Any]) -> list[Layer]:
    values = [
        {
            "across": across,
            "up": up,
            "name": line.name,
            "colour": line.colour,
            "dash": list(line.dash),
            "told": f"{line.name}, at {across:,.4g}: {up:,.4g}",
        }
        for line in lines
        for across, up in line.points
    ]
    data = {"data": {"values": values}}
    stroke = {
        "stroke": {"field": "colour", **_NOMINAL},
        "strokeDash": {"field": "dash", **_NOMINAL},
    }
    place = {"x": x, "y": y, "detail": {"field": "name"}}
    touch = {"type": "point", "size": 60, "opacity": 0}
    return [
        {
            **data,
            "mark": {"type": "line", "strokeWidth": 2.25, "aria": False},
            "encoding": {**place, **stroke, "order": {"field": "across"}},
        },
        {**data, "mark": touch, "encoding": {**place, "description": {"field": "told"}}},
    ]


def _names(lines: Sequence[Curve], x: dict[str, Any], y: dict[str, Any]) -> Layer:
    """Names at the right ends; those that would overlap are moved up."""
    low, high = y["scale"]["domain"]
    apart = _LEAST_APART * (high - low)
    ends = sorted((line.points[-1][1], line.points[-1][0], line.short) for line in lines)
    rows: list[dict[str, object]] = []
    last = float("-inf")
    for up, across, short in ends:
        place = max(up, last + apart)
        rows.append({"across": across, "up": place, "label": short})
        last = place
    mark = {"type": "text", "align": "left", "dx": 6, "baseline": "middle", "aria": False}
    encoding = {"x": x, "y": y, "text": {"field": "label"}}
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


@dataclass(frozen=True, slots=True)
class FanPoint:
    """One year of a fan: 5th, 25th, 50th, 75th and 95th percentile."""

    year: int
    low: float
    lower: float
    middle: float
    upper: float
    high: float


@dataclass(frozen=True, slots=True)
class Level:
    """A value to compare with, drawn as a level line, and its name."""

    value: float
    name: str


def year_fan(
    points: Sequence[FanPoint], levels: Sequence[Level], title: str, colour: str, size: Size
) -> dict[str, Any]:
    """Bands of half and of nine tenths of the paths around the median, by year.

    The scale begins at zero; it is logarithmic, and says so, where values lie far apart.
    """
    years = [point.year for point in points]
    y = _fan_scale(points, levels, title)
    x = {
        "field": "year",
        "type": "quantitative",
        "scale": {"domain": [min(years), max(years)], "nice": False, "zero": False},
        "axis": {"title": None, "format": "d", "values": years[:: 4 if size.is_narrow else 2]},
    }
    layers = [*_fan_layers(points, x, y, colour), *_level_layers(levels, max(years), x, y)]
    return frame(size, _HEIGHT, Room(58, 24, 26, _AXIS), layers)


def _fan_scale(points: Sequence[FanPoint], levels: Sequence[Level], title: str) -> dict[str, Any]:
    low = min(point.low for point in points)
    high = max([point.high for point in points] + [level.value for level in levels])
    far = low > 0 and high > _FAR_APART * low
    scale: dict[str, Any] = {"domain": [0, 1.05 * high], "nice": False}
    if far:
        scale = {"type": "log", "domain": [0.8 * low, 1.2 * high], "nice": False}
    axis = {
        "title": f"{title}, each step ten times the last" if far else title,
        "tickCount": 4,
        "format": "~s" if far else ",.4~r",
        **TITLE_ABOVE,
    }
    return {"type": "quantitative", "scale": scale, "axis": axis}


def _fan_layers(
    points: Sequence[FanPoint], x: dict[str, Any], y: dict[str, Any], colour: str
) -> list[Layer]:
    values = [
        {
            "year": p.year,
            "low": p.low,
            "lower": p.lower,
            "middle": p.middle,
            "upper": p.upper,
            "high": p.high,
            "told": f"{p.year}: median {p.middle:,.3g}, half of the paths {p.lower:,.3g} to "
            f"{p.upper:,.3g}, nine tenths {p.low:,.3g} to {p.high:,.3g}",
        }
        for p in points
    ]
    data = {"data": {"values": values}}
    area = {"type": "area", "fill": colour, "aria": False}

    def band(first: str, last: str, opacity: float) -> Layer:
        place = {"x": x, "y": {**y, "field": last}, "y2": {"field": first}}
        return {**data, "mark": {**area, "fillOpacity": opacity}, "encoding": place}

    middle = {"x": x, "y": {**y, "field": "middle"}}
    line = {"type": "line", "stroke": colour, "strokeWidth": 2.5, "aria": False}
    point = {"type": "point", "filled": True, "size": 30, "fill": colour, "stroke": SURFACE}
    told = {**middle, "description": {"field": "told"}}
    return [
        band("low", "high", 0.14),
        band("lower", "upper", 0.24),
        {**data, "mark": line, "encoding": middle},
        {**data, "mark": {**point, "opacity": 1}, "encoding": told},
    ]


def _level_layers(
    levels: Sequence[Level], last: int, x: dict[str, Any], y: dict[str, Any]
) -> list[Layer]:
    rows = [{"year": last, "value": level.value, "label": level.name} for level in levels]
    if not rows:
        return []
    data = {"data": {"values": rows}}
    place = {"y": {**y, "field": "value"}}
    rule = {"type": "rule", "stroke": QUIET, "strokeDash": [5, 3], "strokeWidth": 1.5}
    text = {"type": "text", "align": "right", "dy": -7, "fill": INK, "aria": False}
    return [
        {**data, "mark": {**rule, "aria": False}, "encoding": place},
        {**data, "mark": text, "encoding": {**place, "x": x, "text": {"field": "label"}}},
    ]
