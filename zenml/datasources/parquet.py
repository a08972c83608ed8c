"""ParquetDatasource: a Parquet file, or a folder of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.datasources.base import BaseDatasource

if TYPE_CHECKING:
    from zenml.steps.data.parquet import ParquetDataStep


class ParquetDatasource(BaseDatasource):
    """Rows from a Parquet file, or from all Parquet files of a folder.

    Attributes:
        name: Unique in the repository.
        path: Of the file or folder; a relative one starts at the root of the
            repository.
        schema: Types of columns that are not to be inferred; see `ParquetDataStep`.

    Example:
        >>> ParquetDatasource(name="penguins", path="data/penguins.parquet").get_data_step()
        ParquetDataStep(path='data/penguins.parquet', schema=None)
    """

    def __init__(
        self, name: str, path: str, schema: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        self.path = path
        super().__init__(name=name, schema=schema, **kwargs)

    def check(self) -> None:
        """Checks name, schema and path; what lies there is looked at when it is read."""
        from zenml.steps.data.files import check_path

        super().check()
        check_path(self, "path", self.path, "the path of a Parquet file or a folder of them")

    def get_data_step(self) -> ParquetDataStep:
        """The step that reads the files."""
        from zenml.steps.data.parquet import ParquetDataStep

        return ParquetDataStep(path=self.path, schema=self.schema)
