"""Result tables of the price process: what the calibration found, and how far to trust it."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
TIERS: Final = ("FOB China", "outside China")
_OXIDE: Final = Column("oxide", "text", "Element of the oxide.", required=True)
_PERIOD: Final = Column(
    "period", "text", "As printed; `end`: at the end of the year.", required=True
)
_PRICE_UNIT: Final = "USD/kg"


def _number(name: str, text: str, unit: str = "1", *, required: bool = True) -> Column:
    return Column(name, "number", text, unit=unit, required=required)


def _share(name: str, text: str) -> Column:
    return Column(name, "number", text, unit="1", required=True, low=0.0, high=1.0)


def _price(name: str, text: str) -> Column:
    return Column(name, "number", text, unit=_PRICE_UNIT, required=True, low=0.0)


PRICE_PARAMETERS = TableSchema(
    name="price_parameters",
    group=GROUP,
    description="One parameter of the price process: its posterior, its prior, how chains agree.",
    key=("parameter", "oxide"),
    columns=(
        Column("parameter", "text", "Name.", required=True),
        Column("oxide", "text", "Element, or `all` for a common parameter.", required=True),
        Column("unit", "text", "Unit; log: of the logarithm of the price.", required=True),
        _number("mean", "Posterior mean.", required=True),
        _number("sd", "Posterior standard deviation."),
        _number("low", "5th percentile."),
        _number("median", "Median."),
        _number("high", "95th percentile."),
        _number("r_hat", "Split R-hat of ranks; 1: chains agree."),
        Column(
            "effective_size", "number", "Independent draws worth as much.", required=True, low=0
        ),
        Column("prior", "text", "Family and its two numbers.", required=True),
        Column("why", "text", "What the prior rests on.", required=True),
    ),
)

PRICE_FIT = TableSchema(
    name="price_fit",
    group=GROUP,
    description="One quote the process was calibrated on, and what all other quotes say of it.",
    key=("oxide", "period", "source"),
    columns=(
        _OXIDE,
        _PERIOD,
        Column("kind", "text", "Average of the year, quarter or point.", required=True),
        _price("nominal_price", "As printed, middle of a range."),
        _price("quoted_price", "In money of 2025."),
        _number("error", "Standard error of its logarithm, as stated."),
        _price("foretold_price", "Median of what the other quotes foretell, money of 2025."),
        _share("quantile", "Of the quote among what the others foretell."),
        _number("residual", "The quantile as a standard normal."),
        Column("source", "text", "Table and place of the row.", required=True),
    ),
)

PRICE_OUT_OF_SAMPLE = TableSchema(
    name="price_out_of_sample",
    group=GROUP,
    description="One later quote beside what the process foretold when calibrated up to a year.",
    key=("oxide", "period", "source"),
    columns=(
        _OXIDE,
        _PERIOD,
        Column("until", "integer", "Last year of the quotes it was calibrated on.", required=True),
        _price("observed_price", "Money of 2025."),
        _price("low", "Foretold, 5th percentile."),
        _price("median", "Foretold, median."),
        _price("high", "Foretold, 95th percentile."),
        _share("quantile", "Of the quote among what was foretold."),
        Column("source", "text", "Table and place of the row.", required=True),
    ),
)

PRICE_COVERAGE = TableSchema(
    name="price_coverage",
    group=GROUP,
    description="How many of the later quotes of an oxide lay in the ranges foretold.",
    key=("oxide",),
    columns=(
        Column("oxide", "text", "Element, or `all`.", required=True),
        Column("quotes", "integer", "Later quotes.", required=True, low=0),
        _share("within_50", "Share within the middle 50 %."),
        _share("within_90", "Share within the middle 90 %."),
        _share("mean_quantile", "Mean quantile: below 0.5 where prices came out lower."),
    ),
)

PRICE_HISTORY_CHECK = TableSchema(
    name="price_history_check",
    group=GROUP,
    description=(
        "The rise of 2010-11 and the fall to 2015 beside paths started at the end of 2009: the"
        " process as calibrated on all quotes, this rise among them."
    ),
    key=("oxide", "figure"),
    columns=(
        _OXIDE,
        Column(
            "figure",
            "text",
            "rise: dearest month of 2010-12 over the average of 2009; fall: average of 2015 over"
            " that month.",
            required=True,
            allowed=("rise", "fall"),
        ),
        _number("observed", "Of the quotes, in money of 2025."),
        _number("simulated_1", "1st percentile of the paths."),
        _number("simulated_5", "5th percentile."),
        _number("simulated_50", "Median."),
        _number("simulated_95", "95th percentile."),
        _number("simulated_99", "99th percentile."),
        _share("quantile", "Of the observed among the paths."),
        Column("within", "flag", "Whether it lies within the 1st and 99th.", required=True),
        _share(
            "again",
            "Share of paths of the years ahead in which a price rises that much within 24 months"
            " (rise), or falls that much within 48 months (fall), at least once.",
        ),
    ),
)

PRICE_FAN = TableSchema(
    name="price_fan",
    group=GROUP,
    description="Averages of a year over all simulated paths, money of 2025.",
    key=("product", "tier", "year"),
    columns=(
        Column("product", "text", "Oxide, or NdPr oxide.", required=True),
        Column("tier", "text", "Where the price is paid.", required=True, allowed=TIERS),
        Column("year", "integer", "Year.", required=True),
        _price("p5", "5th percentile."),
        _price("p25", "25th percentile."),
        _price("p50", "Median."),
        _price("p75", "75th percentile."),
        _price("p95", "95th percentile."),
        _price("mean", "Mean; well above the median, as few paths are very dear."),
    ),
)

SCHEMAS: Final = (
    PRICE_PARAMETERS,
    PRICE_FIT,
    PRICE_OUT_OF_SAMPLE,
    PRICE_COVERAGE,
    PRICE_HISTORY_CHECK,
    PRICE_FAN,
)
