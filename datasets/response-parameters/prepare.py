"""Input tables of the response.

Most files stand in the columns of their tables. Three are worked out here: prices, by the rules
of `price_rules.csv` from quoted prices, ore patterns and recipes of the sibling sources; the
same rules as linear maps of twelve oxide prices; and the shares of demand steps, each of which
applies to what the cheaper ones leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from allanite.catalogue.convert import in_unit
from allanite.catalogue.files import TextTable, fault
from allanite.catalogue.read import type_table
from allanite.catalogue.schema import TableSchema
from allanite.catalogue.snapshot import LINE, read_snapshot
from allanite.catalogue.tables.response import (
    CONTROL_PARAMETERS,
    DEMAND_STEPS,
    END_USE_SECTORS,
    FREIGHT_COSTS,
    GOVERNMENT_STOCKS,
    MATERIAL_PRICE_TERMS,
    MATERIAL_PRICES,
    RAMP_TIMES,
    STAGE_COSTS,
    STEP_KINDS,
)
from allanite.errors import DataError, Finding

SOURCE_ID = "response-parameters"
PLAIN = {
    "stage_costs.csv": STAGE_COSTS,
    "freight_costs.csv": FREIGHT_COSTS,
    "ramp_times.csv": RAMP_TIMES,
    "government_stocks.csv": GOVERNMENT_STOCKS,
    "control_parameters.csv": CONTROL_PARAMETERS,
}
PRICE_RULES, STEPS, SECTORS = "price_rules.csv", "demand_steps.csv", "end_use_sectors.csv"
QUOTED_MARKET = "USGS (Argus), FOB China, annual average"
# Columns of the pattern file by the oxide whose quoted price values them; thulium has none.
PATTERN_OXIDES = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Yb", "Lu")
YTTRIUM = "Y oxide 99.999%"
PRICED_OXIDES = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Y")
CONSTANT = "constant"
NDPR = "NdPr oxide"
NDPR_SHARE = {"Nd": 0.75, "Pr": 0.25}  # as table `materials` sells it

Row = dict[str, Any]
Range = tuple[float, float, float]
Terms = dict[str, float]  # weight by quote or oxide; under CONSTANT what no quote moves [USD/t]
Sides = tuple[Terms, Terms, Terms]  # low, central, high


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables; raises `DataError` with every cell that is not of its type."""
    rows: dict[str, tuple[TableSchema, list[Row]]] = {
        name: (schema, _rows(folder, name)) for name, schema in PLAIN.items()
    }
    sectors = _rows(folder, SECTORS)
    materials = {row["end_use"]: row.pop("materials").split() for row in sectors}
    rows[SECTORS] = (END_USE_SECTORS, sectors)
    rows[STEPS] = (DEMAND_STEPS, list(deployed_steps(_rows(folder, STEPS), materials)))
    rows[PRICE_RULES] = (MATERIAL_PRICES, prices(folder))
    rows[f"{PRICE_RULES} as terms"] = (MATERIAL_PRICE_TERMS, price_terms(folder))
    tables: dict[str, pa.Table] = {}
    findings: list[Finding] = []
    for name, (schema, of_table) in rows.items():
        tables[schema.name], faults = type_table(TextTable(_text(of_table), name), schema)
        findings += faults
    if findings:
        raise DataError(findings)
    return tables


def _rows(folder: Path, name: str) -> list[Row]:
    """Rows of a snapshot as text, with their source and place."""
    return [
        {
            **{column: cell for column, cell in row.items() if column != LINE},
            "source_id": SOURCE_ID,
            "locator": f"{name}, line {row[LINE]}",
        }
        for row in read_snapshot(folder, name).to_pylist()
    ]


def _text(rows: list[Row]) -> pa.Table:
    names = list(rows[0])
    return pa.table(
        {name: pa.array([_cell(row[name]) for row in rows], pa.string()) for name in names}
    )


def _cell(value: object) -> str | None:
    return f"{value:.6g}" if isinstance(value, float) else None if value is None else str(value)


# Demand steps


