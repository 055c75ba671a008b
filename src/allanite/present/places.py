"""Names and roles of regions in one case: who is watched, who are the partners, who else.

Colours follow the role and not the country, so that the page needs five of them; each is
also written out beside its mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from allanite.conditions.case import Case

WATCHED: Final = "watched"
OTHER: Final = "other"
_PARTNER_COLOURS: Final = 4
SHAPES: Final = ("circle", "square", "triangle-up", "diamond")


@dataclass(frozen=True, slots=True)
class Places:
    """Names, parent regions and roles by region code."""

    names: Mapping[str, str]
    demand_region: Mapping[str, str]
    roles: Mapping[str, str]

    def name(self, code: str | None) -> str:
        """The region's name; the code itself where the table of regions has none."""
        return "not known" if code is None else self.names.get(code, code)

    def role(self, code: str | None) -> str:
        """`watched`, `partner-1` …, or `other`; members of a partner region share its role."""
        if code is None:
            return OTHER
        parent = self.demand_region.get(code, code)
        return self.roles.get(code) or self.roles.get(parent, OTHER)

    def colour(self, code: str | None) -> str:
        """The CSS variable of the region's role."""
        return f"var(--{self.role(code)})"

    def shape(self, code: str | None) -> str:
        """Shape of a point: distinct for each partner, so that colour is not the only sign."""
        role = self.role(code)
        position = int(role.removeprefix("partner-")) - 1 if role.startswith("partner-") else 3
        return SHAPES[min(position, 3)]

    def order(self) -> list[str]:
        """Codes with a role: the watched one, then the partners."""
        return list(self.roles)


def places_of(case: Case, regions: Iterable[Mapping[str, Any]]) -> Places:
    """Names and roles for a case from the rows of table `regions`."""
    roles = {case.watched: WATCHED}
    for i, partner in enumerate(case.partners):
        roles[partner] = f"partner-{min(i + 1, _PARTNER_COLOURS)}"
    return named_places(regions, roles)


def named_places(
    regions: Iterable[Mapping[str, Any]], roles: Mapping[str, str] | None = None
) -> Places:
    """Names and parent regions from the rows of table `regions`; no roles by default."""
    rows = list(regions)
    names = {str(row["region"]): str(row["name"]) for row in rows}
    parents = {
        str(row["region"]): str(row["demand_region"]) for row in rows if row["demand_region"]
    }
    return Places(names, parents, roles or {})
