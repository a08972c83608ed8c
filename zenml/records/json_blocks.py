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

    def __init__(self) -> None:
        self._texts: dict[str, pa.DataType] = {}  # columns with text that looks like dates

    def parse(self, block: Block) -> Iterator[Any]:
        """Yields batches of flat columns, or flat dicts.

        Raises:
            DataError: Names the row that cannot be read.
        """
        table = self._quickly(block.data)
        if table is not None and table.num_rows == block.rows:
            yield from map(flat_batch, table.to_batches())
        else:
            yield from _slowly(block)

    def _quickly(self, data: bytes) -> pa.Table | None:
        """The table as Arrow reads it; None where that cannot be trusted."""
        try:
            data.decode()
            table = _parse(data, self._texts)
            dates = {field.name: _undated(field.type) for field in table.schema}
            dates = {name: kind for name, kind in dates.items() if kind is not None}
            if dates:
                self._texts.update(dates)
                table = _parse(data, self._texts)
            fine = all(_is_plain(field.name, field.type) for field in table.schema)
            trusted = fine and not any(map(_beyond, table.columns))
        except (pa.ArrowInvalid, UnicodeDecodeError, RecursionError):
            return None
        return table if trusted else None


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


def _beyond(column: pa.ChunkedArray | pa.Array) -> bool:
    """Whether a float may have been a whole number beyond 64 bits."""
    if isinstance(column, pa.ChunkedArray):
        return any(map(_beyond, column.chunks))
    if is_list(column.type) or _is_struct(column.type):
        inner = column.flatten()
        return any(map(_beyond, inner if _is_struct(column.type) else [inner]))
    if not pa.types.is_floating(column.type):
        return False
    most = pc.max(pc.abs(column)).as_py()
    return most is not None and most >= _BEYOND


def _slowly(block: Block) -> Iterator[dict[str, Any]]:
    for number, value in _lines(block) if block.lines else _elements(block):
        where = block.place(number)
        if not isinstance(value, dict):
            raise DataError(f"{where}: a row is an object, {{...}}, and this is none.")
        yield flat_row({key: _cell(cell) for key, cell in value.items()}, where)


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
        raise DataError(f"{where}, character {exc.pos - at + 1}: no JSON ({exc.msg}).") from exc
    except UnicodeEncodeError as exc:
        byte = ord(exc.object[exc.start]) & 0xFF
        raise DataError(
            f"{where}, character {exc.start + 1}: byte 0x{byte:02x} is not UTF-8. Save the file "
            "in the encoding UTF-8."
        ) from exc
    except RecursionError as exc:
        raise DataError(f"{where}: the object is nested too deeply.") from exc
    except _TwiceError as exc:
        raise DataError(f"{where}: the key {exc.args[0]!r} stands twice in one object.") from exc
    return value, end


class _TwiceError(Exception):
    """A key that stands twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_object)


def _cell(value: Any) -> Any:
    """Whole numbers beyond 64 bits as text; all else as it is."""
    if type(value) is int and not -(2**63) <= value < 2**63:
        return str(value)
    if isinstance(value, list):
        return [_cell(item) for item in value]
    if isinstance(value, dict):
        return {key: _cell(item) for key, item in value.items()}
    return value
