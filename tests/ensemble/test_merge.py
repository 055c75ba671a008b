"""Merging: intervals by hand, indices of functions whose indices are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from toy_study import UNKNOWNS

from allanite.ensemble.design import pick_freeze_tasks
from allanite.ensemble.merge import (
    attribute,
    attribution_result,
    attribution_table,
    draws_result,
    intervals_table,
)
from allanite.ensemble.unknowns import Group, Uniform, Unknown
from allanite.errors import ModelError, UsageError
from allanite.record import RunRecord
from allanite.studies.result import check_result, read_result, write_result

RECORD = RunRecord(command="toy", parameters={}, data_digest="0" * 64, seed=1)
TURNS = tuple(Unknown(name, Uniform(-np.pi, np.pi)) for name in ("x", "y", "z"))


def generator() -> np.random.Generator:
    return np.random.default_rng(1)


def test_intervals_by_hand() -> None:
    # 0, 1, ..., 20: percentiles 5, 50, 95 are 1, 10, 19; variance (21² - 1) / 12 = 36.67
    results = [{"a": float(i), "b": 2.0} for i in range(21)]
    table = intervals_table(results, {"a": 9.5, "b": 2.0}, {"a": "t"})
    first, second = table.to_pylist()
    assert first == {
        "figure": "a",
        "unit": "t",
        "central": 9.5,
        "low": pytest.approx(1.0),
        "median": 10.0,
        "high": pytest.approx(19.0),
        "mean": 10.0,
        "standard_deviation": pytest.approx(np.sqrt(440 / 12)),
        "draws": 21,
    }
    assert (second["low"], second["high"], second["unit"]) == (2.0, 2.0, None)


def test_a_result_is_written_and_read(tmp_path: Path) -> None:
    results = [{"b": float(i), "a": 2.0} for i in range(3)]
    result = draws_result(RECORD, UNKNOWNS, results, units={"b": "t"})
    assert check_result(result.tables) == []
    write_result(result, tmp_path / "out")
    again = read_result(tmp_path / "out")
    assert again.table("ensemble_draws").to_pylist()[1] == {
        "draw": 0,
        "figure": "b",
        "unit": "t",
        "value": 0.0,
    }
    unknowns = again.table("ensemble_unknowns").to_pylist()
    assert unknowns[2]["distribution"] == "lognormal"
    assert (unknowns[2]["low"], unknowns[2]["central"], unknowns[2]["high"]) == (50.0, 100.0, 400.0)
    assert unknowns[4]["options"] == "observed, de_jure"
    assert unknowns[5]["low"] is None


def ishigami(x: float, y: float, z: float) -> float:
    return float(np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


def test_indices_of_the_ishigami_function() -> None:
    """Ishigami and Homma 1990, a = 7, b = 0.1: first 0.314, 0.442, 0; total 0.558, 0.442, 0.244."""
    tasks = pick_freeze_tasks(TURNS, 2048, 1)
    results = [{"f": ishigami(*map(float, task.values.values()))} for task in tasks]
    rows = attribution_table(TURNS, results, generator()).to_pylist()
    assert [row["first_order"] for row in rows] == pytest.approx([0.314, 0.442, 0.0], abs=0.02)
    assert [row["total"] for row in rows] == pytest.approx([0.558, 0.442, 0.244], abs=0.02)
    for row in rows:
        assert row["first_order_low"] < row["first_order"] < row["first_order_high"]
        assert row["total_low"] < row["total"] < row["total_high"]
        assert row["draws"] == 2048


def test_indices_of_a_sum_are_its_shares_of_variance() -> None:
    # 3 x + y + 0 z: variances 9 : 1 : 0; a second figure is that of z alone, a third is constant
    tasks = pick_freeze_tasks(TURNS, 512, 2)
    results = [
        {
            "sum": 3.0 * float(task.values["x"]) + float(task.values["y"]),
            "alone": float(task.values["z"]),
            "constant": 4.0,
        }
        for task in tasks
    ]
    result = attribution_result(RECORD, TURNS, results, generator())
    assert check_result(result.tables) == []
    found = {
        (row["figure"], row["unknown"]): row
        for row in result.table("ensemble_attribution").to_pylist()
    }
    for name, share in (("x", 0.9), ("y", 0.1), ("z", 0.0)):
        assert found["sum", name]["first_order"] == pytest.approx(share, abs=0.03)
        assert found["sum", name]["total"] == pytest.approx(share, abs=0.03)
        assert found["constant", name]["first_order"] is None
        assert found["constant", name]["total_high"] is None
    assert found["alone", "z"]["total"] == pytest.approx(1.0, abs=0.02)
    assert found["alone", "x"]["total"] == 0.0
    intervals = result.table("ensemble_intervals").to_pylist()
    assert [row["draws"] for row in intervals] == [1024] * 3  # A and B; the rest repeat them


def test_a_group_explains_what_its_random_numbers_do() -> None:
    # 2 x with variance 4 π² / 3, and the mean of four numbers of a group with variance 100 / 4
    unknowns = (TURNS[0], Unknown("group", Group()))
    tasks = pick_freeze_tasks(unknowns, 1024, 3)
    results = [
        {
            "f": 2.0 * float(task.values["x"])
            + float(task.group_generator("group").normal(0.0, 10.0, 4).mean())
        }
        for task in tasks
    ]
    rows = attribution_table(unknowns, results, generator()).to_pylist()
    share = (4 * np.pi**2 / 3) / (4 * np.pi**2 / 3 + 25.0)
    assert [row["first_order"] for row in rows] == pytest.approx([share, 1 - share], abs=0.06)


def test_the_bootstrap_is_that_of_scipy() -> None:
    # scipy draws base draws again through its own indices; both are wide enough to compare
    tasks = pick_freeze_tasks(TURNS, 64, 5)
    values = np.array([[ishigami(*map(float, task.values.values()))] for task in tasks])
    blocks = values.reshape(5, 64, 1).transpose(0, 2, 1)
    theirs = stats.sobol_indices(
        func={"f_A": blocks[0], "f_B": blocks[1], "f_AB": blocks[2:]}, n=64
    )
    np.random.seed(1)  # scipy's bootstrap takes no generator here
    spread = theirs.bootstrap(confidence_level=0.9, n_resamples=4000)
    ours = attribute(values, 3, generator(), resamples=4000)
    drawn = spread.total_order.bootstrap_distribution
    low, high = np.percentile(drawn, (5.0, 95.0), axis=-1)
    assert ours.total_low[0] == pytest.approx(low, abs=0.02)
    assert ours.total_high[0] == pytest.approx(high, abs=0.02)
    drawn = spread.first_order.bootstrap_distribution
    low, high = np.percentile(drawn, (5.0, 95.0), axis=-1)
    assert ours.first_order_low[0] == pytest.approx(low, abs=0.02)
    assert ours.first_order_high[0] == pytest.approx(high, abs=0.02)


def test_the_bootstrap_follows_its_generator() -> None:
    values = np.random.default_rng(4).random((8 * 4, 3))
    first = attribute(values, 2, generator(), resamples=50)
    again = attribute(values, 2, generator(), resamples=50)
    other = attribute(values, 2, np.random.default_rng(2), resamples=50)
    assert (first.total_low == again.total_low).all()
    assert (first.total == other.total).all()
    assert (first.total_low != other.total_low).any()
    assert first.first_order.shape == (3, 2)


def test_results_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="multiple of 5"):
        attribution_table(TURNS, [{"f": 1.0}] * 11, generator())
    with pytest.raises(UsageError, match="power of two"):
        attribution_table(TURNS, [{"f": 1.0}] * 15, generator())
    with pytest.raises(UsageError, match="no draws"):
        intervals_table([])
    with pytest.raises(ModelError, match=r"draw 1 and draw 0 .* b in one"):
        intervals_table([{"a": 1.0}, {"a": 1.0, "b": 2.0}])
    with pytest.raises(ModelError, match="the central run"):
        intervals_table([{"a": 1.0}], {"b": 1.0})
