"""The rare-earth chain as rows of a network draft: sites, recipes, markets, links, stocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.errors import DataError, Finding
from allanite.network.assumptions import Assumptions
from allanite.network.composition import element_contents
from allanite.network.draft import MaterialDraft, NetworkDraft, PlaceDraft, ProcessDraft, StockDraft
from allanite.network.end_uses import (
    EndUses,
    add_magnet_demands,
    add_other_magnets,
    add_other_uses,
    load_end_uses,
)
from allanite.network.links import add_link_routes, base_year_links, find_handlers, link_ends
from allanite.network.markets import (
    Markets,
    add_outside_supply,
    connect_markets,
    connect_sites,
    load_markets,
    load_trade,
)
from allanite.units import DAYS_PER_YEAR

CHAIN: Final = "rare earths"
MAGNET_USE: Final = "Magnets"
Row = Mapping[str, Any]


def site_process_rows(release: Release) -> list[Row]:
    """Rows of `site_processes` that enter the network."""
    return [r for r in release.rows("site_processes") if r["use"] == "network" and r["process_id"]]


def rare_earth_markets(release: Release) -> Markets:
    """Markets of the chain: demand regions, and countries of sites outside them."""
    country = {r["site_id"]: r["country"] for r in release.rows("sites")}
    return load_markets(
        release, sorted({country[r["site_id"]] for r in site_process_rows(release)})
    )


def draft_rare_earths(
    draft: NetworkDraft, release: Release, assumptions: Assumptions, year: int
) -> None:
    """Add the whole chain to the draft."""
    markets = rare_earth_markets(release)
    _add_materials(draft, release, assumptions, year)
    _add_sites(draft, release)
    uses = load_end_uses(release, assumptions, year)
    add_magnet_demands(draft, uses, markets)
    expected = expected_outputs(release, year)
    add_other_magnets(draft, uses, _magnets_outside_matrix(draft, uses, expected))
    add_other_uses(draft, uses, assumptions, markets, all_use(draft, uses, release, year))
    connect_sites(draft, CHAIN, markets)
    handlers = find_handlers(draft, markets, year)
    for row in base_year_links(release.rows("links"), year):
        ends = link_ends(row, draft, markets, handlers)
        if ends is not None and row["kind"] != "memo":
            add_link_routes(draft, ends)
    codes = {code for m in draft.materials.values() for code in m.codes}
    trade = load_trade(release, markets, codes, year)
    connect_markets(draft, CHAIN, markets, trade, assumptions.value("trade.route_share"), year)
    add_outside_supply(draft, CHAIN, markets, year)
    _add_stocks(draft, release, markets)
    _add_stockpiles(draft, release, markets)


def _add_materials(
    draft: NetworkDraft, release: Release, assumptions: Assumptions, year: int
) -> None:
    contents = element_contents(release, assumptions, year)
    discard = assumptions.keyed("discard")
    used = {r["process_id"] for r in site_process_rows(release)}
    wanted = {
        r["material_id"] for r in release.rows("process_coefficients") if r["process_id"] in used
    }
    for row in release.rows("materials"):
        if row["chain"] == CHAIN and row["material_id"] in wanted:
            draft.materials[row["material_id"]] = MaterialDraft(
                name=row["name"],
                stage=row["stage"],
                chain=row["chain"],
                codes=tuple((row["hs6_codes"] or "").split("|")) if row["hs6_codes"] else (),
                content=contents.get(row["material_id"], {}),
                discard_share=discard.get(row["material_id"], 0.0),
            )


def recipes_of(release: Release) -> dict[str, dict[str, float]]:
    """Coefficients by process and material [t per t of reference output].

    Raises:
        DataError: a process at a site whose recipe is missing or not per tonne of its reference.
    """
    recipes: dict[str, dict[str, float]] = defaultdict(dict)
    for row in release.rows("process_coefficients"):
        recipes[row["process_id"]][row["material_id"]] = row["coefficient"]
    used = {row["process_id"] for row in site_process_rows(release)}
    faults = [
        fault
        for row in release.rows("processes")
        if row["process_id"] in used
        for fault in _recipe_faults(row, recipes[row["process_id"]])
    ]
    if faults:
        raise DataError(faults)
    return dict(recipes)


def _recipe_faults(process: Row, recipe: Mapping[str, float]) -> Iterator[Finding]:
    material = process["reference_material"]
    if recipe and (material is None or recipe.get(material) == 1.0):
        return
    yield Finding(
        table="process_coefficients",
        place=f"process {process['process_id']}, material {material}",
        found=f"coefficient {recipe[material]:g}" if material in recipe else "no row",
        allowed="1, as every recipe is per tonne of its reference material",
        remedy="Give the recipe of the process, outputs positive and inputs negative.",
    )


def _add_sites(draft: NetworkDraft, release: Release) -> None:
    sites = {r["site_id"]: r for r in release.rows("sites")}
    process = {r["process_id"]: r for r in release.rows("processes")}
    recipes = recipes_of(release)
    for row in site_process_rows(release):
        site = sites[row["site_id"]]
        draft.places.setdefault(
            row["site_id"], PlaceDraft(name=site["name"], country=site["country"], kind="site")
        )
        known = row["capacity_rate"] is not None
        draft.add_process(
            ProcessDraft(
                place=row["site_id"],
                name=row["process_id"],
                stage=process[row["process_id"]]["stage"],
                recipe=recipes[row["process_id"]],
                reference=process[row["process_id"]]["reference_material"],
                capacity_rate=row["capacity_rate"] if known else np.inf,
                available_from=row["available_from"] or 0,
                group=row["capacity_group"] or "",
                group_rule=row["group_rule"] or "separate",
            )
        )


def expected_outputs(release: Release, year: int, stage: str = "") -> dict[str, float]:
    """Outputs by material that the site rows add up to, before reconciliation [t/yr]."""
    recipes = recipes_of(release)
    stages = {r["process_id"]: r["stage"] for r in release.rows("processes")}
    totals: dict[str, float] = defaultdict(float)
    for row in site_process_rows(release):
        running = (row["available_from"] or 0) <= year and row["baseline_2024_rate"]
        if running and stage in ("", stages[row["process_id"]]):
            for material, coefficient in recipes[row["process_id"]].items():
                totals[material] += max(coefficient, 0.0) * row["baseline_2024_rate"]
    return dict(totals)


def _magnets_outside_matrix(
    draft: NetworkDraft, uses: EndUses, expected: Mapping[str, float]
) -> dict[str, float]:
    graded = {material for _, material in uses.grade}
    return {
        material: expected[material]
        for material, row in draft.materials.items()
        if row.stage == "magnet" and material not in graded and material in expected
    }


def all_use(draft: NetworkDraft, uses: EndUses, release: Release, year: int) -> float:
    """All rare-earth use [t oxide/yr]: primary magnet oxides over the magnets' share of use."""
    primary = expected_outputs(release, year, "separation")
    magnet = sum(primary.get(m, 0.0) for m in ("ox_ndpr", "ox_dy", "ox_tb"))
    return magnet / (float(uses.other_share[MAGNET_USE]["value"]) / 100.0)


