"""Which supplier is asked for which proof: the facts that are missing, where they can be told.

An assembly has its facts from its parts, so the parts' suppliers are asked and not its own. Of a
part whose material is not known only the material is asked first: what else matters depends on
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from allanite.axis import BoolArray
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.verdicts import Missing, asks_supplier

# What an assembly is asked itself; all else comes from its parts.
OF_ASSEMBLIES: Final = frozenset({"hts_code", "country_assembled", "country_origin"})
# Asked of a part of unknown material only.
ON_MATERIAL: Final = ("material_classes", "form")
# Told by the row whatever its material.
OF_EVERY_PART: Final = frozenset({"hts_code", "country_origin", "xinjiang_input"})
# Not for a supplier to tell: worked out from what else is asked.
WORKED_OUT: Final = {
    "listed_share_of_assembly": "value",
    "listed_share_of_magnet": "value",
    "form": "material_classes",
    "minerals": "elements",
    "section_301_mineral": "hts_code",
    "country_recycling": "country_made",
}


def needed_proofs(bom: Bom, found: Sequence[Missing]) -> Iterator[tuple[str, str]]:
    """Pairs of part and fact to ask, in the order of the list."""
    rows = missing_by_fact(bom, found)
    for part in np.flatnonzero(_any(rows, len(bom))).tolist():
        for name, is_missing in rows.items():
            if is_missing[part]:
                yield bom.part_id[part], name


def missing_by_fact(bom: Bom, found: Sequence[Missing]) -> dict[str, BoolArray]:
    """Whether each part's supplier is asked for each fact, (P,) by fact."""
    rows: dict[str, BoolArray] = {}
    for one in found:
        for fact, cases in one.facts.items():
            if not asks_supplier(fact):
                continue
            name = WORKED_OUT.get(fact, fact)
            missing = cases[one.judged.cases.case_of]
            rows[name] = rows.get(name, np.zeros(len(bom), dtype=np.bool_)) | missing
    return _told_by_parts(bom, rows)


def _told_by_parts(bom: Bom, rows: dict[str, BoolArray]) -> dict[str, BoolArray]:
    leaf = bom.tree.is_leaf()
    unknown_material = np.zeros(len(bom), dtype=np.bool_)
    for name in ON_MATERIAL:
        unknown_material |= rows.get(name, unknown_material) & leaf
    found: dict[str, BoolArray] = {}
    for name, missing in sorted(rows.items()):
        asked = missing & (leaf | (name in OF_ASSEMBLIES))
        if name not in ON_MATERIAL and name not in OF_EVERY_PART:
            asked &= ~unknown_material
        if name == "value":
            asked &= bom.value_amount < 0
        if asked.any():
            found[name] = asked
    return found


def _any(rows: dict[str, BoolArray], count: int) -> BoolArray:
    return np.logical_or.reduce(list(rows.values())) if rows else np.zeros(count, dtype=np.bool_)
