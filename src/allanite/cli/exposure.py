"""Commands `allanite exposure`, `allanite supply-risk` and `allanite priorities`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from allanite.cli.options import MAX_DRAWS, DataOption, JsonOption, OutOption, SeedOption
from allanite.cli.waiting import waiting
from allanite.errors import ModelError, UsageError
from allanite.present.output import emit, say

if TYPE_CHECKING:
    import pyarrow as pa

    from allanite.catalogue.store import Release
    from allanite.present.places import Places
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
        str | None, typer.Option(help="mine, separation, refining, metal, magnet or recycling.")
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
    from allanite.present.places import named_places

    if by not in TABLE_OF:
        raise UsageError(f"--by {by!r}: use {', '.join(TABLE_OF)}")
    if (region is None) != every:
        raise UsageError("name a region, e.g. `allanite exposure JPN`, or use --all alone")
    if every and end_use != "all":
        raise UsageError("--all shows every end use: leave --end-use out, or name a region")
    release = load_release(data=data)
    names = named_places(release.rows("regions"))
    _check_region(region, names)
    demand = None if region is None else (region, end_use)
    with waiting("Reconciling and tracing"):
        result = _trace(release, demand, element, stage, (draws, seed))
    table = _sorted_rows(result, by)
    if not table.num_rows:
        raise ModelError(_nothing(region, end_use, element, stage))
    if demand is None:
        emit(table, as_json=as_json, out=out)
        return
    if not as_json:
        _say_where_from(result, demand, names, to_error=out is not None)
    if as_json or out is not None:
        emit(table, as_json=as_json, out=out)
    else:
        _show(result, table, by, names)


def _sorted_rows(result: Result, by: str) -> pa.Table:
    table = result.tables[TABLE_OF[by]]
    if by == "concentration":
        return table
    return table.sort_by(
        [(n, "ascending") for n in ("demand_region", "end_use", "element", "stage")]
        + [("share", "descending")]
    )


def _say_where_from(
    result: Result, demand: tuple[str, str], names: Places, *, to_error: bool
) -> None:
    from allanite.present.exposure_text import exposure_sentence, no_data_lines

    countries = result.tables["exposure_by_country"].to_pylist()
    say([exposure_sentence(countries, *demand, names), *no_data_lines(countries)], to_error)


def _show(result: Result, table: pa.Table, by: str, names: Places) -> None:
    from allanite.present.exposure_text import listed, partial_lines, readable

    rows = listed(table.to_pylist())
    emit(readable(rows, by, names))
    left = table.num_rows - len(rows)
    rest = [f"{left} origins that stay under 1 % are left out; --out writes all."]
    countries = result.tables["exposure_by_country"].to_pylist()
    say([*(rest if left else []), *partial_lines(countries)])


def _check_region(region: str | None, names: Places) -> None:
    """Raise `UsageError` for a country whose use is counted in a larger region."""
    whole = names.demand_region.get(region or "")
    if whole is not None and whole != region:
        raise UsageError(
            f"{region} ({names.name(str(region))}) is no region of demand of its own: its use is "
            f"counted in {whole} ({names.name(whole)}); try `allanite exposure {whole}`"
        )


def _nothing(region: str | None, end_use: str, element: str | None, stage: str | None) -> str:
    """What was asked for and has no rows."""
    asked = ", ".join(x for x in (region, end_use, element, stage) if x)
    return (
        f"exposure {asked}: the network has no such use, or what is used never passes that "
        "stage. Leave out --stage or --element to see what there is"
    )


def _trace(
    release: Release,
    demand: tuple[str, str] | None,
    element: str | None,
    stage: str | None,
    sampling: tuple[int, int],
) -> Result:
    from allanite.workbench import load_network, trace_exposure

    draws, seed = sampling
    region, end_use = demand or (None, "all")
    return trace_exposure(
        load_network(release, seed=seed, draws=draws),
        region=region,
        end_use=end_use,
        elements=None if element is None else [element],
        stages=None if stage is None else [stage],
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
    partner: Annotated[
        list[str] | None, typer.Option(help="Partner; several are ranked together.")
    ] = None,
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
