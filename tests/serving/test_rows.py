"""Rows by column: what fits is stored by the type of the column, what does not is named."""

from __future__ import annotations

import base64
import json

import pytest

from zenml.errors import RequestError
from zenml.models.parsed_columns import RawColumn
from zenml.serving.examples import serialised
from zenml.serving.rows import rows_of, rows_of_columns

COLUMNS = {
    column.name: column
    for column in (
        RawColumn("place", "string", (1,), required=True),
        RawColumn("size", "float32"),
        RawColumn("weight", "int64"),
        RawColumn("pair", "float32", (2,)),
    )
}


def check(*given: object) -> dict[str, list[object]]:
    return dict(rows_of(list(given), COLUMNS, ["late"], "instances").columns)


def test_values_are_kept_as_they_are_where_they_fit() -> None:
    found = check({"place": "north", "size": 1, "weight": 2, "late": 1}, {"place": "south"})
    assert found["place"] == ["north", "south"]
    assert found["size"] == [1, None]
    assert found["weight"] == [2, None]
    assert found["pair"] == [None, None]


def test_whole_numbers_may_be_written_with_a_point_and_truth_as_a_number() -> None:
    found = check({"place": "north", "weight": 3.0}, {"place": "north", "weight": True})
    assert found["weight"] == [[3], [1]]


def test_a_number_that_is_none_is_missing_alone_and_beside_others() -> None:
    nan, inf = float("nan"), float("inf")
    found = check({"place": "n", "size": nan}, {"place": "n", "size": 2})
    assert found["size"] == [None, [2.0]]
    for cell in (inf, -inf, [inf]):
        with pytest.raises(RequestError, match=r"'size' takes a number of 32 bits, not -?Inf"):
            check({"place": "n", "size": nan}, {"place": "n", "size": cell})
    required = {"size": RawColumn("size", "float32", (1,), required=True)}
    for others in ([], [{"size": [1.0]}]):
        with pytest.raises(RequestError, match="column 'size' is missing; every row needs it"):
            rows_of([{"size": nan}, *others], required, [], "instances")


@pytest.mark.tf
@pytest.mark.parametrize("few", [0, 10])
def test_the_largest_number_of_32_bits_is_one(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy writes it rounded up; it is refused from where it would be rounded to infinity."""
    from tensorflow.core.example.example_pb2 import Example

    monkeypatch.setattr("zenml.serving.examples._FEW", few)
    largest, infinite = 3.4028235e38, 3.4028235677973366e38
    for cell in (largest, [largest, -largest]):
        rows = rows_of([{"place": "n", "size": cell}], COLUMNS, [], "instances")
        (made,) = serialised([rows], COLUMNS)
        kept = Example.FromString(made).features.feature["size"].float_list.value
        assert {abs(value) for value in kept} == {2.0**128 - 2.0**104}
    for cell in (infinite, [-infinite]):
        with pytest.raises(RequestError, match="takes a number of 32 bits"):
            check({"place": "n", "size": cell})


def test_bytes_and_lists() -> None:
    sent = {"b64": base64.b64encode(b"\xff\x00").decode()}
    found = check({"place": sent, "pair": [[1], [2.5]], "size": [1, 2, 3]})
    assert (found["place"], found["pair"], found["size"]) == (
        [[b"\xff\x00"]],
        [[1.0, 2.5]],
        [[1.0, 2.0, 3.0]],
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (3, r"instances\[0\] is 3; a row is an object"),
        ({"plce": "north"}, r"no column 'plce'. Did you mean 'place'\? It has: late, pair, place"),
        ({"size": 1}, r"instances\[0\]: column 'place' is missing; every row needs it"),
        ({"place": None}, "column 'place' is missing"),
        ({"place": "\ud800"}, r"column 'place' takes text that UTF-8 has, not .\\ud800"),
        ({"place": 4}, r"column 'place' takes text, not 4"),
        ({"place": ["a", "b"]}, r"column 'place' has 2 values; it takes 1"),
        ({"place": {"b64": "%%"}}, "'b64' is no base64"),
        ({"place": {"x": 1}}, 'takes text, not {"x": 1}'),
        ({"place": "n", "size": "1"}, "column 'size' takes a number, not \"1\""),
        ({"place": "n", "size": 10**400}, "column 'size' takes a number of 32 bits, not 1000"),
        ({"place": "n", "size": -1e39}, "column 'size' takes a number of 32 bits, not -1e"),
        ({"place": "n", "pair": [1, 1e39]}, "column 'pair' takes a number of 32 bits, not 1e"),
        ({"place": "n", "weight": 1.5}, "column 'weight' takes a whole number, not 1.5"),
        ({"place": "n", "weight": 2**63}, "column 'weight' takes a whole number"),
        ({"place": "n", "weight": float("inf")}, "column 'weight' takes a whole number"),
        ({"place": "n", "pair": [1, 2, 3]}, "column 'pair' has 3 values; it takes 2"),
    ],
)
def test_what_does_not_fit_is_named(row: object, said: str) -> None:
    with pytest.raises(RequestError, match=said) as caught:
        check(row)
    assert caught.value.status == 400


def test_columns_give_the_same_rows() -> None:
    given = {"place": ["north", "south"], "size": [1.5, None]}
    found = rows_of_columns(given, COLUMNS, [], "inputs")
    assert found.count == 2
    assert found.columns["weight"] == [None, None]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"place": ["n", "n"], "size": [1]}, "same length, at least 1: place has 2, size has 1"),
        ({"place": []}, "at least 1: place has 0"),
        ({}, "none is there"),
        ({"place": "n"}, "column 'place' is \"n\"; it takes a list"),
        ({"x": [1]}, "no column 'x'"),
        ({"place": ["n"], "size": ["x"]}, "column 'size', row 0 takes a number"),
    ],
)
def test_columns_that_do_not_fit_are_named(given: dict[str, object], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        rows_of_columns(given, COLUMNS, [], "inputs")


@pytest.mark.tf
@pytest.mark.parametrize("few", [0, 10])
def test_rows_of_several_requests_are_serialised_together(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Arrow or, where they are few, one by one."""
    from tensorflow.core.example.example_pb2 import Example

    monkeypatch.setattr("zenml.serving.examples._FEW", few)
    first = rows_of([{"place": "north", "size": 1.5, "weight": 7}], COLUMNS, [], "instances")
    second = rows_of(
        [{"place": "süd", "size": [1, 2]}, {"place": "x", "size": float("nan"), "pair": [3, 4]}],
        COLUMNS,
        [],
        "instances",
    )
    rows = [
        Example.FromString(row).features.feature for row in serialised([first, second], COLUMNS)
    ]
    assert rows[0]["size"].float_list.value == [1.5]
    assert rows[0]["weight"].int64_list.value == [7]
    assert rows[1]["place"].bytes_list.value == ["süd".encode()]
    assert rows[1]["size"].float_list.value == [1.0, 2.0]
    assert not rows[2]["size"].float_list.value  # a number that is none is missing
    assert rows[2]["pair"].float_list.value == [3.0, 4.0]


def test_a_blank_row_fits() -> None:
    blank = {name: column.blank() for name, column in COLUMNS.items()}
    assert json.loads(json.dumps(blank)) == {
        "place": "",
        "size": 0.0,
        "weight": 0,
        "pair": [0.0, 0.0],
    }
    assert check(blank)
