"""Reasons: the chain of facts, both branches, what is missing, what would change a verdict."""

from __future__ import annotations

from datetime import date

import pytest

from allanite.catalogue.store import Release
from allanite.errors import UsageError
from allanite.law.rules.cells import read_facts
from allanite.law.rules.evaluate import evaluate
from allanite.law.rules.explain import Reason, explain
from allanite.law.rules.facts import Facts
from allanite.law.rules.read import load_rules
from allanite.law.rules.rule import Rule
from allanite.law.rules.worlds import worlds_of

MOTOR = {
    **{"item": "drive motor", "form": "assembly", "material_classes": "ndfeb_magnet motor"},
    **{"elements": "Nd Dy Fe B Cu", "contract": "dod", "contract_above_threshold": "yes"},
    **{"country_made": "USA", "country_metal": "JPN", "country_separated": "CHN"},
    **{"country_mined": "AUS", "electronic_device": "no", "cots_end_item": "no"},
    **{"recycled_magnet": "no", "nonavailability_determination": "no", "country_from": "JPN"},
    **{"country_to": "USA", "country_origin": "JPN", "listed_share_of_magnet": "2 %"},
    **{"listed_share_of_assembly": "0.05 %"},
}


@pytest.fixture(scope="module")
def rules(release: Release) -> dict[str, Rule]:
    return {rule.rule_id: rule for rule in load_rules(release)}


def _motor(**changed: str) -> Facts:
    return read_facts([{**MOTOR, **changed}])


def _reason(rules: dict[str, Rule], rule_id: str, on: date, **changed: str) -> Reason:
    return explain(rules[rule_id], _motor(**changed), 0, on)


def test_a_us_magnet_of_chinese_oxide_is_clear_in_december_and_barred_in_january(rules) -> None:
    """DFARS 252.225-7052: melted or produced to 31 December 2026, then from the mine on."""
    december = _reason(rules, "US-DFARS-7052", date(2026, 12, 31))
    assert december.word == "clear"
    assert december.next_change == (date(2027, 1, 1), "prohibited")
    january = _reason(rules, "US-DFARS-7052", date(2027, 1, 1))
    assert january.word == "prohibited"
    (branch,) = january.branches
    (step,) = branch.steps
    assert step.clause == "DFARS 252.225-7052 (b)(1)(ii)"
    chain = {link.facts: link for link in step.chain}
    assert chain[("country_separated",)].value == "CHN"
    assert chain[("country_separated",)].holds == "true"
    assert ("contract",) in chain, "why the rule bears on it belongs to the reason"
    single = {change.values[0] for change in january.would_change}
    assert ("country_separated", "another country") in single
    assert all(len(change.values) == 1 for change in january.would_change)
    assert january.missing == ()


def test_a_us_motor_with_a_chinese_magnet_is_barred_in_both_months(rules) -> None:
    for day in (date(2026, 12, 15), date(2027, 1, 15)):
        found = _reason(rules, "US-DFARS-7052", day, country_made="CHN", country_metal="CHN")
        assert found.word == "prohibited", day


def test_one_other_fact_is_not_enough_where_two_stages_are_chinese(rules) -> None:
    """Made and melted in China: only both countries together, or the contract, set it free."""
    found = _reason(
        rules, "US-DFARS-7052", date(2026, 12, 15), country_made="CHN", country_metal="CHN"
    )
    assert not any(v[0] == "country_made" for c in found.would_change for v in c.values)


def test_each_change_named_gives_the_verdict_it_names(rules) -> None:
    """The words of a change are read back as cells and evaluated anew."""
    found = _reason(rules, "US-DFARS-7052", date(2027, 1, 1))
    assert found.would_change
    for change in found.would_change:
        cells = {n: v.replace("another country", "CHL") for n, v in change.values}
        again = evaluate([rules["US-DFARS-7052"]], _motor(**cells), date(2027, 1, 1))
        assert again.word_of(0, "US-DFARS-7052") == change.word


