"""Spec -> the intermediate representation that TFX's portable launcher runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tfx.dsl.compiler import compiler, constants
from tfx.orchestration.local import runner_utils
from tfx.orchestration.portable import runtime_parameter_utils

from zenml.compiler.tfx import compile_pipeline
from zenml.spec import PipelineSpec


class CompiledPipeline:
    """The IR of one run, taken apart for the launcher.

    Args:
        ir: `tfx.proto.orchestration.pipeline_pb2.Pipeline` with its run id.
    """

    def __init__(self, ir: Any) -> None:
        """Stores the IR."""
        self.ir = ir
        self.deployment = runner_utils.extract_local_deployment_config(ir)
        self._nodes = {node.pipeline_node.node_info.id: node.pipeline_node for node in ir.nodes}

    def node(self, name: str) -> Any:
        """The IR of one node."""
        return self._nodes[name]

    def mark(self, name: str, kind: str, value: str) -> None:
        """Sets the name of the context of a type that is recorded with a node's execution."""
        for context in self.node(name).contexts.contexts:
            if context.type.name == kind:
                context.name.field_value.string_value = value

    def give(self, name: str, found: Mapping[str, Sequence[int]]) -> None:
        """Lets a node read artifacts that no node of the run makes.

        Args:
            name: Of the node.
            found: Input key -> numbers of artifacts in the metadata store.
        """
        for key, numbers in found.items():
            static = self.node(name).inputs.inputs[key].static_inputs
            static.artifact_ids[:] = numbers

    def executor_spec(self, name: str) -> Any:
        """What executes it."""
        return runner_utils.extract_executor_spec(self.deployment, name)


def compile_ir(
    spec: PipelineSpec,
    *,
    pipeline_root: str,
    metadata: Any,
    run: str,
    contexts: Mapping[str, tuple[str, str]],
) -> CompiledPipeline:
    """Compiles a spec for one run.

    Args:
        spec: The frozen pipeline.
        pipeline_root: Folder for the artifacts of this run.
        metadata: `metadata_store_pb2.ConnectionConfig` of the metadata store.
        run: Name of the run.
        contexts: Node -> (type, name) of a context that the launcher records
            with its execution.

    Returns:
        The IR, ready for the launcher.
    """
    pipeline = compile_pipeline(spec, pipeline_root=pipeline_root, metadata=metadata)
    ir = compiler.Compiler().compile(pipeline)
    runtime_parameter_utils.substitute_runtime_parameter(
        ir, {constants.PIPELINE_RUN_ID_PARAMETER_NAME: run}
    )
    compiled = CompiledPipeline(ir)
    for name, (kind, value) in contexts.items():
        context = compiled.node(name).contexts.contexts.add()
        context.type.name = kind
        context.name.field_value.string_value = value
    return compiled
