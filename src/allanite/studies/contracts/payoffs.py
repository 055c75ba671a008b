"""What a price contract pays in one year at each price of its index: the payoff diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_support import CONTRACT_PAYOFFS
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.instruments.legs import KG_PER_TONNE, Leg, legs_of
from allanite.conditions.instruments.payments import contract_payments
from allanite.studies.contracts.blocks import product_of
from allanite.studies.contracts.cash import MONTHS
from allanite.studies.contracts.supported import looks_at_price, years_of
from allanite.studies.contracts.valuation import Item

Row = dict[str, object]
POINTS: Final = 121
REACH: Final = 2.5  # of the highest strike
FULL: Final = 0.99  # of the largest volume


def payoffs_table(items: Iterable[Item], inflation_rate: float) -> pa.Table:
    """Table `contract_payoffs` of all price contracts among items with a volume."""
    rows = [row for item in items for row in payoff_rows(item, inflation_rate)]
    return rows_table(CONTRACT_PAYOFFS, rows)


def payoff_rows(item: Item, inflation_rate: float) -> Iterator[Row]:
    """Points of one contract, in the first year at full volume with all its sides."""
    contract = item.contract
    legs = [leg for instrument in contract.instruments for leg in legs_of(instrument)]
    if not legs or not looks_at_price(contract):
        return
    volume = product_of(contract.product, item.case.basket).volume_rate
    y = full_year(contract, legs, volume, years_of(item.case).tolist())
    if y is None:
        return
    year, rate = int(years_of(item.case)[y]), float(volume[y])
    grid = np.linspace(0.0, REACH * max(leg.strike for leg in legs), POINTS)
    exposure = Exposure(
        start=date(year, 1, 1),
        price={contract.product: np.repeat(grid[:, None], MONTHS, axis=1)},
        volume_rate={contract.product: np.full(MONTHS, rate)},
        inflation_rate=inflation_rate,
    )
    covered = min(rate * contract.volume_share, contract.limit_rate)
    paid = contract_payments(contract, exposure).total[:, 0]
    for price, payment in zip(grid.tolist(), paid.tolist(), strict=True):
        yield {
            "contract_id": contract.contract_id,
            "index": contract.product,
            "year": year,
            "index_price": price,
            "payment": payment,
            "realised_price": price + payment / covered * KG_PER_TONNE,
            "contract_volume_rate": covered,
        }


def full_year(
    contract: Contract, legs: list[Leg], volume: FloatArray, years: list[int]
) -> int | None:
    """Position of the first whole year at full volume in which all sides are in force."""
    first = max(contract.start, *(leg.from_time for leg in legs), -np.inf)
    most = float(volume.max())
    for y, year in enumerate(years):
        if first <= year and year + 1 <= contract.end and volume[y] >= FULL * most > 0:
            return y
    return None
