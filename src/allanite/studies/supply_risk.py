"""Geopolitical supply risk (GeoPolRisk) of every region, commodity and year, in arrays.

Formula, for importer c, commodity A, year t:

    hhi(A, t)       = Σ_i p_i² / (Σ_i p_i)²                      p: production by country
    import_risk     = Σ_i g_i f_ic / (p_c + Σ_i f_ic)            g: governance risk, f: imports
    geopolrisk      = hhi · import_risk
    characterization_factor = geopolrisk · price / copper_factor     [kg Cu-eq per kg]

Source: Gemechu et al. 2016 (hhi and import risk), Koyamparambath et al. 2022 (trade and
production data, price), Santillán-Saldivar et al. 2022 (characterization factor relative to
copper). Where the method reads a gap as 0 or 0.5, this file marks the gap instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import Axis, FloatArray, IntArray
from allanite.catalogue.tables.results_exposure import STATUSES
from allanite.studies.concentration import herfindahl

OK, NO_PRODUCTION, NO_TRADE, NO_GOVERNANCE, NO_PRICE = range(len(STATUSES))
_SMALLEST: Final = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFlows:
    """Bilateral trade in long form, F flows.

    Attributes:
        exporter, importer: positions on `places`, shape (F,).
        commodity: positions on `commodities`, shape (F,).
        year: positions on `years`, shape (F,).
        amount: mass [t], shape (F,); NaN where not reported.
        value: value [thousand USD], shape (F,); NaN where not reported.
    """

    exporter: IntArray
    importer: IntArray
    commodity: IntArray
    year: IntArray
    amount: FloatArray
    value: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskInputs:
    """What the method reads; L places, G regions, M commodities, Y years.

    Attributes:
        places: countries that produce and trade.
        regions: importers to assess; a region is one country or a group.
        region_of_place: position on `regions` of each place, shape (L,).
        commodities, years: the other two dimensions.
        flows: trade between places.
        production: output by country [t], shape (L, M, Y); NaN withheld, 0 not a producer.
        other_production: output of countries that the source adds up [t], shape (M, Y).
        governance_risk: risk 0 to 1, shape (L, Y); NaN where there are no data.
        copper_factor: geopolrisk times price of copper [USD/kg], the reference.
        governed_share_min: least share of import mass with governance data.
    """

    places: Axis
    regions: Axis
    region_of_place: IntArray
    commodities: Axis
    years: tuple[int, ...]
    flows: TradeFlows
    production: FloatArray
    other_production: FloatArray
    governance_risk: FloatArray
    copper_factor: float
    governed_share_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRisk:
    """The answer, every array of shape (G, M, Y); NaN where there is no answer.

    Attributes:
        hhi: concentration of world production.
        trade_risk: governance-weighted mean risk of the imports alone.
        import_risk: the same over imports plus domestic production.
        import_risk_low, import_risk_high: with risk 0 and 1 for origins without data.
        geopolrisk: hhi times import_risk.
        price: value over mass of imports [USD/kg].
        characterization_factor: [kg copper equivalent per kg].
        import_amount, domestic_production_amount: [t].
        weighed_share: share of import value whose mass is reported.
        governed_share: share of import mass from origins with governance data.
        status: position in `STATUSES`.
    """

    hhi: FloatArray
    trade_risk: FloatArray
    import_risk: FloatArray
    import_risk_low: FloatArray
    import_risk_high: FloatArray
    geopolrisk: FloatArray
    price: FloatArray
    characterization_factor: FloatArray
    import_amount: FloatArray
    domestic_production_amount: FloatArray
    weighed_share: FloatArray
    governed_share: FloatArray
    status: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Imports:
    """Imports summed over origins, each of shape (G, M, Y)."""

    amount: FloatArray
    governed_amount: FloatArray
    risk_amount: FloatArray
    value: FloatArray
    weighed_value: FloatArray


def assess_supply_risk(inputs: RiskInputs) -> SupplyRisk:
    """GeoPolRisk of all regions, commodities and years at once.

    A cell without production, trade, governance or price data gets NaN and a status.
    """
    imports = _sum_imports(inputs)
    hhi = np.broadcast_to(world_concentration(inputs), imports.amount.shape)
    domestic = np.where(np.isnan(hhi), np.nan, _sum_by_region(inputs))
    governed_share = _ratio(imports.governed_amount, imports.amount)
    trade_risk = _ratio(imports.risk_amount, imports.governed_amount)
    trade_risk = np.where(governed_share >= inputs.governed_share_min, trade_risk, np.nan)
    import_part = _ratio(imports.amount, imports.amount + domestic)
    ungoverned = 1.0 - governed_share
    known_risk = _ratio(imports.risk_amount, imports.amount)
    import_risk = trade_risk * import_part
    geopolrisk = hhi * import_risk
    price = _ratio(imports.weighed_value, imports.amount)
    return SupplyRisk(
        hhi=hhi,
        trade_risk=trade_risk,
        import_risk=import_risk,
        import_risk_low=known_risk * import_part,
        import_risk_high=np.minimum((known_risk + ungoverned) * import_part, 1.0),
        geopolrisk=geopolrisk,
        price=price,
        characterization_factor=geopolrisk * price / inputs.copper_factor,
        import_amount=np.where(imports.amount > _SMALLEST, imports.amount, np.nan),
        domestic_production_amount=domestic,
        weighed_share=_ratio(imports.weighed_value, imports.value),
        governed_share=governed_share,
        status=_status(imports.amount, hhi, domestic, trade_risk, price),
    )


def world_concentration(inputs: RiskInputs) -> FloatArray:
    """HHI of production by country, shape (M, Y); NaN without production data.

    Countries the source only adds up count in the total and not as one producer, so the
    index is a lower bound, off by at most the square of their share.
    """
    named = np.nansum(inputs.production, axis=0)
    return herfindahl(inputs.production) * np.square(_ratio(named, named + inputs.other_production))


def _sum_imports(inputs: RiskInputs) -> _Imports:
    flows = inputs.flows
    importer = inputs.region_of_place[flows.importer]
    shape = (len(inputs.regions), len(inputs.commodities), len(inputs.years))
    cell = np.ravel_multi_index((importer, flows.commodity, flows.year), shape)
    weighed = ~np.isnan(flows.amount)
    amount = np.where(weighed, flows.amount, 0.0)
    value = np.nan_to_num(flows.value, nan=0.0)
    inside = inputs.region_of_place[flows.exporter] == importer
    risk = np.where(inside, 0.0, inputs.governance_risk[flows.exporter, flows.year])
    governed = ~np.isnan(risk)

    def total(weights: FloatArray) -> FloatArray:
        summed = np.bincount(cell, weights=weights, minlength=int(np.prod(shape)))
        return np.asarray(summed.reshape(shape))

    return _Imports(
        amount=total(amount),
        governed_amount=total(np.where(governed, amount, 0.0)),
        risk_amount=total(np.where(governed, amount * risk, 0.0)),
        value=total(value),
        weighed_value=total(np.where(weighed, value, 0.0)),
    )


def _sum_by_region(inputs: RiskInputs) -> FloatArray:
    """Production of each region [t], shape (G, M, Y); NaN where a member's is withheld."""
    summed = np.zeros((len(inputs.regions), *inputs.production.shape[1:]))
    np.add.at(summed, inputs.region_of_place, inputs.production)
    return summed


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Numerator over denominator; NaN where the denominator is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(denominator > _SMALLEST, numerator / denominator, np.nan))


def _status(
    amount: FloatArray,
    hhi: FloatArray,
    domestic: FloatArray,
    trade_risk: FloatArray,
    price: FloatArray,
) -> IntArray:
    """The first thing that is missing, in the order trade, production, governance, price."""
    missing = [
        ~(amount > _SMALLEST),
        np.isnan(hhi) | np.isnan(domestic),
        np.isnan(trade_risk),
        ~(price > _SMALLEST),
    ]
    codes = [NO_TRADE, NO_PRODUCTION, NO_GOVERNANCE, NO_PRICE]
    return np.select(missing, codes, default=OK).astype(np.int64)
