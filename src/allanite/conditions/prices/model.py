"""The calibrated process: posterior draws of its parameters and where it starts from.

A path uses one draw throughout, so that simulated prices carry what is not known of the
parameters beside what is not known of the future.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from allanite.axis import FloatArray
from allanite.conditions.prices.outside import OutsideDraws
from allanite.conditions.prices.paths import PricePaths
from allanite.conditions.prices.quotes import FIRST_YEAR
from allanite.conditions.prices.simulate import Plan, run_blocks
from allanite.conditions.prices.state import Parameters, PriceState
from allanite.errors import UsageError

BLOCK = 2048


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceModel:
    """Posterior draws of the price process, all arrays read-only.

    Attributes:
        parameters: D draws.
        state: where each draw stands in the quarter of the last quote.
        history: where each stood at the end of 2009, before the prices of 2010-11; None where
            the quotes end before.
        outside: D draws of what drives the premium outside China.
        limit: log price above which users go without, shape (E,).
        digest: sha256 over the quotes it was calibrated on.
    """

    parameters: Parameters
    state: PriceState
    history: PriceState | None
    outside: OutsideDraws
    limit: FloatArray
    digest: str

    @property
    def draws(self) -> int:
        """D."""
        return int(self.parameters.reversion.size)

    def from_history(self) -> PriceModel:
        """The same process started at the end of 2009, when export quotas stood.

        Raises:
            UsageError: the quotes end before.
        """
        if self.history is None:
            raise UsageError("the quotes end before 2010: there is no state of 2009 to start from")
        return replace(self, state=self.history)

    def simulate(
        self,
        seed: int,
        paths: int,
        months: int,
        start: date,
        block: int = BLOCK,
        workers: int = 1,
    ) -> Iterator[PricePaths]:
        """Blocks of paths in order; the same seed and block size give the same bytes.

        Args:
            seed: of all blocks, each of which takes a child of its own.
            paths: in all; the last block holds what is left.
            months: of each path, at least one.
            start: a day of the first one.
            block: paths a block.
            workers: threads that work ahead, one block each.

        Raises:
            UsageError: nothing to simulate, or a start in or before the last quoted quarter.
        """
        if min(paths, months, block, workers) < 1:
            raise UsageError(
                f"paths {paths}, months {months}, block {block}, workers {workers}: all must be"
                " at least 1"
            )
        first = date(start.year, start.month, 1)
        ahead = 12 * (first.year - FIRST_YEAR) + first.month - 1 - self.state.month
        if ahead < 1:
            raise UsageError(
                f"start {first} is not after the state the process starts from"
                f" ({self.state.label}); choose a later month"
            )
        plan = Plan(
            parameters=self.parameters,
            state=self.state,
            outside=self.outside,
            limit=self.limit,
            start=first,
            ahead=ahead,
            months=months,
        )
        return run_blocks(plan, seed, paths, block, workers)
