"""Figures of the page on the back-test, written by the function behind `allanite backtest`.

python docs/backtest.py           write them
python docs/backtest.py --check   only say whether they stand there as they should (exit 1 if not)
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pyarrow.compute as pc

import allanite as al
from allanite.present import backtest_text as text
from allanite.studies.backtest.figures import CHANGE_ERROR, MEAN_ABSOLUTE_ERROR, YEAR_BEFORE
from allanite.studies.result import Result

PAGE = Path(__file__).resolve().parent / "explanation" / "backtest.md"
MARKS = {
    name: (f"<!-- {name} -->\n", f"<!-- end of {name} -->\n")
    for name in ("april 2025", "quota 2010")
}


def april_part(result: Result) -> str:
    """Tables of the controls of April 2025."""
    exports, order, figures = (
        [row for row in result.tables[f"backtest_{name}"].to_pylist() if _is(row, "april-2025")]
        for name in ("exports", "order", "figures")
    )
    parts = ["**Magnets to all destinations.**", _beside(exports, "magnets", "WLD")]
    parts += ["**Magnets to the United States.**", _beside(exports, "magnets", "USA")]
    parts += ["**Dysprosium, oxide and metal.**", _beside(exports, "dysprosium", "WLD")]
    parts += ["**Terbium, oxide and metal.**", _beside(exports, "terbium", "WLD")]
    parts += ["**Mean absolute error [t].**", _peers(figures, MEAN_ABSOLUTE_ERROR)]
    parts += [
        "**The same over the months of which the year before is reported [t].**",
        _peers(figures, YEAR_BEFORE),
    ]
    parts += [
        "**Mean absolute error of the change against 2024 [share of the normal month].**",
        _peers(figures, CHANGE_ERROR),
    ]
    parts += ["**Who is left with what.**", text.markdown_table(text.order_lines(order))]
    parts += ["**Prices.**", text.markdown_table(text.price_lines(figures))]
    return "\n\n".join(part.strip() for part in parts) + "\n" + _sentences(result, "april-2025")


def quota_part(result: Result) -> str:
    """Tables of the quota years."""
    exports, figures = (
        [row for row in result.tables[f"backtest_{name}"].to_pylist() if _is(row, "quota-2010")]
        for name in ("exports", "figures")
    )
    parts = [text.markdown_table(list(text.month_rows(exports)))]
    parts += ["**Prices.**", text.markdown_table(text.price_lines(figures))]
    return "\n\n".join(part.strip() for part in parts) + "\n" + _sentences(result, "quota-2010")


def _is(row: dict[str, object], event: str) -> bool:
    return row["event"] == event


def _beside(rows: list[dict[str, object]], product: str, destination: str) -> str:
    return text.markdown_table(text.beside_rows(rows, product, destination))


def _peers(figures: list[dict[str, object]], figure: str) -> str:
    return text.markdown_table(text.peer_rows(figures, figure))


def _sentences(result: Result, event: str) -> str:
    """Errors in words, and what is not known."""
    figures, notes = (
        result.tables[f"backtest_{name}"].filter(pc.field("event") == event)
        for name in ("figures", "notes")
    )
    told = [f"- {line}" for line in text.error_sentences(figures)]
    known = text.note_lines(notes)
    return "\n".join(["", "In words:", "", *told, "", "Next to the errors stands:", "", *known, ""])


def with_figures(page: str, result: Result) -> str:
    """The page with its generated parts made anew."""
    for name, part in (("april 2025", april_part(result)), ("quota 2010", quota_part(result))):
        start, end = MARKS[name]
        before, _, rest = page.partition(start)
        _, _, after = rest.partition(end)
        page = before + start + part + end + after
    return page


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    old = PAGE.read_text(encoding="utf-8")
    new = with_figures(old, al.backtest(al.load_network(al.load_release(), draws=0)))
    if check:
        print("backtest.md is up to date" if old == new else new)
        return int(old != new)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
