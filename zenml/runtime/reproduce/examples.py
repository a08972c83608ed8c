"""Compares examples: rows by their hashes, what differs by its values."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from zenml.records.columns import parts
from zenml.records.content import row_hashes
from zenml.records.folders import list_splits, split_files
from zenml.records.reader import BATCH_ROWS, read_batches
from zenml.runtime.reproduce.tolerance import Tolerance
from zenml.runtime.reproduce.values import compare_arrays, compare_values, unlike
from zenml.runtime.reproduce.verdict import DIFFERENT, IDENTICAL, Comparison

if TYPE_CHECKING:
    import pyarrow as pa


def compare_examples(new: str, recorded: str, tolerance: Tolerance) -> Comparison:
    """Whether two artifacts hold the same rows in the same splits, in the same order.

    How the rows lie in files does not matter.

    Args:
        new: Folder of what was made now.
        recorded: Folder of what was made then.
        tolerance: For columns of floats: predictions among them.
    """
    splits = list_splits(new), list_splits(recorded)
    if splits[0] != splits[1]:
        return unlike("splits", ", ".join(splits[1]), ", ".join(splits[0]))
    return Comparison.worst([_split(new, recorded, split, tolerance) for split in splits[0]])


def _split(new: str, recorded: str, split: str, tolerance: Tolerance) -> Comparison:
    both = (split_files(folder, split) for folder in (new, recorded))
    pairs = zip_longest(*(read_batches(files, batch_rows=BATCH_ROWS) for files in both))
    found, rows = [], 0
    for one, other in pairs:
        if one is None or other is None or one.num_rows != other.num_rows:
            counts = [_count(folder, split) for folder in (recorded, new)]
            return unlike(f"split {split}", f"{counts[0]:,} rows", f"{counts[1]:,} rows")
        found.append(_batch(one, other, f"split {split}", rows, tolerance))
        rows += one.num_rows
        if found[-1].verdict == DIFFERENT:
            break
    return Comparison.worst(found)


def _count(folder: str, split: str) -> int:
    return sum(batch.num_rows for batch in read_batches(split_files(folder, split)))


def _batch(
    new: pa.RecordBatch, recorded: pa.RecordBatch, where: str, before: int, tolerance: Tolerance
) -> Comparison:
    hashes = row_hashes(new), row_hashes(recorded)
    if (hashes[0] == hashes[1]).all():
        return Comparison(IDENTICAL)
    row = int((hashes[0] != hashes[1]).argmax())
    names = list(dict.fromkeys([*recorded.schema.names, *new.schema.names]))
    found = [_column(new, recorded, name, f"{where}, column {name}", tolerance) for name in names]
    worst = Comparison.worst(found)
    if worst.verdict != DIFFERENT:
        return worst
    cells = _cells(new, row), _cells(recorded, row)
    first = compare_values(cells[0], cells[1], tolerance, f"{where}, row {before + row}")
    return first if first.verdict == DIFFERENT else worst


def _column(
    new: pa.RecordBatch, recorded: pa.RecordBatch, name: str, where: str, tolerance: Tolerance
) -> Comparison:
    import numpy as np

    there = name in new.schema.names, name in recorded.schema.names
    if not all(there):
        return unlike(where, *("there" if is_there else "missing" for is_there in there[::-1]))
    (lengths, values), (before, others) = (parts(b[name], name) for b in (new, recorded))
    if values is None or others is None or not np.array_equal(lengths, before):
        same = values is None and others is None and np.array_equal(lengths, before)
        return Comparison(IDENTICAL) if same else unlike(where, "other values", "these")
    return compare_arrays(_plain(values), _plain(others), tolerance, where)


def _plain(values: pa.Array) -> Any:
    return values.to_numpy(zero_copy_only=False)


def _cells(batch: pa.RecordBatch, row: int) -> dict[str, Any]:
    found = batch.slice(row, 1).to_pylist()[0]
    return {name: value for name, value in sorted(found.items()) if value}
