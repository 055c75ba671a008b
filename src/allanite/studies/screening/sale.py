"""The sale a product is screened for: days, way, use, contract, parties, what counts as given.

What a seller must know of the own sale is taken as the stricter side until it is stated: no
exception is claimed, a defence contract is above the threshold. Each such line is told. All
else that is not stated is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from allanite.errors import DataError, UsageError
from allanite.law.rules.cells import read_facts
from allanite.law.rules.facts import Facts
from allanite.law.rules.vocabulary import END_USES, FACTS
from allanite.law.scope import Vocabulary

CONTRACTS: Final = ("dod", "other")
WORLD_CODES: Final = frozenset({"WLD", "XUN", "XRW"})
_USES: Final[Mapping[str, str]] = {
    "defence": "military",
    "defense": "military",
    "civilian": "civil",
    "commercial": "civil",
}
_GROUPS: Final = ("transaction", "party", "programme")
# Exceptions that the product is delivered under; its parts share them.
OF_PRODUCT: Final = frozenset({"cots_end_item", "electronic_device", "mill_product"})


@dataclass(frozen=True, slots=True)
class Assumption:
    """A fact of the sale that counts as given until it is stated, and why."""

    fact: str
    value: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What is sold, whence, whither, to whom, when.

    Attributes:
        on, delivery: days of the order and of the delivery.
        country_from, country_to, country_origin: ISO codes; empty where not stated.
        contract: `dod`, `other` or empty.
        end_use: a word of `END_USES`, or empty.
        buyer, end_user, exporter: names or ids of parties; empty where not stated.
        stated: further facts as cells, by name.
        accepted: party ids a person accepted for names.
        watched: countries whose supply counts as the one to get away from.
    """

    on: date
    delivery: date
    country_from: str = ""
    country_to: str = ""
    country_origin: str = ""
    contract: str = ""
    end_use: str = ""
    buyer: str = ""
    end_user: str = ""
    exporter: str = ""
    stated: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    watched: tuple[str, ...] = ("CHN",)

    def parameters(self) -> dict[str, Any]:
        """What was asked, for the record."""
        names = (
            *("country_from", "country_to", "country_origin", "contract", "end_use"),
            *("buyer", "end_user", "exporter"),
        )
        said: dict[str, Any] = {name: getattr(self, name) for name in names}
        return said | {
            "on": self.on.isoformat(),
            "delivery": self.delivery.isoformat(),
            "stated": dict(sorted(self.stated.items())),
            "accepted": dict(sorted(self.accepted.items())),
            "watched": list(self.watched),
        }


def read_sale(sale: Sale, vocabulary: Vocabulary) -> Sale:
    """The sale with names of countries and uses as codes.

    Raises:
        UsageError: a country, use, contract or fact there is not; a delivery before the order.
    """
    if sale.delivery < sale.on:
        raise UsageError(f"delivery on {sale.delivery} lies before the order on {sale.on}")
    use = _USES.get(sale.end_use.strip().casefold(), sale.end_use.strip().casefold())
    if use and use not in END_USES:
        raise UsageError(f"no end use {sale.end_use!r}; use {', '.join(END_USES)}")
    if sale.contract not in ("", *CONTRACTS):
        raise UsageError(f"no kind of contract {sale.contract!r}; use {' or '.join(CONTRACTS)}")
    for name in sale.stated:
        if name not in FACTS or not is_of_sale(name):
            known = ", ".join(filter(is_of_sale, FACTS))
            raise UsageError(f"no fact of a sale {name!r}; there are {known}")
    return replace(
        sale,
        end_use=use,
        watched=tuple(_country("watched", name, vocabulary) for name in sale.watched),
        country_from=_country("from", sale.country_from, vocabulary),
        country_to=_country("to", sale.country_to, vocabulary),
        country_origin=_country("origin", sale.country_origin, vocabulary),
    )


def is_of_sale(fact: str) -> bool:
    """Whether a fact is one of the sale as a whole, for the seller to state."""
    return FACTS[fact].group in _GROUPS or fact in OF_PRODUCT


def _country(name: str, text: str, vocabulary: Vocabulary) -> str:
    if not text:
        return ""
    territory = vocabulary.territory(text)
    if territory is None or territory.code in WORLD_CODES or territory.code.startswith("X"):
        raise UsageError(f"{name} {text!r} is no country")
    return territory.code


def assumptions(sale: Sale) -> tuple[Assumption, ...]:
    """What is taken as given because the sale does not say it, each with its reason."""
    strict = "nobody claimed the exception"
    found = [
        Assumption("nonavailability_determination", "no", strict),
        Assumption("cots_end_item", "no", strict),
        Assumption("electronic_device", "no", strict),
    ]
    if sale.contract == "dod":
        found.append(
            Assumption("contract_above_threshold", "yes", "the bar counts unless it is stated")
        )
    if sale.country_from == "USA":
        found.append(
            Assumption("subject_to_ear", "yes", "goods in the United States fall under the EAR")
        )
    if sale.end_use == "military":
        found.append(Assumption("military_end_user", "yes", "the use is military"))
    return tuple(a for a in found if a.fact not in sale.stated)


def sale_facts(sale: Sale) -> Facts:
    """The facts of the sale as one row; party facts only where they are stated.

    Raises:
        UsageError: a stated fact whose value cannot be read.
    """
    cells: dict[str, object] = {a.fact: a.value for a in assumptions(sale)}
    cells |= {
        "country_from": sale.country_from,
        "country_to": sale.country_to,
        "contract": sale.contract,
        "end_use": sale.end_use,
    }
    cells |= dict(sale.stated)
    try:
        return read_facts([{name: value for name, value in cells.items() if value}], "sale")
    except DataError as error:
        raise UsageError(f"what the sale states cannot be read: {error}") from error


def repeated(one: Facts, labels: tuple[str, ...]) -> Facts:
    """The single row of facts for every label."""
    copies = one.take([0] * len(labels))
    return replace(copies, labels=labels)


def joined_facts(first: Facts, *more: Facts) -> Facts:
    """Columns of several facts about the same rows; later ones go before earlier ones."""
    flags, numbers, words = dict(first.flags), dict(first.numbers), dict(first.words)
    for facts in more:
        flags |= facts.flags
        numbers |= facts.numbers
        words |= facts.words
    return Facts(labels=first.labels, flags=flags, numbers=numbers, words=words)


def sale_of_parameters(parameters: Mapping[str, Any]) -> Sale:
    """The sale that `Sale.parameters` tells of; raises `UsageError` for any other mapping."""
    values: dict[str, Any] = dict(parameters)
    try:
        values |= {name: date.fromisoformat(values[name]) for name in ("on", "delivery")}
        return Sale(**{**values, "watched": tuple(values["watched"])})
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"the record holds no sale: {error}") from error
