"""Regional markets and what joins them: sites to their market, markets to markets.

A country outside the demand regions has a market of its own where it has sites; all others
share the market of their demand region. Two markets are joined for a material where one
makes it, the other takes it, and trade statistics of the base year show a flow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import REST_OF_WORLD
from allanite.network.draft import NetworkDraft, PlaceDraft, ProcessDraft

NOMENCLATURES = ("HS17", "HS92")


@dataclass(frozen=True, slots=True)
class Markets:
    """Which market a country belongs to.

    Attributes:
        demand_region: demand region of each region code.
        own: countries outside the demand regions that have a market of their own.
        names: names of regions.
    """

    demand_region: Mapping[str, str]
    own: frozenset[str]
    names: Mapping[str, str]

    def of(self, region: str) -> str:
        """The market of a country or aggregate."""
        return region if region in self.own else self.demand_region.get(region, region)

    def inside(self, region: str) -> frozenset[str]:
        """The markets a region stands for: itself, and for an aggregate the countries in it."""
        members = {own for own in self.own if self.demand_region.get(own) == region}
        return frozenset({self.of(region), *members})


@dataclass(frozen=True, slots=True)
class TradeFlow:
    """Trade in one code between two markets [thousand USD] and [t]; NaN mass is not known."""

    value: float
    mass: float


Trade = Mapping[tuple[str, str, str], TradeFlow]


def load_markets(release: Release, countries: Iterable[str], rest: str = REST_OF_WORLD) -> Markets:
    """Markets for networks with sites in `countries`."""
    rows = release.rows("regions")
    demand_region = {r["region"]: r["demand_region"] or r["region"] for r in rows}
    own = frozenset(c for c in countries if demand_region.get(c) == rest and c != rest)
    return Markets(demand_region, own, {r["region"]: r["name"] for r in rows})


def load_trade(release: Release, markets: Markets, codes: Iterable[str], year: int) -> Trade:
    """Trade between different markets by (code, origin, destination).

    Each code is read in the newest nomenclature that has it. Mass that is missing on part of
    the value is filled at the mean unit value of the rest.
    """
    table = release.table("trade")
    wanted = pc.and_(pc.equal(table["year"], year), pc.is_in(table["code"], pc_array(codes)))
    rows = table.filter(wanted).to_pylist()
    newest: dict[str, str] = {}
    for row in rows:
        if row["nomenclature"] in NOMENCLATURES:
            newest[row["code"]] = min(
                newest.get(row["code"], row["nomenclature"]),
                row["nomenclature"],
                key=NOMENCLATURES.index,
            )
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in rows:
        ends = markets.of(row["exporter"]), markets.of(row["importer"])
        if newest.get(row["code"]) == row["nomenclature"] and ends[0] != ends[1]:
            total = sums[row["code"], *ends]
            total[0] += row["trade_value"]
            if row["trade_amount"] is not None:
                total[1] += row["trade_value"]
                total[2] += row["trade_amount"]
    return {
        key: TradeFlow(value, mass * value / weighed if weighed > 0 else np.nan)
        for key, (value, weighed, mass) in sums.items()
    }


def pc_array(values: Iterable[str]) -> object:
    """An Arrow array of distinct texts."""
    import pyarrow as pa

    return pa.array(sorted(set(values)), pa.string())


def add_market(draft: NetworkDraft, region: str, markets: Markets) -> str:
    """The market place of a region, made where it is new."""
    label = markets.of(region)
    name = markets.names.get(label, label)
    draft.places.setdefault(
        label, PlaceDraft(name=f"{name} (market)", country=label, kind="region")
    )
    return label


def connect_sites(draft: NetworkDraft, chain: str, markets: Markets) -> None:
    """Join each site of a chain with its market, inwards or outwards.

    A material a site both makes and takes travels the way of its balance at full capacity.
    """
    net: dict[tuple[str, str], float] = defaultdict(float)
    for process in draft.processes.values():
        if draft.places[process.place].kind == "site":
            size = process.capacity_rate if np.isfinite(process.capacity_rate) else 1.0
            for material, coefficient in process.recipe.items():
                net[process.place, material] += coefficient * max(size, 1.0)
    for (place, material), balance in net.items():
        if draft.materials[material].chain == chain:
            market = add_market(draft, draft.places[place].country, markets)
            ends = (place, material), (market, material)
            draft.node(*ends[1])
            draft.add_route(*(ends if balance >= 0 else ends[::-1]), "market")


def markets_by_material(
    draft: NetworkDraft, markets: Markets, year: int
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Markets that make, and markets that take, each material in `year`."""
    makers: dict[str, set[str]] = defaultdict(set)
    takers: dict[str, set[str]] = defaultdict(set)
    for process in draft.processes.values():
        if process.available_from <= year:
            market = markets.of(draft.places[process.place].country)
            for material, coefficient in process.recipe.items():
                (makers if coefficient > 0 else takers)[material].add(market)
    for demand in draft.demands.values():
        takers[demand.material].add(markets.of(demand.region))
    return makers, takers


def connect_markets(
    draft: NetworkDraft, chain: str, markets: Markets, trade: Trade, share: float, year: int
) -> None:
    """Join markets of a chain where trade of the base year shows at least `share` of imports.

    Between two makers only in the direction of net trade in the code: goods that go out and
    come back finished would else count twice. A link in the other direction stands on its own,
    and where a link already carries the material from one market into another, it is the flow.
    """
    linked = {
        (material, markets.of(draft.places[start].country), markets.of(draft.places[end].country))
        for ((start, material), (end, _)), kind in draft.routes.items()
        if kind == "link"
    }
    imports: dict[tuple[str, str], float] = defaultdict(float)
    for (code, _, destination), flow in trade.items():
        imports[code, destination] += flow.value
    makers, takers = markets_by_material(draft, markets, year)
    for material, row in draft.materials.items():
        if row.chain != chain:
            continue
        for origin in sorted(makers[material]):
            for destination in sorted(takers[material] - {origin}):
                both = destination in makers[material]
                if (material, origin, destination) not in linked and any(
                    _joins(
                        trade, (code, origin, destination), share * imports[code, destination], both
                    )
                    for code in row.codes
                ):
                    draft.add_route((origin, material), (destination, material), "trade")
            region = markets.demand_region.get(origin, origin)
            if region != origin and region in takers[material]:
                draft.add_route((origin, material), (region, material), "market")


def _joins(trade: Trade, key: tuple[str, str, str], least: float, both_make: bool) -> bool:
    code, origin, destination = key
    there, back = trade.get(key), trade.get((code, destination, origin))
    against = back.value if back is not None and both_make else 0.0
    return there is not None and there.value >= least and there.value > against


def add_outside_supply(draft: NetworkDraft, chain: str, markets: Markets, year: int) -> list[str]:
    """Give materials that some process takes and none makes a source; returns their ids.

    Scrap is collected at the market that takes it; anything else is bought from outside the
    network. Both show in the audit.
    """
    makers, takers = markets_by_material(draft, markets, year)
    missing = [m for m in draft.materials if takers[m] and not makers[m]]
    for material in missing:
        if draft.materials[material].chain == chain:
            scrap = draft.materials[material].stage == "scrap"
            for market in sorted(takers[material]):
                add_market(draft, market, markets)
                draft.add_process(
                    ProcessDraft(
                        place=market,
                        name=f"{'collect' if scrap else 'buy'}_{material}",
                        stage="collection" if scrap else "outside",
                        recipe={material: 1.0},
                        reference=material,
                    )
                )
    return missing
