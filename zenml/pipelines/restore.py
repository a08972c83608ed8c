"""Pipelines that come back from their YAML files."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from zenml.pipelines.base import BasePipeline

if TYPE_CHECKING:
    from zenml.spec import PipelineSpec

_TYPES = {
    "training": "zenml.pipelines.training:TrainingPipeline",
    "data": "zenml.pipelines.data:DataPipeline",
    "inference": "zenml.pipelines.inference:BatchInferencePipeline",
    "nlp": "zenml.pipelines.nlp:NLPPipeline",
    "deployment": "zenml.pipelines.deployment:DeploymentPipeline",
}


def pipeline_from_spec(spec: PipelineSpec) -> BasePipeline:
    """A pipeline of the kind that its spec names.

    One of a user's own class or function comes back as a `BasePipeline`, which runs
    the frozen spec as well; its code need not be there any more.

    Example:
        >>> from zenml.spec import PipelineSpec
        >>> source = "zenml.pipelines.training.TrainingPipeline"
        >>> spec = PipelineSpec("penguins", "training", source, "zenml_1")
        >>> type(pipeline_from_spec(spec)).__name__
        'TrainingPipeline'
    """
    if spec.type not in _TYPES:
        return BasePipeline.from_config(spec)
    module, _, name = _TYPES[spec.type].partition(":")
    pipeline_class: type[BasePipeline] = getattr(importlib.import_module(module), name)
    return pipeline_class.from_config(spec)
