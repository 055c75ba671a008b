"""What sharing is asked for: money, how many courses, and how exact the costs of coalitions are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from allanite.conditions.plan_case import Budget
from allanite.errors import UsageError
from allanite.studies.plan.request import MAX_SCENARIOS, check_budget

MOST_EXACT: Final = 6  # partners up to which every coalition is valued


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRequest:
    """What sharing is asked for.

    Attributes:
        budget: limits of the partners.
        scenarios: courses that all coalitions plan on.
        seed: of every draw.
        gap: relative, at which the search of each coalition ends.
        permutations: orders of joining that are drawn for more than 6 partners, even.

    Raises:
        UsageError: a number out of range.
    """

    budget: Budget
    scenarios: int = 32
    seed: int = 1
    gap: float = 1e-3
    permutations: int = 8

    def __post_init__(self) -> None:
        if not 1 <= self.scenarios <= MAX_SCENARIOS:
            raise UsageError(f"{self.scenarios} scenarios; allowed: 1 to {MAX_SCENARIOS}")
        if not 0 < self.gap < 1:
            raise UsageError(f"gap {self.gap:g}; allowed: above 0 and below 1")
        if self.permutations < 4 or self.permutations % 2:
            raise UsageError(f"{self.permutations} permutations; allowed: even numbers from 4 on")
        check_budget(self.budget)

    def told(self, case_id: str) -> Mapping[str, Any]:
        """All of it and the case, for the record of a run."""
        return {
            "case": case_id,
            "seed": self.seed,
            "budget": self.budget.total,
            "budget_by_partner": dict(self.budget.partners),
            "budget_a_year": self.budget.yearly,
            "scenarios": self.scenarios,
            "gap": self.gap,
            "permutations": self.permutations,
        }
