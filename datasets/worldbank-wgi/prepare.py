"""Worldwide Governance Indicators: political stability, one row an economy and year."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.snapshot import read_snapshot, select_table
from allanite.catalogue.tables.bulk import GOVERNANCE

_QUERY = """
select 'political stability' as indicator, iso3 as region, year::bigint as year,
  max(value::double) filter (series = 'PV.EST') as estimate,
  max(value::double) filter (series = 'PV.STD.ERR') as standard_error,
  max(value::double) filter (series = 'PV.RANK') as rank,
  case when year::bigint <= 2022 then 'until 2022' else 'from 2023' end as method,
  'worldbank-wgi' as source_id,
  'political_stability.csv, from line ' || min(line) as locator,
  'estimated' as quality
from wgi group by iso3, year order by region, year
"""


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The table `governance`."""
    wgi = read_snapshot(folder, "political_stability.csv.gz")
    return {"governance": select_table(GOVERNANCE, _QUERY, {"wgi": wgi})}
