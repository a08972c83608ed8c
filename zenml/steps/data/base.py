"""DataStep: the interface of what reads rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.errors import StepInterfaceError
from zenml.records.types import schema_fault
from zenml.steps.base import BaseStep

if TYPE_CHECKING:
    import pyarrow as pa


class DataStep(BaseStep):
    """Reads the rows of a source. A subclass defines one of two methods.

    `read()` is a plain generator of dicts (one a row), pandas DataFrames, or
    pyarrow RecordBatches or Tables, or returns one such table. `read_from_source()` returns
    a Beam PTransform of dicts or RecordBatches. A cell is a number, a boolean (stored as
    0 or 1), text, bytes, a date or time (stored as ISO 8601 text), None, or a list of
    these; None and NaN are missing values. NaN among other floats of a list stays where
    it is; None among others is refused. The index of a DataFrame is a column where it
    has a name; one of whole numbers without a name is left out, and any other refused.

    Over the whole source a column has one type: the one `schema` declares, else
    the widest of int < float < bytes that was seen.

    Attributes:
        schema: Column -> INTEGER, FLOAT, STRING, BYTES, TIMESTAMP (unix seconds;
            dates are converted) or DATETIME (ISO 8601 text).

    Example:
        >>> class Squares(DataStep):
        ...     def __init__(self, up_to, **kwargs):
        ...         self.up_to = up_to
        ...         super().__init__(**kwargs)
        ...
        ...     def read(self):
        ...         for n in range(self.up_to):
        ...             yield {"n": n, "square": n * n}
        >>> [batch.to_pydict() for batch in Squares(up_to=3).batches()]
        [{'n': [[0], [1], [2]], 'square': [[0], [1], [4]]}]
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("pyarrow",)

    def __init__(self, *, schema: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.schema = schema
        super().__init__(**kwargs)

    def read(self) -> Iterable[Any]:
        """Gives the rows, as dicts, DataFrames, RecordBatches or Tables; or one such table."""
        raise self._unreadable()

    def read_from_source(self) -> Any:
        """Gives a Beam PTransform that reads the rows, as dicts or RecordBatches."""
        raise self._unreadable()

    def source_state(self) -> str | None:
        """A cheap fingerprint of what the source holds now.

        Returns:
            Text that is another when the source changed; None where that cannot
            be told without reading it all.
        """
        return None

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches: lists of int64, float32 or bytes.

        Raises:
            DataError: Names what cannot be stored, or that there are no rows.
        """
        from zenml.records.loose import loose_batches
        from zenml.records.spool import settle

        self.check()
        name = type(self).__name__
        declared = self.schema or {}
        if type(self).read is not DataStep.read:
            rows = loose_batches(self.read(), f"{name}.read()", declared)
            yield from settle(rows, declared, name)
            return
        if type(self).read_from_source is DataStep.read_from_source:
            raise self._unreadable()
        from zenml.records.beam_rows import read_with_beam
        from zenml.records.content_order import in_content_order

        what = f"{name}.read_from_source()"
        elements = read_with_beam(self.read_from_source(), what)
        rows = loose_batches(elements, what, declared)
        yield from in_content_order(settle(rows, declared, name))

    def serialized_batches(self) -> Iterator[tuple[list[bytes] | None, pa.RecordBatch]]:
        """Yields what `batches` does, each with its rows as `tf.train.Example`s.

        These are None where the source has no such rows, or they are not those of the
        batch; then they are made of it.
        """
        return ((None, batch) for batch in self.batches())

    def check(self) -> None:
        """Checks the schema, and that there is something to read with."""
        super().check()
        fault = schema_fault(self.schema)
        if fault:
            raise self.fail(*fault)
        methods = (DataStep.read, DataStep.read_from_source, DataStep.batches)
        mine = (type(self).read, type(self).read_from_source, type(self).batches)
        if mine == methods:
            raise self._unreadable()

    def _check_limit(self, argument: str, limit: Any) -> None:
        """Checks the argument that says how many rows are read at most.

        Raises:
            StepArgumentError: It is no number of rows.
        """
        if limit is not None and (type(limit) is not int or limit < 1):
            raise self.fail(argument, limit, "a number of rows, at least 1, or None")

    def _unreadable(self) -> StepInterfaceError:
        return StepInterfaceError(
            f"{type(self).__name__} cannot read: define read(), a generator of dicts, DataFrames "
            "or RecordBatches, or read_from_source(), which returns a Beam PTransform."
        )


BaseDataStep = DataStep
