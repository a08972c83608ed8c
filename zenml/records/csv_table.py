"""CSV files as record batches: the types of the columns, then the rows.

Types hold for the whole source, so it is read twice. The first pass lets Arrow
parse with the types that the first block suggests; only if a later block does
not fit does a slower one look at every cell as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from zenml.errors import DataError
from zenml.records import csv_files, values
from zenml.records.columns import BYTES, FLOAT, INT, batch_of, empty_column, list_column
from zenml.records.strays import Strays
from zenml.records.threads import ahead

BLOCK = 1 << 20  # bytes; Arrow reads 32 blocks ahead
LARGE_BLOCK = 256 << 20  # for a file with a row that fits no smaller one
_BATCH_ROWS = 5000
_NUMBERS = {INT: "INTEGER", FLOAT: "FLOAT"}
_ARROW = {
    "none": pa.null(),
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "big": pa.string(),
    "text": pa.string(),
}


class CsvTable:
    r"""The rows of one CSV file, or of several with the same columns.

    Attributes:
        files: The files, in the order of their rows.
        columns: Names from the header of the first.
        declared: Column -> type that a schema declares.
        kinds: Column -> kind of its values; known after `infer`.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.csv"
        >>> _ = path.write_text("n,s\n1,x\n,y\n")
        >>> [batch.to_pydict() for batch in CsvTable([path]).batches()]
        [{'n': [[1], None], 's': [[b'x'], [b'y']]}]
    """

    def __init__(self, files: list[Path], declared: Mapping[str, str] | None = None) -> None:
        """Reads the headers.

        Raises:
            DataError: A bad header, or files whose columns differ.
        """
        self.files = files
        self.columns = csv_files.read_header(files[0])
        self.declared = dict(declared or {})
        self.kinds: dict[str, str] = {}
        self._block = BLOCK
        self._zones: dict[str, bool | None] = {}  # whether dates so far name one
        self._plus: set[str] = set()  # columns with numbers that Arrow does not read
        for path in files[1:]:
            self._compare(path, csv_files.read_header(path))

    def _compare(self, path: Path, header: list[str]) -> None:
        missing = [name for name in self.columns if name not in header]
        extra = [name for name in header if name not in self.columns]
        if missing or extra:
            lacks = f" lacks {', '.join(map(repr, missing))}" if missing else ""
            adds = f" adds {', '.join(map(repr, extra))}" if extra else ""
            raise DataError(
                f"The files of one folder must have the same columns: compared with "
                f"{self.files[0]}, {path}{lacks}{' and' if lacks and adds else ''}{adds}."
            )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches: lists of int64, float32 or bytes.

        Raises:
            DataError: Names the file and the line of what cannot be read.
        """
        if not self.kinds:
            self.infer()
        texts = [name for name, kind in self.kinds.items() if kind == "text"]
        strays = Strays(name for name in texts if name not in self.declared)
        self._zones = {}
        for path in self.files:
            try:
                yield from self._file_batches(path, strays)
            except _ConversionError as exc:
                raise DataError(f"{path} changed while it was read ({exc}); run again.") from exc
        strays.check()

    def _file_batches(self, path: Path, strays: Strays) -> Iterator[pa.RecordBatch]:
        start = 0
        for block in self._typed_blocks(path):
            for name in self.columns:
                strays.look(name, block.column(name), path, start)
            columns = {
                name: self._finish(name, block.column(name), path, start) for name in self.columns
            }
            start += block.num_rows
            for at in range(0, block.num_rows, _BATCH_ROWS):
                yield batch_of(
                    (name, _listed(column.slice(at, _BATCH_ROWS)))
                    for name, column in columns.items()
                )

    def infer(self) -> None:
        """Finds the kinds of the columns over all rows of all files.

        Raises:
            DataError: A file that cannot be read, or no row at all.
        """
        count = len(self.columns)
        unsure = [csv_files.scan(path, count) for path in self.files]
        try:
            rows = self._infer(quickly=not any(unsure))
        except _LongRowError:
            self._block = LARGE_BLOCK
            rows = self._infer(quickly=not any(unsure))
        if not rows:
            files = ", ".join(str(path) for path in self.files)
            raise DataError(f"{files} has a header and no rows.")

    def _infer(self, quickly: bool) -> int:
        rows = self._infer_quickly() if quickly else None
        return self._infer_slowly() if rows is None else rows

    def _infer_quickly(self) -> int | None:
        """Rows, if the kinds of the first block hold for all others."""
        self.kinds = dict.fromkeys(self.columns, "none")
        for path in self.files:
            for block in self._blocks(path, dict.fromkeys(self.columns, pa.string())):
                self._widen(block)
                break
        if self._plus:  # they are read as text, which every later cell would be
            return None
        rows = 0
        for path in self.files:
            try:
                for block in self._typed_blocks(path):
                    rows += block.num_rows
            except _ConversionError:
                return None
        return rows

    def _infer_slowly(self) -> int:
        rows = 0
        self.kinds = dict.fromkeys(self.columns, "none")
        for path in self.files:
            for block in self._blocks(path, dict.fromkeys(self.columns, pa.string())):
                self._widen(block)
                rows += block.num_rows
        return rows

    def _widen(self, block: pa.RecordBatch) -> None:
        for name in self.columns:
            if name not in self.declared and self.kinds[name] != "text":
                kind = values.kind_of(block.column(name))
                self.kinds[name] = values.wider(self.kinds[name], kind)
                if kind in ("int", "big", "float") and values.has_plus(block.column(name)):
                    self._plus.add(name)

    def _typed_blocks(self, path: Path) -> Iterator[pa.RecordBatch]:
        texts = self.declared.keys() | self._plus
        types = {
            name: pa.string() if name in texts else _ARROW[self.kinds[name]]
            for name in self.columns
        }
        return self._blocks(path, types)

    def _blocks(self, path: Path, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        def read() -> Iterator[pa.RecordBatch]:
            reader = _open(path, types, self._block)
            if reader is not None:
                yield from reader

        try:
            # In a thread: pyarrow.csv called from the main thread walks all objects
            # for its signal handling, seconds once TensorFlow is imported.
            for found in ahead(read):
                if found.schema.names != list(types) and set(found.schema.names) != set(types):
                    raise csv_files.explain(path, len(types), "its header is not plain CSV")
                yield found
        except pa.ArrowInvalid as exc:
            reason = str(exc)
            if "conversion error" in reason and "UTF8" not in reason:
                raise _ConversionError(reason) from exc
            if "straddl" in reason and self._block < LARGE_BLOCK:
                raise _LongRowError(reason) from exc
            raise csv_files.explain(path, len(types), reason) from exc
        except OSError as exc:
            raise DataError(f"{path} cannot be read: {exc}") from exc

    def _finish(self, name: str, cells: pa.Array, path: Path, start: int) -> pa.Array:
        """Stored values of one column of a block that starts at row `start`."""
        try:
            if name in self.declared:
                found = values.to_declared(cells, self.declared[name])
                if self.declared[name] == "DATETIME":
                    self._zones[name] = values.names_zone(found, cells, self._zones.get(name))
                return found
            kind = values.type_of_kind(self.kinds[name])
            if name in self._plus and kind in _NUMBERS:
                return values.to_declared(cells, _NUMBERS[kind])
            if kind == FLOAT:
                return values.nan_to_null(values.to_float32(cells))
            if kind == BYTES:
                return values.empty_to_null(cells.cast(BYTES))
            return cells if kind is None else cells.cast(INT)
        except values.MisfitError as exc:
            line = csv_files.line_of_row(path, start + exc.index)
            why = (
                f"the schema declares it {self.declared[name]}"
                if name in self.declared
                else "as are the other values of the column"
            )
            raise DataError(
                f"{path}, line {line}, column {name!r}: {exc.value!r} is not {exc.wanted}: {why}. "
                "Correct the cell, or declare another type in the schema."
            ) from exc


class _ConversionError(Exception):
    """A cell that is not of the type that Arrow was told."""


class _LongRowError(Exception):
    """A row that does not fit into a block."""


def _listed(column: pa.Array) -> pa.Array:
    if pa.types.is_null(column.type):
        return empty_column(len(column), BYTES)
    return list_column(column)


def _open(path: Path, types: Mapping[str, pa.DataType], block: int) -> Any:
    stream = pa.input_stream(
        str(path), compression="gzip" if path.name.lower().endswith(".gz") else None
    )
    try:
        return pyarrow.csv.open_csv(
            stream,
            read_options=pyarrow.csv.ReadOptions(block_size=block),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict(types),
                null_values=list(values.MISSING),
                true_values=list(values.TRUE),
                false_values=list(values.FALSE),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as exc:
        if "Empty CSV" in str(exc):  # a header and nothing else, not even the line's end
            return None
        raise
