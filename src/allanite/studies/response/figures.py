"""Headline figures, ranking of measures and choke points as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np

from allanite.axis import BoolArray
from allanite.studies.response.measure_columns import ALONE_TEXT, DIPLOMACY
from allanite.studies.response.measures import Ranking
from allanite.studies.response.outcome import (
    MILLION,
    WEEKS_PER_YEAR,
    Outcome,
    use_cover,
    use_groups,
    value_at_stake,
)
from allanite.studies.response.program import is_partner_demand
from allanite.studies.response.scan import ChokePoint

Row = dict[str, object]
ALL_PARTNERS: Final = "partners"
ALL_REGIONS: Final = "all regions"
APART: Final = 0.02  # of the smaller saving: below it two measures do not touch each other


def region_masks(outcome: Outcome) -> dict[str, BoolArray]:
    """Demands of each partner, of all partners and of all regions, (D,) each."""
    regions = np.array(outcome.world.network.demands.region, dtype=object)
    masks = {partner: regions == partner for partner in outcome.rules.partners}
    masks[ALL_PARTNERS] = is_partner_demand(outcome.world, outcome.rules)
    masks[ALL_REGIONS] = np.ones(regions.size, dtype=bool)
    return masks


def headline_figures(outcome: Outcome) -> dict[tuple[str, str], tuple[float, str]]:
    """Value and unit by (figure, region) of one outcome."""
    found: dict[tuple[str, str], tuple[float, str]] = {}
    short, loss, need = outcome.shortage, outcome.loss, outcome.need
    for region, mask in region_masks(outcome).items():
        found["shortage", region] = float(short[:, mask].sum()), "t"
        found["loss", region] = float(loss[:, mask].sum()) / MILLION, "million USD"
        total = float(need[:, mask].sum())
        found["share not served", region] = (
            float(short[:, mask].sum()) / total if total else 0.0,
            "1",
        )
        groups = use_groups(outcome.world, mask)
        weeks = use_cover(outcome, groups) if groups.label else np.array([np.inf])
        first = float(weeks.min())
        if np.isfinite(first):
            found["weeks until the first use stops", region] = first, "week"
        found["uses that stop", region] = float(np.isfinite(weeks).sum()), "count"
    return found


def figure_rows(branch: str, answer: str, runs: Mapping[str, Outcome]) -> Iterator[Row]:
    """Rows of `response_figures`: central value with the range over low and high stocks."""
    values = {name: headline_figures(run) for name, run in runs.items()}
    for (figure, region), (value, unit) in values["central"].items():
        if answer == "cheapest" and unit == "week":
            continue  # who knows the course stops a use at once to spare a dearer one
        across = [
            found[figure, region][0] for found in values.values() if (figure, region) in found
        ]
        yield {
            "branch": branch,
            "figure": f"{figure}, {answer}",
            "region": region,
            "value": value,
            "low": min(across),
            # Weeks that a run lacks never come there: the upper end is open.
            "high": max(across) if len(across) == len(values) else None,
            "unit": unit,
        }


def weekly_stake(outcome: Outcome, touched: BoolArray) -> float:
    """Value at stake of one week of the partners' touched uses [USD]."""
    rate = outcome.world.state.demand_rate
    return float((value_at_stake(outcome.world) * rate)[touched].sum() / WEEKS_PER_YEAR)


def measure_rows(branch: str, ranking: Ranking) -> list[Row]:
    """Rows of `response_measures`, the one that saves most alone first."""
    nothing, everything = ranking.nothing, ranking.everything
    partner = is_partner_demand(nothing.world, nothing.rules)
    touched = partner & (nothing.loss.sum(axis=0) > 1.0)
    stake = weekly_stake(nothing, touched)
    rows: list[Row] = []
    for value in ranking.values:
        last = ranking.on_top if value.name == DIPLOMACY else everything
        avoided = nothing.partner_loss() - value.alone.partner_loss()
        rows.append(
            {
                "branch": branch,
                "measure": value.name,
                "shortage_avoided_amount": nothing.partner_shortage()
                - value.alone.partner_shortage(),
                "saving_alone": (nothing.cost - value.alone.cost) / MILLION,
                "saving_last": (value.without.cost - last.cost) / MILLION,
                "weeks_gained": avoided / stake if stake else 0.0,
                "marginal_value": value.marginal_value / MILLION,
                "what_it_is": ALONE_TEXT[value.name],
            }
        )
    rows.sort(key=lambda row: (-float(row["saving_alone"]), row["measure"]))  # type: ignore[arg-type]
    return [{**row, "rank": i + 1} for i, row in enumerate(rows)]


