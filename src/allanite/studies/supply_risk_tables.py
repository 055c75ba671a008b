"""From a data release to supply risk and back to a result table.

Trade is HS92, the one nomenclature that covers all years. Production of a year is taken
from the latest edition that prints it; a year without any edition stays without production
data unless the assumption `supply_risk_production_gap` allows the nearest year, and then
the row says so (`production_year`, quality `assumed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.catalogue.assumed import assumed_value
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_exposure import STATUSES, SUPPLY_RISK
from allanite.record import RunRecord, Stopwatch, package_versions, peak_memory
from allanite.studies.concentration import load_governance_risk
from allanite.studies.result import Result
from allanite.studies.supply_risk import (
    RiskInputs,
    SupplyRisk,
    TradeFlows,
    assess_supply_risk,
)

NOMENCLATURE: Final = "HS92"
NO_YEAR: Final = -1
ASSUMED: Final = (
    "supply_risk_copper_factor",
    "supply_risk_governed_share_min",
    "supply_risk_governance_gap",
    "supply_risk_production_gap",
)
# Partners that buy as one; trade among the members carries no risk.
GROUP: Final = "XEU"


@dataclass(frozen=True, slots=True)
class Production:
    """Production by country [t] and where each cell comes from.

    Attributes:
        amount: shape (L, M, Y); NaN withheld, 0 not a producer or no data at all.
        other: shape (M, Y).
        year: year of the data used, shape (M, Y); -1 without data.
        source: source ids by (commodity, year used).
    """

    amount: FloatArray
    other: FloatArray
    year: IntArray
    source: dict[tuple[int, int], str]


def supply_risk(release: Release) -> Result:
    """Table `supply_risk` of all importing countries, commodities and years of the trade table."""
    watch = Stopwatch()
    inputs, production = load_risk_inputs(release)
    grouped = join_region(release, inputs, GROUP)
    tables = [
        _risk_table(inputs, production, assess_supply_risk(inputs)),
        _risk_table(grouped, production, assess_supply_risk(grouped)),
    ]
    table = pa.concat_tables([tables[0], tables[1].filter(pc.equal(tables[1]["region"], GROUP))])
    record = RunRecord(
        command="supply-risk",
        parameters={name: assumed_value(release, name) for name in ASSUMED},
        data_digest=release.digest,
        versions=package_versions(),
        seconds=watch.seconds(),
        peak_memory=peak_memory(),
    )
    return Result(record, {SUPPLY_RISK.name: table})


def load_risk_inputs(release: Release) -> tuple[RiskInputs, Production]:
    """Arrays of the method from the tables of a release."""
    trade = _usable_trade(release)
    commodities = Axis("commodity", _traded(release))
    places = Axis("region", tuple(sorted(set(release.table("regions")["region"].to_pylist()))))
    years = tuple(sorted(set(trade["year"].unique().to_pylist())))
    read = {name: assumed_value(release, name) for name in ASSUMED}
    production = _production(
        release, places, commodities, years, int(read["supply_risk_production_gap"])
    )
    inputs = RiskInputs(
        places=places,
        regions=places,
        region_of_place=np.arange(len(places)),
        commodities=commodities,
        years=years,
        flows=_flows(release, trade, places, commodities, years),
        production=production.amount,
        other_production=production.other,
        governance_risk=load_governance_risk(
            release, places, years, int(read["supply_risk_governance_gap"])
        ),
        copper_factor=read["supply_risk_copper_factor"],
        governed_share_min=read["supply_risk_governed_share_min"],
    )
    return inputs, production


def join_region(release: Release, inputs: RiskInputs, group: str) -> RiskInputs:
    """The same inputs with the members of one aggregate as a single importer."""
    position = inputs.regions.position(group)
    members = {r["region"] for r in release.rows("regions") if r["demand_region"] == group}
    region = inputs.region_of_place.copy()
    region[[i for i, place in enumerate(inputs.places) if place in members]] = position
    return replace(inputs, region_of_place=region)


def _code_rows(release: Release) -> list[dict[str, Any]]:
    rows = release.rows("trade_codes")
    return [r for r in rows if r["nomenclature"] == NOMENCLATURE and r["use"]]


def _traded(release: Release) -> tuple[str, ...]:
    """Commodities with a trade code, or only a basket: the latter get no trade data."""
    return tuple(sorted({row["commodity"] for row in release.rows("trade_codes")}))


def _usable_trade(release: Release) -> pa.Table:
    trade = release.table("trade")
    codes = pa.array([row["code"] for row in _code_rows(release)])
    mine = pc.and_(pc.equal(trade["nomenclature"], NOMENCLATURE), pc.is_in(trade["code"], codes))
    return trade.filter(mine)


def _flows(
    release: Release, trade: pa.Table, places: Axis, commodities: Axis, years: Sequence[int]
) -> TradeFlows:
    of_code = {row["code"]: row["commodity"] for row in _code_rows(release)}
    return TradeFlows(
        exporter=_coded(trade["exporter"], {x: x for x in places}, places),
        importer=_coded(trade["importer"], {x: x for x in places}, places),
        commodity=_coded(trade["code"], of_code, commodities),
        year=np.searchsorted(np.array(years), trade["year"].to_numpy()),
        amount=_numbers(trade["trade_amount"]),
        value=_numbers(trade["trade_value"]),
    )


def _coded(column: pa.ChunkedArray, label_of: dict[str, str], axis: Axis) -> IntArray:
    """Axis positions of a text column by way of its distinct values."""
    encoded = column.combine_chunks().dictionary_encode()
    position = axis.positions(label_of[x] for x in encoded.dictionary.to_pylist())
    return np.asarray(position[encoded.indices.to_numpy()])


def _numbers(column: pa.ChunkedArray) -> FloatArray:
    return np.asarray(pc.fill_null(column, float("nan")).to_numpy(), dtype=np.float64)


def _production(
    release: Release, places: Axis, commodities: Axis, years: Sequence[int], gap: int
) -> Production:
    rows = _production_rows(release, commodities)
    known = sorted({r["year"] for _, r in rows})
    shape = (len(commodities), len(known))
    amount, other = np.zeros((len(places), *shape)), np.zeros(shape)
    source: dict[tuple[int, int], str] = {}
    for m, row in rows:
        k = known.index(row["year"])
        source[m, row["year"]] = row["source_id"]
        tonnes = row["tonnes"] if row["tonnes"] is not None else np.nan
        if row["scope"] == "country":
            amount[places.position(row["region"]), m, k] += tonnes
        else:
            other[m, k] += np.nan_to_num(tonnes)
    year = _nearest_years(np.array(known), np.array(years), gap, source, len(commodities))
    column = np.searchsorted(known, np.maximum(year, known[0] if known else 0))
    with_data = year != NO_YEAR
    index = np.arange(len(commodities))[:, None]
    return Production(
        amount=np.where(with_data[None], amount[:, index, column], 0.0),
        other=np.where(with_data, other[index, column], 0.0),
        year=year,
        source=source,
    )


def _production_rows(release: Release, commodities: Axis) -> list[tuple[int, dict[str, Any]]]:
    """Rows (commodity position, row) of production, each year from its latest edition."""
    wanted = [
        (str(c["production_commodity"]).casefold(), c["production_item"], c["commodity"])
        for c in release.rows("commodities")
        if c["production_commodity"] and c["production_item"] and c["commodity"] in commodities
    ]
    table = release.table("mineral_production")
    table = table.filter(pc.equal(table["statistic"], "production"))
    rows = [r for r in table.to_pylist() if r["scope"] in ("country", "other", "group")]
    latest: dict[tuple[str, int], str] = {}
    for row in rows:
        key = (row["commodity"].casefold(), row["year"])
        latest[key] = max(latest.get(key, ""), row["source_id"])
    return [
        (commodities.position(name), row)
        for commodity, item, name in wanted
        for row in rows
        if row["commodity"].casefold() == commodity
        and row["item"].startswith(item)
        and row["source_id"] == latest[commodity, row["year"]]
    ]


def _nearest_years(
    known: IntArray,
    years: IntArray,
    gap: int,
    source: dict[tuple[int, int], str],
    commodities: int,
) -> IntArray:
    """Year of production to use, shape (M, Y): the year itself or the nearest within `gap`."""
    found = np.full((commodities, years.size), NO_YEAR)
    for m in range(commodities):
        have = np.array([year for year in known if (m, int(year)) in source])
        if have.size:
            distance = np.abs(years[:, None] - have[None, :])
            nearest = have[distance.argmin(axis=1)]
            found[m] = np.where(distance.min(axis=1) <= gap, nearest, NO_YEAR)
    return found


def _risk_table(inputs: RiskInputs, production: Production, risk: SupplyRisk) -> pa.Table:
    """Rows of the importers and producers of each commodity, all years."""
    g, m, y = np.nonzero(_cells_to_show(risk))
    years = np.array(inputs.years)
    used = production.year[m, y]
    columns: dict[str, pa.Array] = {
        "region": _labels(inputs.regions, g),
        "commodity": _labels(inputs.commodities, m),
        "year": pa.array(years[y], pa.int64()),
        "production_year": pa.array(used, pa.int64(), mask=used == NO_YEAR),
        "production_source": pa.array(
            [production.source.get((a, b)) for a, b in zip(m.tolist(), used.tolist(), strict=True)],
            pa.string(),
        ),
        "quality": pa.array(
            np.where(used == years[y], "observed", "assumed"), pa.string(), mask=used == NO_YEAR
        ),
        "status": _labels(Axis("status", STATUSES), risk.status[g, m, y]),
    }
    for name in SUPPLY_RISK.column_names:
        if name not in columns:
            values = getattr(risk, name)[g, m, y]
            columns[name] = pa.array(values, pa.float64(), mask=np.isnan(values))
    return pa.table([columns[n] for n in SUPPLY_RISK.column_names], SUPPLY_RISK.column_names)


def _cells_to_show(risk: SupplyRisk) -> BoolArray:
    """Importers and producers of a commodity; all importers of one that has no trade data."""
    imported = risk.import_amount > 0
    produced = np.nan_to_num(risk.domestic_production_amount) > 0
    untraded = ~np.any(imported, axis=(0, 2))
    pairs = np.any(imported | produced, axis=2)
    pairs = pairs | np.outer(np.any(imported, axis=(1, 2)), untraded)
    return np.broadcast_to(np.expand_dims(pairs, 2), risk.status.shape)


def _labels(axis: Axis, position: IntArray) -> pa.Array:
    encoded = pa.DictionaryArray.from_arrays(pa.array(position), pa.array(axis.labels))
    return encoded.cast(pa.string())
