"""Commands `allanite respond` and `allanite scan`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from allanite.cli.desk import Desk, FolderOption, keep, one_of, open_desk
from allanite.cli.options import DataOption, JsonOption, OutOption, SeedOption
from allanite.cli.response_draws import DrawWords, check_draws, with_draws
from allanite.cli.waiting import counting
from allanite.errors import UsageError
from allanite.present.output import emit, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allanite.conditions.horizon import Horizon
    from allanite.conditions.shocks import Shock
    from allanite.present.data import BriefData
    from allanite.studies.response.request import ResponseRequest
    from allanite.studies.result import Result

# Step -> length [yr], and how many make two years.
STEPS: Final = {"month": (1 / 12, 24), "quarter": (1 / 4, 8), "week": (7 / 365.25, 104)}
EVERY: Final = "all"
NONE: Final = "none"
KNOWING: Final = {
    "foresight": ("foresight",),
    "rolling": ("rolling",),
    "both": ("foresight", "rolling"),
}
LEVELS: Final = {"country": ("country",), "place": ("place",), "both": ("country", "place")}
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")

CaseArgument = Annotated[
    str, typer.Argument(help="A shipped case (us-japan, us-japan-australia, eu) or a .yaml file.")
]
StartOption = Annotated[
    str | None,
    typer.Option(
        "--start", help="First month, YYYY-MM; this month if not given.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the root application."""
    app.command(
        "respond",
        epilog="Examples: `allanite respond us-japan` for the law of today; "
        "`allanite respond us-japan --control all --effect de-jure --stress`; "
        "`allanite respond eu --control none --shock outage.yaml --show measures`",
    )(respond)
    app.command(
        "scan", epilog="Example: `allanite scan us-japan --level both --top 20 --out scan.csv`"
    )(scan)


