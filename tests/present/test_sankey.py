"""Layout of Sankey diagrams: sums are kept, boxes do not overlap, impossible flows are refused."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.errors import ModelError
from allanite.present.sankey import Canvas, Flow, lay_out

CANVAS = Canvas(width=600, height=400, node_width=10, gap=8)
LABELS = ("A", "B", "C", "D")
flows = st.lists(
    st.builds(
        lambda column, source, skip, target, rate: Flow(
            (column, source), (column + skip, target), rate
        ),
        st.integers(0, 2),
        st.sampled_from(LABELS),
        st.integers(1, 2),
        st.sampled_from(LABELS),
        st.floats(0.001, 1e6),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(flows)
def test_bands_fill_no_more_than_their_nodes_and_keep_their_sum(drawn: list[Flow]) -> None:
    layout = lay_out(drawn, ("B",), CANVAS)
    assert sum(b.flow.rate for b in layout.bands) == pytest.approx(sum(f.rate for f in drawn))
    for node in layout.nodes:
        key = (node.column, node.label)
        leaving = sum(b.thickness for b in layout.bands if b.flow.source == key)
        entering = sum(b.thickness for b in layout.bands if b.flow.target == key)
        assert node.height == pytest.approx(max(leaving, entering), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(flows)
def test_boxes_of_a_column_neither_overlap_nor_leave_the_canvas(drawn: list[Flow]) -> None:
    layout = lay_out(drawn, ("B",), CANVAS)
    for column in {node.column for node in layout.nodes}:
        boxes = sorted((n for n in layout.nodes if n.column == column), key=lambda n: n.y)
        for upper, lower in pairwise(boxes):
            assert upper.y + upper.height + CANVAS.gap <= lower.y + 1e-6
        assert boxes[-1].y + boxes[-1].height <= CANVAS.height + 1e-6


@settings(max_examples=60, deadline=None)
@given(flows)
def test_band_ends_lie_inside_their_boxes(drawn: list[Flow]) -> None:
    layout = lay_out(drawn, (), CANVAS)
    boxes = {(n.column, n.label): n for n in layout.nodes}
    for band in layout.bands:
        source, target = boxes[band.flow.source], boxes[band.flow.target]
        assert source.y - 1e-6 <= band.y0
        assert band.y0 + band.thickness <= source.y + source.height + 1e-6
        assert target.y - 1e-6 <= band.y1
        assert band.y1 + band.thickness <= target.y + target.height + 1e-6


def test_named_labels_come_first_and_the_rest_by_rate() -> None:
    layout = lay_out(
        [Flow((0, "A"), (1, "A"), 1), Flow((0, "C"), (1, "A"), 9), Flow((0, "B"), (1, "A"), 2)],
        ("B",),
        CANVAS,
    )
    assert [n.label for n in layout.nodes if n.column == 0] == ["B", "C", "A"]


def test_nothing_to_draw_gives_an_empty_layout() -> None:
    assert lay_out([Flow((0, "A"), (1, "A"), 0.0)], (), CANVAS).nodes == ()


@pytest.mark.parametrize(
    "flow",
    [
        Flow((0, "A"), (1, "B"), -1.0),
        Flow((0, "A"), (1, "B"), float("nan")),
        Flow((1, "A"), (1, "B"), 1.0),
        Flow((2, "A"), (1, "B"), 1.0),
    ],
)
def test_negative_and_backward_flows_are_refused(flow: Flow) -> None:
    with pytest.raises(ModelError, match="cannot be drawn"):
        lay_out([flow], (), CANVAS)
