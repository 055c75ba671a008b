"""Pools on the way from a supply to a partner's use, and steps pooled by cost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray
from allanite.network.draft import PlaceDraft
from allanite.studies.plan.pooled import SMALLEST_RATE, PooledNetwork, pool_network
from allanite.studies.plan.rights import Rights, trace_rights
from allanite.studies.plan.uses import BANDS, Uses, pool_uses
from allanite.studies.response.world import World
from lineage_networks import add, metal_draft, state_of, use
from response_worlds import Step, Terms, random_world, world_of

FEW = settings(max_examples=25, deadline=None, derandomize=True)
SEEDS = st.integers(0, 5000)


def wanted_of(world: World, partners: tuple[str, ...]) -> FloatArray:
    """What partners use at each node, shape (V,) [t/yr]."""
    net = world.network
    mine = np.isin(np.array(net.demands.region, dtype=object), partners)
    found = np.zeros(len(net.nodes))
    np.add.at(found, net.demands.node, world.state.demand_rate * mine)
    return found


def pooled_of(
    world: World, partners: tuple[str, ...], chosen: BoolArray | None = None
) -> tuple[PooledNetwork, Rights]:
    """The pools of these partners who watch China; all plants elsewhere may run."""
    net = world.network
    rights = trace_rights(world.state, world.economics.price, partners, "CHN")
    if chosen is None:
        chosen = np.array([country != "CHN" for country in net.process_country], dtype=bool)
    return pool_network(world, rights, chosen, wanted_of(world, partners)), rights


def a_site_and_two_markets() -> World:
    """A plant beside the market of AUS, metal to JPN and from CHN; scrap that nobody can use."""
    draft = metal_draft()
    draft.places["WORKS"] = PlaceDraft(name="Works", country="AUS", kind="site")
    add(draft, "WORKS", "refine", {"met": 1.0})
    add(draft, "AUS", "collect", {"scrap": 1.0})
    draft.add_route(("WORKS", "met"), ("AUS", "met"), "market")
    for region in ("JPN", "CHN"):
        use(draft, region, "met")
    state = state_of(
        draft,
        activity={"CHN:mine": 60.0, "AUS:mine": 40.0, "WORKS:refine": 20.0, "AUS:collect": 9.0},
        routes={"CHN > JPN: met": 30.0, "AUS > JPN: met": 60.0, "WORKS > AUS: met": 20.0},
        demands={"JPN: use: met": 90.0, "CHN: use: met": 30.0},
    )
    return world_of(state, Terms(freight=7.0))


def test_a_site_is_pooled_with_the_market_of_its_country() -> None:
    world = a_site_and_two_markets()
    pooled, _ = pooled_of(world, ("JPN",))
    nodes = world.network.nodes
    assert set(pooled.nodes.labels) == {"AUS/met", "JPN/met"}
    pool = pooled.pool
    assert pool[nodes.position("WORKS/met")] == pool[nodes.position("AUS/met")]
    assert pool[nodes.position("CHN/met")] == -1
    assert pool[nodes.position("AUS/scrap")] == -1
    made = [world.network.processes.labels.labels[n] for n in pooled.process]
    assert sorted(made) == ["AUS:mine", "WORKS:refine"]
    assert pooled.route_cost == pytest.approx([7.0])
    assert [pooled.nodes.labels[u] for u in pooled.import_node] == ["JPN/met"]
    assert pooled.import_rate == pytest.approx([30.0])


@FEW
@given(SEEDS)
def test_every_pool_is_fed_and_reaches_a_partner(seed: int) -> None:
    """From each pool a partner's use can be reached, step by step, within what is kept."""
    world = random_world(seed)
    partners = tuple(sorted(set(world.network.demands.region) - {"CHN"}))[:2]
    pooled, _ = pooled_of(world, partners)
    count = len(pooled.nodes)
    recipe = csc_array(pooled.recipe).toarray()
    assert set(pooled.pool.tolist()) - {-1} == set(range(count))
    step = np.zeros((count, count), dtype=bool)
    step[pooled.route_origin, pooled.route_destination] = True
    for n in range(recipe.shape[1]):
        step[np.ix_(recipe[:, n] < 0, recipe[:, n] > 0)] = True
    wanted = np.zeros(count)
    inside = pooled.pool >= 0
    np.add.at(wanted, pooled.pool[inside], wanted_of(world, partners)[inside])
    reaches = wanted > 0
    for _ in range(count):
        reaches |= (step & reaches).any(axis=1)
    lost = [pooled.nodes.labels[u] for u in np.flatnonzero(~reaches)]
    assert not lost, f"no way to a partner from {lost}"


