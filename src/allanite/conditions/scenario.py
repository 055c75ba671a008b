"""A scenario: which controls hold, in which reading and branch, and which shocks happen."""

from __future__ import annotations

from dataclasses import dataclass

from allanite.conditions.atlas import make_atlas
from allanite.conditions.controls import Reached, reach_controls, reached_conditions
from allanite.conditions.effects import Conditions, combine, normal_conditions
from allanite.conditions.horizon import Horizon
from allanite.conditions.shocks import Prices, Shock, delay_shocks, shock_conditions
from allanite.law.controls import Controls
from allanite.law.parameters import ControlParameters, Reading
from allanite.network.supply import SupplyNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What happens, apart from how the world answers.

    Attributes:
        horizon: the periods.
        controls: control ids, short titles or `all:ISSUER`; none where only shocks happen.
        reading: `de_jure` or `observed`.
        branch: branch of the unknown states; None where every state is known.
        shocks: what is supposed to happen.
        start_delay: how much later begins what begins in the horizon, by law or as a shock [d].
    """

    horizon: Horizon
    controls: tuple[str, ...] = ()
    reading: Reading = "de_jure"
    branch: str | None = None
    shocks: tuple[Shock, ...] = ()
    start_delay: int = 0


def scenario_conditions(
    network: SupplyNetwork,
    scenario: Scenario,
    controls: Controls,
    parameters: ControlParameters,
    prices: Prices | None = None,
    reached: Reached | None = None,
) -> Conditions:
    """Controls and shocks of a scenario as the conditions of a network.

    Args:
        network: the network, with lineage where an extraterritorial rule shall act.
        scenario: what happens.
        controls: records of a release.
        parameters: figures of the controls.
        prices: price by material id [USD/t]; needed where a price moves.
        reached: what the controls reach in the network, where it is at hand.

    Raises:
        UsageError: a control, branch, place, material or region that is not known.
    """
    horizon = scenario.horizon
    by_law = reached_conditions(
        reached or reach_controls(network, horizon, controls, scenario.controls),
        parameters,
        reading=scenario.reading,
        branch=scenario.branch,
        start_delay=scenario.start_delay,
    )
    atlas = make_atlas(network, controls.words)
    shocks = delay_shocks(scenario.shocks, horizon.first_day(0), scenario.start_delay)
    effects = (shock_conditions(atlas, horizon, shock, prices) for shock in shocks)
    return combine(normal_conditions(network, horizon), by_law, *effects)
