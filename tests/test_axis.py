"""Labels match exactly or raise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allanite.axis import Axis, frozen
from allanite.errors import ModelError

LABELS = st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=30)


@given(LABELS, st.data())
def test_positions_invert_labels(labels: list[str], data: st.DataObject) -> None:
    axis = Axis("site", tuple(labels))
    wanted = data.draw(st.lists(st.sampled_from(labels), max_size=10)) if labels else []
    assert [axis.labels[i] for i in axis.positions(wanted)] == wanted


def test_unknown_label_names_its_neighbours() -> None:
    axis = Axis("material", ("Dy oxide", "Tb oxide", "NdPr oxide"))
    with pytest.raises(ModelError, match=r"unknown material 'Dy oxyde'; did you mean 'Dy oxide'"):
        axis.position("Dy oxyde")


def test_a_label_that_stands_twice_is_refused() -> None:
    with pytest.raises(ModelError, match=r"found twice: \['a'\]"):
        Axis("site", ("a", "b", "a"))


def test_membership_and_length() -> None:
    axis = Axis("place", ("JPN", "USA"))
    assert "JPN" in axis
    assert "CHN" not in axis
    assert len(axis) == 2
    assert list(axis) == ["JPN", "USA"]


def test_frozen_arrays_cannot_be_written() -> None:
    array = frozen(np.zeros(2))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1.0
