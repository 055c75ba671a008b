"""Commands of contracts on the release that ships: what they print, write and refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import allanite as al
from allanite.studies.result import check_result, read_result

Run = Callable[..., tuple[int, str, str]]
FLOOR = """\
id: MY-FLOOR
name: A floor of our own
status: announced
for: {site: MY_LAMP_LRE}
product: NdPr oxide
start: 2027-01-01
years: 10
indexation: real
payers:
  - {payer: Ours, region: JPN, share: 1}
instruments:
  - kind: price floor
    strike: STRIKE
"""


def test_contracts_are_listed_and_shown(run_command: Run) -> None:
    code, out, err = run_command("contract", "list", "--json")
    rows = json.loads(out)
    assert (code, err) == (0, "")
    assert {"US-MP-PPA", "JP-LYNAS-2026"} <= {row["contract"] for row in rows}
    code, out, _ = run_command("contract", "list", "--status", "in_force", "--json")
    assert code == 0 and {row["state"] for row in json.loads(out)} == {"in force"}
    code, out, _ = run_command("contract", "show", "JP-LYNAS-2026")
    assert code == 0
    assert out.startswith("JARE supply agreement of 2026, NdPr: JARE (JOGMEC and Sojitz) with")
    assert "contract.limit_rate 5,000 (5,000–7,200) t/yr" in out
    code, out, _ = run_command("contract", "show", "PLURI-REF")
    assert code == 0 and "cannot be valued without: border adjustment.floor" in out


def test_a_value_names_payer_tail_and_odds(run_command: Run, tmp_path: Path) -> None:
    folder = tmp_path / "valued"
    code, out, err = run_command(
        "contract", "value", "US-MP-PPA", "--paths", 400, "--out-folder", folder
    )
    assert code == 0 and "wrote valued" in err
    assert "MP Materials price protection, US Department of War: present cost" in out
    assert "US_MOUNTAIN_PASS with US-MP-PPA: lives" in out
    result = read_result(folder)
    assert check_result(result.tables) == []
    effect = {row["state"]: row for row in result.table("contract_effects").to_pylist()}
    assert effect["with"]["survival_share"] >= effect["without"]["survival_share"]
    (row,) = result.table("contract_values").to_pylist()
    assert row["cost_low"] < row["cost_mean"] < row["cost_high"] <= row["cost_tail"]


def test_a_missing_term_is_told_and_can_be_given(run_command: Run) -> None:
    code, out, _ = run_command("contract", "value", "US-SERRA-SIIE-DY", "--paths", 200, "--json")
    assert code == 0
    rows = json.loads(out)
    assert all(row["cost_mean"] is None and "offtake.price" in row["note"] for row in rows)
    code, out, _ = run_command(
        "contract", "value", "US-SERRA-SIIE-DY", "--set", "offtake.price=400", "--paths", 200,
        "--json",
    )  # fmt: skip
    assert code == 0 and all(row["cost_mean"] > 0 for row in json.loads(out))


def test_a_contract_of_ones_own_costs_more_at_a_higher_floor(
    run_command: Run, tmp_path: Path
) -> None:
    cost = []
    for strike in ("60", "90"):
        path = tmp_path / "floor.yaml"
        path.write_text(FLOOR.replace("STRIKE", strike), encoding="utf-8")
        code, out, _ = run_command("contract", "value", path, "--paths", 200, "--json")
        assert code == 0
        cost += [row["cost_mean"] for row in json.loads(out)]
    assert 0 < cost[0] < cost[1]


def test_the_same_seed_gives_the_same_bytes(run_command: Run) -> None:
    words = ("contract", "value", "JP-LYNAS-2026", "--paths", 300, "--show", "budget", "--json")
    first, second = run_command(*words, "--seed", 7), run_command(*words, "--seed", 7)
    assert first == second
    assert first[1] != run_command(*words, "--seed", 8)[1]


def test_a_project_by_itself(run_command: Run, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    code, out, _ = run_command(
        "contract", "project", "AU_ENEABBA", "--paths", 300, "--out-folder", folder
    )
    assert code == 0
    assert out.startswith("AU_ENEABBA sells, by revenue at the prices of 2025: ")
    assert "Neither in default nor closed on" in out and "Break-even NdPr oxide:" in out
    result = read_result(folder)
    assert check_result(result.tables) == []
    alive = [
        row["value"]
        for row in result.table("venture_odds").to_pylist()
        if row["figure"].startswith("alive")
    ]
    assert alive == sorted(alive, reverse=True)
    share = [
        row["revenue_share"]
        for row in result.table("venture_basket").to_pylist()
        if row["side"] == "sold"
    ]
    assert sum(share) == pytest.approx(1.0)


def test_the_least_support_by_kind(run_command: Run) -> None:
    code, out, _ = run_command(
        "contract", "design", "--site", "AU_ENEABBA", "--odds", 0.9, "--no-packages", "--paths",
        300, "--payer", "United States=0.5", "--payer", "Japan=0.5", "--show", "options", "--json",
    )  # fmt: skip
    rows = json.loads(out)
    assert code == 0 and {row["odds_wanted"] for row in rows} == {0.9}
    enough = [row for row in rows if row["is_enough"]]
    assert enough and all(row["odds_reached"] > 0.8 for row in enough)
    assert any(not row["is_enough"] and row["note"] for row in rows)


def test_a_duty_and_where_demand_goes(run_command: Run) -> None:
    code, out, _ = run_command("contract", "border", "US-301-MAG")
    assert code == 0
    assert "After 24 months imports that pay fall from" in out
    assert "third-country transit" in out
    code, out, _ = run_command("contract", "border", "--level", 0, "--show", "trade", "--json")
    rows = json.loads(out)
    assert code == 0
    assert all(row["taxed_rate"] == pytest.approx(row["taxed_before_rate"]) for row in rows)


def test_prices_say_how_far_to_trust_them(run_command: Run) -> None:
    code, out, _ = run_command("contract", "prices", "--paths", 200, "--years", 3)
    assert code == 0
    assert "NdPr oxide: 2027" in out and "Out of sample" in out
    code, out, _ = run_command("contract", "prices", "--paths", 200, "--years", 2, "--json")
    assert {row["year"] for row in json.loads(out)} == {2027, 2028}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "US-MP"), "no contract 'US-MP'"),
        (("value", "nobody"), "no contract 'nobody'"),
        (("value", "US-MP-PPA", "--set", "strike=1"), "has no term"),
        (("value", "US-MP-PPA", "--set", "strike"), "write NAME=NUMBER"),
        (("value", "US-MP-PPA", "--set", "strike=nan"), "write NAME=NUMBER"),
        (("value", "--set", "loan.rate=0.1"), "name one before it"),
        (("value", "US-MP-PPA", "--show", "budgets"), "did you mean 'budget'?"),
        (("value", "gone.yaml"), "gone.yaml"),
        (("design", "--site", "NOWHERE"), "NOWHERE"),
        (("project", "US_STIBNITE"), "no recipe of rare earths"),
        (("project", "NOWHERE"), "NOWHERE"),
        (("design", "--site", "AU_NOLANS", "--odds", 1.5), "odds 1.5"),
        (("design", "--site", "AU_NOLANS", "--payer", "Japan=0.5"), "sum to 1"),
        (("border", "US-301"), "US-301"),
        (("border", "--level", -1), "level is -1"),
        (("prices", "--years", 99), "years is 99"),
    ],
)
def test_what_does_not_fit_is_told(
    run_command: Run, arguments: tuple[object, ...], words: str
) -> None:
    code, out, err = run_command("contract", *arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split()) and "Traceback" not in err


def test_python_has_the_same_functions() -> None:
    for name in ("value_contracts", "design_support", "border", "simulate_prices", "find_floors"):
        assert callable(getattr(al, name))
