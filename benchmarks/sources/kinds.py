"""The kinds of sources: how the flights get into each, and the step that reads them.

To add one, write a `Kind` and enter it in `KINDS`.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml.datasources import BaseDatasource
from zenml.steps.data.base import DataStep


@dataclass(frozen=True)
class Prepared:
    """A source that is ready to be read.

    Attributes:
        arguments: What `Kind.step` takes in another process: plain data.
        bytes: Size of the source's files; None where it has none.
        row_bytes: Size of the rows, where they are not those of the flights.
    """

    arguments: dict[str, Any]
    bytes: int | None
    row_bytes: int | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of source.

    Attributes:
        name: As the table has it.
        prepare: Gets the CSV file of the flights and a folder to write into; the source is
            there as long as the `with` block lasts.
        step: Makes the step that reads it, in a process of its own; or, where the rows are in
            memory, the datasource that has them.
        in_memory: Whether they are.
        has_server: Whether a server does a part of the work, in another process.
    """

    name: str
    prepare: Callable[[Path, Path], AbstractContextManager[Prepared]]
    step: Callable[..., DataStep | BaseDatasource]
    in_memory: bool = False
    has_server: bool = False


def _file(name: str, write: Callable[[Path, Path], None]) -> Callable[[Path, Path], Any]:
    """Prepares one file, written once."""

    @contextlib.contextmanager
    def prepare(csv: Path, folder: Path) -> Iterator[Prepared]:
        path = folder / name
        if not path.exists():
            partial = folder / f"partial-{name}"
            write(csv, partial)
            partial.rename(path)
        yield Prepared({"path": str(path)}, path.stat().st_size)

    return prepare


@contextlib.contextmanager
def _csv(csv: Path, folder: Path) -> Iterator[Prepared]:
    yield Prepared({"path": str(csv)}, csv.stat().st_size)


def _frame(csv: Path) -> Any:
    import pandas as pd

    return pd.read_csv(csv)


def _json_lines(csv: Path, path: Path) -> None:
    _frame(csv).to_json(path, orient="records", lines=True)


def _json_array(csv: Path, path: Path) -> None:
    _frame(csv).to_json(path, orient="records")


def _parquet(csv: Path, path: Path) -> None:
    _frame(csv).to_parquet(path, index=False)


def _tfrecords(csv: Path, path: Path) -> None:
    from zenml.records import RecordWriter
    from zenml.steps.data import CSVDataStep

    with RecordWriter(path.parent, prefix="shard", rows_per_shard=10**9) as writer:
        for batch in CSVDataStep(path=str(csv)).batches():
            writer.write(batch)
    Path(writer.files[0]).rename(path)


def _unpacked_tfrecords(csv: Path, path: Path) -> None:
    packed = path.with_suffix(".packed")
    _tfrecords(csv, packed)
    with gzip.open(packed) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    packed.unlink()


@contextlib.contextmanager
def _images(csv: Path, folder: Path) -> Iterator[Prepared]:
    """Pieces of photographs as PNG, about as many bytes as the CSV file has."""
    from PIL import Image
    from sklearn.datasets import load_sample_images

    photographs, side = load_sample_images().images, 96
    labels: dict[str, dict[str, Any]] = {}
    size, wanted = 0, csv.stat().st_size
    while size < wanted:
        number = len(labels)
        photograph = photographs[number % 2]
        top = number * 37 % (photograph.shape[0] - side)
        left = number * 53 % (photograph.shape[1] - side)
        path = folder / f"{number:06d}.png"
        if not path.exists():
            Image.fromarray(photograph[top : top + side, left : left + side]).save(path)
        labels[path.name] = {"label": number % 2}
        size += path.stat().st_size
    (folder / "labels.json").write_text(json.dumps(labels))
    yield Prepared({"base_path": str(folder)}, size, size)


@contextlib.contextmanager
def _postgres(csv: Path, folder: Path) -> Iterator[Prepared]:
    """A table of a server of its own, which ends with the block."""
    from benchmarks.postgres_server import postgres_server

    frame = _frame(csv)
    kinds = {"i": "integer", "f": "double precision", "O": "text"}
    columns = ", ".join(f"{name} {kinds[kind.kind]}" for name, kind in frame.dtypes.items())
    with postgres_server() as server:
        with server.connect() as connection:
            connection.execute(f"CREATE TABLE flights ({columns})")
            with connection.cursor().copy("COPY flights FROM STDIN (FORMAT csv, HEADER)") as copy:
                copy.write(csv.read_bytes())
        size = server.sql("SELECT pg_table_size('flights')")[0][0]
        # Over the socket of the server's own superuser: no password, and none in a file.
        login = {"host": str(server.folder), "port": server.port, "username": "postgres"}
        yield Prepared({**login, "database": "postgres", "table": "flights"}, size)


@contextlib.contextmanager
def _bigquery(csv: Path, folder: Path) -> Iterator[Prepared]:
    """A stand-in on loopback, which has the rows in memory."""
    from benchmarks.bigquery_server import bigquery_server

    kinds = {"i": "INTEGER", "f": "FLOAT", "O": "STRING"}
    types = {name: kinds[kind.kind] for name, kind in _frame(csv).dtypes.items()}
    with bigquery_server(csv, types) as address:
        yield Prepared({"address": address}, None)


def _bigquery_step(address: str) -> DataStep:
    from google.cloud import bigquery  # noqa: F401 - importing is no part of reading

    from zenml.steps.data import BigQueryDataStep

    os.environ["BIGQUERY_EMULATOR_HOST"] = address
    return BigQueryDataStep(query_project="bench", query_dataset="air", query_table="flights")


def _step(name: str) -> Callable[..., DataStep]:
    def step(**arguments: Any) -> DataStep:
        from zenml.steps import data

        made: DataStep = getattr(data, name)(**arguments)
        return made

    return step


def _pandas(path: str) -> BaseDatasource:
    from zenml.datasources import PandasDatasource

    return PandasDatasource(name="flights", df=_frame(Path(path)))


def _numpy(path: str) -> BaseDatasource:
    from zenml.datasources import NumpyDatasource

    frame = _frame(Path(path))
    return NumpyDatasource(name="flights", arrays={name: frame[name].to_numpy() for name in frame})


CSV = Kind("CSV", _csv, _step("CSVDataStep"))
KINDS = [
    CSV,
    Kind("JSON, a line a row", _file("flights.jsonl", _json_lines), _step("JSONDataStep")),
    Kind("JSON, one array", _file("flights.json", _json_array), _step("JSONDataStep")),
    Kind("Parquet", _file("flights.parquet", _parquet), _step("ParquetDataStep")),
    Kind("TFRecords", _file("flights.tfrecord", _unpacked_tfrecords), _step("TFRecordsDataStep")),
    Kind("TFRecords, gzip", _file("flights.tfrecord.gz", _tfrecords), _step("TFRecordsDataStep")),
    Kind("PostgreSQL", _postgres, _step("PostgresDataStep"), has_server=True),
    Kind("BigQuery, a stand-in", _bigquery, _bigquery_step, has_server=True),
    Kind("images, PNG", _images, _step("ImageDataStep")),
    Kind("pandas", _csv, _pandas, in_memory=True),
    Kind("NumPy", _csv, _numpy, in_memory=True),
]
