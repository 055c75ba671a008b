"""Valuing every shipped contract over paths: ours, plain pandas and pure Python.

    python benchmarks/contract_payments.py [--paths 20000] [--pandas 200] [--python 40]

All three value the same contracts on the same prices; the peers on the first of the paths. Their
payments must agree to 1e-9 of the largest. `--convergence` prints the error of a floor on a
geometric Brownian motion against its closed form, by number of paths.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import norm

from allanite.axis import FloatArray
from allanite.catalogue.assumed import assumed_value
from allanite.catalogue.store import load_release
from allanite.conditions.instruments.contract import Contract, Payer
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.instruments.kinds import (
    ContractForDifference,
    EbitdaGuarantee,
    Offtake,
    PriceFloor,
    StockPurchase,
    Tariff,
)
from allanite.conditions.instruments.load import load_contracts
from allanite.conditions.instruments.payments import contract_payments

MONTHS = 180
VOLATILITY = 0.35
START = {"NdPr oxide": 70.0, "Dy oxide": 250.0, "NdFeB magnet": 60.0, "Sm oxide": 2.0}
Totals = dict[str, FloatArray]


def draw_exposure(contracts: Sequence[Contract], paths: int, seed: int = 1) -> Exposure:
    """Prices of every product the contracts name, drawn without drift; steady output."""
    rng = np.random.default_rng(seed)
    products = sorted({contract.product for contract in contracts})
    time_ = np.arange(1, MONTHS + 1) / 12
    price = {}
    for product in products:
        steps = rng.standard_normal((paths, MONTHS), dtype=np.float32) * VOLATILITY / 12**0.5
        walk = np.cumsum(steps, axis=1) - VOLATILITY**2 * time_ / 2
        price[product] = (START.get(product, 50.0) * np.exp(walk)).astype(np.float32)
    ramp = np.minimum(np.arange(1, MONTHS + 1) / 36, 1.0)
    return Exposure(
        start=date(2027, 1, 1),
        price=price,
        volume_rate=dict.fromkeys(products, 6000.0 * ramp),
        inflation_rate=assumed_value(load_release(), "contract.inflation_rate"),
        ebitda=rng.normal(100.0, 60.0, (paths, MONTHS // 12)),
    )


def first_paths(exposure: Exposure, paths: int) -> Exposure:
    """The exposure of its first paths."""
    assert exposure.ebitda is not None
    return Exposure(
        start=exposure.start,
        price={name: array[:paths] for name, array in exposure.price.items()},
        volume_rate=exposure.volume_rate,
        inflation_rate=exposure.inflation_rate,
        ebitda=exposure.ebitda[:paths],
    )


def value_ours(contracts: Sequence[Contract], exposure: Exposure) -> Totals:
    """Payments by contract, shapes (S, Y)."""
    return {c.contract_id: contract_payments(c, exposure).total for c in contracts}


def sides_of(contract: Contract) -> list[tuple[str, float, float, float, float, float, float]]:
    """Side, strike, share, limit, first day, budget and growth of the price tools."""
    sides = []
    for tool in contract.instruments:
        none, ever = float("inf"), -float("inf")
        if isinstance(tool, ContractForDifference):
            growth = tool.escalation_rate
            sides.append(("below", tool.strike, tool.share, tool.yearly_limit, ever, none, growth))
            share, limit = tool.share * tool.upside_share, tool.upside_limit
            up = ("above", tool.upside_strike, share, limit, tool.upside_start, none, growth)
            sides.append(up)
        elif isinstance(tool, StockPurchase):
            sides.append(("below", tool.price, 1.0, none, ever, tool.yearly_amount, 0.0))
        elif isinstance(tool, Offtake) and tool.price_rule == "floor":
            sides.append(("below", tool.price, tool.take_share, none, ever, none, 0.0))
        elif isinstance(tool, Tariff):
            share = tool.duty_share * tool.pass_through_share
            sides.append(("duty", 0.0, share, none, ever, none, 0.0))
        elif isinstance(tool, PriceFloor):
            growth = tool.escalation_rate
            sides.append(("below", tool.strike, tool.share, tool.yearly_limit, ever, none, growth))
    return sides


def value_python(contracts: Sequence[Contract], exposure: Exposure) -> Totals:
    """The same in plain loops over numbers."""
    return {c.contract_id: _python_contract(c, exposure) for c in contracts}


def _python_contract(contract: Contract, exposure: Exposure) -> FloatArray:
    sides, guarantees = sides_of(contract), _guarantees(contract)
    rate = exposure.volume_rate[contract.product].tolist()
    found = []
    for path, prices in enumerate(exposure.price[contract.product].tolist()):
        years = [0.0] * (MONTHS // 12)
        if sides:
            periods = _python_periods(contract, prices, rate)
            for side in sides:
                for year, paid in _python_side(side, contract, exposure, periods).items():
                    years[year] += paid
        for guarantee in guarantees:
            assert exposure.ebitda is not None
            _python_guarantee(guarantee, contract, exposure, exposure.ebitda[path].tolist(), years)
        found.append(years)
    return np.array(found)


def _guarantees(contract: Contract) -> list[EbitdaGuarantee]:
    return [tool for tool in contract.instruments if isinstance(tool, EbitdaGuarantee)]


def _python_periods(
    contract: Contract, prices: list[float], rate: list[float]
) -> dict[int, tuple[float, float, float, int]]:
    """Mean price, tonnes, middle and months by settlement period."""
    sums: dict[int, list[float]] = {}
    for month, price in enumerate(prices):
        time_ = 2027 + (month + 0.5) / 12
        if contract.start < time_ < contract.start + contract.duration:
            tonnes = min(rate[month] * contract.volume_share, contract.limit_rate) / 12
            entry = sums.setdefault(month // int(contract.settlement_months), [0, 0, 0, 0])
            entry[0] += price * contract.benchmark_share * tonnes
            entry[1] += tonnes
            entry[2] += time_
            entry[3] += 1
    return {q: (v / t, t, m / n, int(n)) for q, (v, t, m, n) in sums.items()}


def _python_side(
    side: tuple[str, float, float, float, float, float, float],
    contract: Contract,
    exposure: Exposure,
    periods: dict[int, tuple[float, float, float, int]],
) -> dict[int, float]:
    word, strike, share, limit, first, budget, growth = side
    nominal = contract.indexation == "nominal"
    years: dict[int, float] = {}
    for period, (price, tonnes, time_, months) in periods.items():
        worth = (1 + exposure.inflation_rate) ** (2025.5 - time_) if nominal else 1.0
        level = strike * (1 + growth) ** (time_ - contract.start) * worth
        gap = max(level - price, 0.0) if word == "below" else max(price - level, 0.0)
        most = float("inf")
        if budget < most:
            most = budget * worth * months / 12 / max(price, level) * 1000
        if time_ > first:
            year = period * int(contract.settlement_months) // 12
            years[year] = years.get(year, 0.0) + gap * min(tonnes, most) * share / 1000
    sign = -1.0 if word == "above" else 1.0
    for year, paid in years.items():
        worth = (1 + exposure.inflation_rate) ** (2025.5 - 2027.5 - year) if nominal else 1.0
        years[year] = sign * min(paid, limit * worth)
    return years


def _python_guarantee(
    tool: EbitdaGuarantee,
    contract: Contract,
    exposure: Exposure,
    ebitda: list[float],
    years: list[float],
) -> None:
    for year, earned in enumerate(ebitda):
        first = 2027 + year
        inside = min(first + 1, contract.end) - max(first, contract.start)
        worth = (1 + exposure.inflation_rate) ** (2025.5 - first - 0.5)
        since = int(max(first + 0.5 - contract.start, 0))
        gap = tool.yearly_amount * (1 + tool.escalation_rate) ** since * worth
        gap -= earned + years[year]
        paid = min(max(gap, 0), tool.yearly_limit * worth) - tool.excess_share * max(-gap, 0)
        years[year] += paid * min(max(inside, 0.0), 1.0)


def value_pandas(contracts: Sequence[Contract], exposure: Exposure) -> Totals:
    """The same with a long table of path and month, grouped by period and by year."""
    return {c.contract_id: _pandas_contract(c, exposure) for c in contracts}


def _pandas_contract(contract: Contract, exposure: Exposure) -> FloatArray:
    years = pd.DataFrame(0.0, index=range(exposure.paths), columns=range(MONTHS // 12))
    sides = sides_of(contract)
    if sides:
        periods = _pandas_periods(contract, exposure)
        for side in sides:
            paid = _pandas_side(side, contract, exposure, periods)
            years = years.add(paid, fill_value=0.0)
    for tool in _guarantees(contract):
        values = years.to_numpy(copy=True)
        assert exposure.ebitda is not None
        for path in range(exposure.paths):
            row = values[path].tolist()
            _python_guarantee(tool, contract, exposure, exposure.ebitda[path].tolist(), row)
            values[path] = row
        years = pd.DataFrame(values)
    return years.to_numpy()


def _pandas_periods(contract: Contract, exposure: Exposure) -> pd.DataFrame:
    long = pd.DataFrame(exposure.price[contract.product].astype(float)).stack()
    long = long.rename_axis(["path", "month"]).rename("price").reset_index()
    long["time"] = 2027 + (long["month"] + 0.5) / 12
    inside = (long["time"] > contract.start) & (long["time"] < contract.end)
    long = long[inside].copy()
    rate = pd.Series(exposure.volume_rate[contract.product])
    covered = (rate * contract.volume_share).clip(upper=contract.limit_rate) / 12
    long["tonnes"] = long["month"].map(covered)
    long["value"] = long["price"] * contract.benchmark_share * long["tonnes"]
    long["period"] = long["month"] // int(contract.settlement_months)
    grouped = long.groupby(["path", "period"])
    found = grouped.agg(
        value=("value", "sum"),
        tonnes=("tonnes", "sum"),
        time=("time", "mean"),
        months=("month", "size"),
    ).reset_index()
    found["price"] = found["value"] / found["tonnes"]
    return found.assign(year=found["period"] * int(contract.settlement_months) // 12)


def _pandas_side(
    side: tuple[str, float, float, float, float, float, float],
    contract: Contract,
    exposure: Exposure,
    periods: pd.DataFrame,
) -> pd.DataFrame:
    word, strike, share, limit, first, budget, growth = side
    nominal = float(contract.indexation == "nominal")
    base = (1 + exposure.inflation_rate) ** nominal
    worth = base ** (2025.5 - periods["time"])
    level = strike * (1 + growth) ** (periods["time"] - contract.start) * worth
    gap = level - periods["price"] if word == "below" else periods["price"] - level
    tonnes = periods["tonnes"]
    if budget < float("inf"):
        dear = np.maximum(periods["price"], level)
        tonnes = np.minimum(tonnes, budget * worth * periods["months"] / 12 / dear * 1000)
    paid = gap.clip(lower=0) * tonnes * share / 1000 * (periods["time"] > first)
    yearly = paid.groupby([periods["path"], periods["year"]]).sum().unstack()
    if limit < float("inf"):
        cap = pd.Series({year: limit * base ** (2025.5 - 2027.5 - year) for year in yearly})
        yearly = yearly.clip(upper=cap, axis=1)
    return yearly * (-1.0 if word == "above" else 1.0)


def convergence(sizes: Sequence[int], repeats: int) -> list[tuple[int, float, float]]:
    """Paths, root mean square error and standard error of a ten-year floor [million USD]."""
    time_, forward, strike = np.arange(1, 121) / 12, 80.0, 110.0
    spread = VOLATILITY * np.sqrt(time_)
    first = (np.log(forward / strike) + spread**2 / 2) / spread
    exact = (strike * norm.cdf(spread - first) - forward * norm.cdf(-first)).sum() * 0.5
    made = floor_contract(strike)
    rng = np.random.default_rng(1)
    rows = []
    for size in sizes:
        off, error = [], []
        for _ in range(repeats):
            steps = rng.standard_normal((size, 120)) * VOLATILITY / 12**0.5
            walk = np.cumsum(steps, axis=1) - VOLATILITY**2 * time_ / 2
            exposure = Exposure(
                start=date(2027, 1, 1),
                price={"NdPr oxide": forward * np.exp(walk)},
                volume_rate={"NdPr oxide": np.full(120, 6000.0)},
                inflation_rate=0.0,
            )
            total = contract_payments(made, exposure).total.sum(axis=1)
            off.append(total.mean() - exact)
            error.append(total.std() / size**0.5)
        rows.append((size, float(np.sqrt(np.mean(np.square(off)))), float(np.mean(error))))
    return rows


def floor_contract(strike: float) -> Contract:
    """A real floor on all output for ten years."""
    return Contract(
        contract_id="floor",
        name="A floor",
        status="proposed",
        beneficiary_kind="country",
        beneficiaries=("USA",),
        product="NdPr oxide",
        payers=(Payer(name="one", region="USA", share=1.0),),
        instruments=(PriceFloor(strike=strike),),
        start=2027.0,
        duration=10.0,
        indexation="real",
    )


def main() -> None:
    """Time all three and compare what they pay."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=20_000)
    parser.add_argument("--pandas", type=int, default=200)
    parser.add_argument("--python", type=int, default=40)
    parser.add_argument("--convergence", action="store_true")
    arguments = parser.parse_args()
    if arguments.convergence:
        for size, off, error in convergence((100, 400, 1_600, 6_400), 40):
            print(f"{size:6d} paths: error {off:6.1f}, standard error {error:6.1f} million USD")
        return
    contracts = [c for c in load_contracts(load_release()) if not c.missing]
    exposure = draw_exposure(contracts, arguments.paths)
    ours, each = _timed(value_ours, contracts, exposure)
    seconds = each * arguments.paths
    print(f"{len(contracts)} contracts, {MONTHS} months, {arguments.paths} paths: {seconds:.2f} s")
    for name, value, paths in (
        ("pandas", value_pandas, arguments.pandas),
        ("pure Python", value_python, arguments.python),
    ):
        found, peer = _timed(value, contracts, first_paths(exposure, paths))
        worst = max(_difference(found[key], ours[key][:paths]) for key in found)
        assert worst < 1e-9, f"{name} differs by {worst}"
        print(
            f"{name}, {paths} paths: {peer * 1e6:.0f} us a path, ours {each * 1e6:.1f},"
            f" ratio {peer / each:.0f}; largest difference {worst:.0e}"
        )


def _difference(one: FloatArray, other: FloatArray) -> float:
    """Largest difference over the largest payment."""
    return float(np.abs(one - other).max() / max(np.abs(one).max(), 1.0))


def _timed(
    value: Callable[[Sequence[Contract], Exposure], Totals],
    contracts: Sequence[Contract],
    exposure: Exposure,
) -> tuple[Totals, float]:
    """What a valuation finds, and its seconds of processor a path."""
    begin = time.process_time()
    found = value(contracts, exposure)
    return found, (time.process_time() - begin) / exposure.paths


if __name__ == "__main__":
    main()
