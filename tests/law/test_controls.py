"""Loading control records: gaps, overlaps and branches that do not fit; words of readers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, UsageError
from allanite.law.controls import Controls, load_controls

Row = dict[str, Any]


def _with_periods(release: Release, change: dict[int, Row], control: str) -> Release:
    """The release with cells of the control's period rows changed, by sequence."""
    rows = [
        {**row, **change[row["sequence"]]}
        if row["control_id"] == control and row["sequence"] in change
        else row
        for row in release.rows("control_periods")
    ]
    kept = [row for row in rows if row.get("state") is not None]
    return replace(
        release, overrides={"control_periods": rows_table(TABLES["control_periods"], kept)}
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({1: {"state": None}}, "each day in one period"),
        ({3: {"state": None}}, "two or more named branches"),
        ({0: {"from_date": None, "to_date": None}}, "each day in one period"),
        ({3: {"branch_weight": 0.5}}, "sum to one"),
        ({3: {"branch_weight": None}}, "sum to one"),
        ({4: {"branch": "extended"}}, "two or more named branches"),
        ({2: {"state": "unknown"}}, "two or more named branches"),
        ({3: {"branch": None, "branch_state": None}}, "two or more named branches"),
    ],
)
def test_periods_that_do_not_fit_are_refused(
    law_release: Release, change: dict[int, Row], found: str
) -> None:
    with pytest.raises(DataError, match=found):
        load_controls(_with_periods(law_release, change, "CN-2025-57"))


def test_a_control_without_scope_is_refused(law_release: Release) -> None:
    scope = law_release.table("control_scope")
    kept = [row for row in scope.to_pylist() if row["control_id"] != "CN-2025-18"]
    table = rows_table(TABLES["control_scope"], kept)
    with pytest.raises(DataError, match=r"CN-2025-18 whole.*no scope"):
        load_controls(replace(law_release, overrides={"control_scope": table}))


def test_control_by_id_or_short_title(controls: Controls) -> None:
    assert controls.control("cn-2025-61").control_id == "CN-2025-61"
    assert controls.control("No. 61/2025").control_id == "CN-2025-61"
    with pytest.raises(UsageError, match="CN-2025-61"):
        controls.control("CN-2025-161")


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("Dyx oxide", "dy oxide"), ("dysprosiun", "dysprosium"), ("Dy oxid", "dy oxide")],
)
def test_unknown_material_names_the_nearest(controls: Controls, text: str, nearest: str) -> None:
    with pytest.raises(UsageError, match=nearest):
        controls.words.item(text)


@pytest.mark.parametrize("text", ["", "   ", "zzzz qqqq", "\u2603", "Dy " * 200])
def test_odd_material_names_are_refused(controls: Controls, text: str) -> None:
    with pytest.raises(UsageError, match="no material"):
        controls.words.item(text)


def test_unknown_country_stage_and_party(controls: Controls) -> None:
    with pytest.raises(UsageError, match="japan"):
        controls.words.territory("Jpan")
    with pytest.raises(UsageError, match="oxide"):
        controls.words.stage("oxid")
    with pytest.raises(UsageError, match="civilian"):
        controls.words.question(party="army")
    with pytest.raises(UsageError, match="at stage oxide"):
        controls.words.question("Dy oxide", stage="metal")


@pytest.mark.parametrize(
    ("text", "elements", "stages"),
    [
        ("Dy", {"Dy"}, None),
        ("dy  OXIDE", {"Dy"}, {"oxide"}),
        ("terbium metal", {"Tb"}, {"metal"}),
        ("NdPr oxide", {"Nd", "Pr"}, {"oxide"}),
        ("graphite", {"C-graphite"}, None),
        ("SmCo magnets", {"Sm"}, {"magnet"}),
        ("Co hydroxide", {"Co"}, {"compound"}),
    ],
)
def test_material_names(
    controls: Controls, text: str, elements: set[str], stages: set[str] | None
) -> None:
    item = controls.words.item(text)
    assert (item.elements, item.stages) == (elements, stages)


def test_rare_earths_name_all_sixteen_and_each_of_them(controls: Controls) -> None:
    assert len(controls.words.item("REE").possible) == 16
    assert controls.words.item("rare earths") == replace(
        controls.words.item("REE"), label="rare earths"
    )


def test_material_ids_of_the_network(law_release: Release) -> None:
    """Ids and names of table `materials` are words too, with their elements and stage."""
    table = pa.table(
        {
            "material_id": ["ox_dy", "mag_ndfeb_sh", "mrec_iac_granite"],
            "name": ["Dysprosium oxide", "Sintered NdFeB SH", "Ionic-clay carbonate"],
            "stage": ["oxide", "magnet", "mixed compound"],
            "elements": ["Dy", "Nd Pr Dy Tb", "La Dy Y"],
        }
    )
    entry = next(iter(law_release.entries.values()))
    release = replace(
        law_release,
        entries={**law_release.entries, "materials": entry},
        overrides={"materials": table},
    )
    words = load_controls(release).words
    assert words.item("ox_dy").elements == {"Dy"}
    assert words.item("ox_dy").stages == {"oxide"}
    assert words.item("sintered ndfeb sh").elements == {"Nd", "Pr", "Dy", "Tb"}
    assert words.item("mrec_iac_granite").stages == {"compound"}
