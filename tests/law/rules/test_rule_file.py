"""The file of rules: every fault at once, each with its place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from allanite.catalogue.store import Release
from allanite.errors import DataError
from allanite.law.controls import Controls, load_controls
from allanite.law.rules.read import RuleTables, build_rules, rule_tables
from allanite.law.state import state_on


@pytest.fixture(scope="module")
def tables(release: Release) -> RuleTables:
    return rule_tables(release)


@pytest.fixture(scope="module")
def controls(release: Release) -> Controls:
    return load_controls(release)


def _with(tables: RuleTables, rule_id: str, **logic: Any) -> RuleTables:
    rows = [
        {**row, "logic_json": json.dumps({**json.loads(row["logic_json"]), **logic})}
        if row["rule_id"] == rule_id
        else row
        for row in tables.logic
    ]
    return replace(tables, logic=rows)


def _faults(tables: RuleTables, controls: Controls) -> dict[str, str]:
    with pytest.raises(DataError) as caught:
        build_rules(tables, controls)
    return {finding.place: finding.found for finding in caught.value.findings}


def test_all_faults_are_found_at_once_with_their_places(
    tables: RuleTables, controls: Controls
) -> None:
    broken = _with(
        tables,
        "US-UFLPA",
        applies={"all": [{"fact": "country_too", "any_in": ["USA"]}, {"is": "nobody"}]},
        cases=[
            {"if": {"fact": "xinjiang_input", "at_least": 1}, "then": "detained"},
            {"if": {"fact": "tungsten_mass_share", "at_least": 50}, "then": "clear"},
            {"if": {"fact": "form", "any_in": ["magnets"]}, "then": "clear"},
            {"if": {"in_force": "CN-1900-1"}, "then": "clear"},
            {"if": {"on_list": "US_1900"}, "then": "clear"},
            {"if": {"maybe": []}, "then": "clear"},
        ],
    )
    found = _faults(broken, controls)
    assert set(found) == {
        "US-UFLPA applies.all[0]",
        "US-UFLPA applies.all[1]",
        "US-UFLPA cases[0].if",
        "US-UFLPA cases[0].then",
        "US-UFLPA cases[1].if",
        "US-UFLPA cases[2].if",
        "US-UFLPA cases[3].if",
        "US-UFLPA cases[4].if",
        "US-UFLPA cases[5].if",
    }
    assert "country_too" in found["US-UFLPA applies.all[0]"]


def test_a_rule_without_source_text_or_conditions_is_refused(
    tables: RuleTables, controls: Controls
) -> None:
    text = {**tables.texts["JP-FEFA"], "record_json": json.dumps({"sources": []})}
    broken = replace(tables, texts={**tables.texts, "JP-FEFA": text, "NEW": text})
    found = _faults(broken, controls)
    assert found == {"JP-FEFA": "no source", "NEW": "no conditions"}


def test_definitions_in_a_circle_are_refused(tables: RuleTables, controls: Controls) -> None:
    rows = [
        {**row, "logic_json": json.dumps({"is": "from_china"})}
        if row["name"] == "from_china"
        else row
        for row in tables.definitions
    ]
    found = _faults(replace(tables, definitions=rows), controls)
    assert any("from_china > from_china" in text for text in found.values())


def test_own_periods_must_cover_every_day(tables: RuleTables, controls: Controls) -> None:
    periods = {**tables.periods, "US-UFLPA": tables.periods["US-UFLPA"][1:]}
    found = _faults(replace(tables, periods=periods), controls)
    assert "US-UFLPA" in found


def test_states_are_those_of_the_control_records(tables: RuleTables, controls: Controls) -> None:
    """One source of the law's state: what `law show` says is what a rule stands on."""
    rules = build_rules(tables, controls)
    checked = 0
    for day in (date(2025, 10, 20), date(2026, 6, 1), date(2026, 11, 22), date(2027, 2, 1)):
        stated = {
            (s.applicable.control.control_id, s.applicable.article.article): s.period.state
            for s in state_on(controls, day)
        }
        for rule in rules:
            for key, text in rule.laws.items():
                if text.is_control and key in stated:
                    period = next(p for p in text.periods if p.holds(day))
                    assert period.state == stated[key]
                    checked += 1
    assert checked > 100


def test_no_rule_with_a_record_has_periods_of_its_own(
    tables: RuleTables, controls: Controls
) -> None:
    rules = build_rules(tables, controls)
    for rule in rules:
        own = [key for key, text in rule.laws.items() if not text.is_control]
        assert not own or len(rule.laws) == 1, rule.rule_id
