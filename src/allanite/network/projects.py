"""What a plan may choose, as frozen arrays: projects, permits, stocks, offtake.

Projects stand in the network already, at zero rate in the base year, or are added to it by
`add_plan_links` together with the routes they need. `load_projects` reads all by position
in that larger network. Durations become years here, money stays in million USD.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.catalogue.store import Release
from allanite.errors import ModelError
from allanite.network.draft import PlaceDraft, ProcessDraft
from allanite.network.extend import Additions, extend_network
from allanite.network.markets import Markets
from allanite.network.rare_earths import rare_earth_markets
from allanite.network.supply import SupplyNetwork

Row = Mapping[str, Any]
MONTHS_PER_YEAR: Final = 12.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranged:
    """A number with its range, shapes (n,).

    Attributes:
        value, low, high: central value and ends, in the unit of the field that holds it.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PermitVariants:
    """Ways to shorten permits. W variants.

    Attributes:
        project: position of the project, shape (W,).
        name, programme: shape (W,).
        saved_duration: off the permit duration [yr].
        cost: [million USD].
    """

    project: IntArray
    name: tuple[str, ...]
    programme: tuple[str, ...]
    saved_duration: Ranged
    cost: Ranged


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StockOptions:
    """Stocks that may be built. K options.

    Attributes:
        labels: option ids.
        holder, region, form: shape (K,).
        node: where it lies, position in the network, shape (K,).
        purchase_rate: most that is bought, shape (K,) [t/yr].
        market_rate: trade outside the watched country, shape (K,) [t/yr].
        impact: relative price rise over share of the market bought [1].
        holding_cost_share, loss_share: in a year, of value and of amount, shape (K,) [1].
    """

    labels: Axis
    holder: tuple[str, ...]
    region: tuple[str, ...]
    form: tuple[str, ...]
    node: IntArray
    purchase_rate: FloatArray
    market_rate: FloatArray
    impact: Ranged
    holding_cost_share: FloatArray
    loss_share: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfftakeOptions:
    """Output of running plants that may be contracted. F options.

    Attributes:
        labels: option ids.
        region: partner, shape (F,).
        process: position in the network, shape (F,).
        today_share, share: of the capacity, held today and most on top, shape (F,) [1].
        fee_share: yearly fee, of the value contracted [1].
    """

    labels: Axis
    region: tuple[str, ...]
    process: IntArray
    today_share: FloatArray
    share: FloatArray
    fee_share: Ranged


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Projects:
    """All that a plan may choose. J projects, Q processes of projects, L routes of the plan.

    Attributes:
        labels: project ids.
        name, country, status, payer: shape (J,); payer is a region code or `both`.
        quality: how the row is known, shape (J,).
        capex: [million USD]; spent_share: part of it that is spent, shape (J,) [1].
        public_support: committed, shape (J,) [million USD].
        permit_duration, build_duration: left from January 2027 [yr].
        ramp_duration: first product to nameplate, shape (J,) [yr].
        first_year: as printed, shape (J,).
        lumpy: built whole or not at all, shape (J,).
        project_of_process: shape (Q,).
        process: position in the network, shape (Q,).
        capacity_rate: what the project adds, shape (Q,) [t/yr of reference output].
        partner_share: part of the output that partners can contract, shape (Q,) [1].
        permits, stocks, offtakes: the other choices.
        plan_route: position of each route of table `plan_links` in the network, shape (L,).
        plan_route_year: first year of it, shape (L,).
        left_process: processes of the network that start after its base year plus one and
            belong to no project: left out, or not for partners to decide.
    """

    labels: Axis
    name: tuple[str, ...]
    country: tuple[str, ...]
    status: tuple[str, ...]
    payer: tuple[str, ...]
    quality: tuple[str, ...]
    capex: Ranged
    spent_share: FloatArray
    public_support: FloatArray
    permit_duration: Ranged
    build_duration: Ranged
    ramp_duration: FloatArray
    first_year: IntArray
    lumpy: BoolArray
    project_of_process: IntArray
    process: IntArray
    capacity_rate: FloatArray
    partner_share: FloatArray
    permits: PermitVariants
    stocks: StockOptions
    offtakes: OfftakeOptions
    plan_route: IntArray
    plan_route_year: IntArray
    left_process: IntArray


