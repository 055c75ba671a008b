"""What is asked: sites, buyer, share; and the buyer and sites that these words mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.axis import Axis
from allanite.catalogue.store import Release
from allanite.errors import UsageError
from allanite.law.parties.index import PartyIndex

Row = Mapping[str, Any]
MINORITY: Final = "minority"
# A fifth is presumed to be significant influence: IAS 28 (2011), paragraph 5 (recalled).
INFLUENCE: Final = 0.2
MAJORITY: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRequest:
    """A sale to screen.

    Attributes:
        buyer: region code, or id, name or alias of a party.
        on: day of the sale.
        sites: ids of sites that are sold.
        seller: party that sells all sites its group decides on, besides `sites`.
        stake: share of each site that the buyer holds afterwards [1].
        watched: country whose plants do not count as outside.
    """

    buyer: str
    on: date
    sites: tuple[str, ...] = ()
    seller: str = ""
    stake: float = 1.0
    watched: str = "CHN"

    def __post_init__(self) -> None:
        if not 0 < self.stake <= 1:
            raise UsageError(f"stake {self.stake:g}: a share above 0 and at most 1, e.g. 0.51")
        if not self.sites and not self.seller:
            raise UsageError("name what is sold: --site AU_MT_WELD, or --seller LYNAS for all")

    @property
    def effect(self) -> str:
        """What becomes of control: `passes` from half, `unknown` from a fifth, or `stays`."""
        if self.stake >= MAJORITY:
            return "passes"
        return "unknown" if self.stake >= INFLUENCE else "stays"

    def parameters(self) -> dict[str, object]:
        """For the run record."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who buys.

    Attributes:
        party_id: party; empty where the buyer is any firm of a region.
        head: head of its group; empty likewise.
        region: region that decides, that of the head.
        name: for the reader.
    """

    party_id: str
    head: str
    region: str
    name: str


def find_buyer(request: SaleRequest, release: Release, index: PartyIndex) -> Buyer:
    """The buyer.

    Raises:
        UsageError: no region, and no party hit exactly; candidates are listed.
    """
    names = {row["region"]: row["name"] for row in release.rows("regions")}
    if request.buyer in names:
        name = f"a buyer of {names[request.buyer]}"
        return Buyer(party_id="", head="", region=request.buyer, name=name)
    party = index.party(request.buyer)
    head = index.heads(request.on).get(party.party_id, party.party_id)
    region = index.parties[head].country or party.country
    if not region:
        raise UsageError(f"{party.name}: the country of its seat is not known; give a region code")
    return Buyer(party_id=party.party_id, head=head, region=region, name=party.name)


def find_sites(request: SaleRequest, release: Release, index: PartyIndex) -> tuple[str, ...]:
    """Ids of the sites that are sold, in order.

    Raises:
        ModelError: an unknown site, with the nearest names.
        UsageError: an undecided seller, or one that decides on no site.
    """
    known = Axis("site", tuple(sorted(row["site_id"] for row in release.rows("sites"))))
    known.positions(request.sites)
    found = set(request.sites)
    if request.seller:
        seller = index.party(request.seller)
        group = index.group(seller.party_id, request.on)
        owned = _owned(release.rows("site_owners"), group)
        if not owned:
            raise UsageError(f"{seller.name} decides on no site of table `site_owners`")
        found |= owned
    return tuple(sorted(found))


def _owned(rows: Iterable[Row], group: frozenset[str]) -> set[str]:
    """Sites on which the group alone decides."""
    deciding: dict[str, set[str]] = {}
    for row in rows:
        if row["control"] != MINORITY:
            deciding.setdefault(row["site_id"], set()).add(row["party_id"])
    return {site for site, owners in deciding.items() if owners <= group}
