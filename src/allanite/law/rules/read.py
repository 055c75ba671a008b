"""Rules of a release: the file of conditions joined to controls, lists and the law's words.

A rule's text, first sources and basis come from `product_rules`, states from the control
records, and only what has no record brings its own periods. Every fault is found at once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.errors import DataError, Finding
from allanite.law.controls import Controls, check_periods, load_controls, periods_of_rows
from allanite.law.rules.logic import All, Condition, InForce, LawKey, Not, Reads, atoms
from allanite.law.rules.outcomes import CLEAR, OUTCOMES
from allanite.law.rules.parse import TABLE, Parser, Words
from allanite.law.rules.rule import Case, LawText, OpenQuestion, Rule, RuleNote, RuleSource
from allanite.law.rules.vocabulary import FACTS

Row = dict[str, Any]
NOT_CONCERNED: Final = "the rule does not bear on it"
NOT_IN_FORCE: Final = "not in force on the day"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTables:
    """Rows the rules are read from, by rule where they belong to one."""

    logic: Sequence[Row]
    definitions: Sequence[Row]
    texts: Mapping[str, Row]
    periods: Mapping[str, list[Row]]
    notes: Mapping[str, list[Row]]
    sources: Mapping[str, list[Row]]
    lists: Mapping[str, frozenset[str]]


def load_rules(release: Release) -> tuple[Rule, ...]:
    """Every product rule of a release, in the order of the file.

    Raises:
        DataError: unknown facts, outcomes, controls, lists or definitions, a rule without a
            text or a source, periods that leave days out. All of them at once, each with its place.
    """
    return build_rules(rule_tables(release), load_controls(release))


def rule_tables(release: Release) -> RuleTables:
    """The rows of the rules as they stand in a release."""
    lists: dict[str, set[str]] = defaultdict(set)
    for row in release.rows("mineral_lists"):
        if row["on_list"]:
            lists[row["list"]].add(row["mineral"])
    return RuleTables(
        logic=sorted(release.rows("rule_logic"), key=lambda row: row["position"]),
        definitions=release.rows("rule_definitions"),
        texts={row["rule_id"]: row for row in release.rows("product_rules")},
        periods=_by_rule(release.rows("rule_periods")),
        notes=_by_rule(release.rows("rule_notes")),
        sources=_by_rule(release.rows("rule_sources")),
        lists={name: frozenset(minerals) for name, minerals in lists.items()},
    )


def _by_rule(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["rule_id"]].append(row)
    return found


def build_rules(tables: RuleTables, controls: Controls) -> tuple[Rule, ...]:
    """Rules from rows and controls; raises as `load_rules`."""
    findings: list[Finding] = []
    texts = _law_texts(tables, controls, findings)
    questions = _questions(tables)
    words = Words(
        definitions={
            r["name"]: json.loads(r["logic_json"])
            for r in tables.definitions
            if r["kind"] == "condition"
        },
        questions={name: list(question.answers) for name, question in questions.items()},
        scopes=_scopes(controls),
        lists=tables.lists,
        own_laws=frozenset(tables.periods),
    )
    rules = [_rule(row, tables, Parser(words, findings), texts, questions) for row in tables.logic]
    missing = sorted(set(tables.texts) - {row["rule_id"] for row in tables.logic})
    findings += [_fault(name, "no conditions", "conditions for every rule") for name in missing]
    if findings:
        raise DataError(findings)
    return tuple(rules)


def _law_texts(
    tables: RuleTables, controls: Controls, findings: list[Finding]
) -> dict[LawKey, LawText]:
    texts = {
        (control.control_id, article.article): LawText(article.label, article.periods, True)
        for control in controls.records.values()
        for article in control.articles
    }
    titles = {row["rule_id"]: row["title"] for row in tables.logic}
    for rule_id, rows in tables.periods.items():
        periods = periods_of_rows(rows)
        findings.extend(check_periods(rule_id, "", periods))
        texts[(rule_id, "whole")] = LawText(titles.get(rule_id, rule_id), periods, False)
    return texts


def _scopes(controls: Controls) -> dict[LawKey, list[tuple[str | None, frozenset[str]]]]:
    """What each article covers of goods: stage and element; words apart from these are not read."""
    return {
        (control.control_id, article.article): [
            (scope.stage, frozenset({scope.element}))
            for scope in article.scopes
            if scope.subject == "goods" and scope.element is not None
        ]
        for control in controls.records.values()
        for article in control.articles
    }


def _questions(tables: RuleTables) -> dict[str, OpenQuestion]:
    return {
        row["name"]: OpenQuestion(row["name"], row["description"], json.loads(row["logic_json"]))
        for row in tables.definitions
        if row["kind"] == "reading"
    }


def _rule(
    row: Row,
    tables: RuleTables,
    parser: Parser,
    texts: Mapping[LawKey, LawText],
    questions: Mapping[str, OpenQuestion],
) -> Rule:
    rule_id, logic = row["rule_id"], json.loads(row["logic_json"])
    cases = _cases(rule_id, logic, rule_id in tables.periods, parser)
    used = [atom for case in cases for atom in atoms(case.when)]
    text = tables.texts.get(rule_id, {})
    sources = _sources(text, tables.sources.get(rule_id, []))
    _check_rule(row, logic, text, sources, parser)
    return Rule(
        rule_id=rule_id,
        title=row["title"],
        issuer=row["issuer"],
        law=text.get("law", ""),
        clause=row["clause"],
        kind=row["kind"],
        basis=text.get("basis", "recalled"),
        cases=cases,
        otherwise=_otherwise(rule_id, logic, parser),
        laws={a.law: texts[a.law] for a in used if isinstance(a, InForce) and a.law in texts},
        questions={a.question: questions[a.question] for a in used if isinstance(a, Reads)},
        discloses=tuple(logic.get("discloses", ())),
        parameters={k: float(v) for k, v in logic.get("parameters", {}).items()},
        notes=_notes(text, tables.notes.get(rule_id, [])),
        sources=sources,
    )


def _cases(rule_id: str, logic: Row, has_periods: bool, parser: Parser) -> tuple[Case, ...]:
    """Cases in order: not in force, not concerned, then those of the file."""
    cases: list[Case] = []
    state = logic.get("state", {"in_force": rule_id} if has_periods else None)
    if state is not None:
        when = Not(parser.condition(state, f"{rule_id} state"))
        off = logic.get("off", {"then": CLEAR})
        found = _case(f"{rule_id} off", when, {"detail": NOT_IN_FORCE, **off}, parser)
        cases.append(replace(found, is_gate=True))
    if "applies" in logic:
        when = Not(parser.condition(logic["applies"], f"{rule_id} applies"))
        cases.append(Case(when, CLEAR, detail=NOT_CONCERNED, is_gate=True))
    for i, case in enumerate(logic.get("cases", [])):
        place = f"{rule_id} cases[{i}]"
        condition = parser.condition(case.get("if"), f"{place}.if")
        cases.append(_case(place, condition, case, parser))
    return tuple(cases)


def _case(place: str, when: Condition, case: Row, parser: Parser) -> Case:
    if unknown := sorted(set(case) - {"if", "then", "clause", "detail"}):
        parser.fault(place, unknown, "if, then, clause, detail")
    outcome = case.get("then")
    if outcome not in OUTCOMES:
        parser.fault(f"{place}.then", outcome, ", ".join(OUTCOMES))
    return Case(when, str(outcome), str(case.get("clause", "")), str(case.get("detail", "")))


def _otherwise(rule_id: str, logic: Row, parser: Parser) -> Case:
    """The outcome where no case holds; a rule of watching has none."""
    last = logic.get("otherwise", {"then": CLEAR})
    return _case(f"{rule_id} otherwise", All(()), last, parser)


def _sources(text: Row, own: Sequence[Row]) -> tuple[RuleSource, ...]:
    listed: Sequence[Row] = json.loads(text["record_json"])["sources"] if text else []
    first = [
        RuleSource(
            url=str(page["url"]),
            dated=str(page.get("date", "")),
            confidence=str(page.get("confidence", "")),
            seen="yes" if page.get("basis") == "retrieved" else "no",
        )
        for page in listed
    ]
    more = [RuleSource(p["url"], p["as_of"] or "", p["confidence"], p["seen"]) for p in own]
    return (*first, *more)


def _notes(text: Row, own: Sequence[Row]) -> tuple[RuleNote, ...]:
    compiled = text.get("note")
    first = (RuleNote("recalled", compiled),) if compiled else ()
    return (*first, *(RuleNote(row["kind"], row["note"]) for row in own))


def _check_rule(
    row: Row, logic: Row, text: Row, sources: Sequence[RuleSource], parser: Parser
) -> None:
    rule_id = row["rule_id"]
    if not text:
        parser.fault(rule_id, "no text", "a rule of table product_rules")
    if row["kind"] == "watch":
        return
    if not sources:
        parser.fault(rule_id, "no source", "at least one source")
    if "cases" not in logic and "otherwise" not in logic:
        parser.fault(rule_id, "no cases", "cases, or an outcome under otherwise")
    if unknown := sorted(set(logic.get("discloses", ())) - set(FACTS)):
        parser.fault(f"{rule_id} discloses", unknown, "facts of the vocabulary")


def _fault(place: str, found: str, allowed: str) -> Finding:
    return Finding(
        table=TABLE, place=place, found=found, allowed=allowed, remedy="Correct the rule file."
    )
