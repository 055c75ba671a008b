"""Tables behind the figures of contracts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from allanite.present.contracts import contract_names, cost_range, named, venture_names
from allanite.present.data import BriefData
from allanite.present.page import Column, Row, TableView, table_view
from allanite.present.response import computed
from allanite.present.sharing import cost_short
from allanite.present.words import millions, percent, significant


def payoff_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    """Payoffs by contract and price of the index."""
    contracts = contract_names(data)
    columns = (
        Column("Contract", lambda r: named(contracts, r["contract_id"])),
        Column("Index", lambda r: str(r["index"])),
        Column("Price, USD/kg", lambda r: significant(r["index_price"]), True),
        Column("Pays, million USD a year", lambda r: millions(r["payment"]), True),
        Column("A kilogram brings, USD", lambda r: significant(r["realised_price"]), True),
        Column("On tonnes a year", lambda r: significant(r["contract_volume_rate"]), True),
        Column("Source", computed),
    )
    return table_view(
        "rows-contract-payoffs", "Payoffs", columns, rows, table="contract_payoffs", limit=40
    )


def fan_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    """Quantiles of a price by product and year."""
    columns = (
        Column("Product", lambda r: str(r["product"])),
        Column("Year", lambda r: str(r["year"]), True),
        *(
            Column(f"{name[1:]} %", partial(_quantile, name), True)
            for name in ("p5", "p25", "p50", "p75", "p95")
        ),
        Column("Mean", lambda r: significant(r["mean"]), True),
        Column("Source", computed),
    )
    return table_view("rows-price-fan", "Price by year", columns, rows, table="price_fan")


def cost_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    """Cost of each contract to each payer."""
    columns = (
        Column("Contract", lambda r: str(r["name"])),
        Column("Payer", lambda r: str(r["payer"])),
        Column("State", lambda r: str(r["status"]).replace("_", " ")),
        Column("Present cost, mean (5–95 %)", cost_range, True),
        Column("Dearest twentieth", lambda r: millions(r["cost_tail"]), True),
        Column("Dearest year", lambda r: str(r["worst_year"]), True),
        Column("In it, mean", lambda r: millions(r["worst_year_cost_mean"]), True),
        Column("In it, 95 %", lambda r: millions(r["worst_year_cost_high"]), True),
        Column("Years it pays", _pays, True),
        Column("Leverage", _leverage, True),
        Column("Not printed, taken as", lambda r: str(r["assumed_terms"] or "")),
        Column("Source", computed),
    )
    return table_view(
        "rows-contract-values", "Contracts by payer", columns, rows, table="contract_values"
    )


def odds_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    """Odds and worth of projects without and with a contract."""
    contracts = contract_names(data)
    ventures = venture_names(data)
    columns = (
        Column("Contract", lambda r: named(contracts, r["contract_id"])),
        Column("Project", lambda r: named(ventures, r["venture_id"])),
        Column("", lambda r: str(r["state"])),
        Column("Survives", lambda r: percent(r["survival_share"]), True),
        Column("Misses its debt", lambda r: percent(r["default_share"]), True),
        Column("Worth to owners, mean", lambda r: millions(r["value_mean"]), True),
        Column("5 %", lambda r: millions(r["value_low"]), True),
        Column("95 %", lambda r: millions(r["value_high"]), True),
        Column("Break-even NdPr, USD/kg", _break_even, True),
        Column("Source", computed),
    )
    return table_view(
        "rows-contract-effects",
        "Projects without and with",
        columns,
        rows,
        table="contract_effects",
    )


def budget_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    """Payments by contract, payer and year."""
    contracts = contract_names(data)
    columns = (
        Column("Contract", lambda r: named(contracts, r["contract_id"])),
        Column("Payer", lambda r: str(r["payer"])),
        Column("Year", lambda r: str(r["year"]), True),
        Column("Mean", lambda r: cost_short(r["cost_mean"]), True),
        Column("5 %", lambda r: cost_short(r["cost_low"]), True),
        Column("95 %", lambda r: cost_short(r["cost_high"]), True),
        Column("Source", computed),
    )
    return table_view("rows-contract-budget", "By year", columns, rows, table="contract_budget")


def element_table(rows: Sequence[Row]) -> TableView:
    """Elements by what their scarcity costs, with prices and floors."""
    columns = (
        Column("Element", lambda r: str(r["element"])),
        Column("Latest price, USD/kg", lambda r: significant(r["market_price"]), True),
        Column("Normal price of the plan", lambda r: significant(r["normal_price"]), True),
        Column("Worth without a plan", lambda r: significant(r["plan_value_without"]), True),
        Column("With the plan", lambda r: significant(r["plan_value"]), True),
        Column("Under controls, first kilograms", lambda r: significant(r["response_value"]), True),
        Column("Scarcity, million USD a year", lambda r: significant(r["scarcity_cost"]), True),
        Column("Floors that name it", lambda r: str(r["floor_count"]), True),
        Column("Source", computed),
    )
    return table_view("rows-floor-elements", "Elements", columns, rows, table="floor_elements")


def _pays(row: Row) -> str:
    return "–" if row["pays_share"] is None else percent(row["pays_share"])


def _leverage(row: Row) -> str:
    return "–" if row["leverage"] is None else significant(row["leverage"], 2)


def _break_even(row: Row) -> str:
    return "none" if row["break_even_price"] is None else significant(row["break_even_price"])


def _quantile(name: str, row: Row) -> str:
    return significant(row[name])
