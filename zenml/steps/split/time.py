"""TimeSplit: the oldest rows first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from zenml.errors import DataError, StepArgumentError, StepInterfaceError
from zenml.steps.split.base import DROPPED
from zenml.steps.split.ordered import OrderedSplit, as_dict
from zenml.steps.split.ratios import check_name, check_ratios, places_of
from zenml.steps.split.time_bounds import bound_key, check_until

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from zenml.steps.split.base import ReadColumns


class TimeSplit(OrderedSplit):
    """Divides rows by time: what a model is tested on comes after what it was trained on.

    Either `split_map` gives each split its share of the rows, or `until` the time at which
    it ends. The shares are exact but for rows of the same time, which stay together, in
    the later split. Rows without a time are dropped, and their number is recorded.

    Attributes:
        timestamp_column: Column of times: unix seconds or other numbers, or dates in ISO 8601,
            as the types TIMESTAMP and DATETIME of a schema are stored.
        split_map: Name -> ratio, the oldest split first; the ratios sum to 1.
        until: Name -> the first time that is too late for it, the oldest split first: a number,
            or a date in ISO 8601; None for the last, which has no end. Either is a dict, or a
            list of pairs.

    Example:
        >>> import pyarrow as pa
        >>> split = TimeSplit(timestamp_column="day", until={"train": "2024-03-01", "test": None})
        >>> days = pa.array([[b"2024-03-05"], [b"2024-02-29"], [b"2024-03-01"]])
        >>> split.assign(pa.RecordBatch.from_arrays([days], ["day"])).tolist()
        [1, 0, 1]
    """

    ORDERED: ClassVar[tuple[str, ...]] = ("split_map", "until")
    _bounds: list[int] | None = None
    _rows: int = 0

    def __init__(
        self,
        *,
        timestamp_column: str,
        split_map: dict[str, float] | list[Any] | None = None,
        until: dict[str, Any] | list[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.timestamp_column = timestamp_column
        self.split_map = split_map
        self.until = until
        super().__init__(**kwargs)

    def get_split_names(self) -> list[str]:
        """Names of the splits, the oldest first."""
        return list(as_dict(self.split_map or self.until or {}))

    def prepare(self, read: ReadColumns) -> None:
        """Finds the times at which the splits end, where ratios are given.

        All times are read once; memory does not grow with their number.

        Raises:
            DataError: The column is not in the data, or holds no times.
        """
        from zenml.records.quantiles import NumberSpool
        from zenml.records.times import order_keys

        self.check_columns(self.timestamp_column)
        if self.split_map is None:
            return
        with NumberSpool() as spool:
            for batch in read([self.timestamp_column]):
                keys, there = order_keys(self._times(batch), self._what())
                spool.add(keys[there])
            if not spool.count:
                raise DataError(f"{self._what()} has no value in any row.")
            self._rows = spool.count
            self._bounds = spool.at(places_of(as_dict(self.split_map), spool.count))

    def assign(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """The numbers of the splits of many rows.

        Raises:
            DataError: The column is not there, or holds no times.
            StepInterfaceError: There are ratios, and `prepare` was not called.
        """
        import numpy as np

        from zenml.records.times import order_keys

        values = self._times(batch)
        keys, there = order_keys(values, self._what())
        bounds = self._bounds
        if self.until is not None:
            ends = list(as_dict(self.until).values())[:-1]
            bounds = [bound_key(end, values.type) for end in ends]
        if bounds is None:
            raise StepInterfaceError(
                "TimeSplit knows where its splits end when it has seen all times: call prepare() "
                "before assign()."
            )
        numbers = np.searchsorted(np.array(bounds, np.int64), keys, side="right")
        return np.where(there, numbers, DROPPED)

    def notes(self) -> list[str]:
        """That a model would be trained on what comes after the rows it is tested on."""
        names = self.get_split_names()
        if "train" not in names:
            return []
        older = [name for name in names[: names.index("train")] if name in ("eval", "test")]
        if not older:
            return []
        argument = "until" if self.split_map is None else "split_map"
        return [
            f"{type(self).__name__} puts older rows into {' and '.join(older)} than into train: "
            "what is measured on the past, by a model that learned from what came after, looks "
            f"better than it is. {argument} names the oldest split first; begin with train."
        ]

    def why_empty(self, split: str) -> str:
        """That too many rows have the same time, or that none lies between two."""
        names = self.get_split_names()
        at = names.index(split)
        if self.until is not None:
            ends = [None, *as_dict(self.until).values()]
            bounds = [f"from {ends[at]!r} on"] * (at > 0)
            bounds += [f"before {ends[at + 1]!r}"] * (at < len(names) - 1)
            return (
                f"No row has a time {' and '.join(bounds)}. `until` names the oldest split first, "
                "each with the first time that is too late for it."
            )
        cuts = [0, *places_of(as_dict(self.split_map), self._rows), self._rows]
        if cuts[at] == cuts[at + 1]:
            return super().why_empty(split)
        return (
            f"Rows of the same time stay together, and too many have the same in the column "
            f"{self.timestamp_column!r}. Use a column of finer times, or name the times at which "
            "the splits end in `until`, the oldest split first."
        )

    def check(self) -> None:
        """Checks column, names, and ratios or times.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        if not isinstance(self.timestamp_column, str) or not self.timestamp_column:
            raise self.fail("timestamp_column", self.timestamp_column, "the name of a column")
        if (self.split_map is None) == (self.until is None):
            given = "neither is" if self.until is None else "both are"
            raise StepArgumentError(
                f"{type(self).__name__} takes either split_map or until, and {given} given."
            )
        if self.until is None:
            check_ratios(self, "split_map", as_dict(self.split_map))
        else:
            until = as_dict(self.until)
            check_until(self, until)
            for name in until:
                check_name(self, "until", name)
        super().check()

    def _times(self, batch: pa.RecordBatch) -> pa.Array:
        from zenml.records.cells import single_values

        return single_values(batch, self.timestamp_column, type(self).__name__)

    def _what(self) -> str:
        return f"{type(self).__name__}: the column {self.timestamp_column!r}"
