"""The declared vocabulary: every fact a rule may ask for, with kind, unit and meaning.

A row is one item as it is shipped or delivered. Facts on what it holds (elements, classes,
countries) are those of all it holds: a motor has the countries of the magnets inside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["flag", "number", "words"]
Group = Literal["part", "transaction", "party", "programme"]

STAGES: Final = ("mined", "separated", "metal", "made", "assembled")
STEPS: Final = ("mining", "separation", "metal", "magnet", "recycling")
FORMS: Final = (
    *("ore", "concentrate", "compound", "oxide", "metal", "alloy", "powder", "magnet", "target"),
    *("crystal", "battery-material", "cell", "polysilicon", "reagent", "scrap", "component"),
    *("assembly", "equipment", "other"),
)
MATERIAL_CLASSES: Final = (
    *(
        "smco_magnet",
        "ndfeb_magnet",
        "other_magnet",
        "rare_earth_target",
        "tantalum_metal_or_alloy",
    ),
    *("tungsten_metal_powder", "tungsten_heavy_alloy", "natural_graphite", "polysilicon"),
    *("cathode", "wafer", "motor", "battery", "superhard", "rare_earth_equipment"),
    *("battery_equipment", "other"),
)
END_USES: Final = (
    *("civil", "military", "military_capability", "wmd_or_terrorism", "advanced_semiconductors"),
    *("military_ai", "humanitarian"),
)
CREDIT_TYPES: Final = (
    *("qualified_facility", "energy_storage", "45X_battery_component", "45X_solar", "45X_wind"),
    *("45X_inverter", "45X_critical_mineral"),
)
CREDIT_PRODUCTS: Final = (
    *("applicable_critical_mineral", "electrode_active_material", "metallurgical_coal", "other"),
)
SUPPLY_PRODUCTS: Final = (
    *("critical_minerals", "magnets", "batteries", "semiconductors", "machine_tools"),
    *("aircraft_parts", "antibiotics", "fertilizer", "natural_gas", "cloud", "ship_parts"),
    *("advanced_electronic_parts", "other"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact a rule may ask for.

    Attributes:
        name: its name in rules and in columns.
        group: what it is about.
        kind: flag (yes or no), number (an interval), words (a set, perhaps incomplete).
        description: what it means, one sentence.
        unit: unit of a number.
        low, high: bounds of a number; an unknown one lies between them.
        allowed: the only words; empty means any.
        is_country: words are ISO alpha-3 codes.
    """

    name: str
    group: Group
    kind: Kind
    description: str
    unit: str = ""
    low: float = 0.0
    high: float = float("inf")
    allowed: tuple[str, ...] = ()
    is_country: bool = False


def _flag(name: str, group: Group, description: str) -> Fact:
    return Fact(name=name, group=group, kind="flag", description=description)


def _share(name: str, group: Group, description: str) -> Fact:
    return Fact(name=name, group=group, kind="number", description=description, unit="1", high=1.0)


def _words(name: str, group: Group, description: str, allowed: tuple[str, ...] = ()) -> Fact:
    return Fact(name=name, group=group, kind="words", description=description, allowed=allowed)


def _country(name: str, group: Group, description: str) -> Fact:
    return Fact(name=name, group=group, kind="words", description=description, is_country=True)


