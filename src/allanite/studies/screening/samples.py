"""The bills of materials that ship: a motor, a generator, an actuator, a loudspeaker, a phone."""

from __future__ import annotations

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
