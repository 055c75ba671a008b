"""Bills of materials as facts, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest import approx
from screens import facts_of

from allanite import Release
from allanite.law.rules.logic import FALSE, MAYBE, TRUE
from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.listed import load_input_prices

MAGNET = {"material": "NdFeB magnet", "mass": 40, "mass_unit": "g"}
LISTED = "listed_share_of_assembly"


def test_the_ratio_of_an_assembly_by_hand(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    """Two magnets of 40 g with 1 % Dy of Chinese metal in a motor of 800 USD.

    Dysprosium: 2 x 40 g x 0.01 = 0.8 g. At p USD/g the inputs are worth 0.8 p, and p lies
    between the bounds of the prices; of the motor that is 0.8 p / 800 = p / 1000, of the magnet,
    worth 4 USD, 0.4 g x p / 4 USD = p / 10. With p from 0.25 to 1.26 USD/g the motor lies across
    the threshold of 0.1 % and the magnet far above it.
    """
    rows = [
        {"part_id": "motor", "value": 800, "currency": "USD", "hts_code": "8501.53"},
        {"part_id": "magnet", "parent_id": "motor", "quantity": 2, **MAGNET, "value": 4,
         "currency": "USD", "element_shares": "Nd 29 %; Dy 1 %; others 0 %",
         "country_metal": "CHN", "country_separated": "CHN"},
    ]  # fmt: skip
    low, high = load_input_prices(release, lexicon.materials).price("Dy")
    facts = facts_of(tmp_path, rows, release, lexicon)
    motor, magnet = facts.numbers[LISTED], facts.numbers["listed_share_of_magnet"]
    assert (motor.low[0], motor.high[0]) == approx((low / 1000, high / 1000))
    assert (magnet.low[0], magnet.high[0]) == approx((low / 10, min(high / 10, 1)))
    assert (magnet.low[1], magnet.high[1]) == approx((low / 10, min(high / 10, 1)))
    assert low == approx(0.25, abs=0.01)
    assert high == approx(1.26, abs=0.01)


@pytest.mark.parametrize(
    ("metal", "separated", "is_open", "is_sure"),
    [
        ("CHN", "JPN", True, True),
        ("JPN", "CHN", True, True),
        ("JPN", "JPN", False, False),
        ("JPN", "", True, False),
        ("CHN; JPN", "JPN", True, False),
        ("none", "none", False, False),
    ],
)
def test_an_input_is_chinese_by_the_stage_at_which_it_is_listed(
    tmp_path: Path,
    release: Release,
    lexicon: Lexicon,
    metal: str,
    separated: str,
    is_open: bool,
    is_sure: bool,
) -> None:
    rows = [
        {"part_id": "m", **MAGNET, "value": 4, "currency": "USD",
         "element_shares": "Nd 29 %; Dy 1 %; others 0 %",
         "country_metal": metal, "country_separated": separated},
    ]  # fmt: skip
    share = facts_of(tmp_path, rows, release, lexicon).numbers[LISTED]
    assert bool(share.high[0] > 0) is is_open
    assert bool(share.low[0] > 0) is is_sure


def test_samarium_oxide_is_no_listed_input(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    """Part 1 of the annex names oxides of Dy and Tb alone."""
    rows = [
        {"part_id": "m", "material": "SmCo5 magnet", "mass": 4, "mass_unit": "g", "value": 4,
         "currency": "USD", "element_shares": "Sm 34 %; Co 66 %; others 0 %",
         "country_metal": "GBR", "country_separated": "CHN"},
    ]  # fmt: skip
    assert facts_of(tmp_path, rows, release, lexicon).numbers[LISTED].high[0] == 0


def test_assemblies_have_the_countries_of_what_rules_look_at(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    rows = [
        {"part_id": "motor", "country_made": "DEU", "country_assembled": "DEU"},
        {"part_id": "m1", "parent_id": "motor", **MAGNET, "country_made": "JPN"},
        {"part_id": "m2", "parent_id": "motor", **MAGNET, "country_made": "CHN"},
        {"part_id": "case", "parent_id": "motor", "material": "steel", "country_made": "ITA"},
    ]
    facts = facts_of(tmp_path, rows, release, lexicon)
    assert facts.text("country_made", 0) == "CHN JPN"
    assert facts.text("country_assembled", 0) == "DEU"
    assert facts.text("country_origin", 0) == "DEU"
    assert facts.text("country_made", 3) == "ITA"


def test_a_part_of_unknown_material_leaves_its_assembly_open(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    rows = [
        {"part_id": "motor"},
        {"part_id": "m1", "parent_id": "motor", **MAGNET, "country_made": "JPN"},
        {"part_id": "box", "parent_id": "motor", "country_made": "CHN"},
    ]
    facts = facts_of(tmp_path, rows, release, lexicon)
    assert facts.text("country_made", 0) == "JPN, perhaps CHN"
    assert facts.text("material_classes", 0).endswith("?")
    assert facts.text("form", 2) == "unknown"
    assert facts.flag("xinjiang_input")[0] == MAYBE


def test_mass_that_nobody_named_may_be_anything(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    case = {"parent_id": "box", "material": "steel", "mass_unit": "g", "hts_code": "7326.90"}
    top = {"part_id": "box", "mass": 1000, "mass_unit": "g", "hts_code": "8479.89"}
    for mass, is_open in ((996, False), (900, True)):
        rows = [top, {"part_id": "case", "mass": mass, **case}]
        facts = facts_of(tmp_path, rows, release, lexicon)
        assert facts.text("material_classes", 0).endswith("?") is is_open
        assert facts.is_known("country_made")[0] is not None


def test_xinjiang_rises_and_a_stated_no_covers_what_is_inside(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    def truth(*values: str) -> int:
        rows = [{"part_id": "top", "xinjiang_input": values[0]}] + [
            {"part_id": f"p{i}", "parent_id": "top", "xinjiang_input": value}
            for i, value in enumerate(values[1:])
        ]
        return int(facts_of(tmp_path, rows, release, lexicon).flag("xinjiang_input")[0])

    assert truth("", "no", "yes") == TRUE
    assert truth("no", "yes", "") == TRUE
    assert truth("no", "", "") == FALSE
    assert truth("", "no", "no") == FALSE
    assert truth("", "no", "") == MAYBE


def test_recycled_magnets_must_all_be_so(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    def truth(*shares: object) -> int:
        rows = [{"part_id": "top"}] + [
            {"part_id": f"p{i}", "parent_id": "top", **MAGNET, "recycled_share": share}
            for i, share in enumerate(shares)
        ]
        return int(facts_of(tmp_path, rows, release, lexicon).flag("recycled_magnet")[0])

    assert truth(1, 1) == TRUE
    assert truth(1, 0) == FALSE
    assert truth(1, None) == MAYBE
    assert truth(1, 0.5) == MAYBE


def test_an_assembly_without_a_code_may_be_a_motor(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    part = {"part_id": "p", "parent_id": "top", "material": "copper"}
    for code, words in (
        ("", "other, perhaps battery motor"),
        ("8501.53", "motor other"),
        ("8479.89", "other"),
    ):
        facts = facts_of(tmp_path, [{"part_id": "top", "hts_code": code}, part], release, lexicon)
        assert facts.text("material_classes", 0) == words


def test_a_magnet_is_from_where_it_was_sintered(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    rows = [
        {"part_id": "magnet", **MAGNET, "country_assembled": "JPN"},
        {"part_id": "bearing", "material": "bearing", "country_assembled": "JPN"},
    ]
    facts = facts_of(tmp_path, rows, release, lexicon)
    assert facts.text("country_origin", 0) == "unknown"
    assert facts.text("country_origin", 1) == "JPN"
