"""Publishers' names and codes to ours: regions, trade codes, units.

A name that is not known is an error that names it; nothing is guessed. The names
stand in one table, `region_names`, which `datasets/iso-3166` makes.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import pyarrow as pa

from allanite.catalogue.files import read_text_table
from allanite.errors import DataError, Finding, UsageError
from allanite.units import UNITS

REGIONS_FILE: Final = Path("iso-3166/snapshot/regions.csv")
_SPACE = re.compile(r"\s+")
_TRADE_CODE = re.compile(r"^\d{6}$")


def plain_text(text: str) -> str:
    """The text with every run of white space, no-break spaces too, as one space."""
    return _SPACE.sub(" ", text).strip()


def _folded(name: str) -> str:
    return plain_text(name).replace("’", "'").casefold()


@dataclass(frozen=True, slots=True)
class RegionNames:
    """Region codes by the names that publishers print.

    Attributes:
        code_of_name: code by name, case and white space folded.
        code_of_iso2: alpha-3 code by alpha-2 code.
        code_of_numeric: code by ISO numeric code, three digits.
    """

    code_of_name: Mapping[str, str]
    code_of_iso2: Mapping[str, str]
    code_of_numeric: Mapping[str, str]

    def code(self, name: str) -> str:
        """Region code of one printed name; raises `UsageError` for an unknown one."""
        found = self.code_of_name.get(_folded(name))
        if found is None:
            raise UsageError(f"unknown region {name!r}{self._hint(name)}")
        return found

    def codes(self, names: Iterable[str | None], origin: str) -> list[str | None]:
        """Region codes of printed names, missing where the name is missing.

        Args:
            names: names in row order.
            origin: file they stand in, for the message.

        Raises:
            DataError: every unknown name once, with the names that are near it.
        """
        wanted = list(names)
        unknown = {n for n in wanted if n is not None and _folded(n) not in self.code_of_name}
        if unknown:
            raise DataError([self._finding(name, origin) for name in sorted(unknown)])
        return [None if n is None else self.code_of_name[_folded(n)] for n in wanted]

    def _finding(self, name: str, origin: str) -> Finding:
        return Finding(
            table=origin,
            place="region name",
            found=repr(name) + self._hint(name),
            allowed="a name or other name of table region_names",
            remedy="Add the name to the regions file if it is right.",
        )

    def _hint(self, name: str) -> str:
        near = get_close_matches(_folded(name), list(self.code_of_name), n=3, cutoff=0.6)
        return f"; near it: {', '.join(repr(x) for x in near)}" if near else ""


def region_names(rows: Iterable[Mapping[str, str | None]]) -> RegionNames:
    """Names from rows with `region`, `name`, `iso2`, `iso_numeric` and `other_names` (with |).

    Raises:
        UsageError: one name stands for two regions.
    """
    of_name: dict[str, str] = {}
    of_iso2: dict[str, str] = {}
    of_numeric: dict[str, str] = {}
    for row in rows:
        code = str(row["region"])
        for name in [code, *printed_names(row)]:
            if of_name.setdefault(_folded(name), code) != code:
                raise UsageError(f"region name {name!r} stands for two regions, one is {code}")
        if row.get("iso2"):
            of_iso2[str(row["iso2"])] = code
        if row.get("iso_numeric"):
            of_numeric[str(row["iso_numeric"])] = code
    return RegionNames(of_name, of_iso2, of_numeric)


def printed_names(row: Mapping[str, str | None]) -> list[str]:
    """The name of a region row and its other names."""
    others = (row.get("other_names") or "").split("|")
    return [str(row["name"]), *(name for name in others if name)]


def read_region_names(datasets: Path) -> RegionNames:
    """Names from the regions file below the folder `datasets/`."""
    columns: pa.Table = read_text_table(datasets / REGIONS_FILE).columns
    return region_names(columns.to_pylist())


def trade_code(code: str) -> str:
    """A six-digit code of the Harmonized System, as text; raises `UsageError` for any other.

    Spreadsheets drop leading zeros and add points: `2846.90` is read, `28469` is refused.
    """
    digits = plain_text(code).replace(".", "").replace(" ", "")
    if not _TRADE_CODE.match(digits):
        raise UsageError(f"trade code {code!r} is not six digits, such as 284690")
    return digits


# Units as publishers print them -> symbols of `units.UNITS`. Units that are not a mass or a
# price by mass (carats, litres, "per metric ton unit") are left out on purpose.
PRINTED_UNITS: Final[Mapping[str, str]] = {
    "metric tons": "t",
    "tons": "t",
    "kilograms": "kg",
    "thousand metric tons": "kt",
    "thousand metric dry tons": "kt",
    "million metric tons": "Mt",
    "kt": "kt",
    "t": "t",
    "kg": "kg",
    "dollars per metric ton": "USD/t",
    "dollars per kilogram": "USD/kg",
    "dollars per gram": "USD/g",
    "dollars per pound": "USD/lb",
    "cents per pound": "cent/lb",
    "dollars per troy ounce": "USD/troy oz",
    "dollars per short ton": "USD/short ton",
    "USD/kg": "USD/kg",
}


def in_unit(value: float | None, printed_unit: str | None, wanted: str) -> float | None:
    """The value in the wanted unit; missing where it cannot be told from the printed one."""
    symbol = PRINTED_UNITS.get(plain_text(printed_unit or ""))
    if value is None or symbol is None:
        return None
    dimension, factor = UNITS[symbol]
    wanted_dimension, wanted_factor = UNITS[wanted]
    return value * (factor / wanted_factor) if dimension == wanted_dimension else None


_QUALIFIER_WORDS: Final[Mapping[str, str]] = {
    ">": "greater than",
    "<": "less than",
    "very small (s)": "very small",
}
_RANGE = re.compile(r"^range ([\d,.]+)\s*[–-]\s*([\d,.]+)$")


@dataclass(frozen=True, slots=True)
class Printed:
    """What stood beside or in place of a number.

    Attributes:
        qualifier: one word of `QUALIFIERS`; missing where nothing stood there.
        low, high: ends of a printed range.
        words: words printed in place of a number.
    """

    qualifier: str | None = None
    low: float | None = None
    high: float | None = None
    words: str | None = None


def read_qualifier(text: str | None) -> Printed:
    """The parts of a qualifier such as `withheld`, `>`, `range 50–300` or `text: Large`."""
    if text is None:
        return Printed()
    found = _RANGE.match(text)
    if found:
        low, high = (float(number.replace(",", "")) for number in found.groups())
        return Printed("range", low, high)
    if text.startswith("text:"):
        return Printed("text", words=text.removeprefix("text:").strip())
    return Printed(_QUALIFIER_WORDS.get(text, text))


_PERIOD = re.compile(
    r"^(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>\d{2})"
    r"(?:-(?P<day>\d{2})|\.\.(?P<last>\d{2}))?))?(?: \(start\))?$"
)


def period_days(period: str) -> tuple[date, date]:
    """First and last day of `2024`, `2024-Q3`, `2024-05`, `2025-01..05` or `2025-05-01`.

    Raises:
        UsageError: any other form.
    """
    found = _PERIOD.match(period)
    if found is None:
        raise UsageError(f"period {period!r} is none of 2024, 2024-Q3, 2024-05, 2025-01..05")
    year = int(found["year"])
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        return day, day
    first, last = 1, 12
    if found["quarter"]:
        last = 3 * int(found["quarter"])
        first = last - 2
    elif found["month"]:
        first = int(found["month"])
        last = int(found["last"] or first)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
