"""Outcomes of a rule, their order of precedence, and sets of them.

What is not known leaves several outcomes possible, so a verdict is a set: one bit an outcome.
A set of one is decided; more knowledge can only take outcomes away.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from allanite.catalogue.tables.results_verdicts import OUTCOMES as OUTCOME_COLUMN
from allanite.errors import UsageError

OutcomeSets = NDArray[np.uint16]
WordCodes = NDArray[np.int8]

OUTCOMES: Final = OUTCOME_COLUMN
"""Most severe first: what stops the goods, what needs leave, what costs, what is only told."""

UNKNOWN_STATUS: Final = "unknown_status"
"""The law is open, not the facts: its state on the day, or how its text is to be read."""

UNKNOWN: Final = "unknown"
"""Facts are missing that would change the outcome."""

WORDS: Final = (*OUTCOMES, UNKNOWN_STATUS, UNKNOWN)
CLEAR: Final = "clear"


def outcome_bit(outcome: str) -> int:
    """The set that holds this outcome alone; raises `UsageError` for another word."""
    if outcome not in OUTCOMES:
        raise UsageError(f"no outcome {outcome!r}; outcomes are {', '.join(OUTCOMES)}")
    return 1 << OUTCOMES.index(outcome)


def outcomes_of(possible: int) -> tuple[str, ...]:
    """Outcomes of a set, most severe first."""
    return tuple(name for i, name in enumerate(OUTCOMES) if int(possible) >> i & 1)


def is_single(possible: OutcomeSets) -> NDArray[np.bool_]:
    """Whether a set holds one outcome only."""
    one: NDArray[np.bool_] = (possible & (possible - np.uint16(1))) == 0
    return one


def most_severe(possible: OutcomeSets) -> WordCodes:
    """Position in `OUTCOMES` of the most severe outcome of each set."""
    lowest = possible & (~possible + np.uint16(1))
    return np.asarray(np.round(np.log2(np.maximum(lowest, 1))), dtype=np.int8)


def least_severe(possible: OutcomeSets) -> WordCodes:
    """Position in `OUTCOMES` of the least severe outcome of each set."""
    return np.asarray(np.floor(np.log2(np.maximum(possible, 1))), dtype=np.int8)


def word_codes(union: OutcomeSets, decided_in_each: NDArray[np.bool_]) -> WordCodes:
    """Positions in `WORDS`: the outcome of a single set, else what is open.

    Args:
        union: outcomes possible in any reading and state of the law, shape (P,).
        decided_in_each: whether each of them by itself has one outcome, shape (P,).
    """
    open_word = np.where(decided_in_each, WORDS.index(UNKNOWN_STATUS), WORDS.index(UNKNOWN))
    return np.where(is_single(union), most_severe(union), open_word).astype(np.int8)
