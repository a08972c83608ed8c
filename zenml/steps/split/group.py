"""GroupSplit: all rows of one key on the same side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.steps.split.base import SplitStep
from zenml.steps.split.ratios import by_hash, check_ratios

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from zenml.steps.split.base import ReadColumns


class GroupSplit(SplitStep):
    """Divides the keys of rows by given ratios, and each row goes where its key goes.

    What is learned of a patient, a customer or an aeroplane is then tested on others. The
    ratios are of the keys: where some have many more rows than others, the numbers of
    rows differ from them. A key goes to the same split in every run, on every machine,
    whatever rows are added. Rows without any value in the columns are one key together.

    Attributes:
        group_column: Column that holds the key, or a list of columns that make it.
        split_map: Name -> ratio, two at least; the ratios sum to 1.
        seed: Another seed divides anew.

    Example:
        >>> import pyarrow as pa
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[7], [8], [7]])], ["patient"])
        >>> split = GroupSplit(group_column="patient", split_map={"train": 0.5, "test": 0.5})
        >>> one, _, again = split.assign(batch)
        >>> bool(one == again)
        True
    """

    def __init__(
        self,
        group_column: str | list[str],
        split_map: dict[str, float],
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        self.group_column = group_column
        self.split_map = split_map
        self.seed = seed
        super().__init__(**kwargs)

    def get_split_names(self) -> list[str]:
        """Names of the splits, as `split_map` has them."""
        return list(self.split_map)

    def prepare(self, read: ReadColumns) -> None:
        """Checks that the columns are in the data.

        Raises:
            DataError: Names the column that is not.
        """
        self.check_columns(*self._columns())

    def assign(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """The numbers of the splits of many rows.

        Raises:
            DataError: A column is not there.
        """
        from zenml.records.columns import batch_of
        from zenml.records.content import row_hashes

        there = dict(zip(batch.schema.names, batch.columns, strict=True))
        self.check_columns(*self._columns(), there=there)
        key = batch_of((name, there[name]) for name in self._columns())
        return by_hash(row_hashes(key, self.seed), self.split_map)

    def why_empty(self, split: str) -> str:
        """That chance divides keys, of which there may be few."""
        return (
            "The rows of a key stay together, and chance divides the keys; of few it may leave a "
            f"split none. Use rows of more keys, a larger ratio for {split!r} or another seed; or "
            "say which key goes where with CategoricalDomainSplit."
        )

    def check(self) -> None:
        """Checks names, ratios and seed."""
        columns = self._columns()
        fine = isinstance(columns, (list, tuple)) and all(isinstance(n, str) for n in columns)
        if not fine or not columns or not all(columns) or len(set(columns)) < len(columns):
            raise self.fail(
                "group_column", self.group_column, "the name of a column, or a list of such names"
            )
        check_ratios(self, "split_map", self.split_map)
        if not isinstance(self.seed, int) or isinstance(self.seed, bool):
            raise self.fail("seed", self.seed, "a whole number")
        super().check()

    def _columns(self) -> list[str]:
        given = self.group_column
        return [given] if isinstance(given, str) else given
