"""The input pipeline: files of transformed examples to batches, all in TensorFlow's C++."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

SHUFFLED_ROWS = 50_000
SHUFFLED_BYTES = 128_000_000  # of rows as they are read; of wide rows, fewer are shuffled
CACHED_BYTES = 50_000_000  # of rows as they are read, which later epochs take from memory
_PACKED_BYTES = 8_000_000  # of their files; gzip tells the size of what is in one only up to 4 GB
PARALLEL_FILES = 8
_LOOKED_AT = 100  # rows


def example_batches(
    files: list[str], batch_size: int, seed: int | None, parse: Callable[[Any], Any]
) -> Any:
    """A dataset of parsed batches; the last one may be smaller.

    Args:
        files: Gzipped TFRecords.
        batch_size: Rows of a batch.
        seed: Shuffles anew in each epoch, the same way for the same seed; None keeps
            the order. At most `SHUFFLED_ROWS` rows, from several files, are in memory, or
            about `SHUFFLED_BYTES`, whatever is less.
        parse: Serialised rows `[batch]` -> what the dataset yields.
    """
    import tensorflow as tf

    rows = _rows(files, shuffled=seed is not None)
    if is_kept(files):
        rows = rows.cache()
    if seed is not None:
        rows = rows.shuffle(shuffled_rows(files), seed=seed, reshuffle_each_iteration=True)
    batches = rows.batch(batch_size).map(
        tf.autograph.experimental.do_not_convert(parse), num_parallel_calls=tf.data.AUTOTUNE
    )
    return batches.prefetch(tf.data.AUTOTUNE)


def is_kept(files: list[str]) -> bool:
    """Whether the rows are kept in memory after the first epoch.

    What is in a file counts, not the file alone: of many zeros, gzip makes next to nothing.

    Args:
        files: Gzipped TFRecords.
    """
    packed = sum(map(os.path.getsize, files))
    return packed < _PACKED_BYTES and sum(map(_unpacked, files)) < CACHED_BYTES


def _unpacked(file: str) -> int:
    """Bytes of what is in a gzip file; it says so at its end."""
    with open(file, "rb") as packed:
        packed.seek(-4, os.SEEK_END)
        return int.from_bytes(packed.read(), "little")


def shuffled_rows(files: list[str]) -> int:
    """How many rows are shuffled at once, by the size of the first ones.

    Args:
        files: Gzipped TFRecords.
    """
    from zenml.records import read_serialized

    first = next(iter(read_serialized(files, _LOOKED_AT)), [b""])
    mean = sum(map(len, first)) / max(len(first), 1)
    return max(1, min(SHUFFLED_ROWS, int(SHUFFLED_BYTES / max(mean, 1))))


def _rows(files: list[str], shuffled: bool) -> Any:
    import tensorflow as tf

    if not shuffled or len(files) == 1:
        return tf.data.TFRecordDataset(files, compression_type="GZIP")
    return tf.data.TFRecordDataset(
        files,
        compression_type="GZIP",
        num_parallel_reads=min(len(files), PARALLEL_FILES),
    )