def add_plan_links(network: SupplyNetwork, release: Release) -> SupplyNetwork:
    """The network with the processes and routes that only the plan has, behind its own.

    Args:
        network: the base year's, as `load_network` or a baseline gives it, before lineage.
        release: the data release.

    Raises:
        ModelError: a row that names a place, material or process nobody knows.
    """
    added = Additions()
    sites = {row["site_id"]: row for row in release.rows("sites")}
    _add_processes(added, network, release, sites)
    for row in release.rows("plan_links"):
        ends = (row["from_place"], row["material_id"]), (row["to_place"], row["material_id"])
        at_site = row["from_place"] in sites or row["to_place"] in sites
        added.routes[ends] = "link" if at_site else "trade"
    return extend_network(network, added)


def _add_processes(
    added: Additions, network: SupplyNetwork, release: Release, sites: Mapping[str, Row]
) -> None:
    """Add what the network lacks, and the plants that its own processes of projects share."""
    labels, recipes = network.processes.labels, _table_recipes(release)
    first = {row["project_id"]: row["first_year"] for row in release.rows("projects")}
    markets = rare_earth_markets(release)
    for row in release.rows("project_processes"):
        group = (row["capacity_group"] or "", row["group_rule"] or "separate")
        label, name, place = process_label(row), row["process_id"], row["place"]
        if row["in_network"]:
            if group[0] and network.processes.group[labels.position(label)] < 0:
                added.groups[label] = group
            continue
        if place not in network.places:
            added.places[place] = _place(sites, place)
        recipe = recipes[name] if name in recipes else _network_recipe(network, name)
        draft = _process(row, recipe, first[row["project_id"]], group)
        added.processes[label] = draft
        _join_market(added, network, draft, markets)


def process_label(row: Row) -> str:
    """Label in the network of a row of `project_processes`."""
    label = f"{row['place']}:{row['process_id']}"
    return label if row["in_network"] else f"{label} ({row['project_id']})"


def _place(sites: Mapping[str, Row], place: str) -> PlaceDraft:
    if place not in sites:
        raise ModelError(f"place {place!r} of table project_processes is no site and no market")
    return PlaceDraft(name=sites[place]["name"], country=sites[place]["country"], kind="site")


@dataclass(frozen=True, slots=True)
class _Recipe:
    """Stage, reference material and coefficients [t per t of reference] of a process."""

    stage: str
    reference: str | None
    coefficients: Mapping[str, float]


def _table_recipes(release: Release) -> dict[str, _Recipe]:
    coefficients: dict[str, dict[str, float]] = {}
    for row in release.rows("process_coefficients"):
        coefficients.setdefault(row["process_id"], {})[row["material_id"]] = row["coefficient"]
    return {
        row["process_id"]: _Recipe(
            row["stage"], row["reference_material"], coefficients[row["process_id"]]
        )
        for row in release.rows("processes")
        if row["process_id"] in coefficients
    }


def _network_recipe(network: SupplyNetwork, name: str) -> _Recipe:
    """The recipe a network runs under a name that no table has, such as `gallium mine`."""
    processes, of = network.processes, network.material_of_node
    if name not in processes.recipe_name:
        raise ModelError(f"process {name!r} of table project_processes has no recipe")
    n = processes.recipe_name.index(name)
    part = slice(processes.recipe.indptr[n], processes.recipe.indptr[n + 1])
    entries = zip(processes.recipe.indices[part], processes.recipe.data[part], strict=True)
    reference = int(processes.reference_node[n])
    return _Recipe(
        processes.stage[n],
        of(reference) if reference >= 0 else None,
        {of(int(node)): float(value) for node, value in entries},
    )


def _process(row: Row, recipe: _Recipe, year: int, group: tuple[str, str]) -> ProcessDraft:
    return ProcessDraft(
        place=row["place"],
        name=row["process_id"],
        stage=recipe.stage,
        recipe=recipe.coefficients,
        reference=recipe.reference,
        capacity_rate=row["capacity_rate"],
        available_from=year,
        group=group[0],
        group_rule=group[1],
    )


def _join_market(
    added: Additions, network: SupplyNetwork, process: ProcessDraft, markets: Markets
) -> None:
    """Join a process at a site with its market, unless a route joins the two already."""
    place = process.place
    if place in added.places:
        country = added.places[place].country
    else:
        position = network.places.position(place)
        if network.place_kind[position] == "region":
            return
        country = network.place_country[position]
    market = markets.of(country)
    for material, coefficient in process.recipe.items():
        here, there = (place, material), (market, material)
        both = (f"{a} > {b}: {material}" for a, b in ((place, market), (market, place)))
        known = any(label in network.routes.labels for label in both)
        if not known and (there, here) not in added.routes and (here, there) not in added.routes:
            added.routes[(here, there) if coefficient > 0 else (there, here)] = "market"


