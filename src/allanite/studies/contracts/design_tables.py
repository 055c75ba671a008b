"""Result tables of a design, on paths that the search has not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_support import (
    DESIGN_CROSSOVER,
    DESIGN_OPTIONS,
    DESIGN_PACKAGES,
)
from allanite.studies.contracts.blocks import INDEX
from allanite.studies.contracts.costs import HIGH, spread_of, standard_error, worst_year
from allanite.studies.contracts.leverage import leverage
from allanite.studies.contracts.packages import Option, Package
from allanite.studies.contracts.request import ALL, DesignRequest
from allanite.studies.contracts.search import Field, Trial, run_field, try_contracts

Row = dict[str, object]
NOTHING: Final = "nothing"
_NEAR: Final = 0.02  # odds on fresh paths against those of the search


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """Kinds of support for a venture, with the same contracts beside them.

    Attributes:
        search, fresh: paths on which sizes were found, and on which they are reported.
        options: each kind at its least size.
    """

    search: Field
    fresh: Field
    options: tuple[Option, ...]

    @property
    def beside(self) -> str:
        """Contracts that are there already, in words."""
        return ", ".join(contract.contract_id for contract in self.search.given) or NOTHING


class FactorPoint(Protocol):
    """Options at a factor on all prices."""

    @property
    def factor(self) -> float:
        """On all prices."""

    @property
    def field(self) -> Field:
        """Paths with those prices."""

    @property
    def options(self) -> tuple[Option, ...]:
        """Each kind at its least size there."""


def options_table(designs: Iterable[Design], request: DesignRequest) -> pa.Table:
    """Table `design_options`."""
    rows: list[Row] = []
    for design in designs:
        found = [*_option_rows(design)]
        _rank(found, "rank", 0.0)
        _rank(found, "tail_rank", request.tail_weight)
        rows += found
    return rows_table(DESIGN_OPTIONS, rows)


def _option_rows(design: Design) -> Iterator[Row]:
    field, venture = design.fresh, design.fresh.case.venture
    bare = run_field(field, ())
    plain = try_contracts(field, ())
    before = bare.cash.alive[:, -1]
    for option in design.options:
        lever, found = option.lever, option.found
        size = lever.most if found.size is None else found.size
        contract = lever.contract(size)
        trial = try_contracts(field, [contract])
        cost = trial.cost.sum(axis=0)
        spread, odds = spread_of(cost), trial.reached.astype(np.float64)
        worst = trial.yearly[:, worst_year(trial.yearly)]
        yield {
            "venture_id": venture.venture_id,
            "beside": design.beside,
            "instrument": lever.name,
            "size": found.size,
            "size_largest": lever.most,
            "unit": lever.unit,
            "odds_wanted": field.odds,
            "odds_without": float(plain.reached.mean()),
            "odds_reached": float(odds.mean()),
            "odds_error": standard_error(odds),
            "survival_share": float(trial.alive.mean()),
            "value_mean": float(trial.value.mean()),
            "is_enough": found.size is not None,
            "cost_mean": spread.mean,
            "cost_error": spread.error,
            "cost_high": spread.high,
            "cost_tail": spread.tail,
            "worst_year_cost_high": float(np.quantile(worst, HIGH)),
            "leverage": leverage(field.case, [contract], before, trial.alive, spread.mean),
            "note": _option_note(option, field, plain) or None,
        }


def _option_note(option: Option, field: Field, plain: Trial) -> str:
    found = option.found
    if found.size == 0.0 and float(plain.reached.mean()) >= field.odds - _NEAR:
        return "The odds are reached without it."
    if found.size is not None:
        return ""
    if found.odds >= field.odds:
        return "The odds are reached, but owners are worth less than they agree to."
    if option.lever.kind in ("grant", "equity", "loan", "guarantee"):
        if plain.margin < 0:
            return "Running costs more than it earns in the mean: money for building cannot help."
        return "Its largest size, the whole of what is built or borrowed, is not enough."
    return "Its largest size is not enough."


def _rank(rows: Sequence[Row], name: str, weight: float) -> None:
    """Ranks by mean cost, or by mean and tail, among rows that are enough."""

    def mixed(row: Row) -> float:
        return (1.0 - weight) * _number(row, "cost_mean") + weight * _number(row, "cost_tail")

    usable = sorted((row for row in rows if row["is_enough"]), key=mixed)
    for position, row in enumerate(usable, 1):
        row[name] = position


def _number(row: Row, name: str) -> float:
    return float(str(row[name]))


def packages_table(design: Design, packages: Sequence[Package], request: DesignRequest) -> pa.Table:
    """Table `design_packages`: the cheapest point of each combination, by payer."""
    kept = cheapest_points(packages)
    best = min((p.mean for p in kept), default=0.0)
    mixed = min((p.mixed(request.tail_weight) for p in kept), default=0.0)
    rows: list[Row] = []
    for package in kept:
        shared: Row = {
            "venture_id": design.fresh.case.venture.venture_id,
            "package": package.words,
            "parts": len(package.parts),
            "is_cheapest": package.mean == best,
            "is_cheapest_tail": package.mixed(request.tail_weight) == mixed,
        }
        rows += [{**shared, **row} for row in _payer_rows(design.fresh, package, request)]
    return rows_table(DESIGN_PACKAGES, rows)


def cheapest_points(packages: Sequence[Package]) -> list[Package]:
    """Of each combination of kinds the point with the least mean cost, cheapest first."""
    best: dict[tuple[str, ...], Package] = {}
    for package in packages:
        key = tuple(lever.name for lever, _ in package.parts)
        if key not in best or package.mean < best[key].mean:
            best[key] = package
    return sorted(best.values(), key=lambda package: package.mean)


def _payer_rows(field: Field, package: Package, request: DesignRequest) -> Iterator[Row]:
    trial = try_contracts(field, package.contracts)
    cost = spread_of(trial.cost.sum(axis=0))
    odds = trial.reached.astype(np.float64)
    payers = dict([(ALL, 1.0), *request.payers])
    for payer, share in payers.items():
        yield {
            "payer": payer,
            "payer_share": share,
            "odds_reached": float(odds.mean()),
            "odds_error": standard_error(odds),
            "value_mean": float(trial.value.mean()),
            "cost_mean": share * cost.mean,
            "cost_error": share * cost.error,
            "cost_high": share * cost.high,
            "cost_tail": share * cost.tail,
        }


def crossover_table(design: Design, points: Iterable[FactorPoint]) -> pa.Table:
    """Table `design_crossover`: each kind as prices expected are lower or higher."""
    rows: list[Row] = []
    for point in points:
        found = [*_point_rows(design, point)]
        enough = [row for row in found if row["is_enough"]]
        best = min((_number(row, "cost_mean") for row in enough), default=None)
        rows += [
            {**row, "is_cheapest": best is not None and row.get("cost_mean") == best}
            for row in found
        ]
    return rows_table(DESIGN_CROSSOVER, rows)


def _point_rows(design: Design, point: FactorPoint) -> Iterator[Row]:
    price = float(point.field.block.monthly[INDEX].mean())
    for option in point.options:
        size = option.found.size
        row: Row = {
            "venture_id": design.fresh.case.venture.venture_id,
            "price_factor": point.factor,
            "price_mean": price,
            "instrument": option.lever.name,
            "size": size,
            "unit": option.lever.unit,
            "is_enough": size is not None,
            "odds_reached": option.found.odds,
        }
        if size is not None:
            cost = spread_of(try_contracts(point.field, [option.lever.contract(size)]).cost[0])
            row |= {"cost_mean": cost.mean, "cost_error": cost.error, "cost_tail": cost.tail}
        yield row
