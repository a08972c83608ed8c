"""Batches of lists as plain tables, whatever single batches hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from zenml.records.frames import plain_table, to_frame

INT, FLOAT, BYTES = pa.int64(), pa.float32(), pa.large_binary()


def batch(**columns: Any) -> pa.RecordBatch:
    arrays = [
        pa.nulls(len(cells)) if kind is None else pa.array(cells, pa.large_list(kind))
        for kind, cells in columns.values()
    ]
    return pa.RecordBatch.from_arrays(arrays, list(columns))


def test_values_alone_lists_and_nothing() -> None:
    table = plain_table(
        [
            batch(
                n=(INT, [[1], None, [3]]),
                full=(FLOAT, [[0.5], [1.5], [2.5]]),
                many=(INT, [[1, 2], None, [3]]),
                none=(None, [None, None, None]),
                empty=(INT, [[], None, []]),
            )
        ]
    )
    assert table.to_pydict() == {
        "empty": [None, None, None],
        "full": [0.5, 1.5, 2.5],
        "many": [[1, 2], [], [3]],
        "n": [1, None, 3],
        "none": [None, None, None],
    }


def test_batches_that_differ() -> None:
    table = plain_table(
        [
            batch(a=(None, [None]), b=(BYTES, [[b"x"]])),
            batch(a=(INT, [[1]]), b=(BYTES, [[b"y", b"z"]]), c=(FLOAT, [[0.5]])),
        ]
    )
    assert table.to_pydict() == {"a": [None, 1], "b": [["x"], ["y", "z"]], "c": [None, 0.5]}


def test_bytes_stay_bytes_where_some_are_no_text() -> None:
    table = plain_table([batch(a=(BYTES, [[b"x"], [b"\xff"]]), b=(BYTES, [["ä".encode()], None]))])
    assert table.to_pydict() == {"a": [b"x", b"\xff"], "b": ["ä", None]}


def test_types_of_a_frame() -> None:
    frame = to_frame(
        plain_table(
            [
                batch(
                    whole=(INT, [[1], [2**62 + 1]]),
                    some=(INT, [[2**62 + 1], None]),
                    real=(FLOAT, [[0.5], None]),
                    text=(BYTES, [[b"x"], None]),
                )
            ]
        )
    )
    assert frame["whole"].dtype == np.int64
    assert str(frame["some"].dtype) == "Int64"
    assert frame["some"][0] == 2**62 + 1
    assert frame["real"].dtype == np.float32
    assert np.isnan(frame["real"][1])
    assert frame["text"][0] == "x"
    assert frame["text"].isna().tolist() == [False, True]


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(rows: int) -> None:
    frame = to_frame(plain_table([batch(a=(INT, [[1]] * rows))]))
    assert list(frame.columns) == ["a"]
    assert len(frame) == rows
