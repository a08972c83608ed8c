"""NumpyDatasource: arrays of NumPy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.datasources.memory import MemoryDatasource

if TYPE_CHECKING:
    import pyarrow as pa


class NumpyDatasource(MemoryDatasource):
    """Rows of NumPy arrays, kept in the artifact store; see `MemoryDatasource`.

    Give either `arrays`, the columns by name, or `X` and perhaps `y`. Of `arrays`, one
    with several dimensions is one column: a row is the list of its values. Of `X` and
    `y`, one with two dimensions gives a column for each of its columns, `x0`, `x1`, ...;
    others give the columns `x` and `y`. NaN, None and what is masked are missing values;
    within a row of several values NaN stays, and another is refused. The datasource
    holds a copy of the arrays, so that a later change does not reach it.

    Attributes:
        name: Unique in the repository.
        arrays: Column -> array; all have the same number of rows. Or the name of the
            kept table of arrays.
        X: The features, an array of one row each example.
        y: The labels, as many.
        schema: Types of columns that are not to be inferred; see `DataStep`.

    Example:
        >>> import numpy
        >>> NumpyDatasource(name="squares", X=numpy.arange(6).reshape(3, 2), y=numpy.arange(3))
        NumpyDatasource(name='squares', arrays=None, X=<int64 of (3, 2)>, y=<int64 of (3,)>, \
schema=None)
    """

    HELD: ClassVar[tuple[str, ...]] = ("arrays", "X", "y")

    def __init__(
        self,
        name: str,
        arrays: Mapping[str, Any] | str | None = None,
        X: Any = None,  # noqa: N803 - as scikit-learn has it
        y: Any = None,
        schema: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.arrays = arrays
        self.X = X
        self.y = y
        super().__init__(name=name, schema=schema, **kwargs)

    def check(self) -> None:
        """Checks name and schema, and that there are arrays, given in one of the two ways."""
        from zenml.records.kept_tables import is_kept_table

        super().check()
        if is_kept_table(self.arrays):
            return
        if (self.arrays is None) == (self.X is None):
            raise self.fail("arrays", self._given(), "given, or X (and y) instead of it")
        if self.arrays is None:
            given = {"X": self.X} if self.y is None else {"X": self.X, "y": self.y}
        elif self.y is not None:
            raise self.fail(
                "y", self.shown(self.y), "left out where arrays are given: name it there"
            )
        elif not isinstance(self.arrays, Mapping) or not self.arrays:
            raise self.fail("arrays", self.arrays, "a dict of column names to arrays")
        else:
            given = {f"arrays[{name!r}]": array for name, array in self.arrays.items()}
            self._check_names(self.arrays)
        for place, array in given.items():
            self._check_array(place, array)
        first, length = next((place, len(array)) for place, array in given.items())
        for place, array in given.items():
            if len(array) != length:
                raise self.fail(place, self.shown(array), f"as long as {first}, {length:,} rows")

    def _check_array(self, place: str, array: Any) -> None:
        if not _is_array(array):
            told = type(array) if hasattr(array, "columns") else array  # a table is many lines
            raise self.fail(place, told, "a numpy.ndarray of one dimension or more")
        if array.dtype.names:
            names = ", ".join(f"{name!r}: array[{name!r}]" for name in array.dtype.names[:2])
            raise self.fail(
                place, self.shown(array), f"an array without fields: arrays={{{names}, ...}}"
            )
        if not len(array):
            raise self.fail(place, self.shown(array), "an array of one row or more")
        if self.arrays is None and array.shape[1:] == (0,):
            raise self.fail(place, self.shown(array), "an array of one column or more")

    def _check_names(self, names: Iterable[Any]) -> None:
        """A column's name is text, so 0 and "0" are the same."""
        seen: dict[str, Any] = {}
        for name in names:
            if not str(name):
                raise self.fail("a name in arrays", name, "a column's name")
            if str(name) in seen:
                raise self.fail(
                    "a name in arrays",
                    name,
                    f"another than that of {seen[str(name)]!r}: both name the column {str(name)!r}",
                )
            seen[str(name)] = name

    def columns(self) -> dict[str, Any]:
        """Column -> array, as they are stored."""
        if isinstance(self.arrays, Mapping):
            return {str(name): array for name, array in self.arrays.items()}
        labels = {} if self.y is None else _columns("y", self.y)
        return {**_columns("x", self.X), **labels}

    def held_rows(self) -> Iterator[pa.RecordBatch]:
        """The rows of the arrays."""
        from zenml.records.arrays import array_batches
        from zenml.records.loose import loose_batches

        what = f"NumpyDatasource {self.name!r}"
        return loose_batches(array_batches(self.columns(), what), what)

    def shown(self, value: Any) -> str:
        """Arrays in a few words."""
        if isinstance(value, Mapping):
            return f"{{{', '.join(f'{key!r}: {self.shown(one)}' for key, one in value.items())}}}"
        return f"<{value.dtype} of {value.shape}>" if _is_array(value) else repr(value)

    def _given(self) -> str | None:
        return None if self.arrays is None else self.shown(self.arrays)


def _columns(name: str, array: Any) -> dict[str, Any]:
    if array.ndim != 2:
        return {name: array}
    return {f"{name}{number}": array[:, number] for number in range(array.shape[1])}


def _is_array(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "numpy" and getattr(value, "ndim", 0) > 0
