"""The frame every Vega-Lite figure shares: fixed room, quiet axes, colours from the page.

Room is set by hand (`autosize` none) and never by measured text, so that a figure does
not depend on the fonts of the machine that draws it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

VEGA_LITE: Final = "https://vega.github.io/schema/vega-lite/v6.json"
VEGA: Final = "https://vega.github.io/schema/vega/v6.json"
FONT: Final = "sans-serif"
INK: Final = "var(--ink)"
QUIET: Final = "var(--quiet)"
GRID: Final = "var(--grid)"
SURFACE: Final = "var(--surface)"

Layer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """One of the two widths a figure is drawn in.

    Attributes:
        name: `wide` or `narrow`; also the CSS class.
        width: [px].
        label_width: room for labels at the left [px]; 0 puts labels above their rows.
        value_width: room for values at the right [px].
        label_characters: longest line of a label.
    """

    name: str
    width: int
    label_width: int
    value_width: int
    label_characters: int

    @property
    def is_narrow(self) -> bool:
        """Whether labels stand above their rows."""
        return self.label_width == 0


WIDE: Final = Size("wide", 860, 240, 120, 36)
NARROW: Final = Size("narrow", 340, 0, 112, 46)
SIZES: Final = (WIDE, NARROW)
HALF: Final = Size("panel wide", 424, 0, 136, 44)
PANEL: Final = Size("panel narrow", 340, 0, 136, 46)
PANEL_SIZES: Final = (HALF, PANEL)


@dataclass(frozen=True, slots=True)
class Room:
    """Padding around the plot [px]."""

    left: float
    right: float
    top: float
    bottom: float


def frame(size: Size, height: float, room: Room, layers: Sequence[Layer]) -> dict[str, Any]:
    """A Vega-Lite specification of layers in a plot of fixed room.

    Args:
        size: the width of the whole figure.
        height: height of the plot [px].
        room: padding around the plot.
        layers: Vega-Lite layers.
    """
    padding = {"left": room.left, "right": room.right, "top": room.top, "bottom": room.bottom}
    return {
        "$schema": VEGA_LITE,
        "autosize": "none",
        "background": None,
        "width": size.width - room.left - room.right,
        "height": height,
        "padding": padding,
        "layer": list(layers),
        "config": _config(),
    }


def _config() -> dict[str, Any]:
    text = {"font": FONT, "fontSize": 12, "fill": INK, "stroke": SURFACE, "strokeWidth": 3}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "text": text,
        "axis": {
            "labelColor": QUIET,
            "titleColor": QUIET,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
            "labelLimit": 0,
            "titleLimit": 0,
            "titleX": 0,
            "titleAnchor": "start",
            "titleAlign": "left",
        },
    }


def pixels(field: str, height: float) -> dict[str, Any]:
    """A vertical position given in pixels from the top."""
    scale = {"domain": [0, height], "range": [0, height], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def text_layer(
    rows: Sequence[Mapping[str, object]],
    height: float,
    x: Mapping[str, Any],
    **mark: object,
) -> Layer:
    """Text `label` at pixel height `y` of each row; line breaks are kept."""
    return {
        "data": {"values": list(rows)},
        "mark": {
            "type": "text",
            "baseline": "middle",
            "align": "left",
            "lineBreak": "\n",
            "lineHeight": 14,
            "aria": False,
            **mark,
        },
        "encoding": {"x": dict(x), "y": pixels("y", height), "text": {"field": "label"}},
    }