_STAGE_WORDS: Final = {
    "mined": "Countries where the materials the rule looks at were mined.",
    "separated": "Countries where they were separated or refined to oxide or an equal form.",
    "metal": "Countries where metal and alloy were made or melted.",
    "made": "Countries where the magnet, powder, cell or other part was made.",
    "assembled": "Countries where the item was finally assembled.",
}
_PART: Final = (
    _words("form", "part", "Form of the item as shipped.", FORMS),
    _words("elements", "part", "Symbols of the elements in the item; C-graphite, C-superhard."),
    _words("minerals", "part", "Minerals in the item by their names in the official lists."),
    _words(
        "material_classes", "part", "Classes of material the item is or holds.", MATERIAL_CLASSES
    ),
    _words("hts_code", "part", "Customs tariff code, digits only, as far as it is known."),
    _flag(
        "chinese_item_text_met", "part", "Its properties meet the text of a Chinese control item."
    ),
    _flag("dual_use_item_china", "part", "It stands on the Chinese list of dual-use items."),
    *(_country(f"country_{stage}", "part", _STAGE_WORDS[stage]) for stage in STAGES),
    *(
        _country(f"technology_{step}", "part", f"Countries the technology of {step} comes from.")
        for step in STEPS
    ),
    _share(
        "listed_share_of_magnet", "part", "Chinese listed inputs by value of the magnet or target."
    ),
    _share(
        "listed_share_of_assembly", "part", "Chinese listed inputs by value of the shipped item."
    ),
    _share("tungsten_mass_share", "part", "Tungsten by mass of the item."),
    _share("covered_mass_share", "part", "Covered magnets, tantalum and tungsten by mass of it."),
    _flag("recycled_magnet", "part", "Its NdFeB magnets are made from recycled material."),
    _country("country_recycling", "part", "Countries where recycled feed was milled and sintered."),
    _flag("electronic_device", "part", "It is an electronic device in the sense of the statute."),
    _flag("cots_end_item", "part", "It is an off-the-shelf end item."),
    _flag("mill_product", "part", "It is a mill product: bar, billet, slab, wire, plate, sheet."),
    _flag(
        "xinjiang_input",
        "part",
        "An input was mined, produced or made wholly or partly in Xinjiang.",
    ),
    _flag("section_301_mineral", "part", "Its tariff line is one of the other listed minerals."),
)
_TRANSACTION: Final = (
    _country("country_from", "transaction", "Country it is shipped from."),
    _country("country_to", "transaction", "Country it is shipped to."),
    _country("country_origin", "transaction", "Country of origin in the sense of customs."),
    _words("end_use", "transaction", "Uses it is or may be put to.", END_USES),
    _words("contract", "transaction", "Kind of contract.", ("dod", "other")),
    _flag("contract_above_threshold", "transaction", "Above the simplified acquisition threshold."),
    _flag("nonavailability_determination", "transaction", "The department found it not available."),
    _flag("device_exception_lifted", "transaction", "The department lifted the device exception."),
    _flag("subject_to_ear", "transaction", "It falls under the US export regulations."),
)
_PARTY: Final = (
    _flag("military_end_user", "party", "The end user is a military one."),
    _country("recipient_country", "party", "Country of the recipient as a person."),
    _words("chinese_list", "party", "Chinese lists importer or end user stand on by name.",
           ("control_list", "watch_list")),
    _share("chinese_listed_owner_share", "party", "Share held in them by parties on those lists."),
    _flag("us_listed_party", "party", "A party stands on the US Entity or MEU List by name."),
    _flag("us_listed_owner", "party", "A listed party is known to own part of it."),
    _share("us_listed_owner_share", "party", "Share held by listed parties, direct and indirect."),
    _flag("us_owner_share_unresolved", "party", "Diligence ended; the share cannot be determined."),
    _flag("uflpa_listed_supplier", "party", "A supplier at any tier stands on the UFLPA list."),
)  # fmt: skip
_PROGRAMME: Final = (
    _words("tax_credit_type", "programme", "US tax credit asked for.", CREDIT_TYPES),
    Fact(name="tax_year", group="programme", kind="number", unit="yr", low=1900, high=2200,
         description="Calendar year of the construction start (45Y, 48E) or of the sale (45X)."),
    _share("material_assistance_ratio", "programme",
           "Direct cost that is not of prohibited foreign entities, by all direct cost."),
    _words("credit_product", "programme", "Product in the sense of section 45X.", CREDIT_PRODUCTS),
    _flag("credit_purity_met", "programme", "The mineral has the purity of the statute."),
    _flag("credit_vehicle_30d", "programme", "It is the battery of a clean vehicle."),
    _share("critical_minerals_value_share", "programme", "Qualifying critical minerals by value."),
    _share("battery_components_value_share", "programme", "Qualifying components by value."),
    _flag("feoc_battery_component", "programme", "A component is of a foreign entity of concern."),
    _flag("feoc_mineral", "programme", "A battery mineral is of a foreign entity of concern."),
    _flag("feoc_mineral_only_graphite", "programme", "The only such one is untraceable graphite."),
    _share("eu_single_country_share", "programme",
           "Largest share of one third country in the Union's use of the material at a stage."),
    _share("eu_extraction_share", "programme", "Extraction in the Union by its yearly use."),
    _share("eu_processing_share", "programme", "Processing in the Union by its yearly use."),
    _share("eu_recycling_share", "programme", "Recycling in the Union by its yearly use."),
    _flag("eu_large_company", "programme", "A large company in the sense of the regulation."),
    _flag("eu_listed_technology", "programme", "It goes into a listed strategic technology."),
    _words("supply_product", "programme", "Product group of the Japanese act.", SUPPLY_PRODUCTS),
    _country("plan_country", "programme", "Country whose supply the plan secures."),
    _country("buyer_country", "programme", "Country of the buyer of a firm or site."),
    _country("target_country", "programme", "Country of the firm that is bought."),
    _flag("target_is_listed", "programme", "Its shares are listed."),
    _flag("target_core_sector", "programme", "It works in mining or kin of the 34 rare metals."),
    _share("buyer_share_after", "programme", "Share the buyer holds after the purchase."),
)  # fmt: skip

FACTS: Final[dict[str, Fact]] = {
    fact.name: fact for fact in (*_PART, *_TRANSACTION, *_PARTY, *_PROGRAMME)
}
