"""A contract on the terminal: who pays whom for what, and every term with its range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from allanite.conditions.instruments.contract import Contract, Term
from allanite.conditions.instruments.kinds import kind_of
from allanite.present.words import joined, percent, significant

_LISTED: Final = pa.schema(
    [
        ("contract", pa.string()),
        ("name", pa.string()),
        ("state", pa.string()),
        ("kinds", pa.string()),
        ("payers", pa.string()),
        ("producer", pa.string()),
        ("product", pa.string()),
        ("from", pa.string()),
        ("to", pa.string()),
        ("missing", pa.string()),
    ]
)
_TERMS: Final = pa.schema(
    [
        ("term", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("unit", pa.string()),
        ("quality", pa.string()),
        ("why", pa.string()),
    ]
)


def contract_rows(contracts: Sequence[Contract]) -> pa.Table:
    """One row a contract."""
    return pa.Table.from_pylist([_listed(contract) for contract in contracts], schema=_LISTED)


def _listed(contract: Contract) -> dict[str, object]:
    return {
        "contract": contract.contract_id,
        "name": contract.name,
        "state": contract.status.replace("_", " "),
        "kinds": ", ".join(_kinds(contract)),
        "payers": ", ".join(payer.name for payer in contract.payers),
        "producer": ", ".join(contract.beneficiaries),
        "product": contract.product,
        "from": _year(contract.start),
        "to": _year(contract.end),
        "missing": ", ".join(contract.missing) or None,
    }


def _kinds(contract: Contract) -> list[str]:
    return [kind_of(instrument) for instrument in contract.instruments]


def _year(moment: float) -> str:
    return f"{moment:.1f}"


def term_rows(contract: Contract) -> pa.Table:
    """One row a term."""
    rows = [{name: getattr(term, name) for name in _TERMS.names[1:]} for term in contract.terms]
    named = [{"term": term.name, **row} for term, row in zip(contract.terms, rows, strict=True)]
    return pa.Table.from_pylist(named, schema=_TERMS)


def contract_lines(contract: Contract) -> Iterator[str]:
    """The contract in a few sentences, what is not printed last."""
    payers = joined([f"{payer.name}{_bears(payer.share)}" for payer in contract.payers])
    producer = joined(list(contract.beneficiaries))
    yield f"{contract.name}: {payers} with {producer}, on {contract.product}."
    yield (
        f"{', '.join(_kinds(contract)).capitalize()}; {contract.status.replace('_', ' ')}; from "
        f"{contract.start:.2f} to {contract.end:.2f}, {contract.indexation} prices."
    )
    ranged = [term for term in contract.terms if _is_ranged(term)]
    if ranged:
        yield f"Not printed, so taken as a range: {joined([_range(term) for term in ranged])}."
    if contract.missing:
        yield f"Missing, so that it cannot be valued without: {joined(list(contract.missing))}."
        yield 'Give a value with `allanite contract value ... --set "TERM=NUMBER"`.'
    if contract.note:
        yield contract.note


def _is_ranged(term: Term) -> bool:
    return term.low is not None and term.high is not None and term.low < term.high


def _range(term: Term) -> str:
    ends = [significant(x, 4) for x in (term.value, term.low, term.high) if x is not None]
    unit = "" if term.unit in ("1", "") else f" {term.unit}"
    return f"{term.name} {ends[0]} ({ends[1]}–{ends[2]}){unit}"


def _bears(share: float) -> str:
    return f" ({percent(share)})" if share < 1 else ""
