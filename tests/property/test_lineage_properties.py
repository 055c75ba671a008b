"""What must hold of listed origin on random networks of three places with loops."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.axis import FloatArray
from allanite.network.draft import DemandDraft, MaterialDraft, NetworkDraft, PlaceDraft
from allanite.network.lineage import Lineage, LineageRule, sum_rows, trace_lineage
from allanite.network.lineage_share import recipe_entries
from allanite.network.normal import NormalState
from lineage_networks import add
from small_networks import YEAR

PLACES = ("CHN", "AAA", "BBB")
MATERIALS = ("ore", "met", "mag", "scrap")
RATE = st.one_of(st.just(0.0), st.floats(0.1, 1e4))
COEFFICIENT = st.floats(1e-4, 1.5)


@st.composite
def _draft(draw: st.DrawFn) -> NetworkDraft:
    draft = NetworkDraft()
    for name in MATERIALS:
        draft.materials[name] = MaterialDraft(
            name=name, stage="metal", chain="test", content={"Dy": 0.1}
        )
    draft.materials["iron"] = MaterialDraft(
        name="iron", stage="metal", chain="test", content={"Fe": 1.0}
    )
    for place in PLACES:
        draft.places[place] = PlaceDraft(name=place, country=place, kind="region")
        rule = draw(st.sampled_from(["share", "sum", "separate"]))
        plant = {"group": f"plant {place}", "group_rule": rule, "capacity_rate": 2e4}
        add(draft, place, "dig", {"ore": 1.0})
        add(draft, place, "smelt", {"met": 1.0, "ore": -draw(COEFFICIENT)}, **plant)
        press = {"mag": 1.0, "met": -draw(COEFFICIENT), "scrap": -draw(COEFFICIENT), "iron": -1.0}
        add(draft, place, "press", press, **plant)
        add(draft, place, "wear", {"scrap": draw(COEFFICIENT), "mag": -draw(COEFFICIENT)})
        add(draft, place, "recycle", {"met": 1.0, "scrap": -draw(COEFFICIENT)})
        draft.add_demand(
            DemandDraft(region=place, end_use="u", material="mag", chain="t", expected_rate=1.0)
        )
    for origin in PLACES:
        for destination in PLACES:
            for material in MATERIALS:
                if draw(st.booleans()):
                    draft.add_route((origin, material), (destination, material), "trade")
    return draft


@st.composite
def states(draw: st.DrawFn) -> NormalState:
    """A network with rates that need not balance: what is missing stays missing."""
    network = draw(_draft()).build(YEAR)

    def rates(count: int) -> FloatArray:
        return np.array(draw(st.lists(RATE, min_size=count, max_size=count)), dtype=np.float64)

    change = rates(len(network.nodes)) - rates(len(network.nodes))
    return NormalState(
        network=network,
        activity_rate=rates(len(network.processes.labels)),
        route_rate=rates(len(network.routes.labels)),
        demand_rate=rates(len(network.demands.labels)),
        stock_change_rate=change,
    )


@st.composite
def rules(draw: st.DrawFn) -> LineageRule:
    price = st.floats(1.0, 1e5)
    return LineageRule(
        label="random",
        issuer="CHN",
        elements=("Dy",),
        threshold_share=draw(st.sampled_from([0.0, 0.001, 0.1, 0.5, 1.0])),
        prices={name: draw(price) for name in MATERIALS},
    )


def _largest(state: NormalState) -> float:
    return float(max(state.use_rate().max(), state.supply_rate().max(), 1.0))


def _two(values: FloatArray, share: FloatArray, copied: FloatArray) -> FloatArray:
    part = np.where(np.arange(copied.size) < values.size, 1 - share[copied], share[copied])
    return np.asarray(values[copied] * part)


@settings(max_examples=80, deadline=None)
@given(states(), rules())
def test_every_node_balances_as_before(state: NormalState, rule: LineageRule) -> None:
    lineage = trace_lineage(state, rule)
    expected = _two(state.surplus_rate(), lineage.node_share, lineage.map.node_of)
    error = np.abs(lineage.state.surplus_rate() - expected).max()
    assert error <= 1e-7 * _largest(state)


@settings(max_examples=50, deadline=None)
@given(states(), rules())
def test_totals_are_kept_and_nothing_is_negative(state: NormalState, rule: LineageRule) -> None:
    lineage = trace_lineage(state, rule)
    old, new, back = state.network, lineage.state, lineage.map
    for kept, larger, positions, count in (
        (state.activity_rate, new.activity_rate, back.process_of, len(old.processes.labels)),
        (state.route_rate, new.route_rate, back.route_of, len(old.routes.labels)),
        (state.demand_rate, new.demand_rate, back.demand_of, len(old.demands.labels)),
        (state.stock_change_rate, new.stock_change_rate, back.node_of, len(old.nodes)),
    ):
        np.testing.assert_allclose(sum_rows(larger, positions, count), kept, rtol=1e-9)
    assert new.activity_rate.min() >= 0
    assert new.route_rate.min(initial=0.0) >= 0


@settings(max_examples=40, deadline=None)
@given(states(), rules())
def test_shares_are_the_least_that_mixing_allows(state: NormalState, rule: LineageRule) -> None:
    # Plain repetition from nothing listed climbs to the least solution from below.
    lineage = trace_lineage(state, rule)
    caught = [_caught_inputs(lineage, n) for n in range(len(state.network.processes.labels))]
    share = np.zeros(len(state.network.nodes))
    for _ in range(60):
        share = _mix_once(state, lineage, caught, share)
    assert (lineage.node_share >= share - 1e-7).all()
    again = _mix_once(state, lineage, caught, lineage.node_share)
    np.testing.assert_allclose(again, lineage.node_share, atol=1e-7)


def _mix_once(
    state: NormalState, lineage: Lineage, caught: list[list[int]], share: FloatArray
) -> FloatArray:
    """One pass of the two equations of `lineage_share`, in plain loops."""
    net, entries = state.network, recipe_entries(state.network)
    made_share = [max((share[u] for u in inputs), default=0.0) for inputs in caught]
    arriving = np.zeros(len(net.nodes))
    for v, n, made in zip(entries.node, entries.process, entries.coefficient, strict=True):
        if made > 0:
            arriving[v] += made * state.activity_rate[n] * made_share[n]
    ends = zip(net.routes.origin_node, net.routes.destination_node, strict=True)
    for r, (origin, destination) in enumerate(ends):
        listed = net.place_country[net.node_place[origin]] == "CHN"
        arriving[destination] += state.route_rate[r] * (1.0 if listed else share[origin])
    supply = state.supply_rate()
    carried = np.zeros(supply.size, dtype=bool)
    carried[lineage.map.node_of[supply.size :]] = True
    return np.array(
        [a / s if c and s > 0 else 0.0 for a, s, c in zip(arriving, supply, carried, strict=True)]
    )


def _caught_inputs(lineage: Lineage, n: int) -> list[int]:
    """Inputs that the two classes of process `n` draw at different nodes."""
    recipe, back = lineage.state.network.processes.recipe, lineage.map
    rows = np.flatnonzero(back.process_of == n)
    if rows.size < 2:
        return []
    free, listed = (set(recipe[:, [row]].nonzero()[0].tolist()) for row in rows)
    return [int(back.node_of[v]) for v in free - listed if recipe[v, rows[0]] < 0]


@settings(max_examples=50, deadline=None)
@given(states(), rules())
def test_a_lower_threshold_never_frees_anything(state: NormalState, rule: LineageRule) -> None:
    strict = LineageRule(
        label=rule.label,
        issuer=rule.issuer,
        elements=rule.elements,
        threshold_share=rule.threshold_share / 2,
        prices=rule.prices,
    )
    assert (
        trace_lineage(state, strict).node_share >= trace_lineage(state, rule).node_share - 1e-7
    ).all()


@settings(max_examples=50, deadline=None)
@given(states(), rules(), st.floats(0.01, 0.99))
def test_plants_can_make_as_much_as_before_and_no_more(
    state: NormalState, rule: LineageRule, listed: float
) -> None:
    # Any split of a plant's full use between the classes uses exactly the whole of it.
    lineage = trace_lineage(state, rule)
    new, back = lineage.state.network.processes, lineage.map
    alone = state.network.processes.capacity_alone(YEAR)
    for n in range(len(state.network.processes.labels)):
        rows = np.flatnonzero(back.process_of == n)
        if rows.size == 2 and np.isfinite(alone[n]):
            assert set(new.group[rows]) != {-1}
            assert len(set(new.group[rows])) == 1
            assert {new.group_rule[r] for r in rows} == {"share"}
            use = np.array([1 - listed, listed]) * alone[n] / new.capacity_rate[rows]
            np.testing.assert_allclose(use.sum(), 1.0)
