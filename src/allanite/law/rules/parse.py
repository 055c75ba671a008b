"""Conditions from plain values: what a rule file may say, checked word by word.

A fault names its place inside the rule, e.g. `US-DFARS-7052 cases[0].if.all[1]`, and reading goes
on, so that all faults are found at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from allanite.errors import Finding
from allanite.law.rules import logic
from allanite.law.rules.logic import Condition, LawKey
from allanite.law.rules.vocabulary import FACTS, Kind

Value = object
NEVER: Final = logic.Any(())
TABLE: Final = "rule_logic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What conditions may name beside facts.

    Attributes:
        definitions: named conditions as plain values.
        questions: answers of each open question.
        scopes: pairs (stage, elements) of goods each article covers; a stage of None is any.
        lists: names of the minerals on each official list.
        own_laws: rules that carry their own periods.
    """

    definitions: Mapping[str, Value] = field(default_factory=dict)
    questions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scopes: Mapping[LawKey, Sequence[tuple[str | None, frozenset[str]]]] = field(
        default_factory=dict
    )
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    own_laws: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parser:
    """Reads conditions of one rule; thrown away after.

    Attributes:
        words: what conditions may name.
        findings: faults found so far.
        inside: definitions being read, to refuse those that name themselves.
    """

    words: Words
    findings: list[Finding]
    inside: tuple[str, ...] = ()

    def condition(self, value: Value, place: str) -> Condition:
        """The condition of a plain value; one that never holds in place of a faulty one."""
        if not isinstance(value, Mapping) or not value:
            return self.fault(place, value, "a mapping such as {fact: form, any_in: [magnet]}")
        for key, read in _READERS.items():
            if key in value:
                return read(self, value, place)
        return self.fault(place, dict(value), "one of " + ", ".join(_READERS))

    def fault(self, place: str, found: Value, allowed: str) -> Condition:
        """Note a fault; stands for a condition that never holds."""
        self.findings.append(
            Finding(
                table=TABLE,
                place=place,
                found=str(found),
                allowed=allowed,
                remedy="Correct the rule file.",
            )
        )
        return NEVER


Reader = Callable[[Parser, Mapping[str, Value], str], Condition]


def _parts(parser: Parser, value: Mapping[str, Value], place: str, key: str) -> list[Condition]:
    listed = value[key]
    if len(value) != 1 or not isinstance(listed, list) or not listed:
        return [parser.fault(place, dict(value), f"{key}: and a list of conditions")]
    return [parser.condition(part, f"{place}.{key}[{i}]") for i, part in enumerate(listed)]


