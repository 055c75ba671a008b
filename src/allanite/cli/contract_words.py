"""Words of the commands on contracts: which contracts are meant, which terms, which payers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from allanite.errors import UsageError

if TYPE_CHECKING:
    from allanite.catalogue.store import Release
    from allanite.conditions.instruments.contract import Contract

FILES: Final = (".yaml", ".yml")


def chosen(
    release: Release, names: Sequence[str], terms: Sequence[str]
) -> tuple[str | Contract, ...]:
    """Ids and contracts of files as they were named; with terms, the one contract changed.

    Raises:
        UsageError: terms for none or several contracts, a term or contract nobody knows.
        DataError: a file with faults.
    """
    found = tuple(_named(release, name) for name in names)
    if not terms:
        return found
    if len(found) != 1:
        raise UsageError("--set changes one contract: name one before it")
    from allanite.conditions.instruments.contract import contract_at
    from allanite.conditions.instruments.load import find_contract, load_contracts

    one = found[0]
    contract = find_contract(load_contracts(release), one) if isinstance(one, str) else one
    return (contract_at(contract, _numbers("--set", terms)),)


def _named(release: Release, name: str) -> str | Contract:
    if not name.endswith(FILES):
        return name
    from allanite.conditions.instruments.file import read_contract
    from allanite.conditions.instruments.load import known_names

    return read_contract(Path(name), known_names(release))


def payers_of(words: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Payers and shares of `--payer NAME=SHARE`; one payer of all where none is named."""
    return tuple(_numbers("--payer", words).items()) or (("all", 1.0),)


def _numbers(option: str, words: Sequence[str]) -> Mapping[str, float]:
    """NAME=NUMBER of an option that is repeated."""
    found: dict[str, float] = {}
    for word in words:
        name, sign, text = word.rpartition("=")
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not (sign and name.strip()) or not math.isfinite(number):
            raise UsageError(f'{option} {word!r}: write NAME=NUMBER, such as "loan.rate=0.05"')
        if name.strip() in found:
            raise UsageError(f"{option} {name.strip()!r} stands twice")
        found[name.strip()] = number
    return found
