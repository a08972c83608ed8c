"""Evaluator's executor: measure the model on the test splits, and bless it or say why not."""

from __future__ import annotations

import json
import logging
import os
from typing import Any, cast

from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.components.evaluator import configs
from zenml.components.evaluator.blessing import BLESSED, NOT_BLESSED, has_thresholds, refusals
from zenml.components.evaluator.comparison import compare
from zenml.components.evaluator.evaluation import Task, evaluate, same_meaning, unlike
from zenml.components.evaluator.given import Given
from zenml.components.evaluator.parity import check_parity
from zenml.components.evaluator.reading import label_columns
from zenml.components.evaluator.results import Results
from zenml.components.evaluator.sound import NanPredictionsError
from zenml.components.evaluator.units import NotComparableError
from zenml.errors import DataError
from zenml.files import write_bytes
from zenml.records.reader import Decoder, read_serialized
from zenml.records.tables import read_schema
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.evaluator.base import EvaluatorStep

NO_BASELINE = (
    "no model of this pipeline was blessed before, so thresholds on the change are not checked"
)
_LOG = logging.getLogger(__name__)


class Executor(base_executor.BaseExecutor):
    """Writes the evaluation and the blessing."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties.

        Args:
            input_dict: `examples`, `model`, `schema`; where they are there `raw_examples`,
                `transform_graph`, `test_results`, `baseline_model`, `baseline_graph`.
            output_dict: `evaluation`, `blessing`.
            exec_properties: `step`, the StepSpec as JSON.

        Raises:
            StepArgumentError: The step does not fit the columns.
            DataError: Metrics cannot be computed of these rows and predictions.
        """
        step = cast(EvaluatorStep, load_step(StepSpec.from_json(exec_properties["step"])))
        given = Given(step, input_dict)
        if given.uri("schema"):
            step.check_schema(read_schema(given.uri("schema")))
        asked = configs.config_of(step)
        task = _task(given, configs.complete(step, asked))
        results = evaluate(task)
        compares = configs.compares(asked)
        has_baseline = compares and given.one("baseline_model") is not None
        against = []
        if has_baseline:
            try:
                results = _compared(given, asked, task, results)
            except NotComparableError as exc:
                against = [str(exc)]
        verdict = results.validate()
        evaluation = artifact_utils.get_single_uri(output_dict["evaluation"])
        results.write(evaluation, verdict, (given.uri("examples"), given.model()))
        if has_thresholds(results.config) and not verdict.validation_ok:
            against += refusals(verdict, results) or ["the thresholds were not met"]
        if step.parity:
            parity = check_parity(given)
            parity.write(evaluation)
            against += [] if parity.passed else [parity.refusal()]
        blessing = artifact_utils.get_single_instance(output_dict["blessing"])
        blessing.set_string_custom_property("labels", json.dumps(_labels(task)))
        blessing.set_int_custom_property("compares", int(compares))
        if compares and not has_baseline:
            blessing.set_string_custom_property("note", NO_BASELINE)
        _bless(blessing, given, against, has_baseline)


def _task(given: Given, config: Any) -> Task:
    """What is to be evaluated of the model of today."""
    step = given.step
    files = given.files("examples" if step.READS_MODEL else "test_results")
    if not step.READS_MODEL:
        first = next(read_serialized(files), [])
        config = step.fit_columns(config, Decoder().decode(first).schema.names)
    return Task(
        step=step,
        config=config,
        model=given.model() if step.READS_MODEL else "",
        files=files,
        extensions=configs.extensions_of(step),
        splits=step.test_splits,
        graph=given.uri("transform_graph"),
    )


def _compared(given: Given, asked: Any, task: Task, results: Results) -> Results:
    """The results beside those of the latest blessed model, of the same rows."""
    uri = given.uri("baseline_model")
    if not os.path.isdir(given.model("baseline_model")):
        raise DataError(
            f"The latest blessed model is to be compared with, and its files are gone: {uri}. "
            "Put them back, or leave out the thresholds on the change until another model is "
            "blessed."
        )
    config = configs.complete(given.step, asked)
    other = Task(
        step=given.step,
        config=config,
        model=given.model("baseline_model"),
        files=given.files("examples"),
        extensions=task.extensions,
        splits=task.splits,
        graph=task.graph,
    )
    if not given.same_graph():
        other.raw, other.raw_graph = given.files("raw_examples"), given.uri("baseline_graph")
    baseline = _of_baseline(task, other)
    both = configs.complete(given.step, asked, has_baseline=True)
    return compare(given.step.fit_config(both, task.looks), results, baseline, uri)


def _of_baseline(task: Task, other: Task) -> Results:
    """The results of the latest blessed model, where they mean what those of the task mean.

    Raises:
        NotComparableError: They do not; says why.
    """
    try:
        found = evaluate(other)
    except NanPredictionsError as exc:
        raise _not_comparable("it predicts NaN") from exc
    except DataError as exc:
        if not unlike(task, other):
            raise
        raise _not_comparable(unlike(task, other)) from exc
    if not same_meaning(task, other):
        raise _not_comparable(unlike(task, other) or "it predicts something else")
    return found


def _not_comparable(why: str) -> NotComparableError:
    return NotComparableError(
        f"the latest blessed model cannot be compared with: {why}. Leave out the thresholds on the "
        "change until another model is blessed"
    )


def _labels(task: Task) -> list[str]:
    return sorted(label_columns(task.config).values())


def _bless(blessing: Any, given: Given, against: list[str], has_baseline: bool) -> None:
    """Writes the verdict as TFX's Evaluator does, and the reason where it is no."""
    names = ["current_model", *(["baseline_model"] if has_baseline else [])]
    for name, model in zip(names, (given.one("model"), given.one("baseline_model")), strict=False):
        blessing.set_string_custom_property(name, model.uri)
        blessing.set_int_custom_property(f"{name}_id", model.id)
    blessing.set_int_custom_property("blessed", 0 if against else 1)
    if against:
        reason = f"not blessed: {'; '.join(against)}"
        blessing.set_string_custom_property("reason", reason)
        _LOG.info("The model is %s.", reason)  # the run itself tells it, too
    write_bytes(os.path.join(blessing.uri, NOT_BLESSED if against else BLESSED), b"")
