"""What moves abroad inside products when a material gets dearer at home.

Home-made and imported products are imperfect substitutes. With the cost share s of the material,
its price rise g as a share of the price, theta of the material built in at home:

    r = 1 + s g                                           price of the home product over the import
    P = (theta r^(1-sigma) + 1 - theta)^(1/(1-sigma))     price of both together
    home = r^(-sigma) P^(sigma-epsilon),  imports = P^(sigma-epsilon)        over what they were

The material lost at home is 1 - home; (imports - 1)(1 - theta)/theta of it is bought inside
imports, the rest is foregone. Where imported products pay the same on what they hold, r is the
ratio of both prices.

Source: Armington (1969), A theory of demand for products distinguished by place of production.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.network.economics import DemandSteps, Ramp, StepKind
from allanite.network.supply import SupplyNetwork
from allanite.studies.border.terms import BorderTerms

# Price rises at which the curve is broken into steps, as shares of the price.
RISES: Final = (0.0, 0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 0.8, 1.0, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductShift:
    """What a price rise does to the material in products, as shares of what home makers take.

    Attributes:
        lost: no longer built in at home; embodied: of it, bought inside imports.
    """

    lost: FloatArray
    embodied: FloatArray


def shift_products(
    rise: FloatArray,
    *,
    cost_share: float,
    home_share: float,
    elasticity: float,
    demand_elasticity: float,
    import_rise: float = 0.0,
) -> ProductShift:
    """What moves at price rises of the material, shapes as `rise`.

    Args:
        rise: price rise of the material as a share of its price [1].
        cost_share: s, of the material in the product [1].
        home_share: theta, of the material that is built in at home [1].
        elasticity: sigma, between home-made and imported products.
        demand_elasticity: epsilon, of both together.
        import_rise: what the material in imported products costs more, as a share [1].
    """
    import_price = 1.0 + cost_share * import_rise
    home_price = np.maximum(1.0 + cost_share * rise, 1.0)
    ratio = np.maximum(home_price / import_price, 1.0)
    both = _price_of_both(ratio, home_share, elasticity)
    total = (both * import_price) ** -demand_elasticity
    home = ratio**-elasticity * both**elasticity * total
    imports = both**elasticity * total
    lost = 1.0 - np.minimum(home, 1.0)
    more = np.maximum(imports - 1.0, 0.0) * (1.0 - home_share) / home_share
    return ProductShift(lost=lost, embodied=np.minimum(more, lost))


def _price_of_both(ratio: FloatArray, home_share: float, elasticity: float) -> FloatArray:
    if abs(elasticity - 1.0) < 1e-9:
        return np.asarray(ratio**home_share)
    power = 1.0 - elasticity
    return np.asarray((home_share * ratio**power + 1.0 - home_share) ** (1.0 / power))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeakSteps:
    """Steps of demands with those added by which products move abroad.

    Attributes:
        steps: the old steps, then the new ones.
        first: position of the first new one.
        embodied_share: of what each new step takes, bought inside imports, shape (S - first,).
    """

    steps: DemandSteps
    first: int
    embodied_share: FloatArray


def add_leak_steps(
    network: SupplyNetwork,
    steps: DemandSteps,
    price: FloatArray,
    duty: FloatArray,
    demands: BoolArray,
    terms: BorderTerms,
    on_products: bool,
) -> LeakSteps:
    """The steps with one for each part of the curve of each demand.

    The cost of a step is the mean price rise over its part, so that the programme that takes
    the steps in order of cost finds the point of the curve.

    Args:
        network: D demands.
        steps: what they can go without.
        price: of each material, shape (M,) [USD/t].
        duty: on each material, shape (M,) [USD/t].
        demands: those whose products can move, shape (D,).
        terms: elasticities and shares.
        on_products: whether imported products pay the duty on what they hold.
    """
    edges = np.array(RISES)
    found: list[tuple[int, float, float, float]] = []
    for d in np.flatnonzero(demands).tolist():
        m = int(network.node_material[network.demands.node[d]])
        import_rise = float(duty[m] / price[m]) if on_products else 0.0
        shift = _shift_of(network, d, edges, terms, import_rise)
        lost, moved = np.diff(shift.lost), np.diff(shift.embodied)
        middle = (edges[1:] + edges[:-1]) / 2
        found += [
            (d, float(middle[j] * price[m]), float(lost[j]), float(moved[j] / lost[j]))
            for j in np.flatnonzero(lost > 1e-12).tolist()
        ]
    return LeakSteps(
        steps=_joined(steps, network, found, terms),
        first=len(steps.label),
        embodied_share=np.clip(np.array([row[3] for row in found]), 0.0, 1.0),
    )


def _shift_of(
    network: SupplyNetwork, demand: int, edges: FloatArray, terms: BorderTerms, import_rise: float
) -> ProductShift:
    return shift_products(
        edges,
        cost_share=terms.product(network.demands.end_use[demand]).cost_share,
        home_share=terms.home(network.demands.region[demand]),
        elasticity=terms.product_elasticity,
        demand_elasticity=terms.product_demand_elasticity,
        import_rise=import_rise,
    )


def _joined(
    steps: DemandSteps,
    network: SupplyNetwork,
    found: list[tuple[int, float, float, float]],
    terms: BorderTerms,
) -> DemandSteps:
    count = len(found)
    kind: StepKind = "substitution"
    labels = network.demands.labels.labels
    ramp = Ramp(
        delay=np.append(steps.ramp.delay, np.full(count, terms.shift_delay)),
        duration=np.append(steps.ramp.duration, np.full(count, terms.shift_duration)),
        reach_share=np.append(steps.ramp.reach_share, [row[2] for row in found]),
    )
    return replace(
        steps,
        label=(*steps.label, *(f"products {i}: {labels[row[0]]}" for i, row in enumerate(found))),
        demand=np.append(steps.demand, np.array([row[0] for row in found], dtype=np.int64)),
        kind=(*steps.kind, *(kind for _ in found)),
        ramp=ramp,
        cost=np.append(steps.cost, [row[1] for row in found]),
        substitute_node=np.append(steps.substitute_node, np.full(count, -1, dtype=np.int64)),
    )
