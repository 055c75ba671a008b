"""An invented product with hostile names, screened, for tests of the dossier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from allanite import ReconciledNetwork, Release, load_network
from allanite.present.dossier import compose_dossier, dossier_data
from allanite.present.dossier_data import DossierData
from allanite.studies.screening.sale import Sale
from allanite.workbench.screening import screen_product_bom

HOSTILE = "<script>alert('x')</script>{{ 7*7 }}"
COLUMNS = (
    *("part_id", "parent_id", "name", "material", "mass [g]", "value [USD]", "supplier"),
    *("country_made", "country_metal", "end_use", "hts_code"),
)
BILL = f"""{",".join(COLUMNS)}
top,,"Drive {HOSTILE}",,,800,Own plant,,,EV and hybrid traction motors,8501.53
magnet,top,Magnet segment,N42SH,40,4,"{HOSTILE}",CHN,CHN,,8505.11
second,top,Second magnet,N42UH,40,4,Magnet house,,,,8505.11
box,top,Box,,100,,=cmd|calc,,,,
"""
SALE = Sale(
    on=date(2026, 12, 1),
    delivery=date(2027, 3, 1),
    country_from="JPN",
    country_to="USA",
    contract="dod",
    buyer="Shenge Resources",
)


@cache
def _network(digest: str) -> ReconciledNetwork:
    from allanite import load_release

    release = load_release()
    assert release.digest == digest
    return load_network(release, draws=2)


def synthetic_dossier(release: Release, sale: Sale = SALE) -> DossierData:
    """The data of the invented product's dossier."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bill.csv"
        path.write_text(BILL, encoding="utf-8")
        network = _network(release.digest)
        bom, result = screen_product_bom(release, path, sale, network)
    return dossier_data(bom, sale, result, release)


def dossier_page(release: Release, **changes: str) -> str:
    """The page of the invented product, of a sale with these changes."""
    return compose_dossier(synthetic_dossier(release, replace(SALE, **changes)))  # type: ignore[arg-type]
