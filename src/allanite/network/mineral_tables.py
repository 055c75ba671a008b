"""What the nine mineral chains read: stages, places, production and traded content by place.

A country has a place of its own in a chain if it makes a share of the world's output of any
stage, if a link or a line of United States statistics names it, or if it is a demand region by
itself; all others stand together at the market of their demand region. Traded goods become
content by the share of their form; a missing weight is estimated from value, never zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import NOT_PUBLISHED, REST_OF_WORLD, WORLD
from allanite.network.assumptions import Assumptions, load_assumptions
from allanite.network.mineral_goods import Row, traded_goods

Tables = dict[str, list[dict[str, Any]]]
# A range stands for a 90 % interval: its half width is 1.645 standard errors of a normal law.
RANGE_QUANTILE: Final = 1.6448536269514722

TABLES_READ: Final = (
    "regions",
    "mineral_stages",
    "mineral_stage_sources",
    "mineral_trade_forms",
    "mineral_us_trade",
    "mineral_links",
    "mineral_production",
    "mineral_outlook",
    "us_import_shares",
    "us_salient",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its error and where it comes from.

    Attributes:
        rate: [t/yr] of content; standard_error: same unit.
        quality: observed, estimated or assumed, the worst of its parts.
    """

    rate: float
    standard_error: float
    quality: str
    source_id: str
    locator: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a chain: `row` as in `mineral_stages`, `last` where its material is used."""

    chain: str
    name: str
    material: str
    row: Row
    last: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything one chain reads.

    Attributes:
        stages: in order.
        own_places: countries with a place of their own.
        demand_region: demand region by region code.
        production: rows of the publishers by stage name.
        traded: content by stage name, origin place and destination place, where codes cover it.
        codes: trade codes by stage name.
        links, us_trade: rows of those tables.
        us_shares: rows of `us_import_shares` by commodity and item.
        us_lines: tonnes by commodity and item of `us_salient`, with provenance.
    """

    name: str
    year: int
    stages: tuple[Stage, ...]
    own_places: frozenset[str]
    demand_region: Mapping[str, str]
    production: Mapping[str, tuple[Row, ...]]
    traded: Mapping[tuple[str, str, str], Figure]
    codes: Mapping[str, tuple[str, ...]]
    links: tuple[Row, ...]
    us_trade: tuple[Row, ...]
    us_shares: Mapping[tuple[str, str], tuple[Row, ...]]
    us_lines: Mapping[tuple[str, str], Row]

    def place(self, region: str | None) -> str:
        """The place of a country in this chain; missing regions are the rest of the world."""
        return place_of(region, self.own_places, self.demand_region)

    def market(self, region: str) -> str:
        """The market of a region's demand region."""
        return self.demand_region.get(region, REST_OF_WORLD)

    @property
    def unpublished(self) -> str:
        """Where material goes whose buyer is not published: its own place, or the rest."""
        return NOT_PUBLISHED if NOT_PUBLISHED in self.own_places else REST_OF_WORLD

    def world_rate(self, stage: str) -> float:
        """World output of a stage, the largest of its sources [t/yr]; 0 where none is known."""
        return max(source_totals(self.production.get(stage, ())).values(), default=0.0)


def place_of(
    region: str | None, own_places: frozenset[str], demand_region: Mapping[str, str]
) -> str:
    """The place of a region: its own, or the market of its demand region."""
    if region is None:
        return REST_OF_WORLD
    return region if region in own_places else demand_region.get(region, REST_OF_WORLD)


def source_totals(rows: Iterable[Row]) -> dict[str, float]:
    """Sum of the known rates by source [t/yr]; what is withheld is in none of them."""
    totals: dict[str, float] = defaultdict(float)
    for row in rows:
        if row["rate"] is not None:
            totals[row["source_id"]] += row["rate"]
    return totals


