"""One mineral chain as a plan: who makes each stage, what moves where, who uses it.

The plan is what the network and the observations have in common. A route holds the figure that
was observed on it, or none where it is open: material is known to move that way, and how much
follows from the balances. Nothing is planned where nothing was published; what has an unknown
origin comes from the place `XUN`, and a reader sees that name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from allanite.catalogue.tables.core import NOT_PUBLISHED, REST_OF_WORLD
from allanite.network.assumptions import Assumptions
from allanite.network.mineral_goods import Row
from allanite.network.mineral_tables import Chain, Figure, range_error, worst_quality

UNITED_STATES: Final = "USA"
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """One figure for the sum over several places."""

    places: tuple[str, ...]
    figure: Figure


@dataclass(slots=True)
class ChainPlan:
    """What the network holds of one chain.

    Attributes:
        makers: places that make a stage's material, by stage.
        routes: figure, or none where open, by stage, origin and destination.
        made: published output by stage, source and place.
        rests: published output of all countries a source does not print, by stage and source.
        users: regions that use the last material.
        us_totals: sum of the imports of the United States, where a line states it.
        us_use: use in the United States, where a line states it.
    """

    chain: Chain
    makers: dict[str, dict[str, None]] = field(default_factory=dict)
    routes: dict[Key, Figure | None] = field(default_factory=dict)
    made: dict[Key, Figure] = field(default_factory=dict)
    rests: dict[tuple[str, str], Group] = field(default_factory=dict)
    users: dict[str, None] = field(default_factory=dict)
    us_totals: list[Figure] = field(default_factory=list)
    us_use: list[Figure] = field(default_factory=list)

    @property
    def last(self) -> str:
        """Name of the stage whose material is used."""
        return self.chain.stages[-1].name

    @property
    def covered(self) -> bool:
        """Whether a trade code covers the last stage."""
        return bool(self.chain.codes.get(self.last))

    def takers(self, stage: str) -> set[str]:
        """Places that hold a stage's material: its makers and where routes arrive."""
        arrive = {place for (name, _, place) in self.routes if name == stage}
        return set(self.makers.get(stage, {})) | arrive


def plan_chain(chain: Chain, read: Assumptions) -> ChainPlan:
    """The plan of one chain."""
    plan = ChainPlan(chain)
    for stage in chain.stages:
        _add_production(plan, stage.name, read)
        _add_makers(plan, stage.name)
        _add_routes(plan, stage.name, read)
        _drop_unfed_routes(plan, stage.name)
    for (stage_name, source), group in list(plan.rests.items()):
        plan.rests[stage_name, source] = _widen(plan, stage_name, source, group)
    _add_users(plan)
    return plan


def _least_error(chain: Chain, read: Assumptions) -> float:
    largest = max(chain.world_rate(stage.name) for stage in chain.stages)
    return read.value("minerals.least_error") * largest


def sum_figures(figures: Iterable[Figure]) -> Figure:
    """The sum of figures with independent errors."""
    parts = list(figures)
    return Figure(
        rate=sum(part.rate for part in parts),
        standard_error=float(np.sqrt(sum(part.standard_error**2 for part in parts))),
        quality=worst_quality(part.quality for part in parts),
        source_id=parts[0].source_id,
        locator="; ".join(dict.fromkeys(part.locator for part in parts)),
    )


def _printed(row: Row, rate: float, share_error: float, chain: Chain, read: Assumptions) -> Figure:
    error = max(share_error * rate, _least_error(chain, read))
    return Figure(rate, error, row["quality"], row["source_id"], row["locator"])


def _published_error(row: Row, read: Assumptions) -> float:
    printed = row["quality"] == "observed" and "supply_rate" not in row
    return read.value("minerals.printed_error" if printed else "minerals.estimated_error")


def _add_production(plan: ChainPlan, stage: str, read: Assumptions) -> None:
    parts: dict[Key, list[Figure]] = defaultdict(list)
    for row in plan.chain.production[stage]:
        if row["rate"] is None:
            continue
        figure = _printed(row, row["rate"], _published_error(row, read), plan.chain, read)
        if row["rest"]:
            plan.rests[stage, row["source_id"]] = Group((REST_OF_WORLD,), figure)
        else:
            parts[stage, row["source_id"], plan.chain.place(row["region"])].append(figure)
    summed = {key: sum_figures(figures) for key, figures in parts.items()}
    plan.made |= {key: figure for key, figure in summed.items() if figure.rate > 0}


def _add_makers(plan: ChainPlan, stage: str) -> None:
    """Makers: published ones, withheld ones, and whoever holds the stage before's material."""
    chain, names = plan.chain, [s.name for s in plan.chain.stages]
    found = {place for (name, _, place) in plan.made if name == stage}
    found |= {p for (name, _), group in plan.rests.items() if name == stage for p in group.places}
    withheld = [row for row in chain.production[stage] if row["rate"] is None]
    found |= {chain.place(row["region"]) for row in withheld}
    if stage != names[0]:
        found |= plan.takers(names[names.index(stage) - 1]) - {NOT_PUBLISHED}
    elif any(row["origin"] == NOT_PUBLISHED for row in chain.links if row["stage"] == stage):
        found.add(NOT_PUBLISHED)
    plan.makers[stage] = dict.fromkeys(sorted(found))


