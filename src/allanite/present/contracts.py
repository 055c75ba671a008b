"""Result tables of contracts in the order and the words of a reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from allanite.present.curves import Level
from allanite.present.data import BriefData
from allanite.present.page import Row
from allanite.present.plan import money_range
from allanite.present.words import money, percent, significant

WITHOUT: Final = "without"
WITH: Final = "with"
NOT_SUMMED: Final = ("superseded", "proposed")
ALL_PAYERS: Final = "all"
ALL_CONTRACTS: Final = "all"
FLOOR_TERMS: Final = ("strike", "floor")
_SHORT: Final = {
    "floor on ": "floor",
    "contract for difference": "difference",
    "fixed price": "fixed price",
    "guarantee of earnings": "earnings",
    "guarantee of market debt": "guarantee",
    "concessional loan": "loan",
    "tax credit": "tax credit",
    "public equity": "equity",
}
NOTHING: Final = 0.05  # million USD: what is less counts as nothing


def is_valued(data: BriefData) -> bool:
    """Whether contracts were valued for the brief."""
    return bool(data.rows("contract_values"))


def values(data: BriefData) -> list[dict[str, Any]]:
    """Rows of `contract_values` with a value: the dearest contract first, its payers together."""
    rows = [row for row in data.rows("contract_values") if row["cost_mean"] is not None]
    total: dict[str, float] = {}
    for row in rows:
        total[row["contract_id"]] = total.get(row["contract_id"], 0.0) + row["cost_mean"]
    return sorted(rows, key=lambda r: (-total[r["contract_id"]], r["contract_id"], -r["cost_mean"]))


def costly(data: BriefData) -> list[dict[str, Any]]:
    """Those that cost their payer or pay it something worth telling, and still stand."""
    return [
        row
        for row in values(data)
        if max(abs(row["cost_mean"]), abs(row["cost_tail"])) > NOTHING
        and row["status"] not in NOT_SUMMED
    ]


def contract_names(data: BriefData) -> dict[str, str]:
    """Names of contracts by id, and of all contracts of a project together."""
    names = {row["contract_id"]: row["name"] for row in data.rows("contract_values")}
    return {**names, ALL_CONTRACTS: "all its contracts"}


def venture_names(data: BriefData) -> dict[str, str]:
    """Names of projects and sites, and the owner of each group of sites, by id."""
    sites = data.rows("sites")
    groups = {
        row["site_group"]: str(row["owner"]).partition(" (")[0]
        for row in reversed(sites)
        if row["site_group"] and row["owner"]
    }
    return {
        **groups,
        **{row["site_id"]: str(row["name"]) for row in sites},
        **{row["project_id"]: str(row["name"]) for row in data.rows("projects")},
    }


def venture_name(data: BriefData, venture: str) -> str:
    """Name of one project or group of sites; its id where none is known."""
    return named(venture_names(data), venture)


def named(names: Mapping[str, str], key: str) -> str:
    """The name of an id; the id itself where it has none."""
    return names.get(key, key)


def short_kind(instrument: str) -> str:
    """A kind of support in one or two words, for the end of a line."""
    return next(
        (short for start, short in _SHORT.items() if instrument.startswith(start)), instrument
    )


def effects(data: BriefData) -> list[tuple[Row, Row]]:
    """(without, with) for each contract and project, the largest gain in odds first."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in data.rows("contract_effects"):
        found.setdefault((row["contract_id"], row["venture_id"]), {})[row["state"]] = row
    pairs = [(p[WITHOUT], p[WITH]) for p in found.values() if WITHOUT in p and WITH in p]
    return sorted(pairs, key=lambda pair: (-gain(pair), pair[1]["contract_id"]))


def gain(pair: tuple[Row, Row]) -> float:
    """What a contract adds to the odds of survival."""
    return float(pair[1]["survival_share"] - pair[0]["survival_share"])


