"""Rows of `backtest_figures`: each error in one figure, beside that of its peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from allanite.studies.backtest.flows import RARE_EARTHS
from allanite.studies.backtest.measures import (
    mean_absolute_error,
    mean_error,
    ordered_pairs,
    rank_correlation,
)
from allanite.studies.backtest.prices import INSIDE, OUTSIDE

Row = dict[str, object]
Given = Mapping[str, Any]
COLUMNS: Final[Mapping[str, str]] = {
    "value": "computed_amount",
    "unchanged": "unchanged_amount",
    "stopped": "stopped_amount",
    "passes": "passes_amount",
}
ENOUGH: Final = 3  # pairs for a rank correlation
MEAN_ABSOLUTE_ERROR: Final = "mean absolute error"
MEAN_ERROR: Final = "mean error"
YEAR_BEFORE: Final = "mean absolute error where the year before is reported"
CHANGE_ERROR: Final = "mean absolute error of the change"
SUM: Final = "sum of the reported periods"
LEAST: Final = "least share of normal"
WITHIN: Final = "periods within the range"
CORRELATION: Final = "rank correlation of the periods"
PAIRS: Final = "pairs of destinations in the reported order"
ORDER: Final = "rank correlation of the destinations"
RISE: Final = "price over the price before"
SPLIT: Final = "price outside over price inside"
PREMIUM: Final = "price outside less price inside"


def export_figures(rows: Sequence[Given]) -> Iterator[Row]:
    """Figures of every product and destination of which a period is reported."""
    groups: dict[tuple[str, str], list[Given]] = {}
    for row in rows:
        if row["reported_amount"] is not None:
            groups.setdefault((row["product"], row["destination"]), []).append(row)
    for members in groups.values():
        yield from _group_figures(members)


def _group_figures(rows: Sequence[Given]) -> Iterator[Row]:
    true = [float(row["reported_amount"]) for row in rows]
    found = {name: [float(row[column]) for row in rows] for name, column in COLUMNS.items()}
    if is_like(rows[0]):
        yield _compared(rows, MEAN_ABSOLUTE_ERROR, "t", found, true, mean_absolute_error)
        yield _compared(rows, MEAN_ERROR, "t", found, true, mean_error)
        yield _named(rows, SUM, "t", {name: sum(x) for name, x in found.items()}, sum(true))
        yield from _against_year_before(rows)
        if rows[0]["within"] is not None:
            inside = float(sum(bool(row["within"]) for row in rows))
            yield _named(rows, WITHIN, "periods", {"value": inside}, None)
    shares, real = _changes(rows, found, true)
    yield _compared(rows, CHANGE_ERROR, "1", shares, real, mean_absolute_error)
    if len(rows) >= ENOUGH:
        yield _named(rows, LEAST, "1", {name: min(x) for name, x in shares.items()}, min(real))
        yield _compared(rows, CORRELATION, "1", shares, real, rank_correlation)


def _against_year_before(rows: Sequence[Given]) -> Iterator[Row]:
    """The error over the months of which the same month of the year before is reported."""
    kept = [row for row in rows if row["year_before_amount"] is not None]
    if kept:
        true = [float(row["reported_amount"]) for row in kept]
        columns = {**COLUMNS, "year_before": "year_before_amount"}
        found = {name: [float(row[column]) for row in kept] for name, column in columns.items()}
        yield _compared(kept, YEAR_BEFORE, "t", found, true, mean_absolute_error)


def is_like(row: Given) -> bool:
    """Whether computed and reported tonnes are of one kind: without an error they are not."""
    return row["product"] != RARE_EARTHS or row["error_share"] is not None


def _changes(
    rows: Sequence[Given], found: Mapping[str, list[float]], true: Sequence[float]
) -> tuple[dict[str, list[float]], list[float]]:
    """Everything over its own normal: computed over the network's, reported over the reports'."""
    normal = [float(row["normal_amount"]) for row in rows]
    base = [float(row["unchanged_amount"]) for row in rows]
    of = {name: base if name == "unchanged" else normal for name in found}
    shares = {
        name: [x / n for x, n in zip(values, of[name], strict=True)]
        for name, values in found.items()
    }
    return shares, [x / n for x, n in zip(true, base, strict=True)]


def _compared(
    rows: Sequence[Given],
    figure: str,
    unit: str,
    found: Mapping[str, Sequence[float]],
    true: Sequence[float],
    measure: Callable[[Sequence[float], Sequence[float]], float | None],
) -> Row:
    values = {name: measure(values, true) for name, values in found.items()}
    return _named(rows, figure, unit, values, None)


def _named(
    rows: Sequence[Given],
    figure: str,
    unit: str,
    values: Mapping[str, float | None],
    reported: float | None,
) -> Row:
    first = rows[0]
    return {
        "event": first["event"],
        "reading": first["reading"],
        "figure": figure,
        "product": first["product"],
        "destination": first["destination"],
        "count": len(rows),
        "unit": unit,
        "reported": reported,
        **values,
    }


def order_figures(rows: Sequence[Given]) -> Iterator[Row]:
    """Pairs of destinations of a month in the reported order, and the last month's correlation."""
    if not rows:
        return
    months: dict[str, list[Given]] = {}
    for row in rows:
        months.setdefault(row["period"], []).append(row)
    total = met = 0
    for members in months.values():
        pairs, right = ordered_pairs(*_ranks(members))
        total, met = total + pairs, met + right
    whole = {**rows[0], "destination": "all"}
    yield {
        **_named([whole], PAIRS, "pairs", {"value": float(met), "unchanged": 0.0}, float(total)),
        "count": total,
    }
    for period, members in months.items():
        if len(members) >= ENOUGH:
            value = rank_correlation(*_ranks(members))
            row = _named([whole], f"{ORDER}, {period}", "1", {"value": value}, None)
            yield {**row, "count": len(members)}


