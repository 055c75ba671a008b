"""What contracts cost whom and do for their projects; the least support a project needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from allanite.conditions.instruments.contract import Contract
from allanite.conditions.prices.load import load_price_model
from allanite.conditions.prices.model import PriceModel
from allanite.record import Stopwatch
from allanite.studies.contracts.blocks import START
from allanite.studies.contracts.cash import MONTHS, yearly_prices
from allanite.studies.contracts.contract_study import QUOTES, chosen_contracts
from allanite.studies.contracts.contract_study import value_contracts as valued_tables
from allanite.studies.contracts.design import design_support as designed_tables
from allanite.studies.contracts.price_map import quoted_prices
from allanite.studies.contracts.request import DesignRequest, ValuationRequest
from allanite.studies.contracts.study import value_venture, venture_case
from allanite.studies.result import Result, snapped
from allanite.workbench.base import ReconciledNetwork, run_record


def value_contracts(
    network: ReconciledNetwork,
    contracts: Sequence[str | Contract] = (),
    request: ValuationRequest | None = None,
    progress: Callable[[int], object] | None = None,
    *,
    prices: PriceModel | None = None,
) -> Result:
    """What contracts cost each payer, and the odds of their projects without and with them.

    Args:
        network: a reconciled network; its release and seed are used.
        contracts: ids, or contracts read from a file; all of the release where none is named.
        request: paths, years, seed; those of the network by default.
        progress: called with the number of paths done.
        prices: a process that is calibrated already; by default that of the release.

    Raises:
        UsageError: a contract nobody knows, numbers that make no valuation.
        DataError: a table lacks a row.
    """
    watch = Stopwatch()
    asked = request or ValuationRequest(seed=network.baseline.seed)
    chosen = chosen_contracts(network.release, contracts)
    model = prices or load_price_model(network.release)
    tables = valued_tables(network.release, chosen, model, asked, progress)
    parameters = {
        "contracts": [c.contract_id for c in chosen],
        "quotes": model.digest,
        **asked.parameters(),
    }
    return Result(run_record("contract value", parameters, network, watch), snapped(tables))


def value_project(
    network: ReconciledNetwork,
    venture: str,
    request: ValuationRequest | None = None,
    *,
    prices: PriceModel | None = None,
) -> Result:
    """What a project sells, earns and is worth on simulated prices, alone: tables `venture_...`.

    Args:
        network: a reconciled network; its release and seed are used.
        venture: project, site or group of sites.
        request: paths, years, seed; those of the network by default.
        prices: as in `value_contracts`.

    Raises:
        UsageError: no such venture.
        ModelError: a venture without a cash flow here.
        DataError: a table lacks a row.
    """
    watch = Stopwatch()
    asked = request or ValuationRequest(seed=network.baseline.seed)
    model = prices or load_price_model(network.release)
    case = venture_case(network.release, venture, asked.years)
    paths = model.simulate(
        asked.seed, asked.paths, MONTHS * asked.years, START, workers=asked.workers
    )
    blocks = ((yearly_prices(block), None) for block in paths)
    tables = value_venture(case, blocks, quoted_prices(network.release, *QUOTES))
    parameters = {"venture": venture, "quotes": model.digest, **asked.parameters()}
    return Result(run_record("contract project", parameters, network, watch), snapped(tables))


def design_support(
    network: ReconciledNetwork,
    venture: str,
    request: DesignRequest | None = None,
    progress: Callable[[str], object] | None = None,
    *,
    prices: PriceModel | None = None,
) -> Result:
    """The least support that makes a project bankable, by kind, in pairs and by payer.

    Args:
        network: a reconciled network; its release and seed are used.
        venture: project, site or group of sites.
        request: odds, terms, payers, paths.
        progress: called with what is being worked on.
        prices: as in `value_contracts`.

    Raises:
        UsageError: no such venture or contract.
        ModelError: a venture without a cash flow, a contract without all its terms.
        DataError: a table lacks a row.
    """
    watch = Stopwatch()
    asked = request or DesignRequest(seed=network.baseline.seed)
    model = prices or load_price_model(network.release)
    tables = designed_tables(network.release, venture, model, asked, progress)
    parameters = {"venture": venture, "quotes": model.digest, **asked.parameters()}
    return Result(run_record("contract design", parameters, network, watch), snapped(tables))
