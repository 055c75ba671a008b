"""Contract files: values, ranges and missing terms read, every fault told at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.contract_worlds import steady

from allanite.catalogue.store import Release
from allanite.conditions.instruments.check import Names
from allanite.conditions.instruments.contract import Contract, contract_at
from allanite.conditions.instruments.file import read_contract
from allanite.conditions.instruments.kinds import (
    ContractForDifference,
    Incomplete,
    Loan,
    PriceFloor,
)
from allanite.conditions.instruments.load import known_names
from allanite.conditions.instruments.payments import contract_payments
from allanite.errors import DataError, ModelError, UsageError

NAMES = Names(
    products=frozenset({"NdPr oxide"}),
    beneficiaries={"project": frozenset({"MINE"}), "country": frozenset({"USA"})},
    regions=frozenset({"USA", "JPN"}),
)
GOOD = """
id: X-FLOOR
name: A floor
status: proposed
for: {project: MINE}
product: NdPr oxide
start: 2027-01-01
end: 2036-12-31
limit_rate: 3000
indexation: real
payers:
  - {payer: METI, region: JPN, share: 0.25}
  - {payer: Department of War, region: USA, share: 0.75}
instruments:
  - kind: contract for difference
    strike: {value: 95, low: 85, high: 110, why: below the floors in force}
    upside_strike: 140
    upside_share: 0.3
    upside_start: 2029-07-01
  - kind: loan
    amount: 100
    rate: 0.05
    term_duration: 12
  - kind: loan
    amount: 50
    rate: 0.02
    term_duration: 5
"""


def read(tmp_path: Path, text: str) -> Contract:
    path = tmp_path / "contract.yaml"
    path.write_text(text, encoding="utf-8")
    return read_contract(path, NAMES)


def faults(tmp_path: Path, text: str) -> str:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def test_a_contract_is_read(tmp_path: Path) -> None:
    made = read(tmp_path, GOOD)
    tool, *loans = made.instruments
    assert isinstance(tool, ContractForDifference)
    assert (tool.strike, tool.upside_start) == (95.0, pytest.approx(2029.4959, abs=1e-3))
    assert [loan.amount for loan in loans if isinstance(loan, Loan)] == [100.0, 50.0]
    assert (made.start, made.duration) == (2027.0, pytest.approx(10.0, abs=1e-5))
    assert [payer.share for payer in made.payers] == [0.25, 0.75]
    dear = contract_at(made, {"contract for difference.strike": 110.0, "loan 2.rate": 0.03})
    assert contract_payments(dear, steady(100.0)).total[0, 0] == pytest.approx(30.0)
    low, high = contract_at(made, "low").instruments[0], contract_at(made, "high").instruments[0]
    assert isinstance(low, ContractForDifference) and isinstance(high, ContractForDifference)
    assert (low.strike, high.strike) == (85.0, 110.0)


def test_a_missing_term_stops_a_valuation_until_it_is_given(tmp_path: Path) -> None:
    text = GOOD.replace(
        "{value: 95, low: 85, high: 110, why: below the floors in force}", "missing"
    )
    made = read(tmp_path, text)
    assert isinstance(made.instruments[0], Incomplete)
    assert made.missing == ("contract for difference.strike",)
    with pytest.raises(ModelError, match=r"contract for difference\.strike not published"):
        contract_payments(made, steady(50.0))
    filled = contract_at(made, {"contract for difference.strike": 60.0})
    assert contract_payments(filled, steady(50.0)).total[0, 0] == pytest.approx(30.0)
    with pytest.raises(UsageError, match="no term"):
        contract_at(made, {"floor.strike": 60.0})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("upside_strike: 140", "upside_strike: 90", "90 below the strike 95"),
        ("end: 2036-12-31", "end: 2026-06-30", "an end 2026.5 that is not after the start 2027"),
        ("share: 0.75", "share: 0.5", "shares that sum to 0.75"),
        ("limit_rate: 3000", "limit_rate: -3000", "-3000 from -3000 to -3000; allowed: 0 to"),
        ("project: MINE", "project: PIT", "'PIT'; allowed: a project of the data"),
        ("project: MINE", "village: MINE", "'village'; allowed: project, country"),
        ("NdPr oxide", "Dy oxide", "'Dy oxide'; allowed: NdPr oxide"),
        ("region: JPN", "region: JAP", "region 'JAP'"),
        ("status: proposed", "status: dreamt", "'dreamt'; allowed: in_force"),
        ("2029-07-01", "2040-01-01", "after the end of the contract"),
        ("low: 85", "low: 99", "95.0 from 99.0 to 110.0; allowed: low, value, high"),
        ("rate: 0.05", "rate: 5", "5 from 5 to 5; allowed: -0.5 to 0.5"),
        ("rate: 0.05", "rat: 0.05", "a term no loan has"),
        ("kind: loan", "kind: gift", "a kind 'gift'; allowed: price floor, price cap"),
        ("    upside_share: 0.3\n", "", "upside_share]"),
        ("indexation: real", "indexation: gold", "'gold'; allowed: real or nominal"),
        ("end: 2036-12-31", "end: 2036-12-31\nyears: 3", "one of `years` and `end`"),
        ("amount: 100", "amount: [100]", "allowed: a number, `missing`, or value"),
        ("payers:", "buyers:", "a key no contract has"),
        ("strike: {value: 95", "strike: {value: .inf", "low, value, high in this order"),
        ("start: 2027-01-01", "start: missing", "an end that is no day"),
    ],
)
def test_faults_are_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD
    expected = "a start that is a day" if expected == "an end that is no day" else expected
    assert expected in faults(tmp_path, text)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("share: 0.75", "share: 0.5").replace(
        "upside_strike: 140", "upside_strike: 1"
    )
    text = text.replace("region: JPN", "region: JAP").replace("project: MINE", "project: PIT")
    found = faults(tmp_path, text)
    assert found.startswith("4 faults in the data")


def test_a_collar_and_rules_without_a_price(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("instruments:")] + (
        "instruments:\n"
        "  - {kind: collar, floor: 100, cap: 90}\n"
        "  - {kind: offtake, price_rule: floor}\n"
        "  - {kind: offtake, price_rule: barter}\n"
        "  - {kind: stock purchase, price_rule: cost_plus}\n"
        "  - {kind: tax credit, credit_share: 0.1, full_until_year: 2030, none_from_year: 2028}\n"
    )
    assert "'barter'; allowed: index, floor, fixed, cost_plus" in faults(tmp_path, text)
    found = faults(tmp_path, text.replace("price_rule: barter", "price_rule: index"))
    for part in (
        "90 below the floor 100",
        "no price for the rule",
        "index, floor or fixed",
        "2028",
    ):
        assert part in found


@pytest.mark.parametrize("text", ["[]", "id: !!python/object:os.system x", "", "a: [1"])
def test_hostile_files_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError):
        read(tmp_path, text)


def test_the_example_of_the_page_is_read(tmp_path: Path, release: Release) -> None:
    page = (ROOT / "docs" / "how-to" / "write-a-contract.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    assert blocks
    path = tmp_path / "contract.yaml"
    path.write_text(blocks[0], encoding="utf-8")
    made = read_contract(path, known_names(release))
    assert isinstance(made.instruments[0], PriceFloor | ContractForDifference)