def _all(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    return logic.All(tuple(_parts(parser, value, place, "all")))


def _any(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    return logic.Any(tuple(_parts(parser, value, place, "any")))


def _not(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    return logic.Not(parser.condition(value["not"], f"{place}.not"))


def _fact(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    name, tests = str(value["fact"]), [key for key in value if key != "fact"]
    if name not in FACTS:
        return parser.fault(place, f"fact {name!r}", "a fact of the vocabulary")
    test = tests[0] if tests else "holds"
    if len(tests) > 1 or test not in _TESTS:
        return parser.fault(place, f"tests {tests}", "one of " + ", ".join(_TESTS))
    kind, read = _TESTS[test]
    if FACTS[name].kind != kind:
        return parser.fault(place, f"{test} of {name}", f"a fact of kind {kind}")
    return read(parser, name, value.get(test), place)


def _words(parser: Parser, name: str, value: Value, place: str) -> frozenset[str]:
    words = [str(word) for word in value] if isinstance(value, list) else [str(value)]
    fact = FACTS[name]
    bad = [w for w in words if fact.allowed and w not in fact.allowed]
    bad += [w for w in words if fact.is_country and not (len(w) == 3 and w.isupper())]
    if bad or not words:
        parser.fault(place, f"{name}: {bad or value}", ", ".join(fact.allowed) or "codes as CHN")
    return frozenset(words)


def _any_in(parser: Parser, name: str, value: Value, place: str) -> Condition:
    return logic.AnyIn(name, _words(parser, name, value, place))


def _all_in(parser: Parser, name: str, value: Value, place: str) -> Condition:
    return logic.AllIn(name, _words(parser, name, value, place))


def _starts(parser: Parser, name: str, value: Value, place: str) -> Condition:
    return logic.StartsWith(name, _words(parser, name, value, place))


def _holds(parser: Parser, name: str, value: Value, place: str) -> Condition:
    del parser, value, place
    return logic.Holds(name)


def _at_least(parser: Parser, name: str, value: Value, place: str) -> Condition:
    fact = FACTS[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return parser.fault(place, value, f"a number in {fact.unit}")
    if not fact.low <= value <= fact.high:
        return parser.fault(place, value, f"{fact.low:g} to {fact.high:g} in {fact.unit}")
    return logic.AtLeast(name, float(value))


def _below(parser: Parser, name: str, value: Value, place: str) -> Condition:
    return logic.Not(_at_least(parser, name, value, place))


def _above(parser: Parser, name: str, value: Value, place: str) -> Condition:
    reached = _at_least(parser, name, value, place)
    if not isinstance(reached, logic.AtLeast):
        return reached
    return logic.AtLeast(reached.fact, reached.threshold, strictly=True)


def _differs(parser: Parser, name: str, value: Value, place: str) -> Condition:
    if str(value) not in FACTS or FACTS[str(value)].kind != "words":
        return parser.fault(place, value, "another fact of kind words")
    return logic.Differs(name, str(value))


_TESTS: Final[dict[str, tuple[Kind, Callable[[Parser, str, Value, str], Condition]]]] = {
    "holds": ("flag", _holds),
    "any_in": ("words", _any_in),
    "all_in": ("words", _all_in),
    "starts": ("words", _starts),
    "at_least": ("number", _at_least),
    "below": ("number", _below),
    "above": ("number", _above),
    "differs_from": ("words", _differs),
}


def _on(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    days = {key: read_day(value[key]) for key in ("from", "to") if key in value}
    if None in days.values() or set(value) - {"from", "to"}:
        return parser.fault(place, dict(value), "days as 2027-01-01 under from and to")
    return logic.On(days.get("from"), days.get("to"))


def read_day(value: Value) -> date | None:
    """A day from a date or its ISO text; None for anything else."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def law_key(value: Value) -> LawKey:
    """Control and article of `CN-2025-18` or [CN-2025-61, para_1_1_value_rule]."""
    if isinstance(value, list) and len(value) == 2:
        return str(value[0]), str(value[1])
    return str(value), "whole"


def _in_force(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    key = law_key(value["in_force"])
    if key not in parser.words.scopes and key[0] not in parser.words.own_laws:
        return parser.fault(place, value["in_force"], "a control with an article, or this rule")
    return logic.InForce(key)


def _covered_by(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    """Goods of the scope of a control: by stage, any of the elements it names there."""
    key = law_key(value["covered_by"])
    by_stage: dict[str | None, set[str]] = {}
    for stage, elements in parser.words.scopes.get(key, ()):
        by_stage.setdefault(stage, set()).update(elements)
    if not by_stage:
        return parser.fault(place, value["covered_by"], "a control whose scope names goods")
    return logic.Any(
        tuple(
            logic.All(
                (
                    *((logic.AnyIn("form", frozenset({stage})),) if stage is not None else ()),
                    logic.AnyIn("elements", frozenset(elements)),
                )
            )
            for stage, elements in sorted(by_stage.items(), key=lambda item: str(item[0]))
        )
    )


def _on_list(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    name = str(value["on_list"])
    if name not in parser.words.lists:
        return parser.fault(place, name, "one of " + ", ".join(sorted(parser.words.lists)))
    return logic.AnyIn("minerals", parser.words.lists[name])


def _reading(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    name, answer = str(value["reading"]), str(value.get("is"))
    if answer not in parser.words.questions.get(name, ()):
        return parser.fault(
            place, f"{name}: {answer}", f"answers to {list(parser.words.questions)}"
        )
    return logic.Reads(name, answer)


def _definition(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    name = str(value["is"])
    if name in parser.inside:
        return parser.fault(place, " > ".join([*parser.inside, name]), "no circle of definitions")
    if name not in parser.words.definitions:
        return parser.fault(place, name, "one of " + ", ".join(sorted(parser.words.definitions)))
    inner = Parser(parser.words, parser.findings, (*parser.inside, name))
    return inner.condition(parser.words.definitions[name], f"{place} ({name})")


def _below_table(parser: Parser, value: Mapping[str, Value], place: str) -> Condition:
    """A number below the threshold of a kind and a year; the last year of a row stays."""
    table = value["below_table"]
    needed = {"fact", "by", "year", "values"}
    if not isinstance(table, Mapping) or set(table) != needed:
        return parser.fault(place, table, "a mapping with " + ", ".join(sorted(needed)))
    cells: list[Condition] = []
    for kind, steps in dict(table["values"]).items():
        row = sorted((int(year), threshold) for year, threshold in dict(steps).items())
        for i, (year, threshold) in enumerate(row):
            until = row[i + 1][0] if i + 1 < len(row) else None
            cells.append(_cell(parser, table, kind, (year, until), threshold, f"{place}.{kind}"))
    return logic.Any(tuple(cells))


def _cell(
    parser: Parser,
    table: Mapping[str, Value],
    kind: Value,
    years: tuple[int, int | None],
    threshold: Value,
    place: str,
) -> Condition:
    year = str(table["year"])
    tests: list[Value] = [
        {"fact": table["by"], "any_in": [kind]},
        {"fact": year, "at_least": years[0]},
        {"fact": table["fact"], "below": threshold},
    ]
    if years[1] is not None:
        tests.append({"fact": year, "below": years[1]})
    return parser.condition({"all": tests}, place)


_READERS: Final[dict[str, Reader]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "fact": _fact,
    "from": _on,
    "to": _on,
    "in_force": _in_force,
    "covered_by": _covered_by,
    "on_list": _on_list,
    "reading": _reading,
    "below_table": _below_table,
    "is": _definition,
}
