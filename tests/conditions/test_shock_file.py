"""Shock files: every kind read, every fault told at once, hostile content refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conditions.small_world import small_words, small_world
from tests.conftest import ROOT

from allanite.conditions.atlas import make_atlas
from allanite.conditions.shock_file import KINDS, read_shocks
from allanite.conditions.shocks import Shock
from allanite.errors import DataError
from allanite.law.controls import Controls
from allanite.network.supply import SupplyNetwork

ATLAS = make_atlas(small_world(), small_words())
DAYS = "from: 2027-01-01\n    to: 2027-06-30"
GOOD = f"""
shocks:
  - kind: outage
    place: AAA
    stage: separation
    {DAYS}
  - kind: power cut
    site: SEP
    share_left: 0.5
    {DAYS}
  - kind: closure
    origin: Aland
    destinations: [EU]
    elements: [Dy]
    {DAYS}
  - kind: border
    origin: AAA
    destination: BBB
    {DAYS}
  - kind: demand surge
    region: BBB
    end_use: cars
    change: 0.2
    {DAYS}
  - kind: price move
    material: oxide
    change: 1
    {DAYS}
  - kind: stock lock
    place: BBB
    holder: state
    {DAYS}
"""


def _read(tmp_path: Path, text: str) -> tuple[Shock, ...]:
    path = tmp_path / "shocks.yaml"
    path.write_text(text, encoding="utf-8")
    return read_shocks(path, ATLAS, {"oxide": 1.0})


def test_every_kind_is_read(tmp_path: Path) -> None:
    found = _read(tmp_path, GOOD)
    assert [type(shock) for shock in found] == list(KINDS.values())


def test_the_how_to_reads_on_the_shipped_network(
    tmp_path: Path, network: SupplyNetwork, controls: Controls
) -> None:
    page = (ROOT / "docs" / "how-to" / "write-a-shock.md").read_text(encoding="utf-8")
    path = tmp_path / "shocks.yaml"
    path.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    atlas = make_atlas(network, controls.words)
    found = read_shocks(path, atlas, {"ox_dy": 250_000.0})
    assert {type(shock) for shock in found} == set(KINDS.values())


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = f"""
shocks:
  - kind: outige
    {DAYS}
  - kind: outage
    place: SEPP
    {DAYS}
  - kind: demand surge
    region: BBB
    change: -0.2
    size: 3
    from: 2027-01-01
  - kind: power cut
    site: SEP
    from: 2023-01-01
    to: 2023-02-01
  - kind: closure
    origin: AAA
    destinations: [Cland]
    {DAYS}
  - kind: price move
    material: oxyde
    change: .nan
    {DAYS}
  - just words
"""
    with pytest.raises(DataError) as raised:
        _read(tmp_path, text)
    told = str(raised.value)
    for part in (
        "shocks[shock 1, kind] (shocks.yaml): found 'outige'; allowed: a kind of shock; nearest:"
        " 'outage'",
        "shocks[shock 2]",
        "nearest: 'SEP'",
        "shocks[shock 3, change] (shocks.yaml): found -0.2; allowed: a share of the normal",
        "shocks[shock 3, to] (shocks.yaml): found no value; allowed: a date",
        "a key no demand surge has",
        "shock begins 2023-01-01, before the data; begin in 2024 or later",
        "no place 'Cland'",
        "shocks[shock 6, change] (shocks.yaml): found nan",
        "shocks[shock 7] (shocks.yaml): found 'just words'",
    ):
        assert part in told
    assert len(raised.value.findings) == 9


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("shocks: []", "found 0 shocks; allowed: 1 to 1000"),
        ("- 1", "one key `shocks` with a list"),
        ("shocks:\n  - kind: outage\nmore: 1", "one key `shocks` with a list"),
        ("shocks: !!python/object/apply:os.system [ls]", "YAML of a shock file"),
        ("shocks:\n  - kind: [outage]", "a kind of shock"),
        (
            "shocks:\n  - kind: power cut\n    site: SEP\n    from: 2027-02-30",
            "day is out of range",
        ),
        (f"shocks:\n  - kind: power cut\n    site: SEP\n    share_left: true\n    {DAYS}", "True"),
        ("\x00", "binary content"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DataError, match="fault") as raised:
        _read(tmp_path, text)
    assert told in str(raised.value)


def test_a_file_of_shared_lists_stays_small_in_its_message(tmp_path: Path) -> None:
    nine = [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 12)]
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]", *nine]
    text = "\n".join(["shocks:", "  - kind: power cut", "    site:"])
    nested = "\n".join(f"      {line}" for line in lines)
    with pytest.raises(DataError) as raised:
        _read(tmp_path, f"{text}\n{nested}\n    {DAYS}")
    assert len(str(raised.value)) < 2000


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="at most 1 MiB"):
        _read(tmp_path, "# " + "x" * 1024**2)
