"""The shipped examples: sums close, figures lie in published ranges, every row has a source."""

from __future__ import annotations

import pytest
from pytest import approx

from allanite.errors import UsageError
from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.read_bom import read_bom, read_parts
from allanite.studies.screening.rollup import check_sums, element_mass, roll_up
from allanite.studies.screening.samples import SAMPLES, sample_path


@pytest.mark.parametrize("name", SAMPLES)
def test_an_example_is_whole(lexicon: Lexicon, name: str) -> None:
    bom = read_bom(sample_path(name), lexicon)
    sums = roll_up(bom)
    assert check_sums(bom, sums) == []
    table, findings = read_parts(sample_path(name))
    assert not findings
    assert table.column("source").null_count == 0
    for stage in ("mined", "separated"):
        assert not bom.country[stage].is_known().all(), "a real list does not know all origins"
    low, high = sums.mass_grams()
    assert low[0] == high[0] > 0


@pytest.mark.parametrize(
    ("name", "magnet", "grams"),
    [
        # POSCO: 2.0 kg a motor; 650 kg a MW (encyclopedia.pub 50309) for 6 MW;
        # 12 slugs of 28 x 8 mm at 7.5 g/cm3; 190 mg (Öko-Institut 2012).
        ("ev-motor", "EM-112", 2_000),
        ("wind-generator", "WG-221", 3_900_000),
        ("loudspeaker", "LS-21", 442.8),
        ("phone", "PH-61", 0.190),
    ],
)
def test_magnets_weigh_what_is_published(
    lexicon: Lexicon, name: str, magnet: str, grams: float
) -> None:
    bom = read_bom(sample_path(name), lexicon)
    mass = roll_up(bom).mass_grams()[0]
    assert mass[bom.part_id.index(magnet)] == approx(grams)


def test_neodymium_of_the_phone_magnet(lexicon: Lexicon) -> None:
    """Öko-Institut (2012), table 25: 0.050 g of neodymium, 0.010 g of praseodymium."""
    bom = read_bom(sample_path("phone"), lexicon)
    sums, magnet = roll_up(bom), bom.part_id.index("PH-61")
    for element, grams in (("Nd", 0.050), ("Pr", 0.010)):
        low, high = element_mass(bom, sums, element)
        assert low[magnet] - 5e-4 <= grams <= high[magnet] + 5e-4


def test_dysprosium_of_the_generator(lexicon: Lexicon) -> None:
    """Carrara et al. (2020): 17 kg of dysprosium a MW is the upper end for 6 MW."""
    bom = read_bom(sample_path("wind-generator"), lexicon)
    sums, magnet = roll_up(bom), bom.part_id.index("WG-221")
    assert element_mass(bom, sums, "Dy")[1][magnet] == approx(6 * 17_000, rel=0.05)


def test_an_unknown_example() -> None:
    with pytest.raises(UsageError, match="there are ev-motor, wind-generator"):
        sample_path("toaster")
