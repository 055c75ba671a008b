"""Bounds of unknown origins follow the traced supply; they widen where less is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bills import bill

from allanite import Release
from allanite.catalogue.tables.results_screening import ORIGIN_BOUNDS
from allanite.studies.result import check_result
from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.origins import Bound, origin_bounds
from allanite.workbench import ReconciledNetwork, load_network, trace_exposure

EV = "EV and hybrid traction motors"


@pytest.fixture(scope="module")
def network(release: Release) -> ReconciledNetwork:
    return load_network(release, draws=12)


def _rows(
    folder: Path,
    lexicon: Lexicon,
    network: ReconciledNetwork,
    *parts: dict[str, object],
    **asked: Any,
) -> Iterator[dict[str, Any]]:
    table = origin_bounds(network, bill(folder, list(parts), lexicon), **asked)
    assert check_result({ORIGIN_BOUNDS.name: table}) == []
    yield from table.to_pylist()


def _magnet(name: str = "g", **more: object) -> dict[str, object]:
    return {"part_id": name, "material": "N42SH", "end_use": EV, **more}


def test_the_share_is_that_of_exposure(
    tmp_path: Path, lexicon: Lexicon, network: ReconciledNetwork
) -> None:
    """The part is assembled in Germany: the supply of XEU's traction motors is traced."""
    (row,) = (
        r
        for r in _rows(
            tmp_path, lexicon, network, _magnet(country_assembled="DEU"), elements=["Dy"]
        )
        if r["stage"] == "metal"
    )
    exposed = trace_exposure(network, region="XEU", end_use=EV, elements=["Dy"], stages=["metal"])
    shares = exposed.tables["exposure_by_country"].to_pylist()
    wanted = sum(s["share"] for s in shares if s["origin_country"] == "CHN")
    assert row["share"] == pytest.approx(wanted, abs=2e-4)
    assert row["basis"] == f"{EV} in XEU, {network.supply.year}"
    assert 0 < row["low"] <= row["share"] <= row["high"] <= 1


def test_known_stages_are_not_asked_and_lead_the_tracing(
    tmp_path: Path, lexicon: Lexicon, network: ReconciledNetwork
) -> None:
    made = {"country_made": "JPN", "country_assembled": "USA"}
    rows = list(_rows(tmp_path, lexicon, network, _magnet(**made), elements=["Nd"]))
    assert [row["stage"] for row in rows] == ["mined", "separated", "metal"]
    assert {row["basis"] for row in rows} == {f"magnet makers in JPN, {network.supply.year}"}
    free = list(
        _rows(tmp_path, lexicon, network, _magnet(country_assembled="USA"), elements=["Nd"])
    )
    metal = {True: rows[2]["share"], False: free[2]["share"]}
    assert metal[True] < metal[False], "Japanese magnet makers take less Chinese metal"


def test_a_part_without_place_is_traced_in_the_world(
    tmp_path: Path, lexicon: Lexicon, network: ReconciledNetwork
) -> None:
    part = {"part_id": "g", "material": "N42SH"}
    rows = list(_rows(tmp_path, lexicon, network, part, elements=["Dy"]))
    assert {row["basis"] for row in rows} == {f"all uses in the world, {network.supply.year}"}
    own = list(_rows(tmp_path, lexicon, network, part, elements=["Dy"], region="JPN"))
    assert {row["basis"] for row in own} == {f"all uses in JPN, {network.supply.year}"}


def test_parts_inherit_place_and_use(
    tmp_path: Path, lexicon: Lexicon, network: ReconciledNetwork
) -> None:
    top = {"part_id": "m", "end_use": EV, "country_assembled": "Japan"}
    inner = {"part_id": "g", "parent_id": "m", "material": "N42SH"}
    rows = list(_rows(tmp_path, lexicon, network, top, inner, elements=["Dy"]))
    assert {row["basis"] for row in rows} == {f"{EV} in JPN, {network.supply.year}"}


def test_every_listed_country_adds(
    tmp_path: Path, lexicon: Lexicon, network: ReconciledNetwork
) -> None:
    parts = _magnet(country_assembled="USA")
    one = list(_rows(tmp_path, lexicon, network, parts, elements=["Dy"]))
    two = list(_rows(tmp_path, lexicon, network, parts, elements=["Dy"], listed=["CHN", "MMR"]))
    assert two[0]["share"] > one[0]["share"]
    assert all(b["low"] >= a["low"] for a, b in zip(one, two, strict=True))


def test_where_nothing_can_be_traced_the_bound_is_open(
    tmp_path: Path, lexicon: Lexicon, network: ReconciledNetwork
) -> None:
    part = {"part_id": "c", "material": "GaN", "country_assembled": "JPN"}
    rows = list(_rows(tmp_path, lexicon, network, part, elements=["Ga"]))
    assert rows
    assert all((r["low"], r["high"], r["status"]) == (0, 1, "no data") for r in rows)


def test_words_of_a_bound() -> None:
    assert Bound(0.85, 0.781, 0.929).text == "78–93 % likely listed origin"
    assert Bound(0.0, 0.0, 0.004).text == "under 1 % likely listed origin"
    assert Bound(0.081, 0.079, 0.083).text == "about 8 % likely listed origin"
    assert Bound(1.0, 0.995, 1.0).text == "over 99 % likely listed origin"
    assert Bound().text == "nothing known of the origin"


def test_makers_the_network_lacks_give_way_to_the_use_of_their_country(
    tmp_path: Path, lexicon: Lexicon, network: ReconciledNetwork
) -> None:
    """The network has no cobalt in magnets: the cobalt of a Chinese magnet is China's."""
    made = {"country_made": "CHN", "country_assembled": "USA"}
    rows = list(_rows(tmp_path, lexicon, network, _magnet(**made), elements=["Co"]))
    assert {row["basis"] for row in rows} == {f"all uses in CHN, {network.supply.year}"}
