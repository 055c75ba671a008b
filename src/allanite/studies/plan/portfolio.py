"""Rows on projects: what the plan does with each, what each is worth, and when it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.network.projects import OfftakeOptions, Projects
from allanite.network.supply import SupplyNetwork
from allanite.studies.plan.answer import (
    PlanAnswer,
    decided,
    options_of,
    share_of_projects,
)
from allanite.studies.plan.products import Product, feeds_waited_for, main_product
from allanite.units import DAYS_PER_YEAR

Row = dict[str, object]
SMALL_SHARE: Final = 1e-3
LATE: Final = 0.9
HALF: Final = 0.5


def project_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_projects`: projects first, then offtake contracts."""
    program, options = answer.program, answer.program.world.options
    built, is_decided = answer.built, decided(answer.program)
    network = answer.desk.desk.world.network
    share = share_of_projects(program, built)
    for j, name in enumerate(options.projects.labels):
        mine = options_of(program, j)
        best = int(mine[np.argmax(built[mine])])
        product = main_product(answer.program.world, network, int(mine[0]))
        begins = share[j] > SMALL_SHARE
        yield {
            "project_id": name,
            **project_facts(answer, name),
            "stage": product.stage,
            "payer": options.payer[best],
            "is_committed": bool(is_decided[j]),
            "built_share": float(share[j]),
            "variant": options.variant[best] if begins else None,
            "start": program.world.horizon.labels[int(options.start[best])] if begins else None,
            "capital": float(options.capital[mine] @ built[mine]),
            "output": product.material,
            "output_rate": product.rate,
            **_output(answer, product, mine),
            **_timing(answer, best if begins else int(mine[0])),
            "marginal_value": float(np.max(_net_value(answer)[mine])),
            **_standing(answer, j, share[j], is_decided[j]),
        }


def project_facts(answer: PlanAnswer, name: str) -> Row:
    """Name, country, status and quality of a project or an offtake contract."""
    projects: Projects = answer.desk.projects
    if name in projects.labels:
        j = projects.labels.position(name)
        return {
            "name": projects.name[j],
            "country": projects.country[j],
            "status": projects.status[j],
            "quality": projects.quality[j],
        }
    network, offtakes = answer.desk.desk.world.network, projects.offtakes
    f = offtakes.labels.position(name)
    place = int(network.processes.place[offtakes.process[f]])
    return {
        "name": _offtake_name(network, offtakes, f),
        "country": network.place_country[place],
        "status": "running",
        "quality": "estimated",
    }


def _offtake_name(network: SupplyNetwork, offtakes: OfftakeOptions, f: int) -> str:
    """Of whom and for whom; and of what, where more is bought of the same for the same."""
    processes = network.processes
    sellers = processes.place[offtakes.process]
    place, region = int(sellers[f]), offtakes.region[f]
    twins = sum(
        region == other and place == seller
        for other, seller in zip(offtakes.region, sellers, strict=True)
    )
    goods = int(processes.reference_node[offtakes.process[f]])
    what = "offtake"
    if twins > 1 and goods >= 0:
        what = f"offtake of {_short(network.material_name[int(network.node_material[goods])])}"
    return f"{_short(network.place_name[place])}, {what} for {region}"


def _short(name: str) -> str:
    """A place without what its name says in brackets or after a comma or slash."""
    return re.split(r" \(|,|/| / ", name)[0].strip()


def _output(answer: PlanAnswer, product: Product, mine: IntArray) -> Row:
    """What its plant is expected to make of the main product, and how much of it runs.

    Where more than one stands behind a plant, its output is shared out by size.
    """
    world = answer.program.world
    plants, options = world.plants, world.options
    plant = int(plants.weight[:, [product.process]].tocoo().row[0])
    added = np.asarray(options.addition[[plant]].todense()).ravel() * answer.built
    online = answer.mean(answer.online_share) * world.horizon.step
    mine_online = float((online[:, mine] * added[mine]).sum())
    whole = plants.size[plant] * world.horizon.count * world.horizon.step
    all_online = float((online * added).sum()) + whole
    if mine_online <= 0:
        return {"output_amount": 0.0, "running_share": 0.0}
    weight = np.asarray(plants.weight[[plant]].todense()).ravel()
    made = answer.mean(answer.with_plan.activity_amount).sum(axis=0)
    used = float(weight @ made)
    size = product.rate / product.coefficient * weight[product.process]
    share = mine_online / all_online
    return {
        "output_amount": used * share / size * product.rate,
        "running_share": min(used / all_online, 1.0),
    }


