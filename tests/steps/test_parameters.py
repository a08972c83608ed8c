"""Parameters as JSON and back."""

# ruff: noqa: UP045 - as users write them

from __future__ import annotations

import dataclasses
import enum
import json
import traceback
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from zenml.errors import (
    MissingStepParameterError,
    PipelineInterfaceError,
    StepArgumentError,
)
from zenml.steps import BaseParameters, BaseStepConfig
from zenml.steps.parameters import argument, default_json, from_json, to_json
from zenml.steps.signature import EMPTY, Input

WHERE = "Parameter 'x' of step `train`"


class Colour(enum.Enum):
    RED = "red"


class Model(BaseModel):
    depth: int = 1
    colour: Colour = Colour.RED


@dataclasses.dataclass
class Size:
    width: int
    names: tuple[str, ...] = ()


class Foreign:
    pass


class Trainer(BaseParameters):
    epochs: int
    rate: float = 0.1


@pytest.mark.parametrize(
    ("value", "annotation", "plain", "back"),
    [
        (1, int, 1, 1), ("1", int, 1, 1), (1, float, 1.0, 1.0), ("yes", bool, True, True),
        (np.int64(3), int, 3, 3), (np.float32(0.5), Any, 0.5, 0.5), (np.bool_(True), bool, 1, 1),
        ("a", str, "a", "a"), (None, Optional[int], None, None),
        ((1, 2), tuple[int, int], [1, 2], (1, 2)),
        ({1, 2}, set[int], [1, 2], {1, 2}), (Path("a/b"), Path, "a/b", Path("a/b")),
        (Colour.RED, Colour, "red", Colour.RED), ("red", Colour, "red", Colour.RED),
        (Model(depth=3), Model, {"depth": 3, "colour": "red"}, Model(depth=3)),
        ({"depth": 3}, Model, {"depth": 3, "colour": "red"}, Model(depth=3)),
        (Size(1, ("a",)), Size, {"width": 1, "names": ["a"]}, Size(1, ("a",))),
        (Model(), Any, {"depth": 1, "colour": "red"}, {"depth": 1, "colour": "red"}),
        ({1: "a"}, dict[int, str], {"1": "a"}, {1: "a"}),
        ({"a": [1, None]}, Any, {"a": [1, None]}, {"a": [1, None]}),
        (Trainer(epochs=2), Trainer, {"epochs": 2, "rate": 0.1}, Trainer(epochs=2)),
    ],
)  # fmt: skip
def test_there_and_back(value: Any, annotation: Any, plain: Any, back: Any) -> None:
    found = to_json(value, annotation, WHERE)
    assert (found, json.loads(json.dumps(found))) == (plain, plain)
    assert from_json(found, annotation) == back


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(JSON)
def test_json_without_an_annotation_stays_as_it_is(value: Any) -> None:
    assert from_json(to_json(value, Any, WHERE), Any) == value


@given(st.lists(st.tuples(st.integers(), st.text()), max_size=5))
def test_nested_tuples_come_back(value: list[tuple[int, str]]) -> None:
    annotation = tuple[tuple[int, str], ...]
    assert from_json(to_json(tuple(value), annotation, WHERE), annotation) == tuple(value)


@pytest.mark.parametrize(
    ("value", "annotation", "message"),
    [
        ("many", int, "is 'many'; it must be of type int. .*valid integer"),
        (None, int, "is None; it must be of type int"),
        ("a", Optional[int], r"is 'a'; it must be of type Optional\[int\]"),
        ({"depth": "x"}, Model, "Model. .depth: .*valid integer"),
        (np.zeros(3), np.ndarray, "cannot be written as JSON. .* come from another step"),
        ([1, 2], np.ndarray, r"is \[1, 2\]; it must be of type numpy.ndarray"),
        (Foreign(), Foreign, "cannot be written as JSON"),
        (pd.DataFrame({"a": range(500)}), Any, "is a pandas.* come from another step"),
        (lambda: 1, Any, "is a builtins.function, which a YAML file"),
        (float("nan"), float, "is nan"),
        ({1: 2}, Any, "has the key 1, a int; keys must be strings"),
        ([{1: 2}], list[dict], "whose keys would come back as strings"),
    ],
)
def test_what_cannot_be_is_refused(value: Any, annotation: Any, message: str) -> None:
    with pytest.raises(StepArgumentError, match=f"^{WHERE} .*{message}") as caught:
        to_json(value, annotation, WHERE)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    told = "".join(traceback.format_exception(caught.value))
    assert told.count("Traceback") == 1, told


def test_what_a_class_of_parameters_refuses_is_told_once() -> None:
    for value, error in (
        ({"epochs": "many"}, StepArgumentError),
        ({}, MissingStepParameterError),
    ):
        with pytest.raises(error) as caught:
            to_json(value, Trainer, WHERE)
        assert "".join(traceback.format_exception(caught.value)).count("Traceback") == 1


def test_the_caller_says_which_error() -> None:
    with pytest.raises(PipelineInterfaceError, match=WHERE):
        to_json("many", int, WHERE, PipelineInterfaceError)


def test_defaults_are_taken_as_they_stand() -> None:
    depth = Input("depth", int, None)  # what many write for "no depth"
    assert default_json(depth) is None
    assert argument(depth, None) is None
    assert argument(depth, "3") == 3
    shape = Input("shape", tuple, (2, 3))
    assert default_json(shape) == [2, 3]
    assert argument(shape, [2, 3]) == (2, 3)
    assert default_json(Input("it", Any, Foreign())) is EMPTY
    assert default_json(Input("it")) is EMPTY


def test_a_mutable_default_is_new_each_time() -> None:
    names = Input("names", list, [])
    argument(names, []).append("a")
    assert argument(names, []) == []


def test_what_a_step_does_to_a_parameter_changes_nothing_of_the_pipeline() -> None:
    value = {"layers": [1, 2]}
    from_json(value, Any)["layers"].append(3)
    assert value == {"layers": [1, 2]}


def test_a_class_of_parameters_names_what_is_missing_or_wrong() -> None:
    assert BaseStepConfig is BaseParameters
    with pytest.raises(MissingStepParameterError, match=r"value for epochs: Trainer\(epochs=...\)"):
        Trainer()  # type: ignore[call-arg]
    with pytest.raises(StepArgumentError, match=r"^Trainer: epochs: .*valid integer"):
        Trainer(epochs="many")  # type: ignore[arg-type]
    with pytest.raises(StepArgumentError, match=r"^Trainer: epoch: "):
        Trainer(epochs=1, epoch=2)  # type: ignore[call-arg]
