"""Result tables that only the brief reads."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

CHAIN_STAGES: Final = ("mine", "separation", "metal", "magnet", "end use")

CHAIN_FLOWS = TableSchema(
    name="chain_flows",
    group="results",
    description="What passes of one element from the producers of one stage in one country to "
    "the users of a later stage in another, in tonnes of the element.",
    key=("element", "from_stage", "from_country", "to_stage", "to_country"),
    columns=(
        Column("element", "text", "Element, by symbol.", required=True),
        Column(
            "from_stage",
            "text",
            "Stage that made it; recycled material counts as separation.",
            required=True,
            allowed=CHAIN_STAGES,
        ),
        Column("from_country", "text", "Country that made it.", required=True),
        Column("to_stage", "text", "Stage that takes it.", required=True, allowed=CHAIN_STAGES),
        Column("to_country", "text", "Country or region that takes it.", required=True),
        Column("rate", "number", "Element passed on.", unit="t/yr", required=True, low=0),
    ),
)

SCHEMAS: Final = (CHAIN_FLOWS,)
