"""Record files: broken YAML, duplicates, binary content, errata that do not fit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from law_release import DATASET, load_prepare

from allanite.catalogue.documents import MAX_YAML_BYTES, read_yaml
from allanite.catalogue.store import Release
from allanite.errors import DataError
from allanite.law.records import read_records

RECORD = """
- id: {id}
  issuer: China (MOFCOM)
  title: Announcement No. 99 of 2026 - test
  announced: 2026-01-01
  in_force_from: 2026-01-01
  materials: {{elements: [Dy]}}
  stage: [oxide]
  destinations: [world]
  kind: licence
  sources: [{{url: "https://example.org", date: 2026-01-01, confidence: press, basis: retrieved}}]
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATASET, tmp_path / "policy-controls"))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"controls:\n- id: [unclosed\n", "line"),
        (b"a: 1\na: 2\n", 'found duplicate key "a"'),
        (b"controls: \x00\x01\x02", "binary"),
        (b"\xff\xfe\xff", "UTF-8"),
        (b"", "empty file"),
        (b"a: !!python/object/apply:os.system ['true']\n", "constructor"),
        (b"a: &x [1]\nb: *x\n", "alias"),
        (b"a: " + b"[" * 4000, "nested too deep|line"),
        (b"a: 2025-13-45\n", "month"),
        (b"a: \tb: c\n", "line"),
    ],
)
def test_broken_yaml_gives_one_message_with_file_and_line(
    tmp_path: Path, content: bytes, found: str
) -> None:
    path = tmp_path / "controls.yaml"
    path.write_bytes(content)
    with pytest.raises(DataError, match=found) as caught:
        read_yaml(path)
    (finding,) = caught.value.findings
    assert "controls.yaml" in str(finding)
    assert finding.remedy


def test_the_line_of_the_fault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "controls.yaml"
    path.write_text("controls:\n- id: a\n  title: b\n  title: c\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_yaml(path)
    assert caught.value.findings[0].origin == "controls.yaml:4"


def test_yaml_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "controls.yaml"
    path.write_text("a: " + "x" * MAX_YAML_BYTES, encoding="utf-8")
    with pytest.raises(DataError, match="at most 4 MiB"):
        read_yaml(path)


def _append(text: str) -> Callable[[Path], None]:
    def edit(dataset: Path) -> None:
        path = dataset / "snapshot" / "additions.yaml"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return edit


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(dataset: Path) -> None:
        path = dataset / "snapshot" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (_append(RECORD.format(id="CN-2025-18")), "the id twice"),
        (_append(RECORD.format(id="X").replace("  kind: licence\n", "")), "no kind"),
        (_append("- just a text\n"), "a mapping"),
        (_append(RECORD.format(id="X").replace("[oxide]", "[oxyde]")), "stage 'oxyde'"),
        (_append(RECORD.format(id="X").replace("[Dy]", "[Dx]")), "'Dx'"),
        (_append(RECORD.format(id="X").replace("[world]", "[Atlantis]")), "destination 'Atlantis'"),
        (_append(RECORD.format(id="X").replace("China (MOFCOM)", "Atlantis")), "issuer 'Atlantis'"),
        (
            _append(
                RECORD.format(id="X").replace("in_force_from: 2026-01-01", "in_force_from: soon")
            ),
            "'soon' is not a date",
        ),
        (
            _replace("controls.yaml", "in_force_from: 2010-09\n", "in_force_from: 2010-10\n"),
            "2010-09",
        ),
        (_replace("errata.csv", "CN-2025-56,stage", "CN-2025-99,stage"), "no such control"),
        (
            _replace(
                "controls.yaml", "CN-2025-58, CN-2025-61, CN-2025-62", "CN-2025-58, CN-2025-61"
            ),
            "CN-2025-70 affects",
        ),
    ],
)
def test_a_record_that_does_not_fit_is_named(
    dataset: Path, edit: Callable[[Path], None], found: str
) -> None:
    edit(dataset)
    with pytest.raises(DataError, match=found):
        load_prepare().prepare(dataset)


def test_every_erratum_keeps_old_and_new_value_with_a_reason(law_release: Release) -> None:
    rows = law_release.rows("control_errata")
    assert len(rows) >= 30
    for row in rows:
        assert row["reason"]
        if row["verdict"] == "corrected":
            assert row["old_value"]
            assert row["new_value"]
            assert row["url"]
            assert row["applied"]


def test_errata_stand_in_the_records(dataset: Path) -> None:
    records = read_records(dataset / "snapshot").records
    assert str(records["CN-2010-JP-EMBARGO"]["in_force_from"]) == "2010-09-21"
    assert records["CN-2026-0622-US-ENT"]["title"].startswith("Announcement No. 23 of 2026")
    assert records["CN-2026-H2SO4"]["materials"]["elements"] == ["H2SO4"]


def test_snapshot_holds_every_record_of_the_file_and_the_additions(law_release: Release) -> None:
    controls = law_release.table("controls")
    assert controls.num_rows == 39 + 5
    assert set(controls.column("kind").to_pylist()) >= {"ban", "licence", "quota", "suspension"}
