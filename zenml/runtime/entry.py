"""The ways into a run: from a pipeline object, from a YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml import spec_yaml
from zenml.errors import BackendError
from zenml.repo import loading
from zenml.runtime import freeze as freezing
from zenml.runtime.names import check_name
from zenml.runtime.names import run_name as make_name
from zenml.runtime.result import RunResult
from zenml.runtime.run import Runner
from zenml.runtime.step_lines import progress_of
from zenml.runtime.workspace import Workspace
from zenml.spec import UNLISTED, PipelineSpec

if TYPE_CHECKING:
    from zenml.pipelines.base import BasePipeline


def run_pipeline(pipeline: BasePipeline) -> RunResult:
    """Freezes a pipeline, writes its YAML file and runs it; see `BasePipeline.run`."""
    options, of_run = pipeline.options, pipeline.configuration
    name = options.run_name or of_run.run_name
    make_name(pipeline.name, name)  # one that cannot be is told before a datasource is committed
    spec = freezing.configured(pipeline)
    if pipeline.has_fixed_graph:
        freezing.refuse_other_graph(spec)
    return run_spec(
        spec,
        run_name=name,
        max_workers=of_run.max_workers or options.max_workers,
        execution_mode=of_run.execution_mode or options.execution_mode,
    )


def run_file(path: str, *, run_name: str | None = None, max_workers: int = 1) -> RunResult:
    """Runs the pipeline of a YAML file.

    Args:
        path: Of the file.
        run_name: Name of the run; None makes one.
        max_workers: How many steps may run at the same time, each in a process.

    Raises:
        PipelineEditedError: The file was edited after it ran.
        SpecError: The file is no pipeline.
        StepArgumentError: An argument was edited to what cannot be.
    """
    spec = spec_yaml.read(Path(path))
    if not (Workspace.default().pipelines / spec_yaml.file_name(spec)).exists():
        _check_steps(spec)  # written or edited by hand: nobody has checked it yet
    return run_spec(spec, run_name=run_name, max_workers=max_workers)


def _check_steps(spec: PipelineSpec) -> None:
    for node in spec.nodes:
        if node.step is not None:
            loading.load_step(node.step).check()


def run_spec(
    spec: PipelineSpec,
    *,
    run_name: str | None = None,
    max_workers: int = 1,
    execution_mode: str | None = None,
) -> RunResult:
    """Writes the YAML file of a spec and runs it on its backend.

    Args:
        spec: The frozen pipeline.
        run_name: Name of the run, used never before; None makes one.
        max_workers: How many steps may run at the same time, each in a process.
        execution_mode: "fail_fast" or "continue"; None is as the spec says.
    """
    if spec.backend.type != "local":
        raise BackendError(f"There is no orchestrator {spec.backend.type!r} in this zenml.")
    progress = progress_of(spec)
    workspace = Workspace.of(spec)
    check_name(spec.name, run_name, workspace.store)
    is_new = spec.type != UNLISTED and not freezing.is_registered(spec)
    file = freezing.register(spec)
    if is_new:
        progress.registered(spec.name)
    runner = Runner(
        spec,
        workspace,
        file=file,
        progress=progress,
        name=run_name,
        max_workers=max_workers,
        execution_mode=execution_mode,
    )
    result = runner.run()
    progress.closed(result, workspace.relative(workspace.artifacts.uri))
    return result


def to_tfx(spec: PipelineSpec) -> Any:
    """The `tfx.dsl.Pipeline` of a spec; see `BasePipeline.to_tfx`."""
    from zenml.runtime import launcher

    return launcher.to_tfx(spec, Workspace.of(spec))
