"""The typed table of a bill of materials into a `Bom`: units, words, assemblies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa

from allanite.axis import Axis, FloatArray, IntArray, frozen
from allanite.catalogue.store import Release
from allanite.catalogue.tables.screening import MASS_UNITS, STAGES, STEPS
from allanite.errors import DataError, Finding
from allanite.law.scope import Vocabulary
from allanite.law.words import build_vocabulary
from allanite.studies.screening import cells
from allanite.studies.screening.bom import (
    FALSE,
    MAYBE,
    MICROGRAMS,
    MILLIONTHS,
    NOTHING_KNOWN,
    TRUE,
    UNKNOWN,
    Bom,
    Contents,
    WordColumn,
    Words,
)
from allanite.studies.screening.materials import (
    PartMaterial,
    PartMaterials,
    Range,
    known_elements,
    load_part_materials,
)
from allanite.studies.screening.sheet import Sheet
from allanite.studies.screening.tree import (
    TOP,
    Tree,
    build_tree,
    circle_finding,
    parents_of_ids,
    parents_of_levels,
    path_quantities,
    quantity_findings,
)
from allanite.units import unit_factor

LARGEST: Final = 9.2e18
MAX_FINDINGS: Final = 200
Shares = Mapping[str, Range]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words a bill of materials may use: countries, materials, elements."""

    vocabulary: Vocabulary
    materials: PartMaterials
    elements: frozenset[str]


def load_lexicon(release: Release) -> Lexicon:
    """The words of a release."""
    return Lexicon(build_vocabulary(release), load_part_materials(release), known_elements(release))


def bom_of_table(
    table: pa.Table, lexicon: Lexicon, origin: str, findings: Sequence[Finding] = ()
) -> Bom:
    """The bill of materials of a typed table.

    Args:
        table: columns of `BILL_OF_MATERIALS`.
        lexicon: words that may stand in it.
        origin: file name for messages.
        findings: faults found while the table was typed; they are raised with the others.

    Raises:
        DataError: every fault, up to twenty a column and two hundred in all.
    """
    sheet = Sheet(table, origin, list(findings))
    ids = sheet.values("part_id")
    tree = _tree(sheet, ids)
    quantity = np.nan_to_num(sheet.numbers("quantity"), nan=1.0)
    pieces = quantity if tree is None else path_quantities(tree, quantity)
    if tree is not None:
        sheet.findings.extend(quantity_findings(pieces, ids, origin))
    columns = _columns(sheet, lexicon, tree)
    if sheet.findings or tree is None:
        raise DataError(sheet.findings[:MAX_FINDINGS])
    return Bom(origin=origin, tree=tree, quantity=quantity, pieces=pieces, **columns)


def _tree(sheet: Sheet, ids: Sequence[str | None]) -> Tree | None:
    """The assemblies; None, with a finding, where parts stand in a circle."""
    levels, parents = sheet.values("level"), sheet.values("parent_id")
    if any(level is not None for level in levels) and all(p is None for p in parents):
        parent, faults = parents_of_levels(levels, sheet.origin)
    else:
        parent, faults = parents_of_ids(ids, parents, sheet.origin)
    sheet.findings.extend(faults)
    tree, circle = build_tree(parent)
    if circle:
        sheet.findings.append(circle_finding(circle, ids, sheet.origin))
        return None
    return tree


def _columns(sheet: Sheet, lexicon: Lexicon, tree: Tree | None) -> dict[str, Any]:
    materials = sheet.distinct("material", lexicon.materials.find, None)
    countries = {s: _countries(sheet, f"country_{s}", lexicon) for s in STAGES}
    recycled = sheet.numbers("recycled_share")
    columns: dict[str, Any] = {
        name: sheet.texts(name)
        for name in ("part_id", "part_number", "name", "supplier", "manufacturer", "material")
    }
    columns |= {
        "hts_code": _codes(sheet),
        "end_use": _inherited(sheet.texts("end_use"), tree),
        "mass_amount": _masses(sheet),
        "value_amount": _values(sheet),
        "material_class": _classes(materials),
        "contents": _contents(sheet, lexicon, materials, tree),
        "country": countries,
        "technology": {s: _countries(sheet, f"technology_{s}", lexicon) for s in STEPS},
        "is_xinjiang": _xinjiang(sheet),
        "recycled_low": np.nan_to_num(recycled, nan=0.0),
        "recycled_high": np.nan_to_num(recycled, nan=1.0),
    }
    return columns


def _countries(sheet: Sheet, column: str, lexicon: Lexicon) -> WordColumn:
    codes, sets = sheet.distinct(
        column, lambda text: cells.country_words(text, lexicon.vocabulary), NOTHING_KNOWN
    )
    return WordColumn(codes, tuple(sets))


def _codes(sheet: Sheet) -> tuple[str, ...]:
    codes, texts = sheet.distinct("hts_code", cells.customs_code, "")
    return tuple(texts[code] for code in codes.tolist())


def _xinjiang(sheet: Sheet) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    stated = sheet.values("xinjiang_input")
    known = {None: MAYBE, False: FALSE, True: TRUE}
    found = np.array([known[value] for value in stated], dtype=np.int8)
    for stage in STAGES:
        codes, named = sheet.distinct(f"country_{stage}", cells.names_xinjiang, False)
        found[np.array(named, dtype=np.bool_)[codes]] = TRUE
    return found


def _inherited(own: tuple[str, ...], tree: Tree | None) -> tuple[str, ...]:
    if tree is None:
        return own
    uses, parents = list(own), tree.parent.tolist()
    for part in tree.order.tolist():
        if not uses[part] and parents[part] != TOP:
            uses[part] = uses[parents[part]]
    return tuple(uses)


