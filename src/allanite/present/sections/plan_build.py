"""What the plan builds: money by payer, when it comes, what could take its place, permits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from allanite.present.bars import ranged_bars
from allanite.present.data import BriefData
from allanite.present.figures import IntervalRow, ValueAxis
from allanite.present.gantt import Plan, Step, gantt
from allanite.present.page import (
    Column,
    Figure,
    LegendItem,
    PanelDrawing,
    Row,
    TableView,
    figure,
    panel_figure,
    table_view,
)
from allanite.present.plan import (
    SHARED,
    amounts,
    built_words,
    capital_by_payer,
    chosen,
    first_output,
    form_word,
    left_out,
    names_in,
    orders,
    payer_name,
    permits,
    quarter,
    regret_words,
)
from allanite.present.response import computed, names_of
from allanite.present.words import (
    in_sentence,
    millions,
    opening,
    percent,
    short_money,
    significant,
)

STEP_COLOURS: Final = {
    "permit": "var(--branch-3)",
    "building": "var(--drawn)",
    "ramp": "var(--branch-2)",
}
_SHOWN_UNDER_WAY: Final = 8
_SHOWN_PERMITS: Final = 12
_LEAST: Final = 1e-3  # million USD a month


def capital_figures(data: BriefData) -> tuple[Figure, ...]:
    """Money by payer: projects one by one, stocks by form."""
    payers = capital_by_payer(data)
    bars = {payer: _payer_bars(data, payer) for payer in payers}
    high = 1.02 * max((b.value or 0.0 for found in bars.values() for b in found), default=0.0)
    if not high:
        return ()
    axis = ValueAxis("Million USD", 0, high, ",.3~r")
    drawings = [
        PanelDrawing(
            f"{payer_name(data, payer)}: {short_money(sum(payers[payer]))} USD",
            partial(ranged_bars, found, axis),
        )
        for payer, found in bars.items()
    ]
    return (
        panel_figure(
            "figure-plan-capital",
            "Who pays for what",
            "Full bars: projects and contracts, with the quarter in which they are decided. Hollow "
            "bars: stocks by form, ordered over several years. Shared is what either partner may "
            "pay.",
            drawings,
            project_table(data, "rows-plan-capital", chosen(data), "What the plan builds"),
            (LegendItem("project or contract", "var(--ink)"), LegendItem("stocks", "none")),
        ),
    )


def _payer_bars(data: BriefData, payer: str) -> list[IntervalRow]:
    colour = "var(--drawn)" if payer == SHARED else data.places.colour(payer)
    bars = [
        _bar(
            r["name"], r["capital"], f"{short_money(r['capital'])} · {quarter(r['start'])}", colour
        )
        for r in chosen(data)
        if r["payer"] == payer
    ]
    mine = [row for row in orders(data) if row["region"] == payer]
    by_form = {form: [r for r in mine if r["form"] == form] for form in {r["form"] for r in mine}}
    for form, rows in sorted(by_form.items(), key=lambda x: (-amounts(x[1], "cost"), x[0])):
        cost = amounts(rows, "cost")
        label = f"Stock: {form_word(form).lower()}"
        bars.append(_bar(label, cost, short_money(cost), colour, is_solid=False))
    return bars


def _bar(label: str, value: float, text: str, colour: str, *, is_solid: bool = True) -> IntervalRow:
    return IntervalRow(label, "", value, None, None, colour, "square", text, is_solid)


def project_table(
    data: BriefData,
    identifier: str,
    rows: Sequence[Row],
    caption: str,
    *,
    is_short: bool = False,
    is_folded: bool = False,
) -> TableView:
    """Projects with start, first output, odds, what they are worth, and what could replace them.

    A short table leaves out what a figure beside it holds.
    """
    columns = _short_columns(data) if is_short else _project_columns(data)
    return table_view(
        identifier, caption, columns, rows, table="plan_projects", is_folded=is_folded
    )


def _short_columns(data: BriefData) -> tuple[Column, ...]:
    return (
        Column("Project", lambda r: str(r["name"])),
        Column("Million USD", lambda r: millions(r["capital"]), True),
        Column("First output, half the courses (nine in ten)", first_output),
        Column("Never runs", lambda r: percent(r["failure_share"]), True),
        Column("One more saves, million USD", lambda r: millions(r["marginal_value"]), True),
        Column("Regret of the other decision", regret_words),
        Column("Verdict", lambda r: str(r["verdict"])),
        Column("Instead", lambda r: names_in(data, r["replaced_by"]) or "–"),
        Column("Source", computed),
    )


def _project_columns(data: BriefData) -> tuple[Column, ...]:
    names = names_of(data)
    short = _short_columns(data)
    return (
        short[0],
        Column("Country", lambda r: data.places.name(r["country"])),
        Column("Pays", lambda r: payer_name(data, r["payer"])),
        Column("Built", built_words, True),
        short[1],
        Column("Decided", lambda r: quarter(r["start"]) if r["start"] else "–"),
        *short[2:4],
        Column("Makes", lambda r: f"{opening(names.material(r['output']))}"),
        Column("At nameplate", lambda r: f"{significant(r['output_rate'])} t/yr", True),
        Column("Used of what is online", lambda r: percent(r["running_share"]), True),
        *short[4:],
    )


def left_table(data: BriefData) -> tuple[TableView, ...]:
    """What could be built and is not, the nearest first; folded."""
    rows = left_out(data)
    if not rows:
        return ()
    caption = "What is left out, the nearest to being built first"
    return (project_table(data, "rows-plan-left", rows, caption, is_folded=True),)


def timing_figures(data: BriefData) -> tuple[Figure, ...]:
    """Permit, building and ramp of what is built, and of the largest of what is under way."""
    plans = [*_plans(data, is_committed=False), *_plans(data, is_committed=True)[:_SHOWN_UNDER_WAY]]
    if not plans:
        return ()
    return (
        figure(
            "figure-plan-timing",
            "When it comes, and how late it may be",
            "Bars: permit, building and ramp as planned. The thin line ends on the day by which "
            "nine of ten courses have the project at full output, if it is ever built. Projects "
            "marked under way go on whatever is decided.",
            lambda size: gantt(plans, size),
            _schedule_table(data),
            (
                *(LegendItem(step, colour) for step, colour in STEP_COLOURS.items()),
                LegendItem("nine in ten", "var(--ink)", "line"),
            ),
        ),
    )


def _plans(data: BriefData, *, is_committed: bool) -> list[Plan]:
    rows = [r for r in data.rows("plan_projects") if r["is_committed"] == is_committed]
    steps: dict[str, list[dict[str, Any]]] = {}
    for row in data.rows("plan_schedule"):
        steps.setdefault(row["project_id"], []).append(row)
    largest = sorted(rows, key=lambda r: (-r["capital"], -r["marginal_value"], r["project_id"]))
    return [
        _plan(r, sorted(steps[r["project_id"]], key=lambda s: s["begins"]))
        for r in largest
        if r["project_id"] in steps
    ]


def _plan(row: Row, steps: Sequence[Row]) -> Plan:
    late: date | None = steps[-1]["late_end"]
    text = f"runs {quarter(row['first_output'])}" if row["first_output"] else "beyond the plan"
    return Plan(
        label=f"{row['name']}{' · under way' if row['is_committed'] else ''}",
        steps=tuple(
            Step(s["step"], s["begins"], s["ends"], STEP_COLOURS[s["step"]]) for s in steps
        ),
        late=late,
        text=text,
    )


def _schedule_table(data: BriefData) -> TableView:
    columns = (
        Column("Project", lambda r: str(r["name"])),
        Column("Permit", lambda r: str(r["variant"])),
        Column("Step", lambda r: str(r["step"])),
        Column("Begins", lambda r: r["begins"].isoformat()),
        Column("Ends as planned", lambda r: r["ends"].isoformat()),
        Column("Ends in nine of ten", lambda r: _day(r["late_end"])),
        Column("Longest step", lambda r: "yes" if r["is_longest"] else "no"),
        Column("Waits for", lambda r: names_in(data, r["waits_for"]) or "–"),
        Column("Source", computed),
    )
    rows = data.rows("plan_schedule")
    return table_view(
        "rows-plan-schedule", "Steps of each project", columns, rows, table="plan_schedule"
    )


def _day(value: date | None) -> str:
    return "–" if value is None else value.isoformat()


def permit_figures(data: BriefData) -> tuple[Figure, ...]:
    """What a month saved on each permit saves."""
    rows = [r for r in permits(data) if r["avoided_loss_per_month"] > _LEAST][:_SHOWN_PERMITS]
    if not rows:
        return ()
    bars = [
        _bar(
            f"{r['name']} · {r['programme']}",
            r["avoided_loss_per_month"],
            f"{short_money(r['avoided_loss_per_month'])} · {millions(r['output_per_month'])} t",
            "var(--drawn)",
            is_solid=r["chosen_share"] > 0,
        )
        for r in rows
    ]
    axis = ValueAxis("Million USD a month", 0, 1.02 * (bars[0].value or 1.0), ",.3~r")
    return (
        figure(
            "figure-plan-permits",
            "What a month saved on a permit is worth",
            "At the margin of this plan, for the whole project; beside it the tonnes of product "
            "that a month brings. Full bars: the plan takes the faster permit.",
            lambda size: ranged_bars(bars, axis, size),
            _permit_table(data),
            (LegendItem("taken", "var(--drawn)"), LegendItem("not taken", "none")),
        ),
    )


def _permit_table(data: BriefData) -> TableView:
    names = names_of(data)
    columns = (
        Column("Project", lambda r: str(r["name"])),
        Column("How", lambda r: str(r["programme"])),
        Column("Months saved", lambda r: significant(r["months_saved"], 2), True),
        Column("Costs, million USD", lambda r: millions(r["cost"]), True),
        Column("A month saves, million USD", lambda r: millions(r["avoided_loss_per_month"]), True),
        Column("A month brings", lambda r: f"{millions(r['output_per_month'])} t", True),
        Column("Of", lambda r: names.material(r["output"])),
        Column("Taken", lambda r: percent(r["chosen_share"]), True),
        Column("Start waits for", lambda r: _binding(data, r["binding"])),
        Column("Source", computed),
    )
    rows = permits(data)
    return table_view("rows-plan-permits", "Permits", columns, rows, table="plan_permits")


def _binding(data: BriefData, text: str) -> str:
    """The step that the start waits for, with the name of a project in the place of its id."""
    start, mark, project = text.partition("feed from ")
    return f"{start}{mark}{in_sentence(names_in(data, project))}" if mark else text
