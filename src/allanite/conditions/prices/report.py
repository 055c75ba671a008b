"""All tables of the price process of a release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables import TABLES
from allanite.catalogue.tables.results_prices import TIERS
from allanite.conditions.prices.checks import (
    Row,
    fit_rows,
    history_rows,
    out_of_sample,
    parameter_rows,
)
from allanite.conditions.prices.load import SEED, load_calibration
from allanite.conditions.prices.outside import load_premiums
from allanite.conditions.prices.oxides import OXIDES, product_weight
from allanite.conditions.prices.paths import PricePaths

START: Final = date(2027, 1, 1)
UNTIL: Final = 2021  # last year of the quotes the later ones are held against


def price_tables(
    release: Release,
    seed: int = SEED,
    paths: int = 4000,
    years: int = 15,
    start: date = START,
    until: int = UNTIL,
) -> dict[str, pa.Table]:
    """Tables of the calibration, its checks and the fan of prices, by name.

    Args:
        release: with oxide_prices, price_points, price_deflators and outside_premiums.
        seed: of calibration and paths.
        paths: of the fan and of the checks.
        years: whole years from the first month.
        start: a day of the first month, January for whole calendar years.
        until: last year of the calibration that later quotes are held against.
    """
    calibration = load_calibration(release, seed)
    quotes, premiums = calibration.quotes, load_premiums(release)
    blocks = list(calibration.model.simulate(seed, paths, 12 * years, start))
    ahead = np.concatenate([block.price for block in blocks], dtype=np.float64)
    later, coverage = out_of_sample(quotes, seed, until, paths, premiums)
    rows: dict[str, Sequence[Row]] = {
        "price_parameters": list(parameter_rows(calibration)),
        "price_fit": list(fit_rows(calibration)),
        "price_out_of_sample": later,
        "price_coverage": coverage,
        "price_history_check": history_rows(quotes, calibration.model, ahead, seed),
        "price_fan": list(fan_rows(blocks, start.year)),
    }
    return {name: rows_table(TABLES[name], found) for name, found in rows.items()}


def fan_rows(blocks: Sequence[PricePaths], first_year: int) -> Iterator[Row]:
    """Averages of each year over all paths, by product and tier."""
    for product in ("NdPr oxide", *(f"{oxide} oxide" for oxide in OXIDES)):
        weight = product_weight(product)
        for tier in TIERS:
            outside = tier == TIERS[1]
            prices = np.concatenate([b.product(weight, outside=outside) for b in blocks])
            yield from _years(product, tier, prices.astype(np.float64), first_year)


def _years(product: str, tier: str, prices: FloatArray, first_year: int) -> Iterator[Row]:
    yearly = prices.reshape(prices.shape[0], -1, 12).mean(axis=2)
    found = np.percentile(yearly, [5, 25, 50, 75, 95], axis=0)
    for y in range(yearly.shape[1]):
        values = dict(zip(("p5", "p25", "p50", "p75", "p95"), found[:, y].tolist(), strict=True))
        yield {
            "product": product,
            "tier": tier,
            "year": first_year + y,
            **values,
            "mean": float(yearly[:, y].mean()),
        }
