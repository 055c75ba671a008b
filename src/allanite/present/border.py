"""Result tables of a border measure in the order and the words of a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from allanite.present.page import Row
from allanite.present.sharing import ranged_money
from allanite.present.words import joined, lower_first, percent, significant

LEAST_SHARE: Final = 0.005  # of what had to be found elsewhere: below it a channel is not told
Tables = Mapping[str, pa.Table]


def rows(tables: Tables, name: str) -> list[dict[str, Any]]:
    """Rows of a table of a border study; none where it is missing."""
    table = tables.get(name)
    return [] if table is None else table.to_pylist()


def last(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the latest year that is read."""
    after = max((row["after"] for row in found), default=0)
    return [row for row in found if row["after"] == after]


def channels(tables: Tables) -> list[dict[str, Any]]:
    """Where demand went in the latest year, all stages together, the largest first."""
    sums: dict[str, dict[str, Any]] = {}
    for row in last(rows(tables, "border_channels")):
        whole = sums.setdefault(row["channel"], {**row, "rate": 0.0, "share": 0.0, "stages": 0})
        whole["rate"] += row["rate"]
        whole["stages"] += 1
    total = sum(max(row["rate"], 0.0) for row in sums.values())
    for row in sums.values():
        row["share"] = max(row["rate"], 0.0) / total if total > 0 else 0.0
    kept = [row for row in sums.values() if row["share"] >= LEAST_SHARE]
    return sorted(kept, key=lambda row: -row["rate"])


def border_lines(tables: Tables) -> list[str]:
    """What a measure moves, where demand went, who pays, and what home makers gain."""
    return [
        line
        for line in (
            *(str(row["note"]) for row in rows(tables, "border_notes")[:1]),
            moved_line(tables),
            channel_line(tables),
            parties_line(tables),
            comparison_line(tables),
        )
        if line
    ]


def moved_line(tables: Tables) -> str:
    """How far imports that pay fall, by year."""
    found = rows(tables, "border_trade")
    if not found:
        return ""
    before = sum(row["taxed_before_rate"] for row in last(found))
    after, now, low, high = _taxed(found)
    return (
        f"After {after} months imports that pay fall from {significant(before)} to "
        f"{significant(now)} t/yr ({significant(low)}–{significant(high)})."
    )


def _taxed(found: list[dict[str, Any]]) -> tuple[int, float, float, float]:
    late = last(found)
    sums = (sum(row[name] for row in late) for name in ("taxed_rate", "low_taxed_rate"))
    now, low = sums
    high = sum(row["high_taxed_rate"] for row in late)
    return int(late[0]["after"]), now, low, high


def channel_line(tables: Tables) -> str:
    """Where that demand went."""
    found = channels(tables)
    if not found:
        return ""
    parts = [f"{lower_first(row['channel'])} {percent(row['share'])}" for row in found]
    return f"Of what had to be found elsewhere: {joined(parts)}."


def parties_line(tables: Tables) -> str:
    """Who pays and who gains, a year."""
    found = [r for r in last(rows(tables, "border_parties")) if abs(r["gain"]) >= 1]
    parts = [f"{row['party'].partition(':')[0]} {_gain(row)}" for row in found[:4]]
    return f"A year: {joined(parts)}." if parts else ""


def _gain(row: Row) -> str:
    low, high = sorted((row["low_gain"], row["high_gain"]))
    verb = "gain" if row["gain"] > 0 else "lose"
    ends = (low, high) if row["gain"] > 0 else (-high, -low)
    return f"{verb} {ranged_money(abs(row['gain']), *ends)}"


def comparison_line(tables: Tables) -> str:
    """What else would bring as much new output at home, and at what cost a tonne."""
    found = rows(tables, "border_comparison")
    if not found:
        return ""
    reached = [row for row in found if row["reached"]]
    if not reached:
        return f"No form of it brings {significant(found[0]['target_rate'])} t/yr more at home."
    best = min(reached, key=lambda row: row["users_per_tonne"] + row["treasury_per_tonne"])
    users, treasury = best["users_per_tonne"], best["treasury_per_tonne"]
    return (
        f"Of the forms that bring {significant(best['target_rate'])} t/yr more at home, the "
        f"cheapest is: {lower_first(best['form'])}; it costs the treasury {_per_tonne(treasury)} "
        f"and users {_per_tonne(users)} a new tonne."
    )


def _per_tonne(value: float) -> str:
    return "nothing" if value <= 0 else f"{significant(value)} USD"
