"""The chain: what passes from mine to end use by element group, and where the sites are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from allanite.catalogue.tables.core import REST_OF_WORLD
from allanite.conditions.case import ElementGroup
from allanite.present.chart import Size
from allanite.present.data import BriefData, role_legend
from allanite.present.drawings import Chain, SitePoint, outline_feature, sankey, site_map
from allanite.present.page import (
    Cell,
    Column,
    Figure,
    LegendItem,
    Panel,
    Row,
    Section,
    TableView,
    source_cell,
    table_view,
)
from allanite.present.page import figure as make_figure
from allanite.present.render import Spec, named, render
from allanite.present.sankey import Flow
from allanite.present.words import joined, percent, significant, stage_word, tonnes

IDENTIFIER: Final = "chain"
COLUMNS: Final = ("mine", "separation", "metal", "magnet", "end use")
SITE_STAGES: Final = ("mine", "separation", "metal", "magnet", "recycling")
_REST: Final = "Others"
_KEPT_SHARE: Final = 0.03  # countries below this share of a column are drawn as one
_DRAWN_SHARE: Final = 0.004  # thinner bands, as a share of the largest column, are not drawn


def chain_section(data: BriefData) -> Section:
    """One Sankey diagram for each element group, and maps of the sites."""
    flows = data.rows("chain_flows")
    figures = [
        _chain_figure(data, group, i, rows)
        for i, group in enumerate(data.case.element_groups)
        if (rows := [r for r in flows if r["element"] in group.elements])
    ]
    sites = [row for row in data.rows("sites") if row.get("superseded_by") is None]
    located = [r for r in sites if r["latitude"] is not None and r["longitude"] is not None]
    if located:
        figures.append(_map_figure(data, located))
    return Section(
        identifier=IDENTIFIER,
        title="The chain, from mine to end use",
        lead=_lead(data, flows, sites, located),
        figures=tuple(figures),
        method=(
            "Flows are rates of the reconciled baseline, counted as the tonnes of the element "
            "they hold, not of its oxide. Each band joins the country of one stage to the country "
            "of the next. What is lost or left unused between two stages makes the second node "
            "smaller.",
            "Where material of several producers is mixed, each user takes the mix.",
        ),
    )


def _lead(
    data: BriefData, flows: Sequence[Row], sites: Sequence[Row], located: Sequence[Row]
) -> tuple[str, ...]:
    lines = []
    if not flows:
        lines.append("The table of flows is empty: no chain can be drawn.")
    for group in data.case.element_groups:
        share = _watched_share(data, [r for r in flows if r["element"] in group.elements])
        if share is not None:
            lines.append(
                f"{group.name}: {data.watched_name()} makes {percent(share)} of the "
                f"{joined(group.elements)} that leaves separation."
            )
    if sites:
        running = sum(row["status"] == "operating" for row in sites)
        lines.append(
            f"The record holds {len(sites)} sites; {running} operate. "
            f"{len(sites) - len(located)} have no coordinates and are not on the maps."
        )
    else:
        lines.append("The table of sites is empty: no map can be drawn.")
    return tuple(lines)


def _watched_share(data: BriefData, rows: Sequence[Row]) -> float | None:
    leaving = [row for row in rows if row["from_stage"] == "separation"]
    whole = sum(row["rate"] for row in leaving)
    if not whole:
        return None
    part = sum(row["rate"] for row in leaving if row["from_country"] == data.case.watched)
    return float(part / whole)


def _chain_figure(
    data: BriefData, group: ElementGroup, position: int, rows: Sequence[Row]
) -> Figure:
    merged = _thick(_merged(data, rows))
    codes = sorted({code for row in merged for code in (row["from"], row["to"])})
    order = tuple(dict.fromkeys((*data.places.order(), *(c for c in codes if c != _REST), _REST)))
    flows = tuple(
        Flow(
            (COLUMNS.index(r["from_stage"]), r["from"]),
            (COLUMNS.index(r["to_stage"]), r["to"]),
            r["rate"],
        )
        for r in merged
    )
    unit = f"t of {joined(group.elements)} a year"
    chain = Chain(flows, tuple(stage_word(c) for c in COLUMNS), order, unit)

    def draw(size: Size) -> Spec:
        return sankey(chain, data.places.name, data.places.colour, size)

    mined = sum(r["rate"] for r in rows if r["from_stage"] == "mine")
    return make_figure(
        f"figure-chain-{position + 1}",
        f"{group.name}: from mine to end use, {data.case.base_year}",
        f"Read from left to right. {tonnes(mined)} a year leave the mines; "
        "separation also counts oxide won back from scrap. "
        f"Countries under {percent(_KEPT_SHARE)} of a stage are drawn together as Others; "
        "the thinnest flows stand in the table only.",
        draw,
        _flow_table(data, f"rows-chain-{position + 1}", group, rows),
        role_legend(data),
    )


def _thick(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Flows that are thick enough to be seen."""
    whole: dict[str, float] = defaultdict(float)
    for row in rows:
        whole[row["from_stage"]] += row["rate"]
    least = _DRAWN_SHARE * max(whole.values(), default=0.0)
    return [row for row in rows if row["rate"] >= least]


