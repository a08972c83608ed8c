"""What stands for the outputs of a step while a pipeline is put together."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from zenml.errors import PipelineInterfaceError
from zenml.steps.handles import Handle

GRAPH = object()
TWO = Handle(GRAPH, "divide", ("quotient", "remainder"))
ONE = Handle(GRAPH, "load", ("output",))
NONE = Handle(GRAPH, "show", ())


def test_several_outputs_unpack_index_and_iterate() -> None:
    quotient, remainder = TWO
    assert quotient.references == TWO["quotient"].references == TWO[0].references
    assert remainder.references == TWO[-1].references == ("divide.remainder",)
    assert [handle.references for handle in TWO] == [("divide.quotient",), ("divide.remainder",)]
    first, *rest = TWO
    assert (first.outputs, len(rest)) == (("quotient",), 1)
    assert len(TWO) == 2
    assert len(NONE) == 0


def test_it_says_what_it_is() -> None:
    assert f"{ONE} {TWO!r} {NONE}" == (
        "<output 'output' of step 'load'> <outputs 'quotient', 'remainder' of step 'divide'> "
        "<outputs none of step 'show'>"
    )


def unpack_two(handle: Handle) -> None:
    _a, _b = handle


def unpack_three(handle: Handle) -> None:
    _a, _b, _c = handle


def unpack_one(handle: Handle) -> None:
    (_a,) = handle


@pytest.mark.parametrize(
    ("unpack", "handle", "message"),
    [
        (unpack_three, TWO, "'divide' has 2 outputs: quotient, remainder. .* into 3 names"),
        (unpack_one, TWO, "'divide' has 2 outputs: quotient, remainder. .* into 1 names"),
        (unpack_two, ONE, "'load' has one output, 'output', which cannot be unpacked"),
        (unpack_two, NONE, "'show' has no outputs. .* into 2 names"),
        (lambda h: h["rest"], TWO, "'divide' has no output 'rest'; it has quotient, remainder"),
        (lambda h: h[2], TWO, "'divide' has no output 2"),
        (lambda h: h["x"], ONE, "look into it in another step"),
        (lambda h: list(h), ONE, "which cannot be unpacked"),
    ],
)
def test_outputs_that_are_not_there_are_told(
    unpack: Callable[[Handle], Any], handle: Handle, message: str
) -> None:
    with pytest.raises(PipelineInterfaceError, match=message):
        unpack(handle)


USES: dict[str, Callable[[Any], Any]] = {
    "if": lambda h: 1 if h else 2,
    "and": lambda h: h and 1,
    "==": lambda h: h == 1,
    "!=": lambda h: h != 1,
    ">": lambda h: h > 0.8,
    "<=": lambda h: h <= 0.8,
    "+": lambda h: h + 1,
    "r*": lambda h: 2 * h,
    "/": lambda h: h / 2,
    "//": lambda h: h // 2,
    "%": lambda h: h % 2,
    "**": lambda h: h**2,
    "@": lambda h: h @ h,
    "-": lambda h: -h,
    "abs": abs,
    "round": round,
    "int": int,
    "float": float,
    "range": range,
    "len": len,
    "in": lambda h: 1 in h,
    "call": lambda h: h(),
    "format": lambda h: f"{h:.2f}",
    "set": lambda h: h.__setitem__("a", 1),
    "array": np.array,
    "attribute": lambda h: h.shape,
    "method": lambda h: h.predict([1]),
}


@pytest.mark.parametrize("use", list(USES.values()), ids=list(USES))
def test_it_is_no_value_yet(use: Callable[[Any], Any]) -> None:
    with pytest.raises(PipelineInterfaceError, match=r"'output' of step 'load'.* another step"):
        use(ONE)


def test_it_can_be_a_key_and_be_copied() -> None:
    assert {ONE: 1}[ONE] == 1
    assert copy.copy(TWO).references == TWO.references
