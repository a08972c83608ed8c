"""The departures of two airports, and their sequences as plain pandas makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from zenml.records.columns import list_column
from zenml.steps.sequencer import StandardSequencer

DEPARTURES = Path(__file__).resolve().parents[3] / "examples/time_series/data/departures.csv"
BOOLEANS = ("cancelled",)


def departures() -> pd.DataFrame:
    return pd.read_csv(DEPARTURES)


def batch_of(frame: pd.DataFrame) -> pa.RecordBatch:
    """The frame as rows are stored; None and NaN are missing."""
    columns = []
    for name in frame:
        cells = [None if cell is None or cell != cell else cell for cell in frame[name].tolist()]
        texts = any(isinstance(cell, str) for cell in cells)
        if texts:
            cells = [cell if cell is None else cell.encode() for cell in cells]
        kind = pa.large_binary() if texts else None
        if not texts and not all(isinstance(cell, (int, type(None))) for cell in cells):
            kind = pa.float32()
        columns.append(list_column(pa.array(cells, kind)))
    return pa.RecordBatch.from_arrays(columns, [str(name) for name in frame])


def schema_of(batch: pa.RecordBatch) -> Any:
    from tensorflow_metadata.proto.v0 import schema_pb2

    schema = schema_pb2.Schema()
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        kind = column.type.value_type
        number = schema_pb2.BYTES
        if not pa.types.is_large_binary(kind):
            number = schema_pb2.INT if pa.types.is_integer(kind) else schema_pb2.FLOAT
        feature = schema.feature.add(name=name, type=number)
        if name in BOOLEANS:
            feature.bool_domain.SetInParent()
    return schema


def made(step: StandardSequencer, frame: pd.DataFrame, rows: int = 100) -> list[dict[str, Any]]:
    """The sequences of a step, the rows coming some at a time."""
    step.check()
    batch = batch_of(frame)
    step.schema = schema_of(batch)
    parts = (batch.slice(at, rows) for at in range(0, batch.num_rows, rows))
    found: list[dict[str, Any]] = []
    kinds = set()
    for sequences in step.sequences(parts):
        kinds.add(str(sequences.schema))
        found += sequences.to_pylist()
    assert len(kinds) <= 1  # one type a column, over all batches
    return found


def by_pandas(
    frame: pd.DataFrame,
    *,
    frequency: str,
    gap: float,
    length: int,
    shift: int,
    resampled: Mapping[str, Callable[[Any], Any]],
    filled: Mapping[str, Callable[[pd.Series], pd.Series]],
) -> list[dict[str, Any]]:
    """Sequences made one after the other: sessions, `resample`, a function a column, windows."""
    found = []
    frame = frame.assign(at=pd.to_datetime(frame["time"]).dt.tz_localize(None))
    for origin, of_origin in frame.groupby("origin"):
        ordered = of_origin.sort_values("at", kind="stable")
        number = (ordered["at"].diff().dt.total_seconds() >= gap).cumsum()
        for _, session in ordered.groupby(number):
            steps = session.set_index("at").resample(frequency)
            columns = {name: steps[name].apply(how) for name, how in resampled.items()}
            table = pd.DataFrame({name: filled[name](columns[name]) for name in columns})
            for start in range(0, len(table) - length + 1, shift):
                window = table.iloc[start : start + length]
                if not window.isna().any().any():
                    times = [f"{time:%Y-%m-%dT%H:%M:%S}Z".encode() for time in window.index]
                    row = {"origin": [str(origin).encode()], "time": times}
                    found.append({**row, **{name: window[name].tolist() for name in window}})
    return found


def assert_same(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """Compares sequences, whatever their order; numbers as 32 bits hold them."""

    def key(row: dict[str, Any]) -> Any:
        return row["origin"], row["time"]

    assert len(found) == len(expected) > 0
    for got, want in zip(sorted(found, key=key), sorted(expected, key=key), strict=True):
        for name, cells in want.items():
            if isinstance(cells[0], (bytes, str)):
                cells = [cell.encode() if isinstance(cell, str) else cell for cell in cells]
                assert got[name] == cells, name
            else:
                np.testing.assert_allclose(got[name], cells, rtol=1e-6, atol=1e-6, err_msg=name)
