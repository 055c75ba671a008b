"""The second tier: what is paid outside China while export controls bite, and how little trades.

A two-state chain says whether controls bite. Heavy oxides are covered in every spell, light ones
in some (the quotas of 2010 covered all, the licences of 2025 heavy ones only). The logarithm of
the premium approaches its target within months; it is never below 0 and never above a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.random import Generator

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.store import Release
from allanite.conditions.prices.oxides import OXIDE_AXIS, OXIDES
from allanite.errors import DataError, Finding

COVERED: Final = ("quota", "licence")
ALWAYS_COVERED: Final = ("Sm", "Gd", "Tb", "Dy", "Y")  # the licences of April 2025
SIZE: Final = (0.2, 0.5)  # prior of the log of the log premium: mean, sd of oxides about it
SIZE_MEAN_SD: Final = 0.5
NOISE: Final = 0.3  # sd of a quote about the spell's size, and of spells about one another
SPELL_SPREAD: Final = 0.2  # sd of the log of the log premium between spells
CALM: Final = (0.05, 0.5)  # freight, insurance, margin: 6 % in June 2024
UNCOVERED: Final = (0.15, 0.5)  # Nd in September 2025
APPROACH: Final = 6.0  # [1/yr] Dy tripled in a month of 2025; quotas took half a year
LIMIT: Final = float(np.log(100.0))  # highest seen: 69 times (Y, February 2026)
ENTRIES, CALM_YEARS = 2, 15.7  # 2007 to November 2026: mid 2010 and April 2025
EXITS, BITE_YEARS = 1, 4.2  # mid 2010 to end 2012; April 2025, not over
COVERING, NOT_COVERING = 1, 1  # spells that did and did not cover light oxides


@dataclass(frozen=True, slots=True, kw_only=True)
class Premium:
    """One price outside over one inside at about the same time, where controls covered it."""

    oxide: str
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutsideDraws:
    """D draws of what drives the premium, E oxides.

    Attributes:
        size: log premium where covered, shape (D, E); uncovered, calm: the others, shape (D,).
        entry, leave: monthly chances that controls begin and cease to bite, shape (D,) [1].
        light_chance: that a spell covers all oxides, shape (D,) [1].
        always: whether an oxide is covered in every spell, shape (E,).
    """

    size: FloatArray
    uncovered: FloatArray
    calm: FloatArray
    entry: FloatArray
    leave: FloatArray
    light_chance: FloatArray
    always: BoolArray


def load_premiums(release: Release) -> tuple[Premium, ...]:
    """Premiums of a release where controls covered the oxide.

    Raises:
        DataError: a price is not above 0, the price outside lies below, or the oxide is unknown.
    """
    found, findings = [], []
    for row in release.rows("outside_premiums"):
        if row["kind"] in COVERED:
            fault = _fault(row)
            if fault is None:
                ratio = row["outside_price"] / row["inside_price"]
                found.append(Premium(oxide=row["oxide"], ratio=ratio))
            else:
                findings.append(fault)
    if findings:
        raise DataError(findings)
    return tuple(found)


def _fault(row: Mapping[str, Any]) -> Finding | None:
    known = row["oxide"] in OXIDE_AXIS
    if known and 0 < row["inside_price"] < row["outside_price"]:
        return None
    return Finding(
        table="outside_premiums",
        place=f"{row['oxide']}, {row['period']}",
        found=f"{row['outside_price']} outside and {row['inside_price']} inside",
        allowed="an oxide of the process, dearer outside while controls cover it",
        remedy="Correct the row, or name it calm.",
        origin=row["locator"],
    )


def draw_outside(premiums: tuple[Premium, ...], draws: int, generator: Generator) -> OutsideDraws:
    """Draw sizes, chances and rates from their posteriors, all in closed form."""
    mean, factor = size_posterior(premiums)
    log_size = mean + generator.standard_normal((draws, len(mean))) @ factor.T
    return OutsideDraws(
        size=np.exp(log_size[:, : len(OXIDES)]),
        uncovered=UNCOVERED[0] * np.exp(UNCOVERED[1] * generator.standard_normal(draws)),
        calm=CALM[0] * np.exp(CALM[1] * generator.standard_normal(draws)),
        entry=-np.expm1(-generator.gamma(ENTRIES + 0.5, 1 / CALM_YEARS, draws) / 12),
        leave=-np.expm1(-generator.gamma(EXITS + 0.5, 1 / BITE_YEARS, draws) / 12),
        light_chance=generator.beta(COVERING + 0.5, NOT_COVERING + 0.5, draws),
        always=np.isin(OXIDES, ALWAYS_COVERED),
    )


def size_posterior(premiums: tuple[Premium, ...]) -> tuple[FloatArray, FloatArray]:
    """Mean and Cholesky factor of the log sizes of the oxides and their own mean, (E + 1).

    log size_e ~ N(mean, 0.5^2), mean ~ N(0.2, 0.5^2); a quote lies about its size with sd 0.3.
    """
    count = len(OXIDES)
    prior = np.full((count + 1, count + 1), SIZE_MEAN_SD**2)
    prior[np.arange(count), np.arange(count)] += SIZE[1] ** 2
    precision = np.linalg.inv(prior)
    drift = precision @ np.full(count + 1, SIZE[0])
    for premium in premiums:
        e = OXIDE_AXIS.position(premium.oxide)
        precision[e, e] += NOISE**-2
        drift[e] += np.log(np.log(premium.ratio)) / NOISE**2
    covariance = np.linalg.inv(precision)
    return covariance @ drift, np.asarray(np.linalg.cholesky(covariance), np.float64)
