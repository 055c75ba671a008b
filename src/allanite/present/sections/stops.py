"""Who stops first: weeks of cover by use, shares served by month, choke points."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from allanite.present.bars import ranged_bars
from allanite.present.data import BriefData
from allanite.present.figures import IntervalRow, ValueAxis
from allanite.present.page import (
    Column,
    Figure,
    LegendItem,
    PanelDrawing,
    Row,
    Section,
    TableView,
    panel_figure,
    table_view,
)
from allanite.present.response import (
    branch_colour,
    branch_legend,
    branches,
    computed,
    cover_rows,
    horizon_weeks,
    horizon_words,
    names_of,
    partner_rows,
    short_weeks,
    stopping,
    told_together,
    weeks_range,
)
from allanite.present.sections.choke import choke_figures, choke_lead, choke_tables
from allanite.present.sections.served import inside_lines, served_figures
from allanite.present.words import in_sentence, joined, lower_first, millions, money, percent
from allanite.studies.response.courses import STATED

IDENTIFIER: Final = "stops"
_SHOWN_USES: Final = 14
_SHOWN_ROWS: Final = 60
_OPEN_ROWS: Final = 16  # longer tables are folded


def stops_section(data: BriefData) -> Section:
    """First to stop by partner and sector, what is served by month, and where the chain breaks."""
    return Section(
        identifier=IDENTIFIER,
        title="Who stops first",
        lead=(*stop_lines(data), *choke_lead(data)),
        figures=(*_cover_figures(data), *served_figures(data), *choke_figures(data)),
        tables=(*_first_tables(data), *choke_tables(data)),
        method=_method(data),
    )


def _method(data: BriefData) -> tuple[str, ...]:
    if not branches(data):
        return ()
    return (
        "Cover is the time until less than 95 % of what a use needs is served if nobody acts: no "
        "measure is taken, and every use at a market gets the same share of what there is. The "
        "range comes from commercial stocks, of which only estimates are published.",
        "A use that was replaced or made do with less counts as served; one that was postponed "
        "or stood idle does not. Losses are the cost of delay and the value added of idle plants.",
        "Where the state of a control is not known, every branch is worked out and none is called "
        "the likely one; weights are assumptions.",
    )


def stop_lines(data: BriefData) -> tuple[str, ...]:
    """Who stops first, how many uses stop, and what runs short inside others."""
    if not partner_rows(data, "response_cover"):
        return ("No table of cover stands in this brief: who stops first is not known here.",)
    texts = {b: f"{told(data, b)} {_counts(data, b)}" for b in branches(data)}
    return (*told_together(texts), *inside_lines(data))


def told(data: BriefData, branch: str) -> str:
    """The first use to stop of each partner in one branch, as one sentence without opening."""
    clauses = [_clause(data, branch, partner) for partner in data.case.partners]
    return f"if nobody acts, {'; '.join(clauses)}."


def _clause(data: BriefData, branch: str, partner: str) -> str:
    rows = [row for row in cover_rows(data, partner) if row["branch"] == branch]
    name = in_sentence(data.places.name(partner))
    first = next(iter(stopping(rows)), None)
    if not rows:
        return f"nothing is known of {name}"
    if first is None:
        return f"no use of {name} falls below 95 % within {horizon_words(data)}"
    material = names_of(data).material(first["material"])
    return (
        f"{name} runs short first in {lower_first(first['end_use'])} after {weeks_range(first)} "
        f"({lower_first(material)}){_first_dear(rows, first)}"
    )


def _first_dear(rows: Sequence[Row], first: Row) -> str:
    """The use that loses most if nobody acts, where it is another than the first to stop."""
    dear = max(stopping(rows), key=lambda r: (r["loss_nothing"], r["end_use"]))
    if dear["end_use"] == first["end_use"]:
        return ""
    return (
        f", and loses most in {lower_first(dear['end_use'])}, which stops after {weeks_range(dear)}"
    )


def _use(row: Row, between: str = " ({})") -> str:
    """The use with its sector, which is left out where it says the same."""
    use, sector = str(row["end_use"]), str(row["sector"])
    return use if sector.casefold() in use.casefold() else use + between.format(sector)


def _counts(data: BriefData, branch: str) -> str:
    """How many uses of each partner stop in one branch."""
    parts = []
    for partner in data.case.partners:
        rows = [row for row in cover_rows(data, partner) if row["branch"] == branch]
        name = in_sentence(data.places.name(partner))
        parts.append(f"{len(stopping(rows)) or 'none'} of {len(rows)} uses of {name}")
    return f"Below 95 % within {horizon_words(data)}: {joined(parts)}.{_dearest(data, branch)}"


def _dearest(data: BriefData, branch: str) -> str:
    """The use whose loss is the largest if nobody acts, as a sentence; nothing without a loss."""
    rows = [row for row in partner_rows(data, "response_cover") if row["branch"] == branch]
    most = max(rows, key=lambda r: (r["loss_nothing"], r["region"], r["end_use"]), default=None)
    if most is None or not most["loss_nothing"] > 0:
        return ""
    name = in_sentence(data.places.name(most["region"]))
    return f" Most is lost in {most['end_use']} of {name}: {money(most['loss_nothing'])}."


def _cover_figures(data: BriefData) -> tuple[Figure, ...]:
    drawings = [d for partner in data.case.partners if (d := _cover_panel(data, partner))]
    if not drawings:
        return ()
    found = branches(data)
    rows = [row for partner in data.case.partners for row in cover_rows(data, partner)]
    reading = (
        "The shorter the bar, the sooner less than 95 % of the use is served if nobody acts. The "
        "line shows the range that comes from commercial stocks. A pale bar with a dashed edge "
        f"does not stop within {horizon_words(data)}."
    )
    return (
        panel_figure(
            "figure-cover",
            "Weeks until a use stops, by partner",
            reading,
            drawings,
            _cover_table(data, rows),
            (*branch_legend(data, found), LegendItem("range", "var(--ink)", "line")),
        ),
    )


def _cover_panel(data: BriefData, partner: str) -> PanelDrawing | None:
    rows = cover_rows(data, partner)
    stopped = {row["end_use"] for row in rows if row["weeks"] is not None}
    kept = list(dict.fromkeys(row["end_use"] for row in rows if row["end_use"] in stopped))
    shown = [row for row in rows if row["end_use"] in kept[:_SHOWN_USES]]
    if not shown:
        return None
    bars = [_cover_bar(data, row) for row in shown]
    axis = ValueAxis("Weeks", 0, horizon_weeks(data), ".0f")
    rest = len({row["end_use"] for row in rows}) - min(len(kept), _SHOWN_USES)
    heading = data.places.name(partner) + (f" ({rest} more uses in the table)" if rest else "")
    return PanelDrawing(heading, partial(ranged_bars, bars, axis))


def _cover_bar(data: BriefData, row: Row) -> IntervalRow:
    branch = row["branch"]
    return IntervalRow(
        label=_use(row, " · {}"),
        series="if nobody acts" if branch == STATED else f"with {branch}",
        value=row["weeks"],
        low=row["low"],
        high=row["high"],
        colour=branch_colour(data, branch),
        shape="square",
        text=short_weeks(row),
    )


def _cover_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    return table_view(
        "rows-cover",
        "Cover of each use",
        _cover_columns(data),
        rows,
        table="response_cover",
        limit=_SHOWN_ROWS,
    )


def _cover_columns(data: BriefData) -> tuple[Column, ...]:
    names = names_of(data)
    branch = (Column("Branch", lambda r: str(r["branch"])),)
    return (
        Column("Use", lambda r: str(r["end_use"])),
        Column("Sector", lambda r: str(r["sector"])),
        Column("Partner", lambda r: data.places.name(r["region"])),
        *(branch if branches(data) != [STATED] else ()),
        Column("Cover (range)", weeks_range),
        Column("Runs out first", lambda r: names.material(r["material"]) if r["material"] else "–"),
        Column("Lowest share served", lambda r: percent(r["lowest_share"]), True),
        Column("Loss if nobody acts, million USD", lambda r: millions(r["loss_nothing"]), True),
        Column("Loss at the cheapest answer", lambda r: millions(r["loss_cheapest"]), True),
        Column("Source", computed),
    )


def _first_tables(data: BriefData) -> tuple[TableView, ...]:
    """The first use to stop of each sector and partner, and the makers that a rule catches."""
    tables = []
    first = [row for row in partner_rows(data, "response_cover") if row["first_of_sector"]]
    if first:
        tables.append(
            table_view(
                "rows-first",
                f"First use of each sector to stop within {horizon_words(data)}",
                _cover_columns(data),
                stopping(first),
                table="response_cover",
                limit=_SHOWN_ROWS,
                is_folded=len(first) > _OPEN_ROWS,
            )
        )
    makers = data.rows("lineage_makers")
    return (*tables, _maker_table(data, makers)) if makers else tuple(tables)


_CAUGHT: Final = ("yes", "partly", "no")


def _maker_table(data: BriefData, makers: Sequence[Row]) -> TableView:
    sites = {row["site_id"]: row["name"] for row in data.rows("sites")}
    names = names_of(data)
    columns = (
        Column("Maker", lambda r: str(sites.get(r["place"]) or data.places.name(r["place"]))),
        Column("Country", lambda r: data.places.name(r["country"])),
        Column("Makes", lambda r: names.material(r["material"])),
        Column("Rate", lambda r: f"{r['rate']:,.0f} t/yr", True),
        Column("Caught", lambda r: str(r["caught"])),
        Column("Share of listed origin", lambda r: percent(r["listed_share"]), True),
        Column(
            "Listed inputs over value", lambda r: f"{100 * r['listed_value_share']:.1f} %", True
        ),
        Column("Rule", lambda r: str(r["rule"])),
        Column("Source", computed),
    )
    caught = sum(row["caught"] != "no" for row in makers)
    return table_view(
        "rows-makers",
        f"Makers outside {in_sentence(data.watched_name())} under the extraterritorial rule, "
        f"{caught} of them caught",
        columns,
        sorted(makers, key=lambda r: (_CAUGHT.index(r["caught"]), -r["rate"], r["place"])),
        table="lineage_makers",
        limit=_SHOWN_ROWS,
        is_folded=True,
    )
