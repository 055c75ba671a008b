"""Concentration of supply, and which minerals the partners hold to be a priority together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from allanite.present.data import BriefData, partner_legend, range_legend
from allanite.present.figures import IntervalRow, ValueAxis, interval_rows
from allanite.present.page import (
    Cell,
    Column,
    Figure,
    LegendItem,
    Row,
    Section,
    TableView,
    figure,
    table_view,
)
from allanite.present.sections.chain import computed_cell
from allanite.present.sections.dependence import STAGE_ORDER, element_stage
from allanite.present.words import (
    counted,
    element_name,
    in_sentence,
    joined,
    percent,
    share_range,
    stage_word,
)
from allanite.studies.coverage import ALL_END_USES

IDENTIFIER: Final = "priorities"
_SHOWN: Final = 15
_ALONE: Final = {
    "all partners": "the partner's list",
    "no partner": "not on the partner's list",
}


def priorities_section(data: BriefData) -> Section:
    """Concentration by stage, then the joint ranking with agreement and disagreement."""
    concentration = _concentration_rows(data)
    priorities = ranked(data)
    figures = []
    if concentration:
        figures.append(_concentration_figure(data, concentration))
    if priorities:
        figures += _priority_figures(data, priorities)
    return Section(
        identifier=IDENTIFIER,
        title=f"Concentration and {'priorities' if _is_alone(data) else 'joint priorities'}",
        lead=_lead(data, concentration, priorities),
        figures=tuple(figures),
        tables=(_risk_table(data),),
        method=(
            "Concentration is the Herfindahl-Hirschman index of origins: the sum of squared "
            "shares, 1 where one country supplies all.",
            "A mineral's score is the weighted mean of what is known: whether the partner lists "
            "it, net import reliance, supply risk (GeoPolRisk), and a control in force. The line "
            "shows the score with every missing part at its best and at its worst. The weights "
            "stand in the table of assumptions.",
            "GeoPolRisk is left empty where production, trade or governance data are missing. "
            "Empty is not zero risk.",
        ),
    )


def ranked(data: BriefData) -> list[dict[str, Any]]:
    """Rows of the joint ranking, best rank first; minerals without a rank come last."""
    partners = data.case.partners
    rows = [row for row in data.rows("joint_priorities") if row["partner"] in partners]
    last = 1 + max((row["joint_rank"] or 0 for row in rows), default=0)
    return sorted(
        rows,
        key=lambda r: (r["joint_rank"] or last, r["mineral"], partners.index(r["partner"])),
    )


def minerals_by_agreement(data: BriefData, agreement: str) -> list[str]:
    """Minerals with that agreement, in the order of the joint rank.

    The list of a case's only partner is the list of all partners.
    """
    alike = {agreement, _ALONE.get(agreement, agreement)}
    found = [row["mineral"] for row in ranked(data) if row["agreement"] in alike]
    return list(dict.fromkeys(found))


def _lead(
    data: BriefData, concentration: Sequence[Row], priorities: Sequence[Row]
) -> tuple[str, ...]:
    lines = []
    if concentration:
        top = max(concentration, key=lambda r: r["hhi"])
        partner = in_sentence(data.places.name(top["demand_region"]))
        lines.append(
            f"Supply is most concentrated for {partner} in {element_name(top['element'])} at the "
            f"{top['stage']} stage: index {top['hhi']:.2f}, "
            f"{data.places.name(top['top_origin'])} first."
        )
    else:
        lines.append("The table of concentration is empty for the partners.")
    if not priorities:
        return (*lines, "The table of joint priorities is empty: no ranking can be shown.")
    return (*lines, *_agreement_lines(data))


def _agreement_lines(data: BriefData) -> list[str]:
    """How many minerals the lists share, and on which they differ."""
    both = minerals_by_agreement(data, "all partners")
    if _is_alone(data):
        owner = in_sentence(data.partner_names()[0])
        count = counted(len(both), "mineral", "minerals")
        return [f"On the list of {owner}: {count}, ranked by its own score alone."]
    lines = []
    one = [*minerals_by_agreement(data, "one partner")]
    some = minerals_by_agreement(data, "some partners")
    lines.append(f"On the lists of all partners: {counted(len(both), 'mineral', 'minerals')}.")
    if one or some:
        lines.append(
            f"The partners disagree on {len(one) + len(some)}: "
            f"{joined((one + some)[:6])}{' and others' if len(one) + len(some) > 6 else ''}."
        )
    unknown = minerals_by_agreement(data, "unknown")
    if unknown:
        lines.append(f"For {len(unknown)} minerals a list is missing, so agreement is not known.")
    return lines


def _is_alone(data: BriefData) -> bool:
    """Whether the case has one partner only."""
    return len(data.case.partners) == 1


def _concentration_rows(data: BriefData) -> list[dict[str, Any]]:
    elements = [e for group in data.case.element_groups for e in group.elements]
    partners = data.case.partners
    rows = [
        row
        for row in data.rows("exposure_concentration")
        if row["demand_region"] in partners
        and row["end_use"] == ALL_END_USES
        and row["element"] in elements
        and row["stage"] in STAGE_ORDER
    ]
    return sorted(
        rows,
        key=lambda r: (
            elements.index(r["element"]),
            STAGE_ORDER.index(r["stage"]),
            partners.index(r["demand_region"]),
        ),
    )


def _concentration_figure(data: BriefData, rows: Sequence[Row]) -> Figure:
    points = [
        IntervalRow(
            label=element_stage(row),
            series=data.places.name(row["demand_region"]),
            value=row["hhi"],
            low=row["hhi_low"],
            high=row["hhi_high"],
            colour=data.places.colour(row["demand_region"]),
            shape=data.places.shape(row["demand_region"]),
            text=f"{row['hhi']:.2f} · {row['top_origin']}",
        )
        for row in rows
    ]
    axis = ValueAxis("Herfindahl-Hirschman index of origins (1: one country)", 0, 1, ".1f")
    return figure(
        "figure-concentration",
        "Concentration of origins, by element and stage",
        "Points at the right hang on few countries. The code names the largest origin.",
        lambda size: interval_rows(points, axis, size),
        _concentration_table(data, rows),
        (*partner_legend(data), *range_legend()),
    )


def _concentration_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Partner", lambda r: data.places.name(r["demand_region"])),
        Column("Element", lambda r: str(r["element"])),
        Column("Stage", lambda r: stage_word(r["stage"])),
        Column("Index", lambda r: f"{r['hhi']:.3f}", True),
        Column("With governance", lambda r: _number(r["hhi_governance"]), True),
        Column("Largest origin", lambda r: data.places.name(r["top_origin"])),
        Column(
            "Its share (range)", lambda r: share_range(r["top_share"], r["low"], r["high"]), True
        ),
        Column("Source", computed_cell),
    )
    return table_view(
        "rows-concentration",
        "Index drawn above",
        columns,
        rows,
        table="exposure_concentration",
    )


def _number(value: float | None) -> str:
    return "no data" if value is None else f"{value:.3f}"


def _priority_figures(data: BriefData, rows: Sequence[Row]) -> list[Figure]:
    """The first joint priorities, and the first minerals on which the lists disagree."""
    scored = [row for row in rows if row["score"] is not None and row["joint_rank"] is not None]
    apart = [row for row in scored if row["agreement"] in ("one partner", "some partners")]
    figures = [
        _score_figure(
            data,
            "figure-priorities",
            f"The first {'priorities' if _is_alone(data) else 'joint priorities'}",
            f"{'' if _is_alone(data) else 'Two points far apart are a disagreement. '}"
            "Open points miss at least one part of the score. Minerals with equal scores share a "
            "line.",
            scored,
            rows,
        )
    ]
    if apart:
        reading = "Minerals that some partner lists and another does not, by joint rank."
        figures.append(
            _score_figure(
                data, "figure-disagreement", "Where the lists disagree", reading, apart, apart
            )
        )
    return figures


def _score_figure(
    data: BriefData,
    identifier: str,
    title: str,
    reading: str,
    scored: Sequence[Row],
    behind: Sequence[Row],
) -> Figure:
    points = [
        _score_row(data, label, row) for label, members in _tied(scored)[:_SHOWN] for row in members
    ]
    axis = ValueAxis("Score of the mineral for the partner (1: highest)", 0, 1, ".1f")
    extent = LegendItem("from best to worst case of missing parts", "var(--quiet)", "line")
    return figure(
        identifier,
        title,
        reading,
        lambda size: interval_rows(points, axis, size),
        _priority_table(data, identifier.replace("figure", "rows"), behind),
        (*partner_legend(data), extent),
    )


def _score_row(data: BriefData, label: str, row: Row) -> IntervalRow:
    return IntervalRow(
        label=label,
        series=data.places.name(row["partner"]),
        value=row["score"],
        low=row["score_low"],
        high=row["score_high"],
        colour=data.places.colour(row["partner"]),
        shape=data.places.shape(row["partner"]),
        text=f"{row['score']:.2f} · {_listed(row['listed'])}",
        is_solid=not row["missing"],
    )


def _tied(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Labels with the rows of one mineral; minerals of equal rank and scores share a label."""
    by_mineral: dict[str, list[Row]] = {}
    for row in rows:
        by_mineral.setdefault(row["mineral"], []).append(row)
    tied: dict[tuple[object, ...], list[str]] = {}
    for mineral, members in by_mineral.items():
        parts = ("joint_rank", "partner", "listed", "score", "score_low", "score_high", "missing")
        key = tuple(row[name] for row in members for name in parts)
        tied.setdefault(key, []).append(mineral)
    return [(_tie_label(x, by_mineral[x[0]][0]), by_mineral[x[0]]) for x in tied.values()]