@FEW
@given(SEEDS)
def test_what_is_pooled_is_the_sum_of_its_parts(seed: int) -> None:
    world = random_world(seed)
    partners = tuple(sorted(set(world.network.demands.region) - {"CHN"}))[:2]
    pooled, rights = pooled_of(world, partners)
    net, state = world.network, world.state
    crosses = rights.is_watched[net.routes.origin_node]
    crosses &= pooled.pool[net.routes.destination_node] >= 0
    amount = state.route_rate * rights.node_share[net.routes.destination_node]
    amount = np.where(crosses & (amount > SMALLEST_RATE), amount, 0.0)
    assert pooled.import_rate.sum() == pytest.approx(amount.sum())
    recipe = csc_array(net.processes.recipe)[:, pooled.process].toarray()
    inside = pooled.pool >= 0
    for u in range(len(pooled.nodes)):
        mine = recipe[inside & (pooled.pool == u)].sum(axis=0)
        assert csc_array(pooled.recipe).toarray()[u] == pytest.approx(mine, abs=1e-6)
    assert (pooled.route_origin != pooled.route_destination).all()


@FEW
@given(SEEDS, st.floats(0.5, 2.0), st.floats(0.0, 5.0))
def test_pooled_steps_cover_the_need(seed: int, factor: float, since: float) -> None:
    """They sum to the need; substitutes, which may be short themselves, come on top of it."""
    world = random_world(seed)
    partners = tuple(sorted(set(world.network.demands.region) - {"CHN"}))[:2]
    pooled, _ = pooled_of(world, partners)
    uses = pool_uses(world, pooled, partners)
    count = len(pooled.nodes)
    limits = limits_of(uses, factor, since)
    assert (limits >= -1e-9).all()
    need, all_steps = np.zeros(count), np.zeros(count)
    np.add.at(need, uses.demand_node, factor * uses.demand_rate)
    np.add.at(all_steps, uses.node, limits)
    replaced = np.zeros(count, dtype=bool)
    with_substitute = uses.steps.demand[uses.steps.substitute_node >= 0]
    replaced[uses.demand_node[with_substitute]] = True
    assert all_steps[~replaced] == pytest.approx(need[~replaced], rel=1e-9, abs=1e-9)
    assert (all_steps >= need * (1 - 1e-9)).all()
    assert set(uses.node.tolist()) == set(uses.demand_node.tolist())


def limits_of(uses: Uses, factor: float, since: float) -> FloatArray:
    """Most of each pooled step at one moment, shape (B,) [t/yr]."""
    return uses.limits(np.full((1, uses.demand.size), factor), np.array([since]))[0]


@FEW
@given(SEEDS)
def test_steps_are_pooled_with_their_like(seed: int) -> None:
    world = random_world(seed)
    partners = tuple(sorted(set(world.network.demands.region) - {"CHN"}))[:2]
    pooled, _ = pooled_of(world, partners)
    uses = pool_uses(world, pooled, partners)
    short = np.isin(np.array(uses.steps.kind, dtype=object), ("delay", "idle"))
    for b in range(uses.node.size):
        mine = np.flatnonzero(uses.member == b)
        assert mine.size
        assert (uses.demand_node[uses.steps.demand[mine]] == uses.node[b]).all()
        assert (short[mine] == uses.is_shortage[b]).all()
        low, high = uses.steps.cost[mine].min(), uses.steps.cost[mine].max()
        assert low - 1e-6 <= uses.cost[b] <= high + 1e-6
        assert np.unique(np.searchsorted(np.array(BANDS), uses.steps.cost[mine])).size == 1


def test_steps_by_hand() -> None:
    # 90 t: a quarter can be thrifted at 1,000 USD/t after six months' ramp, the rest stands idle.
    world = a_site_and_two_markets()
    steps = {
        "JPN: use: met": (
            Step(kind="thrift", cost=1000.0, share=0.25, ramp=6.0),
            Step(kind="idle", cost=20_000.0),
        )
    }
    world = world_of(world.state, Terms(steps=steps))
    pooled, _ = pooled_of(world, ("JPN",))
    uses = pool_uses(world, pooled, ("JPN",))
    assert uses.is_shortage.tolist() == [False, True]
    assert uses.cost == pytest.approx([1000.0, 20_000.0])
    assert limits_of(uses, 1.0, 0.0) == pytest.approx([0.0, 90.0])
    assert limits_of(uses, 1.0, 0.25) == pytest.approx([11.25, 78.75])
    assert limits_of(uses, 2.0, 9.0) == pytest.approx([45.0, 135.0])
