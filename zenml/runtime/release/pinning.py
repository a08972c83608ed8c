"""Finds what a release of a run ties down, and refuses a run that cannot be tied down."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from zenml import spec_yaml
from zenml.artifacts import store as artifact_files
from zenml.artifacts.values import ValueRecord
from zenml.errors import PipelineEditedError, ReleaseError
from zenml.metadata import runs
from zenml.metadata.artifact_versions import VALUE_TYPE
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.metadata.runs import Run
from zenml.repo.git import GitRepository
from zenml.runtime import cache
from zenml.runtime.bisect.metric import numbers_of
from zenml.runtime.deletion import artifact_roots
from zenml.runtime.environment import Environment
from zenml.runtime.release.pins import ArtifactPin, Metrics
from zenml.runtime.release.tags import as_input
from zenml.runtime.workspace import Workspace
from zenml.spec import UNPINNED, PipelineSpec

_EXAMPLES = "Examples"  # their recorded hash is that of the rows, not of the files
_MANY = 10


def pipeline_of(run: Run) -> tuple[PipelineSpec, str]:
    """The frozen pipeline of a run, and the text of its file.

    Raises:
        ReleaseError: The run did not succeed, its file is gone or edited, or code of it
            is not committed.
    """
    if run.state != runs.SUCCEEDED:
        what = "is not over" if run.state == runs.RUNNING else "failed"
        raise ReleaseError(
            f"Run {run.name} {what}, and only a run that succeeded can be released. "
            f"`zenml run list --pipeline {run.pipeline} --status succeeded` lists those."
        )
    path = Workspace.default().root / run.file
    if not run.file or not path.is_file():
        raise ReleaseError(
            f"The file of run {run.name}, {run.file or 'which has none'}, is not in this work "
            "tree. Check out the branch or commit that has it, or run the pipeline again."
        )
    try:
        spec = spec_yaml.read(path)
    except PipelineEditedError as exc:
        raise ReleaseError(f"Run {run.name} cannot be released: {exc}") from exc
    _refuse_unpinned(spec, run)
    return spec, path.read_text(encoding="utf-8")


def _refuse_unpinned(spec: PipelineSpec, run: Run) -> None:
    versions = {name or "the pipeline": told["version"] for name, told in code_of(spec).items()}
    versions |= {"the datasource": data["version"]} if (data := data_of(spec)) else {}
    names = [name for name, version in versions.items() if version == UNPINNED]
    if names:
        more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
        raise ReleaseError(
            f"Run {run.name} ran code that was not committed, so no commit can be named for "
            f"{', '.join(names[:_MANY])}{more}. Commit it and run the pipeline again (steps whose "
            "code is still the same are taken from the cache), then release that run."
        )


def code_of(spec: PipelineSpec) -> dict[str, dict[str, str]]:
    """Node -> source and version of its step; the pipeline's own as ""."""
    steps = {node.name: node.step for node in spec.nodes if node.step is not None}
    found = {name: {"source": step.source, "version": step.version} for name, step in steps.items()}
    return {"": {"source": spec.source, "version": spec.version}, **found}


def data_of(spec: PipelineSpec) -> dict[str, str]:
    """What a pipeline reads; empty where it has no datasource."""
    data = spec.datasource
    if data is None:
        return {}
    return {
        "datasource": data.name,
        "commit": data.commit,
        "source": data.source,
        "version": data.version,
    }


def commit_of(git: GitRepository, versions: Sequence[str], run: Run) -> str:
    """The commit to be tagged: it has the version of every node in its history.

    It is the one that HEAD stood at when the run began. Where that was not recorded, or
    a step was taken from another branch, it is the newest of the versions that has all
    the others in its history, or else HEAD.

    Raises:
        ReleaseError: There is none such.
    """
    for version in versions:
        if git.resolve(version) is None:
            raise ReleaseError(
                f"Commit {version[:12]}, at which run {run.name} took a step, is not in this "
                "clone. `git fetch --unshallow` or `git fetch --all` brings it."
            )
    recorded = git.resolve(Environment.from_properties(run.properties).head)
    for candidate in (recorded, *versions, git.head_sha()):
        if candidate is not None and is_within(git, versions, candidate):
            return candidate
    raise ReleaseError(
        f"No commit here has the code of all steps of run {run.name} in its history: they come "
        "from branches that were never merged. Merge them, and release the run then."
    )


