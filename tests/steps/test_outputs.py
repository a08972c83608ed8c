"""The outputs that a step declares: their names and types."""

# ruff: noqa: UP006, UP035, UP045 - as users write them

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Optional, Tuple

import pytest

from zenml.errors import StepInterfaceError
from zenml.steps import ArtifactConfig, Output
from zenml.steps.outputs import OutputDeclaration, read_outputs


def pair():  # type: ignore[no-untyped-def]
    return 1, 2


def whole():  # type: ignore[no-untyped-def]
    both = (1, 2)
    return both  # noqa: RET504


def nothing():  # type: ignore[no-untyped-def]
    pass


def read(annotation: Any, function: Callable[..., Any] = whole) -> dict[str, OutputDeclaration]:
    return read_outputs(function, annotation, "Step `train`")


def types(annotation: Any, function: Callable[..., Any] = whole) -> dict[str, Any]:
    return {name: output.annotation for name, output in read(annotation, function).items()}


def test_one_output() -> None:
    assert types(int) == {"output": int}
    assert types(Optional[int]) == {"output": Optional[int]}
    assert types(Annotated[int, "count"]) == {"count": int}
    assert types(Annotated[int, 42]) == {"output": int}


def test_no_output() -> None:
    assert types(None) == types(type(None)) == {}
    assert types(..., nothing) == {}


def test_without_an_annotation_there_is_one_of_any_type() -> None:
    assert types(..., pair) == {"output": Any}


def test_a_tuple_is_several_where_a_literal_is_returned() -> None:
    assert types(Tuple[int, str], pair) == {"output_0": int, "output_1": str}
    assert types(tuple[int, str], pair) == {"output_0": int, "output_1": str}
    assert types(Tuple[int, str], whole) == {"output": Tuple[int, str]}
    assert types(tuple, pair) == {"output": tuple}


def test_the_parts_of_a_tuple_can_be_named() -> None:
    named = Tuple[Annotated[int, "quotient"], int, Annotated[float, ArtifactConfig(name="rest")]]
    with pytest.raises(StepInterfaceError, match=r"`return` of 2 values and declares 3 outputs"):
        types(named, pair)
    assert types(named, whole) == {"quotient": int, "output_1": int, "rest": float}


def test_what_is_said_of_an_artifact_is_kept() -> None:
    config = ArtifactConfig(name="total", version="v1", tags=["best", "small"])
    (output,) = read(Annotated[int, config]).values()
    assert (output.name, output.artifact) == ("total", config)
    assert output.artifact.tags == ("best", "small")
    (output,) = read(Annotated[int, ArtifactConfig(version=3)]).values()
    assert (output.name, output.artifact.name) == ("output", None)
    (output,) = read(Annotated[int, "total"]).values()
    assert output.artifact.name == "total"


def test_output_names_them() -> None:
    assert types(Output(model=dict, score=float), pair) == {"model": dict, "score": float}
    assert types(Output(model=dict)) == {"model": dict}
    assert repr(Output(score=float)) == "Output(score=<class 'float'>)"


@pytest.mark.parametrize(
    ("annotation", "function", "message"),
    [
        (Tuple[Annotated[int, "a"], Annotated[int, "a"]], pair, "two outputs called 'a'"),
        (Tuple[Annotated[int, "output_1"], int], pair, "two outputs called 'output_1'"),
        (Annotated[int, ""], whole, "an output called ''; take letters"),
        (Annotated[int, "a/b"], whole, "an output called 'a/b'"),
        (Annotated[int, "a", "b"], whole, "names an output twice; give one name"),
        (Annotated[int, "a", ArtifactConfig(name="b")], whole, "names an output twice"),
        (Tuple[int, ...], pair, r"annotated Tuple\[int, ...\], which does not say how many"),
        (Tuple[int, int, int], pair, "a `return` of 2 values and declares 3 outputs: output_0,"),
        (Output(a=int, b=int, c=int), pair, "a `return` of 2 values and declares 3 outputs: a, b"),
        (Tuple[Annotated[int, "a"]], whole, "a tuple of one. Annotate the value itself"),
        (Output, whole, r"returns the class Output: name the outputs, as in Output\(model=dict\)"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(annotation: Any, function: Any, message: str) -> None:
    with pytest.raises(StepInterfaceError, match=f"^Step `train`.*{message}"):
        read(annotation, function)


def test_a_tuple_of_any_length_is_one_output() -> None:
    assert types(Tuple[int, ...], whole) == {"output": Tuple[int, ...]}
