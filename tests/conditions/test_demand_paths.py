"""Demand along a path: outlooks between their years, rates of the case."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from allanite.catalogue.store import Release
from allanite.conditions.demand_paths import demand_factors, mean_demand_factors
from allanite.conditions.horizon import Horizon
from allanite.conditions.uncertainty import DemandPath
from allanite.errors import DataError

HORIZON = Horizon(date(2027, 1, 1), step=0.25, count=36)


def test_an_outlook_is_met_in_its_years(release: Release) -> None:
    rates = {
        (row["scenario"], row["year"]): row["demand_rate"]
        for row in release.rows("mineral_demand_outlook")
        if row["mineral"] == "Rare Earth Elements" and row["end_use"] == "totalDemand"
    }
    path = DemandPath(name="a", probability=1.0, outlook="STEPS")
    found = demand_factors(path, release, 2024, HORIZON)["rare earths"]
    early, late = rates["STEPS", 2030] / rates["base", 2024], rates["STEPS", 2035]
    years = HORIZON.years + 0.125
    assert found[4] == pytest.approx(early ** ((years[4] - 2024.5) / 6), rel=1e-9)
    share = (years[20] - 2030.5) / 5
    grown = early * (late / rates["STEPS", 2030]) ** share
    assert found[20] == pytest.approx(grown, rel=1e-9)
    assert (np.diff(found) > 0).all()


def test_rates_of_the_case_stand_in_the_place_of_the_outlook(release: Release) -> None:
    own = DemandPath(name="a", probability=0.25, outlook="NZE", growth=(("rare earths", 0.1),))
    found = demand_factors(own, release, 2024, HORIZON)
    assert found["rare earths"][0] == pytest.approx(1.1 ** (2.5 + 0.125), rel=1e-9)
    still = DemandPath(name="b", probability=0.75)
    mean = mean_demand_factors((own, still), release, 2024, HORIZON)
    assert mean["rare earths"] == pytest.approx(0.25 * found["rare earths"] + 0.75)


def test_shipped_paths_rise_in_their_order(release: Release) -> None:
    names = ("STEPS", "APS", "NZE")
    paths = [DemandPath(name=n, probability=1.0, outlook=n) for n in names]
    last = [demand_factors(p, release, 2024, HORIZON)["rare earths"][-1] for p in paths]
    assert last == sorted(last)


def test_an_unknown_outlook_names_the_known(release: Release) -> None:
    path = DemandPath(name="a", probability=1.0, outlook="STEP")
    with pytest.raises(DataError, match="APS, NZE, STEPS"):
        demand_factors(path, release, 2024, HORIZON)
