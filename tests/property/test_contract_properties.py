"""Identities of price tools on drawn prices, volumes and terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.contract_worlds import NDPR, contract

from allanite.axis import FloatArray
from allanite.conditions.instruments.contract import Contract, Payer
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.instruments.kinds import (
    BorderAdjustment,
    Collar,
    ContractForDifference,
    EbitdaGuarantee,
    Instrument,
    Offtake,
    PriceCap,
    PriceFloor,
)
from allanite.conditions.instruments.payments import contract_payments

STRIKE = st.floats(1.0, 300.0)
SHARE = st.floats(0.0, 1.0)
LIMIT = st.floats(0.0, 500.0)


@st.composite
def exposures(draw: st.DrawFn) -> Exposure:
    """Four paths of some months from some month, with a volume by month or by path and month."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    months = draw(st.integers(1, 40))
    paths = 4
    shape = (paths, months) if draw(st.booleans()) else (months,)
    start = date(2027, draw(st.integers(1, 12)), 1)
    years = (start.month - 1 + months - 1) // 12 + 1
    return Exposure(
        start=start,
        price={NDPR: rng.lognormal(4.3, 0.6, (paths, months)).astype(np.float32)},
        volume_rate={NDPR: rng.uniform(0.0, 9000.0, shape) * (rng.random(shape) < 0.9)},
        inflation_rate=draw(st.floats(0.0, 0.1)),
        production_cost=rng.uniform(100.0, 500.0, years),
        ebitda=rng.normal(100.0, 100.0, (paths, years)),
    )


@st.composite
def frames(draw: st.DrawFn) -> dict[str, Any]:
    """Everything of a contract but its instruments."""
    return {
        "start": draw(st.floats(2025.0, 2029.0)),
        "duration": draw(st.floats(0.1, 12.0)),
        "volume_share": draw(SHARE),
        "limit_rate": draw(st.floats(0.0, 9000.0)),
        "indexation": draw(st.sampled_from(("real", "nominal"))),
        "benchmark_share": draw(st.floats(0.5, 1.0)),
        "settlement_months": draw(st.sampled_from((1, 2, 3, 4, 6, 12))),
    }


def total(made: Contract, exposure: Exposure) -> FloatArray:
    return contract_payments(made, exposure).total


def by_tool(frame: dict[str, Any], exposure: Exposure, *tools: Instrument) -> FloatArray:
    return total(contract(*tools, **frame), exposure)


def close(one: FloatArray, other: FloatArray) -> bool:
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-7))


@given(exposures(), frames(), STRIKE, SHARE)
def test_put_call_parity(
    exposure: Exposure, frame: dict[str, Any], strike: float, share: float
) -> None:
    """Floor less cap at one strike = fixed price = strike less price, times volume."""
    floor = by_tool(frame, exposure, PriceFloor(strike=strike, share=share))
    cap = by_tool(frame, exposure, PriceCap(strike=strike, share=share))
    fixed = Offtake(price_rule="fixed", price=strike, take_share=share)
    nothing = by_tool(frame, exposure, Offtake(price_rule="fixed", price=1e-9, take_share=share))
    one = by_tool({**frame, "benchmark_share": 0.0}, exposure, PriceFloor(strike=1.0, share=share))
    assert close(floor + cap, by_tool(frame, exposure, fixed))
    assert close(floor + cap, strike * one + nothing)


@given(exposures(), frames(), STRIKE, STRIKE, SHARE, LIMIT)
def test_a_collar_is_a_floor_and_a_sold_cap(
    exposure: Exposure, frame: dict[str, Any], one: float, other: float, share: float, limit: float
) -> None:
    floor, cap = min(one, other), max(one, other)
    more = {"share": share, "yearly_limit": limit}
    collar = Collar(floor=floor, cap=cap, **more)
    parts = (PriceFloor(strike=floor, **more), PriceCap(strike=cap, **more))
    assert close(by_tool(frame, exposure, collar), by_tool(frame, exposure, *parts))


