"""A reader's rows that no network can be made of: named, and nothing computed from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]

ORIGIN = "rare-earth-network,own,assumed"
PROCESSES = "process_id,name,chain,stage,reference_material,source_id,locator,quality"
RECIPES = "process_id,material_id,coefficient,role,source_id,locator,quality"
AT_SITES = (
    "site_id,process_id,use,capacity_rate,baseline_2024_rate,available_from,status,"
    "source_id,locator,quality"
)
SITES = "site_id,name,country,stage,status,part_of,source_id,locator,quality"


def _write(folder: Path, name: str, *rows: str) -> None:
    (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _own_process(folder: Path, name: str, material: str) -> None:
    """A process of one's own at a plant in Malaysia."""
    processes = folder / "processes.csv"
    at_sites = folder / "site_processes.csv"
    if not processes.exists():
        processes.write_text(f"{PROCESSES}\n")
        at_sites.write_text(f"{AT_SITES}\n")
    with processes.open("a") as file:
        file.write(f"{name},Own,rare earths,metal,{material},{ORIGIN}\n")
    with at_sites.open("a") as file:
        file.write(f"MY_LAMP_HRE1,{name},network,5000,4000,2020,operating,{ORIGIN}\n")


@pytest.fixture
def gaining(tmp_path: Path) -> Path:
    """Tables with two processes that make more of each other's oxide than they take."""
    _own_process(tmp_path, "up", "ox_dy")
    _own_process(tmp_path, "down", "ox_tb")
    _write(
        tmp_path,
        "process_coefficients",
        RECIPES,
        f"up,ox_dy,1,reference_output,{ORIGIN}",
        f"up,ox_tb,-0.5,input,{ORIGIN}",
        f"down,ox_tb,1,reference_output,{ORIGIN}",
        f"down,ox_dy,-0.5,input,{ORIGIN}",
    )
    return tmp_path


@pytest.mark.parametrize("command", [("network", "baseline", "--draws", 2), ("exposure", "JPN")])
def test_mass_from_nothing_is_refused_by_name(
    run_command: Run, gaining: Path, command: tuple[object, ...]
) -> None:
    code, out, err = run_command(*command, "--data", gaining)
    assert (code, out) == (2, "")
    assert "2 errors in the network" in err
    assert "mass balance of recipes: up: " in err
    assert "mass balance of recipes: down: " in err


def test_the_audit_shows_the_errors_and_says_so(run_command: Run, gaining: Path) -> None:
    code, out, err = run_command("network", "audit", "--json", "--data", gaining)
    assert code == 2
    assert "2 errors" in err
    errors = [row for row in json.loads(out) if row["severity"] == "error"]
    assert {row["place"] for row in errors} == {"up", "down"}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((), "found no row"),
        ((f"up,ox_tb,-1,input,{ORIGIN}",), "found no row"),
        ((f"up,ox_dy,2,reference_output,{ORIGIN}",), "found coefficient 2"),
    ],
)
def test_a_process_without_its_recipe_is_named(
    run_command: Run, tmp_path: Path, rows: tuple[str, ...], found: str
) -> None:
    _own_process(tmp_path, "up", "ox_dy")
    if rows:
        _write(tmp_path, "process_coefficients", RECIPES, *rows)
    code, out, err = run_command("network", "baseline", "--data", tmp_path)
    assert (code, out) == (2, "")
    assert "process_coefficients[process up, material ox_dy]" in err
    assert found in err


def test_sites_in_a_circle_are_named(run_command: Run, tmp_path: Path) -> None:
    _write(
        tmp_path,
        "sites",
        SITES,
        f"JP_A,A,JPN,mine,operating,JP_B,{ORIGIN}",
        f"JP_B,B,JPN,mine,operating,JP_A,{ORIGIN}",
        f"JP_C,C,JPN,mine,operating,JP_A,{ORIGIN}",
    )
    code, _, err = run_command("network", "describe", "--data", tmp_path)
    assert code == 2
    assert "2 faults in the data" in err
    assert "(sites.csv:2): found 'JP_A' leads over 'JP_B' back to itself" in err


def test_a_range_upside_down_is_named(run_command: Run, tmp_path: Path) -> None:
    _write(
        tmp_path,
        "process_coefficients",
        f"{RECIPES},low,high",
        f"sep_mtweld_dytb,ox_dy,1,output,{ORIGIN},2,0.5",
    )
    code, _, err = run_command("data", "check", "--data", tmp_path)
    assert code == 2
    assert "found low 2.0 above high 0.5" in err
