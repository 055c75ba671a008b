"""Gaps of the data: what they withhold, where they only warn, and what stays untouched."""

from dataclasses import replace

import pytest
from two_countries import two_country_chain

from allanite.studies.coverage import Coverage, MineralChain
from allanite.studies.exposure import trace_exposure
from allanite.studies.result import check_result
from allanite.studies.world_output import world_output

GOVERNANCE = {"CHN": 0.6, "AUS": 0.3, "MYS": 0.5}
REGIONS = {"JPN": "JPN", "CHN": "CHN", "USA": "USA", "AUT": "XEU", "XEU": "XEU"}


def gap(stage, region, reach, words="gap"):
    return {
        "chain": "testium",
        "stage": stage,
        "region": region,
        "reach": reach,
        "gap": f"{words}.",
        "consequence": "So it is.",
    }


def coverage(*gaps, stages=("mine", "separation"), missing=()):
    chain = MineralChain("testium", "Dy", "Testium, apparent use", stages, missing, gaps)
    return Coverage({"Dy": chain}, REGIONS)


def test_no_data_on_use_withholds_that_stage_and_all_before_it():
    found = coverage(gap("separation", "JPN", "no data"))
    assert found.of_use("Dy", "separation", "JPN").status == "no data"
    assert found.of_use("Dy", "mine", "JPN").status == "no data"
    assert found.of_use("Dy", "mine", "USA").status == "ok"
    assert found.of_use("Nd", "mine", "JPN").status == "ok"


def test_no_data_on_output_leaves_the_stages_after_it():
    found = coverage(gap("mine", "WLD", "no data"))
    assert found.of_use("Dy", "mine", "JPN").status == "no data"
    assert found.of_use("Dy", "separation", "JPN").status == "ok"
    assert found.of_output("Dy", "mine").status == "no data"


def test_a_regions_own_gap_stands_before_that_of_the_world():
    found = coverage(gap("separation", "WLD", "no data"), gap("separation", "USA", "partial"))
    assert found.of_use("Dy", "mine", "USA").status == "partial"
    assert found.of_use("Dy", "mine", "JPN").status == "no data"
    assert found.of_output("Dy", "separation").status == "no data"


def test_a_stage_the_chain_lacks_is_withheld_and_warns_at_the_others():
    found = coverage(gap("refining", "WLD", "no data"), missing=("refining",))
    assert found.of_use("Dy", "refining", "JPN").status == "no data"
    mine = found.of_use("Dy", "mine", "JPN")
    assert (mine.status, mine.caveat) == ("partial", "gap. So it is.")


def test_a_member_country_touches_the_use_of_its_region():
    found = coverage(gap("mine", "AUT", "partial"))
    assert found.of_use("Dy", "mine", "XEU").status == "partial"
    assert found.of_use("Dy", "mine", "JPN").status == "ok"
    assert found.of_origin("Dy", "mine", "AUT").status == "partial"


def rows_of(result, table, stage):
    wanted = ("JPN", "EV motors", "Dy", stage)
    names = ("demand_region", "end_use", "element", "stage")
    return [r for r in result.tables[table].to_pylist() if tuple(r[n] for n in names) == wanted]


@pytest.mark.parametrize("table", ["exposure_shares", "exposure_by_country"])
def test_withheld_questions_have_one_row_without_a_share(table):
    stages = ("mine", "separation", "magnet")
    chain = coverage(gap("separation", "JPN", "no data"), stages=stages).chains["Dy"]
    cover = Coverage({"Dy": replace(chain, end_use="EV motors")}, REGIONS)
    result = trace_exposure(two_country_chain(draws=5), GOVERNANCE, coverage=cover)
    for stage in ("mine", "separation"):
        (row,) = rows_of(result, table, stage)
        assert (row["share"], row["low"], row["status"]) == (None, None, "no data")
        assert (row["origin_country"], row["caveat"]) == ("XUN", "gap. So it is.")
    assert {r["status"] for r in rows_of(result, table, "magnet")} == {"ok"}
    (index,) = rows_of(result, "exposure_concentration", "mine")
    assert index["hhi"] is None and index["top_origin"] is None
    assert check_result(result.tables) == []


def test_an_origin_without_data_keeps_its_row_and_loses_its_share():
    cover = coverage(gap("mine", "AUS", "no data"))
    result = trace_exposure(two_country_chain(), GOVERNANCE, coverage=cover)
    found = {r["origin_country"]: r for r in rows_of(result, "exposure_by_country", "mine")}
    assert found["AUS"]["share"] is None and found["AUS"]["status"] == "no data"
    assert found["CHN"]["share"] == pytest.approx(4 / 9)
    refined = {r["origin_country"]: r for r in rows_of(result, "exposure_by_country", "separation")}
    assert refined["CHN"]["status"] == "ok"


def test_all_withheld_leaves_tables_without_any_share():
    cover = coverage(gap("separation", "WLD", "no data"))
    result = trace_exposure(
        two_country_chain(), GOVERNANCE, stages=["mine"], coverage=cover, demand=("JPN", "all")
    )
    (row,) = result.tables["exposure_by_country"].to_pylist()
    assert (row["demand_region"], row["share"]) == ("JPN", None)


def test_world_output_by_hand_and_without_the_withheld(shipped_baseline):
    baseline, cover = shipped_baseline
    rows = world_output(baseline, cover).to_pylist()
    lithium = {r["country"]: r for r in rows if (r["chain"], r["stage"]) == ("lithium", "mine")}
    assert lithium["USA"]["share"] is None and "Output is withheld." in lithium["USA"]["caveat"]
    shown = [r for r in lithium.values() if r["share"] is not None]
    assert sum(r["share"] for r in shown) == pytest.approx(1.0)
    total = sum(r["rate"] for r in shown)
    assert lithium["AUS"]["share"] == pytest.approx(lithium["AUS"]["rate"] / total)
    assert {r["status"] for r in shown} == {"partial"}
    for chain, stage in (("germanium", "mine"), ("gallium", "refining"), ("graphite", "refining")):
        (row,) = [r for r in rows if (r["chain"], r["stage"]) == (chain, stage)]
        assert (row["share"], row["rate"], row["status"]) == (None, None, "no data")
    assert {r["chain"] for r in rows} == {
        "gallium", "germanium", "graphite", "tungsten", "antimony", "cobalt", "lithium", "nickel",
        "magnesium",
    }  # fmt: skip


@pytest.fixture(scope="module")
def shipped_baseline():
    from allanite.catalogue.store import load_release
    from allanite.network.load import load_network
    from allanite.network.observe import load_observations
    from allanite.network.reconcile import reconcile_baseline
    from allanite.studies.coverage import load_coverage

    release = load_release()
    observations = load_observations(release, load_network(release))
    return reconcile_baseline(observations, seed=1, draws=3), load_coverage(release)
