"""How likely an unknown origin is a listed one, from the supply the network traces.

Supply is traced from the nearest stage whose country is known: what magnet makers in Japan take
in, where the magnet is known to be Japanese; else from what the region of assembly uses. The
interval holds the 5th to the 95th percentile over redraws of the baseline; supply whose country
nobody published widens it upwards. Where nothing can be traced the interval is 0 to 1. It tells
a reader where to ask first. It never turns an unknown origin into a known one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array, csc_array

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import NOT_PUBLISHED, WORLD
from allanite.catalogue.tables.results_screening import ORIGIN_BOUNDS
from allanite.catalogue.tables.screening import STAGES
from allanite.network.reconcile import INTERVAL
from allanite.network.supply import SupplyNetwork
from allanite.studies.coverage import ALL_END_USES, Coverage, load_coverage
from allanite.studies.exposure import (
    BalancedNetwork,
    balanced_rates,
    ends_of_stage,
    stages_passed,
)
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.tree import TOP
from allanite.studies.tracing import (
    ElementFlows,
    element_flows,
    origin_shares,
    supply_shares,
    upstream_part,
)

LISTED: Final = ("CHN",)
LEAST_SHARE: Final = 1e-3  # elements that a part may hold less of are left out
NEARLY_ALL: Final = 0.99
ASSEMBLED: Final = "assembled"
MAGNETS: Final = frozenset({"ndfeb_magnet", "smco_magnet"})
# Stages of the network that make a stage of origin, the first one an element passes.
_NETWORK_STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "mined": ("mine",),
    "separated": ("separation", "refining"),
    "metal": ("metal", "refining"),
    "made": ("magnet",),
}


_MAKERS: Final[Mapping[str, str]] = {
    "separated": "refiners",
    "metal": "makers of metal and alloy",
    "made": "magnet makers",
}


class TracedNetwork(Protocol):
    """A reconciled network with its release."""

    @property
    def release(self) -> Release: ...  # noqa: D102
    @property
    def baseline(self) -> BalancedNetwork: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Start:
    """Where tracing begins.

    Attributes:
        countries: where the known stage is; empty where the use of a region is traced.
        stage: the known stage of origin; empty likewise.
        region, end_use: whose use is traced where no stage is known, or where the network has
            no such makers.
    """

    countries: tuple[str, ...]
    stage: str
    region: str
    end_use: str

    def __str__(self) -> str:
        if self.stage:
            return f"{_MAKERS[self.stage]} in {', '.join(self.countries)}"
        use = "all uses" if self.end_use == ALL_END_USES else self.end_use
        return f"{use} in {'the world' if self.region == WORLD else self.region}"


Question = tuple[str, Start, str]  # element, start, stage of origin


@dataclass(frozen=True, slots=True)
class Bound:
    """Share of listed origin; `share` is missing without data."""

    share: float | None = None
    low: float = 0.0
    high: float = 1.0
    basis: str = "nothing can be traced"

    @property
    def text(self) -> str:
        """The bound as a reader is told it."""
        if self.share is None:
            return "nothing known of the origin"
        low, high = round(100 * self.low), round(100 * self.high)
        if high < 1:
            return "under 1 % likely listed origin"
        if self.low > NEARLY_ALL:
            return f"over {NEARLY_ALL:.0%} likely listed origin".replace("%", " %")
        span = f"{low}–{high}" if low < high else f"about {low}"
        return f"{span} % likely listed origin"


def origin_bounds(
    network: TracedNetwork,
    bom: Bom,
    *,
    listed: Sequence[str] = LISTED,
    elements: Iterable[str] | None = None,
    region: str | None = None,
) -> pa.Table:
    """Table `origin_bounds`: parts, elements and stages whose country is not known.

    Args:
        network: a reconciled network with its release.
        bom: the bill of materials.
        listed: countries whose origin is asked about.
        elements: symbols; all that the network traces by default.
        region: demand region of the product where no country of assembly stands.
    """
    asked = list(_asked(network, bom, elements, region))
    distinct = sorted({question for _, question in asked}, key=str)
    bounds = trace_bounds(network, distinct, frozenset(listed))
    words = " ".join(listed)
    rows: list[dict[str, object]] = []
    for part, question in asked:
        bound = bounds.get(question, Bound())
        rows.append(
            {
                "part_id": bom.part_id[part],
                "element": question[0],
                "stage": question[2],
                "listed": words,
                "share": bound.share,
                "low": bound.low,
                "high": bound.high,
                "basis": bound.basis,
                "status": "no data" if bound.share is None else "ok",
            }
        )
    return rows_table(ORIGIN_BOUNDS, rows)


def _asked(
    network: TracedNetwork, bom: Bom, elements: Iterable[str] | None, region: str | None
) -> Iterator[tuple[int, Question]]:
    """Parts with what is asked of each."""
    known = network.baseline.network.elements
    wanted = set(known.labels if elements is None else elements) & set(known.labels)
    markets = {r["region"]: r["demand_region"] for r in network.release.rows("regions")}
    regions = _regions(bom, markets, region)
    contents = bom.contents
    symbols = contents.elements.labels
    is_wanted = np.array([symbol in wanted for symbol in symbols], dtype=np.bool_)
    kept = np.flatnonzero(is_wanted[contents.element] & (contents.high >= LEAST_SHARE))
    stages = _open_stages(bom)
    starts: dict[tuple[int, str], Start] = {}
    for part, element in zip(
        contents.part[kept].tolist(), contents.element[kept].tolist(), strict=True
    ):
        for stage in stages[part]:
            key = part, stage
            if key not in starts:
                starts[key] = _start(bom, part, stage, regions[part], markets)
            yield part, (symbols[element], starts[key], stage)


def _open_stages(bom: Bom) -> list[tuple[str, ...]]:
    """Stages of each part whose country is not known; making is that of magnets."""
    is_magnet = np.array([bool(s.words & MAGNETS) for s in bom.material_class.sets], dtype=np.bool_)
    magnets = is_magnet[bom.material_class.code]
    is_open = {stage: ~bom.country[stage].is_known() for stage in _NETWORK_STAGES}
    is_open["made"] &= magnets
    columns = zip(*(is_open[stage].tolist() for stage in _NETWORK_STAGES), strict=True)
    return [
        tuple(stage for stage, is_asked in zip(_NETWORK_STAGES, row, strict=True) if is_asked)
        for row in columns
    ]


def _regions(bom: Bom, markets: Mapping[str, str | None], region: str | None) -> list[str]:
    """Demand region of each part: that of its assembly, or of the nearest one above."""
    column, parents = bom.country[ASSEMBLED], bom.tree.parent.tolist()
    found = [region or WORLD] * len(bom)
    for part in bom.tree.order.tolist():
        words = column.at(part)
        if words.is_complete and len(words.words) == 1:
            (country,) = words.words
            found[part] = markets.get(country) or found[part]
        elif parents[part] != TOP:
            found[part] = found[parents[part]]
    return found


def _start(
    bom: Bom, part: int, stage: str, region: str, markets: Mapping[str, str | None]
) -> Start:
    """The nearest later stage whose countries are all known, or the region's use."""
    for later in STAGES[STAGES.index(stage) + 1 : -1]:
        words = bom.country[later].at(part)
        if words.is_complete and words.words:
            around = {markets.get(country) or WORLD for country in words.words}
            own = around.pop() if len(around) == 1 else WORLD
            return Start(tuple(sorted(words.words)), later, own, ALL_END_USES)
    return Start((), "", region, bom.end_use[part] or ALL_END_USES)


