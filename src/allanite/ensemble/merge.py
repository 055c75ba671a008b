"""Results of tasks to tables: draws, intervals, and the attribution of variance to unknowns.

Attribution uses first-order and total Sobol' indices from a pick-freeze design. Their error
is found by drawing the base draws again with replacement, all runs of a base draw together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_ensemble import (
    ENSEMBLE_ATTRIBUTION,
    ENSEMBLE_DRAWS,
    ENSEMBLE_INTERVALS,
    ENSEMBLE_UNKNOWNS,
)
from allanite.ensemble.design import check_base
from allanite.ensemble.unknowns import Choice, Group, Unknown
from allanite.errors import ModelError, UsageError
from allanite.record import RunRecord
from allanite.studies.result import Result

Row = dict[str, object]
Units = Mapping[str, str]

INTERVAL: Final = (5.0, 95.0)  # percentiles that bound it
_RESAMPLES: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribution:
    """Sobol' indices of F figures to k unknowns; NaN for a figure that does not vary.

    Attributes:
        first_order: share of the variance explained by each unknown alone, shape (F, k) [1].
        first_order_low, first_order_high: 5th and 95th percentile of the bootstrap, (F, k) [1].
        total: the same with all interactions, shape (F, k) [1].
        total_low, total_high: 5th and 95th percentile of the bootstrap, (F, k) [1].
    """

    first_order: FloatArray
    first_order_low: FloatArray
    first_order_high: FloatArray
    total: FloatArray
    total_low: FloatArray
    total_high: FloatArray


def draws_result(
    record: RunRecord,
    unknowns: Sequence[Unknown],
    results: Sequence[Mapping[str, float]],
    *,
    central: Mapping[str, float] | None = None,
    units: Units | None = None,
) -> Result:
    """Draws and intervals of every figure.

    Args:
        record: what was asked.
        unknowns: what was drawn.
        results: figures of independent draws (`draw_tasks`), in their order.
        central: figures with every unknown at its central value.
        units: unit of each figure.

    Raises:
        ModelError: draws with other figures than the first one.
    """
    tables = {
        ENSEMBLE_UNKNOWNS.name: unknowns_table(unknowns),
        ENSEMBLE_DRAWS.name: draws_table(results, units),
        ENSEMBLE_INTERVALS.name: intervals_table(results, central, units),
    }
    return Result(record, tables)


def attribution_result(
    record: RunRecord,
    unknowns: Sequence[Unknown],
    results: Sequence[Mapping[str, float]],
    generator: np.random.Generator,
    *,
    central: Mapping[str, float] | None = None,
    units: Units | None = None,
) -> Result:
    """As `draws_result` over the independent half of a pick-freeze design, and the attribution.

    Args:
        record: what was asked.
        unknowns: what was drawn, in the order of the design.
        results: figures of `pick_freeze_tasks`, in their order.
        generator: random numbers of the bootstrap.
        central: figures with every unknown at its central value.
        units: unit of each figure.

    Raises:
        UsageError: the number of results is not that of a pick-freeze design.
        ModelError: draws with other figures than the first one.
    """
    base = _base(len(unknowns), len(results))
    independent = draws_result(record, unknowns, results[: 2 * base], central=central, units=units)
    attribution = attribution_table(unknowns, results, generator)
    return Result(record, {**independent.tables, ENSEMBLE_ATTRIBUTION.name: attribution})


def unknowns_table(unknowns: Sequence[Unknown]) -> pa.Table:
    """Table `ensemble_unknowns`."""
    return rows_table(ENSEMBLE_UNKNOWNS, [_unknown_row(unknown) for unknown in unknowns])


def _unknown_row(unknown: Unknown) -> Row:
    distribution = unknown.distribution
    row: Row = {
        "unknown": unknown.name,
        "distribution": type(distribution).__name__.lower(),
        "note": unknown.note or None,
    }
    if isinstance(distribution, Choice):
        row["options"] = ", ".join(map(str, distribution.options))
    elif not isinstance(distribution, Group):
        row["low"] = float(distribution.low)
        row["central"] = float(distribution.central)
        row["high"] = float(distribution.high)
    return row


def draws_table(results: Sequence[Mapping[str, float]], units: Units | None = None) -> pa.Table:
    """Table `ensemble_draws`: one row a draw and figure."""
    figures, values = figure_values(results)
    count = len(figures)
    names = [*figures] * len(results)
    columns = {
        "draw": pa.array(np.repeat(np.arange(len(results)), count), pa.int64()),
        "figure": pa.array(names, pa.string()),
        "unit": pa.array([(units or {}).get(name) for name in names], pa.string()),
        "value": pa.array(values.ravel(), pa.float64()),
    }
    return pa.table(columns)


def intervals_table(
    results: Sequence[Mapping[str, float]],
    central: Mapping[str, float] | None = None,
    units: Units | None = None,
) -> pa.Table:
    """Table `ensemble_intervals`: one row a figure, over all draws."""
    figures, values = figure_values(results)
    if central is not None and sorted(central) != list(figures):
        raise _other_figures("the central run", central, figures)
    low, high = np.percentile(values, INTERVAL, axis=0)
    median = np.median(values, axis=0)
    rows: list[Row] = [
        {
            "figure": name,
            "unit": (units or {}).get(name),
            "central": None if central is None else central[name],
            "low": float(low[i]),
            "median": float(median[i]),
            "high": float(high[i]),
            "mean": float(values[:, i].mean()),
            "standard_deviation": float(values[:, i].std()),
            "draws": len(results),
        }
        for i, name in enumerate(figures)
    ]
    return rows_table(ENSEMBLE_INTERVALS, rows)


def attribution_table(
    unknowns: Sequence[Unknown],
    results: Sequence[Mapping[str, float]],
    generator: np.random.Generator,
) -> pa.Table:
    """Table `ensemble_attribution`: one row a figure and unknown."""
    base = _base(len(unknowns), len(results))
    figures, values = figure_values(results)
    found = attribute(values, len(unknowns), generator)
    columns: dict[str, Any] = {
        "figure": np.repeat(np.asarray(figures, dtype=object), len(unknowns)),
        "unknown": [unknown.name for unknown in unknowns] * len(figures),
        **{name: getattr(found, name).ravel() for name in Attribution.__slots__},
        "draws": np.full(len(figures) * len(unknowns), base),
    }
    schema = ENSEMBLE_ATTRIBUTION.arrow_schema()
    return pa.table(
        {
            field.name: pa.array(columns[field.name], field.type, from_pandas=True)
            for field in schema
        }
    )


def attribute(
    values: FloatArray, count: int, generator: np.random.Generator, resamples: int = _RESAMPLES
) -> Attribution:
    """First-order and total Sobol' indices with bootstrap intervals.

    Source: Saltelli et al. 2010 (estimators), as in `scipy.stats.sobol_indices`.

    Args:
        values: figures in the order of `pick_freeze_tasks`, shape (base · (k + 2), F).
        count: unknowns k.
        generator: random numbers of the bootstrap.
        resamples: how often the base draws are drawn again.

    Raises:
        UsageError: the number of rows is not that of a pick-freeze design.
    """
    base = _base(count, len(values))
    blocks = values.reshape(count + 2, base, -1).transpose(0, 2, 1)  # (k + 2, F, base)
    times = generator.multinomial(base, np.full(base, 1.0 / base), size=resamples)
    low, high = np.percentile(_reweighted(blocks, times / base), INTERVAL, axis=-1)
    found = np.stack([_indices(blocks), low, high])
    found[:, :, np.ptp(blocks, axis=(0, 2)) == 0.0, :] = np.nan
    (first, total), (first_low, total_low), (first_high, total_high) = found
    return Attribution(
        first_order=first,
        first_order_low=first_low,
        first_order_high=first_high,
        total=total,
        total_low=total_low,
        total_high=total_high,
    )


def _indices(blocks: FloatArray) -> FloatArray:
    """First-order and total indices, shape (2, F, k), of runs of shape (k + 2, F, base)."""
    from scipy.stats import sobol_indices

    given = {"f_A": blocks[0], "f_B": blocks[1], "f_AB": blocks[2:]}
    found = sobol_indices(func=given, n=blocks.shape[2])
    shape = (blocks.shape[1], len(blocks) - 2)
    return np.stack([found.first_order.reshape(shape), found.total_order.reshape(shape)])


def _reweighted(blocks: FloatArray, weights: FloatArray) -> FloatArray:
    """The same indices with weights of the base draws, shape (2, F, k, R) for weights (R, base).

    A bootstrap through `sobol_indices` copies all runs for each of its resamples; as a product
    of matrices it is a hundred times faster. A resample without variance has indices of 0.
    """
    centred = blocks - blocks[:2].mean(axis=(0, 2))[:, None]
    a, b, mixed = centred[0], centred[1], centred[2:]
    mean = (0.5 * (a + b)) @ weights.T
    variance = (0.5 * (a**2 + b**2)) @ weights.T - mean**2
    first = (b * (mixed - a)) @ weights.T
    total = (0.5 * (a - mixed) ** 2) @ weights.T
    varies = variance > 0.0
    shares = np.stack([first, total]) / np.where(varies, variance, 1.0)
    return np.moveaxis(np.where(varies, shares, 0.0), 1, 2)


def figure_values(results: Sequence[Mapping[str, float]]) -> tuple[tuple[str, ...], FloatArray]:
    """Names of the figures, sorted, and their values, shape (draws, F).

    Raises:
        UsageError: no results.
        ModelError: a draw with other figures than the first one.
    """
    if not results:
        raise UsageError("no draws to merge; one or more are needed")
    figures = tuple(sorted(results[0]))
    for i, result in enumerate(results):
        if result.keys() != results[0].keys():
            raise _other_figures(f"draw {i}", result, figures)
    return figures, np.array([[result[name] for name in figures] for result in results])


def _other_figures(what: str, found: Mapping[str, float], figures: Sequence[str]) -> ModelError:
    differing = sorted(set(found) ^ set(figures))
    return ModelError(
        f"{what} and draw 0 do not have the same figures: {', '.join(differing[:5])} in one of"
        " them only; a study gives the same figures in every draw"
    )


def _base(count: int, results: int) -> int:
    """Base draws of a pick-freeze design of k unknowns with that many results."""
    base, rest = divmod(results, count + 2)
    if rest:
        raise UsageError(
            f"{results} results; a pick-freeze design of {count} unknowns has a multiple of"
            f" {count + 2}"
        )
    check_base(count, base)
    return base
