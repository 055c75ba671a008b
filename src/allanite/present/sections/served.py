"""What is served month by month, if nobody acts and at the cheapest answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Final

from allanite.present.data import BriefData
from allanite.present.page import (
    Column,
    Figure,
    LegendItem,
    PanelDrawing,
    Row,
    TableView,
    panel_figure,
    table_view,
)
from allanite.present.response import (
    CHEAPEST,
    NOTHING,
    branch_heading,
    branches,
    by_loss,
    computed,
    cover_rows,
    names_of,
    partner_rows,
    period_end,
    period_start,
)
from allanite.present.strips import StripCell, StripRow, share_strips
from allanite.present.words import in_sentence, joined, percent, short_percent

SERVED: Final = 0.95  # below this a use has stopped, as the response counts it
_SHOWN_STRIPS: Final = 10
_TOLD: Final = 3


def inside_lines(data: BriefData) -> tuple[str, ...]:
    """Materials that run short inside uses that do not stop as a whole, as one sentence."""
    if not branches(data):
        return ()
    branch, names = by_loss(data)[0], names_of(data)
    running = {
        (row["region"], row["end_use"])
        for row in partner_rows(data, "response_cover")
        if row["branch"] == branch and row["weeks"] is None
    }
    lowest: dict[tuple[str, str, str], float] = {}
    for row in partner_rows(data, "response_service"):
        if row["branch"] == branch and row["answer"] == NOTHING and row["served_share"] < SERVED:
            key = (row["region"], row["end_use"], row["material"])
            lowest[key] = min(lowest.get(key, 1.0), row["served_share"])
    found = [
        f"{names.material(material)} in {use} of {in_sentence(data.places.name(region))} "
        f"({percent(share)} served)"
        for (region, use, material), share in sorted(lowest.items(), key=lambda x: (x[1], x[0]))
        if (region, use) in running
    ]
    if not found:
        return ()
    rest = f" and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    return (
        "Single materials run short inside uses that do not stop as a whole: "
        f"{joined(found[:_TOLD]) if not rest else ', '.join(found[:_TOLD])}{rest}.",
    )


def served_figures(data: BriefData) -> tuple[Figure, ...]:
    """Strips of the share served, one figure a branch in which a use falls short."""
    shares = served_shares(data)
    figures = []
    for position, branch in enumerate(branches(data)):
        drawings = [
            drawing
            for partner in data.case.partners
            if (drawing := _served_panel(data, branch, partner, shares))
        ]
        if drawings:
            figures.append(_served_figure(data, position, branch, drawings))
    return tuple(figures)


Key = tuple[str, str, str, str]


def served_shares(data: BriefData) -> dict[Key, dict[str, float]]:
    """Share served by (branch, answer, partner, use) and period.

    Counted are the materials that run short in any period: the table holds no others.
    """
    need: dict[Key, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    short: dict[Key, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in partner_rows(data, "response_service"):
        key = (row["branch"], row["answer"], row["region"], row["end_use"])
        need[key][row["period"]] += row["need_amount"]
        short[key][row["period"]] += row["delayed_amount"] + row["idle_amount"]
    return {
        key: {p: 1 - short[key][p] / amount if amount else 1.0 for p, amount in found.items()}
        for key, found in need.items()
    }


def _served_panel(
    data: BriefData, branch: str, partner: str, shares: dict[Key, dict[str, float]]
) -> PanelDrawing | None:
    order = list(dict.fromkeys(row["end_use"] for row in cover_rows(data, partner)))
    short = [
        key[3]
        for key, found in shares.items()
        if key[0] == branch and key[2] == partner and min(found.values()) < SERVED
    ]
    uses = sorted(set(short), key=lambda use: (order.index(use) if use in order else -1, use))
    rows = [
        strip
        for use in uses[:_SHOWN_STRIPS]
        for answer in (NOTHING, CHEAPEST)
        if (strip := _strip(use, answer, shares.get((branch, answer, partner, use), {})))
    ]
    if not rows:
        return None
    return PanelDrawing(data.places.name(partner), partial(share_strips, rows, "var(--lost)"))


_SERIES: Final = {NOTHING: "if nobody acts", CHEAPEST: "at the cheapest answer"}
_AT_RIGHT: Final = {NOTHING: "if nobody acts", CHEAPEST: "with answer"}


def _strip(use: str, answer: str, shares: dict[str, float]) -> StripRow | None:
    if not shares:
        return None
    labels = sorted(shares)
    cells = tuple(
        StripCell(
            period_start(label),
            period_end(labels, i),
            min(max(1 - shares[label], 0.0), 1.0),
            f"{percent(max(shares[label], 0.0))} served",
        )
        for i, label in enumerate(labels)
    )
    worst = short_percent(max(min(shares.values()), 0.0))
    return StripRow(use, _SERIES[answer], cells, f"{worst} {_AT_RIGHT[answer]}")


def _served_figure(
    data: BriefData, position: int, branch: str, drawings: Sequence[PanelDrawing]
) -> Figure:
    heading = branch_heading(branch)
    title = "Share served of what runs short, by use and month"
    reading = (
        "The stronger the colour, the less is served of the materials that run short. The upper "
        "strip of each use shows what happens if nobody acts, the lower one the cheapest answer; "
        "the number is the lowest share of the time shown."
    )
    legend = [LegendItem("nothing served", "var(--lost)"), LegendItem("all served", "none")]
    return panel_figure(
        f"figure-served-{position + 1}",
        f"{title}: {heading[0].lower()}{heading[1:]}" if heading else title,
        reading,
        drawings,
        _served_table(data, position, branch),
        legend,
    )


def _served_table(data: BriefData, position: int, branch: str) -> TableView:
    names = names_of(data)
    rows = [
        row
        for row in partner_rows(data, "response_service")
        if row["branch"] == branch and row["served_share"] < SERVED
    ]
    columns = (
        Column("Use", lambda r: str(r["end_use"])),
        Column("Partner", lambda r: data.places.name(r["region"])),
        Column("Material", lambda r: names.material(r["material"])),
        Column("Answer", lambda r: _SERIES[r["answer"]]),
        Column("Period", lambda r: str(r["period"])),
        Column("Need", lambda r: _amount(r["need_amount"]), True),
        Column("Postponed", lambda r: _amount(r["delayed_amount"]), True),
        Column("Idle", lambda r: _amount(r["idle_amount"]), True),
        Column("Served", lambda r: percent(r["served_share"]), True),
        Column("Source", computed),
    )
    return table_view(
        f"rows-served-{position + 1}",
        "Uses and months served below 95 %",
        columns,
        sorted(rows, key=_served_order),
        table="response_service",
        limit=40,
    )


def _served_order(row: Row) -> tuple[object, ...]:
    place = (row["region"], row["end_use"], row["answer"] != NOTHING)
    return (*place, row["period"], row["material"])


def _amount(value: float) -> str:
    return f"{value:,.1f} t"
