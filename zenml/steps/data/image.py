"""ImageDataStep: images of a folder, with their labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zenml.steps.data.base import DataStep
from zenml.steps.data.files import check_path, existing

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml.records.image_files import ImageFiles


class ImageDataStep(DataStep):
    """Reads the images of a folder and of those below it, and one JSON file of labels in it.

    The file holds `{"cats/1.png": {"label": "cat", "metadata": {"camera": "x"}}, ...}`;
    `metadata` may be left out. The columns are `image` (the bytes of the file: PNG, JPEG,
    GIF or BMP), `label` and `metadata`, or `metadata.camera` and the like where it is an
    object. The rows are sorted by the names of the files.

    Images and labels are read a few megabytes at a time: of all images only the names
    are in memory.

    Every image is decoded, by Pillow (`pip install 'zenml[images]'`): a broken one ends
    the reading, as does an image without a label or a label without an image.

    Attributes:
        base_path: Of the folder; a relative one starts at the root of the repository.
        schema: Types of columns, as `DataStep` has them.

    Example:
        >>> import json, tempfile
        >>> from pathlib import Path
        >>> from PIL import Image
        >>> folder = Path(tempfile.mkdtemp())
        >>> Image.new("L", (8, 8)).save(folder / "a.png")
        >>> _ = (folder / "labels.json").write_text(json.dumps({"a.png": {"label": 3}}))
        >>> batch = next(ImageDataStep(base_path=str(folder)).batches())
        >>> batch.schema.names, batch.column("label").to_pylist()
        (['image', 'label'], [[3]])
    """

    def __init__(self, base_path: str, schema: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.base_path = base_path
        super().__init__(schema=schema, **kwargs)

    def check(self) -> None:
        """Checks path and schema; the files are opened only when the step runs."""
        super().check()
        check_path(self, "base_path", self.base_path, "the path of a folder of images")
        if (self.schema or {}).get("image", "BYTES") not in ("BYTES", "STRING"):
            raise self.fail("schema['image']", (self.schema or {})["image"], "BYTES")

    def source_state(self) -> str | None:
        """sha256 of the label file and all images, of their names and their bytes."""
        return self._files().fingerprint()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches of a few megabytes.

        Raises:
            DataError: Names the file that is wrong.
        """
        yield from self._files().batches(self.schema or {})

    def _files(self) -> ImageFiles:
        from zenml.records.image_files import ImageFiles

        self.check()
        return ImageFiles(existing(self.base_path, "base_path"))
