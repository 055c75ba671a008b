"""Who depends on whom at each stage: shares with ranges, partner by partner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from allanite.conditions.case import ElementGroup
from allanite.present.chart import Size
from allanite.present.data import BriefData, partner_legend, range_legend, role_legend
from allanite.present.figures import (
    IntervalRow,
    SharePart,
    ShareRow,
    ValueAxis,
    interval_rows,
    stacked_shares,
)
from allanite.present.page import Column, Figure, Row, Section, TableView, figure, table_view
from allanite.present.render import Spec
from allanite.present.sections.chain import computed_cell
from allanite.present.sections.minerals import mineral_figures, mineral_lead
from allanite.present.words import (
    element_name,
    in_sentence,
    joined,
    opening,
    share_range,
    short_range,
    stage_word,
)
from allanite.studies.coverage import ALL_END_USES

IDENTIFIER: Final = "dependence"
STAGE_ORDER: Final = ("mine", "separation", "metal", "magnet")
ONE_MIX: Final = (
    "All uses of one grade in a partner draw on one national mix: no source tells which plant "
    "serves which use. Uses differ by their grades alone, and a buying rule for one use (United "
    "States defence bars magnets from China) does not show."
)


def dependence_section(data: BriefData) -> Section:
    """Share of the watched issuer by partner, element and stage, and by end use."""
    rows = watched_rows(data)
    figures = [_stage_figure(data, rows)] if rows else []
    figures += [
        _origin_figure(data, group, i, found)
        for i, group in enumerate(data.case.element_groups)
        if (found := _origin_rows(data, group))
    ]
    uses = _use_rows(data)
    if uses:
        figures.append(_use_figure(data, uses))
    figures += mineral_figures(data)
    return Section(
        identifier=IDENTIFIER,
        title="Who depends on whom, stage by stage",
        lead=(*_lead(data, rows), *mineral_lead(data)),
        figures=tuple(figures),
        method=(
            "A share says how much of a partner's demand comes from a country at that stage, "
            "through all tiers, before anyone substitutes. Material mixed at one place is taken "
            "to be used in the proportion of the mix.",
            "The range holds 90 % of redraws of all observations within their errors. It leaves "
            "out what no source observes. Where a capacity or a balance binds, the best estimate "
            "lies at the edge of its range.",
            "Use of the nine other minerals is apparent use of the forms that trade codes cover. "
            "World output is that of the reconciled baseline, without countries whose output "
            "is withheld.",
        ),
    )


def country_rows(data: BriefData) -> list[dict[str, Any]]:
    """Shares by country for demands of the partners, summed over stages of origin."""
    return [
        row
        for row in data.rows("exposure_by_country")
        if row["demand_region"] in data.case.partners and row["stage"] in STAGE_ORDER
    ]


def watched_rows(data: BriefData) -> list[dict[str, Any]]:
    """Shares of the watched issuer in all demand of each partner, by element and stage."""
    elements = [e for group in data.case.element_groups for e in group.elements]
    found = [
        row
        for row in country_rows(data)
        if row["end_use"] == ALL_END_USES
        and row["origin_country"] == data.case.watched
        and row["origin_stage"] == row["stage"]
        and row["element"] in elements
    ]
    partners = data.case.partners
    return sorted(
        found,
        key=lambda r: (
            elements.index(r["element"]),
            STAGE_ORDER.index(r["stage"]),
            partners.index(r["demand_region"]),
        ),
    )


def _first_elements(data: BriefData) -> list[str]:
    """The element that stands for each group in figures; tables hold all."""
    return [group.elements[0] for group in data.case.element_groups]


def told(data: BriefData, partner: str) -> str:
    """What the watched issuer separates and makes into magnets of a partner's use."""
    separated = _peaks(data, partner, "separation")
    magnets = _peaks(data, partner, "magnet")[:2]
    if not separated:
        return ""
    watched = in_sentence(data.watched_name())
    made = joined([f"{element_name(row['element'])} {_range(row)}" for row in separated])
    text = f"Of the use of {in_sentence(data.places.name(partner))}, {watched} separates {made}."
    if magnets:
        held = joined([f"{_range(r)} of the {element_name(r['element'])}" for r in magnets])
        text += f" It makes the magnets that hold {held}."
    return text


def _peaks(data: BriefData, partner: str, stage: str) -> list[dict[str, Any]]:
    """Shares of the watched issuer at one stage, one element for each group."""
    first = _first_elements(data)
    return [
        row
        for row in watched_rows(data)
        if row["demand_region"] == partner and row["stage"] == stage and row["element"] in first
    ]


def _range(row: Row) -> str:
    return share_range(row["share"], row["low"], row["high"])


def element_stage(row: Row) -> str:
    """Element and stage as the label of a line."""
    return f"{opening(element_name(row['element']))} · {stage_word(row['stage'])}"


def _lead(data: BriefData, rows: Sequence[Row]) -> tuple[str, ...]:
    if not rows:
        return ("The table of exposure is empty for the partners: dependence is not known.",)
    lines = [f"Here is how much of each element reaches the partners from {data.watched_name()}."]
    for partner in data.case.partners:
        name = in_sentence(data.places.name(partner))
        lines.append(told(data, partner) or _unknown(data, partner, name))
    return tuple(lines)


