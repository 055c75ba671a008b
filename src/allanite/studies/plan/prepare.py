"""From a reconciled release and a case to what a plan decides on, and what states do to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.catalogue.store import Release
from allanite.conditions.atlas import find_places, make_atlas
from allanite.conditions.case import Case
from allanite.conditions.demand_paths import demand_factors
from allanite.conditions.horizon import Horizon
from allanite.conditions.plan_case import PlanCase
from allanite.conditions.uncertainty import Outage
from allanite.network.assumptions import Assumptions, load_assumptions
from allanite.network.contract_options import ContractOptions
from allanite.network.economics import load_economics
from allanite.network.extend import extend_state
from allanite.network.lineage_rule import base_material
from allanite.network.projects import Projects, StockOptions, add_plan_links, load_projects
from allanite.network.reconcile import Baseline
from allanite.studies.plan.climate import CALM_SHARE, Climate, regime_passing
from allanite.studies.plan.existing import (
    existing_processes,
    existing_rates,
    existing_stocks,
    price_goods,
    running_costs,
)
from allanite.studies.plan.options import COMMITTED, make_menu
from allanite.studies.plan.plants import Runs
from allanite.studies.plan.pooled import PooledNetwork, pool_network
from allanite.studies.plan.rights import Rights, origin_share, trace_rights
from allanite.studies.plan.scoring import add_contracts, material_nodes
from allanite.studies.plan.uses import pool_uses
from allanite.studies.plan.world import Goods, PlanWorld, Stockroom, Terms
from allanite.studies.response.courses import licensed_materials
from allanite.studies.response.prepare import Desk, prepare_desk
from allanite.studies.response.world import Rules, World

ASSUMED: Final = "plan."
# Chains with a project or a stock that the partners may choose, and with curbs on them.
CHAINS: Final = ("rare earths", "gallium", "germanium", "antimony", "tungsten")
ORDER_YEARS: Final = 5
GROWING_STAGE: Final = "magnet"
RARE_EARTHS: Final = "rare earths"
SHELF_HOLDING: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanDesk:
    """What a planner has before it.

    Attributes:
        case: who asks; plan: its plan.
        desk: the law and the words of the release.
        projects: what can be chosen, with names.
        rights: the partners' shares.
        world: what is decided on; climate: what states do to it.
        risky: (project, status) of those whose dates are drawn.
    """

    case: Case
    plan: PlanCase
    desk: Desk
    projects: Projects
    rights: Rights
    world: PlanWorld
    climate: Climate
    risky: tuple[tuple[str, str], ...]


def prepare_plan(
    release: Release,
    baseline: Baseline,
    case: Case,
    plan: PlanCase,
    chains: Sequence[str] = CHAINS,
    contracts: ContractOptions | None = None,
) -> PlanDesk:
    """Everything a plan reads.

    Args:
        release: the data.
        baseline: the reconciled base year.
        case: partners and the issuer they watch.
        plan: budget, horizon and uncertainty.
        chains: mineral chains that are planned together.
        contracts: those that projects may be given; None for none.

    Raises:
        DataError: a table lacks a row the plan needs.
        ModelError: a project that stands nowhere in the network.
    """
    desk, projects = _with_projects(release, baseline, plan.horizon)
    whole = desk.world
    rights = trace_rights(whole.state, whole.economics.price, case.partners, case.watched)
    pooled = _pool(whole, rights, case, projects, chains, plan.horizon)
    assumed = load_assumptions(release, ASSUMED)
    terms = _terms(assumed, plan)
    menu = make_menu(
        whole.network.processes,
        _runs(whole, pooled, rights, projects, case.partners, assumed),
        projects,
        case.partners,
        plan.horizon,
        terms,
        contracts,
    )
    world = PlanWorld(
        horizon=plan.horizon,
        pooled=pooled,
        uses=pool_uses(whole, pooled, case.partners),
        plants=menu.plants,
        options=menu.options,
        goods=_goods(whole, pooled, assumed),
        stocks=_stockroom(whole, pooled, rights, case.partners, projects.stocks, plan.horizon),
        terms=terms,
        partners=case.partners,
    )
    risky = tuple(zip(projects.labels.labels, projects.status, strict=True))
    climate = _climate(release, desk, case, plan, world, rights, [name for name, _ in risky])
    world = replace(world, exposed=climate.process_loss.max(axis=0, initial=0.0) > 0)
    if contracts is not None:
        world = _with_contracts(world, contracts, climate, plan, dict(risky))
    return PlanDesk(
        case=case,
        plan=plan,
        desk=desk,
        projects=projects,
        rights=rights,
        world=world,
        climate=climate,
        risky=risky,
    )


def _with_contracts(
    world: PlanWorld,
    contracts: ContractOptions,
    climate: Climate,
    plan: PlanCase,
    status: Mapping[str, str],
) -> PlanWorld:
    nodes, unknown = material_nodes(world.pooled.nodes.labels), plan.uncertainty
    return add_contracts(
        world, contracts, nodes, climate.price_factor, unknown.price, unknown.projects, status
    )


def _goods(whole: World, pooled: PooledNetwork, assumed: Assumptions) -> Goods:
    discount = assumed.value("surplus_sale_discount")
    return price_goods(whole, pooled, discount, pooled.import_rate)


def _with_projects(release: Release, baseline: Baseline, horizon: Horizon) -> tuple[Desk, Projects]:
    """The desk of a response on the network that also holds all projects and their routes."""
    desk = prepare_desk(release, baseline, horizon, ())
    network = add_plan_links(desk.world.network, release)
    whole = World(
        state=extend_state(desk.world.state, network),
        economics=load_economics(release, network),
        holdings=desk.world.holdings,
    )
    return replace(desk, world=whole), load_projects(release, network)


def _runs(
    whole: World,
    pooled: PooledNetwork,
    rights: Rights,
    projects: Projects,
    partners: Sequence[str],
    assumed: Assumptions,
) -> Runs:
    recipe = csc_array(whole.network.processes.recipe)[:, pooled.process]
    avoidable = assumed.value("avoidable_share")
    return Runs(
        process=pooled.process,
        rate=existing_rates(whole, pooled.process),
        share=rights.process_share[pooled.process],
        cost=running_costs(whole, pooled, _contracted(projects), partners, avoidable),
        value=np.asarray(recipe.maximum(0).T @ whole.economics.price),
    )


def _contracted(projects: Projects) -> IntArray:
    """Processes of projects that are under way, positions in the whole network."""
    committed = np.isin(np.array(projects.status, dtype=object), COMMITTED)
    return projects.process[committed[projects.project_of_process]]


def _terms(assumed: Assumptions, plan: PlanCase) -> Terms:
    return Terms(
        discount_rate=plan.discount_rate,
        asset_life=assumed.value("asset_life"),
        import_headroom=assumed.value("import_headroom"),
        salvage_share=assumed.value("stock_salvage_share"),
        grade_swing=assumed.value("grade_swing"),
        payment_weight=assumed.value("payment_weight"),
    )


def _pool(
    whole: World,
    rights: Rights,
    case: Case,
    projects: Projects,
    chains: Sequence[str],
    horizon: Horizon,
) -> PooledNetwork:
    network = whole.network
    chosen = existing_processes(whole, rights, chains, horizon.start.year)
    chosen[projects.left_process] = False
    chosen[projects.process] = True
    chosen[projects.offtakes.process] = True
    demands = network.demands
    mine = np.isin(np.array(demands.region, dtype=object), case.partners)
    mine &= np.isin(np.array(demands.chain, dtype=object), list(chains))
    wanted = np.bincount(
        demands.node, weights=whole.state.demand_rate * mine, minlength=len(network.nodes)
    )
    return pool_network(whole, rights, chosen, wanted.astype(np.float64))


def _stockroom(
    whole: World,
    pooled: PooledNetwork,
    rights: Rights,
    partners: Sequence[str],
    choices: StockOptions,
    horizon: Horizon,
) -> Stockroom:
    """Shelves that exist, and behind them the stocks that can be bought for."""
    shelf = existing_stocks(whole, pooled, rights, partners)
    region = np.array(choices.region, dtype=object)
    kept = np.flatnonzero(np.isin(region, list(partners)) & (pooled.pool[choices.node] >= 0))
    node = pooled.pool[choices.node[kept]]
    old, new = len(shelf.label), kept.size
    a_year = round(1 / horizon.step)
    labels = (
        f"{choices.holder[k]}: {pooled.nodes.labels[u]}" for k, u in zip(kept, node, strict=True)
    )
    return Stockroom(
        labels=Axis("stock", (*shelf.label, *labels)),
        holder=(*shelf.holder, *(choices.holder[k] for k in kept)),
        form=(*shelf.form, *(choices.form[k] for k in kept)),
        payer=(*("",) * old, *(choices.region[k] for k in kept)),
        node=np.concatenate([shelf.node, node]),
        initial_amount=np.concatenate([shelf.amount, np.zeros(new)]),
        release_rate=np.concatenate([shelf.release_rate, np.full(new, np.inf)]),
        purchase_rate=_behind(old, choices.purchase_rate[kept]),
        market_rate=_behind(old, choices.market_rate[kept]),
        impact=_behind(old, choices.impact.value[kept]),
        holding_cost=_behind(old, choices.holding_cost_share[kept], SHELF_HOLDING),
        loss=_behind(old, choices.loss_share[kept]),
        purchase_period=np.arange(min(ORDER_YEARS, horizon.count // a_year)) * a_year,
        periods_a_year=a_year,
    )


def _behind(count: int, values: FloatArray, before: float = 0.0) -> FloatArray:
    return np.concatenate([np.full(count, before), values])


def _climate(
    release: Release,
    desk: Desk,
    case: Case,
    plan: PlanCase,
    world: PlanWorld,
    rights: Rights,
    drawn: Sequence[str],
) -> Climate:
    network, pooled, unknown = desk.world.network, world.pooled, plan.uncertainty
    rules = Rules(partners=case.partners, watched=case.watched)
    listed = set(licensed_materials(desk, rules, plan.horizon))
    goods = [
        _good(network.materials.labels, network.material_stage, pooled, u, listed)
        for u in range(len(pooled.nodes))
    ]
    imports = [goods[u] for u in pooled.import_node]
    orders = [goods[u] for u in world.stocks.node[world.stocks.bought]]
    passing = regime_passing(unknown, case.partners, imports)
    elements = _elements(desk, pooled.material)
    import_loss, process_loss = _outages(desk, world, rights, unknown.outages)
    place = {name: i for i, name in enumerate(drawn)}
    return Climate(
        passing=passing,
        order_passing=regime_passing(unknown, case.partners, orders),
        is_calm=np.asarray(passing.min(axis=1, initial=1.0) >= CALM_SHARE),
        price_factor=np.array([[s.factor(e) for e in elements] for s in unknown.price.states]),
        demand_factor=_demand(release, case, plan, world, network.material_stage),
        import_loss=import_loss,
        process_loss=process_loss,
        adapted=0.0,
        release_share=load_assumptions(release, ASSUMED).value("release_share"),
        project=np.array([place.get(name, -1) for name in world.options.projects]),
    )


def _good(
    materials: Sequence[str],
    stage: Sequence[str],
    pooled: PooledNetwork,
    node: int,
    listed: set[str],
) -> tuple[str, bool, str]:
    """Region, whether licences cover it, and stage of a pooled node."""
    m = int(pooled.material[node])
    region = pooled.nodes.labels[node].split("/")[0]
    return region, base_material(materials[m]) in listed, stage[m]


def _elements(desk: Desk, material: IntArray) -> list[tuple[str, ...]]:
    network = desk.world.network
    content = csc_array(network.element_content)
    symbols = np.array(network.elements.labels, dtype=object)
    return [
        tuple(symbols[content.indices[content.indptr[m] : content.indptr[m + 1]]].tolist())
        for m in material
    ]


def _demand(
    release: Release,
    case: Case,
    plan: PlanCase,
    world: PlanWorld,
    stage: Sequence[str],
) -> FloatArray:
    """Factors of each path, shape (F, P, D) [1].

    The outlook of rare earths is one of magnet metals: uses of other rare earths stay.
    """
    uses, goods = world.uses, world.goods
    of_node = [stage[m] for m in world.pooled.material]
    found = np.ones((len(plan.uncertainty.demand), world.horizon.count, uses.demand.size))
    for f, path in enumerate(plan.uncertainty.demand):
        by_chain = demand_factors(path, release, case.base_year, world.horizon)
        for d, u in enumerate(uses.demand_node):
            chain = goods.chain[u]
            still = chain == RARE_EARTHS and of_node[u] != GROWING_STAGE
            if chain in by_chain and not still:
                found[f, :, d] = by_chain[chain]
    return found


def _outages(
    desk: Desk, world: PlanWorld, rights: Rights, outages: Sequence[Outage]
) -> tuple[FloatArray, FloatArray]:
    """What each outage takes of imports, (E, I), and of processes, (E, N) [1]."""
    atlas = make_atlas(desk.world.network, desk.controls.words)
    network, pooled = desk.world.network, world.pooled
    imports = np.zeros((len(outages), pooled.import_node.size))
    processes = np.zeros((len(outages), pooled.process.size))
    for e, outage in enumerate(outages):
        hit = find_places(atlas, outage.place)[network.processes.place]
        if outage.stages:
            hit &= np.isin(np.array(network.processes.stage, dtype=object), outage.stages)
        lost = 1 - outage.share_left
        processes[e] = lost * hit[pooled.process]
        share = origin_share(desk.world.state, desk.world.economics.price, hit)
        imports[e] = lost * _import_share(desk.world, rights, pooled, share)
    return imports, processes


def _import_share(
    whole: World, rights: Rights, pooled: PooledNetwork, share: FloatArray
) -> FloatArray:
    """Share of each import that an origin stands behind, shape (I,) [1]."""
    routes = whole.network.routes
    crosses: BoolArray = rights.is_watched[routes.origin_node]
    crosses &= pooled.pool[routes.destination_node] >= 0
    weight = whole.state.route_rate * crosses * rights.node_share[routes.destination_node]
    node = np.where(crosses, pooled.pool[routes.destination_node], 0)
    count = len(pooled.nodes)
    total = np.bincount(node, weights=weight, minlength=count)
    behind = np.bincount(node, weights=weight * share[routes.origin_node], minlength=count)
    found = behind / np.where(total > 0, total, 1.0)
    return np.asarray(found[pooled.import_node])
