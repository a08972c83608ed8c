"""ImageDatasource: a folder of images with their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.datasources.base import BaseDatasource

if TYPE_CHECKING:
    from zenml.steps.data.image import ImageDataStep


class ImageDatasource(BaseDatasource):
    """Images of a folder, and one JSON file in it: `{file: {label, metadata}}`.

    Attributes:
        name: Unique in the repository.
        base_path: Of the folder; a relative one starts at the root of the repository.
        schema: Types of columns that are not to be inferred; see `ImageDataStep`.

    Example:
        >>> ImageDatasource(name="digits", base_path="data/digits").get_data_step()
        ImageDataStep(base_path='data/digits', schema=None)
    """

    def __init__(
        self, name: str, base_path: str, schema: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        self.base_path = base_path
        super().__init__(name=name, schema=schema, **kwargs)

    def check(self) -> None:
        """Checks name, schema and path; what lies there is looked at when it is read."""
        from zenml.steps.data.files import check_path

        super().check()
        check_path(self, "base_path", self.base_path, "the path of a folder of images")

    def get_data_step(self) -> ImageDataStep:
        """The step that reads the images."""
        from zenml.steps.data.image import ImageDataStep

        return ImageDataStep(base_path=self.base_path, schema=self.schema)
