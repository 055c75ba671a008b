"""How good the baseline is: residuals beyond the limit explained, totals against published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from allanite.network.reconcile import GROSS_ERROR
from allanite.present.data import BriefData, range_legend
from allanite.present.figures import (
    IntervalRow,
    Residual,
    ValueAxis,
    interval_rows,
    residual_strip,
)
from allanite.present.page import (
    Cell,
    Column,
    Figure,
    LegendItem,
    Row,
    Section,
    TableView,
    figure,
    quality_tag,
    source_cell,
    table_view,
)
from allanite.present.sections.chain import computed_cell
from allanite.present.words import (
    counted,
    percent,
    rate_range,
    share_range,
    sigmas,
    tonnes,
)

IDENTIFIER: Final = "reconciliation"
SHARE_UNIT: Final = "1"
LIMIT: Final = GROSS_ERROR  # residuals beyond so many standard errors are named


def reconciliation_section(data: BriefData) -> Section:
    """Residuals, what lies behind the large ones, and totals against published figures."""
    observations = evidence(data)
    totals = data.rows("baseline_totals")
    figures = []
    if compared := [row for row in totals if row["published"]]:
        figures.append(_total_figure(data, compared))
    if observations:
        figures.append(_residual_figure(observations))
    return Section(
        identifier=IDENTIFIER,
        title="How well the numbers fit together",
        lead=_lead(observations, totals),
        figures=tuple(figures),
        tables=(_explained_table(observations), _total_table(data, totals)),
        method=(
            "Sources disagree. The baseline changes every observation as little as its error "
            "allows until each balance closes: weighted least squares with the balances and "
            "bounds as conditions. A residual says how far an observation had to move, in its own "
            "standard errors.",
            "Ties say how rates go together (a recipe, a share of grades), stock rows that stocks "
            "change little. Weak priors keep what nobody observes from running away; they are in "
            "the table of observations and are not counted here.",
            f"Every residual beyond {LIMIT:g} standard errors is named and explained.",
        ),
    )


def evidence(data: BriefData) -> list[dict[str, Any]]:
    """Observations and ties without the weak priors."""
    return [row for row in data.rows("baseline_observations") if not row["prior"]]


def beyond(observations: Sequence[Row]) -> list[Row]:
    """Observations beyond the limit, the farthest first."""
    found = [row for row in observations if abs(row["residual"]) > LIMIT]
    return sorted(found, key=lambda r: -abs(r["residual"]))


def _lead(observations: Sequence[Row], totals: Sequence[Row]) -> tuple[str, ...]:
    if not observations:
        return ("The table of observations is empty: the baseline is not known.",)
    far = beyond(observations)
    printed = sum(row["class"] == "observation" for row in observations)
    unexplained = sum(not row["explanation"] for row in far)
    lines = [
        f"{printed:,} observations were reconciled, with {len(observations) - printed:,} ties "
        f"and limits of stocks; {counted(len(far), 'lies', 'lie')} beyond {LIMIT:g} standard "
        "errors.",
    ]
    if far:
        lines.append(
            "Each of them is explained below."
            if not unexplained
            else f"{unexplained} of them have no explanation yet."
        )
    held = sum(r["low"] <= r["published"] <= r["high"] for r in totals)
    if totals:
        lines.append(f"{held} of {len(totals)} published totals lie inside the range found here.")
    return tuple(lines)


def _residual_figure(observations: Sequence[Row]) -> Figure:
    residuals = [
        Residual(str(r["observation_id"]), r["residual"], bool(r["gross_error"]))
        for r in observations
    ]
    return figure(
        "figure-residuals",
        "Residuals of all observations",
        f"The bars count observations that fit. Named points had to move more than {LIMIT:g} "
        "standard errors; coloured ones are taken for gross errors.",
        lambda size: residual_strip(residuals, LIMIT, size),
        _observation_table(observations),
        (
            LegendItem("gross error", "var(--watched)", "circle"),
            LegendItem("beyond the limit", "var(--ink)", "circle"),
        ),
    )


def _observation_columns() -> tuple[Column, ...]:
    return (
        Column("Observation", lambda r: f"{r['observation_id']} ({r['what']})"),
        Column("Observed", lambda r: tonnes(r["observed_rate"]), True),
        Column("Standard error", lambda r: tonnes(r["standard_error"]), True),
        Column("Reconciled", lambda r: tonnes(r["reconciled_rate"]), True),
        Column("Residual", lambda r: sigmas(r["residual"]), True),
        Column("Source", source_cell),
    )


def _observation_table(observations: Sequence[Row]) -> TableView:
    ordered = sorted(observations, key=lambda r: -abs(r["residual"]))
    return table_view(
        "rows-observations",
        "Observations, the largest residuals first",
        _observation_columns(),
        ordered,
        table="baseline_observations",
        limit=40,
    )


def _explained_table(observations: Sequence[Row]) -> TableView:
    *columns, source = _observation_columns()
    return table_view(
        "rows-explained",
        f"Residuals beyond {LIMIT:g} standard errors, explained",
        (*columns, Column("Explanation", lambda r: r["told"]), source),
        explained(beyond(observations)),
        table="baseline_observations",
    )


def explained(far: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows of one topic together, the farthest topic first; its cause is told once (`told`)."""
    topics: dict[str, list[Row]] = {}
    for row in far:
        topics.setdefault(row["topic"] or row["observation_id"], []).append(row)
    return [
        {**row, "told": "Same cause as above." if i else str(row["explanation"] or "none yet")}
        for rows in topics.values()
        for i, row in enumerate(rows)
    ]


