"""IEA Critical Minerals dataset: supply by country, demand by use; 2024 and projections."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.convert import read_region_names
from allanite.catalogue.snapshot import read_snapshot, select_table
from allanite.catalogue.tables.bulk import MINERAL_DEMAND_OUTLOOK, MINERAL_OUTLOOK
from allanite.units import unit_factor

SUPPLY = "iea_supply_by_country_2024_2040.csv"
DEMAND = "iea_demand_by_use.csv"

_SCOPE = """case mineral when 'Rare Earth Elements'
  then 'magnet rare earths (Nd, Pr, Dy, Tb) only' end as scope"""
_PROVENANCE = """'iea-critical-minerals' as source_id, '{0}, line ' || line as locator,
  'estimated' as quality"""


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables `mineral_outlook` and `mineral_demand_outlook`."""
    supply, demand = read_snapshot(folder, SUPPLY), read_snapshot(folder, DEMAND)
    factor = unit_factor(_only_unit(supply, demand), "t")
    codes = read_region_names(folder.parent).codes(supply.column("country").to_pylist(), SUPPLY)
    supply = supply.append_column("region", pa.array(codes, pa.string()))
    supply_query = f"""select mineral, {_SCOPE}, stage, country, region, year::bigint as year,
      value::double * {factor} as supply_rate, {_PROVENANCE.format(SUPPLY)} from supply"""
    demand_query = f"""select mineral, {_SCOPE}, use as end_use, scenario, year::bigint as year,
      case when use <> 'cleanShare' then value::double * {factor} end as demand_rate,
      case when use = 'cleanShare' then value::double end as clean_share,
      {_PROVENANCE.format(DEMAND)} from demand"""
    return {
        "mineral_outlook": select_table(MINERAL_OUTLOOK, supply_query, {"supply": supply}),
        "mineral_demand_outlook": select_table(
            MINERAL_DEMAND_OUTLOOK, demand_query, {"demand": demand}
        ),
    }


def _only_unit(*tables: pa.Table) -> str:
    units = {unit for table in tables for unit in table.column("unit").unique().to_pylist()}
    (unit,) = units
    return str(unit)
