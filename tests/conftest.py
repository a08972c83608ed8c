"""Fixtures that tests of every folder use."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest

PROJECT = Path(__file__).resolve().parent.parent
# How long an example takes says how busy the machine is. And whoever changes a file is not to
# find an error of another by chance: to look for these, draw with --hypothesis-profile=search.
_BUSY = (hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture)
hypothesis.settings.register_profile("search", deadline=None, suppress_health_check=_BUSY)
hypothesis.settings.register_profile(
    "same", hypothesis.settings.get_profile("search"), derandomize=True, database=None
)
hypothesis.settings.load_profile("same")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names bytes that are no text by their argument: what is packed may hold the time."""
    return argname if isinstance(val, bytes) and not val.isascii() else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuses names of tests that are others in each process: several share the work by name."""
    odd = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if odd:
        raise pytest.UsageError(f"The name of a test holds an address; give it `ids`: {odd[0]}")


@pytest.fixture(autouse=True)
def _own_git_config(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git as on a machine where nobody configured it, with somebody who commits."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.com",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def _first_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every `git_repo` begins as: copying it is quicker than asking git each time."""
    root = tmp_path_factory.mktemp("first") / "repository"
    root.mkdir()
    (root / "README.md").write_text("A repository for tests.\n")
    _git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    _git(root, "add", ".")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=0")
    _git(root, *who, "commit", "--quiet", "--message=First commit")
    return root


