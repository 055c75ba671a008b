"""The screen of a sale: sites, shares, choke points, ownership, notices, and who depends on it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_parties import (
    SALE_CHOKE_POINTS,
    SALE_EXPOSURE,
    SALE_NOTICES,
    SALE_OWNERSHIP,
    SALE_SHARES,
    SALE_SITES,
)
from allanite.law.parties.index import PartyIndex, load_parties
from allanite.network.reconcile import Baseline
from allanite.network.supply import SupplyNetwork
from allanite.studies.asset_sale.control import Control, control_by_group, control_by_region
from allanite.studies.asset_sale.made import PLANNED, made_by_place
from allanite.studies.asset_sale.notices import notice_rows
from allanite.studies.asset_sale.ownership import ownership_rows
from allanite.studies.asset_sale.request import Buyer, SaleRequest, find_buyer, find_sites
from allanite.studies.asset_sale.shares import Change, choke_rows, share_rows
from allanite.studies.coverage import ALL_END_USES
from allanite.studies.exposure import trace_exposure
from allanite.studies.result import snapped

Row = dict[str, Any]
SMALLEST_SHARE: Final = 0.005  # of a region's use; less is left out of `sale_exposure`
RUNNING: Final = frozenset({"operating", "ramp-up"})
COMING: Final = frozenset({"construction", "permitted", "proposed"})
_SYMBOL: Final = r"(?<![A-Za-z])(?:La|Ce|Pr|Nd|Sm|Eu|Gd|Tb|Dy|Ho|Er|Tm|Yb|Lu|Y)(?![a-z])"
# Stages that stand in the tables of exposure.
TRACED: Final = ("mine", "separation", "refining", "metal", "magnet", "recycling")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sale:
    """A sale with all its words resolved."""

    request: SaleRequest
    release: Release
    baseline: Baseline
    index: PartyIndex
    buyer: Buyer
    sites: tuple[str, ...]

    @property
    def network(self) -> SupplyNetwork:
        """The supply network."""
        return self.baseline.network

    @property
    def places(self) -> list[int]:
        """Positions of the sold sites that the network knows."""
        known = [site for site in self.sites if site in self.network.places]
        return [int(i) for i in self.network.places.positions(known)]

    @property
    def wholes(self) -> list[int]:
        """Positions of places that the network knows only as the whole of which one is sold."""
        found = {self.whole_of(site) for site in self.sites} - {""}
        return [int(i) for i in self.network.places.positions(sorted(found))]

    def whole_of(self, site: str) -> str:
        """The place that counts a site which the network does not know; empty if there is none."""
        part_of = {r["site_id"]: r["part_of"] or "" for r in self.release.rows("sites")}
        while site and site not in self.network.places:
            site = part_of[site]
            if site in self.network.places:
                return site
        return ""


def screen_sale(release: Release, baseline: Baseline, request: SaleRequest) -> dict[str, pa.Table]:
    """Tables `sale_...`: what a sale changes, who stands behind it, which rules may ask.

    Args:
        release: the data; its parties, sites and rules.
        baseline: the reconciled network of the same data.
        request: what is sold to whom.

    Raises:
        UsageError: a buyer or seller that is not decided; candidates are listed.
        ModelError: an unknown site.
        DataError: stakes that add up to more than the whole.
    """
    index = load_parties(release)
    sale = Sale(
        request=request,
        release=release,
        baseline=baseline,
        index=index,
        buyer=find_buyer(request, release, index),
        sites=find_sites(request, release, index),
    )
    sites, exposure = list(_site_rows(sale)), list(_exposure_rows(sale))
    shares = list(_share_rows(sale))
    party = sale.buyer.party_id
    tables = {
        SALE_SITES: sites,
        SALE_SHARES: shares,
        SALE_CHOKE_POINTS: list(choke_rows(shares, partial(_besides, sale))),
        SALE_EXPOSURE: exposure,
        SALE_OWNERSHIP: list(ownership_rows(index, party, request.on)) if party else [],
        SALE_NOTICES: list(notice_rows(release, sites, exposure, sale.buyer, request.stake)),
    }
    return snapped({schema.name: rows_table(schema, rows) for schema, rows in tables.items()})


def _site_rows(sale: Sale) -> Iterator[Row]:
    rows = {row["site_id"]: row for row in sale.release.rows("sites")}
    owners: dict[str, list[str]] = defaultdict(list)
    for row in sale.release.rows("site_owners"):
        owners[row["site_id"]].append(sale.index.parties[row["party_id"]].name)
    for site in sale.sites:
        row, known = rows[site], site in sale.network.places
        yield {
            "site_id": site,
            **{name: row[name] for name in ("name", "country", "stage", "status")},
            "owners": "; ".join(owners[site]),
            "regions_before": row["control_regions"],
            "buyer": sale.buyer.name,
            "buyer_region": sale.buyer.region,
            "stake": sale.request.stake,
            "control": sale.request.effect,
            "is_in_network": known,
            "note": None if known else _note(sale.whole_of(site)),
        }


def _note(whole: str) -> str:
    """What a site that is no place of the network means for the shares."""
    if whole:
        return f"The network knows it as a part of {whole}: up to all of that may be sold."
    return "Not in the network: what it would change is not known."


def _share_rows(sale: Sale) -> Iterator[Row]:
    network = sale.network
    sold = np.zeros(len(network.places), dtype=np.bool_)
    sold[[*sale.places, *sale.wholes]] = True
    outside = np.array([c != sale.request.watched for c in network.place_country], dtype=np.bool_)
    running = {r["site_id"] for r in sale.release.rows("sites") if r["status"] in RUNNING}
    made = made_by_place(sale.baseline, sale.request.on.year, running)
    return share_rows(made, _changes(sale), sold, outside)


def _changes(sale: Sale) -> Sequence[Change]:
    """Control seen from the buyer's group, if it is a party, and from its region."""
    buyer, on = sale.buyer, sale.request.on
    found: list[Change] = []
    if buyer.head:
        groups = control_by_group(sale.network, sale.release, sale.index, on, buyer.head)
        after = _after(sale, groups, buyer.head)
        found.append(Change(kind="group", holder=buyer.head, before=groups, after=after))
    regions = control_by_region(sale.network, sale.release, sale.index, buyer.region)
    after = _after(sale, regions, buyer.region)
    return [*found, Change(kind="region", holder=buyer.region, before=regions, after=after)]


