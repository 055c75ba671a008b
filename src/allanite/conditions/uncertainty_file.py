"""The block `uncertainty` of a case file: every figure with its range and its reason.

A figure is `{value: 0.1, low: 0.05, high: 0.2, why: "..."}`. Rows of a chain name the states that
follow; what is left stays. All faults are collected, each with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np

from allanite.axis import FloatArray
from allanite.conditions.faults import Faults
from allanite.conditions.uncertainty import (
    ALL,
    GOODS,
    OTHERS,
    PARTNERS,
    RISKY_STATUSES,
    TOLERANCE,
    ControlChain,
    DemandPath,
    Outage,
    Passing,
    PriceChain,
    PriceState,
    ProjectRisk,
    Regime,
    StatusRisk,
    Uncertainty,
)
from allanite.conditions.uncertainty_rows import passing_name
from allanite.errors import UsageError


def read_uncertainty(raw: object, place: str, faults: Faults) -> Uncertainty | None:
    """The uncertainty of a raw block; None where it has faults, which are then noted."""
    count = len(faults.findings)
    found = faults.keys(raw, place, ("control", "demand", "price"), ("outages", "projects"))
    parts: dict[str, Any] = {
        key: _built(partial(read, found[key], f"{place}.{key}", faults), f"{place}.{key}", faults)
        for key, read in _PARTS.items()
        if key in found
    }
    if len(faults.findings) > count:
        return None
    make = partial(Uncertainty, **parts, reasons=dict(faults.reasons))
    built = _built(make, place, faults)
    return built if isinstance(built, Uncertainty) else None


def _built(make: Callable[[], object], place: str, faults: Faults) -> object:
    """What a maker gives, or None and a fault where the figures do not go together."""
    try:
        return make()
    except UsageError as error:
        faults.add(place, str(error), "figures that go together")
        return None


def _control(raw: object, place: str, faults: Faults) -> ControlChain | None:
    found = faults.keys(raw, place, ("regimes", "initial", "transition"), ("truce",))
    count = len(faults.findings)
    listed = faults.items(found.get("regimes"), f"{place}.regimes")
    regimes = tuple(_regime(x, f"{place}.regimes[{i}]", faults) for i, x in enumerate(listed))
    names = tuple(regime.name for regime in regimes)
    initial, transition = _chain(found, place, "control", names, faults)
    end, after = None, None
    if "truce" in found:
        truce = faults.keys(found["truce"], f"{place}.truce", ("end", "after"))
        end = faults.day(truce.get("end"), f"{place}.truce.end")
        start = "control.after_truce"
        after = _row(truce.get("after"), f"{place}.truce.after", start, names, faults)
    if len(faults.findings) > count:
        return None
    return ControlChain(
        regimes=regimes, transition=transition, initial=initial, truce_end=end, after_truce=after
    )


def _regime(raw: object, place: str, faults: Faults) -> Regime:
    found = faults.keys(raw, place, ("name", "title"), ("passing",))
    name = faults.text(found.get("name"), f"{place}.name")
    title = faults.text(found.get("title"), f"{place}.title")
    listed = faults.items(found["passing"], f"{place}.passing") if "passing" in found else []
    count = len(faults.findings)
    made = [_passing(x, f"{place}.passing[{i}]", name, faults) for i, x in enumerate(listed)]
    passing = tuple(make() for make in made) if len(faults.findings) == count else ()
    return Regime(name=name, title=title, passing=passing)


def _passing(raw: object, place: str, regime: str, faults: Faults) -> Callable[[], Passing]:
    """What makes the entry, to be called when it has no fault."""
    entry = faults.keys(raw, place, ("to", "goods", "share"))
    to = faults.texts(entry.get("to"), f"{place}.to", _is_destination, _DESTINATIONS)
    goods = faults.texts(
        entry.get("goods"), f"{place}.goods", GOODS.__contains__, f"a list: {', '.join(GOODS)}"
    )
    name = passing_name(regime, to, goods)
    share = faults.figure(entry.get("share"), f"{place}.share", name)
    return partial(Passing, destinations=to, goods=goods, share=share)


_DESTINATIONS: Final = f"a list: {PARTNERS}, {OTHERS}, {ALL} or ISO alpha-3 codes"


def _is_destination(text: str) -> bool:
    code = len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()
    return code or text in (PARTNERS, OTHERS, ALL)


def _chain(
    found: Mapping[str, Any], place: str, start: str, names: tuple[str, ...], faults: Faults
) -> tuple[FloatArray, FloatArray]:
    """First row and matrix of a chain; a row keeps its own state with what is left."""
    initial = _row(found.get("initial"), f"{place}.initial", f"{start}.initial", names, faults)
    matrix = np.eye(len(names))
    rows = faults.table(found.get("transition"), f"{place}.transition")
    for name, raw in rows.items():
        where = f"{place}.transition.{name}"
        if name not in names:
            faults.add(where, "a state that is not listed", ", ".join(names))
            continue
        row = _row(raw, where, f"{start}.transition.{name}", names, faults)
        own = names.index(name)
        if row[own] > 0:
            faults.add(f"{where}.{name}", f"{row[own]:g}", "no figure: what is left stays")
        elif row.sum() > 1 + TOLERANCE:
            faults.add(where, f"a sum of {row.sum():.12g}", "a sum of at most 1; the rest stays")
        else:
            matrix[own] = row
            matrix[own, own] = max(1 - row.sum(), 0.0)
    return initial, matrix


def _row(raw: object, place: str, start: str, names: tuple[str, ...], faults: Faults) -> FloatArray:
    """Figures by state, shape (G,) [1]; 0 where a state is not named."""
    row = np.zeros(len(names))
    for name, figure in faults.table(raw, place).items():
        value = faults.figure(figure, f"{place}.{name}", f"{start}.{name}")
        if name not in names:
            faults.add(f"{place}.{name}", "a state that is not listed", ", ".join(names))
        else:
            row[names.index(name)] = value
    return row


def _outages(raw: object, place: str, faults: Faults) -> tuple[Outage, ...] | None:
    count = len(faults.findings)
    found = [
        _outage(one, f"{place}[{i}]", faults) for i, one in enumerate(faults.items(raw, place))
    ]
    return tuple(make() for make in found) if len(faults.findings) == count else None


def _outage(raw: object, place: str, faults: Faults) -> Callable[[], Outage]:
    """What makes the outage, to be called when its file has no fault."""
    entry = faults.keys(raw, place, ("name", "place", *_MOST), ("stages", "materials"))
    name = faults.text(entry.get("name"), f"{place}.name")
    values = {
        key: faults.figure(entry.get(key), f"{place}.{key}", f"outage.{name}.{key}", 0.0, most)
        for key, most in _MOST.items()
    }
    stages, materials = (
        faults.texts(entry.get(key), f"{place}.{key}", bool, "a list of distinct texts")
        for key in ("stages", "materials")
    )
    where = faults.text(entry.get("place"), f"{place}.place")
    return partial(Outage, name=name, place=where, stages=stages, materials=materials, **values)


_MOST: Final[Mapping[str, float]] = {"share_left": 1.0, "yearly_rate": 50.0, "mean_duration": 20.0}


def _demand(raw: object, place: str, faults: Faults) -> tuple[DemandPath, ...]:
    return tuple(_path(x, f"{place}[{i}]", faults) for i, x in enumerate(faults.items(raw, place)))


def _path(raw: object, place: str, faults: Faults) -> DemandPath:
    entry = faults.keys(raw, place, ("name", "probability"), ("outlook", "growth"))
    name = faults.text(entry.get("name"), f"{place}.name")
    growth = faults.table(entry["growth"], f"{place}.growth") if "growth" in entry else {}
    outlook = faults.text(entry["outlook"], f"{place}.outlook") if "outlook" in entry else ""
    figure, start = entry.get("probability"), f"demand.{name}"
    return DemandPath(
        name=name,
        probability=faults.figure(figure, f"{place}.probability", f"{start}.probability"),
        outlook=outlook,
        growth=tuple(
            (chain, faults.figure(x, f"{place}.growth.{chain}", f"{start}.growth.{chain}", -0.5))
            for chain, x in growth.items()
        ),
    )


def _price(raw: object, place: str, faults: Faults) -> PriceChain | None:
    found = faults.keys(raw, place, ("states", "initial", "transition"))
    count = len(faults.findings)
    listed = faults.items(found.get("states"), f"{place}.states")
    states = tuple(_state(x, f"{place}.states[{i}]", faults) for i, x in enumerate(listed))
    names = tuple(state.name for state in states)
    initial, transition = _chain(found, place, "price", names, faults)
    if len(faults.findings) > count:
        return None
    return PriceChain(states=states, transition=transition, initial=initial)


def _state(raw: object, place: str, faults: Faults) -> PriceState:
    entry = faults.keys(raw, place, ("name",), ("factors",))
    name = faults.text(entry.get("name"), f"{place}.name")
    table = faults.table(entry["factors"], f"{place}.factors") if "factors" in entry else {}
    start = f"price.factor.{name}"
    factors = tuple(
        (group, faults.figure(x, f"{place}.factors.{group}", f"{start}.{group}", *_FACTORS))
        for group, x in table.items()
    )
    return PriceState(name=name, factors=factors)


_FACTORS: Final = (0.01, 100.0)


def _projects(raw: object, place: str, faults: Faults) -> ProjectRisk | None:
    found = faults.keys(raw, place, ("statuses", "bad_times"))
    count = len(faults.findings)
    listed = faults.table(found.get("statuses"), f"{place}.statuses")
    statuses = tuple(
        _status(name, one, f"{place}.statuses.{name}", faults) for name, one in listed.items()
    )
    where, start = f"{place}.bad_times", "projects.bad_times"
    bad = faults.keys(found.get("bad_times"), where, ("probability", "odds"))
    often = faults.figure(bad.get("probability"), f"{where}.probability", f"{start}.probability")
    odds = faults.figure(bad.get("odds"), f"{where}.odds", f"{start}.odds", 1.0, 100.0)
    if len(faults.findings) > count:
        return None
    return ProjectRisk(statuses=statuses, bad_times_probability=often, bad_times_odds=odds)


def _status(name: str, raw: object, place: str, faults: Faults) -> StatusRisk:
    if name not in RISKY_STATUSES:
        faults.add(place, "a status without odds", ", ".join(RISKY_STATUSES))
    entry = faults.keys(raw, place, ("late", "failure"))
    late = []
    for key, figure in faults.table(entry.get("late"), f"{place}.late").items():
        value = faults.figure(figure, f"{place}.late.{key}", f"projects.{name}.late_{key}")
        if key.isdecimal() and 1 <= int(key) <= MAX_LATE:
            late.append((int(key), value))
        else:
            faults.add(f"{place}.late.{key}", key, f"quarters from 1 to {MAX_LATE}")
    start = f"projects.{name}"
    failure = faults.figure(entry.get("failure"), f"{place}.failure", f"{start}.failure")
    return StatusRisk(status=name, delay=tuple(late), failure=failure)


MAX_LATE: Final = 80
_PARTS: Final[Mapping[str, Callable[[object, str, Faults], Any]]] = {
    "control": _control,
    "outages": _outages,
    "demand": _demand,
    "price": _price,
    "projects": _projects,
}
