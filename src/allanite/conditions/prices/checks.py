"""Rows that say how far to trust the process: fit, later quotes, the squeeze of 2010-11."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import numpy as np
from scipy.special import ndtri

from allanite.axis import FloatArray
from allanite.conditions.prices.calibrate import Calibration, calibrate
from allanite.conditions.prices.diagnose import effective_size, split_r_hat
from allanite.conditions.prices.model import PriceModel
from allanite.conditions.prices.outside import Premium
from allanite.conditions.prices.oxides import OXIDES
from allanite.conditions.prices.priors import PRIORS
from allanite.conditions.prices.quotes import (
    AVERAGE,
    FIRST_YEAR,
    POINT,
    PriceQuotes,
    Quote,
    quarter_of,
)
from allanite.conditions.prices.state import Parameters

Row = dict[str, object]
RISE_MONTHS, FALL_MONTHS = 24, 48
_PRIOR_OF: Final = {
    "own": "own_volatility",
    "entry": "dumping_entry",
    "leave": "dumping_exit",
}


def parameter_rows(calibration: Calibration) -> Iterator[Row]:
    """One row a parameter and oxide, with agreement of the chains."""
    for field in fields(Parameters):
        values = getattr(calibration.kept.parameters, field.name)  # (R, C) or (R, C, E)
        prior = PRIORS[_PRIOR_OF.get(field.name, field.name)]
        wide = values if values.ndim == 3 else values[..., None]
        for e, oxide in enumerate(OXIDES if values.ndim == 3 else ("all",)):
            draws = wide[:, :, e].T
            low, median, high = np.percentile(draws, [5, 50, 95])
            yield {
                "parameter": field.name,
                "oxide": oxide,
                "unit": "1/yr^0.5" if field.name == "own" else prior.unit,
                "mean": float(draws.mean()),
                "sd": float(draws.std()),
                "low": float(low),
                "median": float(median),
                "high": float(high),
                "r_hat": split_r_hat(draws),
                "effective_size": effective_size(draws),
                "prior": prior.text,
                "why": prior.why,
            }


def fit_rows(calibration: Calibration) -> Iterator[Row]:
    """One row a quote: what the others foretell, over all kept draws."""
    kept = calibration.kept
    foretold = np.exp(np.median(kept.flat(kept.foretold), axis=0))
    quantile = kept.flat(kept.quantile).mean(axis=0)
    residual = ndtri(np.clip(quantile, 1e-12, 1 - 1e-12))
    for n, quote in enumerate(calibration.quotes.quotes):
        yield {
            "oxide": quote.oxide,
            "period": quote.period,
            "kind": quote.kind,
            "nominal_price": quote.nominal,
            "quoted_price": quote.price,
            "error": quote.error,
            "foretold_price": float(foretold[n]),
            "quantile": float(quantile[n]),
            "residual": float(residual[n]),
            "source": quote.source,
        }


def out_of_sample(
    quotes: PriceQuotes, seed: int, until: int, paths: int, premiums: tuple[Premium, ...] = ()
) -> tuple[list[Row], list[Row]]:
    """Rows of later quotes and of their coverage, calibrated on those up to a year."""
    model = calibrate(quotes.until(until), seed, premiums).model
    start = date(until + 1, 1, 1)
    first = quarter_of(until + 1, 1)
    later = [q for q in quotes.quotes if q.first >= first]
    months = 3 * (max((q.last for q in later), default=first) + 1 - first)
    price = price_array(model, seed, paths, months, start)
    noise = np.random.default_rng(seed).standard_normal((len(later), paths))
    scale = float(model.parameters.error_scale.mean())
    rows = [
        _foretold(q, price, _months(q, first), until, scale * e)
        for q, e in zip(later, noise, strict=True)
    ]
    return rows, list(_coverage(rows))


def _months(quote: Quote, first: int) -> slice:
    """Months of a quote, counted from the first month of a quarter."""
    if quote.kind != POINT:
        return slice(3 * (quote.first - first), 3 * (quote.last + 1 - first))
    month = round(3 * (quote.first - first + 1 - quote.share) + 1)
    return slice(month, month + 1)


def _foretold(quote: Quote, price: FloatArray, months: slice, until: int, noise: FloatArray) -> Row:
    """A quote among averages of the months it covers, with its own error."""
    mine = price[:, months, OXIDES.index(quote.oxide)].mean(axis=1, dtype=np.float64)
    mine *= np.exp(quote.error * noise)
    low, median, high = np.percentile(mine, [5, 50, 95])
    return {
        "oxide": quote.oxide,
        "period": quote.period,
        "until": until,
        "observed_price": quote.price,
        "low": float(low),
        "median": float(median),
        "high": float(high),
        "quantile": float((mine < quote.price).mean()),
        "source": quote.source,
    }


def _coverage(rows: list[Row]) -> Iterator[Row]:
    for oxide in ("all", *OXIDES):
        mine = [r for r in rows if oxide in ("all", r["oxide"])]
        if mine:
            quantile = np.array([r["quantile"] for r in mine], dtype=np.float64)
            yield {
                "oxide": oxide,
                "quotes": len(mine),
                "within_50": float((np.abs(quantile - 0.5) <= 0.25).mean()),
                "within_90": float((np.abs(quantile - 0.5) <= 0.45).mean()),
                "mean_quantile": float(quantile.mean()),
            }


@dataclass(frozen=True, slots=True, kw_only=True)
class Squeeze:
    """What was quoted of one oxide, money of 2025: averages of 2009 and 2015, the dearest."""

    oxide: int
    before: float
    dearest: float
    after: float


def squeezes(quotes: PriceQuotes) -> list[Squeeze]:
    """Oxides quoted in 2009, 2010-12 and 2015."""
    found = []
    for e, oxide in enumerate(OXIDES):
        mine = [q for q in quotes.quotes if q.oxide == oxide]
        before, after = _average(mine, 2009), _average(mine, 2015)
        between = [q.price for q in mine if q.kind != AVERAGE and 2010 <= _year(q) <= 2012]
        if before and after and len(between) > 2:
            found.append(Squeeze(oxide=e, before=before, dearest=max(between), after=after))
    return found


def _year(quote: Quote) -> int:
    return FIRST_YEAR + quote.first // 4


def _average(quotes: list[Quote], year: int) -> float | None:
    return next((q.price for q in quotes if q.kind == AVERAGE and _year(q) == year), None)


def history_rows(quotes: PriceQuotes, model: PriceModel, ahead: FloatArray, seed: int) -> list[Row]:
    """Rise of 2010-11 and fall to 2015 among paths from the end of 2009, and how often again.

    Args:
        quotes: with 2009 to 2015 among them.
        model: with its state at the end of 2009.
        ahead: prices of the years ahead, shape (S, T, E).
        seed: of the paths from 2009.
    """
    past = price_array(model.from_history(), seed, ahead.shape[0], 72, date(2010, 1, 1))
    rows: list[Row] = []
    for squeeze in squeezes(quotes):
        e = squeeze.oxide
        top = past[:, :36, e].max(axis=1)
        fell = past[:, 60:, e].mean(axis=1) / top
        rise, fall = squeeze.dearest / squeeze.before, squeeze.after / squeeze.dearest
        again = rises_again(ahead[:, :, e], rise), falls_again(ahead[:, :, e], fall)
        rows += [
            _history_row(e, "rise", rise, top / squeeze.before, again[0]),
            _history_row(e, "fall", fall, fell, again[1]),
        ]
    return rows


def _history_row(e: int, figure: str, observed: float, paths: FloatArray, again: float) -> Row:
    values = np.percentile(paths, [1, 5, 50, 95, 99])
    names = [f"simulated_{p}" for p in (1, 5, 50, 95, 99)]
    return {
        "oxide": OXIDES[e],
        "figure": figure,
        "observed": observed,
        **dict(zip(names, map(float, values), strict=True)),
        "quantile": float((paths < observed).mean()),
        "within": bool(values[0] <= observed <= values[-1]),
        "again": again,
    }


def rises_again(price: FloatArray, factor: float, months: int = RISE_MONTHS) -> float:
    """Share of paths, shape (S, T), that rise by a factor within some months at least once."""
    months = min(months, price.shape[1] - 1)
    risen = np.zeros(price.shape[0], dtype=np.bool_)
    for k in range(1, months + 1):
        risen |= (price[:, k:] >= factor * price[:, :-k]).any(axis=1)
    return float(risen.mean())


def falls_again(price: FloatArray, factor: float, months: int = FALL_MONTHS) -> float:
    """Share of paths that fall to that part within some months at least once."""
    return rises_again(price[:, ::-1], 1 / factor, months)


def price_array(model: PriceModel, seed: int, paths: int, months: int, start: date) -> FloatArray:
    """Export prices of all paths, shape (S, T, E)."""
    blocks = [block.price for block in model.simulate(seed, paths, months, start)]
    return np.concatenate(blocks, dtype=np.float64)
