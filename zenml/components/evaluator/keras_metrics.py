"""Keras's metrics by slice: by formula where their mean is over rows, else by Keras itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from zenml.components.evaluator.keras_formulas import SPARSE, Formula, formula_of
from zenml.components.evaluator.rows import NotVectorisableError, Rows, one_hot
from zenml.components.evaluator.sums import Totals
from zenml.errors import DataError

_FLUSH_ROWS = 10_000
_MOST_BYTES = 256_000_000  # of rows that wait, of all slices


class KerasAccumulator:
    """Stands in for the combiner that runs Keras's metrics.

    Keras's metrics keep weights, which TFMA adds up over batches. So where there is no formula
    each slice's rows wait, are given to Keras in large batches, and the weights are added up per
    slice.
    """

    def __init__(self, combiner: Any) -> None:
        self._combiner = combiner
        if combiner._aggregation_type and combiner._aggregation_type.micro_average:
            raise NotVectorisableError("Keras's metrics, each class on its own")
        combiner.setup()
        self._means: dict[tuple[int, int], tuple[Formula, Totals]] = {}
        self._slow: list[tuple[int, int]] = []
        for place, metric in self._metrics():
            formula = formula_of(metric)
            if formula is None:
                self._slow.append(place)
            else:
                self._means[place] = (formula, Totals(2))
        self._waiting: dict[int, list[list[tuple[np.ndarray, ...]]]] = {}
        self._rows: dict[int, int] = {}
        self._bytes = 0
        self._weights: dict[tuple[int, int, int], list[np.ndarray]] = {}

    def add(self, rows: Rows) -> None:
        """Adds a batch."""
        inputs = [self._inputs(rows, name) for name in self._combiner._output_names]
        metrics = dict(self._metrics())
        for (output, number), (formula, totals) in self._means.items():
            labels, predictions, weights = inputs[output]
            _check(metrics[output, number], labels, predictions)
            with np.errstate(all="ignore"):
                values = formula(labels, predictions.astype(float))
            totals.add(rows.members, [values * weights[:, 0], weights[:, 0]])
        if self._slow and len(rows.members.rows):
            self._wait(rows, inputs)

    def _wait(self, rows: Rows, inputs: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> None:
        """Keeps a batch by slice, until there is enough of a slice, or too much of all."""
        order = np.argsort(rows.members.slices, kind="stable")
        slices, starts = np.unique(rows.members.slices[order], return_index=True)
        for number, mine in zip(
            slices.tolist(), np.split(rows.members.rows[order], starts[1:]), strict=True
        ):
            waiting = self._waiting.setdefault(number, [[] for _ in inputs])
            for i, (labels, predictions, weights) in enumerate(inputs):
                of_slice = (labels[mine], predictions[mine], weights[mine].astype(np.float32))
                waiting[i].append(of_slice)
                self._bytes += sum(array.nbytes for array in of_slice)
            self._rows[number] = self._rows.get(number, 0) + len(mine)
            if self._rows[number] >= _FLUSH_ROWS:
                self._flush(number)
        if self._bytes > _MOST_BYTES:
            for number in list(self._waiting):
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
        self._bytes -= sum(array.nbytes for part in waiting for each in part for array in each)
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


def _check(metric: Any, labels: np.ndarray, predictions: np.ndarray) -> None:
    """Refuses labels that a formula cannot compare with predictions."""
    label, prediction = labels.shape[1], predictions.shape[1]
    if label != (1 if type(metric).__name__ in SPARSE else prediction):
        raise DataError(
            f"The metric {metric.name!r} cannot compare a label of {label} values with a "
            f"prediction of {prediction}. For labels that are class numbers take a metric "
            "called sparse_..., for one-hot labels one called categorical_...; `accuracy` "
            "chooses by itself."
        )
    _check_known(metric, labels)
    if type(metric).__name__ == "SparseCategoricalCrossentropy" and labels.max() >= prediction:
        raise DataError(
            f"The metric {metric.name!r} is of the chances of each class, and the model predicts "
            f"{prediction} for a label of {labels.max():g}. For a model that predicts one chance, "
            "of two classes, take binary_crossentropy."
        )


def _check_known(metric: Any, labels: np.ndarray) -> None:
    """Refuses labels of no class, of which Keras cannot take the cross-entropy."""
    unknown = int((~(labels >= 0)).sum())  # a NaN is none either
    if unknown and type(metric).__name__ == "SparseCategoricalCrossentropy":
        is_known = not np.isnan(labels).any()
        told = "-1, a class that was not in the training data" if is_known else "-1 or missing"
        raise DataError(
            f"The label of {unknown:,} of {len(labels):,} rows is {told}, so {metric.name!r} "
            "cannot be computed. Leave those rows out of the test splits, split so that each class "
            "is in `train`, or leave the metric out."
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
