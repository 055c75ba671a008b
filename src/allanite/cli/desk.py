"""What several commands open before they ask, and how they keep what they found."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allanite.cli.waiting import waiting
from allanite.errors import UsageError
from allanite.present.output import emit, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allanite.catalogue.store import Release
    from allanite.conditions.case import Case
    from allanite.studies.result import Result
    from allanite.workbench import ReconciledNetwork

FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--out-folder", help="Write all tables and the record of the run.", show_default=False
    ),
]


@dataclass(frozen=True, slots=True)
class Desk:
    """Release, case and reconciled network."""

    release: Release
    case: Case
    network: ReconciledNetwork


def open_desk(case: Case | str, data: Path | None, seed: int, out_folder: Path | None) -> Desk:
    """Release, case by name or as read, and network; faults of arguments come before the work."""
    from allanite.catalogue.folders import check_replaceable
    from allanite.catalogue.store import load_release
    from allanite.catalogue.tables import TABLES
    from allanite.conditions.case import load_case
    from allanite.present.gather import check_case
    from allanite.workbench import load_network

    chosen = load_case(case) if isinstance(case, str) else case
    if out_folder is not None:
        check_replaceable(out_folder, "result", TABLES)
    release = load_release(data=data)
    check_case(chosen, release)
    with waiting("Reconciling"):
        network = load_network(release, seed=seed, draws=0)
    return Desk(release, chosen, network)


def one_of(option: str, found: str, allowed: Sequence[str]) -> str:
    """The word if it is allowed; raises `UsageError` with the nearest and all that are."""
    if found not in allowed:
        near = get_close_matches(found, allowed, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"{option} {found!r}: use {', '.join(allowed)}{hint}")
    return found


def keep(result: Result, folder: Path | None) -> None:
    """Write a result to a folder if one was asked for, and say so on stderr."""
    from allanite.studies.result import write_result

    if folder is not None:
        write_result(result, folder)
        say([f"wrote {folder.name}: {', '.join(sorted(result.tables))}"], to_error=True)


def shown(
    result: Result, table: str | None, default: str, *, as_json: bool, out: Path | None
) -> bool:
    """Give one table where one is asked for; whether it was."""
    if table is None and not as_json and out is None:
        return False
    name = table or default
    emit(result.table(name), title=name, as_json=as_json, out=out)
    return True
