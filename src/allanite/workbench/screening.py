"""What a sale gives its buyer, and whether a product is caught."""

from __future__ import annotations

from allanite.record import Stopwatch
from allanite.studies.asset_sale.request import SaleRequest
from allanite.studies.asset_sale.study import screen_sale as screen_baseline
from allanite.studies.result import Result
from allanite.workbench.base import ReconciledNetwork, run_record


def screen_sale(network: ReconciledNetwork, request: SaleRequest) -> Result:
    """What a sale of sites gives its buyer, who stands behind it, who may ask: tables `sale_...`.

    Args:
        network: a reconciled network; it needs no redraws.
        request: what is sold to whom, on which day.

    Raises:
        UsageError: a buyer or seller that is not decided; candidates are listed.
        ModelError: an unknown site.
        DataError: stakes that add up to more than the whole.
    """
    watch = Stopwatch()
    tables = screen_baseline(network.release, network.baseline, request)
    return Result(run_record("screen-sale", request.parameters(), network, watch), tables)
