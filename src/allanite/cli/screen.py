"""The command `allanite screen`: is this product caught, by which rule, what proof is missing?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from allanite.cli.options import DataOption, JsonOption, day_of
from allanite.cli.waiting import waiting
from allanite.errors import UsageError
from allanite.present.output import emit, say, write_table, write_workbook

if TYPE_CHECKING:
    from allanite.catalogue.store import Release
    from allanite.studies.result import Result
    from allanite.studies.screening.bom import Bom
    from allanite.studies.screening.sale import Sale
    from allanite.workbench import ReconciledNetwork

TABLE_OF: Final = {
    "verdicts": "screening_verdicts",
    "reasons": "screening_reasons",
    "branches": "screening_branches",
    "changes": "screening_changes",
    "missing": "screening_missing",
    "questions": "open_questions",
    "sources": "screening_sources",
    "substitutes": "screening_substitutes",
    "origin": "origin_bounds",
    "parties": "screening_parties",
    "rules": "screening_rules",
}
TRACED: Final = ("sources", "origin")
CAUGHT, UNDECIDED = 3, 4  # exit codes with --exit-code


def register(app: typer.Typer) -> None:
    """Add the command to the root application."""
    app.command(
        "screen",
        epilog="Examples: `allanite screen --sample ev-motor --on 2026-12-01 --delivery"
        " 2027-03-01`; `allanite screen bom.csv --from JPN --to USA --contract dod --buyer"
        ' "Example Corp" --dossier dossier.html --questionnaire questions.csv`.\n\n'
        "Exit codes: 0 screened, 2 an error; with --exit-code also 3 something is caught, 4"
        " something is open.",
    )(screen)


def screen(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    bill: Annotated[
        Path | None,
        typer.Argument(help="Bill of materials: .csv .xlsx .json, CycloneDX.", show_default=False),
    ] = None,
    sample: Annotated[
        str | None,
        typer.Option(
            help="A shipped example with its sale: ev-motor, wind-generator, fin-actuator, "
            "loudspeaker, phone.",
            show_default=False,
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option(help="Day of the order; today by default.", show_default=False)
    ] = None,
    delivery: Annotated[
        str | None,
        typer.Option(help="Day of delivery; that of the order by default.", show_default=False),
    ] = None,
    country_from: Annotated[str, typer.Option("--from", help="Country it is shipped from.")] = "",
    country_to: Annotated[str, typer.Option("--to", help="Country it is shipped to.")] = "",
    origin: Annotated[
        str, typer.Option(help="Customs origin of the product; where it was put together if not.")
    ] = "",
    contract: Annotated[str, typer.Option(help="dod or other.")] = "",
    end_use: Annotated[str, typer.Option(help="civil, defence, ...; see the how-to.")] = "",
    buyer: Annotated[str, typer.Option(help="Name or id of the buyer.")] = "",
    end_user: Annotated[str, typer.Option(help="End user, if not the buyer.")] = "",
    exporter: Annotated[str, typer.Option(help="Name or id of the exporter.")] = "",
    accept_party: Annotated[
        list[str] | None,
        typer.Option(help='"name=ID": this name means that party; repeatable.', show_default=False),
    ] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(
            help="name=value: a further fact of the sale, such as cots_end_item=yes; repeatable.",
            show_default=False,
        ),
    ] = None,
    show: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: verdicts, reasons, branches, changes, missing, "
            "questions, sources, substitutes, origin, parties or rules.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Write to this file: .xlsx every table as a sheet, or one table with --show; "
            ".csv .json .parquet one table.",
            show_default=False,
        ),
    ] = None,
    dossier: Annotated[
        Path | None, typer.Option(help="Write a page of the product, HTML.", show_default=False)
    ] = None,
    product: Annotated[
        str, typer.Option(help="Product of the dossier where a list has several.")
    ] = "",
    questionnaire: Annotated[
        Path | None,
        typer.Option(help="Write what to ask suppliers: .csv .xlsx", show_default=False),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Folder for record.json and all tables.", show_default=False),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            help="record.json of a kept result: the same sale again; refused for another file or "
            "release.",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option(min=0, max=200, help="Redraws of the network for bounds of origin.")
    ] = 20,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 if caught, 4 if open.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Screen a product: every rule on two days, why, what is missing, where else to buy."""
    from allanite.catalogue.store import load_release

    if show is not None and show not in TABLE_OF:
        raise UsageError(f"--show {show!r}: use {', '.join(TABLE_OF)}")
    path, stated = _file(bill, sample)
    release = load_release(data=data)
    given = {
        "country_from": country_from,
        "country_to": country_to,
        "country_origin": origin,
        "contract": contract,
        "end_use": end_use,
        "buyer": buyer,
        "end_user": end_user,
        "exporter": exporter,
    }
    texts = {**stated, **{name: text for name, text in given.items() if text}}
    pairs = {"stated": _pairs("--fact", fact), "accepted": _pairs("--accept-party", accept_party)}
    sale = _sale(release, path, replay, _days(on, delivery), texts, pairs)
    is_whole = out is not None and show is None
    is_traced = show in TRACED or any((is_whole, dossier, keep, replay))
    network = _network(release, draws, replay) if is_traced else None
    bom, sale, result = _screened(release, path, sale, network)
    _write(bom, sale, result, release, dossier, product, questionnaire, keep)
    if show is None and not as_json and out is None:
        _tell(bom, sale, result, release)
    else:
        _emit(result, show, as_json, out)
    if exit_code:
        raise typer.Exit(_code(bom, result))


