"""Rows that an Apache Beam transform reads, in an order that does not depend on Beam."""

from __future__ import annotations

import pickle
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from zenml.errors import DataError
from zenml.records.content import row_hashes

_ROWS = 5000


def read_with_beam(transform: Any, what: str) -> Iterator[Any]:
    """Yields the elements (dicts or RecordBatches) that a transform reads.

    Args:
        transform: A PTransform that can be applied to a pipeline.
        what: Names the method in errors.

    Raises:
        DataError: What was given is no PTransform.
    """
    if not isinstance(transform, beam.PTransform):
        raise DataError(
            f"{what} gave a {type(transform).__name__}; it must return a beam.PTransform that "
            "reads dicts or pyarrow RecordBatches."
        )
    with tempfile.TemporaryDirectory(prefix="zenml-beam-") as folder:
        # Options of its own: Beam would read the command line of the process.
        with beam.Pipeline(runner=FnApiRunner(), options=PipelineOptions([])) as pipeline:
            _ = pipeline | "Read" >> transform | "Keep" >> beam.ParDo(_Keep(folder))
        for path in sorted(Path(folder).iterdir()):
            yield from pickle.loads(path.read_bytes())


class _Keep(beam.DoFn):
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._rows: list[Any] = []

    def start_bundle(self) -> None:
        self._rows = []

    def process(self, element: Any) -> None:
        self._rows.append(element)
        if len(self._rows) >= _ROWS or isinstance(element, pa.RecordBatch):
            self._write()

    def finish_bundle(self) -> None:
        self._write()

    def _write(self) -> None:
        if self._rows:
            Path(self._folder, uuid.uuid4().hex).write_bytes(pickle.dumps(self._rows))
            self._rows = []


def in_content_order(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yields the same rows ordered by their hashes, for a source that keeps no order.

    Args:
        batches: Canonical batches of the same columns.
    """
    with tempfile.TemporaryDirectory(prefix="zenml-order-") as folder:
        writers: dict[int, pa.RecordBatchStreamWriter] = {}
        for batch in batches:
            buckets = (row_hashes(batch) >> np.uint64(58)).astype(np.int64)
            for bucket in np.unique(buckets).tolist():
                if bucket not in writers:
                    path = str(Path(folder, f"{bucket:02d}"))
                    writers[bucket] = pa.ipc.new_stream(path, batch.schema)
                writers[bucket].write_batch(batch.filter(pa.array(buckets == bucket)))
        for writer in writers.values():
            writer.close()
        for bucket in sorted(writers):
            with pa.OSFile(str(Path(folder, f"{bucket:02d}"))) as file:
                table = pa.ipc.open_stream(file).read_all().combine_chunks()
            for batch in table.to_batches():
                yield from _ordered(batch)


def _ordered(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    order = pa.array(np.argsort(row_hashes(batch), kind="stable"))
    for start in range(0, batch.num_rows, _ROWS):
        yield batch.take(order.slice(start, _ROWS))
