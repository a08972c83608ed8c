"""Tables written to files of other programs."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from zenml.errors import ResultNotFoundError
from zenml.files import write_bytes

if TYPE_CHECKING:
    import pandas as pd


def write_table(table: pd.DataFrame, file: str | os.PathLike[str]) -> None:
    """Writes a table, whole or not at all.

    Args:
        table: The rows.
        file: Ends in `.csv` or `.parquet`.

    Raises:
        ResultNotFoundError: It ends in something else, or cannot be written there.
    """
    ending = Path(file).suffix.lower()
    if ending == ".csv":
        data = table.to_csv(index=False).encode()
    elif ending == ".parquet":
        buffer = io.BytesIO()
        table.to_parquet(buffer, index=False)
        data = buffer.getvalue()
    else:
        raise ResultNotFoundError(
            f"Rows cannot be written to {os.fspath(file)!r}: name a file that ends in .csv or "
            ".parquet."
        )
    try:
        write_bytes(file, data)
    except OSError as exc:
        raise ResultNotFoundError(
            f"Rows cannot be written to {os.fspath(file)!r}: {exc.strerror or exc}. Name a file in "
            "a folder that can be written to."
        ) from exc
