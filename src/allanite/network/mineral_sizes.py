"""How large the rates of a mineral chain are before reconciliation.

`expected_use` is a statement, with a wide error; the sizes of outputs and uses are none: they
only set the scale of weak priors where nothing was published.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from allanite.network.mineral_plan import ChainPlan, Key
from allanite.network.mineral_tables import Figure


def expected_use(plan: ChainPlan, region: str) -> tuple[float, float] | None:
    """Output of a market's makers plus imports less exports, and all that it had [t/yr].

    None where the output of a maker is not known, or an open route of the last stage leaves or
    enters the market: nothing can be reckoned then.
    """
    made = 0.0
    for place in plan.makers[plan.last]:
        if plan.chain.market(place) == region:
            rate = _expected_output(plan, place)
            if rate is None:
                return None
            made += rate
    arriving, leaving = 0.0, 0.0
    for (stage, origin, destination), figure in plan.routes.items():
        start, end = plan.chain.market(origin), plan.chain.market(destination)
        if stage != plan.last or start == end or region not in (start, end):
            continue
        if figure is None:
            return None
        arriving += figure.rate if end == region else 0.0
        leaving += figure.rate if start == region else 0.0
    return max(made + arriving - leaving, 0.0), made + arriving


def _expected_output(plan: ChainPlan, place: str) -> float | None:
    stage = plan.chain.stages[-1]
    rates = [f.rate for (name, _, at), f in plan.made.items() if (name, at) == (stage.name, place)]
    if rates:
        return float(np.mean(rates))
    if plan.chain.production[stage.name] or len(plan.chain.stages) == 1:
        return None
    before = plan.chain.stages[-2].name
    raw = max(_raw_balance(plan.made, plan.routes, before, place), 0.0)
    return float(stage.row["recovery_share"]) * raw


def _raw_balance(
    made: Mapping[Key, Figure], routes: Mapping[Key, Figure | None], stage: str, place: str
) -> float:
    own = [f.rate for (name, _, at), f in made.items() if (name, at) == (stage, place)]
    balance = float(np.mean(own)) if own else 0.0
    for (name, origin, destination), figure in routes.items():
        if name == stage and figure is not None:
            balance += figure.rate * ((destination == place) - (origin == place))
    return balance


def size_of_chain(plan: ChainPlan) -> float:
    """The largest published output of a chain, else all that is seen of its last stage [t/yr]."""
    largest = max(plan.chain.world_rate(stage.name) for stage in plan.chain.stages)
    seen = [f.rate for (stage, *_), f in plan.routes.items() if f and stage == plan.last]
    return largest or float(sum(seen))


def seen_to_leave(plan: ChainPlan, stage: str, place: str) -> float:
    """Sum of the figures on routes of a stage that leave a place [t/yr]."""
    return sum(
        figure.rate
        for (name, origin, _), figure in plan.routes.items()
        if figure is not None and (name, origin) == (stage, place)
    )


def size_of_output(plan: ChainPlan, stage: str, place: str) -> float:
    """Size of a maker's output [t/yr].

    Published; else what is left of the stage before or seen to leave, or all that the place had
    of it; else the figure for all countries the source does not print; else the chain's.
    """
    rates = [f.rate for (name, _, at), f in plan.made.items() if (name, at) == (stage, place)]
    if rates:
        return float(np.mean(rates))
    names = [s.name for s in plan.chain.stages]
    leaving = seen_to_leave(plan, stage, place)
    before = names[names.index(stage) - 1] if stage != names[0] else None
    held = _raw_balance(plan.made, plan.routes, before, place) if before else 0.0
    had = _raw_supply(plan, before, place) if before else 0.0
    rests = [group.figure.rate for (name, _), group in plan.rests.items() if name == stage]
    most = min(rests, default=size_of_chain(plan))
    return min(max(leaving, held) or had, most) or most


def _raw_supply(plan: ChainPlan, stage: str, place: str) -> float:
    own = [f.rate for (name, _, at), f in plan.made.items() if (name, at) == (stage, place)]
    arriving = [
        figure.rate
        for (name, _, destination), figure in plan.routes.items()
        if figure is not None and (name, destination) == (stage, place)
    ]
    return (float(np.mean(own)) if own else 0.0) + sum(arriving)


def size_of_use(plan: ChainPlan, region: str) -> float:
    """Size of a use [t/yr]: reckoned, else all that is made in or seen to reach the market."""
    use = expected_use(plan, region) if plan.covered else None
    if use is not None:
        return use[0]
    market = plan.chain.market
    makers = [place for place in plan.makers[plan.last] if market(place) == region]
    size = sum(size_of_output(plan, plan.last, place) for place in makers if plan.covered)
    for (stage, origin, destination), figure in plan.routes.items():
        if stage == plan.last and market(destination) == region != market(origin):
            size += figure.rate if figure else size_of_output(plan, stage, origin)
    return size