def _unknown(data: BriefData, partner: str, name: str) -> str:
    """Why a partner has no shares: the network counts its use in a larger region, or knows none."""
    whole = data.places.demand_region.get(partner, partner)
    if whole == partner:
        return f"For {name} no share is known."
    return (
        f"No source gives the use of {name} by itself: the network counts it in "
        f"{in_sentence(data.places.name(whole))}, so no share is shown. Its supply risk and its "
        "priorities stand in the next section."
    )


def _interval(data: BriefData, row: Row, label: str) -> IntervalRow:
    partner = row["demand_region"]
    return IntervalRow(
        label=label,
        series=data.places.name(partner),
        value=row["share"],
        low=row["low"],
        high=row["high"],
        colour=data.places.colour(partner),
        shape=data.places.shape(partner),
        text=short_range(row["share"], row["low"], row["high"]),
    )


def _stage_figure(data: BriefData, rows: Sequence[Row]) -> Figure:
    first = _first_elements(data)
    rows = [row for row in rows if row["element"] in first]
    points = [_interval(data, r, element_stage(r)) for r in rows]
    watched = data.watched_name()
    axis = ValueAxis(f"Share of the partner's demand that comes from {watched}", 0, 1)
    return figure(
        "figure-dependence",
        f"Share from {watched}, by element and stage",
        "Points at the right depend most. The line through a point is its range. "
        "All end uses are summed; one element stands for each group.",
        lambda size: interval_rows(points, axis, size),
        _share_table(data, "rows-dependence", "Shares drawn above", rows),
        (*partner_legend(data), *range_legend()),
    )


def _origin_rows(data: BriefData, group: ElementGroup) -> list[dict[str, Any]]:
    first = group.elements[0]
    return [
        row
        for row in country_rows(data)
        if row["end_use"] == ALL_END_USES and row["element"] == first and row["share"] > 0
    ]


def _origin_figure(
    data: BriefData, group: ElementGroup, position: int, rows: Sequence[Row]
) -> Figure:
    element = group.elements[0]
    bars = [
        _bar(data, partner, stage, members)
        for partner in data.case.partners
        for stage in STAGE_ORDER
        if (members := [r for r in rows if (r["demand_region"], r["stage"]) == (partner, stage)])
    ]
    title = f"Origins of {element_name(element)} at each stage, all end uses"

    def draw(size: Size) -> Spec:
        return stacked_shares(bars, "Share of demand", size)

    return figure(
        f"figure-origins-{position + 1}",
        title,
        "Each bar is one partner's demand traced to one stage. What never passed the stage, or "
        "whose origin is unknown, is left open at the right.",
        draw,
        _share_table(data, f"rows-origins-{position + 1}", title, rows),
        role_legend(data),
    )


def _bar(data: BriefData, partner: str, stage: str, rows: Sequence[Row]) -> ShareRow:
    """Parts by role: the watched issuer, the partners, then all others as one."""
    parts = []
    known = [row for row in rows if row["origin_stage"] == stage]
    roles = list(dict.fromkeys((*data.places.roles.values(), "other")))
    by_role = {role: data.places.name(code) for code, role in data.places.roles.items()}
    for role in roles:
        share = sum(r["share"] for r in known if data.places.role(r["origin_country"]) == role)
        if share > 0:
            parts.append(SharePart(by_role.get(role, "Others"), float(share), f"var(--{role})"))
    return ShareRow(f"{data.places.name(partner)} · {stage_word(stage)}", tuple(parts))


def _use_rows(data: BriefData) -> list[dict[str, Any]]:
    """Shares of the watched issuer by end use, first element of each group, magnet stage."""
    elements = _first_elements(data)
    found = [
        row
        for row in country_rows(data)
        if row["end_use"] in data.case.end_uses
        and row["origin_country"] == data.case.watched
        and row["origin_stage"] == row["stage"] == "magnet"
        and row["element"] in elements
    ]
    uses, partners = data.case.end_uses, data.case.partners
    return sorted(
        found,
        key=lambda r: (
            uses.index(r["end_use"]),
            elements.index(r["element"]),
            partners.index(r["demand_region"]),
        ),
    )


def _use_figure(data: BriefData, rows: Sequence[Row]) -> Figure:
    points = [_interval(data, r, f"{r['end_use']} · {element_name(r['element'])}") for r in rows]
    axis = ValueAxis(f"Share of magnets from {data.watched_name()}", 0, 1)
    elements = joined(list(dict.fromkeys(element_name(row["element"]) for row in rows)))
    return figure(
        "figure-uses",
        f"Magnets from {data.watched_name()}, by end use",
        f"{opening(elements)} in the magnets of each end use, by country of the magnet plant. "
        + ONE_MIX,
        lambda size: interval_rows(points, axis, size),
        _share_table(data, "rows-uses", "Shares by end use", rows),
        (*partner_legend(data), *range_legend()),
    )


def _share_table(data: BriefData, identifier: str, caption: str, rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Partner", lambda r: data.places.name(r["demand_region"])),
        Column("End use", lambda r: str(r["end_use"])),
        Column("Element", lambda r: str(r["element"])),
        Column("Stage", lambda r: stage_word(r["stage"])),
        Column("Origin", lambda r: data.places.name(r["origin_country"])),
        Column("Share (range)", lambda r: share_range(r["share"], r["low"], r["high"]), True),
        Column("Source", computed_cell),
    )
    return table_view(identifier, caption, columns, rows, table="exposure_by_country", limit=60)
