"""Verifies a release: everything that it tied down, in git and in the stores."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zenml import spec_yaml
from zenml.artifacts import store as artifact_files
from zenml.artifacts.store import ArtifactStore
from zenml.edges import edge
from zenml.errors import GitError, MetadataStoreError, SpecError
from zenml.metadata import commits, runs
from zenml.metadata.runs import Run
from zenml.repo import Repository
from zenml.repo.git import GitRepository
from zenml.runtime.release import pinning, tags
from zenml.runtime.release.pins import ArtifactPin, Pins
from zenml.runtime.release.release import Release
from zenml.runtime.workspace import Workspace

OK, MISSING, DIFFERS = "ok", "missing", "differs"


@dataclass(frozen=True)
class Check:
    """One thing that a release tied down, and how it was found.

    Attributes:
        about: The thing.
        state: "ok", "missing" or "differs".
        said: What is wrong with it; "" where nothing is.

    Example:
        >>> Check("artifact fit.model", "missing", "its folder is gone").ok
        False
    """

    about: str
    state: str = OK
    said: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is as it was pinned."""
        return self.state == OK


@edge
def verify(name: str) -> list[Check]:
    """Checks everything that a release tied down.

    The files of every artifact are read and hashed anew. Nothing is written.

    Args:
        name: Of the release.

    Raises:
        ReleaseNotFoundError: There is none; names those there are.
        ReleaseError: The tag of that name is no release.

    Example:
        >>> [check.about for check in verify("1.0") if not check.ok]  # doctest: +SKIP
        []
    """
    git = Repository.get_instance().get_git_wrapper()
    release = tags.read(git, name)
    found = [*_pipeline(git, release), *_code(git, release)]
    with contextlib.suppress(SpecError):  # said already; nobody knows where the stores are
        found += [*_records(release)]
        found += [check_files(release, pin) for pin in release.pins.artifacts]
    return found


def _pipeline(git: GitRepository, release: Release) -> Iterator[Check]:
    """The text of the pipeline's file: git's name of it, and the digest of what it says."""
    about, pinned = "pipeline", release.pins.pipeline
    if pinning.blob_of(git, release.pipeline) != pinned["blob"]:
        yield Check(about, DIFFERS, f"the text in the tag is not the blob {pinned['blob']}")
        return
    try:
        spec, digest = spec_yaml.from_yaml(release.pipeline, about)
    except SpecError as exc:
        yield Check(about, DIFFERS, str(exc))
        return
    same = digest == pinned["digest"]
    told = pinning.code_of(spec) == release.pins.code
    if same and told and pinning.data_of(spec) == release.pins.data:
        yield Check(about)
    else:
        yield Check(about, DIFFERS, "what it says is not what the pins say")


def _code(git: GitRepository, release: Release) -> Iterator[Check]:
    """Every commit, whole, and below the tag."""
    pins = release.pins
    if release.commit != pins.commit:
        said = f"the tag points to {release.commit}, and {pins.commit} was pinned"
        yield Check("tag", DIFFERS, said)
    elif release.name != pins.release:
        yield Check("tag", DIFFERS, f"it was made as the release {pins.release}")
    else:
        yield Check("tag")
    for commit in dict.fromkeys([pins.commit, *pins.versions]):
        about = f"commit {commit[:12]}{_used_by(pins, commit)}"
        said = _absent(git, commit)
        if said:
            yield Check(about, MISSING, said)
        elif not pinning.is_within(git, [commit], release.commit):
            yield Check(about, DIFFERS, "it is not in the history of the tag")
        else:
            yield Check(about)


def _used_by(pins: Pins, commit: str) -> str:
    names = [name or "pipeline" for name, told in pins.code.items() if told["version"] == commit]
    return f" of {', '.join(names)}" if names else ""


def _absent(git: GitRepository, commit: str) -> str:
    """What git lacks of a commit; "" if nothing."""
    if git.resolve(commit) is None:
        return "it is not in this repository: git fetch --unshallow, or --all, may bring it"
    try:
        blobs = {entry.blob for entry in git.list_tree(commit).values()}
        lines = "".join(f"{blob}\n" for blob in sorted(blobs))
        raw = git.ask("cat-file", "--batch-check", data=lines)
    except GitError as exc:
        return str(exc)
    lost = [line for line in raw.splitlines() if line.endswith(b" missing")]
    return f"{len(lost)} of its {len(blobs)} files are not in this repository" if lost else ""


def _records(release: Release) -> Iterator[Check]:
    """What the metadata store holds of the run and of its data."""
    pins, about = release.pins, f"run {release.pins.run['name']}"
    try:
        store = Workspace.of(release.spec).store()
        run = runs.by_name(store, str(pins.run["name"]))
    except MetadataStoreError as exc:
        yield Check(about, MISSING, str(exc))
        return
    if run is None:
        yield Check(about, MISSING, "no metadata store of this repository has it, or not any more")
    else:
        yield _run(store, run, release)
        same = pinning.metrics_of(store, runs.nodes(store, run)) == pins.metrics
        yield Check("metrics") if same else Check("metrics", DIFFERS, "the run now gives others")
    if pins.data:
        yield _data(store, pins)


def _run(store: Any, run: Run, release: Release) -> Check:
    about, pins = f"run {run.name}", release.pins
    recorded = {
        f"{execution.node}.{output}": artifact.uri
        for execution in runs.nodes(store, run)
        for output, artifact in pinning.outputs_of(execution)
    }
    if (run.state, run.ended) != (runs.SUCCEEDED, pins.run["ended"]):
        return Check(about, DIFFERS, "another run is recorded under that name")
    for pin in pins.artifacts:
        if recorded.get(pin.name) != folder_of(release, pin):
            uri = recorded.get(pin.name, "nowhere")
            return Check(about, DIFFERS, f"it is recorded that {pin.name} lies in {uri}")
    return Check(about)


def _data(store: Any, pins: Pins) -> Check:
    name, commit = pins.data["datasource"], pins.data["commit"]
    about = f"commit {commit[:12]} of datasource {name}"
    if any(known.id == commit for known in commits.list_commits(store, name)):
        return Check(about)
    return Check(about, MISSING, "the metadata store does not have it")


def check_files(release: Release, pin: ArtifactPin) -> Check:
    """The files of an artifact, read and hashed anew."""
    about, folder = f"artifact {pin.name}", folder_of(release, pin)
    if not os.path.exists(folder):
        return Check(about, MISSING, f"{folder} is not there")
    try:
        content = artifact_files.digest(folder)
    except OSError as exc:
        return Check(about, MISSING, f"{folder} cannot be read: {exc}")
    if content.digest == pin.sha256:
        return Check(about)
    return Check(about, DIFFERS, f"the content of {folder} is not what was released")


def folder_of(release: Release, pin: ArtifactPin) -> str:
    """Where the files of an artifact lie."""
    workspace = Workspace.of(release.spec)
    own = ArtifactStore(pin.store, root=workspace.home) if pin.store else workspace.artifacts
    return os.path.join(own.uri, *pin.uri.split("/"))
