"""Reads one number that no source settles from table `assumptions`."""

from __future__ import annotations

from allanite.catalogue.files import fault
from allanite.catalogue.store import Release


def assumed_value(release: Release, assumption_id: str) -> float:
    """The value of one assumption, in its own unit.

    Raises:
        DataError: no such row, or a row without a number.
    """
    for row in release.rows("assumptions"):
        if row["assumption_id"] == assumption_id and row["value"] is not None:
            return float(row["value"])
    raise fault(
        f"assumptions[{assumption_id}]", "no value", "a number", "Add the row with its reason."
    )


def assumed_ends(release: Release, assumption_id: str) -> tuple[float, float, float]:
    """Low end, value and high end of one assumption; the value where it has no range.

    Raises:
        DataError: as for `assumed_value`.
    """
    value = assumed_value(release, assumption_id)
    row = next(r for r in release.rows("assumptions") if r["assumption_id"] == assumption_id)
    low, high = (value if row[end] is None else float(row[end]) for end in ("low", "high"))
    return low, value, high
