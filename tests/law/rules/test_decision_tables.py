"""Decision tables of every rule, written from the texts of the rules.

Each row is a day, the facts, the verdict and the reason for it in the words of the law. Source:
`datasets/policy-records/snapshot/rules.yaml` and the pages it names, the control records for
days, and No. 46 of 2024 art. 2 ("in principle not licensed") where the compilation is shorter.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from allanite.catalogue.store import Release
from allanite.law.rules.cells import read_facts
from allanite.law.rules.evaluate import evaluate
from allanite.law.rules.read import load_rules
from allanite.law.rules.rule import Rule
from allanite.law.rules.watch import watch_suspensions

TABLES = sorted((Path(__file__).parent / "decision_tables").glob("*.csv"))
WATCH = "WATCH-SUSPENSIONS"
NOT_FACTS = ("on", "verdict", "because")


@pytest.fixture(scope="module")
def rules(release: Release) -> tuple[Rule, ...]:
    return load_rules(release)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CASES = [(path.stem, i, row) for path in TABLES for i, row in enumerate(_rows(path))]


def test_every_rule_has_a_table_of_ten_cases_and_more(rules: tuple[Rule, ...]) -> None:
    assert {path.stem for path in TABLES} == {rule.rule_id for rule in rules}
    assert len(rules) == 20
    for path in TABLES:
        assert len(_rows(path)) >= 10, path.stem


@pytest.mark.parametrize(
    ("rule_id", "row"),
    [
        pytest.param(rule_id, row, id=f"{rule_id}-{i + 2}")
        for rule_id, i, row in CASES
        if rule_id != WATCH
    ],
)
def test_verdict(rules: tuple[Rule, ...], rule_id: str, row: dict[str, str]) -> None:
    rule = next(rule for rule in rules if rule.rule_id == rule_id)
    facts = read_facts([{name: cell for name, cell in row.items() if name not in NOT_FACTS}])
    verdicts = evaluate([rule], facts, date.fromisoformat(row["on"]))
    assert verdicts.word_of(0, rule_id) == row["verdict"], row["because"]


@pytest.mark.parametrize("row", [row for rule_id, _, row in CASES if rule_id == WATCH])
def test_watch(rules: tuple[Rule, ...], row: dict[str, str]) -> None:
    watched = watch_suspensions(rules, date.fromisoformat(row["on"]))
    found = next(w for w in watched if w.law == (row["law"], row["article"]))
    assert (found.days_left, found.colour) == (int(row["days_left"]), row["colour"])
    assert found.rule_ids
