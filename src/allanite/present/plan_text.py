"""A plan in the words of a terminal: sentences first, then what to build and store as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from allanite.present.data import BriefData
from allanite.present.page import Row
from allanite.present.plan import (
    SHARED,
    WHOLE,
    amounts,
    built_words,
    capital_by_payer,
    chosen,
    days_words,
    first_output,
    form_word,
    listed,
    orders,
    payer_name,
    quarter,
    regret_words,
    tonnes_short,
)
from allanite.present.response import names_of
from allanite.present.sections.plan_words import (
    certainty_lines,
    contract_lines,
    headline_line,
    permit_line,
    saving_lines,
    swap_lines,
)
from allanite.present.words import lower_first, millions, money, percent

# What `--show` calls a table.
SHOWN: Final[Mapping[str, str]] = {
    name: f"plan_{name}"
    for name in (
        "figures",
        "projects",
        "contracts",
        "values",
        "schedule",
        "permits",
        "stocks",
        "cover",
        "shortage",
        "years",
        "front",
        "sensitivity",
        "rounds",
        "regimes",
        "assumptions",
    )
}
_TOLD: Final = 3  # materials of one form


def plan_lines(data: BriefData) -> list[str]:
    """The plan in sentences: build, store, save, permits, what stays uncertain."""
    lines = [headline_line(data)]
    lines += [_build_line(data, payer) for payer in capital_by_payer(data) if _builds(data, payer)]
    lines += contract_lines(data)
    lines += [line for partner in data.case.partners for line in _store_lines(data, partner)]
    lines += [*saving_lines(data), *permit_line(data), *swap_lines(data), *certainty_lines(data)]
    case = data.case.case_id
    return [*lines, f"Probabilities are assumptions: allanite plan {case} --show assumptions"]


def _builds(data: BriefData, payer: str) -> list[dict[str, Any]]:
    return [row for row in chosen(data) if row["payer"] == payer]


def _build_line(data: BriefData, payer: str) -> str:
    rows = _builds(data, payer)
    told = [
        f"{row['name']}{_part(row)} ({money(row['capital'])}, decided {quarter(row['start'])}, "
        f"first output {first_output(row)})"
        for row in rows
    ]
    whose = "Shared" if payer == SHARED else payer_name(data, payer)
    return f"Build, {whose}: {'; '.join(told)}."


def _part(row: Row) -> str:
    return "" if row["built_share"] > WHOLE else f", {built_words(row)} of it"


def _store_lines(data: BriefData, partner: str) -> list[str]:
    rows = [row for row in orders(data) if row["region"] == partner]
    if not rows:
        return []
    names = names_of(data)
    by_form = {form: [r for r in rows if r["form"] == form] for form in {r["form"] for r in rows}}
    parts = []
    for form, mine in sorted(by_form.items(), key=lambda x: (-amounts(x[1], "cost"), x[0])):
        told = [
            f"{lower_first(names.material(row['material']))} {tonnes_short(row['ordered_amount'])}"
            for row in mine
        ]
        cost = money(amounts(mine, "cost"))
        parts.append(f"{form_word(form).lower()} {cost}: {listed(told, _TOLD)}")
    return [
        f"Store, {data.places.name(partner)}, {money(amounts(rows, 'cost'))}: {'; '.join(parts)}."
    ]


def readable_projects(data: BriefData) -> pa.Table:
    """What to build, in words."""
    return _words(
        chosen(data),
        {
            "build": lambda r: str(r["name"]) + _part(r),
            "pays": lambda r: payer_name(data, r["payer"]),
            "million USD": lambda r: millions(r["capital"]),
            "decided": lambda r: quarter(r["start"]),
            "first output (nine in ten)": first_output,
            "fails": lambda r: percent(r["failure_share"]),
            "other way costs more": regret_words,
            "verdict": lambda r: str(r["verdict"]),
        },
    )


def readable_stocks(data: BriefData) -> pa.Table:
    """What to store, in words."""
    names = names_of(data)
    return _words(
        orders(data),
        {
            "store": lambda r: names.material(r["material"]),
            "form": lambda r: form_word(r["form"]),
            "where": lambda r: data.places.name(r["region"]),
            "ordered": lambda r: tonnes_short(r["ordered_amount"]),
            "years": lambda r: ", ".join(str(y) for y in r["years"]),
            "million USD": lambda r: millions(r["cost"]),
            "cover": lambda r: days_words(r["cover"]),
        },
    )


def _words(rows: Iterable[Row], columns: Mapping[str, Callable[[Row], str]]) -> pa.Table:
    found = list(rows)
    return pa.table(
        {name: pa.array([cell(r) for r in found], pa.string()) for name, cell in columns.items()}
    )
