"""Commands `allanite data …`: what they print, and one clear message for every bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from allanite.catalogue.store import Release
from allanite.catalogue.tables import TABLES

Run = Callable[..., tuple[int, str, str]]

HEADER = (
    "nomenclature,year,code,exporter,importer,trade_value,trade_amount,coverage,"
    "source_id,locator,quality"
)
ROW = "HS17,2024,284690,CHN,JPN,1000,20,complete,cepii-baci-202601,own note,assumed"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An empty folder for a reader's own tables."""
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_list_names_every_table_with_its_licences(run_command: Run, release: Release) -> None:
    code, out, _ = run_command("data", "list", "--json")
    rows = {row["table"]: row for row in json.loads(out)}
    assert code == 0
    assert set(rows) == set(release.names)
    assert rows["trade"]["rows"] == 610_620
    assert rows["trade"]["licences"] == "Etalab Open Licence 2.0"


def test_show_prints_rows_and_says_how_many(run_command: Run, release: Release) -> None:
    code, out, _ = run_command("data", "show", "regions", "--limit", 2)
    assert code == 0
    assert f"regions: 2 of {release.table('regions').num_rows} rows" in out
    assert "Aruba" in out
    code, out, _ = run_command("data", "show", "regions", "--limit", 2, "--json")
    assert [row["region"] for row in json.loads(out)] == ["ABW", "AFG"]


def test_show_schema_holds_every_column(run_command: Run) -> None:
    code, out, _ = run_command("data", "show", "trade", "--schema", "--json")
    assert code == 0
    found = {row["column"]: row for row in json.loads(out)}
    assert tuple(found) == TABLES["trade"].column_names
    assert found["trade_amount"]["unit"] == "t"
    assert found["trade_amount"]["at_least"] == 0
    assert "missing is not zero" in found["trade_amount"]["description"]


def test_sources_give_licence_and_citation(run_command: Run) -> None:
    code, out, _ = run_command("data", "sources", "--json")
    assert code == 0
    found = {row["source_id"]: row for row in json.loads(out)}
    assert found["worldbank-wgi"]["licence"] == "CC-BY-4.0"
    assert "BACI" in found["cepii-baci-202601"]["citation"]


def test_sql_answers(run_command: Run) -> None:
    query = "select sum(export_amount) as t from customs_exports where period = '2024' \
        and product = 'magnets' and destination = 'WLD'"
    code, out, _ = run_command("data", "sql", query, "--json")
    assert (code, json.loads(out)) == (0, [{"t": 58152.0}])


