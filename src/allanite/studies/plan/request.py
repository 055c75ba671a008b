"""What a plan is asked for: how many courses, how the tail counts, what to report besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from allanite.conditions.plan_case import Budget
from allanite.errors import UsageError
from allanite.program.risk import Risk

MAX_SCENARIOS: Final = 5000
FRONT: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What a plan is asked for.

    Attributes:
        budget: limits of the partners.
        risk: how the worst courses count.
        scenarios: courses that the plan is made on.
        seed: of every draw.
        whole: whether lumpy projects are built whole or not at all.
        gap: relative, at which the search ends.
        seconds: wall time after which it ends with the gap it has; None for none.
        fresh: further courses on which the plan is tried; 0 for none.
        margin: what a plan near the best may cost more, as a share of what the plan saves [1].
        front: weights of the tail for which plans are shown; empty for none.
        shifts: names of shifts of the odds that the plan is tried under.
        branching: children of each node of a tree, block by block, on which the plan that
            decides again is compared; empty for none.
        contracts: whether projects may be given contracts that keep them alive.

    Raises:
        UsageError: a number out of range.
    """

    budget: Budget
    risk: Risk
    scenarios: int = 32
    seed: int = 1
    whole: bool = True
    gap: float = 1e-3
    seconds: float | None = None
    fresh: int = 64
    margin: float = 0.05
    front: tuple[float, ...] = FRONT
    shifts: tuple[str, ...] = ()
    branching: tuple[int, ...] = ()
    contracts: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.scenarios <= MAX_SCENARIOS:
            raise UsageError(f"{self.scenarios} scenarios; allowed: 1 to {MAX_SCENARIOS}")
        if not 0 <= self.fresh <= MAX_SCENARIOS:
            raise UsageError(f"{self.fresh} fresh courses; allowed: 0 to {MAX_SCENARIOS}")
        check_budget(self.budget)
        if not 0 < self.gap < 1:
            raise UsageError(f"gap {self.gap:g}; allowed: above 0 and below 1")
        if not 0 <= self.margin <= 1:
            raise UsageError(f"margin {self.margin:g}; allowed: 0 to 1")
        if any(b < 1 for b in self.branching):
            raise UsageError(f"branching {self.branching}; every number must be 1 or more")
        bad = [w for w in self.front if not 0 <= w <= 1]
        if bad:
            raise UsageError(f"front {bad[0]:g}; a weight lies between 0 and 1")

    def parameters(self) -> Mapping[str, Any]:
        """All of it, for the record of a run."""
        return {
            "budget": self.budget.total,
            "budget_by_partner": dict(self.budget.partners),
            "budget_a_year": self.budget.yearly,
            "risk_weight": self.risk.weight,
            "confidence": self.risk.confidence,
            "scenarios": self.scenarios,
            "whole": self.whole,
            "gap": self.gap,
            "seconds": self.seconds,
            "fresh": self.fresh,
            "margin": self.margin,
            "front": list(self.front),
            "shifts": list(self.shifts),
            "branching": list(self.branching),
            "contracts": self.contracts,
        }


def check_budget(budget: Budget) -> None:
    """Limits below zero leave no plan, not even none.

    Raises:
        UsageError: the first one, with its place.
    """
    yearly = () if budget.yearly is None else (("the budget of a year", budget.yearly),)
    partners = [(f"the budget of {code}", most) for code, most in budget.partners]
    for place, most in (("the budget", budget.total), *yearly, *partners):
        if not most >= 0:
            raise UsageError(
                f"{place} is {most:g} million USD; allowed: 0 or more; give 0 for no money"
            )
