"""The command `allanite screen-sale`: would this sale give its buyer a choke point?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from allanite.cli.options import DataOption, JsonOption, OutOption, day_of
from allanite.cli.waiting import waiting
from allanite.errors import UsageError
from allanite.present.output import emit, say

if TYPE_CHECKING:
    from allanite.present.places import Places
    from allanite.studies.asset_sale.request import SaleRequest
    from allanite.studies.result import Result

TABLE_OF: Final = {
    "choke-points": "sale_choke_points",
    "shares": "sale_shares",
    "sites": "sale_sites",
    "exposure": "sale_exposure",
    "ownership": "sale_ownership",
    "notices": "sale_notices",
}


def register(app: typer.Typer) -> None:
    """Add the command to the root application."""
    app.command(
        "screen-sale",
        epilog='Examples: `allanite screen-sale --site AU_MT_WELD --buyer "China Northern Rare '
        'Earth"`; `allanite screen-sale --seller "MP Materials" --buyer Maaden --stake 0.51`; '
        "`allanite screen-sale --site UK_HYPROMAG --buyer CHN --by shares --out shares.csv`",
    )(screen_sale)


def screen_sale(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    buyer: Annotated[str, typer.Option(help="Party (id, name, alias) or region code.")],
    site: Annotated[
        list[str] | None,
        typer.Option(help="Id of a site that is sold; repeatable.", show_default=False),
    ] = None,
    seller: Annotated[
        str, typer.Option(help="Party that sells all sites its group decides on.")
    ] = "",
    stake: Annotated[
        float, typer.Option(help="Share the buyer then holds; control passes from 0.5.")
    ] = 1.0,
    on: Annotated[
        str | None, typer.Option(help="Day of the sale; today by default.", show_default=False)
    ] = None,
    watched: Annotated[
        str, typer.Option(help="Country whose plants do not count as outside.")
    ] = "CHN",
    by: Annotated[
        str | None,
        typer.Option(
            help="One table instead of the answer: choke-points, shares, sites, exposure, "
            "ownership or notices.",
            show_default=False,
        ),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Say what a sale of sites gives its buyer: shares, choke points, owners, notices."""
    from allanite.catalogue.store import load_release
    from allanite.present.places import named_places
    from allanite.studies.asset_sale.request import SaleRequest
    from allanite.workbench import load_network
    from allanite.workbench import screen_sale as screen

    if by is not None and by not in TABLE_OF:
        raise UsageError(f"--by {by!r}: use {', '.join(TABLE_OF)}")
    request = SaleRequest(
        buyer=buyer,
        on=date.today() if on is None else day_of("--on", on),
        sites=tuple(dict.fromkeys(site or ())),
        seller=seller,
        stake=stake,
        watched=watched,
    )
    release = load_release(data=data)
    names = named_places(release.rows("regions"))
    if watched not in names.names:
        raise UsageError(f"--watched {watched!r}: no such region; give a code such as CHN")
    with waiting("Reconciling and screening"):
        result = screen(load_network(release, draws=0), request)
    if by is None and not as_json and out is None:
        _show(result, request, names)
    else:
        emit(result.table(TABLE_OF[by or "choke-points"]), as_json=as_json, out=out)


def _show(result: Result, request: SaleRequest, names: Places) -> None:
    """The answer in sentences, and the marks that are crossed."""
    from allanite.present.sale_text import crossed_table, sale_lines

    say(sale_lines(result, request.watched, names))
    if result.table("sale_choke_points").num_rows:
        emit(crossed_table(result, request.watched, names), title="Marks crossed")
