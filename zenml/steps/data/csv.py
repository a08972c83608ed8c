"""CSVDataStep: rows from a CSV file, or from a folder of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml.errors import DataError
from zenml.steps.data.base import DataStep

if TYPE_CHECKING:
    import pyarrow as pa


class CSVDataStep(DataStep):
    r"""Reads a CSV file, or all of a folder (sorted by name), gzipped ones too.

    An empty cell is a missing value. In a column of numbers so are `NaN`, `NA`,
    `N/A` and `null`; in a column of text they are text. A column of `true` and
    `false` becomes 1 and 0. A column of whole numbers beyond 64 bits, or of
    numbers and text, becomes bytes: the text as it stands in the file.

    Attributes:
        path: Of the file or folder; a relative one starts at the root of the
            repository.
        schema: Types of columns, as `DataStep` has them; the others are inferred
            from all rows.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "a.csv"
        >>> _ = file.write_text("n,t\n1,x\n2.5,\n")
        >>> [batch.to_pydict() for batch in CSVDataStep(path=str(file)).batches()]
        [{'n': [[1.0], [2.5]], 't': [[b'x'], None]}]
    """

    def __init__(self, path: str, schema: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.path = path
        super().__init__(schema=schema, **kwargs)

    def check(self) -> None:
        """Checks path and schema; the files are opened only when the step runs."""
        super().check()
        if not isinstance(self.path, str) or not self.path.strip():
            raise self.fail("path", self.path, "the path of a CSV file or a folder of them")
        if "://" in self.path:
            raise self.fail("path", self.path, "a path on this machine")

    def files(self) -> list[Path]:
        """The files that are read, in order.

        Raises:
            DataError: There is none; says where it was looked for.
        """
        from zenml.records.csv_files import find_csv_files

        path = resolve(self.path)
        if not path.exists():
            here = Path.cwd() / self.path
            hint = ""
            if here.exists() and not Path(self.path).is_absolute():
                hint = f" There is {here}, but paths start at the root of the repository."
            raise DataError(f"There is no file or folder {path} for path={self.path!r}.{hint}")
        return find_csv_files(path)

    def source_state(self) -> str | None:
        """sha256 of the files' bytes (and names, when they are several)."""
        from zenml.records.csv_files import fingerprint

        return fingerprint(self.files())

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches: lists of int64, float32 or bytes.

        Raises:
            DataError: Names the file, and the line and column where there is one.
        """
        from zenml.records.csv_table import CsvTable

        files = self.files()
        table = CsvTable(files, self.schema)
        for name in self.schema or {}:
            if name not in table.columns:
                raise DataError(
                    f"The schema names a column {name!r}, and {files[0]} has none; "
                    f"it has {', '.join(table.columns)}."
                )
        yield from table.batches()


def resolve(path: str) -> Path:
    """The absolute path; a relative one starts at the root of the repository.

    That is the git work tree around the working folder, else around the script that
    runs; outside of any, the working folder.
    """
    given = Path(path).expanduser()
    if given.is_absolute():
        return given
    here = Path.cwd()
    script = Path(getattr(sys.modules.get("__main__"), "__file__", None) or "")
    installed = {"site-packages", "dist-packages"} & set(script.parts)
    own = script.suffix == ".py" and not installed
    for start in [here, script.resolve().parent] if own else [here]:
        for folder in (start, *start.parents):
            if (folder / ".git").exists():  # a file in a linked work tree
                return folder / given
    return here / given
