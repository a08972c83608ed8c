"""Some megabytes of JSON objects as a batch: by Arrow, or row by row where it refuses.

Arrow takes text that looks like a date for one, and numbers beyond 64 bits for floats;
a row whose value is of another kind than that of the row before ends its parsing. What
it may have got wrong, or refuses, Python reads: it names the row that is wrong.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from zenml.errors import DataError
from zenml.records.columns import is_list
from zenml.records.nested import flat_batch, flat_row

_BEYOND = float(2**63)
_INEXACT = float(2**53)  # floats do not hold each whole number from here on
_DIGITS = 4000  # of a whole number; Python refuses 300 more
_ESCAPE = "surrogateescape"  # bytes that are no UTF-8 are found by the value they are in
_NOT_SPACE = re.compile(r"\S")


@dataclass(frozen=True)
class Block:
    """Objects, one after the other.

    Attributes:
        data: Their text.
        rows: How many there are; of lines, which may be empty, at most.
        lines: Whether each stands on a line of its own.
        first: Number of the first in its file, from 0.
        place: Number of a row, or line, in its file, from 0 -> where that is, for errors.
    """

    data: bytes
    rows: int
    lines: bool
    first: int
    place: Callable[[int], str]


class BlockParser:
    """Parses block after block of the same columns.

    Example:
        >>> block = Block(b'{"day": "2024-01-31"}', 1, True, 0, str)
        >>> [batch.to_pydict() for batch in BlockParser().parse(block)]
        [{'day': ['2024-01-31']}]
    """

    def __init__(self, exact: frozenset[str] = frozenset()) -> None:
        """Parses nothing yet.

        Args:
            exact: Flat columns whose whole numbers must not go through floats.
        """
        self._exact = exact
        self._texts: dict[str, pa.DataType] = {}  # columns with text that looks like dates

    def parse(self, block: Block) -> Iterator[Any]:
        """Yields batches of flat columns, or flat dicts.

        Raises:
            DataError: Names the row that cannot be read.
        """
        batches = self._quickly(block.data)
        if batches is not None and sum(batch.num_rows for batch in batches) == block.rows:
            yield from batches
        else:
            yield from _slowly(block)

    def _quickly(self, data: bytes) -> list[pa.RecordBatch] | None:
        """Flat batches as Arrow reads them; None where that cannot be trusted."""
        try:
            data.decode()
            table = _parse(data, self._texts)
            dates = {field.name: _undated(field.type) for field in table.schema}
            dates = {name: kind for name, kind in dates.items() if kind is not None}
            if dates:
                self._texts.update(dates)
                table = _parse(data, self._texts)
            if not all(_is_plain(field.name, field.type) for field in table.schema):
                return None
            batches = [flat_batch(batch) for batch in table.to_batches()]
            return None if any(map(self._is_doubtful, batches)) else batches
        except (pa.ArrowInvalid, UnicodeDecodeError, RecursionError):
            return None

    def _is_doubtful(self, batch: pa.RecordBatch) -> bool:
        """Whether a float may have been a whole number that it does not hold."""
        return any(
            _most(column) >= (_INEXACT if name in self._exact else _BEYOND)
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        )


def _parse(data: bytes, texts: dict[str, pa.DataType]) -> pa.Table:
    return pyarrow.json.read_json(
        io.BytesIO(data),
        read_options=pyarrow.json.ReadOptions(block_size=len(data) + 1, use_threads=False),
        parse_options=pyarrow.json.ParseOptions(
            explicit_schema=pa.schema(list(texts.items())) if texts else None,
            newlines_in_values=True,
        ),
    )


def _undated(kind: pa.DataType) -> pa.DataType | None:
    """The type with strings for timestamps; None where it holds none."""
    if pa.types.is_timestamp(kind):
        return pa.string()
    if is_list(kind):
        inner = _undated(kind.value_type)
        return None if inner is None else pa.list_(inner)
    if pa.types.is_struct(kind):
        inners = {field.name: _undated(field.type) for field in kind}
        if any(inner is not None for inner in inners.values()):
            return pa.struct([(field.name, inners[field.name] or field.type) for field in kind])
    return None


def _is_plain(name: str, kind: pa.DataType) -> bool:
    """Whether its columns can be stored as they are."""
    if not name or (is_list(kind) and (is_list(kind.value_type) or _is_struct(kind.value_type))):
        return False
    return not _is_struct(kind) or all(_is_plain(field.name, field.type) for field in kind)


_is_struct = pa.types.is_struct


def _most(column: pa.Array) -> float:
    """The greatest of floats without their signs; 0 where there is none."""
    values = column.flatten() if is_list(column.type) else column
    if not pa.types.is_floating(values.type):
        return 0.0
    return pc.max(pc.abs(values)).as_py() or 0.0


def _slowly(block: Block) -> Iterator[dict[str, Any]]:
    for number, value in _lines(block) if block.lines else _elements(block):
        where = block.place(number)
        if not isinstance(value, dict):
            raise DataError(f"{where}: a row is an object, {{...}}, and this is none.")
        try:
            row = flat_row({key: _cell(cell) for key, cell in value.items()}, where)
        except RecursionError as exc:
            raise DataError(f"{where}: the object is nested too deeply.") from exc
        yield row


def _lines(block: Block) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(block.data.split(b"\n"), block.first):
        if not line.strip():
            continue
        where = block.place(number)
        text = line.decode(errors=_ESCAPE)
        value, end = _decoded(text, len(text) - len(text.lstrip()), where)
        if text[end:].strip():
            raise DataError(f"{where}, character {end + 1}: something stands behind the object.")
        yield number, value


def _elements(block: Block) -> Iterator[tuple[int, Any]]:
    text, at = block.data.decode(errors=_ESCAPE), 0
    for number in itertools.count(block.first):
        found = _NOT_SPACE.search(text, at)
        if found is None:
            return
        value, at = _decoded(text, found.start(), block.place(number))
        yield number, value


def _decoded(text: str, at: int, where: str) -> tuple[Any, int]:
    """The value that begins at a place in the text, and where it ends."""
    try:
        value, end = _DECODER.raw_decode(text, at)
        text[at:end].encode()
    except json.JSONDecodeError as exc:
        if exc.pos >= len(text.rstrip()):
            raise DataError(
                f"{where}: the object does not end there. Put each object on one line, or all of "
                "them into one array, [...]."
            ) from exc
        raise DataError(f"{where}, character {exc.pos - at + 1}: no JSON ({exc.msg}).") from exc
    except UnicodeEncodeError as exc:
        byte = ord(exc.object[exc.start]) & 0xFF
        raise DataError(
            f"{where}, character {exc.start + 1}: byte 0x{byte:02x} is not UTF-8. Save the file "
            "in the encoding UTF-8."
        ) from exc
    except RecursionError as exc:
        raise DataError(f"{where}: the object is nested too deeply.") from exc
    except _LongError as exc:
        raise DataError(
            f"{where}: a whole number has {exc.args[0]:,} digits; put it in quotes, as text."
        ) from exc
    except _TwiceError as exc:
        raise DataError(f"{where}: the key {exc.args[0]!r} stands twice in one object.") from exc
    return value, end


class _TwiceError(Exception):
    """A key that stands twice."""


class _LongError(Exception):
    """A whole number of too many digits."""


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise _LongError(len(digits))
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole)


def _cell(value: Any) -> Any:
    """Whole numbers beyond 64 bits as text; all else as it is."""
    if type(value) is int and not -(2**63) <= value < 2**63:
        return str(value)
    if isinstance(value, list):
        return [_cell(item) for item in value]
    if isinstance(value, dict):
        return {key: _cell(item) for key, item in value.items()}
    return value
