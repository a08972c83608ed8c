"""A folder of images and one JSON file of their labels, as rows.

Images differ in size by orders of magnitude, so what is in memory at a time is counted
in bytes. Every image is decoded, in threads, so that a broken one is found now and not
in the middle of a training.
"""

from __future__ import annotations

import io
import itertools
import os
import posixpath
import tempfile
import unicodedata
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa

from zenml.errors import DataError
from zenml.extras import load_extra
from zenml.records.columns import BYTES, batch_of, list_column
from zenml.records.image_labels import LabelRows
from zenml.records.loose import loose_batches
from zenml.records.origin import Origin
from zenml.records.source_files import files_below, fingerprint
from zenml.records.spool import settle

IMAGE = "image"
ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp")
_FORMATS = ("PNG", "JPEG", "MPO", "GIF", "BMP")  # MPO: what some cameras write into a .jpg
_BYTES = 8 << 20  # of the images in a batch
_MASKS = bytes.fromhex("0000ff00 00ff0000 ff000000")  # red, green, blue of a BMP: where they lie
_NAMED = 3  # of several files at fault


class ImageFiles:
    """The images of a folder and the folders below it, with their labels.

    Attributes:
        folder: The folder.
        labels: The JSON file in it.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "labels.json").write_text('{"a.png": {"label": 1}}')
        >>> list(ImageFiles(folder).batches({}))
        Traceback (most recent call last):
        zenml.errors.DataError: ...labels.json labels a file that is not there: 'a.png'. ...
    """

    def __init__(self, folder: Path) -> None:
        """Finds the label file.

        Raises:
            DataError: No folder, or not one JSON file in it.
        """
        if not folder.is_dir():
            raise DataError(f"{folder} is no folder; it must hold images and one JSON file.")
        found = sorted(entry for entry in folder.glob("*.json") if entry.name[0] not in "._")
        if len(found) != 1:
            have = ", ".join(entry.name for entry in found) or "none"
            raise DataError(f"{folder} must hold one JSON file, with the labels; it holds {have}.")
        self.folder = folder
        self.labels = found[0]

    def fingerprint(self) -> str:
        """sha256 of the label file and all images, of their names and their bytes."""
        images = (self.folder / name for name in self._names())
        return fingerprint(itertools.chain([self.labels], images), self.folder)

    def batches(self, declared: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        """Yields canonical batches of at most 8 MB of images (or one image), by their names.

        Args:
            declared: Types of columns, as a schema declares them.

        Raises:
            DataError: Names an image without a label, a label without an image, or an
                image that cannot be decoded.
        """
        names = self._names()
        told = {name: kind for name, kind in declared.items() if name != IMAGE}
        with tempfile.TemporaryDirectory(prefix="zenml-labels-") as folder:
            labels = LabelRows(self.labels, names, Path(folder))
            self._refuse_odd(names, labels)
            origin = Origin(str(self.labels), lambda row: f"{self.labels}, {names[row]!r}")
            yield from self._joined(names, settle(loose_batches(labels, origin), told, origin))

    def _joined(
        self, names: Sequence[str], labels: Iterator[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """The images beside the columns of their labels, some megabytes at a time."""
        images = _decoded(self.folder, names)
        for batch in labels:
            start = 0
            while start < batch.num_rows:
                some = _some(images, batch.num_rows - start)
                part = batch.slice(start, len(some))
                named = zip(part.schema.names, part.columns, strict=True)
                yield batch_of([(IMAGE, list_column(pa.array(some, BYTES))), *named])
                start += len(some)
        left = sum(1 for _ in images)
        if left:
            raise DataError(f"{self.labels}: {left:,} images of {self.folder} are without a row.")

    def _names(self) -> list[str]:
        """The images, relative to the folder, sorted."""
        images = files_below(self.folder, ENDINGS)
        return sorted(image.relative_to(self.folder).as_posix() for image in images)

    def _refuse_odd(self, names: Sequence[str], labels: LabelRows) -> None:
        """Refuses labels without an image, and images without a label."""
        if labels.strangers:
            which = _few(labels.strangers, "a file that is not there", "files that are not there")
            raise DataError(
                f"{self.labels} labels {which}. Paths are relative to {self.folder}; images end in "
                f"{', '.join(ENDINGS)}.{_meant(labels.strangers[0], names)}"
            )
        bare = labels.without()
        if bare:
            which = _few(bare, "an image without a label", "images without a label")
            raise DataError(
                f"{self.folder} holds {which}. Each needs an entry in {self.labels.name}."
            )


def _meant(label: str, names: Sequence[str]) -> str:
    """A hint where a path is an image's in another spelling."""
    for name in names:
        if _spelled(name) == _spelled(label):
            why = "" if label.isascii() else ": the same characters, composed otherwise"
            return f" Write {name!a} instead of {label!a}{why}."
    return ""


def _spelled(path: str) -> str:
    return unicodedata.normalize("NFC", posixpath.normpath(path.replace("\\", "/")))


def _few(names: Sequence[str], one: str, several: str) -> str:
    told = ", ".join(map(repr, names[:_NAMED]))
    if len(names) == 1:
        return f"{one}: {told}"
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{len(names):,} {several}: {told}{more}"


def _some(images: Iterator[bytes], most: int) -> list[bytes]:
    """The next images, until they are many bytes."""
    some: list[bytes] = []
    size = 0
    while len(some) < most and size < _BYTES:
        some.append(next(images))
        size += len(some[-1])
    return some


def _decoded(folder: Path, names: Sequence[str]) -> Iterator[bytes]:
    """The bytes of image files in order, each of which was decoded."""
    pillow = load_extra("PIL.Image", "images", "Looking whether images are whole", DataError)
    workers = os.cpu_count() or 1
    waiting: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="zenml-images") as pool:
        try:
            for name in names:
                waiting.append(pool.submit(_decode, pillow, folder / name))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _decode(pillow: Any, path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise DataError(f"{path} cannot be read: {exc.strerror}.") from exc
    try:
        with pillow.open(io.BytesIO(data)) as image:
            found = image.format
            image.verify()  # checksums, where the format has some; nothing can be read after it
        with pillow.open(io.BytesIO(data)) as image:
            image.load()
            mode = image.mode
    except Exception as exc:
        unknown = (
            type(exc).__name__ == "UnidentifiedImageError"
        )  # its text names an object of Python
        why = "its bytes are those of no image" if unknown else exc
        raise DataError(
            f"{path} cannot be decoded ({why}). Replace the file, or take it and its label away."
        ) from exc
    if found not in _FORMATS:
        raise DataError(f"{path} is of the format {found}; PNG, JPEG, GIF and BMP can be read.")
    fault = _fault_of_bmp(data, mode) if found == "BMP" else ""
    if fault:
        raise DataError(
            f"{path} is a BMP {fault}, in which TensorFlow sees other pixels. Save it as PNG."
        )
    return data


def _fault_of_bmp(data: bytes, mode: str) -> str:
    """What TensorFlow reads wrongly, without an error; "" where it reads what Pillow does.

    It takes the numbers of a table of colours for shades of grey, and knows one header and
    one order of colours.
    """
    header, bits, packing = (
        int.from_bytes(data[at : at + size], "little") for at, size in ((14, 4), (28, 2), (30, 4))
    )
    if header < 40:
        return "of an old kind"
    if packing not in (0, 3):
        return "that is packed"
    if bits not in (24, 32) and (bits, mode) != (8, "L"):
        return "with a table of colours" if bits <= 8 else f"of {bits} bits a pixel"
    if packing == 3 and data[54:66] != _MASKS:
        return "with its colours in another order"
    return ""
