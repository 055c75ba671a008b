"""What a page is made of: sections, figures, tables, cells. Inert data that templates print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from allanite.present.chart import PANEL_SIZES, SIZES, Size
from allanite.present.render import Spec, named, render

Row = Mapping[str, Any]
_OPEN_SCHEMES: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, where it leads, and a tag such as `estimated`."""

    text: str
    href: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Head of one column; numbers stand at the right."""

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """Rows as they are printed.

    Attributes:
        identifier: id in the page.
        caption: what one row is.
        headings, rows: the cells.
        total: rows in the whole table; larger than `len(rows)` where only the first are printed.
        table: name of the whole table in the workbook and the folder of Parquet files.
        row_ids: ids of the rows in the page, where other rows lead to them.
        is_folded: whether the rows open only on request.
    """

    identifier: str
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    table: str
    row_ids: tuple[str, ...] = ()
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One entry of a legend: text, CSS variable, and the form of the sign."""

    text: str
    colour: str
    form: str = "square"


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing of a figure: CSS classes (`wide`, `narrow`, `panel`), SVG, and a heading."""

    kind: str
    svg: str
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: what it is, what to read from it, and the rows behind it."""

    identifier: str
    title: str
    reading: str
    panels: tuple[Panel, ...]
    legend: tuple[LegendItem, ...]
    table: TableView


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the brief.

    Attributes:
        identifier, title: id and heading.
        lead: short sentences that stand first.
        figures, tables: in the order they are read.
        method: paragraphs behind the figures, folded away.
    """

    identifier: str
    title: str
    lead: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    tables: tuple[TableView, ...] = ()
    method: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of the headline and the section it leads to."""

    text: str
    href: str
    link: str


@dataclass(frozen=True, slots=True)
class Column:
    """One printed column: its heading and how a row gives the cell."""

    heading: str
    cell: Callable[[Row], Cell | str]
    is_number: bool = False


def table_view(
    identifier: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    table: str,
    limit: int = 0,
    is_folded: bool = False,
) -> TableView:
    """The rows through the columns; at most `limit` of them, all for 0."""
    shown = rows[:limit] if limit else rows
    return TableView(
        identifier=identifier,
        caption=caption,
        headings=tuple(Heading(c.heading, c.is_number) for c in columns),
        rows=tuple(tuple(_cell(c.cell(row)) for c in columns) for row in shown),
        total=len(rows),
        table=table,
        is_folded=is_folded,
    )


def _cell(value: Cell | str) -> Cell:
    return value if isinstance(value, Cell) else Cell(value)


def outside(url: object) -> str:
    """The address if it is one of the web, else nothing: no other scheme becomes a link."""
    text = str(url or "").strip()
    return text if text.lower().startswith(_OPEN_SCHEMES) else ""


def source_cell(row: Row) -> Cell:
    """Where a row comes from: its page, else its entry under Sources; with its quality."""
    source = str(row.get("source_id") or "")
    tag = quality_tag(row)
    address = outside(row.get("url") or row.get("source_url"))
    if address:
        return Cell(source or "page", address, tag)
    return Cell(source or "not known", f"#source-{source}" if source else "", tag)


def quality_tag(row: Row) -> str:
    """`recalled`, `estimated` or `assumed`; nothing for a number that was observed and read."""
    if row.get("seen") == "no" or row.get("basis") == "no":
        return "recalled"
    quality = row.get("quality")
    return str(quality) if quality in ("estimated", "assumed") else ""


def figure(
    identifier: str,
    title: str,
    reading: str,
    draw: Callable[[Size], Spec],
    table: TableView,
    legend: Sequence[LegendItem] = (),
) -> Figure:
    """A figure drawn in both widths."""
    panels = tuple(
        Panel(
            size.name,
            named(render(draw(size)), f"{identifier}-{size.name}", title, reading),
        )
        for size in SIZES
    )
    return Figure(
        identifier=identifier,
        title=title,
        reading=reading,
        panels=panels,
        legend=tuple(legend),
        table=table,
    )


@dataclass(frozen=True, slots=True)
class PanelDrawing:
    """One of several panels: its heading, and how it is drawn in one width."""

    heading: str
    draw: Callable[[Size], Spec]


def panel_figure(
    identifier: str,
    title: str,
    reading: str,
    drawings: Sequence[PanelDrawing],
    table: TableView,
    legend: Sequence[LegendItem] = (),
) -> Figure:
    """A figure of panels side by side, each in both widths; one panel alone takes all room."""
    sizes = SIZES if len(drawings) == 1 else PANEL_SIZES
    panels = tuple(
        Panel(
            size.name,
            named(
                render(drawing.draw(size)),
                f"{identifier}-{i + 1}-{size.name.replace(' ', '-')}",
                f"{title}: {drawing.heading}" if drawing.heading else title,
                reading,
            ),
            drawing.heading,
        )
        for i, drawing in enumerate(drawings)
        for size in sizes
    )
    return Figure(
        identifier=identifier,
        title=title,
        reading=reading,
        panels=panels,
        legend=tuple(legend),
        table=table,
    )
