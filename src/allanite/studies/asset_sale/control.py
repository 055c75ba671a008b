"""Who decides on each place, before and after a sale, as intervals.

A sole owner decides; partners and the makers that one row adds up decide between nothing and
all, and count in equal parts. Firms nobody named are no holder: nobody decides on them as one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from allanite.axis import Axis, FloatArray
from allanite.catalogue.store import Release
from allanite.law.parties.index import PartyIndex
from allanite.network.supply import SupplyNetwork
from allanite.studies.asset_sale.request import MINORITY

Deciders = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Control:
    """What each holder decides on. H holders, L places.

    Attributes:
        holders: ids of groups or codes of regions.
        low, share, high: of each place [1], shape (H, L).
    """

    holders: Axis
    low: FloatArray
    share: FloatArray
    high: FloatArray

    def sold(self, holder: str, places: list[int], effect: str) -> Control:
        """After these places came to a holder; `effect` as in `SaleRequest`."""
        if effect == "stays":
            return self
        h = self.holders.position(holder)
        low, share, high = self.low.copy(), self.share.copy(), self.high.copy()
        if effect == "unknown":
            low[:, places], high[h, places] = 0.0, 1.0
        else:
            for array in (low, share, high):
                array[:, places] = 0.0
                array[h, places] = 1.0
        return replace(self, low=low, share=share, high=high)


def control_by_group(
    network: SupplyNetwork, release: Release, index: PartyIndex, on: date, also: str
) -> Control:
    """Control by groups of firms; `also` is a holder that may decide on nothing yet."""
    heads = index.heads(on)
    deciders: dict[str, list[str]] = defaultdict(list)
    for row in release.rows("site_owners"):
        if row["control"] != MINORITY:
            head = heads.get(row["party_id"], row["party_id"])
            deciders[row["site_id"]].append(head)
    unnamed = {p for p, party in index.parties.items() if party.kind == "holders"}
    return _control(
        network, {s: tuple(dict.fromkeys(d)) for s, d in deciders.items()}, unnamed, also
    )


def control_by_region(
    network: SupplyNetwork, release: Release, index: PartyIndex, also: str
) -> Control:
    """Control by regions: the controlling ones of table `sites`, else those of the owners' seats.

    A place that is no site counts for its country.
    """
    seats: dict[str, list[str]] = defaultdict(list)
    for row in release.rows("site_owners"):
        if row["control"] != MINORITY:
            seats[row["site_id"]].append(index.parties[row["party_id"]].country)
    deciders = {
        row["site_id"]: tuple((row["control_regions"] or "").split("/"))
        if row["control_regions"]
        else tuple(dict.fromkeys(filter(None, seats[row["site_id"]])))
        for row in release.rows("sites")
    }
    countries = dict(zip(network.places, network.place_country, strict=True))
    whole = {place: deciders.get(place) or (countries[place],) for place in network.places}
    return _control(network, whole, set(), also)


def _control(network: SupplyNetwork, deciders: Deciders, unnamed: set[str], also: str) -> Control:
    names = _holders(deciders.values(), unnamed, also)
    holders = Axis("holder", names)
    low, share, high = (np.zeros((len(names), len(network.places))) for _ in range(3))
    for place, who in deciders.items():
        if place not in network.places:
            continue
        column = network.places.position(place)
        for name in set(who) - unnamed:
            row = holders.position(name)
            share[row, column] = 1.0 / len(who)
            low[row, column] = float(len(who) == 1)
            high[row, column] = 1.0
    return Control(holders=holders, low=low, share=share, high=high)


def _holders(deciders: Iterable[tuple[str, ...]], unnamed: set[str], also: str) -> tuple[str, ...]:
    found = {name for who in deciders for name in who} - unnamed
    return tuple(sorted(found | ({also} if also else set())))
