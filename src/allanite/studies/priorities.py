"""Joint priorities: which minerals matter to the partners of a case, and do they agree?

Each partner scores each mineral by four components, all from 0 to 1: on its list, reliance
on imports, geopolitical supply risk, export control in force. The score is their weighted mean
(assumptions `joint_priorities_weight_*`, equal); the joint score is the mean of the partners.
A component without data is left out of the mean, named, and set to 0 and to 1 for the range
of the rank. Nothing is ranked on a gap read as zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.assumed import assumed_value
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_exposure import JOINT_PRIORITIES
from allanite.errors import UsageError
from allanite.record import RunRecord, Stopwatch, package_versions, peak_memory
from allanite.studies.result import Result

COMPONENTS: Final = ("listed", "import_reliance", "supply_risk", "control")
# The list that names a partner's critical minerals.
LIST_OF_PARTNER: Final[Mapping[str, str]] = {
    "USA": "US_2025",
    "JPN": "JP_ESPA_2022",
    "AUS": "AU_CML_2024",
    "XEU": "EU_CRM_2024",
}
CONTROL_LIST: Final = "CN_EXPORT_LICENCE"
UNITED_STATES: Final = "USA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the components are read from.

    Attributes:
        listed: (mineral, partner) -> on the partner's list.
        import_reliance: (mineral, partner) -> 0 to 1.
        supply_risk: (mineral, partner) -> GeoPolRisk over the largest of that partner.
        control: mineral -> whether an export control on it is in force.
        minerals: all minerals to rank.
        traded_as: mineral -> commodity its trade figures stand for.
    """

    minerals: tuple[str, ...]
    traded_as: Mapping[str, str]
    listed: Mapping[tuple[str, str], bool]
    import_reliance: Mapping[tuple[str, str], float]
    supply_risk: Mapping[tuple[str, str], float]
    control: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One partner's view of one mineral; None is missing."""

    parts: Mapping[str, float | None]
    weights: Mapping[str, float]

    @property
    def known(self) -> float | None:
        """Weighted mean of the known components."""
        return self._mean({name: v for name, v in self.parts.items() if v is not None})

    def with_missing_at(self, value: float) -> float:
        """Weighted mean with every missing component at `value`."""
        mean = self._mean({name: value if v is None else v for name, v in self.parts.items()})
        return value if mean is None else mean

    def _mean(self, values: Mapping[str, float]) -> float | None:
        total = sum(self.weights[name] for name in values)
        if total <= 0:
            return None
        return sum(self.weights[name] * value for name, value in values.items()) / total

    @property
    def missing(self) -> tuple[str, ...]:
        """Components without data."""
        return tuple(name for name, value in self.parts.items() if value is None)


def rank_priorities(
    release: Release,
    partners: Sequence[str],
    supply_risk: pa.Table,
    *,
    year: int,
    controls: Mapping[str, bool] | None = None,
) -> Result:
    """Table `joint_priorities` for the partners of a case.

    Args:
        release: for lists, reliance and names.
        partners: region codes; one alone is ranked by its own score.
        supply_risk: result table of that name.
        year: year of trade and production.
        controls: mineral -> export control in force; by default the list of minerals under
            Chinese export licence as compiled. A mineral not named has no data.

    Raises:
        UsageError: a partner without a list, or none at all.
    """
    watch = Stopwatch()
    unknown = sorted(set(partners) - set(LIST_OF_PARTNER))
    if unknown or not partners:
        raise UsageError(
            f"partners {', '.join(partners)}: name one or more of {', '.join(LIST_OF_PARTNER)}"
        )
    partners = tuple(dict.fromkeys(partners))
    evidence = gather_evidence(release, partners, supply_risk, year, controls)
    weights = {c: assumed_value(release, f"joint_priorities_weight_{c}") for c in COMPONENTS}
    table = rows_table(JOINT_PRIORITIES, priority_rows(evidence, partners, weights))
    record = RunRecord(
        command="priorities",
        parameters={"partners": list(partners), "year": year, "weights": weights},
        data_digest=release.digest,
        versions=package_versions(),
        seconds=watch.seconds(),
        peak_memory=peak_memory(),
    )
    return Result(record, {JOINT_PRIORITIES.name: table})


