"""Commands on claims: what they print, what they refuse, what they write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from allanite import Release
from allanite.cli.ledger_claims import register
from allanite.errors import UsageError

DAY = ("--on", "2026-11-27")
# Properties of schema.org that a ClaimReview and what stands in it may have (release 29).
TERMS = {
    "ClaimReview": {
        "claimReviewed",
        "datePublished",
        "author",
        "inLanguage",
        "reviewBody",
        "reviewRating",
        "itemReviewed",
    },
    "Rating": {"alternateName", "ratingValue", "bestRating", "worstRating", "ratingExplanation"},
    "Claim": {"name", "text", "datePublished", "identifier", "author", "appearance"},
    "Organization": {"name"},
    "CreativeWork": {"name", "url", "datePublished"},
}
NEEDED = {"ClaimReview": {"claimReviewed", "itemReviewed", "reviewRating", "author"}}


@pytest.fixture
def ask(release: Release, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("COLUMNS", "220")
    assert release.names
    app = typer.Typer()

    @app.callback()
    def group() -> None:
        """Ledger."""

    register(app)
    return lambda *arguments: CliRunner().invoke(app, [str(a) for a in arguments])


def test_claims_are_counted_and_those_outside_left_aside(ask: Callable[..., Result]) -> None:
    found = ask("claims", *DAY)
    assert found.exit_code == 0
    assert found.output.startswith("On 27 November 2026, of 30 claims in the field:")
    assert "S17" in found.output and "S41" not in found.output
    rows = json.loads(ask("claims", *DAY, "--json", "--all").stdout)
    assert len(rows) == 49


@pytest.mark.parametrize("show", ["readings", "independence", "contradictions"])
def test_each_table_is_shown(ask: Callable[..., Result], show: str) -> None:
    found = ask("claims", *DAY, "--show", show)
    assert found.exit_code == 0 and len(found.output.splitlines()) > 10


def test_one_claim_is_told_with_readings_sources_and_what_would_turn_it(
    ask: Callable[..., Result],
) -> None:
    found = ask("check", "s17", *DAY).output
    assert "on its day: supported with nuance" in found
    assert "2 independent sources in 3 texts" in found and "Reuters" in found
    assert "would turn it" in found and "mine output, which is not processing" in found


def test_what_does_not_fit_is_refused(ask: Callable[..., Result], tmp_path: Path) -> None:
    def refused(*arguments: object) -> str:
        error = ask(*arguments).exception
        assert isinstance(error, UsageError)
        return str(error)

    assert "nearest" in refused("check", "S99")
    assert "did you mean 'verdicts'" in refused("claims", "--show", "verdict")
    assert "choose a later day" in refused("check", "S17", "--on", "2025-10-27")
    assert "not a date" in refused("claims", "--on", "tomorrow")
    assert ".jsonld" in refused("export", "--out", tmp_path / "claims.ttl")


def test_export_has_terms_of_schema_org_only_and_equal_bytes(
    ask: Callable[..., Result], release: Release, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.jsonld", tmp_path / "b.jsonld"
    for path in (first, second):
        assert ask("export", "--out", path, *DAY).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    document = json.loads(first.read_text(encoding="utf-8"))
    assert document["@context"] == "https://schema.org"
    assert len(document["@graph"]) > 20
    for review in document["@graph"]:
        check_terms(review)
        assert review["datePublished"] == release.release
        rating = review["reviewRating"]
        if "ratingValue" in rating:
            assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
        assert "publisher" not in json.dumps(review["itemReviewed"].get("author", []))


def check_terms(node: object) -> None:
    if isinstance(node, list):
        for part in node:
            check_terms(part)
    elif isinstance(node, dict):
        kind = node["@type"]
        names = {name for name in node if not name.startswith("@")}
        assert names <= TERMS[kind], (kind, names - TERMS[kind])
        assert NEEDED.get(kind, set()) <= names
        for value in node.values():
            if isinstance(value, dict | list):
                check_terms(value)


def test_export_as_a_table(ask: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    assert ask("export", "--out", path, *DAY).exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") == 50 and text.startswith('"claim_id"')
