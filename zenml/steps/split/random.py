"""RandomSplit: by chance, but the same row always to the same split."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from zenml.steps.split.base import SplitStep, split_name_fault

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_TOLERANCE = 1e-6


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

    def __init__(self, split_map: dict[str, float], seed: int = 0, **kwargs: Any) -> None:
        self.split_map = split_map
        self.seed = seed
        super().__init__(**kwargs)

    def get_split_names(self) -> list[str]:
        """Names of the splits, as `split_map` has them."""
        return list(self.split_map)

    def assign(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """The numbers of the splits of many rows."""
        import numpy as np

        from zenml.records.content import row_hashes

        total = math.fsum(self.split_map.values())
        bounds = np.array([bound / total for bound in accumulate(self.split_map.values())])
        bounds[-1] = 1.0
        uniform = (row_hashes(batch, self.seed) >> np.uint64(11)) * 2.0**-53
        return np.searchsorted(bounds[:-1], uniform, side="right")

    def check(self) -> None:
        """Checks names, ratios and seed."""
        given = self.split_map
        if not isinstance(given, dict) or len(given) < 2:
            raise self.fail(
                "split_map", given, "a dict of two names of splits or more to their ratios"
            )
        for name, ratio in given.items():
            fault = split_name_fault(name)
            if fault:
                raise self.fail("a name in split_map", name, f"a plain name; it is {fault}")
            number = isinstance(ratio, (int, float)) and not isinstance(ratio, bool)
            if not number or not 0 < ratio < 1:
                raise self.fail(f"split_map[{name!r}]", ratio, "a number above 0 and below 1")
        total = math.fsum(given.values())
        if abs(total - 1) > _TOLERANCE:
            raise self.fail("split_map", given, f"ratios that sum to 1; these sum to {total:.10g}")
        if not isinstance(self.seed, int) or isinstance(self.seed, bool):
            raise self.fail("seed", self.seed, "a whole number")
        super().check()
