"""Trade rows of the mineral chains: which form the goods are, and what they weigh.

The unit value of a row tells crude goods from refined ones that share a trade code. A row
without a weight is weighed by its value and the median unit value of its code: it is marked
as guessed, and never counts as zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Row = Mapping[str, Any]
Code = tuple[str, str]
USD_PER_THOUSAND = 1000.0


def traded_goods(trade: pa.Table, forms: Iterable[Row], year: int) -> list[dict[str, Any]]:
    """Rows of trade with the form they are.

    Args:
        trade: table `trade`.
        forms: rows of `mineral_trade_forms`.
        year: base year.

    Returns:
        The rows with `unit_value` [USD/t], `weight` [t], `guessed`, and the columns of the form;
        goods whose unit value fits no form are left out.
    """
    of_code: dict[Code, list[Row]] = defaultdict(list)
    for form in forms:
        of_code[form["nomenclature"], form["code"]].append(form)
    rows = _rows_of_codes(trade, of_code, year)
    values: dict[Code, list[float]] = defaultdict(list)
    for row in rows:
        if row["trade_amount"]:
            values[row["nomenclature"], row["code"]].append(_unit_value(row))
    typical = {code: float(np.median(found)) for code, found in values.items()}
    goods = [
        _weighed(row, typical) for row in rows if (row["nomenclature"], row["code"]) in typical
    ]
    return [
        {**row, **form}
        for row in goods
        for form in of_code[row["nomenclature"], row["code"]]
        if _fits(row["unit_value"], form)
    ]


def _rows_of_codes(trade: pa.Table, codes: Iterable[Code], year: int) -> list[dict[str, Any]]:
    wanted = set(codes)
    of_year = pc.and_(
        pc.equal(trade["year"], year),
        pc.is_in(trade["code"], pa.array(sorted({code for _, code in wanted}), pa.string())),
    )
    rows: list[dict[str, Any]] = trade.filter(of_year).to_pylist()
    return [row for row in rows if (row["nomenclature"], row["code"]) in wanted]


def _unit_value(row: Row) -> float:
    return float(USD_PER_THOUSAND * row["trade_value"] / row["trade_amount"])


def _weighed(row: Row, typical: Mapping[Code, float]) -> dict[str, Any]:
    """The trade row with weight and unit value, without the columns a form has too."""
    kept = {name: row[name] for name in ("exporter", "importer", "source_id")}
    kept |= {"nomenclature": row["nomenclature"], "code": row["code"]}
    kept["trade_source"] = kept.pop("source_id")
    if row["trade_amount"]:
        weight = float(row["trade_amount"])
        return {**kept, "unit_value": _unit_value(row), "weight": weight, "guessed": False}
    unit_value = typical[row["nomenclature"], row["code"]]
    weight = USD_PER_THOUSAND * row["trade_value"] / unit_value
    return {**kept, "unit_value": unit_value, "weight": weight, "guessed": True}


def _fits(unit_value: float, form: Row) -> bool:
    low, high = form["unit_value_low"], form["unit_value_high"]
    return (low is None or unit_value >= low) and (high is None or unit_value < high)
