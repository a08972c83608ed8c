"""Pipelines of small free steps, built by hand, and runs of them."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.runtime.tried import Tried
from tests.runtime.worsening import Project
from zenml import spec_yaml
from zenml.metadata import runs
from zenml.metadata.executions import Execution
from zenml.repo import versions
from zenml.repo.repository import Repository
from zenml.runtime.result import RunResult
from zenml.runtime.run import Runner
from zenml.runtime.step_lines import StepLines
from zenml.runtime.workspace import Workspace
from zenml.spec import NodeSpec, PipelineSpec, StepSpec

STEPS = '''
import os, pathlib, sys, time
from typing import Any
from zenml.steps import step

NOTES = pathlib.Path(__file__).with_name("notes.txt")

def note(text):
    with NOTES.open("a") as file:
        file.write(f"{text}\\n")

@step
def one() -> int:
    print("one is 1")
    return 1

@step
def add(x: int, by: int = 1) -> int:
    return x + by

@step
def both(x: int, y: int) -> int:
    return x + y

@step
def boom(x: int) -> int:
    raise ValueError(f"no {x}")

@step
def stays(x: int) -> int:
    """Goes on for longer than any test."""
    note("began")
    time.sleep(600)
    return x

@step
def waits(x: int, word: str, times: int = 1, file: str = "notes.txt") -> int:
    """Ends when so many lines hold the word: of the notes, or of what the run says."""
    note("began")
    deadline = time.monotonic() + 240
    while NOTES.with_name(file).read_text().count(word) < times:
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {word}")
        time.sleep(0.01)
    note("ended")
    return x

@step
def at_last(x: int, times: int = 2) -> int:
    """Works at the third attempt."""
    note("attempt")
    print("trying", x)
    if len(NOTES.read_text().splitlines()) <= times:
        raise ValueError("not yet")
    return x

@step
def process(x: int) -> int:
    print("from a process")
    return os.getpid()

@step
def dies(x: int) -> int:
    os._exit(3)

@step
def leaves(x: int) -> int:
    sys.exit(4)

def failed(exc):
    note(f"failed: {exc}")

def failed_plainly():
    note("failed")

def succeeded():
    note("succeeded")

def wrong(*args):
    raise KeyError("the hook")
'''


class Said(io.StringIO):
    """What a run says, which its steps find in a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        file.write_text("")

    def write(self, text: str) -> int:
        with self.file.open("a") as file:
            file.write(text)
        return super().write(text)


class Pipelines:
    """Makes and runs pipelines of the steps in `mine.py`."""

    def __init__(self, root: Path, commit: Callable[..., str]) -> None:
        self.root = root
        self.commit = commit

    def node(
        self,
        name: str,
        function: str,
        *reads: str,
        settings: Any = None,
        after: Any = (),
        **args: Any,
    ) -> NodeSpec:
        """A node; `reads` are the nodes whose output goes to x and y."""
        source = f"mine.{function}"
        step = StepSpec(source, versions.version_of(source).version, args)
        inputs = {key: f"{node}.output" for key, node in zip("xy", reads, strict=False)}
        outputs = {"outputs": {"output": {}}}
        return NodeSpec(name, "python_step", step, inputs, outputs, tuple(after), settings or {})

    def spec(self, *nodes: NodeSpec, name: str = "p", **more: Any) -> PipelineSpec:
        default = Workspace.default()
        more.setdefault("artifact_store", default.artifacts_config())
        more.setdefault("metadata_store", default.metadata_config())
        return PipelineSpec(name, "steps", "mine.p", "unpinned", nodes, **more)

    def runner(self, spec: PipelineSpec, **options: Any) -> Runner:
        self.out = Said(self.root / "said.txt")
        progress = StepLines(Console(file=self.out, soft_wrap=True))
        workspace = Workspace.of(spec)
        options.setdefault("file", str(spec_yaml.write(spec, workspace.pipelines)))
        return Runner(spec, workspace, progress=progress, **options)

    def run(self, spec: PipelineSpec, **options: Any) -> RunResult:
        return self.runner(spec, **options).run()

    @property
    def lines(self) -> list[str]:
        """What the last run said of its steps."""
        said = self.out.getvalue().splitlines()
        return [line for line in said if line.startswith(("Step", "Using cached"))]

    @property
    def notes(self) -> list[str]:
        """What steps and hooks wrote down."""
        file = self.root / "notes.txt"
        return file.read_text().splitlines() if file.exists() else []

    def executions(self, run: str) -> dict[str, Execution]:
        store = Workspace.default().store()
        (found,) = [each for each in runs.list_runs(store) if each.name == run]
        return {execution.node: execution for execution in runs.nodes(store, found)}

    def last_run(self) -> runs.Run:
        return runs.list_runs(Workspace.default().store())[0]


@pytest.fixture
def pipelines(
    git_repo: Path, commit: Callable[..., str], write: Callable[[Mapping[str, str]], None]
) -> Pipelines:
    write({".gitignore": "notes.txt\nsaid.txt\n"})
    commit({"mine.py": STEPS})
    Repository.init_repo(str(git_repo))
    return Pipelines(git_repo, commit)


@pytest.fixture
def tried(pipelines: Any, commit: Callable[..., str]) -> Iterator[Tried]:
    yield Tried(pipelines, commit)
    for name in ("mine", "helper"):
        sys.modules.pop(name, None)


@pytest.fixture
def project(git_repo: Path, commit: Callable[..., str], git: Callable[..., str]) -> Project:
    Repository.init_repo(str(git_repo))
    return Project(git_repo, commit, git)
