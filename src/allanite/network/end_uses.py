"""Uses of rare earths by region: magnets by grade, and all other uses by oxide.

Magnets are booked where they are built into products. The regional matrix gives end use
totals; the table of grades splits them. Uses other than magnets have world shares only:
they are scaled by the magnets' share and split by material with assumed keys; by region as
magnets are, for want of any table of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.network.assumptions import Assumptions
from allanite.network.draft import DemandDraft, NetworkDraft
from allanite.network.markets import Markets, add_market

CHAIN = "rare earths"
PER_CENT = 100.0
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EndUses:
    """Demand rows sorted by what they say.

    Attributes:
        cell: magnet row by (region, end use).
        region_total, world_total: magnet rows by region, by end use.
        grade: share by (end use, material).
        other_share: row of a use's share of all rare-earth use, by end use.
    """

    cell: Mapping[tuple[str, str], Row]
    region_total: Mapping[str, Row]
    world_total: Mapping[str, Row]
    grade: Mapping[tuple[str, str], float]
    other_share: Mapping[str, Row]


def load_end_uses(release: Release, assumptions: Assumptions, year: int) -> EndUses:
    """The demand rows of the base year."""
    rows = release.rows("demand")
    magnets = [
        r
        for r in rows
        if r["row_type"] == "quantity"
        and r["year"] == year
        and r["scenario"] == "base"
        and r["item"].startswith("NdFeB magnet, finished")
    ]
    uses = {r["end_use"] for r in rows if r["row_type"] == "grade_mix"}
    shares = [r for r in rows if r["row_type"] == "share" and r["region"] == WORLD]
    return EndUses(
        cell={
            (r["region"], r["end_use"]): r
            for r in magnets
            if r["region"] != WORLD and r["end_use"] in uses
        },
        region_total={
            r["region"]: r for r in magnets if r["end_use"] == "all" and r["region"] != WORLD
        },
        world_total={r["end_use"]: r for r in magnets if r["region"] == WORLD},
        grade=_grades([r for r in rows if r["row_type"] == "grade_mix"], assumptions),
        other_share={r["end_use"]: r for r in shares if r["end_use"] != "all"},
    )


def _grades(rows: list[Row], assumptions: Assumptions) -> dict[tuple[str, str], float]:
    parts: dict[str, dict[str, float]] = defaultdict(dict)
    for key, value in assumptions.keyed("grade_share").items():
        grade, material = key.rsplit(":", 1)
        parts[grade][material] = value
    shares: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        own = f"{row['end_use']}/{row['grade']}"
        for material, part in parts[own if own in parts else row["grade"]].items():
            shares[row["end_use"], material] += row["value"] / PER_CENT * part
    return dict(shares)


def _demand(region: str, end_use: str, material: str, rate: float) -> DemandDraft:
    """A use of a rare-earth material that sources expect at `rate` [t/yr]."""
    return DemandDraft(
        region=region, end_use=end_use, material=material, chain=CHAIN, expected_rate=rate
    )


def add_magnet_demands(draft: NetworkDraft, uses: EndUses, markets: Markets) -> None:
    """Add a demand for each region, end use and magnet class."""
    for (region, end_use), row in uses.cell.items():
        add_market(draft, region, markets)
        for (use, material), share in uses.grade.items():
            if use == end_use:
                draft.add_demand(_demand(region, end_use, material, row["value"] * share))


def add_other_magnets(draft: NetworkDraft, uses: EndUses, totals: Mapping[str, float]) -> None:
    """Add demands for magnets outside the matrix, split as all magnets are.

    Args:
        draft: rows so far.
        uses: demand rows.
        totals: world rate by material [t/yr].
    """
    key = regional_key(uses)
    for material, total in totals.items():
        name = f"{draft.materials[material].name} magnets, all uses".replace(
            "magnet magnets", "magnets"
        )
        for region, share in key.items():
            draft.add_demand(
                DemandDraft(
                    region=region,
                    end_use=name,
                    material=material,
                    chain=CHAIN,
                    expected_rate=total * share,
                )
            )


def regional_key(uses: EndUses) -> dict[str, float]:
    """Share of each region in all magnets."""
    world = sum(row["value"] for row in uses.region_total.values())
    return {region: row["value"] / world for region, row in uses.region_total.items()}


def add_other_uses(
    draft: NetworkDraft, uses: EndUses, assumptions: Assumptions, markets: Markets, total: float
) -> None:
    """Add demands of uses other than magnets, split by region as all magnets are.

    Args:
        draft: rows so far.
        uses: demand rows.
        assumptions: mixes by material.
        markets: regional markets.
        total: all rare-earth use [t oxide/yr].
    """
    key = regional_key(uses)
    for end_use, row in uses.other_share.items():
        for material, mix in assumptions.keyed(f"use_material:{end_use}").items():
            rate = total * row["value"] / PER_CENT * mix / oxide_per_tonne(draft, material)
            for region, share in key.items():
                add_market(draft, region, markets)
                draft.add_demand(_demand(region, end_use, material, rate * share))


def oxide_per_tonne(draft: NetworkDraft, material: str) -> float:
    """Tonnes of oxide per t of material, over all its elements."""
    pure = {
        element: content
        for label, row in draft.materials.items()
        if row.stage == "oxide" and label.startswith("ox_")
        for element, content in row.content.items()
        if len(row.content) == 1
    }
    content = draft.materials[material].content
    if draft.materials[material].stage == "oxide":
        return 1.0
    return sum(share / pure[element] for element, share in content.items())
