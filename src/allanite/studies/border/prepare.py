"""From a reconciled release to what a study of a border measure reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.conditions.horizon import Horizon
from allanite.network.economics import USUAL_MODE, process_chains
from allanite.network.reconcile import Baseline
from allanite.network.supply import SupplyNetwork
from allanite.studies.border.point import YEAR
from allanite.studies.border.terms import BorderTerms, End, load_terms
from allanite.studies.border.world import BorderWorld, border_world
from allanite.studies.response.prepare import prepare_desk
from allanite.studies.response.world import World


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BorderDesk:
    """What a study of a border measure has before it.

    Attributes:
        world: the world of a response; terms: by case, `central` first.
        running_cost: by end of its range, shape (N,) each [USD/t].
        sea: freight by stage [USD/t]; None keeps what the world has.
    """

    world: World
    terms: Mapping[str, BorderTerms]
    running_cost: Mapping[End, FloatArray]
    sea: Mapping[str, float] | None = None
    _made: dict[tuple[float, End, bytes], BorderWorld] = field(default_factory=dict, repr=False)

    @property
    def network(self) -> SupplyNetwork:
        """The network without desks."""
        return self.world.network

    def world_of(self, terms: BorderTerms, goods: BoolArray) -> BorderWorld:
        """The world with desks for some goods under these terms; each is made once."""
        key = terms.supplier_elasticity, terms.cost_end, goods.tobytes()
        if key not in self._made:
            economics = replace(
                self.world.economics, running_cost=self.running_cost[terms.cost_end]
            )
            world = replace(self.world, economics=economics)
            self._made[key] = border_world(world, goods, terms.supplier_elasticity, self.sea)
        return self._made[key]


def prepare_border(release: Release, baseline: Baseline, start: date) -> BorderDesk:
    """Everything a study of a border measure reads.

    Raises:
        DataError: a table lacks a row.
    """
    world = prepare_desk(release, baseline, Horizon(start, YEAR, 1), ()).world
    return BorderDesk(
        world=world,
        terms=load_terms(release),
        running_cost=_running_costs(release, world),
        sea={
            row["stage"]: float(row["cost"])
            for row in release.rows("freight_costs")
            if row["mode"] == USUAL_MODE
        },
    )


def _running_costs(release: Release, world: World) -> dict[End, FloatArray]:
    """Running cost of each process at the ends of its range, as far as rows give one."""
    rows = {(r["stage"], r["country"] or WORLD): r for r in release.rows("stage_costs")}
    network, central = world.network, world.economics.running_cost
    chains = process_chains(network)
    found: dict[End, FloatArray] = {"central": central}
    ends: tuple[End, End] = ("low", "high")
    for end in ends:
        ratio = np.ones(central.size)
        for n, (chain, stage, country) in enumerate(
            zip(chains, network.processes.stage, network.process_country, strict=True)
        ):
            keys = [(s, c) for s in (f"{chain} {stage}", stage) for c in (country, WORLD)]
            row = next((rows[key] for key in keys if key in rows), None)
            if row is not None and row[end] is not None and row["running_cost"] > 0:
                ratio[n] = float(row[end]) / float(row["running_cost"])
        found[end] = central * ratio
    return found
