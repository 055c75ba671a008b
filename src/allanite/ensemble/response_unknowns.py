"""What a response does not know exactly: one unknown each, with its range and where it is from.

A position runs from -1 (low end of the range of its table) over 0 (the value of the central
run) to 1 (high end); half of the draws lie on each side, most of them near 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from allanite.catalogue.store import Release
from allanite.conditions.controls import select_controls
from allanite.ensemble.unknowns import Group, Triangular, Unknown
from allanite.law.controls import Control, Controls
from allanite.law.parameters import ControlFigure, load_control_parameters
from allanite.network.assumptions import assumed_range
from allanite.network.growth import fastest_growth
from allanite.network.load import BASE_YEAR
from allanite.studies.response.request import ResponseRequest

BASE: Final = "base year"
COMMERCIAL: Final = "commercial stocks"
GOVERNMENT: Final = "government stocks"
LICENCES: Final = "licences: "
START: Final = "start of the curb"
GROWTH: Final = "growth since the base year"
COST: Final = "cost of going without"
RAMPS: Final = "time to ramp up"
_POSITION: Final = Triangular(-1.0, 0.0, 1.0)


def response_unknowns(
    release: Release, controls: Controls, request: ResponseRequest
) -> tuple[Unknown, ...]:
    """Everything that is drawn for a request, in a fixed order.

    Raises:
        DataError: an assumption without a range.
        UsageError: an unknown control.
    """
    found = [_base(), _commercial(release), *_government(release)]
    found += _licences(release, controls, request)
    if request.controls or request.shocks or request.stress:
        found.append(_start(release))
    found += [_growth(release, request), _cost(release), _ramps(release)]
    return tuple(found)


def _base() -> Unknown:
    note = (
        "Redraw of the reconciled base year: estimates, trade and cells of demand move together,"
        " each within the standard error of its observation (class of its source, assumptions"
        " network.sigma.*)."
    )
    return Unknown(BASE, Group(), note)


def _commercial(release: Release) -> Unknown:
    rows = release.rows("commercial_cover")
    note = (
        f"Position in the range of days of table commercial_cover ({len(rows)} rows); all shelves"
        " together: a few statements stand behind many shelves, and firms stock up and run down"
        " at the same time. Drawn apart they would level out and the interval be too narrow."
    )
    return Unknown(COMMERCIAL, _POSITION, note)


def _government(release: Release) -> Iterator[Unknown]:
    rows = [r for r in release.rows("government_stocks") if r["amount"]]
    ranged = [r for r in rows if _is_range(r["low"], r["high"])]
    if ranged:
        note = (
            f"Position in the range of amounts of table government_stocks ({len(ranged)} of"
            f" {len(rows)} rows have one); all together, since most amounts are secret and"
            " estimated in the same way."
        )
        yield Unknown(GOVERNMENT, _POSITION, note)


def _licences(release: Release, controls: Controls, request: ResponseRequest) -> Iterator[Unknown]:
    """One unknown a control with a range, and one a framework that times its licences."""
    chosen = select_controls(controls, request.controls, request.horizon)
    issuers = {control.issuer for control in chosen}
    frameworks = {
        c.control_id
        for c in controls.records.values()
        if c.issuer in issuers and c.kind == "licence" and not _names_items(c)
    }
    ids = {control.control_id for control in chosen} | frameworks
    figures = load_control_parameters(release).figures
    for control_id in sorted(ids):
        own = [f for f in figures if f.control_id == control_id and f.has_range]
        read = [f for f in own if f.reading in (request.reading, "de_jure")]
        if read:
            yield Unknown(LICENCES + control_id, _POSITION, _licence_note(read))


def _licence_note(figures: Sequence[ControlFigure]) -> str:
    names = ", ".join(sorted({figure.parameter for figure in figures}))
    low, high = min(f.low or 0.0 for f in figures), max(f.high or 0.0 for f in figures)
    return (
        f"Position in the ranges of table control_parameters, 1 where most passes: {names},"
        f" {len(figures)} rows from {low:g} to {high:g}; all rows of the control together."
    )


def _names_items(control: Control) -> bool:
    return any(s.element is not None for article in control.articles for s in article.scopes)


def _start(release: Release) -> Unknown:
    low, value, high = assumed_range(release, "response.start_delay")
    note = (
        "Days by which what begins in the horizon, by law or as a shock, begins later than dated,"
        " or below 0 earlier, though not before the first period (assumption"
        " network.response.start_delay)."
    )
    return Unknown(START, Triangular(low, value, high), note)


def _growth(release: Release, request: ResponseRequest) -> Unknown:
    growth = fastest_growth(release, BASE_YEAR, request.horizon.start)
    shown = ", ".join(f"{chain} {share:.0%}" for chain, share in growth.items() if share > 0)
    note = (
        f"0: the world as in {BASE_YEAR}, which the central run takes; 1: grown until"
        f" {request.horizon.start:%B %Y} as in the fastest scenario of table"
        f" mineral_demand_outlook ({shown}), everything in step but for capacities."
    )
    return Unknown(GROWTH, Triangular(0.0, 0.0, 1.0), note)


def _cost(release: Release) -> Unknown:
    rows = [r for r in release.rows("demand_steps") if r["kind"] in ("delay", "idle")]
    note = (
        f"Position between low_cost and high_cost of table demand_steps, {len(rows)} steps of delay"
        " and idle plants; all together: they rest on the same reading of what a plant's hour is"
        " worth."
    )
    return Unknown(COST, _POSITION, note)


def _ramps(release: Release) -> Unknown:
    low, value, high = assumed_range(release, "response.ramp_factor")
    note = (
        "How many times as long as tables ramp_times and demand_steps say it takes until idle"
        " plants, new suppliers, thrift and substitutes deliver (assumption"
        " network.response.ramp_factor)."
    )
    return Unknown(RAMPS, Triangular(low, value, high), note)


def _is_range(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low < high


def licence_positions(values: Mapping[str, object]) -> dict[str, float]:
    """Position by control id among drawn values."""
    return {
        name.removeprefix(LICENCES): float(value)  # type: ignore[arg-type]
        for name, value in values.items()
        if name.startswith(LICENCES)
    }
