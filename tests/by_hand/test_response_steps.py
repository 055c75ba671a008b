"""Steps of going without, with pencil and paper: order of cost, time, substitutes.

Each case is solved, solved again from its stored tables, and stored as a result and read back.
Half a year in months; costs in USD.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from allanite.network.normal import NormalState
from allanite.studies.response.outcome import Outcome
from lineage_networks import add, state_of
from response_worlds import (
    MONTHS,
    PARTNER,
    Step,
    Terms,
    add_use,
    by_month,
    draft_of,
    effects,
    idle,
    three_ways,
    world_of,
)

# --- the steps of a demand ----------------------------------------------------------------------
# 10 t a month of `met` do not come. In order of cost: thrift 1 t at 100; a substitute up to 2 t at
# 200, from month 1 on, rising over two months: 0, 1/4, 3/4 and then all of 2 t; delay 2 t at 400;
# the rest idle at 1,000. JPN has 2 t a month of `alt` that leave unused.
#   a month: 100 + 800 + x 200 + (7 - x) 1,000, x = 0, 0.5, 1.5, 2, 2, 2, in all 8 t
#   6 x 900 + 8 x 200 + (42 - 8) x 1,000 = 41,000
STEPS = (
    Step(kind="thrift", cost=100.0, share=0.1),
    Step(kind="substitution", cost=200.0, share=0.2, delay=1.0, ramp=2.0, instead="JPN/alt"),
    Step(kind="delay", cost=400.0, share=0.2),
    Step(kind="idle", cost=1000.0),
)
USED = {"JPN: cars: met": STEPS, "JPN: toys: alt": idle(3000.0)}
REPLACED = [0, 0.5, 1.5, 2, 2, 2]


def _with_substitute() -> NormalState:
    draft = draft_of(("CHN", "JPN"), {"met": 1.0, "alt": 0.0})
    for material in ("met", "alt"):
        add(draft, "CHN", f"dig {material}", {material: 1.0}, stage="mine")
        draft.add_route(("CHN", material), ("JPN", material), "trade")
    add_use(draft, "JPN", "cars", "met")
    add_use(draft, "JPN", "toys", "alt")
    return state_of(
        draft,
        activity={"CHN:dig met": 120.0, "CHN:dig alt": 36.0},
        routes={"CHN > JPN: met": 120.0, "CHN > JPN: alt": 36.0},
        demands={"JPN: cars: met": 120.0, "JPN: toys: alt": 12.0},
    )


def test_steps_are_taken_in_order_of_cost(tmp_path: Path) -> None:
    world = world_of(_with_substitute(), Terms(steps=USED))
    closed = effects(world, MONTHS, route_availability={"CHN > JPN: met": 0.0})

    def check(outcome: Outcome) -> None:
        assert by_month(outcome.unmet_of("thrift")) == pytest.approx([1.0] * 6)
        assert by_month(outcome.unmet_of("substitution")) == pytest.approx(REPLACED, abs=1e-6)
        assert by_month(outcome.unmet_of("delay")) == pytest.approx([2.0] * 6)
        assert by_month(outcome.unmet_of("idle")) == pytest.approx([7 - x for x in REPLACED])
        assert outcome.cost == pytest.approx(41_000.0)
        assert outcome.loss.sum() == pytest.approx(12 * 400 + 34 * 1000.0)

    three_ways(world, closed, PARTNER, MONTHS, tmp_path, check)


# The substitute does not come either: nothing replaces, and its own use of 1 t a month stands
# idle at 3,000: 6 x 900 + 42 x 1,000 + 6 x 3,000 = 65,400.
def test_a_substitute_that_is_short_too_replaces_nothing(tmp_path: Path) -> None:
    world = world_of(_with_substitute(), Terms(steps=USED))
    both = {"CHN > JPN: met": 0.0, "CHN > JPN: alt": 0.0}
    closed = effects(world, MONTHS, route_availability=both)

    def check(outcome: Outcome) -> None:
        assert by_month(outcome.unmet_of("substitution")) == pytest.approx([0.0] * 6, abs=1e-6)
        assert by_month(outcome.unmet_of("idle")) == pytest.approx([8.0] * 6)
        assert outcome.cost == pytest.approx(65_400.0)

    three_ways(world, closed, PARTNER, MONTHS, tmp_path, check)


# Only `alt` fails. Toys cost more than cars do, but cars may not stand idle beyond their need
# for the sake of toys: nothing of `met` turns into `alt`. 6 x 3,000.
def test_going_without_makes_no_material(tmp_path: Path) -> None:
    world = world_of(_with_substitute(), Terms(steps=USED))
    closed = effects(world, MONTHS, route_availability={"CHN > JPN: alt": 0.0})

    def check(outcome: Outcome) -> None:
        assert outcome.unmet[:, :4].sum() == pytest.approx(0.0, abs=1e-6)
        assert outcome.cost == pytest.approx(18_000.0)

    three_ways(world, closed, PARTNER, MONTHS, tmp_path, check)
