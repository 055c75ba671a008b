"""Figures of the README, written by the same functions that answer the commands.

python docs/readme.py           write them
python docs/readme.py --check   only say whether they stand there as they should (exit 1 if not)
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import allanite as al
from allanite.network.totals import baseline_totals
from allanite.present.words import percent, share_range, significant

README = Path(__file__).resolve().parents[1] / "README.md"
START, END = "<!-- totals -->\n", "<!-- end of totals -->\n"
SHOWN = {
    "mine-reo-world-2024-mcs2026": "mine output of rare earth oxide, world",
    "mine-reo-china-2024": "the same, China",
    "ndpr-oxide-primary-world-2024": "NdPr oxide from ore, world",
    "ndpr-oxide-primary-china-2024": "the same, China",
    "dytb-oxide-china-2024-smm": "Dy and Tb oxide with scrap, China",
    "magnets-sintered-world-2024": "sintered NdFeB magnets, world",
    "magnets-sintered-china-2024": "the same, China",
    "magnet-exports-china-2024": "magnet exports of China",
    "refined-magnet-rare-earths-share-china-2024": "China in refining of magnet rare earths",
}


def totals_table() -> str:
    """Rows of the table: reconciled rate with interval, published figure and publisher."""
    release = al.load_release()
    rows = baseline_totals(al.load_network(release).baseline, release).to_pylist()
    found = {row["check_id"]: row for row in rows}
    head = "| quantity, t/yr | reconciled, 5–95 % | published |\n|---|---|---|\n"
    return head + "".join(_line(name, found[key]) for key, name in SHOWN.items())


def _line(name: str, row: dict[str, float]) -> str:
    if row["unit"] == "1":
        reconciled = share_range(row["rate"], row["low"], row["high"])
        published = percent(row["published"])
    else:
        low, high = significant(row["low"]), significant(row["high"])
        reconciled = f"{significant(row['rate'])} ({low}–{high})"
        published = f"{row['published']:,.0f}"
    return f"| {name} | {reconciled} | {published}, {row['published_by']} |\n"


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    old, _, after = rest.partition(END)
    new = totals_table()
    if check:
        print(new if old != new else "README.md is up to date")
        return int(old != new)
    README.write_text(before + START + new + END + after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
