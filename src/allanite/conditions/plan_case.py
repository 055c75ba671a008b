"""The block `plan` of a case file: money, years, attitude to risk, and what is not known.

`like: us-japan` takes the block of a shipped case; keys that stand beside it replace the keys of
that block whole. Every fault is told at once with its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.conditions.faults import Faults
from allanite.conditions.horizon import YEARS, Horizon
from allanite.conditions.uncertainty import QUARTER, Reason, Uncertainty
from allanite.conditions.uncertainty_file import read_uncertainty
from allanite.conditions.uncertainty_rows import ASSUMED, uncertainty_rows
from allanite.errors import DataError

PLAN: Final = "plan"
LIKE: Final = "like"
KEYS: Final = ("budget", "horizon", "discount_rate", "confidence", "risk_weight", "uncertainty")
MAX_BUDGET: Final = 1e6
MAX_YEARS: Final = 30
# figure -> (least, most)
_FIGURES: Final[Mapping[str, tuple[float, float]]] = {
    "discount_rate": (0.0, 0.5),
    "confidence": (0.5, 0.999),
    "risk_weight": (0.0, 1.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Money for the whole plan.

    Attributes:
        total: of all partners together [million USD].
        partners: most that a partner gives, by region code [million USD]; empty for no limits.
        yearly: most of a year, of all together [million USD]; None without a limit.
    """

    total: float
    partners: tuple[tuple[str, float], ...] = ()
    yearly: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanCase:
    """What a plan starts from.

    Attributes:
        budget: money; horizon: quarters of the plan.
        discount_rate: yearly [1/yr].
        confidence: level alpha of the conditional value at risk [1].
        risk_weight: weight of it against the mean, 0 for the mean alone [1].
        uncertainty: what is not known.
        reasons: range and reason of the three figures above, by name.
    """

    budget: Budget
    horizon: Horizon
    discount_rate: float
    confidence: float
    risk_weight: float
    uncertainty: Uncertainty
    reasons: Mapping[str, Reason]


def plan_rows(plan: PlanCase) -> tuple[dict[str, Any], ...]:
    """Every assumption of a plan as rows: name, value, low, high, unit, why, quality."""
    rows = []
    for name in _FIGURES:
        reason, unit = plan.reasons[name], "1/yr" if name == "discount_rate" else "1"
        row = {"name": name, "value": getattr(plan, name), "low": reason.low, "high": reason.high}
        rows.append({**row, "unit": unit, "why": reason.why, "quality": ASSUMED})
    return (*rows, *uncertainty_rows(plan.uncertainty))


def read_plan(raw: object, partners: Sequence[str], origin: str) -> PlanCase:
    """The plan of a raw block.

    Args:
        raw: the block as loaded, with `like` already resolved.
        partners: region codes of the partners of the case.
        origin: name of the file.

    Raises:
        DataError: faults, all listed.
    """
    faults = Faults(origin)
    found = faults.keys(raw, PLAN, KEYS)
    budget = _budget(found.get("budget"), partners, faults)
    horizon = _horizon(found.get("horizon"), faults)
    values = {
        name: faults.figure(found.get(name), f"{PLAN}.{name}", name, *ends)
        for name, ends in _FIGURES.items()
    }
    reasons = dict(faults.reasons)
    faults.reasons.clear()
    uncertainty = read_uncertainty(found.get("uncertainty"), f"{PLAN}.uncertainty", faults)
    if faults.findings or uncertainty is None or horizon is None:
        raise DataError(faults.findings)
    return PlanCase(
        budget=budget, horizon=horizon, uncertainty=uncertainty, reasons=reasons, **values
    )


def _budget(raw: object, partners: Sequence[str], faults: Faults) -> Budget:
    place = f"{PLAN}.budget"
    found = faults.keys(raw, place, ("total",), ("partners", "yearly"))
    total = faults.number(found.get("total"), f"{place}.total", 0.0, MAX_BUDGET)
    parts = []
    listed = faults.table(found["partners"], f"{place}.partners") if "partners" in found else {}
    for code, value in listed.items():
        where = f"{place}.partners.{code}"
        if code not in partners:
            faults.add(where, "no partner of the case", ", ".join(partners))
        parts.append((code, faults.number(value, where, 0.0, MAX_BUDGET)))
    yearly = None
    if "yearly" in found:
        yearly = faults.number(found["yearly"], f"{place}.yearly", 0.0, MAX_BUDGET)
    return Budget(total=total, partners=tuple(parts), yearly=yearly)


def _horizon(raw: object, faults: Faults) -> Horizon | None:
    place = f"{PLAN}.horizon"
    found = faults.keys(raw, place, ("start", "end"))
    start = faults.day(found.get("start"), f"{place}.start")
    end = faults.day(found.get("end"), f"{place}.end")
    if start is None or end is None:
        return None
    if not _begins_quarter(start):
        allowed = f"the first day of a quarter, {YEARS[0]} to {YEARS[1] - MAX_YEARS}"
        faults.add(f"{place}.start", start.isoformat(), allowed)
        return None
    count = 1
    while count < 4 * MAX_YEARS and Horizon(start, QUARTER, count).last_day(count - 1) < end:
        count += 1
    horizon = Horizon(start, QUARTER, count)
    if horizon.last_day(count - 1) != end:
        allowed = f"the last day of a quarter, at most {MAX_YEARS} years after the start"
        faults.add(f"{place}.end", end.isoformat(), allowed)
    return horizon


def _begins_quarter(day: date) -> bool:
    in_years = YEARS[0] <= day.year < YEARS[1] - MAX_YEARS
    return in_years and day.day == 1 and day.month % 3 == 1
