"""What a text leaves out of the agreements it reports, by comparison with the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from allanite.ledger.reading.promises import names_deadline, names_sum
from allanite.ledger.reading.record import (
    KnownAgreement,
    KnownProvision,
    Record,
)
from allanite.ledger.reading.statements import Statement

OmissionKind = Literal["provision", "deadline", "binding force"]
REPORTS: Final = ("signing",)  # topics by which a text reports an agreement, beside its provisions
_BINDING: Final = "binding_force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """One thing that an agreement holds and a text does not say.

    Attributes:
        agreement_id, provision_id: where it stands; no provision for the whole agreement.
        kind: a whole provision, the deadline of one that is mentioned or not, or binding force.
        what: what it is, in the words of the record.
        deadline: day of the deadline, ISO; empty without one.
    """

    agreement_id: str
    provision_id: str
    kind: OmissionKind
    what: str
    deadline: str = ""


def reported_agreements(statements: Sequence[Statement], record: Record) -> list[KnownAgreement]:
    """Agreements on minerals that a text reports, in the order of the record.

    The first one whose signing it tells, and each of which it tells a provision; one that is
    only mentioned beside others leaves nothing out.
    """
    signings = (s for s in statements if s.topic.topic_id in REPORTS)
    first = next((a.agreement_id for s in signings for a in s.agreements), "")
    return [
        agreement
        for agreement in record.agreements
        if agreement.provisions
        and agreement.is_on_minerals
        and (agreement.agreement_id == first or _tells_provision(statements, agreement))
    ]


def _tells_provision(statements: Sequence[Statement], agreement: KnownAgreement) -> bool:
    return any(_is_about(s, agreement) and s.topic.topic_id in agreement.topics for s in statements)


def omissions_of(statements: Sequence[Statement], record: Record) -> list[Omission]:
    """What a text leaves out of each agreement it reports: provisions, deadlines, binding force."""
    found: list[Omission] = []
    for agreement in reported_agreements(statements, record):
        about = [s for s in statements if _is_about(s, agreement)]
        said = {s.topic.topic_id for s in about}
        found += _binding(agreement, said)
        for provision in agreement.provisions:
            found += _of_provision(agreement, provision, about, said)
    return found


def _is_about(statement: Statement, agreement: KnownAgreement) -> bool:
    return any(a.agreement_id == agreement.agreement_id for a in statement.agreements)


def _binding(agreement: KnownAgreement, said: set[str]) -> list[Omission]:
    if agreement.binding is None or _BINDING in said:
        return []
    what = "binding" if agreement.binding else "non-binding"
    return [
        Omission(
            agreement_id=agreement.agreement_id,
            provision_id="",
            kind="binding force",
            what=f"the agreement is {what}",
        )
    ]


def _of_provision(
    agreement: KnownAgreement,
    provision: KnownProvision,
    about: Sequence[Statement],
    said: set[str],
) -> list[Omission]:
    found: list[Omission] = []
    if not provision.topics & said and not any(names_sum(s, provision) for s in about):
        found.append(_omission(agreement, provision, "provision", _words(provision)))
    deadline = provision.deadline
    if deadline is not None and not any(names_deadline(s, provision) for s in about):
        rule = f" ({provision.rule})" if provision.rule else ""
        what = f"deadline {deadline.isoformat()}{rule}: {_words(provision)}"
        found.append(_omission(agreement, provision, "deadline", what))
    return found


def _words(provision: KnownProvision) -> str:
    parts = (provision.heading, provision.action)
    return ": ".join(part for part in parts if part) or provision.provision_id


def _omission(
    agreement: KnownAgreement, provision: KnownProvision, kind: OmissionKind, what: str
) -> Omission:
    return Omission(
        agreement_id=agreement.agreement_id,
        provision_id=provision.provision_id,
        kind=kind,
        what=what,
        deadline=provision.deadline.isoformat() if provision.deadline else "",
    )
