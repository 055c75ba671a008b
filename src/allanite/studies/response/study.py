"""A response from question to tables: branches of the law, cover, answer, measures, knowing.

For every branch of the law that leads to different conditions: what happens if nobody acts,
at three levels of commercial stock; the cheapest answer; the ranking of measures; the value
of knowing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import Final

import numpy as np
import pyarrow as pa

from allanite.axis import BoolArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.conditions.branches import NamedBranch
from allanite.conditions.case import Case
from allanite.conditions.controls import Reached, list_branches
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.conditions.scenario import Scenario, scenario_conditions
from allanite.conditions.shocks import Closure as ExportClosure
from allanite.conditions.shocks import Shock
from allanite.errors import UsageError
from allanite.law.parameters import READINGS, Reading
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
from allanite.studies.response.solve import (
    KNOWLEDGE,
    Knowledge,
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
    CLOSURES,
    RATIONINGS,
    Closure,
    Rationing,
    Rules,
    touched_nodes,
)

STATED: Final = "as stated"
NO_LICENCES: Final = "no licence for the partners"
Row = dict[str, object]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRequest:
    """What a response is asked for.

    Attributes:
        horizon: the periods.
        controls: control ids, or `all:ISSUER` for every one that is or may be in force.
        shocks: what happens besides the law.
        reading: `observed` (approvals as measured) or `de_jure` (the text).
        branch: one branch of the unknown states; None for all that differ.
        closure, rationing: see `Rules`.
        knowledge: `foresight`, `rolling` or both; the tables show the first.
        measures, pairs: whether measures, and pairs of them, are ranked.
        diplomacy_gain: what licence diplomacy adds to an approval share [1].
        ends: only the first and the last branch: every open question settled one way, or the
            other.
        stress: whether to add the case in which the watched issuer gives the partners no
            licence at all.

    Raises:
        UsageError: a word that is none of those allowed.
    """

    horizon: Horizon
    controls: tuple[str, ...] = ()
    shocks: tuple[Shock, ...] = ()
    reading: Reading = "observed"
    branch: str | None = None
    closure: Closure = "market"
    rationing: Rationing = "priority"
    knowledge: tuple[Knowledge, ...] = ("foresight",)
    measures: bool = True
    pairs: bool = False
    diplomacy_gain: float = 0.25
    ends: bool = False
    stress: bool = False

    def __post_init__(self) -> None:
        _one_of("reading", self.reading, READINGS)
        _one_of("closure", self.closure, CLOSURES)
        _one_of("rationing", self.rationing, RATIONINGS)
        for word in self.knowledge:
            _one_of("knowledge", word, KNOWLEDGE)
        if not self.knowledge:
            raise UsageError(f"no knowledge; one or more of {', '.join(KNOWLEDGE)}")
        if not 0 <= self.diplomacy_gain <= 1:
            raise UsageError(f"diplomacy_gain is {self.diplomacy_gain}; allowed: 0 to 1")


def _one_of(name: str, found: str, allowed: Sequence[str]) -> None:
    if found not in allowed:
        raise UsageError(f"{name} {found!r} is not known; one of {', '.join(allowed)}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BranchCase:
    """One course of the law, its conditions, and its assumed weight if there is one.

    Attributes:
        law: name of the branch of the law; of several with the same effect the first.
        is_stress: whether it is the case without licences instead.
    """

    name: str
    weight: float | None
    conditions: Conditions
    law: str | None = None
    is_stress: bool = False


def request_rules(case: Case, request: ResponseRequest) -> Rules:
    """The rules of a request for the partners of a case."""
    return Rules(
        partners=case.partners,
        watched=case.watched,
        closure=request.closure,
        rationing=request.rationing,
    )


def request_parameters(case: Case, request: ResponseRequest) -> dict[str, object]:
    """What a request asks for, defaults resolved, for the record of the run."""
    return {
        "case": case.case_id,
        "partners": list(case.partners),
        "watched": case.watched,
        "start": request.horizon.start.isoformat(),
        "periods": request.horizon.count,
        "step": request.horizon.step,
        "controls": list(request.controls),
        "shocks": [str(shock) for shock in request.shocks],
        "reading": request.reading,
        "branch": request.branch,
        "closure": request.closure,
        "rationing": request.rationing,
        "knowledge": list(request.knowledge),
        "measures": request.measures,
        "pairs": request.pairs,
        "diplomacy_gain": request.diplomacy_gain,
        "ends": request.ends,
        "stress": request.stress,
    }


def branch_cases(desk: Desk, request: ResponseRequest, rules: Rules) -> tuple[BranchCase, ...]:
    """Courses of the law that lead to different conditions; equal ones are told as one.

    Raises:
        UsageError: an unknown control or branch.
    """
    found = _chosen_branches(desk, request)
    merged: dict[str, BranchCase] = {}
    for name, branch in found.items():
        law = None if branch is None else branch.name
        conditions = _compile(desk, request, law)
        weight = None if branch is None else branch.weight
        course = BranchCase(name=name, weight=weight, conditions=conditions, law=law)
        key = _effect_digest(conditions)
        merged[key] = _merge(merged.get(key), course)
    if request.stress:
        conditions = _stress(desk, request, rules)
        merged.setdefault(
            _effect_digest(conditions),
            BranchCase(name=NO_LICENCES, weight=None, conditions=conditions, is_stress=True),
        )
    return tuple(merged.values())


def course_conditions(
    desk: Desk,
    request: ResponseRequest,
    rules: Rules,
    course: BranchCase,
    start_delay: int = 0,
    reached: Reached | None = None,
) -> Conditions:
    """Conditions of a course found before, for another state of the world or later.

    Args:
        desk: a desk whose network, figures or stocks may differ from those the course has.
        request: what was asked for.
        rules: its rules.
        course: one of `branch_cases`.
        start_delay: how much later begins what begins in the horizon [d].
        reached: what the controls reach in the network, where it is at hand.
    """
    if course.is_stress:
        return _stress(desk, request, rules, start_delay)
    return _compile(desk, request, course.law, start_delay, reached)


def _chosen_branches(desk: Desk, request: ResponseRequest) -> Mapping[str, NamedBranch | None]:
    """The branches asked for, by their names in words."""
    network, horizon = desk.world.network, request.horizon
    found = list_branches(network, horizon, desk.controls, ids=request.controls)
    if not found:
        if request.branch is not None:
            raise UsageError(f"no branch {request.branch!r}; every state is known")
        return {STATED: None}
    named = {_in_words(desk, branch): branch for branch in found}
    if request.branch is not None:
        chosen = {
            name: branch for name, branch in named.items() if request.branch in (name, branch.name)
        }
        if not chosen:
            raise UsageError(f"no branch {request.branch!r}; branches: {'; '.join(named)}")
        return chosen
    if request.ends:
        first, *_, last = named if len(named) > 1 else (*named, *named)
        return {name: named[name] for name in dict.fromkeys((first, last))}
    return named


def _in_words(desk: Desk, branch: NamedBranch) -> str:
    """The branch as a reader says it: `No. 70/2025 extended, No. 72/2025 revived`."""
    titles = {c.control_id: c.short_title for c in desk.controls.records.values()}
    return ", ".join(f"{titles.get(cause, cause)} {outcome}" for cause, outcome in branch.outcomes)


def _stress(desk: Desk, request: ResponseRequest, rules: Rules, start_delay: int = 0) -> Conditions:
    """No licence for the partners from the first day on, on top of the shocks asked for."""
    horizon, elements = request.horizon, licensed_elements(desk, rules, request.horizon)
    closure = ExportClosure(
        origin=rules.watched,
        destinations=rules.partners,
        elements=elements,
        first_day=horizon.first_day(0),
        last_day=horizon.last_day(horizon.count - 1),
    )
    # Without elements a closure is of everything; without licences nothing is withheld.
    shocks = (*request.shocks, closure) if elements else request.shocks
    alone = replace(request, controls=(), branch=None, shocks=shocks, stress=False)
    return _compile(desk, alone, None, start_delay)


def licensed_elements(desk: Desk, rules: Rules, horizon: Horizon) -> tuple[str, ...]:
    """Elements of the network that the watched issuer's licences cover on the first day."""
    day = horizon.first_day(0)
    found = {
        scope.element
        for control in desk.controls.records.values()
        if control.issuer == rules.watched and control.kind == "licence"
        for article in control.articles
        if article.period_on(day).state == "in_force"
        for scope in article.scopes
        if scope.subject == "goods" and scope.element is not None
    }
    return tuple(sorted(found & set(desk.world.network.elements.labels)))


