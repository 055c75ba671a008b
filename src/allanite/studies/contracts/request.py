"""What is asked of a valuation of contracts and of the design of support."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from allanite.errors import UsageError

YEARS: Final = 15
PATHS: Final = 10_000
FACTORS: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.45, 1.6)
ALL: Final = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuationRequest:
    """How contracts are valued.

    Attributes:
        paths: simulated prices; years: from 2027.
        seed: of the prices; workers: threads.
        range_paths: of them, those on which contracts are valued at the ends of their terms;
            0 leaves the ranges out.

    Raises:
        UsageError: numbers that make no valuation.
    """

    paths: int = PATHS
    years: int = YEARS
    seed: int = 1
    workers: int = 2
    range_paths: int = 2_048

    def __post_init__(self) -> None:
        if min(self.paths, self.years, self.workers) < 1 or self.range_paths < 0:
            raise UsageError(
                f"paths {self.paths}, years {self.years}, workers {self.workers}, range_paths"
                f" {self.range_paths}: at least 1, and 0 for the last"
            )

    def parameters(self) -> dict[str, Any]:
        """As the record of a run holds it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignRequest:
    """What support is looked for.

    Attributes:
        odds: that are asked for; None takes what banks ask (`bankable_odds`).
        measure: `bankable` asks for life to the horizon and the cover ratio in every year,
            `survival` for life alone.
        duration: of price contracts and credits from the first product on [yr]; None lasts to
            the horizon.
        upside_share: the payer's share above the strike of a contract for difference [1].
        beside: ids of real contracts that are there already.
        payers: name and share of each payer; shares sum to one.
        tail_weight: of the mean of the dearest twentieth, in the second ranking [1].
        paths: of the search; check_paths: fresh ones on which the sizes found are reported.
        factors: on all prices, at which the crossover is looked for; empty leaves it out.
        packages: whether pairs of instruments are tried.
        years, seed, workers: as in `ValuationRequest`.

    Raises:
        UsageError: odds or shares outside 0 to 1, payers whose shares do not sum to one.
    """

    odds: float | None = None
    measure: str = "bankable"
    duration: float | None = None
    upside_share: float = 0.3
    beside: tuple[str, ...] = ()
    payers: tuple[tuple[str, float], ...] = ((ALL, 1.0),)
    tail_weight: float = 0.5
    paths: int = 4_000
    check_paths: int = 8_000
    factors: tuple[float, ...] = FACTORS
    packages: bool = True
    years: int = YEARS
    seed: int = 1
    workers: int = 2

    def __post_init__(self) -> None:
        shares = [share for _, share in self.payers]
        for name in ("odds", "upside_share", "tail_weight"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value <= 1.0:
                raise UsageError(f"{name} {value:g}; it must lie between 0 and 1")
        if self.measure not in ("bankable", "survival"):
            raise UsageError(f"measure {self.measure!r}; allowed: bankable, survival")
        if any(share < 0 for share in shares) or abs(sum(shares) - 1.0) > 1e-6:
            raise UsageError(f"payers with shares {shares}; they must be 0 or more and sum to 1")
        if min(self.paths, self.check_paths, self.years, self.workers) < 1:
            raise UsageError("paths, check_paths, years and workers must be at least 1")
        if self.duration is not None and self.duration <= 0:
            raise UsageError(f"duration {self.duration:g}; it must be above 0")
        if any(factor <= 0 for factor in self.factors):
            raise UsageError(f"price factors {self.factors}; they must be above 0")

    def parameters(self) -> dict[str, Any]:
        """As the record of a run holds it."""
        return {**asdict(self), "payers": dict(self.payers), "factors": list(self.factors)}