def _add_routes(plan: ChainPlan, stage: str, read: Assumptions) -> None:
    chain, is_last = plan.chain, stage == plan.last
    largest = max(chain.world_rate(s.name) for s in chain.stages)
    least = read.value("minerals.route_share") * largest
    parts: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for (name, origin, destination), figure in chain.traded.items():
        homes = (chain.market(origin), chain.market(destination)) if is_last else ()
        if name == stage and origin not in homes[1:] and destination not in homes[:1]:
            parts[origin, destination].append(figure)
    summed = {pair: sum_figures(figures) for pair, figures in sorted(parts.items())}
    found: dict[tuple[str, str], Figure | None] = {
        pair: figure for pair, figure in summed.items() if figure.rate >= least
    }
    _use_us_lines(plan, stage, found, read)
    if is_last and plan.covered:
        held = set(plan.makers[stage]) | {end for pair in found for end in pair}
        found |= {(p, chain.market(p)): None for p in sorted(held) if chain.market(p) != p}
    for row in chain.links:
        if row["stage"] == stage:
            pair = row["origin"], row["destination"]
            found[pair] = _link_figure(row, summed.get(pair))
    plan.routes |= {(stage, *pair): figure for pair, figure in found.items()}


def _link_figure(row: Row, traded: Figure | None) -> Figure | None:
    """The link's rate on top of what trade codes cover; open where it is not known."""
    if row["rate"] is None:
        return None
    error = range_error(row["rate_low"], row["rate_high"])
    figure = Figure(row["rate"], error, row["quality"], row["source_id"], row["locator"])
    return sum_figures([figure, *([traded] if traded else [])])


def _use_us_lines(
    plan: ChainPlan, stage: str, found: dict[tuple[str, str], Figure | None], read: Assumptions
) -> None:
    """Put lines of the United States statistics in the place of trade codes."""
    chain = plan.chain
    lines = [row for row in chain.us_trade if row["stage"] == stage]
    split: dict[str, list[Figure]] = defaultdict(list)
    flows = {row["flow"] for row in lines}
    for pair in list(found):
        if ("imports" in flows and pair[1] == UNITED_STATES) or (
            "exports" in flows and pair[0] == UNITED_STATES
        ):
            del found[pair]
    sums: dict[str, list[Figure]] = defaultdict(list)
    for row in lines:
        line = chain.us_lines.get((row["commodity"], row["item"]))
        if line is None or line["tonnes"] is None:
            continue
        name = "minerals.use_error" if row["flow"] == "use" else "minerals.printed_error"
        sums[row["flow"]].append(_printed(line, line["tonnes"], read.value(name), chain, read))
        if row["flow"] == "imports":
            for place, figure in _split(chain, row, line, read):
                split[place].append(figure)
    found |= {(place, UNITED_STATES): sum_figures(parts) for place, parts in split.items()}
    if sums["exports"]:
        found[UNITED_STATES, chain.unpublished] = sum_figures(sums["exports"])
    plan.us_totals += [sum_figures(sums["imports"])] if sums["imports"] else []
    plan.us_use += sums["use"]


def _split(chain: Chain, row: Row, line: Row, read: Assumptions) -> list[tuple[str, Figure]]:
    """One import line by country, with the shares of the years before scaled to one."""
    skipped = set((row["skipped_regions"] or "").split("|"))
    shares = [
        share
        for share in chain.us_shares[row["commodity"], row["share_item"]]
        if share["region"] not in skipped
    ]
    whole = sum(share["import_share"] for share in shares)
    error = read.value("minerals.us_share_error")
    return [
        (
            chain.place(share["region"]),
            _printed(share, line["tonnes"] * share["import_share"] / whole, error, chain, read),
        )
        for share in shares
    ]


def _drop_unfed_routes(plan: ChainPlan, stage: str) -> None:
    """Drop routes that leave a place where nothing arrives and nothing is made."""
    while True:
        held = plan.takers(stage)
        unfed = [key for key in plan.routes if key[0] == stage and key[1] not in held]
        if not unfed:
            return
        for key in unfed:
            del plan.routes[key]


def _widen(plan: ChainPlan, stage: str, source: str, group: Group) -> Group:
    """The rest of a source over all makers it does not print."""
    printed = {place for (name, by, place) in plan.made if (name, by) == (stage, source)}
    places = tuple(place for place in plan.makers[stage] if place not in printed)
    return Group(places or group.places, group.figure)


def _add_users(plan: ChainPlan) -> None:
    """Markets that receive or make the last material; without a trade code, those with a line."""
    if plan.covered:
        held = plan.takers(plan.last)
        plan.users = dict.fromkeys(sorted(p for p in held if plan.chain.market(p) == p))
        return
    lines = {UNITED_STATES} if plan.chain.us_trade else set()
    buyers = {d for (stage, _, d) in plan.routes if stage == plan.last}
    plan.users = dict.fromkeys(sorted(lines | (buyers & {NOT_PUBLISHED})))
