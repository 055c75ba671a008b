"""Which columns of a programme belong to which measure, and programmes without some of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.program.linear import Block
from allanite.studies.response.program import ResponseProgram
from allanite.studies.response.world import Rules, World

STOCK_RELEASE: Final = "stock release"
PURCHASE: Final = "purchase outside"
SPARE: Final = "allied spare capacity"
REROUTING: Final = "re-routing"
THRIFT: Final = "thrift"
SUBSTITUTION: Final = "substitution"
RECYCLING: Final = "recycling push"
DIPLOMACY: Final = "licence diplomacy"
OWN_MEASURES: Final = (
    STOCK_RELEASE,
    PURCHASE,
    SPARE,
    REROUTING,
    THRIFT,
    SUBSTITUTION,
    RECYCLING,
)
MEASURES: Final = (*OWN_MEASURES, DIPLOMACY)
# What a reader is told about each measure.
ALONE_TEXT: Final[Mapping[str, str]] = {
    STOCK_RELEASE: "Government stocks are released, after the time a decision takes.",
    PURCHASE: "Partners buy more from others than the watched country, once qualified.",
    SPARE: "Plants outside the watched country run up to their capacity.",
    REROUTING: "Goods take other ways across borders, where those are open.",
    THRIFT: "Uses save material at once, as far as it goes.",
    SUBSTITUTION: "Uses change to other materials or designs, as these are deployed.",
    RECYCLING: "Recyclers and collectors outside the watched country run up to their capacity.",
    DIPLOMACY: "The watched country approves a larger share of what it limits.",
}
RECYCLING_STAGES: Final = ("recycling", "collection")


def measure_columns(world: World, rules: Rules, made: ResponseProgram) -> dict[str, IntArray]:
    """Columns of each own measure in a programme; licence diplomacy has none of its own."""
    found: dict[str, list[IntArray]] = {name: [] for name in OWN_MEASURES}
    for block in made.program.columns:
        for name, chosen in _of_block(world, rules, block):
            found[name].append(block.start + np.flatnonzero(chosen))
    return {
        name: np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        for name, parts in found.items()
    }


def _of_block(world: World, rules: Rules, block: Block) -> list[tuple[str, BoolArray]]:
    member = block.position[-1]
    if block.name == "extra activity":
        recycling, spare = _activity_kinds(world, rules)
        return [(RECYCLING, recycling[member]), (SPARE, spare[member])]
    if block.name == "extra flow":
        purchase, rerouting = _flow_kinds(world, rules)
        return [(PURCHASE, purchase[member]), (REROUTING, rerouting[member])]
    if block.name == "unmet":
        kind = np.array(world.economics.steps.kind, dtype=object)[member]
        return [(THRIFT, kind == "thrift"), (SUBSTITUTION, kind == "substitution")]
    if block.name == "stock drawn":
        return [(STOCK_RELEASE, world.holdings.is_government[member])]
    return []


def _activity_kinds(world: World, rules: Rules) -> tuple[BoolArray, BoolArray]:
    """Processes outside the watched country: those that recycle, and the others, (N,) each."""
    processes = world.network.processes
    outside = np.array([c != rules.watched for c in world.network.process_country], dtype=bool)
    stage = np.array(processes.stage, dtype=object)
    recycling = np.isin(stage, RECYCLING_STAGES)
    return outside & recycling, outside & ~recycling & (stage != "outside")


def _flow_kinds(world: World, rules: Rules) -> tuple[BoolArray, BoolArray]:
    """Routes across borders: to partners from others than the watched one, and the rest."""
    net = world.network
    country = np.array(net.place_country, dtype=object)[net.node_place]
    start, end = country[net.routes.origin_node], country[net.routes.destination_node]
    crossing = start != end
    purchase = crossing & np.isin(end, rules.partners) & (start != rules.watched)
    return purchase, crossing & ~purchase


def close_measures(
    world: World, rules: Rules, made: ResponseProgram, off: Iterable[str]
) -> ResponseProgram:
    """The programme without some measures."""
    columns, idle = measure_columns(world, rules, made), idle_columns(world, made)
    upper = closed_upper(made.program.column_upper, columns, idle, off)
    return replace(made, program=made.program.with_bounds(made.program.column_lower, upper))


def idle_columns(world: World, made: ResponseProgram) -> IntArray:
    """For each column of the programme the idle step of its period and demand, (n,).

    -1 for columns that are no step. What a closed step leaves falls to the idle one, so that
    the steps of a demand always sum to its need.
    """
    block, steps = made.program.column_block("unmet"), world.economics.steps
    period, step = block.position
    demand = steps.demand[step]
    is_idle = np.array([kind == "idle" for kind in steps.kind], dtype=bool)[step]
    found = np.full(made.program.cost.size, -1, dtype=np.int64)
    table = np.full((period.max(initial=0) + 1, steps.demand.max(initial=0) + 1), -1)
    table[period[is_idle], demand[is_idle]] = block.start + np.flatnonzero(is_idle)
    found[block.positions] = table[period, demand]
    return found


def closed_upper(
    upper: FloatArray, columns: Mapping[str, IntArray], idle: IntArray, off: Iterable[str]
) -> FloatArray:
    """Upper bounds without some measures, shape (n,)."""
    found = np.array(upper)
    for name in off:
        closed = columns[name]
        step = closed[idle[closed] >= 0]
        np.add.at(found, idle[step], found[step])
        found[closed] = 0.0
    return found
