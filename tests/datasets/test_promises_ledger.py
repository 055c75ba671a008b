"""Terms, evidence and pledges of the release keep their schemas and name what is not found."""

from __future__ import annotations

from allanite.catalogue.check import check_tables
from allanite.catalogue.store import Release
from allanite.catalogue.tables import TABLES
from allanite.catalogue.tables.promises import SCHEMAS


def test_the_tables_keep_their_schemas(release: Release) -> None:
    targets = {name: release.table(name) for name in release.names}
    names = [schema.name for schema in SCHEMAS]
    assert not check_tables({n: targets[n] for n in names}, TABLES, targets=targets)


def test_facts_found_later_are_worked_into_evidence(release: Release) -> None:
    used = {row["fact_id"] for row in release.rows("provision_evidence")} - {None}
    assert {"fact-04", "fact-05", "fact-06", "fact-33", "fact-35", "fact-42"} <= used
    days = {row["fact_id"]: row["day"] for row in release.rows("new_facts")}
    for row in release.rows("provision_evidence"):
        printed = days.get(row["fact_id"])
        assert printed is None or row["day"] >= printed, row["evidence_id"]


def test_own_searches_are_never_observed(release: Release) -> None:
    rows = [row for row in release.rows("provision_evidence") if row["seen"] == "own"]
    assert len(rows) > 15
    assert {row["quality"] for row in rows} == {"estimated"}
    assert {row["supports"] for row in rows} == {"not found"}
