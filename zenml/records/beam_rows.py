"""Rows that an Apache Beam transform reads."""

from __future__ import annotations

import pickle
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from zenml.errors import DataError
from zenml.records.objects import size_of

_ROWS = 5000
_BYTES = 16 << 20  # of the rows of a file, where they are large


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
        self._size = 0

    def start_bundle(self) -> None:
        self._rows, self._size = [], 0

    def process(self, element: Any) -> None:
        self._rows.append(element)
        if isinstance(element, Mapping):
            self._size += size_of(element.values())
        is_batch = isinstance(element, pa.RecordBatch)
        if is_batch or len(self._rows) >= _ROWS or self._size >= _BYTES:
            self._write()

    def finish_bundle(self) -> None:
        self._write()

    def _write(self) -> None:
        if self._rows:
            Path(self._folder, uuid.uuid4().hex).write_bytes(pickle.dumps(self._rows))
            self._rows, self._size = [], 0
