"""The nine mineral chains: published shares come out, and what nobody published stays unknown."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from allanite import Release
from allanite.network.assumptions import Assumptions, load_assumptions
from allanite.network.draft import NetworkDraft
from allanite.network.load import BASE_YEAR, load_network
from allanite.network.mineral_plan import ChainPlan
from allanite.network.mineral_tables import NOT_PUBLISHED, place_of, range_error
from allanite.network.minerals import (
    PRIOR,
    UNKNOWN_STAGE,
    demand_label,
    draft_minerals,
    mineral_observations,
    plan_chains,
    process_name,
)
from allanite.network.observe import load_observations
from allanite.network.reconcile import GROSS_ERROR, Baseline, reconcile_baseline

CHAINS = (
    "gallium",
    "germanium",
    "graphite",
    "tungsten",
    "antimony",
    "cobalt",
    "lithium",
    "nickel",
    "magnesium",
)
Plans = Mapping[str, ChainPlan]


@pytest.fixture(scope="module")
def assumptions(release: Release) -> Assumptions:
    return load_assumptions(release)


@pytest.fixture(scope="module")
def plans(release: Release, assumptions: Assumptions) -> Plans:
    return {plan.chain.name: plan for plan in plan_chains(release, assumptions, BASE_YEAR)}


@pytest.fixture(scope="module")
def baseline(release: Release) -> Baseline:
    return reconcile_baseline(load_observations(release, load_network(release)), seed=1, draws=1)


def published_share(plan: ChainPlan, stage: str, place: str, source: str) -> float:
    made = {at: f.rate for (name, by, at), f in plan.made.items() if (name, by) == (stage, source)}
    rest = plan.rests.get((stage, source))
    return made[place] / (sum(made.values()) + (rest.figure.rate if rest else 0.0))


def reconciled_share(baseline: Baseline, plan: ChainPlan, stage: str, place: str) -> float:
    rates = reconciled_output(baseline, plan, stage)
    return rates[place] / sum(rates.values())


def reconciled_output(baseline: Baseline, plan: ChainPlan, stage: str) -> dict[str, float]:
    (row,) = [s for s in plan.chain.stages if s.name == stage]
    labels = baseline.network.processes.labels
    return {
        place: float(
            baseline.activity_rate[labels.position(f"{place}:{process_name(plan.chain, row)}")]
        )
        for place in plan.makers[stage]
        if place != NOT_PUBLISHED
    }


def test_all_nine_chains_are_there(plans: Plans) -> None:
    assert tuple(plans) == CHAINS


# Shares as the two publishers print them for 2024.
PUBLISHED = [
    ("gallium", "mine", "usgs-mcs-2026", 0.989),
    ("graphite", "mine", "usgs-mcs-2026", 0.819),
    ("tungsten", "mine", "usgs-mcs-2026", 0.821),
    ("antimony", "mine", "usgs-mcs-2026", 0.336),
    ("cobalt", "refining", "iea-critical-minerals", 0.784),
    ("lithium", "refining", "iea-critical-minerals", 0.702),
    ("nickel", "refining", "iea-critical-minerals", 0.313),
    ("magnesium", "refining", "usgs-mcs-2026", 0.879),
]


@pytest.mark.parametrize(("chain", "stage", "source", "share"), PUBLISHED)
def test_china_has_the_published_share_before_reconciliation(
    plans: Plans, chain: str, stage: str, source: str, share: float
) -> None:
    assert published_share(plans[chain], stage, "CHN", source) == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize(("chain", "stage", "source", "share"), PUBLISHED)
def test_china_keeps_it_within_two_points(
    baseline: Baseline, plans: Plans, chain: str, stage: str, source: str, share: float
) -> None:
    assert reconciled_share(baseline, plans[chain], stage, "CHN") == pytest.approx(share, abs=0.02)


def test_germanium_has_no_country_of_origin(plans: Plans) -> None:
    plan = plans["germanium"]
    assert list(plan.makers["mine"]) == [NOT_PUBLISHED]
    assert not plan.made
    assert set(plan.users) == {"USA", NOT_PUBLISHED}


def test_supply_of_unknown_origin_is_no_mine(
    release: Release, plans: Plans, assumptions: Assumptions
) -> None:
    draft = NetworkDraft()
    draft_minerals(draft, release, assumptions, BASE_YEAR)
    stages = {p.stage for p in draft.processes.values() if p.place == NOT_PUBLISHED}
    assert stages == {UNKNOWN_STAGE}
    assert UNKNOWN_STAGE not in {
        p.stage for p in draft.processes.values() if p.place != NOT_PUBLISHED
    }


def test_the_basket_of_seven_metals_is_never_read(release: Release) -> None:
    assert "811292" not in {row["code"] for row in release.rows("mineral_trade_forms")}
    gaps = {row["chain"] for row in release.rows("mineral_gaps") if row["reach"] == "no data"}
    assert {"gallium", "germanium"} <= gaps


def test_withheld_output_is_unknown_and_not_zero(plans: Plans) -> None:
    plan = plans["lithium"]
    assert "USA" in plan.makers["mine"]
    assert not [key for key in plan.made if key[0] == "mine" and key[2] == "USA"]


def test_the_rest_counts_no_country_twice(plans: Plans) -> None:
    # Printed: world 3,861 kt; countries 2,463 + 345 + 116 + 190 + 118 + 100 = 3,332 kt.
    rest = plans["nickel"].rests["mine", "iea-critical-minerals"].figure.rate
    assert rest == pytest.approx(529_000)


def test_united_states_import_lines_take_the_place_of_codes(plans: Plans) -> None:
    # Oxide 24,000 t and metal 4,920 t of antimony, each split by its own shares.
    plan = plans["antimony"]
    into = [f.rate for (s, _, to), f in plan.routes.items() if (s, to) == ("refining", "USA") and f]
    assert sum(into) == pytest.approx(28_920)
    china = plan.routes["refining", "CHN", "USA"]
    assert china is not None
    assert china.rate == pytest.approx(0.66 * 24_000 + 0.22 * 4_920)


@pytest.mark.parametrize("chain", CHAINS)
def test_every_route_starts_where_something_is_made_or_arrives(plans: Plans, chain: str) -> None:
    plan = plans[chain]
    for stage, origin, _ in plan.routes:
        assert origin in plan.takers(stage)


@pytest.mark.parametrize("chain", CHAINS)
def test_every_observation_has_an_error_and_a_source(
    plans: Plans, assumptions: Assumptions, chain: str
) -> None:
    found = mineral_observations(plans[chain], assumptions)
    assert found
    for seen in found:
        assert np.isfinite(seen.figure.rate)
        assert seen.figure.standard_error > 0
        assert seen.figure.source_id and seen.figure.locator
        assert (seen.figure.quality == "assumed") or not seen.what.startswith(PRIOR)


def test_material_is_conserved(baseline: Baseline) -> None:
    largest = float(np.max(baseline.route_rate))
    assert baseline.balance_error <= 1e-6 * largest


def use_of(baseline: Baseline, plan: ChainPlan, region: str) -> float:
    position = baseline.network.demands.labels.position(demand_label(plan, region))
    return float(baseline.demand_rate[position])


@pytest.mark.parametrize(
    ("chain", "region", "low", "high"),
    [
        ("antimony", "USA", 20_000, 27_000),  # apparent use 28,600 t, 3,330 of it secondary
        ("graphite", "USA", 55_000, 70_000),  # apparent use 65,200 t
        ("cobalt", "USA", 5_000, 8_500),  # apparent use 7,960 t, 2,050 of it secondary
        ("germanium", "USA", 18, 28),  # imports 32 t less exports 9 t
        ("magnesium", "JPN", 17_000, 24_000),  # metal of 99.8 % alone; alloys are not in the code
        ("lithium", "KOR", 17_000, 25_000),
    ],
)
def test_use_agrees_with_national_statistics(
    baseline: Baseline, plans: Plans, chain: str, region: str, low: float, high: float
) -> None:
    assert low <= use_of(baseline, plans[chain], region) <= high


def test_every_gross_error_of_a_mineral_chain_is_explained(
    baseline: Baseline, plans: Plans, assumptions: Assumptions, release: Release
) -> None:
    explained = {row["observation"] for row in release.rows("observation_explanations")}
    mine = {
        f"{seen.what} ({seen.figure.source_id})"
        for plan in plans.values()
        for seen in mineral_observations(plan, assumptions)
    }
    residuals = zip(baseline.observations.labels, baseline.residual, strict=True)
    gross = {
        label for label, residual in residuals if label in mine and abs(residual) > GROSS_ERROR
    }
    assert gross
    assert gross <= explained


def test_place_of_a_country() -> None:
    own = frozenset({"CHN", "FIN", "XEU", "XRW"})
    markets = {"FIN": "XEU", "DEU": "XEU", "CHN": "CHN"}
    assert [place_of(r, own, markets) for r in ("FIN", "DEU", "CHN", "ZMB", None)] == [
        "FIN",
        "XEU",
        "CHN",
        "XRW",
        "XRW",
    ]


def test_a_range_is_a_ninety_per_cent_interval() -> None:
    # 0.51 +- 1.645 standard errors of 0.03 reach from 0.461 to 0.559.
    assert range_error(0.51 - 1.6448536 * 0.03, 0.51 + 1.6448536 * 0.03) == pytest.approx(0.03)
