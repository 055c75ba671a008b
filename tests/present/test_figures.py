"""Rows to specifications to SVG: every row becomes a mark that says its value."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from allanite.present.bars import ranged_bars
from allanite.present.chart import INK, NARROW, SIZES, WIDE, Size
from allanite.present.drawings import (
    Chain,
    LossPoint,
    SitePoint,
    loss_map,
    outline_centre,
    outline_feature,
    sankey,
    site_map,
)
from allanite.present.figures import (
    IntervalRow,
    Residual,
    SharePart,
    ShareRow,
    ValueAxis,
    interval_rows,
    residual_strip,
    stacked_shares,
)
from allanite.present.render import named, render
from allanite.present.sankey import Flow
from allanite.present.strips import (
    PriceLine,
    StripCell,
    StripRow,
    price_lines,
    share_strips,
)
from allanite.present.timeline import StateSpan, timeline

SVG = "{http://www.w3.org/2000/svg}"
AXIS = ValueAxis("Share", 0, 1)


def titles(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}title")]


def texts(svg: str) -> str:
    return " ".join("".join(e.itertext()) for e in ET.fromstring(svg).iter(f"{SVG}text"))


def row(label: str, value: float, low: float | None, high: float | None) -> IntervalRow:
    return IntervalRow(
        label, "Japan", value, low, high, "var(--partner-2)", "square", f"{value:.2f}"
    )


@pytest.mark.parametrize("size", SIZES)
def test_each_row_is_a_point_with_its_value(size: Size) -> None:
    rows = [row("Dy · Mine", 0.9, 0.8, 0.95), row("Nd · Mine", 0.5, None, None)]
    drawing = render(interval_rows(rows, AXIS, size))
    told = titles(drawing.svg)
    assert "Dy · Mine, Japan: 0.90" in told
    assert "Nd · Mine, Japan: 0.50" in told
    assert drawing.width == size.width
    assert "Dy · Mine" in texts(drawing.svg)


def test_points_stand_where_the_axis_puts_them() -> None:
    """Room is 860 - 240 - 120 = 500 px, so that 0.5 stands at 250 px and 0.9 at 450 px."""
    rows = [row("a", 0.5, None, None), row("b", 0.9, None, None)]
    root = ET.fromstring(render(interval_rows(rows, AXIS, WIDE)).svg)
    marks = [p for p in root.iter(f"{SVG}path") if p.find(f"{SVG}title") is not None]
    assert [m.get("transform", "").split(",")[0] for m in marks] == [
        "translate(250",
        "translate(450",
    ]


def test_a_missing_range_draws_no_line() -> None:
    def lines(low: float | None, high: float | None) -> int:
        svg = render(interval_rows([row("a", 0.5, low, high)], AXIS, WIDE)).svg
        return svg.count('stroke-width="3" stroke-linecap') + svg.count('stroke-linecap="round"')

    assert lines(None, None) == 0
    assert lines(0.4, 0.6) > 0


def test_shares_are_stacked_in_order_and_small_ones_carry_no_text() -> None:
    parts = (
        SharePart("China", 0.7, "var(--watched)"),
        SharePart("Japan", 0.25, "var(--partner-2)"),
        SharePart("Others", 0.05, "var(--other)"),
    )
    svg = render(stacked_shares([ShareRow("Japan · Magnet", parts)], "Share", WIDE)).svg
    assert titles(svg) == [f"Japan · Magnet: {p.name} {100 * p.share:.0f} %" for p in parts]
    assert "70 %" in texts(svg)
    assert " 5 %" not in texts(svg)


def test_residuals_beyond_the_limit_are_named() -> None:
    residuals = [Residual("fits", 1.0, False), Residual("contradicts", -4.5, True)]
    svg = render(residual_strip(residuals, 3.0, NARROW)).svg
    assert "contradicts" in texts(svg)
    assert "1 observations within 3 σ" in texts(svg)
    assert "fits" not in texts(svg)


def test_residuals_within_the_limit_are_counted() -> None:
    residuals = [Residual("a", 0.1, False), Residual("b", 0.2, False), Residual("c", -1.2, False)]
    told = titles(render(residual_strip(residuals, 3.0, WIDE)).svg)
    assert "2 from 0 to 0.5 σ" in told
    assert "1 from -1.5 to -1 σ" in told


def test_a_timeline_tells_state_and_days() -> None:
    spans = [
        StateSpan("No. 1", "suspended", date(2025, 11, 10), date(2026, 11, 10)),
        StateSpan("No. 1", "unknown", date(2026, 11, 11), None),
    ]
    days = [("as of", date(2026, 11, 22))]
    told = titles(render(timeline(spans, days, WIDE)).svg)
    assert "No. 1: suspended from 2025-11-10 to 2026-11-10" in told
    assert "No. 1: unknown from 2026-11-11" in told


def test_colours_stay_variables_of_the_page() -> None:
    chain = Chain((Flow((0, "CHN"), (1, "JPN"), 5.0),), ("Mine", "Separation"), ("CHN",), "t")
    svg = render(sankey(chain, str, lambda _: "var(--watched)", WIDE)).svg
    assert 'fill="var(--watched)"' in svg
    assert "#" not in svg


def test_an_open_site_is_drawn_hollow() -> None:
    points = [
        SitePoint("runs", 100, 30, "var(--watched)", True, "runs"),
        SitePoint("planned", 10, 30, "var(--watched)", False, "planned"),
    ]
    box = '{"type": "Polygon", "coordinates": [[[0,0],[0,9],[9,9],[9,0],[0,0]]]}'
    svg = render(site_map([outline_feature(box)], points)).svg
    assert 'fill="var(--surface)"' in svg
    assert titles(svg) == ["runs", "planned"]


def test_text_of_data_is_escaped_in_the_drawing() -> None:
    hostile = "<script>alert(1)</script>&\"'"
    drawing = render(interval_rows([row(hostile, 0.5, None, None)], AXIS, WIDE))
    svg = named(drawing, "figure", hostile, hostile)
    assert "<script" not in svg
    assert titles(svg)[0] == hostile


def test_a_drawing_is_an_image_with_name_and_description() -> None:
    root = ET.fromstring(
        named(render(interval_rows([row("a", 0.5, None, None)], AXIS, WIDE)), "f", "T", "D")
    )
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "f-title"
    assert [root[0].text, root[1].text] == ["T", "D"]


def test_equal_specifications_give_equal_bytes() -> None:
    specs = [interval_rows([row("a", 0.5, 0.4, 0.6)], AXIS, WIDE) for _ in range(2)]
    assert render(specs[0]) is render(specs[1])


@pytest.mark.parametrize("size", SIZES)
def test_bars_without_a_value_run_to_the_end_of_the_axis(size: Size) -> None:
    """A bar of 0.5 is half as long as an open one."""
    rows = [row("a", 0.5, 0.2, None), IntervalRow("b", "b", None, None, None, INK, "square", "no")]
    root = ET.fromstring(render(ranged_bars(rows, AXIS, size)).svg)
    bars = [p for p in root.iter(f"{SVG}path") if p.find(f"{SVG}title") is not None]
    widths = [float(re.findall(r"h(-?[\d.]+)", bar.get("d", ""))[0]) for bar in bars]
    assert widths[0] == pytest.approx(widths[1] / 2, abs=1)
    assert bars[1].get("stroke-dasharray") == "3,3"
    assert bars[1].get("fill-opacity") == "0.16"


@pytest.mark.parametrize("size", SIZES)
def test_periods_of_one_share_are_one_mark(size: Size) -> None:
    days = [date(2026, month, 1) for month in (1, 2, 3, 4)]
    cells = tuple(
        StripCell(start, end, missing, f"{1 - missing:.0%}")
        for start, end, missing in zip(days, days[1:], (0.0, 0.5, 0.5), strict=False)
    )
    drawing = render(share_strips([StripRow("use", "case", cells, "50 %")], "var(--lost)", size))
    assert titles(drawing.svg) == [
        "use, case, 2026-01-01 to 2026-02-01: 100%",
        "use, case, 2026-02-01 to 2026-04-01: 50%",
    ]


def test_lines_that_end_together_share_a_label_and_far_values_a_log_scale() -> None:
    def line(code: str, value: float) -> PriceLine:
        points = ((date(2026, 1, 1), 10.0), (date(2026, 2, 1), value))
        return PriceLine(code, code, INK, (1, 0), points)

    near = texts(render(price_lines([line("A", 10), line("B", 10.1)], "USD/kg", WIDE)).svg)
    far = texts(render(price_lines([line("A", 10), line("B", 90_000)], "USD/kg", WIDE)).svg)
    assert "A, B" in near and "ten times" not in near
    assert "A, B" not in far and "each step ten times the last" in far and "10k" in far


def test_circles_grow_with_the_loss_and_stand_at_the_middle_of_a_country() -> None:
    box = "[[[170,0],[-170,0],[-170,10],[170,10],[170,0]]]"
    centre = outline_centre(f'{{"type": "Polygon", "coordinates": {box}}}')
    assert (centre[0] % 360, centre[1]) == (pytest.approx(180), pytest.approx(5))
    points = [LossPoint(0, 0, size, INK, f"loss {size}") for size in (0.25, 1.0)]
    drawing = render(loss_map([], points))
    assert titles(drawing.svg) == ["loss 1.0", "loss 0.25"]
    radii = [float(x) for x in re.findall(r'd="M([\d.]+),', drawing.svg)]
    assert radii[0] == pytest.approx(2 * radii[1], rel=0.05)