def deployed_steps(rows: list[Row], materials: Mapping[str, list[str]]) -> Iterator[Row]:
    """Steps with the share of demand that each can take at full deployment.

    A printed share is feasible by itself. For each material, in the order of cost,
    share_k = feasible_k x product over cheaper steps j of (1 - feasible_j);
    later delivery, which is there at once, takes its printed share, or what is left if less.
    A step whose materials come to different shares becomes one row for each.
    """
    left: dict[tuple[str, str], float] = {}
    for row in sorted(rows, key=_step_order):
        feasible = float(row.pop("feasible_share"))
        group = row["material_group"]
        members: dict[float, list[str]] = {}
        for material in materials[row["end_use"]] if group == "all" else group.split():
            key = row["end_use"], material
            share = _share(row["kind"], feasible, left.get(key, 1.0))
            members.setdefault(round(share, 6), []).append(material)
            left[key] = left.get(key, 1.0) - share
        yield from _split(row, members)


def _share(kind: str, feasible: float, rest: float) -> float:
    if kind == "idle":
        return 1.0
    return min(feasible, rest) if kind == "delay" else feasible * rest


def _step_order(row: Row) -> tuple[str, int, float]:
    return row["end_use"], STEP_KINDS.index(row["kind"]), float(row["cost"])


def _split(row: Row, members: Mapping[float, list[str]]) -> Iterator[Row]:
    if len(members) == 1:
        yield {**row, "share": next(iter(members))}
        return
    for letter, (share, group) in zip("abcdefghi", members.items(), strict=False):
        name = f"{row['step_id']}{letter}"
        yield {**row, "step_id": name, "material_group": " ".join(group), "share": share}


# Prices


@dataclass(frozen=True, slots=True)
class Quotes:
    """What prices are worked out from, in USD/t, shares and t per t."""

    oxides: Mapping[str, float]
    minerals: Mapping[str, float]
    patterns: Mapping[str, Row]
    recipes: Mapping[str, list[Row]]


def read_quotes(datasets: Path) -> Quotes:
    """Quoted prices of 2024, ore patterns and recipes of the sibling sources."""
    recipes: dict[str, list[Row]] = {}
    for row in read_snapshot(datasets / "rare-earth-network", "processes.csv").to_pylist():
        recipes.setdefault(row["process_id"], []).append(row)
    patterns = read_snapshot(datasets / "rare-earth-network", "patterns_used.csv").to_pylist()
    oxides = read_snapshot(datasets / "oxide-prices", "reported_ree_prices_2007_2025.csv")
    minerals = read_snapshot(datasets / "usgs-mcs-2026", "prices.csv.gz")
    return Quotes(
        oxides={
            row["product"]: float(row["low"]) * 1e3
            for row in oxides.to_pylist()
            if (row["market"], row["period"]) == (QUOTED_MARKET, "2024")
        },
        minerals={
            f"{row['commodity']}|{row['detail']}": in_unit(
                float(row["value"]), row["unit"], "USD/t"
            )
            or 0.0
            for row in minerals.to_pylist()
            if row["year"] == "2024" and row["value"]
        },
        patterns={row["material_id"]: row for row in patterns},
        recipes=recipes,
    )


def prices(folder: Path) -> list[Row]:
    """One row a material: price, low and high by its rule at the quotes of the year.

    Raises:
        DataError: a rule names a quote, pattern, process or material that is not there.
    """
    quotes, rules = read_quotes(folder.parent), _rules(folder)
    maps = price_maps(rules, quotes)
    return [
        _price_row(row, tuple(_at(side, quotes.oxides) for side in maps[material]))
        for material, row in rules.items()
    ]


def price_terms(folder: Path) -> list[Row]:
    """The same rules as a linear map of the prices of twelve oxides: one row a term.

    price of a tonne [USD/t] = sum over oxides of t of oxide per t x USD/t, plus a constant.
    NdPr oxide is its share of either; a quote beyond the twelve stands in the constant at
    the value of the year.

    Raises:
        DataError: a rule names a quote, pattern, process or material that is not there.
    """
    quotes, rules = read_quotes(folder.parent), _rules(folder)
    found: list[Row] = []
    for material, sides in price_maps(rules, quotes).items():
        low, central, high = (_in_oxides(side, quotes.oxides) for side in sides)
        kept = {k: v for k, v in rules[material].items() if k not in ("rule", "of", "central")}
        for term in (*PRICED_OXIDES, CONSTANT):
            ends = low.get(term, 0.0), central.get(term, 0.0), high.get(term, 0.0)
            if any(ends):
                row = {"term": term, "low": ends[0], "coefficient": ends[1], "high": ends[2]}
                found.append({**kept, **row})
    return found


