"""Tables the network is built from: materials, processes, what sites run, links, cover."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import CORRECTION_IDS, NOTE, SITE_STATUSES

GROUP: Final = "network"

MATERIAL_STAGES: Final = (
    "concentrate",
    "mixed compound",
    "oxide",
    "metal",
    "alloy",
    "magnet",
    "scrap",
)
PROCESS_STAGES: Final = ("mine", "separation", "metal", "alloy", "magnet", "recycling")
COEFFICIENT_ROLES: Final = ("reference_output", "joint_output", "input", "scrap")
LINK_KINDS: Final = (
    "flow",
    "contract",
    "captive",
    "memo",
    "planned",
    "agreement in principle",
    "letter of intent",
    "memorandum",
    "ended",
)

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_MATERIAL_KEY: Final = ForeignKey("material_id", "materials", "material_id")

MATERIALS: Final = TableSchema(
    name="materials",
    group=GROUP,
    description="One material of the network and the basis its tonnes are counted on.",
    key=("material_id",),
    columns=(
        Column("material_id", "text", "Short id.", required=True),
        Column("name", "text", "Name shown to readers.", required=True),
        Column("chain", "text", "Mineral chain it belongs to.", required=True),
        Column("stage", "text", "Stage.", required=True, allowed=MATERIAL_STAGES),
        Column(
            "basis",
            "text",
            "What a tonne counts: rare earth oxide (REO t), oxide, metal or product.",
            required=True,
        ),
        Column("elements", "text", "Elements it holds, separated by spaces.", required=True),
        Column("hs6_codes", "text", "HS codes it travels under, separated by |."),
        Column("core", "flag", "False: may be left out of a first network.", required=True),
        NOTE,
        CORRECTION_IDS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

ELEMENT_PATTERNS: Final = TableSchema(
    name="element_patterns",
    group=GROUP,
    description="Share of one element's oxide in the rare earth oxide of a mixed material.",
    key=("material_id", "element"),
    columns=(
        Column("material_id", "text", "Concentrate or mixed compound.", required=True),
        Column("element", "text", "Element.", required=True),
        Column(
            "oxide_share",
            "number",
            "Oxide of the element in total rare earth oxide, by mass.",
            required=True,
            low=0.0,
            high=1.0,
        ),
        Column("basis", "text", "Where the pattern comes from.", required=True),
        CORRECTION_IDS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_MATERIAL_KEY, _SOURCE_KEY),
)

PROCESSES: Final = TableSchema(
    name="processes",
    group=GROUP,
    description="One process; its recipe stands in `process_coefficients`.",
    key=("process_id",),
    columns=(
        Column("process_id", "text", "Short id.", required=True),
        Column("name", "text", "Name shown to readers.", required=True),
        Column("chain", "text", "Mineral chain it belongs to.", required=True),
        Column("stage", "text", "Stage.", required=True, allowed=PROCESS_STAGES),
        Column(
            "reference_material",
            "text",
            "Material whose tonnes count the rate of the process; empty: 1 t of all outputs.",
        ),
        *PROVENANCE,
    ),
    foreign_keys=(
        ForeignKey("reference_material", "materials", "material_id"),
        _SOURCE_KEY,
    ),
)

PROCESS_COEFFICIENTS: Final = TableSchema(
    name="process_coefficients",
    group=GROUP,
    description="Tonnes of one material per tonne of reference output; inputs are negative.",
    key=("process_id", "material_id"),
    columns=(
        Column("process_id", "text", "Process.", required=True),
        Column("material_id", "text", "Material.", required=True),
        Column("coefficient", "number", "Made (+) or used (-).", unit="t/t", required=True),
        Column("role", "text", "Part it plays.", required=True, allowed=COEFFICIENT_ROLES),
        Column("low", "number", "Lower end.", unit="t/t"),
        Column("high", "number", "Upper end.", unit="t/t"),
        Column("basis", "text", "How the coefficient was derived."),
        CORRECTION_IDS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("process_id", "processes", "process_id"),
        _MATERIAL_KEY,
        _SOURCE_KEY,
    ),
)

PROCESS_LOSSES: Final = TableSchema(
    name="process_losses",
    group=GROUP,
    description="One element through one process: in, out and stated loss, per tonne of reference.",
    key=("process_id", "element"),
    columns=(
        Column("process_id", "text", "Process.", required=True),
        Column(
            "element",
            "text",
            "Element (NdPr as one); `all REO` for mines, whose ore is not a material.",
            required=True,
        ),
        Column("input_amount", "number", "Contained element in.", unit="t/t", required=True),
        Column("output_amount", "number", "Contained element out.", unit="t/t", required=True),
        Column("loss_amount", "number", "Stated loss.", unit="t/t", required=True),
        NOTE,
        CORRECTION_IDS,
        *PROVENANCE,
    ),
    foreign_keys=(ForeignKey("process_id", "processes", "process_id"), _SOURCE_KEY),
)

SITE_PROCESSES: Final = TableSchema(
    name="site_processes",
    group=GROUP,
    description="One process at one site with capacity and 2024 rate, or why the site has none.",
    key=("site_id", "process_id"),
    columns=(
        Column("site_id", "text", "Site.", required=True),
        Column("process_id", "text", "Process; empty where the site is not modelled."),
        Column(
            "use",
            "text",
            "network: enters it; inside another: the containing site enters instead;"
            " observation: only a total to compare with; not modelled: the reason says why.",
            required=True,
            allowed=("network", "inside another", "observation", "not modelled"),
        ),
        Column("capacity_rate", "number", "Of reference output.", unit="t/yr", low=0.0),
        Column("baseline_2024_rate", "number", "Reference output 2024.", unit="t/yr", low=0.0),
        Column("available_from", "integer", "First year; earliest date for projects."),
        Column("status", "text", "State.", required=True, allowed=SITE_STATUSES),
        Column("capacity_group", "text", "Rows that share one plant."),
        Column(
            "group_rule",
            "text",
            "share: sum of rate/capacity is at most 1; sum: sum of rates is at most the sum of"
            " capacities; separate: each row its own limit.",
            allowed=("share", "sum", "separate"),
        ),
        Column("conversion", "text", "How capacity and rate were derived."),
        Column("utilisation_note", "text", "What bounds the use."),
        Column("not_modelled_reason", "text", "Why there is no process."),
        CORRECTION_IDS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("site_id", "sites", "site_id"),
        ForeignKey("process_id", "processes", "process_id"),
        _SOURCE_KEY,
    ),
)

LINKS: Final = TableSchema(
    name="links",
    group=GROUP,
    description="One flow, contract or plan between two places. Rows of kind memo never add.",
    key=("link_id",),
    columns=(
        Column("link_id", "text", "Short id.", required=True),
        Column("from_site", "text", "Site it leaves, where it is one."),
        Column("from_region", "text", "Country it leaves."),
        Column("to_site", "text", "Site it reaches, where it is one."),
        Column("to_region", "text", "Country or aggregate it reaches."),
        Column("via_region", "text", "Country it passes through, where named."),
        Column("from_name", "text", "Origin as printed.", required=True),
        Column("to_name", "text", "Destination as printed.", required=True),
        Column("material_id", "text", "Material.", required=True),
        Column(
            "material_scope",
            "text",
            "single, or a group of materials that customs do not split.",
            required=True,
        ),
        Column("rate", "number", "Tonnes a year on the material's basis.", unit="t/yr", low=0.0),
        Column("low", "number", "Lower end.", unit="t/yr", low=0.0),
        Column("high", "number", "Upper end.", unit="t/yr", low=0.0),
        Column("basis", "text", "What a tonne counts.", required=True),
        Column("year", "integer", "Year of the flow or start of the plan.", required=True),
        Column("kind", "text", "Kind of link.", required=True, allowed=LINK_KINDS),
        Column("contract_from", "text", "Start of the contract as printed."),
        Column("contract_to", "text", "End of the contract as printed."),
        NOTE,
        CORRECTION_IDS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("from_site", "sites", "site_id"),
        ForeignKey("from_region", "regions", "region"),
        ForeignKey("to_site", "sites", "site_id"),
        ForeignKey("to_region", "regions", "region"),
        ForeignKey("via_region", "regions", "region"),
        _MATERIAL_KEY,
        _SOURCE_KEY,
    ),
)

COMMERCIAL_COVER: Final = TableSchema(
    name="commercial_cover",
    group=GROUP,
    description="Days of use that one class of holders keeps, per region and material.",
    key=("cover_id", "from_region", "region", "material_id"),
    columns=(
        Column("cover_id", "text", "Short id of the figure.", required=True),
        Column("stage", "text", "Step of the chain, or transit.", required=True),
        Column("from_region", "text", "Origin of goods in transit."),
        Column("region", "text", "Holder's region, or destination of goods in transit."),
        Column("place", "text", "Region or way as printed.", required=True),
        Column("holder_class", "text", "Who holds it.", required=True),
        Column("material_id", "text", "Material.", required=True),
        Column("cover_duration", "number", "Days of use.", unit="d", required=True, low=0.0),
        Column("low", "number", "Lower end.", unit="d", low=0.0),
        Column("high", "number", "Upper end.", unit="d", low=0.0),
        Column("kind", "text", "Kind of stock.", required=True),
        Column("basis", "text", "How it was found."),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("from_region", "regions", "region"),
        ForeignKey("region", "regions", "region"),
        _MATERIAL_KEY,
        _SOURCE_KEY,
    ),
)

CHAIN_CHECKS: Final = TableSchema(
    name="chain_checks",
    group=GROUP,
    description="One published total of the chain that the reconciled baseline is compared with.",
    key=("check_id",),
    columns=(
        Column("check_id", "text", "Short id.", required=True),
        Column("quantity", "text", "What is compared.", required=True),
        Column("material_id", "text", "Material, where it is one."),
        Column(
            "measure",
            "text",
            "What of it.",
            required=True,
            allowed=(
                "mined",
                "separated",
                "recycled",
                "produced",
                "used",
                "traded",
                "contained",
                "share",
            ),
        ),
        Column("region", "text", "Region the figure is about.", required=True),
        Column("year", "integer", "Year of the figure.", required=True),
        Column("value", "number", "Published value, in `unit`.", required=True),
        Column("low", "number", "Lower end, where a range is published."),
        Column("high", "number", "Upper end, where a range is published."),
        Column("unit", "text", "t/yr, or 1 for a share.", required=True, allowed=("t/yr", "1")),
        Column("published_by", "text", "Who published it.", required=True),
        Column(
            "compiled_value",
            "number",
            "The same quantity summed from the compiled tables before any reconciliation.",
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        _MATERIAL_KEY,
        ForeignKey("region", "regions", "region"),
        _SOURCE_KEY,
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    MATERIALS,
    ELEMENT_PATTERNS,
    PROCESSES,
    PROCESS_COEFFICIENTS,
    PROCESS_LOSSES,
    SITE_PROCESSES,
    LINKS,
    COMMERCIAL_COVER,
    CHAIN_CHECKS,
)
