"""Result tables of many runs: draws, intervals, and which unknown matters."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
DISTRIBUTIONS: Final = ("triangular", "uniform", "lognormal", "integer", "choice", "group")

_FIGURE: Final = Column("figure", "text", "Name of the figure.", required=True)
_UNIT: Final = Column("unit", "text", "Unit of the figure; missing where the study gives none.")


def _index(name: str, description: str) -> Column:
    return Column(name, "number", description, unit="1")


ENSEMBLE_UNKNOWNS = TableSchema(
    name="ensemble_unknowns",
    group=GROUP,
    description="One thing that is not known exactly and was drawn.",
    key=("unknown",),
    columns=(
        Column("unknown", "text", "Name of the unknown.", required=True),
        Column(
            "distribution",
            "text",
            "How it was drawn: triangular between limits, uniform, lognormal with low and high "
            "as 5th and 95th percentile, whole number, choice, or group (one number drives many).",
            required=True,
            allowed=DISTRIBUTIONS,
        ),
        Column("low", "number", "Lower limit or 5th percentile, in the unit of the unknown."),
        Column("central", "number", "Most likely value or median, in the unit of the unknown."),
        Column("high", "number", "Upper limit or 95th percentile, in the unit of the unknown."),
        Column("options", "text", "Options of a choice, the central one first."),
        Column("note", "text", "What it is and where the range comes from."),
    ),
)

ENSEMBLE_DRAWS = TableSchema(
    name="ensemble_draws",
    group=GROUP,
    description="One figure in one draw.",
    key=("draw", "figure"),
    columns=(
        Column("draw", "integer", "Draw, from 0.", required=True, low=0.0),
        _FIGURE,
        _UNIT,
        Column("value", "number", "The figure, in `unit`.", required=True),
    ),
)

ENSEMBLE_INTERVALS = TableSchema(
    name="ensemble_intervals",
    group=GROUP,
    description="One figure over all independent draws.",
    key=("figure",),
    columns=(
        _FIGURE,
        _UNIT,
        Column("central", "number", "With every unknown at its central value, in `unit`."),
        Column("low", "number", "5th percentile of the draws, in `unit`.", required=True),
        Column("median", "number", "50th percentile of the draws, in `unit`.", required=True),
        Column("high", "number", "95th percentile of the draws, in `unit`.", required=True),
        Column("mean", "number", "Mean of the draws, in `unit`.", required=True),
        Column(
            "standard_deviation",
            "number",
            "Standard deviation of the draws, in `unit`.",
            required=True,
            low=0.0,
        ),
        Column("draws", "integer", "How many draws.", required=True, low=1.0),
    ),
)

ENSEMBLE_ATTRIBUTION = TableSchema(
    name="ensemble_attribution",
    group=GROUP,
    description="How much of the variance of one figure one unknown explains. The indices are "
    "estimates: by chance one may lie below 0 or above 1. Missing where the figure does not vary.",
    key=("figure", "unknown"),
    columns=(
        _FIGURE,
        Column("unknown", "text", "Name of the unknown.", required=True),
        _index("first_order", "Share of the variance that goes if this unknown alone were known."),
        _index("first_order_low", "5th percentile of the bootstrap."),
        _index("first_order_high", "95th percentile of the bootstrap."),
        _index("total", "Share that stays if all other unknowns were known."),
        _index("total_low", "5th percentile of the bootstrap."),
        _index("total_high", "95th percentile of the bootstrap."),
        Column("draws", "integer", "Base draws of the design.", required=True, low=2.0),
    ),
)

SCHEMAS: Final = (
    ENSEMBLE_UNKNOWNS,
    ENSEMBLE_DRAWS,
    ENSEMBLE_INTERVALS,
    ENSEMBLE_ATTRIBUTION,
)
