"""Result tables of a screened sale: what it changes, who buys, who may ask, who depends on it."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"

SCOPES: Final = ("world", "outside")
MEASURES: Final = ("output", "capacity", "planned")
HOLDERS: Final = ("group", "region")
ANSWERS: Final = ("true", "false", "unknown")
CROSSINGS: Final = ("20 %", "33 %", "50 %", "sole")
EFFECTS: Final = ("passes", "unknown", "stays")


def _share(name: str, description: str, *, required: bool = False) -> Column:
    return Column(name, "number", description, unit="1", required=required, low=0, high=1)


SALE_SITES: Final = TableSchema(
    name="sale_sites",
    group=GROUP,
    description="A site that is sold: who decides on it before and after.",
    key=("site_id",),
    columns=(
        Column("site_id", "text", "Site.", required=True),
        Column("name", "text", "Name.", required=True),
        Column("country", "text", "Country it stands in.", required=True),
        Column("stage", "text", "Stage of the chain.", required=True),
        Column("status", "text", "State of the plant.", required=True),
        Column("owners", "text", "Owners before, parted by `; `.", required=True),
        Column("regions_before", "text", "Regions that decide before, parted by `/`."),
        Column("buyer", "text", "Buyer.", required=True),
        Column("buyer_region", "text", "Region of the buyer.", required=True),
        _share("stake", "Share of the site that is sold.", required=True),
        Column("control", "text", "What becomes of control.", required=True, allowed=EFFECTS),
        Column("is_in_network", "flag", "Whether the network knows what it makes.", required=True),
        Column("note", "text", "What to know."),
    ),
)

_KEY: Final = (
    Column("stage", "text", "Stage of what is made.", required=True),
    Column("element", "text", "Element, counted by its own mass.", required=True),
    Column(
        "scope",
        "text",
        "world, or plants that stand outside the watched country.",
        required=True,
        allowed=SCOPES,
    ),
    Column(
        "measure",
        "text",
        "output of the base year; capacity of sites that run; planned: capacity of all that the "
        "data expect within five years of the sale.",
        required=True,
        allowed=MEASURES,
    ),
    Column(
        "holder_kind",
        "text",
        "group: firms under one head; region: all that a region's firms decide on.",
        required=True,
        allowed=HOLDERS,
    ),
    Column("holder", "text", "Id of the head of the group, or region code.", required=True),
)

SALE_SHARES: Final = TableSchema(
    name="sale_shares",
    group=GROUP,
    description=(
        "What the buyer's group or region decides on of one stage and element, before and after. "
        "Partners count in equal parts, with none to all as bounds."
    ),
    key=("stage", "element", "scope", "measure", "holder_kind", "holder"),
    columns=(
        *_KEY,
        Column("total_rate", "number", "All of it.", unit="t/yr", required=True, low=0),
        Column(
            "sold_rate",
            "number",
            "Most that the sold sites make.",
            unit="t/yr",
            required=True,
            low=0,
        ),
        _share("before", "Share before.", required=True),
        _share("before_low", "Least it can be.", required=True),
        _share("before_high", "Most it can be.", required=True),
        _share("after", "Share after.", required=True),
        _share("after_low", "Least it can be.", required=True),
        _share("after_high", "Most it can be.", required=True),
        _share(
            "concentration_before", "Herfindahl-Hirschman index over such holders.", required=True
        ),
        _share("concentration_after", "The same after the sale.", required=True),
    ),
)

SALE_CHOKE_POINTS: Final = TableSchema(
    name="sale_choke_points",
    group=GROUP,
    description=(
        "The highest mark that the buyer's share of one stage and element crosses through the "
        "sale, gaining 1 % or more of it; sole: nobody else is left."
    ),
    key=("stage", "element", "scope", "measure", "holder_kind", "holder"),
    columns=(
        *_KEY,
        Column("crossing", "text", "What is crossed.", required=True, allowed=CROSSINGS),
        _share("before", "Share before.", required=True),
        _share("after", "Share after.", required=True),
        _share("after_high", "Most it can be.", required=True),
        Column(
            "certainty",
            "text",
            "true where it is crossed at all bounds of control, and no site is left whose "
            "capacity is not known where nobody else shall be; else unknown.",
            required=True,
            allowed=ANSWERS,
        ),
        Column(
            "besides",
            "text",
            "Sites of others at this stage that are in no share, since nobody published what they "
            "can make; parted by a space.",
        ),
        Column("total_rate", "number", "All of it.", unit="t/yr", required=True, low=0),
    ),
)

SALE_OWNERSHIP: Final = TableSchema(
    name="sale_ownership",
    group=GROUP,
    description="The buyer and the parties above it, each with what listed parties hold of it.",
    key=("position",),
    columns=(
        Column(
            "position", "integer", "Order: the buyer first, then upwards.", required=True, low=0
        ),
        Column("party", "text", "Id of the party.", required=True),
        Column("name", "text", "Its name.", required=True),
        Column("country", "text", "Country of its seat."),
        Column("holds", "text", "Party below it that it holds; empty for the buyer."),
        _share("stake_low", "Least share it holds of that one."),
        _share("stake_high", "Most share it holds of that one."),
        Column("state", "text", "held, agreed or ordered_sold."),
        Column("listed_as", "text", "Lists that name it, parted by `; `."),
        Column(
            "is_listed",
            "text",
            "unknown where a list that covers its country has parties nobody named.",
            required=True,
            allowed=ANSWERS,
        ),
        _share("listed_low", "Least share of it in listed hands, by control.", required=True),
        _share("listed_named", "Most, counting named holders and named lists only.", required=True),
        _share("listed_high", "Most, holders and parties nobody named included.", required=True),
        _share("interest_low", "Least share in listed hands, multiplied through.", required=True),
        _share("interest_high", "Most, multiplied through.", required=True),
        Column(
            "at_least_half",
            "text",
            "Whether listed parties hold half or more, by control.",
            required=True,
            allowed=ANSWERS,
        ),
        Column("source", "text", "Row of `party_stakes` and its quality."),
    ),
)

SALE_NOTICES: Final = TableSchema(
    name="sale_notices",
    group=GROUP,
    description="A rule that may ask for notice or review of the sale.",
    key=("rule_id", "site_id"),
    columns=(
        Column("rule_id", "text", "Rule, provision or region without one.", required=True),
        Column("site_id", "text", "Site.", required=True),
        Column("law", "text", "Law or agreement.", required=True),
        Column("asks", "text", "Whether it asks.", required=True, allowed=ANSWERS),
        Column("verdict", "text", "What follows where it does."),
        Column("why", "text", "Reason, and what is missing.", required=True),
        Column("url", "text", "Page that supports the rule."),
    ),
)

SALE_EXPOSURE: Final = TableSchema(
    name="sale_exposure",
    group=GROUP,
    description=(
        "Share of a region's use of an element that passes through the sold sites at their stage, "
        "before any substitution; below 0.5 % there is no row."
    ),
    key=("demand_region", "element", "stage"),
    columns=(
        Column("demand_region", "text", "Region of the use; WLD is the world.", required=True),
        Column("element", "text", "Element.", required=True),
        Column("stage", "text", "Stage at which it passes.", required=True),
        _share("share", "Share of the use.", required=True),
    ),
)

SCHEMAS: Final = (
    SALE_SITES,
    SALE_SHARES,
    SALE_CHOKE_POINTS,
    SALE_EXPOSURE,
    SALE_OWNERSHIP,
    SALE_NOTICES,
)
