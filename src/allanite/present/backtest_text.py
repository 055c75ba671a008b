"""The back-test in words and small tables: months beside months, each error beside its peers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.tables.core import WORLD
from allanite.present.words import joined, significant
from allanite.studies.backtest.figures import (
    MEAN_ABSOLUTE_ERROR,
    PAIRS,
    PREMIUM,
    RISE,
    SPLIT,
    WITHIN,
)

Row = Mapping[str, Any]
READING_WORDS: Final[Mapping[str, str]] = {"de_jure": "by the text", "observed": "as observed"}
MISSING: Final = "–"


def amount(value: float | None) -> str:
    """Tonnes with three digits; below one tonne with two decimals."""
    if value is None:
        return MISSING
    return significant(value) if value >= 1 else f"{value:.2f}"


def error(value: float | None) -> str:
    """A relative error with its sign; beyond tenfold in words."""
    if value is None:
        return MISSING
    return f"{value:+.0%}".replace("-", "−").replace("%", " %") if value < 9 else "over tenfold"


def month_rows(rows: Iterable[Row]) -> Iterator[dict[str, str]]:
    """Reported periods in words: computed with range, reported, and the peers."""
    for row in rows:
        if row["reported_amount"] is None:
            continue
        yield {
            "reading": READING_WORDS[row["reading"]],
            "goods": row["product"],
            "to": "all" if row["destination"] == WORLD else row["destination"],
            "period": row["period"],
            "computed, t": _ranged(row),
            "reported, t": amount(row["reported_amount"]),
            "error": error(row["error_share"]),
            "nothing happens": amount(row["unchanged_amount"]),
            "controlled stops": amount(row["stopped_amount"]),
        }


def _ranged(row: Row) -> str:
    middle = amount(row["computed_amount"])
    if row["low_amount"] is None:
        return middle
    return f"{middle} ({amount(row['low_amount'])}–{amount(row['high_amount'])})"


def month_tables(exports: pa.Table) -> dict[str, pa.Table]:
    """The reported periods of `backtest_exports` as text, by reading in words."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in month_rows(exports.to_pylist()):
        found.setdefault(row.pop("reading"), []).append(row)
    return {word: pa.Table.from_pylist(rows) for word, rows in found.items()}


def error_sentences(figures: pa.Table) -> list[str]:
    """The errors to know first, one sentence for each product and reading."""
    rows = figures.to_pylist()
    found = []
    for row in rows:
        if row["figure"] == MEAN_ABSOLUTE_ERROR and row["destination"] == WORLD:
            found.append(_error_sentence(row, _count_within(rows, row)))
        elif row["figure"] == PAIRS:
            found.append(
                f"{row['product']}, {READING_WORDS[row['reading']]}: {row['value']:.0f} of "
                f"{row['count']} pairs of destinations stand in the reported order."
            )
    return found


def _count_within(rows: Sequence[Row], of: Row) -> str:
    keys = ("event", "reading", "product", "destination")
    for row in rows:
        if row["figure"] == WITHIN and all(row[key] == of[key] for key in keys):
            return f" {row['value']:.0f} of {row['count']} lie within the range of the figures."
    return ""


def _error_sentence(row: Row, within: str) -> str:
    return (
        f"{row['product']}, {READING_WORDS[row['reading']]}: {row['count']} periods, off by "
        f"{amount(row['value'])} t on average; if nothing happened {amount(row['unchanged'])} t, "
        f"if all that is controlled stopped {amount(row['stopped'])} t: {_verdict(row)}.{within}"
    )


def _verdict(row: Row) -> str:
    """How the response stands to the two peers that know least."""
    names = {"unchanged": "nothing happens", "stopped": "controlled stops"}
    before = [word for name, word in names.items() if row[name] < row["value"]]
    if not before:
        return "better than both"
    return f"worse than {joined([f'*{word}*' for word in before])}"


def note_lines(notes: pa.Table) -> list[str]:
    """What is not known, as a list."""
    return [f"- {row['note']}" for row in notes.to_pylist()]


def markdown_table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as a Markdown table; numbers to the right where the column's name ends in a unit."""
    if not rows:
        return ""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(row[name] for name in names) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def beside_rows(rows: Sequence[Row], product: str, destination: str) -> list[dict[str, str]]:
    """Both readings of one product beside what was reported, a row a period."""
    chosen = [
        row
        for row in rows
        if row["product"] == product
        and row["destination"] == destination
        and row["reported_amount"] is not None
    ]
    periods: dict[str, list[Row]] = {}
    for row in chosen:
        periods.setdefault(row["period"], []).append(row)
    return [_beside(members) for members in periods.values()]


def _beside(rows: Sequence[Row]) -> dict[str, str]:
    """One period: the report, each reading with its error, the peers."""
    first = rows[0]
    line = {
        "period": first["period"],
        "reported, t": amount(first["reported_amount"]),
        "a year before": amount(first["year_before_amount"]),
    }
    for row in rows:
        word = READING_WORDS[row["reading"]]
        line |= {f"{word} (range)": _ranged(row), f"error {word}": error(row["error_share"])}
    peers = {"nothing happens": "unchanged_amount", "controlled stops": "stopped_amount"}
    return line | {word: amount(first[column]) for word, column in peers.items()}


def peer_rows(figures: Iterable[Row], figure: str) -> list[dict[str, str]]:
    """One figure of every product, of the response and its peers."""
    found = []
    for row in figures:
        if row["figure"] == figure:
            line = {
                "goods": row["product"],
                "to": "all" if row["destination"] == WORLD else row["destination"],
                "reading": READING_WORDS[row["reading"]],
                "periods": str(row["count"]),
                "the response": _value(row, "value"),
                "nothing happens": _value(row, "unchanged"),
                "controlled stops": _value(row, "stopped"),
                "normal × what passes": _value(row, "passes"),
            }
            if row["year_before"] is not None:
                line["month of the year before"] = _value(row, "year_before")
            found.append(line)
    return found


def _value(row: Row, name: str) -> str:
    value = row[name]
    if value is None:
        return MISSING
    return amount(value) if row["unit"] == "t" else f"{value:.2f}"


def order_lines(orders: Sequence[Row]) -> list[dict[str, str]]:
    """Destinations by month and reading: what is left of the normal month."""
    return [
        {
            "reading": READING_WORDS[row["reading"]],
            "period": row["period"],
            "to": row["destination"],
            "computed, of normal": f"{row['computed_share']:.2f}",
            "reported, of 2024": f"{row['reported_share']:.2f}",
            "month of 2024, t": amount(row["base_amount"]),
            "known from": row["base"],
        }
        for row in orders
    ]


def price_lines(figures: Iterable[Row]) -> list[dict[str, str]]:
    """Rises, splits and premiums of prices, computed and reported."""
    kinds = (RISE, SPLIT, PREMIUM)
    return [
        {
            "product": row["product"],
            "what": row["figure"],
            "reading": READING_WORDS[row["reading"]],
            "market": row["destination"],
            "computed": _price(row, "value"),
            "reported": _price(row, "reported"),
        }
        for row in figures
        if row["figure"].startswith(kinds)
    ]


def _price(row: Row, name: str) -> str:
    value = row[name]
    if value is None:
        return MISSING
    return f"{significant(value)} USD/t" if row["unit"] == "USD/t" else f"× {value:.2f}"
