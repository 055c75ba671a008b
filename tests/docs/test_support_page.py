"""The costs on the page on support are those of the shipped release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from allanite import Release
from allanite.conditions.prices.load import load_price_model
from allanite.studies.contracts.contract_study import chosen_contracts, value_contracts
from allanite.studies.contracts.request import ValuationRequest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "support.md"
ROW = re.compile(r"^\| ([A-Z0-9-]+) \| (-?[\d,]+) \| \d+ \| .+ to .+ \| ([\d,]+) \|", re.MULTILINE)


@pytest.mark.slow
def test_costs_of_the_page(release: Release) -> None:
    """Other linear algebra gives other chains of prices: figures may differ by what they differ."""
    rows = {
        name: (_number(mean), _number(tail)) for name, mean, tail in ROW.findall(PAGE.read_text())
    }
    assert len(rows) == 10
    request = ValuationRequest(paths=4_000, range_paths=0)
    contracts = chosen_contracts(release, tuple(rows))
    tables = value_contracts(release, contracts, load_price_model(release), request)
    found: dict[str, list[float]] = {}
    for row in tables["contract_values"].to_pylist():
        kept = found.setdefault(row["contract_id"], [0.0, 0.0])
        kept[0] += row["cost_mean"]
        kept[1] += row["cost_tail"]
    for name, (mean, tail) in rows.items():
        assert found[name][0] == pytest.approx(mean, rel=0.25, abs=25), name
        assert found[name][1] == pytest.approx(tail, rel=0.25, abs=25), name


def _number(text: str) -> float:
    return float(text.replace(",", ""))
