"""Case files: which partners ask, whom they watch, since when, about which elements.

A case file is YAML, loaded safely. Every fault of a file is reported at once, with the
key, what was found and what is allowed. The shipped cases stand in `allanite/cases`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from allanite.catalogue.files import fault
from allanite.conditions.plan_case import LIKE, PLAN, PlanCase, read_plan
from allanite.conditions.yaml_file import load_plain_yaml, shown
from allanite.errors import DataError, Finding, UsageError

_CODE = re.compile(r"[A-Z]{3}")
_ELEMENT = re.compile(r"[A-Z][a-z]?")
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
CASE_SUFFIXES: Final = (".yaml", ".yml")
YEARS: Final = (1990, 2100)


@dataclass(frozen=True, slots=True)
class ElementGroup:
    """Elements that are read together, such as neodymium and praseodymium.

    Attributes:
        name: the group in words.
        elements: chemical symbols.
    """

    name: str
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Who asks about what.

    Attributes:
        case_id: short id; also names the folder of the brief.
        title: the partners in words.
        partners: region codes of the partners, in the order they are shown.
        watched: region code of the issuer whose measures and share are watched.
        since: day from which changes of law are told.
        base_year: year of the reconciled baseline.
        element_groups: groups drawn as one chain each.
        end_uses: end uses shown one by one; the others appear in the sums.
        plan: what a plan starts from; None where the file has no such block.
    """

    case_id: str
    title: str
    partners: tuple[str, ...]
    watched: str
    since: date
    base_year: int
    element_groups: tuple[ElementGroup, ...]
    end_uses: tuple[str, ...] = ()
    plan: PlanCase | None = None


def shipped_cases() -> dict[str, Path]:
    """Files of the shipped cases by case id."""
    folder = Path(str(files("allanite"))) / "cases"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def load_case(name: str) -> Case:
    """The case of that id, or of that file where `name` ends in `.yaml` or `.yml`.

    Raises:
        UsageError: no shipped case of that id.
        DataError: the file is missing, broken, or has faults (all listed).
    """
    if name.endswith(CASE_SUFFIXES):
        return read_case(Path(name))
    shipped = shipped_cases()
    if name not in shipped:
        known = ", ".join(shipped)
        raise UsageError(
            f"no case {name!r}; shipped cases: {known}. For your own, give the path of a .yaml file"
        )
    return read_case(shipped[name])


def read_case(path: Path) -> Case:
    """The case in a YAML file.

    Raises:
        DataError: the file is missing, empty, binary, not YAML, or has faults (all listed).
    """
    raw = load_plain_yaml(path, "case")
    if not isinstance(raw, dict):
        allowed = "keys and values: " + ", ".join(_RULES)
        raise fault(path.name, type(raw).__name__, allowed, "Compare it with a shipped case.")
    findings = _case_findings(raw, path.name)
    plan = None
    try:
        plan = _plan_of(raw, path.name)
    except DataError as error:
        findings += error.findings
    if findings:
        raise DataError(findings)
    return _case_of(raw, plan)


def _plan_of(raw: Mapping[str, Any], origin: str) -> PlanCase | None:
    """The plan of a raw case; with `like`, that of a shipped case with some keys replaced."""
    own = raw.get(PLAN)
    if not isinstance(own, dict):
        return None
    if LIKE in own:
        bases = {name: path for name, path in shipped_cases().items() if name != raw.get("id")}
        found = load_plain_yaml(bases[own[LIKE]], "case") if _is_known(own[LIKE], bases) else None
        base = found.get(PLAN) if isinstance(found, dict) else None
        if not isinstance(base, dict) or LIKE in base:
            allowed = "a shipped case with a plan of its own"
            raise DataError([_finding(f"{PLAN}.{LIKE}", shown(own[LIKE]), allowed, origin)])
        own = {**base, **{key: value for key, value in own.items() if key != LIKE}}
    partners = raw.get("partners")
    return read_plan(own, partners if isinstance(partners, list) else (), origin)


