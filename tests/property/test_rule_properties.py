"""What holds for any facts: more knowledge decides and never revises, missing facts never clear."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.catalogue.store import Release
from allanite.law.rules.evaluate import Verdicts, evaluate, overall
from allanite.law.rules.facts import Facts
from allanite.law.rules.logic import TRUE, InForce, Not, World
from allanite.law.rules.outcomes import CLEAR, OUTCOMES, UNKNOWN, WORDS, is_single
from allanite.law.rules.read import load_rules
from allanite.law.rules.relevance import missing_facts
from allanite.law.rules.rule import Rule
from allanite.law.rules.truth import TruthTable
from rule_worlds import DAYS, ShortRules, columns, narrowed, random_values

SEEDS, ON = st.integers(0, 2**32 - 1), st.sampled_from(DAYS)
ROWS = 120


@pytest.fixture(scope="module")
def rules(release: Release) -> tuple[Rule, ...]:
    return ShortRules(load_rules(release))


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, on=ON)
def test_more_knowledge_never_changes_a_decided_verdict(
    rules: tuple[Rule, ...], seed: int, on: date
) -> None:
    rng = np.random.default_rng(seed)
    values = random_values(rng, rules, ROWS)
    before = evaluate(rules, columns(values), on)
    after = evaluate(rules, columns(narrowed(rng, rules, values)), on)
    assert not (after.possible & ~before.possible).any(), "an outcome came back"
    decided = before.word != WORDS.index(UNKNOWN)
    held = (after.word == before.word) | ~decided
    settled = before.word >= len(OUTCOMES)  # unknown_status may still come down to one outcome
    assert (held | settled).all()
    assert (after.word[decided] != WORDS.index(UNKNOWN)).all()


def _is_off(rule: Rule, world: World) -> bool:
    """Whether nothing of the rule is in force, whatever the facts."""
    gate = rule.cases[0].when
    if isinstance(gate, Not) and isinstance(gate.part, InForce):
        table = TruthTable(Facts(labels=("nothing known",)))
        return int(table.truth(gate, world).flat[0]) == TRUE
    return not any(world.in_force.values())


@settings(max_examples=10, deadline=None)
@given(on=st.dates(date(2010, 1, 1), date(2036, 12, 31)))
def test_no_facts_give_no_clear_where_the_law_is_in_force(
    rules: tuple[Rule, ...], on: date
) -> None:
    verdicts = evaluate(rules, Facts(labels=("nothing known",)), on)
    for column, rule_id in enumerate(verdicts.rule_ids):
        if verdicts.word_of(0, rule_id) == CLEAR:
            rule = next(rule for rule in rules if rule.rule_id == rule_id)
            for found in verdicts.worlds[column]:
                assert _is_off(rule, found.world), (rule_id, found.world)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, on=ON)
def test_a_fact_that_is_not_named_as_missing_cannot_change_the_verdict(
    rules: tuple[Rule, ...], seed: int, on: date
) -> None:
    """Learn everything except what was named as missing: the verdict stays as open as it was."""
    rng = np.random.default_rng(seed)
    values = random_values(rng, rules, 40)
    facts = columns(values)
    more = narrowed(rng, rules, values)
    for rule in (r for r in rules if r.is_screened):
        missing = missing_facts(rule, facts, on)
        kept = {
            name: [
                old if name in missing and missing[name][i] else new
                for i, (old, new) in enumerate(zip(values[name], more[name], strict=True))
            ]
            for name in values
        }
        before, after = evaluate([rule], facts, on), evaluate([rule], columns(kept), on)
        assert (before.possible == after.possible).all(), rule.rule_id


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, on=ON)
def test_unknown_names_what_is_missing(rules: tuple[Rule, ...], seed: int, on: date) -> None:
    facts = columns(random_values(np.random.default_rng(seed), rules, 60))
    for rule in (r for r in rules if r.is_screened):
        verdicts, missing = evaluate([rule], facts, on), missing_facts(rule, facts, on)
        unknown = verdicts.word[:, 0] == WORDS.index(UNKNOWN)
        named = np.logical_or.reduce([np.zeros(len(facts), dtype=bool), *missing.values()])
        assert named[unknown].all(), rule.rule_id


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, on=ON)
def test_overall_lies_between_the_rules(rules: tuple[Rule, ...], seed: int, on: date) -> None:
    facts = columns(random_values(np.random.default_rng(seed), rules, 60))
    verdicts: Verdicts = evaluate(rules, facts, on)
    both = overall(verdicts)
    assert (both.at_most <= both.at_least).all()
    all_decided = is_single(verdicts.possible).all(axis=1)
    assert (both.at_most == both.at_least)[all_decided].all()


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, on=ON)
def test_same_facts_same_bytes(rules: tuple[Rule, ...], seed: int, on: date) -> None:
    one = columns(random_values(np.random.default_rng(seed), rules, 30))
    two = columns(random_values(np.random.default_rng(seed), rules, 30))
    first, second = evaluate(rules, one, on), evaluate(rules, two, on)
    assert first.word.tobytes() == second.word.tobytes()
    assert first.possible.tobytes() == second.possible.tobytes()
