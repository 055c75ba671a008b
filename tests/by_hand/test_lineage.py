"""Listed origin through small networks, with pencil and paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.errors import ModelError
from allanite.network.draft import StockDraft
from allanite.network.lineage import (
    Lineage,
    base_material,
    carry_lineage,
    expand_rows,
    is_listed,
    lineage_makers,
    sum_rows,
    trace_lineage,
)
from allanite.network.normal import NormalState
from allanite.units import DAYS_PER_YEAR
from lineage_networks import add, metal_draft, rule_of, state_of, use


def _activity(state: NormalState, label: str) -> float:
    return float(state.activity_rate[state.network.processes.labels.position(label)])


def _route(state: NormalState, label: str) -> float:
    return float(state.route_rate[state.network.routes.labels.position(label)])


def _share(lineage: Lineage, state: NormalState, node: str) -> float:
    return float(lineage.node_share[state.network.nodes.position(node)])


# Metal at 1,000 USD/t in goods of 10,000 USD/t. Weak: 0.005 t of metal a tonne, worth 5 USD,
# 0.05 % of the value: below 0.1 %, free. Strong: 0.02 t, 20 USD, 0.2 %: of listed origin.
# Weak 100 t/yr takes 0.5 t, strong 50 t/yr takes 1 t.
def _two_contents() -> NormalState:
    draft = metal_draft()
    add(draft, "JPN", "press weak", {"weak": 1.0, "met": -0.005})
    add(draft, "JPN", "press strong", {"strong": 1.0, "met": -0.02})
    for material in ("weak", "strong"):
        use(draft, "JPN", material)
    return state_of(
        draft,
        activity={"CHN:mine": 1.5, "JPN:press weak": 100.0, "JPN:press strong": 50.0},
        routes={"CHN > JPN: met": 1.5},
        demands={"JPN: use: weak": 100.0, "JPN: use: strong": 50.0},
    )


def test_value_content_on_both_sides_of_the_threshold() -> None:
    carried = carry_lineage(_two_contents(), rule_of())
    assert _activity(carried, "JPN:press strong@CHN") == pytest.approx(50.0)
    assert _activity(carried, "JPN:press strong") == pytest.approx(0.0)
    assert _activity(carried, "JPN:press weak") == pytest.approx(100.0)
    assert "JPN:press weak@CHN" not in carried.network.processes.labels
    assert "JPN/weak@CHN" not in carried.network.nodes
    assert "CHN/met@CHN" not in carried.network.nodes
    assert carried.surplus_rate() == pytest.approx(0.0, abs=1e-9)


def test_content_below_the_threshold_may_be_of_either_class() -> None:
    network = carry_lineage(_two_contents(), rule_of()).network
    weak = network.processes.labels.position("JPN:press weak")
    assert network.processes.recipe[network.nodes.position("JPN/met@CHN"), weak] == -0.005
    assert network.processes.recipe[network.nodes.position("JPN/weak"), weak] == 1.0
    assert network.processes.recipe[network.nodes.position("JPN/met"), weak] == 0.0


@pytest.mark.parametrize(("threshold", "caught"), [(0.002, True), (0.00201, False)])
def test_exactly_the_threshold_is_caught(threshold: float, caught: bool) -> None:
    carried = carry_lineage(_two_contents(), rule_of(threshold_share=threshold))
    assert ("JPN:press strong@CHN" in carried.network.processes.labels) is caught


def test_small_inputs_count_together() -> None:
    # Two inputs of 0.06 % each: one alone stays below 0.1 %, both together do not. The first may
    # be listed; the second makes the product listed.
    draft = metal_draft()
    draft.add_route(("CHN", "scrap"), ("JPN", "scrap"), "trade")
    add(draft, "CHN", "dump", {"scrap": 1.0})
    add(draft, "JPN", "press", {"strong": 1.0, "met": -0.006, "scrap": -0.0121})
    state = state_of(draft, activity={}, routes={}, demands={})
    network = carry_lineage(state, rule_of()).network
    free = network.processes.labels.position("JPN:press")
    taken = {
        network.nodes.labels[v]: network.processes.recipe[v, free]
        for v in network.processes.recipe[:, [free]].nonzero()[0]
    }
    assert taken == {"JPN/strong": 1.0, "JPN/met@CHN": -0.006, "JPN/scrap": -0.0121}
    assert "JPN:press@CHN" in network.processes.labels


@pytest.mark.parametrize(("taken", "caught"), [(0.012, True), (0.008, False)])
def test_outputs_that_count_together_are_worth_their_sum(taken: float, caught: bool) -> None:
    # Half a tonne of each product, 10,000 USD together: 0.012 t of metal is 12 USD, 0.12 %.
    draft = metal_draft()
    add(draft, "JPN", "both", {"weak": 0.5, "strong": 0.5, "met": -taken}, reference="")
    add(draft, "JPN", "waste", {"met": -1.0}, reference="")
    state = state_of(draft, activity={"JPN:both": 1.0}, routes={}, demands={})
    network = carry_lineage(state, rule_of()).network
    assert ("JPN:both@CHN" in network.processes.labels) is caught
    assert ("JPN/weak@CHN" in network.nodes) is caught
    assert network.processes.reference_node[network.processes.labels.position("JPN:both")] == -1
    if caught:
        with pytest.raises(ModelError, match="need the prices of weak, strong;"):
            carry_lineage(state, rule_of(prices={"met": 1000.0}))


# JPN gets 1 t/yr of metal from CHN and 3 from AUS: a quarter is listed. Strong 150 t/yr takes
# 3 t, so 37.5 t are listed; the use takes 150, of which 112.5 are free ones counted as listed.
# 1 t of metal goes on to CHN: 0.25 listed, 0.75 free.
def _mixture() -> NormalState:
    draft = metal_draft()
    add(draft, "JPN", "press", {"strong": 1.0, "met": -0.02})
    draft.add_route(("JPN", "met"), ("CHN", "met"), "trade")
    use(draft, "JPN", "strong")
    draft.stocks["shelf"] = StockDraft(
        label="shelf", node=("JPN", "strong"), holder="maker", kind="working stock", cover=30.0
    )
    draft.stocks["pile"] = StockDraft(
        label="pile", node=("JPN", "met"), holder="state", kind="government", initial_amount=8.0
    )
    return state_of(
        draft,
        activity={"CHN:mine": 1.0, "AUS:mine": 3.0, "JPN:press": 150.0},
        routes={"CHN > JPN: met": 1.0, "AUS > JPN: met": 3.0, "JPN > CHN: met": 1.0},
        demands={"JPN: use: strong": 150.0},
    )


def test_a_mixture_is_used_as_it_is_mixed() -> None:
    state = _mixture()
    lineage = trace_lineage(state, rule_of())
    carried = lineage.state
    assert _share(lineage, state, "JPN/met") == pytest.approx(0.25)
    assert _activity(carried, "JPN:press@CHN") == pytest.approx(37.5)
    assert _activity(carried, "JPN:press") == pytest.approx(112.5)
    assert _route(carried, "JPN > CHN: met@CHN") == pytest.approx(0.25)
    assert _route(carried, "JPN > CHN: met") == pytest.approx(0.75)
    assert _route(carried, "JPN: met > met@CHN") == pytest.approx(0.0)
    assert _route(carried, "JPN: strong > strong@CHN") == pytest.approx(112.5)


def test_what_leaves_the_issuer_arrives_listed_and_what_returns_loses_its_class() -> None:
    network = carry_lineage(_mixture(), rule_of()).network
    routes, nodes = network.routes, network.nodes.labels
    ends = {
        label: (nodes[routes.origin_node[r]], nodes[routes.destination_node[r]])
        for r, label in enumerate(routes.labels)
    }
    assert ends["CHN > JPN: met"] == ("CHN/met", "JPN/met@CHN")
    assert ends["AUS > JPN: met"] == ("AUS/met", "JPN/met")
    assert ends["JPN > CHN: met@CHN"] == ("JPN/met@CHN", "CHN/met")
    assert routes.kind[routes.labels.position("JPN: met > met@CHN")] == "class"


def test_stocks_hold_what_they_held() -> None:
    # 30 days of 150 t/yr; three quarters free. Government: 8 t, a quarter listed.
    lineage = trace_lineage(_mixture(), rule_of())
    stocks = lineage.state.network.stocks
    tonnes = stocks.cover / DAYS_PER_YEAR * lineage.state.use_rate()[stocks.node]
    held = dict(zip(stocks.labels, tonnes, strict=True))
    assert held["shelf"] == pytest.approx(0.75 * 30 / DAYS_PER_YEAR * 150)
    assert held["shelf@CHN"] == pytest.approx(0.25 * 30 / DAYS_PER_YEAR * 150)
    given = dict(zip(stocks.labels, stocks.initial_amount, strict=True))
    assert (given["pile"], given["pile@CHN"]) == pytest.approx((6.0, 2.0))
    assert np.isnan(given["shelf"])


def test_the_most_listed_input_decides() -> None:
    # Metal a quarter listed, scrap wholly: the product is wholly listed, and the three quarters
    # of the 3 t of metal that are free count as listed.
    draft = metal_draft()
    add(draft, "CHN", "dump", {"scrap": 1.0})
    draft.add_route(("CHN", "scrap"), ("JPN", "scrap"), "trade")
    add(draft, "JPN", "press", {"strong": 1.0, "met": -0.02, "scrap": -0.01})
    use(draft, "JPN", "strong")
    state = state_of(
        draft,
        activity={"CHN:mine": 0.75, "AUS:mine": 2.25, "CHN:dump": 1.5, "JPN:press": 150.0},
        routes={"CHN > JPN: met": 0.75, "AUS > JPN: met": 2.25, "CHN > JPN: scrap": 1.5},
        demands={"JPN: use: strong": 150.0},
    )
    carried = carry_lineage(state, rule_of(prices={**rule_of().prices, "scrap": 5000.0}))
    assert _activity(carried, "JPN:press@CHN") == pytest.approx(150.0)
    assert _route(carried, "JPN: met > met@CHN") == pytest.approx(2.25)
    assert carried.surplus_rate() == pytest.approx(0.0, abs=1e-9)


# Strong 100 t/yr takes 2 t of metal and leaves 1 t of scrap, of which metal is made again, 0.5 t.
# Fresh metal: 0.5 t from CHN, 1 t from AUS. With share x of the mix: 2 x = 0.5 + 0.5 x, x = 1/3.
def test_a_recycling_loop() -> None:
    draft = metal_draft()
    add(draft, "JPN", "press", {"strong": 1.0, "met": -0.02, "scrap": 0.01})
    add(draft, "JPN", "recycle", {"met": 1.0, "scrap": -2.0})
    use(draft, "JPN", "strong")
    state = state_of(
        draft,
        activity={"CHN:mine": 0.5, "AUS:mine": 1.0, "JPN:press": 100.0, "JPN:recycle": 0.5},
        routes={"CHN > JPN: met": 0.5, "AUS > JPN: met": 1.0},
        demands={"JPN: use: strong": 100.0},
    )
    lineage = trace_lineage(state, rule_of())
    for node in ("JPN/met", "JPN/scrap", "JPN/strong"):
        assert _share(lineage, state, node) == pytest.approx(1 / 3)
    assert _activity(lineage.state, "JPN:recycle@CHN") == pytest.approx(0.5 / 3)
    assert lineage.state.surplus_rate() == pytest.approx(0.0, abs=1e-9)


def test_a_closed_loop_that_nothing_listed_enters_stays_free() -> None:
    # Scrap and metal of JPN go round; the way from CHN exists and is not used.
    draft = metal_draft()
    add(draft, "JPN", "wear", {"scrap": 1.0, "met": -1.0})
    add(draft, "JPN", "recycle", {"met": 1.0, "scrap": -1.0})
    state = state_of(draft, activity={"JPN:wear": 5.0, "JPN:recycle": 5.0}, routes={}, demands={})
    lineage = trace_lineage(state, rule_of())
    assert "JPN/scrap@CHN" in lineage.state.network.nodes
    assert lineage.node_share == pytest.approx(0.0)


# --- capacity ---------------------------------------------------------------------------------


def _plants(rule: str) -> NormalState:
    """Two presses, 100 and 60 t/yr, in one plant; the second presses boxes without metal."""
    draft = metal_draft()
    more = {"group": "plant" if rule else "", "group_rule": rule or "separate"}
    add(draft, "JPN", "press", {"strong": 1.0, "met": -0.02}, capacity_rate=100.0, **more)
    add(draft, "JPN", "boxes", {"box": 1.0}, capacity_rate=60.0, **more)
    return state_of(draft, activity={}, routes={}, demands={})


def _plant_rows(rule: str) -> dict[str, tuple[float, int, str]]:
    processes = carry_lineage(_plants(rule), rule_of()).network.processes
    rows = zip(
        processes.labels,
        processes.capacity_rate,
        processes.group,
        processes.group_rule,
        strict=True,
    )
    return {label: (float(c), int(g), r) for label, c, g, r in rows if label.startswith("JPN:")}


def test_a_plant_with_one_sum_of_rates_keeps_it() -> None:
    # press + boxes <= 160 becomes (press + press@CHN + boxes) / 160 <= 1.
    rows = _plant_rows("sum")
    assert set(rows) == {"JPN:press", "JPN:press@CHN", "JPN:boxes"}
    assert len(set(rows.values())) == 1
    capacity, group, rule = rows["JPN:press"]
    assert (capacity, rule) == (160.0, "share")
    assert group >= 0


def test_a_plant_shared_by_share_takes_the_copy_in() -> None:
    # press / 100 + press@CHN / 100 + boxes / 60 <= 1.
    rows = _plant_rows("share")
    assert rows["JPN:press"] == rows["JPN:press@CHN"]
    assert rows["JPN:press"][0::2] == (100.0, "share")
    assert rows["JPN:boxes"] == (60.0, rows["JPN:press"][1], "share")


@pytest.mark.parametrize("rule", ["separate", ""])
def test_a_plant_of_its_own_shares_its_capacity_between_the_classes(rule: str) -> None:
    rows = _plant_rows(rule)
    assert rows["JPN:press"] == rows["JPN:press@CHN"]
    assert rows["JPN:press"][0::2] == (100.0, "share")
    assert rows["JPN:boxes"][0::2] == (60.0, "separate")
    assert rows["JPN:boxes"][1] != rows["JPN:press"][1]


def test_a_plant_without_known_capacity_needs_no_group() -> None:
    draft = metal_draft()
    add(draft, "JPN", "press", {"strong": 1.0, "met": -0.02}, capacity_rate=np.inf)
    carried = carry_lineage(state_of(draft, activity={}, routes={}, demands={}), rule_of())
    assert set(carried.network.processes.group) == {-1}


def test_capacity_alone_counts_what_can_run_in_the_year() -> None:
    processes = _plants("sum").network.processes
    assert processes.capacity_alone(2024)[-2:] == pytest.approx([160.0, 160.0])
    later = replace(processes, available_from=np.array([0, 0, 0, 2030]))
    assert later.capacity_alone(2024)[-2:] == pytest.approx([100.0, 100.0])
    assert _plants("share").network.processes.capacity_alone(2024)[-2:] == pytest.approx([100, 60])


# --- map, makers, errors ------------------------------------------------------------------------


def test_the_map_leads_every_row_back() -> None:
    state = _mixture()
    lineage = trace_lineage(state, rule_of())
    old, new, back = state.network, lineage.state.network, lineage.map
    for axis, larger, positions in (
        (old.nodes, new.nodes, back.node_of),
        (old.processes.labels, new.processes.labels, back.process_of),
        (old.demands.labels, new.demands.labels, back.demand_of),
        (old.stocks.labels, new.stocks.labels, back.stock_of),
    ):
        assert [axis.labels[i] for i in positions] == [base_material(label) for label in larger]
    for label, r in zip(new.routes.labels, back.route_of, strict=True):
        if r < 0:
            assert new.routes.kind[new.routes.labels.position(label)] == "class"
        else:
            assert old.routes.labels.labels[r] == base_material(label)
    summed = sum_rows(lineage.state.route_rate, back.route_of, len(old.routes.labels))
    assert summed == pytest.approx(state.route_rate)
    periods = expand_rows(np.array([[0.5, 1.0, 1.0]]), back.route_of, 1.0)
    assert periods.shape == (1, len(new.routes.labels))
    assert periods[0, back.route_of == 0] == pytest.approx(0.5)
    assert periods[0, back.route_of < 0] == pytest.approx(1.0)


def test_rows_of_the_makers() -> None:
    rule = rule_of()
    rows = lineage_makers(carry_lineage(_mixture(), rule), rule)
    table = rows_table(TABLES["lineage_makers"], rows).to_pylist()
    by_process = {(row["place"], row["process"]): row for row in table}
    press = by_process["JPN", "press"]
    assert press["caught"] == "partly"
    assert press["material"] == "strong"
    assert press["rate"] == pytest.approx(150.0)
    assert press["listed_share"] == pytest.approx(0.25)
    assert press["listed_value_share"] == pytest.approx(0.002)
    assert by_process["AUS", "mine"]["caught"] == "no"
    assert set(by_process) == {("JPN", "press"), ("AUS", "mine")}


def test_makers_on_both_sides_of_the_threshold() -> None:
    rule = rule_of()
    rows = lineage_makers(carry_lineage(_two_contents(), rule), rule)
    found = {r["process"]: (r["caught"], r["listed_value_share"]) for r in rows}
    assert found["press weak"] == ("no", pytest.approx(0.0005))
    assert found["press strong"] == ("yes", pytest.approx(0.002))


def test_an_exempt_material_is_not_looked_at() -> None:
    carried = carry_lineage(_mixture(), rule_of(exempt_materials=("met",)))
    assert not any(is_listed(label) for label in carried.network.nodes)
    assert len(carried.network.routes.labels) == len(_mixture().network.routes.labels)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"issuer": "ZZZ"}, "no place lies in 'ZZZ'"),
        ({"elements": ("Dyy",)}, "unknown element 'Dyy'"),
        ({"prices": {"met": 1000.0}}, "need the prices of strong"),
        ({"exempt_materials": ("mett",)}, "unknown material 'mett'"),
    ],
)
def test_what_the_network_lacks_is_named(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        carry_lineage(_mixture(), rule_of(**changed))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"threshold_share": 1.5}, "threshold_share is 1.5"),
        ({"prices": {"met": 0.0}}, "prices of met must lie above 0"),
        ({"prices": {"met": np.nan}}, "prices of met must lie above 0"),
    ],
)
def test_a_rule_that_cannot_be(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        rule_of(**changed)


def test_classes_are_carried_once() -> None:
    carried = carry_lineage(_mixture(), rule_of())
    with pytest.raises(ModelError, match="one rule at a time"):
        carry_lineage(carried, rule_of())
