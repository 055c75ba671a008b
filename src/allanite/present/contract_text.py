"""A contract on the terminal: who pays whom for what, and every term with its range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pyarrow as pa

from allanite.conditions.instruments.contract import Contract, Term
from allanite.conditions.instruments.kinds import kind_of
from allanite.present.contracts import size_words
from allanite.present.page import Row
from allanite.present.sharing import ranged_money
from allanite.present.words import joined, money, percent, significant

_LISTED: Final = pa.schema(
    [
        ("contract", pa.string()),
        ("name", pa.string()),
        ("state", pa.string()),
        ("kinds", pa.string()),
        ("payers", pa.string()),
        ("producer", pa.string()),
        ("product", pa.string()),
        ("from", pa.string()),
        ("to", pa.string()),
        ("missing", pa.string()),
    ]
)
_TOLD: Final = ("NdPr oxide", "Dy oxide", "Tb oxide", "Y oxide")
_TIER: Final = "FOB China"
_BOTH: Final = 2
_GOODS: Final = 5  # goods of a project that are told
_ALIVE: Final = "alive at the end of "
_FIRST_TOLD: Final = 5  # of the years from 2027
_EACH_TOLD: Final = 3
_TERMS: Final = pa.schema(
    [
        ("term", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("unit", pa.string()),
        ("quality", pa.string()),
        ("why", pa.string()),
    ]
)


def contract_rows(contracts: Sequence[Contract]) -> pa.Table:
    """One row a contract."""
    return pa.Table.from_pylist([_listed(contract) for contract in contracts], schema=_LISTED)


def _listed(contract: Contract) -> dict[str, object]:
    return {
        "contract": contract.contract_id,
        "name": contract.name,
        "state": contract.status.replace("_", " "),
        "kinds": ", ".join(_kinds(contract)),
        "payers": ", ".join(payer.name for payer in contract.payers),
        "producer": ", ".join(contract.beneficiaries),
        "product": contract.product,
        "from": _year(contract.start),
        "to": _year(contract.end),
        "missing": ", ".join(contract.missing) or None,
    }


def _kinds(contract: Contract) -> list[str]:
    return [kind_of(instrument) for instrument in contract.instruments]


def _year(moment: float) -> str:
    return f"{moment:.1f}"


def term_rows(contract: Contract) -> pa.Table:
    """One row a term."""
    rows = [{name: getattr(term, name) for name in _TERMS.names[1:]} for term in contract.terms]
    named = [{"term": term.name, **row} for term, row in zip(contract.terms, rows, strict=True)]
    return pa.Table.from_pylist(named, schema=_TERMS)


def contract_lines(contract: Contract) -> Iterator[str]:
    """The contract in a few sentences, what is not printed last."""
    payers = joined([f"{payer.name}{_bears(payer.share)}" for payer in contract.payers])
    producer = joined(list(contract.beneficiaries))
    yield f"{contract.name}: {payers} with {producer}, on {contract.product}."
    yield (
        f"{', '.join(_kinds(contract)).capitalize()}; {contract.status.replace('_', ' ')}; from "
        f"{contract.start:.2f} to {contract.end:.2f}, {contract.indexation} prices."
    )
    ranged = [term for term in contract.terms if _is_ranged(term)]
    if ranged:
        yield f"Not printed, so taken as a range: {joined([_range(term) for term in ranged])}."
    if contract.missing:
        yield f"Missing, so that it cannot be valued without: {joined(list(contract.missing))}."
        yield 'Give a value with `allanite contract value ... --set "TERM=NUMBER"`.'
    if contract.note:
        yield contract.note


def price_lines(tables: Mapping[str, pa.Table]) -> Iterator[str]:
    """The fan of the main oxides in its first, a middle and its last year, and how far to trust."""
    rows = tables["price_fan"].to_pylist()
    years = sorted({row["year"] for row in rows})
    told = list(dict.fromkeys((years[0], years[len(years) // 2], years[-1])))
    yield "Price exported from China in money of 2025, USD/kg: median (5-95 % of paths)."
    for product in _TOLD:
        parts = [
            f"{year} {significant(row['p50'])} ({significant(row['p5'])}–{significant(row['p95'])})"
            for year in told
            for row in rows
            if (row["product"], row["tier"], row["year"]) == (product, _TIER, year)
        ]
        yield f"{product}: {', '.join(parts)}."
    whole = next(r for r in tables["price_coverage"].to_pylist() if r["oxide"] == "all")
    yield (
        f"Out of sample, calibrated on the years to 2021: of {whole['quotes']} later quotes "
        f"{percent(whole['within_90'])} lie within the middle nine tenths, "
        f"{percent(whole['within_50'])} within the middle half."
    )


def value_lines(tables: Mapping[str, pa.Table]) -> Iterator[str]:
    """What each contract costs whom, and what it does for its project."""
    for row in tables["contract_values"].to_pylist():
        if row["cost_mean"] is None:
            yield f"{row['name']} ({row['payer']}): {row['note']}"
            continue
        cost = ranged_money(row["cost_mean"], row["cost_low"], row["cost_high"])
        worst = f"{money(row['worst_year_cost_high'])} in {row['worst_year']}"
        yield (
            f"{row['name']}, {row['payer']}: present cost {cost}, "
            f"{money(row['cost_tail'])} in the dearest twentieth of the paths; dearest year "
            f"{worst} on one path in twenty."
        )
    for without, with_it in _effect_pairs(tables["contract_effects"].to_pylist()):
        yield (
            f"{with_it['venture_id']} with {with_it['contract_id']}: lives to the end of the "
            f"horizon on {percent(without['survival_share'])} of the paths without, on "
            f"{percent(with_it['survival_share'])} with; break-even "
            f"{_price(without['break_even_price'])} without, {_price(with_it['break_even_price'])} "
            "with."
        )


def _effect_pairs(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        found.setdefault((row["contract_id"], row["venture_id"]), {})[row["state"]] = row
    yield from ((p["without"], p["with"]) for p in found.values() if len(p) == _BOTH)


def _price(value: float | None) -> str:
    return "none found" if value is None else f"{significant(value)} USD/kg of NdPr"


def project_lines(tables: Mapping[str, pa.Table], materials: Mapping[str, str]) -> Iterator[str]:
    """What a project sells, how likely it lives, and every figure of what it is worth.

    Args:
        tables: of a valued project.
        materials: names by material id.
    """
    sold = [row for row in tables["venture_basket"].to_pylist() if row["side"] == "sold"]
    first = sorted(sold, key=lambda row: -row["amount"])[:_GOODS]
    goods = [
        f"{materials.get(row['item'], row['item'])} {percent(row['revenue_share'])}"
        for row in first
    ]
    yield f"{sold[0]['venture']} sells, by revenue at the prices of 2025: {joined(goods)}."
    rows = tables["venture_odds"].to_pylist()
    alive = {row["figure"].removeprefix(_ALIVE): row["value"] for row in rows if _is_alive(row)}
    told = list(alive.items())[_FIRST_TOLD::_EACH_TOLD]
    odds = [f"{percent(value)} of the paths at the end of {year}" for year, value in told]
    yield f"Neither in default nor closed on {joined(odds)}."
    for row in rows:
        if not _is_alive(row):
            yield f"{row['figure'][:1].upper()}{row['figure'][1:]}: {_odds(row)}. {row['note']}"


def _is_alive(row: Row) -> bool:
    return str(row["figure"]).startswith(_ALIVE)


def _odds(row: Row) -> str:
    if row["value"] is None:
        return "none"
    if row["unit"] == "1":
        is_share = "factor" not in row["figure"] and "lowest" not in row["figure"].lower()
        return percent(row["value"]) if is_share else significant(row["value"])
    ends = ""
    if row["low"] is not None and row["high"] is not None:
        ends = f" ({significant(row['low'])} to {significant(row['high'])})"
    return f"{significant(row['value'])}{ends} {row['unit']}".replace("-", "−")


def design_lines(tables: Mapping[str, pa.Table]) -> Iterator[str]:
    """The least support by kind, the cheapest package, and when a floor beats a grant."""
    options = tables["design_options"].to_pylist()
    first = options[0]
    yield (
        f"{first['venture_id']}: odds of {percent(first['odds_without'])} without support; "
        f"{percent(first['odds_wanted'])} are asked for."
    )
    for row in options:
        beside = "" if row["beside"] == "nothing" else f", beside {row['beside']}"
        if not row["is_enough"]:
            reached = percent(row["odds_reached"])
            yield f"{row['instrument'].capitalize()}{beside}: not enough, odds {reached} at most."
            continue
        yield (
            f"{row['instrument'].capitalize()}{beside}: {size_words(row)} is enough; it costs all "
            f"payers {money(row['cost_mean'])} on the mean, {money(row['cost_tail'])} in the "
            "dearest twentieth."
        )
    for row in tables["design_packages"].to_pylist():
        if row["is_cheapest"]:
            yield (
                f"Cheapest of all tried: {row['package']}; {row['payer']} bears "
                f"{percent(row['payer_share'])}, {money(row['cost_mean'])} on the mean and "
                f"{money(row['cost_tail'])} in the dearest twentieth."
            )
    yield from _crossover_lines(tables["design_crossover"].to_pylist())


def _crossover_lines(rows: Sequence[Row]) -> Iterator[str]:
    by_price: dict[float, list[Row]] = {}
    for row in rows:
        if row["is_enough"]:
            by_price.setdefault(row["price_mean"], []).append(row)
    told = [
        f"{significant(price)} {next((r['instrument'] for r in found if r['is_cheapest']), '–')}"
        for price, found in sorted(by_price.items())
    ]
    if told:
        yield f"Cheapest by mean price of NdPr, USD/kg: {', '.join(told)}."


def _is_ranged(term: Term) -> bool:
    return term.low is not None and term.high is not None and term.low < term.high


def _range(term: Term) -> str:
    ends = [significant(x, 4) for x in (term.value, term.low, term.high) if x is not None]
    unit = "" if term.unit in ("1", "") else f" {term.unit}"
    return f"{term.name} {ends[0]} ({ends[1]}–{ends[2]}){unit}"


def _bears(share: float) -> str:
    return f" ({percent(share)})" if share < 1 else ""
