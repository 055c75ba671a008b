"""Verdicts as schema.org ClaimReview in JSON-LD, one review a claim.

Terms are those of schema.org: a ClaimReview reviews a Claim with a Rating whose scale is stated.
Verdicts that say nothing of truth (not known, not checkable) have words and no number. The date
of publication is that of the data release, so that equal data give equal bytes.

Source: schema.org, types ClaimReview, Claim, Rating, Organization.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from allanite.errors import UsageError
from allanite.present.output import write_table, write_whole

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
CONTEXT: Final = "https://schema.org"
AUTHOR: Final = "Allanite"
# 5 is true, 1 is false; outdated claims were right on their day.
RATING: Final[Mapping[str, int]] = {
    "supported": 5,
    "supported with nuance": 4,
    "outdated": 2,
    "contradicted": 1,
}
SCALE: Final = "5 supported, 4 supported with nuance, 2 outdated, 1 contradicted"
SUFFIXES: Final = (".jsonld", ".csv", ".json", ".parquet", ".xlsx")


def claim_reviews(
    verdicts: Iterable[Row], claims: Mapping[str, Row], sources: Sequence[Row], published: str
) -> dict[str, Any]:
    """A JSON-LD document with one ClaimReview a claim of fact in the project's field.

    Hopes and judgements are not reviewed, nor are omissions, which nobody claims.

    Args:
        verdicts: rows of `claim_verdicts`.
        claims: rows of `claims` by id.
        sources: rows of `claim_sources`.
        published: date of the release.
    """
    graph = [
        _review(row, claims[row["claim_id"]], sources, published)
        for row in verdicts
        if row["field"] == "minerals" and row["nature"] == "fact"
    ]
    return {"@context": CONTEXT, "@graph": graph}


def _review(row: Row, claim: Row, sources: Sequence[Row], published: str) -> dict[str, Any]:
    return {
        "@type": "ClaimReview",
        "@id": f"urn:allanite:claim:{row['claim_id']}",
        "claimReviewed": row["sentence"],
        "datePublished": published,
        "author": {"@type": "Organization", "name": AUTHOR},
        "inLanguage": "en",
        "reviewBody": row["told"],
        "reviewRating": _rating(row),
        "itemReviewed": _claim(row, claim, sources),
    }


def _rating(row: Row) -> dict[str, Any]:
    verdict = str(row["verdict"])
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": verdict}
    if verdict in RATING:
        rating |= {"ratingValue": RATING[verdict], "bestRating": 5, "worstRating": 1}
        rating["ratingExplanation"] = SCALE
    return rating


def _claim(row: Row, claim: Row, sources: Sequence[Row]) -> dict[str, Any]:
    own = [s for s in sources if s["claim_id"] == row["claim_id"] and s["stance"] == "makes"]
    found: dict[str, Any] = {
        "@type": "Claim",
        "name": row["topic"],
        "text": row["sentence"],
        "datePublished": row["said_on"].isoformat(),
        "identifier": row["claim_id"],
    }
    known = dict.fromkeys(s["publisher"] for s in own if "publisher" not in s["publisher"])
    if known:
        found["author"] = [{"@type": "Organization", "name": name} for name in known]
    if own:
        found["appearance"] = [_appearance(source) for source in own]
    return found


def _appearance(source: Row) -> dict[str, Any]:
    work: dict[str, Any] = {"@type": "CreativeWork", "name": source["document"]}
    if source["url"]:
        work["url"] = source["url"]
    if source["published"]:
        work["datePublished"] = source["published"]
    return work


def write_reviews(document: Mapping[str, Any], verdicts: pa.Table, path: Path) -> None:
    """Write the JSON-LD document, or the table of verdicts where the ending asks for it.

    Raises:
        UsageError: another ending.
    """
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path.name}: ending {path.suffix!r}; use {', '.join(SUFFIXES)}")
    if path.suffix != ".jsonld":
        write_table(verdicts, path)
        return
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, lambda scratch: scratch.write_text(text, encoding="utf-8"))
