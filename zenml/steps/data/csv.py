"""CSVDataStep: rows from a CSV file, or from a folder of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.errors import DataError
from zenml.steps.data.files import FileDataStep

if TYPE_CHECKING:
    import pyarrow as pa


class CSVDataStep(FileDataStep):
    r"""Reads a CSV file, or all of a folder (sorted by name), gzipped ones too.

    An empty cell is a missing value. In a column of numbers so are `NaN`, `NA`,
    `N/A` and `null`; in a column of text they are text. A column of `true` and
    `false` becomes 1 and 0. A column of whole numbers beyond 64 bits, or of numbers
    and text, becomes bytes: the text as it stands in the file. Commas separate the cells.

    Attributes:
        path: Of the file or folder; a relative one starts at the root of the
            repository.
        schema: Types of columns, as `DataStep` has them; the others are inferred
            from all rows.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "a.csv"
        >>> _ = file.write_text("n,t\n1,x\n2.5,\n")
        >>> [batch.to_pydict() for batch in CSVDataStep(path=str(file)).batches()]
        [{'n': [[1.0], [2.5]], 't': [[b'x'], None]}]
    """

    KIND: ClassVar[str] = "CSV"
    ENDINGS: ClassVar[tuple[str, ...]] = (".csv", ".csv.gz")

    def open_files(self, files: list[Path]) -> Any:
        """What reads the files."""
        from zenml.records.csv_table import CsvTable

        return CsvTable(files, self.schema)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches: lists of int64, float32 or bytes.

        Raises:
            DataError: Names the file, and the line and column where there is one.
        """
        files = self.files()
        table = self.open_files(files)
        for name in self.schema or {}:
            if name not in table.columns:
                raise DataError(
                    f"The schema names a column {name!r}, and {files[0]} has none; "
                    f"it has {', '.join(table.columns)}."
                )
        yield from table.batches()
