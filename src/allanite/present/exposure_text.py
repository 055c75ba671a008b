"""Exposure in words: one sentence that answers first, shares as percentages, gaps spelled out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.tables.core import NOT_PUBLISHED
from allanite.present.places import Places
from allanite.present.words import in_sentence, joined, opening, short_percent, short_range
from allanite.studies.coverage import ALL_END_USES, NO_DATA, PARTIAL

Row = Mapping[str, Any]
_CLAUSES: Final = 5
_LISTED_SHARE: Final = 0.01
_DONE: Final[Mapping[str, str]] = {
    "mine": "mined",
    "separation": "separated",
    "refining": "refined",
    "metal": "made into metal",
    "magnet": "made into magnets",
}


def exposure_sentence(rows: Iterable[Row], region: str, end_use: str, names: Places) -> str:
    """The largest share from abroad at each stage of `exposure_by_country`, as one sentence."""
    rows = list(rows)
    best: dict[str, Row] = {}
    for row in rows:
        if row["share"] is not None and _is_told(row, region, names):
            known = best.get(row["stage"])
            if known is None or row["share"] > known["share"]:
                best[row["stage"]] = row
    told = sorted(best.values(), key=lambda r: -r["share"])[:_CLAUSES]
    owner = opening(in_sentence(names.name(region)))
    owner = f"{owner}{chr(39) if owner.endswith('s') else chr(39) + 's'}"
    subject = f"{owner} {'use' if end_use == ALL_END_USES else end_use}"
    if not told:
        hidden = any(row["share"] is None for row in rows)
        return f"{subject}: {'no data' if hidden else 'no origin abroad is known'}."
    return f"{subject}: {joined([_clause(row, names) for row in told])}."


def _is_told(row: Row, region: str, names: Places) -> bool:
    """Whether a row is an origin abroad, or one that nobody published; scrap has none."""
    if row["stage"] == "recycling":
        return False
    if row["origin_country"] == NOT_PUBLISHED:
        return True
    home = names.demand_region.get(row["origin_country"], row["origin_country"])
    return row["origin_stage"] == row["stage"] and home != region


def _clause(row: Row, names: Places) -> str:
    share = short_range(row["share"], row["low"], row["high"])
    done = _DONE.get(row["stage"], f"at stage {row['stage']}")
    if row["origin_country"] == NOT_PUBLISHED:
        return f"{row['element']} of unpublished origin {share}"
    return f"{row['element']} {done} in {in_sentence(names.name(row['origin_country']))} {share}"


def gap_lines(rows: Iterable[Row], status: str) -> list[str]:
    """One line a caveat: element, stages, and what nobody published."""
    stages: dict[tuple[str, str], dict[str, None]] = {}
    for row in rows:
        if row["status"] == status and row["caveat"]:
            stages.setdefault((row["element"], row["caveat"]), {})[row["stage"]] = None
    return [
        f"{status}, {element} ({joined(list(found))}): {caveat}"
        for (element, caveat), found in stages.items()
    ]


def no_data_lines(rows: Iterable[Row]) -> list[str]:
    """Where no share may be shown, and why."""
    return gap_lines(rows, NO_DATA)


def partial_lines(rows: Iterable[Row]) -> list[str]:
    """What shares leave out."""
    return gap_lines(rows, PARTIAL)


def listed(rows: Iterable[Row]) -> list[Row]:
    """Rows long enough for a terminal: those without data, and shares that may reach 1 %."""
    return [
        row
        for row in rows
        if row.get("share") is None or max(row["share"], row["high"] or 0.0) >= _LISTED_SHARE
    ]


def readable(rows: Sequence[Row], by: str, names: Places) -> pa.Table:
    """The rows as a terminal shows them: names and percentages; `no data` where there is none."""
    columns = _CONCENTRATION if by == "concentration" else _SHARES
    cells: dict[str, list[str]] = {name: [cell(r, names) for r in rows] for name, cell in columns}
    if by == "place":
        cells = {"place": [str(r["origin_place"]) for r in rows], **cells}
        cells = {name: cells[name] for name in ("element", "stage", "place", "origin", "share")}
    return pa.table({name: pa.array(column, pa.string()) for name, column in cells.items()})


def _origin(row: Row, names: Places) -> str:
    """The country; where supply never passed the stage, the stage it comes from."""
    if row["status"] == NO_DATA and row["share"] is None and row["origin_stage"] == "unknown":
        return "–"
    name = names.name(row["origin_country"])
    if row["origin_stage"] == row["stage"] or row["origin_country"] == NOT_PUBLISHED:
        return name
    return f"{name} ({row['origin_stage']})"


def _share(row: Row, name: str) -> str:
    if row[name] is None:
        return NO_DATA
    return short_percent(row[name]) if row[name] > 0 else "0 %"


def _share_range(row: Row, name: str) -> str:
    if row[name] is None:
        return NO_DATA
    if row[name] == 0 and row["high"] is not None:
        return f"0 % (0–{100 * row['high']:.0f})"
    return short_range(row[name], row["low"], row["high"])


def _index(row: Row, name: str) -> str:
    if row[name] is None:
        return NO_DATA
    return f"{row[name]:.2f}"


Cell = Callable[[Row, Places], str]
_HEAD: Final[tuple[tuple[str, Cell], ...]] = (
    ("element", lambda r, _: str(r["element"])),
    ("stage", lambda r, _: str(r["stage"])),
)
_SHARES: Final[tuple[tuple[str, Cell], ...]] = (
    *_HEAD,
    ("origin", _origin),
    ("share", lambda r, _: _share_range(r, "share")),
)
_CONCENTRATION: Final[tuple[tuple[str, Cell], ...]] = (
    *_HEAD,
    ("passes", lambda r, _: _share(r, "stage_share")),
    ("hhi", lambda r, _: _index(r, "hhi")),
    ("hhi governance", lambda r, _: _index(r, "hhi_governance")),
    ("largest", lambda r, n: "–" if r["top_origin"] is None else n.name(r["top_origin"])),
    ("its share", lambda r, _: _share_range(r, "top_share")),
)
