"""Shocks: what a reader supposes to happen, one frozen class each, and what it does.

Every shock has a first and a last day; a period takes it at its share of days. A place is a
site, a country or a group; a material is an id of the network. Docs:
docs/explanation/conditions.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.atlas import (
    Atlas,
    check_known,
    find_materials,
    find_places,
    nearest,
)
from allanite.conditions.effects import Conditions, make_conditions
from allanite.conditions.horizon import Horizon
from allanite.errors import UsageError
from allanite.law.dates import spoken
from allanite.network.lineage_rule import base_material

ALL_END_USES: Final = "all"
Prices = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Processes of a place that stop, or run at a share of their capacity.

    Attributes:
        place: site, country or group.
        stage, process: stage, or process of the recipe table; empty for all.
        share_left: share of the normal that is left [1].
    """

    place: str
    stage: str = ""
    process: str = ""
    first_day: date
    last_day: date
    share_left: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCut:
    """One plant without power, or with part of it.

    Attributes:
        site: the plant; share_left: share of its processes that runs [1].
    """

    site: str
    first_day: date
    last_day: date
    share_left: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Exports that an origin closes.

    Attributes:
        origin: issuer, country or site; destinations: countries or groups, empty for all.
        materials, elements, stages: which goods; an empty list asks for any.
        share_left: share of what would normally pass that passes [1].
    """

    origin: str
    destinations: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    first_day: date
    last_day: date
    share_left: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderClosure:
    """A border that closes for all goods in one direction, such as Myanmar to China.

    Attributes:
        origin, destination: countries or groups; share_left: share that still passes [1].
    """

    origin: str
    destination: str
    first_day: date
    last_day: date
    share_left: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandSurge:
    """Demand above the normal.

    Attributes:
        region: demand region; end_use: its name, `all` for every one.
        change: what is added, as share of the normal [1].
        materials: which materials; empty for all.
    """

    region: str
    change: float
    end_use: str = ALL_END_USES
    materials: tuple[str, ...] = ()
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceMove:
    """A material that gets dearer at its origin.

    The rise, as share of the price, is added to the cost of every route of the material that
    leaves the origin: buyers abroad pay it, users inside do not. Demand answers through its own
    steps. A fall is no shock to supply; what it does to a producer is a question of instruments.

    Attributes:
        material: id; change: rise as share of the price [1]; origin: empty for every origin.
    """

    material: str
    change: float
    origin: str = ""
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLock:
    """Stocks that may not be drawn, or only in part.

    Attributes:
        place: where they lie, as site, country or group; holder: empty for every holder.
        materials: empty for all; share_left: share that may still be drawn [1].
    """

    place: str
    holder: str = ""
    materials: tuple[str, ...] = ()
    first_day: date
    last_day: date
    share_left: float = 0.0


_Sharing = Outage | PowerCut | Closure | BorderClosure | StockLock
Shock = _Sharing | DemandSurge | PriceMove


def shock_conditions(
    atlas: Atlas, horizon: Horizon, shock: Shock, prices: Prices | None = None
) -> Conditions:
    """What a shock does to the network in the periods of the horizon.

    Args:
        atlas: the network and the words of a release.
        horizon: P periods.
        shock: the shock.
        prices: price by material id [USD/t]; a `PriceMove` needs it.

    Raises:
        UsageError: an unknown place, material, stage, process, region, end use or holder, with
            the nearest; nothing that the shock would hit; days before the base year or the
            wrong way round; a share out of range; a price that is not known.
    """
    if faults := shock_faults(shock, atlas.network.year):
        raise UsageError("; ".join(faults))
    return _EFFECTS[type(shock)](atlas, horizon, shock, prices or {})


def shock_faults(shock: Shock, base_year: int) -> tuple[str, ...]:
    """What is wrong with a shock's own values, apart from the names in it."""
    found = []
    if shock.last_day < shock.first_day:
        found.append(f"the shock ends {shock.last_day}, before it begins {shock.first_day}")
    if shock.first_day < date(base_year, 1, 1):
        found.append(
            f"the shock begins {shock.first_day}, before the data; begin in {base_year} or later"
        )
    share = getattr(shock, "share_left", 0.0)
    if not 0 <= share <= 1:
        found.append(f"share_left is {share:g}; it must lie between 0 and 1")
    change = getattr(shock, "change", 0.0)
    if not 0 <= change <= MAX_CHANGE:
        found.append(f"change is {change:g}; it must lie between 0 and {MAX_CHANGE:g}")
    return tuple(found)


