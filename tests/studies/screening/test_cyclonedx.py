"""CycloneDX after the specification: a product, nested devices, software in between.

Source: CycloneDX 1.6 and 1.7 JSON reference (ECMA-424): fields bomFormat, specVersion, version,
metadata.component, components, type, bom-ref, supplier, manufacturer, properties.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bills import bill, faults

from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.cyclonedx import cyclonedx_text, sorted_rows
from allanite.studies.screening.read_bom import read_bom, read_parts
from allanite.studies.screening.rollup import roll_up
from allanite.studies.screening.samples import SAMPLES, sample_path

DOCUMENT = {
    "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "version": 1,
    "metadata": {
        "timestamp": "2026-11-20T10:00:00Z",
        "component": {"type": "device", "bom-ref": "drive", "name": "Servo drive"},
    },
    "components": [
        {
            "type": "device",
            "bom-ref": "motor",
            "name": "Motor",
            "supplier": {"name": "Motors Ltd", "url": ["https://example.org"]},
            "components": [
                {
                    "type": "device",
                    "bom-ref": "magnet",
                    "name": "Magnet",
                    "manufacturer": {"name": "Magnet works"},
                    "properties": [
                        {"name": "allanite:quantity", "value": "8"},
                        {"name": "allanite:mass", "value": "12.5"},
                        {"name": "allanite:mass_unit", "value": "g"},
                        {"name": "allanite:material", "value": "N38UH"},
                        {"name": "allanite:country_made", "value": "CHN"},
                        {"name": "allanite:country_made", "value": "JPN"},
                        {"name": "cdx:device:quantity", "value": "1"},
                    ],
                }
            ],
        },
        {
            "type": "firmware",
            "name": "controller",
            "version": "2.1",
            "components": [{"type": "device", "name": "Flash chip"}],
        },
    ],
    "dependencies": [{"ref": "drive", "dependsOn": ["motor"]}],
}


@pytest.mark.parametrize("version", ["1.6", "1.7"])
def test_a_document_is_read(tmp_path: Path, lexicon: Lexicon, version: str) -> None:
    path = tmp_path / "drive.cdx.json"
    path.write_text(json.dumps({**DOCUMENT, "specVersion": version}))
    bom = read_bom(path, lexicon)
    assert bom.part_id == ("drive", "motor", "magnet", "components[1].components[0]")
    assert bom.tree.parent.tolist() == [-1, 0, 1, 0]
    assert bom.supplier[1] == "Motors Ltd"
    assert bom.manufacturer[2] == "Magnet works"
    assert str(bom.country["made"].at(2)) == "CHN JPN"
    assert roll_up(bom).mass.low[0] == 100e6


def test_a_property_we_do_not_know_is_told(tmp_path: Path, lexicon: Lexicon) -> None:
    part = {"type": "device", "name": "a", "properties": [{"name": "allanite:mas", "value": "1"}]}
    text = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [part]})
    assert '"mas" is not a column' in faults(tmp_path / "b.json", text, lexicon)


@pytest.mark.parametrize(
    "broken",
    [
        {"components": {}},
        {"components": [3]},
        {"metadata": []},
        {"components": [{"type": "device", "name": "a", "properties": 3}]},
        {"components": [{"type": "device", "name": "a", "components": "x"}]},
    ],
)
def test_fields_that_are_not_of_the_specification(
    tmp_path: Path, lexicon: Lexicon, broken: dict[str, object]
) -> None:
    text = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", **broken})
    assert "Repair the file" in faults(tmp_path / "b.json", text, lexicon)


@pytest.mark.parametrize("name", SAMPLES)
def test_examples_there_and_back(tmp_path: Path, lexicon: Lexicon, name: str) -> None:
    bom = read_bom(sample_path(name), lexicon)
    table, _ = read_parts(sample_path(name))
    text = cyclonedx_text(sorted_rows(table.to_pylist(), bom.tree.order.tolist()))
    assert text == cyclonedx_text(sorted_rows(table.to_pylist(), bom.tree.order.tolist()))
    path = tmp_path / f"{name}.json"
    path.write_text(text, encoding="utf-8")
    back, findings = read_parts(path)
    assert not findings
    by_id = {row["part_id"]: row for row in back.to_pylist()}
    assert [by_id[row["part_id"]] for row in table.to_pylist()] == table.to_pylist()


def test_a_deep_chain_is_written_and_read(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = [{"part_id": f"c{n}", "parent_id": f"c{n - 1}" if n else None} for n in range(3_000)]
    bom = bill(tmp_path, rows, lexicon)
    path = tmp_path / "chain.json"
    path.write_text(cyclonedx_text(rows))
    back = read_bom(path, lexicon)
    parent = {
        p: back.part_id[q] for p, q in zip(back.part_id, back.tree.parent, strict=True) if q >= 0
    }
    assert parent == {f"c{n}": f"c{n - 1}" for n in range(1, len(bom))}
