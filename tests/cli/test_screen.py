"""Command screen on the release that ships."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
DAYS = ("--on", "2026-12-01", "--delivery", "2027-03-01")
BAD = '=HYPERLINK("http://x","y")'


def test_the_answer_says_what_stops_what_is_open_and_whom_to_ask(run_command: Run) -> None:
    code, out, _ = run_command("screen", "--sample", "fin-actuator", *DAYS)
    assert code == 0
    for words in (
        "Fin control section, four actuators (FA-0), 18 rows; ordered 1 December 2026",
        "Open under US-DFARS-7052, US-UFLPA",
        "facts missing: prohibited or clear of this rule",
        "where it was mined; where it was separated to oxide",
        "FA-111 (Rotor magnet) → facts missing",
        "Weights Ltd: where the magnet or part was made",
        "Taken as given: a determination of nonavailability: no",
        "Not asked, the sale states no such programme: US-FEOC-MACR",
        "No legal advice",
    ):
        assert words in out


def test_a_caught_part_is_told_with_the_reason(run_command: Run) -> None:
    code, out, _ = run_command("screen", "--sample", "ev-motor", *DAYS, "--exit-code")
    assert code == 3
    assert "Parts of it caught by US-S301-MAGNET" in out
    assert "country of origin: CHN ?; customs code: 85051100" in out


def test_a_list_that_is_clear_of_everything_exits_with_nought(
    run_command: Run, tmp_path: Path
) -> None:
    bill = tmp_path / "bill.csv"
    bill.write_text(
        "part_id,material,mass [g],country_made,country_assembled,hts_code,xinjiang_input\n"
        "plate,copper,10,DEU,DEU,7419.80,no\n"
    )
    way = ("--from", "DEU", "--to", "FRA", "--contract", "other")
    stated = ("--fact", "subject_to_ear=no", "--fact", "recipient_country=FRA")
    code, out, _ = run_command("screen", bill, *DAYS, *way, *stated, "--exit-code")
    assert "No rule that was asked catches it" in out
    assert code == 0
    code, _, _ = run_command("screen", bill, *DAYS, "--exit-code")
    assert code == 4


def test_tables_files_and_the_record(run_command: Run, tmp_path: Path) -> None:
    bill = tmp_path / "bill.csv"
    bill.write_text(
        "part_id,name,supplier,material,mass [g]\n"
        f'm,"=cmd|calc","{BAD.replace(chr(34), chr(34) * 2)}",N42SH,4\n'
    )
    made = {name: tmp_path / name for name in ("d.html", "q.csv", "x.xlsx")}
    files = ("--dossier", made["d.html"], "--questionnaire", made["q.csv"], "--out", made["x.xlsx"])
    way = ("--from", "JPN", "--to", "USA", "--contract", "dod", "--draws", "0")
    code, _, err = run_command("screen", bill, *DAYS, *way, *files, "--keep", tmp_path / "kept")
    assert code == 0, err
    with made["q.csv"].open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["supplier"][0] for row in rows} == {"'"}
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    page = made["d.html"].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "=cmd|calc" in page
    with zipfile.ZipFile(made["x.xlsx"]) as book:
        sheets = [book.read(n) for n in book.namelist() if n.startswith("xl/worksheets/")]
    assert len(sheets) == 11
    assert not any(b"<f>" in sheet for sheet in sheets)
    record = json.loads((tmp_path / "kept" / "record.json").read_text(encoding="utf-8"))
    assert len(record["parameters"]["file_digest"]) == 64
    assert record["parameters"]["sale"]["on"] == "2026-12-01"
    assert record["seconds"] == 0


def test_the_same_inputs_give_the_same_bytes(run_command: Run, tmp_path: Path) -> None:
    """Kept, then replayed from the record: tables, record and dossier byte for byte."""
    bill = tmp_path / "bill.csv"
    bill.write_text("part_id,name,material,mass [g]\nm,magnet,N42SH,4\n")
    first, again = tmp_path / "first", tmp_path / "again"
    way = ("--to", "USA", "--contract", "dod", "--draws", "2", "--buyer", "Lynas Rare Earths")
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    assert run_command("screen", bill, *DAYS, *way, "--keep", first, "--dossier", pages[0])[0] == 0
    replay = ("--replay", first / "record.json", "--keep", again, "--dossier", pages[1])
    assert run_command("screen", bill, *replay)[0] == 0
    names = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert len(names) == 12
    for name in names:
        assert (first / name).read_bytes() == (again / name).read_bytes(), name
    assert pages[0].read_bytes() == pages[1].read_bytes()
    bill.write_text("part_id,name,material,mass [g]\nm,magnet,N42SH,5\n")
    code, _, err = run_command("screen", bill, *replay)
    assert code == 2
    assert "not the file of the record" in err


def test_one_table_as_json(run_command: Run) -> None:
    sample = ("screen", "--sample", "loudspeaker", *DAYS)
    code, out, _ = run_command(*sample, "--show", "questions", "--json")
    assert code == 0
    assert {"country_metal", "country_separated"} <= {row["fact"] for row in json.loads(out)}
    code, out, _ = run_command(*sample, "--json")
    assert len(json.loads(out)) == 13 * 13


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name,mass\nx,1\n", "part_id"),
        ("part_id,mass,mass_unit\nx,1,stone\n", "stone"),
        ("part_id,country_made\nx,Atlantis\n", "Atlantis"),
        ("part_id,parent_id\na,b\nb,a\n", "a circle of 2"),
        ("part_id,mass [g]\nx,NaN\n", "row 1"),
        ("", "empty"),
        (b"\x00\x01\x02PK\xff", "bill.csv"),
    ],
)
def test_a_bad_list_is_refused_with_one_message(
    run_command: Run, tmp_path: Path, content: str | bytes, words: str
) -> None:
    bill = tmp_path / "bill.csv"
    bill.write_bytes(content if isinstance(content, bytes) else content.encode())
    code, out, err = run_command("screen", bill, *DAYS, "--dossier", tmp_path / "d.html")
    assert code == 2
    assert out == ""
    assert words in err
    assert "Traceback" not in err
    assert not (tmp_path / "d.html").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a bill of materials"),
        (("--sample", "toaster"), "no example"),
        (("--sample", "phone", "--show", "prices"), "--show"),
        (("--sample", "phone", "--on", "tomorrow"), "--on"),
        (("--sample", "phone", *DAYS, "--to", "Atlantis"), "Atlantis"),
        (("--sample", "phone", *DAYS, "--fact", "colour=red"), "no fact of a sale"),
        (("--sample", "phone", *DAYS, "--fact", "cots_end_item"), "name=value"),
        (("--sample", "phone", *DAYS, "--accept-party", "x=HINO"), "nobody in the sale"),
        (("--sample", "phone", *DAYS, "--dossier", "d.pdf", "--draws", "0"), "ends in .html"),
        (("--sample", "phone", "--on", "2027-01-01", "--delivery", "2026-01-01"), "before"),
    ],
)
def test_wrong_arguments_get_one_message(
    run_command: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, _, err = run_command("screen", *arguments)
    assert code == 2
    assert words in err
    assert "Traceback" not in err


def test_a_candidate_is_listed_and_nothing_rests_on_it(run_command: Run) -> None:
    code, out, _ = run_command(
        "screen", "--sample", "fin-actuator", *DAYS, "--buyer", "Shenge Resources"
    )
    assert code == 0
    assert "Not decided: buyer 'Shenge Resources' may be SHENGHE" in out
    assert '--accept-party "Shenge Resources=ID"' in out
