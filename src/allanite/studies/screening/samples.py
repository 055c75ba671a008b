"""The bills of materials that ship: a motor, a generator, an actuator, a loudspeaker, a phone."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from allanite.errors import UsageError

SAMPLES: Final = ("ev-motor", "wind-generator", "fin-actuator", "loudspeaker", "phone")


def sample_path(name: str) -> Path:
    """The CSV file of a shipped example; raises `UsageError` naming those there are."""
    if name not in SAMPLES:
        raise UsageError(f"no example {name!r}; there are {', '.join(SAMPLES)}")
    return Path(str(files("allanite"))) / "examples" / f"{name}.csv"


# The sale each example is screened for, unless another is stated; invented, as their suppliers.
SAMPLE_SALES: Final[Mapping[str, Mapping[str, str]]] = {
    "ev-motor": {
        "country_from": "DEU",
        "country_to": "USA",
        "contract": "other",
        "end_use": "civil",
    },
    "wind-generator": {
        "country_from": "DNK",
        "country_to": "USA",
        "contract": "other",
        "end_use": "civil",
    },
    "fin-actuator": {
        "country_from": "USA",
        "country_to": "USA",
        "contract": "dod",
        "end_use": "military",
    },
    "loudspeaker": {
        "country_from": "USA",
        "country_to": "JPN",
        "contract": "other",
        "end_use": "civil",
    },
    "phone": {
        "country_from": "IND",
        "country_to": "USA",
        "contract": "other",
        "end_use": "civil",
    },
}
