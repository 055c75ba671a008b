"""Shares of the world's output of each stage of the mineral chains, by country.

Output is the activity of the reconciled baseline. A country whose output nobody published is
left out of the sum, with a row that says so; supply of unknown origin stays in as `XUN`.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.core import NOT_PUBLISHED
from allanite.catalogue.tables.results_exposure import WORLD_OUTPUT
from allanite.network.reconcile import INTERVAL, Baseline
from allanite.network.supply import SupplyNetwork
from allanite.studies.coverage import NO_DATA, OK, PARTIAL, Cover, Coverage


def world_output(baseline: Baseline, coverage: Coverage) -> pa.Table:
    """Table `world_output`: stages without data have one row, without a share."""
    rows: list[dict[str, object]] = []
    makers = _makers(baseline.network)
    for element, chain in coverage.chains.items():
        for stage in (*chain.stages, *chain.missing):
            shared = {"chain": chain.name, "element": element, "stage": stage}
            cover = coverage.of_output(element, stage)
            found = makers.get((chain.name, stage), {})
            if not cover.is_shown or not found:
                rows.append(
                    {**shared, "country": NOT_PUBLISHED, "status": NO_DATA, "caveat": cover.caveat}
                )
                continue
            rows += [{**shared, **row} for row in _stage_rows(baseline, coverage, shared, found)]
    return rows_table(WORLD_OUTPUT, rows)


def _makers(network: SupplyNetwork) -> dict[tuple[str, str], dict[str, list[int]]]:
    """Processes by (chain, stage of what they make) and country."""
    found: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    recipe = network.processes.recipe.tocoo()
    for node, process, amount in zip(recipe.row, recipe.col, recipe.data, strict=True):
        material = network.node_material[node]
        if amount > 0:
            key = network.material_chain[material], network.material_stage[material]
            country = network.place_country[network.processes.place[process]]
            found[key][country].append(int(process))
    return found


def _stage_rows(
    baseline: Baseline,
    coverage: Coverage,
    shared: dict[str, str],
    makers: dict[str, list[int]],
) -> list[dict[str, object]]:
    """One row a country, largest share first; withheld countries last, outside the sum."""
    element, stage = shared["element"], shared["stage"]
    cover = coverage.of_output(element, stage)
    own = {country: coverage.of_origin(element, stage, country) for country in makers}
    hidden = [country for country in makers if not own[country].is_shown]
    shown = [country for country in makers if country not in hidden]
    rate = _rates(baseline, [makers[country] for country in shown])
    share = rate / rate.sum(axis=1, keepdims=True)
    drawn = share[1:]
    low, high = np.percentile(drawn, INTERVAL, axis=0) if len(drawn) > 1 else (None, None)
    rows = [
        {
            "country": country,
            "rate": float(rate[0, i]),
            "share": float(share[0, i]),
            "low": None if low is None else float(low[i]),
            "high": None if high is None else float(high[i]),
            **_words(cover, own[country], hidden),
        }
        for i, country in enumerate(shown)
    ]
    rows.sort(key=lambda row: -float(str(row["share"])))
    return rows + [
        {"country": country, "status": NO_DATA, "caveat": own[country].caveat} for country in hidden
    ]


def _words(cover: Cover, own: Cover, hidden: list[str]) -> dict[str, object]:
    partial = hidden or PARTIAL in (cover.status, own.status)
    without = [f"Without {', '.join(hidden)}, where output is not published."] if hidden else []
    told = [text for text in (cover.caveat, own.caveat, *without) if text]
    caveat = " ".join(dict.fromkeys(told)) or None
    return {"status": PARTIAL if partial else OK, "caveat": caveat}


def _rates(baseline: Baseline, members: list[list[int]]) -> FloatArray:
    """Output by run and country [t/yr], the baseline itself first, shape (1 + S, C)."""
    activity = np.vstack([baseline.activity_rate, baseline.draws.activity_rate])
    return np.stack([activity[:, found].sum(axis=1) for found in members], axis=1)
