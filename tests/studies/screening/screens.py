"""Screens of small lists for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from bills import Row, bill

from allanite import Release
from allanite.law.rules.facts import Facts
from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.mapping import load_mapping_words, part_facts
from allanite.studies.screening.sale import Sale
from allanite.studies.screening.study import screen

DECEMBER, MARCH = date(2026, 12, 1), date(2027, 3, 1)


def sale(on: date = DECEMBER, delivery: date = MARCH, **stated: Any) -> Sale:
    """A sale on these days."""
    return Sale(on=on, delivery=delivery, **stated)


def facts_of(folder: Path, rows: Sequence[Row], release: Release, lexicon: Lexicon) -> Facts:
    """Facts of a list."""
    return part_facts(bill(folder, rows, lexicon), load_mapping_words(release, lexicon))


def screened(
    folder: Path, rows: Sequence[Row], release: Release, lexicon: Lexicon, one: Sale
) -> dict[str, pa.Table]:
    """Tables of a screened list."""
    return screen(release, bill(folder, rows, lexicon), one, lexicon=lexicon)


def verdict(tables: dict[str, pa.Table], part: str, rule: str) -> dict[str, Any]:
    """The verdict row of a part under a rule."""
    rows = tables["screening_verdicts"].to_pylist()
    (found,) = [r for r in rows if r["part_id"] == part and r["rule_id"] == rule]
    return dict(found)


def asked(tables: dict[str, pa.Table]) -> set[tuple[str, str]]:
    """Parts and facts that suppliers are asked for."""
    rows = tables["open_questions"].to_pylist()
    return {(r["part_id"], r["fact"]) for r in rows}
