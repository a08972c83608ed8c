"""RandomSplit: by chance, but the same row always to the same split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.steps.split.base import SplitStep
from zenml.steps.split.ratios import by_hash, check_ratios

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


class RandomSplit(SplitStep):
    """Divides rows by given ratios, by a hash of each row's content and a seed.

    The same row goes to the same split in every run, on every machine, whatever
    rows are added around it; rows that are alike go together.

    Attributes:
        split_map: Name -> ratio, two at least; the ratios sum to 1.
        seed: Another seed divides anew.

    Example:
        >>> RandomSplit(split_map={"train": 0.8, "eval": 0.2}).get_split_names()
        ['train', 'eval']
    """

    _hashed: tuple[pa.RecordBatch, np.ndarray[Any, Any]] | None = None

    def __init__(self, split_map: dict[str, float], seed: int = 0, **kwargs: Any) -> None:
        self.split_map = split_map
        self.seed = seed
        super().__init__(**kwargs)

    def get_split_names(self) -> list[str]:
        """Names of the splits, as `split_map` has them."""
        return list(self.split_map)

    def assign(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """The numbers of the splits of many rows."""
        return by_hash(self.content_hashes(batch), self.split_map)

    def content_hashes(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """The hashes that divide the rows; those of the last batch are kept."""
        from zenml.records.content import row_hashes

        if self._hashed is None or self._hashed[0] is not batch:
            self._hashed = batch, row_hashes(batch, self.seed)
        return self._hashed[1]

    def why_empty(self, split: str) -> str:
        """That chance decides, which of few rows may leave a split none."""
        return (
            "Chance decides, and of few rows it may leave a split none: use more rows, a larger "
            f"ratio for {split!r}, or another seed."
        )

    def check(self) -> None:
        """Checks names, ratios and seed."""
        check_ratios(self, "split_map", self.split_map)
        if not isinstance(self.seed, int) or isinstance(self.seed, bool):
            raise self.fail("seed", self.seed, "a whole number")
        super().check()
