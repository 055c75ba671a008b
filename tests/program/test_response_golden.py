"""One small response programme as text; `pytest --update-golden` writes it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from allanite.program.explain import program_text
from allanite.studies.response.solve import solve_foresight
from allanite.studies.response.world import Rules
from lineage_networks import add, state_of
from response_worlds import (
    MONTHS,
    Step,
    Terms,
    add_stock,
    add_use,
    draft_of,
    effects,
    quota,
    world_of,
)


def test_a_small_response_as_text(check_golden: Callable[[str, str], None]) -> None:
    """All blocks: two ways under a quota, a shared plant, a substitute, stocks, rationing."""
    draft = draft_of(("CHN", "JPN"), {"met": 1.0, "alt": 0.5})
    more = {"stage": "metal", "group": "works", "group_rule": "share"}
    add(draft, "CHN", "met", {"met": 1.0}, capacity_rate=24.0, **more)
    add(draft, "CHN", "alt", {"alt": 1.0}, capacity_rate=12.0, **more)
    for material in ("met", "alt"):
        draft.add_route(("CHN", material), ("JPN", material), "trade")
        add_use(draft, "JPN", "use", material)
    add_stock(draft, "shelf", "JPN", "met", 1.0)
    add_stock(draft, "reserve", "JPN", "met", 3.0)
    state = state_of(
        draft,
        activity={"CHN:met": 12.0, "CHN:alt": 6.0},
        routes={"CHN > JPN: met": 12.0, "CHN > JPN: alt": 6.0},
        demands={"JPN: use: met": 11.0, "JPN: use: alt": 6.0},
    )
    stocked = np.zeros(len(state.network.nodes))
    stocked[state.network.nodes.position("JPN/met")] = 1.0
    steps = (
        Step(kind="thrift", cost=50.0, share=0.1),
        Step(kind="substitution", cost=80.0, share=0.2, instead="JPN/alt"),
        Step(kind="idle", cost=1000.0),
    )
    terms = Terms(
        running=10.0,
        freight=5.0,
        spare=0.0,
        growth=0.0,
        transit={"CHN > JPN: met": 0.5 / 12},
        steps={"JPN: use: met": steps},
        government={"reserve": (1.0, 12.0)},
    )
    world = world_of(replace(state, stock_change_rate=stocked), terms)
    months = replace(MONTHS, count=2)
    routes = ("CHN > JPN: met", "CHN > JPN: alt")
    conditions = effects(
        world,
        months,
        group_quotas=(quota(world, "exports", routes, np.array([9.0, np.inf])),),
        demand_change={"JPN: use: alt": 0.1},
    )
    rules = Rules(partners=("JPN",), watched="CHN", rationing="pro_rata")
    solved = solve_foresight(world, conditions, rules, months)
    check_golden("response.txt", program_text(solved.made.program))
    assert solved.solution.status == "optimal"
    assert {block.name for block in solved.made.program.rows} == {
        "balance",
        "need",
        "plant",
        "quota",
        "ration",
        "release",
    }
