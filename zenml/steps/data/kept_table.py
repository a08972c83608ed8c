"""KeptTableDataStep: rows that were in memory, from the kept table that was kept of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zenml.steps.data.base import DataStep

if TYPE_CHECKING:
    import pyarrow as pa


class KeptTableDataStep(DataStep):
    """Reads a kept table, as `PandasDatasource` and `NumpyDatasource` keep one.

    Attributes:
        table: Its name, "sha256:" and the hash of its bytes; it lies in the
            artifact store of the repository.
        schema: Types of columns, as `DataStep` has them.

    Example:
        >>> KeptTableDataStep(table="penguins").check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: KeptTableDataStep: table is 'penguins'; it must be \
the name of a kept table, "sha256:" and 64 hex digits.
    """

    def __init__(self, table: str, schema: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.table = table
        super().__init__(schema=schema, **kwargs)

    def check(self) -> None:
        """Checks the name; the file is looked for only when the step runs."""
        from zenml.records.kept_tables import is_kept_table

        super().check()
        if not is_kept_table(self.table):
            wanted = 'the name of a kept table, "sha256:" and 64 hex digits'
            raise self.fail("table", self.table, wanted)

    def source_state(self) -> str:
        """The name: another content has another."""
        return self.table

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches: lists of int64, float32 or bytes.

        Raises:
            DatasourceNotFoundError: The kept table is gone.
            DataError: It is damaged, or a value is not of the type that the schema declares.
        """
        from zenml.records.kept_tables import read_table
        from zenml.records.spool import settle
        from zenml.repo import kept_tables

        self.check()
        path = kept_tables.find(self.table)
        rows = read_table(path, self.table)
        yield from settle(rows, self.schema or {}, f"the kept table {self.table[:19]}")
