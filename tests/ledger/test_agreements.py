"""Agreements of the release: every promise is read, dated and sourced; deadlines agree."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, UsageError
from allanite.ledger.agreements import agreements_of, find_agreement, load_agreements
from allanite.ledger.states import PROGRESS, last_search
from allanite.ledger.tables import due_on, states_on, states_table


@pytest.fixture(scope="module")
def agreements(release: Release):
    return load_agreements(release)


def replaced(release: Release, name: str, change) -> Release:
    """The release with one table changed row by row."""
    rows = [change(dict(row)) for row in release.rows(name)]
    table = rows_table(TABLES[name], rows)
    return Release(release.folder, release.release, release.entries, release.digest, {name: table})


def test_every_provision_has_terms_and_evidence(release: Release, agreements):
    keys = {(r["agreement_id"], r["provision_id"]) for r in release.rows("provisions")}
    terms = {(r["agreement_id"], r["provision_id"]) for r in release.rows("provision_terms")}
    assert keys == terms
    assert len(keys) == 63 and len(agreements) == 25
    assert all(p.evidence for a in agreements for p in a.provisions)


def test_counted_deadlines_are_those_of_the_record(release: Release, agreements):
    counted = {
        (a.agreement_id, p.provision_id): [d.day for d in p.deadlines]
        for a in agreements
        for p in a.provisions
        if p.deadlines
    }
    printed = {
        (r["agreement_id"], r["provision_id"]): sorted(
            {r["deadline"], r["deadline_other"]} - {None}
        )
        for r in release.rows("provisions")
        if r["deadline"]
    }
    # The end of a contract is no deadline.
    assert printed.pop(("LYNAS-JARE-2026", "L1")) == [date(2038, 12, 31)]
    assert counted == printed


def test_every_row_of_evidence_has_a_page_or_is_an_own_search(release: Release):
    for row in release.rows("provision_evidence"):
        assert row["url"] or row["reference"], row["evidence_id"]
        assert (row["supports"] == "not found") <= (row["seen"] in ("own", "yes"))
        assert row["supports"] != "open" or row["url"]


def test_states_agree_with_the_record_or_say_more(release: Release, agreements):
    """What the record calls done is done; nothing it calls overdue is called late."""
    status = {
        (r["agreement_id"], r["provision_id"]): r["status"] for r in release.rows("provisions")
    }
    for agreement, state in states_on(agreements, date(2026, 11, 22)):
        told = status[agreement.agreement_id, state.provision.provision_id]
        assert (told == "done") == (state.state == "done")
        if told == "overdue_unconfirmed":
            assert state.state in ("not evidenced", "partly")
            assert last_search(state.provision) is not None
        if told == "not_evidenced":
            assert state.state in ("not evidenced", "contradictory")
        if state.state == "not evidenced":
            assert state.delivery not in PROGRESS[2:]


def test_nothing_is_late_without_a_source(agreements):
    for day in (date(2026, 3, 20), date(2026, 4, 29), date(2026, 11, 28)):
        assert not [s for _, s in states_on(agreements, day) if s.state == "late"]
    hindsight = states_on(agreements, date(2026, 3, 20), known=date(2026, 11, 28))
    late = [(a.agreement_id, s.provision.provision_id) for a, s in hindsight if s.state == "late"]
    assert late == [("US-EU-MOU-2026", "EU1")]


def test_an_outlier_moves_no_deadline(agreements):
    framework = find_agreement(agreements, "US-JP-FW-2025")
    assert [(o.day, o.place) for o in framework.signed] == [
        (date(2025, 10, 27), "Washington"),
        (date(2025, 10, 28), "Tokyo"),
    ]
    outliers = [p.value for p in framework.particulars if p.standing == "outlier"]
    assert outliers == ["Sunday", "White House"]


def test_partners_are_found_in_groups(agreements):
    found = {a.agreement_id for a in agreements_of(agreements, ("USA", "JPN"))}
    assert {"US-JP-FW-2025", "G7-CMAP-2025", "TRILAT-2026", "QUAD-CMI-2025"} <= found
    assert "US-AU-FW-2025" not in found


def test_due_holds_what_is_near_and_what_is_open(agreements):
    states = states_on(agreements, date(2026, 4, 28))
    found = [s.provision.provision_id for _, s in due_on(states, 0)]
    assert found == ["R2", "R3", "MX1", "AU2", "AU1", "P07", "P05"]
    wide = {s.provision.provision_id for _, s in due_on(states, 365)}
    assert {"EU1", "G1", "S1", "AR1", "R1"} <= wide and "ALL" not in wide


def test_nothing_is_known_before_it_was_promised(agreements):
    framework = find_agreement(agreements, "US-JP-FW-2025")
    assert not states_on([framework], date(2025, 10, 26))
    assert len(states_on([framework], date(2025, 10, 27))) == 15


def test_states_fill_their_table(agreements):
    table = states_table(states_on(agreements, date(2026, 4, 28)))
    assert isinstance(table, pa.Table)
    ministerial = next(r for r in table.to_pylist() if r["provision_id"] == "P07")
    assert ministerial["deadlines"] == "2026-04-25 Washington; 2026-04-26 Tokyo"
    assert ministerial["days_left"] == -2
    assert ministerial["newest_supports"] == "related"
    assert ministerial["searched_until"] == date(2026, 7, 2)


def test_an_unknown_agreement_names_near_ones(agreements):
    with pytest.raises(UsageError, match="US-JP-FW-2025"):
        find_agreement(agreements, "US-JP-FW")


def test_half_a_rule_is_a_fault(release: Release):
    def half(row):
        return {**row, "unit": None} if row["provision_id"] == "P07" else row

    with pytest.raises(DataError, match=r"US-JP-FW-2025\.P07.*half a rule"):
        load_agreements(replaced(release, "provision_terms", half))


def test_evidence_of_no_provision_is_a_fault(release: Release):
    def lost(row):
        return {**row, "provision_id": "P99"} if row["evidence_id"].endswith("P07.1") else row

    with pytest.raises(DataError, match=r"P99.*no such provision"):
        load_agreements(replaced(release, "provision_evidence", lost))
