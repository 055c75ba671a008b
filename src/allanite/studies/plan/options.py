"""What can be decided: projects in variants and starts, offtake contracts, and their plants.

Projects under construction, or ramping up, are decided; the others can be begun at the start
of each of the first years, with permits at their usual pace or faster. An offtake contract
widens the partners' share of a plant that runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import Axis
from allanite.conditions.horizon import Horizon
from allanite.network.contract_options import ContractOptions
from allanite.network.projects import OfftakeOptions, Projects
from allanite.network.supply import Processes
from allanite.studies.plan.plants import Part, Runs, make_plants
from allanite.studies.plan.pooled import SMALLEST_RATE
from allanite.studies.plan.world import Options, Plants, Terms

COMMITTED: Final = ("construction", "ramp-up")
USUAL: Final = "usual permit"
OFFTAKE: Final = "offtake"
EITHER: Final = "both"
START_YEARS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Menu:
    """Plants and options.

    Attributes:
        plants: what limits processes; options: what can be decided.
    """

    plants: Plants
    options: Options


def make_menu(
    processes: Processes,
    runs: Runs,
    projects: Projects,
    partners: Sequence[str],
    horizon: Horizon,
    terms: Terms,
    contracts: ContractOptions | None = None,
) -> Menu:
    """Plants and options of a plan.

    Args:
        processes: of the whole network.
        runs: what runs today of the plan's.
        projects: what can be chosen; what others alone would pay for is theirs.
        partners: region codes.
        horizon: periods of the plan.
        terms: rates of the reckoning.
        contracts: each a further variant of its project, with permits at their usual pace.
    """
    parts = _parts(projects, runs, {*partners, EITHER})
    every = tuple(dict.fromkeys(part.project for part in parts))
    rows = _option_rows(projects, every, parts, runs, horizon, terms)
    if contracts is not None:
        rows = _with_contracts(rows, contracts, {*partners, EITHER}, horizon, terms)
    # What cannot come within the horizon is no choice, and adds to no plant.
    names = tuple(dict.fromkeys(row.project for row in rows))
    parts = [part for part in parts if part.project in names]
    plants, addition = make_plants(processes, runs, parts, terms.grade_swing)
    options = _options(rows, names, addition, len(plants.labels))
    return Menu(plants=plants, options=options)


def _parts(projects: Projects, runs: Runs, payers: Set[str]) -> list[Part]:
    position = {int(n): i for i, n in enumerate(runs.process)}
    found = [
        Part(
            project=projects.labels.labels[j],
            process=position[int(n)],
            rate=float(projects.capacity_rate[q] * projects.partner_share[q]),
        )
        for q, (j, n) in enumerate(zip(projects.project_of_process, projects.process, strict=True))
        if projects.payer[j] in payers
        and int(n) in position
        and projects.capacity_rate[q] * projects.partner_share[q] > 0
    ]
    offtakes = projects.offtakes
    for f, n in enumerate(offtakes.process.tolist()):
        if n in position and offtakes.region[f] in payers:
            i = position[n]
            more = min(float(offtakes.share[f]), 1.0 - float(runs.share[i]))
            rate = more * float(runs.rate[i])
            if np.isfinite(rate) and rate > SMALLEST_RATE:
                label = offtakes.labels.labels[f]
                found.append(Part(project=label, process=i, rate=rate))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One option before it becomes a place in arrays."""

    project: str
    variant: str
    start: int
    permit: float
    build: float
    ramp: float
    capital: float
    present_cost: float
    payer: str
    is_committed: bool = False
    is_lumpy: bool = False
    is_sure: bool = False


def _option_rows(
    projects: Projects,
    names: Sequence[str],
    parts: Sequence[Part],
    runs: Runs,
    horizon: Horizon,
    terms: Terms,
) -> list[_Row]:
    a_year = round(1 / horizon.step)
    starts = [y * a_year for y in range(START_YEARS) if y * a_year < horizon.count]
    rows = []
    for name in names:
        if name in projects.labels:
            rows += _project_rows(projects, projects.labels.position(name), starts, horizon, terms)
        else:
            taken = sum(p.rate * runs.value[p.process] for p in parts if p.project == name)
            rows += _offtake_rows(projects.offtakes, name, taken, starts, horizon, terms)
    return rows


