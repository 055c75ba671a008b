"""Downloads: https only, whole or not at all, within a limit of size."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from allanite.catalogue.download import check_address, fetch, save
from allanite.errors import UsageError

ADDRESS = "https://publisher.example/data/outlines.zip?form=full"
ZIP = b"PK\x03\x04" + b"rows" * 100


class Answer(io.BytesIO):
    """The answer of a server: headers and a body."""

    def __init__(self, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(body)
        self.headers = headers or {}


def test_a_file_arrives_whole_with_its_digest(tmp_path: Path) -> None:
    found = save(Answer(ZIP, {"Content-Length": str(len(ZIP))}), ADDRESS, tmp_path / "into", 10**6)
    assert found.path == tmp_path / "into" / "outlines.zip"
    assert found.path.read_bytes() == ZIP
    assert found.bytes == len(ZIP)
    assert found.sha256 == hashlib.sha256(ZIP).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["into"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(ZIP, {"Content-Length": "999"}), "cut short"),
        (Answer(ZIP, {"Content-Length": "99999999"}), "larger than 0 MB"),
        (Answer(ZIP * 99), "larger than 0 MB"),
        (Answer(b"  <!DOCTYPE html><p>log in"), "a web page"),
        (Answer(b""), "nothing"),
    ],
)
def test_what_is_not_the_file_leaves_nothing_behind(
    tmp_path: Path, answer: Answer, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        save(answer, ADDRESS, tmp_path / "into", 10_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://p.example/a/PV.EST?downloadformat=csv", "PV.EST.zip"),
        ("https://p.example/", "download.zip"),
        ("https://p.example/..%2F..%2Fetc", "2F..-2Fetc.zip"),
    ],
)
def test_the_name_comes_from_the_address_and_stays_in_the_folder(
    tmp_path: Path, address: str, name: str
) -> None:
    assert save(Answer(ZIP), address, tmp_path, 10**6).path == tmp_path / name


@pytest.mark.parametrize("address", ["http://p.example/a", "file:///etc/hostname", "ftp://p/a", ""])
def test_only_https_is_fetched(address: str) -> None:
    with pytest.raises(UsageError, match="only https"):
        check_address(address)


def test_an_unreachable_host_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot reach 127\.0\.0\.1"):
        fetch("https://127.0.0.1:9/file.zip", tmp_path / "into", 10**6)
    assert list(tmp_path.iterdir()) == []
