"""A record repeats a run and says nothing about the machine."""

from __future__ import annotations

import getpass
import json
import socket
from pathlib import Path

from allanite.record import RunRecord, Stopwatch, package_versions, peak_memory


def make() -> RunRecord:
    return RunRecord(
        command="allanite exposure JPN",
        parameters={"region": "JPN", "end_use": None},
        data_digest="0" * 64,
        seed=1,
        versions=package_versions(),
    )


def test_json_holds_every_field_in_sorted_order() -> None:
    record = json.loads(make().to_json())
    assert list(record) == sorted(record)
    assert record["parameters"] == {"end_use": None, "region": "JPN"}
    assert record["versions"]["numpy"]


def test_no_host_user_or_path() -> None:
    text = make().to_json()
    for private in (socket.gethostname(), str(Path.cwd()), str(Path.home())):
        assert private not in text
    assert getpass.getuser() not in json.loads(text)["command"]


def test_time_and_memory_are_positive() -> None:
    assert Stopwatch().seconds() >= 0
    assert peak_memory() > 1
