"""CSVDatasource: a CSV file, or a folder of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.datasources.base import BaseDatasource

if TYPE_CHECKING:
    from zenml.steps.data.csv import CSVDataStep


class CSVDatasource(BaseDatasource):
    """Rows from a CSV file, or from all CSV files of a folder.

    Attributes:
        name: Unique in the repository.
        path: Of the file or folder; a relative one starts at the root of the
            repository.
        schema: Types of columns that are not to be inferred; see `CSVDataStep`.

    Example:
        >>> CSVDatasource(name="penguins", path="data/penguins.csv").get_data_step()
        CSVDataStep(path='data/penguins.csv', schema=None)
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
        check_path(self, "path", self.path, "the path of a CSV file or a folder of them")

    def get_data_step(self) -> CSVDataStep:
        """The step that reads the files."""
        from zenml.steps.data.csv import CSVDataStep

        return CSVDataStep(path=self.path, schema=self.schema)
