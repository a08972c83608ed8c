"""TFRecordsDatasource: TFRecord files of `tf.train.Example`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.datasources.base import BaseDatasource

if TYPE_CHECKING:
    from zenml.steps.data.tfrecords import TFRecordsDataStep


class TFRecordsDatasource(BaseDatasource):
    """Rows from TFRecord files of `tf.train.Example`: a file, a folder, or a pattern.

    Attributes:
        name: Unique in the repository.
        path: Of the file or folder, or a pattern; a relative one starts at the root of the
            repository.
        schema: Types of columns that are not to be inferred; see `TFRecordsDataStep`.

    Example:
        >>> TFRecordsDatasource(name="penguins", path="data/train-*").get_data_step()
        TFRecordsDataStep(path='data/train-*', schema=None)
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
        check_path(self, "path", self.path, "the path of a TFRecord file or a folder of them")

    def get_data_step(self) -> TFRecordsDataStep:
        """The step that reads the files."""
        from zenml.steps.data.tfrecords import TFRecordsDataStep

        return TFRecordsDataStep(path=self.path, schema=self.schema)
