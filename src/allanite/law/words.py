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
    """Words of tables `control_words`, `regions` and, where present, `materials`."""
    rows = release.rows("control_words")
    stages = {_fold(r["word"]): _stages(r) for r in rows if r["use"] == "stage" and _is_goods(r)}
    items = {_fold(r["word"]): _item(r) for r in rows if r["use"] in ("element", "item")}
    if "materials" in release.entries:
        items |= {item.label.casefold(): item for item in _materials(release, stages)}
    regions = release.rows("regions") if "regions" in release.entries else []
    return Vocabulary(items, stages, dict(_territories(regions, rows)))


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


def _territories(regions: Iterable[Row], words: Iterable[Row]) -> Iterator[tuple[str, Territory]]:
    known = list(regions)
    names: dict[str, str] = {row["region"]: row["name"] for row in known}
    for row in known:
        code, name = row["region"], row["name"]
        members = frozenset({code})
        if row["kind"] == "aggregate":
            members = frozenset(
                r["region"]
                for r in known
                if r.get("demand_region") == code and r["kind"] == "country"
            ) or frozenset({code})
        territory = Territory(code, name, members)
        for word in (code, name, row.get("iso2")):
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
