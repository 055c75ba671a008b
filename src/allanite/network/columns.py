"""The rates a reconciliation decides, as columns of one vector.

    v = [activity | route | demand | unused | stock change | adjusted flow]

An adjusted flow is what a process takes or makes of one material when that part of its recipe
is uncertain (an ore pattern, a grade content, a yield): it replaces coefficient x activity in
the node's balance, and an observation ties it back to the recipe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from allanite.axis import FloatArray, IntArray
from allanite.network.supply import SupplyNetwork

KINDS = ("activity", "route", "demand", "unused", "stock_change", "adjusted")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Positions of the rates in one vector.

    Attributes:
        network: the network.
        adjusted_node, adjusted_process: what each adjusted flow is about, shape (K,).
        adjusted_coefficient: the recipe's coefficient, shape (K,).
        relative_error: standard error of that coefficient, as a share of it, shape (K,).
    """

    network: SupplyNetwork
    adjusted_node: IntArray
    adjusted_process: IntArray
    adjusted_coefficient: FloatArray
    relative_error: FloatArray

    @property
    def sizes(self) -> dict[str, int]:
        """Number of columns by kind, in order."""
        net = self.network
        counts = (
            len(net.processes.labels),
            len(net.routes.labels),
            len(net.demands.labels),
            len(net.nodes),
            len(net.nodes),
            self.adjusted_node.size,
        )
        return dict(zip(KINDS, counts, strict=True))

    @property
    def size(self) -> int:
        """Number of columns."""
        return sum(self.sizes.values())

    def start(self, kind: str) -> int:
        """First column of a kind."""
        sizes = self.sizes
        return sum(sizes[k] for k in KINDS[: KINDS.index(kind)])

    def part(self, vector: FloatArray, kind: str) -> FloatArray:
        """The rates of one kind in a vector (or in rows of vectors)."""
        start = self.start(kind)
        return np.ascontiguousarray(vector[..., start : start + self.sizes[kind]])

    def balance(self) -> sp.csr_array:
        """Matrix (V, n) whose product with v is zero when mass is conserved at every node."""
        net = self.network
        nodes, adjusted = len(net.nodes), self.adjusted_node.size
        recipe = sp.lil_array(net.processes.recipe)
        recipe[self.adjusted_node, self.adjusted_process] = 0.0
        leave = -sp.eye_array(nodes)
        sign = np.sign(self.adjusted_coefficient)
        flows = sp.csr_array(
            (sign, (self.adjusted_node, np.arange(adjusted))), shape=(nodes, adjusted)
        )
        parts = [recipe, net.route_matrix(), -net.demand_matrix(), leave, leave, flows]
        return sp.csr_array(sp.hstack(parts))

    def output(self, process: int, node: int) -> Mapping[int, float]:
        """Entries whose sum is the size of what `process` makes or takes at `node` [t/yr]."""
        hit = np.flatnonzero((self.adjusted_process == process) & (self.adjusted_node == node))
        if hit.size:
            return {self.start("adjusted") + int(hit[0]): 1.0}
        return {process: abs(float(self.network.processes.recipe[node, process]))}
