"""Which element a floor should name: values by hand, the ranking, floors in force."""

from __future__ import annotations

from typing import Any

import pytest

from allanite import Release
from allanite.studies.floors import floor_elements, floor_lines

Row = dict[str, Any]
PARTNERS = ("USA", "JPN")


def worth(place: str, material: str, price: float, without: float, **more: float) -> Row:
    return {
        "place": place,
        "material": material,
        "price": price,
        "value": more.get("value", price),
        "value_without": without,
        "curbed_value": without,
        "use_rate": more.get("use", 100.0),
    }


def scarce(branch: str, place: str, period: str, added: float) -> Row:
    return {
        "branch": branch,
        "place": place,
        "material": "ox_tb",
        "period": period,
        "price_added": added,
    }


PLANNED = [
    worth("USA", "ox_ndpr", 55_000.0, 50_000.0, use=8000.0),
    worth("JPN", "ox_tb", 800_000.0, 2_400_000.0, use=50.0),
    worth("USA", "ox_tb", 800_000.0, 2_000_000.0, use=50.0),
    worth("USA", "ox_y", 6000.0, 106_000.0, use=2000.0),
    worth("CHN", "ox_dy", 250_000.0, 9e6),
]
# Two courses of the law; what adds up at one partner is spread over all periods that occur.
RESPONDED = [
    scarce("a", "USA", "2027-01", 1e6),
    scarce("b", "USA", "2027-02", 3e6),
    scarce("a", "JPN", "2027-02", 2e6),
    scarce("a", "CHN", "2027-02", 9e9),
    scarce("none", "JPN", "2027-01", 5e6),
]


@pytest.fixture(scope="module")
def rows(release: Release) -> dict[str, Row]:
    table = floor_elements(
        release, PARTNERS, RESPONDED, PLANNED, "none", {("AU_BROWNS_RANGE", "ox_tb"): 1350.0}
    )
    return {row["element"]: row for row in table.to_pylist()}


def test_elements_rank_by_what_scarcity_costs(rows: dict[str, Row]) -> None:
    """Y: 100 USD/kg on 2,000 t, 200 million USD; Tb: 1,600 USD/kg on 50 t, 80; NdPr: nothing."""
    assert [rows[name]["scarcity_cost"] for name in ("Y", "Tb", "NdPr")] == pytest.approx(
        [200.0, 80.0, 0.0]
    )
    assert [rows[name]["rank"] for name in ("Y", "Tb", "NdPr")] == [1, 2, 3]
    assert rows["Tb"]["plan_value_without"] == pytest.approx(2400.0), "the partner that pays most"
    assert rows["Y"]["ratio"] == pytest.approx(106 / 6)
    assert "Dy" not in rows, "no partner trades it here"


def test_values_of_a_response_are_means_at_the_dearest_partner(rows: dict[str, Row]) -> None:
    # Pairs of branch and period that occur: (a, 1), (b, 2), (a, 2): three.
    assert rows["Tb"]["response_value"] == pytest.approx(800 + 4000 / 3)
    assert rows["Tb"]["stress_value"] == pytest.approx(800 + 5000)
    assert rows["Y"]["response_value"] == rows["Y"]["normal_price"], "not scarce, not told"


def test_floors_in_force_name_neodymium(rows: dict[str, Row]) -> None:
    assert rows["NdPr"]["floor_count"] >= 2
    assert rows["NdPr"]["floor_share"] == 1.0
    assert rows["Tb"]["floor_count"] == 0
    assert rows["NdPr"]["market_price"] == pytest.approx(100.8)
    assert rows["NdPr"]["market_date"].year == 2026


def test_a_maker_and_the_price_it_needs(rows: dict[str, Row]) -> None:
    assert rows["Tb"]["project_id"] == "AU_BROWNS_RANGE"
    assert rows["Tb"]["needed_price"] == 1350.0
    assert rows["NdPr"]["needed_price"] is None
    assert rows["Y"]["project_id"] is None, "no contract on offer names it"


def test_words_tell_the_binding_first(rows: dict[str, Row]) -> None:
    lines = list(floor_lines(rows.values()))
    assert lines[0] == "Every floor with a stated price names NdPr."
    assert lines[1].startswith("Y: scarcity costs the partners 200 million USD a year")
    assert lines[-1] == "Scarcity of little or no cost: NdPr."
