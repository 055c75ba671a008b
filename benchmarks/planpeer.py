"""A programme in two stages in mpi-sppy's hands: extensive form, L-shaped method, hedging.

    python planpeer.py METHOD FILE TRACK [--limit SECONDS]
    mpirun -np 2 python planpeer.py METHOD FILE TRACK

Runs in a Python that has mpi-sppy, Pyomo, highspy and mpi4py, and none of ours. FILE is one of
`stagedfile.py`; all columns of the first stage are named as those that scenarios share.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
from mpisppy import MPI
from mpisppy.extensions.extension import Extension
from mpisppy.utils import sputils
from pyomo.core.expr.numeric_expr import LinearExpression

from track import Track

# The generator of cuts looks up the sign of duals by a name that `appsi_highs` does not have.
SOLVER, CUT_SOLVER = "appsi_highs", "highs"
# Of the cost of a column, and at least: the best of five tries on a small instance.
RHO_SHARE, LEAST_RHO = 0.01, 1e-4
SIDES = ("row_lower", "row_upper", "column_lower", "column_upper", "cost")
PLACES = {"column": SIDES[2:4], "row": SIDES[:2], "cost_column": SIDES[4:]}

Arrays = dict[str, np.ndarray]


def names_of(data: Arrays) -> list[str]:
    """Scenarios by the names that mpi-sppy deals with."""
    return [f"scenario{s}" for s in range(data["probability"].size)]


def create_scenario(name: str, data: Arrays) -> Any:
    """One scenario with its own copy of the first stage, as a concrete model."""
    s = int(name.removeprefix("scenario"))
    model = pyo.ConcreteModel(name)
    first, second = sides_of(data, "first"), scenario_sides(data, s)
    model.first = columns_of(first)
    model.second = columns_of(second)
    own = [model.first[j] for j in range(len(model.first))]
    below = [model.second[j] for j in range(len(model.second))]
    model.first_rows = rows_of(first, row_terms(data, "first", own))
    link = link_terms(data, s, [own[j] for j in data["state"].tolist()])
    terms = row_terms(data, "second", below)
    for i, (values, columns) in enumerate(link):
        terms[i][0].extend(values)
        terms[i][1].extend(columns)
    model.second_rows = rows_of(second, terms)
    first_cost = linear(first["cost"].tolist(), own, float(data["first.offset"]))
    second_cost = linear(second["cost"].tolist(), below, float(data["second.offset"]))
    model.cost = pyo.Objective(expr=first_cost + second_cost)
    sputils.attach_root_node(model, first_cost, own)
    model._mpisppy_probability = float(data["probability"][s])
    return model


def sides_of(data: Arrays, name: str) -> Arrays:
    """Bounds, sides and costs of a template."""
    return {side: data[f"{name}.{side}"].copy() for side in SIDES}


def scenario_sides(data: Arrays, s: int) -> Arrays:
    """Those of one scenario."""
    sides = sides_of(data, "second")
    for position, names in PLACES.items():
        start, stop = data[f"change.{position}.start"][s : s + 2]
        where = data[f"change.{position}.{position}"][start:stop]
        for name in names:
            sides[name][where] = data[f"change.{position}.{name}"][start:stop]
    return sides


def columns_of(sides: Arrays) -> Any:
    """Variables between their bounds."""
    lower, upper = bounds(sides["column_lower"]), bounds(sides["column_upper"])
    return pyo.Var(range(len(lower)), bounds=lambda _, j: (lower[j], upper[j]))


def rows_of(sides: Arrays, terms: list[tuple[list[float], list[Any]]]) -> Any:
    """Constraints; rows without terms or sides are left out."""
    lower, upper = bounds(sides["row_lower"]), bounds(sides["row_upper"])

    def rule(_: Any, i: int) -> Any:
        values, columns = terms[i]
        if not columns or (lower[i] is None and upper[i] is None):
            return pyo.Constraint.Skip
        body = linear(values, columns)
        if lower[i] == upper[i]:
            return pyo.Constraint.Skip if lower[i] is None else body == lower[i]
        return (lower[i], body, upper[i])

    return pyo.Constraint(range(len(terms)), rule=rule)


def linear(values: list[float], columns: list[Any], constant: float = 0.0) -> Any:
    """A linear expression of terms."""
    return LinearExpression(constant=constant, linear_coefs=values, linear_vars=columns)


def bounds(values: np.ndarray) -> list[float | None]:
    """Finite numbers, None elsewhere."""
    return [value if np.isfinite(value) else None for value in values.tolist()]


def row_terms(data: Arrays, name: str, columns: list[Any]) -> list[tuple[list[float], list[Any]]]:
    """Values and columns of each row of a template."""
    terms: list[tuple[list[float], list[Any]]] = [([], []) for _ in data[f"{name}.row_lower"]]
    starts = data[f"{name}.indptr"].tolist()
    rows, values = data[f"{name}.indices"].tolist(), data[f"{name}.data"].tolist()
    for j, column in enumerate(columns):
        for k in range(starts[j], starts[j + 1]):
            terms[rows[k]][0].append(values[k])
            terms[rows[k]][1].append(column)
    return terms


def link_terms(data: Arrays, s: int, state: list[Any]) -> list[tuple[list[float], list[Any]]]:
    """What the state adds to each row of a scenario."""
    begin, end = data["link.start"][s : s + 2]
    indices = data["link.indices"][begin:end].tolist()
    values = data["link.data"][begin:end].tolist()
    starts = data["link.indptr"][s].tolist()
    return [
        (values[start:stop], [state[j] for j in indices[start:stop]])
        for start, stop in pairwise(starts)
    ]


def solve_whole(data: Arrays, track: Track, limit: float) -> None:
    """The extensive form."""
    from mpisppy.opt.ef import ExtensiveForm

    form = ExtensiveForm(
        {"solver": SOLVER},
        names_of(data),
        create_scenario,
        scenario_creator_kwargs={"data": data},
        suppress_warnings=True,
    )
    track.note(built=True)
    results = form.solve_extensive_form({"time_limit": max(limit - track.seconds, 1.0)})
    if form.tree_solution_available:
        cost = form.get_objective_value()
        track.note(lower=cost, upper=cost, status="optimal")
    else:
        track.note(status=str(results.solver.termination_condition))


def solve_l_shaped(data: Arrays, track: Track, limit: float) -> None:
    """Cuts from each scenario, on as many ranks as there are; `limit` is kept from outside."""
    from mpisppy.opt.lshaped import LShapedMethod

    options = {"root_solver": SOLVER, "sp_solver": CUT_SOLVER, "max_iter": 10_000, "tol": 1e-4}

    def watch(method: Any, rank: int, _: int) -> Any:
        return Watch(method, track if rank == 0 else None)

    method = LShapedMethod(
        {**options, "verbose": False},
        names_of(data),
        create_scenario,
        scenario_creator_kwargs={"data": data},
    )
    track.note(built=True)
    method.lshaped_algorithm(converger=watch)
    if method.cylinder_rank == 0:
        value = [column.value for column in method.root_vars]
        track.note(lower=method._LShaped_bound, value=value, status="no more cuts")


class Watch:
    """Notes the bound and the first stage of each round; never ends the search."""

    def __init__(self, method: Any, track: Track | None) -> None:
        self.method, self.track = method, track

    def convergence_value(self) -> float:
        """Called after each round."""
        if self.track is not None:
            value = [column.value for column in self.method.root_vars]
            self.track.note(lower=float(self.method._LShaped_bound), value=value)
        return np.inf

    def is_converged(self) -> bool:
        """Never: the search ends when no cut is left, or is stopped from outside."""
        return False


class WatchHedging(Extension):
    """Notes the best outer bound and the mean first stage of each round."""

    def __init__(self, method: Any, track: Track) -> None:
        super().__init__(method)
        self.track = track

    def post_iter0_after_sync(self) -> None:
        """After the scenarios alone."""
        self._note()

    def enditer_after_sync(self) -> None:
        """After each round."""
        self._note()

    def _note(self) -> None:
        if self.opt.cylinder_rank == 0:
            hub, some = self.opt.spcomm, next(iter(self.opt.local_scenarios.values()))
            xbars = some._mpisppy_model.xbars
            value = [xbars["ROOT", j].value for j in range(len(xbars))]
            bound = float(max(hub.BestOuterBound, self.opt.trivial_bound))
            self.track.note(
                lower=bound, value=value, difference=float(getattr(self.opt, "conv", None) or 0.0)
            )


def solve_hedging(data: Arrays, track: Track, limit: float) -> None:
    """Progressive hedging on one rank, its Lagrangian bound on the other."""
    from mpisppy.cylinders.hub import PHHub
    from mpisppy.cylinders.lagrangian_bounder import LagrangianOuterBound
    from mpisppy.opt.ph import PH
    from mpisppy.phbase import PHBase
    from mpisppy.spin_the_wheel import WheelSpinner

    options = {
        "solver_name": SOLVER,
        "defaultPHrho": 1.0,
        "convthresh": 1e-6,
        "PHIterLimit": 10_000,
        "time_limit": limit,
        "verbose": False,
        "display_progress": False,
        "display_convergence_detail": False,
        "display_timing": False,
        "smoothed": 0,
        "iter0_solver_options": {},
        "iterk_solver_options": {},
        # HiGHS is slow on quadratic costs: the distance is taken piece by piece.
        "linearize_proximal_terms": True,
        "proximal_linearization_tolerance": 1e-1,
    }
    common = {
        "all_scenario_names": names_of(data),
        "scenario_creator": create_scenario,
        "scenario_creator_kwargs": {"data": data},
        "rho_setter": rho_by_cost(data),
    }
    hub = {
        "hub_class": PHHub,
        "hub_kwargs": {"options": {"rel_gap": 1e-4}},
        "opt_class": PH,
        "opt_kwargs": {
            **common,
            "options": options,
            "extensions": WatchHedging,
            "extension_kwargs": {"track": track},
        },
    }
    spoke = {
        "spoke_class": LagrangianOuterBound,
        "opt_class": PHBase,
        "opt_kwargs": {**common, "options": dict(options)},
    }
    track.note(built=False)
    WheelSpinner(hub, [spoke]).spin()


def rho_by_cost(data: Arrays) -> Any:
    """Weight of a column's distance from the mean."""
    rho = np.maximum(RHO_SHARE * np.abs(data["first.cost"]), LEAST_RHO)

    def setter(model: Any) -> list[tuple[int, float]]:
        return [(id(model.first[j]), float(rho[j])) for j in range(rho.size)]

    return setter


METHODS = {"ef": solve_whole, "l-shaped": solve_l_shaped, "hedging": solve_hedging}


def main() -> None:
    """Read the file, start the clock, solve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("file", type=Path)
    parser.add_argument("track", type=Path)
    parser.add_argument("--limit", type=float, default=900.0)
    asked = parser.parse_args()
    with np.load(asked.file, allow_pickle=False) as stored:
        data = {name: stored[name] for name in stored.files}
    rank = MPI.COMM_WORLD.Get_rank()
    file = asked.track if rank == 0 else asked.track.with_suffix(f".{rank}")
    METHODS[asked.method](data, Track(file), asked.limit)


if __name__ == "__main__":
    sys.exit(main())
