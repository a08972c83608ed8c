"""Names for what a model puts out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml.errors import StepInterfaceError
from zenml.models.columns import Column


def named_outputs(outputs: Any, labels: Sequence[Column]) -> dict[str, Any]:
    """What a model puts out, by name: `<label>_o` where it has no names of its own.

    Raises:
        StepInterfaceError: As many outputs as labels are needed to name them.

    Example:
        >>> named_outputs([0.5], [Column("late_xl", "int64", (1,), 2)])
        {'late_o': 0.5}
    """
    if isinstance(outputs, Mapping):
        return dict(outputs)
    listed = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    if len(listed) != len(labels):
        raise StepInterfaceError(
            f"The model has {len(listed)} outputs and the data {len(labels)} labels "
            f"({', '.join(label.name for label in labels)}): let the model put out a dict by "
            "name, '<label>_o' for what predicts a label."
        )
    return {label.output: value for label, value in zip(labels, listed, strict=True)}