def load_projects(release: Release, network: SupplyNetwork) -> Projects:
    """What a plan may choose, by position in a network that `add_plan_links` made.

    Raises:
        ModelError: a process, node or route that the network lacks.
    """
    rows, parts = release.rows("projects"), release.rows("project_processes")
    links = release.rows("plan_links")
    labels = Axis("project", _texts(rows, "project_id"))
    return Projects(
        labels=labels,
        name=_texts(rows, "name"),
        country=_texts(rows, "country"),
        status=_texts(rows, "status"),
        payer=_texts(rows, "payer"),
        quality=_texts(rows, "quality"),
        capex=ranged(rows, "capex"),
        spent_share=_numbers(rows, "spent_share"),
        public_support=_numbers(rows, "public_support"),
        permit_duration=ranged(rows, "permit_duration", MONTHS_PER_YEAR),
        build_duration=ranged(rows, "build_duration", MONTHS_PER_YEAR),
        ramp_duration=_numbers(rows, "ramp_duration", MONTHS_PER_YEAR),
        first_year=_years(rows, "first_year"),
        lumpy=np.array([row["lumpy"] for row in rows], dtype=bool),
        project_of_process=labels.positions(row["project_id"] for row in parts),
        process=network.processes.labels.positions(process_label(row) for row in parts),
        capacity_rate=_numbers(parts, "capacity_rate"),
        partner_share=_numbers(parts, "partner_share"),
        permits=_permits(release.rows("permit_variants"), labels),
        stocks=_stocks(release.rows("stock_options"), network),
        offtakes=_offtakes(release.rows("offtake_options"), network),
        plan_route=_plan_routes(network, links),
        plan_route_year=_years(links, "from_year"),
        left_process=_left_processes(network, parts),
    )


def _plan_routes(network: SupplyNetwork, links: Sequence[Row]) -> IntArray:
    labels = (f"{r['from_place']} > {r['to_place']}: {r['material_id']}" for r in links)
    return network.routes.labels.positions(labels)


def _left_processes(network: SupplyNetwork, parts: Sequence[Row]) -> IntArray:
    """Positions of processes that start after the next year and stand in no row of `parts`."""
    later = network.processes.available_from > network.year + 1
    later[network.processes.labels.positions(process_label(row) for row in parts)] = False
    return np.flatnonzero(later)


def _permits(rows: Sequence[Row], projects: Axis) -> PermitVariants:
    return PermitVariants(
        project=projects.positions(row["project_id"] for row in rows),
        name=_texts(rows, "variant"),
        programme=_texts(rows, "programme"),
        saved_duration=ranged(rows, "months_saved", MONTHS_PER_YEAR),
        cost=ranged(rows, "cost"),
    )


def _stocks(rows: Sequence[Row], network: SupplyNetwork) -> StockOptions:
    return StockOptions(
        labels=Axis("stock option", _texts(rows, "option_id")),
        holder=_texts(rows, "holder"),
        region=_texts(rows, "region"),
        form=_texts(rows, "form"),
        node=network.nodes.positions(f"{row['region']}/{row['material_id']}" for row in rows),
        purchase_rate=_numbers(rows, "purchase_rate"),
        market_rate=_numbers(rows, "market_rate"),
        impact=ranged(rows, "impact"),
        holding_cost_share=_numbers(rows, "holding_cost_share"),
        loss_share=_numbers(rows, "loss_share"),
    )


def _offtakes(rows: Sequence[Row], network: SupplyNetwork) -> OfftakeOptions:
    return OfftakeOptions(
        labels=Axis("offtake option", _texts(rows, "option_id")),
        region=_texts(rows, "region"),
        process=network.processes.labels.positions(
            f"{row['place']}:{row['process_id']}" for row in rows
        ),
        today_share=_numbers(rows, "today_share"),
        share=_numbers(rows, "share"),
        fee_share=ranged(rows, "fee_share"),
    )


def _texts(rows: Sequence[Row], name: str) -> tuple[str, ...]:
    return tuple(row[name] for row in rows)


def _years(rows: Sequence[Row], name: str) -> IntArray:
    return np.array([row[name] for row in rows], dtype=np.int64)


def _numbers(rows: Sequence[Row], name: str, divisor: float = 1.0) -> FloatArray:
    numbers = np.array([row[name] for row in rows], dtype=np.float64) / divisor
    numbers.setflags(write=False)
    return numbers


def ranged(rows: Sequence[Row], name: str, divisor: float = 1.0) -> Ranged:
    """Column `name` of rows with its columns `low_...` and `high_...`, over a divisor."""
    return Ranged(
        value=_numbers(rows, name, divisor),
        low=_numbers(rows, f"low_{name}", divisor),
        high=_numbers(rows, f"high_{name}", divisor),
    )
