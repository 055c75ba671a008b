"""Options of `allanite plan` in the words of the reader, and the request they make."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from allanite.cli.desk import one_of
from allanite.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from allanite.conditions.case import Case
    from allanite.conditions.plan_case import Budget
    from allanite.program.risk import Risk
    from allanite.studies.plan.request import PlanRequest

MEAN: Final = "mean"
_FORM: Final = "write cvar:CONFIDENCE:WEIGHT, such as cvar:0.9:0.5, or mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWords:
    """Options about the plan itself; None keeps what the case says."""

    budget: tuple[str, ...]
    yearly: float | None
    risk: str | None
    scenarios: int
    whole: bool
    gap: float
    seconds: float | None
    fresh: int
    margin: float
    front: bool
    sensitivity: bool
    shifts: tuple[str, ...]
    tree: str | None
    contracts: bool
    seed: int


def request_of(case: Case, words: PlanWords) -> PlanRequest:
    """The request of the options; what is not said stays as in the case.

    Raises:
        UsageError: a budget, an attitude to risk or a shift not understood; a number out of range.
    """
    from allanite.studies.plan.request import FRONT, PlanRequest
    from allanite.studies.plan_terms import plan_of

    plan = plan_of(case)
    if words.seconds is not None and not words.seconds > 0:
        raise UsageError(f"--seconds {words.seconds:g}; allowed: above 0")
    return PlanRequest(
        budget=budget_of(plan.budget, case.partners, words.budget, words.yearly),
        risk=risk_of(words.risk, plan.confidence, plan.risk_weight),
        scenarios=words.scenarios,
        seed=words.seed,
        whole=words.whole,
        gap=words.gap,
        seconds=words.seconds,
        fresh=words.fresh,
        margin=words.margin,
        front=FRONT if words.front else (),
        shifts=shifts_of(words.shifts, every=words.sensitivity),
        branching=branching_of(words.tree),
        contracts=words.contracts,
    )


def branching_of(text: str | None) -> tuple[int, ...]:
    """Children of each node of a tree, block by block; none without a text.

    Raises:
        UsageError: not whole numbers with commas between them.
    """
    if text is None:
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise UsageError(
            f"--tree {text!r}; allowed: whole numbers with commas between them, one for each block"
            " of two years, such as 4,2,2"
        )
    return tuple(int(part) for part in parts)


def budget_of(
    own: Budget, partners: Sequence[str], texts: Sequence[str], yearly: float | None
) -> Budget:
    """The budget of the options on top of that of the case.

    A total replaces the case's budget whole; a limit of one partner alone changes only that. A
    partner whose limit is not known may give up to the total.

    Raises:
        UsageError: no number, less than 0, or no partner of the case.
    """
    total, limits = _totals(texts, partners)
    budget = own if total is None else replace(own, total=total, partners=(), yearly=None)
    if limits:
        known = {**dict.fromkeys(partners, budget.total), **dict(budget.partners), **limits}
        budget = replace(budget, partners=tuple((code, known[code]) for code in partners))
    if yearly is not None:
        budget = replace(budget, yearly=_amount("--yearly", str(yearly), yearly))
    return budget


def _totals(texts: Sequence[str], partners: Sequence[str]) -> tuple[float | None, dict[str, float]]:
    totals, limits = [], {}
    for text in texts:
        code, sign, number = text.rpartition("=")
        value = _amount("--budget", text, _number(text, number))
        if sign and code.upper() not in partners:
            raise UsageError(f"--budget {text!r}: partners of the case are {', '.join(partners)}")
        if not sign:
            totals.append(value)
        elif code.upper() in limits:
            raise UsageError(f"--budget {text!r}: {code.upper()} has a limit already")
        else:
            limits[code.upper()] = value
    if len(totals) > 1:
        raise UsageError("--budget: one total, and limits of partners as USA=3000")
    return (totals[0] if totals else None), limits


def _number(text: str, number: str) -> float:
    try:
        return float(number.replace(",", "").strip())
    except ValueError as error:
        raise UsageError(
            f"--budget {text!r} is no number of million USD; write 5000, or USA=3000 for a partner"
        ) from error


def _amount(option: str, text: str, value: float) -> float:
    from allanite.conditions.plan_case import MAX_BUDGET

    if not (math.isfinite(value) and 0 <= value <= MAX_BUDGET):
        raise UsageError(f"{option} {text}: allowed are 0 to {MAX_BUDGET:,.0f} million USD")
    return value


def risk_of(text: str | None, confidence: float, weight: float) -> Risk:
    """How the worst courses count: `cvar:CONFIDENCE:WEIGHT`, `mean`, or as in the case.

    Raises:
        UsageError: another form, or a number out of range.
    """
    from allanite.program.risk import Risk

    if text is None:
        return Risk(confidence=confidence, weight=weight)
    if text == MEAN:
        return Risk(confidence=confidence, weight=0.0)
    parts = text.split(":")
    try:
        first, last = (float(part) for part in parts[1:])
    except ValueError as error:
        raise UsageError(f"--risk {text!r} is not understood; {_FORM}") from error
    if parts[0] != "cvar" or not (0 < first < 1 and 0 <= last <= 1):
        raise UsageError(f"--risk {text!r} is not understood; {_FORM}, both between 0 and 1")
    return Risk(confidence=first, weight=last)


def shifts_of(names: Sequence[str], *, every: bool) -> tuple[str, ...]:
    """Shifts of the odds that the plan is tried under, each once.

    Raises:
        UsageError: an unknown name, with the nearest.
    """
    from allanite.conditions.uncertainty_rows import STANDARD_SHIFTS

    known = tuple(shift.name for shift in STANDARD_SHIFTS)
    if every:
        return known
    return tuple(dict.fromkeys(one_of("--shift", name, known) for name in names))


def check_means(workers: int, dask: str | None, checkpoint: Path | None) -> None:
    """Raise `UsageError` for means that exclude one another, or a checkpoint nowhere."""
    if dask is not None and workers > 1:
        raise UsageError("--workers and --dask exclude one another: the cluster has its own")
    if checkpoint is None:
        return
    if checkpoint.is_dir():
        raise UsageError(f"--checkpoint {checkpoint.name!r} is a folder; name a file")
    if not checkpoint.parent.is_dir():
        raise UsageError(f"--checkpoint: no folder {str(checkpoint.parent)!r}; make it first")