@pytest.mark.parametrize("ending", [".csv", ".json", ".parquet", ".xlsx"])
def test_export_writes_the_whole_table(
    run_command: Run, release: Release, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"regions{ending}"
    code, out, err = run_command("data", "export", "regions", "--out", path)
    assert (code, out) == (0, "")
    rows = release.rows("regions")
    assert f"{len(rows)} rows" in err
    if ending == ".parquet":
        assert pq.read_table(path).to_pylist() == rows
    elif ending == ".json":
        assert json.loads(path.read_text(encoding="utf-8")) == rows
    elif ending == ".csv":
        assert len(path.read_text(encoding="utf-8").splitlines()) == len(rows) + 1
    else:
        sheet = openpyxl.load_workbook(path)["regions"]
        assert [cell.value for cell in sheet[2]] == list(rows[0].values())


def test_an_exported_table_can_be_laid_over_the_release(
    run_command: Run, release: Release, own: Path
) -> None:
    run_command("data", "export", "customs_exports", "--out", own / "customs_exports.csv")
    run_command("data", "export", "regions", "--out", own / "regions.xlsx")
    run_command("data", "export", "governance", "--out", own / "governance.parquet")
    code, out, err = run_command("data", "check", "--data", own, "--json")
    assert (code, err) == (0, "")
    rows = {row["table"]: row["rows"] for row in json.loads(out)}
    assert rows["regions"] == release.table("regions").num_rows
    assert rows["customs_exports"] == 59


def test_own_rows_are_marked_in_the_list(run_command: Run, own: Path) -> None:
    (own / "trade.csv").write_text(f"{HEADER}\n{ROW}\n")
    _, out, _ = run_command("data", "list", "--data", own, "--json")
    rows = {row["table"]: row for row in json.loads(out)}
    assert rows["trade"]["own_rows"] is True
    assert rows["trade"]["rows"] == 610_621
    assert rows["regions"]["own_rows"] is False


BAD_TABLES = {
    "missing column": (
        f"{HEADER.replace('exporter,', '')}\n{ROW.replace('CHN,', '')}\n",
        ["trade.csv:1", 'column "exporter" is missing', "allanite data show --schema trade"],
    ),
    "wrong unit": (
        f"{HEADER.replace('trade_amount', 'trade_amount [USD]')}\n{ROW}\n",
        ["trade.csv:1", "'USD' is a money", 'Write "trade_amount [t]"'],
    ),
    "negative mass": (
        f"{HEADER}\n{ROW.replace(',20,', ',-20,')}\n",
        ["trade.csv:2", "-20.0", "at least 0 t", "Check sign and unit"],
    ),
    "unknown region": (
        f"{HEADER}\n{ROW.replace('CHN', 'CHI')}\n",
        ["trade.csv:2", "'CHI'", "a value of regions.region", "add it to table regions"],
    ),
    "duplicate key": (
        f"{HEADER}\n{ROW}\n{ROW}\n",
        ["trade.csv:3", "2 rows with nomenclature='HS17'", "Remove or rename all but one"],
    ),
    "unknown source": (
        f"{HEADER}\n{ROW.replace('cepii-baci-202601', 'hearsay')}\n",
        ["trade.csv:2", "'hearsay'", "a value of sources.source_id"],
    ),
    "text for a number": (
        f"{HEADER}\n{ROW.replace(',20,', ',about 20,')}\n",
        ["trade.csv:2", "'about 20'", "a number in t", "leave it empty"],
    ),
    "broken row": (f"{HEADER}\n{ROW},more\n", ["trade.csv", "Expected 11 columns, got 12"]),
    "empty": ("", ["trade.csv", "an empty file", "Fill the file or remove it"]),
    "binary": ("a\x00b", ["trade.csv", "binary content", "Export it as text again"]),
}


@pytest.mark.parametrize(("text", "words"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_bad_input_gives_one_clear_message(
    run_command: Run, own: Path, text: str, words: list[str]
) -> None:
    (own / "trade.csv").write_text(text)
    target = own.parent / "trade.parquet"
    code, out, err = run_command("data", "export", "trade", "--data", own, "--out", target)
    assert (code, out) == (2, "")
    assert err.startswith("error: 1 fault in the data")
    assert "Traceback" not in err
    message = " ".join(err.split())
    for word in words:
        assert word in message
    assert not target.exists()
    assert [path.name for path in own.parent.iterdir()] == ["own"]


def test_text_that_is_not_utf8_is_refused(run_command: Run, own: Path) -> None:
    (own / "regions.csv").write_bytes("region,name\nXAA,Köln\n".encode("latin-1"))
    code, _, err = run_command("data", "check", "--data", own)
    assert code == 2
    assert "regions.csv: found a byte that is not UTF-8" in err
    assert "Save the file as UTF-8" in err


def test_a_link_that_leaves_the_folder_is_refused(run_command: Run, own: Path) -> None:
    outside = own.parent / "secret.csv"
    outside.write_text(f"{HEADER}\n{ROW}\n")
    (own / "trade.csv").symlink_to(outside)
    code, _, err = run_command("data", "check", "--data", own)
    assert code == 2
    assert "'trade.csv' leaves the folder 'own'" in err


def test_all_faults_of_all_files_come_at_once(run_command: Run, own: Path) -> None:
    (own / "trade.csv").write_text(f"{HEADER}\n{ROW.replace(',20,', ',-20,')}\n")
    (own / "regions.csv").write_text(
        "region,name,kind,source_id,locator,quality\nXAA,A,planet,iso-3166,own,assumed\n"
    )
    code, _, err = run_command("data", "check", "--data", own)
    assert code == 2
    assert "2 faults in the data" in err
    assert "'planet'" in err
    assert "-20.0" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "trades"), "no table 'trades'"),
        (("show", "trades", "--schema"), "no table 'trades'; tables: sources"),
        (("export", "regions", "--out", "regions.doc"), "endings known are .csv, .json"),
        (("export", "regions", "--out", "no/such/regions.csv"), "no folder 'no/such'"),
        (("sql", "drop table regions"), "write one query that reads"),
        (("sql", "select * from '/etc/hostname'"), "query refused"),
        (("sql", "select colour from regions"), "query refused"),
        (("check", "--data", "no-such-folder"), "'no-such-folder' is not a folder"),
        (("update", "nobody"), "no source 'nobody'; sources: "),
    ],
)
def test_wrong_use_gives_one_message(
    run_command: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run_command("data", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert words in err
    assert list(tmp_path.iterdir()) == []


def test_update_without_a_network_says_that_the_release_serves(
    run_command: Run, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "sources.csv").write_text(
        "source_id,publisher,title,version,accessed,url,download,licence,citation\n"
        "natural-earth,P,Outlines,5,2026-11-22,https://127.0.0.1,https://127.0.0.1:9/a.zip,L,C\n"
    )
    monkeypatch.chdir(own.parent)
    code, out, err = run_command("data", "update", "natural-earth", "--data", own)
    assert (code, out) == (2, "")
    assert "cannot reach 127.0.0.1" in err
    assert "serves: Outlines, version 5, taken 2026-11-22. Nothing was written." in err
    assert [path.name for path in own.parent.iterdir()] == ["own"]


def test_update_of_a_source_without_an_address_says_where_to_look(run_command: Run) -> None:
    code, _, err = run_command("data", "update", "iea-critical-minerals")
    assert code == 2
    assert "has no address to download from; see https://www.iea.org" in err


@pytest.mark.parametrize("command", ["list", "show", "check", "sources", "export", "sql", "update"])
def test_help_shows_an_example(run_command: Run, command: str) -> None:
    code, out, _ = run_command("data", command, "--help")
    assert code == 0
    assert f"allanite data {command}" in out
    assert "Example" in out


def test_a_source_cannot_name_the_folder_it_is_written_to(
    run_command: Run, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own.parent)
    (own / "sources.csv").write_text(
        "source_id,publisher,title,version,accessed,url,download,licence,citation\n"
        "../up,P,T,1,2026-11-22,https://127.0.0.1,https://127.0.0.1:9/a.zip,L,C\n"
        "plain,P,T,1,2026-11-22,https://127.0.0.1,file:///etc/hostname,L,C\n"
    )
    code, _, err = run_command("data", "update", "../up", "--data", own)
    assert code == 2
    assert "leaves the folder 'allanite-data'" in err
    code, _, err = run_command("data", "update", "plain", "--data", own)
    assert code == 2
    assert "only https addresses are fetched" in err
    assert list(own.parent.iterdir()) == [own]
