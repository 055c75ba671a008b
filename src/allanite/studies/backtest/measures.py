"""Errors of a series, and how well an order was met. Plain numbers in, plain numbers out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.stats import rankdata

from allanite.axis import FloatArray


def mean_absolute_error(found: Sequence[float], true: Sequence[float]) -> float:
    """Mean of |found - true|; NaN without pairs."""
    return float(np.abs(_differences(found, true)).mean()) if len(true) else float("nan")


def mean_error(found: Sequence[float], true: Sequence[float]) -> float:
    """Mean of found - true; NaN without pairs."""
    return float(_differences(found, true).mean()) if len(true) else float("nan")


def _differences(found: Sequence[float], true: Sequence[float]) -> FloatArray:
    return np.asarray(np.subtract(found, true), dtype=np.float64)


def rank_correlation(found: Sequence[float], true: Sequence[float]) -> float | None:
    """Spearman's rank correlation, ties at their mean rank; None where one side is all ties.

    Source: Spearman (1904), The proof and measurement of association between two things.
    """
    if len(true) < 2:
        return None
    a, b = rankdata(found), rankdata(true)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def ordered_pairs(found: Sequence[float], true: Sequence[float]) -> tuple[int, int]:
    """Pairs that differ in `true`, and how many of them `found` puts in the same order."""
    met = total = 0
    for i, j in combinations(range(len(true)), 2):
        if true[i] != true[j]:
            total += 1
            met += found[i] != found[j] and (found[i] > found[j]) == (true[i] > true[j])
    return total, met


def ranks(values: Sequence[float]) -> list[float]:
    """Rank of each value, the least first; ties share their mean rank."""
    return [float(rank) for rank in rankdata(values)]
