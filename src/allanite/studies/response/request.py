"""What a response is asked for: periods, controls, shocks, rules, what to rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allanite.conditions.case import Case
from allanite.conditions.horizon import Horizon
from allanite.conditions.shocks import Shock
from allanite.errors import UsageError
from allanite.law.parameters import READINGS, Reading
from allanite.studies.response.solve import KNOWLEDGE, Knowledge
from allanite.studies.response.world import CLOSURES, RATIONINGS, Closure, Rationing, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRequest:
    """What a response is asked for.

    Attributes:
        horizon: the periods.
        controls: control ids, or `all:ISSUER` for every one that is or may be in force.
        shocks: what happens besides the law.
        reading: `observed` (approvals as measured) or `de_jure` (the text).
        branch: one branch of the unknown states; None for all that differ.
        closure, rationing: see `Rules`.
        knowledge: `foresight`, `rolling` or both; the tables show the first.
        measures, pairs: whether measures, and pairs of them, are ranked.
        diplomacy_gain: what licence diplomacy adds to an approval share [1].
        ends: only the first and the last branch: every open question settled one way, or the
            other.
        stress: whether to add the case in which the watched issuer gives the partners no
            licence at all.

    Raises:
        UsageError: a word that is none of those allowed.
    """

    horizon: Horizon
    controls: tuple[str, ...] = ()
    shocks: tuple[Shock, ...] = ()
    reading: Reading = "observed"
    branch: str | None = None
    closure: Closure = "market"
    rationing: Rationing = "priority"
    knowledge: tuple[Knowledge, ...] = ("foresight",)
    measures: bool = True
    pairs: bool = False
    diplomacy_gain: float = 0.25
    ends: bool = False
    stress: bool = False

    def __post_init__(self) -> None:
        _one_of("reading", self.reading, READINGS)
        _one_of("closure", self.closure, CLOSURES)
        _one_of("rationing", self.rationing, RATIONINGS)
        for word in self.knowledge:
            _one_of("knowledge", word, KNOWLEDGE)
        if not self.knowledge:
            raise UsageError(f"no knowledge; one or more of {', '.join(KNOWLEDGE)}")
        if not 0 <= self.diplomacy_gain <= 1:
            raise UsageError(f"diplomacy_gain is {self.diplomacy_gain}; allowed: 0 to 1")


def _one_of(name: str, found: str, allowed: Sequence[str]) -> None:
    if found not in allowed:
        raise UsageError(f"{name} {found!r} is not known; one of {', '.join(allowed)}")


def request_rules(case: Case, request: ResponseRequest) -> Rules:
    """The rules of a request for the partners of a case."""
    return Rules(
        partners=case.partners,
        watched=case.watched,
        closure=request.closure,
        rationing=request.rationing,
    )


def request_parameters(case: Case, request: ResponseRequest) -> dict[str, object]:
    """What a request asks for, defaults resolved, for the record of the run."""
    return {
        "case": case.case_id,
        "partners": list(case.partners),
        "watched": case.watched,
        "start": request.horizon.start.isoformat(),
        "periods": request.horizon.count,
        "step": request.horizon.step,
        "controls": list(request.controls),
        "shocks": [str(shock) for shock in request.shocks],
        "reading": request.reading,
        "branch": request.branch,
        "closure": request.closure,
        "rationing": request.rationing,
        "knowledge": list(request.knowledge),
        "measures": request.measures,
        "pairs": request.pairs,
        "diplomacy_gain": request.diplomacy_gain,
        "ends": request.ends,
        "stress": request.stress,
    }
