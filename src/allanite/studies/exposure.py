"""Exposure: how much of each demand comes from where, before anyone substitutes.

For every region and end use, element and stage: shares by place and by country, and how
concentrated they are, with 5-95 % intervals over the redraws of the baseline. The shares
come from `studies.tracing`; this file asks the questions and writes the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from scipy.sparse import coo_array, csc_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.catalogue.tables.core import WORLD
from allanite.network.supply import SupplyNetwork
from allanite.record import RunRecord, Stopwatch, package_versions, peak_memory
from allanite.studies.coverage import ALL_END_USES, NO_GAPS, Coverage, list_withheld
from allanite.studies.exposure_tables import TracedShares, exposure_tables
from allanite.studies.result import Result
from allanite.studies.tracing import (
    ElementFlows,
    Rates,
    UpstreamPart,
    element_flows,
    origin_shares,
    supply_shares,
    upstream_part,
)

STAGES: Final = ("mine", "separation", "refining", "metal", "magnet", "recycling")


class BalancedRates(Protocol):
    """Rates [t/yr] of a network; draws carry one axis more in front."""

    @property
    def route_rate(self) -> FloatArray: ...  # noqa: D102
    @property
    def demand_rate(self) -> FloatArray: ...  # noqa: D102
    @property
    def stock_change_rate(self) -> FloatArray: ...  # noqa: D102


class BalancedNetwork(BalancedRates, Protocol):
    """What exposure reads of a baseline."""

    @property
    def network(self) -> SupplyNetwork: ...  # noqa: D102
    @property
    def draws(self) -> BalancedRates | None: ...  # noqa: D102

    def process_flow(self, draw: int | None = None) -> csc_array:
        """Flow of each process at each node (V, N) [t/yr] of the baseline or of one draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One element traced to one stage for a set of demands.

    Attributes:
        element: position on the element axis.
        stage: where tracing ends.
        groups: (region, end use) of each column, G of them.
        members: whether a demand belongs to a group, shape (D, G).
    """

    element: int
    stage: str
    groups: tuple[tuple[str, str], ...]
    members: BoolArray


def trace_exposure(
    baseline: BalancedNetwork,
    governance: Mapping[str, float],
    *,
    data_digest: str = "",
    elements: Iterable[str] | None = None,
    stages: Iterable[str] | None = None,
    demand: tuple[str, str] | None = None,
    coverage: Coverage = NO_GAPS,
) -> Result:
    """Tables `exposure_shares`, `exposure_by_country` and `exposure_concentration`.

    Args:
        baseline: network with balanced rates, and draws of them for the intervals.
        governance: risk 0 to 1 by country; a country that is not in it has no data.
        data_digest: digest of the release the baseline was made from.
        elements: symbols to trace; all by default.
        stages: stages to end at; those of `STAGES` by default.
        demand: (region, end use) to trace; all by default.
        coverage: what nobody published, by `load_coverage`; there no share is given.

    Raises:
        ModelError: an unknown element, stage, region or end use, with the nearest names; or
            shares that do not sum to one.
    """
    watch = Stopwatch()
    network = baseline.network
    asked = None if elements is None else tuple(elements)
    named = None if stages is None else tuple(stages)
    questions = list_questions(baseline, asked, named, demand, coverage)
    draws = 0 if baseline.draws is None else len(baseline.draws.route_rate)
    traced = [
        trace_once(network, balanced_rates(baseline, draw), questions)
        for draw in (None, *range(draws))
    ]
    symbols = network.elements.labels if asked is None else asked
    withheld = list_withheld(coverage, network.demands.region, symbols, named, demand)
    tables = exposure_tables(network, questions, traced, governance, coverage, withheld)
    record = RunRecord(
        command="exposure",
        parameters={"draws": draws, "questions": len(questions)},
        data_digest=data_digest,
        versions=package_versions(),
        seconds=watch.seconds(),
        peak_memory=peak_memory(),
    )
    return Result(record, tables)


def balanced_rates(baseline: BalancedNetwork, draw: int | None) -> Rates:
    """The baseline's rates, or those of one draw."""
    flow = baseline.process_flow(draw)
    if draw is None or baseline.draws is None:
        route, demand = baseline.route_rate, baseline.demand_rate
        return Rates(
            process_flow=flow, route=route, demand=demand, stock_change=baseline.stock_change_rate
        )
    drawn = baseline.draws
    return Rates(
        process_flow=flow,
        route=drawn.route_rate[draw],
        demand=drawn.demand_rate[draw],
        stock_change=drawn.stock_change_rate[draw],
    )


