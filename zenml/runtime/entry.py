"""The ways into a run: from a pipeline object, from a YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml import spec_yaml
from zenml.errors import BackendError
from zenml.repo import loading
from zenml.runtime import freeze as freezing
from zenml.runtime import unpinned
from zenml.runtime.progress import Progress
from zenml.runtime.result import RunResult
from zenml.runtime.run import Runner
from zenml.runtime.workspace import Workspace
from zenml.spec import PipelineSpec

if TYPE_CHECKING:
    from zenml.pipelines.base import BasePipeline


def run_pipeline(pipeline: BasePipeline) -> RunResult:
    """Freezes a pipeline, writes its YAML file and runs it; see `BasePipeline.run`."""
    return run_spec(pipeline.to_config())


def run_file(path: str) -> RunResult:
    """Runs the pipeline of a YAML file.

    Raises:
        PipelineEditedError: The file was edited after it ran.
        SpecError: The file is no pipeline.
        StepArgumentError: An argument was edited to what cannot be.
    """
    spec = spec_yaml.read(Path(path))
    if not (Workspace.default().pipelines / spec_yaml.file_name(spec)).exists():
        _check_steps(spec)  # written or edited by hand: nobody has checked it yet
    return run_spec(spec)


def _check_steps(spec: PipelineSpec) -> None:
    for node in spec.nodes:
        if node.step is not None:
            loading.load_step(node.step).check()


def run_spec(spec: PipelineSpec) -> RunResult:
    """Writes the YAML file of a spec and runs it on its backend."""
    if spec.backend.type != "local":
        raise BackendError(f"There is no orchestrator {spec.backend.type!r} in this zenml.")
    progress = Progress()
    workspace = Workspace.of(spec)
    file = freezing.register(spec)
    runner = Runner(spec, workspace, file=file, progress=progress)
    progress.say(f"Run {runner.name} of pipeline {spec.name} ({workspace.relative(file)})")
    unpinned.report(spec, workspace, runner.name, progress)
    result = runner.run()
    reused = len(result.nodes) - len(result.executed)
    progress.say(
        f"Run {result.name} succeeded in {result.seconds:.1f} s: "
        f"{len(result.executed)} steps ran, {reused} cached."
    )
    progress.say(f"Artifacts: {workspace.relative(workspace.artifacts.uri)}")
    return result


def to_tfx(spec: PipelineSpec) -> Any:
    """The `tfx.dsl.Pipeline` of a spec; see `BasePipeline.to_tfx`."""
    from zenml.runtime import launcher

    return launcher.to_tfx(spec, Workspace.of(spec))
