"""The rare-earth chain compiled by hand: sites, ores, recipes, demand, costs, stocks, stakes.

Names of places become region codes, percentages become shares, tonnes a year become rates.
What a source leaves blank stays blank.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pyarrow as pa

from allanite.catalogue.compiled import Row, provenance, read_rows
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES

SOURCE_ID: Final = "rare-earth-chain"
CORRECTIONS: Final = "corrections-2026"
PERCENT: Final = 0.01
SITE_TEXTS: Final = (
    "site_id",
    "name",
    "stage",
    "owner",
    "inputs",
    "outputs",
    "capacity_basis",
    "status",
    "public_support",
    "permitting_basis",
    "site_group",
    "deposit_id",
    "supersedes",
    "note",
)
OXIDE_COLUMNS: Final[dict[str, str]] = {
    "La2O3_pct": "lanthanum_share",
    "CeO2_pct": "cerium_share",
    "Pr6O11_pct": "praseodymium_share",
    "Nd2O3_pct": "neodymium_share",
    "Sm2O3_pct": "samarium_share",
    "Eu2O3_pct": "europium_share",
    "Gd2O3_pct": "gadolinium_share",
    "Tb4O7_pct": "terbium_share",
    "Dy2O3_pct": "dysprosium_share",
    "Ho2O3_pct": "holmium_share",
    "Er2O3_pct": "erbium_share",
    "Tm2O3_pct": "thulium_share",
    "Yb2O3_pct": "ytterbium_share",
    "Lu2O3_pct": "lutetium_share",
    "Y2O3_pct": "yttrium_share",
    "sum_pct": "total_share",
    "NdPr_oxide_pct": "ndpr_share",
    "DyTb_oxide_pct": "dytb_share",
}
DEMAND_UNITS: Final = {"t/y": "t/yr", "t/half-year": "t per half-year", "t/month": "t per month"}
GRADE: Final = re.compile(r"^share of grade (?P<grade>.+)$")
ELEMENT: Final = re.compile(
    r"^(?P<element>NdPr|Dy\+Tb|Nd|Pr|Dy|Tb|Sm|Y|La|Ce)\b(?= (?:wt%|metal|oxide|per|imports))"
)


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name."""
    makers = {
        "sites": ("sites.csv", site),
        "deposit_composition": ("deposit_composition.csv", deposit),
        "recipes": ("recipes.csv", recipe),
        "demand": ("demand.csv", demand),
        "costs": ("costs.csv", cost),
        "stockpiles": ("stockpiles.csv", stockpile),
        "substitutions": ("substitution.csv", substitution),
        "economic_stakes": ("economic_stake.csv", economic_stake),
    }
    rows = {
        table: [make(row) for row in read_rows(folder, name, f"rare_earths/{name}")]
        for table, (name, make) in makers.items()
    }
    corrections = folder.parent / CORRECTIONS
    for table, make in (("sites", site), ("deposit_composition", deposit)):
        rows[table] += [
            added_row(row, make(row)) for row in read_rows(corrections, f"added_{table}.csv")
        ]
    return {table: rows_table(TABLES[table], rows[table]) for table in makers}


def added_row(row: Row, made: dict[str, object]) -> dict[str, object]:
    """A row that a correction adds, under the source of the corrections."""
    return made | {"source_id": CORRECTIONS, "correction_ids": row.text("correction_id")}


def site(row: Row) -> dict[str, object]:
    """One row of `sites`."""
    parents = (row.text("part_of") or "").split("+")
    return {
        **{column: row.text(column) for column in SITE_TEXTS},
        "country": row.region("country"),
        "control_regions": row.regions("control"),
        "capacity_rate": row.number("capacity_t_per_year"),
        "first_year": row.integer("first_year"),
        "capital_cost": row.number("capex_usd_million"),
        "permitting_duration": row.number("expected_permitting_years"),
        "latitude": row.number("lat"),
        "longitude": row.number("lon"),
        "output_2024_rate": row.number("output_2024_t"),
        "output_2025_rate": row.number("output_2025_t"),
        "part_of": parents[0] or None,
        "part_of_second": parents[1] if len(parents) > 1 else None,
        "correction_ids": row.correction_ids or None,
        **provenance(row, SOURCE_ID),
    }


