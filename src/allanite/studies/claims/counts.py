"""Queries that count: sites, elements of a control, minerals on a list, savings."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from allanite.ledger.claims import ClaimQuery
from allanite.ledger.quantity import Interval
from allanite.studies.claims.evidence import (
    ClaimWorld,
    Evidence,
    Row,
    day_text,
    exactly,
    not_known,
)
from allanite.studies.claims.words import listed, percent_range

_MOST_NAMES = 4


def count_sites(world: ClaimWorld, query: ClaimQuery, on: date) -> Evidence:
    """Sites of a region and stage that have one of the statuses on the day."""
    events = _events(world)
    left_out = set(query.items("except_ids"))
    wanted = set(query.items("status"))
    found = [
        site
        for site in world.rows("sites")
        if site["country"] == query.text("region")
        and site["stage"] == query.text("stage")
        and site["site_id"] not in left_out
        and site["part_of"] is None
        and status_on(site, events.get(site["site_id"], ()), on) in wanted
    ]
    names = listed([str(site["name"]) for site in found], _MOST_NAMES)
    count = len(found)
    told = f"{count} ({names})" if names else "none"
    return exactly(count, told, "sites", day_text(on), "estimated")


def _events(world: ClaimWorld) -> dict[str, list[Row]]:
    """Events that give a status, by site, in order of time."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in world.rows("site_events"):
        if row["status"] is not None:
            found[row["site_id"]].append(row)
    return {site: sorted(rows, key=lambda r: r["day"]) for site, rows in found.items()}


def status_on(site: Row, events: list[Row] | tuple[Row, ...], on: date) -> str:
    """Status of a site on a day: the last event by then, else as compiled.

    A plant whose first year lies after the day did not run yet, whatever it does since.
    """
    past = [row for row in events if row["day"] <= on]
    status = str(past[-1]["status"] if past else site["status"])
    first = site["first_year"]
    if status in ("operating", "ramp-up") and first is not None and first > on.year:
        return "construction"
    return status


def days_of_sites(world: ClaimWorld, query: ClaimQuery) -> list[date]:
    """Days on which the count can change: events of the region's sites, and first years."""
    own = {
        site["site_id"]: site
        for site in world.rows("sites")
        if site["country"] == query.text("region") and site["stage"] == query.text("stage")
    }
    days = [row["day"] for name in own for row in _events(world).get(name, ())]
    return days + [date(s["first_year"], 1, 1) for s in own.values() if s["first_year"]]


def count_elements(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """Elements that the scope of a control names."""
    rows = [r for r in world.rows("control_scope") if r["control_id"] == query.text("subject")]
    elements = sorted({r["element"] for r in rows if r["element"]})
    if not elements:
        return not_known(f"no scope of {query.text('subject')} is known", "control_scope")
    word = "element" if len(elements) == 1 else "elements"
    told = f"{len(elements)} {word}: {', '.join(elements)}"
    row = world.row("controls", control_id=query.text("subject"))
    announced = "" if row is None else str(row["announced"] or "")
    return exactly(len(elements), told, "control_scope", announced)


def count_minerals(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """Minerals of the query that stand on an official list."""
    asked = set(query.items("materials"))
    found = [
        r
        for r in world.rows("mineral_lists")
        if r["list"] == query.text("subject") and r["on_list"] and r["mineral"] in asked
    ]
    if not found:
        return not_known(f"list {query.text('subject')} names none", "mineral_lists")
    told = f"{len(found)} of {len(asked)} stand on the list, each under its own name"
    days = sorted(r["day"] for r in found if r["day"] is not None)
    return exactly(len(found), told, "mineral_lists", day_text(days[0]) if days else "")


def largest_saving(world: ClaimWorld, query: ClaimQuery, _: date) -> Evidence:
    """The most that one substitute saves by 2030 of an end use: saving times feasible share."""
    table, item = "substitutions", query.text("item")
    best: tuple[float, float, str] | None = None
    for row in world.rows(table):
        least, most = row.get(f"{item}_saving_low"), row.get(f"{item}_saving_high")
        reach = row["feasible_share_2030"]
        if least is None or most is None or reach is None:
            continue
        if query.text("end_use") not in row["end_use"]:
            continue
        low, high = float(least) * reach, float(most) * reach
        if best is None or high > best[1]:
            best = low, high, str(row["substitute"])
    if best is None:
        return not_known(f"no saving of {item} is known", table)
    low, high, substitute = best
    middle = (low + high) / 2
    return Evidence(
        told=f"{percent_range(middle, low, high)} by {substitute}",
        table=table,
        value=middle,
        interval=Interval(low, high),
        as_of="2030",
        quality="estimated",
    )
