"""The nine mineral chains in the section on dependence: largest origins, partner by partner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from allanite.catalogue.tables.core import NOT_PUBLISHED
from allanite.present.data import BriefData, partner_legend, range_legend
from allanite.present.figures import IntervalRow, ValueAxis, interval_rows
from allanite.present.page import (
    Cell,
    Column,
    Figure,
    LegendItem,
    Row,
    TableView,
    figure,
    table_view,
)
from allanite.present.words import (
    in_sentence,
    opening,
    share_range,
    short_percent,
    stage_word,
)
from allanite.studies.coverage import ALL_END_USES, NO_DATA

_WORLD: Final = "World output"
_WORLD_COLOUR: Final = "var(--quiet)"
_WORLD_SHAPE: Final = "diamond"


def mineral_figures(data: BriefData) -> tuple[Figure, ...]:
    """The figure of the other minerals; none where the brief has no table of their output."""
    rows = mineral_rows(data)
    return (_figure(data, rows),) if rows else ()


def mineral_rows(data: BriefData) -> list[dict[str, Any]]:
    """One row a chain, stage and reader: each partner, then the world's output.

    Columns: chain, element, stage, who (a partner or None for the world), origin, share, low,
    high, unpublished (share of unpublished origin), status, caveat. Origin and share are None
    where no share may be shown, or where more is unpublished than the largest known origin has.
    """
    found: list[dict[str, Any]] = []
    concentration = {
        (row["element"], row["stage"], row["demand_region"]): row
        for row in data.rows("exposure_concentration")
        if row["end_use"] == ALL_END_USES
    }
    hidden = _unpublished(data)
    for shared in _stages(data):
        for partner in _users(data):
            key = shared["element"], shared["stage"], partner
            if key in concentration:
                found.append(_user_row(shared, partner, concentration[key], hidden.get(key, 0.0)))
        found.append(_world_row(data, shared))
    return found


def _users(data: BriefData) -> list[str]:
    """Partners whose use the network counts by itself."""
    regions = data.places.demand_region
    return [partner for partner in data.case.partners if regions.get(partner, partner) == partner]


def _stages(data: BriefData) -> list[dict[str, Any]]:
    """Chain, element, stage and name of the material, in the order of table `world_output`."""
    keys = ("chain", "element", "stage")
    rows = [tuple(row[key] for key in keys) for row in data.rows("world_output")]
    names = {(r["chain"], r["stage"]): r["material"] for r in data.rows("mineral_stages")}
    return [
        {
            **dict(zip(keys, row, strict=True)),
            "name": names.get((row[0], row[2]), f"{row[0]}, {row[2]}"),
        }
        for row in dict.fromkeys(rows)
    ]


def _unpublished(data: BriefData) -> dict[tuple[str, str, str], float]:
    """Share of unpublished origin by element, stage and partner."""
    return {
        (row["element"], row["stage"], row["demand_region"]): row["share"]
        for row in data.rows("exposure_by_country")
        if row["end_use"] == ALL_END_USES
        and row["origin_country"] == NOT_PUBLISHED
        and row["share"] is not None
    }


def _user_row(shared: dict[str, Any], partner: str, row: Row, unpublished: float) -> dict[str, Any]:
    known = row["top_share"] is not None and row["top_share"] >= unpublished
    return {
        **shared,
        "who": partner,
        "origin": row["top_origin"] if known else None,
        "share": row["top_share"] if known else None,
        "low": row["low"] if known else None,
        "high": row["high"] if known else None,
        "unpublished": unpublished,
        "status": row["status"],
        "caveat": row["caveat"],
    }


def _world_row(data: BriefData, shared: dict[str, Any]) -> dict[str, Any]:
    """The largest producer of a stage; the table stands in order of shares."""
    rows = [
        row
        for row in data.rows("world_output")
        if (row["chain"], row["stage"]) == (shared["chain"], shared["stage"])
    ]
    top = next((r for r in rows if r["share"] is not None and r["country"] != NOT_PUBLISHED), None)
    hidden = sum(r["share"] or 0.0 for r in rows if r["country"] == NOT_PUBLISHED)
    first = top or rows[0]
    return {
        **shared,
        "who": None,
        "origin": top["country"] if top else None,
        "share": first["share"],
        "low": first["low"],
        "high": first["high"],
        "unpublished": hidden,
        "status": first["status"],
        "caveat": first["caveat"],
    }


def _figure(data: BriefData, rows: Sequence[Row]) -> Figure:
    points = [_point(data, row) for row in rows]
    axis = ValueAxis("Share of the largest origin", 0, 1)
    world = LegendItem(_WORLD, _WORLD_COLOUR, _WORLD_SHAPE)
    return figure(
        "figure-minerals",
        "Nine other minerals: share of the largest origin by stage",
        "The code names the largest origin. Open points are partial: part of the trade or of the "
        "origin is not published, as the table says. Unknown: more is of unpublished origin than "
        "of any known one. No data is not a share of zero.",
        lambda size: interval_rows(points, axis, size),
        _table(data, rows),
        (*_user_legend(data), world, *range_legend()),
    )


def _user_legend(data: BriefData) -> list[LegendItem]:
    users = set(_users(data))
    items = zip(data.case.partners, partner_legend(data), strict=True)
    return [item for partner, item in items if partner in users]


def _point(data: BriefData, row: Row) -> IntervalRow:
    who, places = row["who"], data.places
    return IntervalRow(
        label=opening(row["name"]),
        series=_WORLD if who is None else places.name(who),
        value=row["share"],
        low=row["low"],
        high=row["high"],
        colour=_WORLD_COLOUR if who is None else places.colour(who),
        shape=_WORLD_SHAPE if who is None else places.shape(who),
        text=_told(row),
        is_solid=row["status"] == "ok",
    )


def _told(row: Row) -> str:
    """Origin and share where room is small; who lacks data is named, for no point shows it."""
    if row["share"] is not None:
        return f"{row['origin']} {short_percent(row['share'])}"
    who = row["who"] or "World"
    if row["unpublished"] > 0:
        return f"{who}: unknown"
    return f"{who}: {NO_DATA}"


def _table(data: BriefData, rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Material", lambda r: opening(r["name"])),
        Column("Stage", lambda r: stage_word(r["stage"])),
        Column("Use or output", lambda r: _reader(data, r)),
        Column("Largest origin", lambda r: _origin(data, r)),
        Column("Its share (range)", _share, True),
        Column("Origin not published", _unpublished_share, True),
        Column("Status", lambda r: str(r["status"])),
        Column("What is missing", lambda r: str(r["caveat"] or "–")),
        Column("Source", _source),
    )
    return table_view(
        "rows-minerals",
        "Largest origins of the nine other minerals; gaps and what follows from them",
        columns,
        rows,
        table="world_output",
    )


def _source(row: Row) -> Cell:
    """The result table a row comes from, whole."""
    name = "world_output" if row["who"] is None else "exposure_concentration"
    return Cell(name, f"#table-{name}")


def _reader(data: BriefData, row: Row) -> str:
    return _WORLD if row["who"] is None else f"use of {in_sentence(data.places.name(row['who']))}"


def _origin(data: BriefData, row: Row) -> str:
    if row["origin"] is not None:
        return data.places.name(row["origin"])
    return "not published" if row["unpublished"] > 0 else NO_DATA


def _share(row: Row) -> str:
    if row["share"] is None:
        return NO_DATA
    return share_range(row["share"], row["low"], row["high"])


def _unpublished_share(row: Row) -> str:
    if row["status"] == NO_DATA:
        return NO_DATA
    return short_percent(row["unpublished"]) if row["unpublished"] > 0 else "–"


def mineral_lead(data: BriefData) -> tuple[str, ...]:
    """Where no share may be shown, in one sentence; nothing where all is published."""
    without = [
        f"{row['name'][:1].lower()}{row['name'][1:]}"
        for row in mineral_rows(data)
        if row["who"] is None and row["status"] == NO_DATA
    ]
    if not without:
        return ()
    return (f"No share is shown where nobody publishes the makers: {'; '.join(without)}.",)
