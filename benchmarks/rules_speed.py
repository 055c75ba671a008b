"""Time and memory to screen many items under every product rule, and to explain one.

    python benchmarks/rules_speed.py [--items N] [--on DAY]

Facts are drawn from a fixed seed: a third of all cells unknown, words and numbers on both sides of
every threshold of the rules. Memory is the peak of the process over what it held before.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from allanite.catalogue.store import load_release, shipped_folder
from allanite.law.rules.evaluate import evaluate
from allanite.law.rules.explain import explain
from allanite.law.rules.facts import Facts
from allanite.law.rules.read import load_rules
from allanite.law.rules.relevance import missing_facts
from allanite.law.rules.rule import Rule

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from rule_worlds import columns, random_values

DISTINCT = 2_000  # drawn one by one; the rest repeats them in another order


def drawn_facts(rules: tuple[Rule, ...], items: int) -> Facts:
    """Facts of that many items."""
    rng = np.random.default_rng(7)
    some = columns(random_values(rng, rules, min(DISTINCT, items)))
    return some.take(rng.integers(0, len(some), size=items))


def timed(what: str, run: Callable[[], object]) -> None:
    """Print the seconds of one step and the memory the process came to."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{what:44} {seconds:8.3f} s   peak {peak / 1024:6.0f} MiB (+{(peak - before) / 1024:.0f})"
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--on", type=date.fromisoformat, default=date(2026, 11, 26))
    arguments = parser.parse_args()
    rules = load_rules(load_release(shipped_folder()))
    facts, on = drawn_facts(rules, arguments.items), arguments.on
    asked = [rule for rule in rules if rule.is_screened]
    print(f"{len(facts):,} items, {len(asked)} rules, {on}")
    timed("verdicts", lambda: evaluate(rules, facts, on))
    timed(
        "missing facts of every item and rule", lambda: [missing_facts(r, facts, on) for r in asked]
    )
    timed("one reason under every rule", lambda: [explain(r, facts, 0, on) for r in asked])


if __name__ == "__main__":
    main()
