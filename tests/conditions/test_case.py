"""Case files: the shipped ones load, faults come all at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from allanite.conditions.case import load_case, read_case, shipped_cases
from allanite.errors import DataError, UsageError


def test_every_shipped_case_loads_under_its_own_name() -> None:
    names = set(shipped_cases())
    assert {"us-japan", "us-japan-australia", "eu"} <= names
    assert all(load_case(name).case_id == name for name in names)


def test_us_japan_holds_what_the_file_says() -> None:
    case = load_case("us-japan")
    assert case.partners == ("USA", "JPN")
    assert case.watched == "CHN"
    assert case.since == date(2025, 10, 28)
    assert case.element_groups[1].elements == ("Dy", "Tb")


def test_unknown_case_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="us-japan-australia"):
        load_case("us-japon")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("id: Own Case\npartners: [usa, USA]\nsince: yesterday\ncolour: red\n")
    with pytest.raises(DataError) as caught:
        read_case(path)
    places = {finding.place for finding in caught.value.findings}
    assert {"id", "partners", "since", "colour", "title", "watched", "base_year"} <= places
    assert all(finding.origin == "own.yaml" for finding in caught.value.findings)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty file"),
        (b"id: a\x00b", "binary"),
        (b"id: [unclosed\ntitle: x", "line"),
        (b"- a\n- b\n", "list"),
        (b"id: !!python/object/apply:os.system ['true']\n", "tag"),
        (b"id: x\nid: y\n", 'duplicate key "id"'),
        (b"since: 2025-02-30\n", "day is out of range.*line 1"),
        (b"a: " + b"{a: " * 3000, "nested too deep"),
        (b"# " + b"x" * 1024**2, "at most 1 MiB"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    with pytest.raises(DataError, match=expected):
        read_case(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        load_case(str(tmp_path / "absent.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("watched: CHN", "watched: USA", "USA, a partner"),
        ("id: us-japan", 'id: "us-japan\\n"', "lower-case letters"),
        ("- name: Samarium", "- name: Yttrium", "groups with distinct names"),
    ],
)
def test_values_that_do_not_go_together_are_named(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = shipped_cases()["us-japan"].read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "own.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=expected):
        read_case(path)
