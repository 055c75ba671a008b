"""Traced shares of all runs to the tables of exposure: places, countries, concentration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.schema import ARROW_TYPE, TableSchema
from allanite.catalogue.tables.core import NOT_PUBLISHED
from allanite.catalogue.tables.results_exposure import (
    EXPOSURE_BY_COUNTRY,
    EXPOSURE_CONCENTRATION,
    EXPOSURE_SHARES,
)
from allanite.network.minerals import UNKNOWN_STAGE
from allanite.network.reconcile import INTERVAL
from allanite.network.supply import SupplyNetwork
from allanite.studies.coverage import Coverage, Withheld, mark_origins

STOCK: Final = "stock"
UNKNOWN: Final = "unknown"
# Shares below this in every run are left out of the tables; they are counted in every index.
SMALLEST_SHARE: Final = 1e-4
ROUNDING: Final = 1e-9


class Asked(Protocol):
    """What the tables need to know of a question."""

    @property
    def element(self) -> int: ...  # noqa: D102
    @property
    def stage(self) -> str: ...  # noqa: D102
    @property
    def groups(self) -> tuple[tuple[str, str], ...]: ...  # noqa: D102
    @property
    def members(self) -> BoolArray: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedShares:
    """Shares of one run in long form, K entries.

    Attributes:
        question, state, group: positions, shape (K,).
        share: 0 to 1, shape (K,).
        absent: for each question the groups without demand in this run, shape (G,).
    """

    question: IntArray
    state: IntArray
    group: IntArray
    share: FloatArray
    absent: tuple[BoolArray, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareMatrix:
    """Shares by origin (K) and run (R); run 0 is the baseline itself.

    Attributes:
        column: demand column of each row, numbered over all questions, shape (K,).
        origin, origin_stage: positions, shape (K,).
        share: shape (K, R); NaN where the run has no such demand.
    """

    column: IntArray
    origin: IntArray
    origin_stage: IntArray
    share: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """All demand columns, C of them, and the words that name each."""

    start: IntArray
    question: IntArray
    words: dict[str, tuple[str, ...]]


def exposure_tables(
    network: SupplyNetwork,
    questions: Sequence[Asked],
    runs: Sequence[TracedShares],
    governance: Mapping[str, float],
    coverage: Coverage,
    withheld: Sequence[Withheld],
) -> dict[str, pa.Table]:
    """The three tables of exposure; questions withheld have one row each, without a share."""
    columns = _columns(network, questions, coverage)
    passed = dict.fromkeys([*network.processes.stage, UNKNOWN_STAGE])
    stages = Axis("stage", (*passed, STOCK, UNKNOWN))
    countries = Axis("country", tuple(dict.fromkeys(network.place_country)))
    country_of_place = countries.positions(network.place_country)
    place, stage = _origin_of_state(network, stages)
    places = share_matrix(runs, columns.start, place, stage)
    by_country = add_up(places, country_of_place)
    risk = np.array([governance.get(c, np.nan) for c in countries])
    shares = _place_table(network, columns, places, stages)
    joined = _country_table(columns, by_country, countries, stages)
    concentration = _concentration_table(columns, by_country, countries, stages, risk)
    origin = {"origin_country": NOT_PUBLISHED, "origin_stage": UNKNOWN}
    place_too = {**origin, "origin_place": NOT_PUBLISHED}
    return {
        EXPOSURE_SHARES.name: _joined(
            EXPOSURE_SHARES, mark_origins(shares, coverage), [w.row(**place_too) for w in withheld]
        ),
        EXPOSURE_BY_COUNTRY.name: _joined(
            EXPOSURE_BY_COUNTRY, mark_origins(joined, coverage), [w.row(**origin) for w in withheld]
        ),
        EXPOSURE_CONCENTRATION.name: _joined(
            EXPOSURE_CONCENTRATION, concentration, [w.row() for w in withheld]
        ),
    }


def _joined(
    schema: TableSchema, found: pa.Table, withheld: Sequence[dict[str, object]]
) -> pa.Table:
    """Traced rows, then rows without a share."""
    return pa.concat_tables([found, rows_table(schema, withheld).cast(found.schema)])


def _columns(network: SupplyNetwork, questions: Sequence[Asked], coverage: Coverage) -> _Columns:
    names = np.array(network.material_name, dtype=object)[
        network.node_material[network.demands.node]
    ]
    rows: list[tuple[str, ...]] = []
    for question in questions:
        element = network.elements.labels[question.element]
        for g, (region, end_use) in enumerate(question.groups):
            taken = "; ".join(sorted(set(names[question.members[:, g]])))
            cover = coverage.of_use(element, question.stage, region)
            words = region, end_use, taken, element, question.stage, cover.status, cover.caveat
            rows.append(words)
    named = ("demand_region", "end_use", "material", "element", "stage", "status", "caveat")
    counts = [len(question.groups) for question in questions]
    return _Columns(
        start=np.cumsum([0, *counts]),
        question=np.repeat(np.arange(len(counts)), counts),
        words={name: tuple(row[i] for row in rows) for i, name in enumerate(named)},
    )


def _origin_of_state(network: SupplyNetwork, stages: Axis) -> tuple[IntArray, IntArray]:
    """Place and stage of every state: nodes, processes, stocks.

    Whatever comes from the place of the unpublished has an origin that nobody published.
    """
    node = network.node_place
    unknown = np.full(node.size, stages.position(UNKNOWN))
    stock = np.full(node.size, stages.position(STOCK))
    process = stages.positions(network.processes.stage)
    place = np.concatenate([node, network.processes.place, node])
    stage = np.concatenate([unknown, process, stock])
    hidden = np.array([country == NOT_PUBLISHED for country in network.place_country], dtype=bool)
    return place, np.where(hidden[place], stages.position(UNKNOWN_STAGE), stage)


def share_matrix(
    runs: Sequence[TracedShares], start: IntArray, origin: IntArray, stage: IntArray
) -> ShareMatrix:
    """Shares of all runs added up by demand column, origin and stage of origin."""
    origins, stages = int(origin.max(initial=0)) + 1, int(stage.max(initial=0)) + 1
    shape = (int(start[-1]) + 1, origins, stages)
    keys = [
        np.ravel_multi_index((start[r.question] + r.group, origin[r.state], stage[r.state]), shape)
        for r in runs
    ]
    seen = np.zeros(int(np.prod(shape)), dtype=bool)
    for key in keys:
        seen[key] = True
    found = np.flatnonzero(seen)
    row = np.cumsum(seen, dtype=np.int32) - 1
    share = np.zeros((found.size, len(runs)))
    column, origin_found, stage_found = np.unravel_index(found, shape)
    for i, (r, key) in enumerate(zip(runs, keys, strict=True)):
        share[:, i] = np.bincount(row[key], weights=r.share, minlength=found.size)
        absent = np.concatenate([*r.absent, np.zeros(1, dtype=bool)])
        share[absent[column], i] = np.nan
    return ShareMatrix(
        column=column.astype(np.int64),
        origin=origin_found.astype(np.int64),
        origin_stage=stage_found.astype(np.int64),
        share=share,
    )


def add_up(matrix: ShareMatrix, group_of_origin: IntArray) -> ShareMatrix:
    """The same shares with origins joined into groups, as places into countries."""
    if not matrix.column.size:
        return matrix
    group = group_of_origin[matrix.origin]
    order = np.lexsort((matrix.origin_stage, group, matrix.column))
    label = np.stack([matrix.column, group, matrix.origin_stage])[:, order]
    first = np.flatnonzero(np.append(True, (np.diff(label, axis=1) != 0).any(axis=0)))
    column, origin, stage = label[:, first]
    share = np.add.reduceat(matrix.share[order], first, axis=0)
    return ShareMatrix(column=column, origin=origin, origin_stage=stage, share=share)


def interval(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """5th and 95th percentile over the draws (columns from 1 on); NaN without draws."""
    if values.shape[1] < 3:
        return np.full(len(values), np.nan), np.full(len(values), np.nan)
    draws = values[:, 1:]
    if np.isnan(draws).any():
        draws = np.where(np.isnan(draws), values[:, :1], draws)
    low, high = np.percentile(draws, INTERVAL, axis=1)
    return low, high


def _share_columns(matrix: ShareMatrix, keep: BoolArray) -> dict[str, object]:
    low, high = interval(matrix.share[keep])
    return {"share": matrix.share[keep, 0], "low": low, "high": high}


def _place_table(
    network: SupplyNetwork, columns: _Columns, matrix: ShareMatrix, stages: Axis
) -> pa.Table:
    keep = np.nanmax(matrix.share, axis=1, initial=0.0) > SMALLEST_SHARE
    place = matrix.origin[keep]
    return _table(
        EXPOSURE_SHARES,
        {
            **_words(columns, matrix.column[keep]),
            "origin_place": _taken(network.places.labels, place),
            "origin_country": _taken(network.place_country, place),
            "origin_stage": _taken(stages.labels, matrix.origin_stage[keep]),
            **_share_columns(matrix, keep),
        },
    )


def _country_table(
    columns: _Columns, matrix: ShareMatrix, countries: Axis, stages: Axis
) -> pa.Table:
    keep = np.nanmax(matrix.share, axis=1, initial=0.0) > SMALLEST_SHARE
    return _table(
        EXPOSURE_BY_COUNTRY,
        {
            **_words(columns, matrix.column[keep]),
            "origin_country": _taken(countries.labels, matrix.origin[keep]),
            "origin_stage": _taken(stages.labels, matrix.origin_stage[keep]),
            **_share_columns(matrix, keep),
        },
    )


def _concentration_table(
    columns: _Columns, matrix: ShareMatrix, countries: Axis, stages: Axis, risk: FloatArray
) -> pa.Table:
    """One row a demand column that passes its stage at all."""
    own_stage = stages.positions(columns.words["stage"])
    at_stage = matrix.origin_stage == own_stage[matrix.column]
    share, column = matrix.share[at_stage], matrix.column[at_stage]
    origin = matrix.origin[at_stage]
    passed, hhi, least, most = _indices(share, column, risk[origin], len(own_stage))
    keep = np.nan_to_num(passed[:, 0]) > SMALLEST_SHARE
    top = _top_rows(share[:, 0], column, len(own_stage))[keep]
    governed = np.where(most - least > ROUNDING, np.nan, least)[keep, 0]
    top_low, top_high = interval(share[top])
    return _table(
        EXPOSURE_CONCENTRATION,
        {
            **_words(columns, np.flatnonzero(keep)),
            "stage_share": np.minimum(passed[keep, 0], 1.0),
            "hhi": hhi[keep, 0],
            **_bounds("hhi", *interval(hhi[keep])),
            "hhi_governance": governed,
            **_bounds("hhi_governance", *_governance_bounds(least[keep], most[keep])),
            "top_origin": _taken(countries.labels, origin[top]),
            "top_share": np.minimum(share[top, 0], 1.0),
            "low": top_low,
            "high": top_high,
        },
    )


def _bounds(name: str, low: FloatArray, high: FloatArray) -> dict[str, object]:
    return {f"{name}_low": low, f"{name}_high": high}


def _governance_bounds(least: FloatArray, most: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Low end of the least and high end of the most; without draws the two themselves."""
    low, high = interval(least)[0], interval(most)[1]
    return np.where(np.isnan(low), least[:, 0], low), np.where(np.isnan(high), most[:, 0], high)


