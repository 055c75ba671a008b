"""Two sellers of one metal, one of them tariffed, and what a study of it needs."""

from __future__ import annotations

from datetime import date

import numpy as np

from allanite.conditions.border import BorderMeasure
from allanite.network.normal import NormalState
from allanite.studies.border.point import Point, Year, solve_point
from allanite.studies.border.terms import BorderTerms, Product
from allanite.studies.border.world import border_world
from allanite.studies.response.world import World
from lineage_networks import add, state_of
from response_worlds import Terms, add_use, draft_of, world_of

START = date(2027, 1, 1)
LATER = Year(START, 24)


def measure(rate: float = 0.25, **more: object) -> BorderMeasure:
    """A duty of the United States on metal from China."""
    given: dict[str, object] = {
        "measure_id": "TEST",
        "name": "Test duty",
        "imposers": ("USA",),
        "origins": ("CHN",),
        "stages": ("metal",),
        "rate": rate,
    }
    return BorderMeasure(**{**given, **more})  # type: ignore[arg-type]


def terms(suppliers: float = 1.5, products: float = 0.0, share: float = 0.0) -> BorderTerms:
    """Terms at which nothing needs time."""
    return BorderTerms(
        supplier_elasticity=suppliers,
        product_elasticity=products,
        product_demand_elasticity=0.0,
        home_share={"*": 0.5},
        shift_delay=0.0,
        shift_duration=0.0,
        products={"*": Product(share, 0.5)},
    )


def two_sellers(spare: float, home: float = 0.0) -> World:
    """USA uses 100 t/yr: 80 of CHN, 20 of AUS, which could make so much more; price 100 USD/t.

    With `home`, a mine in USA stands idle that could make that much.
    """
    draft = draft_of(("CHN", "AUS", "USA"), {"met": 1.0})
    add(draft, "CHN", "dig", {"met": 1.0}, stage="mine", capacity_rate=200.0)
    add(draft, "AUS", "dig", {"met": 1.0}, stage="mine", capacity_rate=20.0 + spare)
    if home:
        add(draft, "USA", "dig", {"met": 1.0}, stage="mine", capacity_rate=home)
    for region in ("CHN", "AUS"):
        draft.add_route((region, "met"), ("USA", "met"), "trade")
    add_use(draft, "USA", "cars")
    state = state_of(
        draft,
        activity={"CHN:dig": 80.0, "AUS:dig": 20.0},
        routes={"CHN > USA: met": 80.0, "AUS > USA: met": 20.0},
        demands={"USA: cars: met": 100.0},
    )
    return world_of(state, Terms(running=90.0, spare=0.0, growth=0.0))


def point_of(world: World, one: BorderMeasure, given: BorderTerms, year: Year = LATER) -> Point:
    """The steady year of a measure on all metal."""
    stage = np.array(world.network.material_stage, dtype=object)
    base = border_world(world, np.isin(stage, one.stages), given.supplier_elasticity)
    return solve_point(base, one, given, year)


def state_with_third() -> NormalState:
    """USA takes 80 of CHN and 20 of JPN; JPN makes 70 and uses 50 of them."""
    draft = draft_of(("CHN", "JPN", "USA"), {"met": 1.0})
    add(draft, "CHN", "dig", {"met": 1.0}, stage="mine", capacity_rate=500.0)
    add(draft, "JPN", "dig", {"met": 1.0}, stage="mine", capacity_rate=70.0)
    for start, end in (("CHN", "USA"), ("JPN", "USA"), ("CHN", "JPN")):
        draft.add_route((start, "met"), (end, "met"), "trade")
    add_use(draft, "USA", "cars")
    add_use(draft, "JPN", "cars")
    return state_of(
        draft,
        activity={"CHN:dig": 80.0, "JPN:dig": 70.0},
        routes={"CHN > USA: met": 80.0, "JPN > USA: met": 20.0},
        demands={"USA: cars: met": 100.0, "JPN: cars: met": 50.0},
    )
