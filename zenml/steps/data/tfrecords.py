"""TFRecordsDataStep: rows from TFRecord files of `tf.train.Example`."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.errors import DataError
from zenml.steps.data.files import FileDataStep, resolve

if TYPE_CHECKING:
    import pyarrow as pa


class TFRecordsDataStep(FileDataStep):
    """Reads TFRecord files of `tf.train.Example`, gzipped or not, as what they begin with says.

    A feature is a column, one without values a missing value. A folder stands for all its
    files, but for those that begin with `.` or `_`; a pattern (`data/train-*`) for the files
    that match it. Checksums are verified: a damaged record is named with its file and offset.

    Attributes:
        path: Of the file or folder, or a pattern; a relative one starts at the root of the
            repository.
        schema: Types of columns, as `DataStep` has them; the others are inferred
            from all rows.

    Example:
        >>> import tempfile, pyarrow
        >>> from zenml.records import RecordWriter
        >>> batch = pyarrow.RecordBatch.from_pydict({"n": [[1], [2, 3]]})
        >>> with RecordWriter(tempfile.mkdtemp()) as writer:
        ...     writer.write(batch)
        >>> step = TFRecordsDataStep(path=writer.files[0])
        >>> [batch.to_pydict() for batch in step.batches()]
        [{'n': [[1], [2, 3]]}]
    """

    KIND: ClassVar[str] = "TFRecord"

    def files(self) -> list[Path]:
        """The files that are read, in order.

        Raises:
            DataError: There is none; says where it was looked for.
        """
        self.check()
        path = resolve(self.path)
        if not glob.has_magic(self.path) or path.exists():
            return super().files()
        found = [Path(name) for name in sorted(glob.glob(_pattern(path)))]
        files = [entry for entry in found if not entry.is_dir() and entry.name[0] not in "._"]
        for file in files:
            if not file.exists():
                raise DataError(f"{file} is a link that leads nowhere. Mend it, or take it away.")
        if not files:
            raise DataError(f"No file matches {path} for path={self.path!r}.")
        return files

    def open_files(self, files: list[Path]) -> Any:
        """What reads the files."""
        from zenml.records.example_files import ExampleFiles

        return ExampleFiles(files)

    def serialized_batches(self) -> Iterator[tuple[list[bytes] | None, pa.RecordBatch]]:
        """Yields what `batches` does, with the rows as they stand in the files.

        That is so where nothing in them had to be changed: no schema is declared, a
        feature is of one type in all rows, and no number is NaN.
        """
        source = self.open_files(self.files())
        again: Iterator[list[bytes]] | None = None
        for number, batch in enumerate(self._settled(source)):
            if not number and source.is_canonical and not self.schema:  # all was read by now
                again = source.serialized()
            rows = next(again, []) if again is not None else None
            if rows is not None and len(rows) != batch.num_rows:
                raise DataError(f"{resolve(self.path)} changed while it was read; read it again.")
            yield rows, batch


def _pattern(path: Path) -> str:
    """The pattern, in which folders that are there are themselves, whatever they are called."""
    folder, parts = Path(path.anchor), list(path.parts[1:])
    while parts and (folder / parts[0]).is_dir():
        folder /= parts.pop(0)
    return str(Path(glob.escape(str(folder)), *parts))
