"""A response from question to tables: branches of the law, cover, answer, measures, knowing.

For every branch of the law that leads to different conditions: what happens if nobody acts,
at three levels of commercial stock; the cheapest answer; the ranking of measures; the value
of knowing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pyarrow as pa

from allanite.axis import BoolArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.conditions.case import Case
from allanite.conditions.effects import Conditions
from allanite.studies.response.courses import BranchCase
from allanite.studies.response.figures import (
    figure_rows,
    knowledge_rows,
    measure_rows,
    pair_rows,
)
from allanite.studies.response.measure_columns import OWN_MEASURES
from allanite.studies.response.measures import rank_measures
from allanite.studies.response.outcome import Outcome
from allanite.studies.response.prepare import STOCK_LEVELS, Desk, at_stock_level
from allanite.studies.response.request import ResponseRequest, request_rules
from allanite.studies.response.solve import (
    Solved,
    solve_foresight,
    solve_rolling,
)
from allanite.studies.response.tables import (
    cover_rows,
    flow_rows,
    partner_demands,
    price_rows,
    service_rows,
    stock_rows,
)
from allanite.studies.response.world import (
    Rules,
    touched_nodes,
)

Row = dict[str, object]
Progress = Callable[[str, int, int], None]


def joined_tables(desk: Desk, parts: Iterable[Mapping[str, list[Row]]]) -> dict[str, pa.Table]:
    """The rows of all branches as tables."""
    rows: dict[str, list[Row]] = {}
    for part in parts:
        for name, found in part.items():
            rows.setdefault(name, []).extend(found)
    tables = {name: rows_table(TABLES[name], found) for name, found in rows.items()}
    if desk.makers is not None:
        tables["lineage_makers"] = desk.makers
    return tables


def branch_rows(
    desk: Desk,
    case: Case,
    request: ResponseRequest,
    branch: BranchCase,
    progress: Progress | None = None,
) -> dict[str, list[Row]]:
    """Rows by table of one course of the law, without the ranking of measures."""
    rules, name, conditions = request_rules(case, request), branch.name, branch.conditions
    shown = partner_demands(desk.world, rules.partners)
    active = touched_nodes(desk.world.network, conditions)
    idle_runs = unanswered(desk, rules, request, conditions, active, _told(progress, name))
    solved = solve_foresight(desk.world, conditions, rules, request.horizon, active=active)
    answers = answered(desk, rules, request, conditions, active, solved)
    cheapest = answers["central"]
    outcomes = _by_knowledge(desk, rules, request, conditions, active, solved)
    rows: dict[str, Iterable[Row]] = {
        "response_service": (
            *service_rows(name, "nothing", idle_runs["central"], desk.sectors, shown),
            *service_rows(name, "cheapest", cheapest, desk.sectors, shown),
        ),
        "response_cover": cover_rows(name, idle_runs, cheapest, desk.sectors),
        "response_flows": flow_rows(name, cheapest),
        "response_prices": price_rows(name, cheapest),
        "response_stocks": stock_rows(name, cheapest),
        "response_figures": (
            *figure_rows(name, "nothing", idle_runs),
            *figure_rows(name, "cheapest", answers),
        ),
        "response_notes": [{"branch": name, "note": note} for note in conditions.notes],
        "response_knowledge": knowledge_rows(name, outcomes),
    }
    return {table: list(found) for table, found in rows.items()}


def ranking_rows(
    desk: Desk,
    case: Case,
    request: ResponseRequest,
    branch: BranchCase,
    progress: Progress | None = None,
) -> dict[str, list[Row]]:
    """Rows by table of the ranking of measures in one course of the law.

    Pairs are ranked in courses of the law; without licences only where no course is asked for,
    since there they take longer than all else together.
    """
    rules, horizon = request_rules(case, request), request.horizon
    with_pairs = request.pairs and not (branch.is_stress and request.controls)
    solved = solve_foresight(desk.world, branch.conditions, rules, horizon)
    ranking = rank_measures(
        solved,
        request.diplomacy_gain,
        pairs=with_pairs,
        progress=_told(progress, branch.name),
    )
    rows = {"response_measures": measure_rows(branch.name, ranking)}
    if with_pairs:
        rows["response_pairs"] = list(pair_rows(branch.name, ranking))
    return rows


Piece = tuple[bool, BranchCase]


def list_pieces(branches: Iterable[BranchCase], request: ResponseRequest) -> list[Piece]:
    """Pieces of a response that can be worked on side by side: rankings, and all else."""
    courses = list(branches)
    answers = [(False, branch) for branch in courses]
    return [*answers, *((True, branch) for branch in courses if request.measures)]


def piece_rows(
    desk: Desk,
    case: Case,
    request: ResponseRequest,
    piece: Piece,
    progress: Progress | None = None,
) -> dict[str, list[Row]]:
    """Rows by table of one piece."""
    is_ranking, branch = piece
    work = ranking_rows if is_ranking else branch_rows
    return work(desk, case, request, branch, progress)


def _told(progress: Progress | None, branch: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(branch, done, total)


def unanswered(
    desk: Desk,
    rules: Rules,
    request: ResponseRequest,
    conditions: Conditions,
    active: BoolArray,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Outcome]:
    """What happens if nobody acts, at low, central and high commercial stocks.

    Every period is met as it comes, from what is at hand; every use at a market gets the same
    share; no measure is taken.
    """
    passive = replace(rules, rationing="pro_rata", closure="market")
    found = {}
    for i, level in enumerate(STOCK_LEVELS):
        found[level] = solve_rolling(
            at_stock_level(desk.world, level),
            conditions,
            passive,
            request.horizon,
            window=1,
            active=active,
            off=OWN_MEASURES,
        )
        if progress is not None:
            progress(i + 1, len(STOCK_LEVELS))
    return found


def answered(
    desk: Desk,
    rules: Rules,
    request: ResponseRequest,
    conditions: Conditions,
    active: BoolArray,
    central: Solved,
) -> dict[str, Outcome]:
    """The cheapest answer at low, central and high stocks, under the first kind of knowledge."""
    if request.knowledge[0] == "rolling":
        worlds = {level: at_stock_level(desk.world, level) for level in STOCK_LEVELS}
        return {
            level: solve_rolling(world, conditions, rules, request.horizon, active=active)
            for level, world in worlds.items()
        }
    found = {"central": central.outcome}
    for level in ("low", "high"):
        world = at_stock_level(desk.world, level)
        found[level] = solve_foresight(
            world,
            conditions,
            rules,
            request.horizon,
            active=active,
            basis=central.solution.basis,
        ).outcome
    return found


def _by_knowledge(
    desk: Desk,
    rules: Rules,
    request: ResponseRequest,
    conditions: Conditions,
    active: BoolArray,
    solved: Solved,
) -> Mapping[str, Outcome]:
    found = {"foresight": solved.outcome}
    if "rolling" in request.knowledge:
        found["rolling"] = solve_rolling(
            desk.world, conditions, rules, request.horizon, active=active
        )
    return found