def _timing(answer: PlanAnswer, option: int) -> Row:
    """When its first output comes, over the courses."""
    options, horizon = answer.program.world.options, answer.program.world.horizon
    late = answer.lateness[:, option]
    fails = np.isnan(late)
    late = np.where(fails, np.inf, late)
    first = options.start[option] + options.permit[option] + options.build[option] + late
    found: Row = {"failure_share": float(answer.probability @ fails)}
    for column, share in (("first_output", HALF), ("late_first_output", LATE)):
        period = weighted_quantile(first, answer.probability, share)
        inside = np.isfinite(period) and period < horizon.count
        found[column] = horizon.labels[int(period)] if inside else None
    return found


def weighted_quantile(value: FloatArray, probability: FloatArray, share: float) -> float:
    """Least value that at least this share of the courses does not exceed."""
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(probability[order]) >= share - 1e-12
    return float(value[order][int(np.argmax(reached))])


def _net_value(answer: PlanAnswer) -> FloatArray:
    """What a whole option more saves beyond its cost, at the margin, shape (O,) [million USD]."""
    options = answer.program.world.options
    return -answer.solution.gradient[: options.project.size] - options.present_cost


def _standing(answer: PlanAnswer, j: int, share: float, is_decided: bool) -> Row:
    standing = answer.standing
    instead = ", ".join(
        answer.program.world.options.projects.labels[i] for i in standing.instead[j]
    )
    if is_decided:
        verdict = "decided already"
    elif standing.regret_low[j] > standing.slack:
        verdict = "in every good plan" if share > HALF else "in no good plan"
    else:
        verdict = "can be swapped"
    return {
        "regret_low": _known(standing.regret_low[j]),
        "regret_high": _known(standing.regret_high[j]),
        "least_share": None if is_decided else float(standing.least[j]),
        "most_share": None if is_decided else float(standing.most[j]),
        "replaced_by": instead or None,
        "verdict": verdict,
    }


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def schedule_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_schedule`: the steps of what is built or under way."""
    options = answer.program.world.options
    feeds = feeds_waited_for(answer.program.world, answer.built)
    for o in np.flatnonzero((answer.built > SMALL_SHARE) & ~options.is_sure):
        j = int(options.project[o])
        name = options.projects.labels[j]
        lengths = (options.permit[o], options.build[o], options.ramp[o])
        late = _late(answer, int(o))
        begin = float(options.start[o])
        for step, length in zip(("permit", "building", "ramp"), lengths, strict=True):
            if length <= 0:
                continue
            end = begin + length
            yield {
                "project_id": name,
                "name": project_facts(answer, name)["name"],
                "variant": options.variant[o],
                "step": step,
                "begins": day_of(answer, begin),
                "ends": day_of(answer, end) - timedelta(days=1),
                "late_end": None
                if late is None
                else day_of(answer, end + late) - timedelta(days=1),
                "is_longest": bool(length == max(lengths)),
                "waits_for": feeds.get(j),
            }
            begin = end


def _late(answer: PlanAnswer, option: int) -> float | None:
    """Delay in nine of ten courses in which it is built; None where it never is."""
    delays = answer.lateness[:, option]
    kept = np.isfinite(delays)
    if not kept.any():
        return None
    weight = answer.probability[kept] / answer.probability[kept].sum()
    return weighted_quantile(delays[kept], weight, LATE)


def day_of(answer: PlanAnswer, period: float) -> date:
    """The day on which a period, with its fraction, begins."""
    horizon = answer.program.world.horizon
    return horizon.start + timedelta(days=round(period * horizon.step * DAYS_PER_YEAR))
