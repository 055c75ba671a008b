"""The supply network as frozen arrays: what every study reads and none changes.

A node is a (place, material) pair. At each node v, with all rates in t/yr,

    sum_n recipe[v, n] activity[n] + routes in - routes out - demand - unused - stock change = 0

This file knows neither the catalogue nor any solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray

PlaceKind = Literal["site", "region"]
RouteKind = Literal["link", "market", "trade", "class"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Processes:
    """What sites can do. N processes, V nodes.

    Attributes:
        labels: `SITE:process`.
        place: position on the place axis, shape (N,).
        recipe_name: process id of the recipe; several sites may run one recipe.
        stage: mine, separation, metal, ..., shape (N,).
        recipe: sparse (V, N) [t per t of reference output; inputs < 0].
        reference_node: node whose material counts the rate, shape (N,); -1 where the rate
            counts all outputs together.
        capacity_rate: shape (N,) [t/yr]; inf where not known.
        available_from: first year, shape (N,); a project's earliest date.
        group: plant that several rows share, shape (N,); -1 for none.
        group_rule: `share`, `sum` or `separate`, shape (N,).
    """

    labels: Axis
    place: IntArray
    recipe_name: tuple[str, ...]
    stage: tuple[str, ...]
    recipe: csc_array
    reference_node: IntArray
    capacity_rate: FloatArray
    available_from: IntArray
    group: IntArray
    group_rule: tuple[str, ...]

    def available(self, year: int) -> BoolArray:
        """Whether each process can run in `year`, shape (N,)."""
        return np.asarray(self.available_from <= year)

    def capacity_alone(self, year: int) -> FloatArray:
        """Most that each process makes while its plant does nothing else, shape (N,) [t/yr].

        Its own capacity; under the rule `sum` that of all such rows of its group, of which
        those are counted that can run in `year`, or all where none can.
        """
        alone, usable = self.capacity_rate.copy(), self.available(year)
        summed = np.array([rule == "sum" for rule in self.group_rule]) & (self.group >= 0)
        for group in np.unique(self.group[summed]):
            members = summed & (self.group == group)
            counted = members & usable if (members & usable).any() else members
            alone[members] = self.capacity_rate[counted].sum()
        return alone


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Routes:
    """Ways of one material from node to node. R routes.

    Attributes:
        labels: `ORIGIN > DESTINATION: material`.
        origin_node, destination_node: shape (R,).
        kind: `link` stands in the link table, `market` joins a site and its region's market,
            `trade` joins two markets, `class` lets free material count as of listed origin
            at one place (`network.lineage`); shape (R,).
        delay: transit time [yr], shape (R,); NaN where no source states it.
    """

    labels: Axis
    origin_node: IntArray
    destination_node: IntArray
    kind: tuple[RouteKind, ...]
    delay: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Demands:
    """Uses of materials. D demands.

    Attributes:
        labels: `REGION: end use: material`.
        node: shape (D,).
        region: demand region, shape (D,).
        end_use: shape (D,).
        chain: mineral chain, shape (D,).
        expected_rate: what the sources say before reconciliation [t/yr], shape (D,).
    """

    labels: Axis
    node: IntArray
    region: tuple[str, ...]
    end_use: tuple[str, ...]
    chain: tuple[str, ...]
    expected_rate: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stocks:
    """Material held. K stocks.

    Attributes:
        labels: source row, holder and material.
        node: shape (K,).
        holder: who holds it, shape (K,).
        kind: working stock, government, ..., shape (K,).
        cover: days of use [d], shape (K,); NaN where the source gives tonnes.
        low_cover, high_cover: range of the cover [d], shape (K,); NaN where not given.
        initial_amount: [t], shape (K,); NaN where the source gives days: `network.stocks`
            turns them into tonnes once a baseline gives the use.
    """

    labels: Axis
    node: IntArray
    holder: tuple[str, ...]
    kind: tuple[str, ...]
    cover: FloatArray
    low_cover: FloatArray
    high_cover: FloatArray
    initial_amount: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SupplyNetwork:
    """The world, normally, in one base year. M materials, E elements, L places, V nodes.

    Attributes:
        year: base year.
        materials: material ids; material_name, material_stage, material_chain, material_codes
            (HS codes it travels under): shape (M,).
        elements: chemical symbols.
        element_content: sparse (E, M) [t of the element itself per t of material, whatever the
            material's own basis: oxide, metal or product].
        places: site ids and region codes; place_name, place_country, place_kind: shape (L,).
        nodes: `PLACE/material`; node_place, node_material: shape (V,).
        discard_share: sigma of the share of a node's throughput that may leave unused, by
            material, shape (M,); 0 where nothing is thrown away.
    """

    year: int
    materials: Axis
    material_name: tuple[str, ...]
    material_stage: tuple[str, ...]
    material_chain: tuple[str, ...]
    material_codes: tuple[tuple[str, ...], ...]
    discard_share: FloatArray
    elements: Axis
    element_content: csc_array
    places: Axis
    place_name: tuple[str, ...]
    place_country: tuple[str, ...]
    place_kind: tuple[PlaceKind, ...]
    nodes: Axis
    node_place: IntArray
    node_material: IntArray
    processes: Processes
    routes: Routes
    demands: Demands
    stocks: Stocks

    @property
    def process_country(self) -> tuple[str, ...]:
        """Country of each process, shape (N,)."""
        return tuple(self.place_country[i] for i in self.processes.place)

    @property
    def node_stage(self) -> tuple[str, ...]:
        """Stage of each node's material, shape (V,)."""
        return tuple(self.material_stage[m] for m in self.node_material)

    def material_of_node(self, node: int) -> str:
        """Material id of a node."""
        return self.materials.labels[int(self.node_material[node])]

    def route_matrix(self) -> csc_array:
        """Sparse (V, R): +1 where a route arrives, -1 where it leaves."""
        n = len(self.routes.labels)
        column = np.tile(np.arange(n), 2)
        row = np.concatenate([self.routes.destination_node, self.routes.origin_node])
        sign = np.concatenate([np.ones(n), -np.ones(n)])
        return csc_array((sign, (row, column)), shape=(len(self.nodes), n))

    def demand_matrix(self) -> csc_array:
        """Sparse (V, D): 1 where a demand draws."""
        n = len(self.demands.labels)
        return csc_array(
            (np.ones(n), (self.demands.node, np.arange(n))), shape=(len(self.nodes), n)
        )
