"""A screened sale in words: the answer first, then who depends, who buys, who may ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.tables.core import WORLD
from allanite.present.places import Places
from allanite.present.words import in_sentence, joined, opening, short_percent
from allanite.studies.asset_sale.made import SURPLUS
from allanite.studies.asset_sale.shares import SOLE
from allanite.studies.result import Result

Row = Mapping[str, Any]
_MEASURE: Final[Mapping[str, str]] = {
    "output": "output of the base year",
    "capacity": "capacity that runs",
    "planned": "capacity within five years",
}
_CONTROL: Final[Mapping[str, str]] = {
    "passes": "control passes",
    "unknown": "whether control passes is unknown",
    "stays": "control stays",
}
_USERS: Final = 4
_LEAST_USE: Final = 0.05
_WHOLE: Final = 0.9995


def sale_lines(result: Result, watched: str, names: Places) -> list[str]:
    """Sentences on a screened sale, the most important first."""
    tables = {name: table.to_pylist() for name, table in result.tables.items()}
    return [
        *_site_lines(tables["sale_sites"], names),
        *_choke_lines(tables["sale_choke_points"], tables["sale_sites"], watched, names),
        *_use_lines(tables["sale_exposure"], names),
        *_owner_lines(tables["sale_ownership"]),
        *_notice_lines(tables["sale_notices"]),
    ]


def _site_lines(sites: Sequence[Row], names: Places) -> list[str]:
    first = sites[0]
    what = joined([row["name"] for row in sites]) if len(sites) <= 4 else f"{len(sites)} sites"
    region = in_sentence(names.name(first["buyer_region"]))
    lines = [
        f"{what}: {_percent(first['stake'])} to {first['buyer']} ({region}); "
        f"{_CONTROL[first['control']]}."
    ]
    return lines + [f"{row['site_id']}: {row['note']}" for row in sites if row["note"]]


def _choke_lines(
    rows: Sequence[Row], sites: Sequence[Row], watched: str, names: Places
) -> list[str]:
    """Where nobody else is left, where half is passed; the table has the rest."""
    regions = [row for row in rows if row["holder_kind"] == "region"]
    groups = [row for row in rows if row["holder_kind"] == "group"]
    told = regions or groups
    if not rows:
        unknown = [row["site_id"] for row in sites if not row["is_in_network"]]
        but = f" What {joined(unknown)} would add is not known." if unknown else ""
        return [f"No mark is crossed: 20 %, 33 %, 50 % or all of a stage and element.{but}"]
    lines: list[str] = []
    for crossing, words in ((SOLE, "nobody else is left"), ("50 %", "half is passed")):
        found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for row in told:
            if row["crossing"] == crossing:
                found[row["stage"], row["scope"], row["measure"]].append(row)
        for (stage, scope, measure), of_place in found.items():
            others = sorted({site for row in of_place for site in _others(row)})
            but = f", beside {joined(others)}, whose capacity is not known" if others else ""
            elements = joined([_element(row) for row in sorted(of_place, key=_scarce_first)])
            where = _where(scope, watched, names)
            lines.append(
                f"{opening(stage)} {where}, {_MEASURE[measure]}: {words} for {elements}{but}."
            )
    return lines or ["Marks of a fifth or a third are crossed, none of a half."]


def _others(row: Row) -> list[str]:
    """Sites that may make nobody-else-is-left wrong; told only where that is said."""
    return (row["besides"] or "").split() if row["crossing"] == SOLE else []


def _scarce_first(row: Row) -> tuple[bool, float]:
    return row["element"] in SURPLUS, -row["after_high"]


def _element(row: Row) -> str:
    is_open = row["after_high"] > row["after"]
    doubt, share = (" at most", row["after_high"]) if is_open else ("", row["after"])
    return f"{row['element']} ({_percent(row['before'])} to {_percent(share)}{doubt})"


def _percent(share: float) -> str:
    """A share for a reader; one that is all but whole is whole, since nobody else is named."""
    return "100 %" if share >= _WHOLE else short_percent(share)


def _where(scope: str, watched: str, names: Places) -> str:
    return "in the world" if scope == "world" else f"outside {in_sentence(names.name(watched))}"


def _use_lines(rows: Sequence[Row], names: Places) -> list[str]:
    """Regions that draw most through the sold sites, each with its most affected scarce element."""
    most: dict[str, Row] = {}
    for row in rows:
        region, known = row["demand_region"], most.get(row["demand_region"])
        if region == WORLD or row["element"] in SURPLUS:
            continue
        if known is None or row["share"] > known["share"]:
            most[region] = row
    told = sorted(most.values(), key=lambda row: (-row["share"], row["demand_region"]))
    told = [row for row in told if row["share"] >= _LEAST_USE][:_USERS]
    if not told:
        return []
    clauses = [
        f"{in_sentence(names.name(row['demand_region']))} {_percent(row['share'])} of its "
        f"{row['element']}"
        for row in told
    ]
    return [f"Drawn through these sites: {joined(clauses)}."]


def _owner_lines(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    buyer, *above = rows
    lines = []
    if above:
        chain = joined(list(dict.fromkeys(row["name"] for row in above)))
        lines.append(f"Behind the buyer stand, as far as named: {chain}.")
    if buyer["listed_as"]:
        lines.append(f"The buyer stands on: {buyer['listed_as']}.")
    else:
        lines.append(
            f"Of the buyer, {_percent(buyer['listed_low'])} to {_percent(buyer['listed_high'])} "
            f"is in listed hands, at most {_percent(buyer['listed_named'])} counting only holders "
            f"and listed parties that are named; half or more: {buyer['at_least_half']}."
        )
    return lines


def _notice_lines(rows: Iterable[Row]) -> list[str]:
    """Rules that ask or may ask, each reason once."""
    told: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["asks"] != "false":
            told[row["law"], row["asks"], row["why"]].append(row["site_id"])
    word = {"true": "asks for notice", "unknown": "may ask"}
    return [
        f"{law} {word[asks]} ({joined(sites) if len(sites) <= 3 else f'{len(sites)} sites'}): {why}"
        for (law, asks, why), sites in told.items()
    ]


def crossed_table(result: Result, watched: str, names: Places) -> pa.Table:
    """Marks crossed, with words for codes; largest shares first."""
    rows = result.table("sale_choke_points").to_pylist()
    rows.sort(key=lambda row: (row["scope"], -row["after_high"], row["stage"], row["element"]))
    shown = [
        {
            "stage": row["stage"],
            "element": row["element"],
            "of": f"{_MEASURE[row['measure']]}, {_where(row['scope'], watched, names)}",
            "holder": names.name(row["holder"])
            if row["holder_kind"] == "region"
            else f"group of {row['holder']}",
            "mark": row["crossing"],
            "before": _percent(row["before"]),
            "after": _percent(row["after"]),
            "at most": _percent(row["after_high"]),
            "certain": "yes" if row["certainty"] == "true" else "unknown",
        }
        for row in rows
    ]
    return pa.Table.from_pylist(shown)
