"""What a trainer trains on, and what it looks at meanwhile."""

from __future__ import annotations

from typing import Any

from zenml.errors import DataError


def train_and_eval(step: Any) -> tuple[Any, Any]:
    """What `input_fn` gives for the training splits, and for those of evaluation.

    Args:
        step: The trainer.

    Returns:
        Both; None for evaluation where the data has no such splits, or no rows in them.

    Raises:
        DataError: There are no rows to train on.
    """
    trained, evaluated = step.patterns("train_splits"), step.patterns("eval_splits")
    if not _has_rows(trained):
        names = ", ".join(step.splits["train_splits"]) or "none"
        raise DataError(
            f"{type(step).__name__}: there are no rows to train on in the training splits "
            f"({names}). Give the split more of them, or the data more rows."
        )
    return step.input_fn(trained), step.input_fn(evaluated) if _has_rows(evaluated) else None


def _has_rows(patterns: list[str]) -> bool:
    from zenml.records import read_serialized

    return bool(patterns) and any(read_serialized(patterns, 1))