def _indices(
    share: FloatArray, column: IntArray, risk: FloatArray, columns: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Share that passes, HHI, and governance-weighted HHI with unknown risk 0 and 1; (C, R)."""
    add = csr_array(
        (np.ones(column.size), (column, np.arange(column.size))), shape=(columns, column.size)
    )
    passed = add @ share
    square = np.square(share)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(passed > 0, 1.0 / np.square(passed), np.nan)
    least = add @ (square * np.where(np.isnan(risk), 0.0, risk)[:, None])
    most = add @ (square * np.where(np.isnan(risk), 1.0, risk)[:, None])
    hhi = np.minimum((add @ square) * scale, 1.0)
    return passed, hhi, least * scale, np.minimum(most * scale, 1.0)


def _top_rows(share: FloatArray, column: IntArray, columns: int) -> IntArray:
    """Row with the largest share of each column, shape (C,); 0 for a column without rows."""
    order = np.lexsort((-np.nan_to_num(share), column))
    first = np.searchsorted(column[order], np.arange(columns))
    return np.asarray(order[np.minimum(first, max(order.size - 1, 0))])


def _words(columns: _Columns, column: IntArray) -> dict[str, object]:
    found = {name: _taken(words, column) for name, words in columns.words.items()}
    caveat = found["caveat"]
    return {**found, "caveat": pc.if_else(pc.equal(caveat, ""), None, caveat)}


def _taken(labels: Sequence[str], position: IntArray) -> pa.Array:
    encoded = pa.DictionaryArray.from_arrays(
        pa.array(position, pa.int64()), pa.array(labels, pa.string())
    )
    return encoded.cast(pa.string())


def _table(schema: TableSchema, columns: Mapping[str, object]) -> pa.Table:
    """Typed columns in the schema's order; NaN is missing, rounding below 0 or above 1 is cut."""
    arrays = []
    for column in schema.columns:
        values = columns[column.name]
        if isinstance(values, np.ndarray) and column.dtype == "number":
            values = pa.array(np.clip(values, 0.0, 1.0), pa.float64(), mask=np.isnan(values))
        arrays.append(pa.array(values, ARROW_TYPE[column.dtype]) if values is None else values)
    return pa.table(arrays, list(schema.column_names))
