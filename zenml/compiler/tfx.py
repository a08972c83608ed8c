"""Spec -> `tfx.dsl.Pipeline`."""

from __future__ import annotations

from typing import Any

from tfx.orchestration import pipeline as tfx_pipeline

from zenml.compiler.registry import load_component
from zenml.errors import SpecError
from zenml.spec import NodeSpec, PipelineSpec


def compile_pipeline(
    spec: PipelineSpec, *, pipeline_root: str, metadata: Any, enable_cache: bool = False
) -> tfx_pipeline.Pipeline:
    """Makes the TFX pipeline of a spec: one component a node.

    Args:
        spec: The frozen pipeline.
        pipeline_root: Folder for the artifacts.
        metadata: `metadata_store_pb2.ConnectionConfig` of the metadata store.
        enable_cache: TFX's own cache; the runtime has its own and leaves it off.

    Returns:
        A pipeline that any TFX runner takes.

    Raises:
        SpecError: A node whose component or input does not exist.
    """
    components: dict[str, Any] = {}
    for node in spec.nodes:
        components[node.name] = _component(node, spec, components)
    return tfx_pipeline.Pipeline(
        pipeline_name=spec.name,
        pipeline_root=pipeline_root,
        components=list(components.values()),
        metadata_connection_config=metadata,
        enable_cache=enable_cache,
    )


def _component(node: NodeSpec, spec: PipelineSpec, components: dict[str, Any]) -> Any:
    kwargs: dict[str, Any] = dict(node.args)
    for key, reference in node.inputs.items():
        upstream, _, output = reference.partition(".")
        channels = components[upstream].outputs
        if output not in channels:
            raise SpecError(
                f"Input {key!r} of node {node.name!r} is {reference!r}, but {upstream!r} gives "
                f"{', '.join(sorted(channels))}."
            )
        kwargs[key] = channels[output]
    if node.step is not None:
        kwargs["step"] = node.step.to_json()
    if node.component == "data_gen" and spec.datasource is not None:
        kwargs["commit"] = spec.datasource.commit
    return load_component(node.component)(**kwargs).with_id(node.name)