def _is_known(name: object, names: Mapping[str, Path]) -> bool:
    return isinstance(name, str) and name in names


def _case_of(raw: Mapping[str, Any], plan: PlanCase | None) -> Case:
    groups = tuple(
        ElementGroup(group["name"], tuple(group["elements"])) for group in raw["element_groups"]
    )
    return Case(
        case_id=raw["id"],
        title=raw["title"],
        partners=tuple(raw["partners"]),
        watched=raw["watched"],
        since=raw["since"],
        base_year=raw["base_year"],
        element_groups=groups,
        end_uses=tuple(raw.get("end_uses") or ()),
        plan=plan,
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_code(value: object) -> bool:
    return isinstance(value, str) and bool(_CODE.fullmatch(value))


def _is_list_of(value: object, test: Callable[[object], bool]) -> bool:
    if not isinstance(value, list) or not value or not all(test(item) for item in value):
        return False
    return len({str(item) for item in value}) == len(value)


def _is_group(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"name", "elements"}:
        return False
    return _is_text(value["name"]) and _is_list_of(
        value["elements"], lambda x: isinstance(x, str) and bool(_ELEMENT.fullmatch(x))
    )


def _is_year(value: object) -> bool:
    return isinstance(value, int) and YEARS[0] <= value <= YEARS[1]


def _is_end_uses(value: object) -> bool:
    return value is None or value == [] or _is_list_of(value, _is_text)


# key -> (test, what is allowed)
_RULES: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "id": (
        lambda v: isinstance(v, str) and bool(_IDENTIFIER.fullmatch(v)),
        "lower-case letters, digits and hyphens",
    ),
    "title": (_is_text, "the partners in words"),
    "partners": (lambda v: _is_list_of(v, _is_code), "a list of distinct ISO alpha-3 codes"),
    "watched": (_is_code, "one ISO alpha-3 code"),
    "since": (lambda v: type(v) is date, "a date such as 2025-10-28"),
    "base_year": (_is_year, f"a year from {YEARS[0]} to {YEARS[1]}"),
    "element_groups": (
        lambda v: _is_list_of(v, _is_group),
        "a list of groups, each with name and elements (chemical symbols)",
    ),
    "end_uses": (_is_end_uses, "a list of distinct end uses, or nothing"),
    PLAN: (lambda v: isinstance(v, dict), "a block of keys; `like` takes it from a shipped case"),
}
_OPTIONAL: Final = frozenset({"end_uses", PLAN})


def _case_findings(raw: Mapping[object, object], origin: str) -> list[Finding]:
    findings = [
        _finding(str(key), "a key no case has", ", ".join(_RULES), origin)
        for key in raw
        if key not in _RULES
    ]
    for key, (test, allowed) in _RULES.items():
        if key not in raw:
            if key not in _OPTIONAL:
                findings.append(_finding(key, "no value", allowed, origin))
        elif not test(raw[key]):
            findings.append(_finding(key, shown(raw[key]), allowed, origin))
    return findings or _clashes(raw, origin)


def _clashes(raw: Mapping[object, Any], origin: str) -> list[Finding]:
    """Values that are right one by one and do not go together."""
    findings = []
    if raw["watched"] in raw["partners"]:
        allowed = "a region that is no partner"
        findings.append(_finding("watched", f"{raw['watched']}, a partner", allowed, origin))
    names = [group["name"] for group in raw["element_groups"]]
    if len(set(names)) < len(names):
        allowed = "groups with distinct names"
        findings.append(_finding("element_groups", ", ".join(names), allowed, origin))
    return findings


def _finding(key: str, found: str, allowed: str, origin: str) -> Finding:
    return Finding(
        table="case",
        place=key,
        found=found,
        allowed=allowed,
        remedy="Correct the key; a shipped case shows the form.",
        origin=origin,
    )
