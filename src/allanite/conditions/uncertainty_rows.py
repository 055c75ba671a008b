"""The figures of an uncertainty as rows to print, and the shifts of a sensitivity run.

Names are those of the case file, joined by dots: `control.transition.truce.friction`. Values are
those in use, so a shifted uncertainty prints what it was shifted to.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.uncertainty import (
    ControlChain,
    DemandPath,
    Outage,
    PriceChain,
    ProjectRisk,
    Reason,
    StatusRisk,
    Uncertainty,
)
from allanite.errors import UsageError

ASSUMED: Final = "assumed"
DELAYS: Final = "delays"
OUTAGES: Final = "outages"
DEMAND: Final = "demand"
_PER_QUARTER: Final = "1 per quarter"
Value = tuple[str, float, str]


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift: its name and title, what it hits, the factor on the odds of that."""

    name: str
    title: str
    which: str
    factor: float


STANDARD_SHIFTS: Final = (
    Shift("embargo-twice", "Embargoes begin twice as often", "embargo", 2.0),
    Shift("embargo-half", "Embargoes begin half as often", "embargo", 0.5),
    Shift("embargo-never", "No embargo begins", "embargo", 0.0),
    Shift("truce-half", "Truces begin or go on half as often", "truce", 0.5),
    Shift("dumping-never", "No dumping begins", "dumping", 0.0),
    Shift("dumping-twice", "Dumping begins twice as often", "dumping", 2.0),
    Shift("delays-worse", "Odds of later dates and of failure of projects twice", DELAYS, 2.0),
    Shift("delays-never", "Every project on time", DELAYS, 0.0),
    Shift("outages-twice", "Outages twice as often", OUTAGES, 2.0),
    Shift("demand-low", "Only the first demand path", f"{DEMAND}:first", math.inf),
    Shift("demand-high", "Only the last demand path", f"{DEMAND}:last", math.inf),
)


def uncertainty_values(uncertainty: Uncertainty) -> tuple[Value, ...]:
    """Every figure that is not a remainder: name, value, unit. Odds of nothing are left out."""
    return (
        *_control_values(uncertainty.control),
        *(value for outage in uncertainty.outages for value in _outage_values(outage)),
        *(value for path in uncertainty.demand for value in _path_values(path)),
        *_price_values(uncertainty.price),
        *_project_values(uncertainty.projects),
    )


def uncertainty_rows(uncertainty: Uncertainty) -> tuple[dict[str, Any], ...]:
    """Rows of a table of assumptions: name, value, low, high, unit, why, quality."""
    rows = []
    for name, value, unit in uncertainty_values(uncertainty):
        reason = uncertainty.reasons.get(name, Reason(value, value, ""))
        row = {"name": name, "value": value, "low": reason.low, "high": reason.high}
        rows.append({**row, "unit": unit, "why": reason.why, "quality": ASSUMED})
    return tuple(rows)


def shifted(uncertainty: Uncertainty, which: str, factor: float) -> Uncertainty:
    """The uncertainty with some odds multiplied; the rest of each row takes what is left.

    Args:
        uncertainty: as assumed.
        which: a regime or a price state, or the word before the hyphen of several (`embargo`):
            the odds of entering it from outside and at the end of the truce; `outages` or the
            name of one: its yearly rate; `delays`: the odds b of being worse than each outcome,
            b P / (1 - P + b P); `demand:` and a path, `first` or `last`: its odds.
        factor: 0 or more; inf, for a demand path, leaves no other.

    Raises:
        UsageError: a negative factor, or nothing of that name.
    """
    endless = which.startswith(f"{DEMAND}:")
    if not (0 <= factor < math.inf or (endless and factor == math.inf)):
        raise UsageError(f"a factor of {factor:g} on {which}; allowed: 0 or more")
    control, price = uncertainty.control, uncertainty.price
    if which == DELAYS:
        return replace(uncertainty, projects=_worse_projects(uncertainty.projects, factor))
    if endless:
        wanted = which.removeprefix(f"{DEMAND}:")
        return replace(uncertainty, demand=_one_path(uncertainty.demand, wanted, factor))
    if _matches(control.names, which).any():
        return replace(uncertainty, control=_shifted_control(control, which, factor))
    if _matches(price.names, which).any():
        target = _matches(price.names, which)
        moved = replace(price, transition=_entered(price.transition, target, factor))
        return replace(uncertainty, price=moved)
    return replace(uncertainty, outages=_shifted_outages(uncertainty, which, factor))


def _control_values(chain: ControlChain) -> Iterator[Value]:
    for regime in chain.regimes:
        for passing in regime.passing:
            yield passing_name(regime.name, passing.destinations, passing.goods), passing.share, "1"
    yield from _odds("control.initial", chain.names, chain.initial, "1")
    for g, name in enumerate(chain.names):
        others = np.where(np.arange(len(chain.names)) == g, 0.0, chain.transition[g])
        yield from _odds(f"control.transition.{name}", chain.names, others, _PER_QUARTER)
    if chain.after_truce is not None:
        yield from _odds("control.after_truce", chain.names, chain.after_truce, "1")


def passing_name(regime: str, destinations: Sequence[str], goods: Sequence[str]) -> str:
    """Name of one passing share."""
    return f"control.passing.{regime}.{'+'.join(destinations)}.{'+'.join(goods)}"


