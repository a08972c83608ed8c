"""MemoryDatasource: what datasources of objects in memory have in common."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.datasources.base import BaseDatasource

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml.steps.data.snapshot import SnapshotDataStep


class MemoryDatasource(BaseDatasource):
    """Rows of objects in memory, which no YAML file can hold.

    When the datasource is written down (committed, or in a pipeline that runs), its rows
    go into a file of the repository's artifact store that is named by the hash of its
    bytes. The YAML file holds that name in place of the object, and any process makes the
    datasource again from it. The datasource has the rows that it was made with: later
    changes of the object need a new datasource, which may have the same name.

    A subclass names its arguments in `HELD` and gives their rows in `held_rows()`.

    Attributes:
        HELD: The arguments that hold objects. The first takes the name of a snapshot too.

    Example:
        >>> MemoryDatasource.HELD
        ()
    """

    HELD: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def held_rows(self) -> Iterator[pa.RecordBatch]:
        """The rows of the objects, as loose batches (`zenml.records.loose`)."""

    @abstractmethod
    def shown(self, value: Any) -> str:
        """An object in a few words, for `repr`."""

    def get_data_step(self) -> SnapshotDataStep:
        """The step that reads the snapshot, which is made if it is not there."""
        from zenml.steps.data.snapshot import SnapshotDataStep

        return SnapshotDataStep(snapshot=self.snapshot(), schema=self.schema)

    def snapshot(self) -> str:
        """The name of the snapshot of the rows, which is made if it is not there.

        Raises:
            DataError: Names the row and the column of what cannot be stored.
            RepositoryError: There is no repository here.
        """
        from zenml.records.snapshots import is_snapshot
        from zenml.repo import snapshots

        given = getattr(self, self.HELD[0])
        if is_snapshot(given):
            return str(given)
        name: str | None = self.__dict__.get("_snapshot")
        if name is None or not snapshots.is_kept(name):
            self.check()
            name = self.__dict__["_snapshot"] = snapshots.keep(self.held_rows())
        return name

    def plain_arguments(self) -> dict[str, Any]:
        """The arguments as the YAML holds them, the snapshot in place of the objects."""
        written = copy.copy(self)
        held = {**dict.fromkeys(self.HELD), self.HELD[0]: self.snapshot()}
        written.arguments = {**self.arguments, **held}
        return super(MemoryDatasource, written).plain_arguments()

    def __repr__(self) -> str:
        """The call that makes it, objects in a few words."""
        held = (*self.HELD,)
        told = {
            key: self.shown(value) if key in held and value is not None else repr(value)
            for key, value in self.arguments.items()
        }
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in told.items())})"
