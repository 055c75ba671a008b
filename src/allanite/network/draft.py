"""A throw-away builder: labelled rows in, frozen arrays out.

Each mineral chain adds materials, places, processes, routes, demands and stocks by label;
nodes arise where a row names one. `build` sorts nothing: the order of the rows is the
order of the arrays, so the same data give the same network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import Axis, FloatArray, IntArray
from allanite.errors import ModelError
from allanite.network.supply import (
    Demands,
    PlaceKind,
    Processes,
    RouteKind,
    Routes,
    Stocks,
    SupplyNetwork,
)

Node = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDraft:
    """One material: see `SupplyNetwork`."""

    name: str
    stage: str
    chain: str
    codes: tuple[str, ...] = ()
    content: Mapping[str, float] = field(default_factory=dict)
    discard_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDraft:
    """One site, or the market of one region."""

    name: str
    country: str
    kind: PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessDraft:
    """One process at one place: see `Processes`."""

    place: str
    name: str
    stage: str
    recipe: Mapping[str, float]
    reference: str | None = None
    capacity_rate: float = np.inf
    available_from: int = 0
    group: str = ""
    group_rule: str = "separate"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandDraft:
    """One use: see `Demands`."""

    region: str
    end_use: str
    material: str
    chain: str
    expected_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDraft:
    """One stock: see `Stocks`."""

    label: str
    node: Node
    holder: str
    kind: str
    cover: float = np.nan
    low_cover: float = np.nan
    high_cover: float = np.nan
    initial_amount: float = np.nan


@dataclass(slots=True)
class NetworkDraft:
    """Rows collected so far, by label; thrown away after `build`."""

    materials: dict[str, MaterialDraft] = field(default_factory=dict)
    places: dict[str, PlaceDraft] = field(default_factory=dict)
    nodes: dict[Node, int] = field(default_factory=dict)
    processes: dict[str, ProcessDraft] = field(default_factory=dict)
    routes: dict[tuple[Node, Node], RouteKind] = field(default_factory=dict)
    delays: dict[tuple[Node, Node], float] = field(default_factory=dict)
    demands: dict[str, DemandDraft] = field(default_factory=dict)
    stocks: dict[str, StockDraft] = field(default_factory=dict)

    def node(self, place: str, material: str) -> Node:
        """The node of that pair, made where it is new.

        Raises:
            ModelError: a place or material that was not added before.
        """
        if place not in self.places or material not in self.materials:
            raise ModelError(f"node {place}/{material}: add the place and the material first")
        return self._keep((place, material))

    def _keep(self, node: Node) -> Node:
        self.nodes.setdefault(node, len(self.nodes))
        return node

    def add_process(self, process: ProcessDraft) -> str:
        """Add a process; raises `ModelError` where the place already runs that recipe."""
        label = f"{process.place}:{process.name}"
        if label in self.processes:
            raise ModelError(f"process {label} is added twice")
        for material in process.recipe:
            self.node(process.place, material)
        self.processes[label] = process
        return label

    def add_route(self, origin: Node, destination: Node, kind: RouteKind) -> None:
        """Add a route; one that exists keeps its first kind."""
        if origin[1] != destination[1]:
            raise ModelError(f"route {origin} > {destination} would change the material")
        if origin != destination:
            self.routes.setdefault((self.node(*origin), self.node(*destination)), kind)

    def add_demand(self, demand: DemandDraft) -> str:
        """Add a demand at its region's market; rates of one label add up."""
        label = f"{demand.region}: {demand.end_use}: {demand.material}"
        if label in self.demands:
            raise ModelError(f"demand {label} is added twice")
        self.node(demand.region, demand.material)
        self.demands[label] = demand
        return label

    def build(self, year: int) -> SupplyNetwork:
        """The frozen network of the base year."""
        materials, places = (
            Axis("material", tuple(self.materials)),
            Axis("place", tuple(self.places)),
        )
        elements = Axis("element", tuple(_in_order(m.content for m in self.materials.values())))
        kinds = self.materials.values()
        return SupplyNetwork(
            year=year,
            materials=materials,
            material_name=tuple(m.name for m in kinds),
            material_stage=tuple(m.stage for m in kinds),
            material_chain=tuple(m.chain for m in kinds),
            material_codes=tuple(m.codes for m in kinds),
            discard_share=_floats(m.discard_share for m in kinds),
            elements=elements,
            element_content=self._content(elements),
            places=places,
            place_name=tuple(p.name for p in self.places.values()),
            place_country=tuple(p.country for p in self.places.values()),
            place_kind=tuple(p.kind for p in self.places.values()),
            nodes=Axis("node", tuple(f"{place}/{material}" for place, material in self.nodes)),
            node_place=places.positions(place for place, _ in self.nodes),
            node_material=materials.positions(material for _, material in self.nodes),
            processes=self._processes(places),
            routes=self._routes(),
            demands=self._demands(),
            stocks=self._stocks(),
        )

    def _content(self, elements: Axis) -> csc_array:
        entries = [
            (elements.position(element), m, share)
            for m, material in enumerate(self.materials.values())
            for element, share in material.content.items()
        ]
        return _sparse(entries, (len(elements), len(self.materials)))

    def _processes(self, places: Axis) -> Processes:
        rows = list(self.processes.values())
        groups = {name: i for i, name in enumerate(_in_order([r.group] for r in rows if r.group))}
        entries = [
            (self.nodes[row.place, material], n, coefficient)
            for n, row in enumerate(rows)
            for material, coefficient in row.recipe.items()
        ]
        return Processes(
            labels=Axis("process", tuple(self.processes)),
            place=places.positions(row.place for row in rows),
            recipe_name=tuple(row.name for row in rows),
            stage=tuple(row.stage for row in rows),
            recipe=_sparse(entries, (len(self.nodes), len(rows))),
            reference_node=_integers(
                self.nodes[r.place, r.reference] if r.reference else -1 for r in rows
            ),
            capacity_rate=_floats(row.capacity_rate for row in rows),
            available_from=_integers(row.available_from for row in rows),
            group=_integers(groups[row.group] if row.group else -1 for row in rows),
            group_rule=tuple(row.group_rule for row in rows),
        )

    def _routes(self) -> Routes:
        return Routes(
            labels=Axis("route", tuple(route_label(o, d) for o, d in self.routes)),
            origin_node=_integers(self.nodes[o] for o, _ in self.routes),
            destination_node=_integers(self.nodes[d] for _, d in self.routes),
            kind=tuple(self.routes.values()),
            delay=_floats(self.delays.get(key, np.nan) for key in self.routes),
        )

    def _demands(self) -> Demands:
        rows = self.demands.values()
        return Demands(
            labels=Axis("demand", tuple(self.demands)),
            node=_integers(self.nodes[row.region, row.material] for row in rows),
            region=tuple(row.region for row in rows),
            end_use=tuple(row.end_use for row in rows),
            chain=tuple(row.chain for row in rows),
            expected_rate=_floats(row.expected_rate for row in rows),
        )

    def _stocks(self) -> Stocks:
        rows = self.stocks.values()
        return Stocks(
            labels=Axis("stock", tuple(self.stocks)),
            node=_integers(self.nodes[row.node] for row in rows),
            holder=tuple(row.holder for row in rows),
            kind=tuple(row.kind for row in rows),
            cover=_floats(row.cover for row in rows),
            low_cover=_floats(row.low_cover for row in rows),
            high_cover=_floats(row.high_cover for row in rows),
            initial_amount=_floats(row.initial_amount for row in rows),
        )


def route_label(origin: Node, destination: Node) -> str:
    """Label of the route between two nodes."""
    return f"{origin[0]} > {destination[0]}: {origin[1]}"


def _in_order(groups: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(label for group in groups for label in group))


def _floats(values: Iterable[float]) -> FloatArray:
    array = np.array(list(values), dtype=np.float64)
    array.setflags(write=False)
    return array


def _integers(values: Iterable[int]) -> IntArray:
    array = np.array(list(values), dtype=np.int64)
    array.setflags(write=False)
    return array


def _sparse(entries: list[tuple[int, int, float]], shape: tuple[int, int]) -> csc_array:
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csc_array(
        (np.array(value, dtype=np.float64), (np.array(row, int), np.array(column, int))),
        shape=shape,
    )
    matrix.data.setflags(write=False)
    return matrix
