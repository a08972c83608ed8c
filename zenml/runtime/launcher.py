"""Runs one TFX node with TFX's own portable launcher."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from zenml.quiet import quiet_imports, without_notices
from zenml.runtime.task import Task
from zenml.runtime.workspace import Workspace
from zenml.spec import PipelineSpec

if TYPE_CHECKING:
    from zenml.compiler.ir import CompiledPipeline

_NOISY = ("absl", "tensorflow", "apache_beam")


class TFXLauncher:
    """Compiles the spec at the first node that has to run, and launches nodes of it.

    Args:
        spec: The frozen pipeline.
        workspace: Where it runs.
        run: Name of the run.
        contexts: Node -> (type, name) of the context recorded with its execution.
    """

    def __init__(
        self,
        spec: PipelineSpec,
        workspace: Workspace,
        run: str,
        contexts: dict[str, tuple[str, str]],
    ) -> None:
        """Compiles nothing yet."""
        self.spec = spec
        self.workspace = workspace
        self.run = run
        self.contexts = contexts
        self.root = workspace.artifacts.run_folder(spec.name, run)
        self._compiled: CompiledPipeline | None = None

    @property
    def is_ready(self) -> bool:
        """Whether TFX is loaded and the pipeline compiled."""
        return self._compiled is not None

    def prepare(self) -> None:
        """Loads TFX and compiles the pipeline, once."""
        self._compile()

    def launch(self, task: Task) -> int:
        """Executes the node of a task and publishes it.

        Returns:
            Number of its execution in the metadata store.

        Raises:
            Exception: Whatever the node raised; the execution is published as failed.
        """
        compiled, node = self._compile(), task.node.name
        if task.fingerprint:
            compiled.mark(node, self.contexts[node][0], task.fingerprint)
        compiled.give(node, task.found)
        from tfx.orchestration import metadata
        from tfx.orchestration.portable import launcher

        launched = launcher.Launcher(
            pipeline_node=compiled.node(node),
            mlmd_connection=metadata.Metadata(self.workspace.metadata.connection_config()),
            pipeline_info=compiled.ir.pipeline_info,
            pipeline_runtime_spec=compiled.ir.runtime_spec,
            executor_spec=compiled.executor_spec(node),
        ).launch()
        if launched is None or not launched.execution_id:
            raise RuntimeError(f"TFX did not execute {node!r}: its inputs could not be resolved.")
        return int(launched.execution_id)

    def _compile(self) -> CompiledPipeline:
        if self._compiled is None:
            quiet_imports()
            with without_notices():
                from tfx.orchestration.portable import launcher  # noqa: F401 - used later

                from zenml.compiler.ir import compile_ir

                self._compiled = compile_ir(
                    self.spec,
                    pipeline_root=self.root,
                    metadata=self.workspace.metadata.connection_config(),
                    run=self.run,
                    contexts=self.contexts,
                )
            for name in _NOISY:
                logging.getLogger(name).setLevel(logging.ERROR)
            logging.getLogger("absl").addFilter(_is_news)
            logging.getLogger().addFilter(_is_users)
        return self._compiled


def _is_news(record: logging.LogRecord) -> bool:
    """False for what TFX's launcher logs of a failed node: the run says it better."""
    return "/tfx/orchestration/" not in record.pathname.replace(os.sep, "/")


def _is_users(record: logging.LogRecord) -> bool:
    """False for what installed packages log below an error straight to the root logger."""
    return record.levelno >= logging.ERROR or "site-packages" not in record.pathname


def to_tfx(spec: PipelineSpec, workspace: Workspace) -> Any:
    """The `tfx.dsl.Pipeline` of a spec, for any TFX runner."""
    quiet_imports()
    from zenml.compiler.tfx import compile_pipeline

    workspace.store()  # which makes it, and has its records name the files where they are
    return compile_pipeline(
        spec,
        pipeline_root=os.path.join(workspace.artifacts.uri, spec.name),
        metadata=workspace.metadata.connection_config(),
        resolve=True,
    )
