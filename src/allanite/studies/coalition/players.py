"""What each partner brings: its rights, its plants, its budget; and the world of a coalition.

Everything a coalition has is the sum of what its members bring, so that together they can do
what each could do alone. What all together have of a plant or a route is dealt out by what each
could claim alone: its plants at home whole, and elsewhere what its use of today reaches. Projects
at home are a member's own, those in third countries open by share of demand.
One network and one list of options serve all coalitions; only limits differ, so that bases of
the simplex carry over from one to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.plan_case import Budget
from allanite.errors import UsageError
from allanite.studies.plan.existing import existing_rates
from allanite.studies.plan.pooled import import_rates, pooled_swaps
from allanite.studies.plan.prepare import PlanDesk
from allanite.studies.plan.rights import trace_rights
from allanite.studies.plan.world import PlanWorld, Stockroom


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Players:
    """What each player brings. n players; sizes as in `PlanWorld`.

    Attributes:
        names: region codes.
        world: of all together.
        process_share: of each process that runs, of what all together have, shape (n, N) [1].
        rate: what all together have of each, shape (N,) [t/yr]; 1 where nothing limits it.
        import_rate: shape (n, I) [t/yr]; swap_rate: shape (n, U) [t/yr].
        owner: whose each option is to build, a region code or `both`, shape (O,).
        demand_share: of the value of all their demand, shape (n,) [1].
        process_home: region in which each process stands, shape (N,).
        budget: of each, shape (n,) [million USD].
        total, yearly: limits of all together [million USD]; inf for none.
    """

    names: tuple[str, ...]
    world: PlanWorld
    process_share: FloatArray
    rate: FloatArray
    import_rate: FloatArray
    swap_rate: FloatArray
    owner: tuple[str, ...]
    process_home: tuple[str, ...]
    demand_share: FloatArray
    budget: FloatArray
    total: float
    yearly: float


def find_players(desk: PlanDesk, budget: Budget) -> Players:
    """The partners of a plan as players.

    Args:
        desk: the plan of all together.
        budget: limits; a partner without one of its own has the total, by its share of demand.

    Raises:
        UsageError: no partner with any demand.
    """
    world, whole = desk.world, desk.desk.world
    price = whole.economics.price
    alone = [
        trace_rights(whole.state, price, (name,), desk.case.watched) for name in desk.case.partners
    ]
    claims = np.stack([r.process_share[world.pooled.process] for r in alone])
    imports = np.stack([import_rates(whole, r, world.pooled) for r in alone])
    swaps = np.stack([pooled_swaps(r, world.pooled) for r in alone])
    everyone = desk.rights.process_share[world.pooled.process]
    rate = existing_rates(whole, world.pooled.process)
    share = demand_shares(desk)
    if not share.any():
        raise UsageError(f"none of {', '.join(desk.case.partners)} has any demand in the plan")
    limits, country = dict(budget.partners), whole.network.process_country
    return Players(
        names=desk.case.partners,
        world=world,
        process_share=_dealt(claims),
        rate=np.where(np.isfinite(rate), rate * everyone, 1.0),
        import_rate=_dealt(imports) * world.goods.import_rate,
        swap_rate=_dealt(swaps) * world.pooled.swap_rate,
        owner=option_owners(desk),
        process_home=tuple(country[n] for n in world.pooled.process),
        demand_share=share,
        budget=np.array(
            [
                limits.get(n, budget.total * s)
                for n, s in zip(desk.case.partners, share, strict=True)
            ]
        ),
        total=budget.total,
        yearly=np.inf if budget.yearly is None else budget.yearly,
    )


def _dealt(claim: FloatArray) -> FloatArray:
    """Shares by claim of each player, same shape (n, k), that sum to one where anyone claims."""
    total = claim.sum(axis=0)
    return np.where(total > 0, claim / np.where(total > 0, total, 1.0), 0.0)


def demand_shares(desk: PlanDesk) -> FloatArray:
    """Share of each partner in the value of all their demand, shape (n,) [1]."""
    uses, goods = desk.world.uses, desk.world.goods
    regions = np.array(desk.desk.world.network.demands.region, dtype=object)[uses.demand]
    value = uses.demand_rate * goods.price[uses.demand_node]
    found = np.array([value[regions == name].sum() for name in desk.case.partners])
    return np.asarray(found / found.sum() if found.sum() > 0 else found)


def option_owners(desk: PlanDesk) -> tuple[str, ...]:
    """Whose each option is: of the partner at home where it stands, else of who would pay."""
    projects, options = desk.projects, desk.world.options
    country = dict(zip(projects.labels.labels, projects.country, strict=True))
    found = []
    for o, payer in enumerate(options.payer):
        home = country.get(options.projects.labels[int(options.project[o])], "")
        found.append(home if home in desk.case.partners else payer)
    return tuple(found)


def coalition_world(players: Players, members: Sequence[int]) -> PlanWorld:
    """The world of some players: all have the same columns and rows, and other limits.

    Args:
        players: all of them.
        members: positions of those who act together.
    """
    world, chosen = players.world, list(members)
    names = [players.names[i] for i in chosen]
    share = players.process_share[chosen].sum(axis=0)
    access = _access(players, chosen)
    pooled, plants = world.pooled, world.plants
    swap = players.swap_rate[chosen].sum(axis=0)
    ratio = _plant_share(players, share)
    return replace(
        world,
        pooled=replace(pooled, swap_rate=swap),
        uses=replace(world.uses, demand_rate=world.uses.demand_rate * _is_ours(world, names)),
        plants=replace(
            plants,
            size=plants.size * ratio,
            alone_rate=plants.alone_rate * _alone_share(world, share, ratio, access),
        ),
        options=replace(world.options, access=access),
        goods=replace(
            world.goods,
            import_rate=players.import_rate[chosen].sum(axis=0),
            sold=world.goods.sale_node,
            growth_rate=world.uses.demand_rate,
        ),
        stocks=_stocks(world, names),
    )


def _is_ours(world: PlanWorld, names: Sequence[str]) -> BoolArray:
    region = np.array([label.split("/")[0] for label in world.pooled.nodes.labels], dtype=object)
    return np.isin(region[world.uses.demand_node], list(names))


def _plant_share(players: Players, share: FloatArray) -> FloatArray:
    """Part of each plant that runs that members have, shape (G,) [1]: mean over its output."""
    weight = players.world.plants.weight
    whole = np.asarray(weight @ players.rate)
    ours = np.asarray(weight @ (players.rate * share))
    return np.where(whole > 0, ours / np.where(whole > 0, whole, 1.0), 0.0)


def _access(players: Players, chosen: Sequence[int]) -> FloatArray:
    """Most that members can build of each option, shape (O,) [1]."""
    names = {players.names[i] for i in chosen}
    shared = float(players.demand_share[list(chosen)].sum())
    every = set(players.names)
    return np.array(
        [1.0 if who in names else 0.0 if who in every else shared for who in players.owner],
        dtype=np.float64,
    )


def _alone_share(
    world: PlanWorld, share: FloatArray, ratio: FloatArray, access: FloatArray
) -> FloatArray:
    """Part of the own limit of processes that members have, shape (A,) [1].

    A grade of a shared plant goes with the plant and what projects add to it.
    """
    plants, options = world.plants, world.options
    alone = plants.alone
    added = options.addition.tocoo()
    most = np.zeros((plants.size.size, len(options.projects)))
    np.maximum.at(most, (added.row, options.project[added.col]), added.data)
    part = np.zeros(len(options.projects))
    np.maximum.at(part, options.project, access)
    whole = plants.size + most.sum(axis=1)
    ours = plants.size * ratio + most @ part
    of_plant = np.where(whole > 0, ours / np.where(whole > 0, whole, 1.0), 0.0)
    found = share[alone]
    weight = plants.weight.tocoo()
    plant_of = np.full(len(plants.processes), -1)
    plant_of[weight.col] = weight.row
    inside = plant_of[alone] >= 0
    found[inside] = of_plant[plant_of[alone[inside]]]
    return np.asarray(found)


def _stocks(world: PlanWorld, names: Sequence[str]) -> Stockroom:
    stocks = world.stocks
    region = np.array([world.pooled.nodes.labels[u].split("/")[0] for u in stocks.node])
    ours = np.isin(region, list(names))
    return replace(
        stocks,
        initial_amount=stocks.initial_amount * ours,
        purchase_rate=stocks.purchase_rate * ours,
        release_rate=np.where(ours, stocks.release_rate, 0.0),
        buyable=stocks.is_bought,
    )


def coalition_budget(players: Players, members: Sequence[int]) -> Budget:
    """Money of some players: the sum of theirs, within their share of the limits of all."""
    chosen = list(members)
    own = float(players.budget[chosen].sum())
    part = own / float(players.budget.sum()) if players.budget.sum() > 0 else 0.0
    total = min(own, players.total * part) if np.isfinite(players.total) else own
    yearly = players.yearly * part if np.isfinite(players.yearly) else None
    return Budget(total=total, partners=(), yearly=yearly)
