"""A contract: who pays whom for which product, how long, by which instruments, on which terms.

`Contract` holds central values; `terms` keep the range and the reason of each, and `contract_at`
gives the same contract with other values, or with what was missing filled in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from allanite.conditions.instruments.kinds import KINDS, Incomplete, Instrument
from allanite.errors import ModelError, UsageError

CONTRACT: Final = "contract"
Indexation = Literal["real", "nominal"]
End = Literal["low", "value", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """One who pays.

    Attributes:
        name: as shown to readers; region: region code of the public purse or the buyers.
        share: of every payment, both ways [1].
    """

    name: str
    region: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One number of a contract, with its range.

    Attributes:
        name: part and field, `contract for difference.strike`.
        position: instrument it belongs to, -1 for the contract itself.
        field: field of that instrument or of the contract.
        value, low, high: None where it is missing.
        unit: symbol, empty for none.
        quality: observed, estimated or assumed.
        why: where it comes from, why this range.
    """

    name: str
    position: int
    field: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    quality: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One contract.

    Attributes:
        contract_id, name, status: status as in table `contracts`.
        beneficiary_kind: project, site, site group or country; beneficiaries: their ids.
        product: what prices and volumes are of, e.g. `NdPr oxide`.
        payers: with shares that sum to 1.
        instruments: stacked on the same volume; their order does not matter.
        start: first day as a decimal year; duration: from there [yr].
        volume_share: of the output of the product [1]; limit_rate: most that is covered [t/yr].
        indexation: nominal prices and amounts lose value with inflation, real ones do not.
        benchmark_share: benchmark of the contract over the index of the exposure [1].
        settlement_months: payments settle on the volume-weighted mean price of so many months.
        terms: range and reason of each number; empty for a contract made in code.
        record_id: row of table `instruments` it comes from, empty for none.
        note: what the numbers do not say.
    """

    contract_id: str
    name: str
    status: str
    beneficiary_kind: str
    beneficiaries: tuple[str, ...]
    product: str
    payers: tuple[Payer, ...]
    instruments: tuple[Instrument, ...]
    start: float
    duration: float
    volume_share: float = 1.0
    limit_rate: float = math.inf
    indexation: Indexation = "nominal"
    benchmark_share: float = 1.0
    settlement_months: float = 1
    terms: tuple[Term, ...] = ()
    record_id: str = ""
    note: str = ""

    @property
    def end(self) -> float:
        """Day after the last one, as a decimal year."""
        return self.start + self.duration

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of terms without which the contract cannot be valued."""
        names = {(term.position, term.field): term.name for term in self.terms}
        return tuple(
            names.get((position, field), f"{instrument.kind}.{field}")
            for position, instrument in enumerate(self.instruments)
            if isinstance(instrument, Incomplete)
            for field in instrument.missing
        )


def require_terms(contract: Contract) -> None:
    """Raise `ModelError` where a term is missing; it names all of them."""
    if contract.missing:
        names = ", ".join(contract.missing)
        raise ModelError(
            f"{contract.contract_id} cannot be valued: {names} not published; give a value with"
            " contract_at, for example a low and a high one"
        )


def contract_at(contract: Contract, values: Mapping[str, float] | End) -> Contract:
    """The same contract with other values of its terms.

    Args:
        contract: with terms.
        values: value by name of a term, also of missing ones; or `low` or `high`: the lower or
            upper end of every term that has a range (which end is dear depends on the term).

    Raises:
        UsageError: a name that is no term of the contract.
    """
    if isinstance(values, str):
        chosen = {t.name: getattr(t, values) for t in contract.terms if t.value is not None}
        return contract_at(contract, chosen)
    known = {term.name: term for term in contract.terms}
    unknown = sorted(set(values) - set(known))
    if unknown:
        names = ", ".join(known) or "none"
        raise UsageError(f"{contract.contract_id} has no term {unknown}; its terms: {names}")
    changes: dict[int, dict[str, Any]] = {}
    for name, value in values.items():
        changes.setdefault(known[name].position, {})[known[name].field] = value
    own = changes.pop(-1, {})
    instruments = tuple(
        _changed(instrument, changes.get(position, {}))
        for position, instrument in enumerate(contract.instruments)
    )
    return replace(contract, instruments=instruments, **own)


def _changed(instrument: Instrument, values: dict[str, Any]) -> Instrument:
    if not isinstance(instrument, Incomplete):
        return replace(instrument, **values) if values else instrument
    given = {**dict(instrument.given), **values}
    left = tuple(field for field in instrument.missing if field not in values)
    return complete(instrument.kind, given, left)


def complete(kind: str, given: Mapping[str, float | str], missing: tuple[str, ...]) -> Instrument:
    """The instrument of a kind, or what is known of it where fields are missing."""
    if missing:
        return Incomplete(kind=kind, given=tuple(given.items()), missing=missing)
    made: Instrument = KINDS[kind](**given)
    return made
