"""Reads the numbers that no source settles, by id, from table `assumptions`.

An id is `name` or `name:key`; the keyed row rules where it exists. Nothing in this package
holds such a number in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from allanite.catalogue.store import Release
from allanite.errors import DataError, Finding

PREFIX: Final = "network."


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Values by id.

    Attributes:
        values: numbers by id without its prefix.
        prefix: what the ids of these assumptions begin with in the table.
    """

    values: Mapping[str, float]
    prefix: str = PREFIX

    def value(self, name: str, key: str = "") -> float:
        """The value of `name:key`, or of `name` where no row has that key.

        Raises:
            DataError: neither row exists.
        """
        for wanted in (f"{name}:{key}", name):
            if wanted in self.values:
                return self.values[wanted]
        raise DataError(
            [
                Finding(
                    table="assumptions",
                    place=f'assumption_id "{self.prefix}{name}"',
                    found="no row with a value",
                    allowed="one row with a number",
                    remedy="Add the row with its reason.",
                )
            ]
        )

    def keyed(self, name: str) -> dict[str, float]:
        """Values of all rows `name:key`, by key."""
        prefix = f"{name}:"
        return {k.removeprefix(prefix): v for k, v in self.values.items() if k.startswith(prefix)}


def assumed_range(release: Release, name: str, prefix: str = PREFIX) -> tuple[float, float, float]:
    """Low end, value and high end of an assumption.

    Args:
        release: the data release.
        name: id without the prefix.
        prefix: `network.` or that of another study, such as `plan.`.

    Raises:
        DataError: no such row, or one without a range.
    """
    for row in release.rows("assumptions"):
        if row["assumption_id"] == prefix + name:
            found = row["low"], row["value"], row["high"]
            if None not in found:
                return float(row["low"]), float(row["value"]), float(row["high"])
    raise DataError(
        [
            Finding(
                table="assumptions",
                place=f'assumption_id "{prefix}{name}"',
                found="no row with a value, a low and a high end",
                allowed="one row with three numbers",
                remedy="Add the row with its reason.",
            )
        ]
    )


def load_assumptions(release: Release, prefix: str = PREFIX) -> Assumptions:
    """The assumptions of a release that have a number, without the prefix of their ids.

    Args:
        release: the data release.
        prefix: `network.` or that of another study, such as `plan.`.
    """
    rows = [r for r in release.rows("assumptions") if r["assumption_id"].startswith(prefix)]
    values = {r["assumption_id"].removeprefix(prefix): r["value"] for r in rows}
    return Assumptions({k: v for k, v in values.items() if v is not None}, prefix)
