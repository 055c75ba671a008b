"""Result tables of cooperation: what acting together is worth, who pays, who holds which stock."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
MONEY: Final = "million USD"
RULES: Final = ("shapley", "nucleolus", "equal", "by demand", "by cost alone")
TESTS: Final = ("outside", "leaving", "late", "hoarding")
VERDICTS: Final = ("gains", "loses", "neither", "cannot be told")
PLANS: Final = ("joint", "separate")
OVERLAPS: Final = ("orders", "stocks of today")

_PLAYER: Final = Column("player", "text", "Partner, by region code.", required=True)
_MATERIAL: Final = Column("material", "text", "Material.", required=True)
_FORM: Final = Column("form", "text", "Form.", required=True)


def _number(name: str, text: str, unit: str, *, required: bool = True) -> Column:
    return Column(name, "number", text, unit=unit, required=required)


def _share(name: str, text: str, *, required: bool = True) -> Column:
    return Column(name, "number", text, unit="1", required=required, low=0.0, high=1.0)


SHARE_FIGURES: Final = TableSchema(
    name="share_figures",
    group=GROUP,
    description="One figure about acting together; a bound that is not proven is missing.",
    key=("figure",),
    columns=(
        Column("figure", "text", "What it is.", required=True),
        Column("value", "number", "Central value, in `unit`."),
        Column("low", "number", "Lower bound, in `unit`."),
        Column("high", "number", "Upper bound, in `unit`."),
        Column("unit", "text", "Unit.", required=True),
        Column("note", "text", "What it says, in words.", required=True),
    ),
)

SHARE_COALITIONS: Final = TableSchema(
    name="share_coalitions",
    group=GROUP,
    description="One coalition: what it costs its members to act together, and what that saves.",
    key=("coalition",),
    columns=(
        Column("coalition", "text", "Members, with ` + ` between them.", required=True),
        Column("members", "integer", "How many.", required=True),
        _number("cost", "Of the best plan found, with the mean operation, discounted.", MONEY),
        _number("cost_low", "No plan costs less.", MONEY),
        _number("cost_high", "The plan that was found.", MONEY),
        _number("saving", "Against each member alone.", MONEY),
        _number("saving_low", "Least, under the bounds of the costs.", MONEY),
        _number("saving_high", "Most.", MONEY),
        _number("capital", "Cash for projects in its plan.", MONEY),
        _number("stock_capital", "Cash for orders in its plan.", MONEY),
        Column("rounds", "integer", "Rounds of the search.", required=True),
    ),
)

SHARE_PLAYERS: Final = TableSchema(
    name="share_players",
    group=GROUP,
    description="One partner: what it brings, and what it bears alone and in the joint plan.",
    key=("player",),
    columns=(
        _PLAYER,
        _share("demand_share", "Of the value of all their demand."),
        _number("budget", "What it can spend.", MONEY),
        _number("cost_alone", "Of its own plan, mean.", MONEY),
        _number("cost_alone_low", "No plan of its own costs less.", MONEY),
        _number("cost_alone_high", "Of the plan that was found.", MONEY),
        _number("capital", "Cash that it lays out in the joint plan.", MONEY),
        _number("stock_capital", "Of it for stocks.", MONEY),
        _number(
            "cost_paid",
            "What it bears in the joint plan before side payments, goods from a partner at price.",
            MONEY,
        ),
        _number("loss_alone", "Mean loss with its own plan, not discounted.", MONEY),
        _number("loss_joint", "Mean loss in the joint plan, not discounted.", MONEY),
    ),
)

SHARE_RULES: Final = TableSchema(
    name="share_rules",
    group=GROUP,
    description="One partner under one rule of sharing what is saved.",
    key=("rule", "player"),
    columns=(
        Column("rule", "text", "Rule.", required=True, allowed=RULES),
        _PLAYER,
        _number("saving", "Its share of what is saved.", MONEY),
        _number("saving_low", "Least under the bounds; missing where none.", MONEY, required=False),
        _number("saving_high", "Most under the bounds.", MONEY, required=False),
        _number("standard_error", "Where orders were sampled.", MONEY, required=False),
        _number("cost", "What it bears once side payments are made.", MONEY),
        Column("is_in_core", "flag", "No group does better on its own.", required=True),
        Column("leaves", "text", "Group with most reason to leave; missing where none has."),
    ),
)

SHARE_PAYMENTS: Final = TableSchema(
    name="share_payments",
    group=GROUP,
    description="Who pays whom so that each bears its share.",
    key=("rule", "payer", "receiver"),
    columns=(
        Column("rule", "text", "Rule.", required=True, allowed=RULES),
        Column("payer", "text", "Who pays.", required=True),
        Column("receiver", "text", "Who receives.", required=True),
        _number("payment", "Present worth over the horizon.", MONEY),
    ),
)

SHARE_STABILITY: Final = TableSchema(
    name="share_stability",
    group=GROUP,
    description="One way not to go along: what it brings the one who does so, and costs the rest.",
    key=("test", "player", "affected"),
    columns=(
        Column(
            "test",
            "text",
            "Staying outside, leaving once an embargo came, joining late, keeping its stocks.",
            required=True,
            allowed=TESTS,
        ),
        Column("player", "text", "Who does not go along.", required=True),
        Column(
            "affected",
            "text",
            "Partner that bears the change, `the others`, or `all`.",
            required=True,
        ),
        _number("cost_with", "What it bears when all go along (nucleolus).", MONEY),
        _number("cost_without", "What it bears otherwise.", MONEY),
        _number("gain", "What it gains when all do not go along; below 0 it loses.", MONEY),
        _number("gain_low", "Least under the bounds.", MONEY),
        _number("gain_high", "Most under the bounds.", MONEY),
        Column("verdict", "text", "In words.", required=True, allowed=VERDICTS),
        Column("note", "text", "How it was reckoned.", required=True),
    ),
)

SHARE_RIGHTS: Final = TableSchema(
    name="share_rights",
    group=GROUP,
    description="Release rule: what of the joint stocks each is entitled to in an embargo.",
    key=("player", "material", "form", "quarter"),
    columns=(
        _PLAYER,
        _MATERIAL,
        _FORM,
        Column("quarter", "integer", "Quarter since the embargo began, from 1.", required=True),
        _number("joint_amount", "Drawn so far for its use in the joint plan, mean.", "t"),
        _number("alone_amount", "Drawn so far in its own plan, mean.", "t"),
        _number("entitled_amount", "What it may have drawn by then: never less than alone.", "t"),
        _number("missing_amount", "Of it what the joint plan does not draw from stock.", "t"),
    ),
)

STOCK_FIGURES: Final = TableSchema(
    name="stock_figures",
    group=GROUP,
    description="One figure about joint and separate stocks.",
    key=("figure",),
    columns=(
        Column("figure", "text", "What it is.", required=True),
        Column("value", "number", "In `unit`."),
        Column("unit", "text", "Unit.", required=True),
        Column("note", "text", "What it says, in words.", required=True),
    ),
)

STOCK_HOLDINGS: Final = TableSchema(
    name="stock_holdings",
    group=GROUP,
    description="One stock: what lies there today, what the plans order, why it stands there.",
    key=("plan", "stock"),
    columns=(
        Column("plan", "text", "One joint plan, or one of each.", required=True, allowed=PLANS),
        Column("stock", "text", "Stock: holder and node.", required=True),
        Column("holder", "text", "Who holds it.", required=True),
        Column("region", "text", "Where it lies.", required=True),
        _MATERIAL,
        _FORM,
        _number("shelf_amount", "There today.", "t"),
        _number("ordered_amount", "Ordered over all years.", "t"),
        _number("cost", "Cash for the orders.", MONEY),
        _number("drawn_amount", "Drawn in embargoes, mean over the courses.", "t"),
        _number("marginal_value", "What a tonne more would save beyond its cost.", "USD/t"),
        Column("next_process", "text", "What takes most of it in an embargo; missing: none does."),
        Column("next_place", "text", "Where that stands."),
        _share(
            "next_share", "Part of what is drawn in an embargo that goes there.", required=False
        ),
        Column("serves", "text", "Partner whose use most of it ends in; missing: none."),
        _share("serves_share", "Part of what is drawn that ends there.", required=False),
        Column("why", "text", "Why it stands there in this form.", required=True),
    ),
)

STOCK_COVER: Final = TableSchema(
    name="stock_cover",
    group=GROUP,
    description="What uses get in an embargo under one joint plan and under separate ones.",
    key=("region", "material", "month"),
    columns=(
        Column("region", "text", "Where it is needed.", required=True),
        _MATERIAL,
        Column(
            "month", "integer", "First month of a quarter since the embargo began.", required=True
        ),
        _number("need_amount", "Needed in that quarter, mean.", "t"),
        _share("joint_share", "Served under the joint plan, thrift counting as served."),
        _share("separate_share", "Served under separate plans."),
        _number("joint_short_amount", "Short under the joint plan.", "t"),
        _number("separate_short_amount", "Short under separate plans.", "t"),
    ),
)

STOCK_OVERLAP: Final = TableSchema(
    name="stock_overlap",
    group=GROUP,
    description="What separate stocks hold twice: ordered, and what lies there today.",
    key=("kind", "material", "form"),
    columns=(
        Column("kind", "text", "Orders, or what lies there.", required=True, allowed=OVERLAPS),
        _MATERIAL,
        _FORM,
        _number("separate_amount", "Ordered by each on its own, or held, in all.", "t"),
        _number("joint_amount", "Ordered together, or held by the one who holds most.", "t"),
        _number("overlap_amount", "What of the first goes beyond the second.", "t"),
        _number("overlap_value", "At normal prices.", MONEY),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    SHARE_FIGURES,
    SHARE_COALITIONS,
    SHARE_PLAYERS,
    SHARE_RULES,
    SHARE_PAYMENTS,
    SHARE_STABILITY,
    SHARE_RIGHTS,
    STOCK_FIGURES,
    STOCK_HOLDINGS,
    STOCK_COVER,
    STOCK_OVERLAP,
)
