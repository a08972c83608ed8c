"""ArrowMaterializer: tables of pyarrow as parquet."""

from __future__ import annotations

from functools import partial
from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable
from zenml.artifacts.materializers.table_metadata import CHEAP, PREVIEW_ROWS, describe_table

_FILE = "data.parquet"


class ArrowMaterializer(BaseMaterializer):
    """Keeps a table with its schema.

    Example:
        >>> import tempfile
        >>> import pyarrow as pa
        >>> materializer = ArrowMaterializer(tempfile.mkdtemp())
        >>> materializer.save(pa.table({"a": [1, 2]}))
        >>> materializer.load(pa.Table).to_pydict()
        {'a': [1, 2]}
    """

    ASSOCIATED_TYPES = ("pyarrow.lib.Table",)
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes `data.parquet`."""
        import pyarrow as pa
        from pyarrow import parquet

        if value.num_columns == 0:
            raise Unsuitable("it has no columns")
        try:
            parquet.write_table(value, self._path(_FILE), version="2.6")
        except (pa.ArrowException, NotImplementedError) as exc:
            raise Unsuitable(f"parquet cannot hold a column of it: {exc}") from exc
        kept = parquet.ParquetFile(self._path(_FILE)).schema_arrow
        if not kept.equals(value.schema, check_metadata=True):
            raise Unsuitable("parquet cannot hold its schema")

    def load(self, data_type: Any) -> Any:
        """Reads it."""
        from pyarrow import parquet

        return parquet.ParquetFile(self._path(_FILE)).read()

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """Rows, columns and their statistics, the first rows."""
        cheap = value.num_rows * value.num_columns <= CHEAP
        columns = [
            (name, partial(_describe, column, cheap))
            for name, column in zip(value.column_names, value.columns, strict=True)
        ]
        head = [column[:PREVIEW_ROWS].to_pylist() for column in value.columns]
        return describe_table(value.num_rows, columns, list(map(list, zip(*head, strict=True))))


def _describe(column: Any, cheap: bool) -> dict[str, Any]:
    import pyarrow as pa
    from pyarrow import compute

    found: dict[str, Any] = {"dtype": str(column.type), "nulls": column.null_count}
    numeric = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    if cheap and numeric and column.null_count < len(column):
        try:
            ends = compute.min_max(column)
            mean = compute.mean(column).as_py()
        except pa.ArrowNotImplementedError:  # of half floats
            return found
        found.update(min=ends["min"].as_py(), max=ends["max"].as_py(), mean=mean)
    return found
