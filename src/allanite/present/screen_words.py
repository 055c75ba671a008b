"""Verdicts, facts and changes of a screened product in the words of a compliance officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from allanite.catalogue.tables.results_verdicts import OUTCOME_WORDS

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sign:
    """How an outcome is shown: a sign that reads without colour, words, a colour of the page."""

    mark: str
    text: str
    colour: str


SIGNS: Final[Mapping[str, Sign]] = {
    "prohibited": Sign("✖", "prohibited", "var(--in-force)"),
    "deny_in_principle": Sign("✖", "denied in principle", "var(--in-force)"),
    "detained_presumption": Sign("✖", "detained by presumption", "var(--in-force)"),
    "case_by_case": Sign("▲", "case by case", "var(--in-force)"),
    "licence_required": Sign("▲", "licence required", "var(--in-force)"),
    "not_eligible": Sign("▽", "not eligible", "var(--suspended)"),
    "duty": Sign("$", "duty", "var(--suspended)"),
    "report_only": Sign("i", "to be reported", "var(--suspended)"),
    "eligible": Sign("+", "opens support", "var(--ended)"),
    "clear": Sign("✓", "clear of this rule", "var(--ended)"),
    "unknown_status": Sign("§", "law open", "var(--unknown)"),
    "unknown": Sign("?", "facts missing", "var(--unknown)"),
}
CLEAR: Final = ("eligible", "clear")
OPEN: Final = ("unknown_status", "unknown")

FACT_WORDS: Final[Mapping[str, str]] = {
    "form": "the form it is shipped in",
    "elements": "which elements it holds",
    "minerals": "which listed minerals it holds",
    "material_classes": "what it is made of",
    "hts_code": "customs code",
    "chinese_item_text_met": "whether it meets the text of a Chinese control item",
    "dual_use_item_china": "whether China lists it as dual-use",
    "country_mined": "where it was mined",
    "country_separated": "where it was separated to oxide",
    "country_metal": "where the metal was made or melted",
    "country_made": "where the magnet or part was made",
    "country_assembled": "where it was assembled",
    "country_recycling": "where recycled feed was milled and sintered",
    "country_origin": "country of origin",
    "country_from": "shipped from",
    "country_to": "shipped to",
    "listed_share_of_magnet": "value share of Chinese inputs in the magnet",
    "listed_share_of_assembly": "value share of Chinese inputs in the item",
    "tungsten_mass_share": "mass share of tungsten",
    "covered_mass_share": "mass share of magnets, tantalum and tungsten",
    "recycled_magnet": "whether its magnets are recycled",
    "electronic_device": "electronic device",
    "cots_end_item": "off-the-shelf end item",
    "mill_product": "mill product",
    "xinjiang_input": "whether an input is from Xinjiang",
    "section_301_mineral": "whether its tariff line is a listed mineral",
    "end_use": "end use",
    "contract": "kind of contract",
    "contract_above_threshold": "contract above the threshold",
    "nonavailability_determination": "a determination of nonavailability",
    "subject_to_ear": "whether it falls under the US export rules (EAR)",
    "military_end_user": "whether the end user is military",
    "recipient_country": "country of the buyer",
    "chinese_list": "whether buyer or end user stand on a Chinese list",
    "chinese_listed_owner_share": "share of them in Chinese-listed hands",
    "us_listed_party": "whether a party stands on the US Entity List",
    "us_listed_owner": "whether a listed party owns part of one",
    "us_listed_owner_share": "share of the parties in US-listed hands",
    "us_owner_share_unresolved": "whether the search for owners ended",
    "uflpa_listed_supplier": "whether a supplier stands on the UFLPA list",
    **{
        f"technology_{step}": f"whose technology of {step} was used"
        for step in ("mining", "separation", "metal", "magnet", "recycling")
    },
}
# Facts nobody changes to get another verdict.
_FIXED: Final = frozenset(
    {
        *("form", "elements", "minerals", "material_classes", "country_to", "country_from"),
        *("contract", "contract_above_threshold", "hts_code", "subject_to_ear", "end_use"),
        *("military_end_user", "us_listed_party", "chinese_list", "section_301_mineral"),
    }
)
_WHO: Final = {
    "recipient_country": "--buyer",
    "chinese_list": "--buyer",
    "chinese_listed_owner_share": "--buyer",
    "us_listed_party": "--buyer, then --fact us_listed_party=no after a look at the official list",
    "us_listed_owner_share": "--buyer",
    "us_listed_owner": "--buyer",
    "contract": "--contract",
    "end_use": "--end-use",
    "country_from": "--from",
    "country_to": "--to",
}


def fact_words(fact: str) -> str:
    """A fact in words."""
    return FACT_WORDS.get(fact, fact.replace("_", " "))


def asked_words(facts: Sequence[str]) -> list[str]:
    """Facts in words; steps of technology in one."""
    steps = [fact.removeprefix("technology_") for fact in facts if fact.startswith("technology_")]
    plain = [fact_words(fact) for fact in facts if not fact.startswith("technology_")]
    return [*plain, *([f"whose technology was used ({', '.join(steps)})"] if steps else [])]


def is_given(row: Row) -> bool:
    """Whether a link is about what the sale or the part simply is, and tells a reader little."""
    return str(row["statement"]).split(" ", 1)[0] in _FIXED


def severity(outcome: str) -> int:
    """Place in the order of severity."""
    return OUTCOME_WORDS.index(outcome)


def worst(possible: str) -> int:
    """Severity of the most severe of the possible outcomes."""
    return min((severity(word) for word in possible.split()), default=len(OUTCOME_WORDS))


def verdict_words(outcome: str, possible: str) -> str:
    """A verdict as a reader says it; an open one with what it may come to."""
    text = SIGNS[outcome].text
    if outcome not in OPEN:
        return text
    return f"{text}: {' or '.join(SIGNS[word].text for word in possible.split())}"


def link_words(row: Row) -> str:
    """One link of a chain of facts: what, and its value."""
    statement = str(row["statement"])
    first = statement.split(" ", 1)[0]
    if first not in FACT_WORDS and not statement.startswith("the day"):
        return statement if row["holds"] == "true" else f"not so: {statement}"
    if statement.startswith("the day"):
        return f"on {row['value']}"
    return f"{fact_words(first)}: {row['value']}"


def change_words(rows: Sequence[Row], outcome: str, most: int = 2) -> list[str]:
    """Changes worth telling: those that facts of supply or a proof can bring about."""
    told = []
    for row in rows:
        facts = [part.split(" = ", 1) for part in str(row["change"]).split("; ")]
        if any(name in _FIXED for name, _ in facts) or row["outcome"] == outcome:
            continue
        what = " and ".join(f"{fact_words(name)} = {value}" for name, value in facts)
        told.append(f"{what} → {SIGNS[row['outcome']].text}")
    return told[:most]


def option_words(fact: str) -> str:
    """A fact of your own sale with the option of the command that states it."""
    return f"{fact_words(fact)} ({_WHO.get(fact, f'--fact {fact}=...')})"
