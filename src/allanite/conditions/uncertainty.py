"""What a plan does not know: regimes of control, outages, demand, prices, projects.

Every figure here is an assumption of the case and is printed with it; nothing is fitted and
nothing is hidden in code. Chains move by the quarter. This file holds the types and refuses
rows that are no distribution; drawing stands in `tree`. Docs: docs/explanation/uncertainty.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from allanite.axis import FloatArray, frozen
from allanite.conditions.horizon import Horizon
from allanite.errors import UsageError

QUARTER: Final = 0.25
TOLERANCE: Final = 1e-9
PARTNERS: Final = "partners"
OTHERS: Final = "others"
ALL: Final = "all"
CONTROLLED: Final = "controlled"
TRUCE: Final = "truce"
STAGES: Final = ("concentrate", "mixed compound", "oxide", "metal", "alloy", "magnet", "scrap")
MINERAL_STAGES: Final = ("mine", "refining")
GOODS: Final = (ALL, CONTROLLED, *STAGES, *MINERAL_STAGES)
RISKY_STATUSES: Final = ("construction", "permitted", "proposed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """What of the normal exports of the watched country passes.

    Attributes:
        destinations: `partners`, `others`, `all`, or region codes.
        goods: `controlled` (under licences of the watched issuer), `all`, or stages.
        share: share of the normal that passes [1].
    """

    destinations: tuple[str, ...]
    goods: tuple[str, ...]
    share: float

    def __post_init__(self) -> None:
        check_share("a passing share", self.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """How the watched country treats exports for a while.

    Attributes:
        name: short name; those that begin with `embargo` count as embargoes.
        title: in words.
        passing: limits; what none of them names passes in full.
    """

    name: str
    title: str
    passing: tuple[Passing, ...] = ()


def passing_share(
    regime: Regime, *, destination: str, partners: Sequence[str], controlled: bool, stage: str
) -> float:
    """Share of the normal exports of one good to one region that passes [1].

    The smallest share that meets the good and the region rules; 1 where none does.
    """
    where = {ALL, destination, PARTNERS if destination in partners else OTHERS}
    what = {ALL, stage, CONTROLLED} if controlled else {ALL, stage}
    met = (p.share for p in regime.passing if where & {*p.destinations} and what & {*p.goods})
    return min(met, default=1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ControlChain:
    """Regimes of control as a Markov chain by the quarter. G regimes.

    Attributes:
        regimes: with distinct names.
        transition: shape (G, G) [1 per quarter], from row to column.
        initial: in the first quarter, shape (G,) [1].
        truce_end: last day of the truce that holds at the start; None without an end.
        after_truce: shape (G,) [1]; the row of `truce` for the step into the first quarter that
            begins after `truce_end`. Later truces follow `transition`.

    Raises:
        UsageError: names that are not distinct, a row that is no distribution, or a truce that
            ends without a regime `truce`.
    """

    regimes: tuple[Regime, ...]
    transition: FloatArray
    initial: FloatArray
    truce_end: date | None = None
    after_truce: FloatArray | None = None

    def __post_init__(self) -> None:
        names = self.names
        check_distinct("regimes", names)
        object.__setattr__(
            self, "transition", _matrix("control transition", self.transition, names)
        )
        object.__setattr__(self, "initial", _row("control initial", self.initial, len(names)))
        if (self.truce_end is None) != (self.after_truce is None):
            raise UsageError("truce: an end needs a row of what follows, and the row an end")
        if self.after_truce is not None:
            if TRUCE not in names:
                raise UsageError(f"a truce ends and no regime is called {TRUCE!r}: {names}")
            row = _row("control after the truce", self.after_truce, len(names))
            object.__setattr__(self, "after_truce", row)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the regimes, in order."""
        return tuple(regime.name for regime in self.regimes)

    def steps(self, horizon: Horizon) -> FloatArray:
        """Transition into each quarter but the first, shape (P - 1, G, G) [1].

        Raises:
            UsageError: periods that are no quarters.
        """
        check_quarters(horizon)
        found = np.repeat(self.transition[np.newaxis], horizon.count - 1, axis=0)
        if self.truce_end is None:
            return found
        for p in range(1, horizon.count):
            if horizon.first_day(p - 1) <= self.truce_end < horizon.first_day(p):
                found[p - 1, self.names.index(TRUCE)] = self.after_truce
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A place that stops now and then.

    Attributes:
        name: short name.
        place: site, country or group of the network.
        stages, materials: what stops; empty for everything.
        share_left: share of the normal that is left [1].
        yearly_rate: outages that begin in a year without one [1/yr].
        mean_duration: mean length of one [yr].

    Raises:
        UsageError: a share outside 0 to 1, a negative rate, or a length of nothing.
    """

    name: str
    place: str
    stages: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    share_left: float = 0.0
    yearly_rate: float
    mean_duration: float

    def __post_init__(self) -> None:
        check_share(f"outage {self.name}: share_left", self.share_left)
        for what, value, least in (
            ("yearly_rate", self.yearly_rate, self.yearly_rate >= 0),
            ("mean_duration", self.mean_duration, self.mean_duration > 0),
        ):
            if not (math.isfinite(value) and least):
                raise UsageError(f"outage {self.name}: {what} is {value:g}; it must be above 0")

    @property
    def chain(self) -> FloatArray:
        """Transition by the quarter, running (0) and out (1), shape (2, 2) [1].

        One begins in a quarter with 1 - exp(-rate / 4), and a quarter of outage is the last one
        with the odds that make its mean length right.
        """
        begins = -math.expm1(-self.yearly_rate * QUARTER)
        ends = min(1.0, QUARTER / self.mean_duration)
        return np.array([[1 - begins, begins], [ends, 1 - ends]])

    @property
    def quarter_share(self) -> float:
        """Share of a quarter of outage that is lost time [1]: less than 1 where it is short."""
        return min(1.0, self.mean_duration / QUARTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandPath:
    """One way demand can go.

    Attributes:
        name: short name; probability: of this path [1].
        outlook: scenario of table `mineral_demand_outlook` that it follows; empty for none.
        growth: yearly growth by chain [1/yr], in place of the outlook for these chains.
    """

    name: str
    probability: float
    outlook: str = ""
    growth: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceState:
    """A state of the world market.

    Attributes:
        name: short name.
        factors: factor on the normal price by element, `all` for the rest [1].
    """

    name: str
    factors: tuple[tuple[str, float], ...] = ()

    def factor(self, elements: Sequence[str]) -> float:
        """Factor for a material of these elements [1]: mean of its elements, else that of `all`."""
        known = dict(self.factors)
        found = [known[element] for element in elements if element in known]
        return sum(found) / len(found) if found else known.get(ALL, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceChain:
    """States of the market as a Markov chain by the quarter. Q states.

    Attributes:
        states: with distinct names; transition: shape (Q, Q) [1]; initial: shape (Q,) [1].

    Raises:
        UsageError: names that are not distinct, or a row that is no distribution.
    """

    states: tuple[PriceState, ...]
    transition: FloatArray
    initial: FloatArray

    def __post_init__(self) -> None:
        check_distinct("price states", self.names)
        matrix = _matrix("price transition", self.transition, self.names)
        object.__setattr__(self, "transition", matrix)
        object.__setattr__(self, "initial", _row("price initial", self.initial, len(matrix)))
        bad = [s.name for s in self.states for _, f in s.factors if not 0 < f < math.inf]
        if bad:
            raise UsageError(f"price states {bad}: a factor must be a number above 0")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the states, in order."""
        return tuple(state.name for state in self.states)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRisk:
    """Odds of projects of one status.

    Attributes:
        status: status of table `sites`.
        delay: (quarters late, probability), none twice; failure: probability of never [1].
            What is left is on time.
    """

    status: str
    delay: tuple[tuple[int, float], ...]
    failure: float

    def outcomes(self) -> tuple[tuple[int, ...], FloatArray]:
        """Outcomes from best to worst in quarters, -1 fails, and their probabilities, shape (K,).

        Raises:
            UsageError: odds outside 0 to 1 or above one together, or a delay twice.
        """
        late = sorted(self.delay)
        quarters = (0, *(q for q, _ in late), FAILS)
        shares = np.array([p for _, p in late] + [self.failure])
        if len(set(quarters)) < len(quarters) or any(q < 1 for q, _ in late):
            raise UsageError(f"projects {self.status}: delays {quarters[1:-1]}; distinct, from 1")
        if not ((shares >= 0) & (shares <= 1)).all() or shares.sum() > 1 + TOLERANCE:
            raise UsageError(f"projects {self.status}: odds {shares.tolist()} are no distribution")
        return quarters, np.array([max(1 - shares.sum(), 0.0), *shares])


