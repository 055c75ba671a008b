"""Choke points: which country and stage would cost the partners most if it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from allanite.present.data import BriefData, role_legend
from allanite.present.drawings import (
    LossPoint,
    loss_map,
    outline_centre,
    outline_feature,
)
from allanite.present.page import (
    Column,
    Figure,
    LegendItem,
    Panel,
    Row,
    TableView,
    table_view,
)
from allanite.present.render import named, render
from allanite.present.response import computed
from allanite.present.words import in_sentence, millions, money, significant, stage_word

ALL_PARTNERS: Final = "partners"
_STAGES: Final = ("mine", "separation", "refining", "metal", "alloy", "magnet", "recycling")
_SHOWN: Final = 12
_SMALLEST_DRAWN: Final = 0.002  # of the largest loss


def choke_rows(data: BriefData, level: str) -> list[dict[str, Any]]:
    """Choke points of one level by the loss of all partners, the largest first."""
    rows = [
        row
        for row in data.rows("choke_points")
        if row["region"] == ALL_PARTNERS and row["level"] == level and row["loss"] > 0
    ]
    return sorted(rows, key=lambda r: (-r["loss"], r["label"], r["chain"], r["stage"]))


def choke_lead(data: BriefData) -> tuple[str, ...]:
    """The worst choke point outside and inside the partners' reach, as one sentence."""
    if not data.rows("choke_points"):
        return ()
    rows = choke_rows(data, "country") or choke_rows(data, "place")
    if not rows:
        return ("No single place or country costs the partners anything if it stops.",)
    first = rows[0]
    text = (
        f"If one country stopped at one stage, {_what(first)} in "
        f"{in_sentence(data.places.name(first['country']))} would cost the partners most: "
        f"{money(first['loss'])} after the cheapest answer"
    )
    other = next((row for row in rows if row["country"] != first["country"]), None)
    if other is None:
        return (f"{text}.",)
    country = in_sentence(data.places.name(other["country"]))
    return (f"{text}. Next outside it: {_what(other)} in {country}, {money(other['loss'])}.",)


def _what(row: Row) -> str:
    return f"{row['chain']}, {stage_word(row['stage']).lower()},"


def choke_figures(data: BriefData) -> tuple[Figure, ...]:
    """Maps of the loss by country, one a stage."""
    rows = choke_rows(data, "country")
    outlines = data.rows("country_outlines")
    centres = {row["region"]: outline_centre(row["geometry"]) for row in outlines}
    drawn = [row for row in rows if row["country"] in centres]
    if not drawn:
        return ()
    land = [outline_feature(row["geometry"]) for row in outlines if row["region"] != "ATA"]
    largest = drawn[0]["loss"]
    panels = []
    for stage in _stages(drawn):
        members = [r for r in drawn if r["stage"] == stage]
        kept = [r for r in members if r["loss"] >= _SMALLEST_DRAWN * largest]
        if kept:
            points = [_point(data, row, centres[row["country"]], largest) for row in kept]
            panels.append(_panel(data, stage, members[0], land, points))
    return (_map_figure(data, panels, drawn),)


def _stages(rows: Sequence[Row]) -> list[str]:
    found = {row["stage"] for row in rows}
    known = [stage for stage in _STAGES if stage in found]
    return [*known, *sorted(found - set(_STAGES))]


def _point(data: BriefData, row: Row, centre: tuple[float, float], largest: float) -> LossPoint:
    name = data.places.name(row["country"])
    return LossPoint(
        centre[0],
        centre[1],
        row["loss"] / largest,
        data.places.colour(row["country"]),
        f"{name}, {row['chain']}, {stage_word(row['stage']).lower()}: {money(row['loss'])}",
    )


def _panel(
    data: BriefData,
    stage: str,
    first: Row,
    land: Sequence[dict[str, Any]],
    points: Sequence[LossPoint],
) -> Panel:
    name = data.places.name(first["country"])
    heading = f"{stage_word(stage)}: {name} first, {money(first['loss'])} ({first['chain']})"
    told = f"World map of the loss if a country stops at stage {stage}."
    drawing = render(loss_map(land, points))
    return Panel("panel", named(drawing, f"figure-choke-{stage}", heading, told), heading)


def _map_figure(data: BriefData, panels: Sequence[Panel], drawn: Sequence[Row]) -> Figure:
    return Figure(
        identifier="figure-choke",
        title="Where the chain breaks: loss of the partners if one country stops at one stage",
        reading="The area of a circle is the loss after the cheapest answer; one circle a mineral. "
        "Small losses are left out of the maps and stand in the table.",
        panels=tuple(panels),
        legend=(*role_legend(data), LegendItem("loss", "var(--ink)", "circle")),
        table=table_view(
            "rows-choke-map",
            "Countries and stages on the maps",
            _columns(data),
            drawn,
            table="choke_points",
            limit=40,
        ),
    )


def choke_tables(data: BriefData) -> tuple[TableView, ...]:
    """The first choke points by country, and by place."""
    tables = []
    for level, words in (("country", "country and stage"), ("place", "site and stage")):
        rows = choke_rows(data, level)
        if rows:
            tables.append(
                table_view(
                    f"rows-choke-{level}",
                    f"Choke points by {words}: what the partners lose if one stops",
                    _columns(data),
                    rows,
                    table="choke_points",
                    limit=_SHOWN,
                    is_folded=level == "place",
                )
            )
    return tuple(tables)


def _columns(data: BriefData) -> tuple[Column, ...]:
    own = {
        (r["level"], r["label"], r["chain"], r["stage"], r["region"]): r["loss"]
        for r in data.rows("choke_points")
    }

    def loss_of(partner: str, row: Row) -> str:
        loss = own.get((row["level"], row["label"], row["chain"], row["stage"], partner))
        return "–" if loss is None else millions(loss)

    partners = tuple(
        Column(f"Loss of {data.places.name(p)}", lambda r, p=p: loss_of(p, r), True)  # type: ignore[misc]
        for p in data.case.partners
    )
    return (
        Column("Where", lambda r: str(r["name"])),
        Column("Mineral", lambda r: str(r["chain"])),
        Column("Stage", lambda r: stage_word(r["stage"])),
        Column("Loss of all partners, million USD", lambda r: millions(r["loss"]), True),
        *partners,
        Column("Shortage", lambda r: f"{millions(r['shortage_amount'])} t", True),
        Column("Loses most", lambda r: str(r["most_hit"] or "–")),
        Column("Made there", lambda r: f"{significant(r['normal_rate'], 2)} t/yr", True),
        Column("Source", computed),
    )
