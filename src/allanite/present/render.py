"""Vega and Vega-Lite specifications to static SVG that stands inside a page.

Decides: no script in the page, colours as CSS variables (`var(--…)` passes through), marks
that say their value in a `<title>`, coordinates rounded, no outside data. Equal
specifications are rendered once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from xml.etree import ElementTree as ET

Spec = Mapping[str, Any]

_SVG: Final = "http://www.w3.org/2000/svg"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_ROUNDED: Final = ("d", "transform", "x2", "y2", "width", "height")
_DROPPED: Final = frozenset(
    {"role", "aria-roledescription", "aria-hidden", "aria-label", "pointer-events", "clip-path"}
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One rendered drawing.

    Attributes:
        svg: the SVG element without a name of its own; `named` gives it one.
        width, height: size [px].
        marks: number of drawn marks; 0 means that nothing is shown.
    """

    svg: str
    width: float
    height: float
    marks: int


def render(spec: Spec) -> Drawing:
    """The drawing of a specification; `$schema` says whether it is Vega or Vega-Lite."""
    return _render(json.dumps(spec, sort_keys=True))


@lru_cache(maxsize=256)
def _render(text: str) -> Drawing:
    import vl_convert

    spec = json.loads(text)
    if "vega-lite" in spec["$schema"]:
        svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    else:
        svg = vl_convert.vega_to_svg(spec, allowed_base_urls=[])
    return _tidy(svg)


def _tidy(svg: str) -> Drawing:
    """Machine roles out, values of marks in as `<title>`, coordinates to 0.1 px."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(svg)  # noqa: S314 - text made by the renderer above
    marks = 0
    for element in root.iter():
        label = element.get("aria-label")
        is_mark = element.get("role") == "graphics-symbol" and len(element) == 0
        for name in _DROPPED & set(element.keys()):
            del element.attrib[name]
        if is_mark:
            marks += 1
        if is_mark and label:
            title = ET.SubElement(element, f"{{{_SVG}}}title")
            title.text = label
        for name in _ROUNDED:
            if name in element.attrib:
                element.set(name, _NUMBER.sub(_round, element.attrib[name]))
    _drop_empty(root)
    root.attrib.pop("class", None)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    return Drawing(ET.tostring(root, encoding="unicode"), width, height, marks)


def _round(match: re.Match[str]) -> str:
    text = f"{float(match[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _drop_empty(root: ET.Element) -> None:
    """Remove what draws nothing: frames without fill or stroke, and clips with counted ids."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}defs" or _is_bare_frame(child):
                parent.remove(child)


def _is_bare_frame(element: ET.Element) -> bool:
    is_frame = element.get("class") in ("background", "foreground")
    return is_frame and element.get("fill") is None and element.get("stroke") is None


def named(drawing: Drawing, identifier: str, title: str, description: str) -> str:
    """The SVG as an image with a name and a description for screen readers."""
    root = ET.fromstring(drawing.svg)  # noqa: S314 - text made by the renderer above
    heading = ET.Element(f"{{{_SVG}}}title", {"id": f"{identifier}-title"})
    heading.text = title
    text = ET.Element(f"{{{_SVG}}}desc", {"id": f"{identifier}-desc"})
    text.text = description
    root.insert(0, text)
    root.insert(0, heading)
    root.set("role", "img")
    root.set("id", identifier)
    root.set("aria-labelledby", f"{identifier}-title")
    root.set("aria-describedby", f"{identifier}-desc")
    return ET.tostring(root, encoding="unicode")