MAX_CHANGE: Final = 100.0


def delay_shocks(shocks: Sequence[Shock], since: date, days: int) -> tuple[Shock, ...]:
    """The shocks with those that begin on a day or later begun some days later, or earlier.

    One that would begin after its end is left out.
    """
    late = timedelta(days=days)
    moved = [
        shock if shock.first_day < since else replace(shock, first_day=shock.first_day + late)
        for shock in shocks
    ]
    return tuple(s for s, old in zip(moved, shocks, strict=True) if _fits(s, old))


def _fits(moved: Shock, given: Shock) -> bool:
    """Whether a shock still has a day; one that never had one is kept, to be told as a fault."""
    return moved.first_day <= moved.last_day or given.last_day < given.first_day


def _outage(atlas: Atlas, horizon: Horizon, shock: Outage, _: Prices) -> Conditions:
    processes = atlas.network.processes
    check_known("stage", [shock.stage] if shock.stage else [], processes.stage)
    check_known("process", [shock.process] if shock.process else [], processes.recipe_name)
    hit = find_places(atlas, shock.place)[processes.place]
    if shock.stage:
        hit &= np.array([stage == shock.stage for stage in processes.stage])
    if shock.process:
        hit &= np.array([name == shock.process for name in processes.recipe_name])
    parts = " ".join(word for word in (shock.stage, shock.process) if word)
    _must_hit(hit, f"process at {shock.place}" + (f" ({parts})" if parts else ""))
    what = f"Outage of {parts + ' at ' if parts else ''}{shock.place}"
    return _lowered(atlas, horizon, shock, "process_availability", hit, what)


def _power_cut(atlas: Atlas, horizon: Horizon, shock: PowerCut, _: Prices) -> Conditions:
    network = atlas.network
    sites = [
        label
        for label, kind in zip(network.places, network.place_kind, strict=True)
        if kind == "site"
    ]
    check_known("site", [shock.site], sites)
    hit = network.processes.place == network.places.position(shock.site)
    _must_hit(hit, f"process at {shock.site}")
    what = f"Power cut at {shock.site}"
    return _lowered(atlas, horizon, shock, "process_availability", hit, what)


def _closure(atlas: Atlas, horizon: Horizon, shock: Closure, _: Prices) -> Conditions:
    goods = find_materials(atlas, shock.materials, shock.elements, shock.stages)
    hit = _leaving(atlas, shock.origin, shock.destinations) & goods[atlas.route_material]
    named = ", ".join((*shock.materials, *shock.elements, *shock.stages)) or "all goods"
    where = ", ".join(shock.destinations) or "all others"
    _must_hit(hit, f"route from {shock.origin} to {where} with {named}")
    what = f"Closure from {shock.origin} to {where} for {named}"
    return _lowered(atlas, horizon, shock, "route_availability", hit, what)


def _border(atlas: Atlas, horizon: Horizon, shock: BorderClosure, _: Prices) -> Conditions:
    hit = _leaving(atlas, shock.origin, (shock.destination,))
    _must_hit(hit, f"route from {shock.origin} to {shock.destination}")
    what = f"Border closed from {shock.origin} to {shock.destination}"
    return _lowered(atlas, horizon, shock, "route_availability", hit, what)


def _surge(atlas: Atlas, horizon: Horizon, shock: DemandSurge, _: Prices) -> Conditions:
    demands = atlas.network.demands
    region = _demand_region(atlas, shock.region)
    hit = np.array([found == region for found in demands.region], dtype=bool)
    if shock.end_use != ALL_END_USES:
        check_known("end use", [shock.end_use], (ALL_END_USES, *demands.end_use))
        hit &= np.array([use == shock.end_use for use in demands.end_use], dtype=bool)
    goods = find_materials(atlas, shock.materials, (), ())
    hit &= goods[atlas.network.node_material[demands.node]]
    _must_hit(hit, f"demand of {shock.region} for {shock.end_use}")
    uses = "all end uses" if shock.end_use == ALL_END_USES else shock.end_use
    what = f"Demand of {region} for {uses} {shock.change:+.0%}"
    return _raised(atlas, horizon, shock, "demand_change", np.where(hit, shock.change, 0.0), what)


