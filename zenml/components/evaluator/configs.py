"""The configuration of an evaluator as TFMA takes it, and the module beside it."""

from __future__ import annotations

import importlib
from typing import Any

import tensorflow_model_analysis
from tensorflow_model_analysis import utils
from tensorflow_model_analysis.proto import config_pb2
from tensorflow_model_analysis.utils import config_util

from zenml.errors import StepInterfaceError
from zenml.steps.evaluator.base import EvaluatorStep

_EXTENSIONS = ("custom_eval_shared_model", "custom_extractors")


def config_of(step: EvaluatorStep) -> config_pb2.EvalConfig:
    """What a step asks for, as it says it.

    Raises:
        StepInterfaceError: It is no configuration of TFMA.
    """
    _complete_tfma()
    config = step.build_config()
    if not isinstance(config, config_pb2.EvalConfig):
        raise StepInterfaceError(
            f"{type(step).__name__}.build_config() gave {config!r}; it has to give a "
            "tensorflow_model_analysis.EvalConfig."
        )
    return config


def complete(
    step: EvaluatorStep, config: config_pb2.EvalConfig, has_baseline: bool = False
) -> config_pb2.EvalConfig:
    """A configuration with TFMA's defaults, checked.

    Args:
        step: Said in the error.
        config: What the step asks for.
        has_baseline: Whether there is a model to compare with; without one, thresholds on
            the change are left out.

    Raises:
        StepInterfaceError: TFMA refuses it.
    """
    whole = utils.update_eval_config_with_defaults(
        config, has_baseline=has_baseline, rubber_stamp=True
    )
    try:
        utils.verify_eval_config(whole)
    except ValueError as exc:
        raise StepInterfaceError(
            f"{type(step).__name__}.build_config() gave a configuration that TensorFlow Model "
            f"Analysis refuses: {exc}"
        ) from exc
    return whole


def compares(config: config_pb2.EvalConfig) -> bool:
    """Whether a configuration has thresholds on the change against a baseline."""
    return bool(config_util.has_change_threshold(config))


def extensions_of(step: EvaluatorStep) -> dict[str, Any]:
    """What the step's own module has of the functions that TFX's Evaluator knows.

    Raises:
        StepInterfaceError: The module cannot be imported.
    """
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


def _complete_tfma() -> None:
    """TFMA 0.52 lists the messages of its configuration in `__all__` and forgets to import them.

    A step that says `tfma.EvalConfig` is right by TFMA's documentation, so it finds them.
    """
    for name in config_pb2.DESCRIPTOR.message_types_by_name:
        if not hasattr(tensorflow_model_analysis, name):
            setattr(tensorflow_model_analysis, name, getattr(config_pb2, name))
