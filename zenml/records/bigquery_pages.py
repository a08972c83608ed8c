"""Pages of a result of BigQuery: fetched as bytes, and read by Arrow where it can."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json as pj
import requests
from google.cloud.bigquery.table import RowIterator

from zenml.records.bigquery_types import BigQueryColumn, cells_batch, page_batch

_ROWS = 20_000
_CELLS = pa.list_(pa.struct([("v", pa.string())]))
_PAGE = pa.schema([("pageToken", pa.string()), ("rows", pa.list_(pa.struct([("f", _CELLS)])))])


def batches_of(result: RowIterator, columns: Sequence[BigQueryColumn]) -> Iterator[pa.RecordBatch]:
    """Yields the pages that have rows as batches, in the order in which they come.

    The client would make a dict of each cell, which takes longer than all else. So it is
    only asked for the bytes: it knows the address and the login, and repeats what fails.

    Args:
        result: Of a query that is done; none of its rows need to be here.
        columns: Its columns.

    Raises:
        requests.exceptions.InvalidJSONError: What came is no page.
    """
    params: dict[str, Any] = {**result.extra_params, "maxResults": _ROWS}
    while True:
        body = result.api_request(
            method="GET", path=result.path, query_params=params, expect_json=False
        )
        batch, token = page_of(body, columns)
        if batch is not None:
            yield batch
        if not token:
            return
        params["pageToken"] = token


def page_of(
    body: bytes, columns: Sequence[BigQueryColumn]
) -> tuple[pa.RecordBatch | None, str | None]:
    """The rows of a page, None if it has none; and the token of the next page."""
    # A cell of a repeated column or a record is no string, and Arrow wants one type for all.
    if not any(column.is_repeated or len(column.path) > 1 for column in columns):
        try:
            return _flat_page(body, columns)
        except pa.ArrowInvalid:
            pass  # Python reads some that Arrow does not; if neither can, it says why
    with _uncollected():
        try:
            page = json.loads(body)
        except ValueError as exc:
            raise requests.exceptions.InvalidJSONError(str(exc)) from exc
        rows = page.get("rows")
        return page_batch(rows, columns) if rows else None, page.get("pageToken")


def _flat_page(
    body: bytes, columns: Sequence[BigQueryColumn]
) -> tuple[pa.RecordBatch | None, str | None]:
    """A page whose cells are all text or null.

    Raises:
        pa.ArrowInvalid: Arrow cannot read it.
    """
    page = pj.read_json(
        pa.BufferReader(body),
        # One block, in which the page lies as one line.
        pj.ReadOptions(use_threads=False, block_size=len(body) + 1),
        pj.ParseOptions(explicit_schema=_PAGE, unexpected_field_behavior="ignore"),
    )
    if page.num_rows != 1:
        raise pa.ArrowInvalid("not one object")
    token = page["pageToken"][0].as_py()
    rows = page["rows"].chunk(0).flatten()
    if not len(rows):
        return None, token
    cells, width = rows.field("f"), len(columns)
    if not (np.diff(np.asarray(cells.offsets)) == width).all():
        raise pa.ArrowInvalid("rows of another width")
    values = cells.flatten().field("v")
    values.validate(full=True)  # that it is UTF-8
    places = np.arange(0, len(values), width)
    return cells_batch([values.take(pa.array(places + c)) for c in range(width)], columns), token


@contextmanager
def _uncollected() -> Iterator[None]:
    """Does not look for cycles meanwhile.

    A page becomes a dict a cell, which makes Python look for unused cycles again and again
    among all objects; that takes longer than all else, and a page has none.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
