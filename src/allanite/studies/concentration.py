"""Concentration measures that several studies share: shares, HHI, governance risk.

Missing governance is NaN and stays missing: an index over an origin without data has no
value, only bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from allanite.axis import Axis, FloatArray
from allanite.catalogue.assumed import assumed_value
from allanite.catalogue.store import Release

# The indicator is published in units of a standard normal variable; the method of both
# sources rescales the range -2.5 (worst) to 2.5 (best) to a risk from 1 to 0.
ESTIMATE_BEST: Final = 2.5
ESTIMATE_RANGE: Final = 5.0


def governance_risk(estimate: FloatArray) -> FloatArray:
    """Risk 0 to 1 of political-stability estimates, same shape; NaN stays NaN.

    Formula: risk = (2.5 - estimate) / 5, cut off at 0 and 1.

    Source: Santillán-Saldivar et al. 2022; Koyamparambath et al. 2022 (normalisation of the
    Worldwide Governance Indicator "Political Stability and Absence of Violence").
    """
    return np.clip((ESTIMATE_BEST - estimate) / ESTIMATE_RANGE, 0.0, 1.0)


def herfindahl(rates: FloatArray, axis: int = 0) -> FloatArray:
    """Herfindahl-Hirschman index along `axis`, 0 to 1; NaN where nothing is produced.

    Formula: H = Σ r² / (Σ r)². Missing rates (NaN) are left out, as unknown producers.

    Source: Gemechu et al. 2016, eq. 1.
    """
    total = np.nansum(rates, axis=axis)
    squares = np.nansum(np.square(rates), axis=axis)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(total > 0, squares / np.square(total), np.nan))


def weighted_herfindahl(shares: FloatArray, risk: FloatArray, axis: int = 0) -> FloatArray:
    """Governance-weighted index Σ s² g; `shares` sum to one along `axis`, `risk` broadcasts.

    NaN where an origin with a share has no risk.

    Source: European Commission 2017, methodology for the list of critical raw materials,
    supply risk, term HHI_WGI (there g runs from 0 to 10).
    """
    terms = np.where(shares > 0, np.square(shares) * risk, 0.0)
    return np.asarray(np.sum(terms, axis=axis))


def load_governance_risk(
    release: Release, places: Axis, years: Sequence[int], gap: int
) -> FloatArray:
    """Risk 0 to 1 by place and year, shape (L, Y); between surveys linear, NaN without data."""
    rows = [r for r in release.rows("governance") if r["region"] in places]
    surveyed = sorted({r["year"] for r in rows})
    estimate = np.full((len(places), len(surveyed)), np.nan)
    column = np.searchsorted(surveyed, [r["year"] for r in rows])
    estimate[places.positions(r["region"] for r in rows), column] = [r["estimate"] for r in rows]
    wanted = np.array(years, dtype=np.float64)
    return governance_risk(
        fill_between(estimate, np.array(surveyed, dtype=np.float64), wanted, gap)
    )


def fill_between(values: FloatArray, years: FloatArray, wanted: FloatArray, gap: int) -> FloatArray:
    """Rows of `values` (L, K) at `years` (K,) read at `wanted` (Y,), linear between, shape (L, Y).

    NaN where the nearest known year is more than `gap` years away.
    """
    filled = np.full((values.shape[0], wanted.size), np.nan)
    for row, line in enumerate(values):
        known = ~np.isnan(line)
        if known.any():
            distance = np.abs(wanted[:, None] - years[known][None, :]).min(axis=1)
            read = np.interp(wanted, years[known], line[known])
            filled[row] = np.where(distance <= gap, read, np.nan)
    return filled


def country_risk(release: Release, year: int) -> dict[str, float]:
    """Governance risk 0 to 1 by country in one year; a country without data is left out."""
    regions = Axis("region", tuple(r["region"] for r in release.rows("regions")))
    gap = int(assumed_value(release, "supply_risk_governance_gap"))
    risk = load_governance_risk(release, regions, (year,), gap)[:, 0]
    return {name: float(x) for name, x in zip(regions, risk, strict=True) if not np.isnan(x)}
