"""What the buyer decides on of each stage and element, before and after, and what it crosses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.studies.asset_sale.control import Control
from allanite.studies.asset_sale.made import SMALLEST_RATE, Made

Row = dict[str, Any]
SOLE: Final = "sole"
# Marks of competition and raw-material policy: a fifth, the blocking third, a half, all.
CROSSINGS: Final[Mapping[str, float]] = {"20 %": 0.20, "33 %": 1 / 3, "50 %": 0.50, SOLE: 0.999}
SMALLEST_GAIN: Final = 0.01  # a share that moves by less raises no alarm, whatever it crosses


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """Control of one kind of holder before and after, seen from one holder.

    Attributes:
        kind: group or region; holder: its id or code.
        before, after: who decides on each place.
    """

    kind: str
    holder: str
    before: Control
    after: Control


def share_rows(
    made: Mapping[str, Made], changes: Iterable[Change], sold: BoolArray, outside: BoolArray
) -> Iterator[Row]:
    """Rows of `sale_shares` for every stage and element that the sold places make.

    Args:
        made: by measure, what each place makes, by `made_by_place`.
        changes: holders of whom the rows tell.
        sold: places that are sold, shape (L,).
        outside: places that stand outside the watched country, shape (L,).
    """
    scopes = {"world": np.ones_like(outside), "outside": outside}
    kept = list(changes)
    for (stage, element), _ in _touched(made, sold):
        for measure, by_key in made.items():
            rates = by_key.get((stage, element))
            if rates is None:
                continue
            for scope, inside in scopes.items():
                counted = np.where(inside, rates, 0.0)
                if counted[sold].sum() <= SMALLEST_RATE:
                    continue
                place = {"stage": stage, "element": element, "scope": scope, "measure": measure}
                yield from ({**place, **_row(change, counted, sold)} for change in kept)


def _touched(made: Mapping[str, Made], sold: BoolArray) -> list[tuple[tuple[str, str], float]]:
    """Stages and elements that sold places make in any measure, in order."""
    most: dict[tuple[str, str], float] = {}
    for by_key in made.values():
        for key, rates in by_key.items():
            most[key] = max(most.get(key, 0.0), float(rates[sold].sum()))
    return sorted((key, rate) for key, rate in most.items() if rate > SMALLEST_RATE)


def _row(change: Change, rates: FloatArray, sold: BoolArray) -> Row:
    total = float(rates.sum())
    row: Row = {
        "holder_kind": change.kind,
        "holder": change.holder,
        "total_rate": total,
        "sold_rate": float(rates[sold].sum()),
    }
    for word, control in (("before", change.before), ("after", change.after)):
        own = control.holders.position(change.holder)
        part = rates / total
        row[word] = float(control.share[own] @ part)
        row[f"{word}_low"] = float(control.low[own] @ part)
        row[f"{word}_high"] = float(control.high[own] @ part)
        # What no named holder decides on is spread over many, so it adds nothing.
        row[f"concentration_{word}"] = float(np.square(control.share @ part).sum())
    return row


def choke_rows(shares: Iterable[Row], besides: Callable[[Row], Sequence[str]]) -> Iterator[Row]:
    """Rows of `sale_choke_points`: the highest mark that a share crosses upwards, if any.

    A mark that is crossed only at the high bounds is told too, as unknown; one is crossed for
    certain where the bounds before lie below it and those after do not; that nobody else is left
    is never certain while a plant stands whose capacity nobody published.

    Args:
        shares: rows of `sale_shares`.
        besides: sites of a row's stage, element and scope that the network does not know.
    """
    for row in shares:
        central = _crossed(row["before"], row["after"])
        crossing = central or _crossed(row["before_high"], row["after_high"])
        if crossing:
            mark = CROSSINGS[crossing]
            sure = bool(central) and row["before_high"] < mark <= row["after_low"]
            others = besides(row)
            sure = sure and not (crossing == SOLE and others)
            yield {
                **{name: row[name] for name in _KEPT},
                "crossing": crossing,
                "certainty": "true" if sure else "unknown",
                "besides": " ".join(others) or None,
            }


def _crossed(before: float, after: float) -> str:
    """The highest mark between the two; empty where there is none or too little is gained."""
    found = [word for word, mark in CROSSINGS.items() if before < mark <= after]
    return found[-1] if found and after - before >= SMALLEST_GAIN else ""


_KEPT: Final = (
    "stage",
    "element",
    "scope",
    "measure",
    "holder_kind",
    "holder",
    "before",
    "after",
    "after_high",
    "total_rate",
)
