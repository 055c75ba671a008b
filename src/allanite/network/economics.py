"""What more of everything costs, and how soon there can be more: arrays beside the network.

Read from the tables of group `response`; the one place where those become arrays. A material
carried by origin (`met_dy@CHN`) takes the terms of its base material.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import FloatArray, IntArray
from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.errors import DataError, Finding
from allanite.network.assumptions import load_assumptions
from allanite.network.lineage_rule import base_material, is_listed
from allanite.network.supply import SupplyNetwork

StepKind = Literal["thrift", "substitution", "delay", "idle"]
STEP_KINDS: Final[tuple[StepKind, ...]] = ("thrift", "substitution", "delay", "idle")
MONTHS: Final = 12.0
USUAL_MODE: Final = "sea"
MARKET: Final = "market"
STEP_SEPARATOR: Final = ": "  # between the id of a step and the demand it is for
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ramp:
    """How soon more than normal can be had: nothing, then a straight line, then all of it.

    Attributes:
        delay: before anything more comes [yr]; duration: from then until all of it [yr].
        reach_share: all of it, as a share of the size it is about [1]. All of one shape.
    """

    delay: FloatArray
    duration: FloatArray
    reach_share: FloatArray

    def share(self, since: FloatArray) -> FloatArray:
        """Share of the size that can be had `since` years after the start, (P, k) [1].

        The mean over a period is taken at its middle, which is exact on a straight line.
        """
        late = since[:, None] - self.delay[None, :]
        whole = np.where(self.duration > 0, self.duration, 1.0)[None, :]
        rising = np.where(self.duration > 0, late / whole, (late >= 0).astype(float))
        return np.asarray(np.clip(rising, 0.0, 1.0) * self.reach_share[None, :])

    def take(self, index: IntArray) -> Ramp:
        """The ramps of these positions, in their order."""
        return Ramp(**{name: getattr(self, name)[index] for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandSteps:
    """Rising steps of the cost of going without. S steps.

    Attributes:
        label: step id and demand.
        demand: position of the demand, shape (S,); kind: shape (S,).
        ramp: how soon a step can be used; its reach is the share of the demand.
        cost: per tonne not used, shape (S,) [USD/t].
        substitute_node: node that is drawn on instead, tonne for tonne; -1 for none, (S,).
    """

    label: tuple[str, ...]
    demand: IntArray
    kind: tuple[StepKind, ...]
    ramp: Ramp
    cost: FloatArray
    substitute_node: IntArray

    def take(self, index: IntArray, demand: IntArray) -> DemandSteps:
        """The steps of these positions, for demands counted in another way, shape (k,)."""
        return DemandSteps(
            label=tuple(self.label[s] for s in index),
            demand=demand,
            kind=tuple(self.kind[s] for s in index),
            ramp=self.ramp.take(index),
            cost=self.cost[index],
            substitute_node=self.substitute_node[index],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Economics:
    """Costs and times of a network. N processes, R routes, V nodes.

    Attributes:
        running_cost: of one more tonne of reference output, shape (N,) [USD/t].
        activity_ramp: of capacity that is left, (N,).
        route_cost: of one more tonne moved, shape (R,) [USD/t].
        route_ramp: of what the receiving node takes, (R,).
        route_delay: transit, shape (R,) [yr].
        in_use_growth: what a route in use may carry on top of its normal rate without any
            qualification, as a share of it [1].
        price: of a tonne at each node, shape (V,) [USD/t].
        steps: of all demands.
    """

    running_cost: FloatArray
    activity_ramp: Ramp
    route_cost: FloatArray
    route_ramp: Ramp
    route_delay: FloatArray
    in_use_growth: float
    price: FloatArray
    steps: DemandSteps


def load_economics(release: Release, network: SupplyNetwork) -> Economics:
    """Costs and times of a network from the tables of a release.

    Raises:
        DataError: a stage, material or end use of the network has no row (all listed).
    """
    faults: list[Finding] = []
    assumed = load_assumptions(release)
    running = _by_stage(release, "stage_costs", "running_cost", faults)
    chains = process_chains(network)
    freight = _by_stage(release, "freight_costs", "cost", faults)
    ramps = {(r["subject"], r["stage"]): r for r in release.rows("ramp_times")}
    prices = {r["material_id"]: float(r["price"]) for r in release.rows("material_prices")}
    stages = _route_stages(network)
    found = Economics(
        running_cost=np.array(
            [
                running(country, f"{chain} {stage}", stage)
                for chain, stage, country in zip(
                    chains, network.processes.stage, network.process_country, strict=True
                )
            ]
        ),
        activity_ramp=_ramp(ramps, "activity", network.processes.stage, faults),
        route_cost=_route_costs(network, stages, freight),
        route_ramp=_ramp(ramps, "route", stages, faults),
        route_delay=_route_delays(network, assumed.value("response.transit")),
        in_use_growth=assumed.value("response.in_use_growth"),
        price=_prices(network, prices, faults),
        steps=_steps(release, network, faults),
    )
    if faults:
        raise DataError(faults)
    return found


def _missing(table: str, place: str) -> Finding:
    return Finding(
        table=table,
        place=place,
        found="no row",
        allowed="one row, or a row for the whole world",
        remedy="Add the row with its source.",
    )


class _StageLookup:
    """Value of a stage in a country, or in the world; a miss is a finding, told once."""

    def __init__(
        self, table: str, values: Mapping[tuple[str, str], float], faults: list[Finding]
    ) -> None:
        self._table, self._values, self._faults = table, values, faults

    def __call__(self, country: str, *stages: str) -> float:
        """The value of the first of the stages that has a row, the country's own first."""
        for stage in stages:
            for key in ((stage, country), (stage, WORLD)):
                if key in self._values:
                    return self._values[key]
        finding = _missing(self._table, f'stage "{stages[-1]}"')
        if finding not in self._faults:
            self._faults.append(finding)
        return 0.0


