"""A response in the words of a terminal: sentences first, then what they rest on as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from allanite.present.data import BriefData
from allanite.present.page import Row
from allanite.present.response import cover_rows, names_of, partner_rows, weeks_number, weeks_range
from allanite.present.sections.answer import answer_lines
from allanite.present.sections.stops import stop_lines
from allanite.present.words import millions, percent
from allanite.studies.response.courses import STATED

# What `--show` calls a table.
SHOWN: Final[Mapping[str, str]] = {
    "cover": "response_cover",
    "service": "response_service",
    "flows": "response_flows",
    "prices": "response_prices",
    "stocks": "response_stocks",
    "measures": "response_measures",
    "pairs": "response_pairs",
    "knowledge": "response_knowledge",
    "figures": "response_figures",
    "notes": "response_notes",
    "makers": "lineage_makers",
    "intervals": "ensemble_intervals",
    "attribution": "ensemble_attribution",
    "unknowns": "ensemble_unknowns",
    "draws": "ensemble_draws",
}
_LEAST_LOSS: Final = 0.05  # million USD; below it a use is not told in a terminal


def response_lines(data: BriefData) -> list[str]:
    """Who stops first and what to do, one sentence or two a course of the law."""
    lines = list(stop_lines(data))
    if partner_rows(data, "response_cover") and not data.rows("response_measures"):
        return lines
    return [*lines, *answer_lines(data)]


def readable_cover(data: BriefData) -> pa.Table:
    """Cover of the uses that stop or lose anything, in words."""
    names = names_of(data)
    rows = [row for partner in data.case.partners for row in cover_rows(data, partner)]
    kept = [r for r in rows if r["weeks"] is not None or r["loss_nothing"] > _LEAST_LOSS]
    return _words(
        kept,
        {
            "partner": lambda r: data.places.name(r["region"]),
            "use": lambda r: str(r["end_use"]),
            **_branch(kept),
            "cover": weeks_range,
            "runs out first": lambda r: names.material(r["material"]) if r["material"] else "–",
            "least served": lambda r: percent(r["lowest_share"]),
            "loss, million USD": lambda r: millions(r["loss_nothing"]),
            "with answer": lambda r: millions(r["loss_cheapest"]),
        },
    )


def readable_measures(data: BriefData) -> pa.Table:
    """Measures in their order, in words."""
    rows = data.rows("response_measures")
    return _words(
        rows,
        {
            "measure": lambda r: str(r["measure"]),
            **_branch(rows),
            "saved alone, million USD": lambda r: millions(r["saving_alone"]),
            "missed if left out": lambda r: millions(r["saving_last"]),
            "shortage avoided, t": lambda r: millions(r["shortage_avoided_amount"]),
            "weeks gained": lambda r: weeks_number(r["weeks_gained"]),
        },
    )


def readable_scan(rows: Iterable[Row]) -> pa.Table:
    """Choke points in words."""
    return _words(
        list(rows),
        {
            "where": lambda r: str(r["name"]),
            "mineral": lambda r: str(r["chain"]),
            "stage": lambda r: str(r["stage"]),
            "loss, million USD": lambda r: millions(r["loss"]),
            "shortage, t": lambda r: millions(r["shortage_amount"]),
            "use that loses most": lambda r: str(r["most_hit"] or "none"),
            "made there, t/yr": lambda r: f"{r['normal_rate']:,.0f}",
        },
    )


def _branch(rows: Iterable[Row]) -> dict[str, Callable[[Row], str]]:
    """A column for the course of the law where there is more than one way it may go."""
    if all(row["branch"] == STATED for row in rows):
        return {}
    return {"with": lambda r: str(r["branch"])}


def _words(rows: list[Any], columns: Mapping[str, Callable[[Row], str]]) -> pa.Table:
    return pa.table(
        {name: pa.array([cell(row) for row in rows], pa.string()) for name, cell in columns.items()}
    )