def _odds(start: str, names: Sequence[str], row: FloatArray, unit: str) -> Iterator[Value]:
    for name, value in zip(names, row, strict=True):
        if value > 0:
            yield f"{start}.{name}", float(value), unit


def _outage_values(outage: Outage) -> Iterator[Value]:
    yield f"outage.{outage.name}.share_left", outage.share_left, "1"
    yield f"outage.{outage.name}.yearly_rate", outage.yearly_rate, "1/yr"
    yield f"outage.{outage.name}.mean_duration", outage.mean_duration, "yr"


def _path_values(path: DemandPath) -> Iterator[Value]:
    yield f"demand.{path.name}.probability", path.probability, "1"
    for chain, growth in path.growth:
        yield f"demand.{path.name}.growth.{chain}", growth, "1/yr"


def _price_values(chain: PriceChain) -> Iterator[Value]:
    for state in chain.states:
        for group, factor in state.factors:
            yield f"price.factor.{state.name}.{group}", factor, "1"
    yield from _odds("price.initial", chain.names, chain.initial, "1")
    for q, name in enumerate(chain.names):
        others = np.where(np.arange(len(chain.names)) == q, 0.0, chain.transition[q])
        yield from _odds(f"price.transition.{name}", chain.names, others, _PER_QUARTER)


def _project_values(risk: ProjectRisk) -> Iterator[Value]:
    for status in risk.statuses:
        for quarters, probability in status.delay:
            yield f"projects.{status.status}.late_{quarters}", probability, "1"
        yield f"projects.{status.status}.failure", status.failure, "1"
    yield "projects.bad_times.probability", risk.bad_times_probability, "1"
    yield "projects.bad_times.odds", risk.bad_times_odds, "1"


def _matches(names: Sequence[str], which: str) -> BoolArray:
    return np.array([name == which or name.startswith(f"{which}-") for name in names])


def _shifted_control(chain: ControlChain, which: str, factor: float) -> ControlChain:
    target = _matches(chain.names, which)
    after = None if chain.after_truce is None else _scaled(chain.after_truce, target, factor)
    return replace(chain, transition=_entered(chain.transition, target, factor), after_truce=after)


def _entered(transition: FloatArray, target: BoolArray, factor: float) -> FloatArray:
    """Rows outside the target with other odds of entering it; spells inside last as long."""
    rows = [
        row if inside else _scaled(row, target, factor)
        for row, inside in zip(transition, target, strict=True)
    ]
    return np.stack(rows)


def _scaled(row: FloatArray, target: BoolArray, factor: float) -> FloatArray:
    """A row with the target's odds times a factor, one at most, and the rest in proportion."""
    old = float(row[target].sum())
    new = min(old * factor, 1.0)
    if old in (0.0, new) or (old == 1.0 and new < 1.0):
        return row  # nothing to scale, or nowhere for the rest to go
    found = np.where(target, row * (new / old), row * ((1 - new) / (1 - old)))
    return np.asarray(found / found.sum())


def _shifted_outages(uncertainty: Uncertainty, which: str, factor: float) -> tuple[Outage, ...]:
    hit = [which in (OUTAGES, outage.name) for outage in uncertainty.outages]
    if not any(hit):
        known = [*uncertainty.control.names, *uncertainty.price.names]
        known += [OUTAGES, *(outage.name for outage in uncertainty.outages), DELAYS]
        known += [f"{DEMAND}:{path.name}" for path in uncertainty.demand]
        raise UsageError(f"nothing called {which!r} to shift; known: {', '.join(known)}")
    return tuple(
        replace(outage, yearly_rate=outage.yearly_rate * factor) if now else outage
        for outage, now in zip(uncertainty.outages, hit, strict=True)
    )


def _worse_projects(risk: ProjectRisk, factor: float) -> ProjectRisk:
    return replace(risk, statuses=tuple(_worse_status(s, factor) for s in risk.statuses))


def _worse_status(status: StatusRisk, factor: float) -> StatusRisk:
    quarters, share = status.outcomes()
    worse = np.minimum(np.cumsum(share[::-1])[::-1], 1.0)
    moved = factor * worse / (1 - worse + factor * worse) if factor else np.zeros_like(worse)
    moved[0] = 1.0
    found = -np.diff(np.append(moved, 0.0))
    late = tuple((q, float(p)) for q, p in zip(quarters[1:-1], found[1:-1], strict=True))
    return StatusRisk(status=status.status, delay=late, failure=float(found[-1]))


def _one_path(paths: Sequence[DemandPath], wanted: str, factor: float) -> tuple[DemandPath, ...]:
    """The paths with a factor on the odds of one of them."""
    names = {path.name: k for k, path in enumerate(paths)}
    found: Mapping[str, int] = {"first": 0, "last": len(paths) - 1, **names}
    if wanted not in found:
        raise UsageError(f"no demand path {wanted!r}; paths: {', '.join(names)}")
    target = np.arange(len(paths)) == found[wanted]
    odds = np.array([path.probability for path in paths])
    row = _scaled(odds, target, factor)
    return tuple(replace(path, probability=float(p)) for path, p in zip(paths, row, strict=True))
