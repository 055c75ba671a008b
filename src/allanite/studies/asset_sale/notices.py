"""Which rules may ask for notice or review of a sale; a rule nobody read is never `false`.

Two are in the release: Japan's law on foreign exchange and trade, and the provision on asset
sales of the framework between the United States and Japan. For every other country the row says
that none was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.studies.asset_sale.made import MINE, SURPLUS
from allanite.studies.asset_sale.request import Buyer

Row = Mapping[str, Any]
Rows = Iterator[dict[str, Any]]
FEFA: Final = "JP-FEFA"
FRAMEWORK, ASSET_SALES = "US-JP-FW-2025", "P10"
JAPAN: Final = "JPN"
PARTNERS: Final = frozenset({"USA", JAPAN})
DEPENDENCE: Final = 0.05  # share of a partner's use from which a sale elsewhere concerns it
NOTICE_STAKE: Final = 0.01  # of a listed firm, rule JP-FEFA; of an unlisted one any share


def notice_rows(
    release: Release,
    sites: Sequence[Row],
    exposure: Iterable[Row],
    buyer: Buyer,
    stake: float,
) -> Rows:
    """Rows of `sale_notices` for each site.

    Args:
        release: its rules, provisions and events of sites.
        sites: rows of `sale_sites`.
        exposure: rows of `sale_exposure`.
        buyer: who buys.
        stake: share that is sold.
    """
    rule = _first(release.rows("product_rules"), rule_id=FEFA)
    provision = _first(release.rows("provisions"), agreement_id=FRAMEWORK, provision_id=ASSET_SALES)
    names = {row["region"]: row["name"] for row in release.rows("regions")}
    drawn = _most_drawn(exposure, names)
    orders = _orders(release)
    for site in sites:
        homes = {site["country"], *(site["regions_before"] or "").split("/")} - {""}
        if rule is not None:
            yield _fefa(rule, site, homes, buyer, stake)
        if provision is not None:
            yield _framework(provision, site, homes, buyer, drawn, names)
        yield from _others(site, homes, buyer, orders, names)


def _fefa(rule: Row, site: Row, homes: set[str], buyer: Buyer, stake: float) -> dict[str, Any]:
    asks, why = "unknown", ""
    if JAPAN not in homes:
        asks, why = "false", "No Japanese firm and no site in Japan is sold."
    elif buyer.region == JAPAN:
        asks, why = "false", "The buyer is Japanese."
    elif site["stage"] != MINE:
        why = (
            "The rule as read covers mining, survey ships, mining machines and analysis for 34 "
            "rare metals; whether it covers this stage was not read."
        )
    elif stake >= NOTICE_STAKE:
        asks, why = "true", "A foreign buyer takes 1 % or more of a firm that mines."
    else:
        why = "Below 1 %: asked for only of a firm that no exchange lists, which is not known."
    return {
        "rule_id": FEFA,
        "site_id": site["site_id"],
        "law": rule["law"],
        "asks": asks,
        "verdict": rule["verdict"],
        "why": why,
        "url": rule["url"],
    }


def _framework(
    provision: Row,
    site: Row,
    homes: set[str],
    buyer: Buyer,
    drawn: Mapping[str, str],
    names: Mapping[str, str],
) -> dict[str, Any]:
    own = sorted((homes & PARTNERS) - {buyer.region})
    users = sorted((set(drawn) & PARTNERS) - {buyer.region, *own})
    reasons = [f"The site or its owner is of {names[region]}." for region in own]
    reasons += [drawn[region] for region in users]
    why = "No partner's site or firm is sold abroad, and none draws on it."
    if reasons:
        status = str(provision["status"]).replace("_", " ")
        agreed = f"The partners agreed to {provision['action']}; status: {status}."
        why = " ".join([*reasons, agreed])
    return {
        "rule_id": f"{FRAMEWORK}/{ASSET_SALES}",
        "site_id": site["site_id"],
        "law": f"Framework of the United States and Japan, {provision['heading']}",
        "asks": "unknown" if reasons else "false",
        "verdict": "review",
        "why": why,
        "url": provision["url"],
    }


def _others(
    site: Row,
    homes: set[str],
    buyer: Buyer,
    orders: Mapping[str, str],
    names: Mapping[str, str],
) -> Rows:
    for region in sorted(homes - PARTNERS - {buyer.region}):
        order = orders.get(region, "")
        yield {
            "rule_id": f"none read: {region}",
            "site_id": site["site_id"],
            "law": f"Law of {names.get(region, region)} on foreign investment",
            "asks": "unknown",
            "verdict": None,
            "why": " ".join(
                ["No rule of this country on such sales is in the release.", order]
            ).strip(),
            "url": None,
        }


def _first(rows: Iterable[Row], **wanted: str) -> Row | None:
    """The first row with these values."""
    return next((r for r in rows if all(r[k] == v for k, v in wanted.items())), None)


def _most_drawn(exposure: Iterable[Row], names: Mapping[str, str]) -> dict[str, str]:
    """By region: the scarce element of which it draws most through the sold sites, in words."""
    most: dict[str, Row] = {}
    for row in exposure:
        region = row["demand_region"]
        known = most.get(region, {"share": DEPENDENCE})["share"]
        if row["element"] not in SURPLUS and row["share"] > known:
            most[region] = row
    return {
        region: f"{names[region]} draws {row['share']:.0%} of its {row['element']} through the "
        "sold sites."
        for region, row in most.items()
    }


def _orders(release: Release) -> dict[str, str]:
    """What the events of sites tell of ordered sales, by country of the site."""
    country = {row["site_id"]: row["country"] for row in release.rows("sites")}
    return {
        country[row["site_id"]]: f"But it has ordered sales: {row['site_id']}, {row['event']}."
        for row in release.rows("site_events")
        if "divest" in row["event"]
    }
