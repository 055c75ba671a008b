"""Reading a large bill of materials: `python benchmarks/bom_read.py [--parts 100000]`.

Makes a list of twenty columns with nested assemblies, in CSV, JSON, CycloneDX and XLSX, and a
chain in which every part is in the one before. Each is read and summed in a process of its own;
printed are seconds of reading and of sums, and the largest memory.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from allanite.catalogue.store import load_release
from allanite.studies.screening.columns import load_lexicon
from allanite.studies.screening.cyclonedx import cyclonedx_text
from allanite.studies.screening.read_bom import read_bom
from allanite.studies.screening.rollup import element_mass, roll_up

MATERIALS = ("N42SH", "electrical steel", "copper", "aluminium", "steel", "plastic", "MLCC", None)
COUNTRIES = ("CHN", "Japan", "Germany", "CHN; AUS", "none", None)
STAGES = ("mined", "separated", "metal", "made", "assembled")
FORMS = ("csv", "json", "cdx.json", "xlsx", "chain.csv")

Row = dict[str, object]


def rows(parts: int) -> list[Row]:
    """A product of `parts` rows, a tenth of them assemblies."""
    draw = random.Random(1)
    inner = max(parts // 10, 1)
    found: list[Row] = [{"part_id": "P0", "end_use": "Wind turbines"}]
    for n in range(1, parts):
        row: Row = {"part_id": f"P{n}", "parent_id": f"P{draw.randrange(min(n, inner))}"}
        row |= {"part_number": f"N{n % 5000}", "name": f"part {n}", "hts_code": "8505.11.00"}
        row |= {"supplier": f"Supplier {n % 300}", "manufacturer": f"Maker {n % 900}"}
        row |= {f"country_{stage}": draw.choice(COUNTRIES) for stage in STAGES}
        if n >= inner:
            row |= {"quantity": draw.randint(1, 4), "mass": draw.randint(1, 10**6) / 1e4}
            row |= {"mass_unit": "g", "value": draw.randint(1, 10**4) / 1e2, "currency": "USD"}
            row["material"] = draw.choice(MATERIALS)
        found.append(row)
    return found


def write_csv(path: Path, parts: int) -> list[Row]:
    """The list as CSV, and its rows."""
    listed = rows(parts)
    names = list(dict.fromkeys(name for row in listed for name in row))
    lines = [",".join("" if row.get(n) is None else str(row[n]) for n in names) for row in listed]
    path.write_text("\n".join([",".join(names), *lines]) + "\n")
    return listed


def write(folder: Path, parts: int) -> None:
    """The files of all forms."""
    import openpyxl

    listed = write_csv(folder / "bill.csv", parts)
    names = list(dict.fromkeys(name for row in listed for name in row))
    (folder / "bill.json").write_text(json.dumps(listed))
    (folder / "bill.cdx.json").write_text(cyclonedx_text(listed))
    chain = [f"c{n},{f'c{n - 1}' if n else ''}" for n in range(parts)]
    (folder / "bill.chain.csv").write_text("\n".join(["part_id,parent_id", *chain]) + "\n")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(names)
    for row in listed:
        sheet.append([row.get(name) for name in names])
    book.save(folder / "bill.xlsx")


def measure(path: Path) -> None:
    """Read one file and print what it took."""
    lexicon = load_lexicon(load_release())
    start = time.perf_counter()
    bom = read_bom(path, lexicon)
    read = time.perf_counter()
    sums = roll_up(bom)
    element_mass(bom, sums, "Dy")
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{path.name:<16} {len(bom):>8,} parts  read {read - start:6.2f} s"
        f"  sums {done - read:5.2f} s  peak {peak:6.0f} MiB"
    )


def main() -> None:
    """Write the files and read each apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=100_000)
    parser.add_argument("--file", type=Path, help="read this one only")
    parser.add_argument("--make", type=Path, help="write the files to this folder only")
    chosen = parser.parse_args()
    if chosen.file is not None:
        measure(chosen.file)
    elif chosen.make is not None:
        write(chosen.make, chosen.parts)
    else:
        with tempfile.TemporaryDirectory() as name:
            _apart("--make", name, "--parts", str(chosen.parts))
            for form in FORMS:
                _apart("--file", f"{name}/bill.{form}")


def _apart(*arguments: str) -> None:
    """Run this script in a process of its own: a process starts with its parent's peak."""
    subprocess.run([sys.executable, __file__, *arguments], check=True)


if __name__ == "__main__":
    main()
