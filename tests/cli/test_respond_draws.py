"""`allanite respond --draws`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    "options", [("--attribution",), ("--workers", 2), ("--dask", "tcp://a:1"), ("--folder", "x")]
)
def test_options_about_draws_ask_for_draws(run_command: Run, options: tuple[object, ...]) -> None:
    code, _, error = run_command("respond", "us-japan", *options)
    assert code == 2
    assert f"{options[0]} is about draws; say how many, such as --draws 200" in error


def test_a_cluster_and_workers_exclude_one_another(run_command: Run) -> None:
    options = ("--draws", 5, "--workers", 2, "--dask", "tcp://a:1")
    code, _, error = run_command("respond", "us-japan", *options)
    assert code == 2
    assert "--workers and --dask exclude one another" in error


@pytest.mark.slow
def test_draws_stand_beside_the_answer(run_command: Run, tmp_path: Path) -> None:
    shared = ("--control", "none", "--stress", "--start", "2026-11", "--periods", 2)
    options = ("--no-measures", "--draws", 2, "--folder", tmp_path / "kept")
    out = ("--out-folder", tmp_path / "tables")
    code, printed, error = run_command("respond", "us-japan", *shared, *options, *out)
    assert code == 0, error
    assert "Ranges over draws" in printed
    record = json.loads((tmp_path / "tables" / "record.json").read_text())
    assert record["parameters"]["draws"] == 2
    assert len(list((tmp_path / "kept").glob("chunk-*"))) == 3
    shown = ("--show", "unknowns", "--json")
    code, printed, error = run_command("respond", "us-japan", *shared, *options, *shown)
    assert code == 0, error
    names = [row["unknown"] for row in json.loads(printed)]
    assert "commercial stocks" in names