def _tie_label(minerals: Sequence[str], row: Row) -> str:
    rest = len(minerals) - 2
    named = [*minerals[:2], f"{rest} more"] if rest > 1 else list(minerals)
    return f"{row['joint_rank']}. {joined(named)}"


def _listed(listed: bool | None) -> str:
    return "list not known" if listed is None else "listed" if listed else "not listed"


def _priority_table(data: BriefData, identifier: str, rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Rank (best–worst)", _rank, True),
        Column("Mineral", lambda r: str(r["mineral"])),
        Column("Partner", lambda r: data.places.name(r["partner"])),
        Column("Listed", lambda r: _listed(r["listed"])),
        Column("Score", lambda r: "no data" if r["score"] is None else f"{r['score']:.2f}", True),
        Column("Agreement", lambda r: str(r["agreement"])),
        Column("Missing", lambda r: str(r["missing"] or "–")),
        Column("Reason", lambda r: str(r["reason"])),
        Column("Source", lambda _: Cell("lists, trade, controls", "#sources")),
    )
    return table_view(
        identifier,
        "Ranking" if _is_alone(data) else "Joint ranking",
        columns,
        rows,
        table="joint_priorities",
        limit=80,
    )


def _rank(row: Row) -> str:
    rank = "–" if row["joint_rank"] is None else str(row["joint_rank"])
    return f"{rank} ({row['rank_best']}–{row['rank_worst']})"


def _risk_table(data: BriefData) -> TableView:
    rows = [r for r in data.rows("supply_risk") if r["region"] in data.case.partners]
    latest = max((row["year"] for row in rows), default=0)
    kept = sorted(
        (row for row in rows if row["year"] == latest),
        key=lambda r: (-(r["geopolrisk"] or -1), r["commodity"], r["region"]),
    )
    columns = (
        Column("Partner", lambda r: data.places.name(r["region"])),
        Column("Commodity", lambda r: str(r["commodity"])),
        Column("GeoPolRisk", lambda r: _number(r["geopolrisk"]), True),
        Column(
            "Import risk",
            lambda r: "no data" if r["import_risk"] is None else percent(r["import_risk"]),
            True,
        ),
        Column("Status", lambda r: str(r["status"])),
        Column("Source", lambda r: Cell(str(r["production_source"] or "trade data"), "#sources")),
    )
    caption = (
        f"GeoPolRisk of the partners, {latest}, highest first"
        if kept
        else ("GeoPolRisk: the table has no rows for the partners")
    )
    return table_view("rows-risk", caption, columns, kept, table="supply_risk", limit=20)
