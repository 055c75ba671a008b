"""Price models with parameters set by hand, one draw or a few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allanite.conditions.prices.model import PriceModel
from allanite.conditions.prices.outside import OutsideDraws
from allanite.conditions.prices.oxides import OXIDES
from allanite.conditions.prices.quotes import quarter_of
from allanite.conditions.prices.state import Parameters, PriceState

E = len(OXIDES)


def plain_model(*, biting: bool = False, draws: int = 1, **changes: float) -> PriceModel:
    """Reversion 0.5 and 0.5, no jumps and no spells unless changed; starts at its mean of e^4."""
    numbers = {
        "reversion": 0.5,
        "own_reversion": 0.5,
        "spike_decay": 1.0,
        "error_scale": 1.0,
        "own": 0.3,
        "mean": 4.0,
        "quota_shift": 0.0,
        "common_load": 0.4,
        "jump_load": 0.7,
        "dumping_load": 0.4,
        "jump_chance": 1e-12,
        "entry": 1e-12,
        "leave": 0.1,
        **changes,
    }
    wide = ("own", "mean", "quota_shift", "common_load", "jump_load", "dumping_load")
    parameters = Parameters(
        **{k: np.full((draws, E) if k in wide else draws, v) for k, v in numbers.items()}
    )
    state = PriceState(
        quarter=quarter_of(2026, 9),
        level=np.zeros((draws, E)),
        common=np.zeros(draws),
        spike=np.zeros(draws),
        glut=np.zeros(draws),
        dumping=np.zeros(draws),
        biting=biting,
    )
    outside = OutsideDraws(
        size=np.full((draws, E), 1.0),
        uncovered=np.full(draws, 0.15),
        calm=np.full(draws, 0.05),
        entry=np.full(draws, 0.02),
        leave=np.full(draws, 0.03),
        light_chance=np.full(draws, 0.5),
        always=np.isin(OXIDES, ("Dy", "Tb", "Y")),
    )
    return PriceModel(
        parameters=parameters,
        state=state,
        history=None,
        outside=outside,
        limit=np.full(E, np.inf),
        digest="by hand",
    )


def started_at(model: PriceModel, level: float) -> PriceModel:
    """The same, with own levels that far from the mean."""
    state = replace(model.state, level=np.full_like(model.state.level, level))
    return replace(model, state=state)