def _merged(data: BriefData, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Flows summed over the elements; small countries of a stage become `Others`."""
    kept = _kept(data, rows)
    sums: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for row in rows:
        source = _code(kept, row["from_stage"], row["from_country"])
        target = _code(kept, row["to_stage"], row["to_country"])
        sums[row["from_stage"], source, row["to_stage"], target] += row["rate"]
    return [
        {"from_stage": a, "from": b, "to_stage": c, "to": d, "rate": rate}
        for (a, b, c, d), rate in sorted(sums.items())
        if rate > 0
    ]


def _code(kept: set[tuple[str, str]], stage: str, country: str) -> str:
    return country if (stage, country) in kept and country != REST_OF_WORLD else _REST


def _kept(data: BriefData, rows: Sequence[Row]) -> set[tuple[str, str]]:
    """Stages and countries drawn on their own: with a role, or large enough in their stage."""
    entering: dict[tuple[str, str], float] = defaultdict(float)
    leaving: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        leaving[row["from_stage"], row["from_country"]] += row["rate"]
        entering[row["to_stage"], row["to_country"]] += row["rate"]
    size = {key: max(entering[key], leaving[key]) for key in {**entering, **leaving}}
    whole: dict[str, float] = defaultdict(float)
    for (stage, _), rate in size.items():
        whole[stage] += rate
    named = set(data.places.order())
    return {
        key for key, rate in size.items() if key[1] in named or rate >= _KEPT_SHARE * whole[key[0]]
    }


def _flow_table(
    data: BriefData, identifier: str, group: ElementGroup, rows: Sequence[Row]
) -> TableView:
    columns = (
        Column("Element", lambda r: str(r["element"])),
        Column(
            "From",
            lambda r: f"{stage_word(r['from_stage'])}, {data.places.name(r['from_country'])}",
        ),
        Column("To", lambda r: f"{stage_word(r['to_stage'])}, {data.places.name(r['to_country'])}"),
        Column("t a year", lambda r: significant(r["rate"]), is_number=True),
        Column("Source", computed_cell),
    )
    ordered = sorted(
        rows, key=lambda r: (COLUMNS.index(r["from_stage"]), -r["rate"], r["from_country"])
    )
    return table_view(
        identifier,
        f"Flows of {joined(group.elements)}",
        columns,
        ordered,
        table="chain_flows",
        limit=40,
    )


def computed_cell(_: Row) -> Cell:
    """The source of a computed row: the observations the baseline was reconciled from."""
    return Cell("computed from the observations", "#table-baseline_observations")


def _map_figure(data: BriefData, sites: Sequence[Row]) -> Figure:
    outlines = [
        outline_feature(row["geometry"])
        for row in data.rows("country_outlines")
        if row["region"] != "ATA"
    ]
    title = "Sites by stage"
    panels = []
    for stage in SITE_STAGES:
        members = [row for row in sites if row["stage"] == stage]
        points = [_point(data, row) for row in members]
        heading = f"{stage_word(stage)}: {len(members)} sites"
        told = f"World map of {heading.lower()}, filled where they operate."
        drawing = render(site_map(outlines, points))
        panels.append(
            Panel("panel", named(drawing, f"figure-sites-{stage}", heading, told), heading)
        )
    return Figure(
        identifier="figure-sites",
        title=title,
        reading="Filled marks operate. Open marks are idle, permitted, under construction or "
        "proposed. Colours follow the country in which a site stands, not its owner.",
        panels=tuple(panels),
        legend=(
            *role_legend(data),
            LegendItem("operating", "var(--ink)", "circle"),
            LegendItem("not operating", "var(--ink)", "ring"),
        ),
        table=_site_table(data, sites),
    )


def _point(data: BriefData, row: Row) -> SitePoint:
    country = data.places.name(row["country"])
    return SitePoint(
        row["name"],
        row["longitude"],
        row["latitude"],
        data.places.colour(row["country"]),
        row["status"] == "operating",
        f"{row['name']}, {country}: {row['stage']}, {row['status']}",
    )


def _site_table(data: BriefData, sites: Sequence[Row]) -> TableView:
    columns = (
        Column("Site", lambda r: str(r["name"])),
        Column("Country", lambda r: data.places.name(r["country"])),
        Column("Stage", lambda r: stage_word(r["stage"])),
        Column("Status", lambda r: str(r["status"])),
        Column("Owner", lambda r: str(r.get("owner") or "not known")),
        Column("Source", source_cell),
    )
    ordered = sorted(sites, key=lambda r: (SITE_STAGES.index(r["stage"]), r["country"], r["name"]))
    return table_view("rows-sites", "Sites on the maps", columns, ordered, table="sites")
