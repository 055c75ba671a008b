"""What happens to a network, as arrays over the periods of a horizon.

Controls and shocks all end here: one array for each thing that can happen. Effects combine
entry by entry, so their order never matters, and `normal_conditions` changes nothing. This
file knows neither the catalogue nor any solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from allanite.axis import FloatArray, IntArray, frozen
from allanite.conditions.horizon import Horizon
from allanite.errors import ModelError
from allanite.network.supply import SupplyNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupQuota:
    """What several routes may carry together. P periods.

    Attributes:
        label: the rule in words, e.g. the control and the article.
        routes: positions of the routes, distinct and in order.
        quota_rate: shape (P,) [t/yr]; inf where nothing limits them.

    Raises:
        ModelError: no route, a negative position, or a rate that is negative or no number.
    """

    label: str
    routes: IntArray
    quota_rate: FloatArray

    def __post_init__(self) -> None:
        routes = np.unique(np.asarray(self.routes, dtype=np.int64))
        if not routes.size or routes[0] < 0:
            raise ModelError(
                f"group quota {self.label!r} has routes {routes.tolist()[:5]}; it needs at least"
                " one position from 0 on"
            )
        object.__setattr__(self, "routes", frozen(routes))
        object.__setattr__(self, "quota_rate", _own(self.quota_rate))
        if self.quota_rate.ndim != 1:
            raise ModelError(_shape_text(self.label, self.quota_rate.shape, "(P,)"))
        bad = np.flatnonzero(~(self.quota_rate >= 0))
        if bad.size:
            place = f"quota_rate[period {bad[0]}, {self.label}]"
            raise ModelError(_value_text(place, self.quota_rate[bad[0]], _QUOTA))

    @property
    def key(self) -> tuple[str, tuple[int, ...], tuple[float, ...]]:
        """What two equal quotas share; also their order."""
        return self.label, tuple(self.routes.tolist()), tuple(self.quota_rate.tolist())


@dataclass(frozen=True, slots=True)
class _Effect:
    """How one array may look: its axis, its normal value, what it may hold, how it combines."""

    axis: str
    normal: float
    low: float
    high: float
    meaning: str
    join: Callable[[FloatArray], FloatArray]


def _least(stack: FloatArray) -> FloatArray:
    return np.asarray(stack.min(axis=0))


def _most(stack: FloatArray) -> FloatArray:
    return np.asarray(stack.max(axis=0))


def _sum(stack: FloatArray) -> FloatArray:
    """Sum in order of size, so that the order of the effects leaves every bit the same."""
    return np.asarray(np.sort(stack, axis=0).sum(axis=0))


_LARGEST: Final = float(np.finfo(np.float64).max)
_SHARE: Final = "it is a share of the normal"
_QUOTA: Final = _Effect("route", np.inf, 0.0, np.inf, "a quota is a rate in t/yr", _least)
EFFECTS: Final[dict[str, _Effect]] = {
    "process_availability": _Effect("process", 1.0, 0.0, 1.0, _SHARE, _least),
    "process_growth": _Effect("process", 1.0, 0.0, 1.0, "it is a share of the growth", _least),
    "route_availability": _Effect("route", 1.0, 0.0, 1.0, _SHARE, _least),
    "route_quota_rate": _QUOTA,
    "route_delay_added": _Effect("route", 0.0, 0.0, _LARGEST, "a delay is a time in yr", _most),
    "route_cost_added": _Effect("route", 0.0, 0.0, _LARGEST, "a cost is in USD/t", _sum),
    "demand_change": _Effect(
        "demand", 0.0, -_LARGEST, _LARGEST, "it is a share of the normal demand", _sum
    ),
    "stock_availability": _Effect("stock", 1.0, 0.0, 1.0, "it is a share of the stock", _least),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditions:
    """What happens to a network of N processes, R routes, D demands, K stocks in P periods.

    Arrays are read-only. Where several effects meet, shares and quotas take the smallest,
    delays the largest, costs and changes of demand the sum.

    Attributes:
        process_availability: what a process can do, of its normal, shape (P, N) [1].
        process_growth: 1 normal, 0 no output above the normal rate, shape (P, N) [1].
        route_availability: share of what would normally pass, shape (P, R) [1].
        route_quota_rate: most that may pass, shape (P, R) [t/yr]; inf where nothing limits.
        route_delay_added: longer transit, shape (P, R) [yr].
        route_cost_added: dearer transit or material, shape (P, R) [USD/t].
        demand_change: demand is normal x (1 + change), never below 0, shape (P, D) [1].
        stock_availability: 1 normal, 0 may not be drawn, shape (P, K) [1].
        group_quotas: limits on several routes together, by label.
        notes: sentences on what was applied and what was assumed, in order, distinct.

    Raises:
        ModelError: shapes that do not fit together, or a value out of range.
    """

    process_availability: FloatArray
    process_growth: FloatArray
    route_availability: FloatArray
    route_quota_rate: FloatArray
    route_delay_added: FloatArray
    route_cost_added: FloatArray
    demand_change: FloatArray
    stock_availability: FloatArray
    group_quotas: tuple[GroupQuota, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in EFFECTS:
            object.__setattr__(self, name, _own(getattr(self, name)))
        quotas = {quota.key: quota for quota in self.group_quotas}
        ordered = tuple(quotas[key] for key in sorted(quotas))
        object.__setattr__(self, "group_quotas", ordered)
        object.__setattr__(self, "notes", tuple(sorted(set(self.notes))))
        _check_shapes(self)
        for name in EFFECTS:
            _check_values(name, getattr(self, name), None, None)

    @property
    def period_count(self) -> int:
        """Number of periods P."""
        return int(self.process_availability.shape[0])


def normal_conditions(network: SupplyNetwork, horizon: Horizon) -> Conditions:
    """Conditions under which nothing happens."""
    return make_conditions(network, horizon)


def make_conditions(
    network: SupplyNetwork,
    horizon: Horizon,
    *,
    group_quotas: Iterable[GroupQuota] = (),
    notes: Iterable[str] = (),
    **changed: FloatArray,
) -> Conditions:
    """Conditions that are normal but for the arrays given by name.

    Raises:
        ModelError: an array of another name or shape, or a value out of range; the message
            names the period and the route, process, demand or stock.
    """
    if unknown := sorted(set(changed) - set(EFFECTS)):
        raise ModelError(f"no effect {', '.join(unknown)}; effects: {', '.join(EFFECTS)}")
    labels = _labels(network)
    arrays: dict[str, Any] = {}
    for name, effect in EFFECTS.items():
        shape = horizon.count, len(labels[effect.axis])
        array = changed.get(name)
        if array is None:
            arrays[name] = np.full(shape, effect.normal)
            continue
        if np.shape(array) != shape:
            raise ModelError(_shape_text(name, np.shape(array), str(shape)))
        _check_values(name, np.asarray(array, float), horizon.labels, labels[effect.axis])
        arrays[name] = array
    return Conditions(group_quotas=tuple(group_quotas), notes=tuple(notes), **arrays)


def combine(*conditions: Conditions) -> Conditions:
    """All the conditions at once; their order and grouping do not matter.

    Raises:
        ModelError: no conditions, or conditions of different networks or horizons.
    """
    if not conditions:
        raise ModelError("no conditions to combine; start from normal_conditions")
    arrays: dict[str, Any] = {}
    for name, effect in EFFECTS.items():
        found = [getattr(one, name) for one in conditions]
        if len(shapes := {array.shape for array in found}) > 1:
            raise ModelError(
                f"{name} has shapes {sorted(shapes)}; conditions combine only where they are of"
                " one network and one horizon"
            )
        arrays[name] = effect.join(np.stack(found))
    return Conditions(
        group_quotas=tuple(quota for one in conditions for quota in one.group_quotas),
        notes=tuple(note for one in conditions for note in one.notes),
        **arrays,
    )


def check_conditions(conditions: Conditions, network: SupplyNetwork, horizon: Horizon) -> None:
    """Raise `ModelError` where conditions are not of this network and horizon."""
    labels = _labels(network)
    for name, effect in EFFECTS.items():
        wanted = horizon.count, len(labels[effect.axis])
        if getattr(conditions, name).shape != wanted:
            raise ModelError(_shape_text(name, getattr(conditions, name).shape, str(wanted)))


def _labels(network: SupplyNetwork) -> dict[str, Sequence[str]]:
    return {
        "process": network.processes.labels.labels,
        "route": network.routes.labels.labels,
        "demand": network.demands.labels.labels,
        "stock": network.stocks.labels.labels,
    }


def _own(array: ArrayLike) -> FloatArray:
    """A read-only array of this object's own: the caller's stays as it was."""
    found = np.asarray(array, dtype=np.float64)
    copied = np.array(found) if found.flags.writeable or found.base is not None else found
    frozen(copied)
    return copied


def _check_shapes(conditions: Conditions) -> None:
    sizes: dict[str, int] = {}
    periods: int | None = None
    for name, effect in EFFECTS.items():
        shape = getattr(conditions, name).shape
        if len(shape) != 2:
            raise ModelError(_shape_text(name, shape, f"(periods, {effect.axis} count)"))
        periods = shape[0] if periods is None else periods
        wanted = periods, sizes.setdefault(effect.axis, shape[1])
        if shape != wanted:
            raise ModelError(_shape_text(name, shape, str(wanted)))
    for quota in conditions.group_quotas:
        if quota.quota_rate.shape != (periods,):
            raise ModelError(_shape_text(quota.label, quota.quota_rate.shape, f"({periods},)"))
        if quota.routes[-1] >= sizes["route"]:
            raise ModelError(
                f"group quota {quota.label!r} names route {quota.routes[-1]}; there are"
                f" {sizes['route']} routes, counted from 0"
            )


def _check_values(
    name: str,
    array: FloatArray,
    periods: Sequence[str] | None,
    columns: Sequence[str] | None,
) -> None:
    effect = EFFECTS[name]
    bad = np.argwhere(~((array >= effect.low) & (array <= effect.high)))
    if not bad.size:
        return
    p, i = (int(x) for x in bad[0])
    when = f"period {p}" if periods is None else periods[p]
    what = f"{effect.axis} {i}" if columns is None else columns[i]
    more = f" ({len(bad)} such values)" if len(bad) > 1 else ""
    raise ModelError(_value_text(f"{name}[{when}, {what}]", float(array[p, i]), effect) + more)


def _value_text(place: str, value: float, effect: _Effect) -> str:
    if effect.high < _LARGEST or np.isinf(effect.high):
        allowed = f"it must lie between {effect.low:g} and {effect.high:g}"
    elif effect.low == 0:
        allowed = "it must be a finite number, 0 or more"
    else:
        allowed = "it must be a finite number"
    return f"{place} is {value:g}; {allowed}: {effect.meaning}"


def _shape_text(name: str, found: Sequence[int], wanted: str) -> str:
    return f"{name} has shape {tuple(found)}; {wanted} is needed"
