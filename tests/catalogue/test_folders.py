"""Folders of results: whole or not at all, and never over a reader's own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from allanite.catalogue.folders import check_parent, check_replaceable, write_folder
from allanite.errors import UsageError


def _names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def _fill(folder: Path) -> None:
    (folder / "record.json").write_text("new")


def test_a_folder_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "out"
    for _ in range(2):
        write_folder(folder, _fill)
    assert _names(tmp_path) == ["made", "made/out", "made/out/record.json"]


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_what_fails_or_is_stopped_leaves_the_old_folder(
    tmp_path: Path, error: BaseException
) -> None:
    write_folder(tmp_path / "out", _fill)

    def fail(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise error

    with pytest.raises((UsageError, KeyboardInterrupt)):
        write_folder(tmp_path / "out", fail)
    assert _names(tmp_path) == ["out", "out/record.json"]


@pytest.mark.parametrize(
    "names",
    [
        ("record.json", "notes.txt"),
        ("record.json", "tables/sites.csv"),
        ("record.json", "tables/mine.parquet"),
        ("tables/sites.parquet",),
    ],
)
def test_a_folder_with_anything_else_is_kept(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match="holds other files than a result"):
        check_replaceable(tmp_path, "result", {"sites"})


def test_our_own_and_empty_folders_may_be_replaced(tmp_path: Path) -> None:
    check_replaceable(tmp_path, "result", {"sites"})
    (tmp_path / "tables").mkdir()
    for name in ("record.json", "tables/sites.parquet", "page.html"):
        (tmp_path / name).write_text("ours")
    check_replaceable(tmp_path, "result", {"sites"}, ["page.html"])


def test_a_link_or_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(UsageError, match="is not a folder"):
            check_replaceable(tmp_path / name, "result", set())


def test_nothing_can_be_made_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="'file' is no folder you may write to"):
        check_parent(tmp_path / "file" / "a" / "b")
