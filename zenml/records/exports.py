"""Rows into files for other programs: CSV, Parquet, TFRecord; in several shards, or in one."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import pyarrow as pa

from zenml.records.csv_writing import csv_lines, header_line
from zenml.records.framing import frame
from zenml.records.parquet_writing import ParquetFile
from zenml.records.publishing import cannot_write, check_places, publish

_GZIP = 31  # zlib's number for a gzip stream


class _File(Protocol):
    def begin(self, batch: pa.RecordBatch) -> Any: ...

    def write(self, batch: pa.RecordBatch, rows: Sequence[bytes]) -> None: ...

    def close(self) -> None: ...


class ShardedWriter:
    r"""Writes rows into files that are all there whole when the block ends, or not at all.

    The rows go into the files in order, as many into each. Their format is that of the
    extension. A file that gets no row names the columns all the same.

    Args:
        paths: Of the files.
        rows: How many rows will come.
        schema: `tensorflow_metadata` Schema of the source's columns.
        what: Who writes; said in errors.
        outdated: Older files that go when the new ones come.

    Attributes:
        files: The same paths.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "numbers.csv")
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[1], [2]])], ["n"])
        >>> with ShardedWriter([str(path)], 2, None, "example") as writer:
        ...     writer.write(batch, [b"", b""])
        >>> path.read_text()
        'n\n1\n2\n'
    """

    def __init__(
        self,
        paths: Sequence[str],
        rows: int,
        schema: Any,
        what: str,
        outdated: Sequence[str] = (),
    ) -> None:
        """Opens nothing yet."""
        self.files = list(paths)
        self._what = what
        self._schema = schema
        self._ends = [rows * (number + 1) // len(paths) for number in range(len(paths))]
        self._open: list[_File] = []
        self._finished: dict[Path, Path] = {}
        self._outdated = [Path(path) for path in outdated]
        self._latest = _no_rows(schema)
        self._done = 0

    def write(self, batch: pa.RecordBatch, rows: Sequence[bytes]) -> None:
        """Takes the next rows: as columns of lists, and serialised."""
        start = 0
        if batch.num_rows:
            self._latest = batch
        while start < batch.num_rows:
            shard = next(i for i, end in enumerate(self._ends) if self._done < end)
            room = min(self._ends[shard] - self._done, batch.num_rows - start)
            self._write(shard, batch.slice(start, room), rows[start : start + room])
            start += room
            self._done += room

    def _write(self, shard: int, batch: pa.RecordBatch, rows: Sequence[bytes]) -> None:
        try:
            self._open[shard].write(batch, rows)
        except OSError as exc:
            raise cannot_write(self._what, Path(self.files[shard]), exc) from exc

    def __enter__(self) -> ShardedWriter:
        check_places(map(Path, self.files), self._what)
        for path in map(Path, self.files):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
                self._finished[path] = temporary
                self._open.append(_opened(str(path), temporary, self._schema))
            except OSError as exc:
                self._abandon()
                raise cannot_write(self._what, path, exc) from exc
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._open:
                publish_together([self])
        finally:
            self._abandon()

    def _close(self) -> None:
        for path, file in zip(self.files, self._open, strict=True):
            try:
                file.begin(self._latest)
                file.close()
            except OSError as exc:
                raise cannot_write(self._what, Path(path), exc) from exc
        self._open.clear()

    def _abandon(self) -> None:
        with ExitStack() as stack:
            for temporary in self._finished.values():
                stack.callback(temporary.unlink, missing_ok=True)
            for file in self._open:
                stack.callback(file.close)


def publish_together(writers: Sequence[ShardedWriter]) -> None:
    """Ends several writers in one step, so that the files of all of them are there or none.

    Args:
        writers: Inside of their blocks, with all their rows.

    Raises:
        ArtifactStoreError: Names the file that cannot be written.
    """
    for writer in writers:
        writer._close()
    finished = {place: file for writer in writers for place, file in writer._finished.items()}
    outdated = [path for writer in writers for path in writer._outdated]
    if writers:
        publish(finished, outdated, writers[0]._what)


def _no_rows(schema: Any) -> pa.RecordBatch:
    names = [feature.name for feature in schema.feature] if schema is not None else []
    return pa.RecordBatch.from_arrays([pa.nulls(0) for _ in names], names)


def _opened(path: str, temporary: Path, schema: Any) -> _File:
    if path.endswith(".parquet"):
        return ParquetFile(temporary, schema)
    if path.endswith(".csv"):
        return _CsvFile(temporary)
    return _RecordFile(temporary, compressed=path.endswith(".gz"))


class _CsvFile:
    """Lines of text, the names of the columns first."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "xb")  # noqa: SIM115 - closed by close()
        self._begun = False

    def begin(self, batch: pa.RecordBatch) -> None:
        if not self._begun and batch.num_columns:
            self._file.write(header_line(batch.schema.names))
        self._begun = True

    def write(self, batch: pa.RecordBatch, rows: Sequence[bytes]) -> None:
        self.begin(batch)
        self._file.write(csv_lines(batch))

    def close(self) -> None:
        self._file.close()


class _RecordFile:
    """TFRecords of `tf.train.Example`, gzipped or not."""

    def __init__(self, path: Path, compressed: bool) -> None:
        self._file = open(path, "xb")  # noqa: SIM115 - closed by close()
        self._zip = zlib.compressobj(3, zlib.DEFLATED, _GZIP) if compressed else None

    def begin(self, batch: pa.RecordBatch) -> None:
        pass  # such a file names no columns

    def write(self, batch: pa.RecordBatch, rows: Sequence[bytes]) -> None:
        block = frame(list(rows))
        self._file.write(self._zip.compress(block) if self._zip else block)

    def close(self) -> None:
        if self._zip is not None and not self._file.closed:
            self._file.write(self._zip.flush())
        self._file.close()
