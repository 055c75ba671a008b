"""The dossier in a real browser: drawn, quiet, readable in both widths and both schemes."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from test_brief import PHONE, WIDE, opened

from allanite import Release

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory, release: Release) -> Path:
    from synthetic_dossier import dossier_page

    path = tmp_path_factory.mktemp("dossier") / "dossier.html"
    path.write_text(dossier_page(release), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_from_disk_in_silence(browser: Browser, dossier: Path, scheme: str) -> None:
    with opened(browser, dossier, scheme=scheme) as (page, said, asked):
        assert page.title().startswith("Screening dossier")
        assert said == []
        assert asked == [dossier.as_uri()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_no_serious_barrier(
    browser: Browser, dossier: Path, size: tuple[int, int], scheme: str
) -> None:
    with opened(browser, dossier, size, scheme) as (page, _, _):
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page).response["violations"]
    grave = [
        (violation["id"], [node["html"][:120] for node in violation["nodes"][:3]])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == []


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_the_page_does_not_scroll_sideways(browser: Browser, dossier: Path, width: int) -> None:
    with opened(browser, dossier, (width, 800)) as (page, _, _):
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_figures_are_drawn(browser: Browser, dossier: Path, size: tuple[int, int]) -> None:
    script = """figures => figures.map(f => Math.max(0, ...[...f.querySelectorAll('svg[role=img]')]
        .map(svg => svg.getBoundingClientRect().width)))"""
    with opened(browser, dossier, size) as (page, _, _):
        widths = page.eval_on_selector_all("figure", script)
    assert len(widths) == 2
    assert min(widths) > 250


def test_verdicts_come_first_and_hostile_names_stay_text(browser: Browser, dossier: Path) -> None:
    with opened(browser, dossier) as (page, said, _):
        assert page.locator("h1").inner_text().startswith("Drive <script>")
        assert page.locator("script").count() == 0
        first = page.locator("#rows-verdicts tbody tr").first
        assert "US-DFARS-7052" in first.inner_text()
        assert "✖ prohibited" in first.inner_text()
        assert said == []


def test_chains_open_by_keyboard(browser: Browser, dossier: Path) -> None:
    with opened(browser, dossier) as (page, _, _):
        page.locator("#verdicts details.folded summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator("#verdicts details.folded table").first.is_visible()
