"""An extraterritorial licence in a response, with pencil and paper.

Each case is solved, solved again from its stored tables, and stored as a result and read back.
Half a year in months; costs in USD.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from allanite.network.lineage import carry_lineage
from allanite.network.normal import NormalState
from allanite.studies.response.outcome import Outcome
from lineage_networks import add, rule_of, state_of
from response_worlds import (
    MONTHS,
    PARTNER,
    Terms,
    activity_of,
    add_use,
    draft_of,
    effects,
    three_ways,
    world_of,
)


# --- listed origin ------------------------------------------------------------------------------
# JPN presses 50 t/yr of magnets from 1 t of metal of CHN: all of listed origin. 30 are used in JPN,
# 20 in USA, and those of listed origin need a licence for USA that is not given. AUS can dig 0.2
# t/yr: 10 t/yr of free magnets, which go to USA; the press is full, so that 10 fewer of listed
# origin are made. 10 t/yr short in USA.
#   a year: 10 x 1,000 + 0.2 x 20 (dig) + 10 x 20 (press) + 0.2 x 5 + 10 x 5 (freight) = 10,255
def _listed() -> NormalState:
    draft = draft_of(("CHN", "JPN", "AUS", "USA"), {"met": 1.0, "strong": 0.02})
    add(draft, "CHN", "mine", {"met": 1.0}, stage="mine")
    add(draft, "AUS", "mine", {"met": 1.0}, stage="mine", capacity_rate=0.2)
    for origin in ("CHN", "AUS"):
        draft.add_route((origin, "met"), ("JPN", "met"), "trade")
    recipe = {"strong": 1.0, "met": -0.02}
    add(draft, "JPN", "press", recipe, stage="magnet", capacity_rate=50.0)
    draft.add_route(("JPN", "strong"), ("USA", "strong"), "trade")
    for region in ("JPN", "USA"):
        add_use(draft, region, "use", "strong")
    state = state_of(
        draft,
        activity={"CHN:mine": 1.0, "JPN:press": 50.0},
        routes={"CHN > JPN: met": 1.0, "JPN > USA: strong": 20.0},
        demands={"JPN: use: strong": 30.0, "USA: use: strong": 20.0},
    )
    return carry_lineage(state, rule_of())


def test_free_metal_takes_the_place_of_listed_metal(tmp_path: Path) -> None:
    world = world_of(_listed(), Terms(running=20.0, freight=5.0, spare=0.0, growth=0.0))
    licence = {"JPN > USA: strong@CHN": 0.0}
    closed = effects(world, MONTHS, route_availability=licence)

    def check(outcome: Outcome) -> None:
        assert activity_of(outcome, "JPN:press") == pytest.approx([10 / 12] * 6)
        assert activity_of(outcome, "JPN:press@CHN") == pytest.approx([40 / 12] * 6)
        assert outcome.shortage.sum() == pytest.approx(5.0)
        assert outcome.cost == pytest.approx(10_255.0 / 2)

    three_ways(world, closed, PARTNER, MONTHS, tmp_path, check)