def _total_figure(data: BriefData, totals: Sequence[Row]) -> Figure:
    points = [_ratio(data, row) for row in totals]
    ends = [x for p in points for x in (p.value, p.low, p.high) if x is not None]
    low, high = min([0.8, *ends]), max([1.2, *ends])
    axis = ValueAxis("Reconciled over published (1: equal)", low, high, ".1f", (1.0,))
    return figure(
        "figure-totals",
        "Totals of the baseline against published figures",
        "A point on the line agrees. The line through a point is its range.",
        lambda size: interval_rows(points, axis, size),
        _total_table(data, totals, "rows-totals-figure"),
        (
            *range_legend(),
            LegendItem("published figure is itself an estimate", "var(--accent)", "ring"),
        ),
    )


def _ratio(data: BriefData, row: Row) -> IntervalRow:
    published = row["published"]
    return IntervalRow(
        label=f"{row['quantity']}, {data.places.name(row['region'])} · {row['published_by']}",
        series="reconciled over published",
        value=row["rate"] / published,
        low=row["low"] / published,
        high=row["high"] / published,
        colour="var(--accent)",
        shape="circle",
        text=_amount(row, "rate"),
        is_solid=not quality_tag(row),
    )


def _amount(row: Row, name: str) -> str:
    return percent(row[name]) if row["unit"] == SHARE_UNIT else tonnes(row[name])


def _amount_range(row: Row) -> str:
    say = share_range if row["unit"] == SHARE_UNIT else rate_range
    return say(row["rate"], row["low"], row["high"])


def _total_table(
    data: BriefData, totals: Sequence[Row], identifier: str = "rows-totals"
) -> TableView:
    columns = (
        Column("Quantity", lambda r: str(r["quantity"])),
        Column("Region", lambda r: data.places.name(r["region"])),
        Column("Baseline (range)", _amount_range, True),
        Column("Published", lambda r: _amount(r, "published"), True),
        Column(
            "Published by",
            lambda r: Cell(str(r["published_by"]), "#table-baseline_totals", quality_tag(r)),
        ),
        Column("Note", lambda r: str(r["note"] or "–")),
        Column("Source of the baseline", computed_cell),
    )
    return table_view(
        identifier,
        "Totals and published figures",
        columns,
        totals,
        table="baseline_totals",
        is_folded=True,
    )


def watched_shares(data: BriefData) -> list[str]:
    """Published shares of the watched issuer as the baseline finds them, with ranges."""
    return [
        f"{row['quantity']}: {_amount_range(row)}"
        for row in data.rows("baseline_totals")
        if row["unit"] == SHARE_UNIT and row["region"] == data.case.watched
    ]
