"""Parquet files as rows, row group by row group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from zenml.errors import DataError
from zenml.records.nested import flat_batch

_ROWS = 5000
_BYTES = 16 << 20  # of a batch, where rows are large
_BUFFER = 1 << 20
_INDEX = re.compile(r"__index_level_\d+__")  # what pandas calls an index without a name


class ParquetFiles:
    """The rows of Parquet files with the same columns, some thousands at a time.

    Attributes:
        files: The files, in the order of their rows.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.parquet"
        >>> pyarrow.parquet.write_table(pa.table({"a": [1, None]}), path)
        >>> [batch.to_pydict() for batch in ParquetFiles([path]).rows()]
        [{'a': [1, None]}]
    """

    def __init__(self, files: list[Path]) -> None:
        """Opens nothing yet."""
        self.files = files
        self._begins: list[tuple[int, Path]] = []

    def rows(self) -> Iterator[pa.RecordBatch]:
        """Yields batches of flat columns.

        Raises:
            DataError: Names the file (and the row group) that cannot be read, or whose
                columns are not those of the first file.
        """
        done, first = 0, None
        self._begins = []
        for path in self.files:
            self._begins.append((done, path))
            with _open(path) as file:
                names, index = _names(path, file), _counting_index(file)
                first = first or [*names, *index]
                _compare(self.files[0], first, path, [*names, *index])
                for batch in _batches(path, file, names):
                    yield flat_batch(_with_index(batch, index, done - self._begins[-1][0]))
                    done += batch.num_rows

    def place(self, row: int) -> str:
        """Where a row stands that was given already: its file and number."""
        first, path = [begin for begin in self._begins if begin[0] <= row][-1]
        return f"{path}, row {row - first + 1}"


def _open(path: Path) -> Any:
    try:
        return pyarrow.parquet.ParquetFile(path, buffer_size=_BUFFER)
    except (pa.ArrowException, OSError) as exc:
        raise DataError(f"{path} cannot be read as Parquet: {exc}") from exc


def _names(path: Path, file: Any) -> list[str]:
    """The columns, without an index that only numbers the rows.

    Raises:
        DataError: An index without a name that holds something else, as of a DataFrame.
    """
    schema = file.schema_arrow
    nameless = [field for field in schema if _INDEX.fullmatch(field.name)]
    for field in nameless:
        if file.metadata.num_rows and not pa.types.is_integer(field.type):
            raise DataError(
                f"{path} has an index without a name that holds values of type {field.type}. Have "
                "pandas name it (rename_axis), and it is a column; or drop it, with "
                "reset_index(drop=True)."
            )
    return [field.name for field in schema if field not in nameless]


def _counting_index(file: Any) -> dict[str, range]:
    """An index of pandas that counts the rows and has a name; it stands beside the columns.

    Where the rows were changed since by others than pandas, it counts others, and is none.
    """
    described = (file.schema_arrow.pandas_metadata or {}).get("index_columns", [])
    ranges = {
        index["name"]: range(index["start"], index["stop"], index["step"])
        for index in described
        if isinstance(index, dict) and index["name"] is not None
    }
    return {name: rows for name, rows in ranges.items() if len(rows) == file.metadata.num_rows}


def _with_index(batch: pa.RecordBatch, index: dict[str, range], begin: int) -> pa.RecordBatch:
    """The batch that begins with that row of its file, with the index as its last column."""
    if not index:
        return batch
    end = begin + batch.num_rows
    counted = [pa.array(rows[begin:end], pa.int64()) for rows in index.values()]
    return pa.RecordBatch.from_arrays([*batch.columns, *counted], [*batch.schema.names, *index])


def _compare(first: Path, wanted: list[str], path: Path, names: list[str]) -> None:
    missing = [name for name in wanted if name not in names]
    extra = [name for name in names if name not in wanted]
    if missing or extra:
        lacks = f" lacks {', '.join(map(repr, missing))}" if missing else ""
        adds = f" adds {', '.join(map(repr, extra))}" if extra else ""
        raise DataError(
            f"The files of one folder must have the same columns: compared with {first}, "
            f"{path}{lacks}{' and' if lacks and adds else ''}{adds}."
        )


def _batches(path: Path, file: Any, names: list[str]) -> Iterator[pa.RecordBatch]:
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        if not group.num_rows:
            continue
        rows = min(_ROWS, max(1, _BYTES * group.num_rows // max(1, group.total_byte_size)))
        try:
            yield from file.iter_batches(rows, row_groups=[number], columns=names)
        except (pa.ArrowException, OSError) as exc:
            raise DataError(
                f"{path}, row group {number} (counted from 0) cannot be read: {exc}"
            ) from exc
