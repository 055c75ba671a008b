"""Observations with errors to a balanced baseline with residuals and intervals.

    min sum_i ((A v - a)_i / sigma_i)^2   s.t.  mass balance at every node, 0 <= v <= capacity

Ore patterns, yields and grade contents are uncertain too. Carrying them as unknown factors
would make the balance bilinear; instead each uncertain recipe entry has a flow of its own,
tied to recipe x activity with the entry's standard error and kept within a set number of
them, so that no process can make from nothing. The reconciled recipe is flow / activity.

Intervals come from redraws: every observation, ties and priors included, is drawn anew
within its error and the whole problem solved again (randomise, then optimise), which for a
linear Gaussian problem without active bounds samples the posterior exactly. The interval is
the 5th to the 95th percentile of the draws.

Source: Narasimhan and Jordache (2000), Data Reconciliation and Gross Error Detection;
Cencic and Fruehwirth (2015), Computers & Chemical Engineering 82; Bardsley et al. (2014),
SIAM Journal on Scientific Computing 36 (randomise-then-optimise).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import scipy.sparse as sp

from allanite.axis import FloatArray, IntArray
from allanite.network.observations import Observations
from allanite.network.supply import SupplyNetwork
from allanite.program.quadratic import LeastSquares, LeastSquaresSolver, scaled_form

# Conventions of the method, stated in docs/explanation/baseline.md; no data rests on them.
DRAWS: Final = 100  # redraws behind an interval
INTERVAL: Final = (5.0, 95.0)  # percentiles that bound it
GROSS_ERROR: Final = 3.0  # standard errors beyond which an observation is explained
ADJUSTMENT_SIGMAS: Final = 3.0  # standard errors an uncertain recipe entry may move
SMALLEST_SHARE: Final = 1e-9  # of the largest rate; below it a process does not run


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rates:
    """All rates [t/yr]; a leading axis S where they are draws.

    Attributes:
        activity_rate: (N,); route_rate: (R,); demand_rate: (D,); unused_rate,
            stock_change_rate: (V,); adjusted_rate: (K,) flows of uncertain recipe entries.
    """

    activity_rate: FloatArray
    route_rate: FloatArray
    demand_rate: FloatArray
    unused_rate: FloatArray
    stock_change_rate: FloatArray
    adjusted_rate: FloatArray

    def draw(self, s: int) -> Rates:
        """One draw."""
        return Rates(**{name: getattr(self, name)[s] for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Baseline:
    """The reconciled base year.

    Attributes:
        network: the network, its recipes as reconciled.
        observations: what was reconciled.
        activity_rate, route_rate, demand_rate, unused_rate, stock_change_rate: [t/yr], shapes
            (N,), (R,), (D,), (V,), (V,).
        rates: the same and the adjusted flows; draws: S redraws, leading axis S.
        residual: (reconciled - observed) / standard error, shape (O,) [1].
        objective: sum of squared residuals; balance_error: largest imbalance of a node [t/yr].
        seed: seed of the draws.
    """

    network: SupplyNetwork
    observations: Observations
    rates: Rates
    draws: Rates
    residual: FloatArray
    objective: float
    balance_error: float
    seed: int

    @property
    def activity_rate(self) -> FloatArray:
        """Activity, shape (N,) [t/yr]."""
        return self.rates.activity_rate

    @property
    def route_rate(self) -> FloatArray:
        """Routes, shape (R,) [t/yr]."""
        return self.rates.route_rate

    @property
    def demand_rate(self) -> FloatArray:
        """Demands, shape (D,) [t/yr]."""
        return self.rates.demand_rate

    @property
    def unused_rate(self) -> FloatArray:
        """What leaves unused at each node, shape (V,) [t/yr]."""
        return self.rates.unused_rate

    @property
    def stock_change_rate(self) -> FloatArray:
        """What goes into stock at each node, shape (V,) [t/yr]."""
        return self.rates.stock_change_rate

    def process_flow(self, draw: int | None = None) -> sp.csc_array:
        """Flow of each process at each node (V, N) [t/yr]: outputs > 0, inputs < 0.

        Args:
            draw: a redraw; None for the central solution. Recipes differ between draws.
        """
        return process_flow(
            self.observations, self.rates if draw is None else self.draws.draw(draw)
        )

    def network_of(self, draw: int | None = None) -> SupplyNetwork:
        """The network with the recipes of the central solution or of one redraw."""
        if draw is None:
            return self.network
        return reconciled_network(self.observations, self.draws.draw(draw))


def process_flow(observations: Observations, rates: Rates) -> sp.csc_array:
    """Flow of each process at each node (V, N) [t/yr]."""
    columns = observations.columns
    flow = sp.csc_array(columns.network.processes.recipe @ sp.diags_array(rates.activity_rate))
    flow = sp.lil_array(flow)
    signed = np.sign(columns.adjusted_coefficient) * rates.adjusted_rate
    flow[columns.adjusted_node, columns.adjusted_process] = signed
    result = sp.csc_array(flow)
    result.sort_indices()
    return result


@dataclass(frozen=True, slots=True, eq=False)
class ReducedProblem:
    """The programme over the open columns.

    Attributes:
        problem: least squares over the kept columns.
        kept: positions of the kept columns among all, shape (n,).
    """

    problem: LeastSquares
    kept: IntArray


def least_squares_problem(observations: Observations) -> ReducedProblem:
    """The programme of a reconciliation: closed columns and empty rows taken out."""
    columns = observations.columns
    kept = np.flatnonzero(_open_columns(observations))
    balance = sp.csr_array(columns.balance()[:, kept])
    balance = balance[np.diff(balance.indptr) > 0]
    lower = np.zeros(columns.size)
    start = columns.start("stock_change")
    lower[start : start + columns.sizes["stock_change"]] = -np.inf
    limit, limit_upper = _limits(observations)
    return ReducedProblem(
        LeastSquares(
            matrix=sp.csr_array(observations.matrix[:, kept]),
            value=observations.value,
            standard_error=observations.standard_error,
            equality=balance,
            equality_value=np.zeros(balance.shape[0]),
            inequality=sp.csr_array(limit[:, kept]),
            inequality_upper=limit_upper,
            lower=lower[kept],
            upper=observations.upper[kept],
        ),
        kept,
    )


def _open_columns(observations: Observations) -> FloatArray:
    """Columns that may be other than zero; a node with one way only closes that way."""
    columns = observations.columns
    open_ = observations.upper > 0
    balance = abs(columns.balance())
    for _ in range(len(columns.network.materials)):
        alone = (balance @ open_.astype(np.float64)) > 0
        ways = sp.csr_array(balance != 0).astype(np.int64) @ open_.astype(np.int64)
        dead = np.flatnonzero(alone & (ways == 1))
        before = open_.sum()
        for v in dead:
            open_[balance.indices[balance.indptr[v] : balance.indptr[v + 1]]] = False
        if open_.sum() == before:
            break
    return np.asarray(open_)


def _limits(observations: Observations) -> tuple[sp.csr_array, FloatArray]:
    """Rows G v <= h: plants shared by several processes, and the reach of adjusted recipes."""
    columns = observations.columns
    rows: list[dict[int, float]] = []
    upper: list[float] = []
    _add_group_limits(columns.network, observations.expected_activity, rows, upper)
    start = columns.start("adjusted")
    for k, n in enumerate(columns.adjusted_process):
        size = abs(float(columns.adjusted_coefficient[k]))
        reach = ADJUSTMENT_SIGMAS * float(columns.relative_error[k])
        rows += [
            {start + k: 1.0, int(n): -size * (1 + reach)},
            {start + k: -1.0, int(n): size * max(1 - reach, 0.0)},
        ]
        upper += [0.0, 0.0]
    index = [(i, c, w) for i, row in enumerate(rows) for c, w in row.items()]
    row_, column, weight = zip(*index, strict=True) if index else ((), (), ())
    shape = (len(rows), columns.size)
    return sp.csr_array((weight, (row_, column)), shape=shape), np.array(upper)


def _add_group_limits(
    network: SupplyNetwork, expected: FloatArray, rows: list[dict[int, float]], upper: list[float]
) -> None:
    processes = network.processes
    for group in sorted(set(processes.group.tolist()) - {-1}):
        members = [int(n) for n in np.flatnonzero(processes.group == group) if expected[n] > 0]
        capacity = processes.capacity_rate
        rules = {processes.group_rule[n] for n in members}
        if "sum" in rules:
            summed = [n for n in members if processes.group_rule[n] == "sum"]
            rows.append(dict.fromkeys(summed, 1.0))
            upper.append(float(sum(capacity[n] for n in summed)))
        elif "share" in rules:
            rows.append({n: 1 / float(capacity[n]) for n in members})
            upper.append(1.0)


def reconcile_baseline(
    observations: Observations,
    seed: int,
    draws: int = DRAWS,
    progress: Callable[[int, int], None] | None = None,
) -> Baseline:
    """The balanced baseline closest to all observations, with redraws for intervals.

    Args:
        observations: of one network.
        seed: seed of the redraws; the same seed gives the same bytes.
        draws: number of redraws S.
        progress: called with (draws done, draws).

    Raises:
        SolveError: capacities and balances contradict each other.
    """
    reduced = least_squares_problem(observations)
    solver = LeastSquaresSolver(scaled_form(reduced.problem))
    central = solver.solve()
    generator = np.random.default_rng(seed)
    count = observations.value.size
    sampled = np.zeros((draws, observations.columns.size))
    for s in range(draws):
        noise = generator.standard_normal(count) * observations.standard_error
        sampled[s, reduced.kept] = solver.solve(observations.value + noise).value
        if progress is not None:
            progress(s + 1, draws)
    value = np.zeros(observations.columns.size)
    value[reduced.kept] = central.value
    rates = _rates(observations, value)
    return Baseline(
        network=reconciled_network(observations, rates),
        observations=observations,
        rates=rates,
        draws=_rates(observations, sampled),
        residual=central.residual,
        objective=central.objective,
        balance_error=central.equality_error,
        seed=seed,
    )


def rate_vectors(baseline: Baseline) -> tuple[FloatArray, FloatArray]:
    """All rates as vectors in the order of the columns: shapes (n,) and (S, n) [t/yr]."""
    names = Rates.__slots__
    central = np.concatenate([getattr(baseline.rates, name) for name in names])
    return central, np.concatenate([getattr(baseline.draws, name) for name in names], axis=1)


def reconciled_network(observations: Observations, rates: Rates) -> SupplyNetwork:
    """The network as reconciled: recipes are flow over activity where a process runs.

    A capacity that stood in for a rate grows with the rate.
    """
    columns = observations.columns
    network, activity = columns.network, rates.activity_rate[columns.adjusted_process]
    recipe = sp.lil_array(network.processes.recipe)
    runs = activity > SMALLEST_SHARE * observations.expected_activity[columns.adjusted_process]
    flow = np.sign(columns.adjusted_coefficient) * rates.adjusted_rate
    value = np.where(runs, flow / np.where(runs, activity, 1.0), columns.adjusted_coefficient)
    recipe[columns.adjusted_node, columns.adjusted_process] = value
    adjusted = sp.csc_array(recipe)
    adjusted.sort_indices()
    capacity = np.maximum(network.processes.capacity_rate, rates.activity_rate)
    return replace(
        network, processes=replace(network.processes, recipe=adjusted, capacity_rate=capacity)
    )


def _rates(observations: Observations, vector: FloatArray) -> Rates:
    columns = observations.columns
    return Rates(
        activity_rate=columns.part(vector, "activity"),
        route_rate=columns.part(vector, "route"),
        demand_rate=columns.part(vector, "demand"),
        unused_rate=columns.part(vector, "unused"),
        stock_change_rate=columns.part(vector, "stock_change"),
        adjusted_rate=columns.part(vector, "adjusted"),
    )
