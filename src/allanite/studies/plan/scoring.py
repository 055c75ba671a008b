"""From contracts in a table to those of a plan's options, and what budgets count for them.

A budget counts the present worth of what a contract is expected to pay, when it is signed, as
budgets score loans and guarantees (Federal Credit Reform Act of 1990, section 502: the cost is the
net present value at the time of commitment). The expectation is exact over the chain of prices and
the odds of delays, so that it does not hang on the courses drawn. The tail stands in the objective.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.conditions.uncertainty import FAILS, PriceChain, ProjectRisk
from allanite.errors import ModelError
from allanite.network.contract_options import ContractOptions
from allanite.studies.plan.contracts import Floors, PlanContracts
from allanite.studies.plan.world import Options, PlanWorld


def add_contracts(
    world: PlanWorld,
    offered: ContractOptions,
    node_of: Mapping[str, int],
    price_factor: FloatArray,
    price: PriceChain,
    risk: ProjectRisk,
    status: Mapping[str, str],
) -> PlanWorld:
    """The world whose options know the contracts they bring; without any it is the same.

    Args:
        world: with options that are named after contracts.
        offered: the contracts.
        node_of: a node of each material.
        price_factor: of each state of the market at each node, shape (Q, U) [1].
        price: chain of these states.
        risk: odds of delay and failure by status.
        status: of each project.

    Raises:
        ModelError: a floor on a material that the plan does not carry.
    """
    contracts = _contracts(world.options, offered, node_of)
    if contracts is None:
        return world
    with_them = replace(world, options=replace(world.options, contracts=contracts))
    due = _expected_payments(with_them, contracts, price_factor, price, risk, status)
    worth = world.terms.discount(world.horizon) @ due
    scored = replace(contracts, expected_cost=worth)
    return replace(world, options=replace(world.options, contracts=scored))


def _contracts(
    options: Options, offered: ContractOptions, node_of: Mapping[str, int]
) -> PlanContracts | None:
    keys = {key: k for k, key in enumerate(offered.keys)}
    names = [options.projects.labels[j] for j in options.project]
    pairs = [
        (o, keys.get(key, -1)) for o, key in enumerate(zip(names, options.variant, strict=True))
    ]
    pairs = [(o, k) for o, k in pairs if k >= 0]
    if not pairs:
        return None
    option, which = (np.array(column) for column in zip(*pairs, strict=True))
    payers = tuple(sorted({offered.payer[k] for k in which}))
    begin = options.start + options.permit + options.build
    return PlanContracts(
        option=option,
        name=tuple(offered.name[k] for k in which),
        payers=payers,
        payer_position=np.array([payers.index(offered.payer[k]) for k in which]),
        failure_factor=offered.failure_factor.value[which],
        upfront_cost=offered.upfront_cost.value[which],
        default_cost=offered.default_cost.value[which],
        default_period=begin[option].astype(np.int64),
        expected_cost=np.zeros(option.size),
        floors=_floors(offered, which, node_of),
    )


def _floors(offered: ContractOptions, which: IntArray, node_of: Mapping[str, int]) -> Floors:
    """The floors of these contracts, each as often as its contract stands there."""
    found = [
        (c, int(f))
        for c, k in enumerate(which)
        for f in np.flatnonzero(offered.floor_contract == k)
    ]
    contract = np.array([c for c, _ in found], dtype=np.int64)
    f = np.array([at for _, at in found], dtype=np.int64)
    material = tuple(offered.material[at] for at in f)
    strange = sorted({name for name in material if name not in node_of})
    if strange:
        raise ModelError(
            f"contract_floors names {', '.join(strange)}, which the plan does not carry; allowed:"
            " materials at one of its nodes"
        )
    return Floors(
        contract=contract,
        material=material,
        node=np.array([node_of[name] for name in material], dtype=np.int64),
        strike=offered.strike.value[f],
        index=offered.index.value[f],
        upside_from=offered.upside_from.value[f],
        upside_share=offered.upside_share.value[f],
        volume_rate=offered.volume_rate.value[f],
    )


# --- expectation --------------------------------------------------------------------------------


def price_odds(price: PriceChain, periods: int) -> FloatArray:
    """Odds of each state of the market in each quarter, shape (P, Q) [1]."""
    found = [np.asarray(price.initial)]
    for _ in range(periods - 1):
        found.append(found[-1] @ price.transition)
    return np.array(found)


def _expected_payments(
    world: PlanWorld,
    contracts: PlanContracts,
    price_factor: FloatArray,
    price: PriceChain,
    risk: ProjectRisk,
    status: Mapping[str, str],
) -> FloatArray:
    """What each contract of a whole project is expected to pay, shape (P, C) [million USD].

    Prices and delays are drawn apart, so that the expectation of the product is that of both.
    """
    periods = world.horizon.count
    margin = price_odds(price, periods) @ contracts.floors.margin(price_factor)
    due = contracts.volume_worth(margin, world.horizon.step)
    online, fails = _expected_online(world.options, contracts, risk, status, periods)
    ever = contracts.default_payments(np.ones(contracts.option.size, dtype=bool), periods)
    return due * online + ever * fails


def _expected_online(
    options: Options,
    contracts: PlanContracts,
    risk: ProjectRisk,
    status: Mapping[str, str],
    periods: int,
) -> tuple[FloatArray, FloatArray]:
    """Expected share of nameplate, (P, C), and odds of failing with the contract, (C,) [1].

    With p the odds of failure and f the share that is left, a project is late by q with
    P(q) (1 - f p) / (1 - p).
    """
    known = {one.status: one.outcomes() for one in risk.statuses}
    whole = np.zeros((periods, contracts.option.size))
    fails = np.zeros(contracts.option.size)
    for c, o in enumerate(contracts.option):
        name = options.projects.labels[int(options.project[o])]
        quarters, share = known.get(status.get(name, ""), ((0,), np.ones(1)))
        lost = float(share[-1]) if quarters[-1] == FAILS else 0.0
        fails[c] = contracts.failure_factor[c] * lost
        again = (1 - fails[c]) / (1 - lost) if lost < 1 else 0.0
        for q, odds in zip(quarters, share, strict=True):
            if q != FAILS:
                late = np.full(options.project.size, float(q))
                whole[:, c] += again * odds * options.online_share(late, periods)[:, o]
    return whole, fails


def material_nodes(labels: Sequence[str]) -> dict[str, int]:
    """The first node of each material, by `place/material` labels."""
    found: dict[str, int] = {}
    for u, label in enumerate(labels):
        found.setdefault(label.split("/", 1)[1], u)
    return found
