"""JSONDataStep: rows from JSON files, one object a line or one big array."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from zenml.steps.data.files import FileDataStep


class JSONDataStep(FileDataStep):
    r"""Reads a JSON file, or all of a folder (sorted by name), gzipped ones too.

    A file holds objects, one a line, or one array of objects; an object is a row. An
    object within a row becomes a column for each of its keys, `{"a": {"b": 1}}` a column
    `a.b`. A list of values is one cell with several values; a list of objects or of lists
    is refused, and the row named. `null`, `NaN` and a key that is not there are missing
    values; `true` and `false` become 1 and 0. Text stays text, also where it looks like a
    number or a date. Whole numbers beyond 64 bits become text.

    Attributes:
        path: Of the file or folder; a relative one starts at the root of the
            repository.
        schema: Types of columns, as `DataStep` has them; the others are inferred
            from all rows.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "a.json"
        >>> _ = file.write_text('{"n": 1, "t": {"x": "a"}}\n{"n": 2.5}\n')
        >>> [batch.to_pydict() for batch in JSONDataStep(path=str(file)).batches()]
        [{'n': [[1.0], [2.5]], 't.x': [[b'a'], None]}]
    """

    KIND: ClassVar[str] = "JSON"
    ENDINGS: ClassVar[tuple[str, ...]] = tuple(
        name + packed for name in (".json", ".jsonl", ".ndjson") for packed in ("", ".gz")
    )

    def open_files(self, files: list[Path]) -> Any:
        """What reads the files."""
        from zenml.records.json_files import JsonFiles

        return JsonFiles(files, self.schema)
