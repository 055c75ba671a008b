"""Controls that a desk has to look at today: those whose state is open or changes soon.

A control in force for more than a year has its effect in the flows of today already, as far
as the market could adapt; applied to the flows of the base year as if it were new, it would
say again what has happened. A younger one is looked at as if it began now.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from allanite.conditions.horizon import Horizon
from allanite.law.controls import Article, Controls

RECENT: Final = timedelta(days=366)  # a control this young is still working its way through


def pending_controls(controls: Controls, issuer: str, horizon: Horizon) -> tuple[str, ...]:
    """Ids of an issuer's controls whose state is unknown or changes around the horizon.

    Args:
        controls: records of a release.
        issuer: region code of the issuer.
        horizon: changes count from a year before it to its end.
    """
    return tuple(
        sorted(
            control.control_id
            for control in controls.records.values()
            if control.issuer == issuer
            and control.kind != "suspension"
            and any(_is_pending(article, horizon) for article in control.articles)
        )
    )


def _is_pending(article: Article, horizon: Horizon) -> bool:
    first = horizon.first_day(0) - RECENT
    last = horizon.last_day(horizon.count - 1)
    for period in article.periods:
        starts = period.first_day is not None and first <= period.first_day <= last
        ends = period.last_day is None or period.last_day >= horizon.first_day(0)
        within = ends and (period.first_day is None or period.first_day <= last)
        if within and starts and period.state in ("in_force", "unknown"):
            return True
    return False
