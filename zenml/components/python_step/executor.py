"""PythonStep's executor: calls a free step as zenml's own runtime does."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.artifacts import store as artifact_files
from zenml.artifacts.values import ValueRecord
from zenml.components.python_step.calling import call
from zenml.metadata import artifact_versions, artifacts, contexts
from zenml.metadata.artifacts import Artifact
from zenml.repo.loading import load_step
from zenml.spec import NodeSpec, PipelineSpec, StepSpec
from zenml.steps.context import StepContext
from zenml.steps.user_metadata import USER_METADATA


class Executor(base_executor.BaseExecutor):
    """Reads the inputs with their materializers, runs the step, saves what it gives."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties.

        Args:
            input_dict: Input key of the node -> artifacts.
            output_dict: Output name -> its artifact; empty afterwards where the step
                gave nothing.
            exec_properties: `step`, the StepSpec as JSON; `node`, its NodeSpec without
                the step; `pipeline`, the PipelineSpec without nodes.

        Raises:
            ArtifactStoreError: An input cannot be read, or an output cannot be saved.
        """
        node = NodeSpec.from_dict(json.loads(exec_properties["node"]), "node")
        pipeline = PipelineSpec.from_dict(json.loads(exec_properties["pipeline"]), "pipeline")
        step = load_step(StepSpec.from_json(exec_properties["step"]))
        run = self._context.pipeline_run_id if self._context else ""
        context = StepContext.of(pipeline, node, run or "")
        outputs = {name: artifact_utils.get_single_uri(made) for name, made in output_dict.items()}
        inputs = {key: [_readable(item) for item in found] for key, found in input_dict.items()}
        records = call(node, step, inputs, outputs, context)
        for name, made in output_dict.items():
            if name in records:
                values = _properties(pipeline, node, name, records[name], outputs[name])
                values[USER_METADATA] = _json(context.metadata_of(name))
                contexts.set_values(made[0].mlmd_artifact.custom_properties, values)
            else:
                artifact_files.remove(outputs[name])
                made.clear()
        if context.metadata:
            exec_properties[USER_METADATA] = _json(context.metadata)


def _readable(item: Any) -> Artifact:
    found = artifacts.from_proto(item.mlmd_artifact)
    return dataclasses.replace(found, type=item.type_name)


def _json(value: Any) -> str | None:
    return json.dumps(value) if value else None


def _properties(
    pipeline: PipelineSpec, node: NodeSpec, output: str, record: ValueRecord, uri: str
) -> dict[str, Any]:
    """What is recorded with an output: all that a step needs that reads it."""
    told = node.args["outputs"].get(output) or {}
    usual = artifact_versions.default_name(pipeline.name, node.name, output)
    return {
        **record.to_properties(),
        **artifact_versions.output_properties(told, artifact_files.digest(uri)),
        artifact_versions.NAME: told.get("artifact") or usual,
    }
