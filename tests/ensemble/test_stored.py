"""Stored results: trusted only as they were written, and only for their own study."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from toy_study import UNKNOWNS, Toy, lines

from allanite.ensemble.design import draw_tasks
from allanite.ensemble.run import run_tasks
from allanite.ensemble.stored import STUDY_FILE, open_folder, store_chunk
from allanite.errors import UsageError

TASKS = draw_tasks(UNKNOWNS, 6, 1)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A folder with six draws, one a file."""
    folder = tmp_path / "draws"
    run_tasks(Toy(), TASKS, folder=folder)
    return folder


def chunks(folder: Path) -> list[Path]:
    return sorted(folder.glob("chunk-*.json"))


def recomputed(folder: Path, log: Path) -> int:
    """How many draws are computed again; their figures must be as if nothing had been stored."""
    log.mkdir(exist_ok=True)
    before = len(lines(log, "evaluated"))
    assert run_tasks(Toy(log=log), TASKS, folder=folder) == run_tasks(Toy(), TASKS)
    return len(lines(log, "evaluated")) - before


def test_what_is_stored_is_not_computed_again(stored: Path, tmp_path: Path) -> None:
    assert len(chunks(stored)) == 6
    assert recomputed(stored, tmp_path / "log") == 0
    assert lines(tmp_path / "log", "prepared") == []


def test_a_longer_run_computes_only_what_is_new(stored: Path, tmp_path: Path) -> None:
    longer = draw_tasks(UNKNOWNS, 10, 1)
    log = tmp_path / "log"
    log.mkdir()
    assert run_tasks(Toy(log=log), longer, folder=stored) == run_tasks(Toy(), longer)
    assert sorted(lines(log, "evaluated")) == ["6", "7", "8", "9"]


def damage(path: Path, kind: str) -> None:
    content = path.read_bytes()
    other = json.loads(content)
    figures = next(iter(other["results"].values()))
    texts = {
        "cut": content[: len(content) // 2],
        "empty": b"",
        "binary": os.urandom(200),
        "null bytes": content.replace(b"shortage", b"short\x00\x00\x00"),
        "deep": b"[" * 100_000,
        "a list": b"[]",
        "a number": b"1",
        "one digit": content.replace(b"cover", b"cover", 1).replace(b"1", b"2", 1),
        "not finite": content.replace(str(figures["cover"]).encode(), b"1e999"),
        "a text": content.replace(str(figures["cover"]).encode(), b'"9"'),
        "another study": json.dumps({**other, "study": "0" * 64}).encode(),
        "no results": json.dumps({"study": other["study"]}).encode(),
        "results of lists": json.dumps({**other, "results": {"a": []}}).encode(),
        "a long number": b"1" * 5_000,
    }
    assert texts[kind] != content
    path.write_bytes(texts[kind])


@pytest.mark.parametrize(
    "kind",
    [
        "cut",
        "empty",
        "binary",
        "null bytes",
        "deep",
        "a list",
        "a number",
        "one digit",
        "not finite",
        "a text",
        "another study",
        "no results",
        "results of lists",
        "a long number",
    ],
)
def test_a_damaged_file_is_computed_again(stored: Path, tmp_path: Path, kind: str) -> None:
    damage(chunks(stored)[2], kind)
    assert recomputed(stored, tmp_path / "log") == 1
    assert recomputed(stored, tmp_path / "log") == 0  # and written whole


def test_a_folder_in_place_of_a_file_is_not_trusted(stored: Path, tmp_path: Path) -> None:
    (stored / "chunk-00.json").mkdir()
    assert recomputed(stored, tmp_path / "log") == 0


def test_what_a_killed_run_was_writing_is_cleared(stored: Path) -> None:
    part = stored / "chunk-00.json.part"
    part.write_text("half", encoding="utf-8")
    run_tasks(Toy(), TASKS, folder=stored)
    assert not part.exists()


def test_a_folder_of_another_study_is_refused(stored: Path) -> None:
    before = {path.name: path.read_bytes() for path in stored.iterdir()}
    with pytest.raises(UsageError, match="draws of another study") as caught:
        run_tasks(Toy(size=25), TASKS, folder=stored)
    assert Toy().digest[:12] in str(caught.value)
    assert Toy(size=25).digest[:12] in str(caught.value)
    assert {path.name: path.read_bytes() for path in stored.iterdir()} == before


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"{", b"[]", b'{"form": "other"}'])
def test_a_broken_description_is_refused(stored: Path, content: bytes) -> None:
    (stored / STUDY_FILE).write_bytes(content)
    with pytest.raises(UsageError, match="not that of an ensemble"):
        run_tasks(Toy(), TASKS, folder=stored)


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"other files .* \(letter.txt\)"):
        run_tasks(Toy(), TASKS, folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_or_a_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(UsageError, match="is not a folder"):
            run_tasks(Toy(), TASKS, folder=tmp_path / name)
    with pytest.raises(UsageError, match="no folder you may write to"):
        run_tasks(Toy(), TASKS, folder=tmp_path / "file" / "below")


def test_a_link_in_place_of_the_lock_is_not_followed(stored: Path, tmp_path: Path) -> None:
    (stored / "lock").unlink()
    (stored / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="cannot write"):
        run_tasks(Toy(), TASKS, folder=stored)
    assert not (tmp_path / "elsewhere").exists()


def test_one_run_writes_at_a_time(stored: Path) -> None:
    with open_folder(stored, Toy()), pytest.raises(UsageError, match="another run writes"):
        run_tasks(Toy(), TASKS, folder=stored)
    assert run_tasks(Toy(), TASKS, folder=stored) == run_tasks(Toy(), TASKS)


def test_a_chunk_that_cannot_be_written_is_named(stored: Path) -> None:
    taken = chunks(stored)[0]
    key = next(iter(json.loads(taken.read_text(encoding="utf-8"))["results"]))
    taken.unlink()
    taken.mkdir()
    with pytest.raises(UsageError, match="cannot write"):
        store_chunk(stored, Toy().digest, {key: {"a": 1.0}})