def _rules(folder: Path) -> dict[str, Row]:
    return {row["material_id"]: row for row in _rows(folder, PRICE_RULES)}


def price_maps(rules: Mapping[str, Row], quotes: Quotes) -> dict[str, Sides]:
    """Low, central and high map of each material's price, as weights of quotes by name."""
    known: dict[str, Sides] = {}

    def price(material: str) -> Sides:
        if material not in known:
            if material not in rules:
                raise fault(PRICE_RULES, material, "a material with a rule", "Add its rule.")
            known[material] = _priced(rules[material], quotes, price)
        return known[material]

    return {material: price(material) for material in rules}


def _at(weights: Terms, quotes: Mapping[str, float]) -> float:
    return sum(w * (1.0 if name == CONSTANT else quotes[name]) for name, w in weights.items())


def _in_oxides(weights: Terms, quotes: Mapping[str, float]) -> Terms:
    """Weights of the twelve oxides by element, and what is left as a constant [USD/t]."""
    found: Terms = {}
    for name, weight in weights.items():
        parts = {NDPR: NDPR_SHARE}.get(name) or {name.removesuffix(" oxide"): 1.0}
        parts = {"Y": 1.0} if name == YTTRIUM else parts
        if not set(parts) <= set(PRICED_OXIDES):
            parts = {CONSTANT: quotes.get(name, 1.0)}
        for part, share in parts.items():
            found[part] = found.get(part, 0.0) + weight * share
    return found


def _price_row(rule: Row, price: tuple[float, ...]) -> Row:
    low, central, high = price
    kept = {k: v for k, v in rule.items() if k not in ("rule", "of", "central")}
    return {**kept, "price": central, "low": low, "high": high}


def _priced(rule: Row, quotes: Quotes, price: Callable[[str], Sides]) -> Sides:
    factors = (float(rule["low"]), float(rule["central"]), float(rule["high"]))
    try:
        match rule["rule"]:
            case "given":
                base = {CONSTANT: 1.0}
            case "quote":
                base = {name.strip(): weight for name, weight in _terms(rule["of"])}
                base = {name: weight for name, weight in base.items() if quotes.oxides[name]}
            case "mineral":
                base = {CONSTANT: quotes.minerals[rule["of"]]}
            case "content":
                base = _content_weights(quotes, rule["material_id"])
            case _:
                return _recipe_price(quotes.recipes[rule["of"]], factors, price)
    except KeyError as error:
        raise fault(rule["locator"], str(error), "a known name", "Correct the rule.") from error
    low, central, high = ({name: w * factor for name, w in base.items()} for factor in factors)
    return low, central, high


def _terms(text: str) -> Iterator[tuple[str, float]]:
    """Names and weights of `Er oxide:0.52 Yb oxide:0.40`."""
    words = text.split(" ")
    name: list[str] = []
    for word in words:
        before, colon, weight = word.partition(":")
        name.append(before)
        if colon:
            yield " ".join(name), float(weight)
            name = []


def _content_weights(quotes: Quotes, material: str) -> Terms:
    """Oxides in a tonne of rare-earth oxide of a mixed material, by the quote that values them."""
    pattern = quotes.patterns[material]
    weights = {f"{e} oxide": float(pattern[f"{e}_oxide_share"]) for e in PATTERN_OXIDES}
    return {**weights, YTTRIUM: float(pattern["Y_oxide_share"])}


def _recipe_price(recipe: list[Row], other: Range, price: Callable[[str], Sides]) -> Sides:
    """Inputs at their prices, less scrap at its price, plus other cost [USD/t]."""
    inputs = [
        (-float(row["coefficient"]), price(row["material_id"]))
        for row in recipe
        if row["role"] != "reference_output"
    ]
    low, central, high = (_summed(inputs, side, other[side]) for side in range(3))
    return low, central, high


def _summed(inputs: list[tuple[float, Sides]], side: int, constant: float) -> Terms:
    total: Terms = {CONSTANT: constant}
    for amount, maps in inputs:
        for name, weight in maps[side].items():
            total[name] = total.get(name, 0.0) + amount * weight
    return total
