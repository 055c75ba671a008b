"""Odds that contracts on offer in a plan leave a project to fail, from the cash of the project.

Only failures for want of money can be cured; permits, ore and technique fail as before. Of those,
a contract leaves the share of simulated paths on which the project still defaults or closes, over
the share without it. Guarantees of debt keep their estimate: a plan tells their cost at default,
and not the share of the debt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from allanite.catalogue.assumed import assumed_ends
from allanite.catalogue.store import Release
from allanite.conditions.instruments.contract import Contract, Payer
from allanite.conditions.instruments.kinds import ContractForDifference, Grant
from allanite.conditions.prices.model import PriceModel
from allanite.errors import ModelError
from allanite.network.contract_options import ContractOptions, Key
from allanite.studies.contracts.blocks import START, PriceBlock, price_block
from allanite.studies.contracts.cash import MONTHS
from allanite.studies.contracts.producers import Desk, open_desk
from allanite.studies.contracts.request import YEARS
from allanite.studies.contracts.study import Case, venture_case
from allanite.studies.contracts.supported import products_of, run_supported

MONEY_SHARE: Final = "plan.failure_money_share"
PRODUCTS: Final[Mapping[str, str]] = {
    "ox_ndpr": "NdPr oxide", "ox_dy": "Dy oxide", "ox_tb": "Tb oxide", "ox_sm": "Sm oxide",
    "ox_y": "Y oxide", "ox_gd": "Gd oxide", "ox_eu": "Eu oxide", "ox_la": "La oxide",
    "ox_ce": "Ce oxide", "ox_ho": "Ho oxide",
}  # fmt: skip


def option_odds(
    release: Release, options: ContractOptions, prices: PriceModel, *, paths: int, seed: int
) -> dict[Key, tuple[float, float, float]]:
    """Failures left as a share of those without a contract, low, value and high, by contract.

    Contracts of projects without a cash flow of oxides, and guarantees, are not in it.

    Args:
        release: the data.
        options: contracts on offer.
        prices: the process.
        paths: how many are simulated.
        seed: of the paths.
    """
    desk, money = open_desk(release, YEARS), assumed_ends(release, MONEY_SHARE)
    cases = _cases(desk, options)
    offered = {
        key: (cases[key[0]], contracts)
        for k, key in enumerate(options.keys)
        if key[0] in cases and (contracts := option_contracts(options, k))
    }
    weights = {
        name: product.weight
        for case, contracts in offered.values()
        for name, product in products_of(case, contracts).items()
    }
    simulated = prices.simulate(seed, paths, MONTHS * YEARS, START)
    blocks = [price_block(block, weights) for block in simulated]
    without = {name: _failing(desk, case, (), blocks) for name, case in cases.items()}
    found = {}
    for key, (case, contracts) in offered.items():
        before, after = without[key[0]], _failing(desk, case, contracts, blocks)
        left = min(after / before, 1.0) if before > 0 else 1.0
        low, value, high = (1.0 - share * (1.0 - left) for share in reversed(money))
        found[key] = (low, value, high)
    return found


def _cases(desk: Desk, options: ContractOptions) -> dict[str, Case]:
    found = {}
    for project in dict.fromkeys(options.project):
        try:
            found[project] = venture_case(
                desk.release, project, desk.years, outside_rate=desk.outside_rate
            )
        except ModelError:
            continue  # it sells no oxide: its estimate stands
    return found


def option_contracts(options: ContractOptions, k: int) -> tuple[Contract, ...]:
    """A contract on offer as instruments: one floor with its upside a material, and a grant.

    Args:
        options: contracts on offer.
        k: position of one of them.
    """
    floors = [
        _contract(
            options, k, PRODUCTS[options.material[f]], float(options.volume_rate.value[f]),
            ContractForDifference(
                strike=float(options.strike.value[f]),
                upside_strike=float(options.upside_from.value[f]),
                upside_share=float(options.upside_share.value[f]),
            ),
        )
        for f in np.flatnonzero(options.floor_contract == k).tolist()
        if options.material[f] in PRODUCTS
    ]  # fmt: skip
    amount = float(options.upfront_cost.value[k])
    grants = [_contract(options, k, "NdPr oxide", np.inf, Grant(amount=amount))] if amount else []
    return (*floors, *grants)


def _contract(
    options: ContractOptions,
    k: int,
    product: str,
    limit_rate: float,
    instrument: ContractForDifference | Grant,
) -> Contract:
    return Contract(
        contract_id=f"{options.project[k]}, {options.name[k]}, {product}",
        name=options.name[k],
        status="proposed",
        beneficiary_kind="project",
        beneficiaries=(options.project[k],),
        product=product,
        payers=(Payer(name=options.payer[k], region=options.payer[k], share=1.0),),
        instruments=(instrument,),
        start=float(START.year),
        duration=float(YEARS),
        limit_rate=limit_rate,
        indexation="real",
    )


def _failing(
    desk: Desk, case: Case, contracts: Sequence[Contract], blocks: Sequence[PriceBlock]
) -> float:
    """Share of paths on which the project defaults or closes by the horizon."""
    dead = [
        ~run_supported(case, contracts, block, desk.inflation_rate).cash.alive[:, -1]
        for block in blocks
    ]
    return float(np.concatenate(dead).mean())
