"""Sequences of rows made by a user's Beam objects: key, timestamp, window, combine."""

from __future__ import annotations

import itertools
import math
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import pandas as pd
import pyarrow as pa
from apache_beam.transforms.window import WindowFn
from pandas.api.types import is_numeric_dtype

from zenml.errors import DataError, StepInterfaceError
from zenml.records.beam_rows import read_with_beam
from zenml.records.columns import encodable
from zenml.records.content_order import in_content_order
from zenml.records.loose import loose_batches
from zenml.records.spool import settle
from zenml.records.tables import plain_cell


def sequences_with_beam(
    batches: Iterable[pa.RecordBatch],
    *,
    category: Any,
    timestamp: Any,
    window: Any,
    combine: Any,
    what: str,
) -> Iterator[pa.RecordBatch]:
    """Yields one row a sequence, each column the list of its values.

    A row reaches the objects as a DataFrame of one row; what `combine` gives is a DataFrame,
    a list of them, or None. Beam promises no order, so the sequences come in that of their content.

    Args:
        batches: Columns of lists.
        category: `beam.DoFn` from a row to (category, row).
        timestamp: `beam.DoFn` from that to a `TimestampedValue` of it.
        window: `beam.window.WindowFn`.
        combine: `beam.CombineFn` of the rows of a category in a window.
        what: Names the step in errors.

    Raises:
        StepInterfaceError: One of the objects is of another kind.
        DataError: What `combine` gives is none of these.
    """
    _check_kind(what, "get_category_do_fn", category, "DoFn", beam.DoFn)
    _check_kind(what, "get_timestamp_do_fn", timestamp, "DoFn", beam.DoFn)
    _check_kind(what, "get_window", window, "window.WindowFn", WindowFn)
    _check_kind(what, "get_combine_fn", combine, "CombineFn", beam.CombineFn)
    with tempfile.TemporaryDirectory(prefix="zenml-rows-") as folder:
        files = _spooled(batches, Path(folder))
        made = read_with_beam(_Sequences(files, category, timestamp, window, combine, what), what)
        first = next(made, None)
        if first is not None:
            rows = loose_batches(itertools.chain([first], made), what)
            yield from in_content_order(settle(rows, {}, what))


def _check_kind(what: str, method: str, given: Any, name: str, kind: type) -> None:
    if not isinstance(given, kind):
        raise StepInterfaceError(
            f"{what}.{method}() gave {given!r:.80}; it must give a beam.{name}."
        )


def _spooled(batches: Iterable[pa.RecordBatch], folder: Path) -> list[str]:
    """The batches as files that the runner reads: what a pipeline is made of is in memory."""
    files: list[str] = []
    writer, schema = None, None
    for batch in batches:
        plain = encodable(batch)
        if writer is None or plain.schema != schema:
            if writer is not None:
                writer.close()
            files.append(str(folder / f"{len(files):06d}"))
            writer, schema = pa.ipc.new_stream(files[-1], plain.schema), plain.schema
        writer.write_batch(plain)
    if writer is not None:
        writer.close()
    return files


class _Sequences(beam.PTransform):
    """From nothing to one dict of lists a sequence."""

    def __init__(
        self, files: list[str], category: Any, timestamp: Any, window: Any, combine: Any, what: str
    ) -> None:
        super().__init__()
        self._files, self._what = files, what
        self._category, self._timestamp = category, timestamp
        self._window, self._combine = window, combine

    def expand(self, begin: Any) -> Any:
        """Puts the parts together."""
        return (
            begin
            | "Files" >> beam.Create(self._files, reshuffle=False)
            | "Rows" >> beam.ParDo(_ReadRows())
            | "Category" >> beam.ParDo(self._category)
            | "Timestamp" >> beam.ParDo(self._timestamp)
            | "Window" >> beam.WindowInto(self._window)
            | "Combine" >> beam.CombinePerKey(self._combine)
            | "Sequences" >> beam.FlatMap(_frames, self._what)
            | "Lists" >> beam.Map(_lists)
        )


class _ReadRows(beam.DoFn):
    """Reads files inside the runner: one data frame of one row an element."""

    def process(self, file: str) -> Iterator[pd.DataFrame]:
        """Yields the rows of a file."""
        with pa.OSFile(file) as source:
            for batch in pa.ipc.open_stream(source):
                cells = {
                    name: [plain_cell(values) for values in column.to_pylist()]
                    for name, column in zip(batch.schema.names, batch.columns, strict=True)
                }
                frame = pd.DataFrame(cells)
                for row in range(len(frame)):
                    yield frame.iloc[[row]]


def _frames(keyed: tuple[Any, Any], what: str) -> list[pd.DataFrame]:
    """What a CombineFn gives: one data frame, or a list of them, or None."""
    made = keyed[1]
    if made is None:
        return []
    frames = made if isinstance(made, (list, tuple)) else [made]
    for frame in frames:
        if not isinstance(frame, pd.DataFrame):
            raise DataError(
                f"{what}: the CombineFn of get_combine_fn() gave {frame!r:.80}; it must give a "
                "DataFrame, a list of them, or None."
            )
    return list(frames)


def _lists(frame: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): _values(frame[name]) for name in frame.columns}


def _values(series: pd.Series[Any]) -> list[Any]:
    """The values of a column: a number that is missing as NaN, times as unix seconds."""
    cells = series.tolist()
    known = series.dropna()
    numbers = len(known) > 0 and all(isinstance(cell, (int, float)) for cell in known)
    missing = math.nan if numbers or is_numeric_dtype(series) else None
    return [
        missing if gone else int(cell.timestamp()) if isinstance(cell, pd.Timestamp) else cell
        for cell, gone in zip(cells, series.isna(), strict=True)
    ]
