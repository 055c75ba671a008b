"""Rows on projects: what the plan does with each, what each is worth, and when it comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import FloatArray, IntArray
from allanite.network.projects import Projects
from allanite.studies.plan.answer import (
    PlanAnswer,
    decided,
    options_of,
    share_of_projects,
)
from allanite.units import DAYS_PER_YEAR

Row = dict[str, object]
SMALL_SHARE: Final = 1e-3
LATE: Final = 0.9
HALF: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The main product of a project.

    Attributes:
        process: position among the processes of the plan; coefficient: t of it per t of
            reference output.
        material: id; rate: at nameplate [t/yr].
        stage: stages of all its processes, in words.
    """

    process: int
    coefficient: float
    material: str
    rate: float
    stage: str


def main_product(answer: PlanAnswer, project: int) -> Product:
    """What a project makes that is worth most in a year, of what leaves it at the end.

    What one of its processes takes from another is no product of the project.
    """
    world, network = answer.program.world, answer.desk.desk.world.network
    added = world.options.addition[:, [options_of(answer.program, project)[0]]].tocoo()
    share = np.zeros(len(world.plants.labels))
    share[added.row] = added.data
    weight = world.plants.weight
    # Most that each process makes with what the project adds to its plant.
    most = _largest(weight, share)
    process = np.flatnonzero(most > 0)
    recipe = csc_array(world.pooled.recipe)[:, process]
    made = np.asarray((recipe.multiply(most[process])).todense())
    net = np.minimum(made, made.sum(axis=1, keepdims=True))
    value = net * world.goods.price[:, None]
    u, k = np.unravel_index(int(np.argmax(value)), value.shape)
    whole = network.processes
    stages = dict.fromkeys(whole.stage[world.pooled.process[n]] for n in process)
    return Product(
        process=int(process[k]),
        coefficient=float(recipe[[u], [k]].item()) if False else float(made[u, k] / most[process[k]]),
        material=network.materials.labels[int(world.pooled.material[u])],
        rate=float(made[u, k]),
        stage=", ".join(stages),
    )


def _largest(weight: csc_array, share: FloatArray) -> FloatArray:
    entries = weight.tocoo()
    most = np.zeros(weight.shape[1])
    np.maximum.at(most, entries.col, share[entries.row] / entries.data)
    return most


