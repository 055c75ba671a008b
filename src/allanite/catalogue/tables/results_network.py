"""Result tables of the reconciled baseline and the audit."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema
from allanite.catalogue.source import QUALITIES

GROUP: Final = "results"
RATE_KINDS: Final = ("activity", "route", "demand", "unused", "stock_change")
SEVERITIES: Final = ("error", "warning", "note")

_LOW: Final = Column("low", "number", "5th percentile of the redraws.", unit="t/yr", required=True)
_HIGH: Final = Column(
    "high", "number", "95th percentile of the redraws.", unit="t/yr", required=True
)

BASELINE_RATES = TableSchema(
    name="baseline_rates",
    group=GROUP,
    description="One reconciled rate of the base year with its interval.",
    key=("kind", "label"),
    columns=(
        Column("kind", "text", "What the rate is.", required=True, allowed=RATE_KINDS),
        Column("label", "text", "Process, route, demand or node.", required=True),
        Column("chain", "text", "Mineral chain.", required=True),
        Column("place", "text", "Site or market; for a route its origin.", required=True),
        Column("country", "text", "Country of the place.", required=True),
        Column("place_to", "text", "Destination of a route."),
        Column("country_to", "text", "Country of the destination."),
        Column("process", "text", "Recipe of an activity."),
        Column("material", "text", "Material; for an activity the one that counts its rate."),
        Column("stage", "text", "Stage of the process or of the material.", required=True),
        Column("end_use", "text", "End use of a demand."),
        Column("rate", "number", "Reconciled rate.", unit="t/yr", required=True),
        _LOW,
        _HIGH,
        Column("capacity_rate", "number", "Capacity; missing where not known.", unit="t/yr"),
        Column("available_from", "integer", "First year of a process that starts later."),
        Column(
            "quality",
            "text",
            "Best evidence that touches the rate; assumed where only weak priors do.",
            required=True,
            allowed=QUALITIES,
        ),
    ),
)

BASELINE_OBSERVATIONS = TableSchema(
    name="baseline_observations",
    group=GROUP,
    description="One observation beside its reconciled value; weak priors stand last.",
    key=("observation_id",),
    columns=(
        Column("observation_id", "text", "Label of the observation.", required=True),
        Column("what", "text", "Kind of observation.", required=True),
        Column(
            "class",
            "text",
            "observation: a figure somebody printed or compiled; tie: how rates go together; "
            "stock: stocks change little; prior: only keeps the solution unique.",
            required=True,
            allowed=("observation", "tie", "stock", "prior"),
        ),
        Column("observed_rate", "number", "As observed; 0 for ties.", unit="t/yr", required=True),
        Column("standard_error", "number", "One sigma.", unit="t/yr", required=True, low=0.0),
        Column("reconciled_rate", "number", "After reconciliation.", unit="t/yr", required=True),
        Column(
            "residual",
            "number",
            "(reconciled - observed) / standard error.",
            unit="1",
            required=True,
        ),
        Column("prior", "flag", "Only a weak prior, not evidence.", required=True),
        Column("gross_error", "flag", "Residual beyond three sigma.", required=True),
        Column("explanation", "text", "The cause of a gross error, as far as it is known."),
        Column("topic", "text", "Gross errors of one topic share one explanation."),
        Column("conflict", "text", "What a gross error conflicts with, found by leaving it out."),
        Column("source_id", "text", "Source of the observation."),
        Column("locator", "text", "Place in the source."),
        Column("quality", "text", "Quality of the observation.", allowed=QUALITIES),
        Column("url", "text", "Page that supports it."),
    ),
)

BASELINE_TOTALS = TableSchema(
    name="baseline_totals",
    group=GROUP,
    description="One total of the reconciled chain beside a published figure.",
    key=("check_id",),
    columns=(
        Column("check_id", "text", "Row of chain_checks.", required=True),
        Column("quantity", "text", "What is compared.", required=True),
        Column("region", "text", "Region.", required=True),
        Column("rate", "number", "Reconciled, in `unit`.", required=True),
        Column("low", "number", "5th percentile of the redraws, in `unit`.", required=True),
        Column("high", "number", "95th percentile of the redraws, in `unit`.", required=True),
        Column("published", "number", "Published, in `unit`.", required=True),
        Column("unit", "text", "t/yr, or 1 for a share.", required=True),
        Column("difference_share", "number", "Reconciled over published, less one.", unit="1"),
        Column("published_by", "text", "Who published it.", required=True),
        Column("quality", "text", "Quality of the published figure.", allowed=QUALITIES),
        Column("note", "text", "What to know."),
    ),
)

AUDIT_FINDINGS = TableSchema(
    name="audit_findings",
    group=GROUP,
    description="One finding of the network's audit.",
    key=("check", "place", "found"),
    columns=(
        Column("severity", "text", "error, warning or note.", required=True, allowed=SEVERITIES),
        Column("check", "text", "Which check.", required=True),
        Column("place", "text", "What it is about.", required=True),
        Column("found", "text", "What was found.", required=True),
        Column("remedy", "text", "What to do.", required=True),
    ),
)

NETWORK_PARTS = TableSchema(
    name="network_parts",
    group=GROUP,
    description="How many places, processes, routes and demands the network has, by stage.",
    key=("chain", "part", "kind"),
    columns=(
        Column("chain", "text", "Mineral chain.", required=True),
        Column("part", "text", "What is counted.", required=True),
        Column("kind", "text", "Stage or kind.", required=True),
        Column("count", "integer", "Number.", required=True, low=0),
        Column("available", "integer", "Of these, usable in the base year.", low=0),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    BASELINE_RATES,
    BASELINE_OBSERVATIONS,
    BASELINE_TOTALS,
    AUDIT_FINDINGS,
    NETWORK_PARTS,
)
