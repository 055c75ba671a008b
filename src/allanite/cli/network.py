"""Commands: The supply network: describe, audit, baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from allanite.cli.options import MAX_DRAWS, DataOption, JsonOption, OutOption, SeedOption
from allanite.present.output import emit

if TYPE_CHECKING:
    import pyarrow as pa

    from allanite.catalogue.store import Release

app = typer.Typer(help="The supply network: describe, audit, baseline.", no_args_is_help=True)

Shown = Literal["totals", "observations", "rates"]


@app.command(
    epilog="Examples: `allanite network describe`, `allanite network describe --json`.",
)
def describe(as_json: JsonOption = False, out: OutOption = None, data: DataOption = None) -> None:
    """Count places, processes, routes and demands of the network by chain and stage."""
    from allanite.catalogue.store import load_release
    from allanite.network.load import load_network
    from allanite.network.tables import describe_table

    network = load_network(load_release(data=data))
    emit(describe_table(network), title=f"Network of {network.year}", as_json=as_json, out=out)


@app.command(
    epilog="Examples: `allanite network audit`, `allanite network audit --out findings.csv`.",
)
def audit(as_json: JsonOption = False, out: OutOption = None, data: DataOption = None) -> None:
    """Check mass of recipes, reach of demands, orphans, loops that gain; all findings at once.

    Exits with 2 where a finding is an error.
    """
    from allanite.catalogue.store import load_release
    from allanite.network.audit import audit_network
    from allanite.network.load import build_network
    from allanite.network.observe import collect_observations
    from allanite.network.tables import audit_table

    release = load_release(data=data)
    network = build_network(release)
    findings = audit_network(network, collect_observations(release, network)[1])
    emit(audit_table(findings), title="Findings", as_json=as_json, out=out)
    count = sum(f.severity == "error" for f in findings)
    Console(stderr=True).print(f"{count} errors, {len(findings) - count} warnings and notes")
    if count:
        raise typer.Exit(2)


@app.command(
    epilog=(
        "Examples: `allanite network baseline`, `allanite network baseline --show observations`, "
        "`allanite network baseline --show rates --seed 7 --out rates.parquet`."
    ),
)
def baseline(
    show: Annotated[
        Shown, typer.Option(help="Totals beside published figures, all observations, or all rates.")
    ] = "totals",
    seed: SeedOption = 1,
    draws: Annotated[int, typer.Option(min=2, max=MAX_DRAWS, help="Number of redraws.")] = 100,
    as_json: JsonOption = False,
    out: OutOption = None,
    data: DataOption = None,
) -> None:
    """Reconcile all observations of the base year into one balanced state with intervals."""
    from allanite.catalogue.store import load_release

    emit(
        _baseline(load_release(data=data), show, seed, draws),
        title=f"Baseline: {show}",
        as_json=as_json,
        out=out,
    )


def _baseline(release: Release, show: Shown, seed: int, draws: int) -> pa.Table:
    from rich.progress import Progress

    from allanite.network.tables import observations_table, rates_table
    from allanite.network.totals import baseline_totals
    from allanite.workbench import load_network

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reconciling", total=draws)
        found = load_network(
            release,
            seed=seed,
            draws=draws,
            progress=lambda done, _: progress.update(task, completed=done),
        ).baseline
    if show == "totals":
        return baseline_totals(found, release)
    return observations_table(found, release) if show == "observations" else rates_table(found)
