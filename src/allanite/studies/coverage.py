"""What may be shown of the mineral chains: gaps of the published data, read before any share.

A gap at the last stage of a chain is about the use of a region; one at an earlier stage is
about the output of a region. `no data` withholds shares: of the region's use at that stage and
at all before it, since tracing passes through; of the region's output where it is an origin.
A gap of one region stands before the gap of the world at the same stage. A gap at a stage that
the chain does not have withholds that stage and is told as a caveat of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import NOT_PUBLISHED, WORLD

OK: Final = "ok"
PARTIAL: Final = "partial"
NO_DATA: Final = "no data"
ALL_END_USES: Final = "all"
_ORDER: Final = (OK, PARTIAL, NO_DATA)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether figures may be shown, and what their reader must know.

    Attributes:
        status: ok, partial or no data.
        caveat: what is missing and what follows; empty where nothing is.
    """

    status: str = OK
    caveat: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether a share may be shown."""
        return self.status != NO_DATA


@dataclass(frozen=True, slots=True)
class MineralChain:
    """One chain as the tables of its stages and gaps say.

    Attributes:
        stages: its stages in order; element, end_use: what is counted and its use.
        missing: stages that only the table of gaps names.
        gaps: rows of `mineral_gaps`.
    """

    name: str
    element: str
    end_use: str
    stages: tuple[str, ...]
    missing: tuple[str, ...]
    gaps: tuple[Row, ...]

    def at_stage(self, stage: str, region: str) -> list[Row]:
        """Gaps of one stage for a region; its own stand before those of the world."""
        own = [g for g in self.gaps if g["stage"] == stage and g["region"] == region]
        return own or [g for g in self.gaps if g["stage"] == stage and g["region"] == WORLD]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is covered, by element; elements without an entry have no known gaps.

    Attributes:
        chains: mineral chain by element symbol.
        demand_region: demand region by region code.
    """

    chains: Mapping[str, MineralChain]
    demand_region: Mapping[str, str]

    def of_use(self, element: str, stage: str, region: str) -> Cover:
        """Cover of a region's use of an element traced to a stage."""
        chain = self.chains.get(element)
        if chain is None:
            return Cover()
        if stage in chain.missing:
            return _cover(chain.at_stage(stage, region))
        found: list[Row] = []
        position = chain.stages.index(stage) if stage in chain.stages else 0
        for passed in chain.stages[position:]:
            found += chain.at_stage(passed, region)
        found += [
            g
            for g in chain.gaps
            if g["stage"] in chain.stages[position:]
            and g["region"] not in (region, WORLD)
            and self.demand_region.get(g["region"]) == region
        ]
        beyond = [g for name in chain.missing for g in chain.at_stage(name, region)]
        return _cover([*found, *({**g, "reach": PARTIAL} for g in beyond)])

    def of_origin(self, element: str, stage: str, country: str) -> Cover:
        """Cover of one country's output at a stage before the last."""
        chain = self.chains.get(element)
        if chain is None or stage not in chain.stages[:-1]:
            return Cover()
        return _cover(g for g in chain.gaps if (g["stage"], g["region"]) == (stage, country))

    def of_output(self, element: str, stage: str) -> Cover:
        """Cover of the world's output by country at a stage."""
        chain = self.chains.get(element)
        return Cover() if chain is None else _cover(chain.at_stage(stage, WORLD))


NO_GAPS: Final = Coverage({}, {})


def _cover(gaps: Iterable[Row]) -> Cover:
    """The worst reach of the gaps, and all their words."""
    rows = list(gaps)
    if not rows:
        return Cover()
    worst = max((g["reach"] for g in rows), key=_ORDER.index)
    told = (f"{g['gap']} {g['consequence']}" for g in rows)
    return Cover(worst, " ".join(dict.fromkeys(told)))


def load_coverage(release: Release) -> Coverage:
    """The gaps of a release; a release without mineral chains has none."""
    names = ("mineral_stages", "mineral_gaps")
    if not set(names) <= set(release.names):
        return NO_GAPS
    stages, gaps = (release.rows(name) for name in names)
    regions = {r["region"]: r["demand_region"] for r in release.rows("regions")}
    by_chain: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(stages, key=lambda r: r["position"]):
        by_chain[row["chain"]].append(row)
    chains = [_chain(name, rows, gaps) for name, rows in by_chain.items()]
    return Coverage({chain.element: chain for chain in chains}, regions)


def _chain(name: str, stages: list[Row], gaps: Iterable[Row]) -> MineralChain:
    own = tuple(g for g in gaps if g["chain"] == name)
    known = tuple(str(row["stage"]) for row in stages)
    missing = dict.fromkeys(g["stage"] for g in own if g["stage"] not in known)
    last = stages[-1]
    return MineralChain(name, last["element"], last["end_use"] or "", known, tuple(missing), own)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A question whose shares may not be shown, and why."""

    demand_region: str
    end_use: str
    material: str
    element: str
    stage: str
    caveat: str

    def row(self, **origin: str) -> dict[str, object]:
        """The row that stands where shares would."""
        words = {name: getattr(self, name) for name in self.__slots__}
        return {**words, **origin, "status": NO_DATA}


def list_withheld(
    coverage: Coverage,
    regions: Iterable[str],
    elements: Collection[str],
    stages: Collection[str] | None = None,
    demand: tuple[str, str] | None = None,
) -> list[Withheld]:
    """Every question whose shares may not be shown, with the reason.

    Args:
        coverage: what nobody published.
        regions: regions of demand.
        elements: symbols asked for.
        stages: stages asked for; all by default.
        demand: (region, end use) asked for; all by default.
    """
    places = [region for region in dict.fromkeys(regions) if region != NOT_PUBLISHED]
    return [
        Withheld(*group, chain.name, symbol, stage, cover.caveat)
        for symbol, chain in coverage.chains.items()
        if symbol in elements
        for group in _uses(chain, places)
        if demand in (None, group)
        for stage in (*chain.stages, *chain.missing)
        if stages is None or stage in stages
        if not (cover := coverage.of_use(symbol, stage, group[0])).is_shown
    ]


def _uses(chain: MineralChain, regions: Iterable[str]) -> list[tuple[str, str]]:
    """(region, end use) of a chain and (region, all), as exposure asks for them."""
    found = [(region, use) for region in regions for use in (chain.end_use, ALL_END_USES)]
    return [*found, (WORLD, ALL_END_USES)]


def mark_origins(table: pa.Table, coverage: Coverage) -> pa.Table:
    """Rows of origins whose own output nobody published, without their share."""
    names = ("element", "origin_stage", "origin_country", "status", "caveat")
    rows = list(zip(*(table.column(name).to_pylist() for name in names), strict=True))
    asked = {row[:3] for row in rows if row[0] in coverage.chains}
    covers = {key: coverage.of_origin(*key) for key in asked}
    touched = {key: cover for key, cover in covers.items() if cover.status != OK}
    if not touched:
        return table
    shown = [row[:3] not in touched or touched[row[:3]].is_shown for row in rows]
    words = {
        "status": [touched[r[:3]].status if r[:3] in touched else r[3] for r in rows],
        "caveat": [touched[r[:3]].caveat if r[:3] in touched else r[4] for r in rows],
    }
    for name in ("share", "low", "high"):
        kept = pc.if_else(pa.array(shown), table.column(name), pa.scalar(None, pa.float64()))
        table = table.set_column(table.column_names.index(name), name, kept)
    for name, values in words.items():
        position = table.column_names.index(name)
        table = table.set_column(position, name, pa.array(values, pa.string()))
    return table
