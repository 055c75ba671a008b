"""Every list and every line of code on the page on bills of materials works as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from allanite import Release
from allanite.catalogue.tables.screening import STAGES
from allanite.studies.screening.columns import load_lexicon
from allanite.studies.screening.read_bom import ALIASES, read_bom
from allanite.studies.screening.samples import SAMPLES

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/prepare-a-bill-of-materials.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(csv|json)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("form", "block"), BLOCKS)
def test_lists_are_read(tmp_path: Path, release: Release, form: str, block: str) -> None:
    path = tmp_path / f"page.{form}"
    path.write_text(block, encoding="utf-8")
    assert len(read_bom(path, load_lexicon(release))) >= 1


def test_the_code_prints_what_the_magnets_hold(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(code, str(PAGE), "exec"), {})
    assert re.fullmatch(r"4 to 15\d g of dysprosium\n", capsys.readouterr().out)


def test_the_figures_of_the_page(release: Release) -> None:
    materials = load_lexicon(release).materials
    assert materials.find("N42UH").contents["Dy"] == (0.002, 0.075)
    assert "0.2 to 7.5 % dysprosium" in TEXT
    assert materials.find("NdFeB magnet").contents["Dy"] == (0, 0.11)
    assert "from 0 to 11 % dysprosium" in TEXT


def test_the_page_names_all_examples_and_stages() -> None:
    assert len(BLOCKS) == 4
    for word in (*SAMPLES, *STAGES):
        assert f"`{word}`" in TEXT


def test_other_headers_lead_to_columns() -> None:
    from allanite.catalogue.tables.screening import BILL_OF_MATERIALS

    assert set(ALIASES.values()) <= set(BILL_OF_MATERIALS.column_names)
    assert not set(ALIASES) & set(BILL_OF_MATERIALS.column_names)
