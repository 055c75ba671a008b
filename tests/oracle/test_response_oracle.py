"""The response of random networks, written out again with linopy: the least cost is the same.

This reference is slow and plain: loops over labels, one variable and one constraint at a time,
bounds from the words of the docstrings, none from our arrays. Costs include those that only
break ties.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.studies.response.solve import solve_foresight
from allanite.studies.response.world import RATIONINGS, Rationing, Rules, World
from response_worlds import MONTHS, random_conditions, random_world

linopy = pytest.importorskip("linopy")
import xarray  # noqa: E402

Term = tuple[float, int]

PERIODS = 3
HORIZON = Horizon(MONTHS.start, count=PERIODS)
TIE, HOLDING, NOISE = 1.0, 0.1, 1e-9


class Reference:
    """One response under way: variables by number, rows as terms, the terms of every balance."""

    def __init__(self, world: World, conditions: Conditions, rules: Rules) -> None:
        self.world, self.conditions, self.rules = world, conditions, rules
        self.net, self.step = world.network, HORIZON.step
        self.upper: list[float] = []
        self.cost: list[float] = []
        self.rows: list[tuple[list[Term], str, float]] = []
        self.balance: dict[tuple[int, int], list[Term]] = {}
        self.constant: dict[tuple[int, int], float] = {}
        self.flows: dict[tuple[int, int], list[int]] = {}
        self.normal: dict[tuple[int, int], tuple[int, float]] = {}
        self.runs: dict[tuple[int, int], list[int]] = {}
        self.unmet: dict[tuple[int, int], list[int]] = {}

    # --- pieces ---

    def variable(self, upper: float, cost: float = 0.0) -> int:
        self.upper.append(upper)
        self.cost.append(cost)
        return len(self.upper) - 1

    def limit(self, terms: list[Term], sign: str, side: float) -> None:
        if terms:
            self.rows.append((terms, sign, side))

    def add(self, period: int, node: int, amount: float, variable: int) -> None:
        if period < PERIODS:
            self.balance.setdefault((period, int(node)), []).append((amount, variable))

    def give(self, period: int, node: int, amount: float) -> None:
        """A fixed amount that reaches a node."""
        key = period, int(node)
        self.constant[key] = self.constant.get(key, 0.0) + amount

    # --- parts ---

    def years(self, period: int) -> float:
        return (period + 0.5) * self.step

    def ramp(self, ramp: object, k: int, period: int) -> float:
        late = self.years(period) - ramp.delay[k]  # type: ignore[attr-defined]
        length = ramp.duration[k]  # type: ignore[attr-defined]
        share = min(max(late / length, 0.0), 1.0) if length > 0 else float(late >= 0)
        return share * ramp.reach_share[k]  # type: ignore[attr-defined]

    def plant_capacity(self, n: int) -> float:
        """Capacity of a process while its plant does nothing else."""
        processes = self.net.processes
        if processes.group[n] < 0 or processes.group_rule[n] != "sum":
            return float(processes.capacity_rate[n])
        same = [m for m in range(len(processes.labels)) if processes.group[m] == processes.group[n]]
        return float(sum(processes.capacity_rate[m] for m in same))

    def add_processes(self) -> None:
        processes, economics = self.net.processes, self.world.economics
        recipe = processes.recipe.toarray()
        rates = self.world.state.activity_rate
        for n, rate in enumerate(rates.tolist()):
            capacity = max(self.plant_capacity(n), rate)
            for p in range(PERIODS):
                a = self.conditions.process_availability[p, n]
                most = a * (capacity if np.isfinite(capacity) else rate)
                usual = min(rate, most)
                spare = capacity - rate if np.isfinite(capacity) else rate
                more = a * spare * self.ramp(economics.activity_ramp, n, p)
                more *= self.conditions.process_growth[p, n]
                if np.isfinite(capacity):
                    more = min(more, most - usual)
                made = [self.variable(more * self.step, economics.running_cost[n] + TIE)]
                if rate > NOISE * max(rates.max(), 1.0):
                    made.append(self.variable(usual * self.step, -TIE))
                self.runs[p, n] = made
                for v in np.flatnonzero(recipe[:, n]).tolist():
                    for x in made:
                        self.add(p, v, recipe[v, n], x)

    def add_plants(self) -> None:
        processes = self.net.processes
        for g in sorted(set(processes.group.tolist()) - {-1}):
            members = [n for n in range(len(processes.labels)) if processes.group[n] == g]
            capacity = {n: processes.capacity_rate[n] for n in members}
            members = [n for n in members if np.isfinite(capacity[n]) and capacity[n] > 0]
            members = [n for n in members if processes.group_rule[n] != "separate"]
            if not members:
                continue
            summed = processes.group_rule[members[0]] == "sum"
            weight = {n: 1.0 if summed else 1 / capacity[n] for n in members}
            whole = sum(capacity[n] for n in members) if summed else 1.0
            used = sum(weight[n] * self.world.state.activity_rate[n] for n in members)
            for p in range(PERIODS):
                a = max(self.conditions.process_availability[p, n] for n in members)
                terms = [(weight[n], x) for n in members for x in self.runs[p, n]]
                self.limit(terms, "<=", max(whole, used) * a * self.step)

    def receives(self, v: int) -> float:
        """Most that a node could take, t/yr."""
        state, net = self.world.state, self.net
        recipe = net.processes.recipe.toarray()
        total = 0.0
        for n, rate in enumerate(state.activity_rate.tolist()):
            capacity = self.plant_capacity(n)
            full = max(capacity, rate) if np.isfinite(capacity) else rate
            total += max(-recipe[v, n], 0.0) * full
        total += sum(
            rate
            for r, rate in enumerate(state.route_rate.tolist())
            if net.routes.origin_node[r] == v
        )
        return total + sum(
            rate for d, rate in enumerate(state.demand_rate.tolist()) if net.demands.node[d] == v
        )

    def arrive(self, period: int, r: int, variable: int, delay: float) -> None:
        periods = delay / self.step
        whole = int(np.floor(periods + 1e-9))
        later = min(max(periods - whole, 0.0), 1.0)
        end = self.net.routes.destination_node[r]
        self.add(period + whole, end, 1 - later, variable)
        self.add(period + whole + 1, end, later, variable)

    def add_routes(self) -> None:
        routes, state, economics = self.net.routes, self.world.state, self.world.economics
        c = self.conditions
        for r, rate in enumerate(state.route_rate.tolist()):
            size = self.receives(int(routes.destination_node[r]))
            for p in range(PERIODS):
                usual = min(c.route_availability[p, r] * rate, c.route_quota_rate[p, r])
                more = c.route_availability[p, r] * size * self.ramp(economics.route_ramp, r, p)
                more = min(more, c.route_quota_rate[p, r] - usual)
                dearer = c.route_cost_added[p, r]
                cost = economics.route_cost[r] + TIE + dearer
                sent = [self.variable(more * self.step, cost)]
                if rate > NOISE * max(state.activity_rate.max(), 1.0):
                    sent.append(self.variable(usual * self.step, dearer - TIE))
                    self.normal[p, r] = sent[-1], usual * self.step
                self.flows[p, r] = sent
                for x in sent:
                    self.add(p, routes.origin_node[r], -1.0, x)
                    delay = economics.route_delay[r] + c.route_delay_added[p, r]
                    self.arrive(p, r, x, delay)
            self.add_on_the_way(r, rate, float(economics.route_delay[r]))

    def add_on_the_way(self, r: int, rate: float, delay: float) -> None:
        """What was sent before the first period and arrives in one."""
        end, periods = self.net.routes.destination_node[r], delay / self.step
        whole = int(np.floor(periods + 1e-9))
        later = min(max(periods - whole, 0.0), 1.0)
        for before in range(-1, -whole - 2, -1):
            for arrival, share in ((before + whole, 1 - later), (before + whole + 1, later)):
                if 0 <= arrival < PERIODS:
                    self.give(arrival, end, share * rate * self.step)

    def add_quotas(self) -> None:
        for quota in self.conditions.group_quotas:
            for p in range(PERIODS):
                if np.isfinite(quota.quota_rate[p]):
                    terms = [(1.0, x) for r in quota.routes for x in self.flows[p, int(r)]]
                    self.limit(terms, "<=", quota.quota_rate[p] * self.step)

    def need(self, period: int, d: int) -> float:
        factor = max(1.0 + self.conditions.demand_change[period, d], 0.0)
        return float(self.world.state.demand_rate[d] * factor * self.step)

    def add_demands(self) -> None:
        steps, net = self.world.economics.steps, self.net
        for d, node in enumerate(net.demands.node.tolist()):
            mine = [s for s in range(len(steps.kind)) if steps.demand[s] == d]
            mine.sort(key=lambda s: steps.cost[s])
            for p in range(PERIODS):
                need, left = self.need(p, d), 1.0
                self.give(p, node, -need)
                without = []
                for s in (s for s in mine if steps.kind[s] != "idle"):
                    share = min(self.ramp(steps.ramp, s, p), left)
                    left -= share
                    x = self.variable(share * need, steps.cost[s] * self.weight(s))
                    self.add(p, node, 1.0, x)
                    without.append(x)
                    if steps.substitute_node[s] >= 0:
                        self.add(p, steps.substitute_node[s], -1.0, x)
                for s in (s for s in mine if steps.kind[s] == "idle"):
                    x = self.variable(need, steps.cost[s] * self.weight(s))
                    self.add(p, node, 1.0, x)
                    without.append(x)
                self.limit([(1.0, x) for x in without], "<=", need)
                self.unmet[p, d] = without

    def weight(self, s: int) -> float:
        steps = self.world.economics.steps
        region = self.net.demands.region[int(steps.demand[s])]
        theirs = self.rules.closure == "partners" and region not in self.rules.partners
        if theirs and steps.kind[s] in ("delay", "idle"):
            return float(10.0 * max(steps.cost) / steps.cost[s])
        return 1.0

    def add_stocks(self) -> None:
        stocks, holdings, c = self.net.stocks, self.world.holdings, self.conditions
        for k, amount in enumerate(stocks.initial_amount.tolist()):
            node, price = int(stocks.node[k]), self.world.economics.price[int(stocks.node[k])]
            before: list[Term] = []
            unlocked = 0.0
            for p in range(PERIODS):
                share = float(c.stock_availability[p, k])
                unlocked = max(unlocked, share)
                open_ = holdings.decision[k] <= self.years(p)
                drawn = self.variable(
                    unlocked * amount if open_ else 0.0, price if p == PERIODS - 1 else 0.0
                )
                room = 0.0 if holdings.is_government[k] else amount
                added = self.variable(room, HOLDING * self.step * price)
                released = [(1.0, drawn), *[(-a, x) for a, x in before[:1]]]
                most = min(
                    holdings.release_rate[k] * self.step, share * amount if share < 1 else np.inf
                )
                if np.isfinite(most):
                    self.limit(released, "<=", most)
                now = [(1.0, drawn), (-1.0, added)]
                for a, x in [*now, *[(-a, x) for a, x in before]]:
                    self.add(p, node, a, x)
                before = now

    def add_stocking(self) -> None:
        for v, rate in enumerate(self.world.state.stock_change_rate.tolist()):
            for p in range(PERIODS):
                if rate > 0:
                    self.add(p, v, -1.0, self.variable(rate * self.step, -TIE))
                self.give(p, v, max(-rate, 0.0) * self.step)

    def add_rationing(self) -> None:
        if self.rules.rationing == "pro_rata":
            for p in range(PERIODS):
                shares = {v: self.variable(1.0) for v in set(self.net.demands.node.tolist())}
                for d, v in enumerate(self.net.demands.node.tolist()):
                    terms = [(1.0, x) for x in self.unmet[p, d]]
                    self.limit([*terms, (-self.need(p, d), shares[v])], "=", 0.0)
        if self.rules.rationing == "contract":
            for p in range(PERIODS):
                origins = self.net.routes.origin_node.tolist()
                shares = {v: self.variable(1.0) for v in set(origins)}
                for (when, r), (x, most) in self.normal.items():
                    if when == p and most > NOISE:
                        self.limit([(1.0, x), (-most, shares[origins[r]])], "=", 0.0)

    def least_cost(self) -> float:
        self.add_processes()
        self.add_plants()
        self.add_routes()
        self.add_quotas()
        self.add_demands()
        self.add_stocks()
        self.add_stocking()
        self.add_rationing()
        # Rounding of the normal state is nobody's shortage.
        missing = np.maximum(-self.world.state.surplus_rate(), 0.0) * self.step
        for (p, v), terms in self.balance.items():
            self.limit(terms, ">=", -self.constant.get((p, v), 0.0) - missing[v])
        return self.solve()

    def solve(self) -> float:
        """All rows and variables handed to linopy at once, sign by sign."""
        model = linopy.Model()
        numbers = np.arange(len(self.upper))
        x = model.add_variables(
            lower=xarray.zeros_like(xarray.DataArray(numbers, dims="x"), dtype=float),
            upper=xarray.DataArray(self.upper, dims="x"),
            name="x",
        )
        for sign, name in (("<=", "most"), (">=", "least"), ("=", "equal")):
            rows = [(terms, side) for terms, s, side in self.rows if s == sign]
            if not rows:
                continue
            dense = np.zeros((len(rows), numbers.size))
            for i, (terms, _) in enumerate(rows):
                for a, j in terms:
                    dense[i, j] += a
            left = (xarray.DataArray(dense, dims=("row", "x")) * x).sum("x")
            side = xarray.DataArray([side for _, side in rows], dims="row")
            model.add_constraints(left, sign, side, name=name)
        model.add_objective((xarray.DataArray(self.cost, dims="x") * x).sum())
        model.solve("highs", io_api="direct", output_flag=False)
        return float(model.objective.value)


def shared_plants(world: World, seed: int) -> World:
    """The world in which processes of one place may share a plant."""
    random = np.random.default_rng([seed, 5])
    processes = world.network.processes
    known = np.isfinite(processes.capacity_rate)
    group = np.where(known & (random.random(known.size) < 0.6), processes.place, -1)
    rule = {g: str(random.choice(["share", "sum", "separate"])) for g in set(group.tolist())}
    shared = replace(
        processes,
        group=group.astype(np.int64),
        group_rule=tuple(rule[g] if g >= 0 else "separate" for g in group.tolist()),
    )
    network = replace(world.network, processes=shared)
    return replace(world, state=replace(world.state, network=network))


def _both(seed: int, rationing: Rationing, closure: str) -> tuple[float, float]:
    world = shared_plants(random_world(seed), seed)
    conditions = random_conditions(world, HORIZON, seed)
    rules = Rules(partners=("JPN",), watched="CHN", rationing=rationing, closure=closure)  # type: ignore[arg-type]
    active = np.ones(len(world.network.nodes), dtype=bool)
    ours = solve_foresight(world, conditions, rules, HORIZON, active=active)
    return ours.solution.objective, Reference(world, conditions, rules).least_cost()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("rationing", RATIONINGS)
@pytest.mark.parametrize("closure", ["market", "partners"])
@pytest.mark.parametrize("block", range(3))
def test_linopy_finds_the_same_least_cost(rationing: Rationing, closure: str, block: int) -> None:
    for seed in range(100 + 3 * block, 103 + 3 * block):
        ours, theirs = _both(seed, rationing, closure)
        assert ours == pytest.approx(theirs, rel=1e-7, abs=1e-4), f"seed {seed}"
