"""Which columns of a model take one value a row, where its parsing of rows leaves that open."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from typing import Any

from zenml.models.parsed_columns import RawColumn
from zenml.serving.rows import rows_of
from zenml.serving.signature import Signature

_LOG = logging.getLogger(__name__)
_Rows = dict[str, tuple[int, ...]]


def with_widths(signature: Signature) -> Signature:
    """Marks the columns that take one value: a row with two of them is refused, or mixed up.

    Models read columns that can be missing as lists of any length, also those that they
    then treat as one value. So the model is asked: with a blank row, and with two blank
    values in a column of it.
    """
    columns = signature.columns
    open_ones = [name for name, column in columns.items() if column.shape is None]
    usual = _rows(signature, {}) if open_ones else None
    if usual is None or _rows(signature, _twice(columns, open_ones)) == usual:
        return signature
    marked = {
        name: dataclasses.replace(
            column,
            is_single=name in open_ones and _rows(signature, _twice(columns, [name])) != usual,
        )
        for name, column in columns.items()
    }
    return dataclasses.replace(signature, columns=marked)


def _twice(columns: Mapping[str, RawColumn], names: list[str]) -> dict[str, Any]:
    return {name: [columns[name].blank()] * 2 for name in names}


def _rows(signature: Signature, cells: Mapping[str, Any]) -> _Rows | None:
    """Rows of the outputs of a blank row with other cells; None where the model fails."""
    row = {**signature.blank_row(), **cells}
    try:
        outputs = signature.call_with_rows([rows_of([row], signature.columns, (), "row")])
    except Exception as exc:  # noqa: BLE001 - whatever a model raises, it does not take the row
        _LOG.debug("%s does not take %s: %s", signature.name, cells, exc)
        return None
    return {name: tuple(array.shape[:1]) for name, array in outputs.items()}
