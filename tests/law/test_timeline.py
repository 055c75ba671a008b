"""Dated facts into periods: partial dates, suspensions, revivals, open periods."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allanite.errors import UsageError
from allanite.law.dates import PartialDate, parse_day, parse_partial
from allanite.law.timeline import ArticleDates, Branch, OpenPeriod, Suspension, build_periods

DAY = timedelta(days=1)
YEARS = st.integers(2000, 2040)
PARTIALS = st.one_of(
    st.dates(date(2000, 1, 1), date(2040, 12, 31)).map(parse_partial),
    st.tuples(YEARS, st.integers(1, 12)).map(lambda t: parse_partial(f"{t[0]}-{t[1]:02d}")),
    YEARS.map(parse_partial),
)
BRANCHES = (Branch("a", "suspended", 0.8), Branch("b", "in_force", 0.2))


@st.composite
def article_dates(draw: st.DrawFn) -> ArticleDates:
    first = draw(st.dates(date(2005, 1, 1), date(2030, 1, 1)))
    span = draw(st.integers(0, 900))
    open_first = first + timedelta(days=span + 1 + draw(st.integers(0, 50)))
    open_last = draw(st.none() | st.integers(0, 400))
    return ArticleDates(
        announced=draw(st.none() | PARTIALS),
        starts=draw(st.none() | PARTIALS),
        last_day=draw(st.none() | PARTIALS),
        suspensions=draw(
            st.sampled_from([(), (Suspension(first, first + timedelta(days=span), "X"),)])
        ),
        open_periods=draw(
            st.sampled_from(
                [
                    (),
                    (
                        OpenPeriod(
                            open_first,
                            None if open_last is None else open_first + timedelta(days=open_last),
                            BRANCHES,
                            "look",
                        ),
                    ),
                ]
            )
        ),
    )


@given(article_dates(), st.dates(date(1990, 1, 1), date(2050, 1, 1)))
def test_every_day_lies_in_one_period(dates: ArticleDates, day: date) -> None:
    periods = build_periods(dates)
    assert len([period for period in periods if period.holds(day)]) == 1
    assert periods[0].first_day is None
    assert periods[-1].last_day is None


@given(article_dates())
def test_unknown_exactly_where_there_are_branches(dates: ArticleDates) -> None:
    for period in build_periods(dates):
        assert (period.state == "unknown") == (len(period.branches) >= 2)
        assert period.state != "unknown" or period.check


@given(article_dates())
def test_neighbours_differ(dates: ArticleDates) -> None:
    periods = build_periods(dates)
    for one, following in itertools.pairwise(periods):
        assert one.last_day is not None
        assert following.first_day == one.last_day + DAY
        assert (one.state, one.branches, one.because_of, one.check) != (
            following.state,
            following.branches,
            following.because_of,
            following.check,
        )


@given(article_dates(), st.dates(date(1990, 1, 1), date(2050, 1, 1)))
def test_an_article_is_ended_only_after_its_stated_end(dates: ArticleDates, day: date) -> None:
    (period,) = [p for p in build_periods(dates) if p.holds(day)]
    if period.state == "ended":
        assert dates.last_day is not None
        assert day > dates.last_day.latest


@given(article_dates(), st.dates(date(1990, 1, 1), date(2050, 1, 1)))
def test_a_day_with_open_dates_is_never_stated(dates: ArticleDates, day: date) -> None:
    """Between the first and last day a start can have, no single state is claimed."""
    starts = dates.starts
    if starts is None or not starts.earliest <= day < starts.latest:
        return
    (period,) = [p for p in build_periods(dates) if p.holds(day)]
    assert period.state in ("unknown", "suspended", "ended")


def test_suspension_without_news_gives_both_branches() -> None:
    """Suspended 7 Nov 2025 to 10 Nov 2026 and nothing else known: extended or revived."""
    start = parse_partial("2025-10-09")
    suspension = Suspension(date(2025, 11, 7), date(2026, 11, 10), "CN-2025-70")
    dates = ArticleDates(announced=start, starts=start, suspensions=(suspension,))
    states = [(p.first_day, p.state) for p in build_periods(dates)]
    assert states == [
        (None, "not_announced"),
        (date(2025, 10, 9), "in_force"),
        (date(2025, 11, 7), "suspended"),
        (date(2026, 11, 11), "unknown"),
    ]
    assert [b.state for b in build_periods(dates)[-1].branches] == ["suspended", "in_force"]


def test_a_text_with_an_end_that_ran_out_while_suspended_is_ended() -> None:
    dates = ArticleDates(
        announced=parse_partial("2020-01-01"),
        starts=parse_partial("2020-01-01"),
        last_day=parse_partial("2020-12-31"),
        suspensions=(Suspension(date(2020, 6, 1), date(2020, 7, 1), "X"),),
    )
    states = [p.state for p in build_periods(dates)]
    assert states == ["not_announced", "in_force", "suspended", "unknown", "ended"]


def test_month_of_start_is_open_until_its_last_day() -> None:
    dates = ArticleDates(
        announced=parse_partial("2025-06-13"), starts=parse_partial("2025-06"), last_day=None
    )
    states = [(p.first_day, p.state) for p in build_periods(dates)]
    assert states == [
        (None, "not_announced"),
        (date(2025, 6, 1), "unknown"),
        (date(2025, 6, 13), "unknown"),
        (date(2025, 6, 30), "in_force"),
    ]


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("2010-09-21", date(2010, 9, 21), date(2010, 9, 21), "day"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("1999", date(1999, 1, 1), date(1999, 12, 31), "year"),
    ],
)
def test_partial_dates(text: str, earliest: date, latest: date, precision: str) -> None:
    found = parse_partial(text)
    assert (found.earliest, found.latest, found.precision) == (earliest, latest, precision)
    assert str(found) == text
    assert isinstance(found, PartialDate)


@pytest.mark.parametrize("text", ["", "28 October 2025", "2025-13-01", "2025-02-30", "2025-10"])
def test_a_day_must_be_a_whole_iso_date(text: str) -> None:
    with pytest.raises(UsageError, match=r"2025-10-28|calendar"):
        parse_day(text)