def gather_evidence(
    release: Release,
    partners: Sequence[str],
    supply_risk: pa.Table,
    year: int,
    controls: Mapping[str, bool] | None,
) -> Evidence:
    """Components of all minerals on any list, by partner."""
    lists = {(r["mineral"], r["list"]): bool(r["on_list"]) for r in release.rows("mineral_lists")}
    minerals = tuple(sorted({mineral for mineral, _ in lists}))
    names = {r["commodity"]: r for r in release.rows("commodities")}
    traded = {m: names[m]["traded_as"] if m in names else m for m in minerals}
    risk = {
        (r["commodity"], r["region"]): r
        for r in supply_risk.to_pylist()
        if r["year"] == year and r["region"] in partners
    }
    largest = {p: _largest(risk, p) for p in partners}
    pairs = [(m, p) for m in minerals for p in partners]
    cells = {(m, p): risk.get((traded[m], p), {}) for m, p in pairs}
    american = us_reliance(release, names, year)
    reliance = {
        (m, p): american.get(m) if p == UNITED_STATES else _import_share(cells[m, p])
        for m, p in pairs
    }
    licences = {m: lists[m, CONTROL_LIST] for m in minerals if (m, CONTROL_LIST) in lists}
    return Evidence(
        minerals=minerals,
        traded_as=traded,
        listed=_listed(lists, pairs),
        import_reliance={key: value for key, value in reliance.items() if value is not None},
        supply_risk={
            key: cell["geopolrisk"] / largest[key[1]]
            for key, cell in cells.items()
            if cell.get("geopolrisk") is not None and largest[key[1]] > 0
        },
        control=licences if controls is None else controls,
    )


def _listed(
    lists: Mapping[tuple[str, str], bool], pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], bool]:
    official = {(m, p): lists.get((m, LIST_OF_PARTNER[p])) for m, p in pairs}
    return {key: on_list for key, on_list in official.items() if on_list is not None}


def _largest(risk: Mapping[tuple[str, str], Mapping[str, Any]], partner: str) -> float:
    found = [r["geopolrisk"] or 0.0 for (_, region), r in risk.items() if region == partner]
    return max(found, default=0.0)


def _import_share(cell: Mapping[str, Any]) -> float | None:
    """Imports over imports plus domestic output; None where either is not known."""
    imports, domestic = cell.get("import_amount"), cell.get("domestic_production_amount")
    if imports is None or domestic is None or imports + domestic <= 0 or not imports:
        return None
    return float(imports / (imports + domestic))


def us_reliance(
    release: Release, names: Mapping[str, Mapping[str, Any]], year: int
) -> dict[str, float]:
    """Net import reliance of the United States as printed, 0 to 1; a net exporter has 0.

    Where the publisher prints `greater than` or `less than` the bound itself is taken.
    """
    rows = [
        r
        for r in release.rows("us_salient")
        if r["statistic"] == "Net import reliance" and r["year"] == year
    ]
    found: dict[str, float] = {}
    for mineral, name in names.items():
        words = (name["salient_item"] or "").casefold()
        for row in rows:
            same = row["commodity"].casefold() == (name["salient_commodity"] or "").casefold()
            if same and words in row["item"].casefold():
                value = 0.0 if row["qualifier"] == "net exporter" else row["value"]
                if value is not None:
                    found.setdefault(mineral, value / 100)
    return found


def priority_rows(
    evidence: Evidence, partners: Sequence[str], weights: Mapping[str, float]
) -> list[dict[str, object]]:
    """Rows of the table, highest joint score first."""
    scores = {
        m: {p: Score(parts=_parts(evidence, m, p), weights=weights) for p in partners}
        for m in evidence.minerals
    }
    joint = {m: _joint(scores[m]) for m in evidence.minerals}
    order = sorted(evidence.minerals, key=lambda m: (-_number(joint[m]), m))
    rows: list[dict[str, object]] = []
    for mineral in order:
        shared = _shared(evidence, mineral, partners, scores[mineral], joint)
        for partner in partners:
            score = scores[mineral][partner]
            parts = dict(score.parts)
            listed = evidence.listed.get((mineral, partner))
            rows.append(
                {
                    **shared,
                    **{name: parts[name] for name in COMPONENTS[1:]},
                    "listed": listed,
                    "partner": partner,
                    "score": score.known,
                    "score_low": score.with_missing_at(0.0),
                    "score_high": score.with_missing_at(1.0),
                    "missing": ", ".join(score.missing),
                }
            )
    return rows


