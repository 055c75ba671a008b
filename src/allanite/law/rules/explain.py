"""Why a verdict: the chain of facts, the passage, what is missing, what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from allanite.errors import UsageError
from allanite.law.rules.change import Change, changes, next_change
from allanite.law.rules.evaluate import WorldVerdict, evaluate
from allanite.law.rules.facts import Facts
from allanite.law.rules.logic import (
    FALSE,
    MAYBE,
    TRUE,
    TRUTH_WORDS,
    All,
    Any,
    Condition,
    FactAtom,
    InForce,
    Not,
    On,
    Reads,
    World,
    facts_of,
    law_truth,
)
from allanite.law.rules.outcomes import outcomes_of
from allanite.law.rules.relevance import deciding_atoms, missing_facts
from allanite.law.rules.rule import Case, Rule, RuleNote, RuleSource
from allanite.law.rules.truth import TruthTable
from allanite.law.rules.wording import atom_text


@dataclass(frozen=True, slots=True)
class Link:
    """One fact of the chain.

    Attributes:
        statement: what is tested, in words.
        facts: facts it tests; empty for a state, day or reading of the law.
        value: their values; unknown in words where they are not known.
        is_known: whether they are wholly known.
        holds: true, unknown or false.
    """

    statement: str
    facts: tuple[str, ...]
    value: str
    is_known: bool
    holds: str


@dataclass(frozen=True, slots=True)
class Step:
    """One case that gives, or may give, its outcome, with the facts that make it so."""

    outcome: str
    clause: str
    detail: str
    is_certain: bool
    chain: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """The verdict in one state of the law and one reading of its text.

    Attributes:
        state, reading: in words; empty where nothing is open.
        weight: assumed weight of the state, shared by its readings [1]; None without one.
        possible: outcomes possible, most severe first.
        steps: cases that give, or may give, them.
    """

    state: str
    reading: str
    weight: float | None
    possible: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an item has its verdict under a rule.

    Attributes:
        rule_id, title, law, clause, basis: the rule; `recalled` is shown to the reader.
        item, on: the item and the day.
        word, possible: the verdict and every outcome it leaves open.
        state: texts the rule stands on, with their state on the day.
        branches: one where nothing in the law is open.
        missing: facts that are unknown and could change the outcome, or must be disclosed.
        would_change: smallest sets of facts whose other value gives another verdict under this
            rule alone.
        next_change: next day on which the same facts get another verdict, and that verdict.
        check: what to look up where the state of the law decides and is unknown.
        notes, sources: limits of the rule, pages behind it.
    """

    rule_id: str
    title: str
    law: str
    clause: str
    basis: str
    item: str
    on: date
    word: str
    possible: tuple[str, ...]
    state: tuple[str, ...]
    branches: tuple[Branch, ...]
    missing: tuple[str, ...]
    would_change: tuple[Change, ...]
    next_change: tuple[date, str] | None
    check: tuple[str, ...]
    notes: tuple[RuleNote, ...]
    sources: tuple[RuleSource, ...]


def explain(rule: Rule, facts: Facts, row: int, on: date) -> Reason:
    """The reason of one verdict.

    Raises:
        UsageError: a row there is not, or a rule that is not asked of items.
    """
    if not 0 <= row < len(facts):
        raise UsageError(f"no item {row}; items are 0 to {len(facts) - 1}")
    if not rule.is_screened:
        raise UsageError(f"{rule.rule_id} is not asked of items; see watch_suspensions")
    one = facts.take([row])
    verdicts = evaluate([rule], one, on)
    word, found = verdicts.word_of(0, rule.rule_id), verdicts.worlds[0]
    law_decides = len({int(f.possible[0]) for f in found}) > 1
    return Reason(
        rule_id=rule.rule_id,
        title=rule.title,
        law=rule.law,
        clause=rule.clause,
        basis=rule.basis,
        item=one.labels[0],
        on=on,
        word=word,
        possible=verdicts.possible_of(0, rule.rule_id),
        state=_states(rule, on),
        branches=_branches(rule, TruthTable(one), found),
        missing=tuple(sorted(missing_facts(rule, one, on))),
        would_change=changes(rule, one, on, word),
        next_change=next_change(rule, one, on, word),
        check=_checks(rule, on) if law_decides else (),
        notes=rule.notes,
        sources=rule.sources,
    )