@given(exposures(), frames(), STRIKE, st.floats(0.0, 100.0), SHARE)
def test_more_strike_more_volume_never_less_floor(
    exposure: Exposure, frame: dict[str, Any], strike: float, more: float, share: float
) -> None:
    low = by_tool(frame, exposure, PriceFloor(strike=strike))
    assert (by_tool(frame, exposure, PriceFloor(strike=strike + more)) >= low - 1e-9).all()
    less = {**frame, "volume_share": frame["volume_share"] * share}
    tool = PriceFloor(strike=strike)
    monthly = {"settlement_months": 1}
    assert (
        by_tool({**less, **monthly}, exposure, tool)
        <= by_tool({**frame, **monthly}, exposure, tool) + 1e-9
    ).all()


@given(exposures(), frames(), STRIKE)
def test_a_longer_settlement_never_makes_a_floor_dearer(
    exposure: Exposure, frame: dict[str, Any], strike: float
) -> None:
    """Jensen: the payoff of the mean is at most the mean of payoffs, in a whole real contract."""
    whole = {**frame, "start": 2026.0, "duration": 20.0, "indexation": "real"}
    tool = PriceFloor(strike=strike)
    monthly = by_tool({**whole, "settlement_months": 1}, exposure, tool)
    assert (by_tool({**whole, "settlement_months": 12}, exposure, tool) <= monthly + 1e-6).all()


@given(exposures(), frames(), STRIKE, LIMIT, LIMIT, SHARE)
def test_a_yearly_limit_is_never_exceeded(
    exposure: Exposure,
    frame: dict[str, Any],
    strike: float,
    limit: float,
    upside: float,
    share: float,
) -> None:
    tool = ContractForDifference(
        strike=strike,
        upside_strike=strike,
        upside_share=share,
        yearly_limit=limit,
        upside_limit=upside,
    )
    found = by_tool({**frame, "indexation": "real"}, exposure, tool)
    assert (found <= limit + 1e-9).all()
    assert (found >= -upside - 1e-9).all()


@given(exposures(), frames(), STRIKE, STRIKE, st.permutations(range(4)))
def test_the_order_of_instruments_does_not_matter(
    exposure: Exposure, frame: dict[str, Any], one: float, other: float, order: list[int]
) -> None:
    tools: list[Instrument] = [
        PriceFloor(strike=one, share=0.5),
        PriceCap(strike=other, share=0.3),
        EbitdaGuarantee(yearly_amount=150.0, excess_share=0.2),
        Offtake(price_rule="cost_plus", margin_share=0.1),
    ]
    moved = [tools[position] for position in order]
    assert close(by_tool(frame, exposure, *tools), by_tool(frame, exposure, *moved))


@given(exposures(), frames(), STRIKE, st.lists(st.floats(0.01, 1.0), min_size=1, max_size=5))
def test_shares_of_payers_add_up(
    exposure: Exposure, frame: dict[str, Any], strike: float, weights: list[float]
) -> None:
    payers = tuple(
        Payer(name=str(position), region="USA", share=weight / sum(weights))
        for position, weight in enumerate(weights)
    )
    tool = ContractForDifference(strike=strike, upside_strike=strike + 10, upside_share=0.3)
    found = contract_payments(contract(tool, **frame, payers=payers), exposure)
    assert close(found.amount.sum(axis=0), found.total)


@given(exposures(), frames(), STRIKE)
def test_a_border_adjustment_that_reaches_home_is_a_floor(
    exposure: Exposure, frame: dict[str, Any], strike: float
) -> None:
    border = BorderAdjustment(floor=strike, pass_through_share=1.0)
    floor = by_tool(frame, exposure, PriceFloor(strike=strike))
    assert close(by_tool(frame, exposure, border), floor)


@given(exposures(), frames(), STRIKE)
def test_paths_are_valued_alone(exposure: Exposure, frame: dict[str, Any], strike: float) -> None:
    """A path pays the same with others and by itself, and with its volume by path or for all."""
    tool = PriceFloor(strike=strike)
    rate = exposure.volume_rate[NDPR]
    wide = np.broadcast_to(rate, exposure.price[NDPR].shape)
    found = by_tool(frame, exposure, tool)
    assert close(found, by_tool(frame, replace(exposure, volume_rate={NDPR: wide}), tool))
    alone = Exposure(
        start=exposure.start,
        price={NDPR: exposure.price[NDPR][1:2]},
        volume_rate={NDPR: wide[1:2]},
        inflation_rate=exposure.inflation_rate,
    )
    assert close(found[1:2], by_tool(frame, alone, tool))
