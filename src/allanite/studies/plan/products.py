"""What projects make, and which project a project waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.network.supply import SupplyNetwork
from allanite.studies.plan.world import PlanWorld

SMALL_SHARE: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The main product of a project.

    Attributes:
        process: position of the process that makes it, among those of the plan.
        coefficient: t of it per t of reference output.
        material: id; rate: at nameplate [t/yr].
        stage: stages of all processes of the project.
    """

    process: int
    coefficient: float
    material: str
    rate: float
    stage: str


def main_product(world: PlanWorld, network: SupplyNetwork, option: int) -> Product:
    """What an option makes that is worth most in a year.

    Where processes of one option share a plant, each could fill it.
    """
    most = option_rates(world, option)
    process = np.flatnonzero(most > 0)
    recipe = csc_array(world.pooled.recipe)[:, process].maximum(0).toarray()
    value = recipe * most[process] * world.goods.price[:, None]
    u, k = (int(i) for i in np.unravel_index(int(np.argmax(value)), value.shape))
    stages = dict.fromkeys(network.processes.stage[world.pooled.process[n]] for n in process)
    return Product(
        process=int(process[k]),
        coefficient=float(recipe[u, k]),
        material=network.materials.labels[int(world.pooled.material[u])],
        rate=float(recipe[u, k] * most[process[k]]),
        stage=", ".join(stages),
    )


def option_rates(world: PlanWorld, option: int) -> FloatArray:
    """Most that an option adds to each process, alone at its plant, shape (N,) [t/yr]."""
    added = np.asarray(world.options.addition[:, [option]].todense()).ravel()
    weight = world.plants.weight.tocoo()
    most = np.zeros(weight.shape[1])
    np.maximum.at(most, weight.col, added[weight.row] / weight.data)
    return most


def feeds_waited_for(world: PlanWorld, built: FloatArray) -> dict[int, str]:
    """By project the one that feeds it and comes later, where nothing else feeds it.

    Args:
        world: what is decided on.
        built: of each option, shape (O,) [1].
    """
    options = world.options
    online = _online_period(world, built)
    needs, makes = _materials(world)
    existing = _existing_materials(world)
    found: dict[int, str] = {}
    for j in np.flatnonzero(np.isfinite(online)):
        missing = needs[j] & ~makes[j] & ~existing
        feeders = np.flatnonzero((makes & missing).any(axis=1) & np.isfinite(online))
        feeders = feeders[feeders != j]
        if feeders.size:
            first = int(feeders[np.argmin(online[feeders])])
            if online[first] > online[j]:
                found[int(j)] = options.projects.labels[first]
    return found


def _online_period(world: PlanWorld, built: FloatArray) -> FloatArray:
    """Planned period of first output of each project, shape (J,); inf where it is not built."""
    options = world.options
    begin = options.start + options.permit + options.build
    found = np.full(len(options.projects), np.inf)
    np.minimum.at(found, options.project, np.where(built > SMALL_SHARE, begin, np.inf))
    return found


def _materials(world: PlanWorld) -> tuple[BoolArray, BoolArray]:
    """Materials that each project takes and makes, shape (J, M) each."""
    options, material = world.options, world.pooled.material
    count = int(material.max(initial=0)) + 1
    needs = np.zeros((len(options.projects), count), dtype=bool)
    makes = needs.copy()
    recipe = csc_array(world.pooled.recipe).tocoo()
    for j in range(len(options.projects)):
        option = int(np.flatnonzero(options.project == j)[0])
        mine = option_rates(world, option)[recipe.col] > 0
        needs[j, material[recipe.row[mine & (recipe.data < 0)]]] = True
        makes[j, material[recipe.row[mine & (recipe.data > 0)]]] = True
    return needs, makes


def _existing_materials(world: PlanWorld) -> BoolArray:
    """Materials that come without any project, shape (M,)."""
    material = world.pooled.material
    found = np.zeros(int(material.max(initial=0)) + 1, dtype=bool)
    found[material[world.pooled.import_node]] = True
    recipe = csc_array(world.pooled.recipe).tocoo()
    runs = _running(world)
    found[material[recipe.row[(recipe.data > 0) & runs[recipe.col]]]] = True
    return found


def _running(world: PlanWorld) -> BoolArray:
    """Processes that run without any project, shape (N,)."""
    plants = world.plants
    weight = csr_array(plants.weight).tocoo()
    in_plant = np.zeros(len(plants.processes), dtype=bool)
    in_plant[weight.col] = True
    runs = np.zeros(len(plants.processes), dtype=bool)
    runs[plants.alone[plants.alone_rate > 0]] = True
    runs &= ~in_plant
    shared: IntArray = weight.col[plants.size[weight.row] > 0]
    runs[shared] = True
    return runs
