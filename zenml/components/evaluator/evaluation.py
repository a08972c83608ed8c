"""Evaluates a model: by batch what can be, by TFMA's own evaluator what is left."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf
from tensorflow_model_analysis.proto import config_pb2

from zenml.components.evaluator.curves.curves import Curves
from zenml.components.evaluator.curves.kinds import REGRESSION, NoClassesError, kind_of
from zenml.components.evaluator.fallback import run_tfma
from zenml.components.evaluator.model import (
    Predictions,
    StoredPredictions,
    TransformedPredictions,
    predictions_of,
)
from zenml.components.evaluator.plan import (
    by_batch,
    make_plan,
    metric_names,
    samplers_apart,
    slice_specs,
)
from zenml.components.evaluator.raw import BaselineReader, RawPredictions
from zenml.components.evaluator.reading import RowReader, label_columns
from zenml.components.evaluator.results import Results
from zenml.components.evaluator.rows import NoNumbersError, NotVectorisableError, Rows
from zenml.components.evaluator.slices import SliceIndex
from zenml.components.evaluator.sound import NanPredictionsError
from zenml.errors import DataError
from zenml.models.classes import classes_of, read_classes
from zenml.models.formats import read_description
from zenml.steps.evaluator.base import EvaluatorStep
from zenml.steps.evaluator.look import Look
from zenml.steps.evaluator.named_metrics import NamedMetricsEvaluator

_OF_ANY_CLASSES = {
    "BinaryAccuracy", "CategoricalAccuracy", "ExampleCount", "SparseCategoricalAccuracy",
}  # fmt: skip
_LOG = logging.getLogger(__name__)


@dataclass
class Task:
    """What is to be evaluated.

    Attributes:
        step: The user's evaluator.
        config: What TFMA would be given; completed once rows have been seen.
        model: Folder of the model; "" where the predictions lie beside the labels.
        files: TFRecords of transformed rows.
        extensions: Functions of the step's own module, as TFX's Evaluator knows them.
        splits: Names of the splits that the rows are of.
        graph: Folder of the transform graph, which knows the names of classes; "" is none.
        raw: TFRecords of the same rows before they were transformed; given for a model that
            takes these, because it was trained with another transform graph.
        raw_graph: Folder of that transform graph.
        looks: Output -> what labels and predictions look like; known once rows have been
            seen.
        measures: The outputs that turned out to be no classes only after the first rows.
    """

    step: EvaluatorStep
    config: config_pb2.EvalConfig
    model: str
    files: list[str]
    extensions: Mapping[str, Any] = field(default_factory=dict)
    splits: Sequence[str] = ()
    graph: str = ""
    raw: list[str] = field(default_factory=list)
    raw_graph: str = ""
    looks: Mapping[str, Look] = field(default_factory=dict)
    measures: Set[str] = frozenset()


def evaluate(task: Task) -> Results:
    """Computes every metric of the task's configuration, overall and by slice.

    Raises:
        DataError: Rows, labels or predictions that the metrics cannot be computed of.
    """
    config = task.config
    while True:
        try:
            return _evaluate(task)
        except NoClassesError as exc:
            task.config, task.measures = config, {*task.measures, exc.output}


def _evaluate(task: Task) -> Results:
    config = task.config
    # All that Keras does here is eager. Converting its metrics to graphs takes seconds each.
    by_batch_eagerly = tf.autograph.experimental.do_not_convert(_by_batch)
    if not task.extensions and by_batch(task.config):
        try:
            return by_batch_eagerly(task)
        except NotVectorisableError as exc:
            if isinstance(exc, NoNumbersError) and isinstance(task.step, NamedMetricsEvaluator):
                raise _no_numbers(task.step, exc) from exc
            task.config = config
    curves = Curves(task.splits, label_columns(task.config), _classes(task))
    # Only to see what labels and predictions look like; TFMA may get them otherwise.
    try:
        _, batches = _first_batch(task)
        curves = _curves(task)
        for batch in batches:
            curves.add(batch)
    except NotVectorisableError:
        pass
    except NanPredictionsError:
        if not task.extensions:
            raise
    except DataError as exc:
        _LOG.debug("No curves are drawn: %s", exc)
    results = _by_tfma(task, task.config)
    results.curves = curves.plain()
    return results


def _no_numbers(step: EvaluatorStep, exc: NoNumbersError) -> DataError:
    return DataError(
        f"{type(step).__name__}: {exc}, and metrics are of numbers. A label of text becomes the "
        "index of its class in the preprocesser ('compute_and_apply_vocabulary'), a prediction is "
        "the chance of each class, or of the second of two."
    )


def _by_batch(task: Task) -> Results:
    index, batches = _first_batch(task)
    plan, curves = make_plan(task.config), _curves(task)
    rows = 0
    for batch in batches:
        rows += batch.size
        for accumulator in plan.accumulators:
            accumulator.add(batch)
        curves.add(batch)
    results = Results(task.config, rows=rows)
    if plan.accumulators:
        for number, key in enumerate(index.keys):
            results.add(key, plan.results(number))
    if plan.rest is not None:
        results.merge(_by_tfma(task, plan.rest))
    results.curves = curves.plain()
    return results


def _first_batch(task: Task) -> tuple[SliceIndex, Iterator[Rows]]:
    """Reads a batch, completes the configuration by it, and gives it back with those to come."""
    config = task.config
    index = SliceIndex(slice_specs(config))
    batches = iter(_reader(task, index))
    first = next(batches)
    task.looks = {
        name: Look(
            labels.shape[1],
            first.predictions[name].shape[1],
            REGRESSION if name in task.measures else kind_of(labels, first.predictions[name]),
        )
        for name, labels in first.labels.items()
    }
    task.config = task.step.fit_config(config, task.looks)
    return index, _alike(task.looks, first, batches)


def _alike(looks: Mapping[str, Look], first: Rows, rest: Iterator[Rows]) -> Iterator[Rows]:
    """Batches whose rows are what the first ones were; counts below 2 may be sorted first."""
    yield first
    for batch in rest:
        for name, look in looks.items():
            if look.kind != REGRESSION:
                labels, predictions = batch.labels[name], batch.predictions[name]
                if kind_of(labels, predictions) == REGRESSION:
                    raise NoClassesError(name)
        yield batch


def _reader(task: Task, index: SliceIndex) -> RowReader:
    spec = task.config.model_specs[0] if task.config.model_specs else config_pb2.ModelSpec()
    if task.raw:
        raw = RawPredictions(task.model, task.raw)
        return BaselineReader(
            task.config,
            index,
            raw,
            task.files,
            graph=task.raw_graph,
            classes=_classes(task),
        )
    return RowReader(task.config, index, _predictions(task, spec), task.files)


def _predictions(task: Task, spec: config_pb2.ModelSpec) -> Predictions:
    if not task.model:
        return StoredPredictions(spec.prediction_key)
    if not task.step.READS_MODEL:
        return TransformedPredictions(task.model)
    return predictions_of(task.model, spec.signature_name)


def _curves(task: Task) -> Curves:
    kinds = {name: look.kind for name, look in task.looks.items()}
    return Curves(task.splits, label_columns(task.config), _classes(task), kinds)


def _classes(task: Task) -> dict[str, list[str]]:
    """Label -> names of its classes, where they are known."""
    return classes_of(task.graph) if task.graph else {}


def unlike(task: Task, other: Task) -> str:
    """Says where another model predicts something else than the one of a task; "" if nowhere.

    Args:
        task: Of the model that is evaluated.
        other: Of the latest blessed one; its looks are known as far as its rows were read.
    """
    ours, theirs = _classes(task), _classes(task)
    if other.raw:
        theirs = classes_of(other.raw_graph) if other.raw_graph else read_classes(other.model)
    for label in sorted(set(ours) & set(theirs)):
        if ours[label] != theirs[label]:
            now, before = (", ".join(map(repr, names[label])) for names in (ours, theirs))
            return f"the label {label!r} has the classes {now} now, and had {before} for it"
    for name, look in task.looks.items():
        size = other.looks[name].prediction_size if name in other.looks else look.prediction_size
        if size != look.prediction_size:
            return f"it gives {size} numbers a row, and the new one {look.prediction_size}"
    return ""


def same_meaning(task: Task, other: Task) -> bool:
    """Whether the metrics of two models mean the same; accuracy and counts do of any classes."""
    kinds = [{name: look.kind for name, look in one.looks.items()} for one in (task, other)]
    return kinds[0] == kinds[1] or set(metric_names(other.config)) <= _OF_ANY_CLASSES


def _by_tfma(task: Task, config: config_pb2.EvalConfig) -> Results:
    names = ", ".join(metric_names(config))
    if not task.extensions:
        _check_tfma(task, names)
    _LOG.info("TensorFlow Model Analysis computes %s, row by row.", names)
    results = Results(config)
    for part in samplers_apart(config):
        with tempfile.TemporaryDirectory(prefix="zenml-evaluation-") as folder:
            run_tfma(task.model, task.files, part, folder, task.extensions)
            results.merge(Results.read(part, folder))
    return results


def _check_tfma(task: Task, names: str) -> None:
    """Refuses what TFMA cannot ask for predictions."""
    if task.raw or (task.model and not task.step.READS_MODEL):
        raise DataError(
            f"TensorFlow Model Analysis computes {names} row by row, for which the latest blessed "
            "model cannot be asked here. Leave it out where there are thresholds on the change."
        )
    if task.model and read_description(task.model)["format"] != "saved_model":
        raise DataError(
            f"TensorFlow Model Analysis computes {names} row by row, and loads SavedModels only. "
            "Leave it out, or use AgnosticEvaluator, which evaluates what the trainer predicted."
        )
