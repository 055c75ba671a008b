"""Border measures whose answers are arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from border_worlds import LATER, measure, point_of, state_with_third, terms, two_sellers

from allanite.conditions.border import duty_by_material, measured_routes
from allanite.errors import UsageError
from allanite.studies.border.channels import (
    ALLIED,
    EMBODIED,
    OWN,
    TRANSIT,
    channel_rates,
    channel_shares,
    leak_share,
    left_rate,
)
from allanite.studies.border.content import listed_content
from allanite.studies.border.leak import shift_products
from allanite.studies.border.payers import (
    ALLIES,
    COST,
    MAKERS,
    TREASURY,
    USERS,
    party_gains,
    real_cost,
)
from allanite.studies.border.protection import effective_rate
from allanite.studies.border.world import switch_shares
from response_worlds import Terms, world_of


def test_the_other_seller_takes_what_users_let_go() -> None:
    """The duty is 25 on a price of 100; a tonne of AUS costs 3 besides (one extra made, one sent,
    one handed over) and 1 for the tonne left. Users switch at discounts of 1, 3, 5.5, 8.5, 12.5,
    17.5 (the next is 22.5 > 21): those below the edge 0.2, 1 - 1.2^-1.5 = 0.23928 of 100 t."""
    point = point_of(two_sellers(spare=50.0), measure(), terms())
    assert point.taxed_rate == pytest.approx(80.0 - 23.928, abs=1e-2)
    assert point.revenue == pytest.approx(25 * point.taxed_rate)
    rates = channel_rates(point, point.base.goods)
    assert rates[ALLIED] == pytest.approx(23.928, abs=1e-2)
    assert left_rate(point, point.base.goods) == pytest.approx(sum(rates.values()))


def test_where_nobody_can_deliver_users_just_pay() -> None:
    """AUS has no tonne to spare: nothing moves and the users pay the duty on 80 t, 2,000, and
    the same rise on 20 t of AUS, 24 (25 less what leaving a tonne costs) to 25 a tonne."""
    point = point_of(two_sellers(spare=0.0), measure(), terms())
    assert point.taxed_rate == pytest.approx(80.0)
    gains = party_gains(point)
    assert gains[TREASURY] == pytest.approx(2000.0)
    assert 480 <= gains[ALLIES] <= 500
    assert gains[USERS] == pytest.approx(-gains[TREASURY] - gains[ALLIES], abs=81)
    assert gains[MAKERS] == 0


def test_home_makers_gain_what_the_price_rises() -> None:
    """10 t of AUS and 10 t at home are to be had; both are made, and nothing is embodied."""
    point = point_of(two_sellers(spare=10.0, home=10.0), measure(), terms())
    rates = channel_rates(point, point.base.goods)
    assert rates[OWN] == pytest.approx(10.0)
    assert rates[ALLIED] == pytest.approx(10.0)
    assert point.taxed_rate == pytest.approx(60.0)
    assert party_gains(point)[MAKERS] > 0


def test_a_third_country_sells_its_own_and_buys_the_listed() -> None:
    """JPN makes 70 t and no more: what it sends more to USA, CHN replaces. The swap costs two
    switches; they share the duty of 25: 5.5 + 12.5 + 6 of handling < 25. Its goods are its own
    at the border, its users' are not."""
    world = world_of(state_with_third(), Terms(running=90.0, spare=0.0, growth=0.0))
    point = point_of(world, measure(), terms())
    rates = channel_rates(point, point.base.goods)
    assert rates[TRANSIT] > 5
    assert rates[ALLIED] == pytest.approx(0.0, abs=1e-9)
    assert leak_share(rates) == pytest.approx(1.0)


def test_goods_that_only_pass_through_keep_their_origin() -> None:
    """JPN can send USA no more than the 70 t it makes, however cheap it is to switch."""
    world = world_of(state_with_third(), Terms(running=90.0, spare=0.0, growth=0.0))
    point = point_of(world, measure(1.0), terms(suppliers=50.0))
    entered = channel_rates(point, point.base.goods)[TRANSIT]
    assert 40 < entered <= 50 + 1e-6


def test_what_replaces_the_listed_origin_is_traced() -> None:
    """All that leaves CHN is made in AUS: the listed share falls from 0.8, the rest holds none."""
    point = point_of(two_sellers(spare=50.0), measure(), terms())
    found = {one.stage: one for one in listed_content(point, ("Dy", "Xx"))}
    assert found["mine"].before == pytest.approx(0.8)
    assert found["mine"].after == pytest.approx(0.8 - 0.23928, abs=1e-4)
    assert found["mine"].replacement == pytest.approx(0.0, abs=1e-9)


