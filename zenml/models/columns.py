"""Transformed columns as a model sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FEATURE, LABEL, OUTPUT = "_xf", "_xl", "_o"
# What a tokenizer makes of a column of text.
TOKENS = INPUT_IDS, ATTENTION_MASK = "input_ids", "attention_mask"


@dataclass(frozen=True)
class Column:
    """A transformed column.

    Attributes:
        name: With its ending, `_xf` or `_xl`.
        dtype: "int64", "float32" or "string".
        shape: Of one row; `(None,)` where rows have any number of values.
        classes: Number of indices where the values are indices of a vocabulary or of
            buckets (0 ... classes - 1), else None.

    Example:
        >>> Column("late_xl", "int64", (1,), 2).output
        'late_o'
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...]
    classes: int | None = None

    @property
    def output(self) -> str:
        """Name of the model's output for a label, `<label>_o`."""
        return self.name[: -len(LABEL)] + OUTPUT

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {**vars(self), "shape": list(self.shape)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Column:
        """The inverse of `to_json`."""
        return cls(**{**told, "shape": tuple(told["shape"])})
