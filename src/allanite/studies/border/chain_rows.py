"""What a measure means along the chain, as rows: listed content, effective protection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from allanite.axis import FloatArray
from allanite.studies.border.compare import CHAIN_STAGES
from allanite.studies.border.content import listed_content
from allanite.studies.border.point import Point
from allanite.studies.border.protection import (
    Protection,
    home_rise,
    product_protection,
    stage_protection,
)
from allanite.studies.border.rows import Row
from allanite.studies.border.terms import BorderTerms


def content_rows(key: Row, point: Point, elements: tuple[str, ...]) -> Iterator[Row]:
    """Rows of `border_content`."""
    for one in listed_content(point, elements):
        yield {
            **key,
            "element": one.element,
            "stage": one.stage,
            "use_before_rate": one.use_before,
            "use_rate": one.use_after,
            "before_share": min(one.before, 1.0),
            "share": min(one.after, 1.0),
            "replacement_share": one.replacement,
        }


def protection_rows(terms: BorderTerms, point: Point) -> Iterator[Row]:
    """Rates under the measure as stated, and with the same duty at one stage or at each."""
    network, price = point.base.network, point.base.price
    rise = home_rise(point)
    for scheme, duty in _schemes(point).items():
        stated = scheme == "as stated"
        on_products = point.measure.on_products and stated
        found = [
            *stage_protection(network, price, duty, point.home),
            *product_protection(point, duty, terms, on_products=on_products),
        ]
        realised = _realised(point, rise) if stated else {}
        for one in found:
            yield _protection_row(point, scheme, one, realised)


def _protection_row(
    point: Point, scheme: str, one: Protection, realised: Mapping[str, float | None]
) -> Row:
    return {
        "measure_id": point.measure.measure_id,
        "scheme": scheme,
        "stage": one.stage,
        "subject": one.subject,
        "nominal": one.nominal,
        "value_added_share": one.value_added_share,
        "effective": one.effective,
        "realised": realised.get(one.subject),
    }


def _realised(point: Point, rise: FloatArray) -> dict[str, float | None]:
    found = stage_protection(point.base.network, point.base.price, rise, point.home)
    return {one.subject: one.effective for one in found}


def _schemes(point: Point) -> dict[str, FloatArray]:
    """Duties of each scheme, shape (M,) [USD/t]."""
    network, price = point.base.network, point.base.price
    value = float(price[point.base.goods].sum())
    rate = float(point.duty.sum()) / value if value > 0 else 0.0
    stage = np.array(network.material_stage, dtype=object)
    found = {"as stated": point.duty}
    chain = {network.material_chain[m] for m in np.flatnonzero(point.base.goods)}
    mine = np.array([c in chain for c in network.material_chain], dtype=bool)
    if not np.isin(stage[point.base.goods], CHAIN_STAGES).any():
        return found
    for name in CHAIN_STAGES:
        found[f"{name} only"] = np.where(mine & (stage == name), rate * price, 0.0)
    found["each stage"] = np.where(mine & np.isin(stage, CHAIN_STAGES), rate * price, 0.0)
    return found
