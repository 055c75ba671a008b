"""A screened product on the terminal: what stops it, what is open, whom to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from allanite.present.places import Places
from allanite.present.screen_view import RuleView, products_of, rule_views
from allanite.present.screen_words import SIGNS, Row, fact_words, option_words
from allanite.present.words import counted, day, in_sentence, joined, short_day
from allanite.studies.result import Result
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.questions import NOBODY
from allanite.studies.screening.sale import Sale, assumptions

MOST_PARTS: Final = 4
MOST_SUPPLIERS: Final = 5
MOST_PRODUCTS: Final = 3
LONGEST_NAME: Final = 28
IN_PARTS: Final = "◆"


def screen_lines(bom: Bom, sale: Sale, result: Result, names: Places) -> Iterator[str]:
    """Sentences on a screened bill of materials, product by product, the most severe first."""
    products = products_of(bom)
    for product in products[:MOST_PRODUCTS]:
        views = rule_views(bom, result, product)
        yield from _head(bom, sale, product, names, views)
        yield from _rules(bom, views)
    if len(products) > MOST_PRODUCTS:
        yield f"{len(products) - MOST_PRODUCTS} more products: --show verdicts has them all."
    yield from _asked(result)
    yield from _parties(result)
    yield from _given(sale, result)


def _head(
    bom: Bom, sale: Sale, product: str, names: Places, views: Sequence[RuleView]
) -> Iterator[str]:
    name = bom.name[bom.part_id.index(product)] or product
    yield f"{name} ({product}), {counted(len(bom), 'row', 'rows')}; {way_words(sale, names)}."
    yield headline(views)
    yield ""


def way_words(sale: Sale, names: Places) -> str:
    """The sale in words: days, way, contract, use, parties."""
    places = [
        f"{word} {in_sentence(names.name(code))}" if code else f"{word} (not stated)"
        for word, code in (("from", sale.country_from), ("to", sale.country_to))
    ]
    days = f"ordered {day(sale.on)}"
    days += f", delivered {day(sale.delivery)}" if sale.delivery != sale.on else ""
    contract = {"dod": "US defence contract", "other": "no US defence contract"}
    more = [
        contract.get(sale.contract, "contract not stated"),
        f"use: {sale.end_use or 'not stated'}",
        f"buyer: {sale.buyer or 'not stated'}",
    ]
    return "; ".join([days, " ".join(places), *more])


def headline(views: Sequence[RuleView]) -> str:
    """One sentence: what surely catches the product or a part of it, what may."""
    stopped = [v for v in views if v.is_stopped]
    opened = [v for v in views if not v.is_clear and v not in stopped]
    inside = [v for v in views if v.is_clear and v.caught]
    texts = []
    if stopped:
        texts.append(f"Caught by {joined([str(v.rule['rule_id']) for v in stopped])}")
    if inside:
        texts.append(f"parts of it caught by {joined([str(v.rule['rule_id']) for v in inside])}")
    if opened:
        texts.append(f"open under {joined([str(v.rule['rule_id']) for v in opened])}")
    if not texts:
        return "No rule that was asked catches it on these days."
    first, *more = texts
    return "; ".join([first[0].upper() + first[1:], *more]) + "."


def _rules(bom: Bom, views: Sequence[RuleView]) -> Iterator[str]:
    told = [v for v in views if not v.is_clear or v.caught]
    for view in told:
        yield from _rule(bom, view)
    rest = [v for v in views if v not in told]
    if rest:
        yield "Clear of, or gaining by:"
        for view in rest:
            why = "; ".join(view.because) or view.words()
            end = "" if view.verdict["outcome"] == "clear" else f" [{view.words()}]"
            opened = f" ({len(view.open_parts)} rows inside open)" if view.open_parts else ""
            yield f"  {_sign(view)} {view.rule['rule_id']}: {why}{end}{opened}"
        yield ""


def _sign(view: RuleView) -> str:
    """The sign of the product's verdict; of a clear product with caught parts another."""
    is_inside = view.is_clear and view.caught
    return IN_PARTS if is_inside else SIGNS[view.verdict["outcome"]].mark


