"""Commands `allanite exposure`, `allanite supply-risk` and `allanite priorities`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from allanite.cli.options import MAX_DRAWS, DataOption, JsonOption, OutOption, SeedOption
from allanite.cli.waiting import waiting
from allanite.errors import UsageError
from allanite.present.output import emit

if TYPE_CHECKING:
    import pyarrow as pa

    from allanite.catalogue.store import Release
    from allanite.studies.result import Result

TABLE_OF: Final = {
    "country": "exposure_by_country",
    "place": "exposure_shares",
    "concentration": "exposure_concentration",
}


def register(app: typer.Typer) -> None:
    """Add the commands to the root application."""
    app.command("exposure", epilog='Example: `allanite exposure JPN --end-use "Wind turbines"`')(
        exposure
    )
    app.command("supply-risk", epilog="Example: `allanite supply-risk graphite --region JPN`")(
        supply_risk
    )
    app.command("priorities", epilog="Example: `allanite priorities --partner USA --partner JPN`")(
        priorities
    )


def exposure(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    region: Annotated[str | None, typer.Argument(help="Region code: JPN, USA, XEU, WLD.")] = None,
    end_use: Annotated[str, typer.Option(help="End use; `all` adds them up.")] = "all",
    element: Annotated[str | None, typer.Option(help="Element, e.g. Dy.")] = None,
    stage: Annotated[
        str | None, typer.Option(help="mine, separation, metal, magnet or recycling.")
    ] = None,
    by: Annotated[str, typer.Option(help="country, place or concentration.")] = "country",
    every: Annotated[bool, typer.Option("--all", help="All regions and end uses.")] = False,
    draws: Annotated[
        int, typer.Option(min=0, max=MAX_DRAWS, help="Redraws for the intervals.")
    ] = 100,
    seed: SeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Show where a demand's supply comes from, through every tier, before any substitution."""
    from allanite.catalogue.store import load_release

    if by not in TABLE_OF:
        raise UsageError(f"--by {by!r}: use {', '.join(TABLE_OF)}")
    if (region is None) != every:
        raise UsageError("name a region, e.g. `allanite exposure JPN`, or use --all alone")
    if every and end_use != "all":
        raise UsageError("--all shows every end use: leave --end-use out, or name a region")
    release = load_release(data=data)
    demand = None if region is None else (region, end_use)
    with waiting("Reconciling and tracing"):
        table = _trace(release, demand, element, stage, (draws, seed)).tables[TABLE_OF[by]]
    if by != "concentration":
        table = table.sort_by(
            [(n, "ascending") for n in ("demand_region", "end_use", "element", "stage")]
            + [("share", "descending")]
        )
    title = "" if region is None else f"{region}: {end_use}"
    if not every and out is None and not as_json:
        table = table.drop_columns(["demand_region", "end_use", "material"])
    emit(table, title=title, as_json=as_json, out=out)


def _trace(
    release: Release,
    demand: tuple[str, str] | None,
    element: str | None,
    stage: str | None,
    sampling: tuple[int, int],
) -> Result:
    from allanite.network.load import load_network
    from allanite.network.observe import load_observations
    from allanite.network.reconcile import reconcile_baseline
    from allanite.studies.concentration import country_risk
    from allanite.studies.exposure import trace_exposure

    draws, seed = sampling
    network = load_network(release)
    baseline = reconcile_baseline(load_observations(release, network), seed=seed, draws=draws)
    return trace_exposure(
        baseline,
        country_risk(release, network.year),
        data_digest=release.digest,
        elements=None if element is None else [element],
        stages=None if stage is None else [stage],
        demand=demand,
    )


def supply_risk(
    commodity: Annotated[str | None, typer.Argument(help="Commodity; all by default.")] = None,
    region: Annotated[str | None, typer.Option(help="Importing region; all by default.")] = None,
    year: Annotated[int | None, typer.Option(help="Year; all by default.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Show GeoPolRisk and its characterization factors; what has no data is marked, never 0."""
    from allanite.catalogue.store import load_release
    from allanite.studies.supply_risk_tables import supply_risk as assess_release

    with waiting("Assessing supply risk"):
        table = assess_release(load_release(data=data)).tables["supply_risk"]
    for name, wanted in (("commodity", commodity), ("region", region), ("year", year)):
        if wanted is not None:
            table = _only(table, name, wanted)
    emit(table, title="Supply risk", as_json=as_json, out=out)


def _only(table: pa.Table, name: str, wanted: str | int) -> pa.Table:
    """Rows with that value; raises `ModelError` with the nearest names where there are none."""
    import pyarrow.compute as pc

    _check_known(table, name, wanted)
    return table.filter(pc.equal(table[name], wanted))


def _check_known(table: pa.Table, name: str, wanted: str | int) -> None:
    from allanite.axis import Axis

    known = Axis(name, tuple(sorted({str(x) for x in table[name].unique().to_pylist()})))
    known.position(str(wanted))


def priorities(
    partner: Annotated[list[str] | None, typer.Option(help="Partner; name two or more.")] = None,
    year: Annotated[int, typer.Option(help="Year of trade and production.")] = 2024,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Rank minerals for several partners together, and say what missing data could change."""
    from allanite.catalogue.store import load_release
    from allanite.studies.priorities import rank_priorities
    from allanite.studies.supply_risk_tables import supply_risk as assess_release

    release = load_release(data=data)
    risk = assess_release(release).tables["supply_risk"]
    _check_known(risk, "year", year)
    result = rank_priorities(release, partner or ["USA", "JPN"], risk, year=year)
    emit(result.tables["joint_priorities"], title="Joint priorities", as_json=as_json, out=out)
