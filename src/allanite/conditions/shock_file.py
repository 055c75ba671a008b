"""Shock files: the shocks of a study in YAML, checked against a network.

    shocks:
      - kind: outage
        place: MMR
        stage: mine
        from: 2027-01-01
        to: 2027-06-30

Every fault of a file is reported at once, with the shock, the key, what was found and what is
allowed. Docs: docs/how-to/write-a-shock.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from allanite.catalogue.files import fault
from allanite.conditions.atlas import Atlas, nearest
from allanite.conditions.horizon import YEARS, Horizon
from allanite.conditions.shocks import (
    MAX_CHANGE,
    BorderClosure,
    Closure,
    DemandSurge,
    Outage,
    PowerCut,
    PriceMove,
    Prices,
    Shock,
    StockLock,
    shock_conditions,
    shock_faults,
)
from allanite.conditions.yaml_file import load_plain_yaml, shown
from allanite.errors import DataError, Finding, UsageError

MAX_SHOCKS: Final = 1000
KINDS: Final[Mapping[str, type[Shock]]] = {
    "outage": Outage,
    "power cut": PowerCut,
    "closure": Closure,
    "border": BorderClosure,
    "demand surge": DemandSurge,
    "price move": PriceMove,
    "stock lock": StockLock,
}


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of a shock: its field, the test of a value, what is allowed."""

    field: str
    test: Callable[[object], bool]
    allowed: str


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_text(item) for item in value)


def _is_number(value: object, high: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and 0 <= value <= high


def _is_day(value: object) -> bool:
    return type(value) is date and YEARS[0] <= value.year <= YEARS[1]


_PLACE: Final = "a site, country or group"
_KEYS: Final[Mapping[str, _Key]] = {
    "from": _Key("first_day", _is_day, "a date such as 2027-01-01"),
    "to": _Key("last_day", _is_day, "a date such as 2027-06-30"),
    "place": _Key("place", _is_text, _PLACE),
    "site": _Key("site", _is_text, "a site"),
    "origin": _Key("origin", _is_text, _PLACE),
    "destination": _Key("destination", _is_text, _PLACE),
    "destinations": _Key("destinations", _is_texts, "a list of countries or groups"),
    "stage": _Key("stage", _is_text, "a stage"),
    "process": _Key("process", _is_text, "a process of the recipe table"),
    "material": _Key("material", _is_text, "a material id"),
    "materials": _Key("materials", _is_texts, "a list of material ids"),
    "elements": _Key("elements", _is_texts, "a list of chemical symbols"),
    "stages": _Key("stages", _is_texts, "a list of stages"),
    "region": _Key("region", _is_text, "a demand region"),
    "end_use": _Key("end_use", _is_text, "an end use, or all"),
    "holder": _Key("holder", _is_text, "a holder of stocks"),
    "share_left": _Key("share_left", lambda v: _is_number(v, 1.0), "a share from 0 to 1"),
    "change": _Key(
        "change",
        lambda v: _is_number(v, MAX_CHANGE),
        f"a share of the normal from 0 to {MAX_CHANGE:g}",
    ),
}
_DAYS: Final = ("from", "to")
# kind -> (keys it needs, keys it may have)
_FORMS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "outage": (("place", *_DAYS), ("stage", "process", "share_left")),
    "power cut": (("site", *_DAYS), ("share_left",)),
    "closure": (
        ("origin", *_DAYS),
        ("destinations", "materials", "elements", "stages", "share_left"),
    ),
    "border": (("origin", "destination", *_DAYS), ("share_left",)),
    "demand surge": (("region", "change", *_DAYS), ("end_use", "materials")),
    "price move": (("material", "change", *_DAYS), ("origin",)),
    "stock lock": (("place", *_DAYS), ("holder", "materials", "share_left")),
}


def read_shocks(path: Path, atlas: Atlas, prices: Prices | None = None) -> tuple[Shock, ...]:
    """The shocks of a YAML file, in its order.

    Args:
        path: the file.
        atlas: the network the names must stand in, and the words of a release.
        prices: price by material id [USD/t]; needed where a price moves.

    Raises:
        DataError: the file is missing, broken or too large, or has faults (all listed): a key
            or kind nobody knows, a place, material or region the network does not have (the
            nearest are named), days before the base year, a negative share or change.
    """
    raw = load_plain_yaml(path, "shock file")
    if not isinstance(raw, dict) or not isinstance(raw.get("shocks"), list) or len(raw) > 1:
        remedy = "Write `shocks:` and below it one item for each shock."
        raise fault(path.name, shown(raw), "one key `shocks` with a list", remedy)
    listed = raw["shocks"]
    if not 1 <= len(listed) <= MAX_SHOCKS:
        raise fault(path.name, f"{len(listed)} shocks", f"1 to {MAX_SHOCKS}", "Split the file.")
    findings: list[Finding] = []
    shocks: list[Shock] = []
    for number, item in enumerate(listed, start=1):
        shock = _shock(item, number, path.name, findings)
        if shock is not None:
            findings += _network_findings(shock, number, path.name, atlas, prices)
            shocks.append(shock)
    if findings:
        raise DataError(findings)
    return tuple(shocks)


def _shock(item: object, number: int, origin: str, findings: list[Finding]) -> Shock | None:
    """The shock of one item; None with findings where it has faults."""
    if not isinstance(item, dict):
        findings.append(_finding(number, "", shown(item), "keys and values", origin))
        return None
    kind = item.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        near = nearest(kind, KINDS) if isinstance(kind, str) else ", ".join(KINDS)
        found = "no kind" if kind is None else shown(kind)
        findings.append(_finding(number, "kind", found, f"a kind of shock; {near}", origin))
        return None
    faults = _key_findings(item, kind, number, origin)
    if faults:
        findings.extend(faults)
        return None
    values: dict[str, Any] = {
        _KEYS[key].field: tuple(value) if isinstance(value, list) else value
        for key, value in item.items()
        if key != "kind"
    }
    return KINDS[kind](**values)


def _key_findings(
    item: Mapping[object, object], kind: str, number: int, origin: str
) -> list[Finding]:
    needed, optional = _FORMS[kind]
    known = (*needed, *optional)
    findings = [
        _finding(number, shown(key), f"a key no {kind} has", ", ".join(known), origin)
        for key in item
        if key not in ("kind", *known)
    ]
    for key in known:
        form = _KEYS[key]
        if key not in item:
            if key in needed:
                findings.append(_finding(number, key, "no value", form.allowed, origin))
        elif not form.test(item[key]):
            findings.append(_finding(number, key, shown(item[key]), form.allowed, origin))
    return findings


def _network_findings(
    shock: Shock, number: int, origin: str, atlas: Atlas, prices: Prices | None
) -> list[Finding]:
    """Faults of days and names: what the network does not have, and days before the data."""
    year = atlas.network.year
    faults = list(shock_faults(shock, year))
    if not faults:
        try:
            shock_conditions(atlas, Horizon(date(year, 1, 1), count=1), shock, prices)
        except UsageError as error:
            faults.append(str(error))
    allowed = f"days from {year} on and names of the network"
    return [_finding(number, "", text, allowed, origin) for text in faults]


def _finding(number: int, key: str, found: str, allowed: str, origin: str) -> Finding:
    return Finding(
        table="shocks",
        place=f"shock {number}" + (f", {key}" if key else ""),
        found=found,
        allowed=allowed,
        remedy="Correct the shock.",
        origin=origin,
    )
