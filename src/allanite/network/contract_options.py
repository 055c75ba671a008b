"""Contracts that a plan may sign to keep a project alive, as frozen arrays.

What a contract does to the odds of failure is data here: estimated in table `contract_options`
until a valuation of the project's cash flow puts its own in their place (`with_valued_odds`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final

import numpy as np

from allanite.axis import IntArray
from allanite.catalogue.store import Release
from allanite.errors import UsageError
from allanite.network.projects import Ranged, ranged

Row = Mapping[str, Any]
Key = tuple[str, str]
VALUED: Final = "valued"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContractOptions:
    """Contracts that may be signed. K contracts, F floors.

    Attributes:
        project: id, shape (K,); name: of the contract, distinct within a project, shape (K,).
        payer: region code, shape (K,).
        failure_factor: odds of failure with it over those without it, shape (K,) [1].
        upfront_cost: grant, paid when it is signed, shape (K,) [million USD].
        default_cost: paid where the project fails all the same, shape (K,) [million USD].
        quality: how the factor is known, shape (K,).
        floor_contract: position of the contract of each floor, shape (F,).
        material: id, shape (F,).
        strike: price agreed; index: benchmark in a normal market, dated, shape (F,) [USD/kg].
        upside_from: price above which the payer has a share, shape (F,) [USD/kg].
        upside_share: that share, shape (F,) [1].
        volume_rate: sold under the floor at nameplate, shape (F,) [t/yr].
    """

    project: tuple[str, ...]
    name: tuple[str, ...]
    payer: tuple[str, ...]
    failure_factor: Ranged
    upfront_cost: Ranged
    default_cost: Ranged
    quality: tuple[str, ...]
    floor_contract: IntArray
    material: tuple[str, ...]
    strike: Ranged
    index: Ranged
    upside_from: Ranged
    upside_share: Ranged
    volume_rate: Ranged

    @property
    def keys(self) -> tuple[Key, ...]:
        """Project and name of each contract, shape (K,)."""
        return tuple(zip(self.project, self.name, strict=True))

    def of_project(self, project: str) -> IntArray:
        """Positions of the contracts of one project."""
        return np.array([k for k, name in enumerate(self.project) if name == project], dtype=int)


def load_contract_options(release: Release) -> ContractOptions:
    """The contracts of tables `contract_options` and `contract_floors`."""
    rows, floors = release.rows("contract_options"), release.rows("contract_floors")
    keys = [(row["project_id"], row["contract"]) for row in rows]
    return ContractOptions(
        project=tuple(project for project, _ in keys),
        name=tuple(name for _, name in keys),
        payer=tuple(row["payer"] for row in rows),
        failure_factor=ranged(rows, "failure_factor"),
        upfront_cost=ranged(rows, "upfront_cost"),
        default_cost=ranged(rows, "default_cost"),
        quality=tuple(row["quality"] for row in rows),
        floor_contract=np.array(
            [keys.index((row["project_id"], row["contract"])) for row in floors], dtype=np.int64
        ),
        material=tuple(row["material_id"] for row in floors),
        strike=ranged(floors, "strike"),
        index=ranged(floors, "index"),
        upside_from=ranged(floors, "upside_from"),
        upside_share=ranged(floors, "upside_share"),
        volume_rate=ranged(floors, "volume_rate"),
    )


def with_valued_odds(
    options: ContractOptions, odds: Mapping[Key, tuple[float, float, float]]
) -> ContractOptions:
    """The contracts with odds from a valuation of the projects' cash flow.

    Args:
        options: contracts with estimated odds.
        odds: low end, value and high end of the failures that are left, as a share of those
            without the contract [1], by project and name of the contract; those that are not
            named keep their estimate.

    Raises:
        UsageError: a contract that is not offered, with the nearest; or a share outside 0 to 1.
    """
    found = {end: getattr(options.failure_factor, end).copy() for end in ("low", "value", "high")}
    quality = list(options.quality)
    for key, ends in odds.items():
        _check_odds(options, key, ends)
        k = options.keys.index(key)
        for end, share in zip(("low", "value", "high"), ends, strict=True):
            found[end][k] = share
        quality[k] = VALUED
    return replace(options, failure_factor=Ranged(**found), quality=tuple(quality))


def _check_odds(options: ContractOptions, key: Key, ends: tuple[float, float, float]) -> None:
    words = [", ".join(known) for known in options.keys]
    if key not in options.keys:
        near = get_close_matches(", ".join(key), words, n=3, cutoff=0.3)
        raise UsageError(
            f"no contract {', '.join(key)!r} is offered; near it: {'; '.join(near) or 'none'}"
        )
    if not 0 <= ends[0] <= ends[1] <= ends[2] <= 1:
        raise UsageError(
            f"contract {', '.join(key)!r}: failures left {ends}; allowed: three shares from 0 to"
            " 1, rising"
        )
