"""Batches of list columns to lines of CSV, without a loop over the rows."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.records.columns import parts

_QUOTED = '[",\r\n]'  # what has to stand in quotes


def header_line(names: Sequence[str]) -> bytes:
    r"""The first line.

    Example:
        >>> header_line(["a", "b,c"])
        b'a,"b,c"\n'
    """
    return _lines([_quoted(pa.array([name], pa.large_string())) for name in names])


def csv_lines(batch: pa.RecordBatch) -> bytes:
    r"""The rows of a batch.

    One value is written as it is, several as a JSON array, none as an empty cell. Floats
    have as many digits as tell their 32 bits.

    Args:
        batch: Columns of lists of int64, float32 or bytes.

    Raises:
        DataError: Names a column of bytes that are no text.

    Example:
        >>> columns = [pa.array([[1], None]), pa.array([[0.5, 0.25], [1.0, 0.0]])]
        >>> csv_lines(pa.RecordBatch.from_arrays(columns, ["n", "shares"]))
        b'1,"[0.5,0.25]"\n,"[1,0]"\n'
    """
    named = zip(batch.schema.names, batch.columns, strict=True)
    return _lines([_quoted(_cells(name, column)) for name, column in named])


def _cells(name: str, column: pa.Array) -> pa.Array:
    """One text a row."""
    lengths, values = parts(column, name)
    if values is None:
        return pa.array([""] * len(column), pa.large_string())
    texts = _texts(values, name)
    if len(values) == len(column) and bool((lengths == 1).all()):
        return texts
    many = lengths > 1
    if many.any() and pa.types.is_large_binary(values.type):
        texts = pc.if_else(pa.array(np.repeat(many, lengths)), _as_json(texts), texts)
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    lists = pa.ListArray.from_arrays(offsets, texts.cast(pa.string()))
    joined = pc.binary_join(lists, ",").cast(pa.large_string())
    opened, closed = (pc.if_else(pa.array(many), _text(mark), _text("")) for mark in "[]")
    return pc.binary_join_element_wise(opened, joined, closed, _text(""))


def _texts(values: pa.Array, name: str) -> pa.Array:
    try:
        return values.cast(pa.large_string())
    except pa.ArrowInvalid as exc:
        raise DataError(
            f"The column {name!r} holds bytes that are no text, which a CSV file cannot hold: "
            "write .parquet or .tfrecord.gz."
        ) from exc


def _as_json(texts: pa.Array) -> pa.Array:
    """Texts in the quotes of JSON, each different one made once."""
    coded = texts.dictionary_encode()
    words = [json.dumps(word, ensure_ascii=False) for word in coded.dictionary.to_pylist()]
    return pa.array(words, pa.large_string()).take(coded.indices)


def _quoted(texts: pa.Array) -> pa.Array:
    special = pc.match_substring_regex(texts, _QUOTED)
    if not pc.any(special).as_py():
        return texts
    doubled = pc.replace_substring(texts, '"', '""')
    quoted = pc.binary_join_element_wise(_text('"'), doubled, _text('"'), _text(""))
    return pc.if_else(special, quoted, texts)


def _lines(cells: Sequence[pa.Array]) -> bytes:
    rows = pc.binary_join_element_wise(*cells, _text(","))
    ended = pc.binary_join_element_wise(rows, _text("\n"), _text(""))
    _, offsets, data = ended.buffers()
    first, last = np.frombuffer(offsets, np.int64)[[ended.offset, ended.offset + len(ended)]]
    return bytes(data[first:last]) if data is not None else b""


def _text(value: str) -> pa.Scalar:
    return pa.scalar(value, pa.large_string())
