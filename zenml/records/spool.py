"""Types over a whole source that can be read only once: rows wait in a temporary file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.records.columns import (
    BYTES,
    DECLARED,
    FLOAT,
    INT,
    WithinError,
    batch_of,
    empty_column,
    with_values,
)
from zenml.records.origin import Origin
from zenml.records.values import MisfitError, names_zone, number_text, to_declared, to_float32

_BEYOND = float(2**63)


def settle(
    loose: Iterable[pa.RecordBatch], declared: Mapping[str, str], what: str | Origin
) -> Iterator[pa.RecordBatch]:
    """Yields canonical batches: each column of one type over all rows.

    The type is what `declared` says, else the widest of int < float < bytes seen.

    Args:
        loose: Batches of lists, their types not settled.
        declared: Column -> key of `DECLARED`.
        what: Names the source in errors.

    Raises:
        DataError: No rows, a declared column that is not there, or a value that
            does not fit.
    """
    what = Origin.of(what)
    with tempfile.TemporaryDirectory(prefix="zenml-rows-") as folder:
        spool = _Spool(Path(folder))
        for batch in loose:
            spool.add(batch)
        spool.close()
        if not spool.rows:
            raise DataError(f"{what} gave no rows.")
        yield from _all_settled(spool.read(), spool.types, declared, what)


def settle_typed(
    loose: Iterable[pa.RecordBatch],
    types: Mapping[str, pa.DataType | None],
    declared: Mapping[str, str],
    what: str | Origin,
) -> Iterator[pa.RecordBatch]:
    """Like `settle`, for a source that knows its types before its rows: none of them waits.

    Args:
        loose: Batches of lists of those types.
        types: Column -> int64, float64 or large_binary; None where there are no values.
        declared: Column -> key of `DECLARED`.
        what: Names the source in errors.

    Raises:
        DataError: As `settle` does.
    """
    rows = 0
    for batch in _all_settled(loose, types, declared, Origin.of(what)):
        rows += batch.num_rows
        yield batch
    if not rows:
        raise DataError(f"{what} gave no rows.")


def _all_settled(
    batches: Iterable[pa.RecordBatch],
    types: Mapping[str, pa.DataType | None],
    declared: Mapping[str, str],
    what: Origin,
) -> Iterator[pa.RecordBatch]:
    if not types:
        raise DataError(f"{what} gave rows without any column.")
    if "" in types:
        raise DataError(f"{what} gave a column without a name; name it.")
    for name in declared:
        if name not in types:
            there = ", ".join(types)
            raise DataError(
                f"The schema of {what} names a column {name!r}, and there is none; "
                f"there are {there}."
            )
    done, zones = 0, dict[str, "bool | None"]()
    for batch in batches:
        yield _settled(batch, types, declared, what, done, zones)
        done += batch.num_rows


class _Spool:
    """Batches in a folder, a new file whenever their columns or types change."""

    def __init__(self, folder: Path) -> None:
        self.rows = 0
        self.types: dict[str, pa.DataType | None] = {}
        self._folder = folder
        self._files: list[Path] = []
        self._writer: pa.RecordBatchStreamWriter | None = None
        self._schema: pa.Schema | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        if not batch.num_rows:
            return
        self.rows += batch.num_rows
        for field in batch.schema:
            known = self.types.get(field.name)
            self.types[field.name] = _wider(known, _value_type(field.type))
        if self._writer is None or batch.schema != self._schema:
            self.close()
            self._files.append(self._folder / f"{len(self._files):06d}")
            self._schema = batch.schema
            self._writer = pa.ipc.new_stream(str(self._files[-1]), batch.schema)
        self._writer.write_batch(batch)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def read(self) -> Iterator[pa.RecordBatch]:
        for path in self._files:
            with pa.OSFile(str(path)) as file:
                yield from pa.ipc.open_stream(file)
            path.unlink()


def _value_type(kind: pa.DataType) -> pa.DataType | None:
    if pa.types.is_null(kind):
        return None
    return pa.float64() if pa.types.is_floating(kind.value_type) else kind.value_type


def _wider(one: pa.DataType | None, other: pa.DataType | None) -> pa.DataType | None:
    if one is None or other is None:
        return one if other is None else other
    return max(one, other, key=[INT, pa.float64(), BYTES].index)


def _settled(
    batch: pa.RecordBatch,
    types: Mapping[str, pa.DataType | None],
    declared: Mapping[str, str],
    what: Origin,
    done: int,
    zones: dict[str, bool | None],
) -> pa.RecordBatch:
    columns: dict[str, pa.Array] = {}
    for name, kind in types.items():
        stored = DECLARED[declared[name]] if name in declared else _stored(kind)
        at = batch.schema.get_field_index(name)
        if at < 0 or pa.types.is_null(batch.column(at).type):
            columns[name] = empty_column(batch.num_rows, stored)
            continue
        column = batch.column(at)
        if name not in declared and column.type.value_type == stored:
            columns[name] = column
            continue
        try:
            cells = column.flatten()
            values = _convert(cells, declared.get(name), stored)
            if declared.get(name) == "DATETIME":
                words = cells.cast(pa.large_string())
                zones[name] = names_zone(values, words, zones.get(name))
        except MisfitError as exc:
            where = what.at(done + _row_of_value(column, exc.index))
            raise DataError(
                f"{where}, column {name!r}: {exc.value!r} is not {exc.wanted}. "
                "Correct the value, or declare another type in the schema."
            ) from exc
        if stored == FLOAT:  # also what text says is missing
            values = values.fill_null(float("nan"))
        try:
            columns[name] = with_values(column, values)
        except WithinError as exc:
            raise exc.told(what.at(done + exc.row), name) from exc
    return batch_of(columns)


def _stored(kind: pa.DataType | None) -> pa.DataType:
    if kind is None:
        return BYTES
    return FLOAT if pa.types.is_floating(kind) else kind


def _convert(values: pa.Array, declared: str | None, stored: pa.DataType) -> pa.Array:
    kind = values.type
    if declared in ("TIMESTAMP", "DATETIME", "INTEGER", "FLOAT") and kind == BYTES:
        try:
            words = values.cast(pa.large_string())
        except pa.ArrowInvalid as exc:
            raise MisfitError(0, values[0].as_py(), "text in UTF-8") from exc
        return to_declared(words, declared)
    if declared == "DATETIME" and len(values):
        raise MisfitError(0, values[0].as_py(), "a date like 2024-01-31")
    if stored == FLOAT:
        return to_float32(values.cast(pa.float64(), safe=False))  # a float holds it nearly
    if stored == INT and pa.types.is_floating(kind):
        return _whole(values.cast(pa.float64()))
    if stored == BYTES and kind == INT:
        return values.cast(pa.large_string()).cast(BYTES)
    if stored == BYTES and kind != BYTES:
        return pa.array([number_text(value) for value in values.to_pylist()], BYTES)
    return values


def _whole(numbers: pa.Array) -> pa.Array:
    """64-bit floats as int64.

    Raises:
        MisfitError: With the first that is not whole, or beyond 64 bits.
    """
    within = pc.and_(pc.greater_equal(numbers, -_BEYOND), pc.less(numbers, _BEYOND))
    fits = pc.and_(within, pc.equal(pc.floor(numbers), numbers))
    if not pc.all(fits).as_py():
        index = pc.index(fits, False).as_py()
        raise MisfitError(index, numbers[index].as_py(), "a whole number of 64 bits")
    return numbers.cast(INT, safe=False)


def _row_of_value(column: pa.Array, index: int) -> int:
    seen = 0
    for row, length in enumerate(pc.list_value_length(column).to_pylist()):
        seen += length or 0
        if seen > index:
            return row
    return len(column)
