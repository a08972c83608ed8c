"""Rows that an Apache Beam transform reads."""

from __future__ import annotations

import pickle
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from zenml.errors import DataError

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