def _branches(rule: Rule, table: TruthTable, worlds: Sequence[WorldVerdict]) -> tuple[Branch, ...]:
    return tuple(
        Branch(
            state=found.world.state,
            reading=found.world.reading,
            weight=found.world.weight,
            possible=outcomes_of(int(found.possible[0])),
            steps=_steps(rule, table, found.world),
        )
        for found in worlds
    )


def _states(rule: Rule, on: date) -> tuple[str, ...]:
    found = []
    for key in sorted(rule.laws):
        text = rule.laws[key]
        period = next(p for p in text.periods if p.holds(on))
        until = f" to {period.last_day}" if period.last_day is not None else ""
        found.append(f"{text.label}: {period.state.replace('_', ' ')}{until}")
    return tuple(found)


def _checks(rule: Rule, on: date) -> tuple[str, ...]:
    periods = [p for text in rule.laws.values() for p in text.periods if p.holds(on)]
    return tuple(dict.fromkeys(p.check for p in periods if p.branches and p.check))


def _steps(rule: Rule, table: TruthTable, world: World) -> tuple[Step, ...]:
    """Cases that may give the outcome, each after the facts that let the rule bear on the item.

    The last shows why none of the cases holds.
    """
    steps: list[Step] = []
    gates: list[Link] = []
    passed: list[Link] = []
    for case in rule.cases:
        truth = int(table.truth(case.when, world).flat[0])
        links = _chain(rule, case.when, table, world)
        if truth == FALSE:
            (gates if case.is_gate else passed).extend(links)
            continue
        steps.append(_step(rule, case, truth == TRUE and not steps, gates + links))
        if truth == TRUE:
            return tuple(steps)
    steps.append(_step(rule, rule.otherwise, not steps, gates + passed))
    return tuple(steps)


def _step(rule: Rule, case: Case, is_certain: bool, links: list[Link]) -> Step:
    chain = tuple(dict.fromkeys(links))
    return Step(case.outcome, case.clause or rule.clause, case.detail, is_certain, chain)


def _chain(rule: Rule, condition: Condition, table: TruthTable, world: World) -> list[Link]:
    return [_link(rule, atom, table, world) for atom in deciding_atoms(condition, table, world)]


def _link(rule: Rule, atom: Condition, table: TruthTable, world: World) -> Link:
    match atom:
        case InForce(law):
            value = "in force" if world.in_force[law] else "not in force"
            text = f"{rule.laws[law].label} is in force"
            return Link(text, (), value, True, TRUTH_WORDS[law_truth(atom, world)])
        case Reads(question, answer):
            text = f"read as: {rule.questions[question].answers[answer]}"
            value = f"read as: {world.reading}"
            return Link(text, (), value, True, TRUTH_WORDS[law_truth(atom, world)])
        case On():
            holds = TRUTH_WORDS[law_truth(atom, world)]
            return Link(f"the day lies {atom_text(atom)}", (), world.on.isoformat(), True, holds)
        case All() | Any() | Not():
            raise AssertionError("deciding atoms hold no further parts")
        case _:
            return _fact_link(atom, table, world)


def _fact_link(atom: FactAtom, table: TruthTable, world: World) -> Link:
    truth, names = int(table.truth(atom, world).flat[0]), facts_of(atom)
    return Link(
        statement=atom_text(atom),
        facts=names,
        value=", ".join(table.facts.text(name, 0) for name in names),
        is_known=truth != MAYBE and all(bool(table.facts.is_known(name)[0]) for name in names),
        holds=TRUTH_WORDS[truth],
    )
