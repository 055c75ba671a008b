"""A small world with an issuer, and control records by hand.

AAA separates dysprosium oxide and sells it to BBB and CCC; BBB makes magnets and sells them to
CCC. With lineage, BBB's oxide and magnets also stand as of listed origin (`@AAA`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from allanite.conditions.horizon import Horizon
from allanite.law.controls import Article, Control, Controls
from allanite.law.parameters import ControlParameters, control_parameters
from allanite.law.scope import Scope, Territory, Vocabulary
from allanite.law.timeline import Branch, Period
from allanite.network.draft import (
    DemandDraft,
    MaterialDraft,
    NetworkDraft,
    PlaceDraft,
    ProcessDraft,
    StockDraft,
)
from allanite.network.supply import SupplyNetwork

YEAR = 2024
HORIZON = Horizon(date(2027, 1, 1), count=3)
GOODS = {
    "oxide": MaterialDraft(name="Dy oxide", stage="oxide", chain="t", content={"Dy": 0.87}),
    "magnet": MaterialDraft(
        name="Magnet", stage="magnet", chain="t", content={"Dy": 0.04, "Nd": 0.25}
    ),
    "lime": MaterialDraft(name="Lime", stage="oxide", chain="t", content={"Ca": 1.0}),
}
STAGES = {name: frozenset({name}) for name in ("oxide", "metal", "magnet")}


def small_world(*, lineage: bool = False) -> SupplyNetwork:
    """The network; with lineage BBB also holds the goods of listed origin."""
    draft = NetworkDraft()
    draft.materials |= GOODS
    draft.places["SEP"] = PlaceDraft(name="Separator", country="AAA", kind="site")
    draft.places["MAG"] = PlaceDraft(name="Magnet works", country="BBB", kind="site")
    for region in ("AAA", "BBB", "CCC"):
        draft.places[region] = PlaceDraft(name=region, country=region, kind="region")
    draft.add_process(ProcessDraft(place="SEP", name="split", stage="separation", **_one("oxide")))
    recipe = {"oxide": -0.05, "magnet": 1.0}
    draft.add_process(
        ProcessDraft(place="MAG", name="press", stage="magnet", recipe=recipe, reference="magnet")
    )
    draft.add_process(ProcessDraft(place="AAA", name="burn", stage="mine", **_one("lime")))
    ways = [("SEP", "AAA", "oxide"), ("AAA", "BBB", "oxide"), ("AAA", "CCC", "oxide")]
    ways += [("BBB", "MAG", "oxide"), ("MAG", "BBB", "magnet"), ("BBB", "CCC", "magnet")]
    ways += [("AAA", "BBB", "lime")]
    if lineage:
        for name in ("oxide", "magnet"):
            draft.materials[f"{name}@AAA"] = GOODS[name]
        ways += [("BBB", "MAG", "oxide@AAA"), ("MAG", "BBB", "magnet@AAA")]
        ways += [("BBB", "CCC", "magnet@AAA"), ("BBB", "CCC", "oxide@AAA")]
    for origin, destination, material in ways:
        sites = {"SEP", "MAG"} & {origin, destination}
        ends = (origin, material), (destination, material)
        draft.add_route(*ends, "market" if sites else "trade")
    for region in ("BBB", "CCC"):
        draft.add_demand(_use(region, "cars"))
    draft.add_demand(_use("BBB", "robots"))
    for holder in ("state", "maker"):
        draft.stocks[holder] = StockDraft(
            label=holder, node=draft.node("BBB", "magnet"), holder=holder, kind="stockpile"
        )
    return draft.build(YEAR)


def _one(material: str) -> dict[str, Any]:
    return {"recipe": {material: 1.0}, "reference": material}


def _use(region: str, end_use: str) -> DemandDraft:
    return DemandDraft(
        region=region, end_use=end_use, material="magnet", chain="t", expected_rate=1.0
    )


def small_words() -> Vocabulary:
    """Territories AAA, BBB, CCC and the group EU of BBB and CCC; stages; no items."""
    named = {code: Territory(code, name, frozenset({code})) for code, name in _NAMES.items()}
    words = {code.casefold(): territory for code, territory in named.items()}
    words |= {territory.label.casefold(): territory for territory in named.values()}
    words["eu"] = Territory("EU", "Union", frozenset({"BBB", "CCC"}))
    return Vocabulary({}, STAGES, words)


_NAMES = {"AAA": "Aland", "BBB": "Beland", "CCC": "Celand"}


def scope(
    element: str | None = "Dy",
    stage: str | None = None,
    *,
    destination: str = "WLD",
    party: str = "any",
    subject: Any = "goods",
    condition: str = "",
) -> Scope:
    """One row of scope; `WLD` leaves AAA out."""
    world = destination == "WLD"
    return Scope(
        element=element,
        stage=stage,
        destination=destination,
        destinations=None if world else frozenset({destination}),
        excluded=frozenset({"AAA"}) if world else frozenset(),
        party=party,
        subject=subject,
        condition=condition,
    )


def in_force(first: date | None, last: date | None = None, state: Any = "in_force") -> Period:
    """A period with a known state."""
    return Period(first_day=first, last_day=last, precision="day", state=state)


def open_period(first: date, names: Iterable[tuple[str, Any, float | None]], cause: str) -> Period:
    """A period without end whose state hangs on a cause."""
    return Period(
        first_day=first,
        last_day=None,
        precision="day",
        state="unknown",
        branches=tuple(Branch(name, state, weight) for name, state, weight in names),
        because_of=cause,
    )


def control(
    name: str,
    kind: str,
    periods: Sequence[Period],
    scopes: Sequence[Scope] = (),
    *,
    text: str = "a text",
    title: str = "A control",
    thresholds: str = "",
) -> Control:
    """A control of AAA with one article."""
    article = Article("whole", name, text, "", tuple(periods), tuple(scopes or [scope()]))
    return Control(
        control_id=name,
        issuer="AAA",
        issuer_name="Aland",
        title=title,
        short_title=name,
        kind=kind,
        announced="",
        affects=(),
        de_jure=text,
        thresholds=thresholds,
        articles=(article,),
        effects=(),
        events=(),
        confidence="",
        seen="",
        url="",
        evidence_until=None,
    )


def law(*records: Control) -> Controls:
    """The records with the small words."""
    return Controls({record.control_id: record for record in records}, small_words())


def figure(
    name: str,
    parameter: str,
    value: float,
    unit: str = "1",
    *,
    reading: str = "de_jure",
    destination: str = "WLD",
    first: date | None = None,
    last: date | None = None,
    article: str = "*",
) -> dict[str, Any]:
    """A row of table `control_parameters`."""
    return {
        "control_id": name,
        "article": article,
        "parameter": parameter,
        "reading": reading,
        "destination": destination,
        "from_date": first,
        "to_date": last,
        "value": value,
        "unit": unit,
    }


def figures(*rows: dict[str, Any]) -> ControlParameters:
    """The rows as figures."""
    return control_parameters(rows)
