"""What a plan starts from before anything is solved: its block of the case, the request that the
case makes by itself, and every assumption as a table.
"""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_plan import PLAN_ASSUMPTIONS
from allanite.conditions.case import Case
from allanite.conditions.plan_case import PlanCase, plan_rows
from allanite.errors import UsageError
from allanite.program.risk import Risk
from allanite.studies.plan.request import PlanRequest

PREFIX: Final = "plan."
# The case states its own; that of the table is what it was chosen by.
_OF_CASE: Final = ("plan.discount_rate",)


def plan_of(case: Case) -> PlanCase:
    """The plan of a case; raises `UsageError` where its file has none, with what to add."""
    if case.plan is None:
        raise UsageError(
            f"case {case.case_id} has no plan; add the lines `plan:` and `  like: us-japan` to its"
            " file, and keys of your own below them"
        )
    return case.plan


def plan_request(plan: PlanCase, seed: int) -> PlanRequest:
    """What a case asks for where nobody asks for more: its budget and its attitude to risk."""
    risk = Risk(weight=plan.risk_weight, confidence=plan.confidence)
    return PlanRequest(budget=plan.budget, risk=risk, seed=seed)


def plan_assumptions(release: Release, plan: PlanCase) -> pa.Table:
    """Table `plan_assumptions`: those of the case, then those of table `assumptions`."""
    rows = [dict(row) for row in plan_rows(plan)]
    rows += [
        _row_of(row)
        for row in release.rows("assumptions")
        if row["assumption_id"].startswith(PREFIX) and row["assumption_id"] not in _OF_CASE
    ]
    return rows_table(PLAN_ASSUMPTIONS, rows)


def _row_of(row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: row[key] for key in ("value", "low", "high", "unit", "quality")}
    why = f"{row['statement']} {row['reason']}"
    return {"name": row["assumption_id"], **kept, "unit": row["unit"] or "1", "why": why}
