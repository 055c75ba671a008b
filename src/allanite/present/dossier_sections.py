"""Sections of a dossier: verdicts, parts by rule, proofs, the sale, the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from allanite.present.dossier_data import DossierData, sign_words
from allanite.present.page import Cell, Column, Row, Section, TableView, outside, table_view
from allanite.present.screen_view import RuleView
from allanite.present.screen_words import SIGNS, fact_words, link_words
from allanite.studies.screening.sale import assumptions

MOST_PARTS: Final = 80
MOST_ROWS: Final = 300


def _said(view: RuleView) -> str:
    words = [
        f"{SIGNS[view.verdict[f'outcome{end}']].mark} {view.words(delivery=bool(end))}"
        for end in ("", "_on_delivery")
    ]
    return words[0] if words[0] == words[1] else f"order: {words[0]}; delivery: {words[1]}"


def _why(view: RuleView) -> str:
    """Why, what is missing, what the law may be, and what would change it."""
    told = ["; ".join(view.because or view.on_delivery)]
    if not told[0]:
        told.append(f"Not known: {'; '.join(view.missing)}" if view.missing else "")
        told.append(f"Not stated: {'; '.join(map(fact_words, view.own))}" if view.own else "")
    told.append(f"In parts: {'; '.join(view.caught_because)}" if view.caught_because else "")
    told.append(f"The law: {' | '.join(view.branches)}" if view.branches else "")
    told.append(f"Would change it: {'; '.join(view.changes)}" if view.changes else "")
    return " ".join(f"{text[0].upper()}{text[1:]}." for text in told if text)


def _rule_cell(row: Row) -> Cell:
    rule = row["view"].rule
    return Cell(rule["rule_id"], f"#chain-{rule['rule_id']}")


def _title_cell(row: Row) -> Cell:
    rule = row["view"].rule
    return Cell(rule["title"], tag="recalled" if rule["basis"] == "recalled" else "")


_VERDICTS: Final = (
    Column("Rule", _rule_cell),
    Column("What it is", _title_cell),
    Column("Verdict", lambda r: _said(r["view"])),
    Column("Why, or what is missing", lambda r: _why(r["view"])),
    Column("Caught", lambda r: str(len(r["view"].caught)), True),
    Column("Open", lambda r: str(len(r["view"].open_parts)), True),
)


def verdicts_section(data: DossierData) -> Section:
    """One row a rule, the most severe first, and the chains of facts folded below."""
    rows: list[Row] = [{"view": view} for view in data.views]
    table = table_view(
        "rows-verdicts",
        "One rule; verdict of the product on both days",
        _VERDICTS,
        rows,
        table="screening_verdicts",
    )
    return Section(
        identifier="verdicts",
        title="Verdicts",
        lead=(
            "One row a rule, in the order of severity. A verdict is of that rule on that day "
            "alone. Caught and Open count the rows of the list, the product among them.",
        ),
        tables=(table, *_chains(data)),
        method=(
            "A condition that needs a fact nobody stated is unknown, and so is every verdict that "
            "rests on it. More facts can only narrow a verdict. Where the state of the law on the "
            "day is not known, every branch is worked out; weights are assumptions.",
        ),
    )


_CHAIN: Final = (
    Column(
        "Outcome", lambda r: sign_words(r["outcome"]) + ("" if r["is_certain"] else " (possible)")
    ),
    Column("Day", lambda r: r["day"]),
    Column("Branch", lambda r: str(r["branch"]), True),
    Column("Passage", lambda r: r["clause"] or ""),
    Column("Fact", link_words),
    Column("Test", lambda r: r["statement"]),
    Column("Holds", lambda r: r["holds"]),
)


def _chains(data: DossierData) -> Iterator[TableView]:
    """The chain of facts of the product, and of the first caught part, under every rule."""
    reasons: dict[str, list[Row]] = {}
    for row in data.result.table("screening_reasons").to_pylist():
        reasons.setdefault(row["case_id"], []).append(row)
    for view in data.views:
        rule = view.rule["rule_id"]
        rows = reasons.get(view.verdict["case_id"], [])
        for part in view.caught[:1]:
            if part != data.product:
                case = _case_of(data, part, rule)
                rows = rows + [r for r in reasons.get(case, []) if r not in rows]
        yield table_view(
            f"chain-{rule}",
            f"{rule}: chain of facts",
            _CHAIN,
            rows,
            table="screening_reasons",
            limit=MOST_ROWS,
            is_folded=True,
        )


def _case_of(data: DossierData, part: str, rule: str) -> str:
    import pyarrow.compute as pc

    table = data.result.table("screening_verdicts")
    mask = pc.and_(pc.equal(table["part_id"], part), pc.equal(table["rule_id"], rule))
    return str(table.filter(mask)["case_id"][0].as_py())


def matrix_section(data: DossierData) -> Section:
    """Parts by rules that are not clear of the whole product, signs with words."""
    views = [v for v in data.views if v.caught or v.open_parts]
    told = {part for v in views for part in (*v.caught, *v.open_parts)}
    shown = [part for part in data.parts if part in told or part == data.product]
    words = _words(data, shown[:MOST_PARTS])
    columns = [
        Column("Part", lambda r: r["label"]),
        *(Column(str(v.rule["rule_id"]), _cell_of(str(v.rule["rule_id"]))) for v in views),
    ]
    rows: list[Row] = [{"label": data.label(p), **words.get(p, {})} for p in shown]
    table = table_view(
        "rows-parts",
        "One row of the list under every rule that catches or may catch one",
        columns,
        rows,
        table="screening_verdicts",
        limit=MOST_PARTS,
    )
    signs = "; ".join(f"{sign.mark} {sign.text}" for sign in SIGNS.values())
    return Section(
        identifier="parts",
        title="Parts and rules",
        lead=(
            "On the day of the order; an arrow shows another verdict on the day of delivery.",
            f"Signs: {signs}.",
        ),
        tables=(table,),
    )


def _words(data: DossierData, parts: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {part: {} for part in parts}
    for row in data.rows("screening_verdicts", parts):
        first, last = row["outcome"], row["outcome_on_delivery"]
        text = sign_words(first) if first == last else f"{sign_words(first)} → {sign_words(last)}"
        found[row["part_id"]][row["rule_id"]] = text
    return found


def _cell_of(rule: str) -> Callable[[Row], str]:
    return lambda row: str(row.get(rule, ""))


def proofs_section(data: DossierData) -> Section:
    """What to ask which supplier."""
    table = table_view(
        "rows-questions",
        "A question to a supplier",
        (
            Column("Supplier", lambda r: r["supplier"]),
            Column("Parts", lambda r: r["parts"]),
            Column("Question", lambda r: r["question"]),
            Column("Proof", lambda r: r["proof"]),
        ),
        _by_supplier(data),
        table="open_questions",
        limit=MOST_ROWS,
    )
    own = sorted({fact_words(fact) for view in data.views for fact in view.own})
    return Section(
        identifier="proofs",
        title="Proofs to ask for",
        lead=(
            "Each question could change a verdict. Of a part of unknown material only the material "
            "is asked first.",
            *((f"You can state yourself: {'; '.join(own)}.",) if own else ()),
        ),
        tables=(table,),
    )


def _by_supplier(data: DossierData) -> list[Row]:
    """Questions with one line a supplier and fact; of several parts the fact in words."""
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in data.questions:
        grouped.setdefault((row["supplier"], row["fact"]), []).append(row)
    return [
        {
            **rows[0],
            "parts": ", ".join(str(row["part_id"]) for row in rows),
            "question": rows[0]["question"]
            if len(rows) == 1
            else f"Of each of these parts: {fact_words(rows[0]['fact'])}?",
        }
        for rows in grouped.values()
    ]


_SALE: Final = (
    Column("Fact", lambda r: r["fact"]),
    Column("Value", lambda r: r["value"]),
    Column("Because", lambda r: r["why"]),
)


_PARTIES: Final = (
    Column("Role", lambda r: r["role"]),
    Column("Name", lambda r: r["name"]),
    Column("Party", lambda r: r["party_id"]),
    Column("Score", lambda r: "" if r["score"] is None else f"{r['score']:.0f}", True),
    Column("Decision", lambda r: r["decision"]),
    Column("Lists", lambda r: r["listed_as"] or ""),
)


def _stated(data: DossierData) -> list[Row]:
    said = {n: v for n, v in data.sale.parameters().items() if v and isinstance(v, str)}
    return [
        {"fact": fact_words(name), "value": value, "why": "stated"}
        for name, value in (said | dict(data.sale.stated)).items()
    ]


def _taken(data: DossierData) -> list[Row]:
    return [
        {"fact": fact_words(a.fact), "value": a.value, "why": a.why} for a in assumptions(data.sale)
    ]


def given_section(data: DossierData) -> Section:
    """The sale, what was taken as given, and who the names mean."""
    rows = [*_stated(data), *_taken(data)]
    given = table_view(
        "rows-sale",
        "A fact of the sale",
        _SALE,
        rows,
        table="sale",
    )
    parties = table_view(
        "rows-parties",
        "A name and a party it means or may mean",
        _PARTIES,
        data.result.table("screening_parties").to_pylist(),
        table="screening_parties",
        limit=MOST_ROWS,
    )
    return Section(
        identifier="sale",
        title="The sale and its parties",
        lead=(
            "What a seller knows of the own sale is taken on the stricter side until it is stated. "
            "A candidate for a name decides nothing.",
        ),
        tables=(given, parties),
    )


def rules_section(data: DossierData) -> Section:
    """The rules with their passages, states, pages and limits."""
    table = table_view(
        "rows-rules",
        "A rule",
        (
            Column("Rule", lambda r: r["rule_id"]),
            Column("Passage", lambda r: Cell(
                r["clause"], outside(r["url"]), "recalled" if r["basis"] == "recalled" else "")),
            Column("Asked", lambda r: "yes" if r["is_asked"] else f"no: {r['why_not']}"),
            Column("State on order", lambda r: r["state"] or ""),
            Column("State on delivery", lambda r: r["state_on_delivery"] or ""),
            Column("Look up", lambda r: r["check"] or ""),
            Column("Limits", lambda r: r["note"] or ""),
        ),
        data.result.table("screening_rules").to_pylist(),
        table="screening_rules",
    )  # fmt: skip
    return Section(
        identifier="rules",
        title="Rules and their sources",
        lead=("Passages, dated states, pages behind them, and what each rule does not look at.",),
        tables=(table,),
    )
