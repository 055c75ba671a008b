"""Small programmes that tests of several folders share."""

from __future__ import annotations

import numpy as np

from allanite.axis import Axis
from allanite.program.linear import LinearProgram, ProgramBuilder

USE = Axis("use", ("car", "wind"))
PERIOD = Axis("period", ("2025-04", "2025-05"))


def two_uses(
    *,
    output_upper: float = 5.0,
    demand: float = 2.0,
    output_cost: float = 1.0,
    flow_cost: float = 0.5,
    flow_upper: float = 10.0,
    is_integer: bool = False,
) -> LinearProgram:
    """Two periods, one output each, that flows to two uses with a demand each.

    Cheapest by hand: demand is met to the letter, so that output is 2 * demand a period and
    the cost 4 * demand * (output_cost + flow_cost).
    """
    build = ProgramBuilder()
    period, use = np.divmod(np.arange(4), 2)
    output = build.add_columns(
        "output",
        "t",
        {PERIOD: np.arange(2)},
        upper=output_upper,
        cost=output_cost,
        is_integer=is_integer,
    )
    flow = build.add_columns(
        "flow", "t", {PERIOD: period, USE: use}, upper=flow_upper, cost=flow_cost
    )
    balance = build.add_rows("balance", "t", {PERIOD: np.arange(2)}, lower=0.0, upper=0.0)
    met = build.add_rows("demand", "t", {PERIOD: period, USE: use}, lower=demand)
    build.add_terms(balance, output, 1.0)
    build.add_terms(balance[period], flow, -1.0)
    build.add_terms(met, flow, 1.0)
    return build.build()