def pair_rows(branch: str, ranking: Ranking) -> Iterator[Row]:
    """Rows of `response_pairs`."""
    nothing = ranking.nothing.cost
    alone = {value.name: (nothing - value.alone.cost) / MILLION for value in ranking.values}
    for (first, second), outcome in ranking.pairs.items():
        both = (nothing - outcome.cost) / MILLION
        interaction = both - alone[first] - alone[second]
        limit = APART * max(min(alone[first], alone[second]), 0.0) + 1e-6
        reading = "apart" if abs(interaction) <= limit else "help" if interaction > 0 else "overlap"
        yield {
            "branch": branch,
            "first": first,
            "second": second,
            "saving_first": alone[first],
            "saving_second": alone[second],
            "saving_both": both,
            "interaction": interaction,
            "reading": reading,
        }


def knowledge_rows(branch: str, outcomes: Mapping[str, Outcome]) -> Iterator[Row]:
    """Rows of `response_knowledge`; the value of knowing is the cost above foresight."""
    best = outcomes["foresight"].cost if "foresight" in outcomes else np.nan
    for knowledge, outcome in outcomes.items():
        if not np.isfinite(best):
            best = outcome.cost
        yield {
            "branch": branch,
            "knowledge": knowledge,
            "cost": outcome.cost / MILLION,
            "loss": outcome.partner_loss() / MILLION,
            "shortage_amount": outcome.partner_shortage(),
            "value_of_knowing": (outcome.cost - best) / MILLION,
        }


def choke_rows(point: ChokePoint, names: Mapping[str, str]) -> Iterator[Row]:
    """Rows of `choke_points` of one removal, without its rank."""
    outcome, removal = point.outcome, point.removal
    masks = region_masks(outcome)
    del masks[ALL_REGIONS]
    for region, mask in masks.items():
        groups = use_groups(outcome.world, mask)
        lost = groups.sum(outcome.loss).sum(axis=0)
        most = int(np.argmax(lost)) if lost.size and lost.max() > 1.0 else -1
        yield {
            "level": removal.level,
            "label": removal.label,
            "name": names.get(removal.label, removal.label),
            "country": removal.country,
            "chain": removal.chain,
            "stage": removal.stage,
            "region": region,
            "normal_rate": float(outcome.world.state.activity_rate[removal.processes].sum()),
            "shortage_amount": float(outcome.shortage[:, mask].sum()),
            "loss": float(outcome.loss[:, mask].sum()) / MILLION,
            "most_hit": groups.label[most][1] if most >= 0 else None,
        }


def ranked_chokes(rows: Iterable[Row]) -> list[Row]:
    """Rows of `choke_points`, ranked by the loss of all partners within a level."""
    found: dict[str, dict[tuple[object, ...], list[Row]]] = {}
    for row in rows:
        key = row["label"], row["chain"], row["stage"]
        found.setdefault(str(row["level"]), {}).setdefault(key, []).append(row)
    ranked: list[Row] = []
    for groups in found.values():
        order = sorted(groups.items(), key=lambda item: (-_partner_loss(item[1]), str(item[0])))
        for rank, (_, members) in enumerate(order, 1):
            ranked += [{**row, "rank": rank} for row in members]
    return ranked


def _partner_loss(rows: Iterable[Row]) -> float:
    return sum(float(str(row["loss"])) for row in rows if row["region"] == ALL_PARTNERS)
