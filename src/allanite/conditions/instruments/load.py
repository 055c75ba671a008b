"""Contracts of a data release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.conditions.instruments.assemble import RawContract, RawTerm, assemble
from allanite.conditions.instruments.check import Names
from allanite.conditions.instruments.contract import Contract, Payer
from allanite.conditions.instruments.forms import UNQUOTED_PRODUCTS
from allanite.conditions.instruments.notes import Notes
from allanite.errors import DataError, UsageError

Row = Mapping[str, Any]
_SITES: Final = "sites"


def load_contracts(release: Release) -> tuple[Contract, ...]:
    """Every contract of the release, in its order.

    Raises:
        DataError: terms that contradict one another, unknown names; all of them at once.
    """
    names = known_names(release)
    terms: dict[str, list[RawTerm]] = defaultdict(list)
    payers: dict[str, list[Payer]] = defaultdict(list)
    for row in release.rows("contract_terms"):
        terms[row["contract_id"]].append(_term(row))
    for row in release.rows("contract_payers"):
        payer = Payer(name=row["payer"], region=row["region"], share=row["share"])
        payers[row["contract_id"]].append(payer)
    notes = Notes(table="contracts")
    found = []
    for row in release.rows("contracts"):
        key = row["contract_id"]
        notes.subject = key
        raw = RawContract(header=_header(row), terms=terms[key], payers=payers[key])
        found.append(assemble(raw, names, notes))
    if notes.findings:
        raise DataError(notes.findings)
    return tuple(contract for contract in found if contract is not None)


def find_contract(contracts: tuple[Contract, ...], contract_id: str) -> Contract:
    """The contract of that id.

    Raises:
        UsageError: an id nobody knows; all that there are named.
    """
    for contract in contracts:
        if contract.contract_id == contract_id:
            return contract
    known = ", ".join(contract.contract_id for contract in contracts)
    raise UsageError(f"no contract {contract_id!r}; there are {known}")


def known_names(release: Release) -> Names:
    """Products, beneficiaries and regions a contract may name."""
    sites = release.rows(_SITES)
    regions = frozenset(row["region"] for row in release.rows("regions"))
    return Names(
        products=frozenset(row["product"] for row in release.rows("oxide_prices"))
        | frozenset(UNQUOTED_PRODUCTS),
        beneficiaries={
            "project": frozenset(row["project_id"] for row in release.rows("projects")),
            "site": frozenset(row["site_id"] for row in sites),
            "site group": frozenset(row["site_group"] for row in sites if row["site_group"]),
            "country": regions,
        },
        regions=regions,
    )


def _header(row: Row) -> dict[str, Any]:
    names = ("contract_id", "name", "status", "beneficiary_kind", "product", "indexation")
    return {
        **{name: row[name] for name in names},
        "beneficiaries": tuple(row["beneficiaries"].split()),
        "record_id": row["instrument_id"] or "",
        "note": row["note"] or "",
    }


def _term(row: Row) -> RawTerm:
    return RawTerm(
        part=row["part"],
        field=row["term"],
        value=row["value"],
        low=row["value"] if row["low"] is None else row["low"],
        high=row["value"] if row["high"] is None else row["high"],
        unit=row["unit"] or "",
        words=row["words"] or "",
        state=row["state"],
        quality=row["quality"],
        why=row["note"],
    )
