"""Result tables of contracts: what each does for its project, what it costs whom, and least cost.

Costs are of payers: positive is money they lay out, negative is money they receive. Odds and
costs are over simulated prices; ranges are the 5th and 95th percentile where nothing else is
said.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
MONEY: Final = "million USD"
PRICE: Final = "USD/kg"
STATES: Final = ("without", "with")

_CONTRACT: Final = Column("contract_id", "text", "Contract.", required=True)
_NAME: Final = Column("name", "text", "Its name.", required=True)
_PAYER: Final = Column("payer", "text", "Who pays, in words.", required=True)
_VENTURE: Final = Column(
    "venture_id", "text", "Project, or operating group of sites; `none` for no one of them."
)
_YEAR: Final = Column("year", "integer", "Calendar year.", required=True, low=2025, high=2100)
_INSTRUMENT: Final = Column("instrument", "text", "Kind of support, in words.", required=True)
_SIZE: Final = Column("size", "number", "Its size, in `unit`; missing where none is enough.")
_UNIT: Final = Column("unit", "text", "Unit of the size.", required=True)


def _money(name: str, text: str, *, required: bool = True, unit: str = MONEY) -> Column:
    return Column(name, "number", text, unit=unit, required=required)


def _may(name: str, text: str, unit: str = MONEY) -> Column:
    return _money(name, text, required=False, unit=unit)


def _share(name: str, text: str, *, required: bool = True) -> Column:
    return Column(name, "number", text, unit="1", required=required, low=0.0, high=1.0)


_SUPPORTED: Final = Column(
    "venture_id", "text", "Project, or operating group of sites.", required=True
)
_ODDS_ERROR: Final = _money("odds_error", "Standard error of these odds.", unit="1")
_COST_ERROR: Final = _money("cost_error", "Standard error of the mean cost.")
_OWNERS: Final = _money("value_mean", "Worth to private owners at the hurdle rate, mean.")

CONTRACT_VALUES: Final = TableSchema(
    name="contract_values",
    group=GROUP,
    description="One contract and one payer: present cost over its term, in the mean and the tail.",
    key=("contract_id", "payer"),
    columns=(
        _CONTRACT,
        _NAME,
        _VENTURE,
        _PAYER,
        _share("payer_share", "Part of the payments that this payer bears."),
        Column("status", "text", "State of the contract.", required=True),
        _may("cost_mean", "Present cost at the public rate, mean; missing where there is none."),
        _may("cost_error", "Standard error of the mean by the number of paths."),
        _may("cost_low", "5th percentile."),
        _may("cost_high", "95th percentile."),
        _may("cost_tail", "Mean of the dearest twentieth of the paths."),
        _may("terms_low_cost", "Least mean cost with one term at an end of its range."),
        _may("terms_high_cost", "Most mean cost with one term at an end of its range."),
        _may("received_mean", "Present worth of what flows back: upside, repayment, interest."),
        Column("worst_year", "integer", "Year with the dearest 95th percentile."),
        _may("worst_year_cost_mean", "Cost in that year, not discounted, mean."),
        _may("worst_year_cost_high", "Cost in that year, 95th percentile."),
        _share(
            "pays_share",
            "Part of years of the term, over all paths, in which it pays out.",
            required=False,
        ),
        _may(
            "leverage",
            "Odds of life that the contract adds, times capital of others, per USD of mean cost;"
            " missing for an operation, whose capital is not known, and where it costs nothing.",
            unit="1",
        ),
        Column("assumed_terms", "text", "Terms that no source prints, and what is taken for them."),
        Column("note", "text", "What to know before using the row."),
    ),
)

CONTRACT_BUDGET: Final = TableSchema(
    name="contract_budget",
    group=GROUP,
    description="What one payer lays out for one contract in one year, not discounted.",
    key=("contract_id", "payer", "year"),
    columns=(
        _CONTRACT,
        _PAYER,
        _YEAR,
        _money("cost_mean", "Mean."),
        _money("cost_low", "5th percentile."),
        _money("cost_high", "95th percentile."),
    ),
)

CONTRACT_PAYOFFS: Final = TableSchema(
    name="contract_payoffs",
    group=GROUP,
    description="What a price contract pays the producer in a year at a flat price of its index.",
    key=("contract_id", "index_price"),
    columns=(
        _CONTRACT,
        Column("index", "text", "Product whose price it looks at.", required=True),
        _YEAR,
        _money("index_price", "Price of the index.", unit=PRICE),
        _money("payment", "To the producer; negative: from it."),
        _money("realised_price", "What the producer ends up with.", unit=PRICE),
        Column("contract_volume_rate", "number", "Volume it applies to.", "t/yr", required=True),
    ),
)

CONTRACT_EFFECTS: Final = TableSchema(
    name="contract_effects",
    group=GROUP,
    description="One contract and its project: odds and worth without it and with it; contract"
    " `all` is all that the project holds.",
    key=("contract_id", "venture_id", "state"),
    columns=(
        _CONTRACT,
        Column("venture_id", "text", "Project, or operating group of sites.", required=True),
        Column("state", "text", "Without the contract, or with it.", required=True, allowed=STATES),
        _share("survival_share", "Odds of neither default nor closure to the end of the horizon."),
        _money("survival_error", "Standard error of these odds by the number of paths.", unit="1"),
        _share("survival_low", "5th percentile over the draws of the price process."),
        _share("survival_high", "95th percentile."),
        _share(
            "survival_term_share",
            "Odds of life to the last whole year of the contract, where that ends before.",
        ),
        _share("default_share", "Odds that debt service is missed."),
        _money("value_mean", "Net present value to the owners at the hurdle rate, mean."),
        _money("value_error", "Standard error of that mean."),
        _money("value_low", "5th percentile."),
        _money("value_high", "95th percentile."),
        _money(
            "break_even_price",
            "Flat price of NdPr at which that value is nil; the other oxides"
            " move with it; missing where none is.",
            unit=PRICE,
            required=False,
        ),
        _money(
            "cover_low",
            "Debt service cover of the worst year, 10th percentile; missing where"
            " there is no debt.",
            unit="1",
            required=False,
        ),
    ),
)

DESIGN_OPTIONS: Final = TableSchema(
    name="design_options",
    group=GROUP,
    description="One kind of support, at the least size that makes a project bankable by itself;"
    " figures on paths that the search has not seen.",
    key=("venture_id", "beside", "instrument"),
    columns=(
        _SUPPORTED,
        Column("beside", "text", "Contracts that are there already, or `nothing`.", required=True),
        _INSTRUMENT,
        _SIZE,
        Column("size_largest", "number", "Largest size tried.", required=True),
        _UNIT,
        _share("odds_wanted", "Odds that are asked for."),
        _share("odds_without", "Odds without it."),
        _share("odds_reached", "Odds with it; of the largest size where none is enough."),
        _ODDS_ERROR,
        _share("survival_share", "Odds of life to the horizon, without a look at the cover."),
        _OWNERS,
        Column("is_enough", "flag", "Whether odds are reached and owners agree.", required=True),
        _money("cost_mean", "Present cost to all payers of it, mean."),
        _COST_ERROR,
        _money("cost_high", "95th percentile."),
        _money("cost_tail", "Mean of the dearest twentieth."),
        _money("worst_year_cost_high", "Dearest year, 95th percentile."),
        _may("leverage", "As in `contract_values`.", unit="1"),
        Column("rank", "integer", "By mean cost among those that are enough."),
        Column("tail_rank", "integer", "By a mix of mean and tail of the cost."),
        Column("note", "text", "Why it is not enough, or not needed."),
    ),
)

DESIGN_PACKAGES: Final = TableSchema(
    name="design_packages",
    group=GROUP,
    description="One or two kinds of support that make a project bankable, at the cheapest point of"
    " their sweep, by payer; figures on paths that the search has not seen.",
    key=("venture_id", "package", "payer"),
    columns=(
        _SUPPORTED,
        Column("package", "text", "What it is made of, with sizes, in words.", required=True),
        Column("parts", "integer", "Kinds of support in it.", required=True),
        Column("payer", "text", "Who pays; `all` for the sum.", required=True),
        _share("payer_share", "Part that this payer bears."),
        _share("odds_reached", "Odds with it."),
        _ODDS_ERROR,
        _OWNERS,
        _money("cost_mean", "Present cost, mean."),
        _COST_ERROR,
        _money("cost_high", "95th percentile."),
        _money("cost_tail", "Mean of the dearest twentieth."),
        Column(
            "is_cheapest",
            "flag",
            "Least mean cost of all packages on the paths of the search.",
            required=True,
        ),
        Column("is_cheapest_tail", "flag", "Least mix of mean and tail of them.", required=True),
    ),
)

DESIGN_CROSSOVER: Final = TableSchema(
    name="design_crossover",
    group=GROUP,
    description="What is cheaper as prices expected from now on are lower or higher.",
    key=("venture_id", "price_factor", "instrument"),
    columns=(
        _SUPPORTED,
        Column("price_factor", "number", "On all prices of the process.", "1", required=True),
        _money("price_mean", "Mean price of NdPr over the horizon at that factor.", unit=PRICE),
        _INSTRUMENT,
        _SIZE,
        _UNIT,
        Column("is_enough", "flag", "Whether odds are reached and owners agree.", required=True),
        _share("odds_reached", "Odds with it; of the largest size where none is enough."),
        _may("cost_mean", "Present cost of the least size that is enough, mean."),
        _may("cost_error", "Standard error of that mean."),
        _may("cost_tail", "Mean of the dearest twentieth."),
        Column("is_cheapest", "flag", "Least mean cost at that factor.", required=True),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    CONTRACT_VALUES,
    CONTRACT_BUDGET,
    CONTRACT_PAYOFFS,
    CONTRACT_EFFECTS,
    DESIGN_OPTIONS,
    DESIGN_PACKAGES,
    DESIGN_CROSSOVER,
)
