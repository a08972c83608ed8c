"""Stray text: a column of numbers that a few cells would turn into text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zenml.errors import DataError
from zenml.records import csv_files
from zenml.records.values import MISSING

_NUMBER = r"^[ \t]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t]*$"
_NUMBERS_A_STRAY = 9  # in a column of mixed cells, so many numbers for each text are no accident


class Strays:
    """Counts, in columns that came out as text, the cells that are numbers.

    Where nine of ten are, the others are mistakes (`abc`, `?`, a unit): taken as
    text, the column would silently be looked up in a vocabulary.

    Args:
        columns: Names of the columns to look at.

    Example:
        >>> strays = Strays(["n"])
        >>> cells = pa.array([*"123456789", "x"])
        >>> strays.look("n", cells, Path("a.csv"), 0); strays.found()
        'n'
    """

    def __init__(self, columns: Iterable[str]) -> None:
        self._numbers = dict.fromkeys(columns, 0)
        self._texts = dict.fromkeys(self._numbers, 0)
        self._first: dict[str, tuple[Path, int]] = {}

    def look(self, name: str, cells: pa.Array, path: Path, start: int) -> None:
        """Counts the cells of a block that starts at row `start` of a file."""
        if name not in self._numbers:
            return
        numbers = pc.match_substring_regex(cells, _NUMBER)
        missing = pc.is_in(cells, value_set=pa.array(MISSING, cells.type))
        texts = pc.invert(pc.or_(numbers, missing))
        count = pc.sum(texts).as_py() or 0
        self._numbers[name] += pc.sum(numbers).as_py() or 0
        self._texts[name] += count
        if count:
            self._first.setdefault(name, (path, start + pc.index(texts, True).as_py()))
        if self._texts[name] > self._numbers[name]:  # text it is
            del self._numbers[name]

    def found(self) -> str:
        """Name of a column with strays, or ""."""
        for name, numbers in self._numbers.items():
            if 0 < self._texts[name] * _NUMBERS_A_STRAY <= numbers:
                return name
        return ""

    def check(self) -> None:
        """Refuses a column with strays.

        Raises:
            DataError: Names the file, the line and the column, and what would do.
        """
        name = self.found()
        if name:
            path, row = self._first[name]
            texts = self._texts[name]
            others = f" and {texts - 1:,} like it" if texts > 1 else ""
            raise DataError(
                f"{path}, line {csv_files.line_of_row(path, row)}, column {name!r}: this cell"
                f"{others} is no number, and {self._numbers[name]:,} others are. Mend the cell, "
                "empty it if the value is missing, or say what the column is: "
                f"schema={{{name!r}: 'STRING'}}."
            )
