"""The page on ventures: its code runs, and its figures are those of the release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from allanite.catalogue.store import Release
from allanite.studies.contracts.cash import flat_prices
from allanite.studies.contracts.price_map import OXIDES, quoted_prices
from allanite.studies.contracts.study import break_evens, venture_case

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "ventures.md"
TEXT = re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))
MARKET = "USGS (Argus), FOB China, annual average"


def test_its_code_runs(capsys: pytest.CaptureFixture[str]) -> None:
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    exec(compile(block.group(1), str(PAGE), "exec"), {})
    assert "USD/kg" in capsys.readouterr().out


def test_its_break_evens_are_found(release: Release) -> None:
    price = quoted_prices(release, MARKET, "2025")
    named = {
        "White Mesa phase 2": "US_WHITE_MESA_P2",
        "Caldeira": "BR_CALDEIRA",
        "Colossus": "BR_COLOSSUS",
        "Eneabba": "AU_ENEABBA",
        "Nolans": "AU_NOLANS",
    }
    for name, project in named.items():
        printed = re.search(rf"(\d+) (?:USD/kg )?for {name}", TEXT)
        found = break_evens(venture_case(release, project, 15), price)["break-even NdPr oxide"][0]
        assert printed is not None and found is not None
        assert float(printed.group(1)) == pytest.approx(found, abs=0.5), name


def test_its_ebitda_is_found(release: Release) -> None:
    case = venture_case(release, "US_MOUNTAIN_PASS", 15)
    for ndpr, printed in ((55.0, 62), (110.0, 346)):
        price = quoted_prices(release, MARKET, "2025")
        price[[OXIDES.index("Nd"), OXIDES.index("Pr")]] = ndpr
        margin = case.cash(flat_prices(price, 15)).margin[0, -1]
        assert margin == pytest.approx(printed, abs=1)
        assert f"{printed}" in TEXT
