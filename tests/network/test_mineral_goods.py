"""Trade rows of the mineral chains: forms by unit value, and weights that are missing."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from allanite.network.mineral_goods import traded_goods

FORMS = [
    {"nomenclature": "HS92", "code": "810510", "form": "crude", "chain": "cobalt", "stage": "mine"}
    | {"unit_value_low": None, "unit_value_high": 12_000.0, "content_share": 0.3},
    {"nomenclature": "HS92", "code": "810510", "form": "metal", "chain": "cobalt"}
    | {"stage": "refining", "unit_value_low": 12_000.0, "unit_value_high": None}
    | {"content_share": 0.98},
]


def trade_table(rows: list[tuple[str, int, float, float | None]]) -> pa.Table:
    """Rows of (code, year, thousand USD, t)."""
    return pa.table(
        {
            "nomenclature": ["HS92"] * len(rows),
            "code": [row[0] for row in rows],
            "year": [row[1] for row in rows],
            "exporter": [f"E{i}" for i in range(len(rows))],
            "importer": ["CHN"] * len(rows),
            "trade_value": [row[2] for row in rows],
            "trade_amount": pa.array([row[3] for row in rows], pa.float64()),
            "source_id": ["trade-source"] * len(rows),
        }
    )


def goods_by_exporter(rows: list[tuple[str, int, float, float | None]]) -> dict[str, Any]:
    found = traded_goods(trade_table(rows), FORMS, 2024)
    return {row["exporter"]: row for row in found}


def test_unit_value_tells_crude_goods_from_metal() -> None:
    # 5,000 thousand USD for 1,000 t are 5,000 USD/t; 3,000 for 100 t are 30,000 USD/t.
    found = goods_by_exporter([("810510", 2024, 5000.0, 1000.0), ("810510", 2024, 3000.0, 100.0)])
    assert [found[name]["form"] for name in ("E0", "E1")] == ["crude", "metal"]
    assert found["E1"]["unit_value"] == pytest.approx(30_000)


def test_the_boundary_belongs_to_the_upper_form() -> None:
    found = goods_by_exporter([("810510", 2024, 12_000.0, 1000.0)])
    assert found["E0"]["form"] == "metal"


@pytest.mark.parametrize("missing", [None, 0.0])
def test_a_missing_weight_is_estimated_and_marked(missing: float | None) -> None:
    rows = [("810510", 2024, 3000.0, 100.0), ("810510", 2024, 600.0, missing)]
    found = goods_by_exporter(rows)
    # The median unit value is 30,000 USD/t, so 600 thousand USD weigh 20 t.
    assert found["E1"]["guessed"] is True
    assert found["E1"]["weight"] == pytest.approx(20.0)
    assert found["E0"]["guessed"] is False


def test_other_years_and_codes_are_left_out() -> None:
    rows = [("810510", 2023, 3000.0, 100.0), ("811292", 2024, 3000.0, 100.0)]
    assert goods_by_exporter([*rows, ("810510", 2024, 3000.0, 100.0)]).keys() == {"E2"}


def test_a_code_without_any_weight_gives_nothing() -> None:
    assert goods_by_exporter([("810510", 2024, 3000.0, None)]) == {}
