"""A user's own contract in YAML.

    id: AU-NOLANS-FLOOR
    name: A floor for Nolans
    status: proposed
    for: {project: AU_NOLANS}
    product: NdPr oxide
    start: 2029-01-01
    years: 10
    indexation: real
    payers:
      - {payer: METI, region: JPN, share: 0.5}
      - {payer: Department of War, region: USA, share: 0.5}
    instruments:
      - kind: price floor
        strike: {value: 95, low: 85, high: 110, why: below the floors in force}

A value is a number, a range with its reason, or the word `missing`. Every fault of a file is told
at once. Docs: docs/how-to/write-a-contract.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from allanite.catalogue.files import fault
from allanite.conditions.horizon import decimal_year
from allanite.conditions.instruments.assemble import MISSING, RawContract, RawTerm, assemble
from allanite.conditions.instruments.check import Names
from allanite.conditions.instruments.contract import CONTRACT, Contract, Payer
from allanite.conditions.instruments.forms import CONTRACT_FIELDS, WORD_FIELDS
from allanite.conditions.instruments.notes import Notes
from allanite.conditions.yaml_file import load_plain_yaml, shown
from allanite.errors import DataError

MAX_ITEMS: Final = 100
NEEDED: Final = (
    "id",
    "name",
    "status",
    "for",
    "product",
    "start",
    "indexation",
    "payers",
    "instruments",
)
ENDS: Final = ("years", "end")
_OWN: Final = tuple(field for field in CONTRACT_FIELDS if field not in ("start", "duration"))
OPTIONAL: Final = (*ENDS, *_OWN, "note")
_RANGE: Final = ("value", "low", "high", "why")
_DATES: Final = ("start", "upside_start")


def read_contract(path: Path, names: Names) -> Contract:
    """The contract of a YAML file.

    Args:
        path: the file.
        names: products, places and regions of a release, from `known_names`.

    Raises:
        DataError: the file is missing, broken or too large, or has faults (all listed): keys
            nobody knows, terms that contradict one another, unknown places or products.
    """
    raw = load_plain_yaml(path, "contract file")
    if not isinstance(raw, dict):
        raise fault(path.name, shown(raw), ", ".join(NEEDED), "Write one contract as keys.")
    notes = Notes(table="contract", origin=path.name)
    _check_keys(raw, notes)
    terms = [*_own_terms(raw, notes), *_instrument_terms(raw.get("instruments"), notes)]
    whole = RawContract(
        header=_header(raw, notes), terms=terms, payers=_payers(raw.get("payers"), notes)
    )
    contract = assemble(whole, names, notes) if not notes.findings else None
    if contract is None:
        raise DataError(notes.findings)
    return contract


def _check_keys(raw: Mapping[Any, Any], notes: Notes) -> None:
    for key in raw:
        if key not in (*NEEDED, *OPTIONAL):
            notes.add(shown(key), "a key no contract has", ", ".join((*NEEDED, *OPTIONAL)))
    for key in NEEDED:
        if key not in raw:
            notes.add(key, "no value", "this key")
    if sum(key in raw for key in ENDS) != 1:
        notes.add("years", "no end, or two", "one of `years` and `end`")


def _header(raw: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    kind, places = _beneficiaries(raw.get("for"), notes)
    return {
        "contract_id": _text(raw, "id", notes),
        "name": _text(raw, "name", notes),
        "status": _text(raw, "status", notes),
        "beneficiary_kind": kind,
        "beneficiaries": places,
        "product": _text(raw, "product", notes),
        "indexation": _indexation(raw, notes),
        "note": _text(raw, "note", notes) if "note" in raw else "",
    }


def _text(raw: Mapping[str, Any], key: str, notes: Notes) -> str:
    value = raw.get(key, "")
    if key in raw and not (isinstance(value, str) and value.strip()):
        notes.add(key, shown(value), "a short text")
    return value if isinstance(value, str) else ""


def _indexation(raw: Mapping[str, Any], notes: Notes) -> str:
    value = raw.get("indexation", "nominal")
    if value not in ("real", "nominal"):
        notes.add("indexation", shown(value), "real or nominal")
        return "nominal"
    return str(value)


def _beneficiaries(raw: object, notes: Notes) -> tuple[str, tuple[str, ...]]:
    if isinstance(raw, dict) and len(raw) == 1:
        kind, found = next(iter(raw.items()))
        places = found if isinstance(found, list) else [found]
        if isinstance(kind, str) and all(isinstance(place, str) for place in places):
            return kind, tuple(places)
    if raw is not None:
        notes.add("for", shown(raw), "one kind with an id or a list of ids: {project: AU_NOLANS}")
    return "", ()


def _payers(raw: object, notes: Notes) -> list[Payer]:
    found = []
    for number, item in enumerate(_items(raw, "payers", notes), start=1):
        place = f"payer {number}"
        if not isinstance(item, dict) or set(item) != {"payer", "region", "share"}:
            notes.add(place, shown(item), "the keys payer, region and share")
        elif not (isinstance(item["payer"], str) and isinstance(item["region"], str)):
            notes.add(place, shown(item), "a name and a region code as texts")
        elif not _is_number(item["share"]):
            notes.add(place, shown(item["share"]), "a share from 0 to 1")
        else:
            share = float(item["share"])
            found.append(Payer(name=item["payer"], region=item["region"], share=share))
    return found


def _items(raw: object, key: str, notes: Notes) -> list[Any]:
    if isinstance(raw, list) and 1 <= len(raw) <= MAX_ITEMS:
        return raw
    if raw is not None:
        notes.add(key, shown(raw), f"a list of 1 to {MAX_ITEMS}")
    return []


def _own_terms(raw: Mapping[str, Any], notes: Notes) -> list[RawTerm]:
    terms = [_value(CONTRACT, key, raw[key], notes) for key in ("start", *_OWN) if key in raw]
    if "years" in raw:
        terms.append(_value(CONTRACT, "duration", raw["years"], notes))
    elif "end" in raw:
        terms.append(_duration(raw, notes))
    return [term for term in terms if term is not None]


def _duration(raw: Mapping[str, Any], notes: Notes) -> RawTerm | None:
    """From the first day to the day after the last, where both are days."""
    first, last = raw.get("start"), raw["end"]
    if type(first) is not date or type(last) is not date:
        notes.add("end", shown(last), "a day, and a start that is a day; else `years`")
        return None
    span = round(decimal_year(last) + 1 / 365 - decimal_year(first), 6)
    return _plain(CONTRACT, "duration", span)


def _instrument_terms(raw: object, notes: Notes) -> list[RawTerm]:
    terms: list[RawTerm | None] = []
    seen: Counter[str] = Counter()
    for number, item in enumerate(_items(raw, "instruments", notes), start=1):
        kind = item.get("kind") if isinstance(item, dict) else None
        if not isinstance(kind, str) or len(item) < 2:
            notes.add(f"instrument {number}", shown(item), "a kind and its terms")
            continue
        seen[kind] += 1
        part = kind if seen[kind] == 1 else f"{kind} {seen[kind]}"
        terms += [_value(part, str(key), item[key], notes) for key in item if key != "kind"]
    return [term for term in terms if term is not None]


def _value(part: str, field: str, raw: object, notes: Notes) -> RawTerm | None:
    """A term from a number, a day, a word, a range, or `missing`."""
    place = f"{part}.{field}"
    if field in WORD_FIELDS:
        return RawTerm(part=part, field=field, value=None, low=None, high=None, words=str(raw))
    if raw == MISSING:
        return RawTerm(part=part, field=field, value=None, low=None, high=None, state=MISSING)
    if field in _DATES and type(raw) is date:
        return _plain(part, field, decimal_year(raw))
    if _is_number(raw):
        return _plain(part, field, float(raw))  # type: ignore[arg-type]
    if (
        isinstance(raw, dict)
        and set(raw) == set(_RANGE)
        and all(_is_number(raw[k]) for k in _RANGE[:3])
    ):
        value, low, high = (float(raw[key]) for key in _RANGE[:3])
        why = str(raw["why"])
        return RawTerm(
            part=part, field=field, value=value, low=low, high=high, state="range", why=why
        )
    allowed = "a number, `missing`, or value, low, high and why"
    notes.add(place, shown(raw), f"{allowed}, or a day" if field in _DATES else allowed)
    return None


def _plain(part: str, field: str, value: float) -> RawTerm:
    return RawTerm(part=part, field=field, value=value, low=value, high=value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
