"""PandasDatasource: a DataFrame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.datasources.memory import MemoryDatasource
from zenml.hints import number_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class PandasDatasource(MemoryDatasource):
    """Rows of a DataFrame, kept in the artifact store; see `MemoryDatasource`.

    The datasource holds a copy of the frame, so that a later change does not reach it. An
    index with a name becomes a column; one of whole numbers without a name only counts
    the rows, and any other is refused. NaN, None, NaT and NA are missing values. A column
    of floats stays one, also where all its numbers are whole: pandas makes floats of
    whole numbers of which some are missing, unless they are of its type `Int64`, or
    `schema` says INTEGER.

    Attributes:
        name: Unique in the repository.
        df: The DataFrame, or the name of the kept table of one.
        schema: Types of columns that are not to be inferred; see `DataStep`.

    Example:
        >>> import pandas
        >>> PandasDatasource(name="numbers", df=pandas.DataFrame({"n": [1, 2]}))
        PandasDatasource(name='numbers', df=<2 rows of n>, schema=None)
    """

    HELD: ClassVar[tuple[str, ...]] = ("df",)

    def __init__(
        self,
        name: str,
        df: pd.DataFrame | str,
        schema: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.df = df
        super().__init__(name=name, schema=schema, **kwargs)

    def check(self) -> None:
        """Checks name and schema, and that there is a frame."""
        from zenml.records.kept_tables import is_kept_table

        super().check()
        if not _is_frame(self.df) and not is_kept_table(self.df):
            given = self.df if isinstance(self.df, str) else type(self.df)
            raise self.fail("df", given, "a pandas.DataFrame")
        if isinstance(self.df, str):
            return
        if not len(self.df):
            raise self.fail("df", self.shown(self.df), "a frame of one row or more")
        if not len(self.df.columns) and set(self.df.index.names) == {None}:
            raise self.fail("df", self.shown(self.df), "a frame of one column or more")

    def held_rows(self) -> Iterator[pa.RecordBatch]:
        """The rows of the frame."""
        from zenml.records.frames import with_index
        from zenml.records.loose import loose_batches

        what = f"PandasDatasource {self.name!r}"
        return loose_batches([with_index(self.df, f"{what} has")], what, self.schema)

    def shown(self, value: Any) -> str:
        """A frame in a few words."""
        if not _is_frame(value):
            return repr(value)
        names = [str(name) for name in value.columns]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return f"<{number_of('rows', len(value))} of {', '.join(names[:3])}{more}>"


def _is_frame(value: Any) -> bool:
    return type(value).__module__.startswith("pandas.") and getattr(value, "ndim", 0) == 2
