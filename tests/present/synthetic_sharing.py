"""Invented rows of every table of cooperation: two partners who save together, one hostile name.

Nothing here is a fact. Alone the partners bear 9,000 and 7,400, together 16,000: they save 400,
known to within 100 on either side. Equal parts hand each 200.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product
from typing import Any

from synthetic import HOSTILE, table
from synthetic_plan import MONEY, PARTNERS, synthetic_plan

from allanite.present.data import BriefData

Rows = list[dict[str, Any]]
ALONE = {"USA": 9_000.0, "JPN": 7_400.0}
PAID = {"USA": 8_900.0, "JPN": 7_100.0}


def coalition(name: str, cost: float, saving: float, width: float) -> dict[str, Any]:
    return {
        "coalition": name,
        "members": name.count("+") + 1,
        "cost": cost,
        "cost_low": cost - 50.0,
        "cost_high": cost,
        "saving": saving,
        "saving_low": saving - width,
        "saving_high": saving + width,
        "capital": 300.0 if "+" in name else 250.0,
        "stock_capital": 70.0 if "+" in name else 50.0,
        "rounds": 12,
    }


def coalitions() -> Rows:
    return [
        coalition("USA", 9_000.0, 0.0, 0.0),
        coalition("JPN", 7_400.0, 0.0, 0.0),
        coalition("USA + JPN", 16_000.0, 400.0, 100.0),
    ]


def figures() -> Rows:
    row = {"low": None, "high": None, "note": "Invented."}
    return [
        {**row, "figure": "courses", "value": 16.0, "unit": "1"},
        {**row, "figure": "saving", "value": 400.0, "low": 300.0, "high": 500.0, "unit": MONEY},
        {**row, "figure": "saved_shortage", "value": 450.0, "unit": MONEY},
        {**row, "figure": "saved_stocks", "value": 20.0, "unit": MONEY},
        {**row, "figure": "saved_freight", "value": 0.0, "unit": MONEY},
        {**row, "figure": "saved_running", "value": -70.0, "unit": MONEY},
        {**row, "figure": "not proven", "value": None, "unit": "1"},
    ]


def players() -> Rows:
    return [
        {
            "player": player,
            "demand_share": share,
            "budget": 2_000.0,
            "cost_alone": ALONE[player],
            "cost_alone_low": ALONE[player] - 50.0,
            "cost_alone_high": ALONE[player],
            "capital": 150.0,
            "stock_capital": 35.0,
            "cost_paid": PAID[player],
            "loss_alone": 1_000.0,
            "loss_joint": 800.0,
        }
        for player, share in zip(PARTNERS, (0.6, 0.4), strict=True)
    ]


SHARES = {
    "shapley": (200.0, 200.0, True),
    "nucleolus": (200.0, 200.0, True),
    "equal": (200.0, 200.0, True),
    "by demand": (430.0, -30.0, False),
    "by cost alone": (220.0, 180.0, True),
}


def rules() -> Rows:
    rows = []
    for rule, (first, second, holds) in SHARES.items():
        for player, saving in zip(PARTNERS, (first, second), strict=True):
            bounds = (saving - 50.0, saving + 50.0) if rule == "shapley" else (None, None)
            rows.append(
                {
                    "rule": rule,
                    "player": player,
                    "saving": saving,
                    "saving_low": bounds[0],
                    "saving_high": bounds[1],
                    "standard_error": None,
                    "cost": ALONE[player] - saving,
                    "is_in_core": holds,
                    "leaves": None if holds else "JPN",
                }
            )
    return rows


def payments() -> Rows:
    # Japan paid 7,100 and should bear 7,400 - 200; the United States 8,900 and 9,000 - 200.
    return [
        {"rule": rule, "payer": "JPN", "receiver": "USA", "payment": payment}
        for rule, payment in (("nucleolus", 100.0), ("by cost alone", 120.0))
    ]


def stability() -> Rows:
    values = (
        ("outside", "USA", "USA", -200.0, -250.0, -150.0, "loses"),
        ("outside", "USA", "the others", -200.0, -250.0, -150.0, "loses"),
        ("leaving", "JPN", "JPN", 30.0, 20.0, 40.0, "gains"),
        ("leaving", "USA", "USA", -5.0, -20.0, 10.0, "cannot be told"),
        ("hoarding", "USA", "JPN", -12.0, -12.0, -12.0, "loses"),
    )
    names = ("test", "player", "affected", "gain", "gain_low", "gain_high", "verdict")
    return [
        {
            **dict(zip(names, row, strict=True)),
            "cost_with": 8_800.0,
            "cost_without": 8_800.0 - row[3],
            "note": HOSTILE,
        }
        for row in values
    ]


KINDS = (("ox_dy", "oxide"), ("met_dy", "metal"))


def rights() -> Rows:
    return [
        {
            "player": player,
            "material": material,
            "form": form,
            "quarter": quarter,
            "joint_amount": 8.0 / quarter,
            "alone_amount": 10.0 / quarter,
            "entitled_amount": 10.0 / quarter,
            "missing_amount": 2.0 / quarter,
        }
        for player, (material, form), quarter in product(PARTNERS, KINDS, range(1, 7))
    ]


def stock_figures() -> Rows:
    return [{"figure": "overlap", "value": 3.0, "unit": MONEY, "note": "Invented."}]


def holdings() -> Rows:
    rows = []
    for plan, region, (material, form) in product(("joint", "separate"), PARTNERS, KINDS):
        amount = 30.0 if plan == "joint" else 40.0
        amount = 0.0 if (plan, region, form) == ("joint", "JPN", "oxide") else amount
        rows.append(
            {
                "plan": plan,
                "stock": f"Agency: {region}/{material}",
                "holder": HOSTILE if form == "metal" else "Agency",
                "region": region,
                "material": material,
                "form": form,
                "shelf_amount": 5.0,
                "ordered_amount": amount,
                "cost": amount / 2,
                "drawn_amount": amount,
                "marginal_value": 40.0,
                "next_process": "Invented magnets",
                "next_place": "JPN",
                "next_share": 0.7,
                "serves": "JPN",
                "serves_share": 0.6,
                "why": "Invented magnets in Japan take most of it.",
            }
        )
    return rows


def cover() -> Rows:
    return [
        {
            "region": region,
            "material": material,
            "month": month,
            "need_amount": 100.0,
            "joint_share": 1.0 - 0.01 * size * month,
            "separate_share": 1.0 - 0.02 * size * month,
            "joint_short_amount": size * month,
            "separate_short_amount": 2.0 * size * month,
        }
        for region, (material, size), month in product(
            PARTNERS, (("ox_dy", 1.0), ("met_dy", 0.0)), (1, 4, 7, 10)
        )
    ]


def overlap() -> Rows:
    return [
        {
            "kind": kind,
            "material": "ox_dy",
            "form": "oxide",
            "separate_amount": 80.0,
            "joint_amount": 30.0,
            "overlap_amount": 50.0,
            "overlap_value": value,
        }
        for kind, value in (("orders", 15.0), ("stocks of today", 0.01))
    ]


SHARING_ROWS: dict[str, Callable[[], Rows]] = {
    "share_coalitions": coalitions,
    "share_figures": figures,
    "share_payments": payments,
    "share_players": players,
    "share_rights": rights,
    "share_rules": rules,
    "share_stability": stability,
    "stock_cover": cover,
    "stock_figures": stock_figures,
    "stock_holdings": holdings,
    "stock_overlap": overlap,
}


def synthetic_sharing(
    empty: Iterable[str] = (), data: BriefData | None = None, **instead: Rows
) -> BriefData:
    """The invented brief with plan and sharing; tables in `empty` lose their rows.

    A table named in `instead` has those rows in the place of its own.
    """
    without = set(empty)
    base = synthetic_plan() if data is None else data
    made = {name: instead.get(name, rows()) for name, rows in SHARING_ROWS.items()}
    added = {name: table(name, [] if name in without else rows) for name, rows in made.items()}
    return replace(base, tables={**base.tables, **added})