def _project_rows(
    projects: Projects, j: int, starts: Sequence[int], horizon: Horizon, terms: Terms
) -> list[_Row]:
    committed = projects.status[j] in COMMITTED
    permit, build = projects.permit_duration.value[j], projects.build_duration.value[j]
    variants = [(USUAL, 0.0, 0.0)]
    if not committed:
        permits = projects.permits
        variants += [
            (permits.name[w], float(permits.saved_duration.value[w]), float(permits.cost.value[w]))
            for w in np.flatnonzero(permits.project == j)
        ]
    capital = float(projects.capex.value[j] * (1 - projects.spent_share[j]))
    rows = []
    for variant, saved, extra in variants:
        for start in starts[:1] if committed else starts:
            lead = (max(permit - saved, 0.0) + build) / horizon.step
            if start + lead >= horizon.count:
                continue
            paid = _annuities(capital, start + lead, horizon, terms)
            begun = float(terms.discount(horizon)[start])
            rows.append(
                _Row(
                    project=projects.labels.labels[j],
                    variant=variant,
                    start=start,
                    permit=max(permit - saved, 0.0) / horizon.step,
                    build=build / horizon.step,
                    ramp=float(projects.ramp_duration[j]) / horizon.step,
                    capital=0.0 if committed else capital + extra,
                    present_cost=0.0 if committed else paid + extra * begun,
                    payer=projects.payer[j],
                    is_committed=committed,
                    is_lumpy=bool(projects.lumpy[j]),
                )
            )
    return rows


def _with_contracts(
    rows: Sequence[_Row],
    contracts: ContractOptions,
    payers: Set[str],
    horizon: Horizon,
    terms: Terms,
) -> list[_Row]:
    """The rows, and behind the usual ones of a project those with each of its contracts.

    A grant is paid at once; what floors pay hangs on the course and is no cost of the decision.
    """
    worth, found = terms.discount(horizon), []
    for row in rows:
        found.append(row)
        if row.variant != USUAL or row.is_committed:
            continue
        for k in contracts.of_project(row.project):
            if contracts.payer[k] in payers:
                grant = float(contracts.upfront_cost.value[k] * worth[row.start])
                cost = row.present_cost + terms.payment_weight * grant
                found.append(replace(row, variant=contracts.name[k], present_cost=cost))
    return found


def _annuities(capital: float, online: float, horizon: Horizon, terms: Terms) -> float:
    """Present cost of the annuities from the start of output to the horizon [million USD].

    What stands beyond the horizon serves what comes then, and is paid then.
    """
    worth = terms.discount(horizon)
    share = np.clip(np.arange(horizon.count) + 1 - online, 0.0, 1.0)
    return float(capital * terms.annuity * horizon.step * (worth * share).sum())


def _offtake_rows(
    offtakes: OfftakeOptions,
    name: str,
    taken: float,
    starts: Sequence[int],
    horizon: Horizon,
    terms: Terms,
) -> list[_Row]:
    """A contract from each start to the horizon; its fee is paid every year."""
    f = offtakes.labels.position(name)
    yearly = taken * float(offtakes.fee_share.value[f]) / 1e6
    worth = terms.discount(horizon) * horizon.step
    return [
        _Row(
            project=name,
            variant=OFFTAKE,
            start=start,
            permit=0.0,
            build=1.0,
            ramp=0.0,
            capital=yearly * (horizon.count - start) * horizon.step,
            present_cost=yearly * float(worth[start:].sum()),
            payer=offtakes.region[f],
            is_sure=True,
        )
        for start in starts[:1]
    ]


def _options(
    rows: Sequence[_Row],
    names: Sequence[str],
    addition: Mapping[str, dict[int, float]],
    plant_count: int,
) -> Options:
    projects = Axis("project", tuple(names))
    entries = [
        (size, plant, o)
        for o, row in enumerate(rows)
        for plant, size in sorted(addition[row.project].items())
    ]
    value, plant, option = (np.array(column) for column in zip(*entries, strict=True))

    def column(name: str, kind: type = float) -> np.ndarray:
        return np.array([getattr(row, name) for row in rows], dtype=kind)

    return Options(
        labels=Axis("option", tuple(f"{r.project}, {r.variant}, {r.start}" for r in rows)),
        projects=projects,
        project=projects.positions(row.project for row in rows),
        variant=tuple(row.variant for row in rows),
        start=column("start", int),
        permit=column("permit"),
        build=column("build"),
        ramp=column("ramp"),
        addition=csc_array((value, (plant, option)), shape=(plant_count, len(rows))),
        capital=column("capital"),
        present_cost=column("present_cost"),
        payer=tuple(row.payer for row in rows),
        is_committed=column("is_committed", bool),
        is_lumpy=column("is_lumpy", bool),
        is_sure=column("is_sure", bool),
    )
