"""Numbers of a cash flow by name and scope, each with its range and where it comes from.

The one reader of table `finance_parameters`. A row for the country, stage or material rules
over the one for the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.errors import DataError, Finding

Side = Literal["low", "value", "high"]
TABLE: Final = "finance_parameters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One number with its range and origin.

    Attributes:
        name, scope: what it is, and for which country, stage, material or site.
        value, low, high: in `unit`.
        quality, source: how it came to be, and source id with the place in it.
        note: why this value.
    """

    name: str
    scope: str
    value: float
    low: float
    high: float
    unit: str
    quality: str
    source: str
    note: str

    def at(self, side: Side) -> float:
        """The value, or the end of its range of that name."""
        return float(getattr(self, side))


@dataclass(frozen=True, slots=True)
class Parameters:
    """Terms by name and scope."""

    terms: Mapping[tuple[str, str], Term]

    def term(self, name: str, *scopes: str) -> Term:
        """The term of the first scope that has one, else that of the world.

        Raises:
            DataError: neither has a row.
        """
        for scope in (*scopes, WORLD):
            if (name, scope) in self.terms:
                return self.terms[name, scope]
        raise DataError(
            [
                Finding(
                    table=TABLE,
                    place=f'parameter "{name}", scope {" or ".join((*scopes, WORLD))}',
                    found="no row",
                    allowed="one row with a value and its range",
                    remedy="Add the row with its reason.",
                )
            ]
        )

    def value(self, name: str, *scopes: str) -> float:
        """Central value of `term`."""
        return self.term(name, *scopes).value

    def has(self, name: str, scope: str) -> bool:
        """Whether that scope has a row of its own."""
        return (name, scope) in self.terms


def load_parameters(release: Release) -> Parameters:
    """The parameters of a release.

    Raises:
        DataError: a range that does not hold its value (all listed).
    """
    rows = release.rows(TABLE)
    faults = [
        Finding(
            table=TABLE,
            place=f"{row['parameter']}, {row['scope']}",
            found=f"{row['value']:g} beside {row['low']:g} to {row['high']:g}",
            allowed="low, value and high in this order",
            remedy="Correct the row.",
            origin=row["locator"],
        )
        for row in rows
        if not row["low"] <= row["value"] <= row["high"]
    ]
    if faults:
        raise DataError(faults)
    return Parameters(
        {
            (row["parameter"], row["scope"]): Term(
                name=row["parameter"],
                scope=row["scope"],
                value=row["value"],
                low=row["low"],
                high=row["high"],
                unit=row["unit"],
                quality=row["quality"],
                source=f"{row['source_id']}: {row['locator']}",
                note=row["note"],
            )
            for row in rows
        }
    )
