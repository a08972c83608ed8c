"""A repository with steps of the user's own, and what runs in it.

Everything runs in a process of its own, as a user runs it. Runs are dear, so the first run is made
once and each file of tests gets a copy of the repository; a test leaves the files as they were.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
IDENTITY = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"))
}

ASK = """
import json, sys
from zenml.client import Client

def plain(value):
    return value.tolist() if hasattr(value, "tolist") else value

run = Client().get_pipeline(sys.argv[1]).last_run
print(json.dumps({
    step: {name: repr(plain(output.load())) for name, output in view.outputs.items()}
    for step, view in run.steps.items()
}))
"""


@dataclass
class Ran:
    """What a process said.

    Attributes:
        status: Its exit status.
        out: Its standard output.
        err: Its standard error.
        states: Node -> "done", "cached" or "failed", from the lines of progress.
    """

    status: int
    out: str
    err: str
    states: dict[str, str] = field(default_factory=dict)

    @property
    def executed(self) -> list[str]:
        """Nodes that were not taken from the cache."""
        return [node for node, state in self.states.items() if state == "done"]

    @property
    def why(self) -> dict[str, str]:
        """Node -> why it ran, where the run says so."""
        lines = [line.partition(": ran because ") for line in self.out.splitlines()]
        return {node: reasons for node, said, reasons in lines if said}

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """Node -> output -> folder, from the last line that `pipeline.py` prints."""
        return dict(json.loads(self.out.splitlines()[-1]))


class Folder:
    """A git repository in which commands run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def python(self, *words: str) -> Ran:
        """Runs Python in the repository."""
        done = subprocess.run(
            [sys.executable, *words], cwd=self.path, capture_output=True, text=True, env=self.env
        )
        return ran(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Starts Python in the repository, as from a terminal: Ctrl-C reaches it.

        What a script starts in the background ignores Ctrl-C, and so would all that it starts.
        """
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=self.path,
            env=self.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def zenml(self, *words: str) -> Ran:
        """Runs the command line in the repository."""
        return self.python("-m", "zenml", *words)

    def ask(self, *words: str) -> Any:
        """What the command line answers, as data."""
        answer = self.zenml(*words, "--output", "json")
        assert answer.status == 0, answer.err
        return json.loads(answer.out)

    def git(self, *words: str) -> str:
        """Runs git in the repository."""
        call = ["git", *IDENTITY, *words]
        done = subprocess.run(call, cwd=self.path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def edit(self, file: str, old: str, new: str) -> None:
        """Replaces text that stands once in a file."""
        path = self.path / file
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    @property
    def env(self) -> dict[str, str]:
        """Somebody who commits; no bytecode: an edit within the same second would be overlooked."""
        return {**os.environ, **WHO, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"}


def ran(status: int, out: str, err: str) -> Ran:
    """Reads the lines of progress: node, state, time."""
    states = {}
    for line in out.splitlines():
        words = line.split()
        if len(words) == 4 and words[1] in ("done", "cached", "failed") and words[3] == "s":
            states[words[0]] = words[1]
    return Ran(status, out, err, states)


@pytest.fixture(scope="session")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Ran]:
    """Where the repository is, as it was after its first run, and that run."""
    root = tmp_path_factory.mktemp("e2e")
    path, kept = root / "repository", root / "kept"
    shutil.copytree(HERE / "project", path, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "examples" / "quickstart" / "data" / "penguins.csv", path / "data.csv")
    made = Folder(path)
    made.git("init", "--quiet", "--initial-branch=main")
    assert made.zenml("init").status == 0
    made.git("add", ".")
    made.git("commit", "--quiet", "--message=A pipeline of our own")
    done = made.python("pipeline.py")
    assert done.status == 0, done.out + done.err
    path.rename(kept)
    return path, kept, done


@pytest.fixture(scope="module")
def folder(_kept: tuple[Path, Path, Ran]) -> Folder:
    """A repository with the files of `project/`, committed, after the first run of `pipeline.py`.

    Each file of tests begins with it: what one file runs or deploys, no other sees.
    """
    path, kept, _ = _kept
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(kept, path, symlinks=True)
    return Folder(path)


@pytest.fixture(scope="module")
def first(folder: Folder, _kept: tuple[Path, Path, Ran]) -> Ran:
    """The first run of `pipeline.py`."""
    return _kept[2]


@pytest.fixture
def run(folder: Folder, first: Ran) -> Callable[..., Ran]:
    """Runs `pipeline.py` again; it must succeed."""

    def again(*words: str) -> Ran:
        done = folder.python("pipeline.py", *words)
        assert done.status == 0, done.out + done.err
        return done

    return again


@pytest.fixture
def play(git_repo: Path, commit: Callable[..., str]) -> Callable[..., str]:
    """Commits a script, runs it in a process of its own, and gives what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "COLUMNS": "200"}
    zenml = [sys.executable, "-m", "zenml"]
    subprocess.run([*zenml, "init"], cwd=git_repo, env=environment, check=True, capture_output=True)

    def run(name: str, text: str, *words: str) -> str:
        commit({name: text})
        done = subprocess.run(
            [sys.executable, name, *words],
            cwd=git_repo,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def outputs(play: Callable[..., str]) -> Callable[[str], dict[str, Any]]:
    """Step -> output -> value, as text, of the last run of a pipeline."""
    return lambda pipeline: json.loads(play("ask.py", ASK, pipeline).splitlines()[-1])
