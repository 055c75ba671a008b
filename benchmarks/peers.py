"""The programme of `instance.py` in the peers' own words: linopy and Pyomo."""

from __future__ import annotations

from typing import Any

import numpy as np

from allanite.axis import FloatArray, IntArray
from instance import GROWTH, PERIODS, Instance


def build_linopy(one: Instance, **options: bool) -> Any:
    """linopy's expressions, over its direct path to HiGHS."""
    import linopy

    model = linopy.Model(**options)
    upper = {
        "route": one.flow_upper,
        "process": one.activity_upper,
        "demand": one.demand,
        "stock": np.tile(one.stock_upper, (PERIODS, 1)),
    }
    flow, activity, short, level = (
        model.add_variables(0, _table(name, values), name=name) for name, values in upper.items()
    )
    balance = _linopy_balance(one, flow, activity, short, level)
    model.add_constraints(balance >= _table("node", one.need()), name="balance")
    before, after = activity.isel(period=slice(0, -1)), activity.isel(period=slice(1, None))
    before = before.assign_coords(period=after.coords["period"])
    model.add_constraints(after - GROWTH * before <= 1.0, name="growth")
    model.add_objective(
        (flow * _listed("route", one.flow_cost)).sum()
        + (activity * _listed("process", one.activity_cost)).sum()
        + (short * _listed("demand", one.shortage_cost)).sum()
    )
    return model.to_highspy()


def build_linopy_sparse(one: Instance) -> Any:
    """linopy's sparse path, which its next semantics allow."""
    import linopy

    linopy.options["semantics"] = "v1"
    return build_linopy(one, sparse=True)


def _linopy_balance(one: Instance, flow: Any, activity: Any, short: Any, level: Any) -> Any:
    # Entry k of every process stands at positions k, k + 3, ...
    parts = [
        _at_nodes(one, activity * _listed("process", one.entry_value[k::3]), "process", entry_node)
        for k, entry_node in enumerate(one.entry_node.reshape(-1, 3).T)
    ]
    parts += [
        _at_nodes(one, 1 * flow, "route", one.destination),
        _at_nodes(one, -1 * flow, "route", one.origin),
        _at_nodes(one, 1 * short, "demand", one.demand_node),
        _at_nodes(one, -1 * level, "stock", one.stock_node),
        _at_nodes(one, 1 * level.shift(period=1), "stock", one.stock_node),
    ]
    balance = parts[0]
    for part in parts[1:]:
        balance = balance + part
    return balance


def _at_nodes(one: Instance, expression: Any, name: str, node: IntArray) -> Any:
    import pandas as pd

    group = pd.Series(node, index=pd.RangeIndex(node.size, name=name), name="node")
    return expression.groupby(group).sum().reindex(node=range(one.nodes)).fillna(0)


def _table(name: str, values: FloatArray) -> Any:
    import pandas as pd
    from xarray import DataArray

    coords = [pd.RangeIndex(PERIODS, name="period"), pd.RangeIndex(values.shape[1], name=name)]
    return DataArray(values, coords=coords)


def _listed(name: str, values: FloatArray) -> Any:
    import pandas as pd
    from xarray import DataArray

    return DataArray(values, coords=[pd.RangeIndex(values.size, name=name)])


def build_pyomo(one: Instance) -> Any:
    """Pyomo's concrete model, over its own interface to HiGHS."""
    import pyomo.environ as pyo
    from pyomo.contrib.appsi.solvers.highs import Highs

    model = pyo.ConcreteModel()
    model.period = pyo.RangeSet(0, PERIODS - 1)
    model.node = pyo.RangeSet(0, one.nodes - 1)
    for name, upper in (
        ("flow", one.flow_upper),
        ("activity", one.activity_upper),
        ("short", one.demand),
        ("level", np.tile(one.stock_upper, (PERIODS, 1))),
    ):
        setattr(model, f"{name}_set", pyo.RangeSet(0, upper.shape[1] - 1))
        setattr(model, name, _pyomo_columns(model, getattr(model, f"{name}_set"), upper.tolist()))
    model.balance = pyo.Constraint(model.period, model.node, rule=_pyomo_balance(one))
    model.growth = pyo.Constraint(
        pyo.RangeSet(1, PERIODS - 1),
        model.activity_set,
        rule=lambda m, p, n: m.activity[p, n] - GROWTH * m.activity[p - 1, n] <= 1.0,
    )
    priced = (
        (model.flow, one.flow_cost.tolist()),
        (model.activity, one.activity_cost.tolist()),
        (model.short, one.shortage_cost.tolist()),
    )
    model.cost = pyo.Objective(
        expr=pyo.quicksum(
            cost * column[p, i]
            for column, costs in priced
            for p in range(PERIODS)
            for i, cost in enumerate(costs)
        )
    )
    solver = Highs()
    solver.set_instance(model)
    return solver._solver_model


def _pyomo_columns(model: Any, members: Any, upper: list[list[float]]) -> Any:
    import pyomo.environ as pyo

    return pyo.Var(model.period, members, bounds=lambda _, p, i: (0.0, upper[p][i]))


def _pyomo_balance(one: Instance) -> Any:
    from pyomo.environ import quicksum

    arrives, leaves, entries, demands, stocks = (
        _members(one.nodes, node)
        for node in (
            one.destination,
            one.origin,
            one.entry_node,
            one.demand_node,
            one.stock_node,
        )
    )
    value, process = one.entry_value.tolist(), one.entry_process.tolist()
    need = one.need().tolist()

    def rule(m: Any, p: int, v: int) -> Any:
        terms = [m.flow[p, r] for r in arrives[v]]
        terms += [-m.flow[p, r] for r in leaves[v]]
        terms += [value[e] * m.activity[p, process[e]] for e in entries[v]]
        terms += [m.short[p, d] for d in demands[v]]
        terms += [-m.level[p, k] for k in stocks[v]]
        terms += [m.level[p - 1, k] for k in stocks[v] if p > 0]
        return quicksum(terms) >= need[p][v]

    return rule


def _members(nodes: int, node: IntArray) -> list[list[int]]:
    members: list[list[int]] = [[] for _ in range(nodes)]
    for i, v in enumerate(node.tolist()):
        members[v].append(i)
    return members
