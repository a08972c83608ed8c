"""Values that an argument holds: plain data, and classes by their source."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

from tests.keyword_steps import Bare, Deep, Network, again
from zenml.errors import StepArgumentError, ZenMLError
from zenml.keywords import restore_arguments
from zenml.steps.base import BaseStep, check_instance


class Outer:
    """A class around a class."""

    class Inner:
        """Given as an argument."""


def test_lists_are_not_shared_with_the_caller() -> None:
    layers = [1, 2]
    step = Network(width=1, layers=layers)
    layers.append(3)
    step.layers.append(4)
    assert step.arguments["layers"] == [1, 2]
    assert layers == [1, 2, 3]


def test_a_default_list_is_not_shared_between_steps() -> None:
    Network(width=1).layers.append(99)
    Deep().layers.append(99)
    other = Network(width=1)
    assert (other.layers, other.arguments["layers"]) == ([10], [10])


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (object(), "Argument 'loss' of Network is a builtins.object"),
        (float("nan"), "Argument 'loss' of Network is nan"),
        ({"a": [{1, 2}]}, r"Argument 'loss' of Network\['a'\]\[0\] is a builtins.set"),
        ({1: "a"}, "Argument 'loss' of Network has the key 1"),
        (lambda x: x, "Argument 'loss' of Network is a builtins.function"),
        (threading.Lock(), "Argument 'loss' of Network is a _thread.lock"),
        ((n for n in "ab"), "Argument 'loss' of Network is a builtins.generator"),
        ("class:mine", "'class:mine' begins with 'class:'"),
        ("\ud800", "half a character"),
        ([Outer], "Argument 'loss' of Network.* is a builtins.type"),
    ],
)
def test_a_value_that_no_yaml_can_hold_is_named(value: Any, says: str) -> None:
    step = Network(width=1, loss=value)
    with pytest.raises(StepArgumentError, match=says):
        step.to_config("v")


def test_numbers_of_numpy_are_named_too() -> None:
    numpy = pytest.importorskip("numpy")
    assert Network(width=1, loss=numpy.float64(0.5)).to_config("v").args["loss"] == 0.5
    for value in (numpy.int64(3), numpy.array([1.0]), numpy.bool_(True)):
        with pytest.raises(StepArgumentError, match="Argument 'loss' of Network is a numpy"):
            Network(width=1, loss=value).to_config("v")


def test_plain_data_of_other_classes_is_held_as_plain_data() -> None:
    args = Network(width=True, loss=OrderedDict(a=(1, 2))).to_config("v").args
    assert args["loss"] == {"a": [1, 2]}
    assert type(args["loss"]) is dict
    assert args["width"] is True


@pytest.mark.parametrize("cls", [Outer, Outer.Inner, OrderedDict, dict])
def test_a_class_is_held_as_its_source_and_comes_back(cls: type) -> None:
    step = Network(width=1, loss=cls)
    held = step.to_config("v").args["loss"]
    assert held == f"class:{cls.__module__}.{cls.__qualname__}"
    assert again(step).loss is cls  # type: ignore[attr-defined]


def test_a_class_that_cannot_be_found_again_is_refused() -> None:
    class Local:
        pass

    with pytest.raises(StepArgumentError, match="Local is defined inside a function"):
        Network(width=1, loss=Local).to_config("v")


@pytest.mark.parametrize(
    "source", ["class:nowhere.Thing", "class:json.Nothing", "class:json.dumps"]
)
def test_a_class_that_is_gone_is_named(source: str) -> None:
    with pytest.raises(ZenMLError, match=f"The class {source[6:]} cannot be found"):
        restore_arguments({"a": source})


def test_a_class_in_place_of_an_instance_is_refused() -> None:
    with pytest.raises(StepArgumentError, match="add_x takes an instance, not the class Network"):
        check_instance(Network, BaseStep, "add_x")
    with pytest.raises(StepArgumentError, match=r"write Network\(\.\.\.\)"):
        check_instance(Network, BaseStep, "add_x")
    with pytest.raises(StepArgumentError, match="add_x takes a BaseStep, not 'text' of type str"):
        check_instance("text", BaseStep, "add_x")  # type: ignore[arg-type]
    step = Bare()
    assert check_instance(step, BaseStep, "add_x") is step


def test_a_path_stands_as_text():
    step = Network(width=1, loss=Path("data") / "a.csv")
    assert step.loss == "data/a.csv"
    assert step.plain_arguments()["loss"] == "data/a.csv"
