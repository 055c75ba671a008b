"""Screening a large bill of materials: `python benchmarks/screening.py [--parts 100000]`.

The list of `bom_read.py`, nested, with random origins at every stage, under every rule on two
days. Printed are seconds of reading, of screening step by step, and the largest memory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from allanite.catalogue.store import load_release
from allanite.studies.screening.columns import load_lexicon
from allanite.studies.screening.read_bom import read_bom
from allanite.studies.screening.sale import Sale
from allanite.studies.screening.study import screen

sys.path.insert(0, str(Path(__file__).resolve().parent))
from bom_read import write_csv

SALE = Sale(
    on=date(2026, 12, 1),
    delivery=date(2027, 3, 1),
    country_from="JPN",
    country_to="USA",
    contract="dod",
    end_use="military",
    buyer="MP_MATERIALS",
    stated={"tax_credit_type": "45X_wind", "tax_year": "2027", "credit_product": "other",
            "eu_large_company": "yes", "supply_product": "magnets", "target_country": "JPN",
            "credit_vehicle_30d": "no"},
)  # fmt: skip


def main() -> None:
    """Write the list, read it, screen it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=100_000)
    parts = parser.parse_args().parts
    release = load_release()
    lexicon = load_lexicon(release)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bill.csv"
        write_csv(path, parts)
        start = time.perf_counter()
        bom = read_bom(path, lexicon)
        read = time.perf_counter()
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tables = screen(release, bom, SALE, lexicon=lexicon)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rules = sum(tables["screening_rules"]["is_asked"].to_pylist())
    print(f"{len(bom):,} parts, {rules} rules, two days")
    print(f"read {read - start:6.2f} s   peak {held:6.0f} MiB")
    print(f"screen {done - read:6.2f} s   peak {peak:6.0f} MiB")
    for name, table in tables.items():
        print(f"  {name:<24} {table.num_rows:>9,} rows {table.nbytes / 2**20:8.1f} MiB")


if __name__ == "__main__":
    main()
