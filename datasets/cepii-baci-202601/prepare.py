"""BACI: bilateral trade in critical goods, three extracts laid together without overlap.

The complete 2024 extract goes before the magnet extract, which holds the largest
partners only. Code 490 (S19, "other Asia, not elsewhere specified") is Taiwan: the same
flows stand under TW in the magnet extract. It is written as TWN.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.convert import read_region_names
from allanite.catalogue.snapshot import read_snapshot, select_table
from allanite.catalogue.tables.trade import TRADE, TRADE_LABELS

CRITICAL = "baci_hs92_critical_1995_2024.csv.gz"
COMPLETE_2024 = "baci_hs17_critical_2024_full.csv.gz"
MAGNETS = "baci_magnets_850511_2002_2024.csv.gz"

_TWN = "case when {0} = 'S19' then 'TWN' else {0} end"
_PROVENANCE = "'cepii-baci-202601' as source_id, '{0}' as locator, 'observed' as quality"

_TRADE_QUERY = f"""
with flows as (
  select 'HS92' as nomenclature, year, hs92 as code, exporter_iso3 as exporter,
    importer_iso3 as importer, value_kusd::double as trade_value, qty_t::double as trade_amount,
    'complete' as coverage, {_PROVENANCE.format(CRITICAL)}
  from critical
  union all
  select 'HS17', year, hs6, exporter, importer, value_kusd::double, qty_t::double, 'complete',
    {_PROVENANCE.format(COMPLETE_2024)}
  from complete
  union all
  select left(baci_release, 4), year, hs6, e.iso3, i.iso3, value_usd::double / 1000, qty_t::double,
    'largest partners', {_PROVENANCE.format(MAGNETS)}
  from magnets join iso2 as e on exporter_iso2 = e.iso2 join iso2 as i on importer_iso2 = i.iso2
  where (hs6, year) not in (select distinct (hs6, year) from complete)
)
select * replace (year::bigint as year, {_TWN.format("exporter")} as exporter,
  {_TWN.format("importer")} as importer)
from flows order by nomenclature, code, year, exporter, importer
"""

# Codes that hold more than their short name says.
_NOTES = {
    ("HS17", "811292"): "Basket of gallium, germanium, hafnium, indium, niobium, rhenium and "
    "vanadium, unwrought: never read it as gallium.",
    ("HS17", "850511"): "All metal magnets: of China's 137,248 t in 2024, 58,152 t were of "
    "rare earths. By value the two nearly agree: use the value.",
    ("HS02", "850511"): "All metal magnets, not of rare earths only: use the value.",
    ("HS92", "280450"): "Boron and tellurium in one code.",
    ("HS92", "811230"): "Not reported after 2016: later editions have no such code.",
    ("HS92", "810310"): "With waste and powder in this edition.",
    ("HS92", "284690"): "All rare-earth compounds but cerium's, of any purity.",
}


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables `trade` and `trade_labels`."""
    tables = {
        "critical": read_snapshot(folder, CRITICAL),
        "complete": read_snapshot(folder, COMPLETE_2024),
        "magnets": read_snapshot(folder, MAGNETS),
        "iso2": _iso2(folder),
    }
    _check_codes(tables)
    return {
        "trade": select_table(TRADE, _TRADE_QUERY, tables),
        "trade_labels": select_table(TRADE_LABELS, _labels_query(), {**tables, "notes": _notes()}),
    }


def _iso2(folder: Path) -> pa.Table:
    codes = read_region_names(folder.parent).code_of_iso2
    return pa.table({"iso2": list(codes), "iso3": list(codes.values())})


def _check_codes(tables: dict[str, pa.Table]) -> None:
    known = set(tables["iso2"].column("iso2").to_pylist())
    for side in ("exporter_iso2", "importer_iso2"):
        found = set(tables["magnets"].column(side).unique().to_pylist())
        if found - known:
            raise ValueError(f"{MAGNETS}: codes without a region: {sorted(found - known)}")


def _notes() -> pa.Table:
    return pa.table(
        {
            "nomenclature": [key[0] for key in _NOTES],
            "code": [key[1] for key in _NOTES],
            "note": list(_NOTES.values()),
        }
    )


def _labels_query() -> str:
    return f"""
    with labels as (
      select distinct 'HS92' as nomenclature, hs92 as code, label,
        {_PROVENANCE.format(CRITICAL)} from critical
      union all
      select distinct 'HS17', hs6, material, {_PROVENANCE.format(COMPLETE_2024)} from complete
      union all
      select distinct 'HS02', hs6, 'magnets', {_PROVENANCE.format(MAGNETS)} from magnets
      where baci_release like 'HS02%'
    )
    select labels.*, notes.note from labels left join notes using (nomenclature, code)
    order by nomenclature, code
    """