def _compile(
    desk: Desk,
    request: ResponseRequest,
    branch: str | None,
    start_delay: int = 0,
    reached: Reached | None = None,
) -> Conditions:
    scenario = Scenario(
        horizon=request.horizon,
        controls=request.controls,
        reading=request.reading,
        branch=branch,
        shocks=request.shocks,
        start_delay=start_delay,
    )
    return scenario_conditions(
        desk.world.network, scenario, desk.controls, desk.parameters, desk.prices, reached
    )


def _effect_digest(conditions: Conditions) -> str:
    """Digest of what conditions do, without their notes."""
    digest = sha256()
    for item in fields(conditions):
        value = getattr(conditions, item.name)
        if isinstance(value, np.ndarray):
            digest.update(value.tobytes())
    for quota in conditions.group_quotas:
        digest.update(quota.routes.tobytes() + quota.quota_rate.tobytes())
    return digest.hexdigest()


def _merge(known: BranchCase | None, new: BranchCase) -> BranchCase:
    if known is None:
        return new
    both = known.weight is not None and new.weight is not None
    notes = tuple(sorted({*known.conditions.notes, *new.conditions.notes}))
    return replace(
        known,
        name=f"{known.name} or {new.name}",
        weight=known.weight + new.weight if both else None,  # type: ignore[operator]
        conditions=replace(known.conditions, notes=notes),
    )


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
    """Rows by table of one course of the law."""
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
    if request.measures:
        rows |= _ranked(solved, request, name, _told(progress, name))
    return {table: list(found) for table, found in rows.items()}


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


def _ranked(
    solved: Solved,
    request: ResponseRequest,
    branch: str,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Iterable[Row]]:
    ranking = rank_measures(solved, request.diplomacy_gain, pairs=request.pairs, progress=progress)
    rows: dict[str, Iterable[Row]] = {"response_measures": measure_rows(branch, ranking)}
    if request.pairs:
        rows["response_pairs"] = pair_rows(branch, ranking)
    return rows
