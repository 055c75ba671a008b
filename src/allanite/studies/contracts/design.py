"""The least support that makes a venture bankable: singly, in pairs, by payer, as prices change.

Sizes are searched on one set of paths and reported on fresh ones, with the error of the odds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Final

import numpy as np
import pyarrow as pa

from allanite.catalogue.store import Release
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.instruments.kinds import EbitdaGuarantee
from allanite.conditions.instruments.load import find_contract, load_contracts
from allanite.conditions.prices.model import PriceModel
from allanite.studies.contracts.blocks import (
    BASKET,
    START,
    PriceBlock,
    joined,
    price_block,
    product_of,
    scaled,
)
from allanite.studies.contracts.cash import MONTHS
from allanite.studies.contracts.design_tables import (
    Design,
    crossover_table,
    options_table,
    packages_table,
)
from allanite.studies.contracts.levers import FLOOR_PRODUCTS, LeverTerms, levers_of
from allanite.studies.contracts.packages import Option, find_packages
from allanite.studies.contracts.producers import Desk, contracts_of, open_desk
from allanite.studies.contracts.request import DesignRequest
from allanite.studies.contracts.search import Field, least_size, room_of, standing
from allanite.studies.contracts.study import Case
from allanite.studies.contracts.supported import products_of
from allanite.studies.contracts.valuation import HELD

FRESH: Final = 1_000_003  # added to the seed for the paths on which sizes are reported
Progress = Callable[[str], object]


def design_support(
    release: Release,
    name: str,
    prices: PriceModel,
    request: DesignRequest,
    progress: Progress | None = None,
) -> dict[str, pa.Table]:
    """Tables `design_options`, `design_packages` and `design_crossover` of one venture.

    Options are looked for twice where the venture has real contracts: alone, and on top of them
    or of those the request names. Packages and the crossover stand beside those it names only.

    Args:
        release: the data.
        name: project, site or group of sites.
        prices: the process.
        request: odds, terms, paths.
        progress: called with what is being worked on.

    Raises:
        UsageError: no such venture or contract. ModelError: a venture without a cash flow, a
            contract without all its terms.
    """
    told = progress or (lambda _: None)
    desk = open_desk(release, request.years)
    case = desk.case(name)
    known = load_contracts(release)
    named = tuple(find_contract(known, key) for key in request.beside)
    real = named or contracts_of(release, name, known, HELD)
    fields = _fields(desk, case, prices, request, named)
    designs = [_design(fields, case, desk, request, told)]
    if real != named:
        told("on top of real contracts")
        designs.append(_design(_beside(fields, real), case, desk, request, told))
    packages = []
    if request.packages:
        packages = find_packages(fields[0], designs[0].options, told)
    points = [_at_factor(fields[0], designs[0], factor, told) for factor in request.factors]
    return {
        "design_options": options_table(designs, request),
        "design_packages": packages_table(designs[0], packages, request),
        "design_crossover": crossover_table(designs[0], points),
    }


def _fields(
    desk: Desk,
    case: Case,
    prices: PriceModel,
    request: DesignRequest,
    given: Sequence[Contract],
) -> tuple[Field, Field]:
    """What is searched on, and what is reported on."""
    odds = case.venture.parameters.value("bankable_odds") if request.odds is None else request.odds
    found = []
    for seed, paths in (
        (request.seed, request.paths),
        (request.seed + FRESH, request.check_paths),
    ):
        block = _block(case, given, prices, request, (seed, paths))
        field = Field(
            case=case,
            given=tuple(given),
            block=block,
            measure=request.measure,
            odds=odds,
            least_value=-np.inf,
            inflation_rate=desk.inflation_rate,
        )
        found.append(replace(field, least_value=agreeable(field)))
    return found[0], found[1]


def agreeable(field: Field) -> float:
    """Mean worth that owners must keep: what they have without help; for a project never less
    than nothing, since it need not be built [million USD].
    """
    value = standing(field, [])[1]
    return max(value, 0.0) if field.case.venture.kind == "project" else value


def _beside(fields: tuple[Field, Field], given: Sequence[Contract]) -> tuple[Field, Field]:
    """The same paths with contracts that are there already."""
    changed = [replace(field, given=tuple(given)) for field in fields]
    both = [replace(field, least_value=agreeable(field)) for field in changed]
    return both[0], both[1]


def _block(
    case: Case,
    given: Sequence[Contract],
    prices: PriceModel,
    request: DesignRequest,
    sample: tuple[int, int],
) -> PriceBlock:
    seed, paths = sample
    weights = {n: p.weight for n, p in products_of(case, given).items()}
    weights |= {_named(n, case): product_of(n, case.basket).weight for n in FLOOR_PRODUCTS}
    months = MONTHS * request.years
    blocks = prices.simulate(seed, paths, months, START, workers=request.workers)
    return joined(price_block(block, weights) for block in blocks)


def _named(product: str, case: Case) -> str:
    return f"{BASKET} of {case.venture.venture_id}" if product == BASKET else product


def lever_terms(case: Case, desk: Desk, request: DesignRequest) -> LeverTerms:
    """Terms of the contracts of a design; by default they last to the horizon."""
    left = request.years - floor(case.venture.start)
    return LeverTerms(
        duration=request.duration or left,
        upside_share=request.upside_share,
        inflation_rate=desk.inflation_rate,
    )


def _design(
    fields: tuple[Field, Field], case: Case, desk: Desk, request: DesignRequest, told: Progress
) -> Design:
    mean = {n: float(fields[0].block.monthly[_named(n, case)].mean()) for n in FLOOR_PRODUCTS}
    options = []
    terms, room = lever_terms(case, desk, request), room_of(fields[0])
    guaranteed = any(isinstance(i, EbitdaGuarantee) for c in fields[0].given for i in c.instruments)
    for lever in levers_of(case, terms, mean, room):
        if guaranteed and lever.kind == "earnings":
            continue  # two guarantees of the same earnings would both pay
        told(lever.name)
        options.append(Option(lever=lever, found=least_size(fields[0], lever)))
    return Design(search=fields[0], fresh=fields[1], options=tuple(options))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """Kinds of support at a factor on all prices.

    Attributes:
        factor: on all prices; field: with those prices.
        options: with their least sizes there.
    """

    factor: float
    field: Field
    options: tuple[Option, ...]


CROSSING: Final = ("floor", "grant", "loan", "earnings")


def _at_factor(field: Field, design: Design, factor: float, told: Progress) -> Point:
    """Least sizes where prices are expected lower or higher, of one lever of each kind."""
    told(f"prices x {factor:g}")
    moved = replace(field, block=scaled(field.block, factor), least_value=-np.inf)
    moved = replace(moved, least_value=agreeable(moved))
    chosen = {o.lever.kind: o.lever for o in reversed(design.options)}
    levers = [chosen[kind] for kind in CROSSING if kind in chosen]
    options = tuple(Option(lever=lv, found=least_size(moved, lv)) for lv in levers)
    return Point(factor=factor, field=moved, options=options)