def range_error(low: float, high: float) -> float:
    """Standard error of a value given as a range."""
    return (high - low) / (2 * RANGE_QUANTILE)


def worst_quality(qualities: Iterable[str]) -> str:
    """The least certain of the qualities."""
    order = ("observed", "estimated", "assumed")
    return order[max((order.index(quality) for quality in qualities), default=0)]


def load_chains(release: Release, year: int) -> tuple[Chain, ...]:
    """All mineral chains of a release for the base year."""
    tables: Tables = {name: release.rows(name) for name in TABLES_READ}
    tables["trade"] = traded_goods(release.table("trade"), tables["mineral_trade_forms"], year)
    read = load_assumptions(release)
    names = dict.fromkeys(row["chain"] for row in tables["mineral_stages"])
    return tuple(_load_chain(tables, read, name, year) for name in names)


def _load_chain(tables: Tables, read: Assumptions, name: str, year: int) -> Chain:
    regions = {r["region"]: r["demand_region"] or REST_OF_WORLD for r in tables["regions"]}
    regions |= {NOT_PUBLISHED: NOT_PUBLISHED}
    stages = _stages(tables, name)
    production = {stage.name: _production(tables, stage, year) for stage in stages}
    links = _of_chain(tables["mineral_links"], name)
    us_trade = _of_chain(tables["mineral_us_trade"], name)
    shares = _us_shares(tables, us_trade)
    named = {code for row in links for code in (row["origin"], row["destination"])}
    named |= {row["region"] for rows in shares.values() for row in rows if row["region"]}
    large = _large_producers(production, read.value("minerals.place_share"))
    markets = {code for code, market in regions.items() if code == market != NOT_PUBLISHED}
    own = frozenset(named | large | markets)
    return Chain(
        name=name,
        year=year,
        stages=stages,
        own_places=own,
        demand_region=regions,
        production=production,
        traded=_traded(_of_chain(tables["trade"], name), own, regions, read),
        codes=_codes(_of_chain(tables["mineral_trade_forms"], name)),
        links=links,
        us_trade=us_trade,
        us_shares=shares,
        us_lines=_us_lines(tables, us_trade, year),
    )


def _of_chain(rows: Iterable[Row], name: str) -> tuple[Row, ...]:
    return tuple(row for row in rows if row["chain"] == name)


