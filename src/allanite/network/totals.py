"""Totals of the reconciled chain beside the figures that were published about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.catalogue.tables.results_network import BASELINE_TOTALS
from allanite.errors import ModelError
from allanite.network.columns import Columns
from allanite.network.markets import Markets
from allanite.network.observe_links import crossing_routes
from allanite.network.observe_totals import MAGNET_OXIDES, output_entries, processes_in
from allanite.network.rare_earths import rare_earth_markets
from allanite.network.reconcile import INTERVAL, Baseline, rate_vectors

Row = Mapping[str, Any]
STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "mined": ("mine",),
    "separated": ("separation",),
    "recycled": ("recycling",),
    "produced": (),
}


def baseline_totals(baseline: Baseline, release: Release) -> pa.Table:
    """Table `baseline_totals`: every published total of the base year that the network can form."""
    markets = rare_earth_markets(release)
    columns = baseline.observations.columns
    central, draws = rate_vectors(baseline)
    rows: list[dict[str, object]] = []
    for row in release.rows("chain_checks"):
        if row["year"] == columns.network.year:
            weights = _weights(row, columns, markets, row["region"])
            if weights is not None:
                rows.append(_total(row, central, draws, weights, columns, markets))
    return rows_table(BASELINE_TOTALS, rows)


def _total(
    row: Row,
    central: FloatArray,
    draws: FloatArray,
    weights: FloatArray,
    columns: Columns,
    markets: Markets,
) -> dict[str, object]:
    rate, spread = float(central @ weights), draws @ weights
    if row["measure"] == "share":
        whole = _weights(row, columns, markets, WORLD)
        if whole is None:
            raise ModelError(f"{row['check_id']}: no total of the world to take a share of")
        rate, spread = rate / float(central @ whole), spread / (draws @ whole)
    low, high = np.percentile(spread, INTERVAL) if spread.size else (rate, rate)
    return {
        "check_id": row["check_id"],
        "quantity": row["quantity"],
        "region": row["region"],
        "rate": rate,
        "low": float(low),
        "high": float(high),
        "published": row["value"],
        "unit": row["unit"],
        "difference_share": rate / row["value"] - 1 if row["value"] else None,
        "published_by": row["published_by"],
        "quality": row["quality"],
        "note": row["note"],
    }


def _weights(row: Row, columns: Columns, markets: Markets, region: str) -> FloatArray | None:
    """Weights of the columns whose sum is the quantity of a row; None where there is none."""
    network = columns.network
    materials = _materials(row, columns)
    measure = row["measure"]
    if measure == "share":
        measure = "separated" if "refin" in row["quantity"] else "produced"
        if "mining" in row["quantity"]:
            return None
    if measure == "traded":
        others = {markets.of(c) for c in network.place_country} - {region}
        routes = crossing_routes(network, markets, {region}, others, materials or ())
        entries = {columns.start("route") + r: 1.0 for r in routes}
    elif measure in STAGES and (materials is not None or measure == "mined"):
        countries = None if region == WORLD else {region}
        found = processes_in(network, STAGES[measure], countries, markets)
        entries = output_entries(columns, found, materials)
    else:
        return None
    weights = np.zeros(columns.size)
    weights[list(entries)] = list(entries.values())
    return weights if entries else None


def _materials(row: Row, columns: Columns) -> set[str] | None:
    """Materials a row is about, from its id or its words; None where they do not say."""
    network, words = columns.network, row["quantity"]
    if row["material_id"] is not None:
        return {row["material_id"]}
    if "agnet rare earths" in words:
        return set(MAGNET_OXIDES)
    if words.startswith("Dy and Tb oxide"):
        return {"ox_dy", "ox_tb"}
    made_of = [
        m for m, s in zip(network.materials, network.material_stage, strict=True) if s == "magnet"
    ]
    if "Sintered NdFeB" in words or "in NdFeB magnets" in words:
        return {
            m for m in made_of if "intered" in network.material_name[network.materials.position(m)]
        }
    return set(made_of) if "rare-earth magnets" in words else None
