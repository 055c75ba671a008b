"""Controls as conditions, by hand on a small world."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.conditions.small_world import (
    HORIZON,
    control,
    figure,
    figures,
    in_force,
    law,
    open_period,
    scope,
    small_world,
)

from allanite.conditions.controls import (
    LineageNeed,
    control_conditions,
    list_branches,
    needs_lineage,
)
from allanite.conditions.effects import Conditions
from allanite.errors import UsageError
from allanite.law.controls import Control
from allanite.law.parameters import ControlParameters

NETWORK = small_world()
LINEAGE = small_world(lineage=True)
NO_FIGURES = ControlParameters()
START = date(2027, 1, 15)
BRANCHES = [("extended", "suspended", 0.75), ("revived", "in_force", 0.25)]


def _apply(
    *records: Control,
    network: Any = NETWORK,
    parameters: ControlParameters = NO_FIGURES,
    reading: Any = "de_jure",
    branch: str | None = None,
) -> Conditions:
    ids = [record.control_id for record in records]
    return control_conditions(
        network, HORIZON, law(*records), parameters, ids=ids, reading=reading, branch=branch
    )


def _passing(conditions: Conditions, label: str, network: Any = NETWORK) -> list[float]:
    column = network.routes.labels.position(label)
    return [float(x) for x in conditions.route_availability[:, column]]


def _touched(conditions: Conditions, network: Any = NETWORK) -> set[str]:
    hit = np.flatnonzero((conditions.route_availability < 1).any(axis=0))
    return {network.routes.labels.labels[i] for i in hit}


def test_a_ban_closes_the_goods_that_leave_the_issuer_and_nothing_else() -> None:
    made = _apply(control("ban", "ban", [in_force(START)]))
    assert _touched(made) == {"AAA > BBB: oxide", "AAA > CCC: oxide"}
    # January: 14 of 31 days pass; then nothing.
    assert _passing(made, "AAA > BBB: oxide") == pytest.approx([14 / 31, 0.0, 0.0])
    assert "ban: a ban on 2 routes out of AAA, from 15 January 2027." in made.notes


def test_a_ban_on_one_destination_leaves_the_others_open() -> None:
    record = control("ban", "ban", [in_force(START)], [scope(destination="CCC")])
    assert _touched(_apply(record)) == {"AAA > CCC: oxide"}


def test_a_ban_of_the_base_year_stands_in_the_normal_rates() -> None:
    made = _apply(control("ban", "ban", [in_force(date(2024, 1, 1))]))
    assert _touched(made) == set()
    assert "ban: what stood when 2024 began is in the normal rates already." in made.notes


def test_a_licence_stops_goods_while_it_is_asked_for() -> None:
    record = control("lic", "licence", [in_force(START)])
    rows = figure("lic", "licence_duration", 31, "d"), figure("lic", "approval_share", 0.6)
    made = _apply(record, parameters=figures(*rows))
    # Closed from 15 January to 14 February: 17 of 31 days, then 14 of 28; the rest passes at 0.6.
    # February: 1 - (14 x 1 + 14 x 0.4) / 28 = 0.3.
    assert _passing(made, "AAA > BBB: oxide") == pytest.approx([14 / 31, 0.3, 0.6])


def test_a_licence_by_its_text_is_granted_in_full_in_the_end() -> None:
    record = control("lic", "licence", [in_force(START)])
    made = _apply(record, parameters=figures(figure("lic", "licence_duration", 1, "month")))
    # One month is 30.4 days, 30 in whole days: closed to 13 February, 13 of 28 days.
    assert _passing(made, "AAA > CCC: oxide") == pytest.approx([14 / 31, 15 / 28, 1.0])


def test_observed_shares_are_read_by_destination_and_date() -> None:
    record = control("lic", "licence", [in_force(date(2026, 6, 1))])
    rows = (
        figure("lic", "licence_duration", 60, "d"),
        figure("lic", "approval_share", 0.5, reading="observed"),
        figure("lic", "approval_share", 0.4, reading="observed", destination="EU"),
        figure(
            "lic",
            "approval_share",
            0.1,
            reading="observed",
            destination="CCC",
            last=date(2027, 2, 28),
        ),
        figure(
            "lic",
            "approval_share",
            0.3,
            reading="observed",
            destination="CCC",
            first=date(2027, 3, 1),
            last=date(2027, 3, 1),
        ),
    )
    made = _apply(record, parameters=figures(*rows), reading="observed")
    # BBB is of the EU, which says more than the world; CCC has rows of its own. After 1 March
    # CCC's rows have ended and the row of the EU holds: (0.3 + 30 x 0.4) / 31.
    assert _passing(made, "AAA > BBB: oxide") == pytest.approx([0.4, 0.4, 0.4])
    march = (0.3 + 30 * 0.4) / 31
    assert _passing(made, "AAA > CCC: oxide") == pytest.approx([0.1, 0.1, march])


def test_the_last_measured_share_stands_on_and_is_told() -> None:
    record = control("lic", "licence", [in_force(date(2026, 6, 1))])
    row = figure("lic", "approval_share", 0.2, reading="observed", last=date(2026, 12, 31))
    made = _apply(record, parameters=figures(row), reading="observed")
    assert _passing(made, "AAA > BBB: oxide") == pytest.approx([0.2, 0.2, 0.2])
    assert "lic: no approval_share after 2026-12-31; the last figure stands on." in made.notes


def test_without_measures_the_text_is_read() -> None:
    record = control("lic", "licence", [in_force(START)])
    rows = figures(figure("lic", "licence_duration", 31, "d"))
    made, text = (_apply(record, parameters=rows, reading=r) for r in ("observed", "de_jure"))
    assert np.array_equal(made.route_availability, text.route_availability)
    assert "lic: nothing was measured; it is read by its text." in made.notes


def test_a_licence_without_figures_holds_nothing_up_and_says_so() -> None:
    made = _apply(control("lic", "licence", [in_force(START)]))
    assert _touched(made) == set()
    assert any("nothing is held up for BBB, CCC" in note for note in made.notes)


def test_a_framework_says_how_long_every_licence_of_its_issuer_takes() -> None:
    record = control("lic", "licence", [in_force(START)])
    rows = [scope(None, condition="only these items: a list")]
    frame = control("frame", "licence", [in_force(date(2024, 12, 1))], rows)
    made = control_conditions(
        NETWORK,
        HORIZON,
        law(record, frame),
        figures(figure("frame", "licence_duration", 31, "d")),
        ids=["lic"],
        reading="observed",
    )
    # Closed from 15 January to 14 February.
    assert _passing(made, "AAA > BBB: oxide") == pytest.approx([14 / 31, 14 / 28, 1.0])


def test_a_share_measured_from_the_first_day_needs_no_waiting_on_top() -> None:
    record = control("lic", "licence", [in_force(START)])
    wait = figure("lic", "licence_duration", 31, "d")
    for first, february in ((START, 0.4), (date(2027, 1, 1), 0.2)):
        share = figure("lic", "approval_share", 0.4, reading="observed", first=first)
        made = _apply(record, parameters=figures(wait, share), reading="observed")
        assert _passing(made, "AAA > BBB: oxide")[1] == pytest.approx(february)


def test_a_share_that_held_when_the_base_year_began_is_in_the_normal_rates() -> None:
    record = control("lic", "licence", [in_force(date(2023, 8, 1))])
    rows = (
        figure("lic", "approval_share", 0.2, first=date(2023, 11, 1)),
        figure("lic", "approval_share", 0.5, first=date(2025, 1, 1), destination="CCC"),
    )
    made = _apply(record, parameters=figures(*rows))
    assert _passing(made, "AAA > BBB: oxide") == [1.0, 1.0, 1.0]
    assert _passing(made, "AAA > CCC: oxide") == pytest.approx([0.5, 0.5, 0.5])
    assert "lic: what stood when 2024 began is in the normal rates already." in made.notes


def test_a_denial_as_observed_is_what_was_measured_for_all_goods() -> None:
    military = scope(destination="CCC", party="military")
    record = control("ban", "ban", [in_force(date(2026, 1, 6))], [military])
    rows = figures(
        figure("ban", "listed_share", 0.03, destination="CCC"),
        figure("ban", "approval_share", 0.05, reading="observed", destination="CCC"),
    )
    shares = {
        reading: _passing(_apply(record, parameters=rows, reading=reading), "AAA > CCC: oxide")[0]
        for reading in ("de_jure", "observed")
    }
    assert shares == {"de_jure": pytest.approx(0.97), "observed": pytest.approx(0.05)}


def test_denied_parties_take_their_share_of_a_destination() -> None:
    licence = control("lic", "licence", [in_force(date(2025, 1, 1))])
    listed = scope(None, destination="CCC", party="listed", condition="only dual-use items")
    record = control("list", "entity_list", [in_force(date(2027, 2, 1))], [listed])
    rows = figures(figure("list", "listed_share", 0.25, destination="CCC"))
    made = _apply(record, licence, parameters=rows)
    # The list names no item: it holds what the issuer's licences cover, here Dy goods.
    assert _touched(made) == {"AAA > CCC: oxide"}
    assert _passing(made, "AAA > CCC: oxide") == pytest.approx([1.0, 0.75, 0.75])
    alone = _apply(record)
    assert _touched(alone) == set()


def test_a_denial_without_a_share_is_told_and_not_guessed() -> None:
    military = scope(destination="CCC", party="military")
    made = _apply(control("ban", "ban", [in_force(START)], [military]))
    assert _touched(made) == set()
    assert "ban: not applied; no row gives the share of the denied parties for CCC." in made.notes


def test_a_quota_caps_all_its_routes_together() -> None:
    record = control("quota", "quota", [in_force(date(2027, 1, 20))])
    rows = (
        figure("quota", "quota_rate", 100, "t/yr", last=date(2027, 2, 14)),
        figure("quota", "quota_rate", 0.3, "kt/yr", first=date(2027, 2, 15)),
    )
    made = _apply(record, parameters=figures(*rows))
    (quota,) = made.group_quotas
    labels = {NETWORK.routes.labels.labels[i] for i in quota.routes}
    assert labels == {"AAA > BBB: oxide", "AAA > CCC: oxide"}
    # January: 12 of 31 days, less than half: open. February: half at 100, half at 300.
    assert quota.quota_rate.tolist() == pytest.approx([np.inf, 200.0, 300.0])
    assert any("most of its days" in note for note in made.notes)
    without = _apply(record)
    assert without.group_quotas == ()
    assert "quota: not applied; no row gives the quota in tonnes." in without.notes


def test_a_quota_for_one_destination_groups_its_routes_only() -> None:
    record = control("quota", "quota", [in_force(date(2026, 1, 1))])
    row = figure("quota", "quota_rate", 5, "t/yr", destination="CCC")
    (quota,) = _apply(record, parameters=figures(row)).group_quotas
    assert quota.label == "quota to CCC"
    assert [NETWORK.routes.labels.labels[i] for i in quota.routes] == ["AAA > CCC: oxide"]


def test_know_how_closes_growth_abroad_at_its_stage() -> None:
    rows = [scope("Nd", "magnet", subject="technology"), scope("Dy", "ore", subject="technology")]
    made = _apply(control("tech", "technology", [in_force(date(2027, 2, 1))], rows))
    growth = dict(zip(NETWORK.processes.labels, made.process_growth.T.tolist(), strict=True))
    assert growth["MAG:press"] == [1.0, 0.0, 0.0]
    assert growth["SEP:split"] == [1.0, 1.0, 1.0]
    assert any("know-how for ore is not applied" in note for note in made.notes)
    partly = figures(figure("tech", "growth_closed", 0.25))
    record = control("tech", "technology", [in_force(date(2024, 6, 1))], rows)
    closed = _apply(record, parameters=partly).process_growth[:, 1]
    assert closed.tolist() == [0.75, 0.75, 0.75]
    # Know-how closed since before the base year closes nothing more.
    older = control("tech", "technology", [in_force(date(2024, 1, 1))], rows)
    assert _apply(older, parameters=partly).process_growth.min() == 1.0
    assert _apply(older).process_growth.min() == 1.0


@pytest.mark.parametrize("kind", ["state_trading", "reporting", "suspension", "tariff"])
def test_kinds_without_effect_say_why(kind: str) -> None:
    made = _apply(control("x", kind, [in_force(START)]))
    assert _touched(made) == set()
    assert len(made.notes) == 1
    assert made.notes[0].startswith("x: no effect on flows;")


def test_a_general_licence_and_conditions_of_a_text_are_told() -> None:
    eased = control("gen", "licence", [in_force(START)], title="General licences for users")
    review = control("ban", "ban", [in_force(START)], [scope(condition="stricter review")])
    made = _apply(eased, review)
    assert _touched(made) == set()
    assert "ban: not applied where the text says stricter review." in made.notes
    assert any(note.startswith("gen: no effect on flows; it eases") for note in made.notes)


def test_a_tax_or_stop_acts_as_far_as_it_was_measured() -> None:
    record = control("tax", "tax_or_disruption", [in_force(date(2025, 1, 1))])
    row = figure("tax", "approval_share", 0.11, reading="observed")
    made = _apply(record, parameters=figures(row), reading="observed")
    assert _passing(made, "AAA > BBB: oxide") == pytest.approx([0.11] * 3)
    assert _touched(_apply(record)) == set()


def test_an_extraterritorial_rule_closes_listed_goods_between_other_countries() -> None:
    held = [scope("Dy", stage, condition="if its inputs count") for stage in ("oxide", "magnet")]
    inputs = [scope("Dy", "metal", condition="as an input that counts")]
    record = control("xt", "deminimis_extraterritorial", [in_force(START)], held + inputs)
    rows = figures(figure("xt", "licence_duration", 100, "d"))
    made = _apply(record, network=LINEAGE, parameters=rows)
    assert _touched(made, LINEAGE) == {"BBB > CCC: magnet@AAA", "BBB > CCC: oxide@AAA"}
    assert _passing(made, "BBB > CCC: magnet@AAA", LINEAGE) == pytest.approx([14 / 31, 0, 0])
    plain = _apply(record, parameters=rows)
    assert _touched(plain) == set()
    assert "xt: not applied; the network does not carry listed origin." in plain.notes


def test_a_rule_on_know_how_abroad_is_told() -> None:
    rows = [scope("Dy", "magnet", condition="if made with Aland-origin technology")]
    record = control("xt", "deminimis_extraterritorial", [in_force(START)], rows)
    made = _apply(record, network=LINEAGE)
    assert _touched(made, LINEAGE) == set()
    assert any("whose know-how" in note for note in made.notes)


def test_a_ban_that_binds_third_countries_closes_listed_goods_to_its_destination() -> None:
    text = "no goods to CCC; anyone who transfers Aland-origin goods is liable"
    record = control("ban", "ban", [in_force(START)], [scope(destination="CCC")], text=text)
    made = _apply(record, network=LINEAGE)
    assert _touched(made, LINEAGE) == {
        "AAA > CCC: oxide",
        "BBB > CCC: magnet@AAA",
        "BBB > CCC: oxide@AAA",
    }
    assert any("binds third countries" in note for note in _apply(record).notes)


def test_what_a_rule_needs_of_lineage_is_told_beforehand() -> None:
    held = [scope("Dy", "magnet", condition="if its inputs"), scope("Tb", "magnet", condition="if")]
    inputs = [scope("Dy", "metal", condition="as an input"), scope("Gd", condition="as an input")]
    stated = '{"thresholds": {"value_ratio_pct": 0.1}}'
    rule = control(
        "xt", "deminimis_extraterritorial", [in_force(START)], held + inputs, thresholds=stated
    )
    plain = control("ban", "ban", [in_force(START)])
    (need,) = needs_lineage(law(rule, plain), ["xt", "ban"])
    assert need == LineageNeed(
        control_id="xt", issuer="AAA", elements=("Dy",), threshold_share=pytest.approx(0.001)
    )


def test_an_unknown_state_needs_a_branch() -> None:
    periods = [in_force(None, date(2027, 1, 31), "suspended")]
    periods += [open_period(date(2027, 2, 1), BRANCHES, "stay")]
    record = control("ban", "ban", periods)
    found = list_branches(NETWORK, HORIZON, law(record), ids=["ban"])
    assert [(b.name, b.weight) for b in found] == [("extended", 0.75), ("revived", 0.25)]
    assert found[0].outcomes == (("stay", "extended"),)
    with pytest.raises(UsageError, match=r"name a branch: 'extended' \(0.75\); 'revived'"):
        _apply(record)
    with pytest.raises(UsageError, match="no branch 'gone'; branches: 'extended'"):
        _apply(record, branch="gone")
    assert _touched(_apply(record, branch="extended")) == set()
    revived = _apply(record, branch="Revived")
    assert _passing(revived, "AAA > BBB: oxide") == pytest.approx([1.0, 0.0, 0.0])
    assert any(note.startswith("Branch revived") for note in revived.notes)


def test_a_branch_where_nothing_is_unknown_is_refused() -> None:
    with pytest.raises(UsageError, match="every state is known here"):
        _apply(control("ban", "ban", [in_force(START)]), branch="revived")


def test_a_branch_that_makes_no_difference_here_may_be_named() -> None:
    before = in_force(None, date(2027, 1, 31), "suspended")
    periods = [before, open_period(date(2027, 2, 1), BRANCHES, "stay")]
    elsewhere = control("gas", "ban", periods, [scope("He")])
    made = _apply(elsewhere, branch="revived")
    assert any(note.startswith("Branch revived: makes no difference") for note in made.notes)
    with pytest.raises(UsageError, match="every state is known here"):
        _apply(elsewhere, branch="gone")
    names = [("on", "in_force", None), ("off", "ended", None)]
    record = control("own", "ban", [before, open_period(date(2027, 2, 1), names, "")])
    for branch in ("own=on", "own=on, stay=revived", "on"):
        both = _apply(record, elsewhere, branch=branch)
        assert _passing(both, "AAA > BBB: oxide") == pytest.approx([1.0, 0.0, 0.0])
    with pytest.raises(UsageError, match="no branch 'stay=revived'; branches: 'on'"):
        _apply(record, elsewhere, branch="stay=revived")


def test_controls_of_one_cause_move_together_and_causes_multiply() -> None:
    before = in_force(None, date(2027, 1, 31), "suspended")
    one, two = (
        control(name, "ban", [before, open_period(date(2027, 2, 1), BRANCHES, "stay")])
        for name in ("one", "two")
    )
    assert len(list_branches(NETWORK, HORIZON, law(one, two), ids=["one", "two"])) == 2
    names = [("on", "in_force", None), ("off", "ended", None)]
    own = control("own", "ban", [before, open_period(date(2027, 2, 1), names, "")])
    found = list_branches(NETWORK, HORIZON, law(one, two, own), ids=["one", "two", "own"])
    assert [b.name for b in found] == [
        "own=on, stay=extended",
        "own=on, stay=revived",
        "own=off, stay=extended",
        "own=off, stay=revived",
    ]
    assert {b.weight for b in found} == {None}
    made = _apply(one, two, own, branch="stay=revived, own=off")
    assert _passing(made, "AAA > BBB: oxide") == pytest.approx([1.0, 0.0, 0.0])


def test_a_branch_goes_on_under_the_name_a_later_period_gives_it() -> None:
    later = [("extended again", "suspended", None), ("revived", "in_force", None)]
    first = open_period(date(2027, 1, 1), BRANCHES, "stay")
    periods = [
        in_force(None, date(2026, 12, 31), "suspended"),
        type(first)(
            first_day=first.first_day,
            last_day=date(2027, 2, 14),
            precision="day",
            state="unknown",
            branches=first.branches,
            because_of="stay",
        ),
        open_period(date(2027, 2, 15), later, "stay"),
    ]
    record = control("ban", "ban", periods)
    assert _touched(_apply(record, branch="extended")) == set()
    assert _passing(_apply(record, branch="revived"), "AAA > BBB: oxide") == [0.0, 0.0, 0.0]


def test_a_day_that_a_source_leaves_open_counts_from_the_first_possible_one() -> None:
    doubt = [("announced", "announced", None), ("in_force", "in_force", None)]
    open_days = open_period(date(2027, 2, 1), doubt, "")
    record = control("ban", "ban", [in_force(None, date(2027, 1, 31), "announced"), open_days])
    made = _apply(record)
    assert _passing(made, "AAA > BBB: oxide") == pytest.approx([1.0, 0.0, 0.0])
    assert any("names no day" in note for note in made.notes)


def test_a_control_named_twice_acts_once() -> None:
    record = control("lic", "licence", [in_force(START)])
    rows = figures(figure("lic", "approval_share", 0.5))
    options: dict[str, Any] = {"reading": "de_jure", "branch": None}
    once, twice, all_of = (
        control_conditions(NETWORK, HORIZON, law(record), rows, ids=ids, **options)
        for ids in (["lic"], ["lic", "LIC"], ["all:AAA", "lic"])
    )
    for made in (twice, all_of):
        assert np.array_equal(made.route_availability, once.route_availability)
        assert made.notes == once.notes


def test_unknown_controls_issuers_and_readings_are_named() -> None:
    record = control("No. 18/2025", "licence", [in_force(START)])
    options: dict[str, Any] = {"branch": None}
    for ids, reading, text in (
        (["No. 81/2025"], "de_jure", "no control 'No. 81/2025'; nearest: No. 18/2025"),
        (["all:BBB"], "de_jure", "no control of 'BBB'; issuers: AAA"),
        (["No. 18/2025"], "guess", "no reading 'guess'; one of de_jure, observed"),
    ):
        with pytest.raises(UsageError, match=text):
            control_conditions(
                NETWORK,
                HORIZON,
                law(record),
                NO_FIGURES,
                ids=ids,
                reading=reading,  # type: ignore[arg-type]
                **options,
            )
