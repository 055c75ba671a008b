"""Which draws are made: plain Monte Carlo, Latin hypercube, or pick-freeze for attribution.

The design reads the entropy of the run itself, its tasks read streams spawned from it, so
the two never share a random number. Plain draws may be extended: the first tasks of a longer
run are those of a shorter one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import numpy as np

from allanite.axis import FloatArray
from allanite.ensemble.tasks import Task, Value
from allanite.ensemble.unknowns import Unknown, central_values, check_names, drawn_values
from allanite.errors import UsageError

Sampling = Literal["random", "latin"]
_EDGE: Final = 2.0**-40  # keeps shares off 0 and 1, where unbounded distributions have no value
_SEED_MAX: Final = 2**63 - 1


def draw_tasks(
    unknowns: Sequence[Unknown], draws: int, seed: int, sampling: Sampling = "random"
) -> tuple[Task, ...]:
    """Independent draws of all unknowns.

    Args:
        unknowns: what is drawn, with distinct names.
        draws: how many.
        seed: entropy of the run.
        sampling: "random", or "latin" (each unknown in even strata: fewer draws for a mean, but
            a longer run has other draws).

    Raises:
        UsageError: fewer than one draw, or a seed below 0.
        ModelError: no unknowns, or two of one name.
    """
    check_names(unknowns)
    _check_counts(draws, seed)
    shares = _shares(len(unknowns), draws, _design_generator(seed), sampling)
    return tuple(
        Task(index=i, seed=seed, stream=i, values=values)
        for i, values in enumerate(_rows(unknowns, shares))
    )


def central_task(unknowns: Sequence[Unknown], seed: int) -> Task:
    """The task in which every unknown has its central value and groups are as they are known."""
    return Task(index=0, seed=seed, stream=0, values=central_values(unknowns))


def pick_freeze_tasks(unknowns: Sequence[Unknown], base: int, seed: int) -> tuple[Task, ...]:
    """The base · (k + 2) draws that first-order and total indices of k unknowns need.

    In order: `base` draws A, `base` draws B, then for each unknown i the draws A with the values
    of unknown i taken from B. A and B are two halves of one scrambled Sobol' sequence.

    Source: Saltelli et al. 2010, "Variance based sensitivity analysis of model output".

    Args:
        unknowns: what is drawn, two or more with distinct names.
        base: a power of two; several hundred for indices worth reading.
        seed: entropy of the run.

    Raises:
        UsageError: `base` is no power of two from 2 on, one unknown only, or a seed below 0.
        ModelError: no unknowns, or two of one name.
    """
    check_names(unknowns)
    _check_counts(base, seed)
    check_base(len(unknowns), base)
    first, second = _halves(len(unknowns), base, _design_generator(seed))
    blocks = [(first, 0), (second, base)]
    for i in range(len(unknowns)):
        mixed = first.copy()
        mixed[:, i] = second[:, i]
        blocks.append((mixed, 0))
    rows = [
        (start + j, values)
        for shares, start in blocks
        for j, values in enumerate(_rows(unknowns, shares))
    ]
    return tuple(
        Task(index=i, seed=seed, stream=stream, values=values)
        for i, (stream, values) in enumerate(rows)
    )


def base_draws(draws: int) -> int:
    """Base draws of the smallest pick-freeze design with at least so many independent draws."""
    half = max((draws + 1) // 2, 2)
    return int(2 ** (half - 1).bit_length())


def check_base(count: int, base: int) -> None:
    """Raise `UsageError` where no pick-freeze design has that many unknowns and base draws."""
    if count < 2:
        raise UsageError("attribution needs two unknowns or more: one explains everything")
    if base < 2 or base & (base - 1):
        raise UsageError(f"attribution over {base} base draws; a power of two from 2 on is needed")


def _check_counts(draws: int, seed: int) -> None:
    if draws < 1:
        raise UsageError(f"{draws} draws; one or more are needed")
    if not 0 <= seed <= _SEED_MAX:
        raise UsageError(f"seed {seed}; it must lie between 0 and {_SEED_MAX}")


def _design_generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed))


def _shares(
    count: int, draws: int, generator: np.random.Generator, sampling: Sampling
) -> FloatArray:
    """Uniform numbers, shape (draws, count)."""
    if sampling == "random":
        return _off_edges(generator.random((draws, count)))
    if sampling != "latin":
        raise UsageError(f"sampling {sampling!r}; it must be random or latin")
    from scipy.stats import qmc

    return _off_edges(qmc.LatinHypercube(count, rng=generator).random(draws))


def _halves(count: int, base: int, generator: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Two independent tables of uniform numbers, shape (base, count) each."""
    from scipy.stats import qmc

    shares = _off_edges(qmc.Sobol(2 * count, rng=generator).random(base))
    return shares[:, :count], shares[:, count:]


def _off_edges(shares: FloatArray) -> FloatArray:
    return np.clip(shares, _EDGE, 1.0 - _EDGE)


def _rows(unknowns: Sequence[Unknown], shares: FloatArray) -> Iterator[dict[str, Value]]:
    columns = [
        drawn_values(unknown.distribution, shares[:, i]) for i, unknown in enumerate(unknowns)
    ]
    names = [unknown.name for unknown in unknowns]
    for row in zip(*columns, strict=True):
        yield dict(zip(names, row, strict=True))
