"""The quota years 2010 to 2012: what a quota per tonne does to the network of the base year.

The network is that of 2024, so that only shares are tested: the quota stands as a share of
the exports of 2009, on all rare earth oxides and metals that leave China, month by month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.conditions.effects import Conditions, GroupQuota, make_conditions
from allanite.conditions.horizon import Horizon
from allanite.errors import DataError, Finding
from allanite.law.parameters import ControlFigure, load_control_parameters
from allanite.network.reconcile import Baseline
from allanite.network.supply import SupplyNetwork
from allanite.studies.backtest.flows import RARE_EARTHS, export_routes
from allanite.studies.backtest.prices import INSIDE, OUTSIDE, PricePath, price_path
from allanite.studies.backtest.reported import (
    BASE_YEAR,
    CHINA,
    MONTHS,
    ReportedPrice,
    mirror_trade,
    quota_series,
    reported_prices,
)
from allanite.studies.response.outcome import Outcome
from allanite.studies.response.prepare import prepare_desk
from allanite.studies.response.solve import solve_rolling
from allanite.studies.response.world import Rules

Row = dict[str, object]
EVENT: Final = "quota-2010"
READING: Final = "de_jure"
CONTROL: Final = "CN-1999-2014-QUOTA"
ARTICLE: Final = "quota"
YEARS: Final = (2010, 2011, 2012)
YEAR_BEFORE: Final = 2009
EXPORTS: Final = "exports, ore + metals + compounds"
MIRROR: Final = "rare earths, books of the buyers"
BUYER: Final = "JPN"  # took more than half of the exports of 2011
PRODUCTS: Final[Mapping[str, str]] = {
    "La oxide": "ox_la",
    "Ce oxide": "ox_ce",
    "Nd oxide": "ox_ndpr",
    "Sm oxide": "ox_sm",
    "Eu oxide": "ox_eu",
    "Tb oxide": "ox_tb",
    "Dy oxide": "ox_dy",
}
DIFFERENT: Final = "Figures of the year disagree; their mean is shown."
CUSTOMS_NOTE: Final = "Applied as a share of the exports of 2009 to the network of 2024."
MIRROR_NOTE: Final = "What left without papers is in the books of the buyers."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuotaRun:
    """The run and what it is read against.

    Attributes:
        outcome: months from the base year on, standing for the quota years.
        share: exported over normal by year [1]; passes: quota over the exports before [1].
        before: exports of the year before [t].
    """

    outcome: Outcome
    share: FloatArray
    passes: FloatArray
    before: float


def run_quota(release: Release, baseline: Baseline) -> QuotaRun:
    """The response to the quotas, decided month by month.

    Raises:
        DataError: the release has no exports of the year before, or no quota of a month.
    """
    horizon = Horizon(date(BASE_YEAR, 1, 1), count=MONTHS * len(YEARS))
    desk = prepare_desk(release, baseline, horizon, ())
    before = quota_series(release, EXPORTS).get(YEAR_BEFORE)
    if not before:
        raise DataError([_missing("export_quotas", f"{EXPORTS}, {YEAR_BEFORE}")])
    level = sum(before) / len(before)
    routes = export_routes(desk.world.network).of(RARE_EARTHS)
    rate = desk.world.state.route_rate
    share = quota_rates(release) / level
    conditions = quota_conditions(desk.world.network, horizon, routes, share * rate[routes].sum())
    rules = Rules(partners=(), watched=CHINA)
    outcome = solve_rolling(desk.world, conditions, rules, horizon)
    sent = outcome.flow[:, routes].sum(axis=1) / (rate[routes].sum() * horizon.step)
    return QuotaRun(
        outcome=outcome,
        share=sent.reshape(len(YEARS), MONTHS).mean(axis=1),
        passes=np.minimum(share, 1.0).reshape(len(YEARS), MONTHS).mean(axis=1),
        before=level,
    )


def quota_rates(release: Release) -> FloatArray:
    """Quota of each month of the quota years [t/yr], by the text."""
    figures = load_control_parameters(release).of(CONTROL, ARTICLE, "quota_rate", READING)
    days = [date(year, month, 1) for year in YEARS for month in range(1, MONTHS + 1)]
    return np.array([_rate_on(figures, day) for day in days])


def _rate_on(figures: tuple[ControlFigure, ...], day: date) -> float:
    for figure in figures:
        if figure.holds(day):
            return figure.value
    raise DataError([_missing("control_parameters", f"{CONTROL}, quota_rate on {day}")])


def _missing(table: str, place: str) -> Finding:
    return Finding(
        table=table,
        place=place,
        found="no row",
        allowed="one",
        remedy="Add the row, or leave out --data.",
    )


def quota_conditions(
    network: SupplyNetwork, horizon: Horizon, routes: BoolArray, rate: FloatArray
) -> Conditions:
    """All chosen routes together carry at most the rate of each month [t/yr]."""
    quota = GroupQuota(
        label="export quota", routes=np.flatnonzero(routes).astype(np.int64), quota_rate=rate
    )
    return make_conditions(network, horizon, group_quotas=[quota])


def quota_export_rows(release: Release, run: QuotaRun) -> Iterator[Row]:
    """Rows of `backtest_exports`: customs, and the books of the buyers."""
    customs, mirror = quota_series(release, EXPORTS), mirror_trade(release)
    for i, year in enumerate(YEARS):
        values = customs.get(year, [])
        amount = sum(values) / len(values) if values else None
        note = f"{CUSTOMS_NOTE} {DIFFERENT}" if len(values) > 1 else CUSTOMS_NOTE
        yield _export_row(run, i, RARE_EARTHS, run.before, amount, note)
        base = mirror.get(YEAR_BEFORE, run.before)
        yield _export_row(run, i, MIRROR, base, mirror.get(year), MIRROR_NOTE)


def _export_row(
    run: QuotaRun, i: int, product: str, base: float, amount: float | None, note: str
) -> Row:
    computed = float(run.share[i]) * base
    return {
        "event": EVENT,
        "reading": READING,
        "product": product,
        "destination": WORLD,
        "period": str(YEARS[i]),
        "normal_amount": base,
        "computed_amount": computed,
        "low_amount": None,
        "high_amount": None,
        "reported_amount": amount,
        "kind": None if amount is None else "reported",
        "error_share": computed / amount - 1 if amount else None,
        "within": None,
        "year_before_amount": None,
        "unchanged_amount": base,
        "stopped_amount": 0.0,
        "passes_amount": float(run.passes[i]) * base,
        "note": note,
    }


def quota_price_rows(release: Release, run: QuotaRun) -> list[Row]:
    """Rows of `backtest_prices` by year: exported from China, and inside."""
    rows: list[Row] = []
    for product, material in PRODUCTS.items():
        reports = reported_prices(release, product, (YEAR_BEFORE, YEARS[-1]))
        for market, place, word in (
            (OUTSIDE, BUYER, "export from China"),
            (INSIDE, CHINA, INSIDE),
        ):
            path = price_path(run.outcome, place, (material,))
            found = [r for r in reports if r.place == word]
            if path is not None:
                rows += _price_rows(product, market, path, found)
    return rows


def _price_rows(
    product: str, market: str, path: PricePath, reports: list[ReportedPrice]
) -> Iterator[Row]:
    base = [r for r in reports if r.period == str(YEAR_BEFORE)]
    by_year = path.computed.reshape(len(YEARS), MONTHS).mean(axis=1)
    for year, computed in zip(YEARS, by_year.tolist(), strict=True):
        found = [r for r in reports if r.first_day.year == year]
        middle = sum(r.middle for r in found) / len(found) if found else None
        yield {
            "event": EVENT,
            "reading": READING,
            "product": product,
            "market": market,
            "period": str(year),
            "place": path.place,
            "material": path.material,
            "normal_price": path.normal,
            "computed_price": computed,
            "computed_ratio": computed / path.normal,
            "reported_low": min((r.low for r in found), default=None),
            "reported_high": max((r.high for r in found), default=None),
            "reported_ratio": middle / base[0].middle if middle and base else None,
            "note": f"Normal price of {BASE_YEAR}; reported price over that of {YEAR_BEFORE}.",
        }