def _by_stage(release: Release, table: str, column: str, faults: list[Finding]) -> _StageLookup:
    values = {
        (r["stage"], r.get("country") or WORLD): float(r[column]) for r in release.rows(table)
    }
    return _StageLookup(table, values, faults)


def process_chains(network: SupplyNetwork) -> list[str]:
    """Chain of each process, shape (N,): that of the first material in its recipe."""
    recipe = csc_array(network.processes.recipe)
    first = recipe.indices[np.minimum(recipe.indptr[:-1], max(recipe.nnz - 1, 0))]
    return [network.material_chain[m] for m in network.node_material[first]]


def _route_stages(network: SupplyNetwork) -> tuple[str, ...]:
    """Stage of the material of each route; `market` for ways inside a country."""
    country = np.array(network.place_country, dtype=object)[network.node_place]
    origin, destination = network.routes.origin_node, network.routes.destination_node
    inside = country[origin] == country[destination]
    stage = network.node_stage
    return tuple(MARKET if same else stage[node] for same, node in zip(inside, origin, strict=True))


def _route_costs(
    network: SupplyNetwork, stages: Iterable[str], freight: _StageLookup
) -> FloatArray:
    return np.array([0.0 if stage == MARKET else freight(WORLD, stage) for stage in stages])


def _route_delays(network: SupplyNetwork, transit: float) -> FloatArray:
    """Transit time [yr]; where no source states it, the assumed one between countries."""
    stages = np.array(_route_stages(network), dtype=object)
    usual = np.where(stages == MARKET, 0.0, transit / 365.25)
    return np.where(np.isfinite(network.routes.delay), network.routes.delay, usual)


