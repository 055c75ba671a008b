"""What it costs and who pays: what acting together is worth, its shares, whether it holds."""

from __future__ import annotations

from typing import Final

from allanite.present.data import BriefData
from allanite.present.page import Column, Row, Section, TableView, table_view
from allanite.present.plan import Figure
from allanite.present.response import computed
from allanite.present.sections.sharing_split import (
    cost_figures,
    group_figures,
    group_tables,
    payment_tables,
    rule_figures,
    source_figures,
    stability_tables,
)
from allanite.present.sections.sharing_stock import (
    holding_figures,
    overlap_figures,
    rights_figures,
    stock_cover_figures,
)
from allanite.present.sections.sharing_words import (
    NOT_MODELLED,
    basis_line,
    core_lines,
    cover_line,
    source_line,
    split_line,
    stability_lines,
    stock_lines,
    worth_line,
)
from allanite.present.sharing import SOURCES, is_shared
from allanite.present.words import opening, significant

IDENTIFIER: Final = "sharing"
TITLE: Final = "What it costs and who pays"
_MONEY: Final = "million USD"


def sharing_section(data: BriefData) -> Section:
    """What acting together is worth, who pays whom, whether it holds, who holds which stock."""
    return Section(
        identifier=IDENTIFIER,
        title=TITLE,
        lead=sharing_lead(data),
        figures=(
            *cost_figures(data),
            *source_figures(data),
            *group_figures(data),
            *rule_figures(data),
            *rights_figures(data),
            *holding_figures(data),
            *stock_cover_figures(data),
            *overlap_figures(data),
        ),
        tables=(
            *payment_tables(data),
            *stability_tables(data),
            *group_tables(data),
            *_figure_tables(data),
        ),
        method=_method(data),
    )


def sharing_lead(data: BriefData) -> tuple[str, ...]:
    """Worth and what it rests on, split, stability, stocks, and what is not modelled."""
    if len(data.case.partners) < 2:
        return ("There is one partner: nothing is shared.",)
    if not is_shared(data):
        return ("It was not worked out for this brief what acting together is worth, or who pays.",)
    paragraphs = (
        [worth_line(data), source_line(data), basis_line(data)],
        [split_line(data), *core_lines(data)],
        stability_lines(data),
        [*stock_lines(data), cover_line(data)],
        [
            "It rests on the odds and prices of the plan above, which are assumptions, and on the "
            "rights of today: what each owns, buys and uses. " + NOT_MODELLED
        ],
    )
    return tuple(text for lines in paragraphs if (text := " ".join(filter(None, lines))))


def _method(data: BriefData) -> tuple[str, ...]:
    if not is_shared(data):
        return ()
    return (
        "Every group of partners makes the plan that is best for it: it pools stocks, new plants, "
        "rights and budget for all its members; each of the others acts alone. All groups plan on "
        "the same courses. What a group saves is the sum of what its members would bear alone "
        "less what it bears. Each cost stands between a plan that was found and a proof that none "
        "is cheaper by more; savings carry both ends.",
        "The nucleolus makes the group worst off as well off as can be: nobody leaves if there is "
        "any share under which nobody leaves. The Shapley value is the mean of what a partner adds "
        "over all orders in which they may join. Equal and proportional parts look at one number.",
        "A group has a reason to leave where it saves more on its own than its members are given. "
        "Side payments are the difference between what each pays for plants, stocks and goods in "
        "the joint plan and what it should bear.",
        "Entitlements are what the joint plan has drawn for a partner by then, the mean over the "
        "courses with an embargo, and never less than it would have drawn alone.",
    )


def _figure_tables(data: BriefData) -> tuple[TableView, ...]:
    rows = [r for r in data.rows("share_figures") if r["figure"] not in SOURCES]
    if not rows:
        return ()
    columns = (
        Column("Figure", lambda r: opening(r["figure"].replace("_", " "))),
        Column("Value (range)", _figure_words, True),
        Column("What it says", lambda r: str(r["note"])),
        Column("Source", computed),
    )
    caption = "Acting together in figures"
    return (
        table_view(
            "rows-share-figures", caption, columns, rows, table="share_figures", is_folded=True
        ),
    )


def _figure_words(row: Row) -> str:
    if row["unit"] == _MONEY:
        return Figure(row["value"], row["low"], row["high"]).told()
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    return "–" if row["value"] is None else f"{significant(row['value'])}{unit}"


def told(data: BriefData) -> str:
    """What acting together is worth in a sentence for the headline; nothing where not known."""
    return f"{worth_line(data)} {split_line(data)}".strip() if is_shared(data) else ""
