"""PolarsMaterializer: DataFrames and Series of polars as parquet."""

from __future__ import annotations

from functools import partial
from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable
from zenml.artifacts.materializers.table_metadata import CHEAP, PREVIEW_ROWS, describe_table

_FRAME = "data.parquet"
_SERIES = "series.parquet"


class PolarsMaterializer(BaseMaterializer):
    """Keeps a DataFrame or a Series of polars.

    Example:
        >>> import tempfile
        >>> PolarsMaterializer(tempfile.mkdtemp()).EXECUTES
        False
    """

    ASSOCIATED_TYPES = ("polars.dataframe.frame.DataFrame", "polars.series.series.Series")
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes `data.parquet`, or `series.parquet`."""
        import polars as pl

        is_series = isinstance(value, pl.Series)
        frame = value.to_frame() if is_series else value
        path = self._path(_SERIES if is_series else _FRAME)
        if any(dtype == pl.Object for dtype in frame.dtypes):
            raise Unsuitable("it has a column of Python objects")
        try:
            frame.write_parquet(path)
            kept = dict(pl.read_parquet_schema(path))
        except pl.exceptions.PolarsError as exc:
            raise Unsuitable(f"parquet cannot hold it: {exc}") from exc
        if kept != dict(frame.schema):
            raise Unsuitable("parquet cannot hold its schema")

    def load(self, data_type: Any) -> Any:
        """Reads it."""
        import os

        import polars as pl

        if os.path.exists(self._path(_SERIES)):
            return pl.read_parquet(self._path(_SERIES)).to_series()
        return pl.read_parquet(self._path(_FRAME))

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """Rows, columns and their statistics, the first rows."""
        import polars as pl

        frame = value.to_frame() if isinstance(value, pl.Series) else value
        cheap = frame.height * frame.width <= CHEAP
        columns = [
            (column.name, partial(_describe, column, cheap)) for column in frame.get_columns()
        ]
        return describe_table(
            frame.height, columns, list(map(list, frame.head(PREVIEW_ROWS).rows()))
        )


def _describe(column: Any, cheap: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"dtype": str(column.dtype), "nulls": column.null_count()}
    if cheap and column.dtype.is_numeric() and found["nulls"] < len(column):
        found.update(min=column.min(), max=column.max(), mean=column.mean())
    return found
