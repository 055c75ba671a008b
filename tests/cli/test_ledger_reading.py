"""Commands `ledger read` and `ledger accept`, run in a group of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from allanite import Release
from allanite.cli import ledger_reading
from allanite.errors import DataError, UsageError

TEXTS = Path(__file__).parents[1] / "ledger" / "reading" / "texts"


@pytest.fixture
def app(release: Release) -> typer.Typer:
    assert release.names  # the release is built
    group = typer.Typer()
    ledger_reading.register(group)
    return group


def run(app: typer.Typer, *arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_texts_are_read_reviewed_and_accepted(app: typer.Typer, tmp_path: Path) -> None:
    out = tmp_path / "found.yaml"
    read = run(app, "read", TEXTS / "alliance.txt", TEXTS / "controls.html", "--out", out)
    assert read.exit_code == 0
    assert "nothing is in the ledger yet" in read.stderr
    assert "Left out of the agreements reported" in read.stdout
    out.write_text(out.read_text().replace("  accept: no", "  accept: yes", 2))
    done = run(app, "accept", out, "--data", tmp_path / "own", "--json")
    assert len(json.loads(done.stdout)["added"]) == 2
    assert (tmp_path / "own" / "claims.csv").read_text().count("own-reading") == 2


def test_json_holds_claims_and_omissions(app: typer.Typer) -> None:
    values = json.loads(run(app, "read", TEXTS / "source.yaml", "--json").stdout)
    assert {"found_claims", "found_omissions"} == set(values)
    text = (TEXTS / "alliance.txt").read_text()
    for row in values["found_claims"]:
        assert text[row["start"] : row["end"]] == row["quote"]


def test_a_list_names_files_and_faulty_ones_can_be_skipped(
    app: typer.Typer, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "good.txt").write_text("China refines 91 per cent of the world's gallium.")
    names = tmp_path / "names.txt"
    names.write_text("# today\nempty.txt\ngood.txt\n")
    with pytest.raises(DataError, match="empty file"):
        run(app, "read", "--list", names)
    skipped = run(app, "read", "--list", names, "--skip-faulty", "--json")
    assert "refused: empty.txt" in skipped.stderr
    assert "no day is known of good.txt" in skipped.stderr


def test_wrong_calls_say_what_to_do(app: typer.Typer, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file to read"):
        run(app, "read")
    with pytest.raises(UsageError, match="--day"):
        run(app, "read", TEXTS / "alliance.txt", "--day", "yesterday")
    other = tmp_path / "other.yaml"
    other.write_text("form: something\n")
    with pytest.raises(DataError, match="another file"):
        run(app, "accept", other, "--data", tmp_path)