def payoffs(data: BriefData) -> dict[str, list[dict[str, Any]]]:
    """Rows of `contract_payoffs` by contract, in order of the price."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(data.rows("contract_payoffs"), key=lambda r: r["index_price"]):
        found.setdefault(row["contract_id"], []).append(row)
    return found


def budget(data: BriefData, contract_id: str, payer: str) -> list[dict[str, Any]]:
    """Rows of `contract_budget` of one contract and payer, in order of the year."""
    rows = data.rows("contract_budget")
    mine = [r for r in rows if r["contract_id"] == contract_id and r["payer"] == payer]
    return sorted(mine, key=lambda r: r["year"])


def fan(data: BriefData, product: str, tier: str) -> list[dict[str, Any]]:
    """Rows of `price_fan` of one product and tier, in order of the year."""
    rows = data.rows("price_fan")
    mine = [r for r in rows if r["product"] == product and r["tier"] == tier]
    return sorted(mine, key=lambda r: r["year"])


def price_floors(data: BriefData) -> dict[str, tuple[Level, ...]]:
    """Floors of contracts in force by product of `price_fan`, each price once."""
    products = {r["contract_id"]: r["product"] for r in data.rows("contracts") if _in_force(r)}
    found: dict[str, dict[float, Level]] = {}
    for row in data.rows("contract_terms"):
        product, value = products.get(row["contract_id"]), row["value"]
        if product and value is not None and row["term"] in FLOOR_TERMS:
            found.setdefault(product, {})[value] = Level(value, f"floor {significant(value)}")
    return {name: tuple(levels.values()) for name, levels in found.items()}


def _in_force(row: Row) -> bool:
    return bool(row["status"] == "in_force")


def designs(data: BriefData) -> dict[str, list[dict[str, Any]]]:
    """Rows of `design_options` by project, the cheapest first, those that do not suffice last.

    Of a project that was looked at twice, those without the contracts it holds.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in data.rows("design_options"):
        rows = found.setdefault(row["venture_id"], [])
        if not rows or rows[0]["beside"] == row["beside"]:
            rows.append(row)
    return {name: sorted(rows, key=_order) for name, rows in sorted(found.items())}


def _order(row: Row) -> tuple[bool, float, str]:
    return not row["is_enough"], row["cost_mean"], row["instrument"]


def packages(data: BriefData, venture: str) -> list[dict[str, Any]]:
    """Rows of `design_packages` of one project for all payers together, the cheapest first."""
    rows = data.rows("design_packages")
    mine = [r for r in rows if r["venture_id"] == venture and r["payer"] == ALL_PAYERS]
    return sorted(mine, key=lambda r: (r["cost_mean"], r["package"]))


def crossover(data: BriefData, venture: str) -> Mapping[str, Sequence[Row]]:
    """Rows of `design_crossover` of one project by instrument, in order of the price."""
    found: dict[str, list[Row]] = {}
    rows = [r for r in data.rows("design_crossover") if r["venture_id"] == venture]
    for row in sorted(rows, key=lambda r: r["price_factor"]):
        found.setdefault(row["instrument"], []).append(row)
    return found


def size_words(row: Row) -> str:
    """The size of a support with its unit; that none is enough where it has none."""
    if row["size"] is None or not row["is_enough"]:
        return "no size is enough"
    if row["unit"] == "1":
        return percent(row["size"])
    if row["unit"] == "million USD":
        return money(row["size"])
    return f"{significant(row['size'])} {row['unit']}"


def cost_range(row: Row) -> str:
    """Mean cost with its 5th and 95th percentile; nothing where there is none."""
    ends = money_range(row["cost_low"], row["cost_high"])
    return (
        money(row["cost_mean"])
        if ends == money(row["cost_mean"])
        else (f"{money(row['cost_mean'])} ({ends})")
    )


def odds_words(pair: tuple[Row, Row]) -> str:
    """Odds of survival without and with: `41 % → 93 %`."""
    return f"{percent(pair[0]['survival_share'])} → {percent(pair[1]['survival_share'])}"
