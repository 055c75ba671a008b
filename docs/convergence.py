"""The picture of `docs/explanation/contracts.md`: the error of a floor by number of paths.

PYTHONPATH=. python docs/convergence.py docs/images/convergence.png

A floor on a geometric Brownian motion has a closed form, a strip of puts (Black 1976).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import vl_convert as vlc
from benchmarks.contract_payments import convergence

SIZES = (100, 200, 400, 800, 1_600, 3_200, 6_400)
REPEATS = 40


def specification() -> dict[str, Any]:
    """The error found and the standard error that the paths themselves tell, on two log axes."""
    rows = [
        {"paths": size, "error": error, "kind": kind}
        for size, off, told in convergence(SIZES, REPEATS)
        for kind, error in (("found, root mean square", off), ("told by the paths", told))
    ]
    log = {"type": "log", "nice": False}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": 420,
        "height": 240,
        "data": {"values": rows},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "paths", "type": "quantitative", "scale": log, "title": "Paths"},
            "y": {
                "field": "error",
                "type": "quantitative",
                "scale": log,
                "title": "Error, million USD",
            },
            "color": {"field": "kind", "type": "nominal", "title": None},
            "strokeDash": {"field": "kind", "type": "nominal", "title": None},
        },
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(vlc.vegalite_to_png(specification(), scale=1.5))
