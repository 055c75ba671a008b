"""The fan of the page on prices is what the process gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from allanite import Release
from allanite.catalogue.check import check_tables
from allanite.catalogue.tables import TABLES
from allanite.conditions.prices.report import price_tables

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "prices.md"
ROW = re.compile(r"^\| (\w+ oxide) \| ([\w ]+) \| (\d{4}) \| (.+) \|$", re.MULTILINE)


@pytest.mark.slow
def test_figures_of_the_page_and_the_claims_of_its_text(release: Release) -> None:
    """Other linear algebra gives other chains: figures may differ by what chains differ by."""
    tables = price_tables(release)
    assert not check_tables(tables, TABLES)
    fan = {(r["product"], r["tier"], r["year"]): r for r in tables["price_fan"].to_pylist()}
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) == 9
    for product, tier, year, cells in rows:
        found = fan[product, tier, int(year)]
        for name, cell in zip(("p5", "p25", "p50", "p75", "p95"), cells.split("|"), strict=True):
            assert float(cell) == pytest.approx(found[name], rel=0.3), (product, tier, year, name)
    check_claims({name: table.to_pylist() for name, table in tables.items()})


def check_claims(rows: dict[str, list[dict]]) -> None:
    """Agreement of chains, coverage of later quotes, the squeeze in range, outside above."""
    agreement = sorted(r["r_hat"] for r in rows["price_parameters"])
    assert agreement[len(agreement) // 2] < 1.08
    assert agreement[-1] < 1.6
    coverage = {r["oxide"]: r for r in rows["price_coverage"]}
    assert coverage["all"]["quotes"] == 58
    assert 0.85 <= coverage["all"]["within_90"] <= 0.99
    assert 0.35 <= coverage["all"]["within_50"] <= 0.65
    history = rows["price_history_check"]
    assert {r["oxide"] for r in history} == {"La", "Ce", "Nd", "Eu", "Tb", "Dy"}
    assert all(0.005 <= r["quantile"] <= 0.995 for r in history)
    rises = {r["oxide"]: r["again"] for r in history if r["figure"] == "rise"}
    assert 0.01 < rises["Nd"] < 0.2
    for r in rows["price_fan"]:
        assert r["p5"] <= r["p50"] <= r["p95"]
        assert 0.1 < r["p50"] < 10_000
