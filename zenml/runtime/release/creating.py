"""Makes a release of a run."""

from __future__ import annotations

import dataclasses
from dataclasses import asdict
from typing import Any

from zenml.edges import edge
from zenml.metadata import runs
from zenml.metadata.runs import Run
from zenml.repo import Repository
from zenml.runtime.environment import Environment
from zenml.runtime.release import pinning, tags
from zenml.runtime.release.pins import Pins
from zenml.runtime.release.release import PREFIX, Release


@edge
def create(name: str, store: Any, run: Run) -> Release:
    """Ties down a run under an annotated tag of git, `zenml/<name>`.

    Of the repository nothing but the tag is new: working tree, index, HEAD, branches,
    stashes and config stay as they are.

    Args:
        name: Of the release.
        store: The open metadata store that the run is recorded in.
        run: The run.

    Raises:
        ReleaseError: The name is taken, the run did not succeed, code of it is not
            committed, or an artifact is not as it was; says what to do.

    Example:
        >>> from zenml.client import Client
        >>> run = Client().get_pipeline_run("monday")  # doctest: +SKIP
        >>> create("1.0", run.store, run.record).tag  # doctest: +SKIP
        'zenml/1.0'
    """
    git = Repository.get_instance().get_git_wrapper()
    name = name.removeprefix(PREFIX)
    tags.check_name(git, name)
    spec, text = pinning.pipeline_of(run)
    blob = pinning.blob_of(git, text)
    executions = runs.nodes(store, run)
    pins = Pins(
        release=name,
        pipeline={"name": spec.name, "file": run.file, "digest": spec.digest, "blob": blob},
        run={"name": run.name, "started": run.started, "ended": run.ended},
        commit="",
        code=pinning.code_of(spec),
        data=pinning.data_of(spec),
        environment=asdict(Environment.from_properties(run.properties)),
        metrics=pinning.metrics_of(store, executions),
    )
    commit = pinning.commit_of(git, pins.versions, run)
    made = pinning.artifact_pins(spec, run, executions)
    tags.make(git, dataclasses.replace(pins, commit=commit, artifacts=made), text)
    return tags.read(git, name)
