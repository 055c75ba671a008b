"""The Python side of the command line: one function for each question, under the same names.

    import allanite as al

    release = al.load_release()
    network = al.load_network(release)
    exposure = al.trace_exposure(network, region="JPN", end_use="Wind turbines")
    exposure.tables["exposure_by_country"].to_pandas()

Tables come out as Arrow; `to_pandas()` and `polars.from_arrow` convert them.
"""

from __future__ import annotations

from allanite.workbench.answers import respond, respond_draws, scan_choke_points
from allanite.workbench.base import DEFAULT_SEED, ReconciledNetwork, load_network
from allanite.workbench.choices import plan, share, stock
from allanite.workbench.claims import check_claims
from allanite.workbench.contracts import design_support, value_contracts, value_project
from allanite.workbench.dependence import assess_supply_risk, rank_priorities, trace_exposure
from allanite.workbench.oxides import simulate_prices
from allanite.workbench.past import backtest
from allanite.workbench.screening import screen_product, screen_sale
from allanite.workbench.trade_measures import border, find_floors

__all__ = [
    "DEFAULT_SEED",
    "ReconciledNetwork",
    "assess_supply_risk",
    "backtest",
    "border",
    "check_claims",
    "design_support",
    "find_floors",
    "load_network",
    "plan",
    "rank_priorities",
    "respond",
    "respond_draws",
    "scan_choke_points",
    "screen_product",
    "screen_sale",
    "share",
    "simulate_prices",
    "stock",
    "trace_exposure",
    "value_contracts",
    "value_project",
]
