"""The brief: sections in order, one self-contained page, and the tables behind it.

Equal inputs give equal bytes of page, workbook and tables. The folder appears whole or
not at all; a folder that holds anything but a brief is never replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from allanite.catalogue.folders import RECORD, TABLE_FOLDER, check_replaceable, write_folder
from allanite.catalogue.store import parquet_bytes
from allanite.catalogue.tables import TABLES
from allanite.present.contracts import is_valued
from allanite.present.data import BriefData
from allanite.present.output import write_workbook
from allanite.present.page import Finding, Section
from allanite.present.response import branches
from allanite.present.sections.answer import answer_section
from allanite.present.sections.chain import chain_section
from allanite.present.sections.contracts import contracts_section
from allanite.present.sections.dependence import dependence_section
from allanite.present.sections.evidence import (
    assumptions_section,
    sources_section,
    table_entries,
)
from allanite.present.sections.headline import headline
from allanite.present.sections.law import law_section
from allanite.present.sections.plan import plan_section
from allanite.present.sections.priorities import priorities_section
from allanite.present.sections.reconciliation import reconciliation_section
from allanite.present.sections.sharing import sharing_section
from allanite.present.sections.stops import stops_section
from allanite.present.sharing import is_shared
from allanite.present.words import day
from allanite.record import RunRecord, package_versions

PAGE: Final = "brief.html"
WORKBOOK: Final = "tables.xlsx"
_SECTIONS: Final[tuple[Callable[[BriefData], Section], ...]] = (
    law_section,
    stops_section,
    answer_section,
    plan_section,
    sharing_section,
    contracts_section,
    chain_section,
    dependence_section,
    priorities_section,
    reconciliation_section,
    assumptions_section,
    sources_section,
)


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief before it is written.

    Attributes:
        findings: the headline.
        sections: in the order they are read.
        html: the page.
    """

    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]
    html: str


def compose_brief(data: BriefData) -> Brief:
    """The brief of the data: findings, sections and the page as text."""
    findings = headline(data)
    sections = tuple(section(data) for section in _SECTIONS)
    return Brief(findings, sections, _page(data, findings, sections))


def _page(data: BriefData, findings: tuple[Finding, ...], sections: tuple[Section, ...]) -> str:
    environment = Environment(
        loader=PackageLoader("allanite.present"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (files("allanite.present") / "templates" / "brief.css").read_text(encoding="utf-8")
    text: str = environment.get_template("brief.html.j2").render(
        title=data.case.title,
        as_of=day(data.as_of),
        since=day(data.since),
        base_year=data.case.base_year,
        release=data.release,
        digest=data.data_digest,
        version=package_versions().get("allanite", "from source"),
        style=style,
        has_response=bool(branches(data)),
        has_plan=bool(data.rows("plan_projects")),
        has_contracts=is_valued(data),
        has_sharing=is_shared(data) or len(data.case.partners) < 2,
        findings=findings,
        sections=sections,
        entries=table_entries(data),
    )
    return text


def write_brief(data: BriefData, record: RunRecord, folder: Path) -> Brief:
    """Compose the brief and write page, workbook, tables and record; all or nothing.

    Raises:
        UsageError: `folder` is a file, or holds something that is not a brief.
    """
    check_folder(folder)
    brief = compose_brief(data)
    write_folder(folder, lambda scratch: _fill(scratch, brief, data, record))
    return brief


def check_folder(folder: Path) -> None:
    """Raise `UsageError` where writing a brief to `folder` would remove other files."""
    check_replaceable(folder, "brief", TABLES, (PAGE, WORKBOOK))


def _fill(folder: Path, brief: Brief, data: BriefData, record: RunRecord) -> None:
    tables = folder / TABLE_FOLDER
    tables.mkdir()
    (folder / PAGE).write_text(brief.html, encoding="utf-8")
    for name in sorted(data.tables):
        (tables / f"{name}.parquet").write_bytes(parquet_bytes(data.tables[name]))
    write_workbook({name: data.tables[name] for name in sorted(data.tables)}, folder / WORKBOOK)
    (folder / RECORD).write_text(record.to_json() + "\n", encoding="utf-8")
