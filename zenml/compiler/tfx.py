"""Spec -> `tfx.dsl.Pipeline`."""

from __future__ import annotations

import dataclasses
from typing import Any

from tfx.orchestration import pipeline as tfx_pipeline

from zenml.compiler.baseline import latest_blessed_model, may_compare
from zenml.compiler.registry import load_component
from zenml.errors import SpecError
from zenml.spec import NodeSpec, PipelineSpec
from zenml.spec_values import canonical_json


def compile_pipeline(
    spec: PipelineSpec,
    *,
    pipeline_root: str,
    metadata: Any,
    enable_cache: bool = False,
    resolve: bool = False,
) -> tfx_pipeline.Pipeline:
    """Makes the TFX pipeline of a spec: one component a node.

    Args:
        spec: The frozen pipeline.
        pipeline_root: Folder for the artifacts.
        metadata: `metadata_store_pb2.ConnectionConfig` of the metadata store.
        enable_cache: TFX's own cache; the runtime has its own and leaves it off.
        resolve: Whether TFX is to find the models that evaluators compare with; the runtime
            finds them itself.

    Returns:
        A pipeline that any TFX runner takes.

    Raises:
        SpecError: A node whose component or input does not exist.
    """
    components: dict[str, Any] = {}
    for node in spec.nodes:
        components[node.name] = _component(node, spec, components, resolve)
    return tfx_pipeline.Pipeline(
        pipeline_name=spec.name,
        pipeline_root=pipeline_root,
        components=list(components.values()),
        metadata_connection_config=metadata,
        enable_cache=enable_cache,
    )


def _component(
    node: NodeSpec, spec: PipelineSpec, components: dict[str, Any], resolve: bool
) -> Any:
    inputs = {key: _channel(node, key, components) for key in node.inputs}
    if resolve and node.component == "evaluator" and may_compare(node):
        name = f"{node.name}_baseline"
        components[name] = latest_blessed_model(name)
        inputs["baseline_model"] = components[name].outputs["model"]
    kwargs = _told_of_step(node, spec, inputs) if _is_free(node) else {**node.args, **inputs}
    if node.step is not None:
        kwargs["step"] = node.step.to_json()
    if node.component == "data_gen" and spec.datasource is not None:
        kwargs["commit"] = spec.datasource.commit
    component = load_component(node.component)(**kwargs).with_id(node.name)
    component.add_upstream_nodes([components[name] for name in node.after])
    return component


def _channel(node: NodeSpec, key: str, components: dict[str, Any]) -> Any:
    upstream, _, output = node.inputs[key].partition(".")
    channels = components[upstream].outputs
    if output not in channels:
        raise SpecError(
            f"Input {key!r} of node {node.name!r} is {node.inputs[key]!r}, but {upstream!r} gives "
            f"{', '.join(sorted(channels)) or 'nothing'}."
        )
    return channels[output]


def _is_free(node: NodeSpec) -> bool:
    return node.component == "python_step"


def _told_of_step(node: NodeSpec, spec: PipelineSpec, inputs: dict[str, Any]) -> dict[str, Any]:
    """What the component of a free step is made of: its step finds out there where it runs."""
    alone = dataclasses.replace(node, step=None, inputs={}, after=())
    around = dataclasses.replace(spec, nodes=(), datasource=None)
    return {
        "inputs": inputs,
        "node": canonical_json(alone.to_dict()),
        "pipeline": canonical_json(around.to_dict()),
    }
