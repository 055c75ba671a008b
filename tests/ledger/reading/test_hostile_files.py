"""Files that are broken, huge, foreign or meant to harm are refused clearly or read as they are."""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from allanite.errors import DataError, UsageError
from allanite.ledger.reading.candidates import Reading
from allanite.ledger.reading.document import Given, document_of, read_document

CLAIM = "China refines 91 per cent of the world's gallium."


@pytest.mark.parametrize(
    "content",
    [
        CLAIM.encode(),
        codecs.BOM_UTF8 + CLAIM.encode(),
        CLAIM.encode("utf-16"),
        codecs.BOM_UTF16_BE + CLAIM.encode("utf-16-be"),
        CLAIM.encode("utf-32"),
    ],
)
def test_unicode_with_and_without_marks_reads_alike(content: bytes) -> None:
    assert document_of(content, "a.txt").text == CLAIM


def test_another_encoding_is_refused_with_its_remedy_and_read_when_named() -> None:
    content = "L\u2019Europe: 5 tonnes de gallium \u00e0 l\u2019export".encode("cp1252")
    with pytest.raises(DataError, match=r"not utf-8 at position 1.*--encoding"):
        document_of(content, "a.txt")
    assert "\u00e0" in document_of(content, "a.txt", Given(encoding="cp1252")).text


@pytest.mark.parametrize("encoding", ["no-such", "base64", "rot13", "idna\x00"])
def test_encodings_nobody_knows_are_refused(encoding: str) -> None:
    with pytest.raises(UsageError, match="unknown encoding"):
        document_of(b"text", "a.txt", Given(encoding=encoding))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty file"),
        (b" \n\t ", "no text"),
        (b"\x00" * 100, "binary content"),
        (CLAIM.encode("utf-16-le"), "binary content"),
        (bytes(range(1, 32)) * 10, "binary content"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"<html><script>x</script></html>", "without main text"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=what):
        read_document(path)


def test_a_file_of_50_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(DataError, match="at most 5 MiB"):
        read_document(path)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "1," * 500_000,
        "$1 " * 300_000,
        "more than " * 100_000,
        "one rare earth " * 70_000,
        "China processes 91 per cent of gallium and has " * 20_000,
        "\u202e\u0301" * 300_000,
        "Mr. " * 250_000,
        "within six " * 90_000,
        ("word " * 200 + ". ") * 900,
    ],
)
def test_a_megabyte_made_to_be_slow_takes_seconds(
    read_words: Callable[..., Reading], text: str
) -> None:
    """Time grows with the length of a text, not with its square."""
    begun = time.process_time()
    for candidate in read_words(text).candidates:
        assert text[candidate.start : candidate.end] == candidate.quote
    assert time.process_time() - begun < 30


def test_the_page_of_scripts_gives_its_article_alone() -> None:
    page = (Path(__file__).parent / "texts" / "controls.html").read_bytes()
    text = document_of(page, "controls.html").text
    assert "holmium" in text
    for hidden in (
        "99 per cent",
        "500 billion",
        "40 operational",
        "12 more",
        "300 cookies",
        "9 mines",
    ):
        assert hidden not in text


@pytest.mark.parametrize(
    "page",
    [
        "<html>" + "<div>" * 50_000 + CLAIM + "</div>" * 50_000,
        "<html><body><p>" + CLAIM,
        "<html><p>" + CLAIM + "<script>" + "x" * 1_000_000,
        "<!doctype html><table><tr><td>" + CLAIM + "<td><b><i></b></i>",
        "<html><body><p>China refines <b>91</b> per&nbsp;cent of the world&#39;s gallium.</p>",
    ],
)
def test_broken_pages_still_give_their_text(page: str) -> None:
    assert document_of(page.encode(), "a.html").text.startswith("China refines 91 per")


def test_a_page_of_too_many_nodes_is_refused() -> None:
    with pytest.raises(DataError, match="too many nodes"):
        document_of(b"<html><body>" + b"<b>x" * 250_000, "a.html")


def test_a_page_states_its_own_day_and_encoding() -> None:
    head = "<html><meta charset=windows-1252><time datetime='2025-10-28'>t</time>"
    page = head + "<p>caf\u00e9 rare earths"
    document = document_of(page.encode("cp1252"), "a.html")
    assert str(document.day) == "2025-10-28"
    assert "caf\u00e9" in document.text


def test_a_pointer_tells_all_its_faults_and_stays_in_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "source.yaml"
    path.write_text("day: tomorrow\nfile: 5\nsize: 3\n")
    with pytest.raises(DataError) as caught:
        read_document(path)
    assert len(caught.value.findings) == 4
    path.write_text("address: https://a.example\nday: 2025-10-28\nfile: ../../etc/passwd\n")
    with pytest.raises(UsageError, match="leaves the folder"):
        read_document(path)