def deposit(row: Row) -> dict[str, object]:
    """One row of `deposit_composition`; percentages of the file become shares."""
    shares = {column: row.number(printed, PERCENT) for printed, column in OXIDE_COLUMNS.items()}
    return {
        "deposit_id": row.text("deposit_id"),
        "name": row.text("name"),
        "country": row.regions("country"),
        "ore_type": row.text("ore_type"),
        **shares,
        "note": row.text("note"),
        "correction_ids": row.correction_ids or None,
        **provenance(row, SOURCE_ID),
    }


def recipe(row: Row) -> dict[str, object]:
    """One row of `recipes`, in its own unit."""
    texts = ("recipe_id", "stage", "process", "input", "output", "parameter", "unit", "note")
    return {
        **{column: row.text(column) for column in texts},
        **_central(row),
        "correction_ids": row.correction_ids or None,
        **provenance(row, SOURCE_ID),
    }


def demand(row: Row) -> dict[str, object]:
    """One row of `demand`; the grade or element of the item gets a column of its own."""
    item = row.cells["item"]
    grade, element = GRADE.match(item), ELEMENT.match(item)
    texts = ("demand_id", "row_type", "scenario", "end_use", "item", "note")
    return {
        **{column: row.text(column) for column in texts},
        "year": row.integer("year"),
        "region": row.region("region"),
        "grade": grade["grade"] if grade else None,
        "element": element["element"] if element else None,
        **_central(row),
        "unit": DEMAND_UNITS.get(row.cells["unit"], row.cells["unit"]),
        **provenance(row, SOURCE_ID),
    }


def cost(row: Row) -> dict[str, object]:
    """One row of `costs`, in its own unit."""
    texts = ("cost_id", "category", "item", "stage", "unit", "period", "note")
    return {
        **{column: row.text(column) for column in texts},
        "place": row.text("region_or_site"),
        "region": _region_or_none(row, "region_or_site"),
        **_central(row),
        **provenance(row, SOURCE_ID),
    }


def stockpile(row: Row) -> dict[str, object]:
    """One row of `stockpiles`; a quantity that is not published stays empty."""
    texts = ("stock_id", "holder", "kind", "material", "unit", "target", "status", "note")
    return {
        **{column: row.text(column) for column in texts},
        "place": row.text("country"),
        "region": _region_or_none(row, "country"),
        "quantity": row.number("quantity"),
        "cover_duration": row.number("days_cover"),
        "budget": row.number("budget_usd_million"),
        **provenance(row, SOURCE_ID),
    }


def substitution(row: Row) -> dict[str, object]:
    """One row of `substitutions`; a range of per cent becomes two shares."""
    dytb_low, dytb_high = _share_range(row.cells["saves_Dy_Tb_pct"])
    ndpr_low, ndpr_high = _share_range(row.cells["saves_NdPr_pct"])
    texts = ("end_use", "replaces", "substitute", "performance_penalty", "cost_effect")
    return {
        "substitution_id": row.text("sub_id"),
        **{column: row.text(column) for column in (*texts, "status", "limits", "note")},
        "dytb_saving_low": dytb_low,
        "dytb_saving_high": dytb_high,
        "ndpr_saving_low": ndpr_low,
        "ndpr_saving_high": ndpr_high,
        "deployment_duration": row.number("time_to_deploy_months"),
        "feasible_share_2030": row.number("feasible_share_2030_pct", PERCENT),
        **provenance(row, SOURCE_ID, row.text("source_url")),
    }


def economic_stake(row: Row) -> dict[str, object]:
    """One row of `economic_stakes`, in its own unit."""
    texts = ("stake_id", "sector", "shock", "metric", "unit", "note")
    return {
        **{column: row.text(column) for column in texts},
        "place": row.text("region"),
        "region": _region_or_none(row, "region"),
        "duration": row.number("duration_months"),
        **_central(row),
        **provenance(row, SOURCE_ID, row.text("source_url")),
    }


def _region_or_none(row: Row, column: str) -> str | None:
    return row.code(row.cells[column])


def _central(row: Row) -> dict[str, object]:
    return {column: row.number(column) for column in ("value", "low", "high")}


def _share_range(cell: str) -> tuple[float | None, float | None]:
    if cell in ("", "n/a"):
        return None, None
    ends = [float(end) * PERCENT for end in cell.split("-")]
    return ends[0], ends[-1]
