"""Money of promises: conversion by hand, one kind at a time, no amount twice."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allanite.catalogue.store import Release
from allanite.catalogue.tables.promises import MONEY_KINDS
from allanite.ledger.money import Pledge, Range, holder_of, load_pledges, public_by, totals


def pledge(name: str, kind: str, usd: float, part_of: str = "", scope: str = "minerals") -> Pledge:
    return Pledge(
        pledge_id=name,
        kind=kind,
        scope=scope,
        day=date(2026, 1, 1),
        usd=Range(usd, usd, usd),
        exchange=1.0,
        price_factor=1.0,
        part_of=part_of,
        row={"agreement_id": "A"},
    )


def sums(pledges) -> dict[tuple[str, str], float]:
    return {(t.kind, t.scope): t.usd.value for t in totals(pledges)}


def test_a_tranche_counts_once_in_its_kind_and_never_in_the_package():
    """550 announced; 36 named, of it 33 and 0.6; 73 named: 36 + 73 = 109, minerals 0.6."""
    chosen = [
        pledge("package", "announced", 550, scope="mixed"),
        pledge("first", "named", 36, "package", "mixed"),
        pledge("gas", "named", 33, "first", "mixed"),
        pledge("diamond", "named", 0.6, "first"),
        pledge("second", "named", 73, "package", "mixed"),
    ]
    assert sums(chosen) == {
        ("announced", "all"): 550,
        ("named", "minerals"): 0.6,
        ("named", "all"): 109,
    }
    assert holder_of(chosen[3], chosen) == "first"
    assert holder_of(chosen[1], chosen) == ""


def test_a_part_counts_where_its_whole_is_not_asked_for():
    chosen = [pledge("diamond", "named", 0.6, "first")]
    assert sums(chosen)["named", "all"] == 0.6


def test_an_amount_inside_another_kind_lies_inside_its_own_kind_above_it():
    """A (named) holds B (committed), which holds C (named): C is inside A."""
    chosen = [
        pledge("A", "named", 10),
        pledge("B", "committed", 5, "A"),
        pledge("C", "named", 2, "B"),
    ]
    assert sums(chosen)["named", "all"] == 10
    assert sums(chosen)["committed", "all"] == 5


def test_sums_of_money_in_dollars_of_2025_by_hand(release: Release):
    """39,000 M JPY x 0.00635 / 1.022 = 242.3; 200 M AUD of 2023 x 0.65 x 1.022^2 = 135.8."""
    by_id = {p.pledge_id: p for p in load_pledges(release)}
    assert by_id["JOGMEC-FUND"].usd.value == pytest.approx(242.32, abs=0.01)
    assert by_id["JP-LYNAS-2023"].usd.value == pytest.approx(135.78, abs=0.01)
    assert by_id["US-MP-EQ"].usd == Range(400.0, 400.0, 400.0)
    assert by_id["US-NDS"].usd.low == 0.0  # up to


def test_tranches_of_the_release_are_109_billion_named(release: Release):
    named = {
        (t.kind, t.scope): t for t in totals(public_by(load_pledges(release), date(2026, 4, 28)))
    }["named", "all"]
    assert {"JP550-T1", "JP550-T2"} <= set(named.counted)
    assert {"JP550-E6", "JP550-T1-GAS", "EXIM-ARAFURA", "KZ-JV"} <= set(named.inside)


def test_every_pledge_has_a_page_and_ends_around_its_value(release: Release):
    for p in load_pledges(release):
        assert p.row["url"], p.pledge_id
        assert p.usd.low <= p.usd.value <= p.usd.high
        assert p.row["part_basis"] if p.part_of else not p.row["part_basis"]


def test_money_is_known_from_its_day_on(release: Release):
    pledges = load_pledges(release)
    before, after = (
        {p.pledge_id for p in public_by(pledges, day)}
        for day in (date(2026, 2, 16), date(2026, 2, 17))
    )
    assert after - before == {"JP550-T1", "JP550-T1-GAS", "JP550-E6"}


trees = st.lists(
    st.tuples(
        st.sampled_from(MONEY_KINDS),
        st.integers(1, 1000),
        st.integers(-1, 8),
        st.sampled_from(("minerals", "mixed")),
    ),
    min_size=1,
    max_size=9,
)


@given(trees)
def test_no_sum_is_above_the_plain_one_and_each_pledge_has_one_place(rows):
    chosen = [
        pledge(str(i), kind, usd, str(above) if 0 <= above < i else "", scope)
        for i, (kind, usd, above, scope) in enumerate(rows)
    ]
    for total in totals(chosen):
        own = [p for p in chosen if p.kind == total.kind and total.scope in (p.scope, "all")]
        assert set(total.counted) | set(total.inside) == {p.pledge_id for p in own}
        assert not set(total.counted) & set(total.inside)
        assert 0 < total.usd.value <= sum(p.usd.value for p in own)
        assert {p.kind for p in chosen if p.pledge_id in total.counted} == {total.kind}
