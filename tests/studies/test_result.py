import json

import pyarrow as pa
import pytest

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_exposure import SUPPLY_RISK
from allanite.errors import DataError, UsageError
from allanite.record import RunRecord
from allanite.studies.result import Result, read_result, write_result


def result(**changes) -> Result:
    row = {
        "region": "JPN",
        "commodity": "graphite",
        "year": 2024,
        "hhi": 0.7,
        "status": "ok",
        **changes,
    }
    record = RunRecord(command="supply-risk", parameters={"gap": 0}, data_digest="abc", seed=3)
    return Result(record, {"supply_risk": rows_table(SUPPLY_RISK, [row])})


def test_write_and_read_is_the_identity(tmp_path):
    write_result(result(), tmp_path / "run")
    back = read_result(tmp_path / "run")
    assert back.record == result().record
    assert back.tables["supply_risk"].equals(result().tables["supply_risk"])


def test_same_result_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_result(result(), tmp_path / name)
    files = [p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file()]
    assert len(files) == 2
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize("wrong", [{"hhi": 1.4}, {"status": "fine"}, {"region": None}])
def test_a_fault_leaves_nothing_behind(tmp_path, wrong):
    with pytest.raises(DataError):
        write_result(result(**wrong), tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_fault_keeps_the_older_result(tmp_path):
    write_result(result(), tmp_path / "run")
    with pytest.raises(DataError):
        write_result(result(hhi=-1.0), tmp_path / "run")
    assert read_result(tmp_path / "run").tables["supply_risk"]["hhi"].to_pylist() == [0.7]


def test_tables_that_are_not_declared_results_are_refused(tmp_path):
    for name in ("regions", "anything"):
        odd = Result(result().record, {name: pa.table({"x": [1]})})
        with pytest.raises(DataError, match="not declared as a result"):
            write_result(odd, tmp_path / "run")


def test_columns_in_another_order_are_refused(tmp_path):
    table = result().tables["supply_risk"]
    turned = Result(result().record, {"supply_risk": table.select(table.column_names[::-1])})
    with pytest.raises(DataError, match="columns"):
        write_result(turned, tmp_path / "run")


def test_folder_with_other_files_is_not_overwritten(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(UsageError, match="other files"):
        write_result(result(), tmp_path)
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_no_result_and_broken_record_are_named(tmp_path):
    with pytest.raises(UsageError, match=r"record\.json"):
        read_result(tmp_path)
    write_result(result(), tmp_path / "run")
    record = tmp_path / "run" / "record.json"
    record.write_text(json.dumps({"command": "x", "host": "y"}))
    with pytest.raises(DataError, match="run record"):
        read_result(tmp_path / "run")


def test_damaged_table_is_named(tmp_path):
    write_result(result(), tmp_path / "run")
    (tmp_path / "run" / "tables" / "supply_risk.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(DataError, match=r"supply_risk\.parquet"):
        read_result(tmp_path / "run")


def test_unknown_table_of_a_result_names_those_there_are():
    with pytest.raises(UsageError, match="supply_risk"):
        result().table("exposure_shares")
