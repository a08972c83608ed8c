"""Examples artifacts written from DataFrames and read back, with the schema they would get."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

PENGUINS = Path(__file__).resolve().parents[2] / "examples/quickstart/data/penguins.csv"


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _column(values: pd.Series) -> pa.Array:
    """Lists of int64, float32 or large_binary; a missing value is a null list."""
    from zenml.records.columns import list_column

    if values.dtype == object:
        cells = [None if _missing(v) else v for v in values]
        if any(isinstance(v, (list, np.ndarray)) for v in cells):
            try:
                return pa.array(cells, pa.large_list(pa.float32()))
            except pa.ArrowInvalid:  # whole numbers that float32 does not hold
                return pa.array(cells, pa.large_list(pa.int64()))
        cells = [v if v is None or isinstance(v, bytes) else str(v).encode() for v in cells]
        return list_column(pa.array(cells, pa.large_binary()))
    if str(values.dtype) == "Int64":
        return list_column(pa.array([None if v is pd.NA else int(v) for v in values], pa.int64()))
    if np.issubdtype(values.dtype, np.integer):
        return list_column(pa.array(values.to_numpy(), pa.int64()))
    return list_column(pa.array(values.to_numpy(np.float32), pa.float32(), from_pandas=True))


def _cell(values: list[Any] | None) -> Any:
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return np.array(values, object if isinstance(values[0], bytes) else None)


class Rows:
    """Writes, reads and describes examples."""

    @staticmethod
    def write(folder: Path, splits: dict[str, pd.DataFrame], rows_per_shard: int = 100_000) -> str:
        from zenml.records import RecordWriter, split_folder

        for split, frame in splits.items():
            columns = [_column(frame[name]) for name in frame]
            with RecordWriter(split_folder(folder, split), rows_per_shard=rows_per_shard) as writer:
                writer.write(pa.RecordBatch.from_arrays(columns, [str(name) for name in frame]))
        return str(folder)

    @staticmethod
    def read(uri: Any, split: str) -> pd.DataFrame:
        from zenml.records import read_batches, split_files

        rows = [row for b in read_batches(split_files(uri, split)) for row in b.to_pylist()]
        return pd.DataFrame([{name: _cell(cell) for name, cell in row.items()} for row in rows])

    @staticmethod
    def schema(frame: pd.DataFrame, booleans: list[str] | None = None) -> Any:
        """As it is inferred: a fixed shape for columns that have one, else a value count."""
        from tensorflow_metadata.proto.v0 import schema_pb2

        schema = schema_pb2.Schema()
        for name in frame:
            column = _column(frame[name])
            value_type = column.type.value_type
            feature = schema.feature.add(name=str(name))
            if pa.types.is_integer(value_type):
                feature.type = schema_pb2.INT
            elif pa.types.is_floating(value_type):
                feature.type = schema_pb2.FLOAT
            else:
                feature.type = schema_pb2.BYTES
            if name in (booleans or ()):
                feature.bool_domain.SetInParent()
            feature.presence.min_count = 1
            if column.null_count:
                feature.value_count.min = feature.value_count.max = 1
            else:
                feature.presence.min_fraction = 1
                size = len(column[0].as_py()) if len(column) else 1
                sizes = set(column.value_lengths().to_pylist())
                if feature.type == schema_pb2.INT and len(sizes) > 1:
                    feature.value_count.min = min(sizes)
                else:
                    feature.shape.dim.add(size=size)
        return schema

    @staticmethod
    def write_schema(folder: Path, schema: Any) -> str:
        from google.protobuf import text_format

        folder.mkdir(parents=True, exist_ok=True)
        (folder / "schema.pbtxt").write_text(text_format.MessageToString(schema))
        return str(folder)


@pytest.fixture(scope="session")
def rows() -> Rows:
    return Rows()


@pytest.fixture(scope="session")
def penguin_frames() -> dict[str, pd.DataFrame]:
    frame = pd.read_csv(PENGUINS)
    chance = np.random.RandomState(1).rand(len(frame))
    return {
        "train": frame[chance < 0.7],
        "eval": frame[(chance >= 0.7) & (chance < 0.9)],
        "test": frame[chance >= 0.9],
    }


@pytest.fixture
def no_beam_but_in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """DirectRunner, which may fetch a binary, is not used, nor is the command line read."""
    from apache_beam.runners.direct import direct_runner

    def refuse(*_: object) -> None:
        raise AssertionError("DirectRunner was used")

    monkeypatch.setattr(direct_runner.SwitchingDirectRunner, "run_pipeline", refuse)
    monkeypatch.setattr(sys, "argv", ["script", "--runner=NoSuchRunner", "--streaming"])
