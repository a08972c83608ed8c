"""`log_metadata`: attaches what a user wants to remember to a step, a run or an artifact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml.edges import edge
from zenml.steps import context


@edge
def log_metadata(
    metadata: Mapping[str, Any],
    *,
    artifact_name: str | None = None,
    artifact_version: str | int | None = None,
    run: str | int | None = None,
) -> None:
    """Attaches metadata.

    In a step that runs, and without further arguments, to the step, its run and its
    outputs. A key that is logged again gets the new value.

    Args:
        metadata: Text -> JSON value.
        artifact_name: In a step, one of its outputs; anywhere else an artifact that is
            recorded, the newest version where no `artifact_version` is given.
        artifact_version: Of that artifact.
        run: A run that is recorded: its name, the beginning of it, or its id.

    Raises:
        StepContextError: No step is running, and it is not said what to attach to.
        StepInterfaceError: Something that JSON cannot hold.
        RunNotFoundError: There is no such run.
        ArtifactNotFoundError: There is no such artifact, or version of it.

    Example:
        >>> from zenml.repo import Repository
        >>> repo = Repository.init_repo()
        >>> log_metadata({"reviewed": True}, run="digits-1")
        Traceback (most recent call last):
        zenml.errors.RunNotFoundError: There is no run 'digits-1'...
    """
    recorded = artifact_version is not None or not context.is_running()
    if run is None and not (recorded and artifact_name):
        context.log_metadata(metadata, artifact_name=artifact_name)
        return
    from zenml.client.client import Client

    if run is not None:
        Client().get_pipeline_run(run).log_metadata(metadata)
    elif artifact_name:
        Client().get_artifact_version(artifact_name, artifact_version).log_metadata(metadata)
