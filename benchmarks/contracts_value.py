"""Valuing all shipped contracts on simulated prices: seconds, memory, and peers on their payments.

    python benchmarks/contracts_value.py [--paths 100000] [--threads 2] [--pandas 200] [--python 40]

Paths are those of the calibrated process, 180 months of twelve oxides. Valued are costs to each
payer, odds and worth of each venture without and with its contracts, budgets and payoffs; the
calibration before is timed apart. Peers reckon only the payments of the price contracts on paths
of the same prices, in plain pandas and in pure Python (see `contract_payments`), so the ratio is
one of the payments alone.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from allanite.catalogue.store import Release, load_release
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.prices.load import load_price_model
from allanite.conditions.prices.model import PriceModel
from allanite.studies.contracts.blocks import START, price_block
from allanite.studies.contracts.contract_study import chosen_contracts, value_contracts
from allanite.studies.contracts.producers import cases_of, open_desk, producer_of
from allanite.studies.contracts.request import ValuationRequest
from allanite.studies.contracts.supported import looks_at_price, venture_exposure
from allanite.studies.contracts.valuation import Item, valued_items, weights_of
from contract_payments import MONTHS, _difference, value_ours, value_pandas, value_python


def main() -> None:
    """Time the valuation and its peers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pandas", type=int, default=200)
    parser.add_argument("--python", type=int, default=40)
    arguments = parser.parse_args()
    release = load_release()
    begin = time.perf_counter()
    model = load_price_model(release)
    print(f"calibration: {time.perf_counter() - begin:.1f} s")
    time_valuation(release, model, arguments.paths, arguments.threads)
    items = price_items(release)
    for name, value, paths in (
        ("pandas", value_pandas, arguments.pandas),
        ("pure Python", value_python, arguments.python),
    ):
        exposures = [item_exposure(release, model, item, paths) for item in items]
        ours = peer = worst = 0.0
        for item, exposure in zip(items, exposures, strict=True):
            key = item.contract.contract_id
            begin = time.process_time()
            mine = value_ours([item.contract], exposure)[key]
            middle = time.process_time()
            found = value([item.contract], exposure)[key]
            ours, peer = ours + middle - begin, peer + time.process_time() - middle
            worst = max(worst, _difference(found, mine))
        assert worst < 1e-9, f"{name} differs by {worst}"
        print(
            f"payments, {name}, {paths} paths: {peer / paths * 1e6:.0f} us a path,"
            f" ours {ours / paths * 1e6:.1f}, ratio {peer / ours:.0f}; difference {worst:.0e}"
        )


def time_valuation(release: Release, model: PriceModel, paths: int, threads: int) -> None:
    """Value everything once and print seconds and memory."""
    request = ValuationRequest(paths=paths, workers=threads)
    contracts = chosen_contracts(release, ())
    begin, processor = time.perf_counter(), time.process_time()
    tables = value_contracts(release, contracts, model, request)
    seconds, processor = time.perf_counter() - begin, time.process_time() - processor
    begin = time.perf_counter()
    for _ in model.simulate(1, paths, MONTHS, START, workers=threads):
        pass
    prices = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = tables["contract_values"].to_pylist()
    print(
        f"{len({r['contract_id'] for r in rows if r['cost_mean'] is not None})} contracts,"
        f" {paths} paths x {MONTHS} months x 12 oxides, {threads} threads: {seconds:.1f} s,"
        f" {processor:.1f} s of processor; prices alone {prices:.1f} s; {memory:.0f} MiB"
    )


def price_items(release: Release) -> list[Item]:
    """Contracts that look at prices, with their ventures."""
    desk, contracts = open_desk(release, MONTHS // 12), chosen_contracts(release, ())
    producers = {c.contract_id: producer_of(release, c) for c in contracts}
    items = valued_items(contracts, producers, cases_of(desk, producers))
    return [item for item in items.values() if looks_at_price(item.contract)]


def item_exposure(release: Release, model: PriceModel, item: Item, paths: int) -> Exposure:
    """What a contract looks at on some paths."""
    desk = open_desk(release, MONTHS // 12)
    block = price_block(next(model.simulate(1, paths, MONTHS, START)), weights_of([item]))
    exposure = venture_exposure(item.case, [item.contract], block, desk.inflation_rate)
    floor = np.maximum(exposure.volume_rate[item.contract.product], 1e-6)
    return Exposure(
        start=exposure.start,
        price=exposure.price,
        volume_rate={item.contract.product: floor},
        inflation_rate=exposure.inflation_rate,
    )


if __name__ == "__main__":
    main()