def _price(atlas: Atlas, horizon: Horizon, shock: PriceMove, prices: Prices) -> Conditions:
    goods = find_materials(atlas, (shock.material,), (), ())
    hit = atlas.crossing & goods[atlas.route_material]
    if shock.origin:
        hit &= _leaving(atlas, shock.origin, ())
    origin = shock.origin or "every origin"
    _must_hit(hit, f"route of {shock.material} from {origin}")
    price = prices.get(base_material(shock.material))
    if price is None:
        raise UsageError(f"no price of {shock.material!r}; {nearest(shock.material, prices)}")
    cost = np.where(hit, shock.change * price, 0.0)
    what = f"Price of {shock.material} from {origin} {shock.change:+.0%} on {price:,.0f} USD/t"
    return _raised(atlas, horizon, shock, "route_cost_added", cost, what)


def _lock(atlas: Atlas, horizon: Horizon, shock: StockLock, _: Prices) -> Conditions:
    network, stocks = atlas.network, atlas.network.stocks
    check_known("holder", [shock.holder] if shock.holder else [], stocks.holder)
    hit = find_places(atlas, shock.place)[network.node_place[stocks.node]]
    if shock.holder:
        hit &= np.array([holder == shock.holder for holder in stocks.holder], dtype=bool)
    goods = find_materials(atlas, shock.materials, (), ())
    hit &= goods[network.node_material[stocks.node]]
    _must_hit(hit, f"stock of {shock.holder or 'anyone'} in {shock.place}")
    what = f"Stocks of {shock.holder or 'every holder'} in {shock.place} locked"
    return _lowered(atlas, horizon, shock, "stock_availability", hit, what)


_EFFECTS: Final[Mapping[type, Callable[[Atlas, Horizon, Any, Prices], Conditions]]] = {
    Outage: _outage,
    PowerCut: _power_cut,
    Closure: _closure,
    BorderClosure: _border,
    DemandSurge: _surge,
    PriceMove: _price,
    StockLock: _lock,
}


def _leaving(atlas: Atlas, origin: str, destinations: tuple[str, ...]) -> BoolArray:
    """Routes that leave the origin, to any of the destinations, shape (R,)."""
    at_origin = find_places(atlas, origin)
    found = at_origin[atlas.route_origin] & ~at_origin[atlas.route_destination]
    if destinations:
        there = np.any([find_places(atlas, name) for name in destinations], axis=0)
        found &= there[atlas.route_destination]
    return np.asarray(found)


def _demand_region(atlas: Atlas, text: str) -> str:
    regions = sorted(set(atlas.network.demands.region))
    territory = atlas.words.territories.get(" ".join(text.casefold().split()))
    code = text if territory is None else territory.code
    if code not in regions:
        raise UsageError(f"no demand region {text!r}; regions: {', '.join(regions)}")
    return code


def _must_hit(hit: BoolArray, what: str) -> None:
    if not hit.any():
        raise UsageError(f"the network has no {what}; the shock would hit nothing")


def _shares(horizon: Horizon, shock: Shock) -> FloatArray:
    """Share of each period's days in the shock, shape (P,) [1]."""
    days = shock.first_day, shock.last_day
    return np.array([horizon.share_of_period(p, *days) for p in range(horizon.count)])


def _lowered(
    atlas: Atlas, horizon: Horizon, shock: _Sharing, name: str, hit: BoolArray, what: str
) -> Conditions:
    """Conditions with shares of the normal lowered to `share_left` where the shock hits."""
    lost = np.outer(_shares(horizon, shock), hit) * (1 - shock.share_left)
    text = f"{what} to {shock.share_left:.0%} of the normal"
    return _made(atlas, horizon, shock, name, 1 - lost, text)


def _raised(
    atlas: Atlas, horizon: Horizon, shock: Shock, name: str, added: FloatArray, what: str
) -> Conditions:
    return _made(atlas, horizon, shock, name, np.outer(_shares(horizon, shock), added), what)


def _made(
    atlas: Atlas, horizon: Horizon, shock: Shock, name: str, array: FloatArray, text: str
) -> Conditions:
    outside = "" if _shares(horizon, shock).any() else "; outside these periods, without effect"
    days = f"from {spoken(shock.first_day)} to {spoken(shock.last_day)}"
    note = f"{text}, {days}{outside}."
    return make_conditions(atlas.network, horizon, notes=[note], **{name: array})
