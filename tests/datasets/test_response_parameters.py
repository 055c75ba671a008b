"""Input tables of the response: complete for the network, ordered, and not fitted."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allanite.catalogue.check import check_tables
from allanite.catalogue.store import Release, load_release
from allanite.catalogue.tables import TABLES
from allanite.catalogue.tables.response import SCHEMAS, STEP_KINDS
from allanite.errors import DataError
from allanite.network.load import load_network
from allanite.network.supply import SupplyNetwork

Row = dict[str, Any]
RANGES = {
    "stage_costs": ("low", "running_cost", "high"),
    "freight_costs": ("low", "cost", "high"),
    "material_prices": ("low", "price", "high"),
    "demand_steps": ("low_cost", "cost", "high_cost"),
    "government_stocks": ("low", "amount", "high"),
    "control_parameters": ("low", "value", "high"),
}


@pytest.fixture(scope="module")
def release() -> Release:
    return load_release()


@pytest.fixture(scope="module")
def prepare(prepare_of: Callable[[str], ModuleType]) -> ModuleType:
    return prepare_of("response-parameters")


@pytest.fixture(scope="module")
def network(release: Release) -> SupplyNetwork:
    return load_network(release)


@pytest.fixture(scope="module")
def rows(release: Release) -> dict[str, list[Row]]:
    return {schema.name: release.table(schema.name).to_pylist() for schema in SCHEMAS}


def used(network: SupplyNetwork) -> dict[str, set[str]]:
    """Materials of each end use."""
    materials = list(network.materials)
    found: dict[str, set[str]] = defaultdict(set)
    for use, node in zip(network.demands.end_use, network.demands.node, strict=True):
        found[use].add(materials[network.node_material[node]])
    return found


def of_chains(network: SupplyNetwork) -> set[str]:
    """Chain and stage of every process that is counted in one material of a mineral."""
    nodes = network.processes.reference_node.tolist()
    chain = [network.material_chain[network.node_material[v]] if v >= 0 else "" for v in nodes]
    pairs = zip(chain, network.processes.stage, strict=True)
    return {f"{chain} {stage}" for chain, stage in pairs if chain not in ("", "rare earths")}


def steps_of(rows: dict[str, list[Row]], use: str, material: str) -> list[Row]:
    return [
        row
        for row in rows["demand_steps"]
        if row["end_use"] == use
        and (row["material_group"] == "all" or material in row["material_group"].split())
    ]


def uses_and_materials(network: SupplyNetwork) -> Iterator[tuple[str, str]]:
    for use, materials in sorted(used(network).items()):
        for material in sorted(materials):
            yield use, material


def test_no_fault_in_any_table(release):
    names = [schema.name for schema in SCHEMAS]
    others = ("regions", "sources", "controls")
    tables = {name: release.table(name) for name in (*names, *others)}
    assert check_tables(tables, {name: TABLES[name] for name in tables}) == []


def test_every_row_has_reason_quality_and_confidence(rows):
    for name, table in rows.items():
        assert table, name
        for row in table:
            assert row["quality"] in ("observed", "estimated", "assumed"), (name, row)
            assert row["reference"], (name, row)
            assert row["confidence"], (name, row)
            assert row["locator"], (name, row)


@pytest.mark.parametrize("name", sorted(RANGES))
def test_central_values_lie_in_their_range(rows, name):
    low, central, high = RANGES[name]
    for row in rows[name]:
        assert row[low] <= row[central] <= row[high], row
        if row["quality"] != "observed" and row[central] > 0 and name != "control_parameters":
            assert row[low] < row[high], row


def test_every_material_has_a_price_and_no_other(rows, network):
    assert [r["material_id"] for r in rows["material_prices"] if r["price"] <= 0] == []
    assert {r["material_id"] for r in rows["material_prices"]} == set(network.materials)


def test_prices_rise_along_the_chain(rows):
    price = {row["material_id"]: row["price"] for row in rows["material_prices"]}
    for element in ("ndpr", "dy", "tb", "sm", "gd"):
        assert price[f"ox_{element}"] < price[f"met_{element}"]
    grades = [price[f"mag_ndfeb_{grade}"] for grade in ("low", "n", "h", "sh", "uh", "eh")]
    assert grades == sorted(grades)
    for chain in ("tungsten", "antimony", "cobalt", "lithium", "nickel"):
        raw = "ore" if chain in ("tungsten", "antimony") else "raw"
        assert price[f"{chain}_{raw}"] < price[f"{chain}_refined"]


def test_a_price_by_hand(rows):
    # NdPr metal: 55,000 USD/t of oxide x 1.22563439 t/t by the recipe + 2,000 USD/t.
    price = {row["material_id"]: row["price"] for row in rows["material_prices"]}
    assert price["met_ndpr"] == pytest.approx(55_000 * 1.22563439 + 2_000, rel=1e-5)
    # Alloy: 0.314720812 t/t of it + 3,000 USD/t.
    assert price["alloy_ndfeb"] == pytest.approx(0.314720812 * price["met_ndpr"] + 3_000, rel=1e-5)


def test_magnets_cost_about_what_trade_pays(rows, release):
    trade = [
        row
        for row in release.table("trade").to_pylist()
        if (row["code"], row["year"], row["exporter"]) == ("850511", 2024, "CHN")
        and row["importer"] in ("USA", "DEU")
        and row["trade_amount"]
    ]
    unit_value = 1e3 * sum(r["trade_value"] for r in trade) / sum(r["trade_amount"] for r in trade)
    price = {row["material_id"]: row for row in rows["material_prices"]}
    for grade in ("n", "h", "sh"):
        row = price[f"mag_ndfeb_{grade}"]
        assert row["low"] < unit_value < row["high"]


def test_every_stage_has_costs_and_ramps(rows, network):
    processes, materials = set(network.processes.stage), set(network.material_stage)
    world = {row["stage"] for row in rows["stage_costs"] if row["country"] == "WLD"}
    assert processes <= world
    assert world <= processes | of_chains(network)
    assert {row["stage"] for row in rows["stage_costs"]} == world
    assert {row["stage"] for row in rows["freight_costs"] if row["mode"] == "sea"} == materials
    ramps = {(row["subject"], row["stage"]) for row in rows["ramp_times"]}
    routes = {*materials, "market"}
    assert ramps == {("activity", s) for s in processes} | {("route", s) for s in routes}


def test_mining_and_refining_a_mineral_cost_less_than_it_sells_for(rows, network):
    cost = {r["stage"]: r["running_cost"] for r in rows["stage_costs"] if r["country"] == "WLD"}
    price = {row["material_id"]: row["price"] for row in rows["material_prices"]}
    for name, chain, stage in zip(
        network.materials, network.material_chain, network.material_stage, strict=True
    ):
        # Germanium raw material has no process: its origin is not published.
        if chain != "rare earths" and name != "germanium_raw":
            assert cost[f"{chain} {stage}"] < price[name], name


def test_every_end_use_has_a_sector(rows, network):
    assert {row["end_use"] for row in rows["end_use_sectors"]} == set(network.demands.end_use)


def test_steps_name_uses_and_materials_of_the_network(rows, network):
    of_use = used(network)
    for row in rows["demand_steps"]:
        if row["material_group"] != "all":
            assert set(row["material_group"].split()) <= of_use[row["end_use"]], row
        assert row["substitute_material"] in {None, *network.materials}
        assert row["substitute_material"] not in row["material_group"].split()


def test_every_use_of_a_material_can_idle_as_its_dearest_step(rows, network):
    for use, material in uses_and_materials(network):
        idle = [row for row in steps_of(rows, use, material) if row["kind"] == "idle"]
        assert len(idle) == 1, (use, material)
        assert (idle[0]["share"], idle[0]["delay_duration"]) == (1.0, 0.0)


def test_costs_rise_from_step_to_step(rows, network):
    for use, material in uses_and_materials(network):
        steps = sorted(
            steps_of(rows, use, material), key=lambda r: (STEP_KINDS.index(r["kind"]), r["cost"])
        )
        costs = [row["cost"] for row in steps]
        assert len(costs) >= 3, (use, material)
        assert all(a < b for a, b in itertools.pairwise(costs)), (use, material, costs)


def test_shares_of_a_use_leave_nothing_below_zero(rows, network):
    for use, material in uses_and_materials(network):
        shares = [r["share"] for r in steps_of(rows, use, material) if r["kind"] != "idle"]
        assert 0.0 < sum(shares) <= 1.0 + 1e-6, (use, material)


def test_substitutions_are_the_plain_reading_of_their_table(rows, release):
    # Feasible by the end of 2030, 54 months from mid-2026, after the months of deployment.
    printed = {r["substitution_id"]: r for r in release.table("substitutions").to_pylist()}
    seen = set()
    for row in rows["demand_steps"]:
        name = row["reference"].split(";")[0].removeprefix("substitutions ")
        if row["kind"] == "substitution" and name in printed:
            seen.add(name)
            assert row["share"] <= printed[name]["feasible_share_2030"]
            assert row["delay_duration"] == printed[name]["deployment_duration"]
            assert row["delay_duration"] + row["ramp_duration"] == 54
    assert seen == {f"S{n:02d}" for n in (2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)}


def test_shares_by_hand(rows):
    # UH in cars: thrift 0.05, then 0.5 of 0.95, then 0.35 of the 0.475 left.
    share = {row["step_id"]: row["share"] for row in rows["demand_steps"]}
    assert share["EV1"] == 0.05
    assert share["EV2"] == pytest.approx(0.475)
    assert share["EV3b"] == pytest.approx(0.16625)


def test_stocks_lie_at_nodes_of_the_network(rows, network):
    nodes = set(network.nodes)
    keys = [(r["holder"], r["region"], r["material_id"]) for r in rows["government_stocks"]]
    assert len(keys) == len(set(keys))
    for _, region, material in keys:
        assert f"{region}/{material}" in nodes


def test_secret_stocks_range_from_nothing_to_the_target(rows):
    japan = [row for row in rows["government_stocks"] if row["region"] == "JPN"]
    assert {row["quality"] for row in japan} == {"assumed"}
    assert {row["low"] for row in japan} == {0.0}
    # K02: 180 days of 200 t/yr of Dy and Tb oxide are 99 t.
    heavy = sum(r["high"] for r in japan if r["material_id"] in ("ox_dy", "ox_tb"))
    assert heavy == pytest.approx(99, abs=0.5)


def test_parameters_name_controls_articles_and_destinations(rows, release):
    articles = {
        (row["control_id"], row["article"]) for row in release.table("control_articles").to_pylist()
    }
    controls = {control for control, _ in articles}
    regions = {row["region"] for row in release.table("regions").to_pylist()} | {"EU"}
    for row in rows["control_parameters"]:
        assert row["control_id"] in controls
        assert row["article"] == "*" or (row["control_id"], row["article"]) in articles
        assert row["destination"] in regions


def test_parameters_fit_their_kind(rows):
    unit = {"quota_rate": "t/yr", "licence_duration": "d"}
    for row in rows["control_parameters"]:
        assert row["unit"] == unit.get(row["parameter"], "1")
        assert row["unit"] != "1" or 0.0 <= row["low"] <= row["high"] <= 1.0
        assert row["parameter"] != "growth_closed" or row["value"] in (0.0, 1.0)


def test_periods_of_a_parameter_follow_one_another(rows):
    periods = defaultdict(list)
    for row in rows["control_parameters"]:
        key = tuple(
            row[c] for c in ("control_id", "article", "parameter", "reading", "destination")
        )
        periods[key].append((row["from_date"], row["to_date"]))
    for key, spans in periods.items():
        spans.sort()
        for (start, end), (following, _) in itertools.pairwise(spans):
            assert end is not None, key
            assert start <= end < following, key


def test_the_back_test_of_april_2025_is_not_fitted(rows, release):
    approvals = [
        row
        for row in rows["control_parameters"]
        if (row["control_id"], row["parameter"]) == ("CN-2025-18", "approval_share")
    ]
    effects = release.table("control_effects").to_pylist()
    number = {row["measure"]: row["value"] for row in effects if row["value"] is not None}
    september = next(r for r in approvals if str(r["from_date"]) == "2025-09-01")
    approved = number["licence applications approved"]
    followed = number["licence applications followed by the EU Chamber"]
    assert september["value"] == pytest.approx(approved / followed, rel=1e-4)
    for row in approvals:
        assert "customs_exports" not in row["reference"]
        if row["from_date"].year == 2025:
            # No tonnage of an export stands behind a row of the months that are compared.
            assert "xports" not in row["note"], row
            assert "magnet" not in row["note"], row


def test_stakes_are_of_the_size_of_published_ones(rows, network, release):
    """All uses of rare earths idle for a year, by country, against what others reckon."""
    materials = list(network.materials)
    total: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    demands = network.demands
    for d, node in enumerate(demands.node):
        if demands.chain[d] != "rare earths":
            continue
        steps = steps_of(rows, demands.end_use[d], materials[network.node_material[node]])
        idle = next(row for row in steps if row["kind"] == "idle")
        for end in ("low_cost", "cost", "high_cost"):
            total[demands.region[d]][end] += idle[end] * demands.expected_rate[d]
    stakes = {row["stake_id"]: row["value"] for row in release.table("economic_stakes").to_pylist()}
    # E02: 7,000 billion yen for Japan if Chinese supply stops, at 155 yen a dollar.
    japan = stakes["E02"] * 1e9 / 155
    assert total["JPN"]["low_cost"] < japan < total["JPN"]["cost"]
    # E14: 274 billion dollars of output a year in the United States, about 0.3 of it value added.
    america = stakes["E14"] * 1e9 * 0.3
    assert total["USA"]["cost"] == pytest.approx(america, rel=0.25)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("thrift", "substitution", "delay")),
            st.sampled_from(("all", "a", "a b", "c")),
            st.floats(0.0, 1.0),
            st.floats(1.0, 1e6),
        ),
        max_size=8,
    )
)
def test_shares_of_any_steps_never_exceed_demand(prepare, printed):
    steps = [
        {
            "step_id": f"S{i}",
            "end_use": "u",
            "kind": kind,
            "material_group": group,
            "feasible_share": str(share),
            "cost": str(cost),
        }
        for i, (kind, group, share, cost) in enumerate(printed)
    ]
    total: dict[str, float] = defaultdict(float)
    names = []
    for row in prepare.deployed_steps(steps, {"u": ["a", "b", "c"]}):
        names.append(row["step_id"])
        group = row["material_group"]
        for material in ["a", "b", "c"] if group == "all" else group.split():
            total[material] += row["share"]
    assert len(names) == len(set(names))
    assert all(0.0 <= value <= 1.0 + 1e-5 for value in total.values())


def test_later_delivery_takes_its_printed_share_while_there_is_room(prepare):
    def step(name: str, kind: str, share: str) -> Row:
        plain = {"end_use": "u", "material_group": "all", "cost": "1"}
        return {**plain, "step_id": name, "kind": kind, "feasible_share": share}

    steps = [
        step("T", "thrift", "0.1"),
        step("D", "delay", "0.3"),
        step("S", "substitution", "0.5"),
    ]
    found = {r["step_id"]: r["share"] for r in prepare.deployed_steps(steps, {"u": ["a"]})}
    # S: 0.5 of the 0.9 that thrift leaves.
    assert found == pytest.approx({"T": 0.1, "S": 0.45, "D": 0.3})
    steps = [step("S", "substitution", "0.9"), step("D", "delay", "0.3")]
    found = {r["step_id"]: r["share"] for r in prepare.deployed_steps(steps, {"u": ["a"]})}
    assert found == pytest.approx({"S": 0.9, "D": 0.1})


def test_a_rule_that_names_no_quote_says_where(prepare):
    quotes = prepare.Quotes(oxides={}, minerals={}, patterns={}, recipes={})
    rule = {"rule": "quote", "of": "Xx oxide:1", "low": "1", "central": "1", "high": "1"}
    place = {"material_id": "ox_xx", "locator": "price_rules.csv, line 9"}
    with pytest.raises(DataError, match=r"price_rules\.csv, line 9.*Xx oxide"):
        prepare._priced({**rule, **place}, quotes, lambda _: (0.0, 0.0, 0.0))
