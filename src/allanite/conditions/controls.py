"""Dated controls as conditions of a network, by the text or as observed, in one branch.

Docs: docs/explanation/conditions.md. Every article that cannot be expressed says so in the
notes; none is dropped without a word.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.atlas import Atlas, make_atlas, members_of_code
from allanite.conditions.branches import (
    NamedBranch,
    Spell,
    branches_of,
    delay_spells,
    has_date_doubt,
    pick_branch,
    possible_outcomes,
    spells,
)
from allanite.conditions.control_figures import Terms
from allanite.conditions.control_reach import (
    Reach,
    goods_scopes,
    input_scopes,
    listed_goods,
    needs_listed_origin,
    reaches,
)
from allanite.conditions.control_terms import (
    passing_losses,
    quota_destinations,
    quota_rates,
    tell_missing,
)
from allanite.conditions.effects import Conditions, GroupQuota, make_conditions
from allanite.conditions.horizon import Horizon
from allanite.errors import UsageError
from allanite.law.controls import Control, Controls
from allanite.law.dates import spoken
from allanite.law.parameters import READINGS, ControlParameters, Reading
from allanite.network.supply import SupplyNetwork

ALL: Final = "all:"
PERCENT: Final = 0.01
_ACTS: Final = {
    "ban": "a ban",
    "licence": "a licence",
    "quota": "a quota",
    "denied": "a denial to listed or military parties",
    "measured": "a tax or stop",
    "growth": "a ban on know-how",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageNeed:
    """What a control looks at between other countries; the caller carries lineage for it.

    Attributes:
        control_id: the control.
        issuer: country whose materials are of listed origin.
        elements: chemical symbols it looks at.
        threshold_share: least share of a product's value [1]; 0 where any content counts.
    """

    control_id: str
    issuer: str
    elements: tuple[str, ...]
    threshold_share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """What controls reach in a network, whatever their figures and dates; slow to find.

    Attributes:
        atlas: the network and the words; horizon, controls, ids: what was asked.
        reaches: what each article acts on; notes: on what it cannot act.
    """

    atlas: Atlas
    horizon: Horizon
    controls: Controls
    ids: tuple[str, ...]
    reaches: tuple[Reach, ...]
    notes: tuple[str, ...]


def reach_controls(
    network: SupplyNetwork, horizon: Horizon, controls: Controls, ids: Sequence[str]
) -> Reached:
    """What the controls reach; errors as `control_conditions`."""
    atlas = make_atlas(network, controls.words)
    found, notes = _reaches(atlas, horizon, controls, ids)
    return Reached(
        atlas=atlas, horizon=horizon, controls=controls, ids=tuple(ids), reaches=found, notes=notes
    )


def control_conditions(
    network: SupplyNetwork,
    horizon: Horizon,
    controls: Controls,
    parameters: ControlParameters,
    *,
    ids: Sequence[str],
    reading: Reading,
    branch: str | None = None,
    start_delay: int = 0,
) -> Conditions:
    """What controls do to a network in the periods of a horizon.

    Args:
        network: the network; extraterritorial rules act where it carries lineage.
        horizon: P periods.
        controls: records of a release.
        parameters: figures of a release; what has no figure is told in the notes.
        ids: control ids or short titles, or `all:CHN` for every control of an issuer that is or
            may be in force in the horizon.
        reading: `de_jure` (the text) or `observed` (as measured; the text where nothing was).
        branch: name of a branch of `list_branches`; None where every state is known.
        start_delay: how much later than dated begins what begins in the horizon [d].

    Raises:
        UsageError: an unknown control, issuer, reading or branch, with the nearest; a branch
            that is missing.
    """
    if reading not in READINGS:
        raise UsageError(f"no reading {reading!r}; one of {', '.join(READINGS)}")
    reached = reach_controls(network, horizon, controls, ids)
    return reached_conditions(
        reached, parameters, reading=reading, branch=branch, start_delay=start_delay
    )


def reached_conditions(
    reached: Reached,
    parameters: ControlParameters,
    *,
    reading: Reading,
    branch: str | None = None,
    start_delay: int = 0,
) -> Conditions:
    """As `control_conditions`, where what the controls reach is at hand."""
    found, horizon, controls = reached.reaches, reached.horizon, reached.controls
    chosen = select_controls(controls, reached.ids, horizon)
    possible = possible_outcomes((c, article) for c in chosen for article in c.articles)
    picked = pick_branch(_branches(found, horizon), branch, possible)
    terms = Terms(
        atlas=reached.atlas,
        horizon=horizon,
        parameters=parameters,
        reading=reading,
        frameworks=_frameworks(controls),
        notes=set(reached.notes),
        start_delay=start_delay,
    )
    if picked is not None:
        terms.notes.add(f"Branch {picked.name} of the unknown states: {_weight(picked)}.")
    elif branch is not None:
        terms.notes.add(f"Branch {branch}: makes no difference to this network in these periods.")
    return _compile(terms, found, dict(picked.outcomes) if picked is not None else {})


def list_branches(
    network: SupplyNetwork, horizon: Horizon, controls: Controls, *, ids: Sequence[str]
) -> tuple[NamedBranch, ...]:
    """Branches that `control_conditions` asks for with these controls; none where none is.

    Raises:
        UsageError: an unknown control or issuer, or too many combinations.
    """
    atlas = make_atlas(network, controls.words)
    return _branches(_reaches(atlas, horizon, controls, ids)[0], horizon)


def needs_lineage(
    controls: Controls, ids: Sequence[str], horizon: Horizon | None = None
) -> tuple[LineageNeed, ...]:
    """What the controls look at between other countries, one entry a control.

    The elements of a value rule are those that stand both among its inputs and in every stage
    of the goods it catches. A text that names no element, such as a list of entities, adds none:
    its goods are those of the licences beside it.

    Raises:
        UsageError: an unknown control or issuer.
    """
    needs = (
        LineageNeed(
            control_id=control.control_id,
            issuer=control.issuer,
            elements=_looked_at(control),
            threshold_share=_threshold(control),
        )
        for control in select_controls(controls, ids, horizon)
        if needs_listed_origin(controls.words, control)
    )
    return tuple(need for need in needs if need.elements)


def select_controls(
    controls: Controls, ids: Sequence[str], horizon: Horizon | None = None
) -> tuple[Control, ...]:
    """Controls by id, short title or `all:ISSUER`, each once, in order of id.

    Raises:
        UsageError: an unknown control or issuer, with the nearest.
    """
    found: dict[str, Control] = {}
    for name in ids:
        some = (
            _of_issuer(controls, name[len(ALL) :].strip(), horizon)
            if name.casefold().startswith(ALL)
            else [controls.control(name)]
        )
        found |= {control.control_id: control for control in some}
    return tuple(found[name] for name in sorted(found))


def _of_issuer(controls: Controls, issuer: str, horizon: Horizon | None) -> list[Control]:
    territory = controls.words.territory(issuer)
    codes = None if territory is None else {territory.code, *territory.members}
    found = [c for c in controls.records.values() if codes is None or c.issuer in codes]
    if not found:
        issuers = sorted({c.issuer for c in controls.records.values()})
        raise UsageError(f"no control of {issuer!r}; issuers: {', '.join(issuers)}")
    return [c for c in found if horizon is None or _acts_in(c, horizon, ("in_force", "unknown"))]


def _acts_in(control: Control, horizon: Horizon, states: Iterable[str]) -> bool:
    first, last = horizon.first_day(0), horizon.last_day(horizon.count - 1)
    return any(
        period.state in states
        and (period.first_day is None or period.first_day <= last)
        and (period.last_day is None or period.last_day >= first)
        for article in control.articles
        for period in article.periods
    )


def _reaches(
    atlas: Atlas, horizon: Horizon, controls: Controls, ids: Sequence[str]
) -> tuple[tuple[Reach, ...], tuple[str, ...]]:
    chosen = select_controls(controls, ids, horizon)
    in_force = [c for c in controls.records.values() if _acts_in(c, horizon, ("in_force",))]
    dual_use: dict[str, BoolArray] = {
        issuer: listed_goods(atlas, [c for c in in_force if c.issuer == issuer])
        for issuer in {control.issuer for control in chosen}
    }
    return reaches(atlas, chosen, dual_use)


def _frameworks(controls: Controls) -> dict[str, tuple[str, ...]]:
    """Licence controls that name no item, by issuer."""
    found: dict[str, tuple[str, ...]] = {}
    for control in controls.records.values():
        scopes = [scope for article in control.articles for scope in article.scopes]
        if control.kind == "licence" and all(scope.element is None for scope in scopes):
            found[control.issuer] = (*found.get(control.issuer, ()), control.control_id)
    return found


def _branches(found: Iterable[Reach], horizon: Horizon) -> tuple[NamedBranch, ...]:
    return branches_of(((reach.control, reach.article) for reach in found), horizon)


def _compile(terms: Terms, found: Sequence[Reach], picks: dict[str, str]) -> Conditions:
    network, horizon = terms.atlas.network, terms.horizon
    passing = np.ones((horizon.count, len(network.routes.labels)))
    growth = np.ones((horizon.count, len(network.processes.labels)))
    quotas: list[GroupQuota] = []
    for reach in found:
        dated = spells(reach.control, reach.article, picks)
        active = delay_spells(dated, horizon.first_day(0), terms.start_delay)
        if not _any_in(active, horizon):
            terms.notes.add(f"{reach.article.label}: not in force in these periods.")
            continue
        _tell(terms, reach, active)
        if reach.treatment == "quota":
            quotas += _quotas(terms, reach, active)
        elif reach.treatment == "growth":
            places = network.processes.place[reach.processes]
            _lower(terms, reach, active, growth, reach.processes, places)
        else:
            places = terms.atlas.route_destination[reach.routes]
            _lower(terms, reach, active, passing, reach.routes, places)
    return make_conditions(
        network,
        horizon,
        group_quotas=quotas,
        notes=terms.notes,
        route_availability=passing,
        process_growth=growth,
    )


def _lower(
    terms: Terms,
    reach: Reach,
    active: Sequence[Spell],
    array: FloatArray,
    columns: np.ndarray,
    places: np.ndarray,
) -> None:
    """Lower the columns of an array to what passes, by place."""
    tell_missing(terms, reach, np.unique(places).tolist())
    for place in np.unique(places).tolist():
        own = columns[places == place]
        left = 1 - passing_losses(terms, reach, active, place)
        array[:, own] = np.minimum(array[:, own], left[:, None])


def _quotas(terms: Terms, reach: Reach, active: Sequence[Spell]) -> list[GroupQuota]:
    found = []
    for code in quota_destinations(terms, reach):
        members = None if code == "WLD" else members_of_code(terms.atlas.words, code)
        inside = terms.atlas.inside(members) if members is not None else None
        destinations = terms.atlas.route_destination[reach.routes]
        routes = reach.routes if inside is None else reach.routes[inside[destinations]]
        if routes.size:
            rate = quota_rates(terms, reach, active, members)
            label = reach.article.label + ("" if members is None else f" to {code}")
            found.append(GroupQuota(label=label, routes=routes, quota_rate=rate))
    return found


def _any_in(active: Sequence[Spell], horizon: Horizon) -> bool:
    first, last = horizon.first_day(0), horizon.last_day(horizon.count - 1)
    return any(
        (s.first_day is None or s.first_day <= last) and (s.last_day is None or s.last_day >= first)
        for s in active
    )


def _tell(terms: Terms, reach: Reach, active: Sequence[Spell]) -> None:
    """Notes on what is applied, and on what is read into the dates."""
    count = len(reach.processes) if reach.treatment == "growth" else len(reach.routes)
    plural = "" if count == 1 else "s"
    if reach.treatment == "growth":
        what = f"process{'es' if plural else ''} abroad"
    else:
        what = f"route{plural}"
        what += " between other countries" if reach.abroad else f" out of {reach.control.issuer}"
    days = " and ".join(_days(spell) for spell in active)
    label = reach.article.label
    terms.notes.add(f"{label}: {_ACTS[reach.treatment]} on {count} {what}, {days}.")
    if has_date_doubt(reach.article, terms.horizon):
        terms.notes.add(
            f"{label}: the source names no day; it counts as in force from the first possible day."
        )
    year = terms.atlas.network.year
    if any(
        s.first_day is not None and date(year, 1, 1) < s.first_day < date(year + 1, 1, 1)
        for s in active
    ):
        terms.notes.add(f"{label}: began in {year}; the normal rates hold a part of it already.")
    if terms.reading == "observed" and not _observed(terms, reach):
        terms.notes.add(f"{label}: nothing was measured; it is read by its text.")


def _observed(terms: Terms, reach: Reach) -> bool:
    return any(
        figure.reading == "observed"
        and figure.control_id == reach.control.control_id
        and figure.article in ("*", reach.article.article)
        for figure in terms.parameters.figures
    )


def _days(spell: Spell) -> str:
    if spell.first_day is None:
        return "at all times" if spell.last_day is None else f"until {spoken(spell.last_day)}"
    until = "" if spell.last_day is None else f" to {spoken(spell.last_day)}"
    return f"from {spoken(spell.first_day)}{until}"


def _weight(branch: NamedBranch) -> str:
    if branch.weight is None:
        return "no weight is assumed"
    return f"assumed weight {branch.weight:g}"


def _looked_at(control: Control) -> tuple[str, ...]:
    inputs = {s.element for a in control.articles for s in input_scopes(a) if s.element}
    if not inputs:
        named = (s.element for a in control.articles for s in a.scopes if s.subject == "goods")
        return tuple(sorted({element for element in named if element}))
    by_stage: dict[str | None, set[str]] = {}
    for article in control.articles:
        if input_scopes(article):
            for scope in goods_scopes(article):
                by_stage.setdefault(scope.stage, set()).add(scope.element or "")
    return tuple(sorted(inputs.intersection(*by_stage.values())))


def _threshold(control: Control) -> float:
    """The value share in the record's thresholds; 0 where it has none."""
    stated = json.loads(control.thresholds) if control.thresholds else {}
    percent = stated.get("thresholds", {}).get("value_ratio_pct", 0.0)
    return float(percent) * PERCENT
