"""ParquetDataStep: rows from Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from zenml.steps.data.files import FileDataStep


class ParquetDataStep(FileDataStep):
    """Reads a Parquet file, or all of a folder (sorted by name, with the same columns).

    Row groups are read one after the other, in batches. Booleans become 0 or 1,
    timestamps and dates ISO 8601 text (unix seconds where the schema says TIMESTAMP), times
    of day text too, decimals floats, dictionaries their values. A list of values is one cell
    with several values; the fields of a struct are columns of their own, `a.b`. An index
    without a name that pandas wrote is left out where it holds whole numbers, and else refused.

    Attributes:
        path: Of the file or folder; a relative one starts at the root of the
            repository.
        schema: Types of columns, as `DataStep` has them; the others are inferred
            from all rows.

    Example:
        >>> import tempfile, pyarrow.parquet
        >>> file = Path(tempfile.mkdtemp()) / "a.parquet"
        >>> pyarrow.parquet.write_table(pyarrow.table({"n": [1, None], "t": ["x", "y"]}), file)
        >>> [batch.to_pydict() for batch in ParquetDataStep(path=str(file)).batches()]
        [{'n': [[1], None], 't': [[b'x'], [b'y']]}]
    """

    KIND: ClassVar[str] = "Parquet"
    ENDINGS: ClassVar[tuple[str, ...]] = (".parquet", ".pq")

    def open_files(self, files: list[Path]) -> Any:
        """What reads the files."""
        from zenml.records.parquet_files import ParquetFiles

        return ParquetFiles(files)
