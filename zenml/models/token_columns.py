"""The text of rows, and what a tokenizer gives for it, as columns of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml.errors import DataError, StepInterfaceError
from zenml.models.columns import ATTENTION_MASK, INPUT_IDS

if TYPE_CHECKING:
    import pyarrow as pa


def texts_of(batch: pa.RecordBatch, name: str) -> list[str]:
    """The text of each row: of several values joined by spaces, of none "".

    Raises:
        DataError: A row holds bytes that are no text.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from zenml.records.columns import parts

    lengths, values = parts(batch.column(batch.schema.names.index(name)), name)
    if values is None:
        return [""] * batch.num_rows
    try:
        texts = values.cast(pa.string())
    except pa.ArrowInvalid as exc:
        raise DataError(f"The column {name!r} holds bytes that are no text in UTF-8.") from exc
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    joined: list[str] = pc.binary_join(pa.ListArray.from_arrays(offsets, texts), " ").to_pylist()
    return joined


def token_columns(step: Any, texts: Sequence[str]) -> dict[str, pa.Array]:
    """The columns `input_ids` and `attention_mask` of some texts.

    Args:
        step: A `TokenizerStep`.
        texts: One a row.

    Raises:
        StepInterfaceError: The step does not give a row of integers for each text.
    """
    import numpy as np

    found = step.encode(list(texts), "np")
    if not isinstance(found, Mapping) or INPUT_IDS not in found or ATTENTION_MASK not in found:
        raise _wrong(step, "no dict with both")
    return {
        name: _column(step, name, np.asarray(found[name]), len(texts))
        for name in (INPUT_IDS, ATTENTION_MASK)
    }


def _column(step: Any, name: str, values: Any, rows: int) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    if values.ndim != 2 or len(values) != rows or values.dtype.kind not in "iub":
        shape = f"{name} of shape {values.shape} and type {values.dtype} for {rows} texts"
        raise _wrong(step, shape)
    offsets = np.arange(rows + 1, dtype=np.int64) * values.shape[1]
    flat = pa.array(values.reshape(-1).astype(np.int64))
    return pa.LargeListArray.from_arrays(pa.array(offsets), flat)


def _wrong(step: Any, what: str) -> StepInterfaceError:
    return StepInterfaceError(
        f"{type(step).__name__}.encode gave {what}; it must give {INPUT_IDS!r} and "
        f"{ATTENTION_MASK!r}, whole numbers of shape (texts, length)."
    )
