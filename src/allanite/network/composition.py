"""Elements inside each material, in t of the element per t of material on its own basis.

Mixed materials take their published oxide pattern; oxides and metals of one element their
stoichiometry; alloys, magnets and scrap what the loss table says leaves the processes that
make (or, for collected scrap, take) them. A material that several recipes make holds their
mean, weighted by the capacity available in the base year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from allanite.catalogue.store import Release
from allanite.network.assumptions import Assumptions

Content = dict[str, float]
Row = Mapping[str, Any]


def element_contents(release: Release, assumptions: Assumptions, year: int) -> dict[str, Content]:
    """Content by material id; materials of which nothing is known are left out."""
    metal_share = _stoichiometry(release, assumptions)
    contents = _patterns(release.rows("element_patterns"), metal_share)
    for row in release.rows("materials"):
        if row["stage"] in ("oxide", "metal", "scrap") and row["material_id"] not in contents:
            pure = _pure(row, metal_share, contents, assumptions)
            if pure:
                contents[row["material_id"]] = pure
    _add_from_losses(release, contents, year)
    return contents


def _stoichiometry(release: Release, assumptions: Assumptions) -> dict[str, float]:
    """t of element per t of its oxide, by element."""
    prefix = "STOI_"
    found = {
        row["recipe_id"].removeprefix(prefix): float(row["value"])
        for row in release.rows("recipes")
        if row["recipe_id"].startswith(prefix)
    }
    return {**assumptions.keyed("content.metal_per_oxide"), **found}


def _patterns(rows: Iterable[Row], metal_share: Mapping[str, float]) -> dict[str, Content]:
    contents: dict[str, Content] = defaultdict(dict)
    for row in rows:
        if row["oxide_share"] > 0:
            element = row["element"]
            contents[row["material_id"]][element] = row["oxide_share"] * metal_share[element]
    return dict(contents)


def _pure(
    row: Row, metal_share: Mapping[str, float], known: Mapping[str, Content], read: Assumptions
) -> Content:
    """Content of an oxide, metal or scrap counted on oxide or metal of the elements it names."""
    elements = [e for e in row["elements"].split() if e in metal_share]
    if not elements or not row["basis"].startswith(("oxide", "metal")):
        return {}
    if len(elements) > 1 and row["stage"] == "metal" and "La" in elements:
        return {}
    oxide = _oxide_split(elements, known, read)
    if row["basis"].startswith("oxide"):
        return {e: oxide[e] * metal_share[e] for e in elements}
    total = sum(oxide[e] * metal_share[e] for e in elements)
    return {e: oxide[e] * metal_share[e] / total for e in elements}


def _oxide_split(
    elements: list[str], known: Mapping[str, Content], read: Assumptions
) -> dict[str, float]:
    """Oxide shares of elements sold as one product: assumed, or as the mixed materials hold them."""
    assumed = read.keyed("content.oxide_share:" + "+".join(elements))
    if assumed:
        return assumed
    mean = {e: sum(content.get(e, 0.0) for content in known.values()) for e in elements}
    total = sum(mean.values())
    return {e: mean[e] / total for e in elements}


def _add_from_losses(release: Release, contents: dict[str, Content], year: int) -> None:
    """Fill in materials from what leaves the processes that make them."""
    recipes: dict[str, Content] = defaultdict(dict)
    for row in release.rows("process_coefficients"):
        recipes[row["process_id"]][row["material_id"]] = row["coefficient"]
    losses: dict[str, list[Row]] = defaultdict(list)
    for row in release.rows("process_losses"):
        losses[row["process_id"]].append(row)
    reference = {r["process_id"]: r["reference_material"] for r in release.rows("processes")}
    weight = _capacity(release, year)
    found: dict[str, list[tuple[float, Content]]] = defaultdict(list)
    for process, rows in losses.items():
        made = reference.get(process)
        if made and made not in contents:
            one = _left_in(made, recipes[process], rows, contents)
            found[made].append((weight.get(process, 0.0), one))
    contents.update({material: _mean(parts) for material, parts in found.items()})
    for process, rows in losses.items():
        taken = [m for m, c in recipes[process].items() if c < 0]
        if len(taken) == 1 and taken[0] not in contents:
            scale = -recipes[process][taken[0]]
            contents[taken[0]] = _split_pairs(rows, "input_amount", scale, contents)


def _left_in(made: str, recipe: Content, rows: list[Row], known: Mapping[str, Content]) -> Content:
    content = _split_pairs(rows, "output_amount", 1.0, known)
    for material, coefficient in recipe.items():
        if coefficient > 0 and material != made:
            for element, share in known.get(material, {}).items():
                content[element] = content.get(element, 0.0) - coefficient * share
    return {e: share / recipe[made] for e, share in content.items() if share > 1e-9}


def _split_pairs(
    rows: list[Row], column: str, scale: float, known: Mapping[str, Content]
) -> Content:
    """Amounts by element; `NdPr` is split as in NdPr metal."""
    content: Content = {}
    pair = known.get("met_ndpr", {})
    for row in rows:
        parts = pair if row["element"] == "NdPr" else {row["element"]: 1.0}
        for element, share in parts.items():
            content[element] = row[column] * share / scale
    return content


def _capacity(release: Release, year: int) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for row in release.rows("site_processes"):
        if row["process_id"] and row["use"] == "network" and (row["available_from"] or 0) <= year:
            total[row["process_id"]] += row["capacity_rate"] or 0.0
    return dict(total)


def _mean(parts: list[tuple[float, Content]]) -> Content:
    total = sum(weight for weight, _ in parts)
    shares = [w / total if total > 0 else 1 / len(parts) for w, _ in parts]
    elements = dict.fromkeys(e for _, content in parts for e in content)
    return {
        e: sum(s * content.get(e, 0.0) for s, (_, content) in zip(shares, parts, strict=True))
        for e in elements
    }
