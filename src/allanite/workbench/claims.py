"""Claims of the ledger judged on a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from allanite.catalogue.store import Release
from allanite.ledger.claims import load_claims
from allanite.network.reconcile import DRAWS
from allanite.record import Stopwatch
from allanite.studies.claims.study import check_claims as judge_claims
from allanite.studies.claims.study import needs_network
from allanite.studies.result import Result
from allanite.workbench.base import DEFAULT_SEED, ReconciledNetwork, load_network, release_record


def check_claims(
    release: Release,
    on: date,
    *,
    network: ReconciledNetwork | None = None,
    chosen: Collection[str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Result:
    """Verdicts, readings, sources and contradictions of claims on a day.

    The network is reconciled here where a query needs it and none is given.

    Args:
        release: the data.
        on: the day.
        network: a network of the same release, reconciled before.
        chosen: ids of claims; None takes all.
        texts: text by document name, where it is at hand, for the count of sources.

    Raises:
        DataError: claims, queries or statements with faults.
        UsageError: no claim of a chosen id.
    """
    watch = Stopwatch()
    claims = load_claims(release)
    ids = None if chosen is None else [claims.of(name).claim_id for name in chosen]
    if network is None and needs_network(claims, ids):
        network = load_network(release, draws=DRAWS)
    baseline = None if network is None else network.baseline
    report = judge_claims(release, on, baseline, ids, texts)
    seed = DEFAULT_SEED if baseline is None else baseline.seed
    parameters = {"on": on.isoformat(), "claims": ids or "all"}
    record = release_record("ledger claims", parameters, release, seed, watch)
    return Result(record, report.tables())
