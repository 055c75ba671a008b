"""Facts from cells as people write them: `yes`, `0.1 %`, `0.05..0.2`, `CHN AUS ?`.

Empty means unknown, `none` means none, `?` after words means that there may be more. Every
fault of every cell is found before anything is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from allanite.errors import DataError, Finding, UsageError
from allanite.law.rules.facts import Facts, Interval, WordColumn, WordSet
from allanite.law.rules.logic import FALSE, MAYBE, TRUE
from allanite.law.rules.vocabulary import FACTS, Fact
from allanite.units import unit_factor

Cell = object
LABEL: Final = "item"
UNKNOWN_WORDS: Final = ("", "unknown", "?")
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_COUNTRY: Final = re.compile(r"^[A-Z]{3}$")
_NUMBER: Final = re.compile(r"^([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*(\D*)$")


class _CellError(Exception):
    """A cell that cannot be read: what is allowed there."""


def read_facts(rows: Sequence[Mapping[str, Cell]], origin: str = "facts") -> Facts:
    """The facts of rows of cells; column `item` names the item.

    Raises:
        DataError: a column that is no fact, a word, unit or number that does not fit, an
            interval whose ends are crossed. All of them at once.
    """
    names = list(dict.fromkeys(name for row in rows for name in row if name != LABEL))
    findings = [_unknown_fact(name, origin) for name in names if name not in FACTS]
    known = [name for name in names if name in FACTS]
    values = {
        name: [
            _value(FACTS[name], row.get(name), i, origin, findings) for i, row in enumerate(rows)
        ]
        for name in known
    }
    if findings:
        raise DataError(findings)
    labels = tuple(str(row.get(LABEL, i + 1)) for i, row in enumerate(rows))
    return make_facts(labels, values)


def make_facts(labels: Sequence[str], values: Mapping[str, Sequence[object]]) -> Facts:
    """Columns from read values: truth, (low, high), `WordSet`; None is unknown."""
    kinds = {kind: [n for n in values if FACTS[n].kind == kind] for kind in _KINDS}
    return Facts(
        labels=tuple(labels),
        flags={
            n: np.array([MAYBE if v is None else v for v in values[n]], dtype=np.int8)
            for n in kinds["flag"]
        },
        numbers={n: _interval_column(FACTS[n], values[n]) for n in kinds["number"]},
        words={n: word_column(values[n]) for n in kinds["words"]},
    )


_KINDS: Final = ("flag", "number", "words")


def word_column(values: Iterable[object]) -> WordColumn:
    """A column of sets of words, each distinct set once; None is unknown."""
    sets: dict[WordSet, int] = {}
    code = [
        sets.setdefault(v if isinstance(v, WordSet) else WordSet(frozenset(), False), len(sets))
        for v in values
    ]
    return WordColumn(np.array(code, dtype=np.int32), tuple(sets))


def check_facts(facts: Facts) -> list[Finding]:
    """Faults of columns built in code: unknown facts, kinds, lengths, bounds, words."""
    findings: list[Finding] = []
    for kind, columns in (
        ("flag", facts.flags),
        ("number", facts.numbers),
        ("words", facts.words),
    ):
        for name, column in columns.items():
            fact = FACTS.get(name)
            if fact is None:
                findings.append(_unknown_fact(name, "facts"))
            elif fact.kind != kind:
                findings.append(_finding(name, f"a column of kind {kind}", f"kind {fact.kind}"))
            else:
                findings.extend(_check_column(fact, column, len(facts)))
    return findings


def _check_column(fact: Fact, column: object, rows: int) -> list[Finding]:
    if isinstance(column, Interval):
        return _check_interval(fact, column, rows)
    if isinstance(column, WordColumn):
        bad = sorted({w for s in column.sets for w in s.words if not _is_word(fact, w)})
        inside = bool(np.all((column.code >= 0) & (column.code < len(column.sets))))
        found = [_finding(fact.name, f"words {bad}", _allowed(fact))] if bad else []
        if column.code.shape != (rows,) or not inside:
            found.append(_finding(fact.name, "positions that do not fit", f"{rows} positions"))
        return found
    truth = np.asarray(column)
    if truth.shape != (rows,) or not np.isin(truth, (FALSE, MAYBE, TRUE)).all():
        return [_finding(fact.name, "values that are no truth", f"{rows} values of 0, 1, 2")]
    return []


def _check_interval(fact: Fact, column: Interval, rows: int) -> list[Finding]:
    low, high = column.low, column.high
    if low.shape != (rows,) or high.shape != (rows,):
        return [_finding(fact.name, f"shapes {low.shape}, {high.shape}", f"({rows},)")]
    bad = ~((low >= fact.low) & (high <= fact.high) & (low <= high))
    return [
        _finding(fact.name, f"{low[i]:.6g} to {high[i]:.6g}", _allowed(fact), f"row {i + 1}")
        for i in np.flatnonzero(bad)[:20]
    ]


def _interval_column(fact: Fact, values: Sequence[object]) -> Interval:
    pairs = [v if isinstance(v, tuple) else (fact.low, fact.high) for v in values]
    ends = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return Interval(ends[:, 0].copy(), ends[:, 1].copy())


def _value(
    fact: Fact, cell: Cell, row: int, origin: str, findings: list[Finding]
) -> int | tuple[float, float] | WordSet | None:
    text = "" if cell is None else str(cell).strip()
    if text.casefold() in UNKNOWN_WORDS:
        return None
    try:
        if fact.kind == "flag":
            return _flag(text)
        return _interval(fact, text) if fact.kind == "number" else _words(fact, text)
    except (_CellError, UsageError) as fault:
        findings.append(_finding(fact.name, repr(text), str(fault), f"row {row + 1}", origin))
        return None


def _flag(text: str) -> int:
    lowered = text.casefold()
    if lowered not in (*_YES, *_NO):
        raise _CellError("yes, no, or empty for unknown")
    return TRUE if lowered in _YES else FALSE


def _interval(fact: Fact, text: str) -> tuple[float, float]:
    ends = [_number(fact, part.strip()) for part in text.split("..")]
    low, high = ends[0], ends[-1]
    if len(ends) > 2 or not (fact.low <= low <= high <= fact.high):
        raise _CellError(_allowed(fact) + ", the lower end first")
    return low, high


def _number(fact: Fact, text: str) -> float:
    match = _NUMBER.match(text)
    if match is None:
        raise _CellError(_allowed(fact))
    unit = match[2].strip()
    try:
        value = float(match[1]) * (unit_factor(unit, fact.unit) if unit else 1.0)
    except ValueError as error:
        raise _CellError(_allowed(fact)) from error
    if not math.isfinite(value):
        raise _CellError("a finite number")
    return value


def _words(fact: Fact, text: str) -> WordSet:
    parts = text.replace(";", " ").replace("|", " ").split() if _is_spaced(fact) else _listed(text)
    is_complete = "?" not in parts
    words = frozenset(part for part in parts if part not in ("?", "none"))
    if "none" in parts and len(parts) > 1:
        raise _CellError("`none` alone, or words")
    if bad := sorted(word for word in words if not _is_word(fact, word)):
        raise _CellError(f"{_allowed(fact)}; not {', '.join(bad)}")
    return WordSet(words, is_complete)


def _is_spaced(fact: Fact) -> bool:
    return fact.name != "minerals"  # names of minerals may be of two words


def _listed(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;|]", text) if part.strip()]


def _is_word(fact: Fact, word: str) -> bool:
    if fact.is_country:
        return _COUNTRY.match(word) is not None
    if fact.name == "hts_code":
        return word.isascii() and word.isdigit()
    return not fact.allowed or word in fact.allowed


def _allowed(fact: Fact) -> str:
    if fact.kind == "number":
        return f"a number from {fact.low:g} to {fact.high:g} in {fact.unit or '1'}"
    if fact.is_country:
        return "country codes of three letters such as CHN"
    if fact.name == "hts_code":
        return "digits"
    return ", ".join(fact.allowed) or "words"


def _unknown_fact(name: str, origin: str) -> Finding:
    return _finding(name, "a column that is no fact", ", ".join(FACTS), "", origin)


def _finding(
    name: str, found: str, allowed: str, place: str = "", origin: str = "facts"
) -> Finding:
    where = f'{place}, column "{name}"' if place else f'column "{name}"'
    return Finding(
        table=origin,
        place=where,
        found=found,
        allowed=allowed,
        remedy="Correct it, or leave it empty.",
    )
