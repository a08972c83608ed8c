"""The index of a class, for preprocessers of a user's own; TensorFlow comes when it is called."""

from __future__ import annotations

from typing import Any


def index_of_class(
    column: Any, label: str, *, top_k: int | None = None, num_oov_buckets: int = 0
) -> Any:
    """The index of each value among the classes in order: "no" is 0, "yes" is 1.

    The order is that of the values, numbers as numbers and text by its code points. So a
    number stands for the same class whatever the shares of the classes are, as long as the
    training splits have the same ones. To be called in a `preprocessing_fn`.

    Args:
        column: Tensor or SparseTensor of strings or int64.
        label: Its name, by which the names of the classes are found.
        top_k: How many classes there are at most, the most frequent ones; None is all.
        num_oov_buckets: Indices after the last for other values; without, they are -1.

    Returns:
        int64, of the shape of `column`.

    Raises:
        StepArgumentError: The column is of another type.
    """
    from zenml.steps.preprocesser.classes import numbered

    return numbered(column, label, top_k, num_oov_buckets)
