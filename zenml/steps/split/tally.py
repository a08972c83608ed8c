"""CategoryTally: how many rows each category has, those that a split names and the others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from zenml.hints import did_you_mean

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_KEPT = 1000  # other categories that are told apart: a column of names has one for each row
_SHOWN = 5


class CategoryTally:
    """Counts the categories of a column, batch by batch.

    Args:
        column: Its name.
        known: The categories that are named; None is a missing value.

    Example:
        >>> import numpy as np, pyarrow as pa
        >>> tally = CategoryTally("island", ["Bisco", "Dream"])
        >>> tally.add(np.array([1, 2]), pa.array([b"Dream", b"Biscoe"]))
        >>> tally.absent(["Bisco", "Dream"])[-22:]
        "Did you mean 'Biscoe'?"
        >>> tally.others()
        "'Biscoe' 1"
    """

    def __init__(self, column: str, known: list[Any]) -> None:
        """Nothing is counted yet."""
        self._column = column
        self._known = known
        self._rows: Counter[int] = Counter()
        self._others: Counter[Any] = Counter()
        self._untold = 0

    def add(self, places: np.ndarray[Any, Any], values: pa.Array) -> None:
        """Counts rows.

        Args:
            places: Of each row's category in `known`; its length for one that is not there.
            values: The categories, one a row.
        """
        import numpy as np
        import pyarrow as pa

        numbers, counts = np.unique(places, return_counts=True)
        self._rows.update(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))
        others = values.filter(pa.array(places == len(self._known)))
        if not len(others):
            return
        for pair in others.value_counts():
            value, rows = _shown(pair["values"].as_py()), pair["counts"].as_py()
            if value in self._others or len(self._others) < _KEPT:
                self._others[value] += rows
            else:
                self._untold += rows

    def absent(self, categories: list[Any]) -> str:
        """Says which of these categories no row has, and what may have been meant; or ""."""
        places = {repr(category): place for place, category in enumerate(self._known)}
        missing = [c for c in categories if not self._rows[places[repr(c)]]]
        if not missing:
            return ""
        names = ", ".join(map(repr, missing[:_SHOWN]))
        if len(missing) > _SHOWN:
            names += f" and {len(missing) - _SHOWN:,} more"
        noun, verb = ("category", "stands") if len(missing) == 1 else ("categories", "stand")
        texts = [value for value in self._others if isinstance(value, str)]
        near = (did_you_mean(c, texts) for c in missing if isinstance(c, str))
        return (
            f"the {noun} {names}, which {verb} in no row of the column {self._column!r}."
            f"{next(filter(None, near), '')}"
        )

    def others(self) -> str:
        """The categories that are not named, the most frequent first, with their rows; or ""."""
        found = [f"{value!r} {rows:,}" for value, rows in self._others.most_common(_SHOWN)]
        rest = (
            self._untold
            + self._others.total()
            - sum(rows for _, rows in self._others.most_common(_SHOWN))
        )
        return ", ".join([*found, *([f"others {rest:,}"] if rest else [])])


def _shown(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