def test_products_move_as_the_elasticity_says() -> None:
    """Cost share 0.5, rise 0.2: r = 1.1. theta 0.5, sigma 2: P = 1/(0.5/1.1 + 0.5) = 1.047619,
    home = P^2/r^2 = 0.907029; imports 1.097506, more than the loss, so that all of it moves."""
    shift = shift_products(
        np.array([0.2]), cost_share=0.5, home_share=0.5, elasticity=2.0, demand_elasticity=0.0
    )
    assert shift.lost[0] == pytest.approx(0.0929705, abs=1e-6)
    assert shift.embodied[0] == pytest.approx(shift.lost[0])


def test_products_that_pay_too_stay() -> None:
    """Where imported products pay the same on what they hold, prices keep their ratio."""
    shift = shift_products(
        np.array([0.0, 0.2]),
        cost_share=0.5,
        home_share=0.5,
        elasticity=4.0,
        demand_elasticity=0.0,
        import_rise=0.2,
    )
    assert shift.lost == pytest.approx([0.0, 0.0])


def test_embodied_imports_take_what_products_lose() -> None:
    """Nobody else can deliver and products hold half of their cost in metal: at a rise of 0.24
    the steps up to that rise are taken, as on the curve at 0.2 (home_share 0.5, elasticity 2)."""
    point = point_of(two_sellers(spare=0.0), measure(), terms(products=2.0, share=0.5))
    rates = channel_rates(point, point.base.goods)
    curve = shift_products(
        np.array([0.2, 0.25]), cost_share=0.5, home_share=0.5, elasticity=2.0, demand_elasticity=0
    )
    assert 100 * curve.lost[0] - 1e-6 <= rates[EMBODIED] <= 100 * curve.lost[1] + 1e-6
    assert leak_share(rates) == pytest.approx(1.0)


def test_effective_rate_of_protection() -> None:
    """One tonne at 100 from half a tonne at 100: value added 50. A duty of 25 on the output gives
    25/50; on the input alone -12.5/50; on both 12.5/50."""
    recipe, price = np.array([1.0, -0.5]), np.array([100.0, 100.0])
    assert effective_rate(recipe, price, np.array([25.0, 0.0])) == pytest.approx(0.5)
    assert effective_rate(recipe, price, np.array([0.0, 25.0])) == pytest.approx(-0.25)
    assert effective_rate(recipe, price, np.array([25.0, 25.0])) == pytest.approx(0.25)
    assert effective_rate(np.array([1.0, -1.0]), price, np.array([25.0, 0.0])) is None


def test_a_reference_price_is_a_duty_that_ends_at_the_reference() -> None:
    """100 USD/t against a reference of 130 is a duty of 30; against 90 it is none."""
    network = two_sellers(spare=0.0).network
    held = measure(0.0, reference_material="met", reference_price=130.0)
    assert duty_by_material(held, network, np.array([100.0])) == pytest.approx([30.0])
    assert duty_by_material(held.at(90.0), network, np.array([100.0])) == pytest.approx([0.0])


def test_only_the_listed_origin_pays() -> None:
    network = two_sellers(spare=0.0).network
    paying = measured_routes(measure(), network)
    assert [network.routes.labels.labels[r] for r in np.flatnonzero(paying)] == ["CHN > USA: met"]
    everyone = measured_routes(measure(origins=("*",), exempt=("AUS",)), network)
    assert (everyone == paying).all()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reference_material": "met", "reference_price": 1.0}, "a rate and a reference price"),
        ({"stages": ()}, "names no goods"),
        ({"imposers": ()}, "countries that impose it"),
        ({"rate": -0.1}, "0 or more"),
        ({"rate": float("nan")}, "0 or more"),
        ({"origins": ("USA",)}, "stands among the origins"),
        ({"reference_price": 5.0}, "reference price of no material"),
    ],
)
def test_a_measure_that_contradicts_itself_is_refused(more: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        measure(**{"rate": 0.25, **more})  # type: ignore[arg-type]


def test_unknown_names_are_refused_with_the_nearest() -> None:
    network = two_sellers(spare=0.0).network
    with pytest.raises(UsageError, match="metal"):
        measured_routes(measure(stages=("metall",)), network)
    with pytest.raises(UsageError, match="no country 'CHI'"):
        measured_routes(measure(origins=("CHI",)), network)


def test_users_let_go_more_at_higher_elasticities() -> None:
    assert switch_shares(0.0).sum() == 0
    assert switch_shares(1.0).sum() == pytest.approx(1 - 1 / 3)
    assert switch_shares(3.0).sum() > switch_shares(1.0).sum()


def test_the_parties_sum_to_what_costs_more() -> None:
    """Prices agree with amounts up to the costs that break ties, 1 USD a tonne that moved."""
    point = point_of(two_sellers(spare=10.0, home=10.0), measure(), terms(1.5, 2.0, 0.5), LATER)
    gains = party_gains(point)
    assert sum(v for k, v in gains.items() if k != COST) == pytest.approx(gains[COST])
    assert -gains[COST] == pytest.approx(real_cost(point), abs=5 * 100)
    assert sum(channel_shares(channel_rates(point, point.base.goods)).values()) == pytest.approx(1)
