"""Data release to `Observations`: what the sources say about the rates of the base year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.catalogue.store import Release
from allanite.network.assumptions import Assumptions, load_assumptions
from allanite.network.columns import Columns
from allanite.network.draft import NetworkDraft
from allanite.network.minerals import plan_chains
from allanite.network.observations import STOCK_CHANGE, ObservationDraft, Observations
from allanite.network.observe_links import observe_links, observe_trade
from allanite.network.observe_minerals import (
    mineral_process_rows,
    observe_minerals,
    recovery_errors,
)
from allanite.network.observe_totals import SAME, observe_checks, observe_mines, observe_outlook
from allanite.network.observe_uses import observe_apparent_use, observe_uses
from allanite.network.rare_earths import (
    draft_rare_earths,
    rare_earth_markets,
    site_process_rows,
)
from allanite.network.scale import Sizes, adjusted_columns, expected_sizes
from allanite.network.supply import SupplyNetwork

Row = Mapping[str, Any]


def load_observations(release: Release, network: SupplyNetwork) -> Observations:
    """All observations of the base year, ties and weak priors included."""
    return collect_observations(release, network)[0]


def collect_observations(
    release: Release, network: SupplyNetwork
) -> tuple[Observations, list[tuple[str, str]]]:
    """The observations, and those for which the network has no column (label, kind)."""
    assumptions = load_assumptions(release)
    markets = rare_earth_markets(release)
    rows = site_process_rows(release)
    home = _market_of_place(network, markets.of)
    plans = plan_chains(release, assumptions, network.year)
    sizes = expected_sizes(network, [*rows, *mineral_process_rows(plans)], assumptions, home)
    errors = recipe_errors(release, network, assumptions, recovery_errors(plans))
    columns = adjusted_columns(network, errors, sizes)
    draft = ObservationDraft(assumptions)
    _observe_sites(draft, columns, rows, sizes)
    sites = NetworkDraft()
    draft_rare_earths(sites, release, assumptions, network.year)
    covered = observe_links(draft, columns, release, markets, sites, sizes.taken)
    observe_trade(draft, columns, release, markets, covered, sizes.made)
    observe_uses(draft, columns, release)
    observe_apparent_use(draft, columns, release)
    observe_mines(draft, columns, release, markets)
    observe_outlook(draft, columns, release, markets)
    observe_checks(draft, columns, release, markets, rows)
    covered = {**covered, **observe_minerals(draft, columns, plans)}
    _tie_recipes(draft, columns, sizes)
    upper = upper_bounds(columns, sizes, covered)
    _add_priors(draft, columns, sizes, upper, covered)
    return draft.build(columns, sizes.activity, upper), draft.skipped


def _market_of_place(network: SupplyNetwork, of: Callable[[str], str]) -> IntArray:
    places = network.places
    found = [of(country) for country in network.place_country]
    return np.array(
        [places.position(m) if m in places else i for i, m in enumerate(found)], dtype=np.int64
    )


def recipe_errors(
    release: Release,
    network: SupplyNetwork,
    assumptions: Assumptions,
    recovery: Mapping[str, float],
) -> dict[tuple[int, int], float]:
    """Relative standard error of each recipe entry that is not its reference, by (node, process).

    A printed range rules; else an ore pattern's error for what separation yields, the grade
    error for heavy metals, the general error for the rest.
    """
    width = assumptions.value("sigma.range_width")
    spread: dict[tuple[str, str], float] = {}
    feed: dict[str, str] = {}
    for row in release.rows("process_coefficients"):
        key = row["process_id"], row["material_id"]
        if row["role"] == "input":
            feed.setdefault(*key)
        if row["low"] is not None and row["high"] is not None and row["high"] > row["low"]:
            spread[key] = (row["high"] - row["low"]) / 2 / width / abs(row["coefficient"])
    processes, errors = network.processes, {}
    recipe = processes.recipe.tocoo()
    for v, n in zip(recipe.row, recipe.col, strict=True):
        if v == processes.reference_node[n] or processes.reference_node[n] < 0:
            continue
        name, material = (
            processes.recipe_name[n],
            network.materials.labels[network.node_material[v]],
        )
        made = processes.recipe[v, n] > 0
        if name in recovery:
            errors[int(v), int(n)] = recovery[name]
        elif (name, material) in spread:
            errors[int(v), int(n)] = spread[name, material]
        elif processes.stage[n] == "separation" and made:
            errors[int(v), int(n)] = assumptions.value("sigma.pattern", feed.get(name, ""))
        elif processes.stage[n] == "magnet":
            errors[int(v), int(n)] = assumptions.value("sigma.grade_content")
        else:
            errors[int(v), int(n)] = assumptions.value("sigma.coefficient")
    return errors


def _observe_sites(
    draft: ObservationDraft, columns: Columns, rows: list[Row], sizes: Sizes
) -> None:
    """The rate each site is said to have run at; plants of unknown rate get a wide one."""
    network = columns.network
    wide = draft.assumptions.value("sigma.unobserved_activity")
    for row in rows:
        label = f"{row['site_id']}:{row['process_id']}"
        n = network.processes.labels.position(label)
        expected = float(sizes.activity[n])
        if row["baseline_2024_rate"] is None:
            capacity = float(network.processes.capacity_rate[n])
            draft.add(
                f"prior {label}", "prior: rate of a plant", {n: 1.0}, expected, wide * capacity
            )
        elif expected > 0:
            draft.add(
                label, "rate of a plant", {n: 1.0}, expected, draft.error_of(row, expected), row
            )
    for n, stage in enumerate(network.processes.stage):
        if stage in ("outside", "collection") and sizes.activity[n] > 0:
            expected = float(sizes.activity[n])
            label = f"prior {network.processes.labels.labels[n]}"
            draft.add(label, "prior: supply from outside", {n: 1.0}, expected, wide * expected)


def _tie_recipes(draft: ObservationDraft, columns: Columns, sizes: Sizes) -> None:
    """Tie each adjusted flow to its recipe: flow - |coefficient| x activity = 0 +- error."""
    network, start = columns.network, columns.start("adjusted")
    for k, (v, n) in enumerate(zip(columns.adjusted_node, columns.adjusted_process, strict=True)):
        size = abs(float(columns.adjusted_coefficient[k]))
        error = float(columns.relative_error[k]) * size * float(sizes.activity[n])
        material = network.materials.labels[network.node_material[v]]
        label = f"recipe {network.processes.labels.labels[n]}: {material}"
        draft.add(label, "recipe", {start + k: 1.0, int(n): -size}, 0.0, error)


def repeats_rate(capacity: FloatArray, activity: FloatArray) -> BoolArray:
    """Whether a capacity [t/yr] is no more than the expected activity [t/yr], shape (N,)."""
    return np.asarray((activity > 0) & (activity >= capacity * (1 - SAME)))


def upper_bounds(columns: Columns, sizes: Sizes, opened: Mapping[str, float]) -> FloatArray:
    """Upper bounds of all columns; 0 closes what cannot run, flow or leave in the base year.

    A capacity that only repeats the rate said of a plant is no limit of its own: the rate has an
    error, and so has such a capacity. What is bought is not thrown away: only who makes a
    material, and the market of its region, may let it leave unused. Stocks change at markets
    only: a site's own stock would count the same slack again at every step of the chain.
    """
    network = columns.network
    through = np.maximum(sizes.made, sizes.taken)
    capacity = np.where(sizes.activity > 0, network.processes.capacity_rate, 0.0)
    capacity[repeats_rate(network.processes.capacity_rate, sizes.activity)] = np.inf
    for n, rule in enumerate(network.processes.group_rule):
        if rule == "sum" and network.processes.group[n] >= 0 and capacity[n] > 0:
            capacity[n] = np.inf
    named = np.array([label in opened for label in network.routes.labels])
    discard = network.discard_share[network.node_material]
    markets = np.array([network.place_kind[p] == "region" for p in network.node_place])
    touched = through > 0
    touched[network.routes.origin_node[named]] = True
    touched[network.routes.destination_node[named]] = True
    parts = [
        capacity,
        np.where((sizes.route > 0) | named, np.inf, 0.0),
        np.full(len(network.demands.labels), np.inf),
        np.where((discard > 0) & (sizes.made > 0), np.inf, 0.0),
        np.where(touched & markets, np.inf, 0.0),
        np.full(columns.adjusted_node.size, np.inf),
    ]
    return np.concatenate(parts)


def _add_priors(
    draft: ObservationDraft,
    columns: Columns,
    sizes: Sizes,
    upper: FloatArray,
    covered: Mapping[str, float],
) -> None:
    """Weak statements that keep the solution unique: routes, discards and stock changes."""
    network, read = columns.network, draft.assumptions
    through = np.maximum(sizes.made, sizes.taken)
    share = read.value("sigma.stock_change")
    starts = {kind: columns.start(kind) for kind in ("route", "unused", "stock_change")}
    for r, label in enumerate(network.routes.labels):
        room = float(sizes.route[r]) or float(through[network.routes.destination_node[r]])
        room = max(room, covered.get(label, 0.0))
        if upper[starts["route"] + r] > 0:
            error = read.value("sigma.unobserved_route") * room
            draft.add(f"prior {label}", "prior: route", {starts["route"] + r: 1.0}, 0.0, error)
    discard = network.discard_share[network.node_material]
    for v, label in enumerate(network.nodes):
        size = float(through[v])
        if upper[starts["unused"] + v] > 0:
            column = {starts["unused"] + v: 1.0}
            draft.add(
                f"prior unused {label}", "prior: unused", column, 0.0, float(discard[v]) * size
            )
        if upper[starts["stock_change"] + v] > 0:
            column = {starts["stock_change"] + v: 1.0}
            draft.add(f"stock change {label}", STOCK_CHANGE, column, 0.0, share * size)
