"""Curated tables of claims: topics for all, readings with notes, sources and statements tied."""

from __future__ import annotations

from collections import Counter

from allanite import Release
from allanite.catalogue.check import check_tables
from allanite.catalogue.tables import TABLES
from allanite.catalogue.tables.claims import SCHEMAS


def test_the_tables_keep_their_schemas(release: Release) -> None:
    tables = {schema.name: release.table(schema.name) for schema in SCHEMAS}
    context = {name: release.table(name) for name in ("claims", "sources")}
    assert check_tables(tables, TABLES, targets=context) == []


def test_every_claim_has_a_topic_of_one_field(release: Release) -> None:
    topics = release.rows("claim_topics")
    assert [t["claim_id"] for t in topics] == [c["claim_id"] for c in release.rows("claims")]
    fields = {(t["topic"], t["field"]) for t in topics}
    assert max(Counter(topic for topic, _ in fields).values()) == 1


def test_judgements_of_readings_are_marked_and_given_a_reason(release: Release) -> None:
    for row in release.rows("claim_queries"):
        if row["tolerance"] > 0:
            assert row["note"], row["query_id"]
        if row["role"] == "other":
            assert row["note"] or row["quality"] != "assumed", row["query_id"]


def test_every_topic_with_a_query_has_a_main_one(release: Release) -> None:
    main = {r["topic"] for r in release.rows("claim_queries") if r["role"] == "main"}
    assert main == {r["topic"] for r in release.rows("claim_queries")}


def test_origins_say_how_they_are_known(release: Release) -> None:
    for row in release.rows("claim_sources"):
        assert bool(row["origin"]) == bool(row["origin_reason"]), row


def test_statements_that_hold_together_exist_and_say_why(release: Release) -> None:
    rows = {row["statement_id"]: row for row in release.rows("claim_statements")}
    for row in rows.values():
        for other in (row["holds_with"] or "").split("|"):
            assert not other or (other in rows and row["note"])
