"""From a reconciled release to the world a response reads, with lineage where a rule needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_response import LINEAGE_MAKERS
from allanite.conditions.controls import needs_lineage
from allanite.conditions.horizon import Horizon
from allanite.law.controls import Controls, load_controls
from allanite.law.parameters import ControlParameters, load_control_parameters
from allanite.network.economics import load_economics
from allanite.network.holdings import Holdings, hold_stocks
from allanite.network.lineage import Lineage, LineageRule, lineage_makers, trace_lineage
from allanite.network.normal import NormalState, normal_state
from allanite.network.reconcile import Baseline
from allanite.network.supply import SupplyNetwork
from allanite.studies.response.world import World

STOCK_LEVELS = ("low", "central", "high")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Desk:
    """What a response desk has before it: the world, the law, words for its tables.

    Attributes:
        world: the world, with listed origin carried where a rule of the question needs it.
        controls, parameters: records and figures of the law.
        prices: price by material id [USD/t].
        sectors: sector by end use; names: name by place.
        makers: table `lineage_makers` of the extraterritorial rule; None without one.
    """

    world: World
    controls: Controls
    parameters: ControlParameters
    prices: Mapping[str, float]
    sectors: Mapping[str, str]
    names: Mapping[str, str]
    makers: pa.Table | None


def prepare_desk(
    release: Release,
    baseline: Baseline,
    horizon: Horizon,
    control_ids: tuple[str, ...],
    draw: int | None = None,
) -> Desk:
    """Everything a response reads.

    Args:
        release: the data.
        baseline: the reconciled base year.
        horizon: the periods, for the controls in force in them.
        control_ids: controls of the question, or `all:ISSUER`.
        draw: a redraw of the baseline; None for the central solution.

    Raises:
        DataError: a table lacks a row the network needs.
        UsageError: an unknown control.
    """
    controls = load_controls(release)
    prices = {r["material_id"]: float(r["price"]) for r in release.rows("material_prices")}
    state, holdings = hold_stocks(normal_state(baseline, draw), release)
    rule = lineage_rule(controls, control_ids, horizon, prices)
    makers = None
    if rule is not None:
        traced = trace_lineage(state, rule)
        holdings = _split_holdings(holdings, state, traced)
        state = traced.state
        makers = rows_table(LINEAGE_MAKERS, list(lineage_makers(state, rule)))
    network = state.network
    return Desk(
        world=World(state=state, economics=load_economics(release, network), holdings=holdings),
        controls=controls,
        parameters=load_control_parameters(release),
        prices=prices,
        sectors={r["end_use"]: r["sector"] for r in release.rows("end_use_sectors")},
        names=dict(zip(network.places.labels, network.place_name, strict=True)),
        makers=makers,
    )


def _split_holdings(holdings: Holdings, state: NormalState, traced: Lineage) -> Holdings:
    """Range and release of the stocks by class; a release rate is shared out by amount."""
    of = traced.map.stock_of
    whole = state.network.stocks.initial_amount[of]
    part = traced.state.network.stocks.initial_amount / np.where(whole > 0, whole, 1.0)
    split = holdings.take(of)
    limited = np.isfinite(split.release_rate) & (whole > 0)
    share = np.where(limited, part, 1.0)
    return replace(split, release_rate=np.where(limited, split.release_rate, np.inf) * share)


def lineage_rule(
    controls: Controls, ids: tuple[str, ...], horizon: Horizon, prices: Mapping[str, float]
) -> LineageRule | None:
    """The rule on value shares among the controls; None where none looks at them.

    Rules without a value share (re-export bans) count any content. One network carries one
    rule: that with a threshold goes first, because it reaches the most makers.
    """
    needs = needs_lineage(controls, ids, horizon)
    with_value = [need for need in needs if need.threshold_share > 0]
    if not with_value:
        return None
    need = with_value[0]
    return LineageRule(
        label=controls.records[need.control_id].short_title,
        issuer=need.issuer,
        elements=need.elements,
        threshold_share=need.threshold_share,
        prices=prices,
    )


def at_stock_level(world: World, level: str) -> World:
    """The world with its stocks at the low, central or high end of their range."""
    if level == "central":
        return world
    shares = world.holdings.low_share if level == "low" else world.holdings.high_share
    return with_stock_shares(world, shares)


def with_stock_shares(world: World, shares: np.ndarray) -> World:
    """The world with each stock at a share of its central amount, shape (K,) [1]."""
    stocks = world.network.stocks
    amount = stocks.initial_amount * shares
    network: SupplyNetwork = replace(world.network, stocks=replace(stocks, initial_amount=amount))
    state: NormalState = replace(world.state, network=network)
    return replace(world, state=state)