def _masses(sheet: Sheet) -> IntArray:
    mass, units = sheet.numbers("mass"), sheet.values("mass_unit")
    factor = {unit: unit_factor(unit, "g") for unit in MASS_UNITS}
    sheet.report(
        [row for row in np.flatnonzero(~np.isnan(mass)).tolist() if units[row] is None],
        "mass",
        found="{} without a unit",
        allowed=f"a unit in mass_unit: {', '.join(MASS_UNITS)}",
        remedy="Fill mass_unit, or write the unit into the header: `mass [kg]`.",
    )
    grams = mass * np.array([factor.get(unit or "g", 1.0) for unit in units])
    return _amounts(sheet, "mass", grams * MICROGRAMS)


def _values(sheet: Sheet) -> IntArray:
    value, rate = sheet.numbers("value"), sheet.numbers("usd_rate")
    currency = [text.upper() for text in sheet.texts("currency")]
    has_value = ~np.isnan(value)
    is_dollar = np.array([text in ("USD", "US$") for text in currency], dtype=np.bool_)
    named = np.array([bool(text) for text in currency], dtype=np.bool_)
    sheet.report(
        np.flatnonzero(has_value & ~named).tolist(),
        "value",
        found="{} without a currency",
        allowed="USD in currency, or another currency with its usd_rate",
        remedy="Fill currency, or write it into the header: `value [USD]`.",
    )
    sheet.report(
        np.flatnonzero(has_value & named & ~is_dollar & np.isnan(rate)).tolist(),
        "currency",
        found="{} without a rate",
        allowed="USD, or another currency with usd_rate",
        remedy="Write into usd_rate how many USD one unit is, on the date of the prices.",
    )
    sheet.report(
        np.flatnonzero(is_dollar & ~np.isnan(rate) & (rate != 1)).tolist(),
        "usd_rate",
        found="{} for USD",
        allowed="1, or no value",
        remedy="Empty usd_rate, or correct currency.",
    )
    dollars = value * np.where(is_dollar | np.isnan(rate), 1.0, rate)
    return _amounts(sheet, "value", dollars * MILLIONTHS)


def _amounts(sheet: Sheet, column: str, amounts: FloatArray) -> IntArray:
    sheet.report(
        np.flatnonzero(amounts > LARGEST).tolist(),
        column,
        found="{} of one piece",
        allowed=f"at most {LARGEST / MICROGRAMS:.2g} g or USD",
        remedy="Check the unit.",
    )
    known = (amounts >= 0) & (amounts <= LARGEST)
    whole = np.full(amounts.size, UNKNOWN, dtype=np.int64)
    whole[known] = np.rint(amounts[known]).astype(np.int64)
    frozen(whole)
    return whole


def _classes(materials: tuple[IntArray, list[PartMaterial | None]]) -> WordColumn:
    codes, found = materials
    sets = [
        NOTHING_KNOWN if m is None else Words(frozenset({m.material_class}), m.unlisted == 0)
        for m in found
    ]
    return WordColumn(codes, tuple(sets))


def _contents(
    sheet: Sheet,
    lexicon: Lexicon,
    materials: tuple[IntArray, list[PartMaterial | None]],
    tree: Tree | None,
) -> Contents:
    """Shares of the material, with those that the row states in their place."""
    material_of, found = materials
    nothing: Shares = {}
    stated_of, stated = sheet.distinct(
        "element_shares", lambda text: cells.element_shares(text, lexicon.elements), nothing
    )
    leaf = np.ones(len(sheet), dtype=np.bool_) if tree is None else tree.is_leaf()
    sheet.report(
        np.flatnonzero(~leaf & ((material_of > 0) | (stated_of > 0))).tolist(),
        "material",
        found="{} on an assembly",
        allowed="materials on parts that nothing is in",
        remedy="Move the material to a part of its own below the assembly.",
    )
    pairs = material_of * len(stated) + stated_of
    return _spread(
        pairs, lambda code: _merged(found[code // len(stated)], stated[code % len(stated)])
    )


def _merged(material: PartMaterial | None, stated: Mapping[str, Range]) -> tuple[Shares, float]:
    """Shares by element, and the greatest share of any other."""
    own = {} if material is None else material.contents
    shares = {**own, **{e: ends for e, ends in stated.items() if e != cells.OTHERS}}
    left = max(0.0, 1 - sum(low for low, _ in shares.values()))
    most = 1.0 if material is None else material.unlisted
    if cells.OTHERS in stated:
        most = stated[cells.OTHERS][1]
        shares = {e: ends for e, ends in shares.items() if e in stated}
    return shares, min(most, left)


def _spread(codes: IntArray, read: Callable[[int], tuple[Shares, float]]) -> Contents:
    """Contents of parts from those of each distinct code."""
    distinct, code_of = np.unique(codes, return_inverse=True)
    meanings = [read(int(code)) for code in distinct]
    elements = Axis("element", tuple(sorted({e for shares, _ in meanings for e in shares})))
    counts = np.array([len(shares) for shares, _ in meanings], dtype=np.int64)
    flat = [(elements.position(e), *ends) for shares, _ in meanings for e, ends in shares.items()]
    entries = np.array(flat, dtype=np.float64).reshape(-1, 3)
    starts = np.cumsum(counts) - counts
    repeats = counts[code_of]
    part = np.repeat(np.arange(codes.size, dtype=np.int64), repeats)
    within = np.arange(part.size) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    taken = entries[np.repeat(starts[code_of], repeats) + within]
    return Contents(
        elements=elements,
        part=part,
        element=taken[:, 0].astype(np.int64),
        low=taken[:, 1],
        high=taken[:, 2],
        unlisted=np.array([most for _, most in meanings], dtype=np.float64)[code_of],
    )
