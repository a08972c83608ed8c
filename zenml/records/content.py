"""Data named by its content: a hash of all rows, and a hash of each row.

Neither depends on how rows are batched or sharded, on the order of columns, on
the process, or on how an encoder orders the features of an example.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa

from zenml.errors import DataError
from zenml.records.columns import BYTES, FLOAT, INT, Vector, parts

_TAGS = {INT: b"int64", FLOAT: b"float32", BYTES: b"bytes"}
_ZEROS = bytes(1 << 16)


class ContentHasher:
    """Hash of the rows of a table, batch by batch.

    A column is hashed as the lengths of its lists and its values; a missing
    value is an empty list. The hash of the table is one over the rows' number
    and the columns' names, types and hashes, sorted by name.

    Attributes:
        rows: Rows seen so far.
        value_types: Column -> Arrow type of its values; None while it has none.

    Example:
        >>> def digest(*batches):
        ...     hasher = ContentHasher()
        ...     for values in batches:
        ...         hasher.update(pa.RecordBatch.from_arrays([pa.array(values)], ["a"]))
        ...     return hasher.hexdigest()
        >>> digest([[1], [2]]) == digest([[1]], [[2]])
        True
        >>> digest([[1], [2]]) == digest([[2], [1]])
        False
    """

    def __init__(self) -> None:
        self.rows = 0
        self.value_types: dict[str, pa.DataType | None] = {}
        self._columns: dict[str, tuple[Any, Any, Any]] = {}
        self._empty: dict[str, pa.DataType] = {}

    def update(self, batch: pa.RecordBatch) -> None:
        """Adds the rows of a batch of list columns.

        Raises:
            DataError: A column whose type is not the one it had before.
        """
        seen = batch.schema.names
        for name, column in zip(seen, batch.columns, strict=True):
            if name not in self._columns:
                self._columns[name] = (hashlib.sha256(), hashlib.sha256(), hashlib.sha256())
                self.value_types[name] = None
                _add_missing(self._columns[name][0], self.rows)
            self._add(name, column)
        for name in self._columns.keys() - set(seen):
            _add_missing(self._columns[name][0], batch.num_rows)
        self.rows += batch.num_rows

    def _add(self, name: str, column: pa.Array) -> None:
        lengths, values = parts(column, name)
        of_lists, of_sizes, of_data = self._columns[name]
        of_lists.update(lengths.astype("<u4"))
        if values is None or not len(values):
            if values is not None and values.type != BYTES:  # bytes are what has no type yet too
                self._empty[name] = values.type
            return
        known = self.value_types[name]
        if known is not None and known != values.type:
            raise DataError(f"Column {name!r} holds {known} in some rows, {values.type} in others.")
        self.value_types[name] = values.type
        if values.type == BYTES:
            offsets, data = _binary_parts(values)
            of_sizes.update(np.diff(offsets).astype("<u4"))
            of_data.update(data)
        else:
            of_data.update(_plain(values))

    @property
    def empty_numbers(self) -> dict[str, pa.DataType]:
        """The types of the columns of numbers that have had none so far."""
        return {n: kind for n, kind in self._empty.items() if self.value_types[n] is None}

    def hexdigest(self) -> str:
        """64 hex digits for the rows so far."""
        whole = hashlib.sha256(f"zenml content 1, {self.rows} rows".encode())
        for name in sorted(self._columns):
            encoded = name.encode()
            kind = self.value_types[name]
            tag = b"none" if kind is None else _TAGS[kind]
            whole.update(b"%d:%s %s" % (len(encoded), encoded, tag))
            for part in self._columns[name]:
                whole.update(part.digest())
        return whole.hexdigest()


def _add_missing(hasher: Any, rows: int) -> None:
    left = rows * 4
    while left:
        hasher.update(_ZEROS[:left])
        left -= min(left, len(_ZEROS))


def _binary_parts(values: pa.Array) -> tuple[Vector, memoryview]:
    _, offsets_buffer, data = values.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[values.offset :][: len(values) + 1]
    view = memoryview(data if data is not None else b"")
    return offsets, view[int(offsets[0]) : int(offsets[-1])]


def _plain(values: pa.Array) -> Vector:
    """Values as little-endian NumPy, with one bit pattern for all NaNs."""
    numbers = values.to_numpy(zero_copy_only=False)
    if values.type == INT:
        return np.ascontiguousarray(numbers, "<i8")
    nans = np.isnan(numbers)
    if nans.any():
        numbers = np.where(nans, np.float32("nan"), numbers)
    return np.ascontiguousarray(numbers, "<f4")


_WEYL = np.uint64(0x9E3779B97F4A7C15)


def _mix(x: Vector) -> Vector:
    """Spreads each 64-bit number over all its bits (the finaliser of splitmix64)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _digest64(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def row_hashes(batch: pa.RecordBatch, seed: int | str = 0) -> Vector:
    """A 64-bit hash of each row: the same row, the same hash, wherever it stands.

    Independent of the batch around the row, of the order of columns, of the
    machine; a column in which the row has no value counts as if it were not there.

    Args:
        batch: Columns of lists.
        seed: Another seed gives unrelated hashes.

    Returns:
        uint64 of shape (rows,), spread evenly.

    Example:
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[1], [2], [1]])], ["a"])
        >>> one, two, again = row_hashes(batch)
        >>> bool(one == again), bool(one == two)
        (True, False)
    """
    total = np.zeros(batch.num_rows, np.uint64)
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        lengths, values = parts(column, name)
        if values is None or not len(values):
            continue
        ends = np.cumsum(lengths)
        starts = ends - lengths
        hashes = _value_hashes(values)
        if len(values) != batch.num_rows or (lengths != 1).any():
            place = np.arange(len(values)) - np.repeat(starts, lengths)
            hashes = _mix(hashes + place.astype(np.uint64) * _WEYL)
            # Differences of a running sum that wraps around are right modulo 2**64.
            sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(hashes, dtype=np.uint64)])
            hashes = sums[ends] - sums[starts]
        else:
            hashes = _mix(hashes)
        salt = np.full(1, _digest64(name.encode()), np.uint64)
        mixed = _mix(_mix(hashes + salt) + lengths.astype(np.uint64) * _WEYL)
        total += np.where(lengths > 0, mixed, np.uint64(0))
    return _mix(total + np.full(1, _digest64(str(seed).encode()), np.uint64))


def _value_hashes(values: pa.Array) -> Vector:
    if values.type == BYTES:
        encoded = values.dictionary_encode()
        unique = [_digest64(value) for value in encoded.dictionary.to_pylist()]
        return np.array(unique, np.uint64)[encoded.indices.to_numpy(zero_copy_only=False)]
    plain = _plain(values)
    if values.type == INT:
        return _mix(plain.view("<u8").astype(np.uint64) + _WEYL)
    bits = (plain + np.float32(0)).view("<u4").astype(np.uint64)  # -0.0 is 0.0
    return _mix(bits + np.uint64(1 << 40))
