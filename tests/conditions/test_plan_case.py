"""The block `plan` of a case file: what it says, and faults with their places."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from allanite.conditions.case import Case, load_case, read_case, shipped_cases
from allanite.conditions.plan_case import PlanCase, plan_rows
from allanite.errors import DataError


def plan_of(case: Case) -> PlanCase:
    assert case.plan is not None
    return case.plan


def written(tmp_path: Path, *changes: tuple[str, str], base: str = "us-japan") -> Path:
    text = shipped_cases()[base].read_text(encoding="utf-8")
    for old, new in changes:
        text, count = re.subn(old, new, text, count=1)
        assert count, old
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def places(path: Path) -> dict[str, str]:
    with pytest.raises(DataError) as caught:
        read_case(path)
    assert all(finding.origin == "own.yaml" for finding in caught.value.findings)
    return {finding.place: finding.found for finding in caught.value.findings}


def test_us_japan_holds_what_the_file_says() -> None:
    plan = plan_of(load_case("us-japan"))
    assert plan.budget.total == 5000
    assert dict(plan.budget.partners) == {"USA": 4000, "JPN": 2500}
    assert plan.horizon.count == 36
    assert plan.horizon.last_day(35) == date(2035, 12, 31)
    control = plan.uncertainty.control
    assert control.truce_end == date(2027, 1, 10)
    truce = control.names.index("truce")
    assert control.initial[truce] == 0.4
    assert control.transition[truce].sum() == pytest.approx(1.0, abs=1e-12)
    assert control.transition[truce, truce] == pytest.approx(1 - 0.157)
    assert plan_rows(plan)[0]["name"] == "discount_rate"


def test_like_takes_the_block_and_replaces_keys() -> None:
    base, eu = plan_of(load_case("us-japan")), plan_of(load_case("eu"))
    assert eu.budget.total == 3000
    assert eu.budget.partners == ()
    assert eu.confidence == base.confidence
    assert (eu.uncertainty.control.transition == base.uncertainty.control.transition).all()
    australia = plan_of(load_case("us-japan-australia"))
    assert "AUS" in dict(australia.budget.partners)


def test_a_case_without_a_plan_is_a_case(tmp_path: Path) -> None:
    path = written(tmp_path, (r"(?s)plan:\n.*", ""), base="eu")
    assert read_case(path).plan is None


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ("total: 5000", "total: much"),
        ("JPN: 2500", "KOR: 2500"),
        ("end: 2035-12-31", "end: 2035-12-30"),
        ("confidence: {value: 0.9, low: 0.8", "confidence: {value: 0.9, low: 0.95"),
        (r"name: truce\n", "name: armistice\n"),
        ("outlook: STEPS", "outlook: 7"),
        (r"goods: \[controlled\]", "goods: [toys]"),
        ("place: MMR", "spot: MMR"),
        ("watched: CHN", "watched: China"),
    )
    found = places(path)
    start = "plan.uncertainty"
    assert {
        "watched",
        "plan.budget.total",
        "plan.budget.partners.KOR",
        "plan.horizon.end",
        "plan.confidence",
        f"{start}.control.initial.truce",
        f"{start}.control.transition.truce",
        f"{start}.control.regimes[1].passing[0].goods",
        f"{start}.demand[0].outlook",
        f"{start}.outages[0].spot",
        f"{start}.outages[0].place",
    } <= set(found)


@pytest.mark.parametrize(
    ("change", "place", "found"),
    [
        (
            (
                r"(normal:\n +friction: \{value: )0.03, low: 0.01, high: 0.06",
                r"\g<1>1, low: 1, high: 1",
            ),
            "control.transition.normal",
            "sum of 1.012",
        ),
        ((r"(truce: \{value: )0.4, low: 0.2", r"\g<1>0.41, low: 0.2"), "control", "1.01"),
        ((r"(- name: fast\n)", "- name: stated\n"), "", "names must be distinct"),
        ((r"end: 2027-01-10", "end: soon"), "control.truce.end", "soon"),
        ((r"(odds: \{value: )3.0", r"\g<1>9.0"), "projects.bad_times.odds", "9, from 1 to 5"),
        ((r"(proposed:\n +late:\n +)4:", r"\g<1>0:"), "projects.statuses.proposed.late.0", "0"),
        ((r"(?s)why: \"Power cuts[^\"]*\"", "why: ''"), "outages[1].share_left.why", "''"),
        (
            (r"value: 0.25, low: 0.1, high: 0.6", "value: .nan, low: 0.1, high: 0.6"),
            "outages[0].share_left",
            "nan",
        ),
        (
            (r"value: 0.25, low: 0.1, high: 0.6", "value: true, low: 0.1, high: 0.6"),
            "outages[0].share_left",
            "True",
        ),
        ((r"to: \[JPN\]", "to: [Japan]"), "control.regimes[3].passing[0].to", "Japan"),
    ],
)
def test_faults_are_placed(tmp_path: Path, change: tuple[str, str], place: str, found: str) -> None:
    told = places(written(tmp_path, change))
    assert found in told[f"plan.uncertainty.{place}".removesuffix(".")]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("like: us-japan", "like: eu"), "plan.like"),
        (("like: us-japan", "like: mars"), "plan.like"),
        (("like: us-japan", "like: [us-japan]"), "plan.like"),
        (("like: us-japan", "colour: red"), "plan.colour"),
        ((r"(?s)plan:.*", "plan: us-japan"), "plan"),
        ((r"(?s)plan:.*", "plan: {}"), "plan.uncertainty"),
    ],
)
def test_likes_that_lead_nowhere_are_named(
    tmp_path: Path, change: tuple[str, str], place: str
) -> None:
    assert place in places(written(tmp_path, change, base="eu"))


@pytest.mark.parametrize("start", ["2027-02-01", "1900-01-01", "2090-01-01", "2027-01-02"])
def test_plans_begin_on_a_quarter(tmp_path: Path, start: str) -> None:
    path = written(tmp_path, ("start: 2027-01-01", f"start: {start}"))
    assert "plan.horizon.start" in places(path)


def test_partners_of_the_case_bound_the_budget(tmp_path: Path) -> None:
    path = written(tmp_path, (r"budget: .*", "yearly: 3"), base="eu")
    assert {"plan.yearly", "plan.budget.partners.USA"} <= set(places(path))
