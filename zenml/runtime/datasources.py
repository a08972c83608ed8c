"""Commits of datasources: made, found, looked into."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import (
    DataError,
    DatasourceNotFoundError,
    SourceChangedError,
    StepRunError,
    ZenMLError,
)
from zenml.metadata import artifacts, commits, contexts
from zenml.metadata.artifacts import Artifact
from zenml.metadata.commits import Commit
from zenml.runtime import cache
from zenml.runtime.fingerprint import fingerprints, source_fingerprint
from zenml.runtime.progress import Progress
from zenml.runtime.workspace import Workspace
from zenml.spec import DatasourceSpec, PipelineSpec

if TYPE_CHECKING:
    from zenml.datasources.base import BaseDatasource

_SNAPSHOT = (("data", "examples"), ("data_statistics", "statistics"), ("data_schema", "schema"))


def commit(datasource: BaseDatasource) -> str:
    """Makes an immutable snapshot of a datasource as it is now.

    The snapshot (gzip TFRecords), its statistics and its schema go into the
    artifact store and the metadata store. Its name is the hash of its content,
    so unchanged data gives the commit that there is.

    Returns:
        The commit, 40 hex digits.

    Raises:
        DataError: The source cannot be read; names the file and the line.
    """
    from zenml.repo.datasources import refuse_taken_name, register_datasource
    from zenml.runtime.freeze import datasource_spec, freeze_step

    workspace = Workspace.default()
    step = datasource.get_data_step()
    step.check()
    declaration = datasource_spec(datasource, "")
    refuse_taken_name(declaration)
    state = step.source_state()
    mark = source_fingerprint(freeze_step(step), state or secrets.token_hex(16))
    for known in reversed(commits.list_commits(workspace.store(), datasource.name)):
        if mark in known.source_marks and _is_whole(workspace, known):
            _record(workspace, datasource, known.id, known.rows, mark, [])
            break
    else:
        known = _read(datasource, workspace, mark, state)
    register_datasource(declaration)  # not before: the last commit is of what was known till now
    return known.id


def _read(datasource: BaseDatasource, workspace: Workspace, mark: str, state: str | None) -> Commit:
    from zenml.runtime.run import Runner

    spec = _data_spec(datasource, workspace)
    runner = Runner(spec, workspace, file="", progress=Progress(), marks={"data": mark})
    try:
        runner.run()
    except StepRunError as exc:
        if isinstance(exc.__cause__, ZenMLError):
            raise exc.__cause__ from None
        raise
    examples = runner.done["data"].outputs["examples"][0]
    if state is not None and datasource.get_data_step().source_state() != state:
        artifacts.mark_deleted(runner.store, [examples.id])  # its mark is of what was before
        raise SourceChangedError(
            f"The source of datasource {datasource.name!r} changed while it was read: nothing was "
            "committed. Commit it again."
        )
    name, rows = str(examples.properties["commit"]), int(examples.properties["rows"])
    made_by = [execution.id for execution in runner.done.values()]
    pinned = _data_spec(datasource, workspace, name)
    for node, fingerprint in fingerprints(pinned).items():
        context = contexts.ensure(runner.store, contexts.FINGERPRINT, fingerprint)
        commits.associate(runner.store, context, [runner.done[node].id])
    _record(workspace, datasource, name, rows, mark, made_by)
    return latest(datasource)


def _record(
    workspace: Workspace,
    datasource: BaseDatasource,
    name: str,
    rows: int,
    mark: str,
    made_by: list[int],
) -> None:
    commits.record(
        workspace.store(),
        datasource=datasource.name,
        commit=name,
        rows=rows,
        source_mark=mark,
        made_by=made_by,
    )


def _data_spec(datasource: BaseDatasource, workspace: Workspace, name: str = "") -> PipelineSpec:
    from zenml.pipelines.data import connect_data
    from zenml.pipelines.graph import Graph
    from zenml.runtime.freeze import datasource_spec, freeze_step

    graph = Graph(freeze_step)
    connect_data(graph, datasource)
    source = datasource_spec(datasource, name)
    return PipelineSpec(
        name=f"{commits.COMMITTING}{datasource.name}",
        type="data",
        source=source.source,
        version=source.version,
        nodes=tuple(graph.nodes),
        datasource=source,
        artifact_store=workspace.artifacts_config(),
        metadata_store=workspace.metadata_config(),
    )


def _artifact(workspace: Workspace, found: Commit, node: str, key: str) -> Artifact | None:
    execution = commits.executions_of(workspace.store(), found).get(node)
    return execution.outputs[key][0] if execution and execution.outputs.get(key) else None


def _is_whole(workspace: Workspace, found: Commit) -> bool:
    made = [_artifact(workspace, found, node, key) for node, key in _SNAPSHOT]
    return all(artifact is not None and cache.is_whole(artifact) for artifact in made)


def commits_of(datasource: BaseDatasource) -> list[Commit]:
    """Commits of a datasource, oldest first."""
    return commits.list_commits(Workspace.default().store(), datasource.name)


def latest_commit(datasource: BaseDatasource) -> str | None:
    """The commit made last, or None."""
    found = commits_of(datasource)
    return found[-1].id if found else None


def resolve_commit(datasource: BaseDatasource, name: str) -> str:
    """The whole name of a commit of which the first digits are given.

    Raises:
        DatasourceNotFoundError: None, or more than one, begins so.
    """
    found = commits_of(datasource)
    matching = [commit.id for commit in found if commit.id.startswith(name)]
    if len(matching) == 1:
        return matching[0]
    have = ", ".join(commit.short for commit in found) or "none"
    many = "More than one commit" if matching else "No commit"
    raise DatasourceNotFoundError(
        f"{many} of datasource {datasource.name!r} begins with {name!r}; it has: {have}."
    )


def source_has_changed(datasource: BaseDatasource, name: str) -> bool:
    """Whether the source differs from what a commit was read from.

    False where the source cannot tell without being read.
    """
    from zenml.runtime.freeze import freeze_step

    step = datasource.get_data_step()
    try:
        state = step.source_state()
    except DataError as exc:
        Progress().say(f"The source of datasource {datasource.name} cannot be read now: {exc}")
        return False
    if state is None:
        return False
    mark = source_fingerprint(freeze_step(step), state)
    known = [found for found in commits_of(datasource) if found.id == name]
    return all(mark not in found.source_marks for found in known)


def warn_if_changed(datasource: BaseDatasource, name: str) -> None:
    """Says so when the source has changed since a commit."""
    if source_has_changed(datasource, name):
        Progress().say(
            f"The source of datasource {datasource.name} has changed since its commit {name[:12]}, "
            "which this run uses. Take the new data with: "
            f"zenml datasource commit {shlex.quote(datasource.name)}"
        )


def commit_to_run(datasource: BaseDatasource, spec: DatasourceSpec) -> str:
    """The commit that a run takes where it was told none: the latest, or one made now.

    One is made where there is none yet, and where the repository knows the datasource with other
    arguments, for then its commits are of other data.

    Args:
        datasource: What the pipeline reads.
        spec: The same, as it is written down.
    """
    differ = _other_arguments(spec.name, spec.args)
    if differ:
        Progress().say(
            f"Datasource {spec.name} is another than at its last commit ({differ}): it is "
            "committed anew."
        )
        return commit(datasource)
    name = latest_commit(datasource) or commit(datasource)
    warn_if_changed(datasource, name)
    return name


def warn_if_other(datasource: BaseDatasource) -> None:
    """Says so when the rows to be shown are of a commit that was made with other arguments."""
    differ = _differs(datasource) if commits_of(datasource) else ""
    if differ:
        Progress().say(
            f"Datasource {datasource.name} is another than at its last commit ({differ}), which is "
            "what you see: call commit() to see the new one."
        )


def _differs(datasource: BaseDatasource) -> str:
    """In what a datasource is not what the repository knows; nothing is written to find out."""
    from zenml.datasources.memory import MemoryDatasource

    if not isinstance(datasource, MemoryDatasource):
        return _other_arguments(datasource.name, datasource.to_config().args)
    try:
        return _other_arguments(datasource.name, datasource.unwritten_arguments())
    except DataError:  # rows that cannot be stored are of no commit
        return "other rows"


def _other_arguments(datasource: str, args: Mapping[str, Any]) -> str:
    """The arguments that the repository knows otherwise, old and new; "" where there are none."""
    from zenml.repo.datasources import known_spec

    known = known_spec(datasource)
    if known is None:
        return ""
    names = sorted({*args, *known.args})
    pairs = ((name, known.args.get(name), args.get(name)) for name in names)
    return ", ".join(_change(name, old, new) for name, old, new in pairs if old != new)


def _change(name: str, old: Any, new: Any) -> str:
    from zenml.records.kept_tables import is_kept_table

    is_held = is_kept_table(old) and is_kept_table(new)
    return f"other rows in {name}" if is_held else f"{name} {old!r} -> {new!r}"


def latest(datasource: BaseDatasource) -> Commit:
    """The commit made last.

    Raises:
        DatasourceNotFoundError: The datasource was never committed.
    """
    found = commits_of(datasource)
    if not found:
        raise DatasourceNotFoundError(
            f"Datasource {datasource.name!r} was never committed: call commit(), or "
            f"zenml datasource commit {shlex.quote(datasource.name)}"
        )
    return found[-1]


def artifact_uri(datasource: BaseDatasource, node: str, key: str) -> str:
    """Folder of an artifact of the latest commit, e.g. ("data_schema", "schema").

    Raises:
        DatasourceNotFoundError: Never committed, or its files are gone.
    """
    found = latest(datasource)
    artifact = _artifact(Workspace.default(), found, node, key)
    if artifact is None or not cache.is_whole(artifact):
        raise DatasourceNotFoundError(
            f"The {key} of commit {found.short} of datasource {datasource.name!r} is not in the "
            "artifact store any more: commit the datasource again."
        )
    return artifact.uri
