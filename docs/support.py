"""Print the tables of the page on support: `python docs/support.py`, some two minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from allanite.catalogue.store import load_release
from allanite.conditions.prices.load import load_price_model
from allanite.studies.contracts.contract_study import chosen_contracts, value_contracts
from allanite.studies.contracts.design import design_support
from allanite.studies.contracts.request import DesignRequest, ValuationRequest

VENTURES = (
    "AU_NOLANS",
    "AU_BROWNS_RANGE",
    "AU_ENEABBA",
    "US_WHITE_MESA_P2",
    "FR_CAREMAG",
    "ACLARA",
    "US_VULCAN",
    "US_MP_10X",
    "US_MOUNTAIN_PASS",
    "LYNAS",
    "BR_SERRA_VERDE",
)
CROSSED = ("US_WHITE_MESA_P2", "AU_NOLANS")
KINDS = ("floor on NdPr oxide", "floor on the basket of oxides", "guarantee of earnings", "grant")
Row = Mapping[str, Any]


def main() -> None:
    """Value all contracts, then design for some ventures."""
    release = load_release()
    model = load_price_model(release)
    request = ValuationRequest(paths=20_000)
    tables = value_contracts(release, chosen_contracts(release, ()), model, request)
    for line in contract_lines(tables):
        print(line)
    for name in VENTURES:
        factors = (0.5, 0.8, 1.0, 1.3, 1.6) if name in CROSSED else ()
        found = design_support(release, name, model, DesignRequest(factors=factors))
        for line in design_lines(name, found):
            print(line)


def contract_lines(tables: Mapping[str, pa.Table]) -> Iterator[str]:
    """Costs by contract, all payers together, and effects."""
    seen = set()
    for row in tables["contract_values"].to_pylist():
        if row["cost_mean"] is not None and row["contract_id"] not in seen:
            seen.add(row["contract_id"])
            whole = {
                k: v / row["payer_share"]
                for k, v in row.items()
                if isinstance(v, float) and ("cost" in k or k == "received_mean")
            }
            yield (
                f"| {row['contract_id']} | {whole['cost_mean']:,.0f} | {whole['cost_error']:.0f}"
                f" | {whole['cost_low']:,.0f} to {whole['cost_high']:,.0f}"
                f" | {whole['cost_tail']:,.0f} | {row['worst_year']},"
                f" {whole['worst_year_cost_high']:,.0f}"
                f" | {whole['terms_low_cost']:,.0f} to {whole['terms_high_cost']:,.0f} |"
            )
    for row in tables["contract_effects"].to_pylist():
        price = row["break_even_price"]
        yield (
            f"| {row['contract_id']} | {row['venture_id']} | {row['state']}"
            f" | {row['survival_share']:.2f} ({row['survival_low']:.2f} to"
            f" {row['survival_high']:.2f}) | {row['survival_term_share']:.2f}"
            f" | {row['default_share']:.2f} | {row['value_mean']:,.0f}"
            f" | {'–' if price is None else f'{price:.0f}'} |"
        )


def design_lines(name: str, tables: Mapping[str, pa.Table]) -> Iterator[str]:
    """Least sizes alone, the cheapest packages, and what is cheaper as prices change."""
    rows = tables["design_options"].to_pylist()
    alone = [row for row in rows if row["beside"] == "nothing"]
    yield f"{name}: odds without {alone[0]['odds_without']:.2f}"
    for row in alone:
        size = "–" if row["size"] is None else f"{row['size']:.3g}"
        yield (
            f"| {row['instrument']} | {size} of {row['size_largest']:.3g} {row['unit']}"
            f" | {row['odds_reached']:.2f} | {row['cost_mean']:,.0f} | {row['cost_tail']:,.0f}"
            f" | {row['value_mean']:,.0f} | {row['leverage'] or 0:.1f} | {row['note'] or ''} |"
        )
    for row in rows:
        if row["beside"] != "nothing" and row["instrument"] in KINDS:
            size = "–" if row["size"] is None else f"{row['size']:.3g}"
            yield f"beside {row['beside']}: {row['instrument']} {size}, {row['cost_mean']:,.0f}"
    for row in tables["design_packages"].to_pylist()[:4]:
        yield f"package {row['package']}: {row['cost_mean']:,.0f}, tail {row['cost_tail']:,.0f}"
    for row in tables["design_crossover"].to_pylist():
        size = "–" if row["size"] is None else f"{row['size']:.3g}, {row['cost_mean']:,.0f}"
        yield f"x {row['price_factor']:g} ({row['price_mean']:.0f}): {row['instrument']} {size}"


if __name__ == "__main__":
    main()
