"""Independent sources among many texts: speed, and whether the drawn origins are found again.

    python benchmarks/independence_speed.py [--documents 10000] [--sentences 20] [--seed 1]

Stories are drawn as sentences of made-up words. Each text tells one story in the words of one
agency, with some sentences left out, some rewritten lightly and some of its own. Texts of one
story and agency are one source; the number found is printed beside the number drawn. `--same`
draws every text from one story: the worst case for a method that compares pairs.
"""

from __future__ import annotations

import argparse
import time
from datetime import date, timedelta

import numpy as np

from allanite.ledger.independence import Document, count_sources

WORDS = 4000
REWRITES = (("percent", "per cent"), ("said", "told"), ("new", "fresh"), ("plan", "plans"))


def draw_documents(
    count: int, sentences: int, stories: int, seed: int
) -> tuple[list[Document], list[int]]:
    """Texts, and the story each was drawn from."""
    rng = np.random.default_rng(seed)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(rng.choice(letters, rng.integers(3, 9))) for _ in range(WORDS)]
    bodies = [[draw_sentence(rng, words) for _ in range(sentences)] for _ in range(stories)]
    story_of = [int(k) for k in rng.integers(0, stories, count)]
    documents = []
    for i, story in enumerate(story_of):
        kept = [s for s in bodies[story] if rng.random() < 0.7] or bodies[story][:2]
        own = [draw_sentence(rng, words) for _ in range(int(rng.integers(1, 5)))]
        text = " ".join([rewritten(rng, s) for s in kept] + own)
        day = date(2026, 1, 1) + timedelta(days=int(rng.integers(0, 5)))
        documents.append(Document(f"text-{i}", "", day, text))
    return documents, story_of


def draw_sentence(rng: np.random.Generator, words: list[str]) -> str:
    """A sentence of 10 to 24 words, some of them words that get rewritten."""
    chosen = [words[k] for k in rng.integers(0, len(words), rng.integers(10, 25))]
    for old, _ in REWRITES:
        if rng.random() < 0.4:
            chosen.insert(int(rng.integers(1, len(chosen))), old)
    return " ".join(chosen).capitalize() + "."


def rewritten(rng: np.random.Generator, sentence: str) -> str:
    """The sentence with a word dropped or replaced, half of the time."""
    for old, new in REWRITES:
        if rng.random() < 0.3:
            sentence = sentence.replace(f" {old} ", f" {new} ")
    words = sentence.split()
    if rng.random() < 0.3:
        words.pop(int(rng.integers(1, len(words) - 1)))
    return " ".join(words)


def main() -> int:
    """Draw, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--sentences", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--same", action="store_true")
    arguments = parser.parse_args()
    stories = 1 if arguments.same else max(1, arguments.documents // 8)
    documents, story_of = draw_documents(
        arguments.documents, arguments.sentences, stories, arguments.seed
    )
    size = sum(len(d.text) for d in documents) / 1e6
    wall, processor = time.perf_counter(), time.process_time()
    found = count_sources(documents)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(
        f"{len(documents):,} texts, {size:.1f} MB: {found.count:,} sources found,"
        f" {len(set(story_of)):,} drawn; {wall:.1f} s wall, {processor:.1f} s of processor,"
        f" {len(documents) / processor:,.0f} texts a second of processor"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
