"""Which supplier is asked for which proof: the facts that are missing, where they can be told.

An assembly has its facts from its parts, so what it misses is asked of the parts inside that
rules look at, and not of its own supplier. Of a part whose material is not known only the material
is asked first: what else matters depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from allanite.axis import BoolArray
from allanite.law.rules.facts import Facts
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.mapping import counted_parts
from allanite.studies.screening.tree import TOP
from allanite.studies.screening.verdicts import Missing, asks_supplier

# What an assembly is asked itself; all else comes from its parts.
OF_ASSEMBLIES: Final = frozenset({"hts_code", "country_assembled", "country_origin"})
# Asked of a part of unknown material only.
ON_MATERIAL: Final = frozenset({"material_classes", "form"})
# Told by the row whatever its material.
OF_EVERY_PART: Final = frozenset({"hts_code", "country_origin", "xinjiang_input"})
_VALUE_SHARE: Final = ("country_metal", "country_separated", "elements", "value")
# Not for a supplier to tell: worked out from what is asked instead.
WORKED_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "listed_share_of_assembly": _VALUE_SHARE,
    "listed_share_of_magnet": _VALUE_SHARE,
    "form": ("material_classes",),
    "minerals": ("elements",),
    "section_301_mineral": ("hts_code",),
    "country_recycling": ("country_made",),
    "uflpa_listed_supplier": ("xinjiang_input",),
}


def needed_proofs(bom: Bom, facts: Facts, found: Sequence[Missing]) -> Iterator[tuple[str, str]]:
    """Pairs of part and fact to ask, in the order of the list."""
    rows = proofs_by_fact(bom, facts, found)
    if not rows:
        return
    names = list(rows)
    for part, column in np.argwhere(np.column_stack(list(rows.values()))).tolist():
        yield bom.part_id[part], names[column]


def proofs_by_fact(bom: Bom, facts: Facts, found: Sequence[Missing]) -> dict[str, BoolArray]:
    """Whether each part's supplier is asked for each fact, (P,) by fact."""
    own = _missing(bom, found)
    inside = _from_above(bom, own)
    leaf, counted = bom.tree.is_leaf(), counted_parts(bom)
    unknown = leaf & (_one(own, "material_classes", bom) | (counted.perhaps & _in_any(inside)))
    no_code = _one(own, "material_classes", bom) & ~leaf
    own["hts_code"] = _one(own, "hts_code", bom) | no_code
    asked: dict[str, BoolArray] = {}
    for name in sorted({*own, "material_classes"}):
        rows = _one(own, name, bom) & (leaf | (name in OF_ASSEMBLIES))
        if name in inside:
            rows = rows | (inside[name] & counted.surely)
        if name == "material_classes":
            rows = unknown
        elif name not in OF_EVERY_PART:
            rows = rows & ~unknown
        rows = rows & ~_known(bom, facts, name)
        if rows.any():
            asked[name] = rows
    return asked


def _one(rows: Mapping[str, BoolArray], name: str, bom: Bom) -> BoolArray:
    return rows.get(name, np.zeros(len(bom), dtype=np.bool_))


def _in_any(rows: Mapping[str, BoolArray]) -> BoolArray:
    return np.logical_or.reduce(list(rows.values())) if rows else np.zeros(1, dtype=np.bool_)


def _missing(bom: Bom, found: Sequence[Missing]) -> dict[str, BoolArray]:
    """What each row itself misses, in facts a supplier can tell."""
    rows: dict[str, BoolArray] = {}
    for one in found:
        worth = one.worth_asking()
        for fact, cases in one.facts.items():
            if not asks_supplier(fact):
                continue
            missing = (cases & worth)[one.judged.cases.case_of]
            for name in WORKED_OUT.get(fact, (fact,)):
                rows[name] = missing | _one(rows, name, bom)
    return rows


def _from_above(bom: Bom, rows: Mapping[str, BoolArray]) -> dict[str, BoolArray]:
    """What an assembly misses, for all that is in it; facts of the row alone are left out."""
    names = [name for name in rows if name not in OF_EVERY_PART | ON_MATERIAL | OF_ASSEMBLIES]
    if not names:
        return {}
    weights = 1 << np.arange(len(names), dtype=np.int64)
    above = (np.column_stack([rows[name] for name in names]) @ weights).tolist()
    parents = bom.tree.parent.tolist()
    for part in bom.tree.order.tolist():
        if parents[part] != TOP:
            above[part] |= above[parents[part]]
    found = np.array(above, dtype=np.int64)
    return {name: (found >> i & 1).astype(np.bool_) for i, name in enumerate(names)}


def _known(bom: Bom, facts: Facts, name: str) -> BoolArray:
    if name == "value":
        return np.asarray(bom.value_amount >= 0)
    if name in {**facts.flags, **facts.words, **facts.numbers}:
        return np.asarray(facts.is_known(name))
    return np.zeros(len(bom), dtype=np.bool_)
