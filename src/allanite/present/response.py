"""Result tables of the response in the order and the words of a reader.

Branches of the law come worst first; a figure that does not come within the months looked
at is said not to come, and never printed as a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from allanite.present.data import BriefData
from allanite.present.page import Cell, LegendItem, Row
from allanite.present.words import ELEMENT_NAMES, counted, joined, opening
from allanite.studies.response.courses import NO_LICENCES, STATED

NOTHING: Final = "nothing"
CHEAPEST: Final = "cheapest"
SHOWN_BRANCHES: Final = 4
TABLES: Final = (
    "response_cover",
    "response_service",
    "response_measures",
    "response_prices",
    "response_stocks",
    "response_knowledge",
    "response_notes",
)
_WEEKS_SHOWN_WHOLE: Final = 2.0
_LEAST_WEEKS: Final = 1e-6  # less is rounding of a solver


def branches(data: BriefData) -> list[str]:
    """Courses of the law that any table has, the one with the largest loss first.

    The case in which no licence is given is no course of the law and comes last.
    """
    loss = _losses(data)
    return sorted(loss, key=lambda name: (name == NO_LICENCES, -loss[name], name))[:SHOWN_BRANCHES]


def by_loss(data: BriefData) -> list[str]:
    """The courses shown, the one with the largest loss first, whether of the law or not."""
    loss = _losses(data)
    return sorted(branches(data), key=lambda name: (-loss[name], name))


def _losses(data: BriefData) -> dict[str, float]:
    """Loss of the partners if nobody acts, by branch [million USD]."""
    loss: dict[str, float] = {}
    for row in data.rows("response_cover"):
        if row["partner"]:
            loss[row["branch"]] = loss.get(row["branch"], 0.0) + row["loss_nothing"]
    for name in TABLES:
        if name in data.tables:
            for branch in data.tables[name].column("branch").unique().to_pylist():
                loss.setdefault(branch, 0.0)
    return loss


def told_together(texts: Mapping[str, str]) -> list[str]:
    """Sentences by branch, each once: branches of which the same is said share an opening."""
    same: dict[str, list[str]] = {}
    for branch, text in texts.items():
        if text:
            same.setdefault(text, []).append(branch)
    return [
        opening(text if found == [STATED] else f"with {joined(found, 'or with')}: {text}")
        for text, found in same.items()
    ]


def branch_heading(branch: str) -> str:
    """Heading of what is shown of one branch; nothing where every state is known."""
    return "" if branch == STATED else f"With {branch}"


def branch_colour(data: BriefData, branch: str) -> str:
    """The CSS variable of a branch, by its place among all branches."""
    return f"var(--branch-{branches(data).index(branch) + 1})"


def branch_legend(data: BriefData, found: Sequence[str]) -> tuple[LegendItem, ...]:
    """The branches with their colours; nothing where every state is known."""
    if list(found) == [STATED]:
        return ()
    return tuple(LegendItem(f"with {b}", branch_colour(data, b)) for b in found)


def periods(data: BriefData) -> list[str]:
    """Labels of the periods that were looked at, in order."""
    found = {row["period"] for row in data.rows("response_service")}
    found |= {row["period"] for row in data.rows("response_prices")}
    return sorted(found | {row["period"] for row in data.rows("response_stocks")})


def horizon_words(data: BriefData) -> str:
    """The time looked at: `24 months`."""
    found = periods(data)
    if not found:
        return "the time looked at"
    if all(len(label) == len("2026-01") for label in found):
        return counted(len(found), "month", "months")
    return counted(len(found), "period", "periods")


def horizon_weeks(data: BriefData) -> float:
    """Length of the time looked at; where no table has periods, that of the longest cover."""
    found = periods(data)
    if found:
        return (period_end(found, len(found) - 1) - period_start(found[0])).days / 7
    rows = data.rows("response_cover")
    return max((row[x] or 0.0 for row in rows for x in ("weeks", "high")), default=0.0) or 1.0


def period_start(label: str) -> date:
    """First day of a period from its label, `2026-11` or `2026-11-01`."""
    return date.fromisoformat(label if len(label) > len("2026-11") else f"{label}-01")


def period_end(labels: Sequence[str], position: int) -> date:
    """The day after a period ends: the first of the next one."""
    if position + 1 < len(labels):
        return period_start(labels[position + 1])
    last = period_start(labels[position])
    if len(labels[position]) == len("2026-11") or position == 0:
        return (last.replace(day=1) + timedelta(days=31)).replace(day=1)
    return last + (last - period_start(labels[position - 1]))


@dataclass(frozen=True, slots=True)
class Names:
    """Names of materials by label."""

    materials: Mapping[str, str]

    def material(self, label: str | None) -> str:
        """The material in words, with its class of origin where it has one."""
        if label is None:
            return "not known"
        base, mark, origin = label.partition("@")
        name = self.materials.get(base) or _plain(base)
        return f"{name}, listed origin {origin}" if mark else name


def names_of(data: BriefData) -> Names:
    """Names of materials from the tables that give them."""
    found = {row["material_id"]: row["name"] for row in data.rows("materials")}
    found |= {row["material_id"]: row["material"] for row in data.rows("mineral_stages")}
    return Names(found)


_FORMS: Final[Mapping[str, str]] = {"ox": "oxide", "met": "metal"}


def _plain(label: str) -> str:
    """A label such as `ox_dy` as `dysprosium oxide`, else with its signs made spaces."""
    form, _, rest = label.partition("_")
    element = ELEMENT_NAMES.get(rest.title())
    if form in _FORMS and element:
        return f"{element} {_FORMS[form]}"
    return label.replace("_", " ")


def partner_rows(data: BriefData, name: str) -> list[dict[str, Any]]:
    """Rows of a table with a region that is a partner."""
    return [row for row in data.rows(name) if row["region"] in data.case.partners]


def cover_rows(data: BriefData, partner: str) -> list[dict[str, Any]]:
    """Cover of a partner's uses, the first to stop in any branch first, branches worst first."""
    order = branches(data)
    rows = [row for row in partner_rows(data, "response_cover") if row["region"] == partner]
    first: dict[str, tuple[float, float]] = {}
    for row in rows:
        sooner = (_sortable(row["weeks"]), -row["loss_nothing"])
        first[row["end_use"]] = min(first.get(row["end_use"], sooner), sooner)
    kept = [row for row in rows if row["branch"] in order]
    return sorted(kept, key=lambda r: (first[r["end_use"]], r["end_use"], order.index(r["branch"])))


