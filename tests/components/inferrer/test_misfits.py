"""Rows that a model does not take are told in the words of every other message."""

from __future__ import annotations

import pyarrow as pa
import pytest

from zenml.components.inferrer.misfits import misfit
from zenml.models.parsed_columns import RawColumn


@pytest.mark.parametrize(("values", "said"), [(1, "1 value in"), (12_345, "12,345 values in")])
def test_how_many_values_a_row_has(values: int, said: str) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([[0] * values])], ["n"])
    told = misfit(batch, [RawColumn("n", "int64", (3,), required=True)])
    assert told.startswith(f"Row 1 has {said} the column 'n', and the model takes 3")
