"""SequencerStep: the interface of what makes sequences of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from zenml.errors import StepInterfaceError
from zenml.steps.base import BaseStep

if TYPE_CHECKING:
    import pyarrow as pa
    from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

_METHODS = ("get_timestamp_do_fn", "get_category_do_fn", "get_window", "get_combine_fn")


class SequencerStep(BaseStep):
    """Groups rows by category and time window, and combines each group.

    A subclass defines the four methods, each of which returns an object of Apache Beam;
    or, many times faster, `sequences(batches)`, which makes sequences of Arrow batches.

    Attributes:
        statistics: Statistics of the data: the argument, and None without one.
        schema: The schema of the data; set where the step runs.

    Example:
        >>> SequencerStep().get_window()
        Traceback (most recent call last):
        zenml.errors.StepInterfaceError: SequencerStep does not define get_window(), \
which returns the beam.window.WindowFn that cuts time into windows.
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

    def get_timestamp_do_fn(self) -> Any:
        """The `beam.DoFn` that gives each row its time."""
        raise self._undefined("get_timestamp_do_fn", "beam.DoFn that gives each row its time")

    def get_category_do_fn(self) -> Any:
        """The `beam.DoFn` that gives each row the category it belongs to."""
        raise self._undefined("get_category_do_fn", "beam.DoFn that gives each row its category")

    def get_window(self) -> Any:
        """The `beam.window.WindowFn` that cuts time into windows."""
        raise self._undefined("get_window", "beam.window.WindowFn that cuts time into windows")

    def get_combine_fn(self) -> Any:
        """The `beam.CombineFn` that makes sequences of the rows of a window."""
        raise self._undefined("get_combine_fn", "beam.CombineFn that combines a window's rows")

    def sequences(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yields the sequences of the rows of a split; asks the four methods for each row.

        Args:
            batches: Columns of lists (int64, float32 or bytes).

        Yields:
            Batches of the same columns and types, a row a sequence, each column the list of
            its values.
        """
        from zenml.records.beam_sequences import sequences_with_beam

        yield from sequences_with_beam(
            batches,
            category=self.get_category_do_fn(),
            timestamp=self.get_timestamp_do_fn(),
            window=self.get_window(),
            combine=self.get_combine_fn(),
            what=type(self).__name__,
        )

    def report(self) -> dict[str, int]:
        """What is recorded about the split whose sequences were made last; name -> number."""
        return {}

    def notes(self, splits: list[str]) -> list[str]:
        """What is to be said once all splits were sequenced: sentences, each shown as a warning.

        Args:
            splits: Their names, in the order in which they were sequenced.
        """
        return []

    def why_none(self) -> str:
        """Why no sequence came of the split, and what to do; said in the error."""
        return "its windows hold too few rows. Make the sequences shorter or the split larger."

    def check(self) -> None:
        """Checks that all methods are defined.

        Raises:
            StepInterfaceError: Names those that are missing.
        """
        super().check()
        if type(self).sequences is not SequencerStep.sequences:
            return
        missing = [n for n in _METHODS if getattr(type(self), n) is getattr(SequencerStep, n)]
        if missing:
            raise StepInterfaceError(
                f"{type(self).__name__} does not define {', '.join(n + '()' for n in missing)}."
            )

    def _undefined(self, method: str, what: str) -> StepInterfaceError:
        return StepInterfaceError(
            f"{type(self).__name__} does not define {method}(), which returns the {what}."
        )


BaseSequencerStep = SequencerStep
