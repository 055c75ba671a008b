"""Claims and queries as data: complete, tied to what they name, faults all told at once."""

from __future__ import annotations

from typing import Any

import pytest

from allanite import Release
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import with_overrides
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, UsageError
from allanite.ledger.claim_sources import topic_sources
from allanite.ledger.claims import load_claims


def changed(release: Release, table: str, change: dict[str, dict[str, Any]]) -> Release:
    """The release with some cells of a table changed, by the row's first key."""
    key = TABLES[table].key[0]
    rows = [row | change.get(row[key], {}) for row in release.rows(table)]
    return with_overrides(release, {table: rows_table(TABLES[table], rows)})


def test_every_claim_has_a_topic_and_what_is_not_a_fact_has_no_query(release: Release) -> None:
    found = load_claims(release)
    assert len(found.claims) == 49
    asked = [c for c in found.claims if c.topic in found.queries]
    assert all(c.is_checkable for c in asked)
    assert len(asked) >= 20
    bare = [c for c in found.claims if c.is_checkable and c.topic not in found.queries]
    assert all(c.why or c.compiled == "supported" for c in bare)


def test_what_queries_name_stands_in_the_release(release: Release) -> None:
    ids = {
        "control_id": {row["control_id"] for row in release.rows("controls")},
        "agreement_id": {row["agreement_id"] for row in release.rows("agreements")},
        "check_id": {row["check_id"] for row in release.rows("chain_checks")},
        "material_id": {row["material_id"] for row in release.rows("materials")},
    }
    of_kind = {
        "state of a control": "control_id",
        "count of elements": "control_id",
        "threshold of a control": "control_id",
        "provision of an agreement": "agreement_id",
        "day of an agreement": "agreement_id",
        "published share": "check_id",
    }
    for row in release.rows("claim_queries"):
        if row["kind"] in of_kind:
            assert row["subject"] in ids[of_kind[row["kind"]]], row["query_id"]
        if row["kind"] == "output share" and row["materials"]:
            assert set(row["materials"].split("|")) <= ids["material_id"], row["query_id"]


def test_the_nearest_claim_is_named(release: Release) -> None:
    claims = load_claims(release)
    assert claims.of("s17").claim_id == "S17"
    with pytest.raises(UsageError, match="nearest: S"):
        claims.of("S170")


def test_faults_are_told_together(release: Release) -> None:
    broken = changed(
        release,
        "claim_queries",
        {"CN-MINE": {"region": None}, "FW-P01": {"topic": "nothing"}, "SIGN-DAY": {"unit": "t"}},
    )
    with pytest.raises(DataError) as caught:
        load_claims(broken)
    told = str(caught.value)
    assert "without region" in told and "topic 'nothing'" in told
    unit = changed(release, "claim_queries", {"FW-P07": {"unit": "month"}})
    with pytest.raises(DataError, match="unit 'month'"):
        load_claims(unit)


def test_sources_count_once_by_origin(release: Release) -> None:
    found = {s.topic: s for s in topic_sources(release, load_claims(release))}
    mines = found["mines of the United States"]
    assert mines.making.count == 3
    first = mines.making.groups[0]
    assert len(first.documents) == 2 and first.origin == "Reuters"
    assert found["the two reports"].making.count == 1
    assert found["China's share of processing"].differing.count == 1
