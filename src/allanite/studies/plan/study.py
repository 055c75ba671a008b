"""All tables of a solved plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.studies.plan.answer import PlanAnswer
from allanite.studies.plan.contract_rows import contract_rows
from allanite.studies.plan.figures import figure_rows, front_rows, regime_rows, round_rows
from allanite.studies.plan.permit_rows import permit_rows
from allanite.studies.plan.portfolio import project_rows, schedule_rows
from allanite.studies.plan.shortage_rows import shortage_rows, year_rows
from allanite.studies.plan.stock_rows import cover_rows, stock_rows
from allanite.studies.plan.value_rows import value_rows

Row = dict[str, object]
ROWS: Final[Mapping[str, Callable[[PlanAnswer], Iterable[Row]]]] = {
    "plan_figures": figure_rows,
    "plan_projects": project_rows,
    "plan_contracts": contract_rows,
    "plan_values": value_rows,
    "plan_schedule": schedule_rows,
    "plan_permits": permit_rows,
    "plan_stocks": stock_rows,
    "plan_cover": cover_rows,
    "plan_shortage": shortage_rows,
    "plan_years": year_rows,
    "plan_front": front_rows,
    "plan_rounds": round_rows,
    "plan_regimes": regime_rows,
}
WHERE_ASKED: Final = ("plan_contracts",)


def plan_tables(answer: PlanAnswer, sensitivity: Iterable[Row] = ()) -> dict[str, pa.Table]:
    """Every table of the plan; `plan_contracts` and `plan_sensitivity` where they have rows."""
    made = {name: list(rows(answer)) for name, rows in ROWS.items()}
    tables = {
        name: rows_table(TABLES[name], rows)
        for name, rows in made.items()
        if rows or name not in WHERE_ASKED
    }
    shifted = list(sensitivity)
    if shifted:
        tables["plan_sensitivity"] = rows_table(TABLES["plan_sensitivity"], shifted)
    return tables
