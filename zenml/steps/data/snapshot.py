"""SnapshotDataStep: rows that were in memory, from the snapshot that was kept of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zenml.steps.data.base import DataStep

if TYPE_CHECKING:
    import pyarrow as pa


class SnapshotDataStep(DataStep):
    """Reads a snapshot, as `PandasDatasource` and `NumpyDatasource` keep one.

    Attributes:
        snapshot: Its name, "sha256:" and the hash of its bytes; it lies in the
            artifact store of the repository.
        schema: Types of columns, as `DataStep` has them.

    Example:
        >>> SnapshotDataStep(snapshot="penguins").check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: SnapshotDataStep: snapshot is 'penguins'; it must be \
the name of a snapshot, "sha256:" and 64 hex digits.
    """

    def __init__(self, snapshot: str, schema: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.snapshot = snapshot
        super().__init__(schema=schema, **kwargs)

    def check(self) -> None:
        """Checks the name; the file is looked for only when the step runs."""
        from zenml.records.snapshots import is_snapshot

        super().check()
        if not is_snapshot(self.snapshot):
            wanted = 'the name of a snapshot, "sha256:" and 64 hex digits'
            raise self.fail("snapshot", self.snapshot, wanted)

    def source_state(self) -> str:
        """The name: another content has another."""
        return self.snapshot

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches: lists of int64, float32 or bytes.

        Raises:
            DatasourceNotFoundError: The snapshot is gone.
            DataError: It is damaged, or a value is not of the type that the schema declares.
        """
        from zenml.records.snapshots import read_snapshot
        from zenml.records.spool import settle
        from zenml.repo import snapshots

        path = snapshots.find(self.snapshot)
        rows = read_snapshot(path, self.snapshot)
        yield from settle(rows, self.schema or {}, f"the snapshot {self.snapshot[:19]}")
