"""Capital of others kept at work per USD that a contract costs the public."""

from __future__ import annotations

from collections.abc import Sequence

from allanite.axis import BoolArray
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.instruments.kinds import Equity, Grant, Loan
from allanite.studies.contracts.study import Case

LEAST_COST = 1.0  # below it a ratio says nothing [million USD]


def leverage(
    case: Case, contracts: Sequence[Contract], before: BoolArray, after: BoolArray, cost: float
) -> float | None:
    """(odds of life with - odds without) x capital of others / mean cost to the public.

    Capital of others is the capital cost, spent or not, less grants, public loans and equity of
    these contracts. Missing for an operation, whose capital nobody printed, and where the
    contract costs nothing in the mean.

    Args:
        case: the venture.
        contracts: whose cost it is.
        before: alive at the horizon without them, shape (S,).
        after: the same with them.
        cost: present, mean [million USD].
    """
    if case.venture.capex is None or cost < LEAST_COST:
        return None
    gain = float(after.mean()) - float(before.mean())
    return gain * max(case.venture.capex.value - public_capital(contracts), 0.0) / cost


def public_capital(contracts: Sequence[Contract]) -> float:
    """Grants, loans and equity of contracts, in their own money [million USD]."""
    return sum(
        i.amount for c in contracts for i in c.instruments if isinstance(i, Grant | Loan | Equity)
    )
