"""Products screened whole: decided cases by hand, days, parties, proofs, what is not asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from screens import DECEMBER, asked, sale, screened, verdict

from allanite import ReconciledNetwork, Release, load_network
from allanite.catalogue.tables.results_verdicts import OUTCOME_WORDS
from allanite.errors import UsageError
from allanite.studies.result import check_result
from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.read_bom import read_bom
from allanite.studies.screening.samples import SAMPLE_SALES, SAMPLES, sample_path
from allanite.studies.screening.study import screen

DFARS = "US-DFARS-7052"
SHORT = dict(
    zip(
        OUTCOME_WORDS,
        ("PR", "DP", "DT", "CC", "LR", "NE", "DU", "RO", "EL", "--", "la", "??"),
        strict=True,
    )
)


def magnet(**more: object) -> dict[str, object]:
    """A motor magnet of Japanese metal, made in the United States."""
    base = {"part_id": "m", "material": "N42SH", "mass": 40, "mass_unit": "g", "value": 4,
            "currency": "USD", "recycled_share": 0, "supplier": "Magnet house"}  # fmt: skip
    return base | {"country_made": "USA", "country_metal": "JPN"} | more


@pytest.fixture(scope="module")
def network(release: Release) -> ReconciledNetwork:
    return load_network(release, draws=0)


def test_the_bar_widens_on_the_first_of_january(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    """A US magnet of Japanese metal and Chinese oxide: clear in December, barred in January."""
    rows = [{"part_id": "motor"}, magnet(parent_id="motor", country_separated="CHN")]
    days = sale(date(2026, 12, 31), date(2027, 1, 1), contract="dod")
    tables = screened(tmp_path, rows, release, lexicon, days)
    for part in ("motor", "m"):
        found = verdict(tables, part, DFARS)
        assert (found["outcome"], found["outcome_on_delivery"]) == ("clear", "prohibited")
        assert found["next_change"] == date(2027, 1, 1)
        assert found["next_outcome"] == "prohibited"


def test_a_chinese_magnet_is_barred_on_both_days(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    rows = [{"part_id": "motor"}, magnet(parent_id="motor", country_made="CHN")]
    found = verdict(
        screened(tmp_path, rows, release, lexicon, sale(contract="dod")), "motor", DFARS
    )
    assert found["outcome"] == found["outcome_on_delivery"] == "prohibited"
    assert found["certainty"] == "decided"


def test_an_exception_counts_only_where_it_is_claimed(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    rows = [magnet(country_made="CHN")]
    for stated, outcome in (
        ({}, "prohibited"),
        ({"nonavailability_determination": "yes"}, "clear"),
        ({"nonavailability_determination": "?"}, "unknown"),
    ):
        one = sale(contract="dod", stated=stated)
        assert verdict(screened(tmp_path, rows, release, lexicon, one), "m", DFARS)["outcome"] == (
            outcome
        )


def test_nothing_known_is_never_clear(tmp_path: Path, release: Release, lexicon: Lexicon) -> None:
    """A row with a name alone, of a sale of which nothing is stated.

    A rule may still not be in force, and those of programmes are not asked.
    """
    tables = screened(tmp_path, [{"part_id": "p"}], release, lexicon, sale(country_to="USA"))
    words = {r["rule_id"]: r["outcome"] for r in tables["screening_verdicts"].to_pylist()}
    assert set(words.values()) <= {"unknown", "unknown_status"}


@pytest.mark.parametrize("column", ["country_made", "country_metal", "country_separated"])
def test_one_unknown_origin_is_not_clear_in_2027(
    tmp_path: Path, release: Release, lexicon: Lexicon, column: str
) -> None:
    known = {"country_mined": "AUS", "country_separated": "MYS", "recycled_share": 0}
    one = sale(contract="dod")
    whole = screened(tmp_path, [magnet(**known)], release, lexicon, one)
    assert verdict(whole, "m", DFARS)["outcome_on_delivery"] == "clear"
    tables = screened(tmp_path, [magnet(**known, **{column: ""})] if column != "country_separated"
                      else [magnet(**{**known, column: ""})], release, lexicon, one)  # fmt: skip
    assert verdict(tables, "m", DFARS)["outcome_on_delivery"] == "unknown"
    assert ("m", column) in asked(tables)


def test_what_an_assembly_misses_is_asked_of_the_part_inside(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    rows = [
        {"part_id": "motor", "supplier": "Motor house", "hts_code": "8501.53"},
        magnet(parent_id="motor"),
        {"part_id": "box", "parent_id": "motor", "supplier": "Box house"},
    ]
    found = asked(screened(tmp_path, rows, release, lexicon, sale(contract="dod")))
    assert ("m", "country_mined") in found
    assert ("motor", "country_mined") not in found
    assert {fact for part, fact in found if part == "box"} == {"material_classes"}


def test_a_listed_buyer_decides_and_a_candidate_does_not(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    """MHI Shipbuilding stands on the Chinese control list since 24 February 2026."""
    rows = [magnet(country_made="CHN", country_metal="CHN", element_shares="Dy 2 %")]
    way = {"country_from": "CHN", "country_to": "JPN"}
    words = {}
    for name, accepted in (
        ("MHI Shipbuilding", {}),
        ("MHI Shipbuildng", {}),
        ("MHI Shipbuildng", {"MHI Shipbuildng": "MHI_SHIPBUILDING"}),
    ):
        one = sale(buyer=name, accepted=accepted, **way)
        tables = screened(tmp_path, rows, release, lexicon, one)
        decisions = {r["decision"] for r in tables["screening_parties"].to_pylist()}
        words[name, *decisions] = verdict(tables, "m", "CN-JP-2026")["outcome"]
    assert words == {
        ("MHI Shipbuilding", "exact"): "prohibited",
        ("MHI Shipbuildng", "candidate"): "unknown",
        ("MHI Shipbuildng", "accepted"): "prohibited",
    }


def test_party_facts_are_those_of_each_day(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    rows = [magnet(country_made="CHN", country_metal="CHN", element_shares="Dy 2 %")]
    one = sale(date(2026, 2, 23), date(2026, 2, 24), buyer="MHI Shipbuilding",
               country_from="CHN", country_to="JPN")  # fmt: skip
    found = verdict(screened(tmp_path, rows, release, lexicon, one), "m", "CN-JP-2026")
    assert "prohibited" not in found["outcome"]
    assert found["outcome_on_delivery"] == "prohibited"


def test_rules_of_programmes_are_asked_once_the_sale_states_them(
    tmp_path: Path, release: Release, lexicon: Lexicon
) -> None:
    plain = screened(tmp_path, [magnet()], release, lexicon, sale())
    stated = {"tax_credit_type": "45X_wind", "tax_year": "2027", "material_assistance_ratio": "0.9"}
    credit = screened(tmp_path, [magnet()], release, lexicon, sale(stated=stated))
    asked_of = {r["rule_id"]: r for r in plain["screening_rules"].to_pylist()}
    assert "tax_year" in asked_of["US-FEOC-MACR"]["why_not"]
    assert verdict(credit, "m", "US-FEOC-MACR")["outcome"] == "eligible"


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"delivery": date(2026, 1, 1)}, "before the order"),
        ({"end_use": "party"}, "no end use"),
        ({"contract": "nato"}, "no kind of contract"),
        ({"country_to": "Atlantis"}, "Atlantis"),
        ({"country_to": "WLD"}, "no country"),
        ({"stated": {"elements": "Dy"}}, "no fact of a sale"),
        ({"stated": {"cots_end_item": "perhaps"}}, "cannot be read"),
        ({"accepted": {"Nobody": "HINO"}}, "nobody in the sale"),
        ({"accepted": {"Magnet house": "NO_SUCH"}}, "no party"),
    ],
)
def test_a_wrong_sale_gets_a_message(
    tmp_path: Path, release: Release, lexicon: Lexicon, stated: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        screened(tmp_path, [magnet()], release, lexicon, sale(**stated))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SAMPLES)
def test_examples_have_the_verdicts_on_record(
    release: Release,
    lexicon: Lexicon,
    network: ReconciledNetwork,
    check_golden: Callable[[str, str], None],
    name: str,
) -> None:
    """Every part under every rule on 1 December 2026 and 1 March 2027."""
    one = sale(**SAMPLE_SALES[name])
    bom = read_bom(sample_path(name), lexicon)
    tables = screen(release, bom, one, network, lexicon)
    assert check_result(tables) == []
    words = {
        (r["part_id"], r["rule_id"]): f"{SHORT[r['outcome']]}/{SHORT[r['outcome_on_delivery']]}"
        for r in tables["screening_verdicts"].to_pylist()
    }
    rules = list(dict.fromkeys(rule for _, rule in words))
    lines = [f"{name}: order {DECEMBER}, delivery {one.delivery}", *rules, ""]
    lines += [f"{p:<8}{' '.join(words[p, rule] for rule in rules)}" for p in bom.part_id]
    check_golden(f"screening_{name.replace('-', '_')}.txt", "\n".join(lines) + "\n")


def test_other_sources_are_outside_the_watched_country(
    release: Release, lexicon: Lexicon, network: ReconciledNetwork
) -> None:
    bom = read_bom(sample_path("wind-generator"), lexicon)
    tables = screen(release, bom, sale(**SAMPLE_SALES["wind-generator"]), network, lexicon)
    rows = [r for r in tables["screening_sources"].to_pylist() if r["country"] != "none"]
    assert {r["part_id"] for r in rows} == {"WG-221"}
    assert "CHN" not in {r["country"] for r in rows}
    for key in {(r["element"], r["stage"]) for r in rows}:
        shares = [r["share_outside"] for r in rows if (r["element"], r["stage"]) == key]
        assert sum(share or 0 for share in shares) <= 1 + 1e-9
    assert {"AUS", "USA"} <= {r["country"] for r in rows if r["stage"] == "mined"}


def test_substitutes_replace_what_is_in_the_magnet(
    release: Release, lexicon: Lexicon, network: ReconciledNetwork
) -> None:
    bom = read_bom(sample_path("fin-actuator"), lexicon)
    tables = screen(release, bom, sale(**SAMPLE_SALES["fin-actuator"]), network, lexicon)
    told = [r["substitute"] for r in tables["screening_substitutes"].to_pylist()]
    assert "SmCo" not in told, "the magnet is one"