def project_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_projects`: projects first, then offtake contracts."""
    program, options = answer.program, answer.program.world.options
    built, is_decided = answer.built, decided(answer.program)
    share = share_of_projects(program, built)
    for j, name in enumerate(options.projects.labels):
        mine = options_of(program, j)
        best = int(mine[np.argmax(built[mine])])
        product = main_product(answer, j)
        begins = answer.solution_chosen(best, share[j])
        yield {
            "project_id": name,
            **_facts(answer, name),
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


def _facts(answer: PlanAnswer, name: str) -> Row:
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
        "name": f"Offtake of {network.place_name[place]} for {offtakes.region[f]}",
        "country": network.place_country[place],
        "status": "running",
        "quality": "estimated",
    }


def _output(answer: PlanAnswer, product: Product, mine: IntArray) -> Row:
    """What its main process is expected to make, and how much of what is online runs."""
    world = answer.program.world
    amount = answer.with_plan.activity_amount[:, :, product.process]
    made = float(answer.mean(amount.sum(axis=1))) * product.coefficient
    online = np.zeros(world.horizon.count)
    for s, weight in enumerate(answer.probability):
        share = world.options.online_share(answer.desk.delays(answer.scenarios, s), online.size)
        online += weight * share[:, mine] @ answer.built[mine]
    could = float(online.sum()) * world.horizon.step * product.rate
    running = min(made / could, 1.0) if could > 0 else 0.0
    return {"output_amount": made if could > 0 else 0.0, "running_share": running}


def _timing(answer: PlanAnswer, option: int) -> Row:
    """When its first output comes, over the courses."""
    options, horizon = answer.program.world.options, answer.program.world.horizon
    j = int(options.project[option])
    late = np.array([answer.desk.delays(answer.scenarios, s)[j] for s in range(len(answer.scenarios))])
    fails = np.isnan(late) & ~options.is_sure[option]
    late = np.where(options.is_sure[option], 0.0, np.where(fails, np.inf, late))
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
    instead = ", ".join(answer.program.world.options.projects.labels[i] for i in standing.instead[j])
    if is_decided:
        verdict = "decided already"
    elif standing.least[j] > HALF:
        verdict = "in every good plan"
    elif standing.most[j] < HALF:
        verdict = "in no good plan"
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
    feeds = feeds_waited_for(answer)
    for o in np.flatnonzero((answer.built > SMALL_SHARE) & ~options.is_sure):
        j = int(options.project[o])
        name = options.projects.labels[j]
        lengths = (options.permit[o], options.build[o], options.ramp[o])
        late = _late(answer, j)
        begin = float(options.start[o])
        for step, length in zip(("permit", "building", "ramp"), lengths, strict=True):
            if length <= 0:
                continue
            end = begin + length
            yield {
                "project_id": name,
                "name": _facts(answer, name)["name"],
                "variant": options.variant[o],
                "step": step,
                "begins": day_of(answer, begin),
                "ends": day_of(answer, end) - timedelta(days=1),
                "late_end": None if late is None else day_of(answer, end + late) - timedelta(days=1),
                "is_longest": bool(length == max(lengths)),
                "waits_for": feeds.get(j),
            }
            begin = end


def _late(answer: PlanAnswer, project: int) -> float | None:
    """Delay in nine of ten courses in which it is built; None where it never is."""
    delays = np.array(
        [answer.desk.delays(answer.scenarios, s)[project] for s in range(len(answer.scenarios))]
    )
    kept = np.isfinite(delays)
    if not kept.any():
        return None
    weight = answer.probability[kept] / answer.probability[kept].sum()
    return weighted_quantile(delays[kept], weight, LATE)


def day_of(answer: PlanAnswer, period: float) -> date:
    """The day on which a period, with its fraction, begins."""
    horizon = answer.program.world.horizon
    return horizon.start + timedelta(days=round(period * horizon.step * DAYS_PER_YEAR))


def feeds_waited_for(answer: PlanAnswer) -> dict[int, str]:
    """The feed project that each project waits for: one it cannot run without, and later."""
    program = answer.program
    options, pooled = program.world.options, program.world.pooled
    online = _online_period(answer)
    plants = program.world.plants
    of_process = _projects_of_processes(answer)
    recipe = csc_array(pooled.recipe).tocoo()
    supplied = np.zeros(len(pooled.nodes), dtype=bool)
    supplied[pooled.import_node] = True
    runs = np.zeros(plants.running_cost.size, dtype=bool)
    runs[plants.alone[plants.alone_rate > 0]] = True
    supplied[recipe.row[(recipe.data > 0) & runs[recipe.col]]] = True
    material_supplied = np.unique(pooled.material[supplied])
    found: dict[int, str] = {}
    for j in range(len(options.projects)):
        mine = [n for n, owner in of_process.items() if j in owner]
        needs = {int(pooled.material[u]) for u in recipe.row[np.isin(recipe.col, mine) & (recipe.data < 0)]}
        makes = {int(pooled.material[u]) for u in recipe.row[np.isin(recipe.col, mine) & (recipe.data > 0)]}
        open_needs = needs - makes - set(material_supplied.tolist())
        feeders = {
            i
            for n, owner in of_process.items()
            for i in owner
            if i != j
            and open_needs
            & {int(pooled.material[u]) for u in recipe.row[(recipe.col == n) & (recipe.data > 0)]}
        }
        later = [i for i in feeders if np.isfinite(online[i])]
        if later and np.isfinite(online[j]):
            first = min(later, key=lambda i: online[i])
            if online[first] > online[j]:
                found[j] = options.projects.labels[first]
    return found


def _online_period(answer: PlanAnswer) -> FloatArray:
    """Planned period of first output of each project, shape (J,); inf where it is not built."""
    options = answer.program.world.options
    first = np.where(
        answer.built > SMALL_SHARE, options.start + options.permit + options.build, np.inf
    )
    found = np.full(len(options.projects), np.inf)
    np.minimum.at(found, options.project, first)
    return found


def _projects_of_processes(answer: PlanAnswer) -> dict[int, set[int]]:
    """Projects that add to the plant of each process."""
    world = answer.program.world
    addition = world.options.addition.tocoo()
    weight = world.plants.weight.tocoo()
    owners: dict[int, set[int]] = {}
    for plant, option in zip(addition.row.tolist(), addition.col.tolist(), strict=True):
        owners.setdefault(plant, set()).add(int(world.options.project[option]))
    found: dict[int, set[int]] = {}
    for plant, process in zip(weight.row.tolist(), weight.col.tolist(), strict=True):
        if plant in owners:
            found.setdefault(process, set()).update(owners[plant])
    return found
