"""Border measures: a duty or a reference price on goods of some origins, and the cost it adds.

A duty is added to the cost of every route that carries the goods from an origin into a country
that imposes it. A reference price is turned into a duty that changes with the price of imports:

    duty = max(0, reference - import price)

At later stages the reference is the price and what the oxide that went into a tonne costs more,
losses on the way included, so that no stage is left bare: by content alone a maker of magnets
would pay for its losses and be worse off than without. Docs: docs/explanation/border.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.store import Release
from allanite.catalogue.tables.border import EVERYONE
from allanite.conditions.atlas import check_known
from allanite.conditions.effects import Conditions, make_conditions
from allanite.conditions.horizon import Horizon
from allanite.errors import UsageError
from allanite.network.lineage_rule import base_material
from allanite.network.supply import SupplyNetwork

AD_VALOREM: Final = "ad valorem"
REFERENCE: Final = "reference price"
STAGE_SEPARATOR: Final = "|"
STAGES_AT_MOST: Final = 50
ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderMeasure:
    """A duty, or a reference price, at the border.

    Attributes:
        measure_id, name: short id, and the name shown.
        imposers: countries that impose it together; goods between them are free.
        origins: countries it is laid on; `*` for all that do not impose it.
        exempt: origins left free.
        stages, materials: which goods; either may be empty, not both.
        rate: duty as a share of the price [1]; 0 under a reference price.
        reference_material: oxide whose price is held up; empty under an ad valorem duty.
        reference_price: of that oxide [USD/t].
        on_products: whether what imported products hold pays the same.
        note: what to know about the numbers.

    Raises:
        UsageError: no imposer, no goods, a rate and a reference price at once or neither, a
            number below 0.
    """

    measure_id: str
    name: str
    imposers: tuple[str, ...]
    origins: tuple[str, ...]
    exempt: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    rate: float = 0.0
    reference_material: str = ""
    reference_price: float = 0.0
    on_products: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if faults := measure_faults(self):
            raise UsageError(f"border measure {self.measure_id!r}: {'; '.join(faults)}")

    @property
    def basis(self) -> str:
        """What the duty is counted on."""
        return REFERENCE if self.reference_material else AD_VALOREM

    @property
    def level(self) -> float:
        """The rate [1], or the reference price [USD/t]."""
        return self.reference_price if self.reference_material else self.rate

    def at(self, level: float) -> BorderMeasure:
        """The measure with another rate or reference price."""
        name = "reference_price" if self.reference_material else "rate"
        return replace(self, **{name: level})  # type: ignore[arg-type]


def measure_faults(measure: BorderMeasure) -> list[str]:
    """What contradicts itself or is missing in a measure, in words."""
    found = []
    if not measure.imposers or not measure.origins:
        found.append("it needs countries that impose it and origins it is laid on")
    if not measure.stages and not measure.materials:
        found.append("it names no goods; give stages or materials")
    if measure.rate and measure.reference_material:
        found.append("it has a rate and a reference price; one of the two rules")
    if measure.reference_price and not measure.reference_material:
        found.append("it has a reference price of no material")
    if not (0 <= measure.rate < np.inf and 0 <= measure.reference_price < np.inf):
        found.append(f"level {measure.level:g}; it must be a finite number, 0 or more")
    if both := set(measure.imposers) & {*measure.origins, *measure.exempt}:
        found.append(f"{', '.join(sorted(both))} imposes it and stands among the origins")
    return found


def load_measures(release: Release) -> dict[str, BorderMeasure]:
    """The border measures of a release by id."""
    return {row["measure_id"]: _measure(row) for row in release.rows("border_measures")}


def find_measure(release: Release, measure_id: str) -> BorderMeasure:
    """The measure of that id; raises `UsageError` naming those there are."""
    known = load_measures(release)
    if measure_id not in known:
        raise UsageError(f"no border measure {measure_id!r}; there are {', '.join(known)}")
    return known[measure_id]


def _measure(row: Mapping[str, Any]) -> BorderMeasure:
    return BorderMeasure(
        measure_id=row["measure_id"],
        name=row["name"],
        imposers=tuple(row["imposers"].split()),
        origins=tuple(row["origins"].split()),
        exempt=tuple((row["exempt"] or "").split()),
        stages=tuple(s for s in (row["stages"] or "").split(STAGE_SEPARATOR) if s),
        materials=tuple((row["materials"] or "").split()),
        rate=float(row["rate"] or 0.0),
        reference_material=row["reference_material"] or "",
        reference_price=float(row["reference_price"] or 0.0),
        on_products=bool(row["on_products"]),
        note=row["note"] or "",
    )


def measured_goods(measure: BorderMeasure, network: SupplyNetwork) -> BoolArray:
    """Materials a measure is laid on, shape (M,).

    A reference price reaches those that hold the elements of its oxide.

    Raises:
        UsageError: a stage or material the network does not have.
    """
    labels = [base_material(label) for label in network.materials]
    check_known("stage", measure.stages, network.material_stage)
    check_known("material", measure.materials, labels)
    found = np.array([label in measure.materials for label in labels], dtype=bool)
    found |= np.array([stage in measure.stages for stage in network.material_stage], dtype=bool)
    if measure.reference_material:
        found &= passed_on(measure.reference_material, network) > 0
    return found


def measured_routes(measure: BorderMeasure, network: SupplyNetwork) -> BoolArray:
    """Routes that pay, shape (R,): the goods, from an origin, into a country that imposes it.

    Raises:
        UsageError: a country without a place in the network, or no such route.
    """
    country = np.array(network.place_country, dtype=object)
    named = [c for c in (*measure.imposers, *measure.origins) if c != EVERYONE]
    check_known("country", named, sorted(set(network.place_country)))
    start = country[network.node_place[network.routes.origin_node]]
    end = country[network.node_place[network.routes.destination_node]]
    goods = measured_goods(measure, network)[network.node_material[network.routes.origin_node]]
    free = (*measure.imposers, *measure.exempt)
    taxed = np.isin(start, measure.origins) | (EVERYONE in measure.origins)
    found = goods & taxed & ~np.isin(start, free) & np.isin(end, measure.imposers)
    if not found.any():
        raise UsageError(f"border measure {measure.measure_id!r} would hit no route")
    return np.asarray(found, dtype=bool)


def passed_on(oxide: str, network: SupplyNetwork) -> FloatArray:
    """Rise of the cost of a tonne of each material where the oxide costs 1 more, (M,) [t/t].

    A material made from others costs what its inputs cost more, by the recipe that takes most, so
    that no maker is left worse off; scrap and other by-products are sold where no reference
    holds, and fetch what they did. What no
    recipe of makers gives, and what the oxide itself is made from, rises by the oxide it holds.
    """
    rise = _held_share(oxide, network)
    fixed = network.materials.position(oxide)
    recipes = _unit_recipes(network, fixed)
    for _ in range(STAGES_AT_MOST):
        new = rise.copy()
        for material, inputs in recipes.items():
            new[material] = max(0.0, float(np.max(-np.minimum(inputs, 0.0) @ rise)))
        if np.abs(new - rise).max(initial=0.0) < ROUNDING:
            break
        rise = new
    return rise


def _held_share(oxide: str, network: SupplyNetwork) -> FloatArray:
    """Oxide in a tonne of each material, by the elements of the oxide, shape (M,) [t/t]."""
    content = network.element_content.toarray()
    position = network.materials.position(oxide)
    elements = content[:, position] > 0
    return np.asarray(content[elements].sum(axis=0) / content[elements, position].sum())


def _unit_recipes(network: SupplyNetwork, oxide: int) -> dict[int, FloatArray]:
    """By made material, its distinct recipes without itself for one tonne, (k, M) [t/t].

    Only materials of later stages than the oxide: what is made from it, through any steps.
    """
    found: dict[int, dict[str, FloatArray]] = {}
    recipe, processes = network.processes.recipe, network.processes
    for n, name in enumerate(processes.recipe_name):
        if processes.reference_node[n] < 0:
            continue
        part = slice(recipe.indptr[n], recipe.indptr[n + 1])
        of = network.node_material[recipe.indices[part]]
        row = np.bincount(of, weights=recipe.data[part], minlength=len(network.materials))
        made = int(network.node_material[processes.reference_node[n]])
        whole = row[made]
        row[made] = 0.0
        if (row < 0).any():
            found.setdefault(made, {})[name] = row / whole
    later = _made_from(oxide, found)
    return {m: np.stack(list(rows.values())) for m, rows in found.items() if m in later}


def _made_from(oxide: int, recipes: Mapping[int, Mapping[str, FloatArray]]) -> set[int]:
    """Materials that some recipe makes from the oxide, or from what is made from it."""
    reached: set[int] = {oxide}
    while True:
        more = {
            made
            for made, rows in recipes.items()
            if any(row[i] < 0 for row in rows.values() for i in reached)
        } - reached
        if not more:
            return reached - {oxide}
        reached |= more


def duty_by_material(
    measure: BorderMeasure, network: SupplyNetwork, price: FloatArray
) -> FloatArray:
    """Duty on a tonne of each material, shape (M,) [USD/t]; 0 on goods it is not laid on.

    Args:
        measure: the measure.
        network: the network.
        price: import price of each material, shape (M,) [USD/t].
    """
    goods = measured_goods(measure, network)
    if not measure.reference_material:
        return np.where(goods, measure.rate * price, 0.0)
    oxide = network.materials.position(measure.reference_material)
    missing = max(0.0, measure.reference_price - float(price[oxide]))
    return np.where(goods, missing * passed_on(measure.reference_material, network), 0.0)


def border_conditions(
    measure: BorderMeasure, network: SupplyNetwork, horizon: Horizon, price: FloatArray
) -> Conditions:
    """The measure as cost added to routes through all periods.

    Args:
        measure: the measure.
        network: R routes, M materials.
        horizon: P periods.
        price: import price of each material, shape (M,) [USD/t].

    Raises:
        UsageError: an unknown stage, material or country, or no route that pays.
    """
    duty = duty_by_material(measure, network, price)
    material = network.node_material[network.routes.origin_node]
    cost = np.where(measured_routes(measure, network), duty[material], 0.0)
    level = (
        f"{measure.reference_price:,.0f} USD/t of {measure.reference_material}"
        if measure.reference_material
        else f"{100 * measure.rate:.4g} % of the price"
    )
    note = f"{measure.name}: {level}, imposed by {', '.join(measure.imposers)}."
    added = np.tile(cost, (horizon.count, 1))
    return make_conditions(network, horizon, route_cost_added=added, notes=[note])
