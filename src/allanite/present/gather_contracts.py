"""What a brief says of contracts: prices, values, least support, elements, a duty at the border."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

import pyarrow as pa

from allanite.catalogue.store import Release
from allanite.catalogue.tables.plan import BOTH_PAYERS
from allanite.conditions.case import Case
from allanite.studies.border.request import BorderRequest
from allanite.studies.contracts.request import DesignRequest, ValuationRequest
from allanite.workbench import (
    ReconciledNetwork,
    border,
    design_support,
    find_floors,
    simulate_prices,
    value_contracts,
)

Tables = dict[str, pa.Table]
PRICE_PATHS: Final = 4_000
VALUE_PATHS: Final = 8_000
DESIGN_PATHS: Final = 2_000
DESIGN_FACTORS: Final = (0.6, 0.8, 1.0, 1.3, 1.6)
DESIGNS: Final = 3  # projects whose least support is looked for
ALIVE: Final = 0.8  # odds of survival from which a project needs no look
SHOWN_TABLES: Final = (
    "contracts",
    "contract_terms",
    "contract_payers",
    "contracts_left_out",
    "finance_parameters",
    "projects",
)
Progress = Callable[[str, int, int], None]


def contract_results(
    case: Case, network: ReconciledNetwork, seed: int, progress: Progress | None = None
) -> Tables:
    """Prices, contracts, designs for projects that need support, and a duty of a partner."""
    told = progress or (lambda *_: None)
    told("prices of oxides", 0, 0)
    release = network.release
    prices = simulate_prices(release, seed=seed, paths=PRICE_PATHS)
    told("contracts", 0, 0)
    request = ValuationRequest(paths=VALUE_PATHS, seed=seed)
    valued = value_contracts(network, (), request).tables
    return {
        **{name: release.table(name) for name in SHOWN_TABLES},
        **prices.tables,
        **valued,
        **_designs(case, network, valued, seed, told),
        **_border(case, network, told),
    }


def _designs(
    case: Case,
    network: ReconciledNetwork,
    valued: Mapping[str, pa.Table],
    seed: int,
    told: Progress,
) -> Tables:
    """Tables of the design, those of all projects looked at below one another."""
    share = 1.0 / len(case.partners)
    request = DesignRequest(
        payers=tuple((partner, share) for partner in case.partners),
        paths=DESIGN_PATHS,
        check_paths=2 * DESIGN_PATHS,
        factors=DESIGN_FACTORS,
        seed=seed,
    )
    found: dict[str, list[pa.Table]] = {}
    others = other_projects(network.release, case)
    for venture in needy_ventures(valued["contract_effects"], others):
        told(f"support of {venture}", 0, 0)
        for name, table in design_support(network, venture, request).tables.items():
            found.setdefault(name, []).append(table)
    return {name: pa.concat_tables(parts) for name, parts in found.items()}


def needy_ventures(effects: pa.Table, others: Collection[str] = ()) -> list[str]:
    """Projects that mostly die without their contracts and not always with them, at most three.

    Those that never live are left out: they sell no oxide, or no support of a price reaches them.

    Args:
        effects: table `contract_effects`.
        others: projects that are not looked at.
    """
    rows = [row for row in effects.to_pylist() if row["state"] == "without"]
    odds = {r["venture_id"]: r["survival_share"] for r in rows if r["venture_id"] not in others}
    needy = [(share, name) for name, share in odds.items() if 0.0 < share < ALIVE]
    return [name for _, name in sorted(needy, reverse=True)][:DESIGNS]


def other_projects(release: Release, case: Case) -> set[str]:
    """Projects that someone else than the partners of the case would pay for."""
    payers = {*case.partners, BOTH_PAYERS}
    return {r["project_id"] for r in release.rows("projects") if r["payer"] not in payers}


def _border(case: Case, network: ReconciledNetwork, told: Progress) -> Tables:
    measure = partner_measure(network.release, case)
    if measure is None:
        return {}
    told("a duty at the border", 0, 0)
    return dict(border(network, case, BorderRequest(measure_id=measure)).tables)


def partner_measure(release: Release, case: Case) -> str | None:
    """The first border measure in force that a partner of the case imposes alone."""
    for row in release.rows("border_measures"):
        if row["status"] == "in force" and row["imposers"] in case.partners:
            return str(row["measure_id"])
    return None


def element_results(
    case: Case, network: ReconciledNetwork, found: Mapping[str, pa.Table]
) -> Tables:
    """Which element a floor should name, where there is a response and a plan."""
    if not {"response_prices", "plan_values", "contract_values"} <= set(found):
        return {}
    return dict(find_floors(network, case, found).tables)
