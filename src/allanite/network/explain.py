"""Gross errors in plain words, built from the data: which observations contradict which.

Each gross error is left out in turn and the rest reconciled again. The observations whose
misfit falls most are the ones it contradicts.
"""

from __future__ import annotations

import numpy as np

from allanite.axis import FloatArray
from allanite.network.observations import TIES, Observations
from allanite.network.reconcile import GROSS_ERROR, Baseline, least_squares_problem
from allanite.program.quadratic import LeastSquares, solve_least_squares

LEFT_OUT = 1e5
NAMED = 3
WORTH_NAMING = 0.05


def gross_errors(baseline: Baseline) -> list[int]:
    """Positions of observations beyond three sigma that are not weak priors, worst first."""
    size = np.abs(baseline.residual)
    prior = baseline.observations.is_prior
    return [
        int(i) for i in np.argsort(-size, kind="stable") if size[i] > GROSS_ERROR and not prior[i]
    ]


def explain_gross_errors(baseline: Baseline) -> dict[int, str]:
    """An explanation of each gross error, by position."""
    return {i: _explain(baseline, i) for i in gross_errors(baseline)}


def _explain(baseline: Baseline, i: int) -> str:
    observations = baseline.observations
    without = _residual_without(observations, i)
    change = baseline.residual**2 - without**2
    change[i] = 0.0
    others = np.argsort(-change, kind="stable")[:NAMED]
    total = float(change[change > 0].sum())
    named = [j for j in others if total > 0 and change[j] / total > WORTH_NAMING]
    said = f"{_text(observations, i)}; reconciled to {reconciled(baseline, i):,.0f} t/yr"
    if not named:
        return said + ". No single other observation contradicts it: the balances do."
    against = "; ".join(
        f"{_text(observations, j)}, misfit {abs(baseline.residual[j]):.1f} sigma with it and "
        f"{abs(without[j]):.1f} without"
        for j in named
    )
    return f"{said}. It contradicts {against}."


def reconciled(baseline: Baseline, i: int) -> float:
    """Reconciled value of an observation [t/yr]."""
    observations = baseline.observations
    return float(observations.value[i] + baseline.residual[i] * observations.standard_error[i])


def _text(observations: Observations, i: int) -> str:
    label, what = observations.labels.labels[i], observations.what[i]
    value, error = observations.value[i], observations.standard_error[i]
    source = observations.source_id[i]
    if what in TIES:
        return f"{label} ({what}, give or take {error:,.0f} t/yr)"
    return f"{label} ({what}: {value:,.0f} +- {error:,.0f} t/yr, {source})"


def _residual_without(observations: Observations, i: int) -> FloatArray:
    problem = least_squares_problem(observations).problem
    error = problem.standard_error.copy()
    error[i] *= LEFT_OUT
    fields = {name: getattr(problem, name) for name in problem.__slots__}
    residual = solve_least_squares(LeastSquares(**{**fields, "standard_error": error})).residual
    residual[i] = 0.0
    return residual