def _add_stocks(draft: NetworkDraft, release: Release, markets: Markets) -> None:
    """Add commercial cover as stocks, and goods in transit as delays of routes.

    Of several ways between two places the slow one is the usual one: goods go by sea. A row
    about the world stands for every region that uses the material and has no row of its own.
    """
    rows = [r for r in release.rows("commercial_cover") if r["material_id"] in draft.materials]
    for row in rows:
        if row["from_region"] is not None and row["region"] is not None:
            _add_delay(draft, row, markets)
    of_regions = [r for r in rows if r["from_region"] is None and r["region"] not in (None, WORLD)]
    for row in of_regions:
        _add_cover(draft, row, row["region"], markets)
    known = {stock.node for stock in draft.stocks.values()}
    for row in (r for r in rows if r["from_region"] is None and r["region"] == WORLD):
        material = row["material_id"]
        for region in dict.fromkeys(d.region for d in draft.demands.values()):
            used = any(
                d.region == region and d.material == material for d in draft.demands.values()
            )
            if used and (markets.of(region), material) not in known:
                _add_cover(draft, row, region, markets)


def _add_delay(draft: NetworkDraft, row: Row, markets: Markets) -> None:
    material = row["material_id"]
    key = ((markets.of(row["from_region"]), material), (markets.of(row["region"]), material))
    if key in draft.routes:
        delay = row["cover_duration"] / DAYS_PER_YEAR
        draft.delays[key] = max(delay, draft.delays.get(key, 0.0))


def _add_cover(draft: NetworkDraft, row: Row, region: str, markets: Markets) -> None:
    material = row["material_id"]
    node = (markets.of(region), material)
    if node not in draft.nodes:
        return
    label = f"{row['cover_id']}: {region}: {material}"
    draft.stocks[label] = StockDraft(
        label=label,
        node=node,
        holder=row["holder_class"],
        kind=row["kind"],
        cover=row["cover_duration"],
        low_cover=row["low"] if row["low"] is not None else np.nan,
        high_cover=row["high"] if row["high"] is not None else np.nan,
    )


def _add_stockpiles(draft: NetworkDraft, release: Release, markets: Markets) -> None:
    """Add stockpiles that are held, of one named material, in tonnes; targets are no stocks."""
    by_name = {row.name.split(" (")[0]: label for label, row in draft.materials.items()}
    for row in release.rows("stockpiles"):
        material = by_name.get(row["material"])
        in_tonnes = row["quantity"] is not None and (row["unit"] or "") == "t"
        if material and in_tonnes and row["region"] and (row["status"] or "").startswith("held"):
            node = (markets.of(row["region"]), material)
            if node in draft.nodes:
                label = f"{row['stock_id']}: {row['region']}: {material}"
                draft.stocks[label] = StockDraft(
                    label=label,
                    node=node,
                    holder=row["holder"],
                    kind=row["kind"],
                    initial_amount=row["quantity"],
                )