def respond(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    case: CaseArgument = "us-japan",
    control: Annotated[
        list[str] | None,
        typer.Option(
            help="Control id, short title, all:ISSUER, `all` for all of the watched issuer, or "
            "`none`; repeatable. By default those whose state is open or changes soon.",
            show_default=False,
        ),
    ] = None,
    shock: Annotated[
        list[Path] | None,
        typer.Option(help="YAML file of shocks; repeatable.", show_default=False),
    ] = None,
    branch: Annotated[
        str | None,
        typer.Option(help="One course of the law; all that differ by default.", show_default=False),
    ] = None,
    ends: Annotated[
        bool, typer.Option("--ends", help="Only the first and the last course of the law.")
    ] = False,
    stress: Annotated[
        bool, typer.Option("--stress", help="Add the case of no licence for the partners.")
    ] = False,
    effect: Annotated[
        str, typer.Option(help="de-jure (the text) or observed (as measured).")
    ] = "observed",
    closure: Annotated[
        str, typer.Option(help="market (every region counts) or partners.")
    ] = "market",
    rationing: Annotated[str, typer.Option(help="priority, pro-rata or contract.")] = "priority",
    knowledge: Annotated[str, typer.Option(help="foresight, rolling or both.")] = "foresight",
    start: StartOption = None,
    periods: Annotated[
        int | None,
        typer.Option(min=1, help="Number of periods; two years by default.", show_default=False),
    ] = None,
    step: Annotated[str, typer.Option(help="month, quarter or week.")] = "month",
    measures: Annotated[
        bool, typer.Option("--measures/--no-measures", help="Rank the measures.")
    ] = True,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Solve pairs of the measures that save most.")
    ] = False,
    draws: Annotated[
        int,
        typer.Option(
            min=0, help="Draws of what is not known exactly, for intervals; 0 leaves them out."
        ),
    ] = 0,
    attribution: Annotated[
        bool,
        typer.Option("--attribution", help="Find which unknown matters most: many more draws."),
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes that compute draws.")] = 1,
    dask: Annotated[
        str | None,
        typer.Option(
            help="Dask scheduler that computes draws, tcp://host:port.", show_default=False
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="Keep draws here; a run that was stopped goes on from them.", show_default=False
        ),
    ] = None,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: cover, service, flows, prices, stocks, "
            "measures, pairs, knowledge, figures, notes, makers, intervals, attribution, unknowns "
            "or draws.",
            show_default=False,
        ),
    ] = None,
    seed: SeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Say who stops first under controls and shocks, and what is cheapest to do."""
    from allanite.workbench import respond as answer

    shown = _shown_table(show)
    check_draws(draws, attribution, workers, dask, folder)
    words = _Words(
        tuple(control or ()), branch, one_of("--effect", effect, ("observed", "de-jure")),
        one_of("--closure", closure, ("market", "partners")),
        one_of("--rationing", rationing, ("priority", "pro-rata", "contract")),
        one_of("--knowledge", knowledge, tuple(KNOWING)), ends, stress, measures, pairs,
    )  # fmt: skip
    horizon = horizon_of(start, step, periods)
    desk = open_desk(case, data, seed, out_folder)
    request = _request(desk, words, horizon, _shocks(desk, shock or ()))
    with counting("Responding") as tell:
        result = answer(desk.network, desk.case, request, tell)
    if draws:
        plan = DrawWords(draws, seed, attribution, workers, dask, folder)
        result = with_draws(desk.network, desk.case, request, plan, result)
    keep(result, out_folder)
    if shown is not None or as_json or out is not None:
        name = shown or "response_cover"
        _check_there(result, name, show or "cover")
        emit(result.table(name), title=name, as_json=as_json, out=out)
        return
    _say_response(_page_data(desk, horizon, result))


@dataclass(frozen=True, slots=True)
class _Words:
    """Options of `respond` in the words of the reader."""

    controls: tuple[str, ...]
    branch: str | None
    effect: str
    closure: str
    rationing: str
    knowledge: str
    ends: bool
    stress: bool
    measures: bool
    pairs: bool


def horizon_of(start: str | None, step: str, periods: int | None) -> Horizon:
    """The periods of the options.

    Raises:
        UsageError: a start that is no month, an unknown step, or too many periods.
    """
    from allanite.conditions.horizon import Horizon

    one_of("--step", step, tuple(STEPS))
    length, count = STEPS[step]
    return Horizon(_month(start), length, count if periods is None else periods)


def _month(text: str | None) -> date:
    if text is None:
        return date.today().replace(day=1)
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        raise UsageError(f"--start {text!r} is no month; write it as 2026-11")
    return date(int(match[1]), int(match[2]), 1)


def _shocks(desk: Desk, paths: Sequence[Path]) -> tuple[Shock, ...]:
    """The shocks of all files, in their order."""
    from allanite.conditions.atlas import make_atlas
    from allanite.conditions.shock_file import read_shocks
    from allanite.law.controls import load_controls

    if not paths:
        return ()
    atlas = make_atlas(desk.network.supply, load_controls(desk.release).words)
    rows = desk.release.rows("material_prices")
    prices = {row["material_id"]: float(row["price"]) for row in rows}
    return tuple(shock for path in paths for shock in read_shocks(path, atlas, prices))


def _request(
    desk: Desk, words: _Words, horizon: Horizon, shocks: tuple[Shock, ...]
) -> ResponseRequest:
    from allanite.studies.response.request import ResponseRequest

    return ResponseRequest(
        horizon=horizon,
        controls=_controls(desk, words.controls, horizon),
        shocks=shocks,
        reading="de_jure" if words.effect == "de-jure" else "observed",
        branch=words.branch,
        closure="partners" if words.closure == "partners" else "market",
        rationing=words.rationing.replace("-", "_"),  # type: ignore[arg-type]
        knowledge=KNOWING[words.knowledge],  # type: ignore[arg-type]
        measures=words.measures,
        pairs=words.pairs,
        ends=words.ends,
        stress=words.stress,
    )


def _controls(desk: Desk, names: tuple[str, ...], horizon: Horizon) -> tuple[str, ...]:
    """Ids of the controls asked for; by default those that are open or change soon."""
    from allanite.conditions.pending import pending_controls
    from allanite.law.controls import load_controls

    if not names:
        return pending_controls(load_controls(desk.release), desk.case.watched, horizon)
    if NONE in names:
        if len(names) > 1:
            raise UsageError("--control none excludes every other --control")
        return ()
    return tuple(f"all:{desk.case.watched}" if name == EVERY else name for name in names)


def _shown_table(show: str | None) -> str | None:
    from allanite.present.response_text import SHOWN

    return None if show is None else SHOWN[one_of("--show", show, tuple(SHOWN))]


def _check_there(result: Result, table: str, show: str) -> None:
    """Raise `UsageError` for a table that this question does not have, with what would."""
    if table in result.tables:
        return
    remedy = {
        "measures": "leave --no-measures out",
        "pairs": "add --pairs and leave --no-measures out",
        **dict.fromkeys(("intervals", "unknowns", "draws"), "add --draws 200"),
        "attribution": "add --draws 64 --attribution",
        "makers": "ask for a control that looks at listed origin, such as --control all",
    }.get(show, "ask for a control or a shock")
    raise UsageError(f"--show {show}: this response has no such table; {remedy}")


def _page_data(desk: Desk, horizon: Horizon, result: Result) -> BriefData:
    from allanite.present.gather import brief_data

    return brief_data(desk.case, desk.release, desk.case.since, horizon.start, result.tables)


def _say_response(data: BriefData) -> None:
    from allanite.present.draws_text import readable_attribution, readable_intervals
    from allanite.present.response_text import readable_cover, readable_measures, response_lines

    say(response_lines(data))
    for table, title in (
        (readable_cover(data), "Cover if nobody acts"),
        (readable_measures(data), "Measures"),
        (readable_intervals(data), "Ranges over draws"),
        (readable_attribution(data), "What the ranges hang on"),
    ):
        if table.num_rows:
            emit(table, title=title)


def scan(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    case: CaseArgument = "us-japan",
    start: StartOption = None,
    periods: Annotated[
        int, typer.Option(min=1, help="Months for which a place or country is gone.")
    ] = 12,
    level: Annotated[str, typer.Option(help="country, place or both.")] = "country",
    top: Annotated[int, typer.Option(min=1, help="How many choke points to show.")] = 20,
    seed: SeedOption = 1,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
    out_folder: FolderOption = None,
) -> None:
    """Remove each country or place and stage in turn, and rank them by what partners lose."""
    from allanite.workbench import scan_choke_points

    levels = LEVELS[one_of("--level", level, tuple(LEVELS))]
    horizon = horizon_of(start, "month", periods)
    desk = open_desk(case, data, seed, out_folder)
    with counting("Removing one after the other") as tell:
        result = scan_choke_points(
            desk.network,
            desk.case,
            horizon=horizon,
            levels=levels,  # type: ignore[arg-type]
            progress=lambda done, total: tell("", done, total),
        )
    keep(result, out_folder)
    if as_json or out is not None:
        emit(result.table("choke_points"), as_json=as_json, out=out)
        return
    _say_scan(_page_data(desk, horizon, result), levels, top)


def _say_scan(data: BriefData, levels: Sequence[str], top: int) -> None:
    from allanite.present.response_text import readable_scan
    from allanite.present.sections.choke import choke_lead, choke_rows

    say(choke_lead(data))
    for level in levels:
        rows = choke_rows(data, level)
        if rows:
            emit(readable_scan(rows[:top]), title=f"{min(top, len(rows))} of {len(rows)}, {level}")
