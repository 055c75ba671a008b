"""Designs: the draws are those of the distributions, the seed sets them, halves are frozen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_study import UNKNOWNS

from allanite.ensemble.design import (
    base_draws,
    central_task,
    check_base,
    draw_tasks,
    pick_freeze_tasks,
)
from allanite.ensemble.unknowns import Lognormal, Uniform, Unknown
from allanite.errors import ModelError, UsageError


def test_the_same_seed_gives_the_same_tasks() -> None:
    for sampling in ("random", "latin"):
        first = draw_tasks(UNKNOWNS, 20, 5, sampling)  # type: ignore[arg-type]
        assert first == draw_tasks(UNKNOWNS, 20, 5, sampling)  # type: ignore[arg-type]
        assert first != draw_tasks(UNKNOWNS, 20, 6, sampling)  # type: ignore[arg-type]
    assert pick_freeze_tasks(UNKNOWNS, 4, 5) == pick_freeze_tasks(UNKNOWNS, 4, 5)


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    assert draw_tasks(UNKNOWNS, 30, 5)[:10] == draw_tasks(UNKNOWNS, 10, 5)


def test_every_task_has_its_own_stream() -> None:
    tasks = draw_tasks(UNKNOWNS, 5, 5)
    assert [task.stream for task in tasks] == [task.index for task in tasks] == [0, 1, 2, 3, 4]
    assert len({task.generator().random() for task in tasks}) == 5


def test_draws_follow_the_distributions() -> None:
    # 4,000 draws of a uniform: the mean is within 5 standard errors, 5 · 0.289 / sqrt(4000)
    tasks = draw_tasks([Unknown("a", Uniform(0.0, 1.0)), Unknown("b", Uniform(0.0, 1.0))], 4000, 1)
    drawn = np.array([[task.values["a"], task.values["b"]] for task in tasks], dtype=float)
    assert drawn.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.023)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.0, abs=5 / np.sqrt(4000))


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(0, 2**63 - 1))
def test_a_latin_hypercube_has_one_draw_in_each_stratum(draws: int, seed: int) -> None:
    tasks = draw_tasks([Unknown("a", Uniform(0.0, 1.0))], draws, seed, "latin")
    strata = sorted(int(float(task.values["a"]) * draws) for task in tasks)
    assert strata == list(range(draws))


def test_unbounded_distributions_stay_finite() -> None:
    unknowns = [Unknown("a", Lognormal(1e-3, 1.0, 1e3)), Unknown("b", Uniform(0.0, 1.0))]
    drawn = [float(task.values["a"]) for task in pick_freeze_tasks(unknowns, 4096, 1)]
    assert np.isfinite(drawn).all()
    assert min(drawn) > 0.0


def test_pick_freeze_changes_one_unknown_at_a_time() -> None:
    base, names = 8, [unknown.name for unknown in UNKNOWNS]
    tasks = pick_freeze_tasks(UNKNOWNS, base, 3)
    assert len(tasks) == base * (len(names) + 2)
    assert [task.index for task in tasks] == list(range(len(tasks)))
    first, second = tasks[:base], tasks[base : 2 * base]
    for i, name in enumerate(names):
        mixed = tasks[(2 + i) * base : (3 + i) * base]
        for a, b, ab in zip(first, second, mixed, strict=True):
            assert ab.values == {**a.values, name: b.values[name]}
            assert ab.stream == a.stream != b.stream


def test_the_central_task_holds_the_central_values() -> None:
    task = central_task(UNKNOWNS, 5)
    assert task.values["approval_share"] == 0.5
    assert task.values["stock_amount"] == 100.0
    assert "observations" not in task.values


@pytest.mark.parametrize("base", [0, 1, 3, 100])
def test_attribution_needs_a_power_of_two(base: int) -> None:
    with pytest.raises(UsageError):
        pick_freeze_tasks(UNKNOWNS, base, 1)


def test_calls_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="0 draws"):
        draw_tasks(UNKNOWNS, 0, 1)
    with pytest.raises(UsageError, match="seed -1"):
        draw_tasks(UNKNOWNS, 1, -1)
    with pytest.raises(UsageError, match="random or latin"):
        draw_tasks(UNKNOWNS, 1, 1, "halton")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="two unknowns"):
        pick_freeze_tasks(UNKNOWNS[:1], 8, 1)
    with pytest.raises(ModelError, match="found twice"):
        draw_tasks([*UNKNOWNS, UNKNOWNS[0]], 1, 1)


@pytest.mark.parametrize(
    ("draws", "base"), [(1, 2), (4, 2), (5, 4), (64, 32), (65, 64), (200, 128)]
)
def test_base_draws_reach_the_independent_draws_asked_for(draws: int, base: int) -> None:
    assert base_draws(draws) == base
    check_base(2, base)
