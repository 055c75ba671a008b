"""A contract of few words, and a producer whose price and output stand still."""

from __future__ import annotations

from datetime import date

import numpy as np

from allanite.conditions.instruments.contract import Contract, Payer
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.instruments.kinds import Instrument

NDPR = "NdPr oxide"


def contract(*instruments: Instrument, **changes: object) -> Contract:
    """A real contract from 2027 to 2036 on all output."""
    given: dict[str, object] = {
        "contract_id": "X",
        "name": "x",
        "status": "proposed",
        "beneficiary_kind": "country",
        "beneficiaries": ("USA",),
        "product": NDPR,
        "payers": (Payer(name="one", region="USA", share=1.0),),
        "instruments": instruments,
        "start": 2027.0,
        "duration": 10.0,
        "indexation": "real",
        **changes,
    }
    return Contract(**given)  # type: ignore[arg-type]


def steady(price: float, rate: float = 6000.0, months: int = 24, **more: object) -> Exposure:
    """One path at one price and one rate from January 2027."""
    given: dict[str, object] = {
        "start": date(2027, 1, 1),
        "price": {NDPR: np.full((1, months), price)},
        "volume_rate": {NDPR: np.full(months, rate)},
        "inflation_rate": 0.0,
        **more,
    }
    return Exposure(**given)  # type: ignore[arg-type]
