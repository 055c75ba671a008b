"""Observations of totals: mines by country, mining and refining outlook, published chain totals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import REST_OF_WORLD, WORLD
from allanite.network.columns import Columns
from allanite.network.markets import Markets
from allanite.network.observations import ObservationDraft
from allanite.network.rare_earths import CHAIN
from allanite.network.supply import SupplyNetwork

Row = Mapping[str, Any]
PRODUCTION_SOURCE: Final = "usgs-mcs-2026"
COMMODITY: Final = "Rare Earths"
OUTLOOK_MINERAL: Final = "Rare Earth Elements"
MAGNET_ELEMENTS: Final = ("Nd", "Pr", "Dy", "Tb")
MAGNET_OXIDES: Final = ("ox_ndpr", "ox_dy", "ox_tb")
STAGES_OF_MEASURE: Final[Mapping[str, tuple[str, ...]]] = {
    "separated": ("separation",),
    "recycled": ("recycling",),
    "produced": (),
}
SAME: Final = 1e-3


def processes_in(
    network: SupplyNetwork,
    stages: Collection[str],
    countries: Collection[str] | None,
    markets: Markets | None = None,
) -> list[int]:
    """Rare-earth processes of some stages (empty: all) in some countries (None: the world)."""

    def inside(country: str) -> bool:
        home = markets.of(country) if markets else country
        return countries is None or country in countries or home in countries

    found = zip(network.processes.stage, network.process_country, strict=True)
    return [
        n
        for n, (stage, country) in enumerate(found)
        if (not stages or stage in stages) and inside(country) and _of_chain(network, n)
    ]


def _of_chain(network: SupplyNetwork, process: int) -> bool:
    recipe = network.processes.recipe
    first = recipe.indices[recipe.indptr[process]]
    return bool(network.material_chain[network.node_material[first]] == CHAIN)


def output_entries(
    columns: Columns, processes: Collection[int], materials: Collection[str] | None
) -> dict[int, float]:
    """Entries whose sum is the output of `materials` (None: all) by `processes` [t/yr]."""
    network, recipe = columns.network, columns.network.processes.recipe
    entries: dict[int, float] = {}
    for n in processes:
        for v in recipe.indices[recipe.indptr[n] : recipe.indptr[n + 1]]:
            material = network.materials.labels[network.node_material[v]]
            if recipe[v, n] > 0 and (materials is None or material in materials):
                for column, weight in columns.output(n, int(v)).items():
                    entries[column] = entries.get(column, 0.0) + weight
    return entries


def observe_mines(
    draft: ObservationDraft, columns: Columns, release: Release, markets: Markets
) -> None:
    """Mine output by country and of the world.

    A line "other countries" is no observation: which countries it covers is not printed.
    """
    rows = [
        r
        for r in release.rows("mineral_production")
        if r["source_id"] == PRODUCTION_SOURCE
        and r["commodity"] == COMMODITY
        and r["statistic"] == "production"
        and r["year"] == columns.network.year
        and r["tonnes"]
    ]
    for row in rows:
        mines = processes_in(columns.network, ("mine",), None)
        country = columns.network.process_country
        if row["scope"] == "country":
            mines = [n for n in mines if country[n] == row["region"]]
        elif row["scope"] == "other":
            draft.skipped.append((f"mine output {row['country']}", "line of unnamed countries"))
            continue
        entries = output_entries(columns, mines, None)
        label = f"mine output {row['country']}"
        value = float(row["tonnes"])
        draft.add(label, "mine output", entries, value, draft.error_of(row, value), row)


def observe_outlook(
    draft: ObservationDraft, columns: Columns, release: Release, markets: Markets
) -> None:
    """Magnet rare earths mined and refined by country, read as oxide."""
    rows = [
        r
        for r in release.rows("mineral_outlook")
        if r["mineral"] == OUTLOOK_MINERAL
        and r["year"] == columns.network.year
        and r["supply_rate"]
    ]
    share = draft.assumptions.value("sigma.outlook")
    for row in rows:
        stage = {"mining": "mine", "refining": "separation"}[row["stage"]]
        named = {r["region"] for r in rows if r["stage"] == row["stage"]} - {REST_OF_WORLD, WORLD}
        found = _outlook_processes(columns.network, stage, row["region"], named)
        entries = (
            _mined_oxides(columns, found)
            if stage == "mine"
            else output_entries(columns, found, MAGNET_OXIDES)
        )
        value = float(row["supply_rate"])
        label = f"magnet rare earths, {row['stage']}, {row['country']}"
        draft.add(label, "outlook", entries, value, share * value, row)


def _outlook_processes(
    network: SupplyNetwork, stage: str, region: str, named: Collection[str]
) -> list[int]:
    found = processes_in(network, (stage,), None)
    country = network.process_country
    if region == WORLD:
        return found
    if region == REST_OF_WORLD:
        return [n for n in found if country[n] not in named]
    return [n for n in found if country[n] == region]


def _mined_oxides(columns: Columns, mines: Collection[int]) -> dict[int, float]:
    """Oxide of the magnet rare earths in what mines deliver."""
    network, entries = columns.network, dict[int, float]()
    content, recipe = network.element_content, network.processes.recipe
    metal = {
        e: max(
            float(content[network.elements.position(e), m])
            for m, s in enumerate(network.material_stage)
            if s == "oxide"
        )
        for e in MAGNET_ELEMENTS
    }
    pair = metal["Nd"] + metal["Pr"]
    per_oxide = {"Nd": pair, "Pr": pair, "Dy": metal["Dy"], "Tb": metal["Tb"]}
    for n in mines:
        for v in recipe.indices[recipe.indptr[n] : recipe.indptr[n + 1]]:
            m = network.node_material[v]
            oxide = sum(
                float(content[network.elements.position(e), m]) / per_oxide[e]
                for e in MAGNET_ELEMENTS
            )
            entries[n] = entries.get(n, 0.0) + float(recipe[v, n]) * oxide
    return entries


def observe_checks(
    draft: ObservationDraft,
    columns: Columns,
    release: Release,
    markets: Markets,
    site_rows: list[Row],
) -> None:
    """Published totals of one material, unless they only repeat the rates of the sites."""
    rates = {
        f"{r['site_id']}:{r['process_id']}": (rate, draft.error_of(r, rate))
        for r in site_rows
        if (rate := r["baseline_2024_rate"] or 0.0) > 0
    }
    for row in release.rows("chain_checks"):
        if row["year"] != columns.network.year or row["quality"] != "observed":
            continue
        stages = STAGES_OF_MEASURE.get(row["measure"])
        if row["material_id"] is None or stages is None:
            if row["measure"] != "mined" and row["measure"] != "share":
                draft.skipped.append((row["check_id"], "published total"))
            continue
        countries = None if row["region"] == WORLD else {row["region"]}
        found = processes_in(columns.network, stages, countries, markets)
        entries = output_entries(columns, found, {row["material_id"]})
        error = draft.error_of(row, float(row["value"]))
        if not _repeats_sites(columns, entries, rates, float(row["value"]), error):
            draft.add(row["check_id"], "published total", entries, float(row["value"]), error, row)


def _repeats_sites(
    columns: Columns,
    entries: Mapping[int, float],
    rates: Mapping[str, tuple[float, float]],
    value: float,
    error: float,
) -> bool:
    """Whether a total only adds up the rates of sites, and is no better known than they are."""
    labels = columns.network.processes.labels.labels
    if any(column >= len(labels) for column in entries):
        return False
    parts = [(w, *rates.get(labels[c], (0.0, 0.0))) for c, w in entries.items()]
    total = sum(w * rate for w, rate, _ in parts)
    known = sum((w * e) ** 2 for w, _, e in parts) ** 0.5
    return abs(total - value) <= SAME * value and error >= (1 - SAME) * known