def _file(bill: Path | None, sample: str | None) -> tuple[Path, dict[str, str]]:
    """The file, and what an example states of its sale."""
    from allanite.studies.screening.samples import SAMPLE_SALES, sample_path

    if sample is not None and bill is None:
        return sample_path(sample), dict(SAMPLE_SALES[sample])
    if bill is None or sample is not None:
        raise UsageError("name a bill of materials, or an example with --sample, and not both")
    return bill, {}


def _pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts or ():
        name, parted, value = text.partition("=")
        if not parted or not name.strip() or not value.strip():
            raise UsageError(f"{option} {text!r}: write name=value")
        found[name.strip()] = value.strip()
    return found


def _days(on: str | None, delivery: str | None) -> tuple[date, date]:
    first = date.today() if on is None else day_of("--on", on)
    return first, first if delivery is None else day_of("--delivery", delivery)


def _sale(
    release: Release,
    path: Path,
    replay: Path | None,
    days: tuple[date, date],
    texts: dict[str, str],
    pairs: dict[str, dict[str, str]],
) -> Sale:
    from allanite.law.words import build_vocabulary
    from allanite.studies.screening.sale import Sale, read_sale
    from allanite.workbench.screening import replayed_sale

    if replay is not None:
        return replayed_sale(_record(replay), release, path)
    sale = Sale(on=days[0], delivery=days[1], **texts, **pairs)  # type: ignore[arg-type]
    return read_sale(sale, build_vocabulary(release))


def _record(path: Path) -> Any:  # noqa: ANN401
    from allanite.studies.result import read_record

    return read_record(path)


def _network(release: Release, draws: int, replay: Path | None) -> ReconciledNetwork | None:
    from allanite.workbench import load_network

    if replay is not None:
        traced: dict[str, int] | None = _record(replay).parameters["network"]
        if traced is None:
            return None
        with waiting("Reconciling the network"):
            return load_network(release, draws=traced["draws"], seed=traced["seed"])
    with waiting("Reconciling the network"):
        return load_network(release, draws=draws)


def _screened(
    release: Release, path: Path, sale: Sale, network: ReconciledNetwork | None
) -> tuple[Bom, Sale, Result]:
    from allanite.workbench.screening import screen_product_bom

    with waiting("Screening"):
        bom, result = screen_product_bom(release, path, sale, network)
    return bom, sale, result


def _write(
    bom: Bom,
    sale: Sale,
    result: Result,
    release: Release,
    dossier: Path | None,
    product: str,
    questionnaire: Path | None,
    keep: Path | None,
) -> None:
    """The files asked for beside the answer."""
    from allanite.studies.result import write_result

    if keep is not None:
        write_result(result, keep)
    if questionnaire is not None:
        write_table(result.table("open_questions"), questionnaire)
    if dossier is not None:
        from allanite.present.dossier import write_dossier

        write_dossier(bom, sale, result, release, dossier, product)
    wrote = [path.name for path in (keep, questionnaire, dossier) if path is not None]
    if wrote:
        say([f"wrote {', '.join(wrote)}"], to_error=True)


def _emit(result: Result, show: str | None, as_json: bool, out: Path | None) -> None:
    """One table, or all of them as a workbook."""
    if show is None and out is not None and out.suffix == ".xlsx":
        write_workbook({name: result.tables[name] for name in sorted(result.tables)}, out)
        say([f"wrote {out.name}: {len(result.tables)} tables"], to_error=True)
    else:
        emit(result.table(TABLE_OF[show or "verdicts"]), as_json=as_json, out=out)


def _tell(bom: Bom, sale: Sale, result: Result, release: Release) -> None:
    from allanite.present.places import named_places
    from allanite.present.screen_text import screen_lines

    say(screen_lines(bom, sale, result, named_places(release.rows("regions"))))


def _code(bom: Bom, result: Result) -> int:
    from allanite.present.screen_view import products_of, rule_views

    views = [v for product in products_of(bom) for v in rule_views(bom, result, product)]
    if any(view.caught for view in views):
        return CAUGHT
    return UNDECIDED if any(not view.is_clear or view.open_parts for view in views) else 0


__all__ = ["TABLE_OF", "register", "screen"]