FAILS: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRisk:
    """Odds of delay and failure by status, and the bad times that hit all projects together.

    Attributes:
        statuses: odds by status; a project of another status is on time.
        bad_times_probability: of bad times in a scenario [1].
        bad_times_odds: factor on the odds of being later than any date, in bad times [1]; other
            times are better by as much, so that the odds by status stay what they are.

    Raises:
        UsageError: a status twice, or bad times too frequent for their odds.
    """

    statuses: tuple[StatusRisk, ...] = ()
    bad_times_probability: float = 0.0
    bad_times_odds: float = 1.0

    def __post_init__(self) -> None:
        check_distinct("statuses of projects", [s.status for s in self.statuses])
        check_share("bad_times_probability", self.bad_times_probability)
        product = self.bad_times_probability * self.bad_times_odds
        if self.bad_times_odds < 1 or not product <= 1:
            raise UsageError(
                f"bad times: odds {self.bad_times_odds:g} with probability"
                f" {self.bad_times_probability:g}; odds are 1 or more, their product at most 1"
            )
        for status in self.statuses:
            status.outcomes()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a figure is what it is: ends of its range, and a line of text."""

    low: float
    high: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Uncertainty:
    """All that a plan does not know.

    Attributes:
        control, price: Markov chains; outages: independent of them and of one another.
        demand: paths whose probabilities sum to one.
        projects: odds of delay and failure.
        reasons: range and reason by name of the figure, see `uncertainty_rows`.

    Raises:
        UsageError: names that are not distinct, or probabilities that do not sum to one.
    """

    control: ControlChain
    price: PriceChain
    demand: tuple[DemandPath, ...]
    outages: tuple[Outage, ...] = ()
    projects: ProjectRisk = field(default_factory=ProjectRisk)
    reasons: Mapping[str, Reason] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_distinct("outages", [outage.name for outage in self.outages])
        check_distinct("demand paths", [path.name for path in self.demand])
        _row("demand paths", [path.probability for path in self.demand], len(self.demand))


def check_quarters(horizon: Horizon) -> None:
    """Raise `UsageError` where the periods of a horizon are no quarters."""
    if abs(horizon.step - QUARTER) > TOLERANCE:
        raise UsageError(f"periods of {horizon.step:g} years; regimes move by the quarter, 0.25")


def check_share(what: str, value: float) -> None:
    """Raise `UsageError` where a value is no share."""
    if not 0 <= value <= 1:
        raise UsageError(f"{what} is {value:g}; a share lies between 0 and 1")


def check_distinct(what: str, names: Sequence[str]) -> None:
    """Raise `UsageError` where names are missing or stand twice."""
    if not all(names) or len(set(names)) < len(names):
        raise UsageError(f"{what}: names must be distinct and not empty, found {list(names)}")


def _row(what: str, values: ArrayLike, count: int) -> FloatArray:
    row = np.array(values, dtype=np.float64)
    if row.shape != (count,) or not count:
        raise UsageError(f"{what}: {row.size} probabilities for {count} names")
    if not ((row >= 0) & (row <= 1)).all() or abs(row.sum() - 1) > TOLERANCE:
        raise UsageError(f"{what}: probabilities sum to {row.sum():.12g}; they must sum to 1")
    frozen(row)
    return row


def _matrix(what: str, values: ArrayLike, names: Sequence[str]) -> FloatArray:
    matrix = np.array(values, dtype=np.float64)
    if matrix.shape != (len(names), len(names)):
        raise UsageError(f"{what} has shape {matrix.shape}; one row and column for each of {names}")
    rows = [_row(f"{what}, row {n}", r, len(names)) for n, r in zip(names, matrix, strict=True)]
    stacked = np.stack(rows)
    frozen(stacked)
    return stacked
