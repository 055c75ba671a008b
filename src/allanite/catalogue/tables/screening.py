"""Tables of screening: the bill of materials a reader brings, and what materials hold.

`bill_of_materials` is the one form for CSV, XLSX, JSON and CycloneDX. Only `part_id` must be
there; an empty cell is not known, the word `none` says that there is nothing to know.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "screening"

# Stages of origin, and steps whose technology has an origin.
STAGES: Final = ("mined", "separated", "metal", "made", "assembled")
STEPS: Final = ("mining", "separation", "metal", "magnet", "recycling")
MASS_UNITS: Final = ("mg", "g", "kg", "t", "lb")
MAX_QUANTITY: Final = 1e6
# What rules ask of a material; the words are those of `law.rules`.
MATERIAL_CLASSES: Final = (
    "ndfeb_magnet",
    "smco_magnet",
    "other_magnet",
    "rare_earth_target",
    "tantalum_metal_or_alloy",
    "tungsten_metal_powder",
    "tungsten_heavy_alloy",
    "natural_graphite",
    "polysilicon",
    "cathode",
    "wafer",
    "battery",
    "superhard",
    "other",
)

_STAGE_WORDS: Final = {
    "mined": "was mined",
    "separated": "was refined to oxide or another compound",
    "metal": "became metal or alloy (melted)",
    "made": "became the part: sintered or bonded and magnetised, cast, formed",
    "assembled": "was assembled into what was shipped",
}
_STEP_WORDS: Final = {
    "mining": "mining",
    "separation": "smelting and separation",
    "metal": "metal making",
    "magnet": "making of magnets, targets or the part",
    "recycling": "recycling",
}

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")


def _country(stage: str) -> Column:
    return Column(
        f"country_{stage}",
        "text",
        f"Country where the material {_STAGE_WORDS[stage]}: name or code; several parted by `;`;"
        " `?` among them for others that are not known; `none` where there is no such stage.",
    )


def _technology(step: str) -> Column:
    return Column(
        f"technology_{step}",
        "text",
        f"Country whose technology was used for {_STEP_WORDS[step]}; `none` if the step is none.",
    )


BILL_OF_MATERIALS: Final = TableSchema(
    name="bill_of_materials",
    group=GROUP,
    description="One occurrence of a part in a product; what is not known stays empty.",
    key=("part_id",),
    columns=(
        Column("part_id", "text", "Name of the row, once in the file.", required=True),
        Column("parent_id", "text", "`part_id` of the assembly it is in; empty for a product."),
        Column("level", "integer", "Depth, 0 for a product; in place of `parent_id`.", low=0),
        Column("part_number", "text", "Number of the part; may stand in many rows."),
        Column("name", "text", "What the part is."),
        Column(
            "quantity",
            "number",
            "Pieces in one piece of the assembly; 1 where empty.",
            low=1e-6,
            high=MAX_QUANTITY,
        ),
        Column("mass", "number", "Mass of one piece in `mass_unit`.", low=0.0, high=1e9),
        Column("mass_unit", "text", "Unit of `mass`.", allowed=MASS_UNITS),
        Column("value", "number", "Price of one piece in `currency`.", low=0.0, high=1e12),
        Column("currency", "text", "Currency of `value`, such as USD."),
        Column(
            "usd_rate", "number", "USD for one unit of `currency`; 1 for USD.", low=1e-6, high=1e4
        ),
        Column("material", "text", "Material: a common word, a magnet grade, or an id."),
        Column(
            "element_shares",
            "text",
            "Elements by mass, such as `Nd 24 %; Dy 2-3.5 %`, in place of those of the material;"
            " `others 0 %` says that no other is in it.",
        ),
        Column("hts_code", "text", "Customs code, six to ten digits."),
        Column("supplier", "text", "Who sells the part."),
        Column("manufacturer", "text", "Who makes the part, where it is not the supplier."),
        *(_country(stage) for stage in STAGES),
        *(_technology(step) for step in STEPS),
        Column("xinjiang_input", "flag", "Whether any input is from Xinjiang."),
        Column("recycled_share", "number", "Share of recycled material.", "1", low=0.0, high=1.0),
        Column("end_use", "text", "What the product is for; parts below inherit it."),
        Column("source", "text", "Where the figures of the row come from."),
        Column("note", "text", "Any remark."),
    ),
)

PART_MATERIALS: Final = TableSchema(
    name="part_materials",
    group=GROUP,
    description="One material as parts lists name it; what it holds stands in `part_contents`.",
    key=("material",),
    columns=(
        Column("material", "text", "Plain name.", required=True),
        Column(
            "material_class",
            "text",
            "What rules ask for.",
            required=True,
            allowed=MATERIAL_CLASSES,
        ),
        Column("words", "text", "Other words for it, parted by `|`."),
        Column(
            "unlisted_share",
            "number",
            "Greatest share of an element without a row; 0 where such elements are not in it.",
            "1",
            required=True,
            low=0.0,
            high=1.0,
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

PART_CONTENTS: Final = TableSchema(
    name="part_contents",
    group=GROUP,
    description="Share of one element in one material of parts, by mass.",
    key=("material", "element"),
    columns=(
        Column("material", "text", "Plain name.", required=True),
        Column("element", "text", "Symbol.", required=True),
        Column("share", "number", "Usual share.", "1", required=True, low=0.0, high=1.0),
        Column("low", "number", "Least share in trade.", "1", required=True, low=0.0, high=1.0),
        Column("high", "number", "Largest share in trade.", "1", required=True, low=0.0, high=1.0),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("material", "part_materials", "material"), _SOURCE_KEY),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (BILL_OF_MATERIALS, PART_MATERIALS, PART_CONTENTS)
