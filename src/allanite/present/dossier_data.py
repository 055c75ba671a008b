"""What a dossier is made of: the list, the sale, the result, and what is told of each rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from allanite.law.rules.rule import Rule
from allanite.present.places import Places
from allanite.present.screen_view import RuleView
from allanite.present.screen_words import SIGNS
from allanite.studies.result import Result
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.sale import Sale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DossierData:
    """What the dossier of a product is made of."""

    bom: Bom
    sale: Sale
    result: Result
    product: str
    parts: tuple[str, ...]
    views: tuple[RuleView, ...]
    rules: Mapping[str, Rule]
    places: Places
    position: Mapping[str, int]

    def rows(self, table: str, parts: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Rows of a table that are about these parts; by default the product's."""
        found = self.result.table(table)
        wanted = pa.array(parts or self.parts, pa.string())
        rows: list[dict[str, Any]] = found.filter(pc.is_in(found["part_id"], wanted)).to_pylist()
        return rows

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What suppliers of the product are asked."""
        return self.rows("open_questions")

    def label(self, part: str) -> str:
        """Name of a part for a reader."""
        return self.bom.label(self.position[part])


def sign_words(word: str) -> str:
    """An outcome as a sign and words."""
    return f"{SIGNS[word].mark} {SIGNS[word].text}"
