"""Command backtest on the release that ships."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
QUOTA = ("backtest", "--event", "quota-2010")


def test_the_quota_years_are_shown_with_their_errors(run_command: Run) -> None:
    code, out, _ = run_command(*QUOTA)
    text = " ".join(out.split())
    assert code == 0
    assert "Exports of China, by the text" in text
    assert "rare earths, by the text: 3 periods, off by" in text
    assert "The network is that of 2024" in text


def test_prices_come_as_a_file(run_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    code, out, err = run_command(*QUOTA, "--show", "prices", "--out", file)
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert (code, out) == (0, "")
    assert "wrote prices.json" in err
    assert {row["market"] for row in rows} == {"inside China", "outside China"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--event", "april"), "april-2025, quota-2010"),
        (("--show", "flows"), "exports, order, prices, figures, notes"),
        (("--reading", "text"), "observed, de-jure, both"),
    ],
)
def test_wrong_words_get_one_message(
    run_command: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run_command("backtest", *arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())
