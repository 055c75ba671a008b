"""A product rule: cases in order, each with a condition and an outcome, and where it stands.

The first case that holds gives the outcome. A case whose condition is unknown leaves its outcome
possible beside those of the cases after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from allanite.law.rules.logic import Condition, LawKey
from allanite.law.timeline import Period


@dataclass(frozen=True, slots=True)
class RuleSource:
    """One page behind a rule: address, date as printed, kind of source, whether it was read."""

    url: str
    dated: str
    confidence: str
    seen: str


@dataclass(frozen=True, slots=True)
class Case:
    """If the condition holds, this is the outcome.

    Attributes:
        when: the condition.
        outcome: a word of `OUTCOMES`.
        clause: the passage of the law; empty: that of the rule.
        detail: what the outcome means here, e.g. the rate of duty.
        is_gate: whether it only says that the rule is not in force, or does not bear on the item.
    """

    when: Condition
    outcome: str
    clause: str = ""
    detail: str = ""
    is_gate: bool = False


@dataclass(frozen=True, slots=True)
class LawText:
    """One dated text a rule takes its state from.

    Attributes:
        label: name as a reader says it.
        periods: every day once, in order of time.
        is_control: whether it is a control record of the release.
    """

    label: str
    periods: tuple[Period, ...]
    is_control: bool


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A passage that can be read in several ways, and the answers."""

    name: str
    text: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A limit of the rule: an open point, a passage that was recalled, a limit of scope."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        rule_id, title, issuer, law, clause, kind: who rules what, where it stands.
        basis: `retrieved` or `recalled`, of the best source.
        cases: in order; those on the state of the law and on its scope come first.
        otherwise: outcome where no case holds, with what it means in words.
        laws: texts its conditions name, by key.
        questions: open passages its conditions read, by name.
        discloses: facts it asks to be told, whatever the outcome.
        parameters: figures of a rule that is not asked of items.
        notes, sources: what a reader must know of it.
    """

    rule_id: str
    title: str
    issuer: str
    law: str
    clause: str
    kind: str
    basis: str
    cases: tuple[Case, ...]
    otherwise: Case
    laws: Mapping[LawKey, LawText] = field(default_factory=dict)
    questions: Mapping[str, OpenQuestion] = field(default_factory=dict)
    discloses: tuple[str, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[RuleNote, ...] = ()
    sources: tuple[RuleSource, ...] = ()

    @property
    def is_screened(self) -> bool:
        """Whether it is asked of items; a rule of watching is not."""
        return self.kind != "watch"
