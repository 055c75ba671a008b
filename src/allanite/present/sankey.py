"""Layout of a Sankey diagram: where nodes and bands stand, with sums kept.

A node is as high as the larger of what enters and what leaves it; bands are stacked at
both ends in the order of the nodes they lead to, so that they cross as little as the
order of the nodes allows. One scale [px per t/yr] holds for the whole diagram.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allanite.errors import ModelError


@dataclass(frozen=True, slots=True)
class Flow:
    """What passes from one node to another.

    Attributes:
        source, target: (column, label) of the two nodes; the column of the target is larger.
        rate: [t/yr].
    """

    source: tuple[int, str]
    target: tuple[int, str]
    rate: float


@dataclass(frozen=True, slots=True)
class NodeBox:
    """A node as it is drawn: column, label, rate [t/yr], and its box [px]."""

    column: int
    label: str
    rate: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """A flow as it is drawn: both ends' upper edges [px] and its thickness [px]."""

    flow: Flow
    x0: float
    y0: float
    x1: float
    y1: float
    thickness: float

    @property
    def path(self) -> str:
        """The band as an SVG path."""
        middle = (self.x0 + self.x1) / 2
        low0, low1 = self.y0 + self.thickness, self.y1 + self.thickness
        return (
            f"M{self.x0:.2f},{self.y0:.2f}"
            f"C{middle:.2f},{self.y0:.2f} {middle:.2f},{self.y1:.2f} {self.x1:.2f},{self.y1:.2f}"
            f"L{self.x1:.2f},{low1:.2f}"
            f"C{middle:.2f},{low1:.2f} {middle:.2f},{low0:.2f} {self.x0:.2f},{low0:.2f}Z"
        )


@dataclass(frozen=True, slots=True)
class SankeyLayout:
    """Nodes and bands of one diagram; `scale` is [px per t/yr]."""

    nodes: tuple[NodeBox, ...]
    bands: tuple[Band, ...]
    scale: float


@dataclass(frozen=True, slots=True)
class Canvas:
    """Room for a diagram [px]: width, height, width of a node, gap between nodes."""

    width: float
    height: float
    node_width: float
    gap: float


def lay_out(flows: Iterable[Flow], order: Sequence[str], canvas: Canvas) -> SankeyLayout:
    """Boxes and bands of the flows.

    Args:
        flows: what passes; flows of zero are left out.
        order: labels from top to bottom; labels not named follow by falling rate.
        canvas: room for the diagram.

    Raises:
        ModelError: a negative flow, or one that does not lead to a later column.
    """
    kept = _checked(flows)
    rates = _node_rates(kept)
    columns = _ordered_columns(rates, order)
    if not columns:
        return SankeyLayout((), (), 0.0)
    scale = min(
        (canvas.height - canvas.gap * (len(labels) - 1)) / sum(rates[c, x] for x in labels)
        for c, labels in columns.items()
    )
    nodes = _boxes(columns, rates, scale, canvas)
    return SankeyLayout(tuple(nodes.values()), tuple(_bands(kept, nodes, scale)), scale)


def _checked(flows: Iterable[Flow]) -> list[Flow]:
    kept = []
    for flow in flows:
        if not flow.rate >= 0 or flow.source[0] >= flow.target[0]:
            raise ModelError(
                f"flow {flow.source} → {flow.target} of {flow.rate:g} t/yr cannot be drawn:"
                " a flow is not negative and leads to a later column"
            )
        if flow.rate > 0:
            kept.append(flow)
    return kept


def _node_rates(flows: Iterable[Flow]) -> dict[tuple[int, str], float]:
    """The larger of what enters and what leaves, by node [t/yr]."""
    entering: dict[tuple[int, str], float] = defaultdict(float)
    leaving: dict[tuple[int, str], float] = defaultdict(float)
    for flow in flows:
        leaving[flow.source] += flow.rate
        entering[flow.target] += flow.rate
    return {key: max(entering[key], leaving[key]) for key in {**leaving, **entering}}


def _ordered_columns(
    rates: dict[tuple[int, str], float], order: Sequence[str]
) -> dict[int, list[str]]:
    rank = {label: i for i, label in enumerate(order)}
    columns: dict[int, list[str]] = defaultdict(list)
    for column, label in sorted(rates):
        columns[column].append(label)
    for column, labels in columns.items():
        labels.sort(key=lambda x, c=column: (rank.get(x, len(rank)), -rates[c, x], x))  # type: ignore[misc]
    return dict(columns)


def _boxes(
    columns: dict[int, list[str]],
    rates: dict[tuple[int, str], float],
    scale: float,
    canvas: Canvas,
) -> dict[tuple[int, str], NodeBox]:
    first, last = min(columns), max(columns)
    step = (canvas.width - canvas.node_width) / max(last - first, 1)
    boxes: dict[tuple[int, str], NodeBox] = {}
    for column, labels in columns.items():
        y = 0.0
        for label in labels:
            rate = rates[column, label]
            x = (column - first) * step
            boxes[column, label] = NodeBox(
                column, label, rate, x, y, canvas.node_width, rate * scale
            )
            y += rate * scale + canvas.gap
    return boxes


def _bands(
    flows: Sequence[Flow], nodes: dict[tuple[int, str], NodeBox], scale: float
) -> list[Band]:
    """Bands with their ends stacked in the order of the nodes at the other end."""
    start = _offsets(flows, nodes, scale, leaving=True)
    end = _offsets(flows, nodes, scale, leaving=False)
    return [
        Band(
            flow,
            nodes[flow.source].x + nodes[flow.source].width,
            start[i],
            nodes[flow.target].x,
            end[i],
            flow.rate * scale,
        )
        for i, flow in enumerate(flows)
    ]


def _offsets(
    flows: Sequence[Flow], nodes: dict[tuple[int, str], NodeBox], scale: float, *, leaving: bool
) -> dict[int, float]:
    """Upper edge of each flow at one of its ends [px], by position in `flows`."""

    def near(flow: Flow) -> tuple[int, str]:
        return flow.source if leaving else flow.target

    def far(flow: Flow) -> tuple[int, str]:
        return flow.target if leaving else flow.source

    used = {key: box.y for key, box in nodes.items()}
    edge: dict[int, float] = {}
    order = sorted(range(len(flows)), key=lambda i: (nodes[far(flows[i])].y, far(flows[i])))
    for i in order:
        edge[i] = used[near(flows[i])]
        used[near(flows[i])] += flows[i].rate * scale
    return edge
