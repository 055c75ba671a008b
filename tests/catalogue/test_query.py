"""Queries read the release's tables and nothing else."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from allanite.catalogue.query import plain_table, run_query
from allanite.catalogue.store import Release
from allanite.errors import UsageError

TABLES = {
    "sites": pa.table({"site": ["A", "B"], "tonnes": [1.5, None]}),
    "links": pa.table({"origin": ["A"], "destination": ["B"]}),
}


def test_only_the_tables_named_are_loaded() -> None:
    loaded: list[str] = []

    def load(name: str) -> pa.Table:
        loaded.append(name)
        return TABLES[name]

    found = run_query('with s as (from "Sites") select count(*) as n from s', list(TABLES), load)
    assert found.to_pylist() == [{"n": 2}]
    assert loaded == ["sites"]


@pytest.mark.parametrize(
    "query", ["show tables", "select table_name as name from information_schema.tables"]
)
def test_a_query_that_names_no_table_sees_them_all(query: str) -> None:
    found = run_query(query, list(TABLES), TABLES.__getitem__)
    assert sorted(found.column("name").to_pylist()) == ["links", "sites"]


def test_a_join_by_shared_names_is_read() -> None:
    query = "select site, n from sites join (select 'A' as site, 3 as n) using (site)"
    found = run_query(query, list(TABLES), TABLES.__getitem__)
    assert found.to_pylist() == [{"site": "A", "n": 3}]


def test_an_unknown_table_is_refused_with_the_near_ones() -> None:
    with pytest.raises(UsageError, match=r"(?s)Table with name site does not exist.*sites"):
        run_query("select * from site", list(TABLES), TABLES.__getitem__)


@pytest.mark.parametrize(
    "query",
    [
        "copy sites to '{folder}/out.csv'",
        "copy (select 1) to '{folder}/out.csv'",
        "attach '{folder}/out.db'",
        "create table x as select 1",
        "select * from read_text('{folder}/secret.txt')",
        "select * from read_csv('{folder}/secret.txt')",
        "select * from '{folder}/secret.txt'",
        "select * from glob('{folder}/*')",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "pragma enable_profiling",
        "select 1; select 2",
        "",
        "selec",
        "select * from TABLES",
    ],
)
def test_a_query_that_does_more_than_read_tables_is_refused(tmp_path: Path, query: str) -> None:
    (tmp_path / "secret.txt").write_text("a\n1\n")
    with pytest.raises(UsageError):
        run_query(query.format(folder=tmp_path), list(TABLES), TABLES.__getitem__)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.txt"]


def test_results_come_in_plain_columns() -> None:
    query = (
        "select sum(n) as total, 1.25::decimal(5, 2) as ratio, 'nan'::double as nothing, "
        "[1, 2] as list, date '2026-11-22' as day, 1 as same, 2 as same from range(4) t(n)"
    )
    (row,) = run_query(query, [], TABLES.__getitem__).to_pylist()
    assert row["total"] == 6
    assert isinstance(row["total"], int)
    assert row["ratio"] == 1.25
    assert row["nothing"] is None
    assert row["list"] == "[1, 2]"
    assert row["day"].isoformat() == "2026-11-22"
    assert (row["same"], row["same_2"]) == (1, 2)


def test_sums_too_large_for_an_integer_stay_numbers() -> None:
    column = pa.array([10**30], pa.decimal128(38, 0))
    assert plain_table(pa.table({"n": column})).to_pylist() == [{"n": 1e30}]


def test_the_connection_of_a_release_is_locked(release: Release) -> None:
    connection = release.connect(["regions"])
    assert connection.sql("select count(*) from regions").fetchall() == [
        (release.table("regions").num_rows,)
    ]
    with pytest.raises(Exception, match="locked"):
        connection.execute("set enable_external_access = true")
