"""The dossier of a screened product: one self-contained page, the same for the same result."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from allanite.catalogue.store import Release
from allanite.errors import UsageError
from allanite.law.rules.read import load_rules
from allanite.present.dossier_data import DossierData
from allanite.present.dossier_sections import (
    given_section,
    matrix_section,
    proofs_section,
    rules_section,
    verdicts_section,
)
from allanite.present.dossier_supply import changes_section, origins_section, sources_section
from allanite.present.output import printable, write_whole
from allanite.present.page import Finding
from allanite.present.places import named_places
from allanite.present.screen_text import headline, way_words
from allanite.present.screen_view import parts_of, products_of, rule_views
from allanite.present.words import counted, day
from allanite.record import package_versions
from allanite.studies.result import Result
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.sale import Sale

SECTIONS: Final = (
    verdicts_section,
    matrix_section,
    changes_section,
    proofs_section,
    origins_section,
    sources_section,
    given_section,
    rules_section,
)


def dossier_data(
    bom: Bom, sale: Sale, result: Result, release: Release, product: str = ""
) -> DossierData:
    """What the dossier of one product is made of; by default of the first.

    Raises:
        UsageError: a product the list does not have.
    """
    products = products_of(bom)
    chosen = product or products[0]
    if chosen not in products:
        raise UsageError(f"no product {chosen!r}; there are {', '.join(products[:8])}")
    return DossierData(
        bom=bom,
        sale=sale,
        result=result,
        product=chosen,
        parts=tuple(parts_of(bom, chosen)),
        views=tuple(rule_views(bom, result, chosen)),
        rules={rule.rule_id: rule for rule in load_rules(release)},
        places=named_places(release.rows("regions")),
        position={name: i for i, name in enumerate(bom.part_id)},
    )


def compose_dossier(data: DossierData) -> str:
    """The page as text."""
    environment = Environment(
        loader=PackageLoader("allanite.present"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (files("allanite.present") / "templates" / "brief.css").read_text(encoding="utf-8")
    name = data.bom.name[data.bom.part_id.index(data.product)]
    text: str = environment.get_template("dossier.html.j2").render(
        title=printable(f"{name} ({data.product})" if name else data.product),
        way=way_words(data.sale, data.places),
        style=style,
        findings=_findings(data),
        sections=[make(data) for make in SECTIONS],
        version=package_versions().get("allanite", "from source"),
        file=data.result.record.parameters["file"],
        file_digest=data.result.record.parameters["file_digest"],
        digest=data.result.record.data_digest,
    )
    return text


def write_dossier(
    bom: Bom, sale: Sale, result: Result, release: Release, path: Path, product: str = ""
) -> None:
    """Write the dossier of a product; the file appears whole or not at all.

    Raises:
        UsageError: another ending than .html, a place that cannot be written, no such product.
    """
    if path.suffix != ".html":
        raise UsageError(f"cannot write {path.name!r}: a dossier ends in .html")
    page = compose_dossier(dossier_data(bom, sale, result, release, product))
    write_whole(path, lambda scratch: scratch.write_text(page, encoding="utf-8"))


def _findings(data: DossierData) -> list[Finding]:
    found = [Finding(headline(data.views), "#verdicts", "Verdicts")]
    for view in data.views:
        for when, _, parts in view.turns[:1]:
            text = f"From {day(when)} the verdict under {view.rule['rule_id']} changes for "
            found.append(
                Finding(text + counted(len(parts), "row", "rows") + ".", "#changes", "What changes")
            )
    asked = data.questions
    if asked:
        suppliers = len({row["supplier"] for row in asked})
        text = (
            f"{counted(len(asked), 'proof is', 'proofs are')} to be asked of "
            f"{counted(suppliers, 'supplier', 'suppliers')}."
        )
        found.append(Finding(text, "#proofs", "Proofs"))
    return found
