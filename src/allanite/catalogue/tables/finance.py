"""Tables that a cash flow needs beside costs and prices: tax, debt, rates, costs of sites."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE

GROUP: Final = "finance"
FINANCE_UNITS: Final = ("1", "yr", "USD/t", "t/t")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_WHY: Final = Column("note", "text", "Why this value; what to know before using it.", required=True)

FINANCE_PARAMETERS: Final = TableSchema(
    name="finance_parameters",
    group=GROUP,
    description="One number of a cash flow, for the world or for one country, stage or material.",
    key=("parameter", "scope"),
    columns=(
        Column("parameter", "text", "Name.", required=True),
        Column(
            "scope",
            "text",
            "Country, stage or material it is for; `WLD` where no other row fits.",
            required=True,
        ),
        Column("value", "number", "Central value, in `unit`.", required=True, low=0.0),
        Column("low", "number", "Lower end, in `unit`.", required=True, low=0.0),
        Column("high", "number", "Upper end, in `unit`.", required=True, low=0.0),
        Column("unit", "text", "Unit.", required=True, allowed=FINANCE_UNITS),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

SITE_RUNNING_COSTS: Final = TableSchema(
    name="site_running_costs",
    group=GROUP,
    description="Running cost of one process at one site, which rules over `stage_costs`.",
    key=("place", "process_id"),
    columns=(
        Column("place", "text", "Site.", required=True),
        Column("process_id", "text", "Recipe.", required=True),
        Column("running_cost", "number", "Of reference output.", "USD/t", required=True, low=0.0),
        Column("low", "number", "Lower end.", "USD/t", required=True, low=0.0),
        Column("high", "number", "Upper end.", "USD/t", required=True, low=0.0),
        Column(
            "covers_inputs",
            "flag",
            "True: what the process takes in is in the figure and is not bought again.",
            required=True,
        ),
        Column("cost_id", "text", "Row of `costs` behind it, where there is one."),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("place", "sites", "site_id"),
        ForeignKey("process_id", "processes", "process_id"),
        ForeignKey("cost_id", "costs", "cost_id"),
        _SOURCE_KEY,
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (FINANCE_PARAMETERS, SITE_RUNNING_COSTS)
