"""Calling a step: its inputs and outputs are checked, and steps it calls are plain functions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional

import numpy as np
import pandas as pd
import pytest

from zenml.errors import StepInterfaceError
from zenml.steps import BaseParameters, Output, StepContext, get_step_context, step
from zenml.steps.context import PipelineInfo, RunInfo, StepInfo, running


class Params(BaseParameters):
    depth: int = 1


@step
def scale(x: np.ndarray, by: float = 2.0, shape: Optional[tuple[int, ...]] = None) -> np.ndarray:  # noqa: UP045
    return (x * by).reshape(shape or x.shape)


def test_inputs_parameters_and_defaults_meet() -> None:
    x = np.arange(4.0)
    assert scale.invoke({"x": x})["output"].tolist() == [0, 2, 4, 6]
    made = scale.with_options(parameters={"by": "3", "shape": [2, 2]})
    assert made.invoke({"x": x})["output"].tolist() == [[0, 3], [6, 9]]


def test_a_wrong_input_is_told_with_both_types() -> None:
    with pytest.raises(StepInterfaceError, match=r"^the input 'x' is of type pandas.*"):
        scale.invoke({"x": pd.Series([1.0])})


def returning(annotation: Any, value: Any) -> dict[str, Any]:
    def give():  # type: ignore[no-untyped-def]
        return value

    give.__annotations__["return"] = annotation
    return step(give).invoke({})


def test_outputs_are_taken_apart_by_their_names() -> None:
    assert returning(Output(a=int, b=str), (1, "x")) == {"a": 1, "b": "x"}
    assert returning(Output(a=int, b=str), [1, "x"]) == {"a": 1, "b": "x"}
    assert returning(tuple[int, int], (1, 2)) == {"output": (1, 2)}
    assert returning(Optional[int], None) == {"output": None}  # noqa: UP045
    assert returning(None, None) == {}
    assert returning(float, 1) == {"output": 1}


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        (int, "a", "the output 'output' is of type str; it is declared to be of type int"),
        (Output(a=int, b=int), (1, 2, 3), "returned 3 values and declares 2 outputs: a, b"),
        (Output(a=int, b=int), 1, "returned one int and declares 2 outputs: a, b"),
        (Output(a=int, b=int), (1, "x"), "the output 'b' is of type str"),
        (int, None, "the output 'output' is of type NoneType|of type None"),
        (None, 1, "returned a int and declares that it returns nothing"),
        (tuple[int, int], (1, "a"), "the output 'output' is of type tuple"),
    ],
)
def test_a_wrong_output_is_told(annotation: Any, value: Any, message: str) -> None:
    with pytest.raises(StepInterfaceError, match=f"^(the|it) .*{message}|^{message}"):
        returning(annotation, value)


def test_without_an_annotation_none_is_no_output() -> None:
    @step
    def maybe(x):  # type: ignore[no-untyped-def]
        return x or None

    assert maybe.invoke({"x": 1}) == {"output": 1}
    assert maybe.invoke({"x": 0}) == {}


def test_within_a_running_step_a_step_is_a_plain_function() -> None:
    @step
    def double(x: int) -> int:
        return 2 * x

    @step
    def quadruple(x: int) -> int:
        return double(double(x=x))

    assert quadruple.invoke({"x": 3}) == {"output": 12}


def test_within_a_running_step_a_step_has_the_parameters_it_was_made_with() -> None:
    @step
    def power(x: int, exponent: int = 1) -> int:
        return x**exponent

    square = power.with_options(parameters={"exponent": 2})

    @step
    def several(x: int) -> list:
        return [power(x), square(x), square(x=x), square(x, 3), square(x, exponent=4)]

    assert several.invoke({"x": 2}) == {"output": [2, 4, 4, 8, 16]}


def test_a_thread_of_a_running_step_is_within_it() -> None:
    @step
    def double(x: int) -> int:
        return 2 * x

    @step
    def spread(x: int) -> list:
        with ThreadPoolExecutor() as pool:
            return list(pool.map(double, [x, x + 1]))

    with running(StepContext(PipelineInfo("p"), RunInfo("p-1"), StepInfo("spread"))):
        assert spread.invoke({"x": 1}) == {"output": [2, 4]}


def test_the_context_is_injected() -> None:
    @step
    def tell(context: StepContext, x: int, params: Params) -> str:
        assert context is get_step_context()
        return f"{context.step_name} {x} {params.depth}"

    made = tell.with_options(parameters={"params": Params(depth=3)})
    context = StepContext(PipelineInfo("p"), RunInfo("p-1"), StepInfo("teller"))
    with running(context):
        assert made.invoke({"x": 1}) == {"output": "teller 1 3"}


def test_a_default_that_a_step_changes_is_whole_the_next_time() -> None:
    @step
    def gather(x: int, seen: list = []) -> list:  # noqa: B006
        seen.append(x)
        return seen

    made = gather.with_parameters({"seen": []})
    assert made.invoke({"x": 1}) == {"output": [1]}
    assert made.invoke({"x": 2}) == {"output": [2]}


def test_a_class_that_was_typed_again_is_told() -> None:
    old, new = (type("T", (), {"__module__": "__main__"}) for _ in range(2))
    again = "__main__.T was defined again since .*: run the cell of the step again"
    with pytest.raises(StepInterfaceError, match=f"'output' is of type __main__.T; .* {again}"):
        returning(new, old())

    def read(x) -> None: ...  # type: ignore[no-untyped-def]

    read.__annotations__["x"] = new
    with pytest.raises(StepInterfaceError, match=f"'x' is of type __main__.T; .* {again}"):
        step(read).invoke({"x": old()})
