"""Parameters of the process and the state it starts from, a draw a row."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from allanite.axis import FloatArray, frozen
from allanite.conditions.prices.quotes import FIRST_YEAR


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameters:
    """D draws of the parameters, E oxides.

    Attributes:
        reversion: of the common level, own_reversion: of own ones, spike_decay: shape (D,)
            [1/yr]; error_scale: of the errors of quotes, shape (D,) [1].
        own: volatility of the own level, shape (D, E) [1/yr^0.5].
        mean: long-run log price, shape (D, E); quota_shift: of it while export quotas stood.
        common_load: of the common level, shape (D, E) [1/yr^0.5].
        jump_load: log size of a mean jump, shape (D, E); dumping_load: fall of the log mean.
        jump_chance, entry, leave: chance a quarter of a jump, and that a dumping spell begins
            and ends, shape (D,) [1].
    """

    reversion: FloatArray
    own_reversion: FloatArray
    spike_decay: FloatArray
    error_scale: FloatArray
    own: FloatArray
    mean: FloatArray
    quota_shift: FloatArray
    common_load: FloatArray
    jump_load: FloatArray
    dumping_load: FloatArray
    jump_chance: FloatArray
    entry: FloatArray
    leave: FloatArray

    def __post_init__(self) -> None:
        for field in fields(self):
            frozen(getattr(self, field.name))

    def mean_price(self, *, dumped: bool) -> FloatArray:
        """Long-run median price outside or in a dumping spell, shape (D, E) [USD/kg]."""
        return np.asarray(np.exp(self.mean - (self.dumping_load if dumped else 0.0)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceState:
    """Where each draw stands in the middle of a quarter.

    Attributes:
        quarter: counted from the first of 2007.
        level: own level, shape (D, E) [log]; common: common level before its load, shape (D,).
        spike, glut: shape (D,).
        dumping: 1 in a spell, shape (D,).
        biting: whether export controls bite then.
    """

    quarter: int
    level: FloatArray
    common: FloatArray
    spike: FloatArray
    glut: FloatArray
    dumping: FloatArray
    biting: bool

    def __post_init__(self) -> None:
        for array in (self.level, self.common, self.spike, self.glut, self.dumping):
            frozen(array)

    @property
    def month(self) -> int:
        """Middle month of the quarter, counted from January 2007."""
        return 3 * self.quarter + 1

    @property
    def label(self) -> str:
        """The middle month in words, `2026-08`."""
        return f"{FIRST_YEAR + self.month // 12}-{self.month % 12 + 1:02d}"
