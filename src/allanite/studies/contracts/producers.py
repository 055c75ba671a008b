"""Which venture a contract supports, and why none where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from allanite.axis import FloatArray
from allanite.catalogue.assumed import assumed_value
from allanite.catalogue.store import Release
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.prices.load import load_outside_volumes
from allanite.errors import AllaniteError
from allanite.studies.contracts.study import Case, venture_case
from allanite.studies.contracts.venture import find_venture

NOBODY: Final = "none"
INFLATION: Final = "contract.inflation_rate"
_COUNTRY: Final = "country"


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """Who is supported.

    Attributes:
        venture_id: project or operating group; `none` for no one of them.
        reason: why there is none, empty where there is one.
    """

    venture_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Desk:
    """What every valuation of contracts reads beside prices.

    Attributes:
        release: the data.
        years: Y, from 2027.
        inflation_rate: by which nominal terms lose value, yearly [1].
        outside_rate: oxide traded outside China at its own price, shape (E,) [t/yr].
    """

    release: Release
    years: int
    inflation_rate: float
    outside_rate: FloatArray

    def case(self, name: str) -> Case:
        """A venture without any contract; errors as `venture_case`."""
        return venture_case(self.release, name, self.years, outside_rate=self.outside_rate)


def open_desk(release: Release, years: int) -> Desk:
    """The desk of a release for valuations of so many years."""
    return Desk(
        release=release,
        years=years,
        inflation_rate=assumed_value(release, INFLATION),
        outside_rate=load_outside_volumes(release)["outside_volume_rate"],
    )


def producer_of(release: Release, contract: Contract) -> Producer:
    """The venture that a contract's beneficiaries belong to."""
    if contract.beneficiary_kind == _COUNTRY:
        reason = "For a whole country: no one venture earns or bears it; see the leak of measures."
        return Producer(venture_id=NOBODY, reason=reason)
    found, reason = set[str](), ""
    for name in contract.beneficiaries:
        try:
            found.add(find_venture(release, name).venture_id)
        except AllaniteError as error:
            reason = str(error)
    if len(found) == 1:
        return Producer(venture_id=found.pop())
    reason = f"Several ventures: {', '.join(sorted(found))}." if found else reason
    return Producer(venture_id=NOBODY, reason=reason)


def cases_of(desk: Desk, producers: Mapping[str, Producer]) -> dict[str, Case]:
    """Ventures by id, each once, of producers by contract."""
    names = sorted({p.venture_id for p in producers.values() if p.venture_id != NOBODY})
    return {name: desk.case(name) for name in names}


def contracts_of(
    release: Release, venture_id: str, contracts: Sequence[Contract], statuses: Sequence[str]
) -> tuple[Contract, ...]:
    """Contracts of one venture that have all their terms and one of the statuses.

    Raises:
        UsageError: no such venture. ModelError: one without a cash flow.
    """
    wanted = find_venture(release, venture_id).venture_id
    return tuple(
        c
        for c in contracts
        if c.status in statuses and not c.missing and producer_of(release, c).venture_id == wanted
    )
