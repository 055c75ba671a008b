"""Through the mapping too: more knowledge never turns a verdict, and units do not matter."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "studies" / "screening"))
from bills import bill
from screens import sale

from allanite import Release
from allanite.law.rules.outcomes import OUTCOMES
from allanite.studies.screening.columns import Lexicon, load_lexicon
from allanite.studies.screening.mapping import load_mapping_words, part_facts
from allanite.studies.screening.study import screen

STAGES = ("mined", "separated", "metal", "made")
STEPS = ("mining", "separation", "metal", "magnet", "recycling")
COUNTRIES = ("CHN", "JPN", "USA", "CHN; AUS", "none")
VALUES: dict[str, tuple[object, ...]] = {
    **{f"country_{stage}": COUNTRIES for stage in STAGES},
    **{f"technology_{step}": ("CHN", "JPN", "none") for step in STEPS},
    "material": ("N42SH", "NdFeB magnet", "SmCo magnet", "steel", "copper", "tungsten heavy alloy",
                 "electronics", "tantalum", "Dy oxide"),
    "hts_code": ("8505.11", "8501.53", "7326.90"),
    "xinjiang_input": ("yes", "no"),
    "recycled_share": (0, 0.4, 1),
    "value": (0.5, 4, 900),
}  # fmt: skip
SALE: dict[str, tuple[str, ...]] = {
    "country_from": ("CHN", "JPN", "USA"),
    "country_to": ("USA", "JPN", "CHN"),
    "contract": ("dod", "other"),
    "end_use": ("civil", "military"),
    "buyer": ("MHI Shipbuilding", "LYNAS"),
}
QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def lexicon(release: Release) -> Lexicon:
    return load_lexicon(release)


def _row(draw: st.DrawFn, part: str) -> dict[str, object]:
    cells = {name: draw(st.sampled_from(values)) for name, values in VALUES.items()}
    base = {"part_id": part, "parent_id": "top", "mass": 40, "mass_unit": "g", "currency": "USD"}
    return base | cells


@st.composite
def known_and_less(draw: st.DrawFn) -> tuple[Any, Any, dict[str, str], dict[str, str]]:
    """A whole list and sale, and the same with some cells empty."""
    codes = st.sampled_from(VALUES["hts_code"])
    top = {"part_id": "top", "hts_code": draw(codes),
           "country_assembled": draw(st.sampled_from(COUNTRIES[:3]))}  # fmt: skip
    whole = [top, _row(draw, "a"), _row(draw, "b")]
    hidden = {*VALUES, "country_assembled"}
    less = [
        {k: None if k in hidden and draw(st.booleans()) else v for k, v in row.items()}
        for row in whole
    ]
    stated = {name: draw(st.sampled_from(values)) for name, values in SALE.items()}
    vague = {name: value for name, value in stated.items() if draw(st.booleans())}
    return whole, less, stated, vague


@QUIET
@given(worlds=known_and_less())
def test_more_knowledge_only_takes_outcomes_away(
    release: Release, lexicon: Lexicon, worlds: tuple[Any, Any, dict[str, str], dict[str, str]]
) -> None:
    whole, less, stated, vague = worlds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        after, before = (
            screen(release, bill(folder, rows, lexicon), sale(**words), lexicon=lexicon)
            for rows, words in ((whole, stated), (less, vague))
        )
    first = {(r["part_id"], r["rule_id"]): r for r in before["screening_verdicts"].to_pylist()}
    for row in after["screening_verdicts"].to_pylist():
        old = first[row["part_id"], row["rule_id"]]
        for day in ("possible", "possible_on_delivery"):
            assert set(row[day].split()) <= set(old[day].split()), (row, old)
        if old["outcome"] in OUTCOMES:
            assert row["outcome"] == old["outcome"]


@QUIET
@given(factor=st.sampled_from((0.5, 3, 1000)), data=st.data())
def test_scaling_masses_and_values_together_keeps_every_share(
    release: Release, lexicon: Lexicon, factor: float, data: st.DataObject
) -> None:
    rows = [{"part_id": "top"}] + [data.draw(st.composite(_row)(part)) for part in ("a", "b")]
    scaled = [
        {k: v * factor if k in ("mass", "value") else v for k, v in row.items()} for row in rows
    ]
    words = load_mapping_words(release, lexicon)
    with tempfile.TemporaryDirectory() as name:
        one, other = (part_facts(bill(Path(name), r, lexicon), words) for r in (rows, scaled))
    for fact, interval in one.numbers.items():
        np.testing.assert_allclose(interval.low, other.numbers[fact].low, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(interval.high, other.numbers[fact].high, rtol=1e-9, atol=1e-12)
