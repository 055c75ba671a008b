"""What a reader is told of each rule: the verdict of the product, why, and which parts it is about.

Read from the result tables alone, so that a stored result gives the same pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from allanite.present.screen_words import (
    CLEAR,
    OPEN,
    SIGNS,
    Row,
    asked_words,
    change_words,
    is_given,
    link_words,
    severity,
    verdict_words,
    worst,
)
from allanite.studies.result import Result
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.tree import TOP
from allanite.studies.screening.verdicts import asks_supplier

MOST_LINKS: Final = 3
_STOPS: Final = [word for word in SIGNS if word not in (*CLEAR, *OPEN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule and one product.

    Attributes:
        rule: its row of `screening_rules`.
        verdict: its row of `screening_verdicts`.
        because, on_delivery: links of the chain, in words.
        branches: state or reading of the law and what it gives, in words.
        missing: facts suppliers are asked for, in words; own: names of facts of the sale.
        changes: what would change the verdict.
        caught, open_parts: ids of parts that are surely, or perhaps, caught on either day.
        caught_because: why the first of the caught parts is.
        turns: parts whose verdict changes: the day, the verdict then, their ids.
    """

    rule: Row
    verdict: Row
    because: tuple[str, ...]
    on_delivery: tuple[str, ...]
    branches: tuple[str, ...]
    missing: tuple[str, ...]
    own: tuple[str, ...]
    changes: tuple[str, ...]
    caught: tuple[str, ...]
    open_parts: tuple[str, ...]
    caught_because: tuple[str, ...]
    turns: tuple[tuple[date, str, tuple[str, ...]], ...]

    @property
    def rank(self) -> tuple[bool, bool, int, int, str]:
        """Order of severity: what is decided and stops first, then what is open, then the rest."""
        words = self.verdict["outcome"], self.verdict["outcome_on_delivery"]
        stops = min((severity(w) for w in words if w not in (*OPEN, *CLEAR)), default=len(SIGNS))
        possible = f"{self.verdict['possible']} {self.verdict['possible_on_delivery']}"
        is_quiet = self.is_clear and not self.caught
        is_stopped = stops < len(SIGNS) or bool(self.caught)
        return is_quiet, not is_stopped, stops, worst(possible), str(self.rule["rule_id"])

    @property
    def is_stopped(self) -> bool:
        """Whether the product itself is surely caught on either day."""
        return not self.is_clear and self.rank[2] < len(SIGNS)

    @property
    def is_clear(self) -> bool:
        """Whether the product is clear of it, or gains by it, on both days."""
        words = self.verdict["outcome"], self.verdict["outcome_on_delivery"]
        return all(word in CLEAR for word in words)

    def words(self, *, delivery: bool = False) -> str:
        """The verdict of a day in words."""
        end = "_on_delivery" if delivery else ""
        return verdict_words(self.verdict[f"outcome{end}"], self.verdict[f"possible{end}"])


def products_of(bom: Bom) -> list[str]:
    """Ids of the products, in the order of the list."""
    return [bom.part_id[i] for i, above in enumerate(bom.tree.parent.tolist()) if above == TOP]


def rule_views(bom: Bom, result: Result, product: str) -> list[RuleView]:
    """Asked rules for one product, in the order of severity."""
    rules = {r["rule_id"]: r for r in result.table("screening_rules").to_pylist()}
    verdicts = result.table("screening_verdicts")
    own = verdicts.filter(pc.equal(verdicts.column("part_id"), product)).to_pylist()
    inside = set(parts_of(bom, product))
    cases = _Cases.of(result)
    parts, turns = _parts_by_rule(verdicts, inside), _turns(verdicts, inside)
    of_part = _PartCases(verdicts)
    views = [
        _view(rules[v["rule_id"]], v, cases, parts[v["rule_id"]], turns[v["rule_id"]], of_part)
        for v in own
    ]
    return sorted(views, key=lambda view: view.rank)


