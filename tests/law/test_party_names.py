"""Names in three scripts, hostile names, and what a candidate tells."""

from __future__ import annotations

import pytest

from allanite.errors import UsageError
from allanite.law.parties.index import load_parties, party_index
from allanite.law.parties.matching import POSSIBLE, STRONG, explained_likeness
from allanite.law.parties.names import fold
from allanite.law.parties.records import Party


@pytest.fixture(scope="module")
def index(release):
    return load_parties(release)


@pytest.mark.parametrize(
    ("name", "party"),
    [
        ("Lynas Rare Earths Ltd.", "LYNAS"),
        ("LYNAS RARE EARTHS LIMITED", "LYNAS"),
        ("ＴＤＫ株式会社", "TDK"),
        ("TDK㈱", "TDK"),
        ("株式会社TDK", "TDK"),
        ("三菱マテリアル株式会社", "MITSUBISHI_MATERIALS"),
        ("三菱ﾏﾃﾘｱﾙ", "MITSUBISHI_MATERIALS"),
        ("日東電工㈱", "NITTO_DENKO"),
        ("日东电工", "NITTO_DENKO"),
        ("中国北方稀土(集团)高科技股份有限公司", "CHINA_NORTHERN"),
        ("中國北方稀土（集團）高科技股份有限公司", "CHINA_NORTHERN"),
        ("盛和資源", "SHENGHE"),
        ("盛和资源控股股份有限公司", "SHENGHE"),
        ("Ma'aden", "MAADEN"),
        ("Ma’aden", "MAADEN"),
        ("Tẽch", None),
    ],
)
def test_a_name_in_any_script_is_an_exact_hit_or_none(index, name, party):
    found = index.match(name)
    exact = [c.party_id for c in found if c.is_exact]
    assert exact == ([] if party is None else [party])


@pytest.mark.parametrize(
    ("name", "party", "least"),
    [
        ("Norhtern Minerals", "NORTHERN_MINERALS", POSSIBLE),
        ("China Northern Rare Eart", "CHINA_NORTHERN", STRONG),
        ("Rare Earth China Northern", "CHINA_NORTHERN", STRONG),
        ("赣州虔东", "GANZHOU_QIANDONG", POSSIBLE),
        ("三菱重工", "MHI_AERO_ENGINES", POSSIBLE),
        ("盛和", "SHENGHE", POSSIBLE),  # too short for a part, but it reads as the name
    ],
)
def test_a_name_that_is_nearly_one_is_a_candidate_with_a_reason(index, name, party, least):
    found = {c.party_id: c for c in index.match(name)}
    assert found[party].score >= least
    assert not found[party].is_exact and found[party].score < 100
    assert found[party].why


def test_a_chinese_name_is_read_aloud(index):
    known = party_index([Party(party_id="X", name="Zhenghai Magnetics")])
    (found,) = known.match("正海磁业")
    assert (found.party_id, found.score) == ("X", 85.0)
    assert "reading" in found.why
    assert known.match("正海ジャパン") == ()  # kana: Japanese, read otherwise


@pytest.mark.parametrize(
    "name", ["Rare Earth Resources", "Materials Group", "稀土", "Holdings", "MPs"]
)
def test_words_of_the_whole_trade_decide_nothing(index, name):
    assert all(c.score < STRONG for c in index.match(name))


def test_a_short_name_matches_whole_or_not_at_all(index):
    assert [c.party_id for c in index.match("TDK")] == ["TDK"]
    assert "TDK" not in {c.party_id for c in index.match("TDX")}


@pytest.mark.parametrize(
    "name", ["", "   ", "\u202e\u202c", "\u200b", "...", "\u0301\u0302", "\x00\x01", "、。"]
)
def test_a_name_of_nothing_means_nobody(index, name):
    assert index.match(name) == ()


@pytest.mark.parametrize(
    ("hostile", "plain"),
    [
        ("\u202eTDK\u202c", "TDK"),
        ("T\u200bD\u200dK", "TDK"),
        ("L\u0301y\u0308n\u0336a\u0337s", "Lynas"),
        ("ＭＰ　Ｍａｔｅｒｉａｌｓ", "MP Materials"),
        ("TDK\x00", "TDK"),
        ("ｶﾞｽ", "ガス"),
        ("カ\u3099ス", "ガス"),
    ],
)
def test_invisible_signs_and_stacked_marks_hide_no_name(hostile, plain):
    assert fold(hostile) == fold(plain)


def test_voiced_and_unvoiced_kana_stay_different():
    assert fold("ガス") != fold("カス")


def test_a_name_of_ten_thousand_letters_is_refused_with_a_remedy(index):
    with pytest.raises(UsageError, match=r"10,000 letters.*at most 500"):
        index.match("A" * 10_000)


def test_an_undecided_name_is_never_decided(index):
    with pytest.raises(UsageError, match=r"not decided; give the id.*CHINA_RE_GROUP"):
        index.party("China Rare Earth Grp")
    with pytest.raises(UsageError, match="no party is called 'Zzyzx'"):
        index.party("Zzyzx")


@pytest.mark.parametrize(
    "name", ["Lynas Rare", "Norhtern Minerals", "MP Minerals", "Zhenghai", "Rare Earth", "Daido Co"]
)
def test_names_left_out_for_speed_could_not_have_been_candidates(index, name):
    wanted, best = fold(name), {}
    for party, folded in zip(index.names.parties, index.names.folded, strict=True):
        score = round(explained_likeness(wanted, folded)[0], 1)
        if score >= POSSIBLE:
            best[party] = max(score, best.get(party, 0))
    found = {c.party_id: c.score for c in index.match(name)}
    if any(c.is_exact for c in index.match(name)):
        best = {party: score for party, score in best.items() if score == 100}
    assert found == dict(sorted(best.items(), key=lambda x: (-x[1], x[0]))[:8])


def test_two_parties_of_one_name_are_both_candidates_and_neither_is_taken():
    index = party_index([Party(party_id="A", name="Neo Ltd"), Party(party_id="B", name="Neo Corp")])
    assert [(c.party_id, c.is_exact) for c in index.match("NEO")] == [("A", True), ("B", True)]
    with pytest.raises(UsageError, match="not decided"):
        index.party("NEO")
