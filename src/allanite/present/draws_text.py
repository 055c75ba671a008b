"""Ranges over draws, and what they hang on, for a terminal."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from allanite.ensemble.response import FIRST_STOP, split_figure_name
from allanite.present.data import BriefData
from allanite.present.page import Row
from allanite.present.words import significant
from allanite.studies.response.figures import ALL_PARTNERS

TOLD: Final = ("loss", FIRST_STOP)
STRONGEST: Final = 3  # unknowns told of each figure


def readable_intervals(data: BriefData) -> pa.Table:
    """Loss and first stop of each partner and of all, with their ranges."""
    regions = (*data.case.partners, ALL_PARTNERS)
    rows = [(split_figure_name(r["figure"]), r) for r in data.rows("ensemble_intervals")]
    kept = [(name, r) for name, r in rows if name[2] in TOLD and name[3] in regions]
    kept.sort(key=lambda pair: (pair[0][0], pair[0][2], pair[0][1], pair[0][3]))
    return _words(
        [
            {
                "figure": f"{figure}, {answer}",
                "for": data.places.name(region) if region != ALL_PARTNERS else region,
                "with": branch,
                "unit": str(row["unit"] or "–"),
                "central": _number(row, "central"),
                "5 %": _number(row, "low"),
                "median": _number(row, "median"),
                "95 %": _number(row, "high"),
            }
            for (branch, answer, figure, region), row in kept
        ]
    )


def readable_attribution(data: BriefData) -> pa.Table:
    """The unknowns that the partners' loss and first stop hang on most."""
    found: dict[str, list[Row]] = {}
    for row in data.rows("ensemble_attribution"):
        _, _, figure, region = split_figure_name(row["figure"])
        if figure in TOLD and region == ALL_PARTNERS and row["total"] is not None:
            found.setdefault(row["figure"], []).append(row)
    kept = []
    for rows in found.values():
        kept += sorted(rows, key=lambda row: -float(row["total"]))[:STRONGEST]
    return _words(
        [
            {
                "figure": ", ".join(split_figure_name(row["figure"])[2:0:-1]),
                "with": split_figure_name(row["figure"])[0],
                "unknown": str(row["unknown"]),
                "share of the spread": f"{row['total']:.2f}",
                "5 % to 95 %": f"{row['total_low']:.2f} to {row['total_high']:.2f}",
            }
            for row in kept
        ]
    )


def _number(row: Row, name: str) -> str:
    return "–" if row[name] is None else significant(row[name])


def _words(rows: list[dict[str, str]]) -> pa.Table:
    return pa.Table.from_pylist(rows) if rows else pa.table({})
