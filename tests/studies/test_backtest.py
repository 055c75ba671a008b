"""The back-test: measures by hand, what the text of a control implies, and no fitting."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

import allanite as al
from allanite.errors import DataError, UsageError
from allanite.law.parameters import load_control_parameters
from allanite.studies.backtest import runs
from allanite.studies.backtest.figures import export_figures, order_figures, price_figures
from allanite.studies.backtest.measures import (
    mean_absolute_error,
    mean_error,
    ordered_pairs,
    rank_correlation,
    ranks,
)
from allanite.studies.backtest.quota import quota_rates
from allanite.studies.backtest.reported import (
    magnet_trade_shares,
    mirror_trade,
    month_of_base,
    quota_series,
    reported_exports,
    reported_prices,
    year_before,
)
from allanite.studies.backtest.study import BacktestRequest
from allanite.studies.result import check_result

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "explanation" / "backtest.md"
FEW_DAYS = 3 / 30  # the control of 4 April leaves three days of thirty free
Row = dict[str, Any]
values = st.lists(st.floats(0, 1e6), min_size=2, max_size=12)


@pytest.fixture(scope="module")
def network(release: al.Release) -> al.ReconciledNetwork:
    return al.load_network(release, draws=0)


@pytest.fixture(scope="module")
def result(network: al.ReconciledNetwork) -> al.Result:
    return al.backtest(network)


@pytest.fixture(scope="module")
def exports(result: al.Result) -> list[Row]:
    rows: list[Row] = result.tables["backtest_exports"].to_pylist()
    return rows


def chosen(rows: list[Row], **wanted: object) -> list[Row]:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


# Measures


def test_errors_by_hand() -> None:
    assert mean_absolute_error([1.0, 5.0], [2.0, 2.0]) == 2.0
    assert mean_error([1.0, 5.0], [2.0, 2.0]) == 1.0
    assert np.isnan(mean_absolute_error([], []))
    assert np.isnan(mean_error([], []))


@given(values, st.randoms())
def test_rank_correlation_is_spearmans(first: list[float], random: Any) -> None:
    second = random.sample(first, len(first))
    found = rank_correlation(first, second)
    if len(set(first)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(first, second).statistic, abs=1e-12)


def test_an_order_needs_two_values_that_differ() -> None:
    assert rank_correlation([1.0], [2.0]) is None
    assert rank_correlation([1.0, 1.0], [1.0, 2.0]) is None
    assert ranks([3.0, 1.0, 3.0]) == [2.5, 1.0, 2.5]


@given(values)
def test_pairs_are_met_by_the_series_itself_and_by_no_reversal(series: list[float]) -> None:
    total, met = ordered_pairs(series, series)
    assert met == total
    assert ordered_pairs([-value for value in series], series) == (total, 0)
    assert ordered_pairs([0.0] * len(series), series) == (total, 0)


# What was reported


def test_the_release_says_what_was_reported(release: al.Release) -> None:
    exports = reported_exports(release)
    assert exports["magnets", "WLD", "2025-05"].amount == 1238
    # The report gives the whole of July to one destination.
    assert exports["dysprosium", "WLD", "2025-07"] == exports["dysprosium", "KOR", "2025-07"]
    assert month_of_base(exports, "magnets", "WLD") == pytest.approx(58152 / 12)
    assert month_of_base(exports, "terbium", "WLD") is None
    assert year_before("2025-05") == "2024-05"
    assert sum(magnet_trade_shares(release).values()) == pytest.approx(1.0)


def test_the_books_of_the_buyers_exceed_those_of_customs_in_the_quota_years(
    release: al.Release,
) -> None:
    customs = quota_series(release, "exports, ore + metals + compounds")
    mirror = mirror_trade(release)
    # Before the quota was cut both say the same; from then on the buyers book far more.
    assert mirror[2009] == pytest.approx(customs[2009][0], rel=0.01)
    assert all(mirror[year] > 1.2 * max(customs[year]) for year in (2010, 2011, 2012))
    assert customs[2011] == sorted(customs[2011])
    assert len(customs[2011]) == 2


def test_prices_come_by_date_and_only_with_a_figure_in_dollars(release: al.Release) -> None:
    found = reported_prices(release, "Dy oxide", (2010, 2012))
    assert [p.first_day for p in found] == sorted(p.first_day for p in found)
    assert not any("2012-03-09" in p.period for p in found)  # in yuan


# The figures a run reads


def test_levels_of_the_figures_stand_in_order(release: al.Release) -> None:
    level = {name: runs.parameters_at(release, name).figures for name in runs.LEVELS}
    for low, middle, high in zip(level["low"], level["central"], level["high"], strict=True):
        sign = -1 if middle.parameter in runs.REVERSED else 1
        assert sign * low.value <= sign * middle.value <= sign * high.value
    assert level["central"] == load_control_parameters(release).figures


def test_without_licences_only_the_approval_shares_go(release: al.Release) -> None:
    before = load_control_parameters(release)
    for figure, none in zip(before.figures, runs.without_licences(before).figures, strict=True):
        kept = 0.0 if figure.parameter == "approval_share" else figure.value
        assert none.value == kept


def test_the_quota_of_a_month_is_that_of_its_half_year(release: al.Release) -> None:
    rate = quota_rates(release)
    # 22,282 t for the first half of 2010, 7,976 t for the second.
    assert rate[:6].sum() / 12 == pytest.approx(22_282)
    assert rate[6:12].sum() / 12 == pytest.approx(7_976)


def test_a_month_without_quota_is_named(release: al.Release) -> None:
    rows = release.table("control_parameters")
    gone = pc.and_(
        pc.equal(rows["control_id"], "CN-1999-2014-QUOTA"),
        pc.equal(rows["from_date"], pa.scalar(date(2011, 7, 1))),
    )
    late = pa.array([date(2011, 8, 1)] * rows.num_rows, rows["from_date"].type)
    names = rows.column_names
    moved = rows.set_column(
        names.index("from_date"), "from_date", pc.if_else(gone, late, rows["from_date"])
    )
    other = al.load_release()
    other.opened["control_parameters"] = moved
    with pytest.raises(DataError, match="quota_rate on 2011-07-01"):
        quota_rates(other)


# The run on the release


def test_tables_are_what_their_schemas_say(result: al.Result) -> None:
    assert check_result(result.tables) == []
    assert all(table.num_rows for table in result.tables.values())
    assert result.record.parameters["events"] == ["april-2025", "quota-2010"]


def test_every_report_of_the_months_is_compared(release: al.Release, exports: list[Row]) -> None:
    months = {row["period"] for row in chosen(exports, event="april-2025")}
    wanted = {key for key in reported_exports(release) if key[2] in months}
    for reading in ("de_jure", "observed"):
        found = {
            (row["product"], row["destination"], row["period"])
            for row in chosen(exports, event="april-2025", reading=reading)
            if row["reported_amount"] is not None
        }
        assert found == wanted


def test_errors_follow_from_what_stands_beside_them(exports: list[Row]) -> None:
    for row in exports:
        if row["error_share"] is not None:
            error = row["computed_amount"] / row["reported_amount"] - 1
            assert row["error_share"] == pytest.approx(error)
        if row["low_amount"] is not None:
            assert row["low_amount"] <= row["computed_amount"] <= row["high_amount"]
        if row["within"] is not None:
            inside = row["low_amount"] <= row["reported_amount"] <= row["high_amount"]
            assert row["within"] == inside


def test_by_the_text_no_licence_is_out_in_the_first_weeks(exports: list[Row]) -> None:
    controlled = ("dysprosium", "terbium", "mag_ndfeb_sh", "mag_ndfeb_uh", "mag_smco")
    for product in controlled:
        april, may, *_ = chosen(exports, product=product, destination="WLD", reading="de_jure")
        assert april["computed_amount"] <= FEW_DAYS * april["normal_amount"] * 1.001
        assert may["computed_amount"] == pytest.approx(0.0, abs=1e-6)


def test_what_the_text_leaves_free_goes_on(exports: list[Row]) -> None:
    for grade in ("mag_ndfeb_low", "mag_bonded"):
        for row in chosen(exports, product=grade):
            assert row["stopped_amount"] == pytest.approx(row["normal_amount"])


def test_may_lies_between_grade_n_held_and_grade_n_free(exports: list[Row]) -> None:
    (may,) = chosen(
        exports, product="magnets", destination="WLD", reading="de_jure", period="2025-05"
    )
    (grade,) = chosen(exports, product="mag_ndfeb_n", reading="de_jure", period="2025-05")
    free = may["stopped_amount"] + grade["normal_amount"] - grade["stopped_amount"]
    assert may["stopped_amount"] < may["reported_amount"] < free


def test_grades_sum_to_the_magnets(exports: list[Row]) -> None:
    for reading in ("de_jure", "observed"):
        for whole in chosen(exports, product="magnets", destination="WLD", reading=reading):
            parts = [
                row
                for row in chosen(exports, reading=reading, period=whole["period"])
                if row["product"].startswith("mag_")
            ]
            for column in ("normal_amount", "computed_amount", "stopped_amount", "passes_amount"):
                total = sum(row[column] for row in parts)
                assert total == pytest.approx(whole[column], rel=1e-9, abs=1e-5)


def test_a_quota_is_never_exceeded(exports: list[Row], release: al.Release) -> None:
    years = chosen(exports, event="quota-2010", product="rare earths")
    quota = quota_rates(release).reshape(3, 12).mean(axis=1)
    for row, most in zip(years, quota, strict=True):
        assert row["computed_amount"] <= min(most, row["normal_amount"]) * (1 + 1e-9)


def test_prices_part_at_the_border_in_the_first_weeks(result: al.Result) -> None:
    rows = result.tables["backtest_prices"].to_pylist()
    for product in ("Dy oxide", "Tb oxide"):
        for row in chosen(rows, event="april-2025", product=product, period="2025-05"):
            if row["market"] == "outside China":
                assert row["computed_ratio"] > 1.5
            else:
                assert row["computed_ratio"] == pytest.approx(1.0, abs=0.01)


def test_figures_are_those_of_the_rows(result: al.Result, exports: list[Row]) -> None:
    figures = result.tables["backtest_figures"].to_pylist()
    for reading in ("de_jure", "observed"):
        wanted = {"product": "magnets", "destination": "WLD", "reading": reading}
        rows = chosen(exports, **wanted)
        (found,) = chosen(figures, figure="mean absolute error", **wanted)
        errors = [abs(row["computed_amount"] - row["reported_amount"]) for row in rows]
        peers = [abs(row["unchanged_amount"] - row["reported_amount"]) for row in rows]
        assert found["value"] == pytest.approx(sum(errors) / len(errors))
        assert found["unchanged"] == pytest.approx(sum(peers) / len(peers))


def test_no_figures_without_reports() -> None:
    assert list(order_figures([])) == []
    assert list(price_figures([])) == []
    assert list(export_figures([{"reported_amount": None}])) == []


def test_the_page_says_what_is_computed(result: al.Result) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == _page_writer().with_figures(page, result), "run make docs"


def test_a_figure_changed_by_hand_is_seen(result: al.Result) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "| 1,240 |" in page
    changed = page.replace("| 1,240 |", "| 1,340 |")
    assert _page_writer().with_figures(changed, result) == page


def _page_writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("backtest_page", ROOT / "docs" / "backtest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_reported_export_goes_into_a_run(
    exports: list[Row], release: al.Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported = release.table("customs_exports")
    at = reported.column_names.index("export_amount")
    tenfold = pc.multiply(reported["export_amount"], 10.0)
    other = reported.set_column(at, "export_amount", tenfold)
    pq.write_table(other, tmp_path / "customs_exports.parquet")
    monkeypatch.setattr(runs, "LEVELS", ("central",))
    changed = al.load_network(al.load_release(data=tmp_path), draws=0)
    request = BacktestRequest(events=("april-2025",), readings=("observed",))
    found = al.backtest(changed, request).tables["backtest_exports"].to_pylist()
    before = chosen(exports, event="april-2025", reading="observed")
    assert len(found) == len(before)
    for row, same in zip(found, before, strict=True):
        for column in ("normal_amount", "computed_amount", "stopped_amount", "passes_amount"):
            assert row[column] == same[column]
        if same["reported_amount"]:
            assert row["reported_amount"] == 10 * same["reported_amount"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"events": ("april-2015",)}, "event 'april-2015' is not known"),
        ({"events": ()}, "no event"),
        ({"readings": ("text",)}, "reading 'text' is not known"),
    ],
)
def test_wrong_words_are_named(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        BacktestRequest(**arguments)
