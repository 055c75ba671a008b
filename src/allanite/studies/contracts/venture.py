"""Ventures: what is decided and run together, as plants with their capital cost and dates.

A project of table `projects` is a venture with money still to spend. A group of operating
sites is one without: what it cost is spent, it pays running cost, tax and upkeep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, Literal

from allanite.catalogue.store import Release
from allanite.errors import ModelError, UsageError
from allanite.network.rare_earths import site_process_rows
from allanite.studies.contracts.parameters import Parameters, Term, load_parameters
from allanite.studies.contracts.plants import (
    NO_PROCESS,
    Plant,
    PlantTables,
    load_plant_tables,
    read_plant,
)

Row = Mapping[str, Any]
MONTHS_PER_YEAR: Final = 12.0
FIRST_YEAR: Final = 2027  # durations of table `projects` count from its January


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Venture:
    """What is decided and run together.

    Attributes:
        venture_id, name, country: country rules tax; that of the first mine or plant.
        kind: a project with money to spend, or an operation.
        plants: its processes.
        capex: whole capital cost with its range [million USD]; None for an operation.
        spent_share: part of it that is spent [1].
        public_support: committed before any contract asked here [million USD].
        permit_duration, build_duration, ramp_duration: from January 2027 [yr].
        parameters: numbers of finance.
    """

    venture_id: str
    name: str
    country: str
    kind: Literal["project", "operation"]
    plants: tuple[Plant, ...]
    capex: Term | None
    spent_share: float
    public_support: float
    permit_duration: float
    build_duration: float
    ramp_duration: float
    parameters: Parameters

    @property
    def start(self) -> float:
        """From January 2027 to the first product [yr]."""
        return self.permit_duration + self.build_duration


def find_venture(release: Release, name: str) -> Venture:
    """The venture of a project id, a site id or the id of a group of sites.

    A project stands before a site of the same id.

    Raises:
        UsageError: no such project, site or group; the nearest names are given.
        ModelError: a venture that has no cash flow here, with the reason.
    """
    parameters = load_parameters(release)
    tables = load_plant_tables(release, parameters)
    projects = {row["project_id"]: row for row in release.rows("projects")}
    if name in projects:
        return _project(release, tables, projects[name])
    groups, names = operating_groups(release), _site_names(release)
    if name in groups:
        return _operation(release, tables, name, groups[name])
    if name in names:
        raise ModelError(_not_running(release, name))
    known = (*projects, *groups)
    near = get_close_matches(name.upper(), known, n=4, cutoff=0.4)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise UsageError(f"no project and no site {name!r}{hint}; see `allanite data show projects`")


def venture_names(release: Release) -> tuple[str, ...]:
    """Ids of all projects, then of all groups of operating sites (no site twice)."""
    projects = tuple(row["project_id"] for row in release.rows("projects"))
    groups = {_group(row): None for row in _operating_sites(release)}
    return (*projects, *(name for name in groups if name not in projects))


def operating_groups(release: Release) -> dict[str, tuple[str, ...]]:
    """Sites that run together, by the id of each of them and of their group."""
    members: dict[str, list[str]] = {}
    for row in _operating_sites(release):
        members.setdefault(_group(row), []).append(row["site_id"])
    found = {group: tuple(sites) for group, sites in members.items()}
    return {**{site: sites for sites in found.values() for site in sites}, **found}


def _group(site: Row) -> str:
    return str(site["site_group"] or site["site_id"])


def _operating_sites(release: Release) -> list[Row]:
    running = {row["site_id"] for row in _operating_rows(release)}
    return [row for row in release.rows("sites") if row["site_id"] in running]


def _operating_rows(release: Release) -> list[Row]:
    """Rows of `site_processes` that run before the first year and belong to no project."""
    of_projects = {
        (r["place"], r["process_id"]) for r in release.rows("project_processes") if r["in_network"]
    }
    return [
        row
        for row in site_process_rows(release)
        if (row["available_from"] or 0) < FIRST_YEAR
        and (row["site_id"], row["process_id"]) not in of_projects
    ]


def _site_names(release: Release) -> set[str]:
    sites = release.rows("sites")
    return {row["site_id"] for row in sites} | {_group(row) for row in sites}


def _not_running(release: Release, name: str) -> str:
    later = [
        f"{row['process_id']} from {row['available_from']}"
        for row in site_process_rows(release)
        if row["site_id"] == name and row["available_from"]
    ]
    if later:
        return (
            f"site {name} makes nothing before {FIRST_YEAR} ({', '.join(later)}) outside the"
            " projects of table projects, so no capital cost is known; add it there"
        )
    return f"site {name} has no process with a recipe in table site_processes, so nothing to sell"


def _project(release: Release, tables: PlantTables, row: Row) -> Venture:
    parts = [
        part
        for part in release.rows("project_processes")
        if part["project_id"] == row["project_id"] and not part["process_id"].startswith(NO_PROCESS)
    ]
    plants = tuple(
        read_plant(tables, part["place"], part, 0.0, row["first_year"]) for part in parts
    )
    return Venture(
        venture_id=row["project_id"],
        name=row["name"],
        country=_country(plants, row["country"]),
        kind="project",
        plants=_distinct(plants),
        capex=_capex(row),
        spent_share=row["spent_share"],
        public_support=row["public_support"],
        permit_duration=row["permit_duration"] / MONTHS_PER_YEAR,
        build_duration=row["build_duration"] / MONTHS_PER_YEAR,
        ramp_duration=row["ramp_duration"] / MONTHS_PER_YEAR,
        parameters=tables.parameters,
    )


def _capex(row: Row) -> Term:
    return Term(
        name="capex",
        scope=row["project_id"],
        value=row["capex"],
        low=row["low_capex"],
        high=row["high_capex"],
        unit="million USD",
        quality=row["quality"],
        source=f"{row['source_id']}: {row['locator']}",
        note=row["note"],
    )


def _operation(release: Release, tables: PlantTables, name: str, sites: tuple[str, ...]) -> Venture:
    rows = {row["site_id"]: row for row in release.rows("sites")}
    plants = tuple(
        read_plant(tables, row["site_id"], row, _base_share(row), row["available_from"] or 0)
        for row in _operating_rows(release)
        if row["site_id"] in sites
    )
    group = _group(rows[sites[0]])
    return Venture(
        venture_id=group,
        name=" + ".join(rows[site]["name"] for site in sites),
        country=_country(plants, rows[sites[0]]["country"]),
        kind="operation",
        plants=_distinct(plants),
        capex=None,
        spent_share=1.0,
        public_support=0.0,
        permit_duration=0.0,
        build_duration=0.0,
        ramp_duration=0.0,
        parameters=tables.parameters,
    )


def _base_share(row: Row) -> float:
    """Part of the capacity used in the base year; all of it where no rate is known."""
    if row["baseline_2024_rate"] is None or not row["capacity_rate"]:
        return 1.0
    return float(min(row["baseline_2024_rate"] / row["capacity_rate"], 1.0))


def _country(plants: Iterable[Plant], otherwise: str) -> str:
    """Country of the first mine, where there is one: it pays royalty and most tax."""
    return next((plant.country for plant in plants if plant.stage == "mine"), otherwise)


def _distinct(plants: tuple[Plant, ...]) -> tuple[Plant, ...]:
    if not plants:
        raise ModelError("a venture without a process; give it one in project_processes")
    return plants
