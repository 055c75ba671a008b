"""The price process of a data release, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.conditions.prices.calibrate import Calibration, calibrate
from allanite.conditions.prices.model import PriceModel
from allanite.conditions.prices.outside import load_premiums
from allanite.conditions.prices.oxides import OXIDE_AXIS
from allanite.conditions.prices.quotes import load_quotes
from allanite.errors import DataError, Finding

SEED = 1


def load_calibration(release: Release, seed: int = SEED) -> Calibration:
    """The process calibrated on a release, with its chains."""
    return calibrate(load_quotes(release), seed, load_premiums(release))


def load_price_model(release: Release, seed: int = SEED) -> PriceModel:
    """The process calibrated on a release, ready to simulate; some 13 s the first time."""
    return load_calibration(release, seed).model


def load_outside_volumes(release: Release) -> Mapping[str, FloatArray]:
    """What trades at quoted prices outside China while controls bite, by oxide [t/yr].

    Returns:
        `low`, `outside_volume_rate` and `high`, each of shape (E,).

    Raises:
        DataError: an oxide has no row.
    """
    rows: dict[str, Any] = {row["oxide"]: row for row in release.rows("outside_volumes")}
    missing = [oxide for oxide in OXIDE_AXIS if oxide not in rows]
    if missing:
        raise DataError(
            Finding(
                table="outside_volumes",
                place=f"oxide {oxide}",
                found="no row",
                allowed="one row for each oxide of the process",
                remedy="Add the row, with a range where nothing is published.",
            )
            for oxide in missing
        )
    return {
        name: np.array([rows[oxide][name] for oxide in OXIDE_AXIS])
        for name in ("low", "outside_volume_rate", "high")
    }
