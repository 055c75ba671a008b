"""The Python functions under the names of the commands."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import allanite as al


@pytest.fixture(scope="module")
def network(release: al.Release) -> al.ReconciledNetwork:
    return al.load_network(release, draws=4)


def test_every_public_name_is_there() -> None:
    assert dir(al) == list(al.__all__)
    assert all(getattr(al, name) is not None for name in al.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        al.nothing  # noqa: B018


def test_exposure_converts_to_pandas_and_polars(network: al.ReconciledNetwork) -> None:
    result = al.trace_exposure(
        network, region="JPN", end_use="EV and hybrid traction motors", elements=["Dy"]
    )
    table = result.tables["exposure_by_country"]
    frame, polars = table.to_pandas(), pl.from_arrow(table)
    assert isinstance(polars, pl.DataFrame)
    assert len(frame) == polars.height == table.num_rows > 0
    assert set(frame["demand_region"]) == {"JPN"}
    sums = frame.groupby("stage")["share"].sum()
    assert (sums <= 1 + 1e-9).all()
    assert result.record.data_digest == network.release.digest


def test_one_element_of_one_demand_is_part_of_the_whole(network: al.ReconciledNetwork) -> None:
    one = al.trace_exposure(network, region="USA", elements=["Nd"], stages=["magnet"])
    rows = one.tables["exposure_by_country"].to_pylist()
    assert max(rows, key=lambda row: row["share"])["origin_country"] == "CHN"


def test_unknown_region_names_its_neighbours(network: al.ReconciledNetwork) -> None:
    with pytest.raises(al.ModelError, match="JPN"):
        al.trace_exposure(network, region="JPM")


def test_law_in_python(release: al.Release) -> None:
    states = al.law_state(
        release, date(2025, 10, 28), material="Dy oxide", destination="JPN", issuer="CHN"
    )
    in_force = {r["control_id"] for r in states.to_pylist() if r["state"] == "in_force"}
    assert {"CN-2025-18", "CN-2025-62"} <= in_force
    changes = al.law_diff(release, date(2025, 10, 1), date(2025, 10, 1))
    assert changes.num_rows == 0


def test_the_same_seed_gives_the_same_rates(release: al.Release) -> None:
    first, second = (al.load_network(release, seed=7, draws=2) for _ in range(2))
    assert first.baseline.draws.route_rate.tobytes() == second.baseline.draws.route_rate.tobytes()
    other = al.load_network(release, seed=8, draws=2)
    assert other.baseline.draws.route_rate.tobytes() != first.baseline.draws.route_rate.tobytes()


def test_a_product_is_screened(release: al.Release) -> None:
    from allanite.studies.screening.samples import SAMPLE_SALES, sample_path

    days = {"on": date(2026, 12, 1), "delivery": date(2027, 3, 1)}
    sale = al.Sale(**days, **SAMPLE_SALES["fin-actuator"])
    result = al.screen_product(release, sample_path("fin-actuator"), sale)
    frame = result.table("screening_verdicts").to_pandas()
    row = frame[(frame.part_id == "FA-111") & (frame.rule_id == "US-DFARS-7052")].iloc[0]
    assert (row.outcome, row.outcome_on_delivery) == ("clear", "unknown")
    assert result.record.seconds == 0
    again = al.screen_product(release, sample_path("fin-actuator"), sale)
    assert again.record == result.record
