"""MemoryDatasource: what datasources of objects in memory have in common."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zenml.datasources.base import BaseDatasource

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml.steps.data.kept_table import KeptTableDataStep


class MemoryDatasource(BaseDatasource):
    """Rows of objects in memory, which no YAML file can hold.

    When the datasource is written down (committed, or in a pipeline that runs), its rows
    go into a file of the repository's artifact store that is named by the hash of its
    bytes. The YAML file holds that name in place of the object, and any process makes the
    datasource again from it. The datasource has the rows that it was made with: later
    changes of the object need a new datasource, which may have the same name.

    A subclass names its arguments in `HELD` and gives their rows in `held_rows()`.

    Attributes:
        HELD: The arguments that hold objects, which are copied when the datasource is made.
            The first takes the name of a kept table too.

    Example:
        >>> MemoryDatasource.HELD
        ()
    """

    @abstractmethod
    def held_rows(self) -> Iterator[pa.RecordBatch]:
        """The rows of the objects, as loose batches (`zenml.records.loose`)."""

    @abstractmethod
    def shown(self, value: Any) -> str:
        """An object in a few words, for `repr`."""

    def get_data_step(self) -> KeptTableDataStep:
        """The step that reads the kept table, which is made if it is not there."""
        from zenml.steps.data.kept_table import KeptTableDataStep

        return KeptTableDataStep(table=self.kept(), schema=self.schema)

    def kept(self) -> str:
        """The name of the kept table of the rows, which is made if it is not there.

        Raises:
            DataError: Names the row and the column of what cannot be stored.
            RepositoryError: There is no repository here.
        """
        from zenml.records.kept_tables import is_kept_table
        from zenml.repo import kept_tables

        given = getattr(self, self.HELD[0])
        if is_kept_table(given):
            return str(given)
        name: str | None = self.__dict__.get("_kept")
        if name is None or not kept_tables.is_kept(name):
            self.check()
            name = self.__dict__["_kept"] = kept_tables.keep(self.held_rows())
        return name

    def plain_arguments(self) -> dict[str, Any]:
        """The arguments as the YAML holds them, the kept table in place of the objects."""
        return self._with_table(self.kept())

    def unwritten_arguments(self) -> dict[str, Any]:
        """Those of the YAML but the name, found out without a kept table being made.

        Raises:
            DataError: Names the row and the column of what cannot be stored.
        """
        from zenml.records.kept_tables import is_kept_table, table_name

        given = getattr(self, self.HELD[0])
        name: str | None = given if is_kept_table(given) else self.__dict__.get("_kept")
        if name is None:
            self.check()
            name = self.__dict__["_kept"] = table_name(self.held_rows())
        arguments = self._with_table(name)
        del arguments["name"]
        return arguments

    def _with_table(self, table: str) -> dict[str, Any]:
        written = copy.copy(self)
        held = {**dict.fromkeys(self.HELD), self.HELD[0]: table}
        written.arguments = {**self.arguments, **held}
        return super(MemoryDatasource, written).plain_arguments()

    def __repr__(self) -> str:
        """The call that makes it, objects in a few words."""
        told = {
            key: self.shown(value) if key in self.HELD and value is not None else repr(value)
            for key, value in self.arguments.items()
        }
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in told.items())})"
