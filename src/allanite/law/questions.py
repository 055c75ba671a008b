"""The two questions about the law, as tables: what holds on a day, and what changed between two."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from allanite.catalogue.store import Release
from allanite.law.controls import load_controls
from allanite.law.state import changes_between, changes_table, state_on, states_table


def law_state(
    release: Release,
    on: date,
    *,
    material: str | None = None,
    stage: str | None = None,
    destination: str | None = None,
    issuer: str | None = None,
    party: str | None = None,
) -> pa.Table:
    """Table `control_states`: every article that covers the question, and its state on a day.

    Raises:
        UsageError: a material, stage, destination or issuer no record knows.
    """
    controls = load_controls(release)
    return states_table(state_on(controls, on, material, stage, destination, issuer, party))


def law_diff(
    release: Release,
    first: date,
    second: date,
    *,
    material: str | None = None,
    stage: str | None = None,
    destination: str | None = None,
    issuer: str | None = None,
) -> pa.Table:
    """Table `control_changes`: articles whose state differs between two days.

    Raises:
        UsageError: a material, stage, destination or issuer no record knows.
    """
    controls = load_controls(release)
    return changes_table(
        changes_between(controls, first, second, material, stage, destination, issuer)
    )
