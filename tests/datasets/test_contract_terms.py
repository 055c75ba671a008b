"""Contracts of the release: complete for the instruments, each loads and pays or says why not."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from allanite.catalogue.assumed import assumed_value
from allanite.catalogue.check import check_tables
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release, with_overrides
from allanite.catalogue.tables import TABLES
from allanite.catalogue.tables.contracts import CONTRACT_TERMS, SCHEMAS
from allanite.conditions.instruments.check import contract_faults
from allanite.conditions.instruments.contract import Contract, End, contract_at
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.instruments.financing import contract_financing
from allanite.conditions.instruments.kinds import Funding, Incomplete
from allanite.conditions.instruments.load import find_contract, known_names, load_contracts
from allanite.conditions.instruments.payments import contract_payments, stack_payments
from allanite.errors import DataError, ModelError, UsageError


@pytest.fixture(scope="module")
def contracts(release: Release) -> tuple[Contract, ...]:
    return load_contracts(release)


def exposure_of(products: set[str], inflation_rate: float) -> Exposure:
    """Three prices below, near and above the floors, 15 years from January 2027."""
    price = np.repeat(np.array([[55.0], [110.0], [260.0]]), 180, axis=1)
    return Exposure(
        start=date(2027, 1, 1),
        price=dict.fromkeys(products, price),
        volume_rate=dict.fromkeys(products, np.full(180, 6000.0)),
        inflation_rate=inflation_rate,
        production_cost=np.full(15, 300.0),
        ebitda=np.full(15, 80.0),
    )


def test_the_tables_keep_their_schemas(release: Release) -> None:
    targets = {name: release.table(name) for name in release.names}
    names = [schema.name for schema in SCHEMAS]
    assert not check_tables({n: targets[n] for n in names}, TABLES, targets=targets)


def test_every_instrument_is_a_contract_or_left_out_with_a_reason(release: Release) -> None:
    listed = {row["instrument_id"] for row in release.rows("instruments")}
    made = {row["instrument_id"] for row in release.rows("contracts") if row["instrument_id"]}
    out = {row["subject"] for row in release.rows("contracts_left_out")}
    assert len(listed) == 40
    assert made | out >= listed
    assert not made & out
    assert {name for name in out - listed if not name.startswith("FACT-")} == set()


def test_every_contract_pays_or_names_what_is_missing(
    release: Release, contracts: tuple[Contract, ...]
) -> None:
    inflation = assumed_value(release, "contract.inflation_rate")
    exposure = exposure_of({contract.product for contract in contracts}, inflation)
    paying = set()
    for contract in contracts:
        if contract.missing:
            with pytest.raises(ModelError, match="not published"):
                contract_payments(contract, exposure)
            with pytest.raises(ModelError, match="not published"):
                contract_financing([contract], exposure.years, inflation)
            continue
        found = contract_payments(contract, exposure)
        assert np.isfinite(found.total).all()
        assert found.amount.sum(axis=0) == pytest.approx(found.total)
        money = contract_financing([contract], exposure.years, inflation)
        given = money.grant_amount.sum() + money.equity_amount + len(money.loans)
        has_funding = any(isinstance(tool, Funding) for tool in contract.instruments)
        assert has_funding == bool(given + money.tax_credit_share.sum())
        if found.total.any():
            paying.add(contract.contract_id)
    assert paying == {
        "US-MP-PPA",
        "US-MP-10X",
        "US-LYNAS-LOI",
        "JP-LYNAS-2026",
        "US-SERRA-SIIE-NDPR",
        "US-301-MAG",
    }
    complete = [contract for contract in contracts if not contract.missing]
    assert len(stack_payments(complete, exposure)) == len(complete)


@pytest.mark.parametrize("end", ["low", "high"])
def test_every_contract_holds_at_the_ends_of_its_ranges(
    release: Release, contracts: tuple[Contract, ...], end: End
) -> None:
    exposure = exposure_of({contract.product for contract in contracts}, 0.022)
    for contract in contracts:
        moved = contract_at(contract, end)
        assert not list(contract_faults(moved, known_names(release)))
        if not contract.missing:
            assert np.isfinite(contract_payments(moved, exposure).total).all()


def test_what_is_missing_can_be_given(contracts: tuple[Contract, ...]) -> None:
    proposal = find_contract(contracts, "PLURI-REF")
    assert isinstance(proposal.instruments[0], Incomplete)
    given = contract_at(proposal, {"border adjustment.floor": 110.0})
    exposure = exposure_of({"NdPr oxide"}, 0.02)
    # From July 2027; (110 - 55) x 0.7 x 6,000 t in 2028.
    assert contract_payments(given, exposure).total[0, 1] == pytest.approx(231.0)
    with pytest.raises(UsageError, match="no contract 'NONE'; there are US-MP-PPA"):
        find_contract(contracts, "NONE")


def test_the_floor_costs_what_was_said_and_little_at_the_prices_of_2026(
    contracts: tuple[Contract, ...],
) -> None:
    """At 55-60 USD/kg 300 million USD a year and more; at 100-115, a tenth to a third of it."""
    floor = find_contract(contracts, "US-MP-PPA")
    exposure = exposure_of({"NdPr oxide"}, 0.022)
    cheap, dear, _ = contract_payments(floor, exposure).total[:, 0]
    assert 300 < cheap < 350
    assert 20 < dear < 60
    market = contract_at(floor, {"contract.benchmark_share": 1.0})
    assert contract_payments(market, exposure).total[1, 0] == 0.0


def test_every_term_without_a_published_value_has_a_range_and_a_reason(release: Release) -> None:
    for row in release.rows("contract_terms"):
        assert len(row["note"]) > 3
        if row["state"] == "range" and row["quality"] == "assumed":
            assert row["low"] < row["high"], row
        if row["state"] == "published":
            assert row["quality"] == "observed" and row["url"], row


def test_faults_of_rows_are_told_at_once(release: Release) -> None:
    rows: list[dict[str, Any]] = release.rows("contract_terms")
    for row in rows:
        if row["contract_id"] == "JP-LYNAS-2026" and row["term"] == "upside_strike":
            row.update(value=90.0)
        if row["contract_id"] == "US-MP-LOAN" and row["part"] == "contract":
            row.update(low=None, high=None, value=-12.0 if row["term"] == "duration" else 2025.6)
    broken = with_overrides(release, {"contract_terms": rows_table(CONTRACT_TERMS, rows)})
    with pytest.raises(DataError, match="2 faults") as caught:
        load_contracts(broken)
    assert "JP-LYNAS-2026, contract for difference.upside_strike" in str(caught.value)
    assert "US-MP-LOAN, contract.duration" in str(caught.value)