def _after(sale: Sale, before: Control, holder: str) -> Control:
    """Control after the sale; of a whole of which a part is sold, nothing to all passes."""
    effect = sale.request.effect
    part = "unknown" if effect == "passes" else effect
    return before.sold(holder, sale.places, effect).sold(holder, sale.wholes, part)


def _besides(sale: Sale, row: Row) -> list[str]:
    """Sites of the row's stage and scope, of others, that are in no share.

    One whose products are named counts only for elements among them.
    """
    planned = row["measure"] == PLANNED
    return [
        site["site_id"]
        for site in sale.release.rows("sites")
        if site["stage"] == row["stage"]
        and (site["status"] in RUNNING or (planned and site["status"] in COMING))
        and (row["scope"] == "world" or site["country"] != sale.request.watched)
        and site["control_regions"] != sale.buyer.region
        and site["site_id"] not in {*sale.sites, *sale.network.places}
        and not sale.whole_of(site["site_id"])
        and _may_make(site["outputs"] or "", row["element"])
    ]


def _may_make(outputs: str, element: str) -> bool:
    named = re.findall(_SYMBOL, outputs)
    return not named or element in named


def _exposure_rows(sale: Sale) -> Iterator[Row]:
    """Share of each region's use that passes through the sold sites, before any substitution."""
    sold = {sale.network.places.labels[i] for i in sale.places}
    stages = {
        stage
        for stage, place in zip(
            sale.network.processes.stage, sale.network.processes.place, strict=True
        )
        if int(place) in set(sale.places)
    } & set(TRACED)
    if not stages:
        return
    traced = trace_exposure(sale.baseline, {}, stages=sorted(stages)).table("exposure_shares")
    share: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in traced.to_pylist():
        passes = row["origin_place"] in sold and row["origin_stage"] == row["stage"]
        if passes and row["end_use"] == ALL_END_USES:
            share[row["demand_region"], row["element"], row["stage"]] += row["share"] or 0.0
    for (region, element, stage), part in sorted(share.items()):
        if part >= SMALLEST_SHARE:
            yield {"demand_region": region, "element": element, "stage": stage, "share": part}
