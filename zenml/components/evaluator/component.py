"""Evaluator declares what an evaluation reads and writes."""

from __future__ import annotations

from typing import Any, ClassVar

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, channel_utils, component_spec, standard_artifacts

from zenml.components.evaluator.executor import Executor


def _optional(kind: Any) -> Any:
    return component_spec.ChannelParameter(type=kind, optional=True)


class EvaluatorSpec(component_spec.ComponentSpec):
    """Inputs, outputs and properties of Evaluator."""

    PARAMETERS: ClassVar[dict[str, Any]] = {"step": component_spec.ExecutionParameter(type=str)}
    INPUTS: ClassVar[dict[str, Any]] = {
        "examples": component_spec.ChannelParameter(type=standard_artifacts.Examples),
        "model": component_spec.ChannelParameter(type=standard_artifacts.Model),
        "schema": component_spec.ChannelParameter(type=standard_artifacts.Schema),
        "raw_examples": _optional(standard_artifacts.Examples),
        "transform_graph": _optional(standard_artifacts.TransformGraph),
        "test_results": _optional(standard_artifacts.Examples),
        "baseline_model": _optional(standard_artifacts.Model),
        "baseline_graph": _optional(standard_artifacts.TransformGraph),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "evaluation": component_spec.ChannelParameter(type=standard_artifacts.ModelEvaluation),
        "blessing": component_spec.ChannelParameter(type=standard_artifacts.ModelBlessing),
    }


class Evaluator(base_component.BaseComponent):
    """Measures a model on the test splits and blesses it, with an EvaluatorStep."""

    SPEC_CLASS = EvaluatorSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(Executor)

    def __init__(
        self,
        examples: channel.BaseChannel,
        model: channel.BaseChannel,
        schema: channel.BaseChannel,
        step: str,
        raw_examples: channel.BaseChannel | None = None,
        transform_graph: channel.BaseChannel | None = None,
        test_results: channel.BaseChannel | None = None,
        baseline_model: channel.BaseChannel | None = None,
        baseline_graph: channel.BaseChannel | None = None,
    ) -> None:
        """Declares the node.

        Args:
            examples: Transformed rows of tf.train.Example.
            model: The trained model.
            schema: Schema of the rows before they were transformed.
            step: StepSpec of an EvaluatorStep, as JSON.
            raw_examples: The same rows before they were transformed.
            transform_graph: What transformed them.
            test_results: The trainer's predictions of the test splits.
            baseline_model: The latest blessed model, to compare with.
            baseline_graph: What transformed the rows that it was trained on.
        """
        inputs = {
            "examples": examples,
            "model": model,
            "schema": schema,
            "raw_examples": raw_examples,
            "transform_graph": transform_graph,
            "test_results": test_results,
            "baseline_model": baseline_model,
            "baseline_graph": baseline_graph,
        }
        outputs: dict[str, Any] = {
            "evaluation": channel_utils.as_channel([standard_artifacts.ModelEvaluation()]),
            "blessing": channel_utils.as_channel([standard_artifacts.ModelBlessing()]),
        }
        super().__init__(spec=EvaluatorSpec(**inputs, step=step, **outputs))