def list_questions(
    baseline: BalancedNetwork,
    elements: Iterable[str] | None = None,
    stages: Iterable[str] | None = None,
    demand: tuple[str, str] | None = None,
    coverage: Coverage = NO_GAPS,
) -> list[Question]:
    """Every element some demand takes, at every stage it passes through, where data allow it.

    Raises:
        ModelError: an unknown element, stage, region or end use.
    """
    if demand is not None:
        check_demand(baseline.network, *demand, coverage)
    network, rates = baseline.network, balanced_rates(baseline, None)
    wanted_stages = _wanted_stages(network, stages, coverage)
    wanted = range(len(network.elements))
    positions = wanted if elements is None else network.elements.positions(elements).tolist()
    questions: list[Question] = []
    for element in positions:
        flows = element_flows(network, rates, element)
        groups, members = _groups(network, flows.demand, demand)
        passed, symbol = stages_passed(network, flows), network.elements.labels[element]
        for stage in (stage for stage in wanted_stages if stage in passed):
            kept = [coverage.of_use(symbol, stage, region).is_shown for region, _ in groups]
            if any(kept):
                shown = tuple(group for group, keep in zip(groups, kept, strict=True) if keep)
                questions.append(
                    Question(element=element, stage=stage, groups=shown, members=members[:, kept])
                )
    return questions


def _wanted_stages(
    network: SupplyNetwork, stages: Iterable[str] | None, coverage: Coverage
) -> list[str]:
    """The stages asked for, or all; raises `ModelError` for one that no chain has."""
    named = [stage for chain in coverage.chains.values() for stage in chain.missing]
    known = Axis("stage", tuple(dict.fromkeys([*network.processes.stage, *named])))
    wanted = [s for s in STAGES if s in known] if stages is None else list(stages)
    known.positions(wanted)
    return wanted


def _groups(
    network: SupplyNetwork, demand: FloatArray, only: tuple[str, str] | None
) -> tuple[tuple[tuple[str, str], ...], BoolArray]:
    """(region, end use), (region, all) and (world, all) of the demands that take the element."""
    demands = network.demands
    members: dict[tuple[str, str], list[int]] = {}
    for d in np.flatnonzero(demand > 0).tolist():
        region, end_use = demands.region[d], demands.end_use[d]
        for group in ((region, end_use), (region, ALL_END_USES), (WORLD, ALL_END_USES)):
            if only is None or group == only:
                members.setdefault(group, []).append(d)
    mask = np.zeros((demand.size, len(members)), dtype=bool)
    for g, rows in enumerate(members.values()):
        mask[rows, g] = True
    return tuple(members), mask


def stages_passed(network: SupplyNetwork, flows: ElementFlows) -> set[str]:
    """Stages whose processes pass the element on."""
    v, n = len(network.nodes), len(network.processes.labels)
    active = flows.origin[(flows.origin >= v) & (flows.origin < v + n)] - v
    return {network.processes.stage[p] for p in np.unique(active).tolist()}


def trace_once(network: SupplyNetwork, rates: Rates, questions: list[Question]) -> TracedShares:
    """Shares of all questions for one set of rates."""
    parts: dict[tuple[int, bytes], tuple[UpstreamPart, BoolArray]] = {}
    ends = {stage: ends_of_stage(network, stage) for stage in {q.stage for q in questions}}
    found, absent = [], []
    for q in questions:
        key = q.element, q.members.tobytes()
        if key not in parts:
            parts[key] = _part(network, rates, q)
        part, present = parts[key]
        found.append(origin_shares(part, ends[q.stage]))
        absent.append(~present)
    return TracedShares(
        question=_joined([np.full(share.size, i) for i, (*_, share) in enumerate(found)]),
        state=_joined([state for state, _, _ in found]),
        group=_joined([group for _, group, _ in found]),
        share=np.concatenate([share for *_, share in found]) if found else np.zeros(0),
        absent=tuple(absent),
    )


def _part(network: SupplyNetwork, rates: Rates, q: Question) -> tuple[UpstreamPart, BoolArray]:
    flows = element_flows(network, rates, q.element)
    demand, present = _demand_columns(network, flows, q.members)
    return upstream_part(supply_shares(flows), demand), present


def _joined(parts: list[IntArray]) -> IntArray:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)


def ends_of_stage(network: SupplyNetwork, stage: str) -> BoolArray:
    """Processes of a stage among all states (S,)."""
    ends = np.array([s == stage for s in network.processes.stage], dtype=bool)
    nodes = np.zeros(len(network.nodes), dtype=bool)
    return np.concatenate([nodes, ends, nodes])


def _demand_columns(
    network: SupplyNetwork, flows: ElementFlows, members: BoolArray
) -> tuple[csc_array, BoolArray]:
    """D: share of each group's demand at each state (S, G), and which groups demand anything."""
    demand, group = np.nonzero(members & (flows.demand > 0)[:, None])
    weight = flows.demand[demand]
    total = np.bincount(group, weights=weight, minlength=members.shape[1])
    shape = (flows.states, members.shape[1])
    columns = coo_array((weight / total[group], (network.demands.node[demand], group)), shape=shape)
    return columns.tocsc(), total > 0


def check_demand(
    network: SupplyNetwork, region: str, end_use: str, coverage: Coverage = NO_GAPS
) -> None:
    """Raise `ModelError` with the nearest names for an unknown region or end use."""
    demands = network.demands
    Axis("region", (*dict.fromkeys(demands.region), WORLD)).position(region)
    own = [u for r, u in zip(demands.region, demands.end_use, strict=True) if r == region]
    gaps = [chain.end_use for chain in coverage.chains.values() if region != WORLD]
    known = (*dict.fromkeys([*own, *gaps]), ALL_END_USES)
    Axis(f"end use of {region}", known).position(end_use)
