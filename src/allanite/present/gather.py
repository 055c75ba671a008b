"""From a release and a case to everything a brief is written from.

The one place of `present` that runs studies: baseline, exposure, flows, supply risk, joint
priorities, law of the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from allanite.catalogue.store import Release
from allanite.conditions.case import Case
from allanite.errors import UsageError
from allanite.law.controls import load_controls
from allanite.law.state import (
    ArticleState,
    changes_between,
    changes_table,
    state_on,
    states_table,
)
from allanite.present.data import BriefData
from allanite.present.places import places_of

# The law names the Union by its own code.
_TERRITORY: Final[Mapping[str, str]] = {"XEU": "EU"}
# Release tables that a brief shows, whole.
SHOWN_TABLES: Final = (
    "assumptions",
    "control_effects",
    "control_periods",
    "controls",
    "corrections",
    "country_outlines",
    "mineral_lists",
    "regions",
    "sites",
)


def check_case(case: Case, release: Release) -> None:
    """Raise `UsageError` where a region of the case stands in no table."""
    known = set(release.table("regions").column("region").to_pylist())
    unknown = [code for code in (case.watched, *case.partners) if code not in known]
    if unknown:
        raise UsageError(
            f"case {case.case_id}: unknown regions {', '.join(unknown)};"
            " `allanite data show regions` lists the codes"
        )


def shown_tables(release: Release) -> dict[str, pa.Table]:
    """The release tables a brief shows, as far as the release has them."""
    return {name: release.table(name) for name in SHOWN_TABLES if name in release.entries}


def law_tables(case: Case, release: Release, since: date, as_of: date) -> dict[str, pa.Table]:
    """States on the day, and changes since: what bears on a partner, and what others issue."""
    controls = load_controls(release)
    bearing = {
        (found.applicable.control.control_id, found.applicable.article.article)
        for partner in case.partners
        for found in state_on(controls, as_of, destination=_TERRITORY.get(partner, partner))
    }

    def matters(found: ArticleState) -> bool:
        control, article = found.applicable.control, found.applicable.article
        return control.issuer != case.watched or (control.control_id, article.article) in bearing

    states = [state for state in state_on(controls, as_of) if matters(state)]
    changes = [c for c in changes_between(controls, since, as_of) if matters(c.after)]
    return {"control_states": states_table(states), "control_changes": changes_table(changes)}


def brief_data(
    case: Case, release: Release, since: date, as_of: date, results: Mapping[str, pa.Table]
) -> BriefData:
    """The data of a brief: shown and result tables, and the sources they name."""
    tables = {**shown_tables(release), **results}
    tables["sources"] = _sources(release, tables)
    return BriefData(
        case=case,
        as_of=as_of,
        since=since,
        places=places_of(case, release.rows("regions")),
        tables=tables,
        release=release.release,
        data_digest=release.digest,
    )


def _sources(release: Release, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Rows of table `sources` that any of the tables names."""
    used: set[str] = set()
    for table in tables.values():
        for name in ("source_id", "production_source"):
            if name in table.column_names:
                used |= {x for x in table.column(name).to_pylist() if x}
    sources = release.table("sources")
    return sources.filter(
        pc.is_in(sources.column("source_id"), pa.array(sorted(used), pa.string()))
    )
