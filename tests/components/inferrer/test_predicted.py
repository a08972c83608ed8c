"""What a step of one's own may predict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zenml.errors import StepInterfaceError

pytestmark = pytest.mark.tf


def columns(found, rows=2, classes=None):
    from zenml.components.inferrer.predicted import predicted_columns

    made = predicted_columns("Mine.predict", found, rows, classes or {})
    return {name: column.to_pylist() for name, column in made.items()}


@pytest.mark.parametrize(
    ("values", "want"),
    [
        ([1, 2], [[1], [2]]),
        (np.array([True, False]), [[1], [0]]),
        (np.full((2, 2, 1), 0.5), [[0.5, 0.5], [0.5, 0.5]]),
        (np.array([np.nan, np.inf]), None),
        (["a", "\u00fc"], [[b"a"], [b"\xc3\xbc"]]),
        ([b"\xff", None], [[b"\xff"], [None]]),
        (pd.Series([1, 2], index=[7, 8]), [[1], [2]]),
        (np.array([1, 2], np.uint64), [[1], [2]]),
    ],
)
def test_values_of_each_kind(values, want):
    (found,) = columns({"x": values}).values()
    assert len(found) == 2
    assert want is None or found == want


def test_a_frame_is_a_mapping_of_columns():
    assert columns(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})) == {
        "a": [[1], [2]],
        "b": [[b"x"], [b"y"]],
    }


def test_classes_are_named_where_the_values_tell_them():
    classes = {"late": ["no", "yes"]}
    assert columns({"late_o": np.array([0.9, 0.1])}, classes=classes)["late_class"] == [
        [b"yes"],
        [b"no"],
    ]
    for values in ([0.9, np.nan], [[0.1, 0.9], [np.nan, np.nan]]):
        found = columns({"late_o": np.array(values)}, classes=classes)["late_class"]
        assert found == [[b"yes"], None]
    for name, values in (("late", [0.9, 0.1]), ("late_o", [1, 0]), ("late_o", np.zeros((2, 3)))):
        assert list(columns({name: values}, classes=classes)) == [name]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (None, "NoneType; it must give a dict of arrays by name"),
        ({}, "an empty dict"),
        ([[1], [2]], "list"),
        ({"x": 3}, "one value of 'x' for 2 rows"),
        ({"x": [1]}, "1 values of 'x' for 2 rows"),
        ({"x": [[1], [1, 2]]}, "'x' with rows of different lengths"),
        ({3: [1, 2]}, "values under 3; a column's name is a string"),
        ({"": [1, 2]}, "values under ''"),
        ({"x": [{}, {}]}, "values of type dict in 'x'; a column holds"),
        (
            {"x": np.array(["2020-01-01"] * 2, "datetime64[D]")},
            r"values of type datetime64\[D\] in 'x'",
        ),
        ({"x": np.zeros(2, complex)}, "values of type complex128 in 'x'"),
        ({"x": np.array([1, 2**63], np.uint64)}, "9223372036854775808 in 'x'"),
        ({"x": np.array([1.0, 1e300])}, r"1e\+300 in 'x'; .* floats of 32 bits"),
    ],
)
def test_what_no_column_can_hold(found, why):
    with pytest.raises(StepInterfaceError, match=f"Mine.predict gave {why}"):
        columns(found)
