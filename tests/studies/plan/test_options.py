"""When options come online, and what a menu makes of projects, offtakes and shared plants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.axis import Axis
from allanite.conditions.horizon import Horizon
from allanite.network.draft import NetworkDraft
from allanite.network.projects import OfftakeOptions, PermitVariants, Projects, Ranged, StockOptions
from allanite.network.supply import Processes
from allanite.studies.plan.options import Menu, make_menu
from allanite.studies.plan.plants import Runs
from allanite.studies.plan.world import Terms
from lineage_networks import add, metal_draft
from plan_worlds import QUARTERS, small_world
from small_networks import YEAR

TERMS = Terms(
    discount_rate=0.0, asset_life=20.0, import_headroom=0.0, salvage_share=0.0, grade_swing=1.5
)
LONG = replace(QUARTERS, count=24)


# --- online -------------------------------------------------------------------------------------
def test_online_shares_by_hand() -> None:
    # Start 0, permit 1, building 2, ramp 2: 0, 0, 0, then quarter, three quarters, all.
    options = small_world(starts=(0, 4), offtake=8.0).options
    found = options.online_share(options.lateness(np.zeros(2)), 8)
    assert found[:, 0] == pytest.approx([0, 0, 0, 0.25, 0.75, 1, 1, 1])
    assert found[:, 1] == pytest.approx([0, 0, 0, 0, 0, 0, 0, 0.25])
    assert found[:, 2] == pytest.approx([0] + [1] * 7)
    late = options.online_share(options.lateness(np.array([1.0, 4.0])), 8)
    assert late[:, 0] == pytest.approx([0, 0, 0, 0, 0.25, 0.75, 1, 1])
    assert late[:, 2] == pytest.approx(found[:, 2]), "an offtake contract is never late"
    failed = options.online_share(options.lateness(np.full(2, np.nan)), 8)
    assert (failed[:, :2] == 0).all()
    assert failed[:, 2] == pytest.approx(found[:, 2])


def test_without_a_ramp_all_comes_at_once() -> None:
    options = small_world(ramp=0.0).options
    assert options.online_share(options.lateness(np.zeros(1)), 8)[:, 0] == pytest.approx(
        [0, 0, 0, 1, 1, 1, 1, 1]
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.floats(0, 6), st.floats(0, 6), st.floats(0, 6), st.integers(0, 4), st.sampled_from([0, 4])
)
def test_nothing_comes_before_permit_and_building(
    permit: float, build: float, ramp: float, delay: int, start: int
) -> None:
    options = small_world(permit=permit, build=build, ramp=ramp, starts=(start,)).options
    found = options.online_share(options.lateness(np.array([float(delay)])), 30)[:, 0]
    begin = start + permit + build + delay
    middle = np.arange(30) + 0.5
    assert (found[middle <= begin] == 0).all()
    assert (found[middle >= begin + ramp + 1e-6] == 1).all()
    assert (np.diff(found) >= 0).all()
    later = options.online_share(options.lateness(np.array([delay + 1.0])), 30)[:, 0]
    assert (later <= found).all()


# --- menu ---------------------------------------------------------------------------------------
def ranged(*value: float) -> Ranged:
    array = np.array(value)
    return Ranged(value=array, low=array, high=array)


def processes(rule: str) -> Processes:
    """Two products of one plant of this rule, and one that runs by itself."""
    draft: NetworkDraft = metal_draft()
    add(draft, "AUS", "weak", {"weak": 1.0}, group="works", group_rule=rule)
    add(draft, "AUS", "strong", {"strong": 1.0}, group="works", group_rule=rule)
    add(draft, "AUS", "collect", {"scrap": 1.0})
    return draft.build(YEAR).processes


def menu(
    rule: str,
    *,
    status: str = "proposed",
    permit: float = 1.5,
    saved: float = 0.5,
    horizon: Horizon = LONG,
    partner_share: float = 0.5,
    today: float = 0.4,
) -> Menu:
    """30 and 10 t/yr run, of which the partners have a part; a project adds 40 and 20 t/yr."""
    every = processes(rule)
    at = [every.labels.position(f"AUS:{name}") for name in ("weak", "strong", "collect")]
    runs = Runs(
        process=np.array(at),
        rate=np.array([30.0, 10.0, 50.0]),
        share=np.array([1.0, 1.0, today]),
        cost=np.full(3, 100.0),
        value=np.full(3, 1e6),
    )
    none = np.zeros(0, dtype=np.int64)
    projects = Projects(
        labels=Axis("project", ("WORKS",)),
        name=("Works",),
        country=("AUS",),
        status=(status,),
        payer=("both",),
        quality=("reported",),
        capex=ranged(100.0),
        spent_share=np.array([0.25]),
        public_support=np.zeros(1),
        permit_duration=ranged(permit),
        build_duration=ranged(1.0),
        ramp_duration=np.array([0.5]),
        first_year=np.array([2029]),
        lumpy=np.array([True]),
        project_of_process=np.array([0, 0]),
        process=np.array(at[:2]),
        capacity_rate=np.array([40.0, 20.0]),
        partner_share=np.full(2, partner_share),
        permits=PermitVariants(
            project=np.array([0]),
            name=("faster",),
            programme=("fast track",),
            saved_duration=ranged(saved),
            cost=ranged(3.0),
        ),
        stocks=StockOptions(
            labels=Axis("stock", ()),
            holder=(),
            region=(),
            form=(),
            node=none,
            purchase_rate=np.zeros(0),
            market_rate=np.zeros(0),
            impact=ranged(),
            holding_cost_share=np.zeros(0),
            loss_share=np.zeros(0),
        ),
        offtakes=OfftakeOptions(
            labels=Axis("offtake", ("MORE",)),
            region=("JPN",),
            process=np.array([at[2]]),
            today_share=np.array([today]),
            share=np.array([0.2]),
            fee_share=ranged(0.05),
        ),
        plan_route=none,
        plan_route_year=none,
        left_process=none,
    )
    return make_menu(every, runs, projects, ("HOM", "USA", "JPN"), horizon, TERMS)


def test_starts_and_variants_of_a_project() -> None:
    options = menu("share").options
    assert options.projects.labels == ("WORKS", "MORE")
    works = options.project == 0
    # Starts of four years; permit of six quarters or of four, four of building, two of ramp.
    assert options.start[works].tolist() == [0, 4, 8, 12] * 2
    assert options.permit[works].tolist() == [6.0] * 4 + [4.0] * 4
    assert (options.build[works] == 4).all()
    assert (options.ramp[works] == 2).all()
    assert options.capital[works] == pytest.approx([75.0] * 4 + [78.0] * 4)
    # A twentieth of the capital in each year that it stands within the horizon: 14 quarters.
    assert options.present_cost[0] == pytest.approx(75 / 20 * 14 / 4)
    assert options.present_cost[4] == pytest.approx(75 / 20 * 16 / 4 + 3)
    assert options.is_lumpy[works].all()
    assert not options.is_sure[works].any()


def test_what_cannot_come_within_the_horizon_is_no_choice() -> None:
    assert menu("share", horizon=replace(LONG, count=10)).options.projects.labels == (
        "WORKS",
        "MORE",
    )
    short = menu("share", horizon=replace(LONG, count=8))
    assert short.options.projects.labels == ("MORE",)
    assert len(short.options.labels) == 1
    # And it adds to no plant.
    g = short.plants.labels.position("AUS:weak")
    assert short.plants.size[g] == pytest.approx(1.0)
    assert short.options.addition.toarray()[g] == pytest.approx([0.0])


def test_a_faster_permit_cannot_take_less_than_no_time() -> None:
    options = menu("share", permit=0.25, saved=0.5).options
    assert options.permit[options.project == 0].min() == 0.0


@pytest.mark.parametrize("status", ["construction", "ramp-up"])
def test_what_is_under_way_is_decided_and_costs_nothing(status: str) -> None:
    options = menu("share", status=status).options
    works = np.flatnonzero(options.project == 0)
    assert works.size == 1
    assert options.is_committed[works].all()
    assert options.capital[works] == 0
    assert options.present_cost[works] == 0
    assert options.start[works] == 0


def test_an_offtake_contract_widens_the_share_of_a_plant_that_runs() -> None:
    found = menu("share")
    o = int(np.flatnonzero(found.options.project == 1)[0])
    assert found.options.is_sure[o]
    assert found.options.payer[o] == "JPN"
    # A fifth of 50 t/yr on top of two fifths: 10 t of 20, in units of the plant.
    plant = int(np.flatnonzero(found.options.addition.toarray()[:, o])[0])
    assert found.plants.labels.labels[plant] == "AUS:collect"
    more = found.options.addition.toarray()[plant, o]
    assert more / found.plants.size[plant] == pytest.approx(10 / 20)
    # Its fee: a twentieth of 10 million USD a year, for six years.
    assert found.options.capital[o] == pytest.approx(0.05 * 10 * 6)
    # Of a plant that is the partners' nearly whole only the rest can be had.
    rest = menu("share", today=0.9)
    plant = int(np.flatnonzero(rest.options.addition.toarray()[:, o])[0])
    ratio = rest.options.addition.toarray()[plant, o] / rest.plants.size[plant]
    assert ratio == pytest.approx(5 / 45)
    assert menu("share", today=1.0).options.projects.labels == ("WORKS",)


def test_processes_that_share_a_plant_share_its_time() -> None:
    # 30 + 20 and 10 + 10 t/yr with the project, at the partners' half of it: each fills the plant
    # by itself. Today's 30 of 50 fill more of it than 10 of 20; the project adds the larger part.
    plants, options = (found := menu("share")).plants, found.options
    g = plants.labels.position("AUS:weak")
    weight = plants.weight.toarray()[g]
    assert weight[:2] == pytest.approx([1 / 50, 1 / 20])
    assert plants.size[g] == pytest.approx(0.6)
    assert options.addition.toarray()[g, 0] == pytest.approx(0.5)
    assert plants.alone.tolist() == []


def test_processes_of_one_tonnage_share_it_within_a_swing() -> None:
    # 40 t/yr run and 30 are added, in any mix, but of one product at most 1.5 times its own.
    plants, options = (found := menu("sum")).plants, found.options
    g = plants.labels.position("AUS:weak")
    assert plants.weight.toarray()[g][:2] == pytest.approx([1.0, 1.0])
    assert plants.size[g] == pytest.approx(40.0)
    assert options.addition.toarray()[g, 0] == pytest.approx(30.0)
    assert plants.alone.tolist() == [0, 1]
    assert plants.alone_rate == pytest.approx([1.5 * 50, 1.5 * 20])


def test_processes_of_a_plant_that_do_not_share_stand_alone() -> None:
    plants, options = (found := menu("separate")).plants, found.options
    first, second = (plants.labels.position(f"AUS:{name}") for name in ("weak", "strong"))
    assert plants.size[[first, second]] == pytest.approx([30 / 50, 10 / 20])
    assert options.addition.toarray()[[first, second], 0] == pytest.approx([20 / 50, 10 / 20])


def test_output_that_no_partner_can_contract_is_no_project() -> None:
    assert menu("share", partner_share=0.0).options.projects.labels == ("MORE",)