def _sortable(weeks: float | None) -> float:
    return float("inf") if weeks is None else weeks


def stopping(rows: Iterable[Row]) -> list[Row]:
    """Rows of uses that stop within the time looked at, the first to stop first."""
    found = [row for row in rows if row["weeks"] is not None]
    return sorted(found, key=lambda r: (r["weeks"], -r["loss_nothing"], r["end_use"]))


def weeks_number(value: float) -> str:
    """Weeks as a reader says them: whole from two on, else to a tenth."""
    if abs(value) < _LEAST_WEEKS:
        return "0"
    if value < _WEEKS_SHOWN_WHOLE:
        return "under 0.1" if 0 < value < 0.05 else f"{value:.1f}"
    return f"{value:.0f}"


def weeks_range(row: Row) -> str:
    """Weeks of cover with their range: `6 weeks (4–9)`; `later` where an end has no number."""
    if row["weeks"] is None:
        if row["low"] is None:
            return "not within the time looked at"
        return f"not within the time looked at ({weeks_number(row['low'])} weeks at low stocks)"
    centre = f"{weeks_number(row['weeks'])} {'week' if row['weeks'] == 1 else 'weeks'}"
    if row["low"] is None:
        return f"{centre} (range not known)"
    low = weeks_number(row["low"])
    high = "later" if row["high"] is None else weeks_number(row["high"])
    return f"{centre} ({low}–{high})" if low != high else centre


def short_weeks(row: Row) -> str:
    """Weeks of cover where room is small: `6 (4–9) weeks`."""
    if row["weeks"] is None:
        return "does not stop" if row["low"] is None else "may stop"
    told = weeks_range(row)
    return told.replace(" weeks", "").replace(" week", "")


def computed(row: Row) -> Cell:
    """Source of a computed row: the network and the assumptions it was computed with."""
    quality = row.get("quality")
    tag = str(quality) if quality in ("estimated", "assumed") else ""
    return Cell("computed", "#assumptions", tag)
