"""Faults of contracts, collected while they are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from allanite.errors import Finding


@dataclass(slots=True)
class Notes:
    """Faults of one contract or file.

    Attributes:
        table: what is read; origin: file it comes from.
        subject: contract the places belong to.
        findings: faults so far.
    """

    table: str
    origin: str = ""
    subject: str = ""
    findings: list[Finding] = field(default_factory=list)

    def add(self, place: str, found: str, allowed: str) -> None:
        """Note one fault."""
        self.findings.append(
            Finding(
                table=self.table,
                place=f"{self.subject}, {place}" if self.subject else place,
                found=found,
                allowed=allowed,
                remedy="Correct the term.",
                origin=self.origin,
            )
        )