def is_within(git: GitRepository, versions: Sequence[str], commit: str) -> bool:
    """Whether all versions are in the history of a commit."""
    return not versions or not git.ask("rev-list", "--max-count=1", *versions, "--not", commit)


def blob_of(git: GitRepository, text: str) -> str:
    """The name that git gives a text; nothing is written."""
    return git.ask("hash-object", "--stdin", data=as_input(text)).decode("ascii").strip()


def artifact_pins(
    spec: PipelineSpec, run: Run, executions: list[Execution]
) -> tuple[ArtifactPin, ...]:
    """A pin for every artifact of a run, its content read and hashed now.

    Raises:
        ReleaseError: One is gone, or is not as it was when it was made.
    """
    workspace = Workspace.of(spec)
    return tuple(
        _pin(workspace, run, execution.node, output, artifact)
        for execution in executions
        for output, artifact in outputs_of(execution)
    )


def outputs_of(execution: Execution) -> Iterator[tuple[str, Artifact]]:
    """Every output of an execution: the name that its pin has, and the artifact."""
    for key, found in execution.outputs.items():
        for index, artifact in enumerate(found):
            yield (f"{key}[{index}]" if index else key), artifact


def _pin(workspace: Workspace, run: Run, node: str, output: str, artifact: Artifact) -> ArtifactPin:
    if not artifact.live or not os.path.exists(artifact.uri):
        raise ReleaseError(
            f"Artifact {node}.{output} of run {run.name} is not in the artifact store any more "
            f"({artifact.uri}). Run the pipeline again, and release that run."
        )
    content = artifact_files.digest(artifact.uri)
    recorded = artifact.content_hash
    is_rows = artifact.type == _EXAMPLES
    same = cache.is_whole(artifact) and (is_rows or recorded in ("", content.digest))
    if not same:
        raise ReleaseError(
            f"Artifact {node}.{output} of run {run.name} is not as it was when it was made: files "
            f"in {artifact.uri} changed. Remove that folder, run the pipeline again, and release "
            "that run."
        )
    store, uri = _place(workspace, artifact.uri)
    return ArtifactPin(
        node,
        output,
        artifact.type,
        uri,
        content.digest,
        content.files,
        content.bytes,
        recorded if is_rows else "",
        store,
        _value(artifact),
    )


def _place(workspace: Workspace, uri: str) -> tuple[str, str]:
    """The store of an artifact, "" for the pipeline's, and its folder from there."""
    own = workspace.artifacts.uri
    if Path(own) in Path(uri).parents:
        return "", Path(uri).relative_to(own).as_posix()
    others = [root for root in artifact_roots() if Path(root) in Path(uri).parents]
    root = Path(others[0] if others else os.path.dirname(uri))
    inside = root.is_relative_to(workspace.home)
    store = root.relative_to(workspace.home).as_posix() if inside else str(root)
    return store, Path(uri).relative_to(root).as_posix()


def _value(artifact: Artifact) -> dict[str, str]:
    """What `load_value` needs to know of a value."""
    if artifact.type != VALUE_TYPE:
        return {}
    told = asdict(ValueRecord.from_properties(artifact.properties))
    return {key: told[key] for key in ("type", "materializer", "python")}


def metrics_of(store: Any, executions: list[Execution]) -> Metrics:
    """Node -> metric -> value: what the run evaluated, returned and logged, over all rows."""
    found: Metrics = {}
    for execution in executions:
        for about, name, value in numbers_of(store, execution):
            if not about:
                found.setdefault(execution.node, {})[name] = value
    return found