def trace_bounds(
    network: TracedNetwork, questions: Sequence[Question], listed: frozenset[str]
) -> dict[Question, Bound]:
    """Bounds of each question; one that cannot be traced has none."""
    coverage = load_coverage(network.release)
    baseline = network.baseline
    draws = 0 if baseline.draws is None else len(baseline.draws.route_rate)
    found: dict[Question, list[tuple[float, float]]] = {}
    basis: dict[Question, str] = {}
    for draw in (None, *range(draws)):
        rates = balanced_rates(baseline, draw)
        for element in sorted({question[0] for question in questions}):
            position = baseline.network.elements.position(element)
            flows = element_flows(baseline.network, rates, position)
            own = [question for question in questions if question[0] == element]
            for question, told, pair in _traced(baseline.network, flows, own, coverage, listed):
                found.setdefault(question, []).append(pair)
                basis[question] = told
    year = baseline.network.year
    return {q: _bound(np.array(p), f"{basis[q]}, {year}") for q, p in found.items()}


def _traced(
    network: SupplyNetwork,
    flows: ElementFlows,
    questions: Sequence[Question],
    coverage: Coverage,
    listed: frozenset[str],
) -> Iterator[tuple[Question, str, tuple[float, float]]]:
    """Listed share and share of unknown country of each question in one set of rates."""
    passed = stages_passed(network, flows)
    columns = [(q, *_weights(network, flows, q[1])) for q in questions]
    shown = [
        (q, told, weights)
        for q, told, weights in columns
        if weights is not None
        and _stage(q[2], passed) is not None
        and coverage.of_use(q[0], _stage(q[2], passed) or "", _region(told, q[1])).is_shown
    ]
    if not shown:
        return
    demand = csc_array(np.column_stack([weights for _, _, weights in shown]))
    part = upstream_part(supply_shares(flows), demand)
    is_listed, is_unknown = _origins(network, listed)
    for stage in {_stage(q[2], passed) for q, _, _ in shown}:
        state, column, share = origin_shares(part, ends_of_stage(network, stage or ""))
        size = len(shown)
        of_listed = np.bincount(column, share * is_listed[state], minlength=size)
        unknown = np.bincount(column, share * is_unknown[state], minlength=size)
        for n, (question, told, _) in enumerate(shown):
            if _stage(question[2], passed) == stage:
                yield question, told, (float(of_listed[n]), float(unknown[n]))


