"""Allanite: planning workbench for secure supply of critical minerals and rare earths.

Names are imported when they are first used, so that the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from allanite.catalogue.store import Release, load_release
    from allanite.conditions.case import load_case
    from allanite.errors import AllaniteError, DataError, ModelError, SolveError, UsageError
    from allanite.law.questions import law_diff, law_state
    from allanite.network.audit import audit_network
    from allanite.present.gather import make_brief
    from allanite.studies.asset_sale.request import SaleRequest
    from allanite.studies.coalition.request import ShareRequest
    from allanite.studies.plan.request import PlanRequest
    from allanite.studies.response.request import ResponseRequest
    from allanite.studies.result import Result, read_result, write_result
    from allanite.studies.screening.sale import Sale
    from allanite.workbench import (
        ReconciledNetwork,
        assess_supply_risk,
        backtest,
        border,
        design_support,
        find_floors,
        load_network,
        plan,
        rank_priorities,
        respond,
        scan_choke_points,
        screen_product,
        screen_sale,
        share,
        simulate_prices,
        stock,
        trace_exposure,
        value_contracts,
        value_project,
    )

_MODULE_OF: Final[dict[str, str]] = {
    "Release": "catalogue.store",
    "load_release": "catalogue.store",
    "load_case": "conditions.case",
    "AllaniteError": "errors",
    "DataError": "errors",
    "ModelError": "errors",
    "SolveError": "errors",
    "UsageError": "errors",
    "audit_network": "network.audit",
    "make_brief": "present.gather",
    "PlanRequest": "studies.plan.request",
    "ShareRequest": "studies.coalition.request",
    "SaleRequest": "studies.asset_sale.request",
    "ResponseRequest": "studies.response.request",
    "Sale": "studies.screening.sale",
    "Result": "studies.result",
    "read_result": "studies.result",
    "write_result": "studies.result",
    "ReconciledNetwork": "workbench",
    "assess_supply_risk": "workbench",
    "backtest": "workbench",
    "border": "workbench",
    "design_support": "workbench",
    "find_floors": "workbench",
    "law_diff": "law.questions",
    "law_state": "law.questions",
    "load_network": "workbench",
    "plan": "workbench",
    "rank_priorities": "workbench",
    "respond": "workbench",
    "scan_choke_points": "workbench",
    "screen_product": "workbench",
    "screen_sale": "workbench",
    "share": "workbench",
    "simulate_prices": "workbench",
    "stock": "workbench",
    "trace_exposure": "workbench",
    "value_contracts": "workbench",
    "value_project": "workbench",
}

__all__ = [
    "AllaniteError",
    "DataError",
    "ModelError",
    "PlanRequest",
    "ReconciledNetwork",
    "Release",
    "ResponseRequest",
    "Result",
    "Sale",
    "SaleRequest",
    "ShareRequest",
    "SolveError",
    "UsageError",
    "assess_supply_risk",
    "audit_network",
    "backtest",
    "border",
    "design_support",
    "find_floors",
    "law_diff",
    "law_state",
    "load_case",
    "load_network",
    "load_release",
    "make_brief",
    "plan",
    "rank_priorities",
    "read_result",
    "respond",
    "scan_choke_points",
    "screen_product",
    "screen_sale",
    "share",
    "simulate_prices",
    "stock",
    "trace_exposure",
    "value_contracts",
    "value_project",
    "write_result",
]


def __getattr__(name: str) -> object:
    """Import a public name from the module that defines it."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'allanite' has no attribute {name!r}")
    return getattr(import_module(f"allanite.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
