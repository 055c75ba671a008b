"""Players in the small world of `plan_worlds`: rights and plants in AAA, all use in BBB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from allanite.axis import FloatArray
from allanite.ensemble.coalition import operate_all
from allanite.ensemble.plan import Means
from allanite.studies.coalition.answer import Acting
from allanite.studies.coalition.players import Players
from allanite.studies.coalition.sharing import find_shares
from allanite.studies.coalition.stability import Agreed
from allanite.studies.coalition.values import (
    Setting,
    Solved,
    coalition_program,
    coalitions,
    cost_game,
    solve_coalitions,
)
from allanite.studies.plan.course import Course
from plan_worlds import small_world

GAP = 1e-9


def silent(*_: object) -> None:
    """Progress that nobody looks at."""


def make_players(
    names: Sequence[str] = ("AAA", "BBB"),
    imports: Sequence[float] = (60.0, 0.0),
    plants: Sequence[float] = (1.0, 0.0),
    demand: Sequence[float] = (0.0, 1.0),
    budget: Sequence[float] = (100.0, 100.0),
    owner: str = "AAA",
    **changed: object,
) -> Players:
    """Players of a small world; rights in t/yr, plants as shares, budgets in million USD."""
    world = small_world(**changed)
    return Players(
        names=tuple(names),
        world=world,
        process_share=np.array(plants)[:, None] * np.ones(3),
        rate=np.array([1.0, max(float(world.plants.size[1]), 1e-9), 1.0]),
        import_rate=np.array(imports)[:, None],
        swap_rate=np.zeros((len(names), 3)),
        owner=(owner,) * world.options.project.size,
        process_home=("AAA",) * 3,
        demand_share=np.array(demand),
        budget=np.array(budget),
        total=float("inf"),
        yearly=float("inf"),
    )


def make_setting(players: Players, *courses: Course, workers: int = 1) -> Setting:
    """These courses, as likely as one another."""
    return Setting(
        players=players,
        courses=courses,
        probability=np.full(len(courses), 1 / len(courses)),
        gap=GAP,
        recourse_of=Means(workers=workers).recourse,
    )


def solve_all(setting: Setting) -> dict[int, Solved]:
    """Every coalition."""
    return solve_coalitions(setting, list(coalitions(len(setting.players.names))), silent)[0]


def acting(setting: Setting, solved: Mapping[int, Solved], *members: int) -> Acting:
    """A coalition and what it does."""
    one = solved[sum(1 << i for i in members)]
    program = coalition_program(setting, members)
    done = operate_all(program, one.state, one, workers=1)
    return Acting(setting=setting, program=program, solved=one, done=done)


def agreed(setting: Setting, due: FloatArray | None = None) -> Agreed:
    """What all agreed on, by the nucleolus unless something else is due."""
    wanted = list(coalitions(len(setting.players.names)))
    solved, warm = solve_coalitions(setting, wanted, silent)
    cost = cost_game(setting.players, solved)
    if due is None:
        due = cost.single - find_shares(cost, setting.players.demand_share)[1].saving
    return Agreed(
        joint=acting(setting, solved, *setting.everybody),
        known=warm.found,
        warm=warm,
        cost=cost,
        solved=solved,
        due=due,
        operate=partial(operate_all, workers=1),
    )