def _stage(stage: str, passed: set[str]) -> str | None:
    return next((s for s in _NETWORK_STAGES[stage] if s in passed), None)


def _region(told: str, start: Start) -> str:
    return WORLD if told.endswith("the world") else start.region


def _origins(network: SupplyNetwork, listed: frozenset[str]) -> tuple[BoolArray, BoolArray]:
    """States of listed and of unknown country, (S,) each: nodes, processes, stocks."""
    of_place = np.array(network.place_country)
    node = of_place[network.node_place]
    process = of_place[network.processes.place]
    country = np.concatenate([node, process, node])
    nodes = np.zeros(len(network.nodes), dtype=np.bool_)
    # A node that is an origin itself is supply of which no stage is known.
    at_node = np.concatenate([~nodes, np.zeros(len(process), dtype=np.bool_), nodes])
    unknown = at_node | (country == NOT_PUBLISHED)
    return np.isin(country, sorted(listed)) & ~unknown, unknown


def _weights(
    network: SupplyNetwork, flows: ElementFlows, start: Start
) -> tuple[str, FloatArray | None]:
    """Whose supply is traced, and the share of each state in it, shape (S,)."""
    if start.stage:
        weights = _at_processes(network, flows, start)
        if weights.sum() > 0:
            return str(start), weights / weights.sum()
    for region, end_use in (
        (start.region, start.end_use),
        (start.region, ALL_END_USES),
        (WORLD, ALL_END_USES),
    ):
        weights = _at_demands(network, flows, region, end_use)
        if weights.sum() > 0:
            return str(Start((), "", region, end_use)), weights / weights.sum()
    return "", None


def _at_processes(network: SupplyNetwork, flows: ElementFlows, start: Start) -> FloatArray:
    """What processes of the known stage and countries take in, at their states."""
    stages = _NETWORK_STAGES[start.stage]
    v = len(network.nodes)
    country = np.array(network.place_country)[network.processes.place]
    chosen = np.isin(country, start.countries) & np.isin(network.processes.stage, stages)
    taken = np.bincount(flows.destination, flows.rate, minlength=flows.states)
    weights = np.zeros(flows.states)
    weights[v : v + chosen.size] = np.where(chosen, taken[v : v + chosen.size], 0.0)
    return weights


def _at_demands(
    network: SupplyNetwork, flows: ElementFlows, region: str, end_use: str
) -> FloatArray:
    """What the demands of a region and end use take, at their nodes."""
    demands = network.demands
    chosen = np.ones(flows.demand.size, dtype=np.bool_)
    if region != WORLD:
        chosen &= np.array([r == region for r in demands.region])
    if end_use != ALL_END_USES:
        chosen &= np.array([use == end_use for use in demands.end_use])
    rate = np.where(chosen, flows.demand, 0.0)
    shape = (flows.states, 1)
    column = coo_array((rate, (demands.node, np.zeros(rate.size, dtype=np.int64))), shape=shape)
    return np.asarray(column.toarray()[:, 0])


def _bound(pairs: FloatArray, basis: str) -> Bound:
    """Bound from (listed, unknown) of the baseline (first row) and its redraws."""
    listed, most = pairs[:, 0], pairs.sum(axis=1)
    drawn = slice(1, None) if len(pairs) > 2 else slice(None)
    low = float(np.percentile(listed[drawn], INTERVAL[0]))
    high = float(np.percentile(most[drawn], INTERVAL[1]))
    share = float(np.clip(listed[0], 0.0, 1.0))
    return Bound(
        share, float(np.clip(min(low, share), 0, 1)), float(np.clip(max(high, share), 0, 1)), basis
    )
