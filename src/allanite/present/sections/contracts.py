"""Which contract keeps a project alive: prices, payoffs, costs by payer, odds, least support."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from allanite.present.bars import ranged_bars
from allanite.present.border import border_lines, channels
from allanite.present.contracts import (
    cost_range,
    costly,
    designs,
    effects,
    gain,
    is_valued,
    named,
    odds_words,
    packages,
    venture_name,
    venture_names,
)
from allanite.present.data import BriefData
from allanite.present.figures import IntervalRow, SharePart, ShareRow, stacked_shares
from allanite.present.page import (
    Column,
    Figure,
    LegendItem,
    Row,
    Section,
    figure,
    table_view,
)
from allanite.present.response import computed
from allanite.present.sections.contracts_design import (
    crossover_figures,
    option_figures,
    package_tables,
)
from allanite.present.sections.contracts_figures import (
    budget_figures,
    cost_figures,
    fan_figures,
    odds_figures,
    payoff_figures,
)
from allanite.present.sections.contracts_tables import element_table
from allanite.present.sections.sharing_split import value_axis
from allanite.present.sharing import cost_short
from allanite.present.words import (
    counted,
    in_sentence,
    joined,
    money,
    opening,
    percent,
    significant,
)

IDENTIFIER: Final = "contracts"
TITLE: Final = "Which contracts keep projects alive"
_CHANNEL_COLOURS: Final = (
    "var(--partner-1)", "var(--partner-2)", "var(--partner-3)", "var(--partner-4)",
    "var(--other)", "var(--branch-2)", "var(--branch-1)", "var(--lost)",
)  # fmt: skip
_NAMED: Final = 3
_SMALL: Final = 1.0  # million USD a year


def contracts_section(data: BriefData) -> Section:
    """What contracts pay and cost, which projects live on them, what would be enough."""
    return Section(
        identifier=IDENTIFIER,
        title=TITLE,
        lead=contracts_lead(data),
        figures=(
            *fan_figures(data),
            *payoff_figures(data),
            *cost_figures(data),
            *budget_figures(data),
            *odds_figures(data),
            *option_figures(data),
            *crossover_figures(data),
            *element_figures(data),
            *leak_figures(data),
        ),
        tables=package_tables(data),
        method=_method(data),
    )


def contracts_lead(data: BriefData) -> tuple[str, ...]:
    """What contracts cost and do, what would suffice, which element, and what leaks."""
    if not is_valued(data):
        return ("Contracts were not valued for this brief.",)
    paragraphs = (
        [cost_line(data), odds_line(data)],
        [design_line(data)],
        [element_line(data)],
        _border_lines(data),
        [
            "It rests on simulated prices, fitted to sixteen years of annual averages; on running "
            "and capital costs of which many are estimated; and on terms that are not printed and "
            "stand as ranges in the tables."
        ],
    )
    return tuple(text for lines in paragraphs if (text := " ".join(filter(None, lines))))


def cost_line(data: BriefData) -> str:
    """The contract that costs its payer most, and what its tail is."""
    rows = [row for row in costly(data) if row["cost_mean"] > 0]
    if not rows:
        return ""
    first = max(rows, key=lambda row: row["cost_mean"])
    return (
        f"Of {counted(len(costly(data)), 'payment', 'payments')} by contract and payer the dearest "
        f"is {first['name']}: it costs its payer, {first['payer']}, {cost_range(first)} in present "
        f"worth, "
        f"{money(first['cost_tail'])} in the dearest twentieth of the paths, and up to "
        f"{money(first['worst_year_cost_high'])} in {first['worst_year']} on one path in twenty."
    )


def odds_line(data: BriefData) -> str:
    """Which projects a contract keeps alive, and which it does not need to."""
    pairs, ventures = effects(data), venture_names(data)
    if not pairs:
        return ""
    helped = [pair for pair in pairs if gain(pair) >= 0.05][:_NAMED]
    idle = [pair for pair in pairs if abs(gain(pair)) < 0.01 and pair[0]["survival_share"] > 0.9]
    parts = [f"{named(ventures, pair[1]['venture_id'])} ({odds_words(pair)})" for pair in helped]
    kept = f"Contracts raise the odds that projects live: {joined(parts)}." if parts else ""
    names = list(dict.fromkeys(named(ventures, pair[1]["venture_id"]) for pair in idle))
    alive = f" {joined(names[:_NAMED])} would live without." if names else ""
    return f"{kept}{alive}".strip()


def design_line(data: BriefData) -> str:
    """The cheapest support of each project looked at, by mean and tail."""
    found = designs(data)
    parts = [part for name, rows in found.items() if (part := _design(data, name, rows))]
    if not parts:
        return ""
    wanted = percent(next(iter(found.values()))[0]["odds_wanted"])
    return (
        f"Cheapest support for odds of {wanted}, by the mean and half of the tail of its cost to "
        f"all payers: {'; '.join(parts)}."
    )


def _design(data: BriefData, venture: str, rows: Sequence[Row]) -> str:
    name = venture_name(data, venture)
    if rows and rows[0]["odds_without"] >= rows[0]["odds_wanted"]:
        return f"{name} needs none"
    best = next((row for row in packages(data, venture) if row["is_cheapest_tail"]), None)
    if best is None:
        return f"nothing that was tried keeps {name} alive"
    return (
        f"{name}: {best['package']}, {money(best['cost_mean'])} on the mean and "
        f"{money(best['cost_tail'])} in the dearest twentieth of the paths"
    )


def _border_lines(data: BriefData) -> list[str]:
    """What a duty moves, with names in the place of codes."""
    codes = (data.case.watched, *data.case.partners)
    lines = border_lines(data.tables)
    for code in codes:
        lines = [line.replace(code, in_sentence(data.places.name(code))) for line in lines]
    return lines


def element_line(data: BriefData) -> str:
    """Whether the support goes to the element that binds."""
    rows = sorted(data.rows("floor_elements"), key=lambda r: r["rank"])
    if not rows:
        return ""
    named = [r["element"] for r in rows if r["floor_count"]]
    scarce = [r for r in rows if r["scarcity_cost"] >= _SMALL]
    if not scarce:
        return f"Floors that are agreed name {joined(named)}; no element is scarce on the mean."
    parts = [
        f"{r['element']} ({money(r['scarcity_cost'])} a year, {significant(r['ratio'], 2)} times "
        "its price)"
        for r in scarce[:4]
    ]
    agreed = f"Floors that are agreed name {joined(named)}. " if named else ""
    return f"{agreed}What binds, over all courses without a plan, is {joined(parts)}."


def element_figures(data: BriefData) -> tuple[Figure, ...]:
    """What scarcity of each element costs, beside the floors that name it."""
    rows = sorted(data.rows("floor_elements"), key=lambda r: r["rank"])
    if not rows:
        return ()
    bars = [
        IntervalRow(
            r["element"], "scarcity", r["scarcity_cost"], None, None,
            "var(--drawn)" if r["floor_count"] else "var(--lost)", "square",
            f"{cost_short(r['scarcity_cost'])}{', named' if r['floor_count'] else ''}",
        )
        for r in rows
        if r["floor_count"] or r["scarcity_cost"] >= _SMALL
    ]  # fmt: skip
    ends = [bar.value for bar in bars if bar.value is not None]
    return (
        figure(
            "figure-floor-elements",
            "Which element a floor should name",
            "What scarcity that a plan cures adds to the worth of a year's use by the partners, "
            "without a plan: the money that a maker of the element saves them.",
            lambda size: ranged_bars(bars, value_axis(ends, "Million USD a year"), size),
            element_table(rows),
            (
                LegendItem("named by a floor that is agreed", "var(--drawn)"),
                LegendItem("named by none", "var(--lost)"),
            ),
        ),
    )  # fmt: skip


def leak_figures(data: BriefData) -> tuple[Figure, ...]:
    """Where demand goes that a duty drives from the imports it is laid on."""
    found = channels(data.tables)
    if not found:
        return ()
    parts = tuple(
        SharePart(row["channel"], row["share"], _CHANNEL_COLOURS[i % len(_CHANNEL_COLOURS)])
        for i, row in enumerate(found)
    )
    label = f"{found[0]['measure_id']}, after {found[0]['after']} months"
    columns = (
        Column("Where it went", lambda r: opening(r["channel"])),
        Column("Share", lambda r: percent(r["share"]), True),
        Column("t/yr", lambda r: significant(r["rate"]), True),
        Column("Source", computed),
    )
    return (
        figure(
            "figure-border-leak",
            "Where demand goes when a duty is laid on magnets",
            "Shares of what users no longer buy from the origin that pays. Third-country transit: "
            "others sell theirs and buy from that origin instead; embodied: products come in with "
            "the magnet inside.",
            lambda size: stacked_shares([ShareRow(label, parts)], "Share of what moved", size),
            table_view(
                "rows-border-channels", "Channels", columns, found, table="border_channels"
            ),
            tuple(LegendItem(opening(part.name), part.colour) for part in parts),
        ),
    )  # fmt: skip


def _method(data: BriefData) -> tuple[str, ...]:
    if not is_valued(data):
        return ()
    return (
        "Prices of twelve oxides follow a process of levels, common spikes and times of dumping; "
        "each path has its own draw of the parameters. Contracts pay on each path and month; "
        "payments are summed by calendar year, shared by payers and discounted at the public rate.",
        "A project earns what its ore and plant give at these prices, less inputs, running cost, "
        "royalty, tax and debt service. It dies where it can no longer pay its debt, or runs at a "
        "loss for years. The same paths are used without and with a contract.",
        "The least size of a support is found by bisection, and its odds are read again on fresh "
        "paths. Costs of loans and guarantees are what is not paid back.",
        "The response of the network to a duty is that of one steady year; elasticities are from "
        "the literature, recalled, and give the ranges.",
    )


def told(data: BriefData) -> str:
    """Contracts in a sentence or two for the headline; nothing where none was valued."""
    return f"{odds_line(data)} {element_line(data)}".strip() if is_valued(data) else ""