def parts_of(bom: Bom, product: str) -> list[str]:
    """Ids of the product and all that is in it, in the order of the list."""
    products = bom.tree.products()
    wanted = bom.part_id.index(product)
    return [name for name, top in zip(bom.part_id, products.tolist(), strict=True) if top == wanted]


def _parts_by_rule(
    verdicts: pa.Table, inside: set[str]
) -> Mapping[str, tuple[list[str], list[str]]]:
    """Parts that each rule surely, and perhaps, catches on either day."""
    stops = pa.array(_STOPS)
    sure = pc.or_(
        pc.is_in(verdicts.column("outcome"), stops),
        pc.is_in(verdicts.column("outcome_on_delivery"), stops),
    )
    doubt = pc.or_(
        pc.is_in(verdicts.column("outcome"), pa.array(OPEN)),
        pc.is_in(verdicts.column("outcome_on_delivery"), pa.array(OPEN)),
    )
    found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for position, mask in ((0, sure), (1, pc.and_(doubt, pc.invert(sure)))):
        rows = verdicts.select(["part_id", "rule_id"]).filter(mask)
        for part, rule in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            if part in inside:
                found[rule][position].append(part)
    return found


def _turns(
    verdicts: pa.Table, inside: set[str]
) -> Mapping[str, tuple[tuple[date, str, tuple[str, ...]], ...]]:
    """Days on which verdicts of parts change, with the verdict then and the parts, by rule."""
    rows = verdicts.select(["part_id", "rule_id", "next_change", "next_outcome"])
    rows = rows.filter(pc.is_valid(rows.column("next_change")))
    grouped: dict[str, dict[tuple[date, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for part, rule, day, outcome in zip(*(c.to_pylist() for c in rows.columns), strict=True):
        if part in inside:
            grouped[rule][day, outcome].append(part)
    found: dict[str, tuple[tuple[date, str, tuple[str, ...]], ...]] = defaultdict(tuple)
    for rule, turns in grouped.items():
        found[rule] = tuple((*key, tuple(parts)) for key, parts in sorted(turns.items()))
    return found


@dataclass(frozen=True, slots=True)
class _PartCases:
    """Verdict rows of single parts."""

    verdicts: pa.Table

    def row(self, part: str, rule: str) -> Row:
        """The row of a part under a rule."""
        columns = self.verdicts.column("part_id"), self.verdicts.column("rule_id")
        mask = pc.and_(pc.equal(columns[0], part), pc.equal(columns[1], rule))
        row: Row = self.verdicts.filter(mask).to_pylist()[0]
        return row


@dataclass(frozen=True, slots=True)
class _Cases:
    """Rows of the result by case and day."""

    reasons: Mapping[tuple[str, str], list[Row]]
    branches: Mapping[tuple[str, str], list[Row]]
    missing: Mapping[str, list[Row]]
    changes: Mapping[str, list[Row]]

    @classmethod
    def of(cls, result: Result) -> _Cases:
        return cls(
            _grouped(result, "screening_reasons", "case_id", "day"),
            _grouped(result, "screening_branches", "case_id", "day"),
            {
                key[0]: rows
                for key, rows in _grouped(result, "screening_missing", "case_id").items()
            },
            {
                key[0]: rows
                for key, rows in _grouped(result, "screening_changes", "case_id").items()
            },
        )


def _grouped(result: Result, name: str, *columns: str) -> Any:  # noqa: ANN401
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in result.table(name).to_pylist():
        found[tuple(row[column] for column in columns)].append(row)
    return found


def _view(
    rule: Row,
    verdict: Row,
    cases: _Cases,
    parts: tuple[list[str], list[str]],
    turns: tuple[tuple[date, str, tuple[str, ...]], ...],
    of_part: _PartCases,
) -> RuleView:
    case, outcome = verdict["case_id"], verdict["outcome"]
    facts = [row["fact"] for row in cases.missing.get(case, [])]
    told = cases.branches.get((case, "delivery")) or cases.branches.get((case, "order"), [])
    changes = [] if outcome in OPEN else cases.changes.get(case, [])
    first = of_part.row(parts[0][0], rule["rule_id"]) if parts[0] else None
    return RuleView(
        rule=rule,
        verdict=verdict,
        because=tuple(because(cases.reasons.get((case, "order"), []), outcome)),
        on_delivery=tuple(
            because(cases.reasons.get((case, "delivery"), []), verdict["outcome_on_delivery"])
        ),
        branches=tuple(branch_words(told)) if len(told) > 1 else (),
        missing=tuple(asked_words([fact for fact in facts if asks_supplier(fact)])),
        own=tuple(fact for fact in facts if not asks_supplier(fact)),
        changes=tuple(change_words(changes, outcome)),
        caught=tuple(parts[0]),
        open_parts=tuple(parts[1]),
        caught_because=() if first is None else tuple(_part_reason(cases, first)),
        turns=turns,
    )


def _part_reason(cases: _Cases, row: Row) -> list[str]:
    """Why a part is caught, on the day of the order or else of the delivery."""
    days = (("order", row["outcome"]), ("delivery", row["outcome_on_delivery"]))
    for day, outcome in days:
        if outcome not in (*CLEAR, *OPEN):
            reasons = cases.reasons.get((row["case_id"], day), [])
            return [SIGNS[outcome].text, *because(reasons, outcome)]
    return []


def because(rows: Sequence[Row], outcome: str) -> list[str]:
    """The links that carry a decided verdict: facts that catch it, or the first that does not.

    Where every state of the law gives the same, the reason is one of facts if there is one.
    """
    if outcome in OPEN:
        return []
    branches = sorted({row["branch"] for row in rows})
    told = [_carried([r for r in rows if r["branch"] == n and r["is_certain"]], outcome)
            for n in branches]  # fmt: skip
    of_facts = [words for words, is_of_law in told if words and not is_of_law]
    return of_facts[0] if of_facts else next((words for words, _ in told if words), [])


def _carried(rows: Sequence[Row], outcome: str) -> tuple[list[str], bool]:
    """The reason in one branch, and whether it is one of the law alone."""
    detail = str(rows[0]["detail"] or "") if rows else ""
    if outcome == "clear":
        denied = [row for row in rows if row["holds"] == "false"][:MOST_LINKS]
        words = [_denied(row) for row in denied]
        of_law = any(not _is_fact(row) for row in denied)
        return list(dict.fromkeys(words)) or [x for x in (detail,) if x], of_law
    carried = [row for row in rows if row["holds"] == "true" and _is_fact(row)]
    carried.reverse()
    carried = sorted(carried, key=is_given)[:MOST_LINKS]
    return [x for x in (detail, *(link_words(row) for row in carried)) if x], False


def _is_fact(row: Row) -> bool:
    statement = str(row["statement"])
    return not statement.endswith("is in force") and not statement.startswith("the day")


def _denied(row: Row) -> str:
    statement = str(row["statement"])
    if statement.endswith("is in force"):
        return f"{statement.removesuffix(' is in force')} is not in force"
    return link_words(row)


def branch_words(rows: Sequence[Row]) -> list[str]:
    """What the law may be and what each state gives; readings apart only where they differ."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    states: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[str(row["state"] or ""), row["possible"]].append(row)
        states[str(row["state"] or "")].add(row["possible"])
    told = []
    for (state, possible), same in found.items():
        weight = same[0]["weight"]
        sure = f" ({weight * 100:.0f} %, assumed)" if weight is not None else ""
        names = [x.rsplit(": ", 1)[-1] for x in state.split("; ") if x]
        reading = [str(r["reading"]) for r in same if r["reading"] and len(states[state]) > 1]
        gives = " or ".join(SIGNS[word].text for word in str(possible).split())
        told.append(f"{', '.join([*names, *reading]) or 'in force'}{sure}: {gives}")
    return told