def _codes(forms: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    codes: dict[str, set[str]] = defaultdict(set)
    for row in forms:
        codes[row["stage"]].add(f"{row['nomenclature']} {row['code']}")
    return {stage: tuple(sorted(found)) for stage, found in codes.items()}


def _stages(tables: Tables, chain: str) -> tuple[Stage, ...]:
    rows = [row for row in tables["mineral_stages"] if row["chain"] == chain]
    rows.sort(key=lambda row: int(row["position"]))
    last = len(rows) - 1
    return tuple(
        Stage(chain, r["stage"], r["material_id"], r, i == last) for i, r in enumerate(rows)
    )


def _production(tables: Tables, stage: Stage, year: int) -> tuple[Row, ...]:
    """Rows of the publishers that count for a stage.

    Each has `rate` [t/yr], missing where withheld, and `rest`: whether it stands for all countries
    that the source does not print.
    """
    found: list[Row] = []
    for source in tables["mineral_stage_sources"]:
        counts = (source["chain"], source["stage"]) == (stage.chain, stage.name)
        if counts and source["in_balance"]:
            found += _published(tables, source, year)
    return tuple(found)


def _published(tables: Tables, source: Row, year: int) -> list[Row]:
    """Rows of one source; the rest is the printed world less the printed countries.

    A printed rest can count a country twice: nickel's mining adds up to 3,961 kt for a printed
    world of 3,861, the difference being Australia's 100.
    """
    rows = [r for r in tables[source["production_table"]] if r["year"] == year]
    if source["production_table"] == "mineral_outlook":
        return _outlook(
            [r for r in rows if (r["mineral"], r["stage"]) == (source["commodity"], source["item"])]
        )
    return [
        {**r, "rate": r["tonnes"], "rest": False}
        for r in rows
        if (r["source_id"], r["commodity"], r["item"])
        == (source["production_source"], source["commodity"], source["item"])
        and r["statistic"] == "production"
        and r["scope"] in ("country", "other")
    ]


def _outlook(rows: list[dict[str, Any]]) -> list[Row]:
    rate = {row["region"]: row["supply_rate"] for row in rows}
    printed = sum(value for region, value in rate.items() if region not in (REST_OF_WORLD, WORLD))
    rest = max(rate[WORLD] - printed, 0.0) if WORLD in rate else rate.get(REST_OF_WORLD, 0.0)
    return [
        {**row, "rate": rest if row["region"] == REST_OF_WORLD else row["supply_rate"]}
        | {"rest": row["region"] == REST_OF_WORLD}
        for row in rows
        if row["region"] != WORLD
    ]


def _large_producers(production: Mapping[str, tuple[Row, ...]], share: float) -> set[str]:
    large: set[str] = set()
    for rows in production.values():
        totals = source_totals(rows)
        large |= {
            row["region"]
            for row in rows
            if row["region"] and (row["rate"] or 0.0) >= share * totals[row["source_id"]] > 0
        }
    return large


def _traded(
    rows: Iterable[Row], own: frozenset[str], regions: Mapping[str, str], read: Assumptions
) -> dict[tuple[str, str, str], Figure]:
    """Content that moves between places: rates add up, and so do squares of errors.

    The error of a content share is common to all rows of one form, so it is taken on their sum.
    """
    sums: dict[tuple[str, str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        pair = (place_of(row["exporter"], own, regions), place_of(row["importer"], own, regions))
        if pair[0] != pair[1]:
            sums[(row["stage"], *pair)][
                f"{row['nomenclature']} {row['code']} {row['form']}"
            ].append(row)
    return {key: _content(forms, read) for key, forms in sums.items()}


def _content(forms: Mapping[str, list[Row]], read: Assumptions) -> Figure:
    rate, variance = 0.0, 0.0
    known, guessed = (
        read.value("minerals.trade_weight_error"),
        read.value("minerals.guessed_weight_error"),
    )
    for rows in forms.values():
        share = rows[0]["content_share"]
        spread = range_error(rows[0]["content_low"], rows[0]["content_high"])
        weight = np.array([row["weight"] for row in rows])
        error = np.where([row["guessed"] for row in rows], guessed, known)
        rate += share * float(weight.sum())
        variance += (spread * float(weight.sum())) ** 2
        variance += float(((share * weight * error) ** 2).sum())
    flags = [row["guessed"] for rows in forms.values() for row in rows]
    sources = {row["trade_source"] for rows in forms.values() for row in rows}
    return Figure(
        rate=rate,
        standard_error=float(np.sqrt(variance)),
        quality="estimated",
        source_id=min(sources),
        locator=f"trade: {', '.join(sorted(forms))}; {len(flags)} pairs of countries, "
        f"{sum(flags)} weights estimated from value",
    )


def _us_shares(tables: Tables, us_trade: tuple[Row, ...]) -> dict[tuple[str, str], tuple[Row, ...]]:
    wanted = {(row["commodity"], row["share_item"]) for row in us_trade if row["share_item"]}
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tables["us_import_shares"]:
        if (row["commodity"], row["item"]) in wanted:
            found[row["commodity"], row["item"]].append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def _us_lines(tables: Tables, us_trade: tuple[Row, ...], year: int) -> dict[tuple[str, str], Row]:
    wanted = {(row["commodity"], row["item"]) for row in us_trade}
    return {
        (row["commodity"], row["item"]): row
        for row in tables["us_salient"]
        if row["year"] == year and (row["commodity"], row["item"]) in wanted
    }
