"""Invented rows of every table of a plan: two partners, three years, one hostile name.

Nothing here is a fact. One mine is worth its cost beyond doubt, one contract cannot be told apart
from leaving it, one plant is under way and one is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

from synthetic import HOSTILE, table
from synthetic_response import synthetic_response

from allanite.present.data import BriefData

Rows = list[dict[str, Any]]
PARTNERS = ("USA", "JPN")
MONEY = "million USD"
QUARTERS = [f"{year}-{month:02d}-01" for year in (2027, 2028, 2029) for month in (1, 4, 7, 10)]


def figures() -> Rows:
    values = [
        ("scenarios", 16.0, None, None, "1"),
        ("gap", 4e-4, None, None, "1"),
        ("mean cost, plan", 16_500.0, None, None, MONEY),
        ("mean cost, no plan", 20_400.0, None, None, MONEY),
        ("tail cost, plan", 20_500.0, None, None, MONEY),
        ("tail cost, no plan", 25_600.0, None, None, MONEY),
        ("mean loss, plan", 2_100.0, None, None, MONEY),
        ("mean loss, no plan", 5_300.0, None, None, MONEY),
        ("mean saving", 3_900.0, None, None, MONEY),
        ("mean saving on fresh courses", 3_450.0, 2_940.0, 3_960.0, MONEY),
        ("value of the stochastic solution", None, 120.0, 140.0, MONEY),
        ("value of perfect information", None, 170.0, 180.0, MONEY),
    ]
    names = ("figure", "value", "low", "high", "unit")
    return [{**dict(zip(names, row, strict=True)), "note": "invented"} for row in values]


def _project(name: str, payer: str, capital: float, **more: Any) -> dict[str, Any]:
    return {
        "project_id": name.upper()[:12],
        "name": name,
        "country": "AUS",
        "stage": "mine",
        "status": "permitted",
        "payer": payer,
        "is_committed": False,
        "built_share": 1.0,
        "variant": "usual permit",
        "start": "2027-01-01",
        "capital": capital,
        "output": "ox_dy",
        "output_rate": 120.0,
        "output_amount": 300.0,
        "running_share": 0.8,
        "first_output": "2028-04-01",
        "late_first_output": "2029-01-01",
        "failure_share": 0.1,
        "marginal_value": 90.0,
        "regret_low": 80.0,
        "regret_high": 95.0,
        "least_share": 0.9,
        "most_share": 1.0,
        "replaced_by": None,
        "verdict": "in every good plan",
        "quality": "estimated",
        **more,
    }


def projects() -> Rows:
    out = {"built_share": 0.0, "variant": None, "start": None, "regret_high": None}
    doubt = {"regret_low": 0.0, "regret_high": 12.0, "verdict": "can be swapped"}
    return [
        _project("Great mine", "both", 400.0),
        _project("Contract", "JPN", 2.0, built_share=0.7, replaced_by="GREAT MINE", **doubt),
        _project(HOSTILE, "USA", 60.0, late_first_output=None, quality="observed"),
        _project("Plant under way", "USA", 0.0, is_committed=True, running_share=0.05),
        _project("Left out", "USA", 0.0, **out, regret_low=0.0),
        _project("Far away", "JPN", 0.0, **out, regret_low=70.0, first_output=None),
    ]


def schedule() -> Rows:
    steps = (
        ("permit", date(2027, 1, 1), date(2027, 6, 30), date(2027, 12, 31)),
        ("building", date(2027, 7, 1), date(2028, 6, 30), date(2028, 12, 31)),
        ("ramp", date(2028, 7, 1), date(2029, 3, 31), date(2029, 12, 31)),
    )
    return [
        {
            "project_id": row["project_id"],
            "name": row["name"],
            "variant": "usual permit",
            "step": step,
            "begins": begins,
            "ends": ends,
            "late_end": None if row["name"] == "Contract" else late,
            "is_longest": step == "building",
            "waits_for": "GREAT MINE" if row["name"] == "Plant under way" else None,
        }
        for row in projects()
        if row["built_share"] > 0
        for step, begins, ends, late in steps
    ]


def permits() -> Rows:
    values = (("Great mine", 5.0, 1.0, "feed from CONTRACT"), ("Far away", 0.0, 0.0, "permit"))
    return [
        {
            "project_id": name.upper()[:12],
            "name": name,
            "programme": "fast lane",
            "months_saved": 4.0,
            "cost": 3.0,
            "output": "ox_dy",
            "output_per_month": 10.0,
            "avoided_loss_per_month": saved,
            "chosen_share": share,
            "binding": binding,
        }
        for name, saved, share, binding in values
    ]


def stocks() -> Rows:
    kinds = (
        ("ox_dy", "oxide", 30.0, 41.0),
        ("met_dy", "metal", 5.0, 0.0),
        ("met_tb", "metal", 0, 9),
    )
    return [
        {
            "stock": f"Agency: {region}/{material}",
            "holder": "Agency",
            "region": region,
            "material": material,
            "form": form,
            "year": year,
            "ordered_amount": amount,
            "limit_amount": 40.0,
            "cost": amount / 2,
            "cover": cover,
            "marginal_value": 10.0,
        }
        for region, (material, form, amount, cover), year in product(PARTNERS, kinds, (2027, 2028))
    ]


def cover() -> Rows:
    return [
        {
            "region": region,
            "material": material,
            "form": form,
            "period": period,
            "level_amount": 10.0 + k,
            "worst_level_amount": -1e-12,
        }
        for region, (material, form) in product(PARTNERS, (("ox_dy", "oxide"), ("met_dy", "metal")))
        for k, period in enumerate(QUARTERS)
    ]


VARIANTS = (("with plan", 1.0), ("without plan", 3.0))


def shortage() -> Rows:
    return [
        {
            "variant": variant,
            "region": region,
            "material": material,
            "need_amount": 1000.0,
            "mean_amount": 10.0 * times * size,
            "tail_amount": 60.0 * times * size,
            "worst_amount": 90.0 * times * size,
            "thrift_amount": 5.0,
        }
        for (variant, times), region, (material, size) in product(
            VARIANTS, PARTNERS, (("ox_dy", 1.0), ("ox_y", 0.0))
        )
    ]


def years() -> Rows:
    return [
        {
            "variant": variant,
            "year": year,
            "mean_loss": 100.0 * times,
            "tail_loss": 400.0 * times,
            "worst_loss": 700.0 * times,
            "capital": 200.0 if times == 1 else 0.0,
        }
        for (variant, times), year in product(VARIANTS, (2027, 2028, 2029))
    ]


def front() -> Rows:
    return [
        {
            "risk_weight": weight,
            "mean_cost": 16_500.0 + 40 * weight**2,
            "tail_cost": 20_530.0 - 30 * weight,
            "capital": 500.0,
            "stock_capital": 70.0,
            "gap": 1e-5,
        }
        for weight in (0.0, 0.5, 1.0)
    ]


def sensitivity() -> Rows:
    return [
        {
            "shift": "No embargo begins",
            "plan_cost": 9_000.0,
            "no_plan_cost": 9_100.0,
            "best_cost": 8_950.0,
            "regret": 50.0,
            "changes": "drop GREAT MINE",
        }
    ]


def rounds() -> Rows:
    return [{"round": 1, "scenarios": 16, "lower": None, "upper": 17_000.0}]


def regimes() -> Rows:
    return [
        {
            "regime": "embargo",
            "title": "Any embargo",
            "expected_quarters": 4.5,
            "by_2030_share": 0.6,
            "ever_share": 0.8,
            "mean_spell": 9.8,
        }
    ]


def assumptions() -> Rows:
    row = {"low": 0.2, "high": 0.6, "unit": "1", "why": "Invented.", "quality": "assumed"}
    return [
        {"name": "control.initial.truce", "value": 0.4, **row},
        {"name": "plan.asset_life", "value": 20.0, **row, "low": None, "high": None, "unit": "yr"},
    ]


def prices() -> Rows:
    return [
        {"material_id": name, "price": price, "low": price, "high": price, "year": 2024}
        | {"source_id": "invented", "locator": "row 1", "quality": "observed"}
        for name, price in (("ox_dy", 300_000.0), ("met_dy", 400_000.0))
    ]


PLAN_ROWS: dict[str, Callable[[], Rows]] = {
    "material_prices": prices,
    "plan_assumptions": assumptions,
    "plan_cover": cover,
    "plan_figures": figures,
    "plan_front": front,
    "plan_permits": permits,
    "plan_projects": projects,
    "plan_regimes": regimes,
    "plan_rounds": rounds,
    "plan_schedule": schedule,
    "plan_sensitivity": sensitivity,
    "plan_shortage": shortage,
    "plan_stocks": stocks,
    "plan_years": years,
}


def synthetic_plan(empty: Iterable[str] = (), data: BriefData | None = None) -> BriefData:
    """The invented brief with a response and a plan; tables named in `empty` lose their rows."""
    without = set(empty)
    base = synthetic_response(without) if data is None else data
    added = {
        name: table(name, [] if name in without else make()) for name, make in PLAN_ROWS.items()
    }
    return replace(base, tables={**base.tables, **added})
