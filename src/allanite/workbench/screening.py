"""What a sale gives its buyer, and whether a product is caught."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from allanite.catalogue.files import read_file
from allanite.catalogue.store import Release
from allanite.errors import UsageError
from allanite.record import RunRecord, Stopwatch, package_versions
from allanite.studies.asset_sale.request import SaleRequest
from allanite.studies.asset_sale.study import screen_sale as screen_baseline
from allanite.studies.result import Result
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.columns import load_lexicon
from allanite.studies.screening.read_bom import read_bom
from allanite.studies.screening.sale import Sale, sale_of_parameters
from allanite.studies.screening.study import screen
from allanite.workbench.base import ReconciledNetwork, run_record

SCREEN: Final = "screen"


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


def screen_product(
    release: Release, bill: Path, sale: Sale, network: ReconciledNetwork | None = None
) -> Result:
    """Whether a product is caught, by which rule, how sure, and what proof is missing.

    Tables `screening_...`, `open_questions` and `origin_bounds`. The record holds the digest of
    the file and no times, so that the same file, sale and release give the same bytes.

    Args:
        release: the data: rules, parties, prices.
        bill: file of the bill of materials.
        sale: what is sold to whom, on which days.
        network: a reconciled network, for bounds of unknown origins and other sources.

    Raises:
        DataError: every fault of the file.
        UsageError: a word of the sale there is not, a party accepted for nobody.
    """
    return screen_product_bom(release, bill, sale, network)[1]


def screen_product_bom(
    release: Release, bill: Path, sale: Sale, network: ReconciledNetwork | None = None
) -> tuple[Bom, Result]:
    """The bill of materials with what `screen_product` finds; raises as it does."""
    lexicon = load_lexicon(release)
    bom = read_bom(bill, lexicon)
    tables = screen(release, bom, sale, network, lexicon)
    traced = None if network is None else {"draws": _draws(network), "seed": network.baseline.seed}
    parameters = {
        "file": bill.name,
        "file_digest": file_digest(bill),
        "sale": sale.parameters(),
        "network": traced,
    }
    record = RunRecord(
        command=SCREEN,
        parameters=parameters,
        data_digest=release.digest,
        seed=None if network is None else network.baseline.seed,
        versions=package_versions(),
    )
    return bom, Result(record, tables)


def file_digest(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal digits."""
    return sha256(read_file(path)).hexdigest()


def _draws(network: ReconciledNetwork) -> int:
    draws = network.baseline.draws
    return 0 if draws is None else len(draws.route_rate)


def replayed_sale(record: RunRecord, release: Release, bill: Path) -> Sale:
    """The sale of a record, where file and release are the ones it speaks of.

    Raises:
        UsageError: another command, file or release.
    """
    if record.command != SCREEN:
        raise UsageError(f"the record is of {record.command!r}, not of {SCREEN!r}")
    parameters: Mapping[str, Any] = record.parameters
    wanted, found = str(parameters["file_digest"]), file_digest(bill)
    if wanted != found:
        raise UsageError(
            f"{bill.name} is not the file of the record: sha256 {found[:12]}…, recorded"
            f" {wanted[:12]}…"
        )
    if record.data_digest != release.digest:
        raise UsageError(
            f"the release is not that of the record: {release.digest[:12]}…, recorded"
            f" {record.data_digest[:12]}…; install that version, or screen anew"
        )
    return sale_of_parameters(parameters["sale"])