def _ramp(
    rows: Mapping[tuple[str, str], Row], subject: str, stages: Iterable[str], faults: list[Finding]
) -> Ramp:
    found = []
    for stage in stages:
        row = rows.get((subject, stage))
        if row is None:
            finding = _missing("ramp_times", f'{subject} at stage "{stage}"')
            if finding not in faults:
                faults.append(finding)
            found.append((0.0, 0.0, 0.0))
        else:
            found.append((row["delay_duration"], row["ramp_duration"], row["reach_share"]))
    values = np.array(found, dtype=np.float64).reshape(-1, 3)
    return Ramp(
        delay=values[:, 0] / MONTHS, duration=values[:, 1] / MONTHS, reach_share=values[:, 2]
    )


def _prices(
    network: SupplyNetwork, prices: Mapping[str, float], faults: list[Finding]
) -> FloatArray:
    by_material = []
    for label in network.materials:
        base = base_material(label)
        if base not in prices:
            faults.append(_missing("material_prices", f'material_id "{base}"'))
        by_material.append(prices.get(base, 0.0))
    return np.array(by_material)[network.node_material]


def _steps(release: Release, network: SupplyNetwork, faults: list[Finding]) -> DemandSteps:
    rows = sorted(release.rows("demand_steps"), key=lambda r: (r["cost"], r["step_id"]))
    found: list[tuple[str, int, Row, int]] = []
    for d, end_use in enumerate(network.demands.end_use):
        node = int(network.demands.node[d])
        material = network.materials.labels[int(network.node_material[node])]
        mine = [r for r in rows if r["end_use"] == end_use and _is_for(r, base_material(material))]
        if not any(r["kind"] == "idle" for r in mine):
            faults.append(_missing("demand_steps", f'idle step of "{end_use}", {material}'))
        label = network.demands.labels.labels[d]
        found += [
            (f"{r['step_id']}{STEP_SEPARATOR}{label}", d, r, _substitute(network, node, r))
            for r in mine
        ]
    return DemandSteps(
        label=tuple(label for label, *_ in found),
        demand=np.array([d for _, d, _, _ in found], dtype=np.int64),
        kind=tuple(r["kind"] for _, _, r, _ in found),
        ramp=Ramp(
            delay=np.array([(r["delay_duration"] or 0) / MONTHS for _, _, r, _ in found]),
            duration=np.array([(r["ramp_duration"] or 0) / MONTHS for _, _, r, _ in found]),
            reach_share=np.array([float(r["share"]) for _, _, r, _ in found]),
        ),
        cost=np.array([float(r["cost"]) for _, _, r, _ in found]),
        substitute_node=np.array([v for *_, v in found], dtype=np.int64),
    )


def step_cost_range(release: Release, steps: DemandSteps) -> tuple[FloatArray, FloatArray]:
    """Low and high cost of each step, shape (S,) each [USD/t]; its cost where a row has none."""
    rows = {r["step_id"]: r for r in release.rows("demand_steps")}
    mine = [rows[label.split(STEP_SEPARATOR)[0]] for label in steps.label]
    low, high = (
        np.array(
            [
                cost if row[end] is None else float(row[end])
                for row, cost in zip(mine, steps.cost.tolist(), strict=True)
            ]
        )
        for end in ("low_cost", "high_cost")
    )
    return low, high


def _is_for(row: Row, material: str) -> bool:
    group = (row["material_group"] or "all").split()
    return "all" in group or material in group


def _substitute(network: SupplyNetwork, node: int, row: Row) -> int:
    """The node of the substitute at the demand's place; -1 where the step names none.

    Where the substitute is carried by origin, its listed class: free material may count as
    listed, so that a use takes either.
    """
    wanted = row["substitute_material"]
    place = int(network.node_place[node])
    here = [
        v
        for v in np.flatnonzero(network.node_place == place).tolist()
        if wanted and base_material(network.material_of_node(v)) == wanted
    ]
    listed = [v for v in here if is_listed(network.material_of_node(v))]
    return (listed or here or [-1])[0]
