"""Assemblies as a tree: parents as positions, circles and orphans named, quantities along paths.

Nothing recurses, so that a chain of a hundred thousand assemblies is read like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray, frozen
from allanite.catalogue.read import MAX_FINDINGS_PER_COLUMN
from allanite.catalogue.tables.screening import BILL_OF_MATERIALS
from allanite.errors import Finding

TOP: Final = -1
MAX_IN_PRODUCT: Final = 1e12  # pieces of one part in one product
SHOWN_OF_CIRCLE: Final = 8


@dataclass(frozen=True, slots=True)
class Tree:
    """Parts below their assemblies, P of them.

    Attributes:
        parent: position of the assembly, `TOP` for a product, shape (P,).
        order: positions, every assembly before its parts, shape (P,).
    """

    parent: IntArray
    order: IntArray

    def is_leaf(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Parts that nothing is in, shape (P,)."""
        leaf = np.ones(self.parent.size, dtype=np.bool_)
        leaf[self.parent[self.parent != TOP]] = False
        return leaf

    def products(self) -> IntArray:
        """Position of the product each part is in, shape (P,)."""
        top = np.arange(self.parent.size, dtype=np.int64)
        parents = self.parent.tolist()
        for part in self.order.tolist():
            if parents[part] != TOP:
                top[part] = top[parents[part]]
        return top


def row_finding(
    row: int, column: str, origin: str, *, found: str, allowed: str, remedy: str
) -> Finding:
    """A finding about one cell of a bill of materials; `row` counts from 0."""
    return Finding(
        table=BILL_OF_MATERIALS.name,
        place=f'row {row + 1}, column "{column}"',
        found=found,
        allowed=allowed,
        remedy=remedy,
        origin=f"{origin}:{row + 2}",
    )


def parents_of_levels(levels: Sequence[int | None], origin: str) -> tuple[IntArray, list[Finding]]:
    """Parents from an indented list: the last row above that is one level less deep."""
    last: list[int] = []
    parent = np.full(len(levels), TOP, dtype=np.int64)
    findings: list[Finding] = []
    for row, level in enumerate(levels):
        if level is None or level > len(last):
            found = "no value" if level is None else str(level)
            allowed = f"0 to {len(last)}: at most one deeper than the row above"
            remedy = "Write the level, or name the assembly in parent_id."
            findings.append(
                row_finding(row, "level", origin, found=found, allowed=allowed, remedy=remedy)
            )
            continue
        del last[level:]
        parent[row] = last[-1] if last else TOP
        last.append(row)
    return parent, findings[:MAX_FINDINGS_PER_COLUMN]


def parents_of_ids(
    ids: Sequence[str | None], parent_ids: Sequence[str | None], origin: str
) -> tuple[IntArray, list[Finding]]:
    """Parents by name; a parent that no row has is a finding."""
    position = {name: row for row, name in enumerate(ids) if name is not None}
    findings: list[Finding] = []
    parent = np.full(len(ids), TOP, dtype=np.int64)
    for row, wanted in enumerate(parent_ids):
        if wanted is None:
            continue
        parent[row] = position.get(wanted, TOP)
        if wanted not in position and len(findings) < MAX_FINDINGS_PER_COLUMN:
            remedy = "Correct the name, add the assembly as a row, or empty the cell of a product."
            findings.append(
                row_finding(
                    row,
                    "parent_id",
                    origin,
                    found=repr(wanted),
                    allowed="the part_id of a row",
                    remedy=remedy,
                )
            )
    return parent, findings


def build_tree(parent: IntArray) -> tuple[Tree, list[int]]:
    """The tree, and the parts of one circle in order (empty where there is none)."""
    count = parent.size
    by_parent = np.argsort(parent, kind="stable")
    starts = np.searchsorted(parent[by_parent], np.arange(-1, count + 1))
    order: list[int] = []
    todo = by_parent[starts[0] : starts[1]].tolist()
    while todo:
        order += todo
        todo = [
            int(child) for part in todo for child in by_parent[starts[part + 1] : starts[part + 2]]
        ]
    if len(order) == count:
        tree = Tree(parent, np.array(order, dtype=np.int64))
        frozen(tree.parent)
        frozen(tree.order)
        return tree, []
    reached = set(order)
    start = next(part for part in range(count) if part not in reached)
    return Tree(parent, np.array(order, dtype=np.int64)), _circle(parent, start)


def _circle(parent: IntArray, start: int) -> list[int]:
    seen: dict[int, int] = {}
    part = start
    while part not in seen:
        seen[part] = len(seen)
        part = int(parent[part])
    path = list(seen)
    return path[seen[part] :]


def circle_finding(circle: Sequence[int], ids: Sequence[str | None], origin: str) -> Finding:
    """The finding that names a circle, shortened in the middle."""
    names = [str(ids[part]) for part in circle]
    shown = names if len(names) <= SHOWN_OF_CIRCLE else [*names[:SHOWN_OF_CIRCLE], "…"]
    found = " in ".join(repr(name) for name in [*shown, names[0]])
    return row_finding(
        circle[0],
        "parent_id",
        origin,
        found=f"a circle of {len(circle)}: {found}",
        allowed="assemblies that end in a product",
        remedy="Empty or correct parent_id in one row of the circle.",
    )


def path_quantities(tree: Tree, quantity: FloatArray) -> FloatArray:
    """Pieces of each part in one product, shape (P,): the product of quantities up the tree."""
    along = quantity.tolist()
    parents = tree.parent.tolist()
    for part in tree.order.tolist():
        if parents[part] != TOP:
            along[part] = min(along[part] * along[parents[part]], 10 * MAX_IN_PRODUCT)
    return np.array(along, dtype=np.float64)


def quantity_findings(pieces: FloatArray, ids: Sequence[str | None], origin: str) -> list[Finding]:
    """Parts of which a product would hold more, or less, than can be meant."""
    wrong = np.flatnonzero((pieces > MAX_IN_PRODUCT) | (pieces < 1 / MAX_IN_PRODUCT))
    return [
        row_finding(
            row,
            "quantity",
            origin,
            found=f"{pieces[row]:.3g} pieces of {ids[row]!r} in one product",
            allowed=f"{1 / MAX_IN_PRODUCT:g} to {MAX_IN_PRODUCT:g}",
            remedy="Quantities multiply up the tree; check those of its assemblies.",
        )
        for row in wrong[:MAX_FINDINGS_PER_COLUMN].tolist()
    ]
