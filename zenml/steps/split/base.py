"""SplitStep: the interface of what divides rows into splits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from zenml.errors import StepInterfaceError
from zenml.steps.base import BaseStep

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import tensorflow as tf
    from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

    # Reads all rows from the beginning: batches of the columns that are named.
    ReadColumns = Callable[[list[str]], Iterator[pa.RecordBatch]]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
DROPPED = -1


class SplitStep(BaseStep):
    """Sends each row to one of several named splits, or drops it.

    A subclass defines `get_split_names()` and one of two methods:
    `partition_fn(element, n)` for one row as a `tf.train.Example`, or, many times
    faster, `assign(batch)` for a whole Arrow batch. One that has to know all rows
    before it can divide the first defines `prepare(read)` too.

    Attributes:
        statistics: Statistics of the data (`DatasetFeatureStatisticsList`); set
            before rows come, where the step runs.
        schema: Their schema (`schema_pb2.Schema`); set likewise.

    Example:
        >>> class Halves(SplitStep):
        ...     def get_split_names(self):
        ...         return ["low", "high"]
        ...
        ...     def assign(self, batch):
        ...         return batch.column("n").flatten().to_numpy() // 5
        >>> import pyarrow as pa
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[1], [8]])], ["n"])
        >>> Halves().assign(batch).tolist()
        [0, 1]
    """

    def __init__(
        self,
        *,
        statistics: statistics_pb2.DatasetFeatureStatisticsList | None = None,
        schema: schema_pb2.Schema | None = None,
        **kwargs: Any,
    ) -> None:
        self.statistics = statistics
        self.schema = schema
        super().__init__(**kwargs)

    def get_split_names(self) -> list[str]:
        """Names of the splits, in the order of the numbers that rows are given."""
        raise StepInterfaceError(
            f"{type(self).__name__} does not name its splits: define get_split_names(), "
            "which returns a list of names."
        )

    def get_num_splits(self) -> int:
        """How many splits there are."""
        return len(self.get_split_names())

    def prepare(self, read: ReadColumns) -> None:
        """Called once before rows are divided, with schema and statistics set.

        Args:
            read: Gives batches of the columns that it is called with, of all rows from
                the beginning.
        """

    def partition_fn(self, element: tf.train.Example, n: int) -> int:
        """The number of the split of one row.

        Args:
            element: The row.
            n: How many splits there are.

        Returns:
            0 to n - 1, or -1 to drop the row.
        """
        raise self._undivided()

    def assign(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """The numbers of the splits of many rows; asks `partition_fn` for each.

        Args:
            batch: Columns of lists (int64, float32 or bytes).

        Returns:
            Integers of shape (rows,), each as `partition_fn` returns it.

        Raises:
            StepInterfaceError: `partition_fn` raised an error; names the columns in which
                the row has no value.
        """
        if type(self).partition_fn is SplitStep.partition_fn:
            raise self._undivided()
        import numpy as np
        import tensorflow as tf
        from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

        from zenml.records.columns import encodable

        n = self.get_num_splits()
        numbers = []
        for row in RecordBatchToExamplesEncoder().encode(encodable(batch)):
            element = tf.train.Example.FromString(row)
            try:
                numbers.append(self.partition_fn(element, n))
            except Exception as exc:
                # With the traceback of the user's lines, which the run shows.
                raise self._failed(element, exc).with_traceback(exc.__traceback__) from exc
        return np.array(numbers)

    def content_hashes(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """A hash of each row's content, by which the splits are proven to share no row.

        Asked for after `assign` of the same batch; a step that hashes rows to divide them
        gives those hashes here.

        Args:
            batch: Columns of lists.

        Returns:
            uint64 of shape (rows,), the same for rows that are alike, spread evenly.
        """
        from zenml.records.content import row_hashes

        return row_hashes(batch)

    def notes(self) -> list[str]:
        """What is to be said once all rows were divided: sentences, each shown as a warning."""
        return []

    def why_empty(self, split: str) -> str:
        """Why a split got no row, and what to do: the end of the error.

        Args:
            split: Its name.
        """
        return "Use more rows, or split them in another way."

    def check(self) -> None:
        """Checks that rows can be divided, and the names of the splits.

        Raises:
            StepInterfaceError: A method is missing, or the names cannot be.
        """
        super().check()
        mine = (type(self).partition_fn, type(self).assign)
        if mine == (SplitStep.partition_fn, SplitStep.assign):
            raise self._undivided()
        check_split_names(type(self).__name__, self.get_split_names())

    def check_columns(self, *columns: str, there: Iterable[str] | None = None) -> None:
        """Checks that columns are in the data.

        Args:
            columns: Their names.
            there: The names of the columns that there are; None takes those of the schema.

        Raises:
            DataError: Names the one that is not, and those that are.
        """
        if there is None:
            there = [f.name for f in self.schema.feature] if self.schema is not None else columns
        for name in columns:
            if name not in there:
                from zenml.records.cells import no_such_column

                raise no_such_column(name, there, type(self).__name__)

    def _failed(self, element: tf.train.Example, exc: Exception) -> StepInterfaceError:
        features = element.features.feature.items()
        values = {
            name: getattr(feature, feature.WhichOneof("kind") or "", None)
            for name, feature in features
        }
        gaps = [repr(name) for name, found in sorted(values.items()) if not (found and found.value)]
        where = f" that has no value in {', '.join(gaps)}" if gaps else ""
        return StepInterfaceError(
            f"{type(self).__name__}.partition_fn() failed at a row{where}: "
            f"{type(exc).__name__}: {exc}"
        )

    def _undivided(self) -> StepInterfaceError:
        return StepInterfaceError(
            f"{type(self).__name__} does not divide rows: define partition_fn(element, n), which "
            "returns the number of the split of a row, or assign(batch) for many rows at once."
        )


def check_split_names(step: str, names: Any) -> None:
    """Checks that these can be names of splits: each becomes a folder.

    Raises:
        StepInterfaceError: Names the step and the name that cannot be.
    """
    if not isinstance(names, (list, tuple)) or not names:
        raise StepInterfaceError(
            f"{step}.get_split_names() gave {names!r}; it must give a list of one name or more."
        )
    seen: set[str] = set()
    for name in names:
        fault = split_name_fault(name)
        if fault or name.lower() in seen:
            raise StepInterfaceError(
                f"{step}.get_split_names() gave the name {name!r}, which is "
                f"{fault or 'there twice (folders may not tell upper from lower case)'}."
            )
        seen.add(name.lower())


def split_name_fault(name: Any) -> str:
    """What is wrong with the name of a split; empty where nothing is.

    Example:
        >>> split_name_fault("train"), split_name_fault("a/b")[:16]
        ('', 'no folder name: ')
    """
    if not isinstance(name, str):
        return f"of type {type(name).__name__}, not a string"
    if not _NAME.fullmatch(name):
        return "no folder name: letters, digits, '_', '-' and '.' do, the first a letter or digit"
    return ""


BaseSplit = SplitStep
BaseSplitStep = SplitStep
