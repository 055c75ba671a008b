"""Tasks: keys tell questions apart and nothing else, streams are the task's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allanite.ensemble.tasks import Task, canonical_json, study_digest, task_key

TASK = Task(index=3, seed=11, stream=3, values={"a": 1.5, "b": "x", "c": 2})


def test_a_key_is_the_same_for_the_same_task_whatever_the_order_of_its_values() -> None:
    turned = replace(TASK, values=dict(reversed(TASK.values.items())))
    assert task_key("d", turned) == task_key("d", TASK)
    assert len(task_key("d", TASK)) == 64


@pytest.mark.parametrize(
    "other",
    [
        replace(TASK, index=4),
        replace(TASK, seed=12),
        replace(TASK, stream=4),
        replace(TASK, values={**TASK.values, "a": np.nextafter(1.5, 2.0)}),
        replace(TASK, values={**TASK.values, "c": "2"}),
        replace(TASK, values={"a": 1.5}),
    ],
)
def test_a_key_differs_where_anything_differs(other: Task) -> None:
    assert task_key("d", other) != task_key("d", TASK)


def test_a_key_depends_on_the_study() -> None:
    assert task_key("d", TASK) != task_key("e", TASK)


def test_the_stream_is_the_one_numpy_spawns_for_the_index() -> None:
    spawned = np.random.SeedSequence(11).spawn(4)[3]
    expected = np.random.default_rng(spawned).random(5)
    assert (TASK.generator().random(5) == expected).all()
    assert (TASK.generator().random(5) == expected).all()  # again, from its beginning


def test_a_group_is_driven_by_its_value_alone() -> None:
    first = Task(index=0, seed=1, stream=0, values={"group": 99})
    other = Task(index=5, seed=2, stream=7, values={"group": 99})
    changed = Task(index=0, seed=1, stream=0, values={"group": 98})
    assert first.group_generator("group").random() == other.group_generator("group").random()
    assert first.group_generator("group").random() != changed.group_generator("group").random()
    with pytest.raises(KeyError):
        first.group_generator("another")


def test_a_study_digest_depends_on_command_parameters_data() -> None:
    base = study_digest("respond", {"months": 24}, "0")
    assert base == study_digest("respond", {"months": 24}, "0")
    others = [
        study_digest("scan", {"months": 24}, "0"),
        study_digest("respond", {"months": 25}, "0"),
        study_digest("respond", {"months": 24}, "1"),
    ]
    assert len({base, *others}) == 4


def test_numbers_that_are_not_finite_have_no_canonical_form() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json({"a": float("nan")})


@given(st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False)))
def test_canonical_json_keeps_every_bit(content: dict[str, float]) -> None:
    import json

    back = json.loads(canonical_json(content))
    assert {name: value.hex() for name, value in back.items()} == {
        name: value.hex() for name, value in content.items()
    }
