"""NoSplit: all rows in one split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.steps.split.base import SplitStep

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


class NoSplit(SplitStep):
    """Leaves all rows together, in one split that is called `nosplit`.

    The steps that follow have to be told to use it, for their splits are called `train`,
    `eval` and `test` where nothing is said: `split_mapping={"train_splits": ["nosplit"]}`.

    Example:
        >>> NoSplit().get_split_names()
        ['nosplit']
    """

    def get_split_names(self) -> list[str]:
        """The one name."""
        return ["nosplit"]

    def assign(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """0 for each row."""
        import numpy as np

        return np.zeros(batch.num_rows, np.int64)