def _rule(bom: Bom, view: RuleView) -> Iterator[str]:
    recalled = " [text recalled]" if view.rule["basis"] == "recalled" else ""
    yield f"{_sign(view)} {view.rule['rule_id']}  {view.rule['title']}{recalled}"
    both = view.words(), view.words(delivery=True)
    if both[0] == both[1]:
        inside = " (the product; parts are caught)" if view.caught and view.is_clear else ""
        yield f"    both days   {both[0]}{inside}"
    else:
        yield f"    order       {both[0]}"
        yield f"    delivery    {both[1]}"
    lines = (
        ("because", "; ".join(view.because)),
        ("then", "; ".join(view.on_delivery)),
        ("caught", _caught(bom, view)),
        ("open parts", _parts(bom, view.open_parts)),
        *(
            (short_day(when), f"{_parts(bom, parts)} → {SIGNS[outcome].text}")
            for when, outcome, parts in view.turns
        ),
        ("proofs", "; ".join(view.missing)),
        ("you state", "; ".join(map(option_words, view.own))),
        ("changes it", "; ".join(view.changes)),
    )
    for branch in view.branches:
        yield f"    law         {branch}"
    for label, text in lines:
        if text:
            yield f"    {label:<11} {text}"
    yield ""


def _parts(bom: Bom, parts: Sequence[str]) -> str:
    if len(parts) == len(bom) > MOST_PARTS:
        return f"all {len(bom)} rows"
    position = {name: i for i, name in enumerate(bom.part_id)} if parts else {}
    shown = [_short(bom, position[part]) for part in parts[:MOST_PARTS]]
    more = len(parts) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _caught(bom: Bom, view: RuleView) -> str:
    texts = _parts(bom, view.caught), "; ".join(view.caught_because)
    return ": ".join(text for text in texts if text)


def _short(bom: Bom, part: int) -> str:
    name = bom.name[part]
    cut = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return f"{bom.part_id[part]} ({cut})" if name else bom.part_id[part]


def _asked(result: Result) -> Iterator[str]:
    table = result.table("open_questions")
    if not table.num_rows:
        return
    facts = list(zip(table["supplier"].to_pylist(), table["fact"].to_pylist(), strict=True))
    by_supplier = Counter(supplier for supplier, _ in facts)
    total = counted(table.num_rows, "question", "questions")
    yield f"Ask {counted(len(by_supplier), 'supplier', 'suppliers')} ({total}; --questionnaire):"
    # What the map of the supply chain tells is asked of everybody and tells least apart.
    telling = Counter(s for s, fact in facts if fact != "xinjiang_input")
    order = sorted(by_supplier, key=lambda s: (-telling[s], -by_supplier[s], s))
    for supplier in order[:MOST_SUPPLIERS]:
        asked = Counter(fact for one, fact in facts if one == supplier)
        words = [
            f"{fact_words(fact)} ({count})" if count > 1 else fact_words(fact)
            for fact, count in asked.most_common(5)
        ]
        yield f"  {'nobody named' if supplier == NOBODY else supplier}: {', '.join(words)}"
    if len(by_supplier) > MOST_SUPPLIERS:
        yield f"  and {len(by_supplier) - MOST_SUPPLIERS} more suppliers"


def _parties(result: Result) -> Iterator[str]:
    rows = result.table("screening_parties").to_pylist()
    undecided = sorted({(r["role"], r["name"]) for r in rows if r["decision"] == "candidate"})
    for role, name in undecided[:MOST_SUPPLIERS]:
        found = [r for r in rows if (r["role"], r["name"]) == (role, name)]
        may_be = "; ".join(
            f"{r['party_id']} ({r['alias']}, {r['score']:.0f} of 100)" for r in found[:3]
        )
        yield (
            f"Not decided: {role} {name!r} may be {may_be}. Nothing rests on it; accept with"
            f' --accept-party "{name}=ID".'
        )
    for row in rows:
        if row["decision"] in ("exact", "accepted") and row["listed_as"]:
            who = f"{row['role']} {row['name']} is {row['party_id']}"
            yield f"Listed: {who}, on {row['listed_as']}."
        if row["decision"] == "nobody":
            yield f"Not known: {row['role']} {row['name']!r}; look at the official lists."


def rows_not_asked(rules: Sequence[Row]) -> list[Row]:
    """Rules that were not asked."""
    return [row for row in rules if not row["is_asked"]]


def _given(sale: Sale, result: Result) -> Iterator[str]:
    given = [f"{fact_words(a.fact)}: {a.value} ({a.why})" for a in assumptions(sale)]
    if sale.buyer and not sale.end_user:
        given.append("the end user is the buyer")
    yield ""
    yield f"Taken as given: {'; '.join(given)}. State otherwise with --fact NAME=VALUE."
    rules = result.table("screening_rules").to_pylist()
    unasked = [str(r["rule_id"]) for r in rows_not_asked(rules)]
    if unasked:
        yield f"Not asked, the sale states no such programme: {', '.join(unasked)} (--show rules)."
    yield (
        "Each row is screened as if shipped under this sale. No legal advice: rules are compiled"
        " from what was read; --show reasons has every chain of facts."
    )
