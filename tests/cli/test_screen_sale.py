"""Command screen-sale on the release that ships."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
WELD = ("screen-sale", "--site", "AU_MT_WELD", "--on", "2026-11-27")


def test_the_answer_names_marks_users_owners_and_rules(run_command: Run) -> None:
    code, out, _ = run_command(*WELD, "--buyer", "China Northern Rare Earth")
    assert code == 0
    for words in (
        "Mt Weld mine and concentrator: 100 % to China Northern Rare Earth (China)",
        "Mine outside China, output of the base year: half is passed for Nd",
        "Drawn through these sites: Japan",
        "Baogang",
        "half or more: unknown",
        "Law of Australia on foreign investment may ask",
        "Marks crossed",
    ):
        assert words in out


def test_a_small_sale_says_that_no_mark_is_crossed(run_command: Run) -> None:
    code, out, _ = run_command("screen-sale", "--site", "UK_HYPROMAG", "--buyer", "CHN")
    assert code == 0
    assert "No mark is crossed" in out


def test_one_table_as_json_and_in_a_file(run_command: Run, tmp_path: Path) -> None:
    code, out, _ = run_command(*WELD, "--buyer", "CHN", "--by", "sites", "--json")
    assert code == 0
    assert json.loads(out)[0]["regions_before"] == "AUS"
    file = tmp_path / "shares.csv"
    assert run_command(*WELD, "--buyer", "CHN", "--by", "shares", "--out", file)[0] == 0
    assert file.read_text(encoding="utf-8").startswith('"stage","element","scope"')


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--site", "AU_MT_WELD", "--buyer", "Shenge Resources"), "SHENGHE"),
        (("--site", "AU_MT_WELT", "--buyer", "CHN"), "did you mean 'AU_MT_WELD'"),
        (("--buyer", "CHN"), "name what is sold"),
        (("--site", "AU_MT_WELD", "--buyer", "CHN", "--stake", "2"), "at most 1"),
        (("--site", "AU_MT_WELD", "--buyer", "CHN", "--by", "owners"), "choke-points"),
        (("--site", "AU_MT_WELD", "--buyer", "CHN", "--watched", "CHINA"), "no such region"),
        (("--site", "AU_MT_WELD", "--buyer", "CHN", "--on", "tomorrow"), "--on"),
        (("--site", "AU_MT_WELD", "--buyer", "x" * 10_000), "at most 500"),
        (("--site", "AU_MT_WELD", "--buyer", "\u202e"), "no party is called"),
    ],
)
def test_wrong_arguments_get_one_message(
    run_command: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, _, error = run_command("screen-sale", *arguments)
    assert code == 2
    assert words in " ".join(error.split())
    assert "Traceback" not in error
