"""Evaluates a model: by batch what can be, by TFMA's own evaluator what is left."""

from __future__ import annotations

import contextlib
import itertools
import logging
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf
from tensorflow_model_analysis.proto import config_pb2

from zenml.components.evaluator.fallback import run_tfma
from zenml.components.evaluator.model import Predictor
from zenml.components.evaluator.plan import by_batch, make_plan, slice_specs
from zenml.components.evaluator.reading import RowReader
from zenml.components.evaluator.results import Results
from zenml.components.evaluator.rows import NotVectorisableError, Rows
from zenml.components.evaluator.slices import SliceIndex
from zenml.errors import DataError
from zenml.steps.evaluator.base import EvaluatorStep

_LOG = logging.getLogger(__name__)


@dataclass
class Task:
    """What is to be evaluated.

    Attributes:
        step: The user's evaluator.
        config: What TFMA would be given; completed once rows have been seen.
        model: Folder of the SavedModel.
        files: TFRecords of transformed rows.
        extensions: Functions of the step's own module, as TFX's Evaluator knows them.
    """

    step: EvaluatorStep
    config: config_pb2.EvalConfig
    model: str
    files: list[str]
    extensions: Mapping[str, Any] = field(default_factory=dict)


def evaluate(task: Task) -> Results:
    """Computes every metric of the task's configuration, overall and by slice.

    Raises:
        DataError: Rows, labels or predictions that the metrics cannot be computed of.
    """
    # All that Keras does here is eager. Converting its metrics to graphs takes seconds each.
    by_batch_eagerly = tf.autograph.experimental.do_not_convert(_by_batch)
    if task.extensions or not by_batch(task.config):
        # Only to see what labels and predictions look like; TFMA may get them otherwise.
        with contextlib.suppress(NotVectorisableError, DataError):
            _first_batch(task)
        return _by_tfma(task, task.config)
    try:
        return by_batch_eagerly(task)
    except NotVectorisableError:
        return _by_tfma(task, task.config)


def _by_batch(task: Task) -> Results:
    index, batches = _first_batch(task)
    plan = make_plan(task.config)
    rows = 0
    for batch in batches:
        rows += batch.size
        for accumulator in plan.accumulators:
            accumulator.add(batch)
    results = Results(task.config, rows=rows)
    if plan.accumulators:
        for number, key in enumerate(index.keys):
            results.add(key, plan.results(number))
    if plan.rest is not None:
        results.merge(_by_tfma(task, plan.rest))
    return results


def _first_batch(task: Task) -> tuple[SliceIndex, Iterator[Rows]]:
    """Reads a batch, completes the configuration by it, and gives it back with those to come."""
    config = task.config
    index = SliceIndex(slice_specs(config))
    signature = config.model_specs[0].signature_name if config.model_specs else ""
    batches = iter(RowReader(config, index, Predictor(task.model, signature), task.files))
    first = next(batches)
    shapes = {
        name: (labels.shape[1], first.predictions[name].shape[1])
        for name, labels in first.labels.items()
    }
    task.config = task.step.fit_config(config, shapes)
    return index, itertools.chain([first], batches)


def _by_tfma(task: Task, config: config_pb2.EvalConfig) -> Results:
    names = [metric.class_name for spec in config.metrics_specs for metric in spec.metrics]
    _LOG.info("TensorFlow Model Analysis computes %s, row by row.", ", ".join(names))
    with tempfile.TemporaryDirectory(prefix="zenml-evaluation-") as folder:
        run_tfma(task.model, task.files, config, folder, task.extensions)
        return Results.read(config, folder)
