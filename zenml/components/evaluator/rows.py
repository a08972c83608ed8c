"""A batch of rows as the metrics see it: labels, predictions, weights, slices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from zenml.components.evaluator.slices import Members
from zenml.errors import DataError


class NotVectorisableError(Exception):
    """These rows or metrics need TFMA's own evaluator, row by row.

    Never seen by a user: it only turns the way an evaluation is done.
    """


class NoNumbersError(NotVectorisableError):
    """Labels or predictions that are text, of which only metrics of a user's own can be."""


class Pairs(NamedTuple):
    """What a metric compares.

    Attributes:
        labels: (rows, values of a label).
        predictions: (rows, values of a prediction).
        weights: (rows, 1), or as the predictions where classes have weights.

    Example:
        >>> Pairs(np.zeros((2, 1)), np.ones((2, 1)), np.ones((2, 1))).labels.shape
        (2, 1)
    """

    labels: np.ndarray
    predictions: np.ndarray
    weights: np.ndarray


@dataclass
class Rows:
    """One batch.

    Attributes:
        labels: Output name ("" for a single one) -> (rows, values).
        predictions: Output name -> (rows, values).
        weights: Output name -> (rows, 1), where examples have weights.
        members: Rows and the slices they belong to.

    Example:
        >>> members = Members(np.array([0]), np.array([0]))
        >>> rows = Rows({"": np.array([[2]])}, {"": np.array([[0.1, 0.2, 0.7]])}, {}, members)
        >>> rows.pairs().labels.tolist()
        [[0.0, 0.0, 1.0]]
    """

    labels: dict[str, np.ndarray]
    predictions: dict[str, np.ndarray]
    weights: dict[str, np.ndarray]
    members: Members
    _seen: dict[Any, Pairs] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(next(iter(self.predictions.values())))

    def weight(self, output: str, weighted: bool) -> np.ndarray:
        """(rows, 1): the weight of each example, 1 where there is none."""
        found = self.weights.get(output, self.weights.get("")) if weighted else None
        return np.ones((self.size, 1)) if found is None else found

    def pairs(
        self,
        output: str = "",
        sub_key: Any = None,
        aggregation: Any = None,
        class_weights: dict[int, float] | None = None,
        weighted: bool = False,
        flatten: bool = True,
    ) -> Pairs:
        """Labels and predictions as TFMA pairs them, for the whole batch at once.

        Args:
            output: Name of the model's output.
            sub_key: TFMA's SubKey: one class, the k-th best, or the best k.
            aggregation: TFMA's AggregationType.
            class_weights: Class -> weight.
            weighted: Whether the weights of the examples count.
            flatten: Whether each class of a row is compared on its own.
        """
        classes = tuple(sorted(class_weights.items())) if class_weights else None
        asked = (output, sub_key, aggregation, classes, weighted, flatten)
        if asked not in self._seen:
            labels, predictions = self.labels[output], self.predictions[output]
            if sub_key is not None:
                labels, predictions = _select(labels, predictions, sub_key, aggregation)
            if flatten and labels.shape != predictions.shape:
                labels = one_hot(labels, predictions)
            weights = self.weight(output, weighted)
            if class_weights:
                if not flatten:
                    raise NotVectorisableError("class weights on whole rows")
                of_class = [class_weights.get(i, 0.0) for i in range(predictions.shape[1])]
                weights = weights * np.array(of_class)
            self._seen[asked] = Pairs(labels, predictions, weights)
        return self._seen[asked]


def one_hot(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """(rows, classes) of 0 and 1 from (rows, 1) of class numbers; -1 is no class."""
    classes = predictions.shape[1]
    if labels.shape[1] != 1:
        raise DataError(
            f"A label has {labels.shape[1]} values and a prediction {classes}: they cannot be "
            "compared. A label has one value, or as many as the prediction."
        )
    numbers = labels[:, 0].astype(int)
    if numbers.size and (numbers.max() >= classes or numbers.min() < -1):
        wrong = numbers[(numbers >= classes) | (numbers < -1)][0]
        raise DataError(
            f"A label is class {wrong}, but the model predicts {classes} classes, numbered from 0. "
            f"Give the trainer at least {wrong + 1} output units."
        )
    return np.eye(classes + 1)[numbers][:, :-1]


def _select(
    labels: np.ndarray, predictions: np.ndarray, sub_key: Any, aggregation: Any
) -> tuple[np.ndarray, np.ndarray]:
    top = sub_key.k if sub_key.k is not None else sub_key.top_k
    if top is not None:
        if predictions.shape[1] < top:
            raise DataError(
                f"A metric asks for the best {top} classes, but the model predicts "
                f"{predictions.shape[1]}."
            )
        best = np.argpartition(predictions, -top, axis=-1)[:, -top:]
        if sub_key.k is None and aggregation is None:
            kept = np.full(predictions.shape, -np.inf)
            np.put_along_axis(kept, best, np.take_along_axis(predictions, best, -1), -1)
            predictions = kept
        else:
            if labels.shape != predictions.shape:
                labels = one_hot(labels, predictions)
            # Of the k best, in argpartition's order, the first is the k-th.
            best = best[:, :1] if sub_key.k is not None else best
            labels = np.take_along_axis(labels, best, -1)
            predictions = np.take_along_axis(predictions, best, -1)
    if sub_key.class_id is not None and sub_key.k is None:
        labels, predictions = _one_class(labels, predictions, sub_key.class_id)
    return labels, predictions


def _one_class(
    labels: np.ndarray, predictions: np.ndarray, class_id: int
) -> tuple[np.ndarray, np.ndarray]:
    if class_id >= predictions.shape[1]:
        raise DataError(
            f"A metric asks for class {class_id}, but the model predicts {predictions.shape[1]}."
        )
    if labels.shape[1] != predictions.shape[1]:
        chosen = (labels[:, :1].astype(int) == class_id).astype(int)
    else:
        chosen = labels[:, class_id : class_id + 1]
    return chosen, predictions[:, class_id : class_id + 1]