def _ranks(rows: Sequence[Given]) -> tuple[list[float], list[float]]:
    return [row["computed_rank"] for row in rows], [row["reported_rank"] for row in rows]


def price_figures(rows: Sequence[Given]) -> Iterator[Row]:
    """Rises on each side of the border, and what lies between the sides."""
    for row in rows:
        if row["reported_ratio"] is not None:
            figure = f"{RISE}, {row['market']}, {row['period']}"
            values = {"value": row["computed_ratio"], "unchanged": 1.0}
            yield _of_price(row, figure, "1", values, row["reported_ratio"])
    inside = {(r["product"], r["period"]): r for r in rows if r["market"] == INSIDE}
    for row in rows:
        other = inside.get((row["product"], row["period"]))
        if row["market"] == OUTSIDE and other is not None:
            yield from _between(row, other)


def _between(outside: Given, inside: Given) -> Iterator[Row]:
    """What lies between the sides where both are reported for a period, in tonnes of one good."""
    if outside["reported_low"] is None or inside["reported_low"] is None:
        return
    if outside["material"] != inside["material"]:
        return
    period = outside["period"]
    computed = outside["computed_price"], inside["computed_price"]
    reported = _middle(outside), _middle(inside)
    split = {"value": computed[0] / computed[1], "unchanged": 1.0}
    yield _of_price(outside, f"{SPLIT}, {period}", "1", split, reported[0] / reported[1])
    premium = {"value": computed[0] - computed[1], "unchanged": 0.0}
    yield _of_price(outside, f"{PREMIUM}, {period}", "USD/t", premium, reported[0] - reported[1])


def _middle(row: Given) -> float:
    return float(row["reported_low"] + row["reported_high"]) / 2


def _of_price(
    row: Given, figure: str, unit: str, values: Mapping[str, float | None], reported: float
) -> Row:
    named = {**row, "destination": row["place"]}
    return _named([named], figure, unit, values, reported)
