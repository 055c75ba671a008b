"""What a brief is written from: the case, the days, and the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from allanite.conditions.case import Case
from allanite.present.chart import QUIET
from allanite.present.page import LegendItem
from allanite.present.places import Places


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefData:
    """Everything the sections read.

    Attributes:
        case: who asks about what.
        as_of: the day the brief speaks of.
        since: changes are told from this day on.
        places: names and roles of regions.
        tables: release and result tables by name.
        release: name of the data release; data_digest: sha256 over it.
    """

    case: Case
    as_of: date
    since: date
    places: Places
    tables: Mapping[str, pa.Table]
    release: str
    data_digest: str

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Rows of a table; none where the table is missing, which every section says."""
        table = self.tables.get(name)
        return [] if table is None else table.to_pylist()

    def watched_name(self) -> str:
        """Name of the watched issuer."""
        return self.places.name(self.case.watched)

    def partner_names(self) -> list[str]:
        """Names of the partners in the order of the case."""
        return [self.places.name(code) for code in self.case.partners]


def partner_legend(data: BriefData) -> tuple[LegendItem, ...]:
    """The partners with colour and shape of their points."""
    return tuple(
        LegendItem(data.places.name(p), data.places.colour(p), data.places.shape(p))
        for p in data.case.partners
    )


def role_legend(data: BriefData) -> tuple[LegendItem, ...]:
    """The watched issuer, the partners, and everyone else."""
    places, case = data.places, data.case
    named = (case.watched, *case.partners)
    return (
        *(LegendItem(places.name(code), places.colour(code)) for code in named),
        LegendItem("Others", "var(--other)"),
    )


def range_legend() -> tuple[LegendItem, ...]:
    """What the line through a point says."""
    return (LegendItem("range of 90 % of the redraws", QUIET, "line"),)
