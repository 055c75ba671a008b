"""Rows on contracts: which the plan signs, what each costs its payer, and what that saves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.studies.plan.answer import PlanAnswer
from allanite.studies.plan.contracts import PlanContracts
from allanite.studies.plan.course import contract_payments
from allanite.studies.plan.options import USUAL
from allanite.studies.plan.portfolio import SMALL_SHARE, project_facts

Row = dict[str, object]


def contract_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_contracts`: every contract offered, at the start the plan would use."""
    options = answer.program.world.options
    contracts = options.contracts
    if contracts is None:
        return
    paid = discounted_payments(answer)
    for c in _shown(answer, contracts):
        o = int(contracts.option[c])
        usual = _usual_option(answer, o)
        project = options.projects.labels[int(options.project[o])]
        yield {
            "project_id": project,
            "name": project_facts(answer, project)["name"],
            "contract": contracts.name[c],
            "payer": contracts.payer[c],
            "terms": contract_terms(contracts, c),
            "start": answer.program.world.horizon.labels[int(options.start[o])],
            "signed_share": _signed_share(answer, contracts, c),
            "upfront_cost": float(contracts.upfront_cost[c]),
            "scored_cost": float(contracts.scored_cost[c]),
            "mean_cost": float(answer.mean(paid[:, c])),
            "tail_cost": answer.tail(paid[:, c]),
            "worst_cost": float(paid[:, c].max()),
            "least_cost": float(paid[:, c].min()),
            "failure_share_without": _failing(answer, usual),
            "failure_share": _failing(answer, o),
            "marginal_value": _worth(answer, o) - _worth(answer, usual),
        }


def discounted_payments(answer: PlanAnswer) -> FloatArray:
    """What each contract of a whole project pays in each course with the grant, (S, C), discounted.

    In million USD, as its payer sees it: not weighted.
    """
    world = answer.program.world
    contracts, worth = world.options.contracts, world.terms.discount(world.horizon)
    paid = np.array([worth @ contract_payments(world, course) for course in answer.courses])
    if contracts is None:
        return paid
    return paid + contracts.upfront_cost * worth[world.options.start[contracts.option]]


def payer_rows(answer: PlanAnswer) -> Iterator[tuple[str, FloatArray]]:
    """Each payer of what the plan signs, and what it pays in each course, shape (S,)."""
    contracts = answer.program.world.options.contracts
    if contracts is None:
        return
    signed = answer.built[contracts.option]
    paid = discounted_payments(answer) * signed
    for r, payer in enumerate(contracts.payers):
        mine = (contracts.payer_position == r) & (signed > SMALL_SHARE)
        if mine.any():
            yield payer, paid[:, mine].sum(axis=1)


def contract_terms(contracts: PlanContracts, c: int) -> str:
    """Floors of a contract in words, or what else it is."""
    floors = contracts.floors
    words = [
        f"{floors.material[f]} at {floors.strike[f]:,.0f} USD/kg, {floors.volume_rate[f]:,.0f} t/yr"
        for f in np.flatnonzero(floors.contract == c)
    ]
    if contracts.upfront_cost[c] > 0:
        words.append(f"{contracts.upfront_cost[c]:,.0f} million USD at once")
    if contracts.default_cost[c] > 0:
        words.append(f"{contracts.default_cost[c]:,.0f} million USD if it fails")
    return "; ".join(words)


def _shown(answer: PlanAnswer, contracts: PlanContracts) -> list[int]:
    """One of each contract of a project: at the start that is built most, else at the first."""
    options, built = answer.program.world.options, answer.built
    found: dict[tuple[int, str], int] = {}
    for c, o in enumerate(contracts.option):
        key = int(options.project[o]), contracts.name[c]
        best = found.setdefault(key, c)
        if built[o] > max(built[contracts.option[best]], SMALL_SHARE):
            found[key] = c
    return list(found.values())


def _signed_share(answer: PlanAnswer, contracts: PlanContracts, c: int) -> float:
    """How much of the project is built with this contract, at any start."""
    options, o = answer.program.world.options, contracts.option
    same = options.project[o] == options.project[o[c]]
    same &= np.array([name == contracts.name[c] for name in contracts.name])
    return float(min(answer.built[o[same]].sum(), 1.0))


def _usual_option(answer: PlanAnswer, o: int) -> int:
    """The same project from the same start, without a contract."""
    options = answer.program.world.options
    alike: IntArray = np.flatnonzero(
        (options.project == options.project[o]) & (options.start == options.start[o])
    )
    return int(next(k for k in alike if options.variant[k] == USUAL))


def _failing(answer: PlanAnswer, o: int) -> float:
    return float(answer.probability @ np.isnan(answer.lateness[:, o]))


def _worth(answer: PlanAnswer, o: int) -> float:
    """What a whole option more saves beyond its cost, at the margin of the plan [million USD]."""
    return -float(answer.solution.gradient[o] + answer.program.world.options.present_cost[o])
