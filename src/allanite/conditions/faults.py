"""Faults of a case file, collected while it is read, and the figures with their reasons.

A reader asks for a value at a place and gets one of the right kind, whatever stands there; what
was wrong is noted, so that all faults of a file are told at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from allanite.conditions.uncertainty import Reason
from allanite.conditions.yaml_file import shown
from allanite.errors import Finding

_NAME: Final = "a short text"
_FIGURE: Final = ("value", "low", "high", "why")


@dataclass(slots=True)
class Faults:
    """Faults and reasons of a file while it is read."""

    origin: str
    findings: list[Finding] = field(default_factory=list)
    reasons: dict[str, Reason] = field(default_factory=dict)

    def add(self, place: str, found: str, allowed: str) -> None:
        """Note one fault."""
        remedy = "Correct the key; a shipped case shows the form."
        self.findings.append(
            Finding(
                table="case",
                place=place,
                found=found,
                allowed=allowed,
                remedy=remedy,
                origin=self.origin,
            )
        )

    def keys(
        self, raw: object, place: str, needed: tuple[str, ...], more: tuple[str, ...] = ()
    ) -> Mapping[str, Any]:
        """The value as a mapping with these keys; faults and nothing where it is none."""
        allowed = ", ".join((*needed, *more))
        if not isinstance(raw, dict):
            self.add(place, shown(raw), f"keys and values: {allowed}")
            return {}
        for key in raw:
            if key not in (*needed, *more):
                self.add(f"{place}.{key}", "a key no case has", allowed)
        for key in needed:
            if key not in raw:
                self.add(f"{place}.{key}", "no value", "this key")
        return {str(key): value for key, value in raw.items()}

    def table(self, raw: object, place: str) -> Mapping[str, Any]:
        """The value as a mapping with any keys."""
        if not isinstance(raw, dict) or not raw:
            self.add(place, shown(raw), "one or more keys with values")
            return {}
        return {str(key): value for key, value in raw.items()}

    def items(self, raw: object, place: str) -> list[Any]:
        """The value as a list."""
        if not isinstance(raw, list) or not raw:
            self.add(place, shown(raw), "a list of one or more")
            return []
        return raw

    def text(self, raw: object, place: str) -> str:
        """The value as text."""
        if not isinstance(raw, str) or not raw.strip():
            self.add(place, shown(raw), _NAME)
            return ""
        return raw

    def day(self, raw: object, place: str) -> date | None:
        """The value as a date."""
        if type(raw) is not date:
            self.add(place, shown(raw), "a date such as 2027-01-10")
            return None
        return raw

    def number(self, raw: object, place: str, low: float, high: float) -> float:
        """The value as a number between two ends."""
        good = isinstance(raw, int | float) and not isinstance(raw, bool) and low <= raw <= high
        if not good:
            self.add(place, shown(raw), f"a number from {low:g} to {high:g}")
            return math.nan
        return float(raw)  # type: ignore[arg-type]

    def texts(
        self, raw: object, place: str, test: Callable[[str], bool], allowed: str
    ) -> tuple[str, ...]:
        """The value as distinct texts that pass a test; nothing where it is missing."""
        if raw is None:
            return ()
        found = raw if isinstance(raw, list) else [None]
        good = all(isinstance(x, str) and test(x) for x in found)
        if not good or len(set(found)) < len(found):
            self.add(place, shown(raw), allowed)
            return ()
        return tuple(found)

    def figure(
        self, raw: object, place: str, name: str, low: float = 0.0, high: float = 1.0
    ) -> float:
        """The value of a figure between two ends; its range and reason are kept by name."""
        found = self.keys(raw, place, _FIGURE)
        if any(key not in found for key in _FIGURE):
            return math.nan
        numbers = [found[key] for key in _FIGURE[:3]]
        if any(isinstance(x, bool) or not isinstance(x, int | float) for x in numbers):
            self.add(place, shown(raw), "numbers as value, low and high")
            return math.nan
        value, least, most = (float(x) for x in numbers)
        if not low <= least <= value <= most <= high:
            found_text = f"{value:g}, from {least:g} to {most:g}"
            self.add(place, found_text, f"low, value, high in this order, {low:g} to {high:g}")
        self.reasons[name] = Reason(least, most, self.text(found["why"], f"{place}.why"))
        return value
