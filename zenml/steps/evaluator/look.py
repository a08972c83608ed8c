"""Look: what labels and predictions look like, once some were seen."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """Labels and predictions of one output of a model.

    Attributes:
        label_size: Values in a label.
        prediction_size: Values in a prediction.
        kind: "binary" (labels 0 and 1, one prediction from 0 to 1), "classes" (a
            prediction for each class) or "regression".

    Example:
        >>> Look(1, 3, "classes").accuracy
        'SparseCategoricalAccuracy'
    """

    label_size: int
    prediction_size: int
    kind: str = ""

    @property
    def accuracy(self) -> str:
        """The class of the accuracy that suits."""
        if self.prediction_size == 1:
            return "BinaryAccuracy"
        return "SparseCategoricalAccuracy" if self.label_size == 1 else "CategoricalAccuracy"

    @property
    def usual_metrics(self) -> list[str]:
        """The metrics that are asked for where none are named."""
        if self.kind == "binary":
            scores = ["accuracy", "auc", "precision", "recall", "binary_crossentropy"]
        elif self.kind == "classes":
            sparse = "sparse_" if self.label_size == 1 else ""
            scores = ["accuracy", f"{sparse}categorical_crossentropy"]
        else:
            errors = ["mean_absolute_error", "mean_squared_error"]
            scores = [*errors, "mean_label", "mean_prediction"]
        return [*scores, "example_count"]
