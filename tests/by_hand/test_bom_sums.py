"""Sums of a bill of materials, worked out by hand.

A pump (stated 10 kg, 100 USD) has 2 motors and 1 casing of 4 kg. A motor (mass not stated) has
3 magnets of 200 g NdFeB grade H at 6 USD and a winding of 1.2 kg copper, price not known.

    a motor        3 x 0.2 + 1.2            = 1.8 kg
    parts          2 x 1.8 + 4              = 7.6 kg; stated 10, so 2.4 kg nobody named
    value          parts known: 6 magnets   = 36 USD; a motor is worth at least 18
    Nd, magnets    6 x 200 g x 18 to 30 %   = 216 to 360 g; pump: up to 360 + 2400
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allanite import Release
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.columns import load_lexicon
from allanite.studies.screening.read_bom import read_bom
from allanite.studies.screening.rollup import (
    NO_BOUND,
    check_sums,
    element_mass,
    roll_up,
    unnamed_mass,
)

TEXT = """part_id,parent_id,quantity,mass [g],value [USD],material
pump,,,{pump},100,
motor,pump,2,,,
casing,pump,1,4000,,steel
magnet,motor,3,200,6,NdFeB N42H
winding,motor,1,1200,,copper
"""


def _bom(folder: Path, release: Release, pump: str = "10000") -> Bom:
    path = folder / "pump.csv"
    path.write_text(TEXT.format(pump=pump))
    return read_bom(path, load_lexicon(release))


def test_masses_and_values(tmp_path: Path, release: Release) -> None:
    sums = roll_up(_bom(tmp_path, release))
    low, high = sums.mass_grams()
    assert low.tolist() == high.tolist() == [10_000, 3_600, 4_000, 1_200, 2_400]
    assert sums.mass.of_parts.tolist() == [7_600e6, 3_600e6, 0, 0, 0]
    worth, most = sums.value_dollars()
    assert worth.tolist() == [100, 36, 0, 36, 0]
    assert most.tolist() == [100, np.inf, np.inf, 36, np.inf]


def test_elements(tmp_path: Path, release: Release) -> None:
    bom = _bom(tmp_path, release)
    sums = roll_up(bom)
    assert unnamed_mass(bom, sums).tolist() == [2_400, 0, 0, 0, 0]
    low, high = element_mass(bom, sums, "Nd")
    assert low == pytest.approx([216, 216, 0, 216, 0])
    assert high == pytest.approx([2_760, 360, 0, 360, 0])


def test_without_a_stated_mass_the_parts_are_all(tmp_path: Path, release: Release) -> None:
    bom = _bom(tmp_path, release, pump="")
    sums = roll_up(bom)
    assert sums.mass.low[0] == sums.mass.high[0] == 7_600e6
    assert element_mass(bom, sums, "Nd")[1][0] == pytest.approx(360)


def test_parts_heavier_than_their_assembly_are_told(tmp_path: Path, release: Release) -> None:
    """7.6 kg of parts in a pump of 5 kg: both figures stay in the bounds."""
    bom = _bom(tmp_path, release, pump="5000")
    sums = roll_up(bom)
    (finding,) = check_sums(bom, sums)
    assert "5000 g for pump, whose parts come to 7600 g" in str(finding)
    assert [x[0] for x in sums.mass_grams()] == [5_000, 7_600]
    assert not check_sums(bom, roll_up(_bom(tmp_path, release, pump="7590")))  # rounding


def test_an_unknown_mass_leaves_the_sum_open(tmp_path: Path, release: Release) -> None:
    path = tmp_path / "b.csv"
    path.write_text("part_id,parent_id,mass [g]\na,,\nb,a,5\nc,a,\n")
    sums = roll_up(read_bom(path, load_lexicon(release)))
    assert sums.mass.low.tolist() == [5e6, 5e6, 0]
    assert sums.mass.high.tolist() == [NO_BOUND, 5e6, NO_BOUND]