def _number(score: float | None) -> float:
    """The score for sorting; without one at the end."""
    return -1.0 if score is None else score


def _parts(evidence: Evidence, mineral: str, partner: str) -> dict[str, float | None]:
    listed, control = evidence.listed.get((mineral, partner)), evidence.control.get(mineral)
    return {
        "listed": None if listed is None else float(listed),
        "import_reliance": evidence.import_reliance.get((mineral, partner)),
        "supply_risk": evidence.supply_risk.get((mineral, partner)),
        "control": None if control is None else float(control),
    }


def _joint(scores: Mapping[str, Score]) -> float | None:
    known = [score.known for score in scores.values() if score.known is not None]
    return sum(known) / len(known) if known else None


def _shared(
    evidence: Evidence,
    mineral: str,
    partners: Sequence[str],
    scores: Mapping[str, Score],
    joint: Mapping[str, float | None],
) -> dict[str, object]:
    """Columns that all rows of one mineral share."""
    others = [value for m, value in joint.items() if m != mineral and value is not None]

    def rank(value: float) -> int:
        return 1 + sum(other > value for other in others)

    low, high = (
        sum(s.with_missing_at(end) for s in scores.values()) / len(scores) for end in (0.0, 1.0)
    )
    own = joint[mineral]
    listed_by = [p for p in partners if evidence.listed.get((mineral, p))]
    return {
        "mineral": mineral,
        "joint_score": own,
        "joint_rank": None if own is None else rank(own),
        "rank_best": min(rank(high), rank(own)) if own is not None else rank(high),
        "rank_worst": max(rank(low), rank(own)) if own is not None else rank(low),
        "agreement": _agreement(evidence, mineral, partners, len(listed_by)),
        "listed_by": ", ".join(listed_by),
        "reason": _reason(evidence, mineral, partners, listed_by),
    }


def _agreement(evidence: Evidence, mineral: str, partners: Sequence[str], count: int) -> str:
    if any((mineral, p) not in evidence.listed for p in partners):
        return "unknown"
    if len(partners) == 1:
        return "the partner's list" if count else "not on the partner's list"
    if count == len(partners):
        return "all partners"
    return ("no partner", "one partner")[count] if count < 2 else "some partners"


def _reason(
    evidence: Evidence, mineral: str, partners: Sequence[str], listed_by: Sequence[str]
) -> str:
    """The components in words, with what is missing."""
    control = evidence.control.get(mineral)
    parts = [
        f"on the list of {' and '.join(listed_by)}"
        if listed_by
        else _unlisted(evidence, mineral, partners),
        _by_partner("imports", evidence.import_reliance, mineral, partners, lambda v: f"{v:.0%}"),
        _by_partner(
            "supply risk, largest = 1", evidence.supply_risk, mineral, partners, "{:.2f}".format
        ),
        {True: "export control in force", False: "no export control", None: "control: no data"}[
            control
        ],
    ]
    group = evidence.traded_as.get(mineral, mineral)
    if group != mineral:
        parts.append(f"trade and risk are those of {group} as a whole")
    return "; ".join(parts)


def _unlisted(evidence: Evidence, mineral: str, partners: Sequence[str]) -> str:
    if all((mineral, p) not in evidence.listed for p in partners):
        return "lists: no data"
    return "on no partner's list" if len(partners) > 1 else f"not on the list of {partners[0]}"


def _by_partner(
    what: str,
    values: Mapping[tuple[str, str], float],
    mineral: str,
    partners: Sequence[str],
    form: Callable[[float], str],
) -> str:
    words = [
        f"{p} {form(values[mineral, p])}" if (mineral, p) in values else f"{p} no data"
        for p in partners
    ]
    return f"{what}: {', '.join(words)}"
