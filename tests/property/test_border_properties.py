"""What holds for every border measure on every network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from allanite.conditions.border import BorderMeasure, measured_goods
from allanite.errors import UsageError
from allanite.studies.border.channels import (
    CHANNELS,
    EMBODIED,
    channel_rates,
    channel_shares,
    left_rate,
)
from allanite.studies.border.leak import RISES, shift_products
from allanite.studies.border.payers import COST, party_gains
from allanite.studies.border.point import Point, Year, solve_point
from allanite.studies.border.terms import BorderTerms, Product
from allanite.studies.border.world import border_world
from response_worlds import MONTHS, check_mass, random_world

ROUNDING = 1e-9
SEEDS = st.integers(0, 400)
RATES = st.floats(0.0, 2.0)
ELASTICITIES = st.floats(0.0, 5.0)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


def terms_of(suppliers: float, products: float) -> BorderTerms:
    return BorderTerms(
        supplier_elasticity=suppliers,
        product_elasticity=products,
        product_demand_elasticity=0.0,
        home_share={"*": 0.6},
        shift_delay=0.0,
        shift_duration=0.0,
        products={"*": Product(0.3, 0.4)},
    )


def solved(seed: int, rates: tuple[float, ...], suppliers: float, products: float) -> list[Point]:
    """Steady years under duties of the first region that imports, on all others' goods."""
    world = random_world(seed)
    try:
        measure = next(_measures(world.network.demands.region, world.network.material_stage))
        goods = measured_goods(measure, world.network)
        base, terms = border_world(world, goods, suppliers), terms_of(suppliers, products)
        year = Year(MONTHS.start, 24)
        return [solve_point(base, measure.at(rate), terms, year) for rate in rates]
    except UsageError:
        assume(False)
        raise


def _measures(regions: tuple[str, ...], stages: tuple[str, ...]) -> Iterator[BorderMeasure]:
    for region in dict.fromkeys(regions):
        yield BorderMeasure(
            measure_id="T",
            name="T",
            imposers=(region,),
            origins=("*",),
            stages=tuple(dict.fromkeys(stages)),
        )


def paying_value(point: Point) -> float:
    return float((point.flow * point.base.price[point.route_material])[point.taxed].sum())


@FEW
@given(seed=SEEDS, suppliers=ELASTICITIES, products=ELASTICITIES)
def test_no_duty_changes_nothing(seed: int, suppliers: float, products: float) -> None:
    (point,) = solved(seed, (0.0,), suppliers, products)
    state = point.base.world.state
    scale = 1e-6 * max(1.0, float(state.route_rate.max(initial=0.0)))
    assert point.flow == pytest.approx(state.route_rate, abs=scale)
    assert point.activity == pytest.approx(state.activity_rate, abs=scale)
    assert point.outcome.unmet.sum() == pytest.approx(0.0, abs=scale)


@FEW
@given(seed=SEEDS, rates=st.tuples(RATES, RATES), suppliers=ELASTICITIES)
def test_a_higher_duty_never_raises_what_pays(
    seed: int, rates: tuple[float, float], suppliers: float
) -> None:
    """By value at the prices before duty: the total of a cost that rises never rises with it.

    The steps by which products move depend on the duty only in their number, not in their cost.
    """
    low, high = solved(seed, (min(rates), max(rates)), suppliers, 2.0)
    assume(min(rates) > 0)
    largest = max(paying_value(low), 1.0)
    assert paying_value(high) <= paying_value(low) + 1e-6 * largest


@FEW
@given(seed=SEEDS, rate=RATES, suppliers=ELASTICITIES, products=ELASTICITIES)
def test_what_left_is_found_again(
    seed: int, rate: float, suppliers: float, products: float
) -> None:
    (point,) = solved(seed, (rate,), suppliers, products)
    check_mass(point.outcome)
    rates = channel_rates(point, point.base.goods)
    assert set(rates) == set(CHANNELS)
    assert sum(rates.values()) == pytest.approx(left_rate(point, point.base.goods))
    shares = channel_shares(rates)
    total = sum(shares.values())
    assert total == pytest.approx(1.0) or total == 0.0
    gains = party_gains(point)
    assert sum(v for k, v in gains.items() if k != COST) == pytest.approx(gains[COST])


@FEW
@given(seed=SEEDS, rate=RATES, suppliers=ELASTICITIES)
def test_nothing_is_embodied_where_products_do_not_compete(
    seed: int, rate: float, suppliers: float
) -> None:
    (point,) = solved(seed, (rate,), suppliers, 0.0)
    assert channel_rates(point, point.base.goods)[EMBODIED] == 0.0


@example(share=1.0, home=1.0, sigma=0.99999, epsilon=0.0)  # 1 - sigma loses ten digits
@example(share=0.0, home=0.99999, sigma=0.99999, epsilon=0.0)
@given(
    share=st.floats(0.0, 1.0),
    home=st.floats(0.05, 1.0),
    sigma=st.floats(0.0, 8.0),
    epsilon=st.floats(0.0, 2.0),
)
def test_what_moves_rises_with_the_price(
    share: float, home: float, sigma: float, epsilon: float
) -> None:
    shift = shift_products(
        np.array(RISES),
        cost_share=share,
        home_share=home,
        elasticity=sigma,
        demand_elasticity=epsilon,
    )
    assert (np.diff(shift.lost) >= -ROUNDING).all()
    assert ((shift.embodied >= 0) & (shift.embodied <= shift.lost + ROUNDING)).all()
    assert shift.lost[0] == pytest.approx(0.0, abs=ROUNDING)
    assert (shift.lost <= 1).all()
