"""Stakes of one day: as arrays, as a chain that leads up, and as groups under one head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from allanite.axis import Axis
from allanite.errors import DataError, Finding
from allanite.law.parties.records import OWNERLESS, Party, Stake
from allanite.law.parties.shares import MAJORITY, ROUNDING, Holdings, held_sum, reaches


def stake_arrays(axis: Axis, parties: Mapping[str, Party], stakes: Iterable[Stake]) -> Holdings:
    """Stakes as arrays; several stakes of one owner in one party add up.

    Raises:
        DataError: named owners of a party certainly hold more than the whole.
    """
    low: dict[tuple[str, str], float] = defaultdict(float)
    high: dict[tuple[str, str], float] = defaultdict(float)
    for stake in stakes:
        low[stake.owner_id, stake.held_id] += stake.low
        high[stake.owner_id, stake.held_id] += stake.high
    pairs = sorted(low)
    made = Holdings(
        owner=axis.positions(owner for owner, _ in pairs),
        held=axis.positions(held for _, held in pairs),
        low=np.array([low[pair] for pair in pairs], dtype=np.float64),
        high=np.array([min(high[pair], 1.0) for pair in pairs], dtype=np.float64),
        is_ownerless=np.array([parties[p].kind in OWNERLESS for p in axis], dtype=np.bool_),
    )
    _check_sums(axis, made)
    return made


def _check_sums(axis: Axis, made: Holdings) -> None:
    total = held_sum(made, made.low)
    findings = [
        Finding(
            table="party_stakes",
            place=f"held_id {axis.labels[i]}",
            found=f"owners that hold at least {total[i]:.4g} of it on one day",
            allowed="at most 1",
            remedy="Correct the low ends, or end one stake where the next begins.",
        )
        for i in np.flatnonzero(reaches(total, 1.0 + 2 * ROUNDING))
    ]
    if findings:
        raise DataError(findings)


def stakes_above(stakes: Iterable[Stake], party_id: str) -> tuple[Stake, ...]:
    """Stakes that lead up from a party, nearest first; loops end where they began."""
    above: dict[str, list[Stake]] = defaultdict(list)
    for stake in stakes:
        above[stake.held_id].append(stake)
    found: list[Stake] = []
    seen, front = {party_id}, [party_id]
    while front:
        level = [s for held in front for s in sorted(above[held], key=lambda s: s.owner_id)]
        found += level
        front = list(dict.fromkeys(s.owner_id for s in level if s.owner_id not in seen))
        seen |= set(front)
    return tuple(found)


def group_heads(stakes: Iterable[Stake], parties: Mapping[str, Party]) -> dict[str, str]:
    """The firm at the head of each party's group; only parties that another decides on.

    A state is no head: what a state owns is told by the country, not as one group.
    """
    parent: dict[str, str] = {}
    for stake in sorted(stakes, key=lambda s: (s.held_id, -s.low, s.owner_id)):
        if _decides(stake) and parties[stake.owner_id].kind not in OWNERLESS:
            parent.setdefault(stake.held_id, stake.owner_id)
    return {held: _head(parent, held) for held in parent}


def _decides(stake: Stake) -> bool:
    """Whether the owner decides on what it holds for certain."""
    return stake.state != "agreed" and (stake.control == "yes" or stake.low > MAJORITY)


def _head(parent: Mapping[str, str], party: str) -> str:
    """The last party up the line; in a ring the first of it by name."""
    seen = [party]
    while seen[-1] in parent and parent[seen[-1]] not in seen:
        seen.append(parent[seen[-1]])
    ring = parent.get(seen[-1])
    return min(seen[seen.index(ring) :]) if ring is not None else seen[-1]
