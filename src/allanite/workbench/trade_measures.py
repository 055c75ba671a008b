"""What a measure at the border moves and who pays; which element a price floor should name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from allanite.conditions.border import find_measure
from allanite.conditions.case import Case
from allanite.errors import UsageError
from allanite.record import Stopwatch
from allanite.studies.border.prepare import prepare_border
from allanite.studies.border.request import BorderRequest
from allanite.studies.border.study import border_tables, terms_table
from allanite.studies.floors import floor_elements
from allanite.studies.response.courses import NO_LICENCES
from allanite.studies.result import Result, snapped
from allanite.workbench.base import ReconciledNetwork, run_record


def border(
    network: ReconciledNetwork,
    case: Case,
    request: BorderRequest | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Result:
    """What a border measure moves, who pays, and where demand leaks: tables `border_...`.

    Args:
        network: a reconciled network.
        case: its partners are those who could impose the measure together.
        request: which measure, years and levels.
        progress: called with (what is done, steps done, steps).

    Raises:
        UsageError: an unknown measure, or one that does not fit the network.
        DataError: a table lacks a row or a range.
        SolveError: no response exists; what contradicts is named.
    """
    watch, asked = Stopwatch(), request or BorderRequest()
    measure = find_measure(network.release, asked.measure_id)
    if asked.level is not None:
        measure = measure.at(asked.level)
    desk = prepare_border(network.release, network.baseline, asked.start)
    tables = border_tables(desk, measure, asked, case.partners, progress)
    tables["border_terms"] = terms_table(network.release)
    parameters = {"case": case.case_id, **asked.parameters()}
    return Result(run_record("border", parameters, network, watch), snapped(tables))


def find_floors(
    network: ReconciledNetwork,
    case: Case,
    found: Mapping[str, pa.Table],
    *,
    break_even: Mapping[tuple[str, str], float] | None = None,
) -> Result:
    """Which element a price floor should name: table `floor_elements`.

    Args:
        network: a reconciled network.
        case: partners.
        found: `response_prices` of a response, best with its stress branch, and `plan_values` of a
            plan.
        break_even: price of an oxide at which a project pays, by project and material, from a
            valuation [USD/kg].

    Raises:
        UsageError: one of the two tables is missing.
    """
    watch = Stopwatch()
    for name in ("response_prices", "plan_values"):
        if name not in found:
            raise UsageError(f"no table {name}; give a result of `respond` and one of `plan`")
    table = floor_elements(
        network.release,
        case.partners,
        found["response_prices"].to_pylist(),
        found["plan_values"].to_pylist(),
        NO_LICENCES,
        break_even,
    )
    parameters = {"case": case.case_id}
    return Result(run_record("floors", parameters, network, watch), {"floor_elements": table})
