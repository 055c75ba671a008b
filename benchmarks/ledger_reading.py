"""News texts read per second, in one process and in two.

    python benchmarks/ledger_reading.py [--documents N] [--workers 1 2]

The texts are generated from a fixed seed: some 350 words each, one sentence in four states
something of the field. Reading means everything `allanite ledger read` does with a text but the
file itself: sentences, quantities, dates, names, topics, links, omissions, repeats.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from allanite.catalogue.store import load_release
from allanite.ledger.reading.batch import read_documents
from allanite.ledger.reading.candidates import Reading
from allanite.ledger.reading.document import Document
from allanite.ledger.reading.record import load_record

REGIONS = ("China", "Japan", "The United States", "Australia", "Malaysia", "Myanmar", "Canada")
MATERIALS = ("gallium", "dysprosium", "rare earths", "tungsten", "NdFeB magnets", "graphite")
STATEMENTS = (
    "{region} refines about {n} per cent of the world's {material}.",
    "{region} exported {n},{n}00 tonnes of {material} in May 2025.",
    "{region} and Japan signed a framework on critical minerals on Tuesday.",
    "{region} tightened export controls on {material}, officials said yesterday.",
    "A plant for {material} in {region} is to open by the end of 20{n}.",
    "{region} will put ${n} billion into mines for {material} within {n} months.",
)
FILLERS = (
    "The minister spoke for an hour and left without taking questions from the press.",
    "Shares of the company rose in early trade before they gave up most of their gains.",
    "Residents of the town said they had heard nothing about the plan until last week.",
    "An analyst in London called the move a signal rather than a change of course.",
    "The weather is expected to stay dry over the weekend, with light winds in the north.",
)


def drawn_documents(count: int, seed: int = 0) -> list[Document]:
    """Texts drawn from a fixed seed."""
    rng = np.random.default_rng(seed)
    return [_drawn(rng, i) for i in range(count)]


def _drawn(rng: np.random.Generator, number: int) -> Document:
    sentences = []
    for _ in range(28):
        if rng.random() < 0.25:
            text = STATEMENTS[rng.integers(len(STATEMENTS))].format(
                region=REGIONS[rng.integers(len(REGIONS))],
                material=MATERIALS[rng.integers(len(MATERIALS))],
                n=rng.integers(10, 99),
            )
        else:
            text = FILLERS[rng.integers(len(FILLERS))]
        sentences.append(text)
    paragraphs = [" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4)]
    day = date(2025, 1, 1) + timedelta(days=int(rng.integers(300)))
    return Document(name=f"{number}.txt", text="\n".join(paragraphs), day=day)


def _line(workers: int, seconds: float, processor: float, readings: Sequence[Reading]) -> str:
    """One line of the table."""
    found = sum(len(r.in_field) for r in readings)
    return (
        f"{workers} process{'es' if workers > 1 else ''}: {len(readings):,} texts in "
        f"{seconds:.1f} s, {len(readings) / seconds:,.0f} texts/s "
        f"({processor:.1f} s of processor); {found:,} candidates in the field"
    )


def _processor_seconds() -> float:
    """Seconds of processor of this process and of those that have ended."""
    whole = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in whole)


def main() -> None:
    """Print texts per second for each number of processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    record = load_record(load_release())
    documents = drawn_documents(arguments.documents)
    words = sum(len(d.text.split()) for d in documents) / len(documents)
    print(f"{len(documents):,} texts of {words:.0f} words")
    for workers in arguments.workers:
        begun, ticks = time.perf_counter(), _processor_seconds()
        readings = read_documents(documents, record, workers)
        print(
            _line(workers, time.perf_counter() - begun, _processor_seconds() - ticks, readings),
            flush=True,
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak {peak:,.0f} MiB in the first process")


if __name__ == "__main__":
    main()
