"""Result tables of the response: what a rule, a control or a shock leads to."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
CAUGHT: Final = ("yes", "no", "partly")

LINEAGE_MAKERS = TableSchema(
    name="lineage_makers",
    group=GROUP,
    description=(
        "A process outside the issuer that makes what an extraterritorial rule looks at, and "
        "whether the rule catches it in the base year."
    ),
    key=("rule", "place", "process"),
    columns=(
        Column("rule", "text", "Label of the rule.", required=True),
        Column("place", "text", "Site or market.", required=True),
        Column("country", "text", "Country of the place.", required=True),
        Column("process", "text", "Recipe.", required=True),
        Column(
            "material",
            "text",
            "What it makes of what the rule looks at; its reference output if that is so.",
            required=True,
        ),
        Column(
            "rate",
            "number",
            "Reconciled rate of the process, both classes together.",
            unit="t/yr",
            required=True,
            low=0,
        ),
        Column(
            "listed_share",
            "number",
            "Share of the output that is of listed origin.",
            unit="1",
            required=True,
            low=0,
            high=1,
        ),
        Column(
            "listed_value_share",
            "number",
            "Value of the inputs that can be of listed origin, over the value of the output.",
            unit="1",
            required=True,
            low=0,
        ),
        Column(
            "caught",
            "text",
            "yes, partly or no: all, some or none of the output is of listed origin.",
            required=True,
            allowed=CAUGHT,
        ),
    ),
)

SCHEMAS: Final = (LINEAGE_MAKERS,)
