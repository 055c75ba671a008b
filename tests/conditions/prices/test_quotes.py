"""Which rows become quotes, with what error, and which are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic_quotes import quote

from allanite import Release
from allanite.conditions.prices.grid import build_grid
from allanite.conditions.prices.load import load_outside_volumes
from allanite.conditions.prices.outside import load_premiums, size_posterior
from allanite.conditions.prices.oxides import OXIDES
from allanite.conditions.prices.quotes import PriceQuotes, load_quotes
from allanite.errors import DataError


def test_every_oxide_is_quoted(release: Release) -> None:
    quotes = load_quotes(release)
    assert {q.oxide for q in quotes.quotes} == set(OXIDES)
    assert len({(q.oxide, q.period, q.source) for q in quotes.quotes}) == len(quotes.quotes)


def test_money_of_2025_by_hand(release: Release) -> None:
    """Nd oxide of 2009: 19.12 x 321.943 / 214.537 = 28.69."""
    (found,) = [q for q in load_quotes(release).quotes if (q.oxide, q.period) == ("Nd", "2009")]
    assert found.price == pytest.approx(28.692, abs=1e-3)
    assert (found.first, found.last) == (8, 11)


def test_ndpr_of_2026_counts_for_both(release: Release) -> None:
    """Range 92 to 97: sqrt(0.1^2 + (ln(97/92) / 3.29)^2 + 0.05^2) = 0.113."""
    found = [q for q in load_quotes(release).quotes if q.period == "2026-09"]
    assert {q.oxide for q in found} == {"Nd", "Pr"}
    assert all(q.error == pytest.approx(0.113, abs=1e-3) for q in found)


def test_the_end_of_a_year_lies_between_two_quarters(release: Release) -> None:
    """End of 2011: November 2011 and February 2012, half and half; October: a third August."""
    found = {q.period: q for q in load_quotes(release).quotes if q.oxide == "Dy"}
    end, october = found["2011 end"], found["2011-10"]
    assert (end.first, end.last) == (19, 20)
    assert end.share == pytest.approx(0.5, abs=0.01)
    assert (october.first, october.last) == (18, 19)
    assert october.share == pytest.approx(1 / 3, abs=0.01)
    read = build_grid(load_quotes(release)).flat_read
    np.testing.assert_allclose(read.sum(axis=1), 1.0)


def test_a_rounded_average_has_the_error_of_its_step(release: Release) -> None:
    """La 2016 printed as 2: sqrt(0.03^2 + (1 / 2)^2 / 12) = 0.147."""
    found = [q for q in load_quotes(release).quotes if (q.oxide, q.period) == ("La", "2016")]
    assert found[0].error == pytest.approx(0.1474, abs=1e-3)


def test_prices_inside_china_before_2015_are_left_out(release: Release) -> None:
    sources = {q.source for q in load_quotes(release).quotes}
    inside = [r for r in release.rows("oxide_prices") if r["market_place"] != "export from China"]
    left = [r for r in inside if not r["market"].startswith("USGS")]
    assert left
    assert not sources & {f"oxide_prices: {r['locator']}" for r in left}


def test_pairs_of_rows_give_the_covariance_of_averages() -> None:
    """Weights of distances give the same as read @ K @ read'."""
    quotes = PriceQuotes((quote("La", 0, 3, 2.0), quote("La", 2, 2, 3.0), quote("La", 4, 7, 2.0)))
    grid = build_grid(quotes)
    lag = 0.8 ** np.arange(grid.quarters)
    kernel = 0.8 ** np.abs(np.subtract.outer(np.arange(grid.quarters), np.arange(grid.quarters)))
    found = (grid.pairs @ lag).reshape(len(OXIDES), 3, 3)[0]
    np.testing.assert_allclose(found, grid.read[0] @ kernel @ grid.read[0].T)


def test_no_quotes_at_all_is_said() -> None:
    with pytest.raises(DataError, match="no quote at all"):
        PriceQuotes(())
    with pytest.raises(DataError, match="no quote at all"):
        PriceQuotes((quote("La", 40, 43, 2.0),)).until(2010)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"price": -1.0}, "above 0"),
        ({"price": float("nan")}, "above 0"),
        ({"error": 0.0}, "above 0"),
        ({"oxide": "Xx"}, "La, Ce, Pr"),
        ({"first": 5, "last": 2}, "quarters 5 to 2"),
    ],
)
def test_hostile_quotes_are_refused(change: dict, words: str) -> None:
    bad = replace(quote("La", 0, 3, 2.0), **change)
    with pytest.raises(DataError, match=words) as caught:
        PriceQuotes((quote("Ce", 0, 3, 2.0), bad, replace(bad, period="again")))
    assert len(caught.value.findings) == 2


def test_a_negative_row_names_its_place(release: Release) -> None:
    rows = {name: release.rows(name) for name in ("oxide_prices", "price_points")}
    rows |= {name: release.rows(name) for name in ("price_deflators", "assumptions")}
    rows["price_points"][0]["low"] = -1.0

    class Hostile:
        def rows(self, name: str) -> list:
            return rows[name]

    with pytest.raises(DataError, match=r"a price of -1\.0"):
        load_quotes(Hostile())  # type: ignore[arg-type]
    rows["price_points"][0]["low"] = 50.0
    rows["price_deflators"] = [r for r in rows["price_deflators"] if r["year"] != 2026]
    with pytest.raises(DataError, match="no deflator"):
        load_quotes(Hostile())  # type: ignore[arg-type]


def test_sizes_of_premiums_follow_their_quotes(release: Release) -> None:
    """Y was 19 to 50 times as dear outside, La 2 to 7 times; an oxide without a quote borrows."""
    mean, factor = size_posterior(load_premiums(release))
    size, sd = np.exp(mean), np.sqrt((factor**2).sum(axis=1))
    at = {oxide: i for i, oxide in enumerate(OXIDES)}
    assert 2.5 < size[at["Y"]] < 3.5
    assert 0.8 < size[at["La"]] < 1.8
    assert sd[at["Gd"]] > 1.4 * sd[at["Y"]]


def test_thin_volumes_lie_in_their_range_and_below_all_use(release: Release) -> None:
    volumes = load_outside_volumes(release)
    assert (volumes["low"] < volumes["outside_volume_rate"]).all()
    assert (volumes["outside_volume_rate"] < volumes["high"]).all()
    for row in release.rows("outside_volumes"):
        assert row["high"] < row["use_rate"]
    dysprosium = volumes["high"][OXIDES.index("Dy")]
    assert dysprosium <= 0.0101 * 2600  # less than 1 % of world use at 800 or more