@pytest.fixture
def git_repo(
    _first_commit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A git repository of its own with a first commit; the current folder is its root.

    Modules that are imported from it are forgotten afterwards.
    """
    root = tmp_path.resolve() / "repository"
    shutil.copytree(_first_commit, root, symlinks=True)
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "path", list(sys.path))
    # Python trusts a compiled file of the same second and size as the edited source.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    yield root
    for name, module in list(sys.modules.items()):
        is_below = str(getattr(module, "__file__", None) or "").startswith(str(root))
        if is_below and name != "__main__":  # which a test may have said to be a script of it
            del sys.modules[name]


@pytest.fixture
def git(git_repo: Path) -> Callable[..., str]:
    """Runs git in `git_repo` and gives what it prints: `git("log", "--oneline")`."""
    return lambda *words, folder=git_repo: _git(folder, *words)


@pytest.fixture
def write(git_repo: Path) -> Callable[[Mapping[str, str]], None]:
    """Writes files of `git_repo`: `write({"pkg/mod.py": "x = 1"})`."""

    def write_files(files: Mapping[str, str]) -> None:
        for path, text in files.items():
            file = git_repo / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    return write_files


@pytest.fixture
def commit(
    git: Callable[..., str], write: Callable[[Mapping[str, str]], None]
) -> Callable[..., str]:
    """Writes files of `git_repo`, commits all that changed, and gives the sha."""

    def commit_files(files: Mapping[str, str] | None = None, message: str = "Change") -> str:
        write(files or {})
        git("add", "--all")
        git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return git("rev-parse", "HEAD")

    return commit_files


@pytest.fixture
def penguins() -> Path:
    """The CSV file of the Palmer penguins: 344 rows, some cells empty."""
    return PROJECT / "examples" / "quickstart" / "data" / "penguins.csv"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server of the tests' own; see `benchmarks.postgres_server`."""
    from benchmarks.postgres_server import postgres_server, programs

    if programs() is None and os.geteuid() == 0:
        script = PROJECT / "scripts" / "test_packages.sh"
        subprocess.run(["sh", str(script)], check=False)
    if programs() is None:
        pytest.skip("no PostgreSQL server here: install postgresql, or run the tests as root")
    with postgres_server() as server:
        yield server


@pytest.fixture
def race() -> Callable[..., list[Any]]:
    """Calls a function in several processes at once: `race(f, [(1,), (2,)])`.

    It gets a barrier to wait at and a queue for its result after its own arguments.
    """

    def run(target: Callable[..., None], arguments: list[tuple[Any, ...]]) -> list[Any]:
        context = multiprocessing.get_context("fork")
        barrier, results = context.Barrier(len(arguments)), context.Queue()
        processes = [context.Process(target=target, args=(*a, barrier, results)) for a in arguments]
        for process in processes:
            process.start()
        found = [results.get(timeout=240) for _ in processes]
        for process in processes:
            process.join()
        return found

    return run


class Recorder:
    """Records runs by hand, as the runtime does; the files of their artifacts are real.

    Nothing of TensorFlow is needed, also for what standard steps leave behind.
    """

    def __init__(self) -> None:
        from zenml.runtime.workspace import Workspace

        self.workspace = Workspace.default()
        self.store = self.workspace.store()
        self._runs: dict[str, Any] = {}
        self._pipelines: dict[str, str] = {}

    def begin(self, name: str, pipeline: str = "p", **properties: Any) -> None:
        from zenml.metadata import contexts, runs

        file = f"pipelines/{pipeline}.yaml"
        self._runs[name] = runs.start(self.store, name=name, pipeline=pipeline, file=file)
        self._pipelines[name] = pipeline
        contexts.set_properties(self.store, self._runs[name], properties)

    def end(self, name: str, state: str = "succeeded", error: str = "") -> None:
        from zenml.metadata import runs

        runs.finish(self.store, self._runs[name], state, error)

    def value(
        self, run: str, node: str, inputs: Mapping[str, list[Any]] | None = None, **values: Any
    ) -> Any:
        """Records a free step that made some values; properties are given as `_name=value`."""
        from zenml.artifacts.store import digest
        from zenml.artifacts.values import save_value
        from zenml.metadata.publisher import Made

        given = {key[1:]: value for key, value in values.items() if key.startswith("_")}
        mark = str(given.pop("fingerprint", node))
        told = {"zenml_node": node, "zenml_fingerprint": mark, "zenml_seconds": 0.5}
        publisher = self._publisher(run)
        number = publisher.begin("python", node, mark, inputs or {}, {**told, **given})
        made = {}
        for key, value in values.items():
            if key.startswith("_"):
                continue
            uri = self.folder(run, node, key, str(number))
            properties = save_value(value, str(uri)).to_properties()
            content = digest(str(uri))
            properties |= {"content_hash": content.digest, "zenml_files": content.files}
            properties |= {"zenml_bytes": content.bytes}
            name = f"{self._pipelines[run]}::{node}::{key}"
            made[key] = Made(str(uri), name, properties)
        return publisher.complete(node, made)

    def fail(self, run: str, node: str, error: str) -> None:
        publisher = self._publisher(run)
        publisher.begin("python", node, node, {}, {"zenml_node": node})
        publisher.fail(node, error)

    def reuse(self, run: str, original: Any, inputs: Mapping[str, list[Any]] | None = None) -> Any:
        """Records that a run took the result of an earlier execution."""
        mark = original.properties["zenml_fingerprint"]
        told = {"zenml_node": original.node, "zenml_fingerprint": mark, "zenml_seconds": 0.0}
        return self._publisher(run).cached(original, original.node, inputs or {}, told)

    def typed(
        self,
        run: str,
        node: str,
        kind: str,
        inputs: Mapping[str, list[Any]] | None = None,
        output: str = "",
        **properties: Any,
    ) -> Any:
        """Records a standard step that made one artifact of a type of TFX, as TFX does."""
        from ml_metadata.proto import metadata_store_pb2 as pb

        from zenml.metadata import contexts, events, executions

        pipeline, key = self._pipelines[run], output or kind.lower()
        execution = pb.Execution(
            type_id=self.store.put_execution_type(pb.ExecutionType(name=f"tfx.{node}")),
            last_known_state=pb.Execution.COMPLETE,
        )
        told = {"zenml_node": node, "zenml_fingerprint": node, "zenml_seconds": 1.5}
        contexts.set_values(execution.custom_properties, told)
        uri = self.folder(run, node, key, "1")
        uri.mkdir(parents=True)
        (uri / "data").write_text(kind * 100)
        artifact = pb.Artifact(
            type_id=self.store.put_artifact_type(pb.ArtifactType(name=kind)),
            uri=str(uri),
            state=pb.Artifact.LIVE,
        )
        contexts.set_values(artifact.custom_properties, {"zenml_files": 1, **properties})
        around = [
            contexts.ensure(self.store, contexts.PIPELINE, pipeline),
            self._runs[run],
            contexts.ensure(self.store, contexts.NODE, contexts.node_name(pipeline, node)),
            contexts.ensure(self.store, contexts.FINGERPRINT, node),
        ]
        pairs = events.events_of(events.INPUT, inputs or {})
        pairs.append((artifact, events.event(events.OUTPUT, [(key, 0)])))
        execution.id, _ = executions.put(self.store, execution, pairs, around)
        (proto,) = self.store.get_executions_by_id([execution.id])
        return executions.load(self.store, [proto])[0]

    def folder(self, run: str, *names: str) -> Path:
        return Path(self.workspace.artifacts.uri, self._pipelines[run], run, *names)

    def _publisher(self, run: str) -> Any:
        from zenml.metadata.publisher import Publisher

        return Publisher(self.store, self._pipelines[run], self._runs[run])


@pytest.fixture
def recorder(git_repo: Path) -> Recorder:
    """Records runs in a new repository."""
    from zenml.repo import Repository

    Repository.init_repo()
    return Recorder()


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\n")
