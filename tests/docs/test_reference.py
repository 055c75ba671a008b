"""The generated reference is the one that the declarations give."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from allanite.catalogue.tables import TABLES
from allanite.present.reference import TABLES_PAGE, tables_page, write_reference

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / TABLES_PAGE


def test_the_page_of_tables_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == tables_page(TABLES), "run make docs"


def test_every_table_and_column_is_described() -> None:
    page = tables_page(TABLES)
    for schema in TABLES.values():
        assert f"### `{schema.name}`" in page
        assert schema.description.endswith(".")
        for column in schema.columns:
            assert column.description, f"{schema.name}.{column.name}"
            assert f"| `{column.name}` |" in page


def test_the_page_is_written_to_a_new_folder(tmp_path: Path) -> None:
    path = write_reference(tmp_path / "docs" / "reference")
    assert path.read_text(encoding="utf-8") == tables_page(TABLES)


def test_the_page_of_commands_is_up_to_date(tmp_path: Path) -> None:
    page = tmp_path / "cli.md"
    command = ["typer", "allanite.cli.app", "utils", "docs", "--name", "allanite", "--output", page]
    subprocess.run([sys.executable, "-m", *map(str, command)], check=True, capture_output=True)
    assert (PAGE.parent / "cli.md").read_text(encoding="utf-8") == page.read_text(
        encoding="utf-8"
    ), "run make docs"
