"""Finance parameters: ranges that hold their value, and countries and materials that exist."""

from __future__ import annotations

from allanite.catalogue.store import Release
from allanite.studies.contracts.parameters import load_parameters


def test_ranges_hold_their_value(release: Release) -> None:
    for table, value in (("finance_parameters", "value"), ("site_running_costs", "running_cost")):
        for row in release.rows(table):
            assert row["low"] <= row[value] <= row["high"], row["locator"]
            assert row["note"] and row["reference"], row["locator"]


def test_scopes_exist(release: Release) -> None:
    known = {row["region"] for row in release.rows("regions")}
    known |= {row["material_id"] for row in release.rows("materials")}
    known |= {"WLD", "metal", "alloy", "magnet"}
    assert {row["scope"] for row in release.rows("finance_parameters")} <= known


def test_every_parameter_has_a_value_for_the_world(release: Release) -> None:
    parameters = load_parameters(release)
    for name, _ in parameters.terms:
        if name != "conversion_premium":
            assert parameters.term(name).scope == "WLD", name


def test_low_reliefs_are_marked_as_recalled(release: Release) -> None:
    rows = [r for r in release.rows("finance_parameters") if r["parameter"] == "corporate_tax"]
    assert len(rows) >= 25
    assert all(r["seen"] == "no" and r["quality"] == "assumed" for r in rows)
