"""What to ask which supplier: the facts that rules miss, one row a part and fact.

A fact is a name of the rules' vocabulary, such as `country_separated`, or that of a column of
the bill of materials. The supplier is asked where one stands; else the maker; else the
supplier of the nearest assembly above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_screening import OPEN_QUESTIONS
from allanite.errors import UsageError
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.tree import TOP

NOBODY: Final = "(no supplier stated)"

# Fact -> the question, and what would settle it.
_ASKED: Final[Mapping[str, tuple[str, str]]] = {
    "country_mined": (
        "In which country was the ore of {what} mined?",
        "Statement of origin by mine and lot; certificate of analysis of the concentrate",
    ),
    "country_separated": (
        "In which country was {what} separated and refined to oxide?",
        "Refiner's name and site with lot numbers; invoice or customs entry of the oxide",
    ),
    "country_metal": (
        "In which country was the metal and alloy of {what} made and melted?",
        "Mill certificate of the melt; alloy maker's name and site",
    ),
    "country_made": (
        "In which country was {what} made (for magnets: sintered or bonded, and magnetised)?",
        "Certificate of origin; maker's declaration with site and lot",
    ),
    "country_assembled": (
        "In which country was {what} finally assembled?",
        "Certificate of origin",
    ),
    "technology_mining": (
        "From which country came the mining technology behind {what}?",
        "Licensor's name; maker's statement on equipment and know-how",
    ),
    "technology_separation": (
        "From which country came the technology of separation behind {what}?",
        "Licensor's name; refiner's statement on equipment and know-how",
    ),
    "technology_metal": (
        "From which country came the technology of metal making behind {what}?",
        "Licensor's name; statement on furnaces and cells",
    ),
    "technology_magnet": (
        "From which country came the technology the magnets of {what} are made with?",
        "Licence agreement or patent list; statement on equipment",
    ),
    "technology_recycling": (
        "If {what} holds recycled material, from which country came the technology?",
        "Recycler's name and statement on equipment",
    ),
    "elements": (
        "Which of the listed elements does {what} hold, by mass, with least and greatest share?",
        "Full material declaration (IMDS or IEC 62474); certificate of analysis",
    ),
    "material": (
        "Of which material is {what}; for a magnet, which grade?",
        "Data sheet with grade; full material declaration",
    ),
    "mass": ("What is the mass of one piece of {what}?", "Drawing or data sheet"),
    "value": (
        "What is the price of one piece of {what}, and of the listed materials in it?",
        "Price breakdown with date and currency",
    ),
    "hts_code": ("Under which customs code is {what} shipped?", "Customs ruling or broker's entry"),
    "xinjiang_input": (
        "Was any input of {what} mined, produced or made in Xinjiang, in whole or in part?",
        "Map of the supply chain to the mine with documents for each step",
    ),
    "recycled_magnet": (
        "Is {what} made from recycled material; where was it milled and sintered?",
        "Certificate of recycled content (ISO 14021); chain of custody",
    ),
    "chinese_item_text_met": (
        "Do the properties of {what} meet the text of a control item?",
        "Data sheet with the properties the item names",
    ),
}
_ALSO: Final[Mapping[str, str]] = {
    "minerals": "elements",
    "element_shares": "elements",
    "material_classes": "material",
    "form": "material",
    "listed_share_of_magnet": "value",
    "listed_share_of_assembly": "value",
    "covered_mass_share": "elements",
    "tungsten_mass_share": "elements",
    "recycled_share": "recycled_magnet",
    "country_recycling": "recycled_magnet",
    "country_origin": "country_made",
}


def open_questions(bom: Bom, needed: Iterable[tuple[str, str]]) -> pa.Table:
    """Table `open_questions`, by supplier, then in the order of the list.

    Args:
        bom: the bill of materials.
        needed: pairs of part_id and the name of a missing fact; a pair may come twice.

    Raises:
        UsageError: a part the list does not have.
    """
    position = {part_id: part for part, part_id in enumerate(bom.part_id)}
    pairs = dict.fromkeys(needed)
    unknown = sorted({part_id for part_id, _ in pairs if part_id not in position})
    if unknown:
        raise UsageError(f"no part {', '.join(map(repr, unknown[:5]))} in {bom.origin}")
    products = bom.tree.products()
    suppliers = _suppliers(bom)
    rows: list[dict[str, object]] = []
    for part_id, fact in pairs:
        part = position[part_id]
        question, proof = _words(fact)
        rows.append(
            {
                "supplier": suppliers[part],
                "part_id": part_id,
                "part_number": bom.part_number[part] or None,
                "name": bom.name[part] or None,
                "product": bom.label(int(products[part])),
                "fact": fact,
                "question": question.format(what=_what(bom, part)),
                "proof": proof,
            }
        )
    rows.sort(key=lambda row: (str(row["supplier"]), position[str(row["part_id"])]))
    return rows_table(OPEN_QUESTIONS, rows)


def _what(bom: Bom, part: int) -> str:
    name = bom.name[part] or bom.part_number[part] or bom.part_id[part]
    return f"{name} (part {bom.part_number[part] or bom.part_id[part]})"


def _words(fact: str) -> tuple[str, str]:
    known = _ASKED.get(_ALSO.get(fact, fact))
    if known is not None:
        return known
    plain = fact.replace("_", " ")
    return f"Please state for {{what}}: {plain}.", "A signed statement with its date and basis"


def _suppliers(bom: Bom) -> list[str]:
    """Who answers for each part: its supplier or maker, or those of the assembly above."""
    found = [""] * len(bom)
    parents = bom.tree.parent.tolist()
    for part in bom.tree.order.tolist():
        above = "" if parents[part] == TOP else found[parents[part]]
        found[part] = bom.supplier[part] or bom.manufacturer[part] or above
    return [supplier or NOBODY for supplier in found]
