"""What a step's function declares."""

# ruff: noqa: UP045 - as users write them

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.errors import StepInterfaceError
from zenml.steps import BaseParameters, Output, StepContext, step
from zenml.steps.signature import ENFORCE, Signature, read_signature

if TYPE_CHECKING:
    import decimal


class Params(BaseParameters):
    epochs: int = 1


def read(function: Callable[..., Any]) -> Signature:
    return read_signature(function, "Step `train`")


def test_annotations_of_this_module_are_strings_and_are_read() -> None:
    def train(x: np.ndarray, lr: float = 0.1, names: Optional[list[str]] = None) -> dict[str, int]:
        return {}

    assert isinstance(train.__annotations__["x"], str)
    found = read(train)
    assert {name: i.annotation for name, i in found.inputs.items()} == {
        "x": np.ndarray, "lr": float, "names": Optional[list[str]],
    }  # fmt: skip
    assert found.required == ["x"]
    assert found.outputs["output"].annotation == dict[str, int]


def test_names_of_the_function_around_are_known() -> None:
    class Local:
        pass

    def train(x: Local) -> int:
        return len(x.__class__ is Local)  # type: ignore[arg-type]

    assert read(train).inputs["x"].annotation is Local


def test_what_is_defined_further_down_is_read_when_it_is_used() -> None:
    module = types.ModuleType("m")
    exec(
        "from zenml.steps import step, BaseStep, BaseParameters\n"
        "@step\n"
        "def train(params: 'Params', x: 'Other') -> 'Other': return x\n"
        "class Train(BaseStep):\n"
        "    def entrypoint(self, params: 'Params') -> int: return 1\n"
        "class Other: pass\n"
        "class Params(BaseParameters): pass\n",
        module.__dict__,
    )
    found = module.train.signature
    assert found.parameters_input == "params"
    assert found.inputs["x"].annotation is found.outputs["output"].annotation is module.Other
    assert module.Train().signature.parameters_input == "params"


def test_a_return_annotation_that_is_never_defined_is_told() -> None:
    def train() -> Never:  # type: ignore[name-defined] # noqa: F821
        pass

    with pytest.raises(StepInterfaceError, match="names 'Never', which its module does not define"):
        step(train).signature  # noqa: B018


def test_what_is_imported_for_the_type_checker_alone_is_of_any_type() -> None:
    def train(x: decimal.Decimal) -> int:
        return 1

    found = read(train)
    assert (found.inputs["x"].annotation, found.has_unknown) == (Any, True)


def test_output_of_a_string_annotation() -> None:
    def train() -> Output(a=int, b=str):  # type: ignore[valid-type]
        return 1, "a"

    found = read(train)
    assert (list(found.outputs), found.by_output) == (["a", "b"], True)


def test_parameters_and_context_are_told_from_inputs() -> None:
    def train(x: int, params: Params, context: Optional[StepContext] = None) -> None:
        pass

    found = read(train)
    assert (found.parameters_input, found.context_input) == ("params", "context")
    assert found.required == ["x"]


def test_a_wrapped_function_has_its_own_signature() -> None:
    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return call

    @logged
    def train(x: int) -> tuple[int, int]:
        return x, x

    found = read(train)
    assert (list(found.inputs), list(found.outputs)) == (["x"], ["output_0", "output_1"])


def two_of_params(a: Params, b: Params) -> None: ...
def two_contexts(a: StepContext, b: StepContext) -> None: ...
def star(*data: int) -> None: ...
def stars(**data: int) -> None: ...
def only_by_place(data: int, /) -> None: ...
def any_of_python(data: any) -> None: ...  # type: ignore[valid-type]
def function_of_numpy(data: np.array) -> None: ...  # type: ignore[valid-type]
def misspelt(data: np.ndarry) -> None: ...  # type: ignore[name-defined]
def prose(data: "the rows of it") -> None: ...  # type: ignore[syntax] # noqa: F722
def number(data: 3) -> None: ...  # type: ignore[valid-type]
def number_out() -> 3: ...  # type: ignore[valid-type]
def bracketed() -> (int, str): ...  # type: ignore[syntax]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (two_of_params, "takes a, b, each a BaseParameters; a step can take one"),
        (two_contexts, "takes a, b, each a StepContext"),
        (star, r"takes \*data.*give each a name of its own"),
        (stars, r"takes \*\*data"),
        (only_by_place, "takes data"),
        (any_of_python, "the annotation of 'data' is <built-in function any>, which is no type"),
        (function_of_numpy, "the annotation of 'data' is <built-in function array>"),
        (misspelt, "the annotation of 'data' is 'np.ndarry', which is no type"),
        (prose, "the annotation of 'data' is 'the rows of it'|\"'the rows of it'\""),
        (number, "the annotation of 'data' is 3"),
        (number_out, "the annotation of what it returns is 3"),
        (bracketed, r"the annotation of what it returns is \(<class 'int'>, <class 'str'>\)"),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_decorated(function: Any, message: str) -> None:
    with pytest.raises(StepInterfaceError, match=f"^Step `{function.__name__}`.*({message})"):
        step(function)


@pytest.mark.parametrize("value", ["True", "1", "yes"])
def test_annotations_can_be_enforced(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENFORCE, value)

    def bare(x, y: int) -> None:  # type: ignore[no-untyped-def]
        pass

    def returns(x: int):  # type: ignore[no-untyped-def]
        return x

    with pytest.raises(StepInterfaceError, match=r"'x' has no type annotation.* Write x: <type>"):
        step(bare)
    with pytest.raises(StepInterfaceError, match=r"no return annotation.*Write `-> None`, or the"):
        step(returns)
    monkeypatch.setenv(ENFORCE, "False")
    assert step(bare).title == "bare"


NAMES = st.lists(
    st.from_regex(r"[a-z]{1,6}", fullmatch=True),
    unique=True,
    min_size=1,
    max_size=6,
)


@given(NAMES, st.data())
def test_inputs_are_the_arguments_in_their_order(names: list[str], data: st.DataObject) -> None:
    import keyword

    names = [name for name in names if not keyword.iskeyword(name)]
    count = data.draw(st.integers(0, len(names)))
    words = [*names[:count], *(f"{name}=None" for name in names[count:])]
    module = types.ModuleType("m")
    exec(f"def f({', '.join(words)}): return 1", module.__dict__)
    found = read(module.__dict__["f"])
    assert list(found.inputs) == names
    assert found.required == names[:count]
