"""Border measures on the network as it ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from allanite import Release
from allanite.conditions.border import load_measures
from allanite.conditions.case import load_case
from allanite.studies.border.channels import EMBODIED, OWN, TRANSIT
from allanite.studies.border.payers import MAKERS, TREASURY, USERS
from allanite.studies.border.request import BorderRequest
from allanite.studies.result import Result, read_result, write_result
from allanite.workbench import ReconciledNetwork, border, load_network

pytestmark = pytest.mark.slow
CASE = load_case("us-japan")
SHORT = {"levels": (0.0, 0.25, 0.6), "months": (0, 24)}


@pytest.fixture(scope="module")
def network(release: Release) -> ReconciledNetwork:
    return load_network(release, draws=0)


@pytest.fixture(scope="module")
def magnets(network: ReconciledNetwork) -> Result:
    return border(network, CASE, BorderRequest(**SHORT))  # type: ignore[arg-type]


def rows(result: Result, name: str, **kept: object) -> list[dict[str, Any]]:
    found = result.table(name).to_pylist()
    return [row for row in found if all(row[key] == value for key, value in kept.items())]


def test_a_duty_on_chinese_magnets_mostly_raises_cost(magnets: Result) -> None:
    """Own makers gave next to nothing in 2024: two years on they give under 5 % of what left,
    users pay tens of millions, and the treasury gets most of it."""
    rate = {r["channel"]: r["rate"] for r in rows(magnets, "border_channels", after=24)}
    share = {r["channel"]: r["share"] for r in rows(magnets, "border_channels", after=24)}
    assert share[OWN] < 0.05
    assert rate[TRANSIT] > 10 * rate[OWN]
    assert rate[EMBODIED] > rate[OWN]
    gain = {r["party"]: r["gain"] for r in rows(magnets, "border_parties", after=0)}
    assert gain[USERS] < -50
    assert gain[TREASURY] > 0.7 * -gain[USERS]
    assert 0 < gain[MAKERS] < 0.1 * -gain[USERS]


def test_a_quarter_of_a_year_later_less_has_moved(magnets: Result) -> None:
    """In the first year little can be qualified: at most a fifth of 8,000 t leaves."""
    for after, most in ((0, 0.2), (24, 0.8)):
        trade = rows(magnets, "border_trade", after=after)
        before = sum(r["taxed_before_rate"] for r in trade)
        assert before == pytest.approx(8000, rel=0.1)
        assert sum(r["taxed_rate"] for r in trade) > (1 - most) * before


def test_shares_sum_to_one_and_ranges_hold_their_value(magnets: Result) -> None:
    for after in SHORT["months"]:
        found = rows(magnets, "border_channels", after=after)
        assert sum(r["share"] for r in found) == pytest.approx(1.0)
        assert all(r["low_rate"] <= r["rate"] <= r["high_rate"] for r in found)


def test_the_sweep_moves_less_and_less(magnets: Result) -> None:
    taxed = [r["taxed_rate"] for r in rows(magnets, "border_sweep")]
    assert taxed == sorted(taxed, reverse=True)
    assert rows(magnets, "border_sweep", level=0.0)[0]["left_rate"] == pytest.approx(0, abs=1e-3)


def test_heavy_rare_earths_stay_chinese_inside(magnets: Result) -> None:
    """What replaces Chinese magnets holds dysprosium separated in China all the same."""
    (row,) = rows(magnets, "border_content", after=24, element="Dy", stage="separation")
    assert row["replacement_share"] > 0.95
    (maker,) = rows(magnets, "border_content", after=24, element="Dy", stage="magnet")
    assert maker["share"] < maker["before_share"]


def test_a_duty_on_an_input_taxes_the_next_stage(magnets: Result) -> None:
    def rate(scheme: str) -> float:
        (row,) = rows(magnets, "border_protection", scheme=scheme, subject="sint_sh_gbd")
        return float(row["effective"])

    assert rate("alloy only") < 0 < rate("each stage") < rate("magnet only")
    motors = rows(magnets, "border_protection", subject="EV and hybrid traction motors")
    assert all(r["effective"] <= 0 for r in motors)


def test_a_payment_costs_less_than_a_duty_of_the_same_effect(magnets: Result) -> None:
    forms = {r["form"]: r for r in rows(magnets, "border_comparison")}
    duty, paid = forms["duty on all origins"], forms["payment for each tonne at home"]
    assert not forms["duty on the listed origins"]["reached"]
    assert duty["reached"] and paid["reached"]
    assert duty["users_per_tonne"] > 3 * paid["treasury_per_tonne"] > 0


def test_same_request_same_tables(network: ReconciledNetwork, magnets: Result) -> None:
    again = border(network, CASE, BorderRequest(**SHORT))  # type: ignore[arg-type]
    assert all(again.tables[name].equals(table) for name, table in magnets.tables.items())


def test_every_measure_of_the_release_gives_a_result(
    network: ReconciledNetwork, tmp_path: Path
) -> None:
    for measure_id in load_measures(network.release):
        asked = BorderRequest(measure_id=measure_id, levels=(0.25,), months=(24,))
        found = border(network, CASE, asked)
        write_result(found, tmp_path / measure_id)
        assert read_result(tmp_path / measure_id).table("border_parties").num_rows > 0


def test_a_reference_at_each_stage_leaves_no_maker_worse_off(network: ReconciledNetwork) -> None:
    asked = BorderRequest(measure_id="US-S232-MIP", levels=(0.25,), months=(24,))
    found = rows(border(network, CASE, asked), "border_protection", scheme="as stated")
    assert all(
        r["effective"] is None or r["effective"] > -0.01
        for r in found
        if r["stage"] in ("metal", "alloy", "magnet")
    )
