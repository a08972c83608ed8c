"""Large repositories, made in seconds."""

from __future__ import annotations

import dataclasses
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from zenml import spec_yaml
from zenml.spec import NodeSpec, PipelineSpec, StepSpec

CLOSURE = 34  # files in the closure of `run.Step`, none of which changed since the first commit
NODES = 5  # of each pipeline
NAMES = 50  # of pipelines
_FOLDER = 50  # files in each folder
_MODULE = "def f(a):\n    return a\n" * 20
_IDENTITY = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")


def make_history(root: Path, commits: int, files: int) -> str:
    """Make a repository of many commits, each of which edits one file of many.

    Args:
        root: Its folder, which is made.
        commits: How many; the first one adds all files.
        files: How many Python files.

    Returns:
        The sha of the first commit, which is the version of the step `run.Step`: the whole history
        has to be looked through to tell it.
    """
    root.mkdir(parents=True)
    _git(root, "init", "--quiet", "--initial-branch=main")
    text = "".join(_commits(commits, files))
    _git(root, "fast-import", "--quiet", data=text)
    _git(root, "reset", "--quiet", "--hard")
    return _git(root, "rev-list", "--max-parents=0", "HEAD")


def closure_paths() -> list[str]:
    """The files of the closure of `run.Step`."""
    return ["run.py", *(_path(number) for number in range(CLOSURE - 1))]


def make_pipelines(root: Path, count: int) -> None:
    """Write many files of pipelines, as runs leave them, into a repository.

    Each holds steps at a commit that ten of them share.
    """
    folder = root / "pipelines"
    folder.mkdir(parents=True)
    first = _pipeline(0)
    text = spec_yaml.to_yaml(first)
    for number in range(count):
        spec = _pipeline(number)
        # Writing it all costs milliseconds each; what differs is put into the text of the first.
        own = text.replace(_version(0), _version(number))
        for key in ("digest", "name"):
            line, other = ({key: getattr(each, key)} for each in (first, spec))
            own = own.replace(spec_yaml.dump_yaml(line), spec_yaml.dump_yaml(other))
        (folder / spec_yaml.file_name(spec)).write_text(own, encoding="utf-8")


def versions_of_step(count: int) -> int:
    """How many versions of each step `count` files hold."""
    return len({_version(number) for number in range(count)})


def _commits(commits: int, files: int) -> Iterator[str]:
    draw = random.Random(0)
    changed = {_path(number): _body(number, 0) for number in range(files)}
    changed["run.py"] = "from pkg0.mod0 import X\nclass Step: pass\n"
    for mark in range(1, commits + 1):
        head = f"commit refs/heads/main\nmark :{mark}\n"
        yield f"{head}committer A <a@b.c> {1_600_000_000 + mark} +0000\ndata 2\nc\n"
        yield f"{f'from :{mark - 1}' if mark > 1 else ''}\n"
        for path, text in changed.items():
            yield f"M 644 inline {path}\ndata {len(text)}\n{text}\n"
        number = draw.randrange(CLOSURE, files)
        changed = {_path(number): _body(number, mark)}


def _path(number: int) -> str:
    return f"pkg{number // _FOLDER}/mod{number}.py"


def _body(number: int, value: int) -> str:
    following = number + 1
    imports = f"from pkg{following // _FOLDER}.mod{following} import X\n"
    own = imports if number < CLOSURE - 2 else ""
    return f"import os\n{own}X = {value}\n{_MODULE}"


def _pipeline(number: int) -> PipelineSpec:
    nodes = [
        NodeSpec(
            f"step_{index}",
            "python_step",
            StepSpec(f"lab.steps.step_{index}", _version(number)),
            {"x": f"step_{index - 1}.output"} if index else {},
            {"outputs": {"output": {}}},
        )
        for index in range(NODES)
    ]
    spec = PipelineSpec(f"pipeline_{number % NAMES}", "steps", "lab.p", _version(0), tuple(nodes))
    return dataclasses.replace(spec, version=_version(number), artifact_store="artifacts")


def _version(number: int) -> str:
    return f"{number // 10 + 10:x}".rjust(40, "a")


def _git(root: Path, *words: str, data: str | None = None) -> str:
    done = subprocess.run(
        ["git", *_IDENTITY, *words],
        cwd=root,
        input=data,
        text=True,
        check=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout.strip()
