"""The dossier says what stops a product, why, and whom to ask; hostile names stay text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from synthetic_dossier import HOSTILE, SALE, dossier_page, synthetic_dossier

from allanite import Release
from allanite.errors import UsageError
from allanite.present.dossier import compose_dossier, dossier_data, write_dossier
from allanite.present.screen_words import SIGNS


@pytest.fixture(scope="module")
def page(release: Release) -> str:
    return dossier_page(release)


def test_the_page_runs_nothing_and_asks_for_nothing(page: str) -> None:
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page
    assert not re.search(r'(?:src|href)="(?!#|https?://)', page)


def test_every_section_and_the_headline_stand_in_it(page: str) -> None:
    for name in ("verdicts", "parts", "changes", "proofs", "origins", "elsewhere", "sale", "rules"):
        assert f'<section id="{name}"' in page
    assert "Caught by US-DFARS-7052" in page
    assert "melted or produced in a covered country" in page
    assert "Not decided" not in page
    assert "SHENGHE" in page


def test_signs_differ_without_colour_and_carry_words(page: str) -> None:
    assert f"{SIGNS['prohibited'].mark} prohibited" in page
    assert f"{SIGNS['unknown'].mark} facts missing" in page
    assert len({sign.text for sign in SIGNS.values()}) == len(SIGNS)


def test_figures_show_the_law_and_likely_origins(page: str) -> None:
    for name in ("figure-law-wide", "figure-law-narrow", "figure-origins-wide"):
        assert f'id="{name}"' in page
    assert "How likely an unknown origin is China" in page


def test_chains_lead_from_the_verdicts(page: str) -> None:
    for link in re.findall(r'href="#(chain-[^"]+)"', page):
        assert f'id="{link}"' in page or f"{link.removeprefix('chain-')}: chain of facts" in page


def test_the_same_result_gives_the_same_bytes(release: Release, page: str) -> None:
    assert compose_dossier(synthetic_dossier(release)) == page


def test_an_unknown_product_and_another_ending_are_refused(
    release: Release, tmp_path: Path
) -> None:
    data = synthetic_dossier(release)
    with pytest.raises(UsageError, match="no product 'x'; there are top"):
        dossier_data(data.bom, SALE, data.result, release, "x")
    with pytest.raises(UsageError, match=r"ends in \.html"):
        write_dossier(data.bom, SALE, data.result, release, tmp_path / "d.htm")
    assert list(tmp_path.iterdir()) == []
