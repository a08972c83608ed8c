"""Evaluator's executor: measure the model on the test splits, and bless it or say why not."""

from __future__ import annotations

import importlib
import logging
import os
from typing import Any, cast

import tensorflow_model_analysis
from tensorflow_model_analysis import utils
from tensorflow_model_analysis.proto import config_pb2
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils
from tfx.utils import path_utils

from zenml.components.evaluator.blessing import BLESSED, NOT_BLESSED, has_thresholds, refusals
from zenml.components.evaluator.evaluation import Task, evaluate
from zenml.errors import DataError, StepInterfaceError
from zenml.files import write_bytes
from zenml.records import list_splits, split_files
from zenml.records.tables import read_schema
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.evaluator.base import EvaluatorStep

_EXTENSIONS = ("custom_eval_shared_model", "custom_extractors")
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
            input_dict: `examples`, `model`, `schema`.
            output_dict: `evaluation`, `blessing`.
            exec_properties: `step`, the StepSpec as JSON.

        Raises:
            StepArgumentError: The step does not fit the columns.
            DataError: Metrics cannot be computed of these rows and predictions.
        """
        step = cast(EvaluatorStep, load_step(StepSpec.from_json(exec_properties["step"])))
        if "schema" in input_dict:
            step.check_schema(read_schema(artifact_utils.get_single_uri(input_dict["schema"])))
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        model = artifact_utils.get_single_instance(input_dict["model"])
        extensions = _extensions(step)
        task = Task(
            step=step,
            config=_config(step),
            model=path_utils.serving_model_path(model.uri),
            files=_test_files(step, examples.uri),
            extensions=extensions,
        )
        results = evaluate(task)
        verdict = results.validate()
        evaluation = artifact_utils.get_single_instance(output_dict["evaluation"])
        results.write(evaluation.uri, verdict, (examples.uri, task.model))
        against = []
        if has_thresholds(results.config) and not verdict.validation_ok:
            against = refusals(verdict) or ["the thresholds were not met"]
        blessing = artifact_utils.get_single_instance(output_dict["blessing"])
        _bless(blessing, model, against)


def _bless(blessing: Any, model: Any, against: list[str]) -> None:
    """Writes the verdict as TFX's Evaluator does, and the reason where it is no."""
    blessing.set_string_custom_property("current_model", model.uri)
    blessing.set_int_custom_property("current_model_id", model.id)
    blessing.set_int_custom_property("blessed", 0 if against else 1)
    if against:
        reason = f"not blessed: {'; '.join(against)}"
        blessing.set_string_custom_property("reason", reason)
        _LOG.warning("The model is %s.", reason)
    write_bytes(os.path.join(blessing.uri, NOT_BLESSED if against else BLESSED), b"")


def _config(step: EvaluatorStep) -> config_pb2.EvalConfig:
    """The step's configuration with TFMA's defaults, checked."""
    _complete_tfma()
    config = step.build_config()
    if not isinstance(config, config_pb2.EvalConfig):
        raise StepInterfaceError(
            f"{type(step).__name__}.build_config() gave {config!r}; it has to give a "
            "tensorflow_model_analysis.EvalConfig."
        )
    # Without a baseline a threshold on the change has nothing to compare with.
    config = utils.update_eval_config_with_defaults(config, has_baseline=False, rubber_stamp=True)
    try:
        utils.verify_eval_config(config)
    except ValueError as exc:
        raise StepInterfaceError(
            f"{type(step).__name__}.build_config() gave a configuration that TensorFlow Model "
            f"Analysis refuses: {exc}"
        ) from exc
    return config


def _complete_tfma() -> None:
    """TFMA 0.52 lists the messages of its configuration in `__all__` and forgets to import them.

    A step that says `tfma.EvalConfig` is right by TFMA's documentation, so it finds them.
    """
    for name in config_pb2.DESCRIPTOR.message_types_by_name:
        if not hasattr(tensorflow_model_analysis, name):
            setattr(tensorflow_model_analysis, name, getattr(config_pb2, name))


def _extensions(step: EvaluatorStep) -> dict[str, Any]:
    if not step.CUSTOM_MODULE:
        return {}
    try:
        module = importlib.import_module(step.CUSTOM_MODULE)
    except ImportError as exc:
        raise StepInterfaceError(
            f"{type(step).__name__}: CUSTOM_MODULE is {step.CUSTOM_MODULE!r}, which cannot be "
            f"imported: {exc}"
        ) from exc
    return {name: getattr(module, name) for name in _EXTENSIONS if hasattr(module, name)}


def _test_files(step: EvaluatorStep, uri: str) -> list[str]:
    there = list_splits(uri)
    for split in step.test_splits:
        if split not in there:
            raise DataError(
                f"{type(step).__name__} evaluates the split {split!r}, and the data has "
                f"{', '.join(there) or 'none'}. Name one of them with "
                "split_mapping={'test_splits': [...]}."
            )
    return [file for split in step.test_splits for file in split_files(uri, split)]
