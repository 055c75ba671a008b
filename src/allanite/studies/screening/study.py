"""The screen of a product: every part under every rule on two days, with reasons and proofs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables import results_screening as forms
from allanite.catalogue.tables import results_verdicts as tables
from allanite.law.parties.index import PartyIndex, load_parties
from allanite.law.rules.facts import Facts
from allanite.law.rules.logic import InForce, On, Reads, atoms, facts_of
from allanite.law.rules.outcomes import OUTCOMES
from allanite.law.rules.read import load_rules
from allanite.law.rules.rule import Rule
from allanite.law.rules.vocabulary import FACTS
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.columns import Lexicon, load_lexicon
from allanite.studies.screening.mapping import load_mapping_words, part_facts, with_origin
from allanite.studies.screening.origins import LISTED, TracedNetwork, origin_bounds
from allanite.studies.screening.people import Named, named_parties, party_facts, party_rows
from allanite.studies.screening.proofs import needed_proofs
from allanite.studies.screening.questions import open_questions
from allanite.studies.screening.sale import Sale, joined_facts, read_sale, sale_facts
from allanite.studies.screening.sources import source_rows, substitute_rows
from allanite.studies.screening.tree import TOP
from allanite.studies.screening.verdicts import (
    RuleCases,
    SaleDay,
    branch_rows,
    change_rows,
    explained,
    judge,
    missing_of,
    missing_rows,
    reason_rows,
    verdict_table,
)

MOST_TRACED: Final = 5_000  # parts; above them origins and sources are not traced


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """A bill of materials under a sale, before it becomes tables."""

    bom: Bom
    sale: Sale
    rules: tuple[Rule, ...]
    index: PartyIndex
    named: tuple[Named, ...]
    facts: Facts
    days: tuple[SaleDay, SaleDay]
    judged: tuple[RuleCases, ...]


def screen(
    release: Release,
    bom: Bom,
    sale: Sale,
    network: TracedNetwork | None = None,
    lexicon: Lexicon | None = None,
) -> dict[str, pa.Table]:
    """Tables `screening_...`, `open_questions`, `origin_bounds` of a product under a sale.

    Args:
        release: the data: rules, parties, prices.
        bom: the bill of materials.
        sale: what is sold to whom, when.
        network: a reconciled network for bounds of origin and other sources; none without.
        lexicon: words of the release where they are loaded already.

    Raises:
        UsageError: a word of the sale there is not, a party accepted for nobody.
        DataError: amounts no product has.
    """
    lexicon = lexicon or load_lexicon(release)
    found = screened(release, bom, sale, lexicon)
    missing = [missing_of(one, found.days) for one in found.judged]
    products = np.flatnonzero(bom.tree.parent == TOP).tolist()
    reasons = explained(found.judged, found.days, products, bom.part_id)
    traced = network if len(bom) <= MOST_TRACED else None
    caught = caught_parts(found)
    rows = {
        tables.SCREENING_RULES: rule_rows(found),
        tables.SCREENING_REASONS: reason_rows(reasons),
        tables.SCREENING_BRANCHES: branch_rows(reasons),
        tables.SCREENING_CHANGES: change_rows(reasons),
        tables.SCREENING_MISSING: missing_rows(missing),
        tables.SCREENING_PARTIES: party_rows(found.index, found.named, sale.on),
        tables.SCREENING_SOURCES: source_rows(traced, bom, caught, found.sale),
        tables.SCREENING_SUBSTITUTES: substitute_rows(release, bom, caught),
    }
    result = {schema.name: rows_table(schema, list(some)) for schema, some in rows.items()}
    result["screening_verdicts"] = verdict_table(bom.part_id, found.judged)
    result["open_questions"] = open_questions(bom, needed_proofs(bom, found.facts, missing))
    result["origin_bounds"] = (
        rows_table(forms.ORIGIN_BOUNDS, [])
        if traced is None
        else origin_bounds(traced, bom, listed=found.sale.watched or LISTED)
    )
    return result


def screened(release: Release, bom: Bom, sale: Sale, lexicon: Lexicon) -> Screened:
    """The bill of materials with its facts and the verdicts of its cases; raises as `screen`."""
    sale = read_sale(sale, lexicon.vocabulary)
    rules = tuple(rule for rule in load_rules(release) if rule.is_screened)
    index = load_parties(release)
    named = named_parties(index, sale, bom)
    facts = part_facts(bom, load_mapping_words(release, lexicon))
    if sale.country_origin:
        facts = with_origin(facts, bom, sale.country_origin)
    days = (
        _day("order", sale.on, sale, index, named),
        _day("delivery", sale.delivery, sale, index, named),
    )
    asked = [rule for rule in rules if not unasked(rule, days[0].facts)]
    judged = judge(asked, facts, *days)
    return Screened(bom, sale, rules, index, named, facts, days, judged)


def _day(
    name: str, on: date, sale: Sale, index: PartyIndex, named: Sequence[Named]
) -> SaleDay:  # fmt: skip
    return SaleDay(name, on, joined_facts(sale_facts(sale), party_facts(index, named, sale, on)))


def unasked(rule: Rule, sale: Facts) -> tuple[str, ...]:
    """Facts of a programme a rule turns on, where the sale states none of them; else nothing.

    A tax credit nobody asks for, a purchase of a firm: such rules are told and not screened.
    """
    tests = [a for case in rule.cases for a in atoms(case.when)]
    names = {n for a in tests if not isinstance(a, On | InForce | Reads) for n in facts_of(a)}
    needed = sorted(n for n in names if FACTS[n].group == "programme")
    stated = {*sale.flags, *sale.numbers, *sale.words}
    return () if not needed or stated & set(needed) else tuple(needed)


def rule_rows(found: Screened) -> Iterator[dict[str, object]]:
    """Rows of `screening_rules`, in the order of the file."""
    for rule in found.rules:
        needed = unasked(rule, found.days[0].facts)
        yield {
            "rule_id": rule.rule_id,
            "title": rule.title,
            "issuer": rule.issuer,
            "clause": rule.clause,
            "basis": rule.basis,
            "is_asked": not needed,
            "why_not": f"state {' or '.join(needed)}" if needed else None,
            "state": _state(rule, found.days[0].on),
            "state_on_delivery": _state(rule, found.days[1].on),
            "check": _check(rule, found.days[1].on) or _check(rule, found.days[0].on),
            "url": rule.sources[0].url if rule.sources else None,
            "note": " ".join(f"({note.kind}) {note.text}" for note in rule.notes) or None,
        }


def _state(rule: Rule, on: date) -> str | None:
    words = []
    for key in sorted(rule.laws):
        period = next(p for p in rule.laws[key].periods if p.holds(on))
        until = f" to {period.last_day}" if period.last_day is not None else ""
        words.append(f"{rule.laws[key].label}: {period.state.replace('_', ' ')}{until}")
    return "; ".join(words) or None


def _check(rule: Rule, on: date) -> str | None:
    periods = [p for text in rule.laws.values() for p in text.periods if p.holds(on)]
    return " ".join(dict.fromkeys(p.check for p in periods if p.branches and p.check)) or None


# Outcomes that stop goods, or make them wait, cost more or lose a benefit.
CAUGHT: Final = range(OUTCOMES.index("report_only"))


def caught_parts(found: Screened) -> list[int]:
    """Parts without parts that a rule catches, or may catch, on either day."""
    leaf = found.bom.tree.is_leaf()
    is_caught = np.zeros(len(found.bom), dtype=np.bool_)
    stops = np.uint16(sum(1 << outcome for outcome in CAUGHT))
    for one in found.judged:
        either = one.order.possible | one.delivery.possible
        is_caught |= ((either & stops) != 0)[one.cases.case_of]
    return np.flatnonzero(is_caught & leaf).tolist()
