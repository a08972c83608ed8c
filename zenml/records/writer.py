"""RecordWriter: batches to gzipped TFRecord shards."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import pyarrow as pa

from zenml.errors import DataError
from zenml.records.columns import encodable
from zenml.records.framing import frame
from zenml.records.twins import TwinWriter

_LEVEL = 3  # level 6 takes twice the time for 5% less
_GZIP = 31
_WAITING = 4  # blocks of rows that may wait for the compressor: the bound on memory
_ROWS_AT_ONCE = 5000


class RecordWriter:
    """Writes rows into the shards of a folder; all of them, or nothing.

    The shards carry temporary names until the `with` block ends well. The same
    serialised rows give the same bytes on disk, however they were batched.
    Compression runs in a thread. In the folder of a split, columns that come along
    are kept beside the shards (see `zenml.records.twins`).

    Attributes:
        folder: Where the shards go; made if missing.
        prefix: Start of the names of the shards.
        rows_per_shard: A new shard begins after so many rows.
        rows: How many rows were written.
        files: Paths of the shards, once the block has ended.

    Example:
        >>> import tempfile
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[1], [2, 3]])], ["a"])
        >>> with RecordWriter(tempfile.mkdtemp()) as writer:
        ...     writer.write(batch)
        >>> writer.rows, [Path(file).name for file in writer.files]
        (2, ['data-00000-of-00001.gz'])
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        prefix: str = "data",
        rows_per_shard: int = 100_000,
    ) -> None:
        self.folder = Path(folder)
        self.prefix = prefix
        self.rows_per_shard = rows_per_shard
        self.rows = 0
        self.files: list[str] = []
        self._hash = hashlib.sha256()
        self._shards: list[_Shard] = []
        self._encoder: Any = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="zenml-writer")
        self._pending: deque[Future[None]] = deque()

    @property
    def content_hash(self) -> str:
        """sha256 of the serialised rows in hex; whole once the block has ended.

        The same rows can be serialised in several ways: `ContentHasher` is the
        one that names data by its content.
        """
        return self._hash.hexdigest()

    def write(self, batch: pa.RecordBatch) -> None:
        """Writes the rows of a batch of list columns as `tf.train.Example`s."""
        if self._encoder is None:
            from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

            self._encoder = RecordBatchToExamplesEncoder()
        for start in range(0, batch.num_rows, _ROWS_AT_ONCE):
            part = encodable(batch.slice(start, _ROWS_AT_ONCE))
            self.write_serialized(self._encoder.encode(part), part)

    def write_serialized(self, rows: Sequence[bytes], batch: pa.RecordBatch | None = None) -> None:
        """Writes rows that are serialised already.

        Args:
            rows: Serialised `tf.train.Example`s.
            batch: The same rows as columns, where they are at hand: then they can
                be read again without decoding.

        Raises:
            DataError: The batch has another number of rows.
        """
        if batch is not None and batch.num_rows != len(rows):
            raise DataError(
                f"{len(rows):,} serialised rows come with a batch of {batch.num_rows:,}: both have "
                "to hold the same rows."
            )
        start = 0
        while start < len(rows):
            room = self.rows_per_shard - self.rows % self.rows_per_shard
            if room == self.rows_per_shard:
                self._shards.append(_Shard(self.folder, self.prefix, len(self._shards)))
            part = rows[start : start + min(room, _ROWS_AT_ONCE)]
            columns = batch.slice(start, len(part)) if batch is not None else None
            self._submit(self._shards[-1], frame(part), columns)
            self.rows += len(part)
            start += len(part)

    def _submit(self, shard: _Shard, block: bytes, columns: pa.RecordBatch | None) -> None:
        self._pending.append(self._pool.submit(self._compress, shard, block, columns))
        while len(self._pending) > _WAITING:
            self._pending.popleft().result()

    def _compress(self, shard: _Shard, block: bytes, columns: pa.RecordBatch | None) -> None:
        self._hash.update(block)
        shard.write(block, columns)

    def __enter__(self) -> RecordWriter:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
            else:
                self._abandon()
        finally:
            self._pool.shutdown(wait=True)

    def _finish(self) -> None:
        if not self._shards:
            self._shards.append(_Shard(self.folder, self.prefix, 0))
        try:
            while self._pending:
                self._pending.popleft().result()
            for shard in self._shards:
                shard.close()
            for shard in self._shards:
                self.files.append(shard.publish(len(self._shards)))
        except BaseException:
            self._abandon()
            raise

    def _abandon(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        for shard in self._shards:
            shard.remove()


class _Shard:
    """One gzip file, under a temporary name until it is published."""

    def __init__(self, folder: Path, prefix: str, number: int) -> None:
        self._path = folder / f".{prefix}-{number:05d}.{os.getpid()}.tmp"
        self._name = f"{prefix}-{number:05d}-of-"
        # The gzip header that zlib writes holds no time and no name.
        self._zip = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self._file: IO[bytes] = open(self._path, "wb")  # noqa: SIM115 - closed by close()
        self._twin = TwinWriter(folder, number) if TwinWriter.wanted(folder) else None

    def write(self, block: bytes, columns: pa.RecordBatch | None) -> None:
        self._file.write(self._zip.compress(block))
        if self._twin is not None:
            self._twin.write(columns)

    def close(self) -> None:
        if not self._file.closed:
            self._file.write(self._zip.flush())
            self._file.close()

    def publish(self, shards: int) -> str:
        target = self._path.with_name(f"{self._name}{shards:05d}.gz")
        os.replace(self._path, target)
        self._path = target
        if self._twin is not None:
            self._twin.publish(str(target))
        return str(target)

    def remove(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)
        if self._twin is not None:
            self._twin.remove()
