"""Words of readers from the release: elements, stages, items, material ids, countries, groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from allanite.catalogue.store import Release
from allanite.law.scope import Item, Territory, Vocabulary

Row = dict[str, Any]


def members_of(code: str, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Countries of a code: the members of a group, or the country itself."""
    return groups.get(code, frozenset({code}))


def build_vocabulary(release: Release) -> Vocabulary:
    """Words of `control_words`, and of `regions`, `region_names`, `materials` where present."""
    rows = release.rows("control_words")
    stages = {_fold(r["word"]): _stages(r) for r in rows if r["use"] == "stage" and _is_goods(r)}
    items = {_fold(r["word"]): _item(r) for r in rows if r["use"] in ("element", "item")}
    if "materials" in release.entries:
        items |= {item.label.casefold(): item for item in _materials(release, stages)}
    regions = release.rows("regions") if "regions" in release.entries else []
    printed = release.rows("region_names") if "region_names" in release.entries else []
    return Vocabulary(items, stages, dict(_territories(regions, printed, rows)))


def _fold(word: str) -> str:
    return " ".join(word.casefold().split())


def _is_goods(row: Row) -> bool:
    return row["subject"] in (None, "goods")


def _stages(row: Row) -> frozenset[str] | None:
    return frozenset(row["stages"].split()) if row["stages"] else None


def _item(row: Row) -> Item:
    return Item(
        row["word"],
        frozenset((row["elements"] or "").split()),
        frozenset((row["possible_elements"] or "").split()),
        _stages(row),
    )


def _materials(release: Release, stages: Mapping[str, frozenset[str] | None]) -> Iterator[Item]:
    """Ids and names of table `materials`, with its elements and stage."""
    for row in release.rows("materials"):
        elements = frozenset((row.get("elements") or "").replace(",", " ").split())
        stage = stages.get(_fold(row.get("stage") or ""))
        for label in (row["material_id"], row.get("name")):
            if label and elements:
                yield Item(label, elements, frozenset(), stage)


def _territories(
    regions: Iterable[Row], printed: Iterable[Row], words: Iterable[Row]
) -> Iterator[tuple[str, Territory]]:
    """Countries and groups by name and code; words of records go before printed names."""
    known = list(regions)
    names: dict[str, str] = {row["region"]: row["name"] for row in known}
    members = {row["region"]: _members(row, known) for row in known}
    for row in printed:
        code = row["region"]
        yield _fold(row["name"]), Territory(code, names[code], members[code])
    for row in known:
        territory = Territory(row["region"], row["name"], members[row["region"]])
        for word in (row["region"], row["name"], row.get("iso2")):
            if word:
                yield _fold(word), territory
    groups: dict[str, str] = {}
    for row in words:
        if row["use"] == "region":
            code = str(row["regions"])
            territory = Territory(code, names.get(code, str(row["word"])), frozenset({code}))
            yield _fold(row["word"]), territory
            yield _fold(code), territory
        elif row["use"] == "region_group":
            code = groups.setdefault(row["regions"], row["word"])
            yield _fold(row["word"]), Territory(code, code, frozenset(row["regions"].split()))


def _members(region: Row, known: Iterable[Row]) -> frozenset[str]:
    """The country itself, or the countries whose demand region an aggregate is."""
    code = region["region"]
    if region["kind"] == "country":
        return frozenset({code})
    inside = (r for r in known if r["demand_region"] == code and r["kind"] == "country")
    return frozenset(r["region"] for r in inside) or frozenset({code})
