"""Which element a price floor should name: what binds, against what support is paid for.

A floor keeps the maker of an element alive; what that is worth is what a tonne more of it saves
those who pay. Two studies say so at the margin: the response to controls in force, and the plan
over all its courses. Beside them stand the price on the market and the floors that are agreed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_plan import FLOOR_ELEMENTS

Row = Mapping[str, Any]
OXIDES: Final[Mapping[str, str]] = {
    "NdPr": "ox_ndpr", "Dy": "ox_dy", "Tb": "ox_tb", "Y": "ox_y", "Sm": "ox_sm", "Gd": "ox_gd",
    "Eu": "ox_eu", "Ho": "ox_ho", "Lu": "ox_lu", "La": "ox_la", "Ce": "ox_ce",
}  # fmt: skip
PRODUCTS: Final[Mapping[str, str]] = {"Y": "Y oxide 99.999%"}
EXPORT: Final = "export from China"
FLOOR: Final = "floor"
THOUSAND: Final = 1e3
MILLION: Final = 1e6
SMALL_COST: Final = 1.0  # million USD a year: scarcity of less is not told


def floor_elements(
    release: Release,
    partners: Sequence[str],
    responded: Iterable[Row],
    planned: Iterable[Row],
    stress: str,
    break_even: Mapping[tuple[str, str], float] | None = None,
) -> pa.Table:
    """Table `floor_elements`: elements by what their scarcity costs the partners.

    Args:
        release: prices, contracts in force and those that a plan may sign.
        partners: region codes.
        responded: rows of table `response_prices`.
        planned: rows of table `plan_values`.
        stress: branch of the response in which nothing is licensed.
        break_even: price of its oxide at which a project pays, by project and material, from a
            valuation [USD/kg]; missing where none is known.
    """
    support = _support(release)
    scarce = _response_values(responded, partners, stress)
    values = _plan_values(planned, partners)
    rows = [
        _row(release, element, support, scarce, values, break_even or {})
        for element, oxide in OXIDES.items()
        if oxide in values
    ]
    ranked = sorted(rows, key=lambda row: (-float(str(row["scarcity_cost"])), str(row["element"])))
    return rows_table(FLOOR_ELEMENTS, [{**row, "rank": rank} for rank, row in enumerate(ranked, 1)])


def _row(
    release: Release,
    element: str,
    support: Mapping[str, int],
    scarce: Mapping[tuple[str, bool], float],
    values: Mapping[str, Row],
    break_even: Mapping[tuple[str, str], float],
) -> dict[str, object]:
    oxide = OXIDES[element]
    market, day = _market_price(release, element)
    found, floors = values[oxide], sum(support.values())
    maker = _largest_maker(release, oxide)
    project = str(maker["project_id"]) if maker else ""
    return {
        "element": element,
        "material": oxide,
        "market_price": market,
        "market_date": day,
        "normal_price": found["price"] / THOUSAND,
        "response_value": _added(scarce, oxide, found, stressed=False),
        "stress_value": _added(scarce, oxide, found, stressed=True),
        "plan_value": found["value"] / THOUSAND,
        "plan_value_without": found["value_without"] / THOUSAND,
        "curbed_value": found["curbed_value"] / THOUSAND,
        "ratio": found["value_without"] / found["price"],
        "use_rate": found["use_rate"],
        "scarcity_cost": _scarcity(found) * found["use_rate"] / MILLION,
        "floor_count": support.get(element, 0),
        "floor_share": support.get(element, 0) / floors if floors else 0.0,
        "project_id": project or None,
        "offered_strike": maker["strike"] if maker else None,
        "needed_price": break_even.get((project, oxide)),
    }


def _scarcity(found: Row) -> float:
    """What scarcity that can be cured adds to a tonne without a plan [USD/t].

    What is left with a plan in place, such as a by-product that contracts of today do not let in,
    is a limit of trade at any time, and no matter for the maker of an element.
    """
    calm = max(float(found["price"]), float(found["value"]))
    return max(float(found["value_without"]) - calm, 0.0)


def _added(
    scarce: Mapping[tuple[str, bool], float], oxide: str, found: Row, *, stressed: bool
) -> float:
    """Normal price and what scarcity adds to it in a response [USD/kg]."""
    return float(found["price"] + scarce.get((oxide, stressed), 0.0)) / THOUSAND


def _support(release: Release) -> dict[str, int]:
    """Floors with a stated price, by the element they name."""
    found: dict[str, int] = {}
    for row in release.rows("instruments"):
        priced = "USD/kg" in (row["price_unit"] or "")
        if FLOOR in row["kind"] and priced:
            named = re.search(
                r"NdPr|\b(?:Dy|Tb|Sm|Y|Gd)\b", f"{row['price_unit']} {row['mineral']}"
            )
            if named:
                found[named[0]] = found.get(named[0], 0) + 1
    return found


def _response_values(
    rows: Iterable[Row], partners: Sequence[str], stress: str
) -> dict[tuple[str, bool], float]:
    """What scarcity adds, by material and whether nothing is licensed [USD/t].

    The mean over periods and courses of the law, at the partner where it is highest.
    """
    sums: dict[tuple[str, bool, str], float] = {}
    seen: dict[bool, set[tuple[str, str]]] = {False: set(), True: set()}
    for row in rows:
        stressed = row["branch"] == stress
        seen[stressed].add((row["branch"], row["period"]))
        if row["place"] in partners:
            key = (row["material"], stressed, row["place"])
            sums[key] = sums.get(key, 0.0) + float(row["price_added"])
    found: dict[tuple[str, bool], float] = {}
    for (material, stressed, _), total in sums.items():
        mean = total / len(seen[stressed])
        found[material, stressed] = max(found.get((material, stressed), 0.0), mean)
    return found


def _plan_values(rows: Iterable[Row], partners: Sequence[str]) -> dict[str, Row]:
    """The row of each material at the partner where it is worth most."""
    found: dict[str, Row] = {}
    for row in rows:
        known = found.get(row["material"])
        worth = row["value_without"]
        if row["place"] in partners and (known is None or worth > known["value_without"]):
            found[row["material"]] = row
    return found


def _market_price(release: Release, element: str) -> tuple[float, object]:
    """Latest benchmark price [USD/kg] and its last day: of a floor, else of exports from China."""
    oxide = OXIDES[element]
    dated = [
        (row["index_date"], row["index"])
        for row in release.rows("contract_floors")
        if row["material_id"] == oxide
    ]
    name = PRODUCTS.get(element, f"{element} oxide")
    dated += [
        (row["last_day"], (row["low_price"] + row["high_price"]) / 2)
        for row in release.rows("oxide_prices")
        if row["product"] == name and row["market_place"] == EXPORT
    ]
    day, price = max(dated, key=lambda pair: pair[0])
    return float(price), day


def _largest_maker(release: Release, oxide: str) -> Row | None:
    """The floor that a plan may sign on most of an oxide; None where none names it."""
    floors = [row for row in release.rows("contract_floors") if row["material_id"] == oxide]
    return max(floors, key=lambda row: row["volume_rate"], default=None)


def floor_lines(rows: Iterable[Row]) -> Iterator[str]:
    """What the table says, in a few lines."""
    ranked = sorted(rows, key=lambda row: int(row["rank"]))
    named = [str(row["element"]) for row in ranked if row["floor_count"]]
    if named:
        yield f"Every floor with a stated price names {', '.join(named)}."
    for row in ranked:
        if row["scarcity_cost"] >= SMALL_COST:
            yield (
                f"{row['element']}: scarcity costs the partners {row['scarcity_cost']:,.0f} million"
                f" USD a year; a kilogram more is worth {row['plan_value_without']:,.3g} USD,"
                f" {row['ratio']:,.1f} times its normal price, and {row['plan_value']:,.3g} USD"
                " with the plan."
            )
    calm = [str(row["element"]) for row in ranked if row["scarcity_cost"] < SMALL_COST]
    if calm:
        yield f"Scarcity of little or no cost: {', '.join(calm)}."
