"""Labels of one dimension and their positions.

Every array in the package is indexed by an `Axis`. Labels match exactly or raise:
a misspelt site must never become a silent zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from allanite.errors import ModelError

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Axis:
    """Ordered, distinct labels of one dimension.

    Attributes:
        name: what the labels are, in the singular ("site", "material").
        labels: the labels in order, shape (n,).

    Raises:
        ModelError: a label stands twice.
    """

    name: str
    labels: tuple[str, ...]
    _position: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        position = {label: i for i, label in enumerate(self.labels)}
        if len(position) != len(self.labels):
            twice = sorted({x for x in self.labels if self.labels.count(x) > 1})
            raise ModelError(f"{self.name}: labels must be distinct, found twice: {twice}")
        object.__setattr__(self, "_position", position)

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[str]:
        return iter(self.labels)

    def __contains__(self, label: object) -> bool:
        return label in self._position

    def position(self, label: str) -> int:
        """Position of one label; raises `ModelError` naming an unknown one."""
        return int(self.positions([label])[0])

    def positions(self, labels: Iterable[str]) -> IntArray:
        """Positions of `labels`, shape (k,).

        Raises:
            ModelError: labels that do not stand on the axis, each with the nearest ones that do.
        """
        wanted = list(labels)
        unknown = sorted({label for label in wanted if label not in self._position})
        if unknown:
            raise ModelError("; ".join(self._unknown_text(label) for label in unknown[:20]))
        return np.fromiter((self._position[x] for x in wanted), dtype=np.int64, count=len(wanted))

    def _unknown_text(self, label: str) -> str:
        near = get_close_matches(label, self.labels, n=3, cutoff=0.4)
        hint = f"; did you mean {', '.join(repr(x) for x in near)}?" if near else ""
        return f"unknown {self.name} {label!r}{hint}"


def frozen(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """The same array, marked read-only."""
    array.setflags(write=False)
    return array
