"""The page on product rules: every rule, every fact, the order of precedence; its code runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from allanite.catalogue.store import Release
from allanite.law.rules.outcomes import OUTCOMES
from allanite.law.rules.parse import _READERS, _TESTS
from allanite.law.rules.read import load_rules
from allanite.law.rules.vocabulary import FACTS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "explanation" / "product-rules.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "add-a-rule.md").read_text(encoding="utf-8")


def test_every_rule_and_every_fact_stands_on_the_page(release: Release) -> None:
    for rule in load_rules(release):
        assert f"`{rule.rule_id}`" in PAGE
    for fact in FACTS.values():
        assert f"| `{fact.name}` | {fact.group} |" in PAGE
        assert fact.description in PAGE


def test_the_order_of_precedence_is_that_of_the_code() -> None:
    paragraph = PAGE.split("Order of precedence")[1].split("What stops")[0]
    assert tuple(re.findall(r"`([a-z_]+)`", paragraph))[1:] == OUTCOMES


def test_every_form_of_a_condition_stands_in_the_how_to() -> None:
    for word in (*_READERS, *_TESTS):
        assert word == "holds" or word in HOW_TO, word


def test_the_code_of_the_page_runs(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    code = PAGE.split("```python")[1].split("```")[0]
    exec(compile(code, "product-rules.md", "exec"), {})
    assert capsys.readouterr().out.splitlines()[0] == "unknown"
