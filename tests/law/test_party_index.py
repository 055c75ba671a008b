"""Lists, dates, groups and owners of the index, by hand and on the release that ships."""

from __future__ import annotations

from datetime import date

import pytest

from allanite.errors import DataError, UsageError
from allanite.law.parties.index import load_parties, party_index
from allanite.law.parties.records import Listing, Party, PartyList, Stake

DAY = date(2026, 11, 27)


def firm(name, country="JPN", kind="company"):
    return Party(party_id=name, name=name, country=country, kind=kind)


def small(count=1, **stake):
    """L, listed in Japan from February to June 2026, holds 60 % of A; list of `count` parties."""
    return party_index(
        [firm("A"), firm("L"), firm("US", country="USA"), firm("S", kind="state")],
        [Stake(owner_id="L", held_id="A", low=0.6, high=0.6, **stake)],
        [
            Listing(
                list_id="X", party_id="L", valid_from=date(2026, 2, 24), valid_to=date(2026, 6, 30)
            )
        ],
        [
            PartyList(
                list_id="X",
                issuer="CHN",
                kind="control",
                title="x",
                covers="JPN",
                entity_count=count,
            )
        ],
    )


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2026, 2, 23), "unknown"),  # not yet listed; 40 % of A in unknown hands, L's too
        (date(2026, 2, 24), "true"),
        (date(2026, 6, 30), "true"),
        (date(2026, 7, 1), "unknown"),
    ],
)
def test_a_listing_counts_from_its_first_to_its_last_day(day, answer):
    assert small().ownership("A", day).reaches() == answer
    assert small().ownership("A", day).low == (0.6 if answer == "true" else 0.0)


@pytest.mark.parametrize(("day", "low"), [(date(2026, 2, 28), 0.0), (date(2026, 3, 1), 0.6)])
def test_a_stake_counts_from_its_first_day(day, low):
    assert small(valid_from=date(2026, 3, 1)).ownership("A", day).low == low


def test_talks_count_for_nothing():
    assert small(state="talks").ownership("A", date(2026, 3, 1)).low == 0.0


def test_a_list_with_unnamed_parties_clears_nobody_it_covers():
    day = date(2026, 3, 1)
    known, open_list = small(1), small(20)
    assert known.ownership("US", day).is_listed == "false"
    assert known.ownership("A", day).is_listed == "false"
    assert open_list.ownership("US", day).is_listed == "false"  # it covers Japan only
    assert open_list.ownership("A", day).is_listed == "unknown"
    assert open_list.ownership("S", day).high == 1.0
    assert known.ownership("S", day).high == 0.0


def test_other_lists_can_be_left_out():
    day = date(2026, 3, 1)
    assert small().ownership("A", day, lists=()).low == 0.0
    with pytest.raises(UsageError, match="unknown list 'Y'; known: X"):
        small().ownership("A", day, lists=["Y"])


def test_owners_of_more_than_the_whole_are_a_fault_that_names_the_party():
    index = party_index(
        [firm("A"), firm("B"), firm("C")],
        [
            Stake(owner_id="B", held_id="A", low=0.7, high=0.7),
            Stake(owner_id="C", held_id="A", low=0.4, high=0.4),
        ],
    )
    with pytest.raises(DataError, match=r"party_stakes\[held_id A\].*1\.1"):
        index.ownership("A", DAY)


def test_a_group_has_one_head_and_a_state_is_none():
    index = party_index(
        [firm("A"), firm("B"), firm("C"), firm("S", kind="state")],
        [
            Stake(owner_id="A", held_id="B", low=0.6, high=0.6),
            Stake(owner_id="B", held_id="C", low=0.3, high=0.3, control="yes"),
            Stake(owner_id="S", held_id="A", low=0.9, high=1.0, control="yes"),
        ],
    )
    assert index.heads(DAY) == {"B": "A", "C": "A"}
    assert index.group("C", DAY) == {"A", "B", "C"}


def test_a_ring_of_control_has_one_head_whoever_asks():
    ring = [("A", "B"), ("B", "C"), ("C", "A")]
    index = party_index(
        [firm("A"), firm("B"), firm("C")],
        [Stake(owner_id=o, held_id=h, low=0.6, high=0.6) for o, h in ring],
    )
    assert set(index.heads(DAY).values()) == {"A"}
    assert len(index.chain("A", DAY)) == 3


@pytest.fixture(scope="module")
def index(release):
    return load_parties(release)


def test_the_lists_say_how_many_of_their_parties_are_named(index):
    counts = index.named_counts()
    assert counts["CN_CONTROL_JP_2026_02"] == (20, 6)
    assert counts["CN_CONTROL_JP_2026_06"] == (20, 5)
    assert counts["CN_CONTROL_EU_2026_07"] == (14, 0)
    assert all(total is None or named <= total for total, named in counts.values())


def test_the_purchase_of_a_listed_firm_reaches_what_it_bought(index):
    """USA Rare Earth, listed on 22 June 2026, owns LCM whole and Serra Verde since 3 September."""
    lcm = index.ownership("Less Common Metals", DAY)
    assert (lcm.low, lcm.reaches(), lcm.listed_owners) == (1.0, "true", ("USA_RARE_EARTH",))
    assert index.ownership("LCM", date(2026, 6, 21)).low == 0.0
    assert index.ownership("SERRA_VERDE", date(2026, 9, 2)).low == 0.0
    assert index.ownership("SERRA_VERDE", date(2026, 9, 3)).low == 1.0


def test_a_minority_of_a_listed_firm_leaves_the_answer_open(index):
    carester = index.ownership("CARESTER", DAY)
    assert (carester.low, carester.named_high) == (0.0, pytest.approx(0.499))
    assert carester.reaches() == "unknown"


def test_every_owner_of_a_site_is_a_party_and_every_site_has_one(release, index):
    owned = {row["site_id"] for row in release.rows("site_owners")}
    assert owned == {row["site_id"] for row in release.rows("sites")}
    for row in release.rows("site_owners"):
        assert row["low"] <= (row["low"] if row["share"] is None else row["share"]) <= row["high"]


def test_every_stake_has_a_source_and_lies_within_its_bounds(release):
    for row in release.rows("party_stakes"):
        assert row["low"] <= row["high"]
        assert row["share"] is None or row["low"] <= row["share"] <= row["high"]
        assert row["reference"]