def test_open_state_and_open_text_show_every_branch(rules) -> None:
    """0.1 % of the magnet, not of the motor: four branches, weights 0.8 and 0.2."""
    found = _reason(rules, "CN61-VALUE", date(2026, 11, 22))
    assert found.word == "unknown_status"
    assert [(b.weight, b.possible) for b in found.branches] == [
        (0.8, ("clear",)),
        (0.8, ("clear",)),
        (0.2, ("licence_required",)),
        (0.2, ("clear",)),
    ]
    assert {b.reading for b in found.branches} == {
        "share of the value of the magnet or target inside",
        "share of the value of the item as shipped",
    }
    assert any("No. 70" in text for text in found.check)
    assert found.next_change is None
    assert [note.kind for note in found.notes].count("open") == 2


def test_articles_that_one_record_suspends_share_its_branches(rules) -> None:
    """Nos. 55 to 58 hang on No. 70, article 2 of No. 46 on No. 72: four branches, not 32."""
    worlds = worlds_of(rules["CN-LICENCE-BASE"], date(2026, 12, 1))
    assert sorted(world.weight for world in worlds) == pytest.approx([0.1, 0.1, 0.4, 0.4])
    for world in worlds:
        assert len({world.in_force[(f"CN-2025-{n}", "whole")] for n in (55, 56, 57, 58)}) == 1


def test_no_weight_is_shown_where_none_is_assumed(rules) -> None:
    found = _reason(rules, "CN61-VALUE", date(2027, 3, 1))
    assert {branch.weight for branch in found.branches} == {None}


def test_missing_facts_are_those_that_matter(rules) -> None:
    """Below 2027 the mine does not count; then it does, unless oxide already settles it."""
    unknown = {"country_mined": "", "country_separated": "MYS"}
    december = _reason(rules, "US-DFARS-7052", date(2026, 12, 31), **unknown)
    assert (december.word, december.missing) == ("clear", ())
    january = _reason(rules, "US-DFARS-7052", date(2027, 1, 1), **unknown)
    assert (january.word, january.missing) == ("unknown", ("country_mined",))
    assert ("country_mined", "CHN") in {c.values[0] for c in january.would_change}
    settled = _reason(rules, "US-DFARS-7052", date(2027, 1, 1), country_mined="")
    assert (settled.word, settled.missing) == ("prohibited", ())


def test_a_disclosure_asks_for_the_four_stages_whatever_the_verdict(rules) -> None:
    found = _reason(rules, "US-857-PROVENANCE", date(2026, 11, 22), country_mined="")
    assert found.word == "unknown_status"
    assert found.missing == ("country_mined",)


def test_a_suspended_rule_says_that_it_is_suspended(rules) -> None:
    found = _reason(rules, "CN61-VALUE", date(2026, 6, 1))
    assert (found.word, found.check) == ("clear", ())
    assert found.state == ("No. 61/2025 para. 1(1) value rule: suspended to 2026-11-10",)
    assert found.branches[0].steps[0].detail == "not in force on the day"
    assert found.next_change == (date(2026, 11, 11), "unknown_status")


def test_every_rule_has_a_source_and_recalled_passages_are_marked(rules) -> None:
    for rule in rules.values():
        if rule.is_screened:
            found = explain(rule, _motor(), 0, date(2026, 11, 22))
            assert found.sources and found.law and found.clause
            assert all(source.url.startswith("http") for source in found.sources)
    marked = {r.rule_id for r in rules.values() if any(n.kind == "recalled" for n in r.notes)}
    assert {"US-30D", "US-DFARS-7052", "US-FEOC-MACR", "US-S301-MAGNET", "JP-ESPA"} <= marked


def test_a_row_there_is_not_is_refused(rules) -> None:
    with pytest.raises(UsageError, match="no item 3"):
        explain(rules["US-UFLPA"], _motor(), 3, date(2026, 11, 22))
    with pytest.raises(UsageError, match="not asked of items"):
        explain(rules["WATCH-SUSPENSIONS"], _motor(), 0, date(2026, 11, 22))
