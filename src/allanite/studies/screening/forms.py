"""Form of a part as rules name it, and the official names of what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from allanite.catalogue.store import Release
from allanite.law.rules.facts import WordSet
from allanite.studies.screening.materials import fold

# A class whose parts may be shipped in several forms counts as each of them.
FORMS_OF_CLASS: Final[Mapping[str, tuple[str, ...]]] = {
    "ndfeb_magnet": ("magnet",),
    "smco_magnet": ("magnet",),
    "other_magnet": ("magnet",),
    "rare_earth_target": ("target",),
    "tantalum_metal_or_alloy": ("metal", "alloy", "component"),
    "tungsten_metal_powder": ("metal", "powder"),
    "tungsten_heavy_alloy": ("alloy", "component"),
    "natural_graphite": ("concentrate", "battery-material"),
    "polysilicon": ("polysilicon",),
    "cathode": ("battery-material",),
    "wafer": ("crystal", "component"),
    "battery": ("cell",),
    "superhard": ("powder", "component"),
}
_FORM_OF_ENDING: Final[Mapping[str, tuple[str, ...]]] = {
    "oxide": ("oxide",),
    "metal": ("metal",),
    "alloy": ("alloy", "component"),
    "powder": ("powder",),
    "concentrate": ("concentrate",),
    "carbonate": ("compound",),
}
_FORM_OF_START: Final[Mapping[str, tuple[str, ...]]] = {
    "ox_": ("oxide",),
    "met_": ("metal",),
    "alloy_": ("alloy",),
    "conc_": ("concentrate",),
    "mrec_": ("compound",),
}
ASSEMBLY: Final = WordSet(frozenset({"assembly"}), True)
ANY_FORM: Final = WordSet(frozenset(), False)
# Chapter 85 of the Harmonized System: electric motors and their parts; cells and batteries.
CLASS_OF_CODE: Final[Mapping[str, str]] = {"8501": "motor", "8503": "motor", "8507": "battery"}
# Lines of raw minerals and metals stand in chapters before these: machinery and what follows.
FIRST_CHAPTER_OF_GOODS: Final = 82


def form_of(material: str, classes: frozenset[str]) -> WordSet:
    """Forms in which a part of that material is shipped; unknown without a material."""
    if not material:
        return ANY_FORM
    for name in sorted(classes):
        if name in FORMS_OF_CLASS:
            return WordSet(frozenset(FORMS_OF_CLASS[name]), True)
    folded = fold(material)
    for start, forms in _FORM_OF_START.items():
        if folded.startswith(start):
            return WordSet(frozenset(forms), True)
    forms = _FORM_OF_ENDING.get(folded.rsplit(" ", 1)[-1], ("component",))
    return WordSet(frozenset(forms), True)


def mineral_names(release: Release) -> Mapping[str, tuple[str, ...]]:
    """Names on the official lists of minerals by the symbol they stand for."""
    listed = {row["mineral"] for row in release.rows("mineral_lists")}
    found: dict[str, tuple[str, ...]] = {}
    for row in release.rows("control_words"):
        if row["use"] == "element" and row["word"] in listed and row["elements"]:
            found[row["elements"]] = (*found.get(row["elements"], ()), row["word"])
    return found
