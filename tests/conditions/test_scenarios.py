"""Scenarios: true odds, no rare regime missed, projects that slip together."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest
from tests.conditions.small_uncertainty import (
    PROJECTS,
    all_paths,
    quarters,
    small_chain,
    small_uncertainty,
)

from allanite.conditions.case import load_case
from allanite.conditions.horizon import Horizon
from allanite.conditions.regime_odds import exact_regime_share, regime_share
from allanite.conditions.regime_paths import (
    bridge_paths,
    draw_paths,
    marginals,
    strata_of,
    visit_probability,
)
from allanite.conditions.scenarios import ARRAYS, Scenarios, sample_scenarios
from allanite.errors import UsageError


def sample(count: int, seed: int = 1, importance: float | None = 0.5) -> Scenarios:
    generator = np.random.default_rng(seed)
    return sample_scenarios(
        small_uncertainty(), PROJECTS, quarters(8), count, generator, importance
    )


def test_strata_have_the_odds_of_their_paths() -> None:
    chain = small_chain()
    steps = chain.steps(quarters(5))
    paths = all_paths(chain.initial, steps)
    visits = visit_probability(chain.initial, steps)
    for g in range(3):
        counted = sum(odds for path, odds in paths.items() if g in path)
        assert visits[g] == pytest.approx(counted, abs=1e-12)
    strata = strata_of(chain.initial, steps)
    rarest: Counter[int] = Counter()
    for path, odds in paths.items():
        rarest[min(path, key=lambda g: float(visits[g]))] += odds  # type: ignore[assignment]
    assert {int(g) for g in strata.state} == set(rarest)
    for state, probability in zip(strata.state, strata.probability, strict=True):
        assert probability == pytest.approx(rarest[int(state)], abs=1e-12)


@pytest.mark.parametrize("importance", [None, 0.0, 0.5, 1.0])
@pytest.mark.parametrize("count", [2, 7, 40])
def test_weighted_paths_have_the_odds_of_the_chain(importance: float | None, count: int) -> None:
    chain = small_chain()
    steps = chain.steps(quarters(4))
    truth = all_paths(chain.initial, steps)
    generator = np.random.default_rng(7)
    repeats = 6_000 // count
    found: Counter[tuple[int, ...]] = Counter()
    square: Counter[tuple[int, ...]] = Counter()
    for _ in range(repeats):
        one: Counter[tuple[int, ...]] = Counter()
        paths, weight, _ = draw_paths(chain.initial, steps, count, generator, importance)
        assert weight.sum() == pytest.approx(1.0, abs=1e-12)
        for path, share in zip(paths.tolist(), weight, strict=True):
            one[tuple(path)] += share
        for key, share in one.items():
            found[key] += share  # type: ignore[assignment]
            square[key] += share**2  # type: ignore[assignment]
    assert set(found) <= set(truth)
    for path, odds in truth.items():
        mean = found[path] / repeats
        spread = max((square[path] / repeats - mean**2) / repeats, odds / 6_000) ** 0.5
        assert abs(mean - odds) < 5 * spread, path


def test_weights_are_exact_for_each_stratum() -> None:
    chain = small_chain()
    steps = chain.steps(quarters(8))
    strata = strata_of(chain.initial, steps)
    paths, weight, _ = draw_paths(chain.initial, steps, 16, np.random.default_rng(2))
    for k, state in enumerate(strata.state):
        earlier = strata.state[:k]
        inside = (paths == state).any(axis=1) & ~np.isin(paths, earlier).any(axis=1)
        assert weight[inside].sum() == pytest.approx(strata.probability[k], abs=1e-12)


@pytest.mark.parametrize("case", ["us-japan", "eu"])
def test_thirty_two_scenarios_hold_every_regime_of_the_case(case: str) -> None:
    plan = load_case(case).plan
    assert plan is not None
    for seed in range(20):
        found = sample_scenarios(
            plan.uncertainty, (), plan.horizon, 32, np.random.default_rng(seed)
        )
        assert set(np.unique(found.regime)) == set(range(7))
        assert found.probability.sum() == pytest.approx(1.0, abs=1e-12)


def test_occupancy_is_the_marginal_of_the_chain() -> None:
    uncertainty, horizon = small_uncertainty(), quarters(8)
    truth = marginals(uncertainty.control.initial, uncertainty.control.steps(horizon))
    found = sample(8000)
    for g in range(3):
        share = found.probability @ (found.regime == g)
        assert share == pytest.approx(truth[:, g], abs=0.02)


def test_bridges_end_where_they_must_with_the_odds_of_the_chain() -> None:
    chain = small_chain()
    steps = chain.steps(quarters(3))
    paths = all_paths(chain.initial, steps)
    total = sum(odds for path, odds in paths.items() if path[-1] == 2)
    draws = np.random.default_rng(3).random((20_000, 3))
    found = Counter(map(tuple, bridge_paths(chain.initial, steps, 2, draws).tolist()))
    for path, odds in paths.items():
        wanted = odds / total if path[-1] == 2 else 0.0
        assert found[path] / 20_000 == pytest.approx(wanted, abs=0.015)


def test_prices_outages_and_demand_have_their_odds() -> None:
    found = sample(6000)
    probability = found.probability
    price = marginals(np.array([1.0, 0.0]), np.repeat([[[0.9, 0.1], [0.3, 0.7]]], 7, axis=0))
    assert probability @ (found.price_state == 1) == pytest.approx(price[:, 1], abs=0.025)
    begins, ends = 1 - np.exp(-0.125), 1 / 3
    lost = probability @ found.outage_share[:, :, 0]
    assert lost == pytest.approx(np.full(8, begins / (begins + ends)), abs=0.025)
    begins = 1 - np.exp(-0.25)
    lost = probability @ found.outage_share[:, :, 1]
    assert lost == pytest.approx(np.full(8, 0.4 * begins / (begins + 1)), abs=0.015)
    assert probability @ (found.demand_path == 1) == pytest.approx(0.4, abs=0.01)


def test_projects_have_the_odds_of_their_status_and_slip_together() -> None:
    found = sample(8000, importance=None)
    delay, bad = found.project_delay, found.bad_times
    for j, wanted in ((0, {0: 0.55, 2: 0.3, 4: 0.1, -1: 0.05}), (1, {0: 0.3, 8: 0.4, -1: 0.3})):
        for quarters_late, odds in wanted.items():
            assert (delay[:, j] == quarters_late).mean() == pytest.approx(odds, abs=0.02)
    assert (delay[:, 2] == 0).all()
    assert bad.mean() == pytest.approx(0.2, abs=0.001)
    worse = 4 * 0.05 / (0.95 + 4 * 0.05)
    assert (delay[bad, 0] == -1).mean() == pytest.approx(worse, abs=0.03)
    both = ((delay[:, 0] == -1) & (delay[:, 1] == -1)).mean()
    assert both > 0.05 * 0.3 * 1.3


def test_same_seed_same_bytes_other_seed_other_scenarios() -> None:
    first, second, other = sample(50, 3), sample(50, 3), sample(50, 4)
    for name in ARRAYS:
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
    assert first.regime.tobytes() != other.regime.tobytes()


def test_scenarios_stand_in_the_order_of_their_paths() -> None:
    rows = sample(200).regime.tolist()
    assert rows == sorted(rows)
    assert not sample(5).regime.flags.writeable


def test_shares_by_regime_agree_with_the_chain() -> None:
    chain, horizon = small_chain(), quarters(8)
    exact = exact_regime_share(chain, horizon, (2027, 2028, 2040))
    found = regime_share(sample(8000), (2027, 2028, 2040))
    assert [odds.name for odds in exact] == ["normal", "truce", "embargo-japan", "embargo"]
    for one, other in zip(found, exact, strict=True):
        assert one.quarters == pytest.approx(other.quarters, abs=0.1)
        assert one.spell == pytest.approx(other.spell, rel=0.05)
        assert [p for _, p in one.before] == pytest.approx([p for _, p in other.before], abs=0.02)
    visits = visit_probability(chain.initial, chain.steps(horizon))
    assert exact[2].before == (
        (2027, 0.0),
        (2028, pytest.approx(visit_probability(chain.initial, chain.steps(quarters(4)))[2])),
        (2040, pytest.approx(visits[2])),
    )
    assert sum(odds.quarters for odds in exact[:3]) == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("count", "importance", "horizon", "projects", "message"),
    [
        (0, 0.5, quarters(4), PROJECTS, "0 scenarios"),
        (5, 1.5, quarters(4), PROJECTS, "importance 1.5"),
        (5, 0.5, Horizon(date(2027, 1, 1)), PROJECTS, "quarter"),
        (5, 0.5, quarters(4), PROJECTS * 2, "projects"),
    ],
)
def test_requests_that_do_not_fit_are_refused(
    count: int,
    importance: float,
    horizon: Horizon,
    projects: tuple[tuple[str, str], ...],
    message: str,
) -> None:
    generator = np.random.default_rng(1)
    with pytest.raises(UsageError, match=message):
        sample_scenarios(small_uncertainty(), projects, horizon, count, generator, importance)
