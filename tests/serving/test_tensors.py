"""Tensors in JSON: shapes, types, bytes, and what is said of those that cannot be."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zenml.errors import RequestError
from zenml.serving.outputs import dumps, to_json
from zenml.serving.tensors import TensorInfo, blank, to_array


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        ([1, 2.5], "float32", (None,)),
        ([[1, 2], [3, 4]], "int64", (None, 2)),
        (7, "int32", ()),
        ([2**64 - 1, 2**63], "uint64", (None,)),
        ([-(2**63)], "int64", (None,)),
        ([-1e308, 1e308], "float64", (None,)),
        ([True, False], "bool", (2,)),
        ([], "float32", (None,)),
        ([], "float32", (None, 3)),
        ([[], []], "float64", None),
    ],
)
def test_numbers_both_ways(value: object, dtype: str, shape: tuple[int | None, ...] | None) -> None:
    array = to_array(value, TensorInfo(dtype, shape), "x")
    assert array.dtype == np.dtype(dtype)
    assert to_json(array, "x") == value


def test_truth_is_a_number_as_in_rows() -> None:
    assert to_array([True, 2], TensorInfo("int64", (None,)), "x").tolist() == [1, 2]


def test_no_more_dimensions_than_numpy_has() -> None:
    value: object = 1.0
    for _ in range(33):
        value = [value]
    with pytest.raises(RequestError, match="x is nested 33 deep; it takes at most 32"):
        to_array(value, TensorInfo("float32", None), "x")


def test_text_and_bytes() -> None:
    array = to_array(["ü", {"b64": "/w=="}], TensorInfo("string", (None,)), "x")
    assert array.tolist() == ["ü".encode(), b"\xff"]
    assert to_json(array[:1], "x") == ["ü"]
    assert to_json(array, "x_bytes") == [{"b64": "w7w="}, {"b64": "/w=="}]
    assert dumps(to_json(array[1:], "x")) == b'["\xff"]'


@pytest.mark.parametrize("text", ["+/8=", "+/8", "-_8=", "-_8", "+/\n8 ="])
def test_base64_however_it_is_written(text: str) -> None:
    array = to_array([{"b64": text}], TensorInfo("string", (None,)), "x")
    assert array.tolist() == [b"\xfb\xff"]


@pytest.mark.parametrize(
    ("value", "dtype", "shape", "said"),
    [
        ([[1, 2], [3]], "float32", None, r"x is ragged: at depth 2 stands \[3\]"),
        ([1, [2]], "float32", None, "x is ragged: a list stands where others have a value"),
        ([[1], 2], "float32", None, "x is ragged: at depth 2 stands 2"),
        ([1, 2, 3], "float32", (None, 2), r"the shape \[3\]; it takes \[any, 2\]"),
        ([[1, 2, 3]], "float32", (None, 2), r"the shape \[1, 3\]"),
        (["a"], "float32", (None,), 'x takes float32, not "a"'),
        ([1.5], "int64", (None,), "x takes int64, not 1.5"),
        ([{"b64": "+/8/x"}], "string", (None,), "x: the value of 'b64' is no base64"),
        ([{"b64": "+=/8"}], "string", (None,), "x: the value of 'b64' is no base64"),
        (["\ud800"], "string", (None,), r'x takes text that UTF-8 has, not "\\ud800"'),
        ([1], "bool", (None,), "x takes bool, not 1"),
        ([None], "float32", (None,), "x takes float32, not null"),
        ([300], "uint8", (None,), "too large for uint8"),
        ([-1], "uint64", (None,), "too large for uint64"),
        ([1e39], "float32", (None,), "x holds a number that is too large for float32"),
        ([70000], "float16", (None,), "too large for float16"),
        ([1, -math.inf], "float32", (None,), "too large for float32"),
        ([10**400], "float64", (None,), "too large for float64"),
        ([1], "string", (None,), "x takes text"),
        ([1], "complex64", (None,), "complex64, which JSON has not"),
    ],
)
def test_what_does_not_fit_is_named(
    value: object, dtype: str, shape: tuple[int | None, ...] | None, said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        to_array(value, TensorInfo(dtype, shape), "x")


def test_numbers_of_32_bits_take_as_few_digits_as_tell_them_apart() -> None:
    values = np.random.default_rng(1).normal(size=2000).astype(np.float32)
    told = to_json(values, "x")
    assert np.array_equal(np.array(told, np.float32), values)
    assert to_json(np.float32([0.1, 1e-30, 16777216]), "x") == [0.1, 1e-30, 16777216.0]


def test_numbers_that_are_none() -> None:
    told = dumps(to_json(np.float32([np.nan, np.inf, -np.inf]), "x"))
    assert told == b"[null, null, null]"


def test_a_blank_tensor_fits() -> None:
    info = TensorInfo("string", (None, 2))
    assert blank(info).tolist() == [[b"", b""]]
    assert blank(TensorInfo("float32", (None, 2))).tolist() == [[0.0, 0.0]]


def test_what_a_signature_says_is_told_as_tensorflow_serving_does() -> None:
    assert TensorInfo("float32", (None, 3), "y:0").to_json() == {
        "dtype": "DT_FLOAT",
        "tensor_shape": {
            "dim": [{"size": "-1", "name": ""}, {"size": "3", "name": ""}],
            "unknown_rank": False,
        },
        "name": "y:0",
    }
    assert TensorInfo("string", None).to_json()["tensor_shape"]["unknown_rank"] is True
