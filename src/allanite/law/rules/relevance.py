"""Which facts are missing and matter: those whose knowledge could change a verdict.

Inside a condition that is unknown only the unknown parts can settle it; a part under a condition
that is already true or false cannot. Cases after one that holds are not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from allanite.law.rules.facts import Facts
from allanite.law.rules.logic import (
    FALSE,
    MAYBE,
    TRUE,
    All,
    Any,
    Condition,
    InForce,
    Not,
    On,
    Reads,
    World,
    facts_of,
)
from allanite.law.rules.rule import Rule
from allanite.law.rules.truth import TruthTable
from allanite.law.rules.worlds import worlds_of

Rows = NDArray[np.bool_]


@dataclass(slots=True)
class _Search:
    """Collects rows by fact; thrown away after one rule."""

    table: TruthTable
    world: World
    found: dict[str, Rows]

    def mark(self, condition: Condition, rows: Rows) -> None:
        """Mark the unknown facts under a condition in the rows where it still matters."""
        open_rows = rows & (self.table.truth(condition, self.world) == MAYBE)
        if not open_rows.any():
            return
        match condition:
            case All(parts) | Any(parts):
                for part in parts:
                    self.mark(part, open_rows)
            case Not(part):
                self.mark(part, open_rows)
            case On() | InForce() | Reads():
                return
            case _:
                for name in facts_of(condition):
                    self._note(name, open_rows)

    def _note(self, name: str, rows: Rows) -> None:
        known = self.table.facts.is_known(name)
        is_code = name == "hts_code"  # a short code is complete and still says too little
        self.found[name] = self.found.get(name, np.zeros_like(rows)) | (
            rows if is_code else rows & ~known
        )


def missing_facts(rule: Rule, facts: Facts, on: date) -> Mapping[str, Rows]:
    """Items in which each fact is missing and matters for the rule, by fact, shape (P,).

    Facts the rule asks to be disclosed are missing wherever they are not known and the rule
    applies or may apply.
    """
    table, found = TruthTable(facts), dict[str, Rows]()
    applies = np.zeros(len(facts), dtype=np.bool_)
    for world in worlds_of(rule, on):
        search = _Search(table, world, found)
        reached = np.ones(len(facts), dtype=np.bool_)
        for case in rule.cases:
            search.mark(case.when, reached)
            reached = reached & (table.truth(case.when, world) != TRUE)
        applies |= reached
    for name in rule.discloses:
        found[name] = found.get(name, False) | (applies & ~facts.is_known(name))
    return {name: rows for name, rows in found.items() if rows.any()}


def deciding_atoms(condition: Condition, table: TruthTable, world: World) -> list[Condition]:
    """Atoms that make a condition of the first row what it is, in the order of the text.

    Of an `all` that fails and of an `any` that holds the first part that settles it is given.
    """
    truth = int(table.truth(condition, world).flat[0])
    match condition:
        case All(parts) | Any(parts):
            settles = FALSE if isinstance(condition, All) else TRUE
            same = [p for p in parts if int(table.truth(p, world).flat[0]) == truth]
            chosen = same[:1] if truth == settles else same
            return [atom for part in chosen for atom in deciding_atoms(part, table, world)]
        case Not(part):
            return deciding_atoms(part, table, world)
        case _:
            return [condition]
