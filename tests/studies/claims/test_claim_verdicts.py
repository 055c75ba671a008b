"""Verdicts: by hand, on the release, over time, and flipped by a change of the data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from allanite import Release
from allanite.catalogue.check import check_tables
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import with_overrides
from allanite.catalogue.tables import TABLES
from allanite.ledger.claims import ClaimQuery
from allanite.ledger.quantity import Interval
from allanite.network.reconcile import Baseline
from allanite.studies.claims.evaluate import ANSWERS, Reading, outcome_of
from allanite.studies.claims.evidence import Evidence
from allanite.studies.claims.records import months_between
from allanite.studies.claims.study import ClaimReport, check_claims
from allanite.studies.claims.verdicts import combined
from allanite.workbench import load_network

THAT_DAY, LATER = date(2025, 10, 28), date(2026, 11, 27)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def baseline(release: Release) -> Baseline:
    return load_network(release, draws=20).baseline


@pytest.fixture(scope="module")
def report(release: Release, baseline: Baseline) -> ClaimReport:
    return check_claims(release, LATER, baseline)


def verdicts(found: ClaimReport) -> dict[str, dict[str, Any]]:
    return {row["claim_id"]: row for row in found.tables()["claim_verdicts"].to_pylist()}


def overlaid(release: Release, table: str, rows: Rows) -> Release:
    return with_overrides(release, {table: rows_table(TABLES[table], rows)})


def query(role: str = "main", tolerance: float = 0.0, caveat: str = "") -> ClaimQuery:
    return ClaimQuery(
        query_id="q",
        topic="t",
        kind="output share",
        reading="r",
        role=role,
        arguments={},
        expected=None,
        states=(),
        unit="1",
        tolerance=tolerance,
        caveat=caveat,
    )


def readings(*outcomes: tuple[str, str]) -> list[Reading]:
    empty = Evidence(told="", table="t")
    return [Reading(query(role), empty, None, outcome) for role, outcome in outcomes]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([("main", "bears out")], "supported"),
        ([("main", "bears out"), ("other", "contradicts")], "supported with nuance"),
        ([("main", "bears out"), ("main", "contradicts")], "supported with nuance"),
        ([("main", "open")], "supported with nuance"),
        ([("main", "contradicts"), ("other", "bears out")], "contradicted"),
        ([("main", "bears out"), ("condition", "contradicts")], "contradicted"),
        ([("main", "bears out"), ("condition", "open")], "not known"),
        ([("main", "not known"), ("other", "bears out")], "not known"),
        ([("main", "bears out"), ("main", "not known")], "supported"),
        ([("main", "bears out"), ("context", "contradicts")], "supported"),
        ([], "not known"),
    ],
)
def test_readings_to_verdict(found: Sequence[tuple[str, str]], verdict: str) -> None:
    assert combined(readings(*found)) == verdict


def test_a_range_against_more_than_nine_tenths_by_hand() -> None:
    """0.86-0.89 misses 0.90 by a point: a tolerance of half a point keeps it out, of two not."""
    found = Evidence(told="", table="t", value=0.88, interval=Interval(0.86, 0.89))
    wanted = Interval(0.9, 1.0, low_open=True)
    assert outcome_of(found, wanted, query(tolerance=0.005)) == "contradicts"
    assert outcome_of(found, wanted, query(tolerance=0.02)) == "open"
    assert outcome_of(found, wanted, query(tolerance=0.04)) == "bears out"


def test_months_by_hand() -> None:
    """28 October to 28 April are six months; to 13 May, fifteen days or half a month more."""
    assert months_between(date(2025, 10, 28), date(2026, 4, 28)) == 6
    assert months_between(date(2025, 10, 28), date(2026, 5, 13)) == 6.5


def test_the_share_of_processing_depends_on_the_reading(report: ClaimReport) -> None:
    row = verdicts(report)["S17"]
    assert row["verdict"] == "supported with nuance" and row["rests_on"] == "data"
    assert 0.84 < row["low"] < 0.9 < row["high"] < 0.93
    assert "By reading" in row["told"] and "Data of 2024" in row["told"]
    found = {r["query_id"]: r for r in report.tables()["claim_readings"].to_pylist()}
    assert found["CN-SEP-IEA"]["outcome"] == "bears out"
    assert found["CN-SEP-PLANTS"]["outcome"] == "contradicts"
    assert found["CN-MINE"]["role"] == "context"


def test_shares_are_those_of_the_published_totals(report: ClaimReport) -> None:
    """The reading counts Nd, Pr, Dy, Tb as the check of the baseline against the IEA does."""
    found = {r["query_id"]: r for r in report.tables()["claim_readings"].to_pylist()}
    assert found["CN-SEP-MAGNET"]["value"] == pytest.approx(0.9004, abs=0.003)


def test_verdicts_of_the_claims(report: ClaimReport) -> None:
    found = verdicts(report)
    wanted = {
        "S02": "supported with nuance",
        "S04": "contradicted",
        "S09": "supported with nuance",
        "S13": "supported",
        "S14": "supported",
        "S16": "supported",
        "S21": "supported with nuance",
        "S23": "supported with nuance",
        "S26": "supported",
        "S33": "supported",
        "S41": "not checkable",
        "S47": "not checkable",
    }
    assert {name: found[name]["verdict"] for name in wanted} == wanted
    assert all(found[f"S{i}"]["field"] == "outside" for i in (31, 37, 41, 46))


def test_tables_keep_their_schemas(report: ClaimReport) -> None:
    assert check_tables(report.tables(), TABLES) == []


def test_controls_age(release: Release) -> None:
    """Announced on 9 October, suspended from 7 November 2025 to 10 November 2026, then unknown."""
    on_day = verdicts(check_claims(release, THAT_DAY))["S19"]
    assert (on_day["verdict"], on_day["verdict_then"]) == ("supported", "supported")
    during = verdicts(check_claims(release, date(2026, 3, 1)))["S19"]
    assert (during["verdict"], during["held_until"]) == ("outdated", date(2025, 11, 6))
    assert "Right on 28 October 2025, and until 6 November 2025" in during["told"]
    assert "suspended" in during["told"]
    after = verdicts(check_claims(release, LATER))["S19"]
    assert (after["verdict"], after["verdict_then"]) == ("not known", "supported")
    assert "may be suspended or in force" in after["told"]


def test_claims_not_yet_made_are_left_out(release: Release) -> None:
    found = check_claims(release, date(2025, 10, 21))
    assert [j.claim.claim_id for j in found.judged if j.claim.said_on > date(2025, 10, 21)] == []
    assert "S17" not in verdicts(found) and "S32" in verdicts(found)


def test_a_second_mine_makes_the_claim_outdated_and_says_why(release: Release) -> None:
    before = verdicts(check_claims(release, LATER))["S21"]
    assert before["verdict"] == "supported with nuance" and before["held_until"] is None
    event = release.rows("site_events")[0] | {
        "site_id": "US_ELK_CREEK",
        "day": date(2026, 6, 1),
        "event": "First ore",
        "status": "operating",
    }
    more = overlaid(release, "site_events", [*release.rows("site_events"), event])
    after = verdicts(check_claims(more, LATER))["S21"]
    assert (after["verdict_then"], after["verdict"]) == ("supported with nuance", "outdated")
    assert after["held_until"] == date(2026, 5, 31)
    assert "2 (Mountain Pass mine and concentrator; Elk Creek)" in after["told"]


def test_a_lower_published_share_turns_the_verdict(release: Release) -> None:
    """Without the network the printed share alone decides: 91 % bears out, 81 % does not."""
    assert verdicts(check_claims(release, LATER))["S17"]["verdict"] == "supported"
    name = "refined-magnet-rare-earths-share-china-2024"
    rows = [
        row | ({"value": 0.81} if row["check_id"] == name else {})
        for row in release.rows("chain_checks")
    ]
    after = verdicts(check_claims(overlaid(release, "chain_checks", rows), LATER))["S17"]
    assert after["verdict"] == "contradicted"
    assert "81 %" in after["told"] and "8 points more would bear it out" in after["flips"]


def test_a_struck_provision_contradicts(release: Release) -> None:
    rows = [
        row
        for row in release.rows("provisions")
        if (row["agreement_id"], row["provision_id"]) != ("US-JP-FW-2025", "P15")
    ]
    found = verdicts(check_claims(overlaid(release, "provisions", rows), LATER))["S11"]
    assert found["verdict"] == "contradicted"
    assert "has no provision P15" in found["told"]


def test_money_is_not_known_without_pledges_and_checked_with_them(release: Release) -> None:
    if "pledges" not in release.names:
        assert verdicts(check_claims(release, LATER))["S25"]["verdict"] == "not known"
    columns = {
        "pledge_id": ["JP550"],
        "kind": ["announced"],
        "currency": ["USD"],
        "amount": [550_000.0],
        "low": pa.array([None], pa.float64()),
        "high": pa.array([None], pa.float64()),
        "day": [date(2025, 7, 22)],
    }
    more = with_overrides(release, {"pledges": pa.table(columns)})
    found = verdicts(check_claims(more, LATER))["S25"]
    assert found["verdict"] == "supported with nuance"
    assert "550,000 million USD announced" in found["told"]


def test_a_claim_may_ask_for_exposure_and_for_a_mineral(
    release: Release, baseline: Baseline
) -> None:
    """A user's own queries: Japan's dysprosium from China; gallium of the world from China."""
    asked = [
        {
            "kind": "exposure share",
            "region": "CHN",
            "stage": "mine",
            "materials": "Dy",
            "user": "JPN",
        },
        {"kind": "world output share", "subject": "gallium", "region": "CHN", "stage": "refining"},
    ]
    plain = next(r for r in release.rows("claim_queries") if r["query_id"] == "CN-MINE")
    rows = release.rows("claim_queries") + [
        plain | {"materials": None, "query_id": f"OWN-{i}"} | own for i, own in enumerate(asked)
    ]
    found = check_claims(overlaid(release, "claim_queries", rows), LATER, baseline)
    read = {r["query_id"]: r for r in found.tables()["claim_readings"].to_pylist()}
    assert 0.2 < read["OWN-0"]["value"] < 0.9
    assert read["OWN-1"]["outcome"] in ("bears out", "not known")


def test_every_kind_of_query_has_an_answer() -> None:
    kinds = TABLES["claim_queries"].column("kind").allowed
    assert set(ANSWERS) == set(kinds)


def test_equal_data_give_equal_tables(release: Release) -> None:
    one, other = (check_claims(release, LATER).tables() for _ in range(2))
    assert all(one[name].equals(other[name]) for name in one)
