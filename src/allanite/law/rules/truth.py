"""Truth of whole conditions, a column of rows at a time, each atom worked out once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np

from allanite.law.rules.facts import Facts, atom_truth
from allanite.law.rules.logic import (
    FALSE,
    TRUE,
    All,
    Any,
    Condition,
    FactAtom,
    InForce,
    Not,
    On,
    Reads,
    TruthArray,
    World,
    law_truth,
)


class TruthTable:
    """Truth of conditions over the same facts; keeps the columns of atoms.

    Thrown away after one evaluation: a builder, not a result.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._atoms: dict[FactAtom, TruthArray] = {}

    def truth(self, condition: Condition, world: World) -> TruthArray:
        """Truth in every row, shape (P,), or () where no fact bears on it."""
        match condition:
            case All(parts):
                return self._folded(parts, world, np.minimum, TRUE, FALSE)
            case Any(parts):
                return self._folded(parts, world, np.maximum, FALSE, TRUE)
            case Not(part):
                return np.asarray(TRUE - self.truth(part, world), dtype=np.int8)
            case On() | InForce() | Reads():
                return np.asarray(law_truth(condition, world), dtype=np.int8)
            case _:
                if condition not in self._atoms:
                    self._atoms[condition] = atom_truth(condition, self.facts)
                return self._atoms[condition]

    def _folded(
        self, parts: Iterable[Condition], world: World, fold: np.ufunc, start: int, stop: int
    ) -> TruthArray:
        """Parts folded in order; those after one that settles every row are not looked at."""

        def step(found: TruthArray, part: Condition) -> TruthArray:
            if found.ndim == 0 and int(found) == stop:
                return found
            return np.asarray(fold(found, self.truth(part, world)), dtype=np.int8)

        return reduce(step, parts, np.asarray(start, dtype=np.int8))
