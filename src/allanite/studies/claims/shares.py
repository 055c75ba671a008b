"""Queries about shares: of output at a stage, as published, of a user's supply.

A share of output is Σ output of the region's processes / Σ of the world's, of the materials
asked for, at the reconciled rates; its range is that of the redraws.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from allanite.axis import FloatArray
from allanite.ledger.claims import ClaimQuery
from allanite.ledger.quantity import Interval
from allanite.network.observe_totals import output_entries, processes_in
from allanite.network.rare_earths import rare_earth_markets
from allanite.network.reconcile import INTERVAL, Baseline, rate_vectors
from allanite.studies.claims.evidence import ClaimWorld, Evidence, Row, not_known
from allanite.studies.claims.words import percent_range
from allanite.studies.concentration import country_risk
from allanite.studies.coverage import ALL_END_USES, load_coverage
from allanite.studies.exposure import trace_exposure
from allanite.studies.world_output import world_output

_ROUNDING = 0.5  # of the last printed digit, of a share printed in whole percents


def output_share(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """Share of a region in the world's output at a stage."""
    if world.baseline is None:
        return not_known("the network was not reconciled", "baseline_rates")
    baseline = world.baseline
    whole = _rates(world, baseline, query, None)
    part = _rates(world, baseline, query, query.text("region"))
    if whole is None or part is None or not (whole[0] > 0 and (whole > 0).all()):
        return not_known("nothing is made at that stage in the network", "baseline_rates")
    share = np.clip(part / whole, 0.0, 1.0)
    spread = share[1:] if share.size > 1 else share
    low, high = (float(x) for x in np.percentile(spread, INTERVAL))
    return _share(float(share[0]), low, high, "baseline_rates", str(baseline.network.year))


def _rates(
    world: ClaimWorld, baseline: Baseline, query: ClaimQuery, region: str | None
) -> FloatArray | None:
    """Output of a region (None: the world) by run [t/yr], the baseline itself first."""
    columns = baseline.observations.columns
    markets = rare_earth_markets(world.release)
    countries = None if region is None else {region}
    found = processes_in(columns.network, (query.text("stage"),), countries, markets)
    entries = output_entries(columns, found, set(query.items("materials")) or None)
    if not entries and region is None:
        return None
    central, draws = rate_vectors(baseline)
    runs = np.vstack([central, draws])
    total: FloatArray = runs[:, list(entries)] @ np.array(list(entries.values()), dtype=float)
    return total


def _share(
    value: float, low: float, high: float, table: str, as_of: str, quality: str = "estimated"
) -> Evidence:
    low, high = min(low, value), max(high, value)
    return Evidence(
        told=percent_range(value, low, high),
        table=table,
        value=value,
        interval=Interval(low, high),
        as_of=as_of,
        quality=quality,
    )


def published_share(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """A share as somebody printed it, with the range of its rounding where none is given."""
    table = "chain_checks"
    row = world.row(table, check_id=query.text("subject"))
    if row is None or row["value"] is None or row["measure"] != "share":
        return not_known(f"no published share {query.text('subject')}", table)
    value, half = float(row["value"]), _ROUNDING / 100
    low = value - half if row["low"] is None else float(row["low"])
    high = value + half if row["high"] is None else float(row["high"])
    return _share(value, low, min(high, 1.0), table, str(row["year"]), row["quality"])


def exposure_share(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """Share of a region in a user's supply of one element, through every tier."""
    table = "exposure_by_country"
    if world.baseline is None:
        return not_known("the network was not reconciled", table)
    release, year = world.release, world.baseline.network.year
    element, stage = query.items("materials")[0], query.text("stage")
    traced = trace_exposure(
        world.baseline,
        country_risk(release, year),
        data_digest=release.digest,
        elements=(element,),
        stages=(stage,),
        demand=(query.text("user"), query.text("end_use") or ALL_END_USES),
        coverage=load_coverage(release),
    )
    rows = traced.tables[table].to_pylist()
    return _listed(rows, "origin_country", query.text("region"), table, str(year))


def world_output_share(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """Share of a country in the world's output at a stage of one mineral chain."""
    table = "world_output"
    if world.baseline is None:
        return not_known("the network was not reconciled", table)
    rows = [
        row
        for row in world_output(world.baseline, load_coverage(world.release)).to_pylist()
        if row["chain"] == query.text("subject") and row["stage"] == query.text("stage")
    ]
    year = str(world.baseline.network.year)
    return _listed(rows, "country", query.text("region"), table, year)


def _listed(rows: list[Row], column: str, region: str, table: str, as_of: str) -> Evidence:
    """The share of a region among listed rows; what is not listed of known rows is none."""
    shown = [row for row in rows if row["share"] is not None]
    if not shown:
        why = next((str(row["caveat"]) for row in rows if row.get("caveat")), "no share is known")
        return not_known(why, table)
    own = [row for row in shown if row[column] == region]
    value = sum(float(row["share"]) for row in own)
    low = sum(float(row["share"] if row["low"] is None else row["low"]) for row in own)
    high = sum(float(row["share"] if row["high"] is None else row["high"]) for row in own)
    return _share(value, low, min(high, 1.0), table, as_of)
