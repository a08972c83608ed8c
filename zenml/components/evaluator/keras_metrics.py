"""Keras's metrics by slice: by formula where their mean is over rows, else by Keras itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from zenml.components.evaluator.rows import NotVectorisableError, Rows, one_hot
from zenml.components.evaluator.sums import Totals
from zenml.errors import DataError

_FLUSH_ROWS = 10_000
_EPSILON = 1e-7

Formula = Callable[[np.ndarray, np.ndarray], np.ndarray]


class KerasAccumulator:
    """Stands in for the combiner that runs Keras's metrics.

    Keras's metrics keep weights, which TFMA adds up over batches. So each slice's rows
    are given to Keras in large batches, and the weights are added up per slice.
    """

    def __init__(self, combiner: Any) -> None:
        self._combiner = combiner
        if combiner._aggregation_type and combiner._aggregation_type.micro_average:
            raise NotVectorisableError("Keras's metrics, each class on its own")
        combiner.setup()
        self._means: dict[tuple[int, int], tuple[Formula, Totals]] = {}
        self._slow: list[tuple[int, int]] = []
        for place, metric in self._metrics():
            formula = _formula(metric)
            if formula is None:
                self._slow.append(place)
            else:
                self._means[place] = (formula, Totals(2))
        self._waiting: dict[int, list[list[tuple[np.ndarray, ...]]]] = {}
        self._rows: dict[int, int] = {}
        self._weights: dict[tuple[int, int, int], list[np.ndarray]] = {}

    def add(self, rows: Rows) -> None:
        """Adds a batch."""
        inputs = [self._inputs(rows, name) for name in self._combiner._output_names]
        for (output, metric), (formula, totals) in self._means.items():
            labels, predictions, weights = inputs[output]
            self._check(output, metric, labels.shape[1], predictions.shape[1])
            with np.errstate(all="ignore"):
                values = formula(labels, predictions.astype(float))
            totals.add(rows.members, [values * weights[:, 0], weights[:, 0]])
        if not self._slow or not len(rows.members.rows):
            return
        order = np.argsort(rows.members.slices, kind="stable")
        slices, starts = np.unique(rows.members.slices[order], return_index=True)
        for number, mine in zip(
            slices.tolist(), np.split(rows.members.rows[order], starts[1:]), strict=True
        ):
            waiting = self._waiting.setdefault(number, [[] for _ in inputs])
            for i, (labels, predictions, weights) in enumerate(inputs):
                of_slice = (labels[mine], predictions[mine], weights[mine].astype(np.float32))
                waiting[i].append(of_slice)
            self._rows[number] = self._rows.get(number, 0) + len(mine)
            if self._rows[number] >= _FLUSH_ROWS:
                self._flush(number)

    def output(self, number: int) -> dict[Any, Any]:
        """What the combiner gives for a slice."""
        if self._rows.get(number):
            self._flush(number)
        accumulator = self._combiner.create_accumulator()
        for (output, metric), (_, totals) in self._means.items():
            accumulator.add_weights(output, metric, [np.float32(x) for x in totals.of(number)])
        for output, metric in self._slow:
            weights = self._weights.get((number, output, metric))
            if weights is not None:
                accumulator.add_weights(output, metric, weights)
        # The accumulator has no inputs that still wait, so this only reads the weights.
        return self._combiner.extract_output(accumulator)

    def _check(self, output: int, number: int, label: int, prediction: int) -> None:
        metric = self._combiner._metrics[self._combiner._output_names[output]][number]
        sparse = type(metric).__name__ in _SPARSE
        if label != (1 if sparse else prediction):
            raise DataError(
                f"The metric {metric.name!r} cannot compare a label of {label} values with a "
                f"prediction of {prediction}. For labels that are class numbers take a metric "
                "called sparse_..., for one-hot labels one called categorical_...; `accuracy` "
                "chooses by itself."
            )

    def _metrics(self) -> Iterator[tuple[tuple[int, int], Any]]:
        for i, name in enumerate(self._combiner._output_names):
            for j, metric in enumerate(self._combiner._metrics[name]):
                yield (i, j), metric

    def _inputs(self, rows: Rows, output: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        combiner = self._combiner
        aggregation = combiner._aggregation_type
        in_config = combiner._sub_key_in_config
        labels, predictions, weights = rows.pairs(
            output,
            None if in_config else combiner._sub_key,
            aggregation,
            combiner._class_weights,
            combiner._example_weighted,
            flatten=False,
        )
        if in_config and labels.shape != predictions.shape:
            labels = one_hot(labels, predictions)
        return labels, predictions, weights

    def _flush(self, number: int) -> None:
        waiting = self._waiting.pop(number)
        self._rows[number] = 0
        metrics = dict(self._metrics())
        for output, metric_number in self._slow:
            arrays = [np.concatenate(part) for part in zip(*waiting[output], strict=True)]
            metric = metrics[output, metric_number]
            _check_known(metric, arrays[0])
            _update(metric, *arrays)
            place = (number, output, metric_number)
            before, weights = self._weights.get(place), metric.get_weights()
            self._weights[place] = (
                weights if before is None else [a + b for a, b in zip(before, weights, strict=True)]
            )


def _check_known(metric: Any, labels: np.ndarray) -> None:
    """Refuses labels of no class, of which Keras cannot take the cross-entropy."""
    unknown = int((labels < 0).sum())
    if unknown and type(metric).__name__ == "SparseCategoricalCrossentropy":
        raise DataError(
            f"The label of {unknown:,} of {len(labels):,} rows is -1, a class that was not in the "
            f"training data, so {metric.name!r} cannot be computed. Leave those rows out of the "
            "test splits, split so that each class is in `train`, or leave the metric out."
        )


def _update(metric: Any, labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray) -> None:
    """One large batch in a fresh metric; most take weights in a column, some otherwise."""
    failure: Exception | None = None
    ways = [weights, weights[:, 0], *([None] if (weights == 1).all() else [])]
    for shaped in ways:
        metric.reset_state()
        try:
            metric.update_state(labels, predictions, shaped)
        except Exception as exc:  # noqa: BLE001 - Keras and TensorFlow raise what they like
            failure = failure or exc
        else:
            return
    why = str(failure).strip().splitlines()
    raise DataError(
        f"Keras cannot compute {metric.name!r} of labels of {labels.shape[1]} and predictions of "
        f"{predictions.shape[1]} values: {why[-1] if why else failure!r}"
    ) from failure


def _hits(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return (labels == predictions).astype(float)


def _classes(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return _hits(labels.argmax(axis=1), predictions.argmax(axis=1))


def _sparse_classes(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return _hits(labels[:, 0], predictions.argmax(axis=1))


def _signs(labels: np.ndarray) -> np.ndarray:
    """Keras takes labels that are all 0 or 1 for -1 and 1."""
    labels = labels.astype(float)
    return np.where(labels == 0, -1.0, labels) if np.isin(labels, (0, 1)).all() else labels


def _hinge(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return np.maximum(1 - _signs(labels) * predictions, 0).mean(axis=1)


def _squared_hinge(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return (np.maximum(1 - _signs(labels) * predictions, 0) ** 2).mean(axis=1)


def _categorical_hinge(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    own = (labels * predictions).sum(axis=1)
    other = ((1.0 - labels) * predictions).max(axis=1)
    return np.maximum(other - own + 1.0, 0)


def _cosine(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    def unit(x: np.ndarray) -> np.ndarray:
        return x / np.sqrt(np.maximum((x**2).sum(axis=1, keepdims=True), 1e-12))

    return (unit(labels.astype(float)) * unit(predictions)).sum(axis=1)


def _log_cosh(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    off = predictions - labels
    return (off + np.logaddexp(0, -2.0 * off) - np.log(2.0)).mean(axis=1)


def _poisson(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return (predictions - labels * np.log(predictions + _EPSILON)).mean(axis=1)


def _divergence(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    true = np.clip(labels.astype(float), _EPSILON, 1)
    return (true * np.log(true / np.clip(predictions, _EPSILON, 1))).sum(axis=1)


def _squared_error(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return ((predictions - labels) ** 2).mean(axis=1)


# The formulas that Keras's own metrics have when they are made without arguments, for a
# label of one value for each of the prediction, or (sparse) one value alone.
_DENSE: dict[str, Formula] = {
    "CategoricalAccuracy": _classes,
    "CategoricalHinge": _categorical_hinge,
    "CosineSimilarity": _cosine,
    "Hinge": _hinge,
    "KLDivergence": _divergence,
    "LogCoshError": _log_cosh,
    "Poisson": _poisson,
    "SquaredHinge": _squared_hinge,
}
_SPARSE: dict[str, Formula] = {"SparseCategoricalAccuracy": _sparse_classes}


def _formula(metric: Any) -> Formula | None:
    """The formula of a metric, where it has one and its arguments are the usual."""
    known = {**_DENSE, **_SPARSE}.get(type(metric).__name__)
    if known is None or not type(metric).__module__.startswith(("tf_keras.", "keras.")):
        return None
    usual = {**type(metric)().get_config(), "name": metric.name}
    return known if metric.get_config() == usual else None
