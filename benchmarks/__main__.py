"""Run every benchmark: `python -m benchmarks [--quick]`.

`--quick` runs each on its smallest instance, to see that it still runs; its times say nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Spec:
    """One benchmark.

    Attributes:
        script: file beside this one.
        quick: arguments of its smallest instance.
        full: arguments of the instance whose figures stand in README.md.
    """

    script: str
    quick: tuple[str, ...] = ()
    full: tuple[str, ...] = ()


SPECS = (
    Spec("bom_read.py", quick=("--parts", "500")),
    Spec("coalition_reuse.py", quick=("--case", "us-japan", "--scenarios", "1")),
    Spec("contract_payments.py", quick=("--paths", "50", "--pandas", "5", "--python", "5")),
    Spec("contracts_value.py", quick=("--paths", "300", "--pandas", "5", "--python", "5")),
    Spec("ensemble_response.py", quick=("--periods", "3", "--draws", "5", "--redraws", "1")),
    Spec("exposure_release.py", quick=("--draws", "2")),
    Spec("exposure_speed.py", quick=("--size", "3", "--draws", "2")),
    Spec("reconcile_solvers.py", quick=("--draws", "1", "--only", "PIQP"), full=("--only", "PIQP")),
    Spec("geopolrisk_compare.py"),
    Spec("independence_speed.py", quick=("--documents", "60")),
    Spec("ledger_reading.py", quick=("--documents", "60")),
    Spec(
        "plan_decomposition.py",
        quick=("--size", "1", "--scenarios", "3", "--workers", "1", "--extensive", "--quiet"),
    ),
    Spec(
        "plan_growth.py",
        quick=("--out", "build/plan-growth", "--smoke", "--workers", "1"),
        full=("--out", "build/plan-growth"),
    ),
    Spec(
        "plan_speed.py",
        quick=("--scenarios", "2", "--periods", "4", "--share", "0.25", "--limit", "60"),
    ),
    Spec(
        "price_paths.py",
        quick=("--paths", "300", "--months", "12", "--peer-paths", "3", "--quick"),
    ),
    Spec("program_build.py", quick=("--size", "3", "--solve", "--repeat", "1")),
    Spec("response_speed.py", quick=("--periods", "3", "--removals", "3")),
    Spec("rules_speed.py", quick=("--items", "2000")),
    Spec("screening_speed.py", quick=("--parts", "500")),
    Spec("solver_warm.py", quick=("--size", "3", "--changes", "2")),
)


def main() -> int:
    """Run all; the exit code is the number of benchmarks that failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smallest instances only")
    quick = parser.parse_args().quick
    failed = 0
    for spec in SPECS:
        print(f"== {spec.script}", flush=True)
        command = [sys.executable, str(HERE / spec.script), *(spec.quick if quick else spec.full)]
        failed += subprocess.run(command, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
