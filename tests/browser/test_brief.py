"""The brief in a real browser, from disk: drawn, quiet, readable, usable by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WIDE, PHONE = (1280, 900), (360, 740)


@contextmanager
def opened(
    browser: Browser, path: Path, size: tuple[int, int] = WIDE, scheme: str = "light"
) -> Iterator[tuple[Page, list[str], list[str]]]:
    """The page, what its console said, and every address it asked for."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=False,
    )
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    yield page, said, asked
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_from_disk_in_silence(browser: Browser, brief_page: Path, scheme: str) -> None:
    with opened(browser, brief_page, scheme=scheme) as (page, said, asked):
        assert page.title().startswith("Critical minerals brief")
        assert said == []
        assert asked == [brief_page.as_uri()]


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_every_figure_is_drawn(browser: Browser, brief_page: Path, size: tuple[int, int]) -> None:
    script = """figures => figures.map(figure => {
        const shown = [...figure.querySelectorAll('svg[role=img]')].filter(
            svg => svg.getBoundingClientRect().width > 0);
        return {id: figure.id, shown: shown.length,
            width: Math.min(...shown.map(svg => svg.getBoundingClientRect().width)),
            height: Math.min(...shown.map(svg => svg.getBoundingClientRect().height)),
            marks: shown.reduce((n, svg) => n + svg.querySelectorAll('path title').length, 0)};
    })"""
    with opened(browser, brief_page, size) as (page, _, _):
        figures: list[dict[str, Any]] = page.eval_on_selector_all("figure", script)
    assert len(figures) >= 25
    assert {
        "figure-cover",
        "figure-served-1",
        "figure-choke",
        "figure-measures",
        "figure-pairs",
        "figure-stocks",
        "figure-prices",
        "figure-plan-capital",
        "figure-plan-timing",
        "figure-plan-orders",
        "figure-plan-cover",
        "figure-plan-shortage",
        "figure-plan-loss",
        "figure-plan-permits",
        "figure-plan-front",
        "figure-share-costs",
        "figure-share-sources",
        "figure-share-rules",
        "figure-share-rights",
        "figure-stock-holdings",
        "figure-stock-cover",
        "figure-stock-overlap",
    } <= {figure["id"] for figure in figures}
    for figure in figures:
        assert figure["shown"] >= 1, figure
        assert figure["width"] > 250, figure
        assert figure["height"] > 40, figure
        assert figure["marks"] >= 1, figure


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_no_serious_barrier(
    browser: Browser, brief_page: Path, size: tuple[int, int], scheme: str
) -> None:
    with opened(browser, brief_page, size, scheme) as (page, _, _):
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page).response["violations"]
    grave = [
        (violation["id"], [node["html"][:120] for node in violation["nodes"][:3]])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == []


@pytest.mark.parametrize("width", [1280, 768, 390, 360])
def test_the_page_does_not_scroll_sideways(browser: Browser, brief_page: Path, width: int) -> None:
    with opened(browser, brief_page, (width, 800)) as (page, _, _):
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_text_of_figures_stays_readable_on_a_phone(browser: Browser, brief_page: Path) -> None:
    script = """texts => Math.min(...texts.filter(t => t.getBoundingClientRect().height > 0)
        .map(t => parseFloat(getComputedStyle(t).fontSize)
            * t.ownerSVGElement.getBoundingClientRect().width
            / t.ownerSVGElement.viewBox.baseVal.width))"""
    with opened(browser, brief_page, PHONE) as (page, _, _):
        assert page.eval_on_selector_all("figure svg text", script) >= 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_of_the_response_stand_out_from_the_page(
    browser: Browser, brief_page: Path, scheme: str
) -> None:
    """Contrast of 3 to 1 for marks that carry meaning (WCAG 2.2, success criterion 1.4.11)."""
    script = """names => {
        const luminance = text => {
            const channels = text.match(/\\d+/g).slice(0, 3).map(c => Number(c) / 255)
                .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
        };
        const probe = document.body.appendChild(document.createElement('i'));
        const of = name => {
            probe.style.color = `var(--${name})`;
            return luminance(getComputedStyle(probe).color);
        };
        const ground = of('surface');
        return names.map(of).map(l =>
            (Math.max(l, ground) + 0.05) / (Math.min(l, ground) + 0.05));
    }"""
    names = ["branch-1", "branch-2", "branch-3", "branch-4", "lost", "drawn", "other", "watched"]
    with opened(browser, brief_page, scheme=scheme) as (page, _, _):
        contrasts = page.evaluate(script, names)
    assert all(contrast >= 3 for contrast in contrasts), dict(zip(names, contrasts, strict=True))


def test_panels_stand_side_by_side_where_there_is_room(browser: Browser, brief_page: Path) -> None:
    script = "all => all.filter(e => e.offsetWidth).map(e => e.getBoundingClientRect().top)"
    for size, rows in ((WIDE, 1), (PHONE, 2)):
        with opened(browser, brief_page, size) as (page, _, _):
            tops = page.eval_on_selector_all("#figure-cover .panel", script)
        assert len(tops) == 2
        assert len({round(top) for top in tops}) == rows


def test_headings_go_down_one_step_at_a_time(browser: Browser, brief_page: Path) -> None:
    with opened(browser, brief_page) as (page, _, _):
        levels = page.eval_on_selector_all(
            "h1,h2,h3,h4,h5,h6", "all => all.map(h => Number(h.tagName[1]))"
        )
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_landmarks_and_language(browser: Browser, brief_page: Path) -> None:
    with opened(browser, brief_page) as (page, _, _):
        assert page.locator("html").get_attribute("lang") == "en"
        for landmark in ("header", "nav", "main", "footer"):
            assert page.locator(f"body > {landmark}").count() == 1


def test_the_skip_link_works_by_keyboard(browser: Browser, brief_page: Path) -> None:
    with opened(browser, brief_page) as (page, _, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_details_open_by_keyboard(browser: Browser, brief_page: Path) -> None:
    with opened(browser, brief_page) as (page, _, _):
        page.locator("figure summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator("figure details").first.get_attribute("open") is not None
        assert page.locator("figure details table").first.is_visible()


def test_colours_follow_the_reader(browser: Browser, brief_page: Path) -> None:
    def colours(scheme: str) -> tuple[str, str]:
        with opened(browser, brief_page, scheme=scheme) as (page, _, _):
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            mark = page.evaluate(
                "getComputedStyle(document.querySelector('#figure-dependence path[fill]')).fill"
            )
        return ground, mark

    light, dark = colours("light"), colours("dark")
    assert light[0] == "rgb(255, 255, 255)"
    assert dark[0] != light[0]
    assert dark[1] != light[1]


def test_print_is_light_and_shows_the_wide_drawings(browser: Browser, brief_page: Path) -> None:
    with opened(browser, brief_page, scheme="dark") as (page, _, _):
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
            "rgb(255, 255, 255)",
            "rgba(0, 0, 0, 0)",
        )
        assert not page.locator("nav").is_visible()
        assert page.locator("#figure-dependence .wide").is_visible()
        assert not page.locator("#figure-dependence .narrow").is_visible()
        assert page.pdf(format="A4")[:4] == b"%PDF"


def test_hostile_names_stay_text(browser: Browser, brief_page: Path) -> None:
    with opened(browser, brief_page) as (page, said, _):
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.locator("script").count() == 0
        cell = page.locator("#rows-sites th", has_text="alert('x')")
        assert cell.count() == 1
        assert "{{ 7*7 }}" in cell.inner_text()
        assert said == []
