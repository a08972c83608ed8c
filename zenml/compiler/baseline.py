"""TFX's own way to find the latest blessed model."""

from __future__ import annotations

from typing import Any, cast

from tfx.dsl.components.common import resolver
from tfx.dsl.input_resolution.strategies import latest_blessed_model_strategy
from tfx.types import standard_artifacts
from tfx.types.channel import Channel

from zenml.repo.loading import load_step
from zenml.spec import NodeSpec
from zenml.steps.evaluator.base import EvaluatorStep


def latest_blessed_model(name: str) -> Any:
    """A node that finds the model that was blessed last in the pipeline.

    Args:
        name: Of the node.
    """
    return resolver.Resolver(
        strategy_class=latest_blessed_model_strategy.LatestBlessedModelStrategy,
        model=Channel(type=standard_artifacts.Model),
        model_blessing=Channel(type=standard_artifacts.ModelBlessing),
    ).with_id(name)


def may_compare(node: NodeSpec) -> bool:
    """Whether the step of an evaluator may have thresholds on the change against it."""
    assert node.step is not None
    return cast(EvaluatorStep, load_step(node.step)).compares_models is not False
